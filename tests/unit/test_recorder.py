"""AWS's arithmetic of request units and prices, and sums of what was used."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from cli.recorder.bill import events_bill, journeys_bill, messages_bill
from cli.recorder.prices import PRICES
from cli.recorder.units import item_size, read_units, write_units
from cli.recorder.usage import Request, Usage


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"id": {"S": "abc"}}, 5),
        ({"ä": {"S": "ö"}}, 4),
        ({"n": {"N": "0"}}, 2),
        ({"n": {"N": "12345"}}, 5),
        ({"n": {"N": "-12.5"}}, 5),
        ({"b": {"BOOL": True}}, 2),
        ({"n": {"NULL": True}}, 2),
        ({"s": {"SS": ["ab", "c"]}}, 4),
        ({"l": {"L": [{"S": "ab"}, {"BOOL": False}]}}, 1 + 3 + (1 + 2) + (1 + 1)),
        ({"m": {"M": {"k": {"S": "v"}}}}, 1 + 3 + (1 + 1 + 1)),
    ],
)
def test_an_items_size_counts_names_and_values_as_dynamodb_does(item: dict[str, object], size: int) -> None:
    assert item_size(item) == size


def test_a_write_costs_a_unit_for_each_kilobyte_and_twice_that_in_a_transaction() -> None:
    assert [write_units(size) for size in (0, 1, 1024, 1025, 2048)] == [1, 1, 1, 2, 2]
    assert write_units(1025, transactional=True) == 4


def test_a_read_costs_a_unit_for_each_four_kilobytes_and_half_of_it_if_it_may_be_late() -> None:
    assert [read_units(size, consistent=True) for size in (0, 4096, 4097)] == [1, 1, 2]
    assert read_units(4097, consistent=False) == 1
    assert read_units(1, consistent=True, transactional=True) == 2


def test_what_happened_between_is_the_difference_of_two_usages() -> None:
    put = Request("match_events", "dynamodb", "PutItem", "profiles")
    before = Usage(requests=Counter({put: 2}), writes=Counter({put: 2}), rings=1)
    after = Usage(requests=Counter({put: 5}), writes=Counter({put: 8}), rings=1)
    between = after - before
    assert between.count(actor="match_events") == 3
    assert between.write_units == 6
    assert between.rings == 0
    assert "3 × match_events: dynamodb.PutItem profiles" in between.told()


def test_a_million_single_events_cost_what_their_parts_cost() -> None:
    store = Request("ingest_event", "dynamodb", "BatchWriteItem", "events")
    read = Request("match_events", "dynamodb", "BatchGetItem", "profiles")
    save = Request("match_events", "dynamodb", "PutItem", "profiles")
    usage = Usage(
        requests=Counter({store: 1, read: 1, save: 1}),
        writes=Counter({store: 1, save: 1}),
        half_reads=Counter({read: 1}),
        invocations=Counter({"ingest_event": 1, "match_events": 1}),
    )
    bill = events_bill(usage).per(1_000_000, 1)
    time = Decimal("0.5") * (Decimal("0.020") + Decimal("0.030")) * 1_000_000 * PRICES["lambda-time"].usd
    assert bill.usd == Decimal("1.20") + 2 * Decimal("0.20") + 2 * Decimal("0.7625") + Decimal("0.1525") / 2 + time


def test_every_request_is_somebodys_and_is_billed_once() -> None:
    actors = ("ingest_event", "dispatch", "deliver_message", "journey")
    usage = Usage(
        requests=Counter({Request(actor, "dynamodb", "PutItem", "journeys"): 1 for actor in actors}),
        writes=Counter({Request(actor, "dynamodb", "PutItem", "journeys"): 1 for actor in actors}),
        polls=Counter({"wake": 1, "email": 1}),
    )
    bills = [events_bill(usage), journeys_bill(usage), messages_bill(usage)]
    writes = [line.quantity for bill in bills for line in bill.lines if line.price == "write"]
    assert sum(writes) == len(actors)
    assert sum(line.quantity for bill in bills for line in bill.lines if line.price == "sqs") == 4


def test_every_price_names_its_source_and_date() -> None:
    assert all(price.source and price.date and price.usd >= 0 for price in PRICES.values())
