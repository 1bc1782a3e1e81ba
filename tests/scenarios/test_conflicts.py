"""Where two write the same rows at once, the loser looks again: nothing is lost and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anlass.adapters.memory.store import MemoryStore
from anlass.domain.applying import Record
from anlass.domain.changes import Change, SaveState
from anlass.domain.errors import Conflict
from anlass.ports import StateKey
from anlass.usecases.match_events import match_events

from cli.simulation import Simulation
from tests.builders import MINUTE
from tests.shop import CART, MORNING, a_simulation, an_event, content

TEMPLATES = ("first", "second", "last", "thanks")


class BusyStore(MemoryStore):
    """Somebody else is always faster with what `busy` says."""

    busy: Callable[[Sequence[Change]], bool] = staticmethod(lambda _: False)

    def commit(self, changes: Sequence[Change]) -> None:
        if self.busy(changes):
            raise Conflict("somebody was faster", frozenset({0}))
        super().commit(changes)


def of_anna(changes: Sequence[Change]) -> bool:
    return any(isinstance(change, SaveState) and change.state.id == "u:anna" for change in changes)


def a_busy_shop() -> tuple[Simulation, BusyStore]:
    shop = a_simulation(content(CART, templates=TEMPLATES))
    store = BusyStore(shop.event_log)
    shop.store = store
    return shop, store


def views(shop: Simulation, profile: str) -> int:
    state = shop.store.read([StateKey(profile)]).state(profile)
    return 0 if state is None else state.views


def test_whose_rows_keep_changing_is_left_for_later_with_all_that_follows_and_holds_up_nobody_else() -> None:
    shop, store = a_busy_shop()
    store.busy = of_anna
    viewed = [
        an_event("Product Viewed", MORNING + n * MINUTE, user=user) for n, user in enumerate(("anna", "ben", "anna"))
    ]
    records = [Record(event, "memory", str(number)) for number, event in enumerate(viewed, 1)]

    def match(records: Sequence[Record]) -> list[Record]:
        return match_events(
            records, store=store, event_log=shop.event_log, definitions=shop.definitions, clock=shop.clock
        )

    left = match(records)
    assert [record.sequence for record in left] == ["1", "3"]
    assert (views(shop, "u:anna"), views(shop, "u:ben")) == (0, 1)
    store.busy = lambda _: False
    assert match(records) == []
    assert (views(shop, "u:anna"), views(shop, "u:ben")) == (2, 1)
