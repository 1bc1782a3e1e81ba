"""Whatever becomes of addresses, each row is one person's alone, and whoever is erased takes no other with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from anlass.domain.event import Event
from anlass.domain.ids import address_hash
from anlass.usecases.people import owner_of
from anlass.usecases.whole_person import WholePerson, whole_person
from hypothesis import given
from hypothesis import strategies as st

from cli.simulation import Simulation
from tests.remains import erase, remains
from tests.shop import an_event, content, journey, mails
from tests.worlds import DAY, HOUR, MemoryWorld

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
USERS, ADDRESSES = ("u:anna", "u:ben", "u:cleo"), ("one@shop.example", "two@shop.example")
FILES = content(
    journey(
        "look",
        trigger={"type": "event", "event": "Product Viewed"},
        entry={"again": "always", "while_active": "restart"},
        steps=[{"wait": "30 days"}, mails("mail")],
    ),
    templates=("mail",),
)


class Done(NamedTuple):
    """`user` is told of with an address, or does something; or somebody is known by the address alone."""

    what: Literal["told", "looked", "wrote"]
    user: str
    address: str


acts = st.lists(
    st.builds(
        Done,
        st.sampled_from(("told", "told", "looked", "wrote")),
        st.sampled_from(USERS),
        st.sampled_from(ADDRESSES),
    ),
    min_size=2,
    max_size=9,
)


def sign(address: str) -> str:
    return f"e:{address_hash(address)}"


def lived(acts: list[Done]) -> MemoryWorld:
    world = MemoryWorld(FILES, START)
    for number, act in enumerate(acts):
        at = START + (number + 1) * HOUR
        world.advance(at)
        world.simulation.ingest(_event(act, number, at))
    world.advance(START + DAY)
    return world


def _event(act: Done, number: int, at: datetime) -> Event:
    told = {"email": act.address, "number": f"word-{number}"}
    match act.what:
        case "told":
            consent = {"messaging_subscriptions": [{"key": act.address, "type": "EMAIL", "status": "SUBSCRIBED"}]}
            event = an_event("identify", at, act.user[2:], kind="identify", traits=told, context=consent)
        case "looked":
            event = an_event("Product Viewed", at, act.user[2:])
        case "wrote":
            event = replace(an_event("Product Viewed", at, "nobody"), identity=sign(act.address))
    return replace(event, id=f"event-{number}", moment=f"{event.moment}{number}")


def people(simulation: Simulation) -> Iterator[WholePerson]:
    for name in (*USERS, *map(sign, ADDRESSES)):
        if owner_of(name, simulation.store)[0] == name:
            yield whole_person(name, simulation.store, simulation.archive)


def belongings(person: WholePerson, simulation: Simulation) -> Counter[Any]:
    """Places of all rows; STATE, which several may share, aside."""
    found: Counter[Any] = Counter()
    for identity in person.identities:
        for kept in (*person.rows[identity], *person.journey_rows(identity, simulation.archive)):
            found[kept.table, kept.partition, kept.sort] += kept.kind != "STATE"
        found.update(event.key for event in person.events(identity, simulation.archive))
    return +found


def everything(simulation: Simulation) -> set[Any]:
    names = (*USERS, *map(sign, ADDRESSES))
    kept = [
        *(kept for name in names for kept in simulation.archive.profile_rows(name) if kept.kind != "STATE"),
        *(kept for name in names for kept in simulation.archive.journey_rows(name)),
    ]
    events = {event.key for name in names for event in simulation.archive.events(name, None).found}
    return {(each.table, each.partition, each.sort) for each in kept} | events


@given(acts)
def test_each_row_is_one_persons(acts: list[Done]) -> None:
    simulation = lived(acts).simulation
    all_of_them: Counter[Any] = Counter()
    for person in people(simulation):
        all_of_them.update(belongings(person, simulation))
    assert {place for place, times in all_of_them.items() if times > 1} == set()
    assert set(all_of_them) == everything(simulation)


@given(acts, st.data())
def test_whoever_is_erased_takes_all_that_is_theirs_and_nothing_else(acts: list[Done], data: st.DataObject) -> None:
    world = lived(acts)
    simulation = world.simulation
    there = {person.profile: belongings(person, simulation) for person in people(simulation)}
    known = sorted(name for name in there if owner_of(name, simulation.store)[1] is not None)
    if not known:
        return
    gone = data.draw(st.sampled_from(known))
    erase(world, gone)
    world.advance(START + 2 * DAY)
    after = {person.profile: belongings(person, simulation) for person in people(simulation)}
    assert {name: rows for name, rows in after.items() if name != gone and rows} == {
        name: rows for name, rows in there.items() if name != gone and rows
    }
    assert not after.get(gone)
    if gone in USERS:
        assert remains(world, gone) == []
