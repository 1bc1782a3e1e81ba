"""What a message of the Segment protocol becomes."""

from typing import Any

import pytest
from anlass.domain.ids import address_hash

from tests.gateway import BROWSER_KEY, NOON, SERVER_KEY, Desk

SALE = {
    "key": "a@b.example",
    "type": "EMAIL",
    "status": "EXISTING_CUSTOMER",
    "order_id": "O-1",
    "goods": "coffee",
    "noticed_at": "2026-11-20T09:00:00Z",
    "notice_version": "checkout-3",
    "topics": ["offers"],
}
A, NO = "a@b.example", "UNSUBSCRIBED"
LISTED = {"key": "a@b.example", "type": "EMAIL", "status": "SUBSCRIBED"}
INCOMPLETE = "existing_customer_incomplete"
VIEW = {"type": "track", "event": "Product Viewed", "userId": "u1", "messageId": "m1"}


def test_a_track_becomes_an_event_of_its_user() -> None:
    event = Desk().event(
        {
            **VIEW,
            "anonymousId": "a1",
            "properties": {"product_id": "p1"},
            "timestamp": "2026-11-20T11:59:00.123456+00:00",
        }
    )
    assert (event.identity, event.also) == ("u:u1", "a:a1")
    assert (event.kind, event.name, event.id, event.source) == ("track", "Product Viewed", "m1", "server")
    assert event.moment == "2026-11-20T11:59:00.123Z#m1"
    assert event.properties == {"product_id": "p1"}
    assert event.received_at == NOON


def test_a_visitor_without_user_id_is_known_by_the_anonymous_id() -> None:
    event = Desk().event({"type": "page", "anonymousId": "a1", "userId": None, "name": "Home"}, BROWSER_KEY)
    assert (event.identity, event.also, event.name, event.source) == ("a:a1", None, "page", "browser")
    assert event.properties == {"name": "Home"}


def test_a_numeric_user_id_is_the_same_as_its_digits() -> None:
    assert Desk().event({**VIEW, "userId": 42}).identity == Desk().event({**VIEW, "userId": " 42 "}).identity == "u:42"


def test_traits_are_kept_in_one_spelling_at_every_level() -> None:
    traits = {
        "firstName": "Anna",
        "first_name": "Änne",
        "address": {"postalCode": "10115"},
        "Kids": [{"firstName": "B"}],
    }
    event = Desk().event({"type": "identify", "userId": "u1", "traits": traits})
    assert event.traits == {
        "first_name": "Änne",
        "address": {"postal_code": "10115"},
        "kids": [{"first_name": "B"}],
    }


def test_rudderstack_puts_the_traits_of_an_identify_into_the_context() -> None:
    event = Desk().event(
        {"type": "identify", "userId": "u1", "context": {"traits": {"firstName": "A", "age": 3}}, "traits": {"age": 4}}
    )
    assert event.traits == {"first_name": "A", "age": 4}


def test_a_tracks_copy_of_the_traits_is_left_behind() -> None:
    assert Desk().event({**VIEW, "context": {"traits": {"email": "old@example.com"}}}).traits == {}


def test_a_groups_traits_are_not_the_persons() -> None:
    event = Desk().event({"type": "group", "userId": "u1", "groupId": 7, "traits": {"name": "Club"}})
    assert event.traits == {}
    assert event.properties == {"name": "Club", "group_id": "7"}


def test_an_alias_joins_the_previous_id_to_the_user() -> None:
    event = Desk().event({"type": "alias", "userId": "u1", "previousId": "a9"})
    assert (event.identity, event.also, event.name) == ("u:u1", "a:a9", "alias")


def test_somebody_known_by_address_only_is_identified_by_a_server_key() -> None:
    message = {"type": "identify", "traits": {"email": " Anna@Example.com "}}
    assert Desk().event(message).identity == "e:" + address_hash("anna@example.com")
    assert rejection(message, BROWSER_KEY)["code"] == "identity_missing"


