"""The registry of events and fields."""

from __future__ import annotations

import pytest
from anlass.domain.enrolment import ENDINGS
from anlass.domain.person import profile_facts
from anlass.domain.registry import (
    ENROL,
    EVENTS,
    FIELDS,
    GROUPS,
    INTERNAL,
    PERSON,
    RESTORED,
    SUNSET,
    UPDATE,
    did_you_mean,
    events_changing,
    field_of,
    is_system,
    known,
    trait_name,
)
from anlass.language.intake_fields import MessageError, event_name

from tests.builders import NOON, a_state, some_attributes


def test_segments_ecommerce_names_belong_to_the_shop() -> None:
    for name in ("Product Viewed", "Product Added", "Checkout Started", "Order Completed", "Account Created"):
        assert known(name)
        assert not is_system(name)


def test_what_the_system_reports_is_reserved() -> None:
    for name in ("Email Sent", "Email Marked as Spam", "Cart Emptied", "Subscription Confirmed", "Points Awarded"):
        assert is_system(name)


def test_an_unknown_name_is_neither_known_nor_reserved() -> None:
    assert not known("Sofa Assembled")
    assert not is_system("Sofa Assembled")
    assert did_you_mean("Sofa Assembled") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("product viewed", "Product Viewed"),
        ("product_viewed", "Product Viewed"),
        ("Order Complete", "Order Completed"),
        ("Orders Completed", "Order Completed"),
        ("Chekout Started", "Checkout Started"),
    ],
)
def test_a_slip_of_the_pen_is_recognised(typed: str, meant: str) -> None:
    assert did_you_mean(typed) == meant


def test_a_correct_name_needs_no_suggestion() -> None:
    assert all(did_you_mean(name) is None for name in EVENTS)


def test_a_message_event_names_its_message_and_journey() -> None:
    assert {"message_id", "journey", "step", "template", "channel"} <= EVENTS["Email Sent"].properties.keys()
    assert EVENTS["Order Completed"].properties["products"] == "products"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("firstName", "first_name"),
        ("first_name", "first_name"),
        ("FirstName", "first_name"),
        ("userID", "user_id"),
        ("HTMLName", "html_name"),
        ("address2Line", "address2_line"),
        ("Schuhgröße EU", "Schuhgröße EU"),
        ("", ""),
    ],
)
def test_camel_case_and_snake_case_are_one_trait(sent: str, kept: str) -> None:
    assert trait_name(sent) == kept
    assert trait_name(kept) == kept


@pytest.mark.parametrize("name", [*sorted(INTERNAL), PERSON, "@whatever"])
def test_no_write_key_may_say_what_the_system_says_to_itself(name: str) -> None:
    assert is_system(name)
    assert not known(name)
    with pytest.raises(MessageError) as refused:
        event_name({"event": name})
    assert refused.value.code == "reserved_event"


def test_all_that_the_system_says_to_itself_is_listed() -> None:
    assert {UPDATE, ENROL, SUNSET, RESTORED, *ENDINGS} == INTERNAL


def test_an_order_is_what_the_person_did_and_its_delivery_is_what_the_shop_did() -> None:
    did = {name for name, event in EVENTS.items() if event.by_person}
    assert {"Product Viewed", "Order Completed", "Email Link Clicked", "Push Tapped", "Button Pressed", "page"} <= did
    assert not did & {"Order Delivered", "Order Refunded", "Order Cancelled", "Order Updated"}
    assert not did & {"Email Sent", "Email Delivered", "Coupon Sent", "Points Awarded", "Segment Entered"}


def test_every_event_and_field_is_explained_in_one_line() -> None:
    abouts = [*(event.about for event in EVENTS.values()), *(field.about for field in FIELDS.values())]
    assert [about for about in abouts if not about or "\n" in about or len(about) > 110] == []


@pytest.mark.parametrize(
    ("field", "events"),
    [
        ("profile.orders.count", {"Order Completed"}),
        ("spend.total", {"Order Completed"}),
        ("profile.cart.value", {"Product Added", "Product Removed", "Cart Viewed", "Order Completed"}),
        ("profile.country", {"identify", "@update", "Order Completed"}),
        ("profile.last_seen", {PERSON}),
        ("profile.id", set()),
    ],
)
def test_a_field_says_after_which_events_it_may_be_another(field: str, events: set[str]) -> None:
    assert events_changing(field) == frozenset(events)


@pytest.mark.parametrize("field", ["profile.email", "profile.birthday", "profile.age", "profile.favouriteCoffee"])
def test_traits_change_with_any_identify(field: str) -> None:
    assert events_changing(field) is None


def test_what_changes_a_field_is_known_itself() -> None:
    changing = set().union(*(field.changed_by or () for field in FIELDS.values()))
    assert changing - EVENTS.keys() == {"identify", UPDATE, PERSON}


def test_time_alone_changes_the_age_and_the_scores() -> None:
    assert {name for name, field in FIELDS.items() if field.ages} == {
        "age",
        "score.total",
        "score.qualification",
        "score.interest",
    }


def test_fields_are_found_however_they_are_spelt() -> None:
    assert field_of("profile.orders.lastAt") is FIELDS["orders.last_at"]
    assert field_of("firstName") is FIELDS["first_name"]
    assert field_of("profile.favourite_coffee") is None
    assert GROUPS["orders"] == ("count", "last_at", "interval", "last_categories")


def test_what_is_available_of_the_kept_fields_is_what_a_condition_sees() -> None:
    facts = profile_facts(a_state(), some_attributes(traits={}), "EUR", NOON)
    seen = {f"{name}.{part}" for name in facts if name in GROUPS for part in facts[name]} | (facts.keys() - GROUPS)
    kept = {name for name, field in FIELDS.items() if field.is_kept and field.is_available}
    as_sent = {name for name in kept if FIELDS[name].changed_by is None} - {"age", "registered_at"}
    assert seen == kept - as_sent
    assert as_sent == {"email", "phone", "locale", "timezone", "birthday", "interests", "tags"}
