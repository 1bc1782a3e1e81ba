"""Whatever is sent, the intake answers; whatever is good in it, is stored once."""

import json
from typing import Any

from anlass.domain.event import INTAKE_CONTEXT
from anlass.domain.registry import trait_name
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateway import BROWSER_KEY, SERVER_KEY, Desk

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(alphabet="\x00\ud800a"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
HEADERS = ["content-type", "content-encoding", "authorization", "x-retry-count"]
patiently = settings(deadline=None)  # the machine may be busy with other tests
ids = st.sampled_from(["u1", "u2", 7])
times = st.datetimes().map(lambda t: t.isoformat() + "Z") | st.sampled_from(["2026-11-20T11:00:00Z", "2026-11-01"])
plain = st.dictionaries(st.text("abcdef", min_size=1, max_size=5), st.integers(-9, 9) | st.text("xyzäö€"), max_size=3)
good_messages = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["track", "identify", "page", "screen"]),
        "userId": ids,
        "event": st.just("Product Viewed"),
    },
    optional={
        "messageId": st.sampled_from(["m1", "m2", "m3", "m4"]),
        "timestamp": st.sampled_from(["2026-11-20T11:00:00Z", "2026-11-20T11:00:00.5+00:00", "1997-01-01"]),
        "properties": plain,
        "traits": plain,
        "context": st.just({"locale": "de"}),
    },
)
bent_messages = st.builds(
    lambda message, field, value: {**message, field: value},
    good_messages,
    st.sampled_from(
        ["type", "userId", "anonymousId", "event", "timestamp", "properties", "traits", "context", "messageId"]
    ),
    anything | times,
)


@given(body=anything | st.fixed_dictionaries({"batch": anything}, optional={"context": anything, "sentAt": anything}))
@patiently
def test_any_json_gets_a_clear_answer(body: Any) -> None:
    for path in ("/v1/batch", "/v1/identify", "/t"):
        answer = Desk().post(path, body)
        assert answer["statusCode"] in (200, 400, 401)
        if answer["statusCode"] == 200:
            assert answer["json"]["success"] is True
        else:
            assert answer["json"]["code"]
            assert answer["json"]["message"]


@given(body=st.binary(max_size=200), headers=st.dictionaries(st.sampled_from(HEADERS), st.text(max_size=30)))
@patiently
def test_any_bytes_and_headers_get_a_clear_answer(body: bytes, headers: dict[str, str]) -> None:
    answer = Desk().post("/v1/batch", body, headers=headers)
    assert answer["statusCode"] in (400, 401, 415)
    assert answer["json"]["code"]


@given(messages=st.lists(st.tuples(good_messages, st.none() | bent_messages | anything), max_size=6))
@patiently
def test_good_messages_are_all_stored_whatever_stands_beside_them(messages: list[tuple[Any, Any]]) -> None:
    alone, mixed = Desk(), Desk()
    # A message without an id is named after its place, so the good ones stand first in both.
    good = [message for message, _ in messages]
    assert alone.post("/b", {"batch": good}, request_id="r1")["json"] == {"success": True}
    answer = mixed.post("/b", {"batch": [*good, *(other for _, other in messages)]}, request_id="r1")["json"]
    assert alone.event_log.stored.keys() <= mixed.event_log.stored.keys()
    assert all(bad["index"] >= len(good) for bad in answer.get("rejected", []))


@given(messages=st.lists(good_messages | bent_messages, max_size=6), key=st.sampled_from([SERVER_KEY, BROWSER_KEY]))
@patiently
def test_a_batch_delivered_twice_is_stored_once(messages: list[Any], key: str) -> None:
    desk = Desk()
    desk.post("/v1/batch", {"batch": messages, "sentAt": "2026-11-20T11:59:00Z"}, key, request_id="r1")
    once = set(desk.event_log.stored)
    desk.post("/v1/batch", {"batch": messages, "sentAt": "2026-11-20T12:59:00Z"}, key, request_id="r1")
    assert set(desk.event_log.stored) == once


@given(message=good_messages | bent_messages)
@patiently
def test_what_is_stored_can_be_stored(message: Any) -> None:
    desk = Desk()
    desk.take(message)
    for event in desk.event_log.events:
        assert len(event.moment.encode()) <= 1024
        assert len(event.identity.encode()) <= 2048
        assert set(event.context) <= set(INTAKE_CONTEXT)
        stored = json.dumps([event.properties, event.traits, event.context], allow_nan=False, ensure_ascii=False)
        assert len(stored.encode()) <= 33_000
        assert event.at.tzinfo is not None


@given(name=st.text())
@patiently
def test_a_traits_spelling_is_settled_by_one_look(name: str) -> None:
    assert trait_name(trait_name(name)) == trait_name(name)
