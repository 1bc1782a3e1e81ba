"""What is taken of what a browser says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import pytest
from anlass.domain.browsing import LONGEST_TEXT, heeded
from anlass.domain.mailbox import mailbox_of
from anlass.domain.person_names import LONGEST_NAME, name_of
from anlass.domain.shop_links import has_link, host_name, link_on
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.any_row import values
from tests.shop import MORNING, an_event

HOSTS = frozenset(("shop.example", "cdn.example.net"))
HOME = "https://www.shop.example/start"
NAMES = (
    *("Anna", "Åsa", "Jean-Luc", "O'Neil", "O’Neil", "Maria José", "J. R. R.", "de la Cruz", "Nguyễn", "李", "علي"),
    *("J.R.R.", "J.R.R. Tolkien", "Anna & Ben", "ヤマダ・タロウ", "王·小明", "علی\u200cرضا", "නි\u200dශා", "Zoe\u0308"),
)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_are_names(name: str) -> None:
    assert name_of(name) is not None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ana\u00a0Maria", "Ana Maria"),
        ("Jean\u2011Luc", "Jean-Luc"),
        ("D´Angelo", "D’Angelo"),
        ("d`Arc", "d’Arc"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_however_they_are_typed(typed: str, name: str) -> None:
    assert name_of(typed) == name
    event = an_event("identify", MORNING, "anna", source="browser", kind="identify", traits={"first_name": typed})
    assert heeded(event, HOSTS).traits == {"first_name": name}


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "-",
        "evil.example",
        "Gewinn auf evil.example/go abholen",
        "www.evil",
        "https://evil",
        "anna@evil",
        "\u202elive",
        "A\u200bnna",
        "A\nnna",
        "\u200dAnna",
        "A \u200c na",
        *("\u3164", "\u115f\u1160", "\uffa0", "Anna\uffa0", "A\ufe0f"),
        "J.R.R.evil",
        "a.b.evil.example",
        "{{7*7}}",
        "<b>Anna</b>",
        "Anna 50% gratis",
        "A" * (LONGEST_NAME + 1),
        "\ud800",
        7,
        ["Anna"],
        None,
    ],
)
def test_and_nothing_else_is(name: object) -> None:
    assert name_of(name) is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://shop.example/p/1", "https://shop.example/p/1"),
        ("https://www.shop.example", "https://www.shop.example"),
        ("http://SHOP.example.:8080/a?b=c#d", "http://SHOP.example.:8080/a?b=c#d"),
        ("https://img.cdn.example.net/a.png", "https://img.cdn.example.net/a.png"),
        ("/p/1?q=2#z", "https://www.shop.example/p/1?q=2#z"),
        ("/..//evil.example", "https://www.shop.example/..//evil.example"),
        ("//www.shop.example/p", "https://www.shop.example/p"),
        ("//img.cdn.example.net/a.png", "https://img.cdn.example.net/a.png"),
        ("https://shop.example/größe%20l", "https://shop.example/größe%20l"),
        ("https://shop.example/media/f@2x (1).jpg", "https://shop.example/media/f%402x%20(1).jpg"),
        ("https://shop.example/x?name=O'Neill", "https://shop.example/x?name=O%27Neill"),
        (" https://shop.example/x ", "https://shop.example/x"),
    ],
)
def test_links_within_the_shop_are_taken_and_lead_there_from_a_mail_too(url: str, link: str) -> None:
    assert link_on(url, HOSTS, HOME) == link
    assert link_on(link, HOSTS, HOME) == link


def test_without_the_shops_address_they_stay_as_they_are() -> None:
    assert link_on("/p/1", HOSTS) == "/p/1"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://shop.example.evil.example",
        "https://notshop.example",
        "https://shop.example@evil.example/",
        "https://evil.example\\@shop.example/",
        "//evil.example/x",
        "///evil.example/x",
        "////evil.example/x",
        "https:evil.example",
        "https:///evil.example",
        "https://anna@shop.example/",
        "//shop.example@evil.example/",
        "https://evil.example%2f.shop.example/",
        "https://shop.example:port/",
        "https://shop.example/\u00a0x",
        "https://shop.example/\u202ex",
        "p/1",
        "?p=1",
        "/\\evil.example",
        "/\t/evil.example",
        "\thttps://shop.example",
        "javascript:alert(1)//shop.example",
        "data:text/html,shop.example",
        "ftp://shop.example",
        "https://[shop.example",
        "https://",
        "shop.example",
        "",
        'https://shop.example/"onload="x',
    ],
)
def test_links_to_anywhere_else_are_not(url: str) -> None:
    assert link_on(url, HOSTS, HOME) is None


def test_a_host_is_the_same_however_it_is_written() -> None:
    assert host_name("WWW.Käffchen.example.") == host_name("xn--kffchen-5wa.example")
    assert link_on("https://käffchen.example/x", {"xn--kffchen-5wa.example"}) == "https://xn--kffchen-5wa.example/x"
    assert host_name("KA\u0308FFCHEN。example") == "xn--kffchen-5wa.example"


def test_and_no_other_one_however_alike() -> None:
    """Nobody but browsers of long ago takes ß for ss: two shops, and two people's mailboxes."""
    assert host_name("straße.example") == host_name("STRAẞE.example") == "xn--strae-oqa.example"
    assert link_on("https://strasse.example/login", {host_name("straße.example")}) is None
    assert link_on("https://xn--strae-oqa.example/x", {host_name("straße.example")}) is not None
    assert mailbox_of("anna@straße.example") != mailbox_of("anna@strasse.example")
    assert host_name("βόλος.example") != host_name("βόλοσ.example") == host_name("ΒΌΛΟΣ.example")


