"""Somebody with a mail of ours before them: opens its links, and presses what is on the pages behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anlass.language.pages.form import Form
from anlass.ports import PageName
from anlass.usecases.catalog import load_settings
from anlass.usecases.serving import confirm, data, preferences, press, signup, unsubscribe
from anlass.usecases.serving.visit import File, Visit

from cli.simulation import Simulation
from tests.accessible import faults, tree_of
from tests.customer import mail_of

SERVE = {
    "confirm": confirm.serve,
    "preferences": preferences.serve,
    "press": press.serve,
    "signup": signup.serve,
    "unsubscribe": unsubscribe.serve,
}


@dataclass(frozen=True)
class Answer:
    status: int
    html: str

    @property
    def said(self) -> str:
        """What is to be read in the page's main part."""
        (main,) = tree_of(self.html).all("main")
        return " ".join(main.text().split())

    def ticked(self, name: str) -> list[str]:
        boxes = (each for each in tree_of(self.html).all("input") if each.attributes.get("name") == name)
        return [each.attributes["value"] or "" for each in boxes if "checked" in each.attributes]

    def fields(self) -> list[str]:
        return [name for each in tree_of(self.html).all("input") if (name := each.attributes.get("name"))]


class Visitor:
    """A person with a browser, in front of the house in memory."""

    def __init__(self, simulation: Simulation, languages: str = "") -> None:
        self.simulation = simulation
        self.languages = languages
        self.ip = "203.0.113.7"

    def link(self, page: PageName, number: int = -1) -> str:
        """The token of the first link to that page in a mail."""
        html = mail_of(self.simulation.mailer.sent[number].mime, "html")
        found = re.search(rf"/{page}/([\w.-]+)", html)
        assert found is not None, f"no link to {page}"
        return found[1]

    def opens(self, page: str, token: str = "") -> Answer:
        return self._visit(page, token, None)

    def sends(self, page: str, token: str = "", **fields: str | tuple[str, ...]) -> Answer:
        """Presses a button of the page; its other fields are `fields`."""
        return self.fills_in(page, fields, token)

    def fills_in(self, page: str, fields: Mapping[str, str | tuple[str, ...]], token: str = "") -> Answer:
        pairs = {name: value if isinstance(value, tuple) else (value,) for name, value in fields.items()}
        return self._visit(page, token, Form(pairs))

    def _visit(self, page: str, token: str, form: Form | None) -> Answer:
        house = self.simulation
        settings = load_settings(house.definitions)
        visit = Visit(token, form, self.languages, self.ip, f"https://pages.example/{page}", settings)
        reply = data.serve(visit, house, house.people) if page == "data" else SERVE[page](visit, house)
        house.settle()
        if isinstance(reply, File):
            return Answer(200, reply.html)
        assert faults(reply.page.html) == []
        return Answer(reply.status, reply.page.html)
