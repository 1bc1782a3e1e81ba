"""Bounds that everybody, or nobody, is beyond."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.building import Build, Problem
from anlass.language.checks.kinds import is_never_less
from anlass.language.journey_file import JourneyFile
from anlass.language.triggers.change import ChangeModel
from anlass.language.triggers.date import DateModel
from anlass.language.triggers.threshold import ThresholdModel


def strange_bounds(journey: JourneyFile, build: Build) -> Iterator[Problem]:  # noqa: ARG001  # every check is called alike
    for place, trigger in journey.triggers():
        match trigger:
            case ChangeModel(below=float() as ratio) if ratio > 1:
                message = f"Less than {ratio:g} times of what it was is almost everybody."
                remedy = "For half of it write 0.5."
                yield Problem("trigger.bound", (*place, "below"), message, remedy, "warning")
            case ChangeModel(above=float() as ratio) if ratio < 1:
                message = f"More than {ratio:g} times of what it was is also who does less than before."
                yield Problem("trigger.bound", (*place, "above"), message, "For twice as much write 2.", "warning")
            case ThresholdModel(metric=metric, reaches=reaches, falls_below=below) if is_never_less(metric):
                key, bound = ("reaches", reaches) if reaches is not None else ("falls_below", below)
                if bound is not None and bound <= 0:
                    message = f'"{metric}" is never less than 0, so nobody passes this.'
                    yield Problem("trigger.never", (*place, key), message, "Write a number above 0.", "error")
            case DateModel(field="profile.birthday", repeat=None):
                message = "The day of birth itself is past; without its returns this starts nobody."
                yield Problem("trigger.once", (*place, "field"), message, 'Add "repeat": "yearly".', "warning")
            case _:
                pass
