"""Countries and regions, however shops write them."""

from __future__ import annotations

from typing import Any

import pytest
from anlass.domain.geography import country_code, country_in, region_code, region_in
from anlass.domain.person import profile_facts
from anlass.domain.profile import Orders

from tests.builders import NOON, a_state, some_attributes


@pytest.mark.parametrize(
    ("written", "read"),
    [("de", "DE"), (" DE ", "DE"), ("Deutschland", "Deutschland"), ("", None), (7, "7"), (None, None), (True, None)],
    ids=repr,
)
def test_a_country_is_its_code_and_a_name_stays_a_name(written: Any, read: str | None) -> None:
    assert country_code(written) == read


@pytest.mark.parametrize(
    ("written", "country", "read"),
    [
        ("BY", "DE", "DE-BY"),
        ("de-by", "AT", "DE-BY"),
        (9, "AT", "AT-9"),
        ("ZH", None, "ZH"),
        ("BY", "Deutschland", "BY"),
        ("Bayern", "DE", "Bayern"),
        (["BY"], "DE", None),
        ("  ", "DE", None),
    ],
    ids=repr,
)
def test_a_bare_region_gets_its_country_in_front(written: Any, country: str | None, read: str | None) -> None:
    assert region_code(written, country) == read


def test_addresses_are_read_under_the_names_that_shop_systems_use() -> None:
    assert country_in({"country_code": "at"}) == "AT"
    assert region_in({"state": "NRW", "province_code": "NW"}, "DE") == "DE-NRW"
    assert region_in({"region": " ", "province_code": "NW"}, "DE") == "DE-NW"
    assert (country_in("Kiel"), region_in(None, "DE")) == (None, None)


def place(orders: Orders | None = None, **traits: Any) -> tuple[str | None, str | None]:
    facts = profile_facts(a_state(orders=orders or Orders()), some_attributes(traits=traits), "EUR", NOON)
    return facts["country"], facts["region"]


TO_VIENNA = Orders(count=1, country="AT", region="AT-9")


def test_where_somebody_lives_is_the_trait_else_the_address_else_where_the_last_order_went() -> None:
    in_zurich = {"country": "CH", "state": "ZH"}
    assert place(country="de", region="BY", address=in_zurich) == ("DE", "DE-BY")
    assert place(address=in_zurich, orders=TO_VIENNA) == ("CH", "CH-ZH")
    assert place(orders=TO_VIENNA) == ("AT", "AT-9")
    assert place() == (None, None)


def test_a_region_of_another_country_is_nobodys() -> None:
    assert place(country="DE", orders=TO_VIENNA) == ("DE", None)
    assert place(country="AT", orders=TO_VIENNA) == ("AT", "AT-9")
