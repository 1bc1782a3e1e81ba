"""The pages that people see: everybody can use them, nothing that is put into them gets out, all is said in both
languages."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args

import hypothesis
import pytest
from anlass.domain.erasure import STAYS
from anlass.domain.subscribing import CODE_LIFE, LINK_LIFE
from anlass.language.pages import confirm, data, gone, press, signup, unsubscribe
from anlass.language.pages.colour import WHITE, contrast, readable, text_on
from anlass.language.pages.form import Form, TooLarge, Unreadable, read_form
from anlass.language.pages.http import headers_of
from anlass.language.pages.layout import Page, preferred
from anlass.language.pages.preferences import preferences_page
from anlass.language.settings import Settings, parse_settings
from anlass.language.wishes import ACTIONS, DETAILS, Action, Choices, Mistakes, Wishes, wishes_of
from hypothesis import given
from hypothesis import strategies as st

from tests.accessible import Element, faults, tree_of
from tests.shipped import CONTENT
from tests.shop import SETTINGS

NOW = datetime(2026, 12, 22, 9, tzinfo=UTC)
DEEDS: tuple[Action | Literal["unchanged"], ...] = (*ACTIONS, "unchanged")
TODAY = date(2026, 11, 22)
TOPICS: dict[str, Any] = {"offers": {"name": {"de": "Angebote", "en": "Offers"}}, "news": {"name": {"de": "Neues"}}}
SMS = {"sender": "Kontor"}


def shop(**more: Any) -> Settings:
    return Settings.model_validate({**SETTINGS, "topics": TOPICS, **more})


def all_pages(settings: Settings | None, locale: str, typed: str = "x", value: Any = "blue") -> Iterator[Page]:
    """Every page in every state. `typed` stands wherever somebody may have typed it."""
    for channel in ("email", "sms"):
        yield unsubscribe.ask_page(settings, locale, channel)
        yield unsubscribe.done_page(settings, locale, channel)
        yield confirm.ask_page(settings, locale, channel, ["offers", "news", "gone"])
    for button, pressed in (("stay", None), ("leave", None), *(("rating", n) for n in range(7)), ("other", value)):
        yield press.ask_page(settings, locale, button, pressed)
        yield press.thanks_page(settings, locale, button, pressed)
    yield from (confirm.outcome_page(settings, locale, each) for each in get_args(confirm.Outcome))
    yield from (data.ask_page(settings, locale, each) for each in get_args(data.Wanted))
    yield data.erasing_page(settings, locale)
    yield data.expired_page(settings, locale)
    yield gone.past_page(settings, locale)
    yield data.part_page(settings, locale, 1, "", "0 x")
    yield data.part_page(settings, locale, 2, typed, None)
    yield from (gone.problem_page(settings, locale, each) for each in get_args(gone.Problem))
    some = Choices({"email": frozenset({"offers"})})
    more = Choices({"email": frozenset(), "sms": frozenset({"news"})}, True, NOW, frozenset(DETAILS))
    past = Choices({"email": frozenset({"offers"})}, paused_until=NOW, tracking=True, is_present=False)
    for choices in (some, more, past):
        yield preferences_page(settings, locale, choices)
        yield preferences_page(
            settings, locale, choices, mistakes=Mistakes(frozenset(DETAILS), dict.fromkeys(DETAILS, typed))
        )
        yield from (preferences_page(settings, locale, choices, done=each) for each in DEEDS)
    if settings is not None:
        names = ("email", "phone", "birthday", "interests", "topics")
        form = Form({**dict.fromkeys((*names, "first_name"), (typed,)), "topics": (typed, "news")})
        yield signup.signup_page(settings, locale)
        yield signup.signup_page(settings, locale, signup.Filled(form, frozenset(names)))
        yield signup.signup_page(settings, locale, signup.Filled(form, asks="changed"))
        yield signup.signup_page(settings, locale, signup.Filled(form, asks="elsewhere"))
        yield signup.sent_page(settings, locale, email=True)
        yield signup.sent_page(settings, locale, email=False, phone=typed, code_was_wrong=True)


@pytest.mark.parametrize("locale", ["de", "en", "de-AT", "fr"])
@pytest.mark.parametrize("sms", [None, SMS])
@pytest.mark.parametrize("logo", ["", "https://shop.example/logo.png"])
def test_everybody_can_use_every_page(locale: str, sms: Any, logo: str) -> None:
    settings = shop(sms=sms, shop={"name": "Kontor", "url": "https://shop.example", "logo": logo})
    for page in all_pages(settings, locale):
        assert faults(page.html) == []


def test_pages_work_before_any_settings_are_published() -> None:
    for page in all_pages(None, "de"):
        assert faults(page.html) == []


def test_every_page_carries_the_imprint_and_leads_to_the_shop() -> None:
    for locale, title in (("de", "Impressum"), ("en", "Imprint")):
        for page in all_pages(shop(), locale):
            (footer,) = tree_of(page.html).all("footer")
            assert footer.text().startswith(f"{title} Kaffeekontor GmbH Hafenweg 1, 24103 Kiel")
            assert 'href="https://shop.example"' in page.html


def test_every_page_leads_to_the_privacy_notice_and_who_signs_up_is_shown_it_before_the_button() -> None:
    notice = "https://shop.example/datenschutz"
    for page in all_pages(shop(), "de"):
        (footer,) = tree_of(page.html).all("footer")
        assert [link.attributes["href"] for link in footer.all("a")] == [notice]
    asked = signup.signup_page(shop(), "de").html
    assert asked.index(f'<a href="{notice}">Datenschutzerklärung</a>') < asked.index("<button")


def test_no_page_says_the_same_in_both_languages() -> None:
    """What is the same was forgotten."""
    for german, english in zip(all_pages(shop(), "de"), all_pages(shop(), "en"), strict=True):
        (one,), (other,) = tree_of(german.html).all("main"), tree_of(english.html).all("main")
        assert one.text() != other.text()
        assert not {"ß", "ä", "ü"} & set(other.text().replace("Hafenweg", ""))


def test_who_reads_neither_language_reads_english_and_topics_in_the_shops() -> None:
    page = confirm.ask_page(shop(), "fr", "email", ["offers", "news"])
    assert "Would you like to get these messages?" in page.html
    assert ("<li>Offers</li>" in page.html, "<li>Neues</li>" in page.html) == (True, True)


# What is put in stays where it was put.


def shape(page: Page) -> list[Any]:
    """The elements and the names of their attributes, whatever their values and texts."""

    def of(element: Element) -> Any:
        inside = [of(each) for each in element.inside if isinstance(each, Element) and each.tag != "br"]
        return element.tag, sorted(element.attributes), inside

    return [of(each) for each in tree_of(page.html).inside if isinstance(each, Element)]


def evil_shop(text: str) -> Settings:
    """The text wherever settings hold words; a check of their own keeps it out of addresses and the colour."""
    return shop(
        brand=text,
        shop={"name": text, **dict.fromkeys(("url", "logo", "privacy_url"), "https://shop.example/" + text)},
        imprint={**SETTINGS["imprint"], "name": text, "street": text, "city": text},  # type: ignore[dict-item]
        topics={"offers": {"name": {"de": text, "en": text}}, "news": {"name": {"de": text}}},
        sms=SMS,
    )


EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></main><form action=//evil>",
    "' autofocus onfocus=alert(1) x='",
    "&#60;b&#62;",
    "{0} {} {title} %s",
    "a\u2028b\u0000c\ufffe",
)
texts = st.one_of(
    st.sampled_from(EVIL),
    st.text(min_size=1, max_size=60),
    st.text(alphabet="<>\"'&/=`;:-!{}[] abc\n\t", min_size=1, max_size=60),
).filter(lambda text: "\r" not in text and text.strip() and text.isprintable() | ("\n" not in text))


@cache
def harmless(locale: str) -> list[Any]:
    return [shape(page) for page in all_pages(evil_shop("plain"), locale, "plain", "plain")]


@hypothesis.settings(max_examples=hypothesis.settings().max_examples // 3)  # each is a hundred pages
@given(texts, st.sampled_from(["de", "en"]))
def test_nothing_breaks_out_of_the_html(text: str, locale: str) -> None:
    assert [shape(page) for page in all_pages(evil_shop(text), locale, text, text)] == harmless(locale)


def test_what_somebody_typed_stands_in_their_field_again() -> None:
    typed = "<b>\"Anna\" & 'Co'</b>"
    wrong = Mistakes(frozenset(), {"phone": typed})
    page = preferences_page(shop(), "de", Choices({"email": frozenset()}), mistakes=wrong)
    (phone,) = (each for each in tree_of(page.html).all("input") if each.attributes["name"] == "phone")
    assert phone.attributes["value"] == typed


# The policy.


def test_the_policy_lets_the_pages_own_style_through_and_nothing_else() -> None:
    page = unsubscribe.ask_page(shop(), "de", "email")
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src https://shop\.example; form-action 'self'; "
        r"frame-ancestors 'none'; base-uri 'none'",
        page.policy,
    )
    assert f"<style>{page.style}</style>" in page.html


@pytest.mark.parametrize(
    "logo",
    ["https://shop.example; script-src *", "https://a b.example/x", "https://\u00e4.example/x", "https:///x", ""],
)
def test_no_address_of_a_logo_gets_into_the_policy_but_an_origin(logo: str) -> None:
    page = unsubscribe.ask_page(shop(shop={"name": "K", "url": "https://shop.example", "logo": logo}), "de", "email")
    expected = r"default-src 'none'; style-src 'sha256-[^ ;']+'(; img-src https://[\w.-]+)?; form-action.*"
    assert re.fullmatch(expected, page.policy)
    assert "script" not in page.policy


def test_every_answer_forbids_what_no_page_needs() -> None:
    headers = headers_of(unsubscribe.ask_page(None, "de", "email"), 200)
    for name, value in {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow, noarchive",
        "strict-transport-security": "max-age=63072000; includeSubDomains",
    }.items():
        assert headers[name] == value
    assert "camera=()" in headers["permissions-policy"]
    assert headers_of(gone.problem_page(None, "de", "not_allowed"), 405)["allow"] == "GET, HEAD, POST"


# Colours.

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_whatever_the_shops_colour_is_it_can_be_read_on_and_in(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4.5
    assert contrast(readable(colour, WHITE), WHITE) >= 4.5
    assert faults(unsubscribe.ask_page(shop(brand_colour=colour), "de", "email").html) == []


def test_contrast_is_as_the_web_counts_it() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#777777") == 1
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize(
    ("code", "meant"), [("red", "#8a3b12"), ("#abc", "#aabbcc"), ("8a3b12", "#8a3b12"), ("#12345g", "#8a3b12")]
)
def test_a_colour_that_is_none_is_answered_with_one(code: str, meant: str) -> None:
    _, findings = parse_settings(json.dumps({**SETTINGS, "brand_colour": code}))
    (finding,) = (each for each in findings if each.severity == "error")
    assert f'"{code}" is no colour' in finding.message + finding.remedy
    assert meant in finding.message + finding.remedy


# What is sent.


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("", None),
        ("de", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en-GB"),
        ("fr;q=0.1, de-AT;q=0.7", "de-AT"),
        ("*", None),
        ("de;q=x, en", "en"),
        (";;;,,,", None),
        ("de;q=nan", "de"),
    ],
)
def test_the_browsers_first_wish_is_its_language(accepted: str, wanted: str | None) -> None:
    assert preferred(accepted) == wanted


def form(**fields: str | tuple[str, ...]) -> Form:
    return Form({name: value if isinstance(value, tuple) else (value,) for name, value in fields.items()})


def test_a_form_becomes_wishes() -> None:
    chosen = form(email=("offers", "nonsense"), sms="news", often="weekly")
    told = form(birthday="1990-02-28", interests="Tee, Kaffee,")
    sent = Form({**chosen.fields, **told.fields})
    assert wishes_of(sent, ["email"], shop(), "de", TODAY) == Wishes(
        {"email": frozenset({"offers"})}, True, {"birthday": "1990-02-28", "interests": ("Tee", "Kaffee")}
    )


def test_a_channel_that_was_not_shown_cannot_be_chosen() -> None:
    wishes = wishes_of(form(sms="news"), ["email"], shop(), "de", TODAY)
    assert isinstance(wishes, Wishes)
    assert set(wishes.topics) == {"email"}


@pytest.mark.parametrize("phone", ["0170 1234567", "+49 170 1234567", "0049-170-1234567"])
def test_a_phone_number_is_kept_in_one_spelling(phone: str) -> None:
    wishes = wishes_of(form(phone=phone), ["email"], shop(), "de-DE", TODAY)
    assert isinstance(wishes, Wishes)
    assert wishes.details == {"phone": "+491701234567"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("birthday", "1990-02-30"),
        ("birthday", "2027-01-01"),
        ("birthday", "0001-01-01"),
        ("birthday", "28.02.1990"),
        ("phone", "call me"),
        ("phone", "+1"),
        ("interests", "<b>"),
        ("interests", "a" * 81),
        ("interests", ",".join(map(str, range(21)))),
    ],
)
def test_what_cannot_be_is_sent_back(name: Any, text: str) -> None:
    back = wishes_of(form(**{name: text}), ["email"], shop(), "de", TODAY)
    assert back == Mistakes(frozenset({name}), {name: text}, {"email": frozenset()})


KINDS = (
    "",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
)
kinds = st.sampled_from([*KINDS, "multipart/form-data", "a/b"])
PARTS = (b"--x\r\n", b"--x--", b"\r\n\r\n", b"Content-Disposition: form-data; name=", b'"a"', b"=", b"&")
parts = st.sampled_from(PARTS)
bodies = st.one_of(st.binary(max_size=300), st.lists(parts | st.binary(max_size=6)).map(b"".join))


@given(bodies, kinds | st.text(max_size=40), st.booleans())
def test_whatever_is_sent_is_a_form_or_none(body: bytes, kind: str, plain: bool) -> None:
    text = body.decode("latin-1") if plain else base64.b64encode(body).decode()
    event = {"headers": {"content-type": kind}, "body": text, "isBase64Encoded": not plain}
    try:
        form = read_form(event)
    except Unreadable:
        return
    assert all(value == value.strip() for values in form.fields.values() for value in values)
    if not body.strip():
        assert form.is_one_click


def test_a_body_of_more_than_sixteen_kilobytes_is_not_read() -> None:
    for body in ("a=" + "b" * 16_383, base64.b64encode(b"a=" + b"b" * 16_383).decode(), "ä" * 9_000):
        with pytest.raises(TooLarge):
            read_form({"headers": {}, "body": body, "isBase64Encoded": body.isascii() and "=" not in body[:3]})
    assert read_form({"headers": {}, "body": "a=" + "b" * 16_000}).one("a") == "b" * 16_000


def test_exactly_these_words_have_exactly_this_name() -> None:
    text, version = signup.agreement(shop(), "de")
    assert "Kaffeekontor GmbH" in text
    assert signup.agreement(shop(brand="Another"), "de")[1] == version
    changes: list[Callable[[], Settings]] = [
        lambda: shop(topics={**TOPICS, "more": {"name": {"de": "Mehr"}}}),
        lambda: shop(imprint={**SETTINGS["imprint"], "name": "Other GmbH"}),  # type: ignore[dict-item]
        lambda: shop(sms=SMS),
    ]
    versions = {signup.agreement(change(), "de")[1] for change in changes} | {signup.agreement(shop(), "en")[1]}
    assert version not in versions
    assert len(versions) == 4


def test_no_box_of_the_sign_up_page_is_ticked_beforehand() -> None:
    fields = tree_of(signup.signup_page(shop(), "de").html).all("input")
    assert ["checked" in each.attributes for each in fields if each.attributes.get("type") == "checkbox"] == [False] * 2


OF_WHAT_STAYS = {
    "A salted hash of each e-mail address and phone number": "Fingerabdrücke Ihrer Adressen",
    "A salted hash of each identity": "und Kennungen",
    "What is counted of an address, by its salted hash": "Fingerabdrücke Ihrer Adressen",
    "What a provider calls an SMS": "Protokollen",
    "This report": "den Nachweis der Löschung",
    "Counts": "Zahlen ohne Namen",
    "Logs": "Protokollen",
    "Messages in queues": "Protokollen",
    "Records that could not be applied": "nach spätestens 90 Tagen",
    "Backups": "Sicherungskopien",
}


def test_whoever_has_themselves_deleted_is_told_of_all_that_stays() -> None:
    assert [what for what, _ in STAYS] == list(OF_WHAT_STAYS)
    shown = data.ask_page(shop(), "de", "erasure").html
    assert all(words in shown for words in OF_WHAT_STAYS.values())


WRITTEN = (
    ("confirm-subscription*/de/body.mjml", "sieben Tage", LINK_LIFE, timedelta(days=7)),
    ("confirm-subscription*/en/body.mjml", "seven days", LINK_LIFE, timedelta(days=7)),
    ("confirm-subscription*/de/sms.txt", "30 Minuten", CODE_LIFE, timedelta(minutes=30)),
    ("confirm-subscription*/en/sms.txt", "30 minutes", CODE_LIFE, timedelta(minutes=30)),
    ("*-request/de/body.mjml", "24 Stunden", data.GOOD_FOR, timedelta(hours=24)),
    ("*-request/en/body.mjml", "24 hours", data.GOOD_FOR, timedelta(hours=24)),
)


@pytest.mark.parametrize(("files", "words", "life", "written"), WRITTEN)
def test_mails_say_of_a_link_how_long_it_is_good(files: str, words: str, life: timedelta, written: timedelta) -> None:
    found = list((CONTENT / "templates").glob(files))
    assert found
    assert all(words in path.read_text() for path in found)
    assert life == written
