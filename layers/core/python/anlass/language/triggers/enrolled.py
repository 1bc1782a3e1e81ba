"""`{"type": "enrolled"}`"""

from __future__ import annotations

from typing import Literal

from anlass.language.building import Build, Place
from anlass.language.triggers.base import TriggerModel


class EnrolledModel(TriggerModel):
    """Nothing but another journey's `enrol` starts it."""

    type: Literal["enrolled"]

    @property
    def enters_with(self) -> tuple[str, ...]:
        return ()

    def compile(self, key: str, place: Place, build: Build) -> None:  # noqa: ARG002  # every trigger compiles alike
        return None
