"""How often a mailbox was asked for: few of many requests at once are taken, and after a week as many again."""

from __future__ import annotations

import pytest
from anlass.domain.changes import CountRequest
from anlass.domain.errors import Conflict
from anlass.domain.mailbox import MOST, WINDOW, Requests, mailbox_of
from anlass.keys import RequestsKey

from tests.builders import DAY, MINUTE, NOON
from tests.contract.house import House


def fails(house: House, change: CountRequest) -> None:
    with pytest.raises(Conflict):
        house.store.commit([change])


def test_as_many_as_may_be_and_no_more_until_the_week_is_over(house: House) -> None:
    fails(house, CountRequest("hash", NOON, anew=True))
    for number in range(MOST):
        fails(house, CountRequest("hash", NOON, anew=True))
        house.store.commit([CountRequest("hash", NOON + number * MINUTE)])
    fails(house, CountRequest("hash", NOON + DAY))
    assert house.store.read([RequestsKey("hash")]).requests("hash") == Requests("hash", MOST, NOON + WINDOW)
    house.store.commit([CountRequest("another", NOON + DAY)])

    fails(house, CountRequest("hash", NOON + WINDOW))
    house.store.commit([CountRequest("hash", NOON + WINDOW, anew=True)])
    house.store.commit([CountRequest("hash", NOON + WINDOW + MINUTE)])
    assert house.store.read([RequestsKey("hash")]).requests("hash") == Requests("hash", 2, NOON + 2 * WINDOW)


def test_a_week_that_is_over_is_over_however_few_have_asked(house: House) -> None:
    house.store.commit([CountRequest("hash", NOON)])
    fails(house, CountRequest("hash", NOON + WINDOW))
    house.store.commit([CountRequest("hash", NOON + WINDOW, anew=True)])


@pytest.mark.parametrize(
    "spelled",
    [
        "victim@gmail.com",
        " Victim@GMail.com",
        "v.i.c.t.i.m@gmail.com",
        "victim+1@gmail.com",
        "vic.tim+a+b@googlemail.com",
        "victim@gmail.com.",
    ],
)
def test_a_mailbox_at_gmail_is_one_however_it_is_spelled(spelled: str) -> None:
    assert mailbox_of(spelled) == "victim@gmail.com"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("anna@shop.example", "ANNA+news@Shop.example", True),
        ("anna@käffchen.example", "anna@xn--kffchen-5wa.example", True),
        ("anna@ka\u0308ffchen.example", "anna@käffchen.example", True),
        ("a.nna@shop.example", "anna@shop.example", False),
        ("anna@shop.example", "ben@shop.example", False),
        ("+491701234567", "+491701234568", False),
        ("+a@shop.example", "+b@shop.example", False),
    ],
)
def test_elsewhere_dots_are_part_of_the_name(one: str, other: str, is_same: bool) -> None:
    assert (mailbox_of(one) == mailbox_of(other)) == is_same
