"""What a picture says of conditions, steps and triggers: words that a marketer knows."""

from __future__ import annotations

from typing import Any

import pytest
from anlass.language.picture.step_words import again_words, onward_words, step_words, way_words
from anlass.language.picture.trigger_words import trigger_words
from anlass.language.picture.words import condition_words, field_words, value_words


def field(path: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": path, "op": op, **({"value": value[0]} if value else {})}


NEW = field("profile.orders.count", "eq", 0)
RICH = field("profile.cart.value", "gte", 20)
NEAR = field("profile.country", "in", ["DE", "AT", "CH"])


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (NEW, "orders count = 0"),
        (RICH, "cart value ≥ 20"),
        (NEAR, "country is DE, AT or CH"),
        (field("profile.country", "not_in", ["DE", "AT"]), "country is none of DE and AT"),
        (field("profile.tags", "in", list("abcdefgh")), "tags is a, b, c, d, e or 3 more"),
        (field("profile.birthday", "exists"), "birthday is known"),
        (field("profile.birthday", "exists", False), "birthday is not known"),
        (field("event.properties.category", "starts_with", "coffee"), "category starts with coffee"),
        (field("entry.properties.order_id", "eq", "o1"), "order id of the entry = o1"),
        (field("steps.gift.coupon.value", "gt", 5), "coupon value of “gift” > 5"),
        (field("profile.lastCategories", "contains", "tea"), "last categories contains tea"),
        (field("profile.isMember", "eq", True), "is member = yes"),
        ({"all": [RICH, NEAR]}, "cart value ≥ 20 and country is DE, AT or CH"),
        ({"all": [RICH, {"any": [NEW, NEAR]}]}, "cart value ≥ 20 and (orders count = 0 or country is DE, AT or CH)"),
        ({"any": [NEW, {"all": [RICH]}]}, "orders count = 0 or cart value ≥ 20"),
        ({"not": NEW}, "not (orders count = 0)"),
        ({"not": {"segment": "vip"}}, "not in the segment vip"),
        ({"not": {"reachable": "sms"}}, "not reachable by SMS"),
        ({"not": {"journey": "welcome", "is": "finished"}}, "not (has left the journey welcome)"),
        ({"segment": "vip"}, "in the segment vip"),
        ({"journey": "welcome", "is": "active"}, "in the journey welcome"),
        ({"journey": "welcome", "is": "finished"}, "has left the journey welcome"),
        ({"reachable": "email"}, "reachable by e-mail"),
        ({"message": "remind", "is": "clicked"}, "“remind” was clicked"),
        ({"message": "remind", "is": "not_opened"}, "“remind” was not opened"),
        ({"message": "remind", "is": "bounced"}, "“remind” bounced"),
        (
            {"some": "event.properties.products", "where": field("item.category", "eq", "coffee")},
            "a product with category = coffee",
        ),
        ({"every": "event.properties.products", "where": RICH}, "only products with cart value ≥ 20"),
        ({"none": "event.properties.products", "where": RICH}, "no product with cart value ≥ 20"),
        ({"some": "entry.properties.items", "where": NEW}, "an item of the entry with orders count = 0"),
        ({"event": "Product Viewed"}, "Product Viewed"),
        (
            {"event": "Product Viewed", "count": {"gte": 2}, "within": "3 hours", "match": "product_id"},
            "Product Viewed at least 2 times in the last 3 hours (same product id)",
        ),
        (
            {"event": "Email Opened", "count": {"eq": 0}, "within": "30 days"},
            "no Email Opened in the last 30 days",
        ),
        ({"event": "A", "count": {"gte": 2, "lt": 5}}, "A at least 2 and fewer than 5 times"),
        ({"event": "A", "count": {"eq": 1}}, "A exactly 1 time"),
        (
            {"event": "Coupon Redeemed", "where": RICH, "match": {"coupon_id": "steps.gift.coupon.id"}},
            "Coupon Redeemed with cart value ≥ 20 (coupon id = coupon id of “gift”)",
        ),
        ({"weather": "sunny", "at_least": 3}, "weather sunny, at least 3"),  # a form of a later version
    ],
)
def test_a_condition_reads_as_it_is_said(condition: Any, words: str) -> None:
    assert condition_words(condition) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        (2.0, "2"),
        (0.5, "0.5"),
        ([1, "a"], "1, a"),
        ({"award": 100, "why": "review"}, "award 100, why review"),
    ],
)
def test_any_value_of_json_can_be_said(value: Any, words: str) -> None:
    assert value_words(value) == words


def test_names_that_are_filled_in_are_said_without_braces() -> None:
    assert value_words("{{ entry.properties.category }} & {{profile.city}}") == "category of the entry & city"
    assert field_words("event.name") == "event name"