def test_only_what_is_needed_of_the_context_is_kept() -> None:
    event = Desk().event(
        {
            "type": "identify",
            "userId": "u1",
            "context": {
                "ip": "198.51.100.7",
                "userAgent": "x",
                "locale": "de-AT",
                "timezone": "Europe/Vienna",
                "import": True,
                "messaging_subscriptions": [{"key": "a@example.com", "type": "email", "status": "subscribed"}],
            },
        }
    )
    assert set(event.context) == {"locale", "timezone", "import", "messaging_subscriptions"}
    assert event.context["messaging_subscriptions"] == [
        {"key": "a@example.com", "type": "EMAIL", "status": "SUBSCRIBED"}
    ]
    assert event.is_import


def test_a_customer_may_be_written_to_about_similar_goods_once_all_four_facts_are_told() -> None:
    message = {"type": "identify", "userId": "u1", "context": {"messaging_subscriptions": [{**SALE, "extra": 1}]}}
    assert Desk().event(message).context["messaging_subscriptions"] == [SALE]


def test_the_context_beside_a_batch_is_every_messages_unless_it_says_otherwise() -> None:
    desk = Desk()
    other = {**VIEW, "messageId": "m2", "context": {"locale": "fr"}}
    desk.take(VIEW, other, context={"import": True, "locale": "de"})
    assert [(e.is_import, e.context["locale"]) for e in desk.event_log.events] == [(True, "de"), (True, "fr")]


def test_a_message_without_id_gets_one_from_its_request_and_place() -> None:
    desk, message = Desk(), {"type": "track", "event": "Cart Viewed", "userId": "u1"}
    for _ in range(2):
        desk.post("/v1/batch", {"batch": [message, message]}, request_id="r1")
    assert len(desk.event_log.events) == 2
    assert all(e.moment == f"2026-11-20T12:00:00.000Z#{e.id}" for e in desk.event_log.events)
    desk.post("/v1/track", message, request_id="r2")
    assert len(desk.event_log.events) == 3


def test_a_message_without_time_is_filed_under_a_dash() -> None:
    event = Desk().event(VIEW)
    assert event.moment == "~#m1"
    assert event.at == NOON


def test_a_repeat_within_a_batch_is_one_event_and_no_fault() -> None:
    desk = Desk()
    assert desk.take(VIEW, VIEW) == {"success": True}
    assert len(desk.event_log.events) == 1


def test_of_repeats_within_a_batch_the_first_counts() -> None:
    """As between batches: what was stored first is what the stream told."""
    desk = Desk()
    desk.take({**VIEW, "properties": {"product_id": "p1"}}, {**VIEW, "properties": {"product_id": "p2"}})
    assert [event.properties for event in desk.event_log.events] == [{"product_id": "p1"}]


def test_good_messages_are_stored_beside_bad_ones() -> None:
    desk = Desk()
    answer = desk.take(VIEW, 3, {**VIEW, "userId": None}, {**VIEW, "messageId": "m2"}, None, [], "x", {})
    assert answer["success"] is True
    assert [bad["index"] for bad in answer["rejected"]] == [1, 2, 4, 5, 6, 7]
    assert all(bad["code"] and bad["message"] for bad in answer["rejected"])
    assert [event.id for event in desk.event_log.events] == ["m1", "m2"]


@pytest.mark.parametrize("name", ["Email Sent", " Email Sent ", "Points Awarded", "Cart Emptied", "Coupon Redeemed"])
@pytest.mark.parametrize("key", [SERVER_KEY, BROWSER_KEY])
def test_what_the_system_reports_is_refused_from_both_keys(name: str, key: str) -> None:
    assert rejection({**VIEW, "event": name}, key)["code"] == "reserved_event"


