"""The page behind the link with which somebody has what is kept of them, or has it deleted. Good for 24 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from anlass.domain.send import split_message_id
from anlass.keys import EnrolmentKey
from anlass.language.data_page import data_page
from anlass.language.pages import data
from anlass.language.pages.layout import language_of
from anlass.usecases.begin_erasure import Registry, begin_erasure
from anlass.usecases.export_person import Asked, export_person
from anlass.usecases.open_link import Opened, open_link
from anlass.usecases.serving.visit import House, Reply, Visit, locale_of, sorry

GOOD_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class File:
    """What is handed out instead of a page."""

    name: str
    html: str


def serve(visit: Visit, house: House, registry: Registry) -> Reply | File:
    opened = open_link("data", visit.token, store=house.store, links=house.links)
    if opened is None:
        return sorry(visit, house, "unknown")
    locale = locale_of(visit, house.settings, opened.person)
    if house.clock.now() - opened.ticket.issued_at > GOOD_FOR:
        return Reply(410, data.expired_page(house.settings, locale))
    wanted = _wanted(opened, house)
    if visit.form is None:
        return Reply(200, data.ask_page(house.settings, locale, wanted))
    if wanted == "erasure":
        begin_erasure(opened.person.state.id, "person", registry)
        return Reply(200, data.erasing_page(house.settings, locale))
    export = export_person(Asked(opened.person.state.id), registry, house.event_log, house.definitions)
    if export is None:
        return sorry(visit, house, "unknown")
    return File("data.html", data_page(export, language_of(locale)))


def _wanted(opened: Opened, house: House) -> data.Wanted:
    """What they asked for when the mail was asked for: a link to one's data deletes nothing."""
    parts = split_message_id(opened.ticket.message_id)
    row = house.store.read([EnrolmentKey(parts[0])]).enrolment(parts[0]) if parts else None
    return "erasure" if row is not None and row.entry.properties.get("wanted") == "erasure" else "data"
