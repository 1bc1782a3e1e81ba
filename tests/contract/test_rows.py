"""Rows on their way into DynamoDB and back: nothing is lost and nothing changes."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from anlass.adapters.aws.dynamodb import codec
from anlass.adapters.aws.dynamodb.body import pack, unpack
from anlass.adapters.aws.dynamodb.compact import Record
from anlass.domain.call import Call
from anlass.domain.changes import AddEnrolment, SaveState
from anlass.domain.consent import Consent
from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from anlass.domain.profile import Attributes, Caps, CartLine, Live, State
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.keys import StateKey
from hypothesis import example, given

from tests.builders import NOON, a_state, an_enrolment, an_event, heard
from tests.contract.any_row import any_, patient
from tests.contract.house import AwsHouse


@patient
@given(any_(State))
def test_a_state_comes_back_as_it_was(state: State) -> None:
    assert codec.decode_profile_row(codec.encode_state(state)) == replace(state, version=state.version + 1)


@patient
@given(any_(Enrolment))
def test_an_enrolment_comes_back_as_it_was(row: Enrolment) -> None:
    assert codec.decode_journey_row(codec.encode_enrolment(row, NOON)) == row


@patient
@given(any_(Send) | any_(Timer) | any_(Call))
def test_sends_webhooks_and_timers_come_back_as_they_were(row: Send | Timer | Call) -> None:
    encode: dict[type, Callable[[Any], Any]] = {
        Send: codec.encode_send,
        Timer: codec.encode_timer,
        Call: codec.encode_call,
    }
    assert codec.decode_journey_row(encode[type(row)](row)) == row


@patient
@given(any_(Event))
@example(an_event(properties={"n": 0.1 + 0.2, "big": 10**50, "small": 5e-324, "deep": [[{"ü": None}]]}))
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    assert codec.decode_event(codec.encode_event(event)) == event


@patient
@given(any_(Attributes) | any_(Consent) | any_(Caps))
def test_the_other_rows_of_a_person_come_back_as_they_were(row: Attributes | Consent | Caps) -> None:
    encode: dict[type, Callable[[Any], Any]] = {
        Attributes: codec.encode_attributes,
        Consent: codec.encode_consent,
        Caps: codec.encode_caps,
    }
    assert codec.decode_profile_row(encode[type(row)](row)) == replace(row, version=row.version + 1)


def test_what_is_no_number_comes_back_as_that() -> None:
    odd = {"nan": math.nan, "inf": math.inf, "neg": -math.inf, "zero": -0.0}
    back = codec.decode_event(codec.encode_event(an_event(properties=odd))).properties
    assert [str(value) for value in back.values()] == ["nan", "inf", "-inf", "-0.0"]


ODD_TEXT = "Grüße 🛒 \u2028 \\ \" ' \u0001 日本語 e\u0301"


@pytest.mark.parametrize("length", [1, 30, 3_000])
def test_short_and_long_rows_survive_the_table_itself(aws: AwsHouse, length: int) -> None:
    properties = {"text": ODD_TEXT * length, "price": 0.1, "big": 10**40, "list": [None, True, {"": []}]}
    event = an_event(properties=properties, id=f"m-{length}")
    row = an_enrolment(inbox=(heard(properties={"text": ODD_TEXT * min(length, 100)}),), heard=(heard(ODD_TEXT),))
    live = {ODD_TEXT: Live("cart", "v1", "m-1", NOON)}
    state = a_state(recent=(ODD_TEXT * length,), spend={"EUR": Decimal("1E-30")}, live=live)
    aws.event_log.put([event])
    aws.store.commit([AddEnrolment(row), SaveState(state)])
    assert aws.event_log.get(event.key) == event
    assert aws.store.enrolment("e-1")[0] == row
    rows = aws.store.read([StateKey("u:anna")])
    assert rows.state("u:anna") == replace(state, version=1)


def test_an_image_of_a_stream_is_read_like_the_row() -> None:
    """There, bytes are Base64."""
    row = an_enrolment(heard=tuple(heard(f"Event {number}") for number in range(30)), open=frozenset(("S#a#1",)))
    item = codec.encode_enrolment(row, NOON)
    image = json.loads(json.dumps(item, default=lambda value: base64.b64encode(value).decode()))
    assert "B" in item["body"]
    assert isinstance(image["body"]["B"], str)
    assert codec.decode_journey_row(image) == row


def test_what_was_stored_before_a_field_existed_gets_its_default_and_what_is_newer_is_passed_over() -> None:
    assert Record(CartLine).load({"product": "sku-1", "colour": "red"}) == CartLine("sku-1")


def test_a_value_that_json_does_not_have_is_refused_when_it_is_stored() -> None:
    with pytest.raises(TypeError, match="a payload holds a Decimal"):
        codec.encode_event(an_event(properties={"price": Decimal("1.10")}))


def test_small_bodies_stay_readable_and_large_ones_are_packed() -> None:
    assert pack({"views": 3}) == {"S": '{"views":3}'}
    large = {"text": "immer wieder " * 100}
    assert len(pack(large)["B"]) < 60
    assert unpack(pack(large)) == large


def test_bodies_that_were_packed_once_can_be_read_for_ever() -> None:
    """Packed when the format was fixed. Where this fails, what shops have stored could not be read any more."""
    packed = (
        "ndSxCcNADIXhXVLbYD1JxBtkgUwQcJkmTQrjWbKIOy+W3EFAjrByqLrq7v9Ah+Y6iX2vOvrhdFB6Tjcf437AlWBj988Tv70zRDF+P2FXlkoZ3eWx"
        "rdtr2h/lcsWRx1EORwZHMY4acfA45HAwOMQ4NOLY4ziHY4PjGMeNOPE4yeHE4CTGSSNOPU5zODU4jXH6D7e8AQ=="
    )
    assert unpack({"B": packed}) == {
        f"cart/{number}": {
            "armed": f"timer-{number}",
            "last": {"identity": "a:web", "moment": f"2026-03-02T12:0{number}:00.000Z#m-{number}"},
            "unless_at": 1772452800000000 + number,
            "note": "GrüßeGrüßeGrüße",
        }
        for number in range(6)
    }
