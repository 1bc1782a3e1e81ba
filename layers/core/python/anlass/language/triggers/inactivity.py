"""`{"type": "inactivity", "events": ["@person"], "for": "90 days"}`"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator

from anlass.domain.condition import Predicate, compile_condition
from anlass.domain.duration import parse_duration
from anlass.domain.registry.events import PERSON
from anlass.domain.trigger import LazyTrigger
from anlass.language.building import Build, Place
from anlass.language.conditions import Condition
from anlass.language.model import Duration, EventName, Model, by_key, by_type, mistake, tagged
from anlass.language.triggers.base import TriggerModel, person_scope

_FORMS = 'Write "90 days", or [{"when": …, "value": "30 days"}, {"else": "90 days"}].'


class WhenFor(Model):
    """How long, if this is true of the person."""

    when: Condition
    value: Duration


class ElseFor(Model):
    """How long for everybody else."""

    else_: Duration = Field(alias="else")


Choice = Annotated[
    Annotated[WhenFor, tagged("when")] | Annotated[ElseFor, tagged("else")],
    by_key("choice", ("when", "else"), '{"when": …, "value": "30 days"} or {"else": "90 days"}'),
]


class InactivityModel(TriggerModel):
    """Starts when nothing of the kind was heard for so long. It needs at least one such event ever."""

    type: Literal["inactivity"]
    events: list[EventName] = Field(
        min_length=1, description='What would be a sign of life; "@person": anything they do'
    )
    for_: Annotated[
        Annotated[Duration, tagged("one")] | Annotated[list[Choice], tagged("list"), Field(min_length=1)],
        by_type("duration", _FORMS, one=str, list=list),
    ] = Field(alias="for", description="How long; by kind of product, if it is a list")

    @field_validator("for_")
    @classmethod
    def _ends_with_else(cls, choices: str | list[Choice]) -> str | list[Choice]:
        if isinstance(choices, str):
            return choices
        early = next((position for position, each in enumerate(choices[:-1]) if isinstance(each, ElseFor)), None)
        if early is not None or not isinstance(choices[-1], ElseFor):
            message = 'The last choice, and no other, is for everybody else: {"else": "90 days"}.'
            raise mistake("trigger.else", message, 'End the list with {"else": …}.', [] if early is None else [early])
        return choices

    @property
    def enters_with(self) -> tuple[str, ...]:
        return () if PERSON in self.events else tuple(self.events)

    def compile(self, key: str, place: Place, build: Build) -> LazyTrigger:
        for position, name in enumerate(self.events):
            if name == PERSON.removeprefix("@"):
                remedy = f'Did you mean "{PERSON}", anything they do? If the shop does send "{name}", leave it.'
                build.warning("event.unknown", (*place, "events", position), f'No event is called "{name}".', remedy)
            elif name != PERSON:
                build.event(name, (*place, "events", position))
        if isinstance(self.for_, str):
            return LazyTrigger(key, frozenset(self.events), None, frozenset(), ((None, parse_duration(self.for_)),))
        delays: list[tuple[Predicate | None, timedelta]] = []
        for position, choice in enumerate(self.for_):
            if isinstance(choice, ElseFor):
                delays.append((None, parse_duration(choice.else_)))
            else:
                at = (*place, "for", position, "when")
                when = compile_condition(choice.when.compiled(at, person_scope(), build))
                delays.append((when, parse_duration(choice.value)))
        return LazyTrigger(key, frozenset(self.events), None, frozenset(), tuple(delays))