HONEST = (
    *(
        "Nr. 5",
        "500g",
        "500\u00a0g",
        "1.5 l",
        "1,5 l",
        "v2.0",
        "3.5mm",
        "z.B. so",
        "Kaffee...mehr",
        "C&A 50/50",
        "9.90€",
    ),
    *("Dr.Beckmann Fleckenteufel", "M.Asam", "S.Oliver Hemd", "e.l.f. Cosmetics", "A.P.C. Jeans", "inkl.MwSt"),
    *("Größe: XL", "Kaffee\u00admaschine", "👨\u200d👩\u200d👧 Set", "Kaffee | www.shop.example", "قهوه‌ساز"),
)
PHISHING = (
    *(
        "Konto gesperrt! evil-shop.com/login",
        "evil.example",
        "EVIL.COM",
        "Dr.Com/login",
        "x.evil.Com",
        "💩.la",
        "кто.рф",
    ),
    *("evil．com", "evil。com", "evil․com", "evil\u200d.com", "evil\u00ad.com", "x\u0301.com", "evil.xn--p1ai"),
    *("anna@evil", "//evil", "/\\evil", "\\\\evil", "https:evil", "tel:0190666666", "javascript:x", ".com/login"),
    *("shop.example.evil.com", "shop.example/evil.com", "notshop.example", "10.0.0.1/x", "a\u202eb", "a\nb", "\ud800"),
    *("\u200eb", "a\x00", "x" * (LONGEST_TEXT + 1)),
)


@pytest.mark.parametrize("text", HONEST)
def test_names_of_products_are_taken(text: str) -> None:
    event = an_event("Product Viewed", MORNING, "anna", source="browser", note=text)
    event = replace(event, properties={"name": text, "products": [{"name": text}]})
    assert heeded(event, HOSTS) is event


@pytest.mark.parametrize("text", PHISHING)
@pytest.mark.parametrize("key", ["name", "photo", "note", "url_mobile", "images"])
def test_nothing_that_a_mail_program_makes_a_link_of(text: str, key: str) -> None:
    said = {key: text, "list": [text], "deep": [[{"note": text}]], "x": {"y": {key: [text]}}}
    event = replace(an_event("Product Viewed", MORNING, "anna", source="browser"), properties=said, traits=said)
    cleaned = heeded(event, HOSTS, HOME)
    assert cleaned.properties == cleaned.traits == {"deep": [[{}]], "x": {"y": {}}}


def test_ids_and_the_page_itself_stay() -> None:
    said: dict[str, Any] = {
        "product_id": "gid://shopify/Product/8",
        "sku": "ART.ROT-5",
        "path": "/datenschutz.html",
        "url": "https://shop.example/datenschutz.html?utm_source=x",
        "title": "Datenschutz – shop.example",
        "referrer": "https://search.example/?q=beans",
        "email": "anna@home.example",
        "price": 5,
    }
    event = replace(an_event("Page Viewed", MORNING, "anna", source="browser"), properties=said)
    assert heeded(event, HOSTS, HOME) is event


