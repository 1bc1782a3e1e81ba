"""A new version takes over people in flight, step by step id: where it has the step that somebody is at."""

from __future__ import annotations

from dataclasses import replace

from anlass.domain.enrolment import Enrolment
from anlass.domain.journey import Journey
from anlass.domain.profile import State


def may_migrate(row: Enrolment, newest: Journey) -> bool:
    """Whoever is at a step that is not there any more, or past the last one, stays on their version."""
    return newest.in_flight == "migrate" and row.status == "active" and row.step in newest.steps


def migrated(state: State, row: Enrolment) -> State:
    """Matching listens for what the version listens for that somebody is on."""
    live = state.live.get(row.id)
    if live is None:
        return state
    return replace(state, live={**state.live, row.id: replace(live, version=row.version)})
