"""What else is in the content folder, and when it is, as far as the checks of a journey ask for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from anlass.domain.send import Purpose
from anlass.language.conditions import Clause
from anlass.language.journey_file import JourneyFile


class Surroundings(Protocol):
    """None where something is not there, or not right yet: then nothing is said about it."""

    def now(self) -> datetime | None: ...

    def purpose_of(self, template: str) -> Purpose | None: ...

    def journey(self, id_: str) -> JourneyFile | None: ...

    def journeys(self) -> Collection[str]: ...

    def segment(self, id_: str) -> Clause | None: ...

    def topics(self) -> Collection[str] | None: ...

    def test_people(self) -> int | None:
        """How many settings.json names."""
        ...

    def is_asked_about(self, journey: str) -> bool | None:
        """Whether another journey has a condition on who is in this one. None: nobody knows."""
        ...


class _Alone:
    """A file of which nothing around it is known."""

    def now(self) -> datetime | None:
        return None

    def purpose_of(self, template: str) -> Purpose | None:  # noqa: ARG002
        return None

    def journey(self, id_: str) -> JourneyFile | None:  # noqa: ARG002
        return None

    def journeys(self) -> Collection[str]:
        return ()

    def segment(self, id_: str) -> Clause | None:  # noqa: ARG002
        return None

    def topics(self) -> Collection[str] | None:
        return None

    def test_people(self) -> int | None:
        return None

    def is_asked_about(self, journey: str) -> bool | None:  # noqa: ARG002
        return None


ALONE: Surroundings = _Alone()
