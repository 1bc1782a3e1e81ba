"""Order of arrival proves nothing: people end up the same however their events came in, and however often."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from anlass.adapters.rows import places
from anlass.domain.applying import Record, Workbench
from anlass.domain.arming import is_disarmed
from anlass.domain.catalog import Catalog
from anlass.domain.changes import SaveState
from anlass.domain.consent import Consent, Grant, join_consents
from anlass.domain.event import Event
from anlass.domain.person import Person
from anlass.domain.profile import State
from anlass.domain.trigger import LazyTrigger
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import HOUR, MINUTE, NOON, a_journey, a_state, an_event

LAZY = LazyTrigger("cart/0", frozenset({"Product Added"}), None, frozenset({"Order Completed"}), ((None, HOUR),))
CATALOG = Catalog({"cart": a_journey(triggers=(LAZY,))})


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    """What a visitor and a customer did, who turn out to be one person."""
    events = []
    for number in range(draw(st.integers(0, 10))):
        at = NOON + draw(st.integers(0, 300)) * MINUTE
        properties: dict[str, Any] = {"product_id": draw(st.sampled_from("abc")), "order_id": number, "total": number}
        events.append(
            an_event(
                draw(st.sampled_from(("Product Viewed", "Product Added", "Product Removed", "Order Completed"))),
                at,
                draw(st.sampled_from(("u:anna", "a:1"))),
                id=f"m{number}",
                properties=properties,
                source=draw(st.sampled_from(("server", "server", "browser"))),
            )
        )
    return events


LOGIN = an_event("Zebra Fed", NOON, also="a:1", id="login")


def applied(*batches: list[Event], people: dict[str, State] | None = None, start: int = 0) -> dict[str, State]:
    """Each batch is a commit; the stream counts on."""
    people = dict(people or {})
    number = start
    for batch in batches:
        bench = Workbench({id_: Person(state) for id_, state in people.items()}, CATALOG, {})
        for event in batch:
            number += 1
            bench.apply(Record(event, "2026-01-01", str(number)), NOON)
        changes = bench.changes()
        places(changes)
        saved = [change.state for change in changes if isinstance(change, SaveState)]
        people |= {state.id: replace(state, version=state.version + 1) for state in saved}
    return people


def counted(people: dict[str, State]) -> tuple[Any, ...]:
    """What must not depend on the order of arrival."""
    anna = people["u:anna"]
    timer = anna.timers.get("cart/0")
    times = (timer.last_at, timer.unless_at, is_disarmed(timer)) if timer else None
    spend = {currency: total for currency, total in anna.spend.items() if total}
    orders = anna.orders
    return (
        (orders.count, orders.first_at, orders.last_at),
        spend,
        (anna.views, anna.last_seen, anna.cart.emptied_at),
        times,
    )


@given(stories(), st.randoms())
def test_events_may_come_in_any_order(story: list[Event], random: Random) -> None:
    shuffled = list(story)
    random.shuffle(shuffled)
    assert counted(applied([LOGIN, *story])) == counted(applied([LOGIN, *shuffled]))


@given(stories(), st.integers(0, 10))
def test_a_merge_may_come_at_any_time(story: list[Event], when: int) -> None:
    merged_first = applied([LOGIN, *story])
    merged_later = applied([*story[:when], LOGIN, *story[when:]])
    assert counted(merged_first) == counted(merged_later)
    assert merged_later["a:1"].pointer == "u:anna"


@given(stories(), st.integers(0, 11))
def test_a_merge_may_be_in_a_commit_of_its_own(story: list[Event], cut: int) -> None:
    whole = [*story, LOGIN]
    assert counted(applied(whole)) == counted(applied(whole[:cut], whole[cut:]))


@given(stories(), st.integers(0, 10), st.integers(0, 10))
def test_what_the_stream_delivers_again_changes_nothing(story: list[Event], first: int, last: int) -> None:
    """After a failure it begins again anywhere before the failure."""
    whole = [Record(event, "2026-01-01", str(number)) for number, event in enumerate([LOGIN, *story])]
    once = Workbench({}, CATALOG, {})
    for record in whole:
        once.apply(record, NOON)
    people = {id_: Person(person.state) for id_, person in once.people.items()}
    again = Workbench(people, CATALOG, {})
    for record in whole[min(first, last) :]:
        again.apply(record, NOON)
    assert again.changes() == []


@given(st.lists(stories(), max_size=6))
def test_a_persons_row_stays_small(stories: list[list[Event]]) -> None:
    people: dict[str, State] = {}
    for round_, story in enumerate(stories):
        new = [replace(e, properties={**e.properties, "order_id": f"{round_} {e.id}"}) for e in [LOGIN, *story]]
        people = applied(new, people=people, start=100 * round_)
    state = people.get("u:anna", a_state())
    assert len(state.cart.lines) <= 20
    assert len(state.recent) <= 5
    assert len(state.orders.recent) <= 20
    assert state.cart.items >= 0
    assert state.orders.count >= len(state.orders.recent)


GRANTS = st.builds(
    lambda address, topic, status, minute, by: Grant(address, topic, status, NOON + minute * MINUTE, by, "test"),
    st.sampled_from(("a@shop.example", "b@shop.example")),
    st.sampled_from(("*", "offers")),
    st.sampled_from(("granted", "withdrawn")),
    st.integers(0, 5),
    st.sampled_from(("shop", "person")),
)


def consent(grants: list[Grant], profile: str = "u:anna") -> Consent:
    told = Consent(profile, "email")
    for grant in grants:
        told = told.states(grant)
    return told


@given(st.lists(GRANTS, max_size=8), st.lists(GRANTS, max_size=4))
def test_nothing_the_shop_says_allows_what_the_person_withdrew(before: list[Grant], after: list[Grant]) -> None:
    told = consent(before)
    closed = {
        address
        for address in ("a@shop.example", "b@shop.example")
        for grant in told.grants
        if (grant.address, grant.status, grant.by) == (address, "withdrawn", "person")
        and grant.topic in ("*", "offers")
        and not told.allows(address, "offers")  # they asked for offers again after a no to all
    }
    for grant in after:
        told = told.states(replace(grant, by="shop"))
    assert not any(told.allows(address, "offers") for address in closed)


@given(st.lists(GRANTS, max_size=6), st.lists(GRANTS, max_size=6))
def test_joining_allows_nothing_that_the_person_withdrew_on_either_side(one: list[Grant], other: list[Grant]) -> None:
    """Unless the person came back on the other side, later."""
    sides = consent(one, "a:1"), consent(other)
    for first, second in (sides, sides[::-1]):
        joined = join_consents(first, second)
        for side in sides:
            for grant in side.grants:
                came_back = any(
                    g.by == "person" and g.status == "granted" and g.address == grant.address and g.at > grant.at
                    for g in (*sides[0].grants, *sides[1].grants)
                )
                if grant.by == "person" and grant.status == "withdrawn" and not came_back:
                    assert not joined.allows(grant.address, "offers")


def may(words: list[Grant], address: str) -> bool:
    """Whether offers may go there, told plainly: by what each speaker said last of an address and a topic."""
    last: dict[tuple[str, str, str], Grant] = {}
    for word in sorted(words, key=lambda g: (g.at, g.status == "withdrawn")):
        last[word.by, word.address, word.topic] = word
    by_shop = [g for g in last.values() if g.by == "shop" and g.address == address]
    own = [g for g in words if g.by == "person" and g.status == "granted" and g.address == address]
    own_no = [g for g in words if g.by == "person" and g.status == "withdrawn" and not taken_back(g, words)]
    no = [*own_no, *(g for g in by_shop if g.status == "withdrawn")]
    if own and all(max(g.at for g in own) > each.at for each in no):
        return True
    return not no and any(g.status == "granted" for g in by_shop)


def taken_back(no: Grant, words: list[Grant]) -> bool:
    """By the same person, of the same address, later: topic by topic, or all at once."""
    return any(
        g.by == "person"
        and (g.status, g.address) == ("granted", no.address)
        and g.topic in ("*", no.topic)
        and g.at > no.at
        for g in words
    )


@given(st.lists(GRANTS, max_size=7), st.randoms(use_true_random=False))
def test_in_whatever_order_words_arrive_they_open_what_they_open_in_theirs(grants: list[Grant], chance: Random) -> None:
    """But for a no of the shop that comes later than a yes which was newer: then the stricter."""
    arrived = list(grants)
    chance.shuffle(arrived)
    told = consent(sorted(grants, key=lambda g: g.at))
    for address in ("a@shop.example", "b@shop.example"):
        assert told.allows(address, "offers") == may(grants, address)
        assert may(grants, address) or not consent(arrived).allows(address, "offers")


@given(st.lists(GRANTS, max_size=6))
def test_a_consent_holds_one_statement_of_each_speaker_for_each_address_and_topic(grants: list[Grant]) -> None:
    told = consent(grants)
    keys = [(grant.address, grant.topic, grant.by) for grant in told.grants]
    assert len(keys) == len(set(keys))
    for grant in told.grants:
        assert told.states(grant) is told, "said again it changes nothing"
