"""The page behind a button of a mail."""

from __future__ import annotations

from anlass.language.pages import press
from anlass.language.pages.gone import past_page
from anlass.usecases.page_work import PageWork
from anlass.usecases.press_button import press_button, see_button
from anlass.usecases.serving.visit import Reply, Visit, locale_of, sorry


def serve(visit: Visit, work: PageWork) -> Reply:
    button = see_button(visit.token, work) if visit.form is None else press_button(visit.token, work, visit.ip)
    if button is None:
        return sorry(visit, "unknown")
    locale = locale_of(visit, button.opened.person)
    if not button.is_good:
        return Reply(410, past_page(visit.settings, locale))
    shown = press.ask_page if visit.form is None else press.thanks_page
    return Reply(200, shown(visit.settings, locale, button.name, button.value))
