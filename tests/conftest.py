"""Hypothesis' two measures: the quick one for every run, the long one for `make long`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=150, **QUIET)  # type: ignore[arg-type]
settings.register_profile("long", max_examples=5000, **QUIET)  # type: ignore[arg-type]
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