@pytest.mark.parametrize(
    "message",
    [
        {**VIEW, "context": {"import": True}},
        {"type": "identify", "userId": "u1", "context": {"messaging_subscriptions": []}},
        {"type": "alias", "userId": "u1", "previousId": "somebody", "anonymousId": "me"},
    ],
)
def test_a_browser_key_may_not_bring_history_consent_or_other_peoples_aliases(message: dict[str, Any]) -> None:
    assert rejection(message, BROWSER_KEY)["code"] == "server_key_required"
    assert Desk().take(message) == {"success": True}


def test_a_browser_may_alias_its_own_visitor() -> None:
    event = Desk().event({"type": "alias", "userId": "u1", "previousId": "me", "anonymousId": "me"}, BROWSER_KEY)
    assert (event.identity, event.also) == ("u:u1", "a:me")


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "teleport"}, "unknown_type"),
        ({"type": None}, "unknown_type"),
        ({"type": ["track"]}, "unknown_type"),
        ({"userId": None}, "identity_missing"),
        ({"userId": "   "}, "identity_missing"),
        ({"userId": {"id": 1}}, "id_invalid"),
        ({"userId": True}, "id_invalid"),
        ({"userId": 1.5}, "id_invalid"),
        ({"userId": "x" * 256}, "id_too_long"),
        ({"anonymousId": ["a"]}, "id_invalid"),
        ({"messageId": {}}, "id_invalid"),
        ({"messageId": "ü" * 200}, "id_too_long"),
        ({"event": None}, "event_missing"),
        ({"event": " "}, "event_missing"),
        ({"event": 5}, "event_missing"),
        ({"event": "x" * 300}, "event_too_long"),
        ({"properties": "none"}, "properties_invalid"),
        ({"properties": [1]}, "properties_invalid"),
        ({"context": "none"}, "context_invalid"),
        ({"context": {"import": "true"}}, "context_invalid"),
        ({"type": "identify", "traits": 3}, "traits_invalid"),
        ({"type": "identify", "context": {"traits": []}}, "traits_invalid"),
        ({"type": "identify", "context": {"messaging_subscriptions": "EMAIL"}}, "messaging_subscriptions_invalid"),
        (
            {"type": "identify", "context": {"messaging_subscriptions": [{"key": "a@b.example", "type": "EMAIL"}]}},
            "messaging_subscriptions_invalid",
        ),
        ({"type": "identify", "context": {"messaging_subscriptions": [{**SALE, "goods": " "}]}}, INCOMPLETE),
        ({"type": "identify", "context": {"messaging_subscriptions": [{**SALE, "topics": ["*"]}]}}, INCOMPLETE),
        ({"type": "identify", "context": {"messaging_subscriptions": [{**LISTED, "ip": 7}]}}, "evidence_invalid"),
        (
            {"type": "identify", "context": {"messaging_subscriptions": [{**LISTED, "form_url": "x" * 501}]}},
            "evidence_invalid",
        ),
        ({"type": "identify", "context": {"messaging_subscriptions": [{**SALE, "topics": "offers"}]}}, INCOMPLETE),
        (
            {
                "type": "identify",
                "context": {"messaging_subscriptions": [{"key": "a@b.example", "type": "EMAIL", "status": "MAYBE"}]},
            },
            "messaging_subscriptions_invalid",
        ),
        *(
            (
                {
                    "type": "identify",
                    "context": {"messaging_subscriptions": [{"key": key, "type": kind, "status": NO}]},
                },
                "messaging_subscriptions_invalid",
            )
            for key, kind in (
                *((A, "E-MAIL"), (A, "MAIL"), ("nele", "EMAIL"), ("Nele <nele>", "EMAIL"), (A.upper() + "@", "EMAIL")),
                *((f"mailto:{A}", "EMAIL"), (f"{A}, b@b.example", "EMAIL"), (A, "SMS"), ("none", "SMS")),
            )
        ),
        (
            {"type": "identify", "context": {"messaging_subscriptions": [LISTED] * 21}},
            "messaging_subscriptions_invalid",
        ),
        ({"type": "page", "name": 5}, "name_invalid"),
        ({"type": "group"}, "group_missing"),
        ({"type": "alias"}, "identity_missing"),
        ({"timestamp": "yesterday"}, "timestamp_invalid"),
        ({"timestamp": 1700000000000}, "timestamp_invalid"),
        ({"timestamp": "1969-12-31T23:59:59Z"}, "timestamp_invalid"),
        ({"timestamp": "9999-12-31T23:59:59-10:00"}, "timestamp_invalid"),
        ({"timestamp": "2026-11-21T12:00:01Z"}, "timestamp_in_future"),
        ({"timestamp": "9999-12-31T23:59:59Z"}, "timestamp_in_future"),
        ({"properties": {f"k{i}": 1 for i in range(1001)}}, "too_many_keys"),
        ({"properties": nested(33)}, "too_deep"),
        ({"properties": nested(900)}, "too_deep"),
        ({"properties": {"list": [[[["\x00"]]]]}}, "text_invalid"),
        ({"properties": {"half": "\ud83d"}}, "text_invalid"),
        ({"properties": {"\udc00": 1}}, "text_invalid"),
        ({"userId": "a\x00b"}, "text_invalid"),
        ({"properties": {"": 1}}, "name_invalid"),
        ({"properties": {"n": float("nan")}}, "number_invalid"),
        ({"properties": {"n": float("-inf")}}, "number_invalid"),
        ({"properties": {"n": 1e200}}, "number_invalid"),
        ({"properties": {"n": 1e-200}}, "number_invalid"),
        ({"properties": {"n": 10**38}}, "number_invalid"),
        ({"properties": {"n": -(10**4200)}}, "number_invalid"),
        ({"properties": {"text": "x" * 33_000}}, "event_too_large"),
    ],
)
def test_a_bad_message_is_rejected_with_its_reason_and_costs_the_others_nothing(
    change: dict[str, Any], code: str
) -> None:
    desk = Desk()
    answer = desk.take({**VIEW, "messageId": "good"}, {**VIEW, **change}, {**VIEW, "messageId": "better"})
    assert [(bad["index"], bad["code"]) for bad in answer["rejected"]] == [(1, code)]
    assert [event.id for event in desk.event_log.events] == ["good", "better"]


