"""How often a mailbox was asked for: few of many requests at once are taken, and after a week as many again."""

from __future__ import annotations

import pytest
from anlass.domain.changes import CountRequest
from anlass.domain.errors import Conflict
from anlass.domain.mailbox import MOST, PLAIN, WINDOW, Requests, mailbox_of, plain_of
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


def test_beyond_that_each_of_a_few_addresses_of_the_mailboxs_own_may_ask_once_a_week(house: House) -> None:
    for _ in range(MOST):
        house.store.commit([CountRequest("hash", NOON)])
    for own in "abcd":
        house.store.commit([CountRequest("hash", NOON, plain=own)])
        fails(house, CountRequest("hash", NOON + DAY, plain=own))
    fails(house, CountRequest("hash", NOON + DAY, plain="e"))
    fails(house, CountRequest("hash", NOON + DAY))
    kept = Requests("hash", MOST + PLAIN, NOON + WINDOW, frozenset("abcd"))
    assert house.store.read([RequestsKey("hash")]).requests("hash") == kept
    house.store.commit([CountRequest("hash", NOON + WINDOW, anew=True, plain="e")])
    assert house.store.read([RequestsKey("hash")]).requests("hash") == Requests(
        "hash", 1, NOON + 2 * WINDOW, frozenset("e")
    )
    house.store.commit([CountRequest("hash", NOON + 2 * WINDOW, anew=True)])
    assert house.store.read([RequestsKey("hash")]).requests("hash") == Requests("hash", 1, NOON + 3 * WINDOW)


def test_an_address_that_asked_within_the_share_does_not_ask_once_more_beyond_it(house: House) -> None:
    for _ in range(MOST):
        house.store.commit([CountRequest("hash", NOON, plain="a")])
    fails(house, CountRequest("hash", NOON + DAY, plain="a"))
    house.store.commit([CountRequest("hash", NOON + DAY, plain="b")])


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        (" Anna@Shop.example", "anna@shop.example"),
        ("a.nna@gmail.com", "a.nna@gmail.com"),
        ("anna@käffchen.example", "anna@xn--kffchen-5wa.example"),
        ("anna+news@shop.example", None),
        ("+491701234567", None),
    ],
)
def test_a_mailboxs_own_addresses_have_no_tag(address: str, plain: str | None) -> None:
    assert plain_of(address) == plain


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
