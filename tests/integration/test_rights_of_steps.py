"""Rights that steps need which change a person, a consent or another journey, whoever it is that runs them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.dev import looking
from cli.runtime.world import LocalRuntime
from tests.rights_in_use import Told
from tests.shop import content, journey
from tests.trouble import lost
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
told = Told()

NO_NEWS = {"unsubscribe": {"topic": "news", "channel": "email"}}


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


def tagging(name: str, *before: dict[str, Any]) -> dict[str, str]:
    update = {"update": {"add_tags": [name]}}
    trigger = {"type": "event", "event": "Product Viewed"}
    return journey(name, trigger=trigger, steps=[*before, update, NO_NEWS])


def begin(runtime: LocalRuntime, *journeys: dict[str, str]) -> MotoWorld:
    shop = MotoWorld(runtime, content(*journeys))
    shop.batch(identify("anna", START), track("Product Viewed", START, "anna", product_id="beans"))
    return shop


def tags(runtime: LocalRuntime) -> list[str]:
    person = looking.profile(runtime, runtime.application(), "anna")
    assert person is not None
    assert [(grant["topic"], grant["status"]) for grant in person["consents"]] == [
        ("*", "granted"),
        ("news", "withdrawn"),
    ]
    found: list[str] = person["traits"]["tags"]
    return found


@told.uses(
    "wake_enrolment table/events dynamodb:PutItem",
    "wake_enrolment table/profiles dynamodb:PutItem",
)
def test_steps_that_run_at_once_change_the_person(runtime: LocalRuntime) -> None:
    begin(runtime, tagging("at-once"))
    assert tags(runtime) == ["at-once"]


@told.uses(
    "advance_enrolment table/events dynamodb:PutItem",
    "advance_enrolment table/profiles dynamodb:PutItem",
)
def test_steps_that_an_execution_runs_do_so_too(runtime: LocalRuntime) -> None:
    shop = begin(runtime, tagging("later", {"wait": "1 day"}))
    shop.advance(START + 2 * DAY)
    assert tags(runtime) == ["later"]


@told.uses(
    "ring_timer table/events dynamodb:PutItem",
    "ring_timer table/profiles dynamodb:PutItem",
)
def test_steps_that_the_calendar_runs_do_so_too(runtime: LocalRuntime) -> None:
    shop = begin(runtime, tagging("much-later", {"wait": "10 days"}))
    shop.advance(START + 11 * DAY)
    assert tags(runtime) == ["much-later"]


@told.uses("sweep table/events dynamodb:PutItem", "sweep table/profiles dynamodb:PutItem")
def test_steps_that_the_sweeper_takes_up_do_so_too(runtime: LocalRuntime) -> None:
    with lost(runtime, "wake"):
        shop = begin(runtime, tagging("swept"))
    shop.advance(START + HOUR)
    shop.batch(track("Product Viewed", START + HOUR + MINUTE, "ben", product_id="beans"))
    shop.advance(START + 2 * HOUR)
    assert tags(runtime) == ["swept"]
