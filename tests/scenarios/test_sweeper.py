"""The sweeper tries what failed again, later each time, and gives up in the end without harm to anybody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from anlass.adapters.memory.store import MemoryStore
from anlass.domain.enrolment import ATTEMPTS, CALENDAR, SWEEP_AFTER, Enrolment
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.keys import (
    Key,
    Rows,
    StateKey,
    TimerKey,
)
from anlass.usecases.quarantine_enrolment import quarantine_enrolment
from anlass.usecases.sweep import BACKLOG, Sweeper, sweep
from anlass.wire import Deliver

from cli.simulation import Simulation
from tests.builders import DAY, HOUR, MINUTE
from tests.shop import CART, MORNING, an_event, content, identified, sent

TEMPLATES = ("first", "second", "last", "thanks")


class BrokenStore(MemoryStore):
    """What concerns `broken` cannot be read."""

    broken: str | None = None

    def read(self, keys: Iterable[Key], *, consistent: bool = True) -> Rows:
        keys = list(keys)
        if any(isinstance(key, TimerKey) and key.id == self.broken for key in keys):
            raise RuntimeError("this row breaks whoever reads it")
        return super().read(keys, consistent=consistent)

    def enrolment(self, id_: str) -> tuple[Enrolment | None, dict[str, Send]]:
        if id_ == self.broken:
            raise RuntimeError("this row breaks whoever reads it")
        return super().enrolment(id_)


class Shop(Simulation):
    """Sweeps by hand, and notes failures instead of raising them."""

    def __init__(self) -> None:
        super().__init__(MORNING)
        self.store: BrokenStore = BrokenStore(self.event_log)
        self.failures: list[str] = []

    def sweeps(self) -> dict[str, int]:
        return dict(
            sweep(
                Sweeper(
                    self.store,
                    self.event_log,
                    self.definitions,
                    self.queues,
                    self.executions,
                    self.clock,
                    self.border,
                    log=lambda kind, id_, error: self.failures.append(kind),
                )
            )
        )

    def rows(self, kind: type) -> list[Any]:
        return [row for row in self.store.rows() if isinstance(row, kind)]

    def the(self, kind: type, profile: str = "u:anna") -> Any:
        [row] = [row for row in self.rows(kind) if row.profile == profile]
        return row


@pytest.fixture
def shop() -> Shop:
    """Anna and Ben have filled their carts."""
    shop = Shop()
    shop.publish(content(CART, templates=TEMPLATES))
    for user in ("anna", "ben"):
        shop.ingest(identified(user, MORNING), an_event("Product Added", MORNING, user, product_id="beans", price=12))
    return shop


def test_a_timer_that_breaks_is_tried_later_each_time_and_cleared_so_that_the_next_cart_arms_anew(shop: Shop) -> None:
    timer = shop.the(Timer)
    shop.store.broken = timer.id
    shop.clock.set(timer.sweep_at)
    assert shop.sweeps() == {"timers failed": 1, "timers rung": 1}
    assert [row.profile for row in shop.rows(Enrolment)] == ["u:ben"], "nobody else suffers"
    pauses = []
    for _ in range(1, ATTEMPTS):
        pauses.append(shop.the(Timer).sweep_at - shop.clock.now())
        shop.clock.set(shop.the(Timer).sweep_at)
        shop.sweeps()
    assert pauses == [SWEEP_AFTER * 2**n for n in range(1, ATTEMPTS)]
    assert shop.failures == ["timer"] * ATTEMPTS
    assert shop.rows(Timer) == []
    state = shop.store.read([StateKey("u:anna")]).state("u:anna")
    assert state is not None
    assert {t.armed for t in state.timers.values()} == {None}
    shop.store.broken = None
    again = shop.clock.now()
    shop.ingest(an_event("Product Added", again, "anna", product_id="tea", price=5))
    shop.advance(again + HOUR + MINUTE)
    assert "anna@shop.example first" in sent(shop)


def test_an_enrolment_that_breaks_is_tried_later_each_time_and_rests_in_quarantine(shop: Shop) -> None:
    shop.advance(MORNING + 2 * HOUR)
    row = shop.the(Enrolment)
    shop.store.broken = row.id
    assert quarantine_enrolment(row.id, row.owner, store=shop.store, clock=shop.clock) == 1
    failed = shop.the(Enrolment)
    assert (failed.owner, failed.token, failed.attempts) == (CALENDAR, None, 1)
    pauses = [failed.sweep_at - shop.clock.now()]
    for _ in range(2, ATTEMPTS):
        shop.clock.set(max(shop.the(Enrolment).sweep_at, row.due))
        shop.sweeps()
        pauses.append(shop.the(Enrolment).sweep_at - shop.clock.now())
    shop.clock.set(shop.the(Enrolment).sweep_at)
    assert shop.sweeps()["enrolments quarantined"] == 1
    assert pauses == [SWEEP_AFTER * 2**n for n in range(1, ATTEMPTS)]
    assert shop.failures == ["enrolment"] * (ATTEMPTS - 1)
    resting = shop.the(Enrolment)
    assert (resting.status, resting.attempts, resting.sweep_at) == ("quarantined", ATTEMPTS, None)
    shop.store.broken = None
    shop.advance(MORNING + 10 * DAY)
    assert shop.the(Enrolment) == resting, "it waits for a person"
    assert shop.the(Enrolment, "u:ben").status == "done"


def test_an_advance_that_went_well_forgets_the_failures_before_it(shop: Shop) -> None:
    shop.advance(MORNING + 2 * HOUR)
    row = shop.the(Enrolment)
    quarantine_enrolment(row.id, row.owner, store=shop.store, clock=shop.clock)
    shop.advance(MORNING + 30 * HOUR)
    assert shop.the(Enrolment).attempts == 0
    assert sent(shop).count("anna@shop.example second") == 1


def test_the_failure_of_an_execution_that_owns_the_row_no_more_counts_for_nothing(shop: Shop) -> None:
    shop.advance(MORNING + 2 * HOUR)
    row = shop.the(Enrolment)
    assert quarantine_enrolment(row.id, "an-execution-of-long-ago", store=shop.store, clock=shop.clock) == 0
    assert shop.the(Enrolment) == row


def test_an_execution_that_lives_is_woken_and_not_replaced(shop: Shop) -> None:
    """Its timeout was lost: it is due, and its token still wakes it."""
    shop.advance(MORNING + 2 * HOUR)
    row = shop.the(Enrolment)
    shop.clock.set(row.sweep_at)
    assert shop.sweeps() == {"enrolments woken": 2}
    assert (shop.the(Enrolment).owner, shop.the(Enrolment).token) == (row.owner, row.token)
    shop.settle()
    assert shop.the(Enrolment).owner == row.owner


def test_a_dead_execution_is_replaced_and_finds_no_way_back(shop: Shop) -> None:
    shop.advance(MORNING + 2 * HOUR)
    row = shop.the(Enrolment)
    assert row.token is not None
    shop.executions._parked.clear()
    shop.clock.set(row.sweep_at)
    assert shop.sweeps() == {"enrolments taken over": 2}
    after = shop.the(Enrolment)
    assert after.owner != row.owner
    assert after.token is None
    assert after.seq > row.seq
    assert not shop.store.park(row.id, row.seq, row.owner, "too late")


def test_a_send_that_nobody_takes_is_queued_again_later_each_time_but_not_while_its_queue_is_behind(
    shop: Shop,
) -> None:
    shop.clock.set(MORNING + HOUR)
    while not shop.rows(Send):
        assert shop.step()
    shop.lose_requests()
    pauses = []
    for _ in range(4):
        shop.clock.set(max(shop.clock.now(), *(row.sweep_at for row in shop.rows(Send))))
        assert shop.sweeps()["sends queued again"] >= 1
        pauses.append(shop.the(Send).sweep_at - shop.clock.now())
        shop.lose_requests()
    assert pauses == [SWEEP_AFTER * 2**n for n in range(1, 5)]
    assert shop.the(Send).requeues == 4
    shop.queues.send("email", [Deliver("nobody", "S#x#1", "u:nobody")] * (BACKLOG + 1))
    shop.clock.set(max(row.sweep_at for row in shop.rows(Send)))
    assert shop.sweeps() == {"sends left to a queue that is behind": 2}
    assert shop.the(Send).requeues == 4
    assert shop.the(Send).sweep_at > shop.clock.now()
