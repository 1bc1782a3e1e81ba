"""The intake as HTTP clients see it."""

import gzip
import json
from typing import Any

import pytest
from anlass.language.intake_body import MAX_BATCH_BYTES, MAX_EVENT_BYTES

from functions.ingest_event import respond
from tests.gateway import BROWSER_KEY, SERVER_KEY, Desk, Log, basic, gzipped, proxy_event

VIEW = {"event": "Product Viewed", "userId": "u1", "messageId": "m1", "previousId": "a1", "groupId": "g1"}
GOOD = json.dumps({"batch": [{**VIEW, "type": "track"}]}).encode()


def refusal(answer: dict[str, Any]) -> tuple[int, str]:
    """(status, code) of an answer that refuses, which must say why."""
    assert answer["headers"]["content-type"] == "application/json"
    assert set(answer["json"]) == {"code", "message"}
    assert answer["json"]["message"]
    return answer["statusCode"], answer["json"]["code"]


@pytest.mark.parametrize("kind", ["track", "identify", "page", "screen", "group", "alias"])
@pytest.mark.parametrize("form", ["/v1/{long}", "/v1/{long}/", "/{short}", "/v1/{short}"])
def test_a_single_message_goes_to_the_path_of_its_type(kind: str, form: str) -> None:
    desk = Desk()
    answer = desk.post(form.format(long=kind, short=kind[0]), VIEW)
    assert (answer["statusCode"], answer["json"]) == (200, {"success": True})
    assert [event.kind for event in desk.event_log.events] == [kind]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/b", "/v1/import", "/v1/import/", "/beacon/v1/batch"])
def test_batches_go_to_any_of_the_paths_that_sdks_know(path: str) -> None:
    desk = Desk()
    assert desk.post(path, GOOD)["json"] == {"success": True}
    assert len(desk.event_log.events) == 1
    assert not desk.event_log.events[0].is_import


def test_a_named_stage_is_no_part_of_the_path() -> None:
    desk = Desk()
    event = proxy_event("POST", "/prod/v1/batch", GOOD, basic(SERVER_KEY), "r1", stage="prod")
    assert respond(event, lambda: desk)["statusCode"] == 200


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/batch", (405, "method_not_allowed")),
        ("PUT", "/t", (405, "method_not_allowed")),
        ("DELETE", "/v1/track", (405, "method_not_allowed")),
        ("POST", "/v1/projects/key-of-browser/settings", (405, "method_not_allowed")),
        ("POST", "/v1/teleport", (404, "not_found")),
        ("GET", "/v1/projects", (404, "not_found")),
        ("GET", "/v1/projects//settings", (404, "not_found")),
        ("GET", "/v1/projects/schl%C3%BCssel/settings", (404, "not_found")),
        ("POST", "/", (404, "not_found")),
    ],
)
def test_other_paths_and_methods_are_refused_in_json(method: str, path: str, expected: tuple[int, str]) -> None:
    answer = Desk().call(method, path, b"", basic(SERVER_KEY))
    assert refusal(answer) == expected
    if expected[0] == 405:
        assert answer["headers"]["allow"]


def test_a_browser_may_ask_before_it_sends() -> None:
    answer = Desk().call("OPTIONS", "/v1/t", headers={"origin": "https://shop.example"})
    assert (answer["statusCode"], answer["body"]) == (204, "")
    allowed = answer["headers"]["access-control-allow-headers"].split(",")
    assert {"authorization", "x-retry-count", "content-type"} <= set(allowed)
    assert answer["headers"]["access-control-allow-origin"] == "*"
    assert "POST" in answer["headers"]["access-control-allow-methods"]


def test_browsers_are_told_of_no_other_path_that_they_may_send_there() -> None:
    answer = Desk().call("OPTIONS", "/v1/profiles/u:anna", headers={"origin": "https://elsewhere.example"})
    assert refusal(answer) == (404, "not_found")


def test_every_answer_may_be_read_by_the_shops_pages() -> None:
    answer = Desk().post("/v1/t", VIEW, key=None)
    assert answer["headers"]["access-control-allow-origin"] == "*"


