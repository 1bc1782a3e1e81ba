"""What is live, compiled: from the definitions table's index and its immutable versions, each compiled once."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from anlass.domain.errors import BrokenDefinition
from anlass.domain.journey import Catalog, Journey
from anlass.language.compiler import journey_from
from anlass.language.settings import Settings
from anlass.language.template_document import TemplateDocument
from anlass.ports import Definitions

JOURNEY, TEMPLATE, SETTINGS = "journey/", "template/", "settings"


class _Compiled:
    """What was compiled from one definitions table. Versions never change, so nothing here ever expires."""

    def __init__(self) -> None:
        self.journeys: dict[tuple[str, str], Journey] = {}
        self.templates: dict[tuple[str, str], TemplateDocument] = {}
        self.settings: dict[str, Settings] = {}
        self.catalog: tuple[int, Catalog] = (-1, Catalog({}))


_compiled: WeakKeyDictionary[Definitions, _Compiled] = WeakKeyDictionary()


def _of(definitions: Definitions) -> _Compiled:
    return _compiled.setdefault(definitions, _Compiled())


def load_catalog(definitions: Definitions) -> Catalog:
    """The journeys that are live, with the settings that matching and sending need."""
    revision, index = definitions.index()
    compiled = _of(definitions)
    if compiled.catalog[0] != revision:
        compiled.catalog = revision, _catalog(definitions, index)
    return compiled.catalog[1]


def load_journey(definitions: Definitions, id_: str, version: str) -> Journey:
    """A pinned version. Raises BrokenDefinition."""
    journeys = _of(definitions).journeys
    journey = journeys.get((id_, version))
    if journey is None:
        document = _document(definitions, JOURNEY + id_, version)
        journey = journeys[id_, version] = journey_from(document, version)
    return journey


def load_template(definitions: Definitions, name: str) -> TemplateDocument | None:
    """The live version: a corrected template reaches everybody, whatever version of the journey they are on."""
    version = definitions.index()[1].get("templates", {}).get(name)
    if version is None:
        return None
    templates = _of(definitions).templates
    if (name, version) not in templates:
        templates[name, version] = TemplateDocument.from_dict(_document(definitions, TEMPLATE + name, version))
    return templates[name, version]


def load_settings(definitions: Definitions) -> Settings | None:
    version = definitions.index()[1].get("settings")
    if version is None:
        return None
    settings = _of(definitions).settings
    if version not in settings:
        settings[version] = Settings.model_validate(_document(definitions, SETTINGS, version))
    return settings[version]


def _catalog(definitions: Definitions, index: Any) -> Catalog:
    live = {id_: load_journey(definitions, id_, version) for id_, version in index.get("journeys", {}).items()}
    settings = load_settings(definitions)
    if settings is None:
        return Catalog(live)
    return Catalog(
        live,
        timezone=settings.timezone,
        locale=settings.locale,
        currency=settings.currency,
        test_people=frozenset(person.lower() for person in settings.test_people),
        caps={channel: cap.model_dump(exclude_none=True) for channel, cap in settings.caps.items()},
    )


def _document(definitions: Definitions, content: str, version: str) -> Any:
    document = definitions.get(content, version)
    if document is None:
        raise BrokenDefinition(f"{content} version {version} is live but not stored; publish it again")
    return document
