"""What no schema generates: bombs, wrong encodings, huge and nested bodies, headers that somebody forged."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from cli.openapi.document import document
from cli.runtime.names import REGION
from cli.runtime.signatures import LOCAL, SERVICE
from tests.fuzz.door import Door, open_door

PATHS: dict[str, Any] = document()["paths"]
KEY = "Basic " + base64.b64encode(b"local-server:").decode()
EVIL = "evil.example"
MEGABYTE = 1024 * 1024
BOMB = gzip.compress(gzip.compress(b"0" * 50 * MEGABYTE))
BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "nothing": (b"", {}),
    "a gzip bomb": (gzip.compress(b'{"batch": [' + b" " * 50 * MEGABYTE + b"]}"), {"content-encoding": "gzip"}),
    "a bomb in a bomb": (BOMB, {"content-encoding": "gzip"}),
    "half a gzip": (gzip.compress(b'{"batch": []}')[:-6], {"content-encoding": "gzip"}),
    "no gzip at all": (b'{"batch": []}', {"content-encoding": "gzip"}),
    "another encoding": (b"\x0b\x02\x80hi\x03", {"content-encoding": "br"}),
    "100,000 levels": (b"[" * 100_000, {}),
    "100,000 closed levels": (b'{"batch":' + b"[" * 100_000 + b"]" * 100_000 + b"}", {}),
    "a number of 100,000 digits": (b'{"batch": [' + b"9" * 100_000 + b"]}", {}),
    "20,000 keys": (json.dumps({f"k{number}": number for number in range(20_000)}).encode(), {}),
    "20,000 fields": (b"&".join(b"f%d=1" % number for number in range(20_000)), {}),
    "half a character": (b'{"email": "\\ud800", "batch": [{"userId": "\\udfff"}]}', {}),
    "NUL": (b'{"email": "\\u0000@x", "batch": "\x00"}', {}),
    "invalid UTF-8": (b'{"batch": "\xff\xfe"}', {}),
    "UTF-16": ('{"batch": []}'.encode("utf-16"), {"content-type": "application/json; charset=utf-16"}),
    "a charset that is none": (b"{}", {"content-type": "application/json; charset=\xf6x".encode().decode("latin-1")}),
    "NaN": (b'{"batch": [NaN, Infinity, -Infinity, 1e999]}', {}),
    "right to left, and beyond the plane": ('{"topics": ["\u202e\U0001f600"], "email": "\u202ea@b"}'.encode(), {}),
    "no JSON object": (b'"batch"', {}),
    "a key twice": (b'{"batch": [], "batch": [{}]}', {}),
    "a multipart form without an end": (b"--x\r\n\r\n" * 500, {"content-type": "multipart/form-data; boundary=x"}),
    "a field's name in parts that do not fit": (
        b"--x\r\nContent-Disposition: form-data; name*=a; name*0=b\r\n\r\na\r\n--x--",
        {"content-type": "multipart/form-data; boundary=x"},
    ),
    "a boundary in parts that do not fit": (b"--x", {"content-type": "multipart/form-data; boundary*=x; boundary*0=y"}),
    "a charset in parts that do not fit": (b"{}", {"content-type": "application/json; charset*=x; charset*0=y"}),
    "a charset in part 999…": (b"{}", {"content-type": f"application/json; charset*{'9' * 5000}=y"}),
    "XML with entities": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', {"content-type": "application/xml"}),
    "12 megabytes": (b"x" * 12 * MEGABYTE, {}),
}
HEADERS: dict[str, dict[str, str]] = {
    "somebody else's host": {"host": EVIL, "x-forwarded-host": EVIL, "forwarded": f"host={EVIL}"},
    "11 KB of headers": {"x-long": "x" * 11_000},
    "a key of 9 KB": {"authorization": "Basic " + "A" * 9_000},
    "half a key": {"authorization": "Basic =="},
    "a signature that is none": {"authorization": "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=x, Signature=0"},
    "a key that is no text": {"authorization": "Basic " + base64.b64encode(b"\xff\xfe:").decode()},
    "cookies": {"cookie": "session=1; " * 50},
    "another method": {"x-http-method-override": "DELETE"},
    "languages without end": {"accept-language": ",".join(["de;q=0.1"] * 1000)},
    "a weight that is none": {"accept-language": "de;q=x, *;q=1e999, ;q=, \xe4"},
}


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with open_door() as opened:
        yield opened


class Answered:
    def __init__(self, door: Door, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        place = path.strip("/").removeprefix("v1/").split("/")[0]
        good = {"token": door.known.get(place, ["x"])[0], "id": "u:anna", "writeKey": "local-browser"}
        connection = HTTPConnection(door.url.removeprefix("http://"), timeout=30)
        try:
            target = path.format(**good)
            connection.request(
                method, target, body, {"authorization": KEY, "content-type": "application/json", **headers}
            )
            answer = connection.getresponse()
            self.status, self.type = answer.status, answer.getheader("content-type", "")
            self.headers, self.body = {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def is_as_written(self, method: str, path: str) -> bool:
        written = PATHS[path].get(method.lower())
        if written is None:
            return self.status in (403, 404, 405)
        given = written["responses"].get(str(self.status))
        if given is None or self.status >= 500:
            return False
        kinds = {kind.partition(";")[0] for kind in given.get("content", {})}
        return self.type.partition(";")[0] in kinds if kinds else self.body == b""


def one_value_each(good: Any, wrong: object) -> Iterator[Any]:
    """All that is good but for one value, or one key, in it."""
    if isinstance(good, dict):
        for name, value in good.items():
            yield from ({**good, name: each} for each in one_value_each(value, wrong))
        yield {**good, str(wrong): "x"}
    elif isinstance(good, list):
        yield [*good, wrong]
        yield from ([each] for each in one_value_each(good[0], wrong))
    else:
        yield wrong


def examples() -> dict[str, Any]:
    """What openapi.json shows of bodies of JSON, by path."""
    bodies = {path: item.get("post", {}).get("requestBody", {}).get("content", {}) for path, item in PATHS.items()}
    shown = {path: kinds.get("application/json", {}).get("example") for path, kinds in bodies.items()}
    return {path: example for path, example in shown.items() if example is not None}


@pytest.mark.parametrize("path", examples())
def test_half_a_character_anywhere_in_what_is_good_makes_no_fault(path: str, door: Door) -> None:
    """Parsers of JSON take it, and the first who encodes it fails."""
    wrong = list(one_value_each(examples()[path], "\ud800"))
    assert wrong
    for body in wrong:
        answered = Answered(door, "POST", path, json.dumps(body).encode(), {})
        assert answered.is_as_written("POST", path), (body, answered.status, answered.body[:300])


@pytest.mark.parametrize("path", ["/v1/subscribe", "/v1/subscribe/confirm"])
def test_of_a_key_that_is_named_twice_neither_is_taken(path: str, door: Door) -> None:
    """Whoever looks at requests on their way may read the one, and we the other."""
    twice = json.dumps(examples()[path])[:-1] + ', "phone": "+491701234567", "phone": "+491701234568"}'
    assert Answered(door, "POST", path, twice.encode(), {}).status == 400


def operations() -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, item in PATHS.items() for method in item if method != "options"]


@pytest.mark.parametrize("case", BODIES)
def test_bodies_that_nobody_means_well_with_are_refused_as_is_written(case: str, door: Door) -> None:
    body, headers = BODIES[case]
    for method, path in operations():
        if method == "POST" and (len(body) < MEGABYTE or path in ("/v1/batch", "/signup", "/v1/subscribe")):
            answered = Answered(door, method, path, body, headers)
            assert answered.is_as_written(method, path), (path, answered.status, answered.type, answered.body[:300])


@pytest.mark.parametrize("case", HEADERS)
def test_headers_that_nobody_means_well_with_change_nothing(case: str, door: Door) -> None:
    for method, path in operations():
        answered = Answered(door, method, path, b"", HEADERS[case])
        assert answered.is_as_written(method, path), (path, answered.status, answered.type, answered.body[:300])
        assert EVIL not in str(answered.headers), "no answer is built from a host that somebody sent"
        assert EVIL.encode() not in answered.body


def test_no_answer_is_kept_sniffed_framed_or_redirected(door: Door) -> None:
    """Whatever is answered; API Gateway's own answers are JSON that says nothing. No cookie is ever set."""
    for method, path in operations():
        for body in (b"", b"x" * 20_000):
            answered = Answered(door, method, path, body, {})
            told = answered.headers
            assert not told.keys() & {"set-cookie", "location", "server-timing", "x-powered-by"}, path
            assert answered.status // 100 in (2, 4), path
            if answered.type == "application/json" and set(json.loads(answered.body)) == {"message"}:
                continue
            assert (told["cache-control"], told["x-content-type-options"]) == ("no-store", "nosniff"), path
            is_shared = "access-control-allow-origin" in told
            assert is_shared == (PATHS[path][method.lower()]["tags"][0] in ("events", "subscribing")), path
            if answered.type.startswith("text/html"):
                assert "frame-ancestors 'none'" in told["content-security-policy"], path
                assert "default-src 'none'" in told["content-security-policy"], path
                assert "script" not in told["content-security-policy"], path
                assert told["x-frame-options"] == "DENY", path
                assert told["referrer-policy"] == "no-referrer", path
                assert b"<script" not in answered.body, path