def test_no_answer_sets_a_cookie() -> None:
    desk = Desk()
    answers = [
        desk.post("/v1/batch", GOOD),
        desk.post("/v1/batch", b"{"),
        desk.post("/v1/t", VIEW, key=None),
        desk.call("OPTIONS", "/v1/t", headers={"origin": "https://shop.example"}),
        desk.call("GET", f"/v1/projects/{BROWSER_KEY}/settings"),
        desk.call("GET", "/v1/projects"),
    ]
    assert [answer["statusCode"] for answer in answers] == [200, 400, 401, 204, 200, 404]
    for answer in answers:
        assert "cookies" not in answer, "as API Gateway would take them, too"
        assert "set-cookie" not in {name.lower() for name in answer["headers"]}


def test_analytics_js_gets_settings_with_nothing_but_us() -> None:
    answer = Desk().call("GET", f"/v1/projects/{BROWSER_KEY}/settings")
    assert answer["statusCode"] == 200
    assert list(answer["json"]["integrations"]) == ["Segment.io"]
    assert answer["json"]["integrations"]["Segment.io"]["apiKey"] == BROWSER_KEY
    assert answer["json"]["integrations"]["Segment.io"]["apiHost"] == "events.shop.example/v1"
    assert refusal(Desk().call("GET", "/v1/projects/nobodys/settings")) == (401, "write_key_unknown")


class TestWriteKeys:
    @pytest.mark.parametrize(
        ("target", "headers", "beside"),
        [
            ("/v1/batch", basic(SERVER_KEY), {}),
            ("/v1/batch", {"authorization": "basic  " + basic(SERVER_KEY)["authorization"][6:]}, {}),
            ("/v1/batch", {"authorization": "Basic a2V5LW9mLXNlcnZlcg=="}, {}),  # without the colon
            ("/v1/batch", {}, {"writeKey": SERVER_KEY}),
            (f"/v1/batch?writeKey={SERVER_KEY}", {}, {}),
            (f"/beacon/v1/batch?writeKey={SERVER_KEY}", {}, {}),
            (f"/v1/batch?writeKey={SERVER_KEY}", basic(SERVER_KEY), {"writeKey": SERVER_KEY}),
            ("/v1/batch", {"authorization": "Bearer token"}, {"writeKey": SERVER_KEY}),
            ("/v1/batch", basic(""), {"writeKey": SERVER_KEY}),
        ],
    )
    def test_a_key_may_come_in_header_query_or_body(
        self, target: str, headers: dict[str, str], beside: dict[str, str]
    ) -> None:
        desk = Desk()
        answer = desk.post(target, {**json.loads(GOOD), **beside}, key=None, headers=headers)
        assert answer["statusCode"] == 200
        assert desk.event_log.events[0].source == "server"

    @pytest.mark.parametrize(
        ("target", "headers", "beside", "code"),
        [
            ("/v1/batch", {}, {}, "write_key_missing"),
            ("/v1/batch", {}, {"writeKey": ""}, "write_key_missing"),
            ("/v1/batch", {}, {"writeKey": None}, "write_key_missing"),
            ("/v1/batch", {"authorization": "Bearer token"}, {}, "write_key_missing"),
            ("/v1/batch", basic("wrong"), {}, "write_key_unknown"),
            ("/v1/batch", {"authorization": "Basic §§§"}, {}, "write_key_unknown"),
            ("/v1/batch", {"authorization": "Basic /w=="}, {}, "write_key_unknown"),
            ("/v1/batch", {}, {"writeKey": 5}, "write_key_unknown"),
            ("/v1/batch", {}, {"writeKey": "schlüssel"}, "write_key_unknown"),
            ("/v1/batch", {}, {"writeKey": "x" * 5000}, "write_key_unknown"),
            ("/v1/batch?writeKey=wrong", {}, {}, "write_key_unknown"),
            ("/v1/batch", basic(SERVER_KEY), {"writeKey": BROWSER_KEY}, "write_key_conflict"),
            (f"/v1/batch?writeKey={BROWSER_KEY}", basic(SERVER_KEY), {}, "write_key_conflict"),
        ],
    )
    def test_without_one_known_key_nothing_is_taken(
        self, target: str, headers: dict[str, str], beside: dict[str, Any], code: str
    ) -> None:
        desk = Desk()
        answer = desk.post(target, {**json.loads(GOOD), **beside}, key=None, headers=headers)
        assert refusal(answer) == (401, code)
        assert desk.event_log.puts == 0

    def test_a_wrong_key_is_noticed_before_the_body(self) -> None:
        assert refusal(Desk().post("/v1/batch", b"{", key="wrong")) == (401, "write_key_unknown")


