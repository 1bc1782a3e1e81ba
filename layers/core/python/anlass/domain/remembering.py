"""What STATE has no room for and must be known all the same: an order counts once, a value of `entry.per` enters once.

STATE holds the newest of them. What falls out of it gets a row of its own, named by a mark, and STATE says from then on
below whose id such rows lie. They are read where there are any and an event asks for one: nobody else pays for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from anlass.domain.catalog import Catalog
from anlass.domain.changes import Remember
from anlass.domain.counting import order_of
from anlass.domain.enrolling import value_of
from anlass.domain.event import ORDERED, Event
from anlass.domain.journey import Journey
from anlass.domain.matching import entry_of
from anlass.domain.profile import RECENT_ORDERS, Entered, State
from anlass.domain.registry.events import ENROL
from anlass.domain.trigger import AbsenceTrigger, LazyTrigger, ReplenishTrigger

PER_VALUES = 20  # of one journey
AT_ONCE = 30  # rows of one person in one commit; what else has no room stays in STATE until the next
_ORDER, _ENTRY = "order", "entry"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def order_mark(order: str) -> str:
    return f"{_ORDER}#{order}"


def entry_mark(journey: Journey, properties: Mapping[str, Any]) -> str | None:
    """None: the journey does not care whether this value has entered before."""
    value = value_of(journey, properties)
    return None if value is None or journey.entry.again == "always" else f"{_ENTRY}#{journey.id}#{value}"


def asked_by(event: Event, catalog: Catalog) -> Iterator[str]:
    """The marks of all that must be known of the past when this event is applied. Timers ask when they ring."""
    if event.name == ORDERED and event.source != "browser":
        yield order_mark(order_of(event))
    for journey, trigger in (*catalog.starting(event), *catalog.reached_by_joining(event)):
        if not isinstance(trigger, LazyTrigger | AbsenceTrigger | ReplenishTrigger):
            yield from _marked(journey, event.properties)
    if event.name == ENROL and (target := catalog.journeys.get(str(event.properties.get("journey")))) is not None:
        yield from _marked(target, entry_of(event).properties)


def held_by(state: State) -> Iterator[str]:
    """The marks of the orders in STATE: whoever turns out to be the same person may have been told of them too. What
    both have rows for already is not found: such an order counts twice.
    """
    return map(order_mark, state.orders.recent)


def recalled(state: State, known: Mapping[tuple[str, str], datetime]) -> State:
    """The state with what rows remember of this person, as if it had had room. `known`: (profile, mark) -> time."""
    for (profile, mark), at in known.items():
        if profile in state.remembered:
            state = _with(state, mark, at)
    return state


def make_room(state: State, journeys: Mapping[str, Journey]) -> tuple[State, tuple[Remember, ...]]:
    """The state as it is stored, and the rows of what it has no room for; both belong into the same commit."""
    if len(state.orders.recent) <= RECENT_ORDERS and all(len(e.per) <= PER_VALUES for e in state.entered.values()):
        return state, ()
    recent = state.orders.recent
    staying = recent[: max(RECENT_ORDERS, len(recent) - AT_ONCE)]
    last = state.orders.last_at or _LONG_AGO
    rows = [Remember(state.id, order_mark(order), last) for order in recent[len(staying) :]]
    entered = dict(state.entered)
    for id_, each in state.entered.items():
        if len(each.per) > PER_VALUES:
            entered[id_], dropped = _without_oldest(each, _period(journeys.get(id_)), AT_ONCE - len(rows))
            rows += (Remember(state.id, f"{_ENTRY}#{id_}#{value}", at, until) for value, at, until in dropped)
    remembered = tuple(dict.fromkeys((*state.remembered, state.id))) if rows else state.remembered
    orders = replace(state.orders, recent=staying)
    return replace(state, orders=orders, entered=entered, remembered=remembered), tuple(rows)


def _marked(journey: Journey, properties: Mapping[str, Any]) -> Iterable[str]:
    mark = entry_mark(journey, properties)
    return () if mark is None else (mark,)


def _with(state: State, mark: str, at: datetime) -> State:
    kind, *names = mark.split("#")
    if kind == _ORDER:
        (order,) = names
        recent = state.orders.recent
        return state if order in recent else replace(state, orders=replace(state.orders, recent=(*recent, order)))
    journey, value = names
    entered = state.entered.get(journey, Entered(at))
    per = {**entered.per, value: max(at, entered.per.get(value, at))}
    return replace(state, entered={**state.entered, journey: replace(entered, per=per)})


def _period(journey: Journey | None) -> timedelta | None:
    """For how long a value must be known; None: for good. A journey that was taken down may come back."""
    if journey is None or journey.entry.again == "never":
        return None
    return timedelta(0) if journey.entry.again == "always" else journey.entry.again * journey.pace


def _without_oldest(
    entered: Entered, period: timedelta | None, room: int
) -> tuple[Entered, list[tuple[str, datetime, datetime | None]]]:
    """The newest values stay. Of the others those need a row (value, time, until when) that may not enter again yet."""
    by_time = sorted(entered.per.items(), key=lambda item: item[1])
    over, staying = by_time[:-PER_VALUES], by_time[-PER_VALUES:]
    newest = by_time[-1][1]
    rows = [
        (value, at, None if period is None else at + period)
        for value, at in over
        if period is None or newest - at < period
    ]
    later = {value: at for value, at, _ in rows[max(room, 0) :]}
    return replace(entered, per={**later, **dict(staying)}), rows[: max(room, 0)]
