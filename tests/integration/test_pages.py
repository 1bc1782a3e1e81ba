"""The pages over HTTP, as browsers, mail programs, scanners and people with bad intentions come to them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.ports import PageName, Ticket

from cli.runtime.lambdas import Returned
from cli.runtime.world import LocalRuntime
from tests.accessible import faults, tree_of
from tests.customer import BEANS, mail_of
from tests.shipped import CONTENT, shipped
from tests.shop import journey
from tests.worlds import DAY, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
MAILS = ("review-ask", "winback-last")


def some_mails() -> dict[str, str]:
    """Of the content that ships, the sign-up and mails with every kind of link in them."""
    files = shipped("double-opt-in")
    folders = [CONTENT / "templates" / name for name in MAILS]
    files |= {
        path.relative_to(CONTENT).as_posix(): path.read_text()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    steps = [{"id": name, "send": {"template": name}} for name in MAILS]
    return files | journey("mails", trigger={"type": "event", "event": "Order Completed"}, steps=steps)


@pytest.fixture(scope="module")
def runtime() -> Iterator[LocalRuntime]:
    """Anna and Ben have got mails, she in German and he in English; Carl is asked to confirm."""
    with LocalRuntime(START) as running:
        shop = MotoWorld(running, some_mails())
        shop.batch(identify("anna", START, firstName="Anna"), identify("ben", START, locale="en"))
        for who in ("anna", "ben"):
            shop.batch(track("Order Completed", START, who, order_id=who, total=14.9, products=[BEANS], **BEANS))
        page = running.http("GET", "/signup").body.decode()
        version = re.findall(r'name="text_version" value="([^"]+)"', page)[0]
        body = f"email=carl%40shop.example&topics=news&text_version={version}".encode()
        assert running.http("POST", "/signup", FORM, body).status == 200
        running.settle()
        shop.advance(START + 3 * DAY)
        yield running


def everything_stored(runtime: LocalRuntime) -> dict[str, list[Any]]:
    """Every row of every table, and what waits in the queues."""
    stored = {}
    for table in runtime.names.topology.tables:
        pages = runtime.client("dynamodb").get_paginator("scan").paginate(TableName=runtime.names.physical(table.name))
        rows = [item for page in pages for item in page["Items"]]
        stored[table.name] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True, default=str))
    return {**stored, "mails": [len(runtime.sent_mails())]}


def links_of(runtime: LocalRuntime) -> set[str]:
    """All addresses of ours in all mails: in their HTML, their text and their headers."""
    found: set[str] = set()
    for mail in runtime.sent_mails():
        text = mail_of(mail.raw, "html") + mail_of(mail.raw, "plain") + mail.raw.decode(errors="replace")
        text = re.sub(r"\r?\n[ \t]", "", text)
        found |= set(re.findall(re.escape(runtime.names.public_url) + r"(/[a-z]+/[\w.-]+)", text))
    return {path for path in found if len(path) > 60}


def a_link(runtime: LocalRuntime, page: PageName = "unsubscribe") -> str:
    return next(path for path in sorted(links_of(runtime)) if path.startswith(f"/{page}/"))


def test_no_get_of_any_link_changes_a_row_of_any_table(runtime: LocalRuntime) -> None:
    """Mail scanners follow every link, some of them twice, and ask for the head first."""
    links = links_of(runtime)
    assert {path.split("/")[1] for path in links} == {"unsubscribe", "preferences", "press", "confirm"}
    before = everything_stored(runtime)
    for path in sorted(links):
        for method in ("HEAD", "GET", "GET"):
            answer = runtime.http(method, path)
            assert answer.status == 200, path
            assert (answer.body == b"") is (method == "HEAD")
        assert faults(answer.body.decode()) == []
        assert '<form method="post"' in answer.body.decode()
    runtime.settle()
    assert everything_stored(runtime) == before


def test_no_link_says_anything_of_the_person(runtime: LocalRuntime) -> None:
    for path in links_of(runtime):
        payload = path.rsplit("/", 1)[1].split(".")[0]
        said = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
        assert not re.search(r"@|anna|ben|carl|u:|e:", said, re.IGNORECASE), said


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("page", ["unsubscribe", "preferences", "press", "confirm"])
def test_other_verbs_are_refused_with_those_that_work(runtime: LocalRuntime, method: str, page: PageName) -> None:
    answer = runtime.http(method, a_link(runtime, page))
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert "Das geht auf dieser Seite nicht." in answer.body.decode()


@pytest.mark.parametrize("page", ["unsubscribe", "preferences", "press", "confirm"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_none_leads_nowhere(runtime: LocalRuntime, method: str, page: str) -> None:
    real = a_link(runtime, "unsubscribe").rsplit("/", 1)[1]
    others = real if page != "unsubscribe" else a_link(runtime, "press").rsplit("/", 1)[1]
    for token in ("x", "%00", "%2e%2e", "a" * 3000, "%F0%9F%98%80", real[:-2], others, "..%2f..%2fetc"):
        answer = runtime.http(method, f"/{page}/{token}")
        assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8"), token
        assert "Diesen Link kennen wir nicht." in answer.body.decode()


@pytest.mark.parametrize("path", ["/signup", "/press/x"])
@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (FORM, b"a=" + b"b" * 16_400, 413),
        ({"content-type": "application/octet-stream"}, b"\x00" * 20_000, 413),
        ({"content-type": "application/json"}, b'{"a": 1}', 400),
        ({"content-type": "text/xml"}, b"<a/>", 400),
        (FORM, b"\xff\xfe=\xff", 400),
        (FORM, b"&".join(b"a=1" for _ in range(300)), 400),
        ({"content-type": "multipart/form-data"}, b"no boundary", 400),
        ({"content-type": "multipart/form-data; boundary*=x; boundary*0=y"}, b"--x\r\n\r\na\r\n--x--", 400),
        (MULTIPART, b"--x\r\nContent-Disposition: form-data; name*=a; name*0=b\r\n\r\na\r\n--x--", 400),
        (MULTIPART, b"--x\r\nContent-Disposition: form-data; name*" + b"9" * 5000 + b"=a\r\n\r\na\r\n--x--", 400),
        (MULTIPART, b"--x\r\nContent-Disposition: form-data; name*=\xff''a\r\n\r\na\r\n--x--", 400),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\n\r\nno name\r\n--x--", 400),
    ],
)
def test_a_body_that_is_no_form_is_answered_in_words(
    runtime: LocalRuntime, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = runtime.http("POST", path, headers, body)
    assert answer.status == status
    assert faults(answer.body.decode()) == []


def test_broken_base64_is_answered_in_words(runtime: LocalRuntime) -> None:
    """API Gateway never sends it; who can invoke the function might."""
    event = {
        "routeKey": "ANY /press/{token}",
        "requestContext": {"http": {"method": "POST", "sourceIp": "203.0.113.7"}},
        "pathParameters": {"token": "x"},
        "headers": FORM,
        "body": "a",
        "isBase64Encoded": True,
    }
    outcome = runtime.lambdas.invoke("serve_page", event)
    assert isinstance(outcome, Returned)
    assert outcome.payload["statusCode"] == 400


@pytest.mark.parametrize(
    "body",
    [
        (FORM, b"List-Unsubscribe=One-Click"),
        ({}, b""),
        ({"content-type": "application/json"}, b"List-Unsubscribe=One-Click"),
        (
            {"content-type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        ),
    ],
    ids=["RFC 8058", "nothing", "a wrong kind", "multipart"],
)
def test_mail_programs_unsubscribe_without_login_or_redirect(
    runtime: LocalRuntime, body: tuple[dict[str, str], bytes]
) -> None:
    ticket = runtime.application().links.read("unsubscribe", a_link(runtime).rsplit("/", 1)[1])
    assert ticket is not None
    for page in ("unsubscribe", "preferences"):
        url = runtime.application().links.url(page, Ticket(ticket.message_id, START))
        answer = runtime.http("POST", url.removeprefix(runtime.names.public_url), *body)
        assert answer.status == 200
        assert not {"location", "set-cookie"} & answer.headers.keys()
        (main,) = tree_of(answer.body.decode()).all("main")
        assert re.search(r"Sie sind abgemeldet|You are unsubscribed", main.text())


def test_every_answer_is_kept_by_nobody_and_runs_nothing(runtime: LocalRuntime) -> None:
    for method, path in (("GET", a_link(runtime)), ("GET", "/press/x"), ("PUT", "/signup"), ("POST", "/confirm/x")):
        headers = runtime.http(method, path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in headers["content-security-policy"]
        assert {"strict-transport-security", "permissions-policy", "referrer-policy"} <= headers.keys()


def test_nothing_of_all_this_failed(runtime: LocalRuntime) -> None:
    assert runtime.lambdas.errors == []
