"""The page behind the link to unsubscribe. Its button and RFC 8058's POST do the same, whatever else the form holds."""

from __future__ import annotations

from anlass.language.pages import unsubscribe
from anlass.usecases.open_link import open_link
from anlass.usecases.page_work import PageWork
from anlass.usecases.serving.visit import Reply, Visit, locale_of, sorry
from anlass.usecases.withdraw_consent import withdraw_consent


def serve(visit: Visit, work: PageWork) -> Reply:
    if visit.form is None:
        opened = open_link("unsubscribe", visit.token, work)
    else:
        opened = withdraw_consent("unsubscribe", visit.token, work, visit.ip)
    if opened is None:
        return sorry(visit, "unknown")
    shown = unsubscribe.ask_page if visit.form is None else unsubscribe.done_page
    return Reply(200, shown(visit.settings, locale_of(visit, opened.person), opened.send.channel))
