"""Conditions as marketers write them: `{"all": [...]}`, `{"field", "op", "value"}`, behaviour, messages, journeys."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from anlass.domain import condition as domain
from anlass.domain.comparing import Operator
from anlass.domain.condition import MessageState, Predicate, compile_condition
from anlass.domain.duration import parse_duration
from anlass.language.building import Build, Place, Scope
from anlass.language.condition_values import check_value
from anlass.language.fields import FieldPath
from anlass.language.model import Duration, EventName, Id, Model, by_key, by_type, mistake, tagged
from anlass.language.settings import Channel

MATCH_REMEDY = 'Write "order_id", or {"coupon_id": "entry.properties.coupon_id"}.'


class Clause(Model):
    """One form of a condition. A new form is one class here and one line in `Condition`."""

    @abstractmethod
    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition: ...


class AllOf(Clause):
    """True if every one of them is."""

    all: list[Condition] = Field(min_length=1)

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        return domain.AllOf(_each(self.all, (*place, "all"), scope, build))


class AnyOf(Clause):
    """True if at least one of them is."""

    any: list[Condition] = Field(min_length=1)

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        return domain.AnyOf(_each(self.any, (*place, "any"), scope, build))


class Not(Clause):
    """True if it is not."""

    not_: Condition = Field(alias="not")

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        return domain.Not(self.not_.compiled((*place, "not"), scope, build))


class Compare(Clause):
    """A field against a value. A missing field makes it false, never true: "ne" and "not_in" too."""

    field: FieldPath
    op: Operator = Field(description="How the two are compared")
    value: Any = Field(
        None,
        description="A text, number, true or false; a list for in and not_in; a duration for within",
        json_schema_extra={"type": ["string", "number", "boolean", "array"]},
    )

    @field_validator("value")
    @classmethod
    def _value_fits(cls, value: Any, info: ValidationInfo) -> Any:
        if "op" in info.data:
            check_value(info.data["op"], value)
        return value

    @model_validator(mode="after")
    def _has_value(self) -> Compare:
        if "value" not in self.model_fields_set and self.op != "exists":
            raise mistake("condition.no_value", f'"{self.op}" compares with nothing.', 'Add "value".')
        return self

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        read_field(self.field, (*place, "field"), scope, build)
        return domain.Compare(self.field, self.op, True if self.value is None else self.value)


class _OfItems(Clause):
    where: Condition = Field(description='Tested for each item; its fields are "item.…"')

    def _items(
        self, quantifier: Literal["some", "every", "none"], field: str, place: Place, scope: Scope, build: Build
    ) -> domain.Condition:
        read_field(field, (*place, quantifier), scope, build)
        inner = replace(scope, roots=scope.roots | {"item"})
        return domain.Items(quantifier, field, self.where.compiled((*place, "where"), inner, build))


class SomeItem(_OfItems):
    """True if it is so for at least one item of a list."""

    some: FieldPath

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        return self._items("some", self.some, place, scope, build)


class EveryItem(_OfItems):
    """True if it is so for every item of a list that is not empty."""

    every: FieldPath

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        return self._items("every", self.every, place, scope, build)


class NoItem(_OfItems):
    """True if it is so for no item of a list, or if there is no list."""

    none: FieldPath

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        return self._items("none", self.none, place, scope, build)


class Count(Model):
    """How often; two bounds make a range."""

    eq: int | None = Field(None, ge=0)
    ne: int | None = Field(None, ge=0)
    gt: int | None = Field(None, ge=0)
    gte: int | None = Field(None, ge=0)
    lt: int | None = Field(None, ge=0)
    lte: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _has_a_bound(self) -> Count:
        if not self.bounds():
            raise mistake("condition.count", "A count without a number.", 'Write for example {"gte": 2}.')
        return self

    def bounds(self) -> tuple[tuple[Operator, float], ...]:
        return tuple((op, number) for op in _COUNTS if (number := getattr(self, op)) is not None)


_COUNTS: tuple[Operator, ...] = ("eq", "ne", "gt", "gte", "lt", "lte")

Match = Annotated[
    Annotated[str, tagged("one"), Field(min_length=1)] | Annotated[dict[str, FieldPath], tagged("each")],
    by_type("text", MATCH_REMEDY, one=str, each=dict),
    Field(
        description='A property that must be the entry\'s ("order_id"), or {"coupon_id": "entry.properties.coupon_id"}'
    ),
]


class Behaviour(Clause):
    """How often the person did something."""

    event: EventName
    where: Condition | None = None
    count: Count = Field(default=Count(gte=1), description='How often; {"gte": 1} if left out')
    within: Duration | None = Field(None, description="How far back; ever if left out")
    match: Match | None = None

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        build.event(self.event, (*place, "event"))
        if "history" not in scope.roots:
            message = "How often something was done cannot be asked here."
            build.error("condition.place", (*place, "event"), message, scope.remedy)
        where = None
        if self.where is not None:
            inner = replace(scope, roots=(scope.roots | {"event"}) - {"history"}, events=(self.event,))
            inner = replace(
                inner, remedy="A behaviour cannot hold another; put both beside each other into all or any."
            )
            where = self.where.compiled((*place, "where"), inner, build)
        within = parse_duration(self.within) if self.within else None
        root: Literal["event", "entry"] = "event" if scope.anchor == "event" else "entry"
        match = matched(self.match, root, (*place, "match"), scope, build, (self.event,))
        return domain.Behaviour(self.event, where, self.count.bounds(), within, match)


class MessageIs(Clause):
    """What became of a message of this journey."""

    message: Id = Field(description="The id of its send step")
    is_: MessageState = Field(alias="is")

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        if "messages" not in scope.roots:
            build.error("condition.place", (*place, "message"), "There is no message yet here.", scope.remedy)
        else:
            build.reference(self.message, (*place, "message"), scope.step, ["send"])
        return domain.MessageIs(self.message, self.is_)


class JourneyIs(Clause):
    """Whether the person is in a journey now, or was and has left it."""

    journey: Id
    is_: Literal["active", "finished"] = Field(alias="is")

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        if "journeys" not in scope.roots:
            message = "Other journeys cannot be asked about here."
            build.error("condition.place", (*place, "journey"), message, scope.remedy)
        return domain.JourneyIs(self.journey, self.is_)


class ReachableBy(Clause):
    """Whether a message of this journey's topic may reach the person: an address and the consent."""

    reachable: Channel

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        if "reachable" not in scope.roots:
            message = "Who can be reached cannot be asked here."
            build.error("condition.place", (*place, "reachable"), message, scope.remedy)
        return domain.Reachable(self.reachable)


