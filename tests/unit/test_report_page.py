"""The page of a report: everything is said, and nothing that came from a file can do anything."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

from anlass.language.diagnostics import Diagnostic
from anlass.language.journey_file import JourneyFile
from anlass.language.picture.graph import picture_of
from anlass.language.report_page import Found, Report, Row, ShownMessage, overview_page, report_page
from anlass.language.report_page_mails import SampleMail, sample_mails
from anlass.language.settings import Settings
from anlass.language.template_document import TemplateDocument

from tests.shop import SETTINGS

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EVIL = """<script>alert('x')</script>"><img src=x onerror="alert(1)"> {{ 7 * 7 }} </title></iframe>"""
SHOP = Settings.model_validate(SETTINGS)


def finding(
    message: str = "It is wrong.", line: int | None = 3, column: int | None = None, length: int = 1
) -> Diagnostic:
    return Diagnostic("x.y", "journeys/a.json", line, "steps[0]", message, "Mend it.", "error", column, length)


def text_of(page: str) -> str:
    """What is to be read, tags and drawing taken out."""
    bare = re.sub(r"<svg.*?</svg>|<style>.*?</style>|<title>.*?</title>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", bare)).split())


class Tags(HTMLParser):
    """Which tags and attributes a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_it_says_what_became_of_the_file_and_what_it_is_for() -> None:
    said = text_of(report_page(Report("journeys/a.json", "Willkommen", "test", NOW, why="To greet.")))
    assert (
        "journeys/a.json Willkommen test runs for the test people of settings.json, days as minutes To greet." in said
    )
    assert "Written by Anlass on 2026-11-22 09:30 UTC" in said


def test_it_says_what_is_live_and_since_when() -> None:
    report = Report(
        "a", "A", "live", NOW, version="abc123", since="2026-11-01T08:15:00+00:00", facts=[("Topic", "offers")]
    )
    assert "Version abc123 Since 2026-11-01 08:15 UTC Topic offers" in text_of(report_page(report))
    nothing = Report("a", "A", "refused", NOW)
    assert "What is live Version none: nothing of this is live" in text_of(report_page(nothing))


def test_each_finding_has_its_place_its_remedy_and_its_line_with_what_is_meant_marked() -> None:
    found = Found(finding(column=13, length=6), '    {"id": "sned"}')
    page = report_page(Report("a", "A", "refused", NOW, found=[found]))
    said = text_of(page)
    assert "What is wrong error It is wrong. Mend it. journeys/a.json, line 3 · steps[0] · x.y" in said
    assert "<pre>    {&#34;id&#34;: &#34;sned&#34;}\n<i>            ^^^^^^</i></pre>" in page


def test_a_mark_lies_under_tabs_and_inside_its_line() -> None:
    assert Found(finding(column=3, length=99), "\t\tabc").mark == "\t\t^^^"
    assert Found(finding(column=9, length=2), "abc").mark == "   ^"
    assert Found(finding(column=2), "").mark == ""


def test_of_a_long_line_the_part_that_is_meant_is_shown() -> None:
    long = "a" * 5000 + "WRONG" + "b" * 5000
    found = Found(finding(column=5001, length=5), long)
    assert len(found.shown) < 200
    assert found.shown.startswith("…aaa")
    assert found.shown.endswith("bbb…")
    at = found.mark.index("^")
    assert found.shown[at : at + 5] == "WRONG"
    assert found.mark == " " * at + "^^^^^"


def test_what_is_missing_is_listed() -> None:
    page = report_page(Report("a", "A", "waiting", NOW, missing=["settings.json", "templates/hi/"]))
    assert "What is missing settings.json templates/hi/" in text_of(page)


def test_the_path_is_drawn_in_the_page() -> None:
    steps = [{"send": {"template": "hello"}}]
    model = JourneyFile.model_validate({"id": "j", "trigger": {"type": "event", "event": "A"}, "steps": steps})
    page = report_page(Report("a", "A", "live", NOW, picture=picture_of(model), picture_note="This is what is live."))
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "The path This is what is live." in text_of(page)


def test_mails_lie_in_frames_that_may_do_nothing() -> None:
    mails = [SampleMail("de", "Hallo", "Anna", "<p>Moin</p>"), SampleMail("en", problem="it is broken")]
    page = report_page(Report("a", "A", "live", NOW, messages=[ShownMessage("hi", "marketing", mails)]))
    (frame,) = [attributes for tag, attributes in Tags(page).tags if tag == "iframe"]
    assert frame == {"sandbox": None, "title": "hi, de", "srcdoc": "<p>Moin</p>"}
    said = text_of(page)
    assert "de Hallo Anna" in said
    assert "en It cannot be shown: it is broken." in said


def test_nothing_of_a_file_gets_out_of_its_place() -> None:
    steps = [{"exit": EVIL[:90]}]
    model = JourneyFile.model_validate(
        {"id": "j", "name": EVIL, "trigger": {"type": "event", "event": EVIL}, "steps": steps}
    )
    mail = SampleMail(EVIL, EVIL, EVIL, EVIL)
    report = Report(
        EVIL,
        EVIL,
        "live",
        NOW,
        why=EVIL,
        version=EVIL,
        since=EVIL,
        found=[Found(Diagnostic(EVIL, EVIL, 1, EVIL, EVIL, EVIL, "error", 3, 2), EVIL)],
        missing=[EVIL],
        facts=[(EVIL, EVIL)],
        picture=picture_of(model),
        picture_note=EVIL,
        messages=[ShownMessage(EVIL, EVIL, [mail, SampleMail(EVIL, problem=EVIL)], EVIL)],
    )
    row = Row(EVIL, EVIL, "live", EVIL, EVIL, 1, 1, [EVIL])
    for page in (report_page(report), overview_page(EVIL, [(EVIL, [row])], NOW)):
        tags = Tags(page).tags
        assert {"script", "img", "link", "object", "form", "base"}.isdisjoint(tag for tag, _ in tags)
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
        assert "{{ 7 * 7 }}" in page
        assert "<script" not in page
    (frame,) = [attributes for tag, attributes in Tags(report_page(report)).tags if tag == "iframe"]
    assert frame["srcdoc"] == EVIL
    assert frame["title"] == f"{EVIL}, {EVIL}"


def test_a_page_may_load_pictures_and_nothing_else() -> None:
    for page in (report_page(Report("a", "A", "live", NOW)), overview_page("", [], NOW)):
        metas = [attributes for tag, attributes in Tags(page).tags if tag == "meta"]
        policy = next(each["content"] for each in metas if each.get("http-equiv") == "Content-Security-Policy")
        assert policy == (
            "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; base-uri 'none'; form-action 'none'"
        )
        assert {"name": "referrer", "content": "no-referrer"} in metas
        assert "http" not in re.sub(r"http-equiv|https: data:|http://www.w3.org/2000/svg", "", page)


def test_the_overview_begins_with_what_wants_looking_after() -> None:
    rows = [
        Row("Good", "journeys/good.html", "live", "v1", "2026-11-01T08:15:00+00:00"),
        Row("Doubtful", "journeys/doubtful.html", "live", "v2", "2026-11-01T08:15:00+00:00", warnings=1),
        Row("Waits", "journeys/waits.html", "waiting", missing=["templates/hi/", "settings.json"]),
        Row("Broken", "journeys/broken.html", "live", "v3", "2026-11-01T08:15:00+00:00", errors=2),
        Row("Off", "journeys/off.html", "off", "v4", "2026-11-01T08:15:00+00:00"),
    ]
    page = overview_page("Kaffeekontor", [("Journeys", rows), ("Segments", [])], NOW)
    said = text_of(page)
    assert "Kaffeekontor What is published Journeys 3 live, 1 off, 1 waiting; 1 with errors" in said
    order = [
        said.index(row.title)
        for row in sorted(rows, key=lambda row: ["Broken", "Waits", "Doubtful", "Good", "Off"].index(row.title))
    ]
    assert order == sorted(order)
    assert "waits for templates/hi/, settings.json" in said
    assert "2 errors" in said
    assert "1 warning" in said
    assert "v1 since 2026-11-01 08:15 UTC" in said
    assert '<a href="journeys/good.html">Good</a>' in page
    assert "Segments" not in said


def document(
    purpose: str = "marketing", body: str = "<p>{{ profile.first_name }} {{ unsubscribe_url }}</p>"
) -> TemplateDocument:
    parts = {"subject": "Hallo {{ Vorname }}", "preheader": "{{ cart.value | money }}", "html": body, "text": "x"}
    stored = {
        "name": "hi",
        "purpose": purpose,
        "channels": ["email"],
        "locales": {"en": parts, "de": parts},
        "names": [],
    }
    return TemplateDocument.from_dict(stored)


def test_a_mail_is_shown_in_each_language_to_somebody_of_whom_everything_is_known() -> None:
    german, english = sample_mails(document(), SHOP, "Order Completed", NOW)
    assert (german.locale, english.locale) == ("de", "en")
    assert german.subject == "Hallo Anna"
    assert german.html == "<p>Anna https://example.com/</p>"
    assert (german.preheader, english.preheader) == ("50,70 €", "€50.70")


def test_whatever_enrolled_is_named_in_the_mail() -> None:
    body = (
        "{{ entry.name }}: {{ entry.properties.order_id }}, {{ entry.properties.products[0].name }} {{ coupon.code }}"
    )
    (mail, _) = sample_mails(document("transactional", body), SHOP, "Order Delivered", NOW)
    assert mail.html == "Order Delivered: 10042, Hafenkaffee, 500 g ANNA-10"


def test_a_mail_that_cannot_be_made_says_why() -> None:
    (mail, _) = sample_mails(document("transactional", "{{ unsubscribe_url }}"), SHOP, "A", NOW)
    assert mail.html == ""
    assert 'template "hi" (de, html): "unsubscribe_url" is not there' in mail.problem
