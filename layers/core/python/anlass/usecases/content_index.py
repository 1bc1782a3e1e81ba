"""The index of what is published: which version of what is live, and what is valid but still waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class ContentIndex:
    """All by name -> version. `withdrawn` templates were deleted: their last version serves those in flight.

    For the report pages only: `since` says when what is live became so (ISO), by path without its ending; `faults` how
    many errors and warnings the last look at a path found.
    """

    settings: str | None = None
    templates: Mapping[str, str] = field(default_factory=dict)
    journeys: Mapping[str, str] = field(default_factory=dict)
    candidates: Mapping[str, str] = field(default_factory=dict)  # the newest valid version of each journey, live or not
    withdrawn: frozenset[str] = frozenset()
    segments: Mapping[str, str] = field(default_factory=dict)
    segments_waiting: Mapping[str, str] = field(default_factory=dict)  # valid, but naming some that are not there
    lives: Mapping[str, str] = field(default_factory=dict)  # of journeys that are on: the revision that turned them on
    requested: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # selections to be started, by name
    transactional: frozenset[str] | None = None  # templates; None: of an index from before this was kept
    since: Mapping[str, str] = field(default_factory=dict, compare=False)
    faults: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> ContentIndex:
        return cls(
            stored.get("settings"),
            stored.get("templates", {}),
            stored.get("journeys", {}),
            stored.get("candidates", {}),
            frozenset(stored.get("withdrawn", ())),
            stored.get("segments", {}),
            stored.get("segments_waiting", {}),
            stored.get("lives", {}),
            stored.get("requested", {}),
            frozenset(stored["transactional"]) if "transactional" in stored else None,
            stored.get("since", {}),
            {path: (int(errors), int(warnings)) for path, (errors, warnings) in stored.get("faults", {}).items()},
        )

    def stored(self) -> dict[str, Any]:
        return {
            "settings": self.settings,
            "templates": dict(self.templates),
            "journeys": dict(self.journeys),
            "candidates": dict(self.candidates),
            "withdrawn": sorted(self.withdrawn),
            "segments": dict(self.segments),
            "segments_waiting": dict(self.segments_waiting),
            "lives": dict(self.lives),
            "requested": {name: dict(selection) for name, selection in self.requested.items()},
            **({"transactional": sorted(self.transactional)} if self.transactional is not None else {}),
            "since": dict(self.since),
            "faults": {path: list(counts) for path, counts in self.faults.items()},
        }

    def versions(self) -> dict[str, str]:
        """What is live, by path without its ending."""
        named = {"templates": self.templates, "journeys": self.journeys, "segments": self.segments}
        found = {f"{kind}/{name}": version for kind, all_ in named.items() for name, version in all_.items()}
        return {**found, "settings": self.settings} if self.settings else found

    def changed_since(self, before: ContentIndex) -> tuple[str, ...]:
        known = before.versions()
        return tuple(sorted(path for path, version in self.versions().items() if known.get(path) != version))

    def dated(self, before: ContentIndex, at: str) -> ContentIndex:
        """With the time of what has become live since `before`."""
        changed = self.changed_since(before)
        since = {path: at if path in changed else before.since.get(path, at) for path in self.versions()}
        return replace(self, since=since)

    def with_faults(self, path: str, errors: int, warnings: int) -> ContentIndex:
        others = {each: counts for each, counts in self.faults.items() if each != path}
        return replace(self, faults={**others, path: (errors, warnings)} if errors or warnings else others)

    def with_template(self, name: str, version: str) -> ContentIndex:
        return replace(self, templates={**self.templates, name: version}, withdrawn=self.withdrawn - {name})

    def without_template(self, name: str) -> ContentIndex:
        return replace(self, withdrawn=self.withdrawn | {name}) if name in self.templates else self

    def with_segment_candidate(self, id_: str, version: str) -> ContentIndex:
        others = _without(self.segments_waiting, id_)
        is_live = self.segments.get(id_) == version
        return replace(self, segments_waiting=others if is_live else {**others, id_: version})

    def with_live_segment(self, id_: str) -> ContentIndex:
        live = {**self.segments, id_: self.segments_waiting[id_]}
        return replace(self, segments=live, segments_waiting=_without(self.segments_waiting, id_))

    def without_segment_candidate(self, id_: str) -> ContentIndex:
        return replace(self, segments_waiting=_without(self.segments_waiting, id_))

    def without_segment(self, id_: str) -> ContentIndex:
        live, waiting = _without(self.segments, id_), _without(self.segments_waiting, id_)
        return replace(self, segments=live, segments_waiting=waiting)

    def with_candidate(self, id_: str, version: str) -> ContentIndex:
        return replace(self, candidates={**self.candidates, id_: version})

    def with_live(self, id_: str) -> ContentIndex:
        return replace(self, journeys={**self.journeys, id_: self.candidates[id_]})

    def without_journey(self, id_: str) -> ContentIndex:
        return replace(self, journeys=_without(self.journeys, id_), candidates=_without(self.candidates, id_))

    def waiting(self) -> list[str]:
        """Journeys whose newest valid version is not live."""
        return sorted(id_ for id_, version in self.candidates.items() if self.journeys.get(id_) != version)


def _without(versions: Mapping[str, str], name: str) -> dict[str, str]:
    return {each: version for each, version in versions.items() if each != name}
