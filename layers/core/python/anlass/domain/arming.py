"""When triggers that wait will look: the times in STATE, and the timer rows that ring.

A lazy trigger has one time per person; its first arming alone makes a row and, by the outbox, one schedule. Where each
occasion counts for itself, each has its own row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from anlass.domain.changes import Change, SaveTimer
from anlass.domain.counting import amount
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.domain.event import Event
from anlass.domain.ids import is_address, timer_id
from anlass.domain.journey import Journey
from anlass.domain.local_time import at_local
from anlass.domain.profile import State, TimerState
from anlass.domain.timer import Occasion, Timer, round_up_to_minute
from anlass.domain.trigger import AbsenceTrigger, ChangeTrigger, Consumable, LazyTrigger, ReplenishTrigger

LONGEST_SUPPLY = timedelta(days=3650)
MOST_ITEMS = 10_000.0
Waiting = AbsenceTrigger | ReplenishTrigger | ChangeTrigger


def is_late(event: Event, journey: Journey) -> bool:
    """History: imports, and what was too old when it arrived. It counts, disarms and exits, but starts nothing."""
    return event.is_import or event.received_at - event.at > journey.entry.max_age


def may_arm(event: Event, journey: Journey, due: datetime, now: datetime) -> bool:
    """What is history already arms nothing; an import may, where the journey wants those who qualify already."""
    if event.is_import:
        return journey.entry.backfill is not None and due > now
    return due > now or not is_late(event, journey)


def arm(
    state: State, journey: Journey, trigger: LazyTrigger, event: Event, now: datetime
) -> tuple[State, tuple[Change, ...]]:
    """Moves the lazy timer's time; the first arming alone makes a timer row."""
    timer = state.timers.get(trigger.key, TimerState())
    if timer.last == event.key or (timer.last_at is not None and event.at < timer.last_at):
        return state, ()  # the very event that counts, come again: it had its ring, or will have it
    if timer.armed is None and not journey.takes_new:
        return state, ()  # a paused journey keeps the times of timers that will ring, and arms none
    due = event.at + trigger.shortest * journey.pace
    moves = timer.armed is not None and due > now  # an import starts nothing, and is the latest event all the same
    if not moves and not may_arm(event, journey, due, now):
        return state, ()
    timer = replace(timer, last_at=event.at, last=event.key)
    if is_disarmed(timer) or timer.armed is not None:
        return state.with_timer(trigger.key, timer), ()
    id_ = timer_id(state.id, trigger.key, f"{event.identity}\n{event.moment}")
    state = state.with_timer(trigger.key, replace(timer, armed=id_))
    return state, (new_timer(id_, state.id, trigger.key, max(due, now), now),)


def disarm(state: State, journey: Journey, trigger: LazyTrigger, event: Event) -> State:
    """Remembers the time even where nothing is armed: the cart may arrive after the purchase."""
    timer = state.timers.get(trigger.key, TimerState())
    if timer.unless_at is not None and timer.unless_at >= event.at:
        return state
    if timer.armed is None and journey.status == "off":
        return state
    longest = max(delay for _, delay in trigger.delays)
    forgettable = event.received_at - event.at > max(longest, journey.entry.max_age)
    if forgettable and timer.last_at is None:
        return state
    return state.with_timer(trigger.key, replace(timer, unless_at=event.at))


def is_disarmed(timer: TimerState) -> bool:
    """What ends the wait came after (or with) what began it, by the events' own times."""
    return timer.last_at is None or (timer.unless_at is not None and timer.unless_at >= timer.last_at)


def rows_for(
    trigger: Waiting, event: Event, state: State, journey: Journey, country: str | None, zone: tzinfo, now: datetime
) -> Iterator[SaveTimer]:
    """The timer rows that an event asks for. `country` and `zone` are the recipient's."""
    for wait in _waits(trigger, event, country, zone):
        due = event.at + wait.time * journey.pace
        if wait.time > timedelta(0) and may_arm(event, journey, due, now):
            part = f"{event.identity}\n{event.moment}\n{'' if wait.line is None else wait.line}"
            id_ = timer_id(state.id, trigger.key, part)
            yield new_timer(id_, state.id, trigger.key, max(due, now), now, Occasion(event.key, wait.line))


def new_timer(
    id_: str, profile: str, trigger: str, due: datetime, now: datetime, occasion: Occasion | None = None
) -> SaveTimer:
    rings, since = round_up_to_minute(due), now if is_address(profile) else None
    row = Timer(id_, profile, trigger, 1, rings, rings + SWEEP_AFTER, occasion=occasion, since=since)
    return SaveTimer(row, read_generation=None)


@dataclass(frozen=True, slots=True)
class _Wait:
    time: timedelta
    line: int | None = None


def _waits(trigger: Waiting, event: Event, country: str | None, zone: tzinfo) -> Iterator[_Wait]:
    match trigger:
        case AbsenceTrigger(after=after):
            yield _Wait(after)
        case ChangeTrigger(window=window):
            yield _Wait(window)  # then the event leaves it, and the rate falls
        case ReplenishTrigger():
            shipping = trigger.shipping.get(country or "", trigger.shipping.get("", timedelta(0)))
            for number, line in enumerate(lines_of(event.properties)):
                consumable = consumable_of(trigger, line)
                if consumable is not None:
                    quantity = amount(line.get("quantity"))
                    items = float(quantity) if quantity is not None and quantity > 0 else 1.0
                    lasts = min(timedelta(days=1) * min(items, MOST_ITEMS) * consumable.days_per_item, LONGEST_SUPPLY)
                    yield _Wait(_until(event.at, lasts - shipping - trigger.lead, trigger, zone), number)


def _until(bought: datetime, wait: timedelta, trigger: ReplenishTrigger, zone: tzinfo) -> timedelta:
    """At the trigger's hour of that day, where it names one."""
    if trigger.at is None:
        return wait
    day = bought.astimezone(zone).date() + timedelta(days=wait.days)
    return at_local(day, trigger.at, zone) - bought


def consumable_of(trigger: ReplenishTrigger, line: Mapping[str, Any]) -> Consumable | None:
    """What is known of such a product; the first that fits."""
    for each in trigger.products:
        if all(str(line.get(name)) == value for name, value in each.line.items()):
            return each
    return None


def lines_of(properties: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lines of an order; a place in this list names one."""
    products = properties.get("products")
    return [line if isinstance(line, Mapping) else {} for line in products] if isinstance(products, list) else []