def test_a_form_that_somebody_else_put_up_needs_the_token_too(door: Door) -> None:
    """No cookie and no login: whoever can make a browser send a form could send it themselves. What they lack is the
    token, and that is in the path."""
    elsewhere = {"origin": f"https://{EVIL}", "referer": f"https://{EVIL}/", "sec-fetch-site": "cross-site"}
    form = {**elsewhere, "content-type": "application/x-www-form-urlencoded", "cookie": "session=anna"}
    for page in ("unsubscribe", "preferences", "press", "confirm", "data"):
        good, foreign = door.known[page][0], door.known["press" if page != "press" else "data"][0]
        for token in ("x", "", good[:-2], good + "A", foreign, good.upper()):
            answered = Answered(door, "POST", f"/{page}/{token}", b"action=withdraw", form)
            assert answered.status in (400, 404), (page, token, answered.status)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "HEAD", "OPTIONS"])
def test_other_methods_are_refused_as_is_written(method: str, door: Door) -> None:
    for path, item in PATHS.items():
        if method.lower() in item:
            continue
        answered = Answered(door, method, path, b"", {})
        if method == "HEAD" and "get" in item and path.startswith("/v1/") is False:
            shown = Answered(door, "GET", path, b"", {})
            assert (answered.status, answered.body) == (shown.status, b""), path
        else:
            assert answered.status in (403, 404, 405), (path, answered.status)
            assert answered.status != 405 or answered.headers.get("allow"), path


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "٣", "0 " + "x" * 1025, "9999999999999999999 x"])
def test_a_page_of_events_that_nobody_gave_out_is_refused(after: str, door: Door) -> None:
    assert signed(door, "/v1/profiles/u:anna", after=after) == 400
    assert signed(door, "/v1/profiles/u:anna", after=after, format="html") == 200, "what is printed has no pages"
    assert signed(door, "/v1/profiles/u:anna", after=f"{'0' * 16} 2026-03-02T09:00:00.000Z#x") == 200


def signed(door: Door, path: str, **query: str) -> int:
    request = AWSRequest("GET", f"{door.url}{path}?{urlencode(query, quote_via=quote)}", headers={"host": door.url[7:]})
    SigV4Auth(LOCAL, SERVICE, REGION).add_auth(request)
    connection = HTTPConnection(door.url[7:], timeout=30)
    try:
        connection.request("GET", request.url[len(door.url) :], headers=dict(request.headers))
        return connection.getresponse().status
    finally:
        connection.close()


def test_all_that_was_taken_can_be_worked_on(door: Door) -> None:
    door.runtime.settle()
    assert door.runtime.lambdas.errors == []
