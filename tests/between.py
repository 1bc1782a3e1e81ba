"""What happens between a read and its write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from anlass.domain.applying import Record
from anlass.domain.changes import Change
from anlass.usecases.match_events import match_events

from cli.simulation import Simulation


class Between:
    """A store before whose next commit something happens."""

    def __init__(self, simulation: Simulation, before: Callable[[], Any]) -> None:
        self._store, self._before = simulation.store, before
        self._done = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, changes: Sequence[Change]) -> None:
        if not self._done:
            self._done = True
            self._before()
        self._store.commit(changes)


def matched(simulation: Simulation, records: list[Record], store: Any, *, redrive: bool = False) -> list[Record]:
    """What is left undone, with this store for the simulation's own."""
    return match_events(
        records,
        store=store,
        event_log=simulation.event_log,
        definitions=simulation.definitions,
        clock=simulation.clock,
        hashes=simulation.hashes,
        redrive=redrive,
    )
