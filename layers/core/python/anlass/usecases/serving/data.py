"""The page behind the link with which somebody has what is kept of them, or has it deleted: good for a day, and only
for who reads the address that the person has now.
"""

from __future__ import annotations

from anlass.domain.send import split_message_id
from anlass.keys import EnrolmentKey
from anlass.language.data_page import data_page, part_page
from anlass.language.pages import data
from anlass.language.pages.form import Form
from anlass.language.pages.gone import past_page
from anlass.language.pages.layout import language_of
from anlass.usecases.begin_erasure import begin_erasure
from anlass.usecases.export_person import Asked, NoSuchPage, export_person
from anlass.usecases.open_link import Opened, is_present, open_link
from anlass.usecases.page_work import PageWork
from anlass.usecases.people_work import PeopleWork
from anlass.usecases.serving.visit import File, Reply, Visit, locale_of, sorry


def serve(visit: Visit, work: PageWork, people: PeopleWork) -> Reply | File:
    opened = open_link("data", visit.token, work)
    if opened is None:
        return sorry(visit, "unknown")
    locale = locale_of(visit, opened.person)
    if work.clock.now() - opened.ticket.issued_at > data.GOOD_FOR:
        return Reply(410, data.expired_page(visit.settings, locale))
    if not is_present(opened, work.hashes):
        return Reply(410, past_page(visit.settings, locale))
    wanted = _wanted(opened, work)
    if visit.form is None:
        return Reply(200, data.ask_page(visit.settings, locale, wanted))
    if wanted == "erasure":
        begin_erasure(opened.person.state.id, "person", people)
        return Reply(200, data.erasing_page(visit.settings, locale))
    return _export(visit, visit.form, opened.person.state.id, locale, people)


def _export(visit: Visit, form: Form, person: str, locale: str, people: PeopleWork) -> Reply | File:
    """All in one file; where there is too much for one answer, part by part, and each has a page that leads on."""
    go, number, after = form.one("go"), form.one("part") or "1", form.one("after") or None
    if not (number.isascii() and number.isdigit() and len(number) <= 3):
        return sorry(visit, "unreadable")
    try:
        export = export_person(Asked(person, after), people)
    except NoSuchPage:
        return sorry(visit, "unreadable")
    if export is None:
        return sorry(visit, "unknown")
    language = language_of(locale)
    if after is None and export["next"] is None:
        return File("data.html", data_page(export, language))
    if go != "get":
        page = data.part_page(visit.settings, locale, int(number), after or "", export["next"])
        return Reply(200, page)
    return File(f"data-{number}.html", part_page(export, language, int(number)))


def _wanted(opened: Opened, work: PageWork) -> data.Wanted:
    """What they asked for when the mail was asked for: a link to one's data deletes nothing."""
    parts = split_message_id(opened.ticket.message_id)
    row = work.store.read([EnrolmentKey(parts[0])]).enrolment(parts[0]) if parts else None
    return "erasure" if row is not None and row.entry.properties.get("wanted") == "erasure" else "data"
