"""Time and wiring: what sets off what, in which order, and when it rests."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from cli.runtime.world import EndlessLoop
from tests.integration.runtime.small_world import NOON, Seen, nothing, put, world

FEEDBACK = {"source": "aws.ses", "detail-type": "Email Bounced", "detail": {"mail": {"messageId": "m1"}}}


def fails(event: Any) -> None:
    raise RuntimeError


def test_an_upload_invokes_the_function_that_watches_the_bucket() -> None:
    seen = Seen()
    with world({"take_file": seen}) as runtime:
        runtime.put_content("content/journeys/a b.json", b"{}")
        runtime.put_content("elsewhere/x.json", b"{}")
    (event,) = seen.events
    entity = event["Records"][0]["s3"]
    assert entity["bucket"]["name"] == "local-content"
    assert entity["object"]["key"] == "content/journeys/a+b.json"


def test_an_event_on_the_bus_reaches_the_rule_whose_pattern_matches() -> None:
    seen = Seen()
    with world({"hear": seen}) as runtime:
        runtime.emit_bus(FEEDBACK)
        runtime.emit_bus({**FEEDBACK, "source": "aws.s3"})
        runtime.settle()
    (event,) = seen.events
    assert event["detail"] == {"mail": {"messageId": "m1"}}
    assert event["time"] == "2024-04-26T12:00:00Z"


def test_a_failing_asynchronous_invocation_is_tried_three_times_and_kept() -> None:
    seen = Seen(fails)
    with world({"hear": seen}) as runtime:
        runtime.emit_bus(FEEDBACK)
        runtime.settle()
        assert len(seen.events) == 1
        runtime.advance(timedelta(minutes=1))
        assert len(seen.events) == 2
        runtime.advance(timedelta(minutes=2))
        assert len(seen.events) == 3
        (dead,) = map(json.loads, runtime.dead_letters("async"))
    assert dead["requestPayload"]["detail"] == FEEDBACK["detail"]
    assert dead["requestContext"]["approximateInvokeCount"] == 3


def test_maintenance_rings_after_periods_with_work_and_once_at_the_end() -> None:
    rung: list[Any] = []
    with world({"sweep": lambda e, c: rung.append(runtime.clock.now() - NOON)}) as runtime:
        runtime.advance(timedelta(days=420))
        assert rung == [timedelta(days=420)]
        rung.clear()
        start = runtime.clock.now() - NOON
        put(runtime, "a")
        runtime.advance(timedelta(days=1))
    assert rung == [start + timedelta(minutes=5), start + timedelta(days=1)]


def test_short_steps_of_time_do_not_ring_maintenance_each() -> None:
    seen = Seen()
    with world({"sweep": seen}) as runtime:
        for _ in range(60):
            runtime.advance(timedelta(seconds=10))
    assert len(seen.events) == 2


def test_an_advance_without_maintenance_rings_no_rate() -> None:
    seen = Seen()
    with world({"sweep": seen}) as runtime:
        put(runtime, "a")
        runtime.advance(timedelta(days=1), maintenance=False)
        assert seen.events == []
        runtime.advance(timedelta(0))
    assert len(seen.events) == 1


def test_work_that_makes_work_for_ever_is_named() -> None:
    def again(event: Any, context: Any) -> None:
        put(runtime, f"row{len(runtime.lambdas.errors)}-{runtime.lambdas.invocations['read_rows']}")

    with world({"read_rows": again}) as runtime:
        put(runtime, "first")
        with pytest.raises(EndlessLoop, match="streams still make work"):
            runtime.settle()


def test_progress_is_told_at_every_stop() -> None:
    stops: list[Any] = []
    with world() as runtime:
        put(runtime, "a")
        runtime.advance(timedelta(hours=1), on_progress=lambda now: stops.append(now - NOON))
    assert stops == [timedelta(minutes=5), timedelta(hours=1)]


def test_the_clock_does_not_go_back() -> None:
    with world() as runtime, pytest.raises(ValueError, match="cannot go back"):
        runtime.advance(NOON - timedelta(seconds=1))


def test_a_mail_is_kept_as_it_was_handed_over() -> None:
    raw = b"From: shop@example.com\r\nTo: a@example.com\r\nList-Unsubscribe: <https://x/u>\r\n\r\nHallo"
    with world({"do_job": nothing}) as runtime:
        runtime.advance(timedelta(hours=1))
        runtime.client("sesv2").send_email(
            FromEmailAddress="shop@example.com",
            Destination={"ToAddresses": ["a@example.com"]},
            Content={"Raw": {"Data": raw}},
            EmailTags=[{"Name": "send", "Value": "s1"}],
            ConfigurationSetName="local-mail",
        )
        (mail,) = runtime.sent_mails()
    assert mail.raw == raw
    assert (mail.to, mail.tags, mail.at) == (("a@example.com",), {"send": "s1"}, NOON + timedelta(hours=1))
