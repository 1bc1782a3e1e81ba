"""Derived ids: rows were named by them, so they stay what they are."""

from __future__ import annotations

from uuid import UUID, uuid5

from anlass.domain.ids import enrolment_id, event_id, timer_id
from hypothesis import given
from hypothesis import strategies as st

ROOT = UUID("6f2d2f0e-5f0a-5c39-9d0b-a17a55000001")


@given(st.text(), st.text())
def test_ids_are_the_uuids_of_what_caused_them(one: str, other: str) -> None:
    assert enrolment_id(one, other) == str(uuid5(ROOT, f"enrolment\n{one}\n{other}"))
    assert timer_id(one, other) == str(uuid5(ROOT, f"timer\n{one}\n{other}\n"))
    assert event_id(one, other) == str(uuid5(ROOT, f"event\n{one}\n{other}"))


def test_an_enrolment_keeps_its_id_for_ever() -> None:
    assert enrolment_id("cart", "u:anna\n2026-03-02T12:00:00.000Z#m-1") == "3f1344c6-e431-5786-90f0-7286b74f3413"
