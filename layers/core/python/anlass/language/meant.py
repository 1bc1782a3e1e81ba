"""Which word of the language somebody meant who wrote another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

_SAME: Mapping[str, str] = {  # what is meant: what people write who know other tools, other languages, or German
    "all": "and und",
    "any": "or oder",
    "why": "description desc comment comments note notes purpose warum beschreibung zweck",
    "id": "name key",
    "name": "title label titel",
    "trigger": "auslöser ausloeser start starts_with starts on event",
    "who": "condition conditions bedingung filter filters criteria audience for segment",
    "steps": "schritte actions action flow then do path",
    "status": "state active enabled",
    "send": "email mail e_mail message sms push notify senden",
    "email": "mail e_mail newsletter",
    "sms": "text",
    "wait": "delay pause sleep warte warten timer",
    "branch": "if wenn condition conditions switch case choice",
    "when": "if wenn condition case",
    "where": "filter condition conditions if",
    "else": "otherwise default sonst no",
    "on_timeout": "else otherwise timeout_steps timed_out",
    "first_of": "events any_of",
    "repeat": "loop wiederhole",
    "split": "ab_test abtest ab experiment random",
    "variants": "ways arms options groups paths",
    "weight": "percent percentage share pct",
    "exit": "stop end finish ende quit cancel cancel_on stop_on exits",
    "update": "tag set profile set_trait add_tag trait",
    "webhook": "http call request hook",
    "enrol": "enroll start_journey journey enter",
    "template": "mail letter message",
    "channels": "channel via",
    "field": "attribute key property trait path",
    "op": "operator operation comparison compare",
    "value": "values val equals",
    "after": "delay within wait in newer later newer_than since for",
    "for": "after within in",
    "on": "days day weekday weekdays date",
    "segment": "name id",
    "yearly": "annually annual jährlich year every_year true",
    "within": "in last period window since in_last timeout",
    "unless": "without not except",
    "count": "times how_often frequency",
    "every": "interval frequency",
    "times": "count rounds max",
    "at": "time hour clock",
    "until": "to at",
    "is": "state status",
    "event": "events name",
    "again": "frequency limit reentry re_entry",
    "gte": ">= min minimum at_least from",
    "gt": "> greater greater_than more more_than above bigger",
    "lte": "<= max maximum at_most",
    "lt": "< less less_than lower smaller below fewer",
    "eq": "= == === is equals equal same exactly",
    "ne": "!= <> is_not not_equals not_equal not",
    "in": "one_of any_of is_in among",
    "not_in": "none_of nin not_one_of",
    "contains": "like includes has include",
    "starts_with": "begins_with startswith prefix",
    "exists": "is_set present known has_value not_exists missing is_null empty is_empty not_set",
    "before": "older earlier older_than",
    "live": "active on enabled published running true started",
    "off": "draft inactive paused disabled stopped false pause",
    "opened": "read open seen",
    "not_opened": "unopened not_read unread ignored",
    "clicked": "click",
    "delivered": "received arrived",
    "active": "in running inside",
    "finished": "done ended over completed left",
    "never": "once one_time no false",
    "always": "yes true every_time",
    "schedule": "cron recurring time weekly daily monthly yearly calendar newsletter",
    "date": "birthday anniversary",
    "abandonment": "abandoned abandoned_cart cart_abandonment cart",
    "inactivity": "inactive dormant winback win_back",
    "replenish": "refill reorder replenishment",
    "enrolled": "manual api enrolment",
    "threshold": "limit reached",
    "restart": "replace reset",
}
_MEANT: dict[str, list[str]] = {}
for _word, _others in _SAME.items():
    for _other in _others.split():
        _MEANT.setdefault(_other, []).append(_word)


def same(word: str, known: Iterable[str]) -> str | None:
    """The known word that says the same, or is the same in other letters; None if there is none."""
    spelt = {each.casefold(): each for each in known}
    plain = _plain(word)
    return spelt.get(plain) or next((meant for meant in _MEANT.get(plain, ()) if meant in spelt), None)


def likely(word: str, known: Iterable[str]) -> str | None:
    """The known word that was meant, most likely; None if none is near."""
    known = [*known]
    meant = same(word, known)
    if meant is not None:
        return meant
    spelt = {each.casefold(): each for each in known}
    close = get_close_matches(_plain(word), spelt, n=1)
    return spelt[close[0]] if close else None


def _plain(word: str) -> str:
    return word.strip().casefold().replace("-", "_").replace(" ", "_")


def guess(word: str, known: Iterable[str]) -> str:
    """`Did you mean "wait"? `, or nothing."""
    meant = likely(word, known)
    return f'Did you mean "{meant}"? ' if meant is not None and meant != word else ""
