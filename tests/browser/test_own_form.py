"""The form that docs/subscribe.md gives to copy does what the page says, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Served
from tests.browser.measuring import faults_seen
from tests.shipped import shipped
from tests.worlds import MotoWorld

DOCS = Path(__file__).parents[2] / "docs" / "subscribe.md"


@pytest.fixture(scope="module")
def served(chromium: Any) -> Iterator[Served]:
    with Served() as served:
        MotoWorld(served.runtime, shipped("double-opt-in"))
        yield served


def form(served: Served) -> str:
    """As it stands there, with the address and the key put in."""
    found = re.search(r"```html\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert found is not None
    own = found[1].replace("https://post.shop.example", served.url).replace("your-browser-key", "local-browser")
    return f'<!doctype html><html lang="de"><meta charset="utf-8"><title>Shop</title>{own}</html>'


def opened(chromium: Any, served: Served, *, scripts: bool) -> Any:
    # Another origin than the API's, as in the open internet; that one of them is this machine has to be allowed.
    allowed = ["local-network-access"]
    context = chromium.new_context(java_script_enabled=scripts, locale="de-DE", permissions=allowed)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.route("http://localhost:1/**", lambda route: route.fulfill(body=form(served), content_type="text/html"))
    page.goto("http://localhost:1/newsletter?utm=1")
    page.get_by_label("E-Mail-Adresse").fill("nele@example.com")
    page.get_by_label("Vorname").fill("Nele")
    page.get_by_label("Neues aus der Rösterei").check()
    return page


def test_with_scripts_the_page_stays_and_a_mail_comes(chromium: Any, served: Served) -> None:
    page = opened(chromium, served, scripts=True)
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_text("Fast geschafft").wait_for()
    with served.runtime.at_rest():
        served.runtime.settle()
        (mail,) = served.runtime.sent_mails()
    assert mail.to == ("nele@example.com",)
    page.get_by_label("E-Mail-Adresse").fill("nele@nowhere")
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_text("Das hat nicht geklappt").wait_for()
    page.context.close()


def test_without_scripts_it_leads_to_the_hosted_page_filled_in(chromium: Any, served: Served, pictures: Path) -> None:
    page = opened(chromium, served, scripts=False)
    page.get_by_role("button", name="Anmelden").click()
    assert page.url == f"{served.url}/signup"
    assert page.get_by_label("E-Mail-Adresse").input_value() == "nele@example.com"
    assert page.get_by_label("Vorname").input_value() == "Nele"
    shown = page.inner_text("main")
    assert "Bitte lesen Sie noch, worin Sie einwilligen" in shown
    assert "Der Text hat sich gerade geändert." not in shown
    page.set_viewport_size({"width": 390, "height": 844})
    assert faults_seen(page) == []
    page.screenshot(path=pictures / "own-form-390.png", full_page=True)
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_text("Fast geschafft").wait_for()
    page.context.close()