@pytest.mark.parametrize("key", ["order_id", "path", "email", "referrer"])
@pytest.mark.parametrize("value", [["evil.example/x"], {"x": "evil.example/x"}, "//evil.example/x evil.example"])
def test_and_are_no_way_round(key: str, value: object) -> None:
    event = replace(an_event("Page Viewed", MORNING, "anna", source="browser"), properties={key: value})
    left = heeded(event, HOSTS).properties
    assert (key == "referrer" and isinstance(value, str)) or not any("evil" in each for each in _texts(left))


def test_what_is_a_text_or_a_number_is_no_list() -> None:
    said = {"name": ["Kaffee"], "price": {"a": 1}, "quantity": [1], "category": ["x"], "tags": ["x"], "brand": "B"}
    event = replace(an_event("Product Viewed", MORNING, "anna", source="browser"), properties=said)
    assert heeded(event, HOSTS).properties == {"tags": ["x"], "brand": "B"}


def test_whatever_lies_within_lists_and_objects_is_seen() -> None:
    evil, good = "https://evil.example/x", "https://shop.example/x"
    event = an_event(
        "Order Completed",
        MORNING,
        "anna",
        source="browser",
        products=[{"product_id": "1", "url": evil, "imageUrl": good, "brand": f"Look: {evil}"}],
        cart={"link": good, "lines": [{"image": [evil], "price": 2}]},
        referrer="https://search.example/?q=beans",
        landing_page=evil,
        coupon="www.evil.example",
    )
    assert heeded(event, HOSTS).properties == {
        "products": [{"product_id": "1", "imageUrl": good}],
        "cart": {"link": good, "lines": [{"price": 2}]},
        "referrer": "https://search.example/?q=beans",
    }


def test_what_the_shops_server_says_is_taken_as_it_is() -> None:
    event = an_event("Product Viewed", MORNING, "anna", url="https://partner.example/x")
    assert heeded(event, HOSTS) is event


@given(
    st.dictionaries(st.sampled_from(["url", "name", "products", "x"]), values), st.sampled_from(["server", "browser"])
)
def test_what_was_cleaned_is_clean(properties: dict[str, object], source: Literal["server", "browser"]) -> None:
    event = an_event("Product Viewed", MORNING, "anna", source=source)
    once = heeded(replace(event, properties=properties, traits=properties), HOSTS)
    assert heeded(once, HOSTS) == once


def _texts(value: object) -> Iterator[str]:
    """All of them, however deep; where somebody came from leads elsewhere, and is no part of a mail."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from (name, *_texts(each if name != "referrer" else None))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


_PIECES = st.sampled_from(
    [
        *("https://", "//", "/", "\\", "evil.example", "shop.example", "www.", ".", "@", " ", ":", "?", "#", "x"),
        *("\t", "\u200d", "\u202e", "\u00ad", "http:", "javascript:", "Dr.", "．", "。", "ß", "%2f", ";", "user:pw@"),
    ]
)
_SAID = st.lists(_PIECES, max_size=7).map("".join) | st.text(max_size=8)
_KEYS = st.sampled_from(
    ["url", "images", "img", "photo", "avatar", "url_mobile", "name", "products", "path", "x", "id", "email"]
)
_NESTED: st.SearchStrategy[Any] = st.recursive(
    _SAID | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS | _SAID, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_KEYS | _SAID, _NESTED, max_size=4))
def test_nothing_that_a_browser_said_leads_to_another_host(said: dict[str, object]) -> None:
    event = replace(an_event("Product Viewed", MORNING, "anna", source="browser"), properties=said, traits=said)
    once = heeded(event, HOSTS, HOME)
    for text in (*_texts(once.properties), *_texts(once.traits)):
        where = urlsplit(urljoin(HOME, text.replace("\\", "/")))
        if where.scheme in ("https", "http") and where.hostname:
            host = where.hostname.rstrip(".").removeprefix("www.")
            assert host in HOSTS or any(host.endswith(f".{each}") for each in HOSTS)
        is_other = link_on(text, HOSTS, HOME) is not None or text.count("@") == 1
        assert is_other or not has_link(text, HOSTS) or "/" not in text
    assert heeded(once, HOSTS, HOME) == once
