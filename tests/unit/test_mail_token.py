"""The address to unsubscribe by mail: short, the same in capitals, and nobody else's."""

from __future__ import annotations

import pytest
from anlass.adapters.mail_token import mail_token, read_mail_token, row_mark
from anlass.adapters.memory.links import MemoryLinks
from anlass.domain.ids import enrolment_id
from hypothesis import given
from hypothesis import strategies as st

ENROLMENT = enrolment_id("cart", "1")
MESSAGE = f"{ENROLMENT}.first.1"
links = MemoryLinks(reply_domain="reply.shop.example")


def test_it_leads_back_to_the_message_in_whatever_case() -> None:
    address = links.unsubscribe_address(MESSAGE)
    assert address is not None
    local, _, domain = address.partition("@")
    assert len(local) <= 64, "mail servers take no longer one"
    assert domain == "reply.shop.example"
    for spelt in (address, address.upper(), address.title()):
        ticket = links.read_address(spelt)
        assert ticket is not None
        assert (ticket.enrolment, ticket.mark) == (ENROLMENT, row_mark("S#first#1"))


def test_any_other_character_makes_it_nobodys() -> None:
    token = mail_token(MESSAGE, "secret")
    assert token is not None
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    for position in range(len(token)):
        for other in letters.replace(token[position], "")[:4]:
            forged = token[:position] + other + token[position + 1 :]
            assert read_mail_token(forged, ["secret"]) is None


def test_it_is_good_while_one_of_the_secrets_is() -> None:
    token = mail_token(MESSAGE, "old")
    assert token is not None
    assert read_mail_token(token, ["old", "new"]) == read_mail_token(token, ["old"])
    assert read_mail_token(token, ["new"]) is None
    assert read_mail_token(token, []) is None


def test_where_no_mail_is_received_and_for_a_message_of_somebody_else_there_is_none() -> None:
    assert MemoryLinks(reply_domain="").unsubscribe_address(MESSAGE) is None
    assert links.unsubscribe_address("order-1") is None
    assert links.unsubscribe_address("e-1.first.1") is None


@pytest.mark.parametrize("address", ["", "@", "post@shop.example", "unsubscribe@reply.shop.example", "unsubscribe+@x"])
def test_other_addresses_are_none(address: str) -> None:
    assert links.read_address(address) is None


@given(st.text(max_size=80))
def test_whatever_comes_is_read_without_a_fault(token: str) -> None:
    assert read_mail_token(token, ["secret"]) is None
    assert links.read_address(f"unsubscribe+{token}@reply.shop.example") is None
