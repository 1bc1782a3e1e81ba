"""`anlass dev` from outside: a process, HTTP, the SDKs that shops have, and a clock that somebody else moves."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics import Client

from tests.shop import journey, template
from tests.unit.test_language_odd_files import ODD
from tests.worlds import identify, track

START = datetime(1997, 3, 3, 9, 0, tzinfo=UTC)


class Server:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        url = path if path.startswith("http") else self.url + path
        request = Request(url, data, {"content-type": "application/json", **headers}, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310
                status, text = answer.status, answer.read()
        except HTTPError as refused:
            status, text = refused.code, refused.read()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode()

    def batch(self, *messages: dict[str, Any]) -> None:
        status, answer = self.call("POST", "/v1/batch", {"writeKey": "local-server", "batch": messages})
        assert (status, answer) == (200, {"success": True})

    def advance(self, by: str) -> None:
        status, _ = self.call("POST", "/_local/clock", {"advance": by})
        assert status == 200

    def messages(self, recipient: str) -> list[dict[str, Any]]:
        _, answer = self.call("GET", "/_local/messages")
        return [message for message in answer["messages"] if message["to"] == recipient]

    def profile(self, user: str) -> dict[str, Any]:
        status, answer = self.call("GET", f"/_local/profile/{user}")
        assert status == 200, answer
        found: dict[str, Any] = answer
        return found

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.call("GET", "/_local/clock")[1]["now"])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["dev", "--virtual-clock", "--start", "1997-03-03T09:00:00Z", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    running = Server(port)
    try:
        for _ in range(600):
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            try:
                if running.call("GET", "/_local/health")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield running
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_the_sdks_that_shops_have_make_a_customer_and_a_reminder(server: Server) -> None:
    segment = Client("local-server", host=server.url, sync_mode=True)
    segment.identify(
        "sanna",
        {"email": "sanna@shop.example"},
        context={"messaging_subscriptions": [{"key": "sanna@shop.example", "type": "EMAIL", "status": "SUBSCRIBED"}]},
        timestamp=server.now,
    )
    rudder = RudderClient("local-server", host=server.url, sync_mode=True)
    rudder.track("sanna", "Product Added", {"product_id": "7", "price": "19.90"}, timestamp=server.now)
    server.advance("2 hours")
    assert [m["journey"] for m in server.messages("sanna@shop.example")] == ["welcome", "cart-abandonment"]
    assert server.profile("sanna")["cart"]["value"] == "19.90"


def test_a_story_from_click_to_unsubscribing(server: Server) -> None:
    now = server.now
    server.batch(identify("anna", now, firstName="Anna"), track("Product Added", now, "anna", product_id="1", price=25))
    server.advance("1 hour")
    welcome, reminder = server.messages("anna@shop.example")
    assert (welcome["step"], reminder["template"], reminder["status"]) == ("hello", "cart-reminder", "sent")
    assert "Anna" in reminder["text"]
    assert "25,00" in reminder["html"]

    for event in ("delivery", "open", "click"):
        assert server.call("POST", "/_local/feedback", {"message": reminder["id"], "event": event})[0] == 200
    link = reminder["headers"]["List-Unsubscribe"].split(">")[0].removeprefix("<")
    assert reminder["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert server.call("GET", link)[0] == 200
    assert [c["status"] for c in server.profile("anna")["consents"]] == ["granted"]  # looking changes nothing
    one_click = {"content-type": "application/x-www-form-urlencoded"}
    assert server.call("POST", link, b"List-Unsubscribe=One-Click", **one_click)[0] == 200
    assert server.call("POST", link + "x", b"", **one_click)[0] == 404

    server.batch(identify("anna", server.now))  # the shop's list still says yes
    server.advance("30 days")
    assert len(server.messages("anna@shop.example")) == 2
    after = server.profile("anna")
    assert after["consents"][-1]["status"] == "withdrawn"
    assert {d["reason"] for d in after["decisions"] if d["status"] == "skipped"} == {"no_consent"}
    assert {e["status"] for e in after["enrolments"]} == {"done"}


def test_money_is_kept_by_currency_as_decimal_text_and_an_order_counts_once(server: Server) -> None:
    now = server.now
    order = track("Order Completed", now, "carl", order_id="9", total=89, currency="EUR")
    server.batch(order, order | {"messageId": "again"})
    server.batch(
        track("Order Completed", now, "carl", order_id="10", total="10.5", currency="CHF") | {"messageId": "10"}
    )
    server.advance("0 seconds")
    carl = server.profile("carl")
    assert carl["spend"] == {"EUR": "89.00", "CHF": "10.50"}
    assert carl["orders"]["count"] == 2


@pytest.mark.parametrize(
    "name", ["in UTF-16", "in Latin-1", "empty", "of three million", "of ten thousand objects", "half a character"]
)
def test_whatever_is_uploaded_is_answered_in_words(server: Server, name: str) -> None:
    content, code, line, _ = ODD[name]
    status, report = server.call("PUT", "/_local/content/journeys/odd.json", content)
    assert (status, report["status"]) == (422, "refused")
    assert [(each["code"], each["line"]) for each in report["diagnostics"]] == [(code, line)]


def test_content_waits_for_what_is_missing_and_a_bad_file_changes_nothing(server: Server) -> None:
    hello = journey(
        "hello",
        trigger={"type": "event", "event": "Content Downloaded"},
        steps=[{"id": "hi", "send": {"template": "hi"}}],
    )
    ((path, text),) = hello.items()
    status, report = server.call("PUT", f"/_local/content/{path}", text.encode())
    assert (status, report["status"]) == (202, "waiting")
    assert report["missing"]
    for file, source in template("hi", purpose="transactional", html="<p>Hier ist Ihre Anleitung.</p>").items():
        status, report = server.call("PUT", f"/_local/content/{file}", source.encode())
    assert (status, report["status"]) == (200, "live")
    broken = text.replace('"send"', '"sent"')
    status, report = server.call("PUT", f"/_local/content/{path}", broken.encode())
    assert status == 422
    assert {"code", "path", "line", "message", "remedy"} <= report["diagnostics"][0].keys()

    server.batch(identify("dora", server.now, status="UNSUBSCRIBED"), track("Content Downloaded", server.now, "dora"))
    server.advance("1 hour")
    assert [m["template"] for m in server.messages("dora@shop.example")] == ["hi"]  # the journey that was live before

    assert server.call("DELETE", f"/_local/content/{path}")[1]["status"] == "removed"
    server.batch(identify("egon", server.now, status="UNSUBSCRIBED"), track("Content Downloaded", server.now, "egon"))
    assert server.messages("egon@shop.example") == []


def test_what_is_live_can_be_looked_at(server: Server) -> None:
    status, page = server.call("GET", "/_local/reports/")
    assert (status, "Warenkorbabbruch" in page) == (200, True)
    status, page = server.call("GET", "/_local/reports/journeys/cart-abandonment.html")
    assert (status, page.count("<svg")) == (200, 1)
    assert server.call("GET", "/_local/reports/journeys/cart-abandonment.json")[1]["status"] == "live"
    assert server.call("GET", "/_local/reports/journeys/nobody.html")[0] == 404
    assert 'href="/_local/reports/"' in server.call("GET", "/")[1]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/track", {"event": "x", "userId": "1"}, 401),
        ("POST", "/v1/batch", b"{", 400),
        ("POST", "/v1/nothing", {}, 404),
        ("DELETE", "/v1/batch", None, 405),
        ("POST", "/_local/clock", {"advance": "-1 hour"}, 400),
        ("POST", "/_local/clock", {"to": "1990-01-01T00:00:00Z"}, 400),
        ("POST", "/_local/clock", {"advance": "soon"}, 400),
        ("POST", "/_local/feedback", {"message": "nobody", "event": "open"}, 404),
        ("POST", "/_local/feedback", {"message": "x", "event": "laugh"}, 400),
        ("GET", "/_local/profile/nobody-at-all", None, 404),
        ("GET", "/unsubscribe/forged", None, 404),
        ("GET", "/", None, 200),
    ],
)
def test_every_answer_says_what_is_wrong(server: Server, method: str, path: str, body: Any, status: int) -> None:
    got, answer = server.call(method, path, body)
    assert got == status
    if status >= 400 and not path.startswith("/unsubscribe"):
        assert {"code", "message"} <= answer.keys()
