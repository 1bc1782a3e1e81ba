"""What a last look came to, in a sentence with the rule and the values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from anlass.domain.send import Look
from anlass.language.picture.words import channel_words, listed
from anlass.language.timeline.words import ALL_CHANNELS_WORDS, by_words, topic_words

Facts = Mapping[str, Any]
Told = Callable[[datetime], str]

_WINDOWS = {"day": "a day", "week": "a week"}


def look_words(look: Look, channel: str, told: Told) -> str:
    """`told` says a time as people read it."""
    facts = {name: _time(value, told) for name, value in look.facts.items()}
    if look.outcome == "allowed":
        return f"May leave: {_ground(facts, channel)}."
    if look.outcome == "held":
        return "Waits: its journey is switched off for now."
    reason = look.reason or ""
    say = _WHY.get(reason)
    words = say(facts, channel) if say is not None else reason.replace("_", " ")
    if look.outcome == "skipped":
        return f"Not sent: {words}."
    until = f" until {told(look.until)}" if look.until is not None and reason not in _SOON else " a moment"
    return f"Waits{until}: {words}."


def _time(value: Any, told: Told) -> Any:
    """Times among facts are ISO, UTC."""
    if isinstance(value, str) and value.endswith("Z") and len(value) == 20:
        return told(datetime.fromisoformat(value))
    return value


def _ground(facts: Facts, channel: str) -> str:
    match facts.get("purpose"):
        case "transactional":
            return "a transactional message asks for no consent and obeys neither caps nor quiet hours"
        case "confirmation":
            return "it asks whether something is wanted at all; that needs no consent and obeys no quiet hours"
    words = {"existing-customer": "a purchase is ground enough (§ 7 (3) UWG)"}.get(
        facts.get("basis", ""), f"consent to “{facts.get('topic')}”"
    )
    caps = [
        f"{inside} of {most} {_scope(scope.split()[0], channel)} {_WINDOWS.get(scope.split()[1], scope)}"
        for scope, inside, most in facts.get("caps", ())
    ]
    return f"{words} ({_said(facts)})" + (f"; used {', '.join(caps)}" if caps else "")


def _said(facts: Facts) -> str:
    about, by = topic_words(str(facts.get("said_topic"))), by_words(facts.get("by"))
    return f"{facts.get('said')} for {about} {facts.get('said_at')} by {by}, {facts.get('source')}"


def _scope(scope: str, channel: str) -> str:
    return {
        "channel": f"by {channel_words(channel)}",
        "person": ALL_CHANNELS_WORDS,
        "journey": "of this journey",
        "wish": ALL_CHANNELS_WORDS,
        "confirmation": "that ask for a confirmation",
    }.get(scope, scope)


def _no_consent(facts: Facts, channel: str) -> str:
    topic = facts.get("topic")
    if facts.get("said") is None:
        other = "; there is one for another address" if facts.get("of_another_address") else ""
        return f"nobody has agreed to “{topic}” by {channel_words(channel)}{other}"
    if facts.get("basis") == "existing-customer":
        where = facts.get("country") or "a country that nobody knows"
        return f"a purchase is no ground for advertising in {where}, by the settings ({_said(facts)})"
    return f"there is no consent to “{topic}” ({_said(facts)})"


def _suppressed(facts: Facts, _: str) -> str:
    since = f" since {facts['since']}" if facts.get("since") else ""
    if facts.get("why") == "objection":
        return f"somebody with this address has said no{since}"
    return f"nothing goes to this address any more{since} ({facts.get('why') or 'suppressed'})"


def _exited(facts: Facts, _: str) -> str:
    if facts.get("event"):
        return f"{facts['event']} ({facts.get('event_at')}) ended the journey before"
    return f"the journey was over before ({facts.get('outcome') or 'left'})"


def _goal(facts: Facts, _: str) -> str:
    event = f" by {facts['event']}" if facts.get("event") else ""
    return f"the goal was reached{event} ({facts.get('at') or facts.get('event_at')}) before"


def _stale(facts: Facts, _: str) -> str:
    waited = facts.get("waited_for")
    return f"it is too late since {facts.get('not_after')}" + (
        f"; it had waited ({_RULES.get(waited, waited)})" if waited else ""
    )


def _cap(facts: Facts, channel: str) -> str:
    scope, window = _scope(facts.get("of", ""), channel), _WINDOWS.get(facts.get("window", ""), facts.get("window"))
    last = f", the last {facts['last']}" if facts.get("last") else ""
    return f"{facts.get('left')} of {facts.get('most')} messages {scope} {window} have left{last}"


def _quiet(facts: Facts, _: str) -> str:
    local = str(facts.get("local", ""))[:16].replace("T", " ")
    match facts.get("why"):
        case "sunday":
            why = "a Sunday"
        case "holiday":
            where = facts.get("region") or facts.get("country")
            why = f"a public holiday ({facts.get('holiday')}, {where})"
        case _:
            why = f"quiet from {facts.get('from')} until {facts.get('until')}"
    return f"where the recipient is, it is {local}, {why}"


def _duplicate(facts: Facts, _: str) -> str:
    return f"“{facts.get('template')}” left for the same occasion {facts.get('at')}, by {facts.get('journey')}"


def _braked(facts: Facts, _: str) -> str:
    since = f" since {facts['since']}" if facts.get("since") else ""
    on = "sign-ups" if facts.get("scope") == "questions" else "marketing and sign-ups"
    return f"the brake is on for {on}{since}" + (f" ({facts['why']})" if facts.get("why") else "")


_RULES = {
    "brake": "the brake",
    "cap": "a frequency cap",
    "fewer": "fewer messages, as the person wishes",
    "pause": "the person's pause",
    "quiet_hours": "quiet hours",
    "order": "the message ahead",
    "not_yet": "its own time",
}
_SOON = frozenset(("inbox", "priority"))
_WHY: Mapping[str, Callable[[Facts, str], str]] = {
    "inbox": lambda f, _: (
        "events were missed and are being looked up"
        if f.get("events_missed")
        else f"{listed(f.get('events', ()), 'and')} has just come and may end the journey"
    ),
    "not_yet": lambda _f, _: "it is to leave then",
    "order": lambda f, _: f"“{listed(f.get('ahead', ()), 'and')}” of the same journey goes first",
    "priority": lambda f, _: f"more important journeys go first: {listed(f.get('journeys', ()), 'and')}",
    "brake": _braked,
    "pause": lambda f, _: f"the person asked for a pause until {f.get('paused_until')}",
    "fewer": lambda f, _: f"the person asked for one message a week at most; the last left {f.get('last')}",
    "cap": _cap,
    "quiet_hours": _quiet,
    "enrolment_gone": lambda _f, _: "the person or the journey is gone",
    "exited": _exited,
    "goal": _goal,
    "holdout": lambda f, _: f"held out: {f.get('percent')} % get nothing and are measured",
    "stale": _stale,
    "no_address": lambda _f, channel: f"there is no address for {channel_words(channel)}",
    "browser": lambda f, _: (
        f"a browser said “{f.get('event')}” ({f.get('event_at')}), and anybody can make that up: transactional mails "
        "follow the shop's own server"
    ),
    "unproven_address": lambda _f, channel: (
        f"only a browser has told of an address for {channel_words(channel)}, and anybody can make that up: tell it by "
        "an identify of the shop's own server"
    ),
    "no_consent": _no_consent,
    "suppressed": _suppressed,
    "sunset": lambda f, _: f"no marketing since {f.get('since')}, because nothing came back",
    "duplicate": _duplicate,
}
