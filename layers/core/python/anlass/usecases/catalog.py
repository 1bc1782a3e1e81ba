"""What is published, as the other use cases need it. Versions never change, so what was read once is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from anlass.domain.catalog import Catalog
from anlass.domain.errors import BrokenDefinition
from anlass.domain.journey import Journey
from anlass.domain.segment import Segment, Segments
from anlass.language.compiler import journey_from
from anlass.language.segment_file import segment_from
from anlass.language.settings import Settings
from anlass.language.template_document import TemplateDocument
from anlass.ports import Definitions
from anlass.usecases.content_index import ContentIndex

KEPT = 2000  # journeys: live ones and the versions that people in flight are on


@dataclass
class _Warm:
    """What this process has read through one `Definitions`."""

    catalog: tuple[int, Catalog] | None = None
    journeys: dict[tuple[str, str], Journey] = field(default_factory=dict)
    segments: dict[tuple[str, str], Segment] = field(default_factory=dict)
    templates: dict[tuple[str, str], TemplateDocument] = field(default_factory=dict)
    settings: tuple[str, Settings] | None = None


_warm: WeakKeyDictionary[Definitions, _Warm] = WeakKeyDictionary()


def load_catalog(definitions: Definitions) -> Catalog:
    """The journeys that are published and complete, and the settings that all share."""
    revision, stored = definitions.index()
    warm = _warm_of(definitions)
    if warm.catalog is None or warm.catalog[0] != revision:
        warm.catalog = (revision, _catalog(definitions, ContentIndex.of(stored)))
    return warm.catalog[1]


def load_journey(definitions: Definitions, id_: str, version: str) -> Journey:
    """One version, for those who are on it. Raises BrokenDefinition."""
    warm = _warm_of(definitions)
    known = warm.journeys.get((id_, version))
    if known is None:
        document = definitions.get(f"journey/{id_}", version)
        if document is None:
            raise BrokenDefinition(f"journey {id_} has no version {version}")
        if len(warm.journeys) >= KEPT:
            warm.journeys.clear()
        known = warm.journeys[id_, version] = journey_from(document, version)
    return known


def load_segment(definitions: Definitions, id_: str, version: str) -> Segment:
    """Raises BrokenDefinition."""
    warm = _warm_of(definitions)
    known = warm.segments.get((id_, version))
    if known is None:
        document = definitions.get(f"segment/{id_}", version)
        if document is None:
            raise BrokenDefinition(f"segment {id_} has no version {version}")
        known = warm.segments[id_, version] = segment_from(document, version)
    return known


def load_template(definitions: Definitions, name: str) -> TemplateDocument | None:
    """The live version; None if it was never published. Raises BrokenDefinition."""
    version = ContentIndex.of(definitions.index()[1]).templates.get(name)
    if version is None:
        return None
    warm = _warm_of(definitions)
    known = warm.templates.get((name, version))
    if known is None:
        document = definitions.get(f"template/{name}", version)
        if document is None:
            raise BrokenDefinition(f"template {name} has no version {version}")
        known = warm.templates[name, version] = TemplateDocument.from_dict(document)
    return known


def load_settings(definitions: Definitions) -> Settings | None:
    """The live settings; None before they are published. Raises BrokenDefinition."""
    version = ContentIndex.of(definitions.index()[1]).settings
    if version is None:
        return None
    warm = _warm_of(definitions)
    if warm.settings is None or warm.settings[0] != version:
        document = definitions.get("settings", version)
        if document is None:
            raise BrokenDefinition(f"there are no settings of version {version}")
        warm.settings = (version, Settings.model_validate(document))
    return warm.settings[1]


def _warm_of(definitions: Definitions) -> _Warm:
    return _warm.setdefault(definitions, _Warm())


def _catalog(definitions: Definitions, index: ContentIndex) -> Catalog:
    journeys = {id_: load_journey(definitions, id_, version) for id_, version in sorted(index.journeys.items())}
    segments = {id_: load_segment(definitions, id_, version) for id_, version in sorted(index.segments.items())}
    named = Segments(segments, _watched(journeys.values(), segments))
    transactional = transactional_templates(index, definitions)
    settings = load_settings(definitions)
    if settings is None:
        return Catalog(journeys, segments=named, transactional=transactional)
    return Catalog(
        journeys,
        settings.timezone,
        settings.locale,
        settings.currency,
        frozenset(settings.test_people),
        settings.sending,
        named,
        transactional,
        settings.hosts,
        settings.shop.url,
    )


def transactional_templates(index: ContentIndex, definitions: Definitions) -> frozenset[str]:
    """Those whose mails need no consent; asked of each where the index does not say."""
    if index.transactional is not None:
        return index.transactional
    documents = ((name, definitions.get(f"template/{name}", version)) for name, version in index.templates.items())
    return frozenset(name for name, document in documents if document and document["purpose"] == "transactional")


def _watched(journeys: Iterable[Journey], segments: Iterable[str]) -> frozenset[str]:
    """Segments whose comings and goings some journey must hear of."""
    watches = [journey.watches for journey in journeys]
    return frozenset(segments) if None in watches else frozenset().union(*(each for each in watches if each))
