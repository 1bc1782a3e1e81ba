"""What an identify may change, and what it may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from anlass.domain.consent import ALL_TOPICS, Consent, Grant
from anlass.domain.event import Event
from anlass.domain.identifying import ROOM_OF_BROWSERS, TRAITS, TRAITS_OF_BROWSERS, identify
from anlass.domain.person import Person, profile_facts, zone_of
from anlass.domain.profile import Orders
from anlass.domain.registry.events import CONFIRMED, RESTORED, UNSUBSCRIBED

from tests.builders import DAY, HOUR, NOON, a_state, an_event, some_attributes

ANNA = "anna@shop.example"


def person(id_: str = "u:anna", traits: dict[str, Any] | None = None, *grants: Grant) -> Person:
    attributes = None if traits is None else some_attributes(id_, traits=traits)
    consents = {"email": Consent(id_, "email", grants=grants)} if grants else {}
    return Person(a_state(id_), attributes, consents)


def an_identify(traits: dict[str, Any] | None = None, **fields: Any) -> Event:
    return an_event("identify", kind="identify", traits=traits or {}, **fields)


def subscribing(status: Any, address: Any = ANNA, type_: Any = "EMAIL", **fields: Any) -> Event:
    listed = [{"key": address, "type": type_, "status": status}]
    return an_identify(context={"messaging_subscriptions": listed, **fields.pop("context", {})}, **fields)


def traits_after(one: Person, event: Event) -> dict[str, Any]:
    after = identify(one, event)[0].attributes
    assert after is not None
    return dict(after.traits)


def test_the_server_changes_traits_and_leaves_the_others() -> None:
    after = traits_after(person(traits={"first_name": "Anna", "plan": "a"}), an_identify({"plan": "b"}))
    assert after == {"first_name": "Anna", "plan": "b"}


def test_null_removes_nothing() -> None:
    assert traits_after(person(traits={"plan": "a"}), an_identify({"plan": None})) == {"plan": "a"}


def test_the_first_identify_says_since_when_the_person_is_registered() -> None:
    one, _, _ = identify(person(), an_identify({"plan": "a"}))
    again, _, _ = identify(one, an_identify({"plan": "b"}, at=NOON + DAY))
    assert again.attributes is not None
    assert again.attributes.registered_at == NOON


def test_an_identify_that_says_nothing_new_leaves_the_row_as_it_is() -> None:
    one = identify(person(), an_identify({"plan": "a"}))[0]
    assert identify(one, an_identify({"plan": "a"}))[0].attributes is one.attributes


def test_a_browser_completes_an_anonymous_visitor() -> None:
    after = traits_after(person("a:1", {"plan": "a"}), an_identify({"plan": "b", "email": ANNA}, source="browser"))
    assert after == {"plan": "b", "email": ANNA}


def test_a_browser_changes_nothing_that_is_known_of_a_known_person() -> None:
    known = {"email": ANNA, "plan": "a"}
    event = an_identify({"email": "x@evil.example", "plan": "b"}, source="browser")
    assert traits_after(person(traits=known), event) == known


def test_a_browser_says_nothing_about_consent() -> None:
    after, follows, _ = identify(person(), subscribing("SUBSCRIBED", source="browser"))
    assert not after.consents
    assert follows == ()


def test_traits_are_bounded_and_none_is_lost_by_new_ones() -> None:
    many = {f"t{number}": number for number in range(2 * TRAITS)}
    known = Person(a_state(), some_attributes(traits={"email": ANNA}, vouched=True))
    after = traits_after(known, an_identify(many))
    assert len(after) == TRAITS
    assert after["email"] == ANNA
    full = Person(a_state(), some_attributes(traits=after, vouched=True))
    assert traits_after(full, an_identify({"t0": "changed", "new": 1})) == {**after, "t0": "changed"}


def test_nobody_fills_a_row_by_what_they_say_of_themselves() -> None:
    one = person("a:1", traits={"city": "Kiel"})
    for number in range(20):
        one, _, _ = identify(one, an_identify({f"t{number}": "x" * 9_000, "city": "x" * 18_000}, source="browser"))
    assert one.attributes is not None
    assert len(repr(one.attributes.traits)) <= ROOM_OF_BROWSERS
    assert one.attributes.traits.keys() >= {"city", "t0"}
    said_by_the_backend = {f"s{number}": "x" for number in range(TRAITS - TRAITS_OF_BROWSERS)} | {"email": ANNA}
    told, _, _ = identify(one, an_identify(said_by_the_backend))
    assert told.attributes is not None
    assert told.attributes.traits.keys() >= said_by_the_backend.keys()
    assert traits_after(one, an_identify({"city": "Kiel"}, at=NOON + DAY))["city"] == "Kiel"


def test_a_browser_that_says_it_is_tomorrow_holds_up_no_word_of_the_backend() -> None:
    known = Person(a_state(), some_attributes(traits={"email": "old@shop.example"}, vouched=True, identified_at=NOON))
    ahead, _, _ = identify(
        known, an_identify({"mood": "good"}, source="browser", at=NOON + 23 * HOUR, received_at=NOON)
    )
    told, _, _ = identify(ahead, an_identify({"email": ANNA}, at=NOON + HOUR))
    assert told.attributes is not None
    assert told.attributes.traits == {"email": ANNA, "mood": "good"}


def test_locale_and_timezone_come_from_the_context_where_no_trait_says_them() -> None:
    event = an_identify({"locale": "fr"}, context={"timezone": "Europe/Vienna", "locale": "de-AT"})
    assert traits_after(person(), event) == {"locale": "fr", "timezone": "Europe/Vienna"}
    assert traits_after(person(traits={"timezone": "Europe/Zurich"}), event)["timezone"] == "Europe/Zurich"


def test_a_subscription_that_the_shop_holds_is_a_grant_for_all_topics_and_is_announced() -> None:
    after, follows, _ = identify(person(), subscribing("SUBSCRIBED"))
    assert (after.consents or {})["email"].allows(ANNA, "offers")
    assert [(e.name, e.source, e.identity, e.properties["channel"]) for e in follows] == [
        (CONFIRMED, "system", "u:anna", "email")
    ]


def test_the_same_subscription_again_changes_and_announces_nothing() -> None:
    after, _, _ = identify(person(), subscribing("SUBSCRIBED"))
    again, follows, _ = identify(after, subscribing("SUBSCRIBED", at=NOON + DAY))
    assert again.consents == after.consents
    assert follows == ()


def test_a_replay_announces_the_very_same_event() -> None:
    assert identify(person(), subscribing("SUBSCRIBED"))[1] == identify(person(), subscribing("SUBSCRIBED"))[1]


@pytest.mark.parametrize(
    "event",
    [
        subscribing("SUBSCRIBED", context={"import": True}),
        subscribing("SUBSCRIBED", received_at=NOON + timedelta(hours=24, seconds=1)),
    ],
    ids=["import", "late"],
)
def test_history_grants_but_welcomes_nobody(event: Event) -> None:
    after, follows, _ = identify(person(), event)
    assert (after.consents or {})["email"].allows(ANNA, "offers")
    assert follows == ()


def test_an_unsubscription_by_the_shop_is_kept_and_announced_once() -> None:
    after, follows, _ = identify(person(), subscribing("UNSUBSCRIBED"))
    assert [e.name for e in follows] == [UNSUBSCRIBED]
    again, follows, _ = identify(after, subscribing("UNSUBSCRIBED", at=NOON + DAY))
    assert not (again.consents or {})["email"].allows(ANNA, "offers")
    assert follows == ()


def test_the_shop_does_not_lift_what_the_person_withdrew() -> None:
    withdrawn = Grant(ANNA, ALL_TOPICS, "withdrawn", NOON - DAY, "person", "unsubscribe link")
    after, follows, _ = identify(person("u:anna", None, withdrawn), subscribing("SUBSCRIBED"))
    assert not (after.consents or {})["email"].allows(ANNA, "offers")
    assert follows == ()


def test_who_subscribes_after_a_no_of_the_shops_is_announced() -> None:
    """Shops send UNSUBSCRIBED for customers who were never asked: their first yes is a first yes."""
    after, _, _ = identify(person(), subscribing("UNSUBSCRIBED"))
    after, follows, _ = identify(after, subscribing("SUBSCRIBED", at=NOON + HOUR))
    assert (after.consents or {})["email"].allows(ANNA, "offers")
    assert [e.name for e in follows] == [RESTORED, CONFIRMED]


def test_each_address_has_a_consent_of_its_own() -> None:
    after, _, _ = identify(person(), subscribing("SUBSCRIBED"))
    after, follows, _ = identify(after, subscribing("SUBSCRIBED", "new@shop.example", at=NOON + HOUR))
    assert len((after.consents or {})["email"].grants) == 2
    assert [e.name for e in follows] == [CONFIRMED]


@pytest.mark.parametrize(
    "item",
    [
        {"key": ANNA, "type": "EMAIL", "status": "DID_NOT_SUBSCRIBE"},
        {"key": ANNA, "type": "PIGEON", "status": "SUBSCRIBED"},
        {"key": " ", "type": "EMAIL", "status": "SUBSCRIBED"},
        {"key": 7, "type": "EMAIL", "status": "SUBSCRIBED"},
        {"key": ANNA, "type": "EMAIL"},
        {"type": None, "status": None, "key": None},
        "SUBSCRIBED",
        None,
    ],
    ids=str,
)
def test_what_is_no_statement_says_nothing(item: Any) -> None:
    for listed in ([item], item):
        after, follows, _ = identify(person(), an_identify(context={"messaging_subscriptions": listed}))
        assert not after.consents
        assert follows == ()


@pytest.mark.parametrize("zone", ["Europe", "a" * 300, "", "../etc", "Mond/Krater", 7, None, "a\0b"], ids=repr)
def test_a_zone_that_the_shop_made_up_is_no_reason_to_write_to_nobody(zone: Any) -> None:
    assert str(zone_of(some_attributes(traits={"timezone": zone}), "Europe/Berlin")) == "Europe/Berlin"


def test_the_recipients_own_zone_counts() -> None:
    assert str(zone_of(some_attributes(traits={"timezone": "America/New_York"}), "Europe/Berlin")) == "America/New_York"
    assert str(zone_of(None, "Europe/Berlin")) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("birthday", "age"),
    [("1990-03-02", 36), ("1990-03-03", 35), ("2026-03-02", 0), ("2030-01-01", None), ("--03-02", None), (1990, None)],
)
def test_age_counts_from_the_birthday_that_the_shop_sends(birthday: Any, age: int | None) -> None:
    facts = profile_facts(a_state(), some_attributes(traits={"birthday": birthday}), "EUR", NOON)
    assert facts["age"] == age


def test_counts_and_sums_that_are_not_there_yet_are_zero() -> None:
    facts = profile_facts(a_state(), None, "EUR", NOON)
    assert (facts["orders"]["count"], facts["spend"]["total"], facts["spend"]["average"]) == (0, 0, 0)
    assert (facts["cart"], facts["views"]) == ({"value": 0, "items": 0}, {"count": 0})
    assert facts["country"] is None


def test_the_country_is_the_trait_else_the_addresss() -> None:
    address = {"country": "CH"}
    assert profile_facts(a_state(), some_attributes(traits={"address": address}), "EUR", NOON)["country"] == "CH"
    both = some_attributes(traits={"address": address, "country": "DE"})
    assert profile_facts(a_state(), both, "EUR", NOON)["country"] == "DE"
    assert profile_facts(a_state(), some_attributes(traits={"address": "Kiel"}), "EUR", NOON)["country"] is None


@pytest.mark.parametrize("trait", ["created_at", "registered_at"])
def test_the_shop_knows_best_since_when_somebody_is_registered(trait: str) -> None:
    since = profile_facts(a_state(), some_attributes(traits={trait: "2019-05-04"}), "EUR", NOON)["registered_at"]
    assert since == datetime(2019, 5, 4, tzinfo=UTC)
    for unclear in ("long ago", 1556928000, None):
        facts = profile_facts(a_state(), some_attributes(traits={trait: unclear}), "EUR", NOON)
        assert facts["registered_at"] == NOON


def test_price_sensitivity_is_what_the_shop_says_else_the_share_of_reduced_orders() -> None:
    buyer = a_state(orders=Orders(count=3, reduced=2))
    assert profile_facts(buyer, None, "EUR", NOON)["price_sensitivity"] == Decimal("0.67")
    assert profile_facts(a_state(), None, "EUR", NOON)["price_sensitivity"] is None
    for said, read in (("0.9", "0.9"), (1, "1"), ("high", "0.67")):
        attributes = some_attributes(traits={"price_sensitivity": said})
        assert profile_facts(buyer, attributes, "EUR", NOON)["price_sensitivity"] == Decimal(read)
