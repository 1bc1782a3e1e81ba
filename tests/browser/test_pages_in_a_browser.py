"""Each page is opened and used in a real browser: by mouse and by keyboard, on a phone and on a desk, no scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli.dev import looking
from tests.accessible import faults
from tests.browser.conftest import START, Served
from tests.browser.measuring import faults_seen, focused, order
from tests.customer import BEANS, mail_of
from tests.shipped import CONTENT, shipped
from tests.shop import journey
from tests.worlds import HOUR, MotoWorld, identify, track

MAILS = ("review-ask", "winback-last", "welcome-2")
WIDTHS = (390, 1200)


def content() -> dict[str, str]:
    """Of what ships: the sign-up, the welcome, and at an order one mail with each kind of button."""
    files = shipped("double-opt-in", "welcome", "data-request")
    paths = [path for name in MAILS for path in sorted((CONTENT / "templates" / name).rglob("*")) if path.is_file()]
    files |= {path.relative_to(CONTENT).as_posix(): path.read_text() for path in paths}
    settings = json.loads(files["settings.json"])
    settings |= {"caps": {}}
    settings["shop"] |= {"logo": ""}
    steps = [{"id": name, "send": {"template": name}} for name in MAILS]
    mails = journey("mails", trigger={"type": "event", "event": "Order Completed"}, topic="service", steps=steps)
    return {"settings.json": json.dumps(settings), **{p: t for p, t in files.items() if p != "settings.json"}, **mails}


class Shop:
    """What the tests know of the shop behind the pages."""

    def __init__(self, served: Served) -> None:
        self.url, self.runtime = served.url, served.runtime
        self.world = MotoWorld(served.runtime, content())
        self.people = 0

    def customer(self, **traits: Any) -> str:
        """Somebody new who has just bought, and got the mails."""
        self.people += 1
        who, now = f"anna{self.people}", self.runtime.clock.now()
        self.world.batch(identify(who, now, firstName="Anna", **traits))
        self.world.batch(track("Order Completed", now, who, order_id=who, total=14.9, products=[BEANS]))
        return who

    def mail(self, who: str, step: str) -> str:
        """The HTML of the newest mail of this step to somebody."""
        mails = [m for m in self.runtime.sent_mails() if m.to[0].startswith(f"{who}@") and m.tags["step"] == step]
        return mail_of(mails[-1].raw, "html")

    def link(self, who: str, step: str, page: str, number: int = 0) -> str:
        found: list[str] = re.findall(rf'href="({re.escape(self.url)}/{page}/[\w.-]+)"', self.mail(who, step))
        return found[number]

    def person(self, who: str) -> dict[str, Any]:
        with self.runtime.at_rest():
            self.runtime.settle()
            found = looking.profile(self.runtime, self.runtime.application(), who)
        assert found is not None
        return found

    def consents(self, who: str) -> set[tuple[str, str]]:
        return {(each["topic"], each["status"]) for each in self.person(who)["consents"]}

    def pressed(self, who: str) -> list[tuple[Any, Any]]:
        log = self.runtime.application().event_log
        events = log.of_person([f"u:{who}"], START, datetime.max.replace(tzinfo=START.tzinfo), ["Button Pressed"])
        return [(event.properties["button"], event.properties.get("value")) for event in events]


@pytest.fixture(scope="module")
def shop(chromium: Any) -> Iterator[Shop]:
    with Served() as served:
        yield Shop(served)


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A phone's screen, a German reader."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="de-DE", reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    yield page
    assert [text for text in page.complaints if not any(status in text for status in ("400", "404", "410"))] == []
    context.close()


def is_sound(page: Any, pictures: Path, name: str) -> None:
    """At both widths everybody can read and hit everything; a picture of each is taken to be looked at."""
    assert faults(page.content()) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert faults_seen(page) == [], f"at {width} pixels"
        picture = page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
        assert len(picture) > 5_000, "nothing is to be seen"


def text(page: Any) -> str:
    return " ".join(page.inner_text("main").split())


def test_from_the_inbox_somebody_unsubscribes_with_two_clicks(shop: Shop, page: Any, pictures: Path) -> None:
    who = shop.customer()
    page.goto(shop.url)
    page.get_by_role("link", name=re.compile(rf"{who}@.*winback-last")).click()
    with page.expect_popup() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Abmelden", exact=True).click()
    asked = opened.value
    assert "Möchten Sie keine Werbung mehr per E-Mail bekommen?" in text(asked)
    is_sound(asked, pictures, "unsubscribe")
    assert ("*", "granted") in shop.consents(who)
    asked.get_by_role("button", name="Ja, abmelden").click()
    assert "Sie sind abgemeldet." in text(asked)
    is_sound(asked, pictures, "unsubscribed")
    assert ("*", "withdrawn") in shop.consents(who)


def test_a_star_is_chosen_in_the_mail_and_given_on_the_page(shop: Shop, page: Any, pictures: Path) -> None:
    who = shop.customer()
    page.set_content(shop.mail(who, "review-ask"))
    page.get_by_role("link", name=re.compile("Sehr gut")).click()
    assert "5 von 5 Sternen: Sehr gut" in text(page)
    is_sound(page, pictures, "rating")
    page.get_by_role("button", name="Bewertung abgeben").click()
    assert "Danke für Ihre Bewertung." in text(page)
    is_sound(page, pictures, "rated")
    assert shop.pressed(who) == [("rating", 5)]


@pytest.mark.parametrize(
    ("button", "words", "said"),
    [
        ("stay", "Ja, ich bleibe", "Schön, dass Sie bleiben."),
        ("leave", "Nein, bitte keine Post mehr", "Wir schicken Ihnen keine Werbung mehr."),
    ],
)
def test_bleiben_oder_gehen(shop: Shop, page: Any, pictures: Path, button: str, words: str, said: str) -> None:
    who = shop.customer()
    page.set_content(shop.mail(who, "winback-last"))
    with page.expect_popup() as opened:
        page.get_by_role("link", name=words).click()
    asked = opened.value
    asked.wait_for_load_state()
    is_sound(asked, pictures, button)
    assert shop.pressed(who) == []
    asked.get_by_role("button").click()
    assert said in text(asked)
    assert shop.pressed(who) == [(button, None)]
    assert (("*", "withdrawn") in shop.consents(who)) is (button == "leave")


def test_somebody_chooses_what_they_get(shop: Shop, page: Any, pictures: Path) -> None:
    who = shop.customer()
    page.goto(shop.link(who, "welcome-2", "preferences"))
    is_sound(page, pictures, "preferences")
    page.get_by_label("Neues aus der Rösterei").uncheck()
    page.get_by_label("Höchstens eine Nachricht pro Woche").check()
    page.get_by_label("Geburtstag").fill("1990-02-28")
    page.get_by_label("Mobilnummer").fill("12")
    page.get_by_role("button", name="Speichern").click()
    assert "Bitte eine gültige Mobilnummer" in text(page)
    is_sound(page, pictures, "preferences-wrong")
    page.get_by_label("Mobilnummer").fill("0170 1234567")
    page.get_by_label("Interessen").fill("Espresso, Filterkaffee")
    page.get_by_role("button", name="Speichern").click()
    assert "Gespeichert. Danke!" in text(page)
    is_sound(page, pictures, "preferences-saved")
    assert page.get_by_label("Neues aus der Rösterei").is_checked() is False
    assert page.get_by_label("Höchstens eine Nachricht pro Woche").is_checked() is True
    assert ("news", "withdrawn") in shop.consents(who)
    traits = shop.person(who)["traits"]
    assert (traits["birthday"], traits["phone"]) == ("1990-02-28", "+491701234567")
    assert traits["interests"] == ["Espresso", "Filterkaffee"]


def test_every_other_button_of_the_preference_centre_does_what_it_says(shop: Shop, page: Any) -> None:
    who = shop.customer()
    page.goto(shop.link(who, "welcome-2", "preferences"))
    for button, said in (
        ("30 Tage Pause", "Bis zum 1. April 2026 schicken wir Ihnen keine Werbung."),
        ("Pause beenden", "Die Pause ist beendet."),
        ("Meine Daten herunterladen", "Die E-Mail mit dem Link ist unterwegs zu Ihnen."),
        ("Meine Daten löschen", "Die E-Mail, mit der Sie das Löschen bestätigen, ist unterwegs zu Ihnen."),
        ("Alles abbestellen", "Sie sind abgemeldet."),
    ):
        page.get_by_role("button", name=button).click()
        assert said in text(page)
    assert ("*", "withdrawn") in shop.consents(who)


def test_somebody_downloads_their_data_and_has_it_deleted(shop: Shop, page: Any, pictures: Path) -> None:
    """The links come by a mail of their own, and each does what was asked for."""
    who = shop.customer()
    settings = shop.link(who, "welcome-2", "preferences")
    for button, step in (("Meine Daten herunterladen", "data"), ("Meine Daten löschen", "erasure")):
        page.goto(settings)
        page.get_by_role("button", name=button).click()
        assert "unterwegs zu Ihnen" in text(page)
        shop.runtime.settle()
        page.goto(shop.link(who, step, "data"))
        is_sound(page, pictures, step)
        if step == "data":
            with page.expect_download() as coming:
                page.get_by_role("button", name="Meine Daten herunterladen").click()
            assert f"{who}@shop.example" in Path(coming.value.path()).read_text()
    page.get_by_role("button", name="Ja, alles löschen").click()
    assert "Wir löschen Ihre Daten." in text(page)
    is_sound(page, pictures, "erasing")
    shop.runtime.advance(HOUR)
    with shop.runtime.at_rest():
        assert looking.profile(shop.runtime, shop.runtime.application(), who) is None


def test_who_comes_from_an_earlier_address_is_told_what_they_can_do(shop: Shop, page: Any, pictures: Path) -> None:
    who = shop.customer()
    settings = shop.link(who, "welcome-2", "preferences")
    page.goto(settings)
    page.get_by_role("button", name="Meine Daten herunterladen").click()
    page.get_by_role("button", name="30 Tage Pause").click()
    shop.runtime.settle()
    data = shop.link(who, "data", "data")
    shop.world.batch(identify(who, shop.runtime.clock.now(), "phone", email=f"{who}@new.example"))
    page.goto(data)
    assert "Dieser Link kam an eine frühere E-Mail-Adresse." in text(page)
    assert page.get_by_role("button").count() == 0
    is_sound(page, pictures, "past")
    page.goto(settings)
    assert "Abwählen können Sie hier alles" in text(page)
    assert page.get_by_role("button", name="Pause beenden").count() == 0
    is_sound(page, pictures, "preferences-past")


def test_the_preference_centre_works_without_a_mouse(shop: Shop, page: Any) -> None:
    """Every stop of the tab key is in the page's order and can be seen; the space bar ticks, Enter saves."""
    who = shop.customer()
    page.goto(shop.link(who, "welcome-2", "preferences"))
    stops = order(page)
    for stop in stops:
        page.keyboard.press("Tab")
        for _ in range(3 if stop[1] == "birthday" else 0):
            if focused(page)[0] != stop:
                break
        at, can_be_seen = focused(page)
        while at[1] == "birthday" != stop[1]:  # a date has several parts
            page.keyboard.press("Tab")
            at, can_be_seen = focused(page)
        assert at == stop
        assert can_be_seen or at[1] == "birthday", f"nobody sees that {at} has the focus"
    page.goto(page.url)
    while focused(page)[0][:2] != ("input", "email"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert "Gespeichert. Danke!" in text(page)
    assert ("news", "withdrawn") in shop.consents(who)


def test_unsubscribing_works_without_a_mouse(shop: Shop, page: Any) -> None:
    who = shop.customer()
    page.goto(shop.link(who, "winback-last", "unsubscribe"))
    while focused(page)[0][0] != "button":
        page.keyboard.press("Tab")
    assert focused(page)[1]
    page.keyboard.press("Enter")
    assert "Sie sind abgemeldet." in text(page)


def test_somebody_signs_up_and_confirms(shop: Shop, page: Any, pictures: Path) -> None:
    page.goto(f"{shop.url}/signup")
    is_sound(page, pictures, "signup")
    page.get_by_role("button", name="Anmelden").click()
    assert "Bitte wählen Sie mindestens eines aus." in text(page)
    is_sound(page, pictures, "signup-wrong")
    page.get_by_label("Neues aus der Rösterei").check()
    page.get_by_label("E-Mail-Adresse").fill("dora@nowhere")
    page.get_by_label("Vorname").fill('Dora <b>"x"</b>')
    page.get_by_role("button", name="Anmelden").click()
    assert page.get_by_label("Vorname").input_value() == 'Dora <b>"x"</b>'
    page.get_by_label("E-Mail-Adresse").fill("dora@shop.example")
    page.get_by_label("Vorname").fill("Dora")
    page.get_by_role("button", name="Anmelden").click()
    assert "Fast geschafft" in text(page)
    is_sound(page, pictures, "signed-up")
    page.goto(shop.link("dora", "ask", "confirm"))
    assert "Neues aus der Rösterei" in text(page)
    is_sound(page, pictures, "confirm")
    page.get_by_role("button", name="Ja, ich möchte sie bekommen").click()
    assert "Willkommen!" in text(page)
    is_sound(page, pictures, "confirmed")
    page.goto(page.url)
    assert "Sie sind schon dabei." in text(page)
    shop.runtime.advance(HOUR)
    assert "hello" in {mail.tags["step"] for mail in shop.runtime.sent_mails() if mail.to == ("dora@shop.example",)}


def test_a_machine_that_fills_in_every_field_is_thanked_and_not_heard(shop: Shop, page: Any) -> None:
    page.goto(f"{shop.url}/signup")
    page.get_by_label("Neues aus der Rösterei").check()
    page.get_by_label("E-Mail-Adresse").fill("robot@shop.example")
    page.locator("input[name=website]").fill("https://spam.example", force=True)
    page.get_by_role("button", name="Anmelden").click()
    assert "Fast geschafft" in text(page)
    shop.runtime.settle()
    assert "robot@shop.example" not in {mail.to[0] for mail in shop.runtime.sent_mails()}


def test_a_link_that_leads_nowhere_says_what_to_do(shop: Shop, page: Any, pictures: Path) -> None:
    page.goto(f"{shop.url}/press/nonsense")
    assert "Bitte öffnen Sie ihn direkt aus der E-Mail" in text(page)
    is_sound(page, pictures, "unknown")


def test_the_page_looks_like_the_shop_under_its_own_policy(shop: Shop, page: Any) -> None:
    """If the style's hash were wrong, the browser would leave it out."""
    page.goto(f"{shop.url}/signup")
    colour = page.evaluate("() => getComputedStyle(document.querySelector('button')).backgroundColor")
    assert colour == "rgb(138, 59, 18)"


def test_an_english_reader_reads_english(shop: Shop, chromium: Any, pictures: Path) -> None:
    who = shop.customer(locale="en")
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(shop.link(who, "winback-last", "preferences"))
    assert "Your settings" in text(page)
    is_sound(page, pictures, "preferences-english")
    context.close()
