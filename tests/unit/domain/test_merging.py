"""Two profiles turn out to be one person: nothing is lost, nothing is sent double."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from anlass.domain.arming import is_disarmed
from anlass.domain.changes import Append, CatchUp
from anlass.domain.consent import Consent, Grant
from anlass.domain.enrolment import MERGED, SWEEP_AFTER
from anlass.domain.event import EventKey
from anlass.domain.merging import may_merge, merge
from anlass.domain.person import Person
from anlass.domain.profile import (
    CART_LINES,
    IDENTITIES,
    RECENT_ORDERS,
    Attributes,
    Caps,
    Cart,
    CartLine,
    Departure,
    Entered,
    Live,
    Orders,
    Position,
    State,
    TimerState,
)

from tests.builders import DAY, HOUR, MINUTE, NOON, a_state

ANNA = "anna@shop.example"


def stranger(**fields: Any) -> State:
    return a_state("a:1", **{"version": 3, **fields})


def anna(**fields: Any) -> State:
    return a_state("u:anna", **{"version": 7, **fields})


def merged(one: State | None = None, other: State | None = None) -> State:
    return merge(Person(one or stranger()), Person(other or anna()), NOON)[0].state


def line(product: str, quantity: int = 1) -> CartLine:
    return CartLine(product, quantity, Decimal(5))


def cart(*lines: CartLine, changed: Any = NOON, **fields: Any) -> Cart:
    return Cart(lines=lines, changed_at=changed, **fields)


class TestWhoMayMerge:
    def test_is_a_stranger_with_somebody_else(self) -> None:
        assert may_merge(stranger(), anna())
        assert may_merge(a_state("e:hash"), anna())
        assert may_merge(stranger(), a_state("a:2"))

    def test_is_nobody_twice_nobody_with_themselves_and_no_customer(self) -> None:
        assert not may_merge(stranger(pointer="u:ben"), anna())
        assert not may_merge(stranger(), stranger())
        assert not may_merge(a_state("u:ben"), anna())


class TestTheOneThatGoesOn:
    def test_is_the_known_one_and_a_pointer_stays_behind(self) -> None:
        person, pointer, _ = merge(Person(stranger(views=2)), Person(anna()), NOON)
        assert (person.state.id, person.state.version) == ("u:anna", 7)
        assert pointer == Person(State("a:1", version=3, pointer="u:anna", identities=("a:1",)))

    def test_has_all_identities_the_newest_first_to_stay(self) -> None:
        many = anna(identities=("u:anna", *(f"a:old{n}" for n in range(IDENTITIES - 1))))
        identities = merged(stranger(identities=("a:1", "e:hash")), many).identities
        assert identities[:3] == ("u:anna", "a:1", "e:hash")
        assert len(identities) == IDENTITIES
        assert identities[-1] == f"a:old{IDENTITIES - 4}", "the oldest is out"

    def test_knows_how_far_each_stream_was_applied(self) -> None:
        position = Position("2026-01-01", "5", NOON)
        assert merged(stranger(positions={"a:1": position})).positions == {"a:1": position}

    def test_adds_up_what_was_counted(self) -> None:
        one = stranger(views=2, spend={"EUR": Decimal(5), "CHF": Decimal(1)}, last_seen=NOON, recent=("b", "c"))
        other = anna(views=3, spend={"EUR": Decimal(7)}, last_seen=NOON - DAY, recent=("a", "b"))
        state = merged(one, other)
        assert (state.views, state.spend, state.last_seen) == (5, {"EUR": Decimal(12), "CHF": Decimal(1)}, NOON)
        assert set(state.recent) == {"a", "b", "c"}

    def test_counts_an_order_that_both_sides_know_once(self) -> None:
        one = stranger(orders=Orders(2, NOON - DAY, NOON, ("x", "y"), ("tea",)))
        other = anna(orders=Orders(2, NOON - HOUR, NOON - MINUTE, ("y", "z"), ("coffee",)))
        orders = merged(one, other).orders
        assert (orders.count, orders.first_at, orders.last_at) == (3, NOON - DAY, NOON)
        assert orders.last_categories == ("tea",)
        assert set(orders.recent) == {"x", "y", "z"}

    def test_has_spent_once_what_both_sides_were_told_of(self) -> None:
        one = stranger(orders=Orders(2, NOON, NOON, ("x", "y")), spend={"EUR": Decimal(30), "CHF": Decimal(5)})
        other = anna(orders=Orders(2, NOON, NOON, ("y", "z")), spend={"EUR": Decimal(50)})
        shared = {"x": ("CHF", Decimal(5)), "y": ("EUR", Decimal(25)), "w": ("EUR", Decimal(1))}
        person, _, _ = merge(Person(one), Person(other), NOON, shared)
        assert person.state.spend == {"EUR": 55, "CHF": 5}

    def test_knows_where_the_last_order_went_that_says_so(self) -> None:
        one = stranger(orders=Orders(1, last_at=NOON, reduced=1))
        other = anna(orders=Orders(2, last_at=NOON - DAY, reduced=2, country="AT", region="AT-9"))
        orders = merged(one, other).orders
        assert (orders.country, orders.region, orders.reduced) == ("AT", "AT-9", 3)
        newer = stranger(orders=Orders(1, last_at=NOON, country="DE"))
        orders = merged(newer, other).orders
        assert (orders.country, orders.region) == ("DE", None)

    def test_remembers_the_orders_of_both_their_own_first(self) -> None:
        ids = tuple(f"o{n}" for n in range(RECENT_ORDERS))
        orders = merged(stranger(orders=Orders(20, recent=ids)), anna(orders=Orders(1, recent=("new",)))).orders
        assert (orders.count, orders.recent) == (21, ("new", *ids))

    def test_knows_whose_rows_tell_of_older_ones(self) -> None:
        one, other = stranger(remembered=("a:0", "a:1")), anna(remembered=("u:anna", "a:0"))
        assert merged(one, other).remembered == ("a:0", "a:1", "u:anna")

    def test_entered_a_journey_when_either_of_them_did_last(self) -> None:
        one = Entered(NOON, {"x": NOON, "y": NOON - DAY})
        other = Entered(NOON - HOUR, {"y": NOON - HOUR, "z": NOON - HOUR})
        joined = merged(stranger(entered={"cart": one}), anna(entered={"cart": other})).entered
        assert joined == {"cart": Entered(NOON, {"x": NOON, "y": NOON - HOUR, "z": NOON - HOUR})}


class TestCarts:
    def test_become_one(self) -> None:
        joined = merged(stranger(cart=cart(line("a"), line("b", 2))), anna(cart=cart(line("b", 3), line("c")))).cart
        assert {each.product: each.quantity for each in joined.lines} == {"a": 1, "b": 3, "c": 1}

    def test_hold_no_more_lines_than_one(self) -> None:
        lines = [line(f"p{n}") for n in range(CART_LINES)]
        joined = merged(stranger(cart=cart(*lines)), anna(cart=cart(line("mine")))).cart
        assert len(joined.lines) == CART_LINES
        assert "mine" in {each.product for each in joined.lines}

    def test_lose_what_the_other_side_has_ordered_since(self) -> None:
        ordered = anna(cart=Cart(emptied_at=NOON + HOUR))
        assert merged(stranger(cart=cart(line("a"))), ordered).cart.lines == ()
        assert merged(stranger(cart=cart(line("a"), changed=NOON + DAY)), ordered).cart.lines == (line("a"),)

    def test_lose_it_whichever_side_ordered(self) -> None:
        assert merged(stranger(cart=Cart(emptied_at=NOON + HOUR)), anna(cart=cart(line("a")))).cart.lines == ()

    def test_remember_the_last_order_of_either(self) -> None:
        joined = merged(stranger(cart=Cart(emptied_at=NOON)), anna(cart=Cart(emptied_at=NOON - DAY))).cart
        assert joined.emptied_at == NOON

    def test_keep_the_id_of_the_known_one(self) -> None:
        assert merged(stranger(cart=cart(id="s")), anna(cart=cart(id="k"))).cart.id == "k"
        assert merged(stranger(cart=cart(id="s"))).cart.id == "s"


class TestTimers:
    def joined(self, one: TimerState, other: TimerState) -> TimerState:
        return merged(stranger(timers={"cart/0": one}), anna(timers={"cart/0": other})).timers["cart/0"]

    def test_of_one_side_go_on(self) -> None:
        timer = TimerState("t-1", NOON)
        assert merged(stranger(timers={"cart/0": timer})).timers == {"cart/0": timer}

    def test_of_both_sides_become_one_that_rings_for_the_later_event(self) -> None:
        key = EventKey("a:1", "m")
        joined = self.joined(TimerState("t-1", NOON, key), TimerState("t-2", NOON - MINUTE))
        assert (joined.armed, joined.last_at, joined.last) == ("t-2", NOON, key)

    def test_are_armed_if_either_is(self) -> None:
        assert self.joined(TimerState("t-1", NOON), TimerState(None, NOON - MINUTE)).armed == "t-1"

    def test_are_disarmed_by_what_the_other_side_did_since(self) -> None:
        assert is_disarmed(self.joined(TimerState("t-1", NOON), TimerState(unless_at=NOON + MINUTE)))
        assert not is_disarmed(self.joined(TimerState("t-1", NOON), TimerState(unless_at=NOON - MINUTE)))


class TestJourneys:
    def live(self, journey: str = "cart") -> Live:
        return Live(journey, "v1", "m1", NOON)

    def test_live_on_both_sides_go_on_for_the_known_one(self) -> None:
        one, other = stranger(live={"e-1": self.live()}), anna(live={"e-2": self.live()})
        person, _, notes = merge(Person(one), Person(other), NOON)
        assert set(person.state.live) == {"e-1", "e-2"}, "until the stopped one says that it is done"
        by_id = {note.enrolment: note for note in notes if isinstance(note, Append | CatchUp)}
        stopped, goes_on = by_id["e-1"], by_id["e-2"]
        assert isinstance(stopped, Append)
        assert [h.name for h in stopped.heard] == [MERGED]
        assert isinstance(goes_on, CatchUp)

    def test_live_on_one_side_go_on_and_catch_up(self) -> None:
        one, other = stranger(live={"e-1": self.live("welcome")}), anna(live={"e-2": self.live()})
        _, _, notes = merge(Person(one), Person(other), NOON)
        assert notes == tuple(CatchUp(id_, MERGED, NOON + SWEEP_AFTER) for id_ in ("e-1", "e-2"))

    def test_replayed_say_the_same(self) -> None:
        one, other = Person(stranger(live={"e-1": self.live()})), Person(anna(live={"e-2": self.live()}))
        assert merge(one, other, NOON) == merge(one, other, NOON)

    def test_entered_on_either_side_were_entered_at_the_later_time(self) -> None:
        one = stranger(entered={"cart": Entered(NOON, {"x": NOON}), "welcome": Entered(NOON)})
        other = anna(entered={"cart": Entered(NOON - DAY, {"y": NOON - DAY})})
        assert merged(one, other).entered == {
            "cart": Entered(NOON, {"x": NOON, "y": NOON - DAY}),
            "welcome": Entered(NOON),
        }


class TestTheOtherRows:
    def joined(self, one: Person, other: Person) -> Person:
        return merge(one, other, NOON)[0]

    def test_traits_of_the_known_one_count_and_the_others_fill_in(self) -> None:
        one = Person(stranger(), Attributes("a:1", 2, {"email": "x@shop.example", "plan": "a"}, NOON - DAY))
        other = Person(anna(), Attributes("u:anna", 9, {"email": ANNA}, NOON))
        attributes = self.joined(one, other).attributes
        assert attributes == Attributes("u:anna", 9, {"email": ANNA, "plan": "a"}, NOON - DAY)

    def test_traits_of_a_stranger_alone_become_the_persons(self) -> None:
        attributes = self.joined(Person(stranger(), Attributes("a:1", 2, {"plan": "a"})), Person(anna())).attributes
        assert attributes == Attributes("u:anna", 0, {"plan": "a"})

    def test_a_withdrawal_on_either_side_wins(self) -> None:
        def consents(id_: str, status: Any, at: Any) -> dict[str, Consent]:
            grant = Grant(ANNA, "*", status, at, "person" if status == "withdrawn" else "shop", "test")
            return {"email": Consent(id_, "email", 1, (grant,))}

        for first, second in (("withdrawn", "granted"), ("granted", "withdrawn")):
            one = Person(stranger(), consents=consents("a:1", first, NOON))
            other = Person(anna(), consents=consents("u:anna", second, NOON + HOUR))
            after = (self.joined(one, other).consents or {})["email"]
            assert (after.profile, after.allows(ANNA, "offers")) == ("u:anna", False)

    def test_what_was_sent_to_either_counts_against_the_cap(self) -> None:
        one = Person(stranger(), caps=Caps("a:1", 4, {"s1": Departure("email", NOON, "cart")}))
        other = Person(anna(), caps=Caps("u:anna", 2, {"s2": Departure("email", NOON, "cart")}))
        caps = self.joined(one, other).caps
        assert caps is not None
        assert (caps.id, caps.version, set(caps.sends)) == ("u:anna", 2, {"s1", "s2"})
