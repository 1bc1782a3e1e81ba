"""Pages while the tables cannot be asked: whoever comes is told so, and so is whoever runs the shop."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from anlass.ports import PageName, Ticket

from cli.runtime.world import LocalRuntime
from tests.overhearing import Overheard
from tests.shipped import shipped
from tests.trouble import throttled, trouble
from tests.worlds import MotoWorld

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("function", "page"), [("serve_page", "unsubscribe"), ("serve_profile", "data")])
def test_a_passing_fault_is_told_to_the_person_in_words_and_to_the_log(function: str, page: PageName) -> None:
    heard = Overheard()
    with LocalRuntime(START, handlers=heard.handlers) as runtime:
        MotoWorld(runtime, shipped("data-request"))
        url = runtime.application().links.url(page, Ticket("enrolment.step.1", START))
        token = url.rsplit("/", 1)[1].replace(".", "%2E")  # as a mail program may write it
        assert runtime.http("GET", f"/{page}/{token}").status == 404
        trouble(runtime, function, "BatchGetItem", throttled)
        for method in ("GET", "POST"):
            answer = runtime.http(method, f"/{page}/{token}")
            assert (answer.status, answer.headers["retry-after"]) == (503, "60")
            assert "Das hat gerade nicht geklappt." in answer.body.decode()
        told = heard.lines(function, message="page not served, the person is asked to come again", page=page)
        assert len(told) == 2
        assert url.rsplit("/", 1)[1] not in unquote(heard.text), "whoever reads the log could open it"
