"""A whole content folder as publishing would see it: every file, in any order, and what is missing between them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.domain.send import Purpose
from anlass.language.compiler import LONGEST, compile_journey
from anlass.language.conditions import BelongsTo, Clause, JourneyIs
from anlass.language.diagnostics import Diagnostic, did_you_mean
from anlass.language.folder import content_file, unknown_file
from anlass.language.journey_file import JourneyFile
from anlass.language.json_source import read_source
from anlass.language.segment_file import SegmentFile, compile_segment
from anlass.language.settings import FILE as SETTINGS
from anlass.language.settings import Settings, parse_settings
from anlass.language.template import compile_template
from anlass.language.template_document import TemplateDocument
from anlass.language.tree import parts

Piece = Callable[[], list[Diagnostic]]
File = TypeVar("File", bound=BaseModel)


class Folder:
    """The files of a content folder by path below it. It is also what its journeys see around them.

    `names`: what the shop is known to send; `now`: when it would be published, None: at any time.
    """

    def __init__(self, files: Mapping[str, str], names: ShopNames = NOTHING_HEARD, now: datetime | None = None) -> None:
        self._files = files
        self._names = names
        self._now = now
        self._unknown: list[str] = []
        self._journeys: dict[str, str] = {}  # id -> path
        self._segments: dict[str, str] = {}
        self._templates: dict[str, dict[str, str]] = {}
        self._blocks: dict[str, str] = {}
        self._compiled: dict[str, tuple[TemplateDocument | None, list[Diagnostic]]] = {}
        for path, text in sorted(files.items()):
            file = content_file(path)
            match file.kind:
                case "journey":
                    self._journeys[file.name] = path
                case "segment":
                    self._segments[file.name] = path
                case "template":
                    self._templates.setdefault(file.name, {})[path.removeprefix(f"templates/{file.name}/")] = text
                case "block":
                    self._blocks[path.removeprefix("templates/")] = text
                case "unknown":
                    self._unknown.append(path)
                case "settings" | "ignored":
                    pass

    def pieces(self) -> list[Piece]:
        """The work in pieces; each answers with what it found. The same finding may be in several."""
        return [
            lambda: [unknown_file(path) for path in self._unknown],
            lambda: self._settings[1],
            *(partial(self._about_template, name) for name in self._templates),
            *(partial(self._about_segment, path) for path in self._segments.values()),
            *(partial(self._about_journey, path) for path in self._journeys.values()),
        ]

    def now(self) -> datetime | None:
        return self._now

    def purpose_of(self, template: str) -> Purpose | None:
        document = self._template(template)[0] if template in self._templates else None
        return document.purpose if document else None

    def journey(self, id_: str) -> JourneyFile | None:
        return self._models.get(id_)

    def journeys(self) -> Collection[str]:
        return self._models.keys()

    def segment(self, id_: str) -> Clause | None:
        segment = self._segment_models.get(id_)
        return segment.who if segment is not None else None

    def is_asked_about(self, journey: str) -> bool | None:
        return journey in self._asked

    def topics(self) -> Collection[str] | None:
        settings = self._settings[0]
        return settings.topics.keys() if settings else None

    def test_people(self) -> int | None:
        settings = self._settings[0]
        return len(settings.test_people) if settings else None

    @cached_property
    def _settings(self) -> tuple[Settings | None, list[Diagnostic]]:
        if SETTINGS not in self._files:
            message, remedy = "There are no settings.", "Add settings.json: brand, shop, imprint, sender and topics."
            return None, [Diagnostic("content.missing", SETTINGS, None, "", message, remedy)]
        return parse_settings(self._files[SETTINGS])

    @cached_property
    def _models(self) -> Mapping[str, JourneyFile]:
        """The journeys that can be read; of the others their own findings tell."""
        models = {id_: _read(JourneyFile, path, self._files[path]) for id_, path in self._journeys.items()}
        return {id_: model for id_, model in models.items() if model is not None}

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(
            part.model.journey
            for id_, journey in self._models.items()
            for part in parts(journey)
            if isinstance(part.model, JourneyIs) and part.model.journey != id_
        )

    @cached_property
    def _segment_models(self) -> Mapping[str, SegmentFile]:
        models = {id_: _read(SegmentFile, path, self._files[path]) for id_, path in self._segments.items()}
        return {id_: model for id_, model in models.items() if model is not None}

    @cached_property
    def _named(self) -> Mapping[str, frozenset[str]]:
        """The segments that each segment asks about."""
        return {
            id_: frozenset(part.model.segment for part in parts(model) if isinstance(part.model, BelongsTo))
            for id_, model in self._segment_models.items()
        }

    def _template(self, name: str) -> tuple[TemplateDocument | None, list[Diagnostic]]:
        if name not in self._compiled:
            settings = self._settings[0]
            locale, languages = (settings.locale, settings.languages) if settings else ("de", frozenset())
            files = self._templates[name]
            self._compiled[name] = compile_template(name, files, self._blocks, locale, languages)
        return self._compiled[name]

    def _about_template(self, name: str) -> list[Diagnostic]:
        return self._template(name)[1]

    def _about_segment(self, path: str) -> list[Diagnostic]:
        named = self._named
        compiled = compile_segment(path, self._files[path], self._names, lambda id_: named.get(id_, frozenset()))
        return [*compiled.diagnostics, *self._missing(compiled.needs)]

    def _about_journey(self, path: str) -> list[Diagnostic]:
        compiled = compile_journey(path, self._files[path], self._names, around=self)
        return [*compiled.diagnostics, *self._missing(compiled.needs)]

    def _missing(self, needs: Mapping[str, Diagnostic]) -> Iterator[Diagnostic]:
        known = {"templates": {*self._templates}, "segments": {*self._segments}, "journeys": {*self._journeys}}
        for path, finding in needs.items():
            kind, name = path.rstrip("/").removesuffix(".json").split("/")
            there = known[kind]
            if name not in there:
                yield replace(finding, remedy=f"{did_you_mean(name, there)}{finding.remedy}")


def _read(model: type[File], path: str, text: str) -> File | None:
    """As publishing reads it. What is wrong with it is said where the file itself is looked at."""
    source, _ = read_source(text, path, LONGEST)
    try:
        return model.model_validate(source.value) if source is not None else None
    except ValidationError:
        return None
