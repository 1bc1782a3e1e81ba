"""What must be read because STATE does not hold it: older orders and entries, and what orders came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from anlass.domain.applying import Record
from anlass.domain.catalog import Catalog
from anlass.domain.counting import Amount, amount_of, order_of
from anlass.domain.event import ORDERED
from anlass.domain.profile import State
from anlass.domain.remembering import asked_by, held_by, recalled
from anlass.keys import (
    Key,
    RememberedKey,
    Rows,
)
from anlass.ports import EventLog
from anlass.usecases.histories import EVER
from anlass.usecases.pointers import grouped, merges, people_of


def remembered_keys(rows: Rows, records: Sequence[Record], catalog: Catalog) -> Iterator[Key]:
    """What is to be asked of the past of those of whom rows tell of it."""
    if not any(isinstance(row, State) and row.remembered for row in rows.found.values()):
        return
    for group in grouped(records, rows):
        people = people_of(group, rows)
        marks = {mark for record in group for mark in asked_by(record.event, catalog)}
        if any(merges(rows, record) for record in group):
            marks |= {mark for state in people for mark in held_by(state)}
        yield from (RememberedKey(owner, mark) for state in people for owner in state.remembered for mark in marks)


def shared_orders(rows: Rows, group: Sequence[Record], event_log: EventLog, currency: str) -> dict[str, Amount]:
    """What orders came to of which two people were told who turn out at these records to be one. A query only where
    such are stored already."""
    events = [record.event for record in group]
    if any(merges(rows, record) for record in group):
        known = rows.remembered()
        people = [recalled(state, known) for state in people_of(group, rows)]
        told = Counter(order for state in people for order in state.orders.recent)
        told.update({order_of(event) for event in events if event.name == ORDERED})
        if any(times > 1 for times in told.values()):
            identities = {identity for state in people for identity in state.identities}
            latest = max((state.last_seen for state in people if state.last_seen is not None), default=EVER)
            events += event_log.of_person(identities, EVER, latest, (ORDERED,))
    orders = (event for event in events if event.name == ORDERED and event.source != "browser")
    return {order_of(event): amount_of(event, currency) for event in orders}