class BelongsTo(Clause):
    """Whether the person belongs to a segment now."""

    segment: Id = Field(description="A file in segments/, without .json")

    def compiled(self, place: Place, scope: Scope, build: Build) -> domain.Condition:
        if "segments" not in scope.roots:
            message = "Segments cannot be asked about here."
            build.error("condition.place", (*place, "segment"), message, scope.remedy)
        build.segment(self.segment, (*place, "segment"))
        return domain.InSegment(self.segment)


CLAUSES: dict[str, type[Clause]] = {
    "all": AllOf,
    "any": AnyOf,
    "not": Not,
    "field": Compare,
    "some": SomeItem,
    "every": EveryItem,
    "none": NoItem,
    "message": MessageIs,
    "journey": JourneyIs,
    "reachable": ReachableBy,
    "segment": BelongsTo,
    "event": Behaviour,
}
Condition = Annotated[
    Annotated[AllOf, tagged("all")]
    | Annotated[AnyOf, tagged("any")]
    | Annotated[Not, tagged("not")]
    | Annotated[Compare, tagged("field")]
    | Annotated[SomeItem, tagged("some")]
    | Annotated[EveryItem, tagged("every")]
    | Annotated[NoItem, tagged("none")]
    | Annotated[MessageIs, tagged("message")]
    | Annotated[JourneyIs, tagged("journey")]
    | Annotated[ReachableBy, tagged("reachable")]
    | Annotated[BelongsTo, tagged("segment")]
    | Annotated[Behaviour, tagged("event")],
    by_key("condition", tuple(CLAUSES), '{"field": "profile.country", "op": "eq", "value": "DE"}'),
]
_MODELS: list[type[Model]] = [_OfItems, *CLAUSES.values()]
for _model in _MODELS:
    _model.model_rebuild()


def predicate(condition: Condition | None, place: Place, scope: Scope, build: Build) -> Predicate | None:
    """The condition as it runs; None (no condition) lets everything pass."""
    if condition is None:
        return None
    return compile_condition(condition.compiled(place, scope, build), scope.anchor)


def matched(
    match: str | dict[str, str] | None,
    root: Literal["event", "entry"],
    place: Place,
    scope: Scope,
    build: Build,
    events: Sequence[str] = (),
) -> tuple[tuple[str, str], ...]:
    """Property of the event -> path of what it must equal. A bare name means the same property of `root`.

    `events`: those whose property it is, if they are known.
    """
    if match is None:
        return ()
    for name in [match] if isinstance(match, str) else match:
        build.property(name, place if isinstance(match, str) else (*place, name), events)
    if isinstance(match, str):
        return ((match, f"{root}.properties.{match}"),)
    for name, path in match.items():
        read_field(path, (*place, name), scope, build)
    return tuple(sorted(match.items()))


def read_field(path: str, place: Place, scope: Scope, build: Build) -> None:
    """Reports a field that cannot be read where it stands, a step that is not there, a property likely misspelt."""
    root, *rest = path.split(".")
    if root == "item" and root not in scope.roots:
        remedy = 'Items belong to {"some": "event.properties.products", "where": {"field": "item.category", …}}.'
        build.error("condition.place", place, "There is no list here whose item could be looked at.", remedy)
    elif root not in scope.roots:
        build.error("condition.place", place, f'"{path}" cannot be read here.', scope.remedy)
    elif root == "steps":
        build.reference(rest[0], place, scope.step)
    _, _, of_event = path.partition("event.properties.")  # at hand, or a step's
    if of_event:
        build.event_properties.add(of_event.split(".")[0])
    if root in ("event", "entry") and rest[0] == "properties":
        build.property(rest[1], place, scope.events if root == "event" else build.entry_events)
    elif root == "item":
        build.item_property(rest[0], place)
    elif root == "profile":
        build.trait(rest[0], place)


def _each(conditions: Sequence[Condition], place: Place, scope: Scope, build: Build) -> tuple[domain.Condition, ...]:
    return tuple(each.compiled((*place, i), scope, build) for i, each in enumerate(conditions))
