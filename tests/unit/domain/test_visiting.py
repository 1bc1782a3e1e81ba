"""Of whom nobody knows who they are, nothing stays for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from anlass.domain.applying import Workbench
from anlass.domain.changes import SaveAttributes, SaveDate, SaveState
from anlass.domain.event import Event
from anlass.domain.person import Person
from anlass.domain.profile import State
from anlass.domain.visiting import last_visit

from tests.builders import DAY, HOUR, MINUTE, NOON
from tests.unit.domain.test_applying import a_bench, apply, of, states, track, viewed

VISITOR, BORN = "a:visitor", "1990-05-01"


AGREED = track(
    *("identify", VISITOR),
    kind="identify",
    context={"messaging_subscriptions": [{"key": "nele@example.com", "type": "EMAIL", "status": "SUBSCRIBED"}]},
)


def told(at: datetime = NOON, identity: str = VISITOR, **traits: Any) -> Event:
    minutes = int((at - NOON).total_seconds() // 60)
    return track("identify", identity, minutes, kind="identify", source="browser", traits=traits)


def known(bench: Workbench) -> Person:
    """Whoever the visitor is by now, as stored."""
    person = bench.person(VISITOR)
    assert person is not None
    state, attributes = (next(iter(of(kind, bench.changes())), None) for kind in (SaveState, SaveAttributes))
    return Person(
        state.state if state else person.state, attributes.attributes if attributes else person.attributes, {}
    )


def test_a_visitor_is_one() -> None:
    assert last_visit(states(apply(a_bench(), viewed(VISITOR, 60)))[VISITOR]) == NOON + HOUR


@pytest.mark.parametrize(
    "event",
    [viewed("u:anna"), viewed("e:hash"), told(email="nele@example.com"), told(phone="+491701234567"), AGREED],
    ids=["a user id", "an address", "an e-mail", "a phone", "a consent"],
)
def test_who_has_told_who_they_are_is_none(event: Event) -> None:
    changes = apply(a_bench(), event)
    assert not any(state.visitor_since for state in states(changes).values())
    assert all(change.attributes.seen_at is None for change in of(SaveAttributes, changes))


def test_who_the_shop_tells_of_and_who_came_long_ago_are_kept_from_when_that_was_told() -> None:
    of_old = viewed(VISITOR, -60 * 24 * 500, received_at=NOON, context={"import": True})
    by_shop = track("identify", VISITOR, kind="identify", traits={"first_name": "Nele"})
    for event in (of_old, by_shop):
        assert last_visit(states(apply(a_bench(), event))[VISITOR]) == NOON


def test_who_is_merged_into_a_person_is_none_any_more() -> None:
    bench = a_bench()
    apply(bench, viewed(VISITOR))
    before = known(bench)
    merged = track("identify", "u:anna", 5, kind="identify", also=VISITOR)
    after = states(apply(a_bench(Person(before.state, before.attributes)), merged, start=2))
    assert {id_: (state.visitor_since, state.pointer) for id_, state in after.items()} == {
        VISITOR: (None, "u:anna"),
        "u:anna": (None, None),
    }


def test_what_a_visitor_told_is_dated_by_when_they_told_it_last_and_not_anew_within_a_week() -> None:
    bench = a_bench()
    changes = apply(bench, told(birthday=BORN))
    assert [change.attributes.seen_at for change in of(SaveAttributes, changes)] == [NOON]
    assert {change.seen_at for change in of(SaveDate, changes)} == {NOON}
    stored = known(bench)
    for days in (1, 6):
        changes = apply(
            a_bench(stored), viewed(VISITOR, days * 24 * 60), told(NOON + days * DAY, birthday=BORN), start=2
        )
        assert len(of(SaveState, changes)) == len(changes)  # nothing beside it
    changes = apply(a_bench(stored), viewed(VISITOR, 7 * 24 * 60), told(NOON + 7 * DAY, birthday=BORN), start=3)
    assert [change.attributes.seen_at for change in of(SaveAttributes, changes)] == [NOON + 7 * DAY]
    assert {change.seen_at for change in of(SaveDate, changes)} == {NOON + 7 * DAY}


def test_a_visit_that_reads_no_more_than_state_makes_nobody_a_visitor() -> None:
    """The profile may have an address that was not read."""
    somebody = State(VISITOR, 1, identities=(VISITOR,), last_seen=NOON)
    assert states(apply(a_bench(somebody), viewed(VISITOR, 60)))[VISITOR].visitor_since is None


def test_an_address_keeps_all_that_was_told_before() -> None:
    bench = a_bench()
    apply(bench, told(birthday=BORN))
    changes = apply(a_bench(known(bench)), told(NOON + DAY, email="nele@example.com"), start=2)
    assert states(changes)[VISITOR].visitor_since is None
    assert [change.attributes.seen_at for change in of(SaveAttributes, changes)] == [None]
    assert {(change.field, change.seen_at) for change in of(SaveDate, changes)} >= {("profile.birthday", None)}


def test_two_devices_of_nobody_known_are_one_visitor() -> None:
    first = State(VISITOR, 1, identities=(VISITOR,), last_seen=NOON, visitor_since=NOON)
    both = track("identify", "a:other", 5, kind="identify", also=VISITOR)
    after = states(apply(a_bench(first), both))
    assert {id_: (state.visitor_since, state.pointer) for id_, state in after.items()} == {
        VISITOR: (None, "a:other"),
        "a:other": (NOON + 5 * MINUTE, None),
    }
