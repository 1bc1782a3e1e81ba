"""Rights that the pages need on which people decide: see `test_rights.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from anlass.domain.send import Send

from cli.runtime.gateway import Response
from cli.runtime.world import LocalRuntime
from tests.customer import mail_of
from tests.rights_in_use import Told
from tests.shipped import shipped
from tests.trouble import throttled, trouble
from tests.worlds import DAY, HOUR, MotoWorld

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


@pytest.fixture
def shop(runtime: LocalRuntime) -> MotoWorld:
    return MotoWorld(runtime, shipped("double-opt-in", "welcome"))


def sends(runtime: LocalRuntime, path: str, *fields: tuple[str, str]) -> Response:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = runtime.http("POST", path, headers, urlencode(fields).encode())
    runtime.settle()
    return answer


def signs_up(runtime: LocalRuntime) -> None:
    page = runtime.http("GET", "/signup").body.decode()
    version = re.search(r'name="text_version" value="([^"]+)"', page)
    assert version is not None
    asked = (("topics", "news"), ("topics", "offers"), ("email", "anna@shop.example"), ("first_name", "Anna"))
    answer = sends(runtime, "/signup", *asked, ("text_version", version[1]))
    assert (answer.status, "Fast geschafft" in answer.body.decode()) == (200, True)


def link(runtime: LocalRuntime, page: str, number: int = -1) -> str:
    html = mail_of(runtime.sent_mails()[number].raw, "html")
    found = re.search(rf'href="[^"]*(/{page}/[\w.-]+)"', html)
    assert found is not None
    return found[1]


@told.uses(
    "serve_page table/definitions dynamodb:GetItem",
    "serve_page table/events dynamodb:BatchWriteItem dynamodb:PutItem",
    "serve_page table/journeys dynamodb:BatchGetItem dynamodb:PutItem dynamodb:Query",
    "serve_page table/profiles dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:PutItem dynamodb:UpdateItem",
)
def test_somebody_signs_up_confirms_chooses_and_leaves(runtime: LocalRuntime, shop: MotoWorld) -> None:
    signs_up(runtime)
    (asking,) = runtime.sent_mails()
    assert asking.to == ("anna@shop.example",)
    page = runtime.http("GET", link(runtime, "confirm"))
    assert (page.status, "Neues aus der Rösterei" in page.body.decode()) == (200, True)
    assert len(runtime.sent_mails()) == 1, "opening the page is no confirmation"
    for said in ("Willkommen!", "Sie sind schon dabei."):
        answer = sends(runtime, link(runtime, "confirm", 0))
        assert (answer.status, said in answer.body.decode()) == (200, True)
    shop.advance(START + HOUR)
    assert len(runtime.sent_mails()) == 2, "the welcome, within the hour"
    chosen = (("action", "save"), ("email", "news"), ("often", "weekly"), ("birthday", "1990-02-28"))
    answer = sends(runtime, link(runtime, "preferences"), *chosen)
    assert "Gespeichert. Danke!" in answer.body.decode()
    assert sends(runtime, link(runtime, "unsubscribe"), ("List-Unsubscribe", "One-Click")).status == 200
    shop.advance(START + 30 * DAY)
    assert len(runtime.sent_mails()) == 2


@told.uses("serve_page table/journeys dynamodb:UpdateItem")
def test_a_yes_proves_that_the_question_left_even_where_nobody_wrote_that_down(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    """The provider took the mail, and then the row could not be written for minutes."""
    call = ("deliver_message", "TransactWriteItems", throttled, 1_000_000)
    losing = trouble(runtime, *call, lambda _: bool(runtime.sent_mails()))
    signs_up(runtime)
    (row,) = shop.rows(Send)
    assert (row.status, len(runtime.sent_mails())) == ("SENDING", 1)
    losing.left = 0
    assert "Willkommen!" in sends(runtime, link(runtime, "confirm")).body.decode()
    assert [row.status for row in shop.rows(Send) if row.template == "confirm-subscription"] == ["SENT"]
