"""What `anlass explain` tells of somebody, in either world."""

from __future__ import annotations

from anlass.language.timeline.lines import Timeline
from anlass.usecases.explain_person import explain_person

from tests.remains import people_of
from tests.worlds import World


def explained(world: World, identity: str, journey: str | None = None) -> Timeline:
    found = explain_person(identity, journey, people_of(world))
    assert found is not None, f"nobody is {identity}"
    return found


def told(timeline: Timeline, *kinds: str) -> list[str]:
    """Lines like "03-02 09:00 Entered by Product Added (2026-03-02 10:00)", of these kinds or of all; UTC."""
    return [f"{line.at:%m-%d %H:%M} {line.text}" for line in timeline.lines if not kinds or line.kind in kinds]


def answer(timeline: Timeline, journey: str) -> str:
    return next(each.text for each in timeline.answers if journey in each.journey.split(", "))
