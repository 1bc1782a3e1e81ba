"""Writes the pages that marketers read beside the reports: one of what was published, of all that shows it, and one of
everything at a glance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.language.compiler import file_from
from anlass.language.journey_file import JourneyFile
from anlass.language.picture.graph import picture_of
from anlass.language.report_page import Found, Page, Report, Row, ShownMessage, overview_page, report_page
from anlass.language.report_page_mails import sample_mails
from anlass.language.settings import Settings
from anlass.language.template_document import TemplateDocument
from anlass.ports import (
    Clock,
    Content,
    Definitions,
)
from anlass.usecases.catalog import load_journey
from anlass.usecases.content_index import ContentIndex
from anlass.usecases.publish_content import Publication, about, about_template, journey_lacks
from anlass.usecases.publish_segments import segment_lacks
from anlass.usecases.read_once import ReadOnce

_GROUPS = {"journeys": "Journeys", "segments": "Segments", "templates": "Messages"}
_ENTERED = "Order Completed"  # what enrolled the made-up person, where a trigger does not say


def write_pages(
    done: Publication, *, content: Content, definitions: Definitions, clock: Clock, names: ShopNames = NOTHING_HEARD
) -> list[str]:
    """Writes below reports/: a page of what was published and of all that shows it, and index.html; their paths."""
    if done.status == "ignored":
        return []
    index = ContentIndex.of(definitions.fresh_index()[1])
    desk = _Desk(index, ReadOnce(content), definitions, names, clock.now())
    pages = {f"{_name(each.path)}.html": desk.page(each) for each in (done, *desk.touched(done))}
    pages["index.html"] = desk.overview()
    for path, page in pages.items():
        content.write_report(f"reports/{path}", page, "text/html; charset=utf-8")
    return list(pages)


@dataclass(frozen=True)
class _Desk:
    """What all pages of one run are made from."""

    index: ContentIndex
    content: Content
    definitions: Definitions
    names: ShopNames
    now: datetime

    def touched(self, done: Publication) -> Iterator[Publication]:
        """What shows something of what was published, and who waited for it."""
        folder, _, name = _name(done.path).partition("/")
        changed = [each.removeprefix("templates/") for each in done.changed if each.startswith("templates/")]
        if folder == "settings":
            changed = sorted(self.index.templates)
            yield from (about_template(each, self.index, self.content, self.definitions) for each in changed)
        elif name.startswith("_blocks/"):
            yield from (self._by_block(done, each) for each in changed)
        shown = {*changed, *([name] if folder == "templates" else [])}
        showing = [id_ for id_, version in sorted(self.index.candidates.items()) if shown & self._sent(id_, version)]
        for each in dict.fromkeys((*done.went_live, *(f"journeys/{id_}" for id_ in showing))):
            yield about(each, self.index, self.content, self.definitions, self.names, self.now)

    def _by_block(self, done: Publication, name: str) -> Publication:
        """A template of which a new block made another version: what is to be said of it was said with the block."""
        path = f"templates/{name}/"
        about = [each for each in done.diagnostics if each.file.startswith(path)]
        return Publication(path, "live", about, version=self.index.templates[name])

    def page(self, published: Publication) -> Page:
        match published.path.split("/"):
            case ["journeys", file]:
                return report_page(self._journey(published, file.removesuffix(".json")))
            case ["templates", name, ""]:
                return report_page(replace(self._report(published, name), messages=[self._message(name, _ENTERED)]))
        return report_page(self._report(published, _name(published.path)))

    def overview(self) -> Page:
        rows = {name: self._row(name) for name in sorted({*self._valid(), *map(_name, self.index.faults)})}
        groups = [
            (heading, [rows.pop(name) for name in list(rows) if name.startswith(f"{folder}/")])
            for folder, heading in _GROUPS.items()
        ]
        brand = self._settings.brand if self._settings else ""
        return overview_page(brand, [*groups, ("Settings and other files", list(rows.values()))], self.now)

    def _valid(self) -> list[str]:
        waiting = (f"segments/{id_}" for id_ in self.index.segments_waiting)
        return [*self.index.versions(), *waiting, *(f"journeys/{id_}" for id_ in self.index.candidates)]

    def _row(self, name: str) -> Row:
        folder, _, id_ = name.partition("/")
        version, title = self.index.versions().get(name), id_ or folder
        missing: tuple[str, ...] = ()
        errors, warnings = next((counts for path, counts in self.index.faults.items() if _name(path) == name), (0, 0))
        status = "refused" if version is None else "live"
        if folder == "journeys" and id_ in self.index.candidates:
            journey = load_journey(self.definitions, id_, version or self.index.candidates[id_])
            status, title = journey.status if version else "waiting", journey.name
            if id_ in self.index.waiting() and not errors:
                missing = journey_lacks(id_, self.index.candidates[id_], self.index, self.definitions)
        elif folder == "segments" and id_ in self.index.segments_waiting:
            status = status if version else "waiting"
            missing = segment_lacks(id_, self.index, self.definitions)
        elif folder == "templates" and id_ in self.index.withdrawn:
            status = "removed"
        since = self.index.since.get(name) if version else None
        return Row(title, f"{name}.html", status, version, since, errors, warnings, missing)

    def _journey(self, published: Publication, id_: str) -> Report:
        """With the picture of the file as it is, or of what is live if the file is wrong."""
        is_wrong = published.status == "refused"
        version = published.version if is_wrong else self.index.candidates.get(id_)
        document = self.definitions.get(f"journey/{id_}", version) if version else None
        if document is None:
            return self._report(published, id_)
        journey = file_from(document)
        picture = picture_of(journey)
        events = [event for _, trigger in journey.triggers() for event in trigger.enters_with]
        sent = dict.fromkeys(node.says.text for node in picture.nodes if node.kind == "send")
        return replace(
            self._report(published, journey.name or id_),
            status=journey.status if published.status == "live" else published.status,
            why=journey.why or "",
            facts=_facts(journey),
            picture=picture,
            picture_note="This is what is live; the file as it is now changes nothing." if is_wrong else "",
            messages=[self._message(name, events[0] if events else _ENTERED) for name in sent],
        )

    def _report(self, published: Publication, title: str) -> Report:
        return Report(
            published.path,
            title,
            published.status,
            self.now,
            version=published.version,
            since=self.index.since.get(_name(published.path)) if published.version else None,
            found=[Found(each, self._line(each.file, each.line)) for each in published.diagnostics],
            missing=published.missing,
        )

    def _message(self, name: str, event: str) -> ShownMessage:
        """The mails of a template as they are sent now. `event`: what enrolled."""
        version, settings = self.index.templates.get(name), self._settings
        document = self.definitions.get(f"template/{name}", version) if version else None
        if document is None:
            return ShownMessage(name, note="It is not there yet.")
        template = TemplateDocument.from_dict(document)
        if settings is None:
            return ShownMessage(name, template.purpose, note="It is shown as soon as settings.json is there.")
        note = "It was deleted; this is its last version." if name in self.index.withdrawn else ""
        return ShownMessage(name, template.purpose, sample_mails(template, settings, event, self.now), note)

    @cached_property
    def _settings(self) -> Settings | None:
        document = self.definitions.get("settings", self.index.settings) if self.index.settings else None
        return Settings.model_validate(document) if document else None

    def _sent(self, id_: str, version: str) -> frozenset[str]:
        return load_journey(self.definitions, id_, version).templates

    def _line(self, path: str, number: int | None) -> str:
        """The line that a finding is about."""
        lines = (self.content.read(path) or "").splitlines() if number else []
        return lines[number - 1] if number and number <= len(lines) else ""


def _name(path: str) -> str:
    """`journeys/welcome.json` → `journeys/welcome`, as reports are called."""
    return path.rstrip("/").removesuffix(".json")


def _facts(journey: JourneyFile) -> list[tuple[str, str]]:
    flights = {
        "keep": "those inside stay on their version",
        "migrate": "those inside go on with the new version",
        "drain": "those inside finish, nobody new enters",
    }
    facts = [("Topic", journey.topic), ("Priority", f"{journey.priority} of 100")]
    return [*facts, ("When it changes", flights[journey.in_flight])]