class TestBodies:
    @pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/plain;charset=UTF-8", ""])
    def test_json_is_read_whatever_it_calls_itself(self, content_type: str) -> None:
        answer = Desk().post("/v1/batch", GOOD, headers={"content-type": content_type})
        assert answer["json"] == {"success": True}

    def test_gzip_is_unpacked(self) -> None:
        desk = Desk()
        desk.post("/v1/batch", gzip.compress(GOOD), headers={"content-encoding": "gzip"})
        desk.post("/v1/batch", GOOD, headers={"content-encoding": "gzip"})  # a proxy unpacked it already
        assert [event.id for event in desk.event_log.events] == ["m1"]
        assert desk.event_log.puts == 2

    def test_other_charsets_are_read_or_refused_by_name(self) -> None:
        body = json.dumps({**VIEW, "properties": {"name": "Kürbis"}}, ensure_ascii=False).encode("latin-1")
        desk = Desk()
        headers = {"content-type": "application/octet-stream; charset=iso-8859-1"}
        assert desk.post("/v1/track", body, headers=headers)["json"] == {"success": True}
        assert desk.event_log.events[0].properties == {"name": "Kürbis"}
        headers = {"content-type": "application/octet-stream; charset=ebcdic"}
        assert refusal(desk.post("/v1/track", body, headers=headers)) == (415, "charset_unknown")

    def test_a_byte_order_mark_does_no_harm(self) -> None:
        assert Desk().post("/v1/batch", b"\xef\xbb\xbf" + GOOD)["json"] == {"success": True}

    @pytest.mark.parametrize(
        ("body", "headers", "expected"),
        [
            (b"", {}, (400, "malformed_json")),
            (b"{", {}, (400, "malformed_json")),
            (b'{"batch": [}', {}, (400, "malformed_json")),
            (b"[]", {}, (400, "malformed_json")),
            (b"null", {}, (400, "malformed_json")),
            (b"[" * 200_000, {}, (400, "malformed_json")),
            (b'{"a":' * 90_000, {}, (400, "malformed_json")),
            (b'{"batch": [' + b'"\\"' * 100_000, {}, (400, "malformed_json")),
            (b"{}", {}, (400, "batch_invalid")),
            (b'{"batch": {}}', {}, (400, "batch_invalid")),
            (b'{"batch": "all"}', {}, (400, "batch_invalid")),
            (b'{"batch": [], "context": [1]}', {}, (400, "batch_invalid")),
            (b'{"batch": [], "context": {"locale": "\\ud800"}}', {}, (400, "batch_invalid")),
            (b'{"batch": [], "batch": []}', {}, (400, "duplicate_key")),
            (b'{"batch": ["\xff"]}', {"content-type": "application/octet-stream"}, (400, "malformed_text")),
            (b"\x1f\x8bgarbage", {"content-encoding": "gzip"}, (400, "malformed_gzip")),
            (gzip.compress(GOOD, mtime=0)[:-9], {"content-encoding": "gzip"}, (400, "malformed_gzip")),
            (gzip.compress(GOOD, mtime=0) + b"more", {"content-encoding": "gzip"}, (400, "malformed_gzip")),
            (GOOD, {"content-encoding": "br"}, (415, "encoding_unknown")),
            (b" " * (MAX_BATCH_BYTES + 1), {}, (400, "batch_too_large")),
            (gzip.compress(b" " * 50_000_000, mtime=0), {"content-encoding": "gzip"}, (400, "batch_too_large")),
        ],
    )
    def test_a_body_that_cannot_be_read_is_refused_as_a_whole(
        self, body: bytes, headers: dict[str, str], expected: tuple[int, str]
    ) -> None:
        desk = Desk()
        assert refusal(desk.post("/v1/batch", body, headers=headers)) == expected
        assert desk.event_log.puts == 0

    def test_a_single_event_may_weigh_32_kilobytes(self) -> None:
        fill = MAX_EVENT_BYTES - len(json.dumps({**VIEW, "properties": {"text": ""}}))
        for extra, status in ((0, 200), (1, 400)):
            answer = Desk().post("/v1/track", {**VIEW, "properties": {"text": "x" * (fill + extra)}})
            assert answer["statusCode"] == status
        assert refusal(answer) == (400, "event_too_large")

    def test_an_empty_batch_is_fine(self) -> None:
        desk = Desk()
        assert desk.post("/v1/batch", {"batch": []})["json"] == {"success": True}
        assert desk.event_log.puts == 0

    def test_base64_that_is_none_is_refused(self) -> None:
        event = proxy_event("POST", "/v1/batch", GOOD, basic(SERVER_KEY), "r1") | {"isBase64Encoded": True, "body": "ä"}
        assert respond(event, Desk)["statusCode"] == 400

    @pytest.mark.parametrize("depth", [40, 990, 5_000, 100_000])
    def test_a_message_of_any_depth_costs_the_others_nothing(self, depth: int) -> None:
        deep = b'{"type": "track", "event": "E", "userId": "u", "properties": ' + b'{"]": ' * depth
        deep = deep + b'"}"' + b"}" * depth + b"}" if depth < 50_000 else b"[" * depth + b"]" * depth
        good = json.dumps({**VIEW, "type": "track"}).encode()
        desk = Desk()
        answer = desk.post("/v1/batch", b'{"batch": [' + good + b"," + deep + b"," + good.replace(b"m1", b"m2") + b"]}")
        assert [bad["index"] for bad in answer["json"]["rejected"]] == [1]
        assert [event.id for event in desk.event_log.events] == ["m1", "m2"]

    @pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"1e400", b"9" * 5000, b"1" * 39])
    def test_a_number_beyond_all_bounds_costs_the_others_nothing(self, number: bytes) -> None:
        bad = b'{"type": "track", "event": "E", "userId": "u", "properties": {"n": ' + number + b"}}"
        desk = Desk()
        answer = desk.post("/v1/batch", GOOD[:-2] + b"," + bad + b"]}")
        assert [bad["code"] for bad in answer["json"]["rejected"]] == ["number_invalid"]
        assert len(desk.event_log.events) == 1

    def test_a_key_named_twice_is_not_guessed_at(self) -> None:
        body = b'{"event": "E", "userId": "u1", "userId": "u2"}'
        answer = Desk().post("/v1/track", body)
        assert (answer["statusCode"], answer["json"]["rejected"][0]["code"]) == (200, "duplicate_key")

    def test_an_error_does_not_repeat_what_was_sent(self) -> None:
        answer = Desk().post("/v1/track", b'{"email": "anna@example.com" oops')
        assert "line 1" in answer["json"]["message"]
        assert "anna" not in answer["body"]


