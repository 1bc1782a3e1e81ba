"""Times on a machine that is busy with other things: many short looks, taking turns, of which the shortest counts."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

WINDOW = 0.002  # seconds of one look: short enough to find the machine undisturbed now and then
ROUNDS = 150


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to be measured. One call of `run` does `pieces` pieces of work."""

    name: str
    run: Callable[[], object]
    pieces: int = 1


def least_times(subjects: Sequence[Subject], rounds: int = ROUNDS) -> Mapping[str, float]:
    """Seconds a piece, by name. The subjects take turns, so that a slow minute of the machine is everybody's."""
    least = {subject.name: float("inf") for subject in subjects}
    gc.collect()
    gc.disable()
    try:
        calls = {subject.name: _calls(subject) for subject in subjects}
        for _ in range(rounds):
            for subject in subjects:
                number = calls[subject.name]
                least[subject.name] = min(least[subject.name], _time(subject.run, number) / number / subject.pieces)
    finally:
        gc.enable()
    return least


def _calls(subject: Subject) -> int:
    """How many calls fill a window."""
    number = 1
    while (took := min(_time(subject.run, number) for _ in range(5))) < WINDOW / 4:
        number *= 2
    return max(1, round(number * WINDOW / took))


def _time(run: Callable[[], object], number: int) -> float:
    turns = range(number)
    begun = perf_counter()
    for _ in turns:
        run()
    return perf_counter() - begun
