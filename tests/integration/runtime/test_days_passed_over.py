"""On this machine days on which nothing can change are passed over. In memory every day is run: the same comes of it,
to the same people, at the same minutes."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from anlass.adapters.aws.dynamodb.codec import decode_event
from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from anlass.domain.segment import ENTERED, LEFT

from cli.runtime.world import LocalRuntime
from functions import match_events
from tests.shop import content, journey, mails
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, MotoWorld, identify, track

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SEEDS = range(200 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 6)
USERS = ("anna", "ben", "cleo")
EVENTS = ("Product Viewed", "Order Completed", "Product Added", "Page Liked")


class Story:
    """Segments, and what some people do in half a year, by chance; then two years go by."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - nothing secret

    def files(self) -> dict[str, str]:
        segments = {name: self._condition(2) for name in ("one", "two")}
        segments["three"] = {"any": [{"segment": "one"}, {"not": {"segment": "two"}}]}
        files = {f"segments/{name}.json": self.segment(name, who) for name, who in segments.items()}
        files |= self.watching("one") | self.watching("three")
        if self.chance.random() < 0.5:
            trigger = {"type": "date", "field": "profile.birthday", "repeat": "yearly", "at": "09:00"}
            files |= journey("birthday", trigger=trigger, steps=[mails("a")])
        return content(files, templates=("a",))

    def later(self) -> dict[int, dict[str, str]]:
        """What is published before a deed: a segment that is new to everybody, and another definition of one."""
        new, changed = self.segment("four", self._condition(2)), self.segment("one", self._condition(1))
        return {4: {"segments/four.json": new, **self.watching("four")}, 9: {"segments/one.json": changed}}

    @staticmethod
    def watching(name: str) -> dict[str, str]:
        """Journeys of those who come, and of those who go."""
        files: dict[str, str] = {}
        for change in ("entered", "left"):
            trigger = {"type": "segment", "segment": name, "change": change}
            entry = {"again": "always"}
            files |= journey(f"{name}-{change}", trigger=trigger, entry=entry, steps=[mails("a")])
        return files

    @staticmethod
    def segment(name: str, who: Any) -> str:
        return json.dumps({"id": name, "name": name, "who": who})

    def _condition(self, depth: int) -> Any:
        chance = self.chance
        if depth and chance.random() < 0.6:
            parts = [self._condition(depth - 1) for _ in range(2)]
            return {"not": parts[0]} if chance.random() < 0.3 else {chance.choice(("all", "any")): parts}
        days = f"{chance.choice((1, 2, 7, 30, 60, 200))} days"
        field = chance.choice(("profile.last_seen", "profile.orders.last_at", "profile.ends", "profile.registered_at"))
        return chance.choice(
            (
                {"event": chance.choice(EVENTS), "count": {"gte": chance.randint(1, 3)}, "within": days},
                {"field": field, "op": "within", "value": days},
                {"field": "profile.age", "op": "gte", "value": chance.randint(29, 31)},
                {"field": "profile.ends", "op": "before", "value": "2026-09-01"},
                {"event": "Order Completed", "count": {"lt": 2}},
            )
        )

    def deeds(self) -> list[tuple[datetime, list[dict[str, Any]]]]:
        """Batches, each with its time."""
        chance, at, deeds = self.chance, START, []
        deeds.append((at, [self._identity(user, at) for user in USERS]))
        for _ in range(14):
            at += chance.choice((MINUTE, HOUR, DAY, 9 * DAY, 25 * DAY)) * chance.uniform(0.1, 2)
            if chance.random() < 0.4:  # about when the day is run
                at = at.replace(hour=9, minute=chance.choice((29, 30, 31, 32)), second=0, microsecond=0)
                at += DAY if at < deeds[-1][0] else timedelta(0)
            deeds.append((at, [self._deed(at)]))
        return deeds

    def _deed(self, at: datetime) -> dict[str, Any]:
        chance, user = self.chance, self.chance.choice(USERS)
        if chance.random() < 0.2:
            return self._identity(user, at, anonymous="visitor")
        said = at + chance.choice((timedelta(0), -3 * DAY, 5 * HOUR))
        if chance.random() < 0.2:
            return track(chance.choice(EVENTS), said, anonymous="visitor", product_id="x")
        return track(chance.choice(EVENTS), said, user, product_id="x", order_id=f"o{at}", total=10)

    def _identity(self, user: str, at: datetime, anonymous: str | None = None) -> dict[str, Any]:
        birthday = datetime(1996, 3, 1, tzinfo=UTC) + self.chance.randint(0, 300) * DAY
        ends = START + self.chance.randint(-30, 300) * DAY
        return identify(user, at, anonymous, birthday=f"{birthday:%Y-%m-%d}", ends=f"{ends:%Y-%m-%d}")


