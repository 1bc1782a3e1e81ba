"""A visit to one of the pages that people see, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from anlass.domain.person import Person
from anlass.language.pages.form import Form
from anlass.language.pages.gone import STATUS, Problem, problem_page
from anlass.language.pages.layout import Page, preferred
from anlass.language.settings import Settings


@dataclass(frozen=True, slots=True)
class Visit:
    """`form` None: the page is only opened, which changes nothing, whoever opens it."""

    token: str = ""
    form: Form | None = None
    languages: str = ""  # the header Accept-Language
    ip: str | None = None
    url: str = ""  # of the page itself, without its token
    settings: Settings | None = None  # the shop's; None before they are published

    def filled(self, form: Form) -> Visit:
        return replace(self, form=form)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    page: Page
    too_often: int = 0  # requests for a mailbox that had its share; the page does not say so


@dataclass(frozen=True, slots=True)
class File:
    """What is handed out instead of a page."""

    name: str
    html: str


def locale_of(visit: Visit, person: Person | None = None) -> str:
    """The person's own, where it is known who comes; else the browser's, else the shop's."""
    traits = person.attributes.traits if person is not None and person.attributes is not None else {}
    own = traits.get("locale")
    if isinstance(own, str) and own:
        return own
    return preferred(visit.languages) or (visit.settings.locale if visit.settings else "de")


def sorry(visit: Visit, problem: Problem) -> Reply:
    return Reply(STATUS[problem], problem_page(visit.settings, locale_of(visit), problem))
