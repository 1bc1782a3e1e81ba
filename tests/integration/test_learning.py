"""Names are learned where events are applied: one write for what is new, none for what is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.language.schemas import all_schemas

from cli.dev import looking
from cli.recorder.recorder import Recorder
from cli.runtime.world import LocalRuntime
from tests.integration.test_rights_refused import allow_all_but
from tests.shop import content, journey
from tests.worlds import MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCHEMA = "content/schema/journey.schema.json"


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


@pytest.fixture
def shop(runtime: LocalRuntime) -> MotoWorld:
    return MotoWorld(runtime, content())


def assembled(minute: int, **properties: Any) -> dict[str, Any]:
    return track("Sofa Assembled", START + minute * MINUTE, f"user-{minute}", **properties)


def file(runtime: LocalRuntime, key: str) -> Any:
    stored = runtime.client("s3").get_object(Bucket=runtime.names.bucket("content"), Key=key)
    return json.loads(stored["Body"].read())


def offered(runtime: LocalRuntime) -> list[str]:
    """The events that an editor completes."""
    events: list[str] = file(runtime, SCHEMA)["$defs"]["EventName"]["anyOf"][0]["enum"]
    return events


def test_the_first_event_of_its_name_is_written_down_and_the_next_ones_cost_nothing(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    recorder = Recorder(runtime)

    def learning(*messages: dict[str, Any]) -> int:
        before = recorder.usage()
        shop.batch(*messages)
        return (recorder.usage() - before).count(actor="match_events", resource="definitions", operation="UpdateItem")

    assert learning(assembled(1, minutes=90)) == 1
    assert learning(assembled(2, minutes=80), assembled(3, minutes=70)) == 0
    assert learning(*(assembled(n, minutes=60, room="kitchen") for n in range(4, 20))) == 1
    assert learning(track("Product Viewed", START, "anna", product_id="4")) == 0
    assert learning(identify("anna", START, pets=["cat"])) == 1
    assert learning(identify("ben", START, pets=["dog"])) == 0


def test_what_was_learned_is_offered_with_the_next_file_that_is_published(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    shop.batch(assembled(1, minutes=90), identify("anna", START, favouriteCoffee="Sidamo"))
    runtime.put_content("content/settings.json", content()["settings.json"].encode())
    assert "Sofa Assembled" in offered(runtime)
    fields = file(runtime, SCHEMA)["$defs"]["FieldPath"]["anyOf"][0]["enum"]
    assert {"profile.favourite_coffee", "event.properties.minutes"} <= set(fields)
    names = file(runtime, "content/schema/names.json")
    assert names["events"] == {"Sofa Assembled": {"minutes": "integer"}}
    assert runtime.lambdas.errors == []


def test_a_journey_that_names_what_nobody_sent_is_published_with_a_doubt(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    shop.batch(assembled(1))
    told = {}
    for event in ("Sofa Assembled", "Sofa Asembled", "Zebra Fed"):
        one = journey("sofa", trigger={"type": "event", "event": event}, steps=[{"update": {"add_tags": ["sofa"]}}])
        runtime.put_content("content/journeys/sofa.json", one["journeys/sofa.json"].encode())
        report = file(runtime, "reports/journeys/sofa.json")
        told[event] = (report["status"], [finding["message"] for finding in report["diagnostics"]])
    assert told == {
        "Sofa Assembled": ("live", []),
        "Sofa Asembled": ("live", ['"Sofa Asembled" was never seen.']),
        "Zebra Fed": ("live", ['"Zebra Fed" was never seen.']),
    }


def test_deleting_the_names_brings_new_ones_without_publishing_anything(runtime: LocalRuntime, shop: MotoWorld) -> None:
    shop.batch(assembled(1))
    runtime.put_content("content/settings.json", content()["settings.json"].encode())
    shop.batch(track("Lamp Lit", START, "anna"))
    before = runtime.lambdas.invocations["publish_content"]
    runtime.delete_content("content/schema/names.json")
    assert "Lamp Lit" in offered(runtime)
    written = len([*all_schemas(), "names.json"])
    deleted = 1
    assert runtime.lambdas.invocations["publish_content"] - before == deleted + written, "nothing follows from its own"


def test_a_name_that_cannot_be_learned_holds_no_event_up(runtime: LocalRuntime, shop: MotoWorld) -> None:
    allow_all_but(runtime, ("match_events", "dynamodb:UpdateItem", "table/definitions"))
    shop.batch(track("Product Viewed", START, "anna", product_id="4", material="oak"))
    person = looking.profile(runtime, runtime.application(), "anna")
    assert person is not None
    assert person["views"] == {"count": 1}
    assert (runtime.lambdas.errors, shop.unapplied()) == ([], 0)
    allow_all_but(runtime)
    shop.batch(track("Product Viewed", START + MINUTE, "anna", product_id="4", material="oak"))
    runtime.put_content("content/settings.json", content()["settings.json"].encode())
    assert file(runtime, "content/schema/names.json")["events"] == {"Product Viewed": {"material": "string"}}
