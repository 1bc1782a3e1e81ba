"""What a yes rests on is kept while it stands, and three years after it was taken back: over HTTP, in the tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from anlass.adapters.aws.dynamodb.body import unpack

from cli.runtime.world import LocalRuntime
from tests.shipped import shipped
from tests.shop import journey, mails, template
from tests.subscriber import asks, link, may_get, presses
from tests.worlds import DAY, HOUR, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FORM = {"content-type": "application/x-www-form-urlencoded"}
NELE = "nele@example.com"
BYE, HELLO = (
    journey(name.lower(), topic="news", trigger={"type": "event", "event": name}, steps=[{step: {"topic": "news"}}])
    for name, step in (("Bye", "unsubscribe"), ("Hello", "subscribe"))
)
LETTER = journey("letter", topic="news", trigger={"type": "event", "event": "Content Shared"}, steps=[mails("letter")])


def test_who_says_no_and_then_yes_again_in_the_settings_has_a_proof_that_does_not_expire() -> None:
    with LocalRuntime(START) as runtime:
        world = MotoWorld(runtime, shipped("double-opt-in", "welcome"))

        def proofs() -> dict[bool, bool]:
            """By whether it is of the settings, whose words it keeps: whether it expires."""
            items = runtime.client("dynamodb").scan(TableName=runtime.names.physical("profiles"))["Items"]
            rows = [item for item in items if item["row"]["S"].startswith("PROOF#")]
            return {"☑ Neues" in str(row): "ttl" in row for row in rows}

        def saves(settings: str, body: bytes) -> None:
            assert runtime.http("POST", f"/preferences/{settings}", FORM, body).status == 200
            runtime.settle()
            world.advance(runtime.clock.now() + HOUR)

        asks(world, email=NELE, topics=["news", "offers"])
        presses(world, link(world))
        world.advance(START + HOUR)
        settings = link(world, "preferences")
        assert proofs() == {False: False}
        saves(settings, b"action=save&often=any&email=news")
        assert (may_get(world, NELE, "offers"), proofs()) == (False, {False: False}), "her yes to news rests on it"
        saves(settings, b"action=save&often=any")
        assert (may_get(world, NELE, "news"), proofs()) == (False, {False: True})
        saves(settings, b"action=save&often=any&email=news")
        assert (may_get(world, NELE, "news"), proofs()) == (True, {False: True, True: False})
        world.advance(START + 2 * DAY)
        saves(settings, b"action=withdraw")
        assert (may_get(world, NELE, "news"), proofs()) == (False, {False: True, True: True})


@pytest.mark.parametrize("way", ["at once", "imported", "told late", "after a no of hers", "by a journey"])
def test_a_yes_that_counts_again_has_its_proof_for_good(way: str) -> None:
    """She confirmed; the shop said no for her by mistake, and took it back: her own yes is what counts."""
    with LocalRuntime(START) as runtime:
        world = MotoWorld(runtime, shipped("double-opt-in", "welcome") | BYE | HELLO)

        def now() -> tuple[bool, set[bool]]:
            """Whether she may get news; whether what she confirmed last expires."""
            items = runtime.client("dynamodb").scan(TableName=runtime.names.physical("profiles"))["Items"]
            rows = {item["row"]["S"]: (unpack(item["body"]), "ttl" in item) for item in items if "body" in item}
            proofs = {row.partition("#")[2]: body for row, (body, _) in rows.items() if row.startswith("PROOF#")}
            last = max(proofs, key=lambda proof: proofs[proof]["confirmed_at"])
            ends = {is_over for row, (body, is_over) in rows.items() if last in (row[6:], body.get("proof"))}
            return may_get(world, NELE, "news"), ends

        def says(status: str, ago: timedelta = timedelta(0), is_import: bool = False) -> None:
            world.advance(runtime.clock.now() + 2 * DAY)
            call = identify("nele", runtime.clock.now() - ago, email=NELE, status=status)
            call["context"]["import"] = is_import
            world.batch(call)

        def hears(event: str) -> None:
            world.advance(runtime.clock.now() + DAY)
            world.batch(track(event, runtime.clock.now(), "nele"))

        says("DID_NOT_SUBSCRIBE")
        if way == "after a no of hers":
            asks(world, email=NELE)
            presses(world, link(world))
            world.advance(runtime.clock.now() + DAY)
            presses(world, link(world, "unsubscribe"), "unsubscribe")
            world.advance(runtime.clock.now() + DAY)
        asks(world, email=NELE)
        presses(world, link(world))
        assert now() == (True, {False})
        hears("Bye") if way == "by a journey" else says("UNSUBSCRIBED")
        assert now() == (False, {True})
        match way:
            case "by a journey":
                hears("Hello")
            case "imported":
                says("SUBSCRIBED", is_import=True)
            case "told late":
                says("SUBSCRIBED", ago=DAY + HOUR)
            case _:
                says("SUBSCRIBED")
        assert now() == (True, {False})


def test_the_proof_of_a_yes_ends_where_it_turns_out_that_its_person_has_said_no_since() -> None:
    """She confirmed by an address that nobody knew for hers; at another one she said no to everything."""
    with LocalRuntime(START) as runtime:
        world = MotoWorld(runtime, shipped("double-opt-in") | template("letter") | LETTER)

        def proofs() -> list[bool]:
            """Of each, whether it expires."""
            items = runtime.client("dynamodb").scan(TableName=runtime.names.physical("profiles"))["Items"]
            return ["ttl" in item for item in items if item["row"]["S"].startswith("PROOF#")]

        asks(world, email=NELE)
        presses(world, link(world))
        world.batch(identify("nele", START, email="old@example.com"), track("Content Shared", START, "nele"))
        world.advance(START + HOUR)
        assert presses(world, link(world, "unsubscribe"), "unsubscribe") == 200
        assert (may_get(world, NELE, "news"), proofs()) == (True, [False])
        world.advance(START + DAY)
        world.batch(identify("nele", START + DAY, email=NELE, status="DID_NOT_SUBSCRIBE"))
        assert (may_get(world, NELE, "news"), proofs()) == (False, [True])
