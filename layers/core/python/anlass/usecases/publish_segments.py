"""Compiles one segment file as it is now, and keeps the version."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    """Segments that it names may come later: until then nobody belongs to them, and that is said."""

    def named(other: str) -> frozenset[str]:
        version = index.segments.get(other)
        return load_segment(definitions, other, version).who.segments if version else frozenset()

    compiled = compile_segment(path, text, names, named)
    if compiled.segment is None or compiled.document is None:
        return PublishedSegment(None, compiled.diagnostics)
    version = version_of(compiled.document)
    definitions.add(f"segment/{id_}", version, compiled.document)
    there = {f"segments/{other}.json" for other in index.segments}
    missing = [replace(need, severity="warning") for path, need in compiled.needs.items() if path not in there]
    return PublishedSegment(version, [*compiled.diagnostics, *missing])


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
