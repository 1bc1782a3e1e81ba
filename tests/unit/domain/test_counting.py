"""What an event does to a person: cart, orders, spend, views."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from anlass.domain.counting import amount, apply_event, order_of, order_total
from anlass.domain.event import Event
from anlass.domain.person import profile_facts
from anlass.domain.profile import CART_LINES, RECENT_ORDERS, RECENT_PRODUCTS, Cart, State

from tests.builders import DAY, HOUR, MINUTE, NOON, a_state, an_event


def after(*events: Event, state: State | None = None) -> State:
    state = state or a_state()
    for event in events:
        state = apply_event(state, event, "EUR")
    return state


def track(event: str, at: datetime = NOON, source: str = "server", /, **properties: Any) -> Event:
    return an_event(event, at, source=source, properties=properties)


def added(product: Any = "p1", at: datetime = NOON, **properties: Any) -> Event:
    return track("Product Added", at, product_id=product, **properties)


def removed(product: Any = "p1", at: datetime = NOON, **properties: Any) -> Event:
    return track("Product Removed", at, product_id=product, **properties)


def ordered(at: datetime = NOON, order_id: Any = "o1", source: str = "server", **properties: Any) -> Event:
    return track("Order Completed", at, source, order_id=order_id, **properties)


def quantities(cart: Cart) -> dict[str, int]:
    return {line.product: line.quantity for line in cart.lines}


class TestTheCart:
    def test_adds_up_what_is_put_in(self) -> None:
        cart = after(added(quantity=2, price="19.90"), added(quantity=1, price=19.9), added("p2", price=5)).cart
        assert quantities(cart) == {"p1": 3, "p2": 1}
        assert (cart.items, cart.value) == (4, Decimal("64.70"))

    def test_loses_what_is_taken_out(self) -> None:
        state = after(added(quantity=3), added("p2"))
        assert quantities(after(removed(quantity=1), state=state).cart) == {"p1": 2, "p2": 1}
        assert quantities(after(removed(quantity=3), state=state).cart) == {"p2": 1}
        assert quantities(after(removed(), state=state).cart) == {"p2": 1}, "without a quantity the whole line goes"

    def test_is_not_moved_by_taking_out_what_is_not_in(self) -> None:
        assert quantities(after(added(), removed("p9")).cart) == {"p1": 1}

    def test_is_replaced_by_a_snapshot(self) -> None:
        view = track("Cart Viewed", NOON + HOUR, products=[{"product_id": "p2", "quantity": 4}, {"name": "nothing"}])
        assert quantities(after(added(), view).cart) == {"p2": 4}

    def test_is_not_replaced_by_a_snapshot_that_is_older_than_it(self) -> None:
        view = track("Cart Viewed", NOON, products=[])
        assert quantities(after(added(at=NOON + MINUTE), view).cart) == {"p1": 1}

    def test_does_not_care_for_a_snapshot_without_products(self) -> None:
        assert quantities(after(added(), track("Cart Viewed", NOON + HOUR)).cart) == {"p1": 1}

    def test_keeps_its_id(self) -> None:
        assert after(added(cart_id="c-7"), added("p2")).cart.id == "c-7"

    def test_is_empty_after_an_order(self) -> None:
        cart = after(added(cart_id="c-7"), ordered(NOON + HOUR)).cart
        assert cart == Cart(emptied_at=NOON + HOUR)

    def test_stays_empty_when_what_was_ordered_arrives_only_then(self) -> None:
        late = [added("p2", NOON + MINUTE), removed("p1", NOON + MINUTE)]
        late.append(track("Cart Viewed", NOON + MINUTE, products=[{"product_id": "p3"}]))
        assert after(added(), ordered(NOON + HOUR), *late).cart == Cart(emptied_at=NOON + HOUR)

    def test_fills_again_after_an_order(self) -> None:
        assert quantities(after(ordered(), added("p2", NOON + MINUTE)).cart) == {"p2": 1}

    def test_of_today_is_not_emptied_by_an_order_of_last_year(self) -> None:
        """A shop hands over its history while people shop."""
        state = after(added(), ordered(NOON - 365 * DAY))
        assert quantities(state.cart) == {"p1": 1}
        assert state.orders.count == 1

    def test_is_emptied_by_a_browsers_order_too(self) -> None:
        assert not after(added(), ordered(NOON + HOUR, source="browser")).cart.lines

    def test_holds_the_newest_lines_only(self) -> None:
        cart = after(*(added(f"p{n}") for n in range(CART_LINES + 5))).cart
        assert [line.product for line in cart.lines] == [f"p{n}" for n in range(5, CART_LINES + 5)]

    def test_leaves_out_a_link_that_is_too_long_and_shortens_a_name(self) -> None:
        link = "https://shop.example/" + "x" * 300
        [line] = after(added(name="N" * 300, url=link, image_url="https://i/1.jpg")).cart.lines
        assert line.name is not None
        assert (len(line.name), line.name[-1]) == (100, "…")
        assert (line.url, line.image) == (None, "https://i/1.jpg")

    @pytest.mark.parametrize("product", [None, "", True, ["p1"], {"id": 1}, 1.5], ids=repr)
    def test_takes_no_product_without_an_id(self, product: Any) -> None:
        assert after(added(product)).cart == Cart()

    def test_takes_the_sku_and_numbers_as_ids(self) -> None:
        cart = after(track("Product Added", sku="s-1"), added(None, sku="s-1"), added(1007), added("1007")).cart
        assert quantities(cart) == {"s-1": 2, "1007": 2}

    @pytest.mark.parametrize(
        ("sent", "counted"),
        [(2, 2), ("3", 3), (2.0, 2), ("2.9", 2), (0, 1), (-4, 1), (10_000, 1), (None, 1), ("many", 1), (True, 1)],
        ids=repr,
    )
    def test_reads_quantities_as_shops_send_them(self, sent: Any, counted: int) -> None:
        assert after(added(quantity=sent)).cart.items == counted


class TestOrders:
    def test_count_and_add_up(self) -> None:
        state = after(ordered(total="10.50"), ordered(NOON + DAY, "o2", total=4))
        assert (state.orders.count, state.orders.first_at, state.orders.last_at) == (2, NOON, NOON + DAY)
        assert state.spend == {"EUR": Decimal("14.5")}

    def test_count_once_per_order_id(self) -> None:
        state = after(ordered(order_id=1001, total=10), ordered(NOON + HOUR, "1001", total=10))
        assert (state.orders.count, state.spend) == (1, {"EUR": Decimal(10)})

    def test_without_an_id_count_once_per_event(self) -> None:
        one = an_event("Order Completed", id="m1", properties={"total": 1})
        other = an_event("Order Completed", id="m2", properties={"total": 1})
        assert after(one, other).orders.count == 2
        assert after(one, one).orders.count == 1

    def test_from_a_browser_count_nothing(self) -> None:
        state = after(ordered(source="browser", total=10))
        assert (state.orders.count, state.spend) == (0, {})

    def test_that_a_browser_reported_first_count_when_the_server_reports_them(self) -> None:
        state = after(ordered(source="browser", total=10), ordered(NOON + MINUTE, total=10))
        assert (state.orders.count, state.spend) == (1, {"EUR": Decimal(10)})

    def test_of_the_past_count_but_do_not_make_the_last_one_older(self) -> None:
        new = ordered(products=[{"category": "tea"}])
        old = ordered(NOON - DAY, "o0", products=[{"category": "coffee"}])
        orders = after(new, old).orders
        assert (orders.count, orders.first_at, orders.last_at) == (2, NOON - DAY, NOON)
        assert orders.last_categories == ("tea",)

    def test_have_each_category_once_and_twenty_at_most(self) -> None:
        names = ("a", "b", "a", "", None, 7, *"cdefghijklmnopqrstuvwxyz")
        products: list[Any] = [*({"category": name} for name in names), "no product"]
        assert "".join(after(ordered(products=products)).orders.last_categories) == "abcdefghijklmnopqrst"

    def test_know_a_category_by_its_whole_path(self) -> None:
        path = "Kaffee und Espresso > Bohnen > Röstungen aus Süditalien"
        assert after(ordered(products=[{"category": path}])).orders.last_categories == (path,)

    def test_remember_their_ids_the_newest_first(self) -> None:
        """All of them: what STATE has no room for is none of counting's business."""
        state = after(*(ordered(order_id=n) for n in range(RECENT_ORDERS * 2)))
        assert state.orders.count == len(state.orders.recent) == RECENT_ORDERS * 2
        assert state.orders.recent[0] == order_of(ordered(order_id=RECENT_ORDERS * 2 - 1))

    def test_are_kept_apart_by_currency(self) -> None:
        state = after(
            ordered(order_id=1, total=1),
            ordered(order_id=2, total=2, currency="chf"),
            ordered(order_id=3, total=4, currency=None),
            ordered(order_id=4, total=8, currency="CHF"),
        )
        assert state.spend == {"EUR": 5, "CHF": 10}

    def test_tell_where_the_last_one_went_and_how_many_were_reduced(self) -> None:
        vienna, munich = {"country": "at", "region": "9"}, {"country": "DE", "state": "BY"}
        first = after(ordered(order_id="1", shipping_address=munich, discount=0, coupon=""))
        orders = after(
            ordered(NOON + HOUR, "2", shipping_address=vienna, discount="5.00"),
            ordered(NOON + 2 * HOUR, "3", coupon="SUMMER"),
            ordered(NOON - HOUR, "0", shipping_address=munich),
            state=first,
        ).orders
        assert (first.orders.country, first.orders.region, first.orders.reduced) == ("DE", "DE-BY", 0)
        assert (orders.country, orders.region, orders.reduced) == ("AT", "AT-9", 2)

    @pytest.mark.parametrize(
        ("properties", "total"),
        [
            ({"total": 9, "revenue": 8}, "9"),
            ({"total": "n/a", "revenue": "8.5"}, "8.5"),
            ({"subtotal": 7}, "7"),
            ({"value": 6.1}, "6.1"),
            ({"products": [{"sku": "a", "price": "2.50", "quantity": 2}, {"sku": "b"}]}, "5.00"),
            ({"products": "many"}, "0"),
            ({}, "0"),
        ],
    )
    def test_are_worth_what_the_shop_says_else_what_their_lines_add_up_to(
        self, properties: dict[str, Any], total: str
    ) -> None:
        assert order_total(properties) == Decimal(total)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (12, "12"),
        (0.1, "0.1"),
        ("12.50", "12.50"),
        (" 7 ", "7"),
        ("-3", "-3"),
        ("12,50", None),
        ("CHF 5", None),
        ("", None),
        (True, None),
        (None, None),
        ([1], None),
        (float("nan"), None),
        (float("inf"), None),
        ("Infinity", None),
        ("sNaN", None),
        (10**15, None),
    ],
    ids=repr,
)
def test_money_is_a_number_or_its_text(sent: Any, read: str | None) -> None:
    assert amount(sent) == (None if read is None else Decimal(read))


