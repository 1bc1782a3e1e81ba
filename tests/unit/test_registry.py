import pytest
from anlass.domain.registry import EVENTS, did_you_mean, is_system, known, trait_name


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
