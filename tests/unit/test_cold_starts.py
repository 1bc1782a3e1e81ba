"""What a function need not load it does not: somebody's event waits while it starts."""

from __future__ import annotations

import subprocess
import sys

RUNNING = ("match_events", "advance_enrolment", "wake_enrolment", "ring_timer", "select_people", "plan_day", "dispatch")


def test_functions_that_only_run_journeys_bring_no_template_engine_along() -> None:
    imports = ", ".join(f"functions.{name}" for name in RUNNING)
    asked = f"import sys, {imports}; print([m for m in ('jinja2', 'mjml', 'fast_sugiyama') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
