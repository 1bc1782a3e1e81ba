"""All public endpoints against docs/openapi.json: no 5xx, and no answer that is not written there.

`make fuzz` runs the same for longer.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.openapi.command import FILE
from tests.fuzz.door import Door, open_door

EXAMPLES = os.environ.get("ANLASS_FUZZ", "")  # for each operation; "": the short form
ROOT = Path(__file__).parents[2]
SHORT = ("--phases=examples,fuzzing", "--max-examples=6")
LONG = ("--phases=examples,coverage,fuzzing", f"--max-examples={EXAMPLES}")


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with open_door() as opened:
        yield opened


def test_no_request_is_answered_otherwise_than_is_written(door: Door) -> None:
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(FILE), f"--url={door.url}"),
            *(LONG if EXAMPLES else SHORT),
            *("--header=Authorization: Basic bG9jYWwtc2VydmVyOg==", "--generation-database=none"),
            *("--continue-on-failure", "--suppress-health-check=all", "--no-color", "--warnings=off"),
        ],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "ANLASS_FUZZ_KNOWN": json.dumps(door.known)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    asked = re.search(r"(\d+) generated", ran.stdout)
    assert asked is not None, ran.stdout
    assert int(asked[1]) > 200
    door.runtime.settle()
    assert door.runtime.lambdas.errors == [], "what was stored can be worked on"
    reached = door.runtime.lambdas.invocations
    assert min(reached[name] for name in ("ingest_event", "subscribe", "serve_page", "serve_profile")) > 10, reached
