"""A journey as a plain graph: what a picture of it shows, however that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from anlass.language.building import Place
from anlass.language.picture.step_words import again_words, onward_words, way_words
from anlass.language.picture.words import Saying, condition_lines, condition_words, field_words, match_words

if TYPE_CHECKING:
    from pydantic import BaseModel

    from anlass.language.journey_file import EntryModel, ExitModel, GoalModel, JourneyFile
    from anlass.language.listening import ListeningModel
    from anlass.language.steps.base import StepModel

Kind = Literal["trigger", "who", "send", "wait", "choice", "change", "leave", "over", "exit", "goal"]
_KINDS: dict[str, Kind] = {
    "send": "send",
    "wait": "wait",
    "exit": "leave",
}  # all others: with ways a choice, else a change
MOST_LINES = 8  # of a box, below what it says first


@dataclass(frozen=True)
class Node:
    """`place`: where in the file it stands; () for what stands nowhere. `step`: the id that its author gave it."""

    id: str
    kind: Kind
    says: Saying
    place: Place = ()
    step: str | None = None

    @property
    def head(self) -> str:
        """What it is, and how other steps call it: `Send · remind`."""
        return " · ".join(filter(None, (self.says.what, self.step)))

    @property
    def lines(self) -> tuple[str, ...]:
        """What else is to be known, as far as a box has room for it."""
        more = self.says.more
        return more if len(more) <= MOST_LINES else (*more[: MOST_LINES - 1], f"… {len(more) - MOST_LINES + 1} more")


@dataclass(frozen=True)
class Edge:
    """`label`: when this way is taken. `back`: it leads to something that was passed already."""

    source: str
    target: str
    label: str = ""
    back: bool = False


@dataclass(frozen=True)
class Picture:
    """`nodes` in the order of the file."""

    title: str
    why: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def picture_of(journey: JourneyFile) -> Picture:
    """Everything that the file says happens: triggers, who, all steps and ways, exits with theirs, the goal."""
    drawing = _Drawing()
    loose = [(drawing.add("trigger", each.says(), place), "", 0) for place, each in journey.triggers()]
    entering = _entering(journey)
    if entering is not None:
        loose = [(drawing.reach("who", entering, loose, ("who",)), "", 0)]
    drawing.end(drawing.path(journey.steps, ("steps",), loose), "The journey ends")
    if journey.goal is not None:
        drawing.add("goal", _goal(journey.goal), ("goal",))
    for position, each in enumerate(journey.exit):
        place = ("exit", position)
        start = drawing.add("exit", _exit(each), place)
        if each.steps:
            drawing.end(drawing.path(each.steps, (*place, "steps"), [(start, "", 0)]), "Out of the journey")
    return Picture(journey.name or journey.id, journey.why or "", tuple(drawing.nodes), drawing.edges())


_Loose = list[tuple[str, str, int]]  # nodes from which it goes on; the words of the way, and the how manieth it is


class _Drawing:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.ways: list[tuple[int, Edge]] = []

    def add(self, kind: Kind, says: Saying, place: Place = (), step: str | None = None) -> str:
        id_ = f"n{len(self.nodes) + 1}"
        self.nodes.append(Node(id_, kind, says, place, step))
        return id_

    def reach(self, kind: Kind, says: Saying, loose: _Loose, place: Place = (), step: str | None = None) -> str:
        node = self.add(kind, says, place, step)
        self.ways += [(number, Edge(source, node, label)) for source, label, number in loose]
        return node

    def end(self, loose: _Loose, words: str) -> None:
        if loose:
            self.reach("over", Saying("", words), loose)

    def edges(self) -> tuple[Edge, ...]:
        """From box to box in the order of the file, and so the ways out of each."""
        order = {node.id: number for number, node in enumerate(self.nodes)}
        return tuple(edge for _, edge in sorted(self.ways, key=lambda way: (order[way[1].source], way[0])))

    def path(self, steps: Sequence[StepModel], place: Place, loose: _Loose) -> _Loose:
        for position, step in enumerate(steps):
            loose = self._step(step, (*place, position), loose)
        return loose

    def _step(self, step: StepModel, place: Place, loose: _Loose) -> _Loose:
        """The step, all steps in it, and from where it goes on."""
        kind, ways = step.kind(), list(step.paths())
        node = self.reach(_KINDS.get(kind, "choice" if ways else "change"), step.says(), loose, place, step.id)
        if not ways:
            return [] if step.ends else [(node, "", 0)]
        written = step.written()
        ends: _Loose = []
        for number, (at, steps) in enumerate(ways):
            ends += self.path(steps, (*place, *at), [(node, way_words(written, at), number)])
        again = again_words(kind, written)
        if again is not None and ends:
            turn = self.reach("wait", Saying("", again), ends)
            self.ways.append((0, Edge(turn, node, back=True)))
            ends = []
        onward = onward_words(kind, written)
        return ends if onward is None else [*ends, (node, onward, len(ways))]


def _entering(journey: JourneyFile) -> Saying | None:
    """Who enters and how often, unless that is everybody and always."""
    more = _how_often(journey.entry)
    if journey.holdout:
        more = (*more, f"{journey.holdout:g} % of them get nothing and are measured")
    if journey.who is None and not more:
        return None
    if journey.who is None:
        return Saying("For whom", "everybody", more)
    first, *others = condition_lines(_written(journey.who))
    return Saying("For whom", first, (*others, *more))


def _how_often(entry: EntryModel) -> tuple[str, ...]:
    per = f" for each {field_words(entry.per)}" if entry.per else ""
    again = entry.again or ("never" if entry.per else "always")
    if again == "always":
        return (f"as often as it happens{per}",) if per else ()
    if again == "never":
        return (f"only once{per}",)
    return (f"again {again} at the earliest{per}",)


def _goal(goal: GoalModel) -> Saying:
    within = (f"within {goal.within}",) if goal.within else ()
    worth = (f"worth: {field_words(goal.value)}",) if goal.value else ()
    return Saying("Goal, ends it at any time", goal.event, (*_like(goal), *within, *worth))


def _exit(out: ExitModel) -> Saying:
    return Saying("Ends it at any time", out.event, _like(out))


def _like(heard: ListeningModel) -> tuple[str, ...]:
    """What the event must be like."""
    where = (f"with {condition_words(_written(heard.where))}",) if heard.where else ()
    return (*where, *match_words(heard.match))


def _written(model: BaseModel) -> Any:
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
