"""Journey file → the journey as it runs, or everything that is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from anlass.domain.errors import BrokenDefinition
from anlass.domain.journey import Goal, Journey
from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.language.building import Build, Problem, Scope
from anlass.language.conditions import predicate
from anlass.language.diagnostics import Diagnostic, has_errors, in_order
from anlass.language.explaining import explained
from anlass.language.journey_file import JourneyFile
from anlass.language.json_cursor import dotted
from anlass.language.json_source import Source, read_source
from anlass.language.meant import likely
from anlass.language.model import is_id
from anlass.language.model_walk import keys_of
from anlass.language.needs import needs_of
from anlass.language.repairing import PUT_IN, ids_in, repaired
from anlass.language.steps.base import StepModel
from anlass.language.steps.send import SendStep
from anlass.language.surroundings import ALONE, Surroundings

LONGEST = 200_000  # characters; a stored definition holds 400 KB
MOST_STEPS = 200  # an enrolment remembers each step it passed


@dataclass(frozen=True)
class Compiled:
    """`journey` and `document` are None if there is an error.

    `needs`: path in the content folder -> where the file names it first, as a finding that it is missing.
    """

    journey: Journey | None
    diagnostics: list[Diagnostic]
    document: Mapping[str, Any] | None = None
    needs: Mapping[str, Diagnostic] = field(default_factory=dict)


def compile_journey(file: str, text: str, names: ShopNames = NOTHING_HEARD, around: Surroundings = ALONE) -> Compiled:
    """The journey in `file` (`journeys/welcome.json`), and every mistake and doubt.

    `names`: what the shop sends; `around`: what else is in the folder.
    """
    source, findings = read_source(text, file, LONGEST)
    if source is None:
        return Compiled(None, in_order(findings))
    model, mistakes = explained(JourneyFile, source)
    findings += mistakes
    is_whole = model is not None and not mistakes
    left_out = frozenset() if is_whole else frozenset(ids_in(source.value))
    model = model or repaired(source.value)
    if model is None:
        return Compiled(None, in_order(findings))
    build = Build(names=names, left_out=left_out)
    journey = _assembled(model, build, version_of(source.value))
    name = file.rpartition("/")[2].removesuffix(".json")
    if model.id != name and model.id == source.value.get("id"):
        message = f'The file is called {name}.json, the journey "{model.id}".'
        build.error("journey.id", ("id",), message, file_remedy(name, model.id))
    strange = source.value.keys() - keys_of(JourneyFile)
    if not model.why and "why" not in source.value and not any(likely(key, ["why"]) for key in strange):
        message, remedy = "Nobody knows in a year what this journey is for.", 'Add "why" with a sentence.'
        build.warning("journey.why", (), message, remedy)
    if len(build.ids) > MOST_STEPS:
        message = f"The journey has {len(build.ids)} steps; {MOST_STEPS} is the most."
        build.error("journey.too_long", ("steps",), message, "Make two journeys of it.")
    if is_whole:  # of what was put in for a broken part nothing can be said
        from anlass.language.checks import checked  # only publishing needs them; a function that runs starts without

        build.problems += checked(model, build, around)
    findings += [diagnosed(source, problem) for problem in build.problems]
    findings = in_order(findings)
    build.templates.pop(PUT_IN, None)
    needs = {path: diagnosed(source, problem) for path, problem in needs_of(model, build)}
    if has_errors(findings):
        return Compiled(None, findings, needs=needs)
    return Compiled(journey, findings, source.value, needs)


def file_remedy(name: str, id_: str) -> str:
    """What to do if a file is not called as what stands in it. `name`: of the file, without its ending."""
    is_right = is_id(name)
    return f'Write "id": "{name}", or rename the file.' if is_right else f"Rename the file: {id_}.json."


def journey_from(document: Mapping[str, Any], version: str | None = None) -> Journey:
    """A stored document that was checked when it was published. Raises BrokenDefinition."""
    model = file_from(document)
    build = Build()
    journey = _assembled(model, build, version or version_of(plain(document)))
    wrong = [problem for problem in build.problems if problem.severity == "error"]
    if wrong:
        raise BrokenDefinition(f"stored journey {model.id} is not right ({wrong[0].message}); publish it again")
    return journey


def file_from(document: Mapping[str, Any]) -> JourneyFile:
    """A stored document as its author wrote it. Raises BrokenDefinition."""
    try:
        return JourneyFile.model_validate(plain(document))
    except ValidationError as error:
        places = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        raise BrokenDefinition(f"a stored journey cannot be read (at {places}); publish it again") from None


def version_of(document: Any) -> str:
    """The same content is the same version, however it is laid out."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _assembled(model: JourneyFile, build: Build, version: str) -> Journey:
    build.journey = model.id
    build.entry_events = tuple(name for _, trigger in model.triggers() for name in trigger.enters_with)
    build.register(model.steps, ("steps",))
    for position, out in enumerate(model.exit):
        build.register(out.steps, ("exit", position, "steps"))
    compiled = (
        trigger.compile(f"{model.id}/{position}", place, build)
        for position, (place, trigger) in enumerate(model.triggers())
    )
    triggers = tuple(trigger for trigger in compiled if trigger is not None)
    roots = frozenset({"event", "entry", "profile", "history", "journeys", "reachable", "segments"})
    remedy = "Nothing has happened yet when somebody enters: take entry.… or profile.…"
    who = predicate(model.who, ("who",), Scope(roots, remedy, build.entry_events), build)
    exits = tuple(out.compiled(("exit", i), build) for i, out in enumerate(model.exit))
    goal = model.goal.compiled(("goal",), build) if model.goal else None
    if model.entry.per is not None:
        build.property(model.entry.per, ("entry", "per"), build.entry_events)
    start = build.path(model.steps, ("steps",), None)
    return Journey(
        id=model.id,
        version=version,
        name=model.name or model.id,
        status=model.status,
        topic=model.topic,
        priority=model.priority,
        in_flight=model.in_flight,
        triggers=triggers,
        who=who,
        entry=model.entry.compiled(),
        exits=exits,
        goal=goal,
        steps=build.steps,
        start=start,
        awaited=tuple(build.awaited),
        templates=frozenset(build.templates),
        asks=frozenset(build.asks),
        holdout=model.holdout,
        caps={channel: cap.model_dump(exclude_none=True) for channel, cap in model.caps.items()},
        enrols=frozenset(build.enrols),
        segments=frozenset(build.segments),
        topics=frozenset(build.topics),
        event_properties=frozenset(build.event_properties),
        is_brief=not build.contests and not any(_holds(step) for step in build.models.values()),
        measured=_measured(goal, build),
    )


def _holds(step: StepModel) -> bool:
    return step.kind() in ("wait", "wait_for", "repeat") or (isinstance(step, SendStep) and step.send.at is not None)


def _measured(goal: Goal | None, build: Build) -> timedelta | None:
    """A split that looks for its winner has to know of successes that come after the last step."""
    if goal is None or not build.contests:
        return None
    return goal.within or max(contest.after for contest in build.contests)


def diagnosed(source: Source, problem: Problem) -> Diagnostic:
    span = source.value_of(problem.place)
    path = dotted(problem.place)
    return span.finding(problem.code, source.file, path, problem.message, problem.remedy, problem.severity)


def plain(value: Any) -> Any:
    """Stores hand numbers back as decimals."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    return value
