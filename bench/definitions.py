"""What a definition costs when it is warm: the requests to the definitions table, counted by the recorder."""

from __future__ import annotations

import base64
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.report import Found, Goal
from cli.recorder.recorder import Recorder
from cli.runtime.world import LocalRuntime

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVENTS = 25
SETTINGS = Path(__file__).parents[1] / "content" / "settings.json"
AUTHORIZATION = "Basic " + base64.b64encode(b"local-server:").decode()
JOURNEY = {
    "id": "look",
    "why": "To see what it reads.",
    "status": "live",
    "trigger": {"type": "event", "event": "Product Viewed"},
    "steps": [{"wait": "1 day"}, {"exit": "done"}],
}


def definitions() -> Found:
    """Journeys are entered and gone through on the local runtime, every event sent alone."""
    logging.getLogger("anlass.local").setLevel(logging.ERROR)
    with LocalRuntime(START) as runtime:
        runtime.put_content("content/settings.json", SETTINGS.read_bytes())
        runtime.put_content("content/journeys/look.json", json.dumps(JOURNEY).encode())
        recorder = Recorder(runtime)
        _pass_through(runtime, "cold", 1)
        before = recorder.usage()
        _pass_through(runtime, "warm", EVENTS)
        used = recorder.usage() - before
        advances = used.invocations["advance_enrolment"]
        if advances < EVENTS or runtime.lambdas.errors:
            errors = {f"{name}: {error.message}" for name, error in runtime.lambdas.errors}
            raise RuntimeError(f"only {advances} advances of {EVENTS} people; {'; '.join(errors)}")
    reads = used.count(resource="definitions")
    name = f"reads of definitions by {EVENTS} events and {advances} advances, warm"
    return Found(goals=(Goal(name, reads, 0),))


def _pass_through(runtime: LocalRuntime, who: str, people: int) -> None:
    for number in range(people):
        _post(runtime, f"{who}-{number}")
    runtime.advance(timedelta(days=2), maintenance=False)


def _post(runtime: LocalRuntime, user: str) -> None:
    at = runtime.clock.now().isoformat()
    message: dict[str, Any] = {
        "type": "track",
        "event": "Product Viewed",
        "userId": user,
        "messageId": f"m-{user}",
        "timestamp": at,
        "properties": {"product_id": "4"},
    }
    headers = {"authorization": AUTHORIZATION, "content-type": "application/json"}
    answer = runtime.http("POST", "/v1/batch", headers, json.dumps({"batch": [message]}).encode())
    if answer.status != 200:
        raise RuntimeError(f"the event was not taken: {answer}")
    runtime.settle()
