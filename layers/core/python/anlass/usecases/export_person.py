"""Everything that is kept of one person, as JSON that a machine can read and with a summary that a person can."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from anlass.domain.call import Call
from anlass.domain.consent import ALL_TOPICS, Consent
from anlass.domain.event import Event
from anlass.domain.person import Person, person_facts
from anlass.domain.profile import Attributes, Caps
from anlass.domain.send import Send
from anlass.keys import (
    BouncesKey,
    Key,
    SuppressionKey,
)
from anlass.language.address_forms import forms_of
from anlass.language.export_summary import summary
from anlass.ports import (
    Definitions,
    EventLog,
    Kept,
)
from anlass.usecases.begin_erasure import Registry
from anlass.usecases.catalog import load_catalog
from anlass.usecases.histories import load_history
from anlass.usecases.whole_person import WholePerson, whole_person

FORMAT = "anlass person 1"
EVENTS = 5_000  # of one answer, which may have six megabytes

# Where each kind of row stands in the export. What is of nobody (counts, tombstones, …) lies below no person.
SECTIONS: Mapping[str, str] = {
    "STATE": "state",
    "PROFILE": "attributes",
    "CAPS": "caps",
    "CONSENT": "consents",
    "LEDGER": "ledger",
    "PROOF": "proofs",
    "SEEN": "applied_again",
    "REMEMBERED": "remembered",
    "DATE": "dates",
    "MERGED": "merged",
    "E": "enrolments",
    "S": "messages",
    "H": "webhooks",
    "T": "timers",
    "event": "events",
}


_PLACE = re.compile(r"(?P<number>[0-9]{1,3})( (?P<moment>.+))?", re.DOTALL)
LONGEST_MOMENT = 1024  # bytes; DynamoDB's sort key


class NoSuchPage(Exception):
    """No page of events ended at what is said in `after`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`after`: where the events of the page before ended, as it said; None: the first page, with everything else."""

    identity: str
    after: str | None = None
    most: int = EVENTS


def export_person(asked: Asked, work: Registry, event_log: EventLog, definitions: Definitions) -> dict[str, Any] | None:
    """None: nothing is known of this identity. `next`: there are more events. Raises NoSuchPage, Transient."""
    person = whole_person(asked.identity, work.store, work.archive)
    events, following = _events(person, asked, work)
    if asked.after is not None:
        return {"format": FORMAT, "person": person.profile, "events": events, "next": following}
    rows: dict[str, list[Any]] = {section: [] for section in SECTIONS.values()}
    for identity in person.identities:
        for kept in (*person.rows[identity], *work.archive.journey_rows(identity)):
            if kept.kind in SECTIONS:
                rows[SECTIONS[kept.kind]].append(_row(kept, work))
    rows["events"] = events
    if not any(rows.values()):
        return None
    whole: dict[str, Any] = {
        "format": FORMAT,
        "made_at": plain(work.clock.now()),
        "person": person.profile,
        "identities": list(person.identities),
        "addresses": [{"channel": channel, "address": address} for channel, address in person.addresses],
        "traits": next((row["traits"] for row in rows["attributes"] if row["below"] == person.profile), {}),
        "suppressions": list(_suppressions(person, work)),
        "segments": _segments(person, work, event_log, definitions),
        "retention": _retention(work),
        **rows,
        "next": following,
    }
    return {**whole, "summary": {language: summary(whole, language) for language in ("de", "en")}}


def plain(value: Any) -> Any:
    """As JSON has it. What is not there, and what is empty, is left out of records."""
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: plain(part) for name, part in named.items() if part not in (None, (), {}, frozenset())}
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(part) for part in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, Decimal | timedelta) else value


def _row(kept: Kept, work: Registry) -> dict[str, Any]:
    """`below`: the identity, or the enrolment, that it is kept under."""
    said = plain(kept.row)
    record = said if isinstance(said, dict) else {"name": kept.name, **({"at": said} if said else {})}
    expires = _expires(kept, work)
    return {"below": kept.partition, **record, **({"expires_at": plain(expires)} if expires else {})}


def _expires(kept: Kept, work: Registry) -> datetime | None:
    """When it vanishes by itself, if that is known by now."""
    match kept.row:
        case Send(closed_at=datetime() as at) | Call(closed_at=datetime() as at):
            return at + work.retention.journeys
        case _:
            return None


def _events(person: WholePerson, asked: Asked, work: Registry) -> tuple[list[Any], str | None]:
    """One page over all identities, oldest first within each. A cursor is "<number of the identity> <where on>"."""
    place = _PLACE.fullmatch(asked.after or "0")
    moment = (place and place["moment"]) or ""
    if place is None or len(moment.encode(errors="replace")) > LONGEST_MOMENT:
        raise NoSuchPage
    found: list[Any] = []
    for position in range(int(place["number"]), len(person.identities)):
        cursor: str | None = moment or None
        moment = ""
        while True:
            page = work.archive.events(person.identities[position], cursor)
            found += [_event(event, work) for event in page.found]
            if page.after is None:
                break
            cursor = page.after
            if len(found) >= asked.most:
                return found, f"{position} {cursor}"
    return found, None


def _event(event: Event, work: Registry) -> dict[str, Any]:
    return {**plain(event), "expires_at": plain(work.retention.event_until(event))}


def _suppressions(person: WholePerson, work: Registry) -> Iterator[dict[str, Any]]:
    """What their addresses said or suffered: kept by salted hash only, found by who knows the address."""
    keys: dict[Key, tuple[str, str]] = {}
    for channel, address in ((c, form) for c, a in person.addresses for form in forms_of(c, a)):
        hash_ = work.hashes.of(address)
        keys[SuppressionKey(hash_, channel)] = keys[BouncesKey(hash_, channel)] = (channel, address)
    rows = work.store.read(keys)
    for key, (channel, address) in keys.items():
        row = rows.found.get(key)
        if row is not None:
            yield {"channel": channel, "address": address, **plain(row)}


def _segments(person: WholePerson, work: Registry, event_log: EventLog, definitions: Definitions) -> list[str]:
    """Those that they belong to at this moment."""
    if person.state is None:
        return []
    catalog, now = load_catalog(definitions), work.clock.now()
    own = person.rows[person.profile]
    known = Person(
        person.state,
        _first(own, Attributes),
        {kept.row.channel: kept.row for kept in own if isinstance(kept.row, Consent)},
        _first(own, Caps),
    )
    needs = catalog.segments.history(catalog.segments.all)
    history = load_history(event_log, person.identities, needs, now)
    facts = person_facts(known, ALL_TOPICS, catalog.currency, now, history, catalog.segments.all)
    return sorted(name for name, segment in catalog.segments.all.items() if segment.who.test(facts))


def _first(rows: Iterable[Kept], kind: type[Any]) -> Any:
    return next((kept.row for kept in rows if isinstance(kept.row, kind)), None)


def _retention(work: Registry) -> dict[str, str]:
    lives = {field.name: getattr(work.retention, field.name) for field in fields(work.retention)}
    return {name: f"{life.days} days" for name, life in lives.items()}
