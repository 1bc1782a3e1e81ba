"""A segment file, `segments/<id>.json`: a condition on people that has a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field, ValidationError

from anlass.domain.condition import compile_condition
from anlass.domain.errors import BrokenDefinition
from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.domain.segment import Segment
from anlass.language.building import Build, Scope
from anlass.language.compiler import diagnosed, file_remedy, plain, version_of
from anlass.language.conditions import Condition
from anlass.language.diagnostics import Diagnostic, has_errors, in_order
from anlass.language.explaining import explained
from anlass.language.json_source import read_source
from anlass.language.model import Id, Model, Words
from anlass.language.needs import needs_of

LONGEST = 50_000  # characters
Named = Callable[[str], frozenset[str]]  # a segment → the segments that its own condition names


class SegmentFile(Model):
    """Who belongs to it: whoever the condition is true of, at any time."""

    schema_: str | None = Field(None, alias="$schema")
    id: Id = Field(description="The file's name without .json: small letters, digits, - and _, 40 at most")
    name: Words | None = Field(None, description="What people call it")
    why: Words | None = Field(None, description="What it is for, in your own words")
    who: Condition


@dataclass(frozen=True)
class CompiledSegment:
    """`segment` and `document` are None if there is an error. `needs` as of a compiled journey."""

    segment: Segment | None
    diagnostics: list[Diagnostic]
    document: Mapping[str, Any] | None = None
    needs: Mapping[str, Diagnostic] = field(default_factory=dict)


def compile_segment(
    file: str, text: str, names: ShopNames = NOTHING_HEARD, named: Named = lambda _: frozenset()
) -> CompiledSegment:
    """The segment in `file` (`segments/vip.json`), and every mistake and doubt. `named` knows the other segments."""
    source, findings = read_source(text, file, LONGEST)
    if source is None:
        return CompiledSegment(None, in_order(findings))
    model, mistakes = explained(SegmentFile, source)
    findings += mistakes
    if model is None:
        return CompiledSegment(None, in_order(findings))
    build = Build(names=names)
    segment = _assembled(model, build, version_of(source.value))
    name = file.rpartition("/")[2].removesuffix(".json")
    if model.id != name:
        message = f'The file is called {name}.json, the segment "{model.id}".'
        build.error("segment.id", ("id",), message, file_remedy(name, model.id))
    for other, place in build.segments.items():
        way = _way_back(model.id, other, named)
        if way:
            message = f"The segment asks about itself: {' → '.join((model.id, *way))}."
            build.error("segment.circle", place, message, "Say in one of them whom it is about, without the others.")
    from anlass.language.checks import checked_conditions  # only publishing needs them

    build.problems += checked_conditions(model, build)
    findings += [diagnosed(source, problem) for problem in build.problems]
    findings = in_order(findings)
    needs = {path: diagnosed(source, problem) for path, problem in needs_of(model, build)}
    if has_errors(findings):
        return CompiledSegment(None, findings, needs=needs)
    return CompiledSegment(segment, findings, source.value, needs)


def segment_from(document: Mapping[str, Any], version: str) -> Segment:
    """A stored document that was checked when it was published. Raises BrokenDefinition."""
    try:
        model = SegmentFile.model_validate(plain(document))
    except ValidationError as error:
        places = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        raise BrokenDefinition(f"a stored segment cannot be read (at {places}); publish it again") from None
    return _assembled(model, Build(), version)


def _assembled(model: SegmentFile, build: Build, version: str) -> Segment:
    roots = frozenset({"profile", "history", "journeys", "reachable", "segments"})
    scope = Scope(roots, "A segment is about the person alone: take profile.… or what they did.")
    who = compile_condition(model.who.compiled(("who",), scope, build))
    return Segment(model.id, version, model.name or model.id, who)


def _way_back(id_: str, other: str, named: Named) -> tuple[str, ...]:
    """From `other` back to the segment; empty if there is no such way."""
    if other == id_:
        return (other,)
    ways: list[tuple[str, ...]] = [(other,)]
    seen = {other}
    while ways:
        way = ways.pop()
        for following in sorted(named(way[-1])):
            if following == id_:
                return (*way, following)
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()
