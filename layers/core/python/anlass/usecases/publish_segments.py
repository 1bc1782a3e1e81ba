"""Compiles one segment file as it is now, and keeps the version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.language.compiler import version_of
from anlass.language.diagnostics import Diagnostic
from anlass.language.segment_file import compile_segment
from anlass.ports import Definitions
from anlass.usecases.catalog import load_journey, load_segment
from anlass.usecases.content_index import ContentIndex


@dataclass(frozen=True)
class PublishedSegment:
    """`version` None: it cannot be made of this file."""

    version: str | None
    diagnostics: list[Diagnostic]


def publish_segment(
    path: str, id_: str, text: str, index: ContentIndex, definitions: Definitions, names: ShopNames = NOTHING_HEARD
) -> PublishedSegment:
    """Segments that it names may come later: it waits for them."""

    def named(other: str) -> frozenset[str]:
        """By what is live, and by what will be: neither may lead back to where it came from."""
        versions = {index.segments.get(other), index.segments_waiting.get(other)} - {None}
        return frozenset().union(*(load_segment(definitions, other, v).who.segments for v in versions if v))

    compiled = compile_segment(path, text, names, named)
    if compiled.segment is None or compiled.document is None:
        return PublishedSegment(None, compiled.diagnostics)
    version = version_of(compiled.document)
    definitions.add(f"segment/{id_}", version, compiled.document)
    return PublishedSegment(version, compiled.diagnostics)


def lacking(names: Iterable[str], index: ContentIndex, definitions: Definitions) -> tuple[str, ...]:
    """Of these segments, and of all that they name, those that nobody has uploaded: paths of the content folder."""
    lacks: set[str] = set()
    open_, looked_at = [*names], set[str]()
    while open_:
        name = open_.pop()
        if name in looked_at or name in index.segments:
            continue  # what is live lacks nothing
        looked_at.add(name)
        version = index.segments_waiting.get(name)
        if version is None:
            lacks.add(name)
        else:
            open_ += load_segment(definitions, name, version).who.segments
    return tuple(f"segments/{name}.json" for name in sorted(lacks))


def segments_gone_live(index: ContentIndex, definitions: Definitions) -> tuple[ContentIndex, tuple[str, ...]]:
    """The index with every segment live that lacks nothing any more, and those that have become so."""
    ready: list[str] = []
    while True:
        more = [id_ for id_ in sorted(index.segments_waiting) if not segment_lacks(id_, index, definitions)]
        if not more:
            return index, tuple(ready)
        for id_ in more:
            index = index.with_live_segment(id_)
        ready += more


def segment_lacks(id_: str, index: ContentIndex, definitions: Definitions) -> tuple[str, ...]:
    """What a segment waits for."""
    version = index.segments_waiting.get(id_)
    return lacking(load_segment(definitions, id_, version).who.segments, index, definitions) if version else ()


def still_used(path: str, id_: str, index: ContentIndex, definitions: Definitions) -> list[Diagnostic]:
    """What to say when the file is deleted while somebody asks about the segment."""
    journeys = [name for name, v in index.journeys.items() if id_ in load_journey(definitions, name, v).segments]
    segments = [name for name, v in index.segments.items() if id_ in load_segment(definitions, name, v).who.segments]
    used_by = sorted((*journeys, *(name for name in segments if name != id_)))
    if not used_by:
        return []
    message = f"The segment is still asked about by {', '.join(used_by)}; its last definition stays for them."
    remedy = "Take it out of these, or put the segment back."
    return [Diagnostic("segment.still_used", path, None, "", message, remedy, "warning")]
