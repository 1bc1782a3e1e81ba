"""`{"type": "absence", "event": "Coupon Sent", "unless": ["Coupon Redeemed"], "match": "code", "after": "14 days"}`"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from anlass.domain.duration import parse_duration
from anlass.domain.trigger import AbsenceTrigger
from anlass.language.building import Build, Place, Scope
from anlass.language.conditions import Condition, Match, matched, predicate
from anlass.language.model import Duration, EventName, mistake
from anlass.language.triggers.base import TriggerModel, trigger_scope


class AbsenceModel(TriggerModel):
    """Starts some time after each such event, unless it was answered since."""

    type: Literal["absence"]
    event: EventName
    where: Condition | None = Field(None, description="What the event must be like")
    unless: list[EventName] = Field(min_length=1, description="What would have been the answer")
    match: Match | None = Field(None, description='What ties the answer to the event: "coupon_id"')
    after: Duration

    @model_validator(mode="after")
    def _does_not_answer_itself(self) -> AbsenceModel:
        if self.event in self.unless:
            message = f'"{self.event}" cannot be its own answer.'
            at = ("unless", self.unless.index(self.event))
            raise mistake("trigger.never", message, 'Take it out of "unless".', at)
        return self

    @property
    def enters_with(self) -> tuple[str, ...]:
        return (self.event,)

    def compile(self, key: str, place: Place, build: Build) -> AbsenceTrigger:
        build.event(self.event, (*place, "event"))
        for position, name in enumerate(self.unless):
            build.event(name, (*place, "unless", position))
        where = predicate(self.where, (*place, "where"), trigger_scope(self.event), build)
        remedy = 'The answer is matched with the event: "event.properties.…".'
        scope = Scope(frozenset({"event"}), remedy, (self.event,))
        match = matched(self.match, "event", (*place, "match"), scope, build)
        return AbsenceTrigger(key, self.event, where, frozenset(self.unless), match, parse_duration(self.after))