# Every step of the language, those of later issues too.
STEPS: list[tuple[dict[str, Any], str, str, tuple[str, ...]]] = [
    ({"send": {"template": "birthday"}}, "Send", "birthday", ()),
    (
        {
            "send": {
                "template": "birthday",
                "channels": ["email", "sms"],
                "at": "09:00",
                "products": {"pick": "similar", "to": "entry.properties.product_id", "limit": 4},
                "coupon": {"campaign": "birthday-10", "expires": {"date": "profile.birthday", "offset": "7 days"}},
                "test": {"subject": ["a", "b"]},
            }
        },
        "Send by e-mail, else SMS",
        "birthday",
        (
            "at 09:00",
            "with 4 products: similar to product id of the entry",
            "with coupon birthday-10, until 7 days after birthday",
            "tests its subject: a or b",
        ),
    ),
    (
        {"send": {"template": "x", "coupon": {"campaign": "c", "expires": "14 days"}}},
        "Send",
        "x",
        ("with coupon c, valid for 14 days",),
    ),
    ({"wait": "24 hours"}, "Wait", "after 24 hours", ()),
    ({"wait": {"until": "09:00"}}, "Wait", "until 09:00", ()),
    ({"wait": {"until": "profile.birthday", "offset": "-1 day"}}, "Wait", "until 1 day before birthday", ()),
    (
        {
            "wait_for": {
                "first_of": [{"event": "A"}, {"event": "B"}, {"event": "A"}],
                "since": "mail",
                "timeout": "5 days",
            }
        },
        "Wait for an answer",
        "A or B",
        ("for 5 days at most", "counts from “mail” on"),
    ),
    ({"branch": [{"when": NEW, "steps": []}]}, "Branch", "Is it so?", ()),
    ({"branch": [{"when": NEW, "steps": []}, {"when": RICH, "steps": []}]}, "Branch", "Which is true first?", ()),
    (
        {
            "split": {
                "variants": [{"id": "a", "weight": 50}, {"id": "b", "weight": 50}],
                "winner": {"metric": "conversion", "after": "7 days", "at_least": 200},
            }
        },
        "Split",
        "a or b",
        ("the better conversion wins after 7 days, if there are 200 people",),
    ),
    (
        {"repeat": {"times": 3, "every": "7 days", "until": NEW, "steps": []}},
        "Repeat",
        "3 times, every 7 days",
        ("until orders count = 0",),
    ),
    (
        {
            "update": {
                "set": {"favourite": "{{ entry.properties.category }}"},
                "add_tags": ["vip"],
                "remove_tags": ["new"],
            }
        },
        "Update the profile",
        "favourite = category of the entry, + tag vip, − tag new",
        (),
    ),
    (
        {"webhook": {"url": "https://shop.example/hook?x=1", "secret": "erp", "body": {}}},
        "Webhook",
        "shop.example/hook",
        (),
    ),
    ({"subscribe": {"topic": "news", "channel": "email"}}, "Subscribe", "to news by e-mail", ()),
    ({"unsubscribe": {"topic": "news", "channel": "sms"}}, "Unsubscribe", "from news by SMS", ()),
    ({"unsubscribe": "all"}, "Unsubscribe", "from everything", ()),
    ({"enrol": {"journey": "win-back"}}, "Enrol", "into the journey win-back", ()),
    ({"sunset": "no answer"}, "Sunset", "no marketing until they come back", ("reason: no answer",)),
    ({"exit": "not interested"}, "Leaves the journey", "not interested", ()),
    ({"points": {"award": 100, "reason": "review"}}, "Points", "award 100, reason review", ()),
    ({"audience": {"add": "cart-abandoners"}}, "Audience", "add cart-abandoners", ()),
    ({"crm": {"push": "hubspot"}}, "CRM", "push hubspot", ()),
]


@pytest.mark.parametrize(("step", "what", "text", "more"), STEPS)
def test_a_step_says_what_it_does(step: dict[str, Any], what: str, text: str, more: tuple[str, ...]) -> None:
    (kind,) = step
    said = step_words(kind, step)
    assert (said.what, said.text, said.more) == (what, text, more)


def test_the_ways_out_of_a_step_say_when_they_are_taken() -> None:
    branch = {"branch": [{"when": NEW, "steps": []}, {"else": []}]}
    assert way_words(branch, ("branch", 0, "steps")) == "when orders count = 0"
    assert way_words(branch, ("branch", 1, "else")) == "otherwise"
    answer = {"event": "Product Reviewed", "match": "order_id", "where": field("event.properties.rating", "lte", 2)}
    waiting = {"wait_for": {"first_of": [{**answer, "steps": []}], "timeout": "5 days", "on_timeout": []}}
    assert (
        way_words(waiting, ("wait_for", "first_of", 0, "steps"))
        == "on Product Reviewed with rating ≤ 2 (same order id)"
    )
    assert way_words(waiting, ("wait_for", "on_timeout")) == "no answer within 5 days"
    split = {"split": {"variants": [{"id": "a", "weight": 1, "steps": []}, {"id": "b", "weight": 3, "steps": []}]}}
    assert way_words(split, ("split", "variants", 1, "steps")) == "b: 75 %"
    assert way_words({"repeat": {"times": 2, "steps": []}}, ("repeat", "steps")) == ""
    assert way_words({"webhook": {"on_failure": []}}, ("webhook", "on_failure")) == "on failure"


