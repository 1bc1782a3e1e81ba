"""What one event means to one person: timers armed and disarmed, enrolments woken, journeys entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from anlass.domain.catalog import Catalog
from anlass.domain.changes import Append, Change, SaveTimer
from anlass.domain.condition import event_facts, passes
from anlass.domain.enrolling import Refused, enrol
from anlass.domain.enrolment import SWEEP_AFTER, Heard
from anlass.domain.event import Event
from anlass.domain.ids import short, timer_id
from anlass.domain.journey import Journey
from anlass.domain.keeping import kept
from anlass.domain.person import History, Person, person_facts
from anlass.domain.profile import Live, State, TimerState
from anlass.domain.send import is_about_another
from anlass.domain.timer import Timer, round_up_to_minute
from anlass.domain.trigger import LazyTrigger


@dataclass(frozen=True, slots=True)
class Reaction:
    """`refused`: journey id -> reason, for whoever asks why somebody did not enter."""

    state: State
    changes: tuple[Change, ...] = ()
    refused: Mapping[str, str] | None = None


def react(
    event: Event,
    person: Person,
    catalog: Catalog,
    pinned: Mapping[tuple[str, str], Journey],
    history: History,
    now: datetime,
) -> Reaction:
    """`person` has the event counted already. `pinned`: the versions of its live enrolments. `history`: what the
    triggers on this event ask for.
    """
    state = person.state
    changes: list[Change] = []
    refused: dict[str, str] = {}
    heard = Heard(event.id, event.name, event.at, event.properties)
    for journey, lazy in catalog.disarmed_by.get(event.name, ()):
        state = _disarm(state, journey, lazy, event)
    for id_, live in state.live.items():
        concerned = pinned.get((live.journey, live.version))
        if concerned is not None and _concerns(event, id_, live, concerned):
            properties = kept(event.properties, concerned.reads(event.name))
            told = replace(heard, properties=properties, late=is_late(event, concerned))
            changes.append(Append(id_, (told,), now + SWEEP_AFTER))
    for journey, trigger in catalog.started_by.get(event.name, ()):
        facts = person_facts(replace(person, state=state), journey.topic, catalog.currency, now, history)
        seen = {**facts, "event": event_facts(heard)}
        if isinstance(trigger, LazyTrigger):
            if passes(trigger.where, seen):
                state, armed = arm(state, journey, trigger, event, now)
                changes += armed
            continue
        if is_late(event, journey) or not passes(trigger.where, seen):
            continue
        cause = f"{event.identity}\n{event.moment}"
        # An event that overtook this one (another identity, another shard) is in no inbox: the first advance asks.
        overtaken = state.last_seen is not None and state.last_seen > event.at
        answer = enrol(journey, catalog, state, heard, cause, facts, now, catch_up=overtaken)
        if isinstance(answer, Refused):
            refused[journey.id] = answer.reason
            continue
        state = answer.state
        changes += answer.changes
    return Reaction(state, tuple(changes), refused)


def is_late(event: Event, journey: Journey) -> bool:
    """History: imports, and what was too old when it arrived. It counts, disarms and exits, but starts nothing."""
    return event.is_import or event.received_at - event.at > journey.entry.max_age


def arm(
    state: State, journey: Journey, trigger: LazyTrigger, event: Event, now: datetime
) -> tuple[State, tuple[Change, ...]]:
    """Moves the timer's time; the first arming alone makes a timer row and, by the outbox, one schedule."""
    timer = state.timers.get(trigger.key, TimerState())
    if timer.last == event.key or (timer.last_at is not None and event.at < timer.last_at):
        return state, ()  # the very event that counts, come again: it had its ring, or will have it
    due = event.at + trigger.after * journey.pace
    if event.is_import or (is_late(event, journey) and due <= now):
        return state, ()
    timer = replace(timer, last_at=event.at, last=event.key)
    if is_disarmed(timer) or timer.armed is not None:
        return state.with_timer(trigger.key, timer), ()
    id_ = timer_id(state.id, trigger.key, f"{event.identity}\n{event.moment}")
    rings = round_up_to_minute(max(due, now))
    row = Timer(id_, state.id, trigger.key, 1, rings, rings + SWEEP_AFTER)
    state = state.with_timer(trigger.key, replace(timer, armed=id_))
    return state, (SaveTimer(row, read_generation=None),)


def is_disarmed(timer: TimerState) -> bool:
    """What ends the wait came after (or with) what began it, by the events' own times."""
    return timer.last_at is None or (timer.unless_at is not None and timer.unless_at >= timer.last_at)


def _disarm(state: State, journey: Journey, trigger: LazyTrigger, event: Event) -> State:
    """Remembers the time even where nothing is armed: the cart may arrive after the purchase."""
    timer = state.timers.get(trigger.key, TimerState())
    if timer.unless_at is not None and timer.unless_at >= event.at:
        return state
    forgettable = event.received_at - event.at > max(trigger.after, journey.entry.max_age)
    if forgettable and timer.last_at is None:
        return state
    return state.with_timer(trigger.key, replace(timer, unless_at=event.at))


def _concerns(event: Event, enrolment: str, live: Live, journey: Journey) -> bool:
    """Whether an exit, the goal or a wait of this enrolment listens for the event. Steps' own values decide later."""
    if event.id == live.entry or event.at < live.since:
        return False
    facts = {"event": {"name": event.name, "id": event.id, "at": event.at, "properties": event.properties}}
    for on in journey.listens.get(event.name, ()):
        if not on.match and is_about_another(event.name, event.properties, enrolment):
            continue
        matches = all(
            live.match.get(path.removeprefix("entry.properties."), "") == short(str(event.properties.get(name)))
            for name, path in on.match
            if path.startswith("entry.properties.")
        )
        if matches and passes(on.where, facts):
            return True
    return False
