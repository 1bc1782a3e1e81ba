"""Which pages publishing leaves: of the file itself, of all that shows it, and the overview."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anlass.adapters.memory.content import MemoryContent
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.usecases.publish_content import publish
from anlass.usecases.write_pages import write_pages

from tests.shop import HTML, SETTINGS, journey, template

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


class Hand:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


class Shop:
    """A content folder whose every change is published and gets its pages."""

    def __init__(self) -> None:
        self.content = MemoryContent()
        self.definitions = MemoryDefinitions()
        self.clock = Hand()

    def put(self, files: Mapping[str, str | None]) -> list[str]:
        """The pages that the last of these files brought."""
        written: list[str] = []
        for path, text in files.items():
            if text is None:
                self.content.files.pop(path, None)
            else:
                self.content.files[path] = text
            done = publish(path, content=self.content, definitions=self.definitions, clock=self.clock)
            written = write_pages(done, content=self.content, definitions=self.definitions, clock=self.clock)
        return written

    def page(self, path: str) -> str:
        text, content_type = self.content.reports[f"reports/{path}.html"]
        assert content_type == "text/html; charset=utf-8"
        return text

    def said(self, path: str) -> str:
        """What is to be read on a page, its drawing too."""
        return _read(self.page(path))

    def mails(self, path: str) -> list[str]:
        """What is to be read in the frames of a page."""
        return [_read(html.unescape(each)) for each in re.findall(r'srcdoc="([^"]*)"', self.page(path))]


def _read(page: str) -> str:
    bare = re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(bare).split())


def settings(**changes: Any) -> dict[str, str]:
    return {"settings.json": json.dumps({**SETTINGS, **changes})}


def hello(*templates: str, **parts: Any) -> dict[str, str]:
    steps = [{"send": {"template": name}} for name in templates or ("hi", "bye")]
    return journey("hello", trigger={"type": "event", "event": "Account Created"}, steps=steps, **parts)


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.put({**settings(), **template("hi"), **template("bye"), **hello()})
    return shop


def test_a_journey_has_a_page_with_its_path_its_mails_and_what_is_live(shop: Shop) -> None:
    assert shop.put(hello()) == ["journeys/hello.html", "index.html"]
    said = shop.said("journeys/hello")
    version = json.loads(shop.content.reports["reports/journeys/hello.json"][0])["version"]
    assert f"What is live Version {version} Since 2026-11-01 09:00 UTC Topic offers" in said
    assert "The path" in said
    assert "Account Created" in said
    page = shop.page("journeys/hello")
    assert page.count("<svg ") == 1
    assert page.count("<iframe sandbox") == 2
    hi, bye = shop.mails("journeys/hello")
    assert "hi Anna Kaffeekontor GmbH" in hi
    assert "bye Anna" in bye


def test_a_page_says_whether_the_journey_runs_for_everybody(shop: Shop) -> None:
    for status, meaning in (("off", "switched off: nobody enters"), ("test", "runs for the test people")):
        shop.put(hello(status=status))
        assert f"hello {status} {meaning}" in shop.said("journeys/hello")
        assert f"hello journeys/hello {status}" in shop.said("index")


def test_since_tells_when_this_version_went_live_not_when_it_was_looked_at(shop: Shop) -> None:
    shop.clock.time = START + timedelta(days=2)
    shop.put(hello())
    assert "Since 2026-11-01 09:00 UTC" in shop.said("journeys/hello")
    shop.put(hello(priority=3))
    assert "Since 2026-11-03 09:00 UTC" in shop.said("journeys/hello")
    assert "Written by Anlass on 2026-11-03 09:00 UTC" in shop.said("journeys/hello")


def test_a_broken_file_is_explained_beside_what_is_live(shop: Shop) -> None:
    broken = hello()["journeys/hello.json"].replace('"hi"', '"hi", "chanels": []')
    shop.put({"journeys/hello.json": broken})
    said = shop.said("journeys/hello")
    assert "hello refused the file is wrong; it changes nothing that is live" in said
    assert '"chanels" is not known here.' in said
    assert "^^^^" in said
    assert "This is what is live; the file as it is now changes nothing." in said
    assert shop.page("journeys/hello").count("<svg ") == 1
    assert "hello journeys/hello live 1 error" in shop.said("index")


def test_a_file_that_was_never_right_has_a_page_without_a_picture() -> None:
    shop = Shop()
    shop.put({"journeys/bad.json": '{"id": "bad"'})
    assert "What is wrong" in shop.said("journeys/bad")
    assert "none: nothing of this is live" in shop.said("journeys/bad")
    assert "<svg" not in shop.page("journeys/bad")
    assert "bad journeys/bad refused 1 error" in shop.said("index")


def test_a_journey_that_waits_is_drawn_and_names_what_it_waits_for() -> None:
    shop = Shop()
    shop.put({**template("hi"), **hello()})
    said = shop.said("journeys/hello")
    assert "waiting right, but waits for what is missing" in said
    assert "What is missing settings.json templates/bye/" in said
    assert "bye It is not there yet." in said
    assert "hi · marketing It is shown as soon as settings.json is there." in said
    assert "waiting waits for settings.json, templates/bye/" in shop.said("index")


def test_a_journey_that_goes_live_by_another_file_gets_its_page_anew() -> None:
    shop = Shop()
    shop.put({**settings(), **template("hi"), **hello()})
    assert "waiting" in shop.said("journeys/hello")
    shop.clock.time = START + timedelta(days=1)
    *_, last = template("bye")
    for path, text in template("bye").items():
        written = shop.put({path: text})
    assert path == last
    assert set(written) == {"templates/bye.html", "journeys/hello.html", "index.html"}
    said = shop.said("journeys/hello")
    assert "hello live runs for everybody" in said
    assert "Since 2026-11-02 09:00 UTC" in said
    assert "hello journeys/hello live" in shop.said("index")


def test_a_template_shows_its_mails_and_brings_the_journeys_that_send_it_up_to_date(shop: Shop) -> None:
    shop.put(journey("other", trigger={"type": "event", "event": "A"}, steps=[{"send": {"template": "bye"}}]))
    changed = {"templates/hi/de/body.html": HTML.format(subject="Moin")}
    assert set(shop.put(changed)) == {"templates/hi.html", "journeys/hello.html", "index.html"}
    (mail,) = shop.mails("templates/hi")
    assert "Moin Anna" in mail
    assert mail in shop.mails("journeys/hello")
    assert "live this is what is used" in shop.said("templates/hi")


def test_a_broken_template_shows_the_mail_that_is_still_sent_and_what_is_wrong(shop: Shop) -> None:
    shop.put({"templates/hi/de/body.html": "<p>\n{{ Vornahme }}</p>"})
    said = shop.said("templates/hi")
    assert "hi refused" in said
    assert "Vornahme" in said
    assert "hi Anna" in shop.mails("templates/hi")[0]
    assert "hi templates/hi live 1 error" in shop.said("index")


def test_a_deleted_template_is_shown_as_it_was_last(shop: Shop) -> None:
    shop.put(dict.fromkeys(template("hi")))
    assert "hi · marketing It was deleted; this is its last version." in shop.said("journeys/hello")
    assert "hi templates/hi removed" in shop.said("index")


def test_a_block_renews_the_pages_of_the_templates_that_it_changed() -> None:
    shop = Shop()
    inside = "<mj-section><mj-column><mj-include path='_blocks/foot.mjml'/></mj-column></mj-section>"
    mjml = {"templates/hi/de/body.mjml": f"<mjml><mj-body>{inside}</mj-body></mjml>"}
    files = {path: text for path, text in template("hi").items() if "body" not in path}
    block = "templates/_blocks/foot.mjml"
    foot = f"<mj-text>{HTML.format(subject='Servus')}</mj-text>"
    shop.put({**settings(), **files, **mjml, block: foot, **template("bye"), **hello()})
    written = shop.put({block: foot.replace("Servus", "Grüezi")})
    assert set(written) == {f"{block}.html", "templates/hi.html", "journeys/hello.html", "index.html"}
    assert "Grüezi Anna" in shop.mails("templates/hi")[0]


def test_new_settings_renew_all_mails_that_are_shown(shop: Shop) -> None:
    imprint = {**SETTINGS["imprint"], "name": "Neue GmbH"}  # type: ignore[dict-item]
    written = shop.put(settings(imprint=imprint, brand="Teehaus"))
    assert set(written) == {
        "settings.html",
        "templates/hi.html",
        "templates/bye.html",
        "journeys/hello.html",
        "index.html",
    }
    assert all("Neue GmbH" in mail for mail in shop.mails("journeys/hello"))
    assert "Teehaus What is published" in shop.said("index")


def test_a_deleted_journey_is_gone_from_the_overview_and_its_page_says_so(shop: Shop) -> None:
    shop.put({"journeys/hello.json": None})
    assert "removed deleted: nobody new enters" in shop.said("journeys/hello")
    assert "hello" not in shop.said("index")


def test_a_file_that_nobody_reads_is_told_so_on_a_page_and_in_the_overview(shop: Shop) -> None:
    assert shop.put({"notes.txt": "x"}) == ["notes.txt.html", "index.html"]
    assert "nothing reads it" in shop.said("notes.txt")
    assert "Settings and other files" in shop.said("index")
    assert "notes.txt notes.txt refused 1 error" in shop.said("index")


def test_what_is_no_content_leaves_no_page(shop: Shop) -> None:
    assert shop.put({"README.md": "x", "schema/journey.schema.json": "{}"}) == []


def test_a_file_that_is_mended_is_mended_in_the_overview_too(shop: Shop) -> None:
    good = hello()["journeys/hello.json"]
    shop.put({"journeys/hello.json": good.replace("{", '{"x": 1,', 1)})
    assert "1 error" in shop.said("index")
    shop.put({"journeys/hello.json": good})
    assert "error" not in shop.said("index")
