"""What is published around a journey, for the checks that look beyond its own file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from anlass.domain.send import Purpose
from anlass.language.compiler import file_from, plain
from anlass.language.conditions import Clause
from anlass.language.journey_file import JourneyFile
from anlass.language.segment_file import SegmentFile
from anlass.language.template_document import TemplateDocument
from anlass.ports import Definitions
from anlass.usecases.content_index import ContentIndex


@dataclass(frozen=True)
class Published:
    """Reads only what it is asked for. Of other journeys the newest valid version counts, live or not."""

    index: ContentIndex
    definitions: Definitions
    at: datetime

    def now(self) -> datetime:
        return self.at

    def purpose_of(self, template: str) -> Purpose | None:
        version = self.index.templates.get(template)
        document = self.definitions.get(f"template/{template}", version) if version else None
        return TemplateDocument.from_dict(document).purpose if document else None

    def journey(self, id_: str) -> JourneyFile | None:
        version = self.index.candidates.get(id_)
        document = self.definitions.get(f"journey/{id_}", version) if version else None
        return file_from(document) if document else None

    def journeys(self) -> Collection[str]:
        return self.index.candidates.keys()

    def segment(self, id_: str) -> Clause | None:
        version = self.index.segments.get(id_)
        document = self.definitions.get(f"segment/{id_}", version) if version else None
        return SegmentFile.model_validate(plain(document)).who if document else None

    def topics(self) -> None:
        """For a topic that is not there yet a journey waits; that is no finding."""

    def test_people(self) -> int | None:
        document = self.definitions.get("settings", self.index.settings) if self.index.settings else None
        return len(document["test_people"]) if document else None

    def is_asked_about(self, journey: str) -> bool | None:  # noqa: ARG002  # that would mean to read all of them
        return None
