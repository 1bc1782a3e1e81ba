"""`{"type": "abandonment", "event": "Checkout Started", "unless": ["Order Completed"], "after": "45 minutes"}`"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from anlass.domain.duration import parse_duration
from anlass.domain.trigger import LazyTrigger
from anlass.language.building import Build, Place
from anlass.language.conditions import Condition, predicate
from anlass.language.model import Duration, EventName, mistake
from anlass.language.triggers.base import TriggerModel, trigger_scope


class AbandonmentModel(TriggerModel):
    """Starts some time after the latest such event, unless another one came since."""

    type: Literal["abandonment"]
    event: EventName
    where: Condition | None = Field(None, description="What the event must be like")
    unless: list[EventName] = Field(min_length=1, description="What shows that nothing was abandoned")
    after: Duration

    @model_validator(mode="after")
    def _does_not_end_itself(self) -> AbandonmentModel:
        if self.event in self.unless:
            message = f'"{self.event}" is what begins it and what ends it; it would never start.'
            at = ("unless", self.unless.index(self.event))
            raise mistake("trigger.never", message, 'Take it out of "unless".', at)
        return self

    @property
    def enters_with(self) -> tuple[str, ...]:
        return (self.event,)

    def compile(self, key: str, place: Place, build: Build) -> LazyTrigger:
        build.event(self.event, (*place, "event"))
        for position, name in enumerate(self.unless):
            build.event(name, (*place, "unless", position))
        where = predicate(self.where, (*place, "where"), trigger_scope(self.event), build)
        return LazyTrigger(
            key, frozenset({self.event}), where, frozenset(self.unless), ((None, parse_duration(self.after)),)
        )