def test_views_count_and_the_newest_products_are_kept() -> None:
    state = after(*(track("Product Viewed", product_id=p) for p in ("a", "b", "a", None, "c", "d", "e", "f")))
    assert state.views == 8
    assert state.recent == ("f", "e", "d", "c", "a")
    assert len(state.recent) == RECENT_PRODUCTS


def test_a_person_was_last_seen_at_the_newest_thing_they_did() -> None:
    assert after(added(at=NOON + HOUR), added(at=NOON)).last_seen == NOON + HOUR


def test_what_we_did_ourselves_is_no_sign_of_life() -> None:
    assert after(track("Email Sent", NOON, "system")).last_seen is None


@pytest.mark.parametrize("source", ["shop", "journey welcome"])
def test_a_consent_that_the_shop_states_is_no_sign_of_life_and_the_persons_own_is(source: str) -> None:
    assert after(track("Subscription Confirmed", NOON, "system", source=source)).last_seen is None
    assert after(track("Unsubscribed", NOON, "system", source="unsubscribe link")).last_seen == NOON


@pytest.mark.parametrize("machine", [True, False])
def test_a_machines_click_is_no_sign_of_life(machine: bool) -> None:
    clicked = after(track("Email Link Clicked", NOON, "system", machine=machine))
    assert clicked.last_seen == (None if machine else NOON)


