"""`{"update": {"set": {"favourite": "{{ entry.properties.category }}"}, "add_tags": ["vip"], "remove_tags": []}}`"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from anlass.domain.condition import Facts
from anlass.domain.effects import Update
from anlass.domain.errors import BrokenDefinition
from anlass.domain.registry.fields import FIELDS, GROUPS
from anlass.domain.registry.spelling import trait_name
from anlass.domain.step import Ask, Do, Moment, Move
from anlass.language.building import Build, Here
from anlass.language.model import Model, mistake
from anlass.language.steps.base import StepModel, step_scope
from anlass.language.values import Fill, compile_value

Tag = Annotated[str, Field(min_length=1, max_length=60)]
# What only the person or the shop may say: who they are, and where messages go.
GUARDED = frozenset({"id", "email", "phone"})


class Updating(Model):
    set: dict[str, Any] = Field(
        {}, max_length=20, description='Traits and their values; names may be filled in: "{{ … }}"'
    )
    add_tags: list[Tag] = Field([], max_length=20, description="Words to put on the person")
    remove_tags: list[Tag] = Field([], max_length=20, description="Words to take off again")

    @model_validator(mode="after")
    def _changes_something(self) -> Updating:
        if not (self.set or self.add_tags or self.remove_tags):
            raise mistake("update.empty", "This changes nothing.", 'Add "set", "add_tags" or "remove_tags".')
        both = sorted({*self.add_tags} & {*self.remove_tags})
        if both:
            at = ("remove_tags", self.remove_tags.index(both[0]))
            raise mistake("update.tags", f'"{both[0]}" is put on and taken off at once.', "Keep one of the two.", at)
        for name in self.set:
            _check_trait(name, self.set[name])
        return self


def _check_trait(name: str, value: Any) -> None:
    trait = trait_name(name)
    known = FIELDS.get(trait)
    is_counted = trait in GROUPS or (known is not None and known.is_kept and known.changed_by is not None)
    if trait in GUARDED or (is_counted and trait not in ("country", "region", "price_sensitivity")) or "." in name:
        message = f'"{name}" is nothing that a journey may set.'
        raise mistake("update.trait", message, "Set a trait of your own, such as favourite_category.", ["set", name])
    if value is None:
        remedy = 'Write a value, or "" for an empty one.'
        raise mistake("update.value", f'"{name}" is set to nothing.', remedy, ["set", name])


class UpdateStep(StepModel):
    """Changes traits and tags of the person."""

    update: Updating

    @property
    def sets(self) -> tuple[str, ...]:
        return tuple(trait_name(name) for name in self.update.set)

    def compile(self, here: Here, build: Build) -> UpdateRun:
        fills = tuple(
            (trait_name(name), compile_value(value, (*here.place, "update", "set", name), step_scope(here), build))
            for name, value in self.update.set.items()
        )
        return UpdateRun(here.id, here.next, fills, tuple(self.update.add_tags), tuple(self.update.remove_tags))


@dataclass(frozen=True, slots=True)
class UpdateRun:
    id: str
    next: str | None
    fills: tuple[tuple[str, Fill], ...]
    add_tags: tuple[str, ...]
    remove_tags: tuple[str, ...]
    after_send: ClassVar[bool] = True

    def run(self, moment: Moment) -> Move:
        if moment.facts is None:
            return Ask(moment.journey.asks)
        facts = moment.facts
        values = {name: _filled(fill, facts) for name, fill in self.fills}
        known = {name: value for name, value in values.items() if value is not None}
        return Do(Update(known, self.add_tags, self.remove_tags), self.next)


def _filled(fill: Fill, facts: Facts) -> Any:
    """What cannot be filled in (a total that is a text, and is to be doubled) sets nothing, as a missing field does:
    one strange order is no reason to hold up the person.
    """
    try:
        return fill(facts)
    except BrokenDefinition:
        return None
