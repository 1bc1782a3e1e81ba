"""The lines of a timeline: events, consent, entries and refusals, steps, messages with every look, and feedback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from anlass.domain.call import Call
from anlass.domain.condition import Facts, event_facts
from anlass.domain.enrolment import Enrolment, Heard, StepMemory
from anlass.domain.event import Event
from anlass.domain.ids import short
from anlass.domain.journey import Journey
from anlass.domain.ledger import Statement
from anlass.domain.person import person_facts
from anlass.domain.send import Send
from anlass.domain.surroundings import Surroundings
from anlass.language.picture.words import channel_words, listed, spaced
from anlass.language.steps.branch import BranchRun
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.lines import KINDS, Kind, Line
from anlass.language.timeline.look_words import look_words
from anlass.language.timeline.script import Scene
from anlass.language.timeline.unmet import unmet, values_in

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
}
_OUTCOMES = {
    "finished": "Through: all its steps are done",
    "goal": "Out: the goal is reached",
    "merged": "Out: two profiles turned out to be one person, who was in it twice",
    "restarted": "Out: it was entered anew",
    "held out": "Measured: the time to reach the goal by themselves is over",
}


def lines_of(dossier: Dossier, journey: str | None = None) -> list[Line]:
    """By time. Of one journey: its own lines, the events that it starts with or listens for, and all consent."""
    live = dossier.catalog.journeys.get(journey) if journey is not None else None
    found = [
        *_events(dossier, live.hears if live is not None else None),
        *map(_stated, dossier.statements),
        *_refused(dossier),
        *(line for enrolment in dossier.enrolments for line in _enrolled(enrolment, dossier)),
        *(line for send in dossier.sends for line in _sent(send, dossier)),
        *map(_called, dossier.calls),
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
    return unmet(journey.who, {**facts_of(dossier, journey), "entry": heard, "event": heard})


def facts_of(dossier: Dossier, journey: Journey) -> Facts:
    catalog = dossier.catalog
    return person_facts(
        dossier.person, journey.topic, catalog.currency, dossier.now, dossier.history, catalog.segments.all
    )


def event_named(dossier: Dossier, name: str) -> Event | None:
    """The event whose shortened id is this."""
    return next((event for event in reversed(dossier.events) if short(event.id, len(name)) == name), None)


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
    about = "opens and clicks" if statement.purpose == "tracking" else _topic(statement.topic)
    act = {
        "granted": "Consent granted",
        "confirmed": "Consent confirmed",
        "withdrawn": "Consent withdrawn",
        "objected": "Objection",
        "existing-customer": "Existing customer",
    }[statement.act]
    words = f"{act}: {channel_words(statement.channel)}, {about}"
    who = {"shop": "the shop", "person": "the person"}[statement.by]
    version = (f"text {statement.text_version}",) if statement.text_version else ()
    facts = {"act": statement.act, "channel": statement.channel, "topic": statement.topic, "by": statement.by}
    more = {"source": statement.source, "purpose": statement.purpose, "text_version": statement.text_version}
    return Line(statement.at, "consent", words, None, (f"by {who}, {statement.source}", *version), {**facts, **more})


def _topic(topic: str) -> str:
    return "all topics" if topic == "*" else f"“{topic}”"


def _refused(dossier: Dossier) -> Iterator[Line]:
    for id_, turned in dossier.person.state.refused.items():
        journey, event = dossier.catalog.journeys.get(id_), event_named(dossier, turned.event)
        by = f" by {event.name} ({dossier.told(event.at)})" if event is not None else ""
        why = [refusal_words(turned.reason)]
        if turned.reason == "who" and journey is not None:
            why += [f"not true, as it stands now: {part}" for part in why_not(journey, event, dossier)]
        facts = {"reason": turned.reason, "event": event.id if event is not None else None}
        yield Line(turned.at, "refused", f"Did not enter{by}", id_, tuple(why), facts)


def _enrolled(row: Enrolment, dossier: Dossier) -> Iterator[Line]:
    script = dossier.script(row.journey, row.version)
    name = "a day of the calendar" if row.entry.name.startswith("@") else row.entry.name
    starts = tuple(f"{says.what}: {says.text}" for says in script.triggers) if script is not None else ()
    held_out = ("held out: gets nothing and is measured just the same",) if row.is_held_out else ()
    facts = {"enrolment": row.id, "version": row.version, "event": row.entry.id, "held_out": row.is_held_out or None}
    text = f"Entered by {name} ({dossier.told(row.entry.at)})"
    yield Line(row.entered_at, "entered", text, row.journey, (*held_out, *starts), facts)
    for id_, memory in row.steps.items():
        scene = script.scenes.get(id_) if script is not None else None
        if scene is None or scene.kind != "send":  # a message has lines of its own
            text, why = _passed(id_, memory, scene, row, dossier)
            yield Line(memory.at, "step", text, row.journey, why, {"enrolment": row.id, "step": id_})
    yield from _present(row, dossier)


def _present(row: Enrolment, dossier: Dossier) -> Iterator[Line]:
    """Where it is, or how it ended."""
    facts = {"enrolment": row.id, "outcome": row.outcome, "status": row.status}
    if row.goal_at is not None and row.outcome != "goal":
        yield Line(row.goal_at, "left", "The goal is reached", row.journey, (), facts)
    ended = row.event.at if row.exit_seq is not None and row.event is not None else None
    if row.outcome is not None and not (row.status == "active" and row.step is not None):
        last = ended or max((memory.at for memory in row.steps.values()), default=row.entered_at)
        kind: Kind = "left" if ended is not None else "done"
        yield Line(last, kind, outcome_words(row), row.journey, (), facts)
    elif row.status == "quarantined":
        yield Line(row.step_since, "done", "Stopped: it failed five times and waits for somebody to look", row.journey)
    elif row.step is not None:
        yield Line(row.step_since, "present", present_words(row, dossier), row.journey, (), {**facts, "step": row.step})


def outcome_words(row: Enrolment) -> str:
    if row.exit_seq is not None and row.event is not None and row.outcome in ("exit", "goal"):
        goal = ", which is the goal" if row.outcome == "goal" else ""
        return f"Out: {row.event.name} ended it{goal}"
    return _OUTCOMES.get(row.outcome or "", f"Out: {row.outcome}")


def present_words(row: Enrolment, dossier: Dossier) -> str:
    """`Is at “Wait after 24 hours”: until 2026-03-03 10:00, or Order Completed`"""
    script = dossier.script(row.journey, row.version)
    words = script.words(row.step or "") if script is not None else f"step “{row.step}”"
    if row.held_at is not None:
        return f"Is at “{words}”, held: the journey is switched off"
    until = [f"until {dossier.told(row.due)}"] if row.due is not None else []
    awaited = sorted(name for name in row.awaits if not name.startswith("@"))
    more = [*until, *([f"or {listed(awaited, 'or')}"] if awaited else [])]
    return f"Is at “{words}”: {', '.join(more)}" if more else f"Is at “{words}”"


def _passed(
    id_: str, memory: StepMemory, scene: Scene | None, row: Enrolment, dossier: Dossier
) -> tuple[str, tuple[str, ...]]:
    """What a step did, and why."""
    again = f" ({memory.visit} times by now)" if memory.visit > 1 else ""
    if scene is None:
        return f"Passed the step “{id_}”{again}", ()
    words = f"{scene.says.what}: {scene.says.text}" if scene.says.text else scene.says.what
    match scene.kind:
        case "wait":
            return f"The wait is over: {scene.says.text}{again}", ()
        case "wait_for" if memory.event is not None:
            return f"{memory.event.name} came ({dossier.told(memory.event.at)}){again}", (words,)
        case "wait_for":
            return f"No answer came: {scene.says.text}{again}", scene.says.more
        case "branch":
            return f"Branch: went on {_taken(scene, row)}{again}", _asked(id_, row, dossier)
        case "split":
            return f"Split: {memory.variant}{again}", (words,)
    return f"{words}{again}", ()


def _taken(scene: Scene, row: Enrolment) -> str:
    """The way whose steps were reached; where none has any, the one without."""
    reached = {*row.steps, row.step}
    for way in scene.ways:
        if way.steps & reached:
            return way.words
    empty = [way.words for way in scene.ways if not way.steps]
    return listed([*empty, *([scene.else_] if scene.else_ else [])], "or") or "behind it"


def _asked(id_: str, row: Enrolment, dossier: Dossier) -> tuple[str, ...]:
    """What the branch looked at, with the values that it would find now."""
    journey = dossier.catalog.journeys.get(row.journey)
    step = journey.steps.get(id_) if journey is not None and journey.version == row.version else None
    if journey is None or not isinstance(step, BranchRun):
        return ()
    sends = {send.row: send for send in dossier.by_enrolment.get(row.id, ())}
    around = Surroundings(facts_of(dossier, journey), row, sends)
    said = [values_in(way.when, around) for way in step.ways]
    return tuple(dict.fromkeys(f"{value}, as it stands now" for values in said for value in values))


def _sent(send: Send, dossier: Dossier) -> Iterator[Line]:
    facts = {"message": send.id, "template": send.template, "channel": send.channel, "status": send.status}
    name = f"“{send.step}”" + (f" ({send.visit})" if send.visit > 1 else "")
    made = f"Message {name} was made: {send.template} by {channel_words(send.channel)}"
    yield Line(send.created_at, "made", made, send.journey, (), {**facts, "not_after": send.not_after})
    for look in send.looks:
        text = f"Last look at {name}. {look_words(look, send.channel, dossier.told)}"
        told = {"outcome": look.outcome, "reason": look.reason, "until": look.until}
        yield Line(look.at, "look", text, send.journey, (), {**facts, **told, **look.facts})
    is_told = send.status == "SKIPPED" and bool(send.looks) and send.looks[-1].outcome == "skipped"
    if not is_told and (closed := closing_words(send)) is not None and send.closed_at is not None:
        yield Line(send.closed_at, "closed", f"Message {name} {closed}", send.journey, (), facts)
    for at, what in _reports(send):
        yield Line(at, "feedback", f"Message {name} {what}", send.journey, (), {**facts, "report": what})


def closing_words(send: Send) -> str | None:
    """What became of a message, and None while that is open."""
    match send.status:
        case "SENT":
            return "left"
        case "SKIPPED":
            return f"was not sent ({spaced(send.reason or 'skipped')})"
        case "FAILED":
            return f"failed: {send.reason}"
        case "UNKNOWN":
            return f"may have left: nobody knows ({send.reason}); it is not sent again"
    return None


def _reports(send: Send) -> Iterable[tuple[datetime, str]]:
    told = {
        "was delivered": send.delivered_at,
        "was opened": send.opened_at,
        "was clicked": send.clicked_at,
        "bounced": send.bounced_at,
        "was marked as spam": send.complained_at,
        "was confirmed": send.confirmed_at,
    }
    return [(at, what) for what, at in told.items() if at is not None]


def _called(call: Call) -> Line:
    at = call.closed_at or call.created_at
    facts = {"enrolment": call.enrolment, "step": call.step, "status": call.status}
    return Line(at, "step", f"Webhook “{call.step}”: {call.status.lower()}", call.journey, (), facts)
