"""A journey's file by its steps: what each says, and which ways lead out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from anlass.language.building import Build, Place
from anlass.language.journey_file import JourneyFile
from anlass.language.picture.step_words import onward_words, way_words
from anlass.language.picture.words import Saying
from anlass.language.steps.base import StepModel


@dataclass(frozen=True, slots=True)
class Way:
    """A path out of a step: when it is taken, and all steps that lie on it."""

    words: str
    steps: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scene:
    """A step. `ways` in the order of the file; `else_` is what leads on without any of them, where that may be."""

    kind: str
    says: Saying
    ways: tuple[Way, ...] = ()
    else_: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    triggers: tuple[Saying, ...]
    scenes: Mapping[str, Scene]

    def words(self, step: str) -> str:
        scene = self.scenes.get(step)
        if scene is None:
            return f"step “{step}”"
        joint = " " if scene.kind == "wait" else ": "
        return joint.join(filter(None, (scene.says.what, scene.says.text)))


def script_of(file: JourneyFile) -> Script:
    build = Build()
    scenes: dict[str, Scene] = {}
    for place, steps in ((("steps",), file.steps), *_exits(file)):
        build.register(steps, place)
    for id_, model in build.models.items():
        scenes[id_] = _scene(model, _place_of(id_, build.ids), build.ids)
    return Script(tuple(each.says() for _, each in file.triggers()), scenes)


def _exits(file: JourneyFile) -> Iterator[tuple[Place, Sequence[StepModel]]]:
    for position, out in enumerate(file.exit):
        yield ("exit", position, "steps"), out.steps


def _place_of(id_: str, ids: Mapping[Place, str]) -> Place:
    return next(place for place, each in ids.items() if each == id_)


def _scene(model: StepModel, place: Place, ids: Mapping[Place, str]) -> Scene:
    kind, written = model.kind(), model.written()
    ways = tuple(
        Way(way_words(written, at), frozenset(id_ for each, id_ in ids.items() if _is_in(each, (*place, *at))))
        for at, _ in model.paths()
    )
    return Scene(kind, model.says(), ways, onward_words(kind, written) if ways else None)


def _is_in(place: Place, folder: Place) -> bool:
    return len(place) > len(folder) and place[: len(folder)] == folder
