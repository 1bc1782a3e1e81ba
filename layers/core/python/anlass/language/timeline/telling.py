"""The lines of a timeline: events, consent and refusals here, ways and messages in files of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from anlass.domain.condition import event_facts
from anlass.domain.enrolment import Heard
from anlass.domain.event import Event
from anlass.domain.journey import Journey
from anlass.domain.ledger import Statement
from anlass.language.picture.words import channel_words, spaced
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.lines import KINDS, Line
from anlass.language.timeline.message_lines import call_line, message_lines
from anlass.language.timeline.unmet import unmet
from anlass.language.timeline.way_lines import way_lines
from anlass.language.timeline.words import by_words, topic_words

# What the system writes down of what is told from its own rows here.
_TOLD = ("Email ", "SMS ", "Push ", "Message Skipped", "Journey ", "Unsubscribed", "Consent Withdrawn", "@")
_REFUSALS = {
    "who": "the journey is not for this person",
    "again": "it is too early to enter again, or they may only once",
    "while_active": "they were in it already",
    "limit": "they were in 40 journeys already",
    "test_people": "the journey is in test, and they are none of the test people",
    "no_per": "the event does not say what the journey is entered for",
    "off": "the journey took nobody",
    "circle": "journeys led into each other in a circle; once a minute is the most",
    "max_age": "the event was too old when it arrived",
    "browser": "a browser said so, and anybody can make that up: transactional mails follow the shop's own server",
}


def lines_of(dossier: Dossier, journey: str | None = None) -> list[Line]:
    """By time. Of one journey: its own lines, the events that it starts with or listens for, and all consent."""
    live = dossier.catalog.journeys.get(journey) if journey is not None else None
    found = [
        *_events(dossier, live.hears if live is not None else None),
        *map(_stated, dossier.statements),
        *_refused(dossier),
        *(line for enrolment in dossier.enrolments for line in way_lines(enrolment, dossier)),
        *(line for send in dossier.sends for line in message_lines(send, dossier)),
        *map(call_line, dossier.calls),
    ]
    wanted = (line for line in found if journey is None or line.journey in (None, journey))
    return sorted(wanted, key=lambda line: (line.at, KINDS.index(line.kind)))


def refusal_words(reason: str) -> str:
    return _REFUSALS.get(reason, spaced(reason))


def why_not(journey: Journey, event: Event | None, dossier: Dossier) -> list[str]:
    """What of `who` is not true, as far as it is known now."""
    if journey.who is None:
        return []
    heard = _heard(event) if event is not None else {}
    return unmet(journey.who, {**dossier.facts(journey), "entry": heard, "event": heard})


def _heard(event: Event) -> Mapping[str, Any]:
    return event_facts(Heard(event.id, event.name, event.at, event.properties))


def _events(dossier: Dossier, names: frozenset[str] | None) -> Iterator[Line]:
    """The same one after another is one line."""
    run: list[Event] = []
    for event in dossier.events:
        if event.name.startswith(_TOLD) or (names is not None and event.name not in names):
            continue
        if run and (run[-1].name, run[-1].source) != (event.name, event.source):
            yield _happened(run, dossier)
            run = []
        run.append(event)
    if run:
        yield _happened(run, dossier)


def _happened(run: list[Event], dossier: Dossier) -> Line:
    first, last = run[0], run[-1]
    more = f", {len(run)} times until {dossier.told(last.at)}" if len(run) > 1 else ""
    why = ("it arrived late", f"received {dossier.told(first.received_at)}") if _is_late(first) else ()
    facts = {"event": first.name, "id": first.id, "times": len(run), "last": last.at, "by": first.source}
    return Line(first.at, "event", f"{first.name}{more}", None, why, facts)


def _is_late(event: Event) -> bool:
    return (event.received_at - event.at).total_seconds() > 3600


def _stated(statement: Statement) -> Line:
    about = "opens and clicks" if statement.purpose == "tracking" else topic_words(statement.topic)
    act = {
        "granted": "Consent granted",
        "confirmed": "Consent confirmed",
        "withdrawn": "Consent withdrawn",
        "objected": "Objection",
        "existing-customer": "Existing customer",
    }[statement.act]
    words = f"{act}: {channel_words(statement.channel)}, {about}"
    version = (f"text {statement.text_version}",) if statement.text_version else ()
    facts = {"act": statement.act, "channel": statement.channel, "topic": statement.topic, "by": statement.by}
    more = {"source": statement.source, "purpose": statement.purpose, "text_version": statement.text_version}
    why = (f"by {by_words(statement.by)}, {statement.source}", *version)
    return Line(statement.at, "consent", words, None, why, {**facts, **more})


def _refused(dossier: Dossier) -> Iterator[Line]:
    for id_, turned in dossier.person.state.refused.items():
        journey, event = dossier.catalog.journeys.get(id_), dossier.event_named(turned.event)
        by = f" by {event.name} ({dossier.told(event.at)})" if event is not None else ""
        why = [refusal_words(turned.reason)]
        if turned.reason == "who" and journey is not None:
            why += [f"not true, as it stands now: {part}" for part in why_not(journey, event, dossier)]
        facts = {"reason": turned.reason, "event": event.id if event is not None else None}
        yield Line(turned.at, "refused", f"Did not enter{by}", id_, tuple(why), facts)