class TestStoring:
    def test_nothing_is_acknowledged_before_it_is_stored(self, caplog: pytest.LogCaptureFixture) -> None:
        desk = Desk(event_log=Log(failures=1))
        answer = desk.post("/v1/batch", GOOD)
        assert refusal(answer) == (503, "unavailable")
        assert answer["headers"]["retry-after"] == "1"
        assert desk.post("/v1/batch", GOOD)["json"] == {"success": True}
        assert ["not stored" in record.message for record in caplog.records] == [True]

    def test_an_unexpected_fault_asks_for_a_retry_and_is_logged_without_its_text(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        desk = Desk(event_log=Log(failures=1, error=RuntimeError("row of anna@example.com")))
        assert refusal(desk.post("/v1/batch", GOOD)) == (503, "unavailable")
        (record,) = caplog.records
        logged = vars(record)
        assert (record.levelname, logged["fault"]) == ("ERROR", "RuntimeError")
        assert logged["at"].startswith("ingest_event:")
        assert "anna" not in str(logged)

    def test_a_gzipped_batch_comes_as_base64_and_is_stored(self) -> None:
        desk = Desk()
        body = gzipped({"batch": [{**VIEW, "type": "track"}]})
        answer = desk.post("/v1/batch", body, headers={"content-encoding": "gzip"})
        assert answer["json"] == {"success": True}
        assert len(desk.event_log.events) == 1
