"""The lines of one way through a journey: how it began, each step and why, and where it is."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.domain.enrolment import Enrolment, StepMemory
from anlass.domain.surroundings import Surroundings
from anlass.language.picture.words import listed
from anlass.language.steps.branch import BranchRun
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.lines import Kind, Line
from anlass.language.timeline.script import Scene
from anlass.language.timeline.unmet import values_in
from anlass.language.timeline.words import saying_words

_OUTCOMES = {
    "finished": "Through: all its steps are done",
    "goal": "Out: the goal is reached",
    "merged": "Out: two profiles turned out to be one person, who was in it twice",
    "restarted": "Out: it was entered anew",
    "held out": "Measured: the time to reach the goal by themselves is over",
}


def way_lines(row: Enrolment, dossier: Dossier) -> Iterator[Line]:
    """Its entry, each step that it has passed, and where it is or how it ended."""
    script = dossier.script(row.journey, row.version)
    name = "a day of the calendar" if row.entry.name.startswith("@") else row.entry.name
    starts = tuple(map(saying_words, script.triggers)) if script is not None else ()
    held_out = ("held out: gets nothing and is measured just the same",) if row.is_held_out else ()
    facts = {"enrolment": row.id, "version": row.version, "event": row.entry.id, "held_out": row.is_held_out or None}
    text = f"Entered by {name} ({dossier.told(row.entry.at)})"
    yield Line(row.entered_at, "entered", text, row.journey, (*held_out, *starts), facts)
    for id_, memory in row.steps.items():
        scene = script.scenes.get(id_) if script is not None else None
        if scene is None or scene.kind != "send":  # a message has lines of its own
            text, why = _passed(id_, memory, scene, row, dossier)
            yield Line(memory.at, "step", text, row.journey, why, {"enrolment": row.id, "step": id_})
    yield from _present(row, dossier)


def _present(row: Enrolment, dossier: Dossier) -> Iterator[Line]:
    """Where it is, or how it ended."""
    facts = {"enrolment": row.id, "outcome": row.outcome, "status": row.status}
    if row.goal_at is not None and row.outcome != "goal":
        yield Line(row.goal_at, "left", "The goal is reached", row.journey, (), facts)
    ended = row.event.at if row.exit_seq is not None and row.event is not None else None
    if row.outcome is not None and not (row.status == "active" and row.step is not None):
        last = ended or max((memory.at for memory in row.steps.values()), default=row.entered_at)
        kind: Kind = "left" if ended is not None else "done"
        yield Line(last, kind, outcome_words(row), row.journey, (), facts)
    elif row.status == "quarantined":
        yield Line(row.step_since, "done", "Stopped: it failed five times and waits for somebody to look", row.journey)
    elif row.step is not None:
        yield Line(row.step_since, "present", present_words(row, dossier), row.journey, (), {**facts, "step": row.step})


def outcome_words(row: Enrolment) -> str:
    if row.exit_seq is not None and row.event is not None and row.outcome in ("exit", "goal"):
        goal = ", which is the goal" if row.outcome == "goal" else ""
        return f"Out: {row.event.name} ended it{goal}"
    return _OUTCOMES.get(row.outcome or "", f"Out: {row.outcome}")


def present_words(row: Enrolment, dossier: Dossier) -> str:
    """`Is at “Wait after 24 hours”: until 2026-03-03 10:00, or Order Completed`"""
    script = dossier.script(row.journey, row.version)
    words = script.words(row.step or "") if script is not None else f"step “{row.step}”"
    if row.held_at is not None:
        return f"Is at “{words}”, held: the journey is switched off"
    until = [f"until {dossier.told(row.due)}"] if row.due is not None else []
    awaited = sorted(name for name in row.awaits if not name.startswith("@"))
    more = [*until, *([f"or {listed(awaited, 'or')}"] if awaited else [])]
    return f"Is at “{words}”: {', '.join(more)}" if more else f"Is at “{words}”"


def _passed(
    id_: str, memory: StepMemory, scene: Scene | None, row: Enrolment, dossier: Dossier
) -> tuple[str, tuple[str, ...]]:
    """What a step did, and why."""
    again = f" ({memory.visit} times by now)" if memory.visit > 1 else ""
    if scene is None:
        return f"Passed the step “{id_}”{again}", ()
    words = saying_words(scene.says)
    match scene.kind:
        case "wait":
            return f"The wait is over: {scene.says.text}{again}", ()
        case "wait_for" if memory.event is not None:
            return f"{memory.event.name} came ({dossier.told(memory.event.at)}){again}", (words,)
        case "wait_for":
            return f"No answer came: {scene.says.text}{again}", scene.says.more
        case "branch":
            return f"Branch: went on {_taken(scene, row)}{again}", _asked(id_, row, dossier)
        case "split":
            return f"Split: {memory.variant}{again}", (words,)
    return f"{words}{again}", ()


def _taken(scene: Scene, row: Enrolment) -> str:
    """The way whose steps were reached; where none has any, the one without."""
    reached = {*row.steps, row.step}
    for way in scene.ways:
        if way.steps & reached:
            return way.words
    empty = [way.words for way in scene.ways if not way.steps]
    return listed([*empty, *([scene.else_] if scene.else_ else [])], "or") or "behind it"


def _asked(id_: str, row: Enrolment, dossier: Dossier) -> tuple[str, ...]:
    """What the branch looked at, with the values that it would find now."""
    journey = dossier.catalog.journeys.get(row.journey)
    step = journey.steps.get(id_) if journey is not None and journey.version == row.version else None
    if journey is None or not isinstance(step, BranchRun):
        return ()
    sends = {send.row: send for send in dossier.by_enrolment.get(row.id, ())}
    around = Surroundings(dossier.facts(journey), row, sends)
    said = [values_in(way.when, around) for way in step.ways]
    return tuple(dict.fromkeys(f"{value}, as it stands now" for values in said for value in values))
