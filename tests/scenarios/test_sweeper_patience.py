"""The sweeper heals what was lost and leaves alone what merely waits."""

from __future__ import annotations

from datetime import timedelta

from anlass.domain.enrolment import SWEEP_AFTER, Enrolment

from tests.shop import CART, MORNING, a_simulation, an_event, content, identified


def test_an_enrolment_whose_message_left_is_not_woken_again_and_again_while_it_waits() -> None:
    shop = a_simulation(content(CART, templates=("first", "second", "last", "thanks")))
    shop.ingest(identified("anna", MORNING))
    shop.ingest(an_event("Product Added", MORNING, user="anna", product_id="beans", price=12))
    shop.advance(MORNING + timedelta(hours=2))
    (row,) = (row for row in shop.store.rows() if isinstance(row, Enrolment))
    assert row.due is not None
    advances = row.seq

    shop.advance(MORNING + timedelta(hours=20))

    (row,) = (row for row in shop.store.rows() if isinstance(row, Enrolment))
    assert row.due is not None
    assert row.seq == advances
    assert row.sweep_at == row.due + SWEEP_AFTER
    assert shop.sweep() == {}
