"""What is taken of what a browser says."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest
from anlass.domain.browsing import LONGEST_NAME, heeded, host_name, is_name, is_on
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.any_row import values
from tests.shop import MORNING, an_event

HOSTS = frozenset(("shop.example", "cdn.example.net"))
NAMES = ("Anna", "Åsa", "Jean-Luc", "O'Neil", "O’Neil", "Maria José", "J. R. R.", "de la Cruz", "Nguyễn", "李", "علي")


@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_are_names(name: str) -> None:
    assert is_name(name)


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
    assert not is_name(name)


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/p/1",
        "https://www.shop.example",
        "http://SHOP.example.:8080/a?b=c#d",
        "https://img.cdn.example.net/a.png",
        "/p/1",
        "https://shop.example/größe%20l",
    ],
)
def test_links_within_the_shop_are_taken(url: str) -> None:
    assert is_on(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://shop.example.evil.example",
        "https://notshop.example",
        "https://shop.example@evil.example/",
        "https://evil.example\\@shop.example/",
        "//evil.example/x",
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
    assert not is_on(url, HOSTS)


def test_a_host_is_the_same_however_it_is_written() -> None:
    assert host_name("WWW.Käffchen.example.") == host_name("xn--kffchen-5wa.example")
    assert is_on("https://käffchen.example/x", {"xn--kffchen-5wa.example"})


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
