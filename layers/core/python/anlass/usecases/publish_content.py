"""Publishes one changed file of the content folder: checks it, keeps an immutable version, says what is live.

Files may come in any order. What is broken changes nothing; what is right but lacks something waits, and goes live
when that is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Literal, assert_never

from anlass.domain.errors import Conflict, Transient
from anlass.domain.names import NOTHING_HEARD, ShopNames
from anlass.language.compiler import compile_journey, version_of
from anlass.language.diagnostics import Diagnostic
from anlass.language.folder import content_file, unknown_file
from anlass.language.settings import Settings, parse_settings
from anlass.ports import (
    Clock,
    Content,
    Definitions,
)
from anlass.usecases.catalog import load_journey, transactional_templates
from anlass.usecases.content_index import ContentIndex
from anlass.usecases.publish_segments import lacking, publish_segment, segment_lacks, segments_gone_live, still_used
from anlass.usecases.publish_templates import TemplateFolder, publish_template
from anlass.usecases.published import Published
from anlass.usecases.read_once import ReadOnce
from anlass.usecases.request_selections import with_requests

Status = Literal["live", "waiting", "refused", "removed", "ignored"]

TRIES = 10


@dataclass(frozen=True)
class Publication:
    """What became of a file. `version`: what is live of it now.

    By path without its ending, `went_live`: journeys and segments that had waited for it; `changed`: all of which
    another version is live now than before.
    """

    path: str
    status: Status
    diagnostics: list[Diagnostic] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    version: str | None = None
    went_live: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def publish(
    path: str, *, content: Content, definitions: Definitions, clock: Clock, names: ShopNames = NOTHING_HEARD
) -> Publication:
    """Publishes `path` (below content/) as it is now, or its removal; leaves a report. Raises Transient.

    `names`: what the shop is known to send.
    """
    for _ in range(TRIES):
        # The index is read before the files: who saves it has seen the files at least as they were then.
        revision, stored = definitions.fresh_index()
        before = ContentIndex.of(stored)
        files = ReadOnce(content)
        after, publication = _publish(path, before, files, definitions, names, clock.now())
        after, went_live = _gone_live(after, definitions)
        after = _purposes_known(before, after, definitions)
        after = with_requests(before, after, revision + 1, definitions, clock.now())
        after = _noted(publication, before, after, clock)
        try:
            if after.stored() != before.stored():
                definitions.save_index(revision, after.stored())
        except Conflict:
            continue
        publication = replace(_completed(publication, after, went_live), changed=after.changed_since(before))
        _report(publication, content, clock)
        for name in publication.went_live:
            _report(about(name, after, files, definitions, names, clock.now()), content, clock)
        return publication
    raise Transient(f"the index of definitions changed {TRIES} times while {path} was being published")


def _publish(
    path: str, index: ContentIndex, content: Content, definitions: Definitions, names: ShopNames, now: datetime
) -> tuple[ContentIndex, Publication]:
    file = content_file(path)
    match file.kind:
        case "ignored":
            return index, Publication(path, "ignored")
        case "settings":
            return _settings(path, index, content, definitions)
        case "journey":
            return _journey(path, file.name, index, content, definitions, names, now)
        case "segment":
            return _segment(path, file.name, index, content, definitions, names)
        case "block":
            return _templates(path, _names(content), index, content, definitions)
        case "template":
            return _templates(f"templates/{file.name}/", [file.name], index, content, definitions)
        case "unknown":
            return index, Publication(path, "refused", [unknown_file(path)])
    assert_never(file.kind)


def _settings(
    path: str, index: ContentIndex, content: Content, definitions: Definitions
) -> tuple[ContentIndex, Publication]:
    text = content.read(path)
    if text is None:
        message, remedy = "The settings were deleted.", "The last ones stay in force until new ones come."
        finding = Diagnostic("settings.deleted", path, None, "", message, remedy, "warning")
        return index, Publication(path, "removed", [finding], version=index.settings)
    settings, findings = parse_settings(text)
    if settings is None:
        return index, Publication(path, "refused", findings, version=index.settings)
    document = settings.model_dump(mode="json", by_alias=True)
    version = version_of(document)
    definitions.add("settings", version, document)
    before, index = _in_force(index, definitions), replace(index, settings=version)
    if (before.locale if before else "de") != settings.locale:  # templates must speak the shop's language
        index, _ = _templates(path, _names(content), index, content, definitions)
    return index, Publication(path, "live", findings, version=version)


def _journey(
    path: str,
    id_: str,
    index: ContentIndex,
    content: Content,
    definitions: Definitions,
    names: ShopNames,
    now: datetime,
) -> tuple[ContentIndex, Publication]:
    text = content.read(path)
    if text is None:
        return index.without_journey(id_), Publication(path, "removed")
    compiled = compile_journey(path, text, names, Published(index, definitions, now))
    if compiled.journey is None or compiled.document is None:
        return index, Publication(path, "refused", compiled.diagnostics, version=index.journeys.get(id_))
    version = compiled.journey.version
    definitions.add(f"journey/{id_}", version, compiled.document)
    index = index.with_candidate(id_, version)
    missing = journey_lacks(id_, version, index, definitions)
    return index, Publication(path, "waiting" if missing else "live", compiled.diagnostics, missing)


def _segment(
    path: str, id_: str, index: ContentIndex, content: Content, definitions: Definitions, names: ShopNames
) -> tuple[ContentIndex, Publication]:
    text = content.read(path)
    if text is None:
        findings = still_used(path, id_, index, definitions)
        after = index.without_segment_candidate(id_) if findings else index.without_segment(id_)
        return after, Publication(path, "removed", findings)
    made = publish_segment(path, id_, text, index, definitions, names)
    if made.version is None:
        return index, Publication(path, "refused", made.diagnostics, version=index.segments.get(id_))
    index = index.with_segment_candidate(id_, made.version)
    missing = segment_lacks(id_, index, definitions)
    return index, Publication(path, "waiting" if missing else "live", made.diagnostics, missing)


def _templates(
    path: str, names: Iterable[str], index: ContentIndex, content: Content, definitions: Definitions
) -> tuple[ContentIndex, Publication]:
    """Each template that can be made now is; the others stay as they are."""
    settings = _in_force(index, definitions)
    findings: list[Diagnostic] = []
    missing: list[str] = []
    version: str | None = None
    is_refused = is_removed = False
    for name in names:
        folder = TemplateFolder.read(name, content)
        if not folder.files:  # deleted, or a folder made for files to come; beside others no reason to stop
            used_by = [id_ for id_, v in index.journeys.items() if name in load_journey(definitions, id_, v).templates]
            index, findings = index.without_template(name), [*findings, *_still_used(f"templates/{name}/", used_by)]
            is_removed = path == f"templates/{name}/"
            continue
        made = publish_template(folder, settings, definitions)
        findings += made.diagnostics
        missing += made.missing
        is_refused = is_refused or made.is_refused
        if made.version is not None:
            index = index.with_template(name, made.version)
        version = index.templates.get(name)
    status: Status = "removed" if is_removed else "refused" if is_refused else "waiting" if missing else "live"
    return index, Publication(path, status, findings, tuple(missing), version)


def _gone_live(index: ContentIndex, definitions: Definitions) -> tuple[ContentIndex, tuple[str, ...]]:
    """The index with every segment and journey live that lacks nothing any more, and their paths without ending."""
    index, segments = segments_gone_live(index, definitions)
    ready = [id_ for id_ in index.waiting() if not journey_lacks(id_, index.candidates[id_], index, definitions)]
    for id_ in ready:
        index = index.with_live(id_)
    return index, (*(f"segments/{id_}" for id_ in segments), *(f"journeys/{id_}" for id_ in ready))


def _purposes_known(before: ContentIndex, after: ContentIndex, definitions: Definitions) -> ContentIndex:
    """With the templates that are transactional now: asked of those that have changed, or of all for the first time."""
    if after.templates == before.templates:
        return after
    if before.transactional is None:
        return replace(after, transactional=transactional_templates(after, definitions))
    changed = {name: version for name, version in after.templates.items() if before.templates.get(name) != version}
    found = transactional_templates(ContentIndex(templates=changed), definitions)
    return replace(after, transactional=(before.transactional - changed.keys()) | found)


def journey_lacks(id_: str, version: str, index: ContentIndex, definitions: Definitions) -> tuple[str, ...]:
    """What a journey still waits for, as paths of the content folder."""
    journey = load_journey(definitions, id_, version)
    there = index.templates.keys() - index.withdrawn
    missing = [f"templates/{name}/" for name in sorted(journey.templates - there)]
    missing += lacking(journey.segments, index, definitions)
    missing += [f"journeys/{name}.json" for name in sorted(journey.enrols - index.candidates.keys())]
    settings = _in_force(index, definitions)
    if settings is None:
        return ("settings.json", *missing)
    if journey.topic not in settings.topics and _advertises(journey.templates & there, index, definitions):
        missing.append(f'the topic "{journey.topic}" in settings.json')
    return tuple(missing)


def _advertises(templates: Iterable[str], index: ContentIndex, definitions: Definitions) -> bool:
    documents = (definitions.get(f"template/{name}", index.templates[name]) for name in templates)
    return any(document is not None and document["purpose"] == "marketing" for document in documents)


def _in_force(index: ContentIndex, definitions: Definitions) -> Settings | None:
    document = definitions.get("settings", index.settings) if index.settings else None
    return Settings.model_validate(document) if document else None


def _names(content: Content) -> list[str]:
    return sorted({path.split("/")[1] for path in content.list("templates/") if path.count("/") > 1} - {"_blocks"})


def _still_used(path: str, journeys: list[str]) -> list[Diagnostic]:
    if not journeys:
        return []
    message = f"The template is still used by {', '.join(sorted(journeys))}; its last version stays for them."
    remedy = "Take it out of these journeys, or put the template back."
    return [Diagnostic("template.still_used", path, None, "", message, remedy, "warning")]


def _completed(publication: Publication, index: ContentIndex, went_live: tuple[str, ...]) -> Publication:
    """With what is live now, and who went live by it."""
    name = publication.path.removesuffix(".json")
    if not name.startswith(("journeys/", "segments/")):
        return replace(publication, went_live=went_live)
    if publication.status == "waiting" and name in went_live:
        publication = replace(publication, status="live", missing=())
    others = tuple(each for each in went_live if each != name)
    return replace(publication, version=index.versions().get(name), went_live=others)


def about(
    name: str, index: ContentIndex, content: Content, definitions: Definitions, names: ShopNames, now: datetime
) -> Publication:
    """How a journey or segment stands that another file may have changed, by its path without ending."""
    folder, _, id_ = name.partition("/")
    if folder == "journeys":
        return about_journey(id_, index, content, definitions, names, now)
    path = f"{name}.json"
    after, said = _segment(path, id_, index, content, definitions, names)
    return replace(said, version=after.segments.get(id_))


def about_journey(
    id_: str, index: ContentIndex, content: Content, definitions: Definitions, names: ShopNames, now: datetime
) -> Publication:
    """How a journey stands that another file may have changed; publishes nothing."""
    path = f"journeys/{id_}.json"
    text = content.read(path)
    if text is None:
        return Publication(path, "removed")
    compiled = compile_journey(path, text, names, Published(index, definitions, now))
    version = index.journeys.get(id_)
    if compiled.journey is None:
        return Publication(path, "refused", compiled.diagnostics, version=version)
    candidate = index.candidates.get(id_)
    missing = journey_lacks(id_, candidate, index, definitions) if candidate and candidate != version else ()
    return Publication(path, "waiting" if missing else "live", compiled.diagnostics, missing, version)


def about_template(name: str, index: ContentIndex, content: Content, definitions: Definitions) -> Publication:
    """How a template stands; what it is made of now may be kept, but goes live nowhere."""
    return _templates(f"templates/{name}/", [name], index, content, definitions)[1]


def _noted(publication: Publication, before: ContentIndex, after: ContentIndex, clock: Clock) -> ContentIndex:
    """With when what is live became so, and what is wrong."""
    if publication.status == "ignored":
        return after
    errors = sum(each.severity == "error" for each in publication.diagnostics)
    after = after.with_faults(publication.path, errors, len(publication.diagnostics) - errors)
    return after.dated(before, clock.now().isoformat(timespec="seconds"))


def _report(publication: Publication, content: Content, clock: Clock) -> None:
    if publication.status == "ignored":
        return
    name = publication.path.rstrip("/").removesuffix(".json")
    report = {"at": clock.now().isoformat(timespec="seconds"), **asdict(publication)}
    text = json.dumps(report, ensure_ascii=False, indent=2)
    content.write_report(f"reports/{name}.json", text, "application/json")