def test_what_the_shop_did_is_no_sign_of_life() -> None:
    assert after(track("Order Delivered", order_id="1")).last_seen is None
    assert after(an_event("identify", kind="identify")).last_seen is None


def test_only_what_is_tracked_counts() -> None:
    page = an_event("Order Completed", kind="page", properties={"order_id": "o1", "total": 5})
    assert after(page) == a_state(last_seen=NOON)


def test_an_unknown_event_changes_nothing_but_last_seen() -> None:
    assert after(track("Zebra Fed", total=5)) == a_state(last_seen=NOON)


def test_the_average_order_is_of_those_paid_in_that_currency() -> None:
    state = after(
        ordered(NOON, "1", total=30, currency="EUR"),
        ordered(NOON + HOUR, "2", total=50, currency="EUR"),
        ordered(NOON + DAY, "3", total=100, currency="CHF"),
    )
    averages = {c: profile_facts(state, None, c, NOON)["spend"]["average"] for c in ("EUR", "CHF", "USD")}
    assert averages == {"EUR": 40, "CHF": 100, "USD": 0}


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("12.00", "12.00"),
        ("1e14", "1E+14"),
        ("1e99999999", None),
        ("-1e99999999", None),
        ("0e99999999", "0"),
        ("1e-99999999", "0"),
        ("0." + "1" * 99, "0.111111111"),
        ("9" * 99, None),
        ("NaN", None),
        ("²", None),
        (True, None),
    ],
)
def test_an_amount_is_one_that_can_be_reckoned_with(said: Any, counted: str | None) -> None:
    found = amount(said)
    assert found == (None if counted is None else Decimal(counted))
    assert found is None or len((found * 9_999 + 1).as_tuple().digits) <= 28