def moves(events: list[Event]) -> Counter[str]:
    """What was noticed, when and of whom."""
    found = (event for event in events if event.name in (ENTERED, LEFT))
    return Counter(f"{e.at} {e.identity} {e.name} {e.properties['segment']}" for e in found)


def noticed(world: MotoWorld) -> Counter[str]:
    table = world.runtime.names.physical("events")
    pages = world.runtime.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return moves([decode_event(item) for page in pages for item in page["Items"]])


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_misses_a_day_that_is_passed_over(seed: int) -> None:
    story = Story(seed)
    files, deeds, later = story.files(), story.deeds(), story.later()
    memory = MemoryWorld(files, START)
    with LocalRuntime(START) as runtime:
        moto = MotoWorld(runtime, files)
        for number, (at, batch) in enumerate(deeds):
            memory.advance(at)
            moto.advance(at)
            for path, text in later.get(number, {}).items():
                memory.simulation.publish({path: text})
                runtime.put_content(f"content/{path}", text.encode())
            memory.batch(*batch)
            moto.batch(*batch)
        memory.advance(START + 900 * DAY)
        moto.advance(START + 900 * DAY)
        said = [f"{mail.at} {mail.to[0]} {mail.tags['step']}" for mail in runtime.sent_mails()]
        found, runs = noticed(moto), runtime.lambdas.invocations["plan_day"]
    mails_ = zip(memory.simulation.mailer.sent, memory.simulation.mail_times, strict=True)
    assert sorted(said) == sorted(f"{at} {mail.recipient} {mail.tags['step']}" for mail, at in mails_)
    assert found == moves([event for _, event in memory.simulation.event_log.stream])
    assert runs < 150, "of 900 days most are empty"


def test_what_no_reader_could_apply_is_noticed_by_the_next_run_all_the_same() -> None:
    """It is in the log, and the log is what a daily run asks."""

    def match(event: Any, context: Any) -> Any:
        if any(record["dynamodb"]["NewImage"]["name"] == {"S": "Product Viewed"} for record in event["Records"]):
            raise ValueError("no record of this kind")
        return match_events.handler(event, context)

    keen = {"event": "Product Viewed", "count": {"gte": 1}, "within": "7 days"}
    trigger = {"type": "segment", "segment": "keen", "change": "entered"}
    files = content(
        {"segments/keen.json": Story.segment("keen", keen)},
        journey("keen", trigger=trigger, steps=[mails("a")]),
        templates=("a",),
    )
    with LocalRuntime(START, handlers={"match_events": match}) as runtime:
        world = MotoWorld(runtime, files)
        world.batch(identify("anna", START))
        runtime.advance(START + 10 * DAY)
        world.batch(track("Product Viewed", START + 10 * DAY, "anna", product_id="x"))
        runtime.advance(START + 20 * DAY)
        assert [each[:16] for each in noticed(world)] == ["2026-03-12 09:31", "2026-03-19 09:31"]


def test_the_sweeper_is_asked_where_a_row_is_past_its_time_and_at_the_end() -> None:
    waits = journey("waits", trigger={"type": "event", "event": "Page Liked"}, steps=[{"wait": "300 days"}, mails("a")])
    with LocalRuntime(START) as runtime:
        world = MotoWorld(runtime, content(waits, templates=("a",)))
        world.batch(identify("anna", START), track("Page Liked", START, "anna"))
        runtime.advance(START + 299 * DAY)
        assert runtime.lambdas.invocations["sweep"] == 1
        table, index = runtime.names.physical("journeys"), {"#at": "sweep_at"}
        (row,) = world.rows(Enrolment)
        lost = {":past": {"S": "2026-12-01T00:00:00.000000Z"}}  # as if whoever was to wake it never will
        key = {"id": {"S": row.id}, "row": {"S": "E"}}
        change = {"UpdateExpression": "SET #at = :past", "ExpressionAttributeNames": index}
        runtime.client("dynamodb").update_item(TableName=table, Key=key, **change, ExpressionAttributeValues=lost)
        world.batch(track("Product Viewed", START + 299 * DAY, "anna", product_id="x"))
        runtime.advance(timedelta(minutes=8))
        assert runtime.lambdas.invocations["sweep"] == 2
