"""What providers report, as both stores keep it: counted, told apart, and never one over the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from anlass.domain.bouncing import Bounces
from anlass.domain.brake import Brake, Counts, Day, by_hour
from anlass.domain.changes import AddSend, Change, CountReport, NameMessage, SaveBounces, SaveBrake, SaveSend
from anlass.domain.errors import Conflict
from anlass.domain.send import ProviderName
from anlass.keys import (
    BouncesKey,
    BrakeKey,
    ProviderKey,
    ReportsKey,
    SendKey,
)

from tests.builders import DAY, HOUR, MINUTE, NOON, a_send
from tests.contract.house import House


def fails(house: House, change: Change) -> None:
    with pytest.raises(Conflict):
        house.store.commit([change])


def test_of_two_reports_at_the_same_instant_the_second_looks_again(house: House) -> None:
    sent = a_send(status="SENT", claim="a", closed_at=NOON, sweep_at=None, request=None)
    house.store.commit([AddSend(sent)])
    delivered = replace(sent, delivered_at=NOON, reports=1)
    house.store.commit([SaveSend(delivered, "SENT", "a")])
    fails(house, SaveSend(replace(sent, opened_at=NOON, reports=1), "SENT", "a"))
    opened = replace(delivered, opened_at=NOON, reports=2)
    house.store.commit([SaveSend(opened, "SENT", "a", read_reports=1)])
    assert house.store.read([SendKey("e-1", "S#first#1")]).send("e-1", "S#first#1") == opened


def test_bounces_of_an_address_are_kept_by_whoever_read_them_last(house: House) -> None:
    once = Bounces("abc", "email").bounced(NOON)
    house.store.commit([SaveBounces(once)])
    fails(house, SaveBounces(once))
    key = BouncesKey("abc", "email")
    kept = house.store.read([key]).bounces("abc", "email")
    assert kept == replace(once, version=1)
    house.store.commit([SaveBounces(kept.bounced(NOON + DAY))])
    assert house.store.read([key]).found[key] == replace(once.bounced(NOON + DAY), version=2)
    assert house.store.read([BouncesKey("abc", "sms")]).found == {}


def test_reports_are_counted_one_by_one_by_the_hour_in_shares_of_a_day(house: House) -> None:
    for at, share in ((NOON, 0), (NOON + MINUTE, 0), (NOON + HOUR, 0), (NOON, 3), (NOON + DAY, 3)):
        house.store.commit([CountReport("delivered", at, share)])
    house.store.commit([CountReport("complained", NOON, 0)])
    house.store.commit([CountReport("unwanted", NOON, 3)])
    day = NOON.date()
    rows = house.store.read([ReportsKey(day, 0), ReportsKey(day, 3), ReportsKey(day, 4)])
    assert rows.found[ReportsKey(day, 0)] == Day({12: 2, 13: 1}, {12: 1})
    assert by_hour(rows.days()) == {NOON: Counts(3, 1, 1), NOON + HOUR: Counts(1, 0)}


def test_the_brake_is_set_and_lifted_by_whoever_saw_it_last(house: House) -> None:
    assert house.store.read([BrakeKey()]).brake() is None
    brake = Brake(True, NOON, "system", "3 complaints", scope="questions")
    house.store.commit([SaveBrake(brake)])
    fails(house, SaveBrake(brake))
    lifted = replace(brake, is_on=False, by="ops", version=1, forgiven=NOON, forgiven_counts=Counts(10, 3))
    house.store.commit([SaveBrake(lifted)])
    assert house.store.read([BrakeKey()]).brake() == replace(lifted, version=2)


def test_a_providers_id_leads_to_the_message(house: House) -> None:
    name = ProviderName("34d9b400-c6dd-5444-820d-fbeb0f1f54cf", "e-1", "S#first#1")
    house.store.commit([NameMessage(name, NOON)])
    house.store.commit([NameMessage(name, NOON)])
    assert house.store.read([ProviderKey(name.provider_id)]).named(name.provider_id) == name
    assert house.store.read([ProviderKey("another")]).named("another") is None