def test_it_is_said_when_none_of_the_ways_is_taken_and_when_they_are_taken_again() -> None:
    assert onward_words("branch", {"branch": [{"when": NEW, "steps": []}]}) == "otherwise"
    assert onward_words("branch", {"branch": [{"when": NEW, "steps": []}, {"else": []}]}) is None
    assert onward_words("wait_for", {"wait_for": {"first_of": [], "timeout": "1 day"}}) is None
    repeat = {"repeat": {"times": 3, "every": "7 days", "until": NEW, "steps": []}}
    assert onward_words("repeat", repeat) == "after 3 times, or once orders count = 0"
    assert again_words("repeat", repeat) == "again after 7 days"
    assert again_words("branch", {"branch": []}) is None


# Every trigger of the language.
TRIGGERS: list[tuple[dict[str, Any], str, tuple[str, ...]]] = [
    (
        {"type": "event", "event": "Product Viewed", "where": field("event.properties.category", "eq", "coffee")},
        "Product Viewed",
        ("with category = coffee",),
    ),
    (
        {
            "type": "abandonment",
            "event": "Product Added",
            "unless": ["Order Completed", "Cart Emptied"],
            "after": "45 minutes",
        },
        "Product Added, then no Order Completed or Cart Emptied for 45 minutes",
        (),
    ),
    (
        {
            "type": "absence",
            "event": "Coupon Sent",
            "unless": ["Coupon Redeemed"],
            "match": "coupon_id",
            "after": "14 days",
        },
        "Coupon Sent, then no Coupon Redeemed for 14 days",
        ("same coupon id",),
    ),
    ({"type": "segment", "segment": "vip", "change": "entered"}, "Enters vip", ()),
    ({"type": "segment", "segment": "vip", "change": "left"}, "Leaves vip", ()),
    (
        {
            "type": "change",
            "metric": "profile.spend.total",
            "in": "30 days",
            "against": "previous 90 days",
            "below": 0.5,
        },
        "spend total of 30 days is below 50% of the previous 90 days",
        (),
    ),
    (
        {"type": "date", "field": "profile.birthday", "repeat": "yearly", "offset": "-3 days", "at": "09:00"},
        "3 days before birthday",
        ("every year", "at 09:00"),
    ),
    (
        {"type": "date", "field": "profile.registered_at", "years": [1, 3]},
        "registered at",
        ("in the 1st and 3rd year",),
    ),
    (
        {"type": "schedule", "every": "year", "on": "12-01", "at": "09:00", "segment": "austria"},
        "every year on 12-01",
        ("at 09:00", "for the segment austria"),
    ),
    (
        {"type": "schedule", "every": "year", "on": "advent-1", "offset": "-2 days"},
        "every year, 2 days before advent 1",
        (),
    ),
    ({"type": "schedule", "every": "month", "on": [1, 15]}, "every month on 1 and 15", ()),
    ({"type": "schedule", "date": "2026-12-01"}, "once on 2026-12-01", ()),
    ({"type": "schedule", "cron": "0 9 1 * ? *"}, "cron 0 9 1 * ? *", ()),
    (
        {
            "type": "replenish",
            "products": [{"category": "coffee-capsules", "days_per_unit": 1, "units_per_item": 1}],
            "shipping_days": 5,
            "lead_days": 3,
            "at": "09:00",
        },
        "coffee-capsules will be used up",
        ("3 days and 5 days of shipping ahead", "at 09:00"),
    ),
    (
        {"type": "replenish", "products": [{"sku": "c1"}, {"brand": "B"}], "shipping_days": {"DE": 2, "else": 7}},
        "c1 or B will be used up",
        ("DE 2, else 7 of shipping ahead",),
    ),
    (
        {"type": "threshold", "metric": "profile.spend.total", "reaches": 5000.0, "currency": "CHF"},
        "spend total reaches 5000 CHF",
        (),
    ),
    ({"type": "threshold", "metric": "profile.points", "falls_below": 10}, "points falls below 10", ()),
    ({"type": "inactivity", "events": ["@person"], "for": "90 days"}, "nothing done for 90 days", ()),
    (
        {"type": "inactivity", "events": ["A", "B"], "for": [{"when": NEW, "value": "30 days"}, {"else": "90 days"}]},
        "no A or B for a while",
        ("30 days when orders count = 0", "90 days otherwise"),
    ),
    ({"type": "enrolled"}, "that enrols somebody", ()),
    ({"type": "weather", "is": "sunny"}, "is sunny", ()),  # one of a later version
]


@pytest.mark.parametrize(("trigger", "text", "more"), TRIGGERS)
def test_a_trigger_says_what_it_waits_for(trigger: dict[str, Any], text: str, more: tuple[str, ...]) -> None:
    said = trigger_words(trigger)
    assert (said.text, said.more) == (text, more)
    assert said.what
