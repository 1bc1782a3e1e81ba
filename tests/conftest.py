"""Hypothesis' two measures: the quick one for every run, the long one for `make long`. And what was skipped."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=60, **QUIET)  # type: ignore[arg-type]
settings.register_profile("long", max_examples=5000, **QUIET)  # type: ignore[arg-type]
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_finish() -> None:
    """What is imported by now is for good: a fifth of all time was spent on looking through it for garbage."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all that could not be tried."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason in sorted({str(report.longrepr[2]) for report in skipped}):
        number = sum(report.longrepr[2] == reason for report in skipped)
        terminalreporter.write_line(f"{number} skipped: {reason.removeprefix('Skipped: ')}")
