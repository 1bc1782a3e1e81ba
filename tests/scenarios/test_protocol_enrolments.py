"""The rules for enrolments, each with the interleaving that it closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from anlass.domain.applying import Record, Workbench
from anlass.domain.catalog import Catalog
from anlass.domain.changes import Append, CatchUp, SaveEnrolment
from anlass.domain.enrolment import MERGED, Enrolment, Heard
from anlass.domain.errors import Conflict
from anlass.usecases.match_events import match_events
from anlass.wire import Wake

from cli.simulation import Simulation
from tests.anna import ANNA, DAY, HOUR, cart, order, rows, the_enrolment
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, sent


def test_an_append_between_read_and_write_is_never_wiped(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    read = the_enrolment(shop)
    shop.store.commit([Append(read.id, (Heard("e1", "Order Completed", shop.clock.now()),), shop.clock.now())])
    with pytest.raises(Conflict):
        shop.store.commit([SaveEnrolment(replace(read, seq=read.seq + 1), read.seq, read.appended, read.owner)])
    assert [h.id for h in the_enrolment(shop).inbox] == ["e1"]


def test_park_fails_into_advance_when_the_append_came_first(shop: Simulation) -> None:
    """Token first, then append: the append wakes it. Append first: no token is written."""
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    row = the_enrolment(shop)
    shop.store.commit([Append(row.id, (Heard("e1", "Product Viewed", shop.clock.now()),), shop.clock.now())])
    assert not shop.store.park(row.id, row.seq, row.owner, "another-token")
    assert not shop.store.park(row.id, row.seq, "another-owner", "another-token")


def test_a_stale_token_wakes_nobody_and_harms_nobody(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    before = the_enrolment(shop)
    shop.queues.send("wake", [Wake(before.id, "a-token-of-long-ago"), Wake(before.id)])
    shop.settle()
    assert the_enrolment(shop) == before


def test_a_lost_wake_heals_within_minutes(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    bought = order(2 * HOUR)
    shop.event_log.put([bought])
    match_events(
        [Record(bought, "memory", str(len(shop.event_log.stream)))],
        store=shop.store,
        event_log=shop.event_log,
        definitions=shop.definitions,
        clock=shop.clock,
        hashes=shop.hashes,
    )
    shop.lose_requests()
    assert the_enrolment(shop).inbox
    shop.clock.advance(timedelta(minutes=6))
    shop.sweep()
    shop.settle()
    assert the_enrolment(shop).status == "done"
    assert sent(shop)[-1] == f"{ANNA} thanks"


def test_a_lost_start_heals_and_the_dead_execution_is_not_listened_to(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + HOUR - timedelta(seconds=1))
    shop.clock.advance(timedelta(seconds=1))
    while not rows(shop, Enrolment):
        shop.step()
    shop.lose_requests()
    shop.advance(MORNING + 10 * DAY)
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} second", f"{ANNA} last"]
    assert the_enrolment(shop).status == "done"


def test_an_inbox_of_fifty_flags_the_row_and_nothing_is_missed(shop: Simulation) -> None:
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    row = the_enrolment(shop)
    filler = tuple(Heard(f"f{n}", "Product Viewed", MORNING) for n in range(50))
    shop.store.commit([Append(row.id, filler, shop.clock.now())])
    shop.lose_requests()
    shop.ingest(order(2 * HOUR))
    shop.advance(MORNING + 3 * HOUR)
    assert the_enrolment(shop).outcome == "goal"
    assert sent(shop) == [f"{ANNA} first", f"{ANNA} thanks"]


def test_an_event_that_overtook_the_one_that_enrols_still_exits() -> None:
    """Two identities, two shards: the purchase is applied before the sign-up that came first."""
    welcome = journey(
        "welcome",
        trigger={"type": "event", "event": "Account Created"},
        exit=[{"event": "Order Completed", "steps": []}],
        steps=[{"wait": "1 hour"}, {"id": "first", "send": {"template": "first"}}],
    )
    shop = a_simulation(content(welcome, templates=("first",)))
    shop.ingest(identified("anna", MORNING))
    shop.ingest(order(timedelta(minutes=5)))
    shop.ingest(
        an_event("Account Created", MORNING + timedelta(minutes=1), "anna", received_at=MORNING + timedelta(minutes=6))
    )
    shop.advance(MORNING + DAY)
    assert sent(shop) == []
    assert the_enrolment(shop).outcome == "exit"


def test_a_word_to_an_enrolment_that_is_done_comes_to_rest(shop: Simulation) -> None:
    """A stale reference appended once more; the sweeper looks once and not for ever."""
    shop.ingest(cart(timedelta(0)))
    shop.advance(MORNING + 2 * HOUR)
    shop.ingest(order(2 * HOUR))
    done = the_enrolment(shop)
    assert done.status == "done"
    shop.store.commit([Append(done.id, (Heard("e1", "Order Completed", shop.clock.now()),), shop.clock.now())])
    shop.advance(MORNING + DAY)
    assert the_enrolment(shop).sweep_at is None


def test_an_end_by_merge_is_not_lost_behind_a_flag_to_catch_up() -> None:
    bench = Workbench({}, Catalog({}), {})
    note = Append("e-1", (Heard("n", MERGED, MORNING),), MORNING)
    bench.take([CatchUp("e-1", MERGED, MORNING), note, CatchUp("e-2", MERGED, MORNING)])
    assert bench.changes() == [note, CatchUp("e-2", MERGED, MORNING)]