@pytest.mark.parametrize("levels", [1, 31, 32])
def test_nesting_up_to_32_levels_is_kept(levels: int) -> None:
    properties = nested(levels)
    assert Desk().event({**VIEW, "properties": properties}).properties == properties


def test_a_message_may_weigh_32_kilobytes_in_a_batch_of_500() -> None:
    desk = Desk()
    heavy = [{**VIEW, "messageId": f"m{i}", "properties": {"text": "x" * 32_000}} for i in range(15)]
    assert desk.take(*heavy) == {"success": True}
    assert len(desk.event_log.events) == 15


def test_a_batch_takes_2500_messages_and_says_from_where_on_it_left_them() -> None:
    desk = Desk()
    answer = desk.take(*({"type": "track", "event": "E", "userId": "u", "messageId": str(i)} for i in range(2502)))
    assert [(bad["index"], bad["code"]) for bad in answer["rejected"]] == [(2500, "too_many_events")]
    assert len(desk.event_log.events) == 2500


def test_an_answer_stays_small_however_much_was_bad() -> None:
    answer = Desk().post("/v1/batch", b'{"batch":[' + b"1," * 250_000 + b"1]}")
    assert answer["statusCode"] == 200
    assert len(answer["body"]) < 1_000_000


def rejection(message: dict[str, Any], key: str = SERVER_KEY) -> dict[str, Any]:
    desk = Desk()
    answer = desk.take(message, key=key)
    assert desk.event_log.puts == 0
    (bad,) = answer["rejected"]
    assert bad["index"] == 0
    result: dict[str, Any] = bad
    return result
