"""A visit to one of the pages that people see, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from anlass.domain.person import Person
from anlass.language.pages.form import Form
from anlass.language.pages.gone import STATUS, Problem, problem_page
from anlass.language.pages.layout import Page, preferred
from anlass.language.settings import Settings
from anlass.ports import (
    Clock,
    Definitions,
    EventLog,
    Hashes,
    Links,
    Store,
)
from anlass.usecases.catalog import load_settings


@dataclass(frozen=True)
class House:
    """What the pages need of the world."""

    store: Store
    event_log: EventLog
    definitions: Definitions
    links: Links
    hashes: Hashes
    clock: Clock

    @cached_property
    def settings(self) -> Settings | None:
        return load_settings(self.definitions)


@dataclass(frozen=True, slots=True)
class Visit:
    """`form` None: the page is only opened, which changes nothing, whoever opens it."""

    token: str = ""
    form: Form | None = None
    languages: str = ""  # the header Accept-Language
    ip: str | None = None
    url: str = ""  # of the page itself, without its token

    def filled(self, form: Form) -> Visit:
        return replace(self, form=form)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    page: Page


def locale_of(visit: Visit, settings: Settings | None, person: Person | None = None) -> str:
    """The person's own, where it is known who comes; else the browser's, else the shop's."""
    traits = person.attributes.traits if person is not None and person.attributes is not None else {}
    own = traits.get("locale")
    if isinstance(own, str) and own:
        return own
    return preferred(visit.languages) or (settings.locale if settings else "de")


def sorry(visit: Visit, house: House, problem: Problem) -> Reply:
    return Reply(STATUS[problem], problem_page(house.settings, locale_of(visit, house.settings), problem))
