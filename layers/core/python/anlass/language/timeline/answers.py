"""Why did she (not) get it? One plain answer for each journey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anlass.domain.arming import is_disarmed
from anlass.domain.condition import event_facts
from anlass.domain.enrolling import is_test_person
from anlass.domain.enrolment import Enrolment, Heard
from anlass.domain.event import Event
from anlass.domain.journey import Journey
from anlass.domain.matching import metric_of
from anlass.domain.send import Send
from anlass.domain.trigger import (
    AtEvents,
    ChangeTrigger,
    DateTrigger,
    LazyTrigger,
    ReplenishTrigger,
    ScheduleTrigger,
    ThresholdTrigger,
)
from anlass.language.picture.words import field_words, listed
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.lines import Answer
from anlass.language.timeline.look_words import look_words
from anlass.language.timeline.message_lines import closing_words
from anlass.language.timeline.telling import refusal_words, why_not
from anlass.language.timeline.unmet import unmet
from anlass.language.timeline.way_lines import outcome_words, present_words


def answers_of(dossier: Dossier, journey: str | None = None) -> list[Answer]:
    """Of one journey, or of all; those that nothing has started share one sentence."""
    known = {*dossier.catalog.journeys, *(row.journey for row in dossier.enrolments)}
    wanted = sorted(known) if journey is None else [journey]
    found = [Answer(id_, _answer(id_, dossier)) for id_ in wanted]
    if journey is not None:
        return found
    idle = [answer.journey for answer in found if answer.text.startswith(_IDLE)]
    told = [answer for answer in found if answer.journey not in idle]
    return [*told, *([Answer(", ".join(idle), f"{_IDLE}.")] if idle else [])]


_IDLE = "Nothing that starts it has happened"


def _answer(id_: str, dossier: Dossier) -> str:
    mine = sorted((row for row in dossier.enrolments if row.journey == id_), key=lambda row: row.entered_at)
    journey = dossier.catalog.journeys.get(id_)
    parts = [_run(row, dossier) for row in mine[-3:]]
    if len(mine) > 3:
        parts.insert(0, f"Was in it {len(mine)} times; of the last three:")
    turned = dossier.person.state.refused.get(id_)
    if turned is not None and (not mine or turned.at > mine[-1].entered_at):
        event = dossier.event_named(turned.event)
        by = f" by {event.name}" if event is not None else ""
        text = f"Did not enter{by} {dossier.told(turned.at)}: {refusal_words(turned.reason)}"
        missed = why_not(journey, event, dossier) if turned.reason == "who" and journey is not None else []
        parts.append(f"{text} (not true now: {listed(missed, 'and')})." if missed else f"{text}.")
    if parts:
        return " ".join(parts)
    if journey is None:
        return "There is no such journey, and this person was never in it."
    return _untouched(journey, dossier)


def _run(row: Enrolment, dossier: Dossier) -> str:
    """One time through the journey."""
    since = (
        f"Entered {dossier.told(row.entered_at)} by {'the calendar' if row.entry.name[:1] == '@' else row.entry.name}"
    )
    if row.is_held_out:
        return f"{since}, and was held out: gets nothing and is measured just the same."
    sends = dossier.by_enrolment.get(row.id, ())
    got = [
        f"“{send.step}” ({dossier.told(send.closed_at)})" for send in sends if send.status == "SENT" and send.closed_at
    ]
    said = [f"{since}."]
    if got:
        said.append(f"Got {listed(got, 'and')}.")
    said += _missing([send for send in sends if send.status != "SENT"], dossier)
    if row.status == "quarantined":
        said.append("It failed five times and waits for somebody to look.")
    elif row.outcome is not None and not (row.status == "active" and row.step is not None):
        said.append(f"{outcome_words(row)}.")
    elif row.step is not None:
        said.append(f"{present_words(row, dossier)}.")
    return " ".join(said)


def _missing(sends: Sequence[Send], dossier: Dossier) -> list[str]:
    """Of messages that have not left: the last look says why, of several at once where it is the same."""
    found: dict[str, list[str]] = {}
    for send in sends:
        if send.looks and send.status in ("PENDING", "SKIPPED"):
            why = look_words(send.looks[-1], send.channel, dossier.told)
        else:
            why = f"It {closing_words(send) or 'is on its way'}."
        found.setdefault(why, []).append(f"“{send.step}”")
    return [f"{listed(names, 'and')}: {why[0].lower()}{why[1:]}" for why, names in found.items()]


def _untouched(journey: Journey, dossier: Dossier) -> str:
    """Nobody entered, nobody was refused: what is missing."""
    state = dossier.person.state
    if journey.status == "off":
        return "The journey is switched off."
    if not journey.takes_new:
        return "The journey drains: it takes nobody new."
    if journey.status == "test" and not is_test_person(dossier.catalog, state, dossier.facts(journey)):
        return "The journey is in test, and this is none of the test people."
    said = [words for trigger in journey.triggers for words in _trigger(journey, trigger, dossier)]
    if said:
        return " ".join(dict.fromkeys(said))
    script = dossier.script(journey.id)
    starts = [f"{says.what.lower()}: {says.text}" for says in script.triggers] if script is not None else []
    return f"{_IDLE} ({listed(starts, 'or')})." if starts else f"{_IDLE}."


def _trigger(journey: Journey, trigger: object, dossier: Dossier) -> Iterator[str]:
    """How far a trigger got."""
    if isinstance(trigger, LazyTrigger):
        timer = dossier.person.state.timers.get(trigger.key)
        if timer is not None and timer.last_at is not None:
            since = dossier.told(timer.last_at)
            if is_disarmed(timer) and timer.unless_at is not None:
                yield f"What it waits after happened {since}, and what ends the wait {dossier.told(timer.unless_at)}."
            elif timer.armed is not None:
                row = next((each for each in dossier.timers if each.id == timer.armed), None)
                due = f" It looks again {dossier.told(row.due)}." if row is not None else ""
                yield f"What it waits after happened {since}; the time is not over yet.{due}"
            else:
                yield f"What it waits after happened {since}; the time is over and nobody entered."
            return
    if isinstance(trigger, DateTrigger | ScheduleTrigger):
        for row in dossier.timers:
            if row.trigger == trigger.key:
                yield f"It looks {dossier.told(row.due)} whether they enter."
        return
    if not isinstance(trigger, AtEvents):
        return
    last = _latest(trigger, dossier)
    if last is None:
        return
    when = f"{last.name} came last {dossier.told(last.at)}"
    waiting = [row for row in dossier.timers if row.trigger == trigger.key]
    if waiting:
        yield f"{when}; it looks {dossier.told(min(row.due for row in waiting))} whether they enter."
    elif trigger.where is not None:
        heard = event_facts(Heard(last.id, last.name, last.at, last.properties))
        parts = unmet(trigger.where, {**dossier.facts(journey), "event": heard})
        yield f"{when}, but it was not {listed(parts, 'and')}." if parts else f"{when}, before the journey was there."
    elif isinstance(trigger, ThresholdTrigger):
        metric = trigger.metric
        value = metric_of(metric, dossier.person, dossier.catalog.currency, dossier.now)
        passed = "reaches" if trigger.rises else "falls below"
        yield f"It starts when {field_words(metric.field)} {passed} {trigger.bound:g}; it is {value:g}."
    elif isinstance(trigger, ReplenishTrigger):
        yield f"{when}, with nothing in it that would be used up."
    elif isinstance(trigger, ChangeTrigger):
        yield f"{when}, and did not change {field_words(trigger.metric.field)} as much as it takes."
    else:
        yield f"{when}: before the journey was there, or so late that it counted no more."


def _latest(trigger: AtEvents, dossier: Dossier) -> Event | None:
    return next((event for event in reversed(dossier.events) if event.name in trigger.events), None)
