"""What a ring of a timer means: due → enrol; moved → ring again later; disarmed → clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from anlass.domain.arming import consumable_of, is_disarmed, lines_of
from anlass.domain.catalog import Catalog
from anlass.domain.changes import Change, DropTimer, SaveTimer
from anlass.domain.comparing import matched
from anlass.domain.condition import Facts, HistoryNeed, event_facts, getter, passes
from anlass.domain.enrolling import Refused, enrol
from anlass.domain.enrolment import SWEEP_AFTER, Heard
from anlass.domain.event import order_id_of
from anlass.domain.habits import passes_bound
from anlass.domain.journey import Journey
from anlass.domain.profile import State, TimerState
from anlass.domain.timer import Occasion, Timer, round_up_to_minute
from anlass.domain.trigger import (
    AbsenceTrigger,
    ChangeTrigger,
    DateTrigger,
    EventTrigger,
    LazyTrigger,
    ReplenishTrigger,
    ScheduleTrigger,
    ThresholdTrigger,
    Trigger,
)

Outcome = Literal["enrolled", "refused", "moved", "cleared"]


@dataclass(frozen=True, slots=True)
class Ring:
    """All of it is one commit, on the timer's generation and the state's version."""

    outcome: Outcome
    state: State
    changes: tuple[Change, ...]
    refused: str | None = None


def due_at(journey: Journey, trigger: LazyTrigger, timer: TimerState, facts: Facts | None) -> datetime | None:
    """When the lazy timer is due, from STATE; the earliest it can be without facts; None if it is disarmed."""
    if is_disarmed(timer) or timer.last_at is None:
        return None
    if facts is None:
        return timer.last_at + trigger.shortest * journey.pace
    delay = next((delay for when, delay in trigger.delays if passes(when, facts)), None)
    return None if delay is None else timer.last_at + delay * journey.pace


def needs_of(trigger: Trigger, entry: Heard | None, now: datetime) -> frozenset[HistoryNeed]:
    """What a ring reads of the past, beside what `who` asks."""
    match trigger:
        case LazyTrigger(delays=delays):
            return frozenset[HistoryNeed]().union(*(when.history for when, _ in delays if when is not None))
        case AbsenceTrigger(unless=unless) if entry is not None:
            return frozenset(HistoryNeed(name, now - entry.at) for name in unless)
        case ChangeTrigger():
            return trigger.needs
        case _:
            return frozenset()


def ring(
    row: Timer,
    state: State,
    journey: Journey | None,
    trigger: Trigger | None,
    catalog: Catalog,
    entry: Heard | None,
    facts: Facts | None,
    now: datetime,
) -> Ring:
    """`journey` None: it is live no more. `entry`: the event that counts; None if it is gone (erased, expired) or has
    enrolled before. `facts`: None where nothing could be due yet.
    """
    if row.occasion is not None:
        return _ring_own(row, state, journey, trigger, catalog, entry, facts or {}, now)
    timer = state.timers.get(row.trigger, TimerState())
    drop = DropTimer(row.id, row.generation)
    if timer.armed != row.id:
        return Ring("cleared", state, (drop,))  # after a merge the other row of the two goes on
    cleared = state.with_timer(row.trigger, replace(timer, armed=None))
    is_lazy = journey is not None and isinstance(trigger, LazyTrigger)
    due = due_at(journey, trigger, timer, facts) if is_lazy else None  # type: ignore[arg-type]
    if due is not None and due > now:
        return _moved(row, state, due)
    if journey is None or not isinstance(trigger, LazyTrigger) or due is None or entry is None:
        return Ring("cleared", cleared, (drop,))
    # What ends the journey but not the wait may have come meanwhile, and is in no inbox.
    unheard = not journey.listens.keys() <= trigger.unless
    return _entered(row, cleared, journey, catalog, entry, facts or {}, now, unheard)


def _ring_own(
    row: Timer,
    state: State,
    journey: Journey | None,
    trigger: Trigger | None,
    catalog: Catalog,
    entry: Heard | None,
    facts: Facts,
    now: datetime,
) -> Ring:
    """A row that rings for an occasion of its own: the occasion may have gone meanwhile."""
    drop = DropTimer(row.id, row.generation)
    if row.due > now:
        return _moved(row, state, row.due)
    if journey is None or trigger is None or entry is None or not _holds(row, journey, trigger, entry, facts, catalog):
        return Ring("cleared", state, (drop,))
    # What they did since the event is months of shopping, and ends nothing that they enter only now.
    return _entered(row, state, journey, catalog, entry, facts, now, unheard=False)


def _moved(row: Timer, state: State, due: datetime) -> Ring:
    rings = round_up_to_minute(due)
    later = replace(
        row, generation=row.generation + 1, due=rings, sweep_at=rings + SWEEP_AFTER, attempts=0, request="schedule"
    )
    return Ring("moved", state, (SaveTimer(later, read_generation=row.generation),))


def _entered(
    row: Timer,
    state: State,
    journey: Journey,
    catalog: Catalog,
    entry: Heard,
    facts: Facts,
    now: datetime,
    unheard: bool,
) -> Ring:
    drop = DropTimer(row.id, row.generation)
    occasion = row.occasion or Occasion()
    cause = f"{row.id}\n{entry.id}" if occasion.day is None else entry.id
    if occasion.event is not None and not occasion.is_backfill:
        cause = _order(row.trigger, occasion, entry, state.id) or cause
    is_alone = occasion.line is not None
    answer = enrol(
        journey, catalog, state, entry, cause, facts, now, catch_up=unheard, is_alone=is_alone, planned=row.due
    )
    if isinstance(answer, Refused):
        return Ring("refused", state.turned_away(journey.id, answer.reason, entry.id, now), (drop,), answer.reason)
    return Ring("enrolled", answer.state, (drop, *answer.changes))


def _order(trigger: str, occasion: Occasion, entry: Heard, profile: str) -> str | None:
    """An order (or a line of it) is one occasion, though the browser and the server tell of it, a row for each."""
    order = order_id_of(entry.name, entry.properties)
    line = "" if occasion.line is None else f"{occasion.line} {entry.properties.get('product_id')}"
    return None if order is None else f"{profile}\n{trigger}\norder {order}\n{line}"


def _holds(row: Timer, journey: Journey, trigger: Trigger, entry: Heard, facts: Facts, catalog: Catalog) -> bool:
    """Whether the occasion still is one."""
    history: Mapping[str, list[Heard]] = facts.get("history", {})
    if row.occasion is not None and row.occasion.is_backfill:
        return True  # looked at when the row was made; `who` is asked again now
    match trigger:
        case AbsenceTrigger():
            since = [heard for name in trigger.unless for heard in history.get(name, ())]
            heeded = (heard for heard in since if catalog.hears(journey, by_browser=heard.by_browser))
            return not any(is_answer(heard, trigger, entry) for heard in heeded)
        case ChangeTrigger():
            past = [heard for name in trigger.events for heard in history.get(name, ())]
            return passes_bound(trigger, past, entry.at + trigger.window, catalog.currency)
        case ReplenishTrigger():
            return True
        case DateTrigger():
            return True
        case ScheduleTrigger(segment=segment):
            return segment is None or (segment in catalog.segments.all and catalog.segments.all[segment].test(facts))
        case LazyTrigger() | EventTrigger() | ThresholdTrigger():
            return False  # the journey's trigger is another one now
        case _:
            assert_never(trigger)


def is_answer(heard: Heard, trigger: AbsenceTrigger, entry: Heard) -> bool:
    """Whether it answers the event of this entry: later, and with the same `match`."""
    facts = {"event": event_facts(entry)}
    wanted = [(heard.properties.get(name), getter(path)(facts)) for name, path in trigger.match]
    is_later = heard.at >= entry.at and heard.id != entry.id
    return is_later and all(w is not None and matched(v) == matched(w) for v, w in wanted)


def entry_at(row: Timer, trigger: Trigger, event: Heard | None) -> Heard | None:
    """What somebody enters with at this ring: the event, with the line of the order that it is about; or the day."""
    occasion = row.occasion
    if occasion is None or (event is not None and occasion.line is None):
        return event
    if event is not None and occasion.line is not None:
        lines = lines_of(event.properties)
        line = lines[occasion.line] if occasion.line < len(lines) else {}
        if isinstance(trigger, ReplenishTrigger) and consumable_of(trigger, line) is None:
            return None
        # Two lines of an order are two occasions by their rows; the event stays the order, which answers itself never.
        return replace(event, properties={**event.properties, **line})
    return None
