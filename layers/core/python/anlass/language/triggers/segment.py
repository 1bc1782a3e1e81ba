"""`{"type": "segment", "segment": "vip", "change": "entered"}`"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from anlass.domain.condition import Compare, compile_condition
from anlass.domain.trigger import EventTrigger
from anlass.language.building import Build, Place
from anlass.language.model import Id
from anlass.language.triggers.base import TriggerModel

EVENTS = {"entered": "Segment Entered", "left": "Segment Left"}


class SegmentModel(TriggerModel):
    """Starts when the person comes to belong to a segment, or does not any more."""

    type: Literal["segment"]
    segment: Id = Field(description="A file in segments/, without .json")
    change: Literal["entered", "left"] = "entered"

    @property
    def enters_with(self) -> tuple[str, ...]:
        return (EVENTS[self.change],)

    def compile(self, key: str, place: Place, build: Build) -> EventTrigger:
        build.segment(self.segment, (*place, "segment"))
        where = compile_condition(Compare("event.properties.segment", "eq", self.segment), "event")
        return EventTrigger(key, EVENTS[self.change], where)
