"""What is known while a journey is compiled: ids and places of steps, what is wrong, the program so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from anlass.domain import registry
from anlass.domain.condition import HistoryNeed
from anlass.domain.contest import Contest
from anlass.domain.ids import short
from anlass.domain.journey import Listening
from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.domain.step import Step
from anlass.language.diagnostics import Severity, did_you_mean
from anlass.language.naming import Doubt, event_doubt, item_doubt, property_doubt, trait_doubt

if TYPE_CHECKING:
    from anlass.language.steps.base import StepModel

Place = tuple[str | int, ...]

LONGEST_ID = 40
# Lists whose members run one after the other; members of all other lists exclude each other.
_IN_ORDER = ("steps", "else", "on_timeout")


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding, at a place in the file. The compiler adds file and line."""

    code: str
    place: Place
    message: str
    remedy: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Here:
    """Where a step stands in the program: its id, its place in the file, and what follows it (None: the end)."""

    id: str
    place: Place
    next: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a condition may read where it stands. `remedy` is said where it reads something else.

    `events`: the names that `event.*` may have here. `step`: the place of the step that asks.
    """

    roots: frozenset[str]
    remedy: str
    events: tuple[str, ...] = ()
    anchor: Literal["event", "now"] = "now"
    step: Place | None = None


@dataclass
class Build:
    """The program while it grows. `names`: what the shop is known to send."""

    names: ShopNames = NOTHING_HEARD
    journey: str = ""  # its id
    entry_events: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()  # ids of steps that were broken and are not here
    problems: list[Problem] = field(default_factory=list)
    ids: dict[Place, str] = field(default_factory=dict)
    models: dict[str, StepModel] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    awaited: list[Listening] = field(default_factory=list)
    asks: set[HistoryNeed] = field(default_factory=set)
    event_properties: set[str] = field(default_factory=set)
    templates: dict[str, Place] = field(default_factory=dict)
    segments: dict[str, Place] = field(default_factory=dict)
    enrols: dict[str, Place] = field(default_factory=dict)
    topics: dict[str, Place] = field(default_factory=dict)
    contests: list[Contest] = field(default_factory=list)

    def error(self, code: str, place: Place, message: str, remedy: str) -> None:
        self.problems.append(Problem(code, place, message, remedy))

    def warning(self, code: str, place: Place, message: str, remedy: str) -> None:
        self.problems.append(Problem(code, place, message, remedy, "warning"))

    def register(self, steps: Sequence[StepModel], place: Place, *, is_reached: bool = True) -> None:
        """Gives every step of a list, and of the lists in them, its id; finds steps that are never reached."""
        for position, model in enumerate(steps):
            at = (*place, position)
            self._name(model, at)
            for inner, inner_steps in model.paths():
                self.register(inner_steps, (*at, *inner), is_reached=is_reached)
            if model.ends and is_reached and position + 1 < len(steps):
                message = "This step is never reached: the journey has ended before it."
                remedy = "Take it out, or let one path before it go on."
                self.error("step.unreachable", (*place, position + 1), message, remedy)
                is_reached = False  # what follows is said once

    def _name(self, model: StepModel, at: Place) -> None:
        id_ = model.id or derived_id(at, model.kind())
        if id_ in self.models:
            message = f'"{id_}" is the id of two steps.'
            self.error("step.duplicate_id", (*at, "id"), message, "Give each step an id of its own.")
        self.ids[at] = id_
        self.models.setdefault(id_, model)

    def path(self, steps: Sequence[StepModel], place: Place, after: str | None) -> str | None:
        """Compiles a list of steps from its end; its first step, or what comes after if it is empty."""
        following = after
        for position in reversed(range(len(steps))):
            at = (*place, position)
            here = Here(self.ids[at], at, following)
            self.steps[here.id] = steps[position].compile(here, self)
            following = here.id
        return following

    def event(self, name: str, place: Place) -> None:
        """An unknown event is allowed, but one that nobody ever sent is most likely a slip."""
        if registry.is_internal(name):
            remedy = "Name an event that the shop sends, or one of the system's such as Email Sent."
            self.error("event.reserved", place, f'"{name}" means nothing here.', remedy)
        else:
            self._doubted("event.unknown", place, event_doubt(name, self.names))

    def property(self, name: str, place: Place, events: Sequence[str]) -> None:
        """What an event carries: the same."""
        self._doubted("field.unknown", place, property_doubt(name, events, self.names))

    def item_property(self, name: str, place: Place) -> None:
        self._doubted("field.unknown", place, item_doubt(name, self.names))

    def trait(self, name: str, place: Place) -> None:
        """What is known of a person. What a step of this journey writes is known too."""
        set_here = (trait for model in self.models.values() for trait in model.sets)
        self._doubted("field.unknown", place, trait_doubt(name, set_here, self.names))

    def _doubted(self, code: str, place: Place, doubt: Doubt | None) -> None:
        if doubt is not None:
            self.warning(code, place, doubt.message, doubt.remedy)

    def segment(self, id_: str, place: Place) -> None:
        """A segment that something here asks for; it may come later, and the journey waits for it."""
        self.segments.setdefault(id_, place)

    def reference(self, id_: str, place: Place, step: Place | None, kinds: Iterable[str] = ()) -> None:
        """A step named by another: it must be there, be of the kind, and may have run before `step`."""
        kinds = tuple(kinds)
        candidates = [each for each, model in self.models.items() if not kinds or model.kind() in kinds]
        if id_ not in self.models:
            if id_ not in self.left_out:
                named = [each for each in candidates if self.models[each].id]
                sending = [each for each in named if _template_of(self.models[each]) == id_]
                guess = f'That is a template; the step that sends it is "{sending[0]}". ' if sending else ""
                sends_it = [each for each in named if _template_of(self.models[each]) == id_]
                guess = f'That is a template; the step that sends it is "{sends_it[0]}". ' if sends_it else ""
                listed = (
                    f"Steps with an id are {', '.join(named)}." if named else "No step here has an id; give it one."
                )
                self.error(
                    "reference.unknown",
                    place,
                    f'There is no step "{id_}".',
                    f"{guess or did_you_mean(id_, named)}{listed}",
                )
        elif id_ not in candidates:
            message = f'"{id_}" is a {self.models[id_].kind()}, not a {" or ".join(kinds)}.'
            self.error("reference.kind", place, message, f"Name a {' or '.join(kinds)} step.")
        elif step is not None:
            where = next(p for p, each in self.ids.items() if each == id_)
            if not may_precede(where, step):
                message = f'"{id_}" can never have run before this.'
                self.error("reference.later", place, message, "Name a step that lies before it on its path.")


def _template_of(model: StepModel) -> str | None:
    return model.written()["send"]["template"] if model.kind() == "send" else None


def may_precede(one: Place, other: Place) -> bool:
    """Whether somebody can have passed the step at `one` when they are at `other`."""
    for depth, (mine, its) in enumerate(zip(one, other, strict=False)):
        if mine == its:
            continue
        if "repeat" in one[:depth]:
            return True  # in the round before
        if isinstance(mine, int) and isinstance(its, int):
            return one[depth - 1] in _IN_ORDER and mine < its
        return depth == 0 and mine == "steps"  # an exit's steps come after the journey's
    if one[: len(other)] == other and one[len(other) : len(other) + 1] == ("repeat",):
        return True  # what ends the rounds is asked before each of them
    return len(one) < len(other)


def derived_id(place: Place, kind: str) -> str:
    """`3-1-2-send`: the positions on the way to the step, counted from 1, and its type."""
    words = [str(part + 1) if isinstance(part, int) else part for part in place]
    path = [word for word in words if word.isdigit() or word in ("exit", "on_timeout")]
    id_ = "-".join([*path, kind])
    return id_ if len(id_) <= LONGEST_ID else f"{id_[: LONGEST_ID - 9]}-{short(id_, 8)}"
