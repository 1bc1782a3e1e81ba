"""What `anlass explain` tells of somebody, in either world."""

from __future__ import annotations

from anlass.language.timeline.lines import Timeline
from anlass.usecases.explain_person import explain_person

from tests.worlds import MemoryWorld, MotoWorld, World


def explained(world: World, identity: str, journey: str | None = None) -> Timeline:
    if isinstance(world, MotoWorld):
        app = world.runtime.application()
        found = explain_person(
            identity,
            journey,
            store=app.store,
            archive=app.archive,
            definitions=app.definitions,
            hashes=app.hashes,
            clock=app.clock,
        )
    else:
        assert isinstance(world, MemoryWorld)
        shop = world.simulation
        found = explain_person(
            identity,
            journey,
            store=shop.store,
            archive=shop.archive,
            definitions=shop.definitions,
            hashes=shop.hashes,
            clock=shop.clock,
        )
    assert found is not None, f"nobody is {identity}"
    return found


def told(timeline: Timeline, *kinds: str) -> list[str]:
    """Lines like "03-02 09:00 Entered by Product Added (2026-03-02 10:00)", of these kinds or of all; UTC."""
    return [f"{line.at:%m-%d %H:%M} {line.text}" for line in timeline.lines if not kinds or line.kind in kinds]


def answer(timeline: Timeline, journey: str) -> str:
    return next(each.text for each in timeline.answers if journey in each.journey.split(", "))
