"""The page behind a button of a mail."""

from __future__ import annotations

from anlass.language.pages import press
from anlass.usecases.press_button import press_button, see_button
from anlass.usecases.serving.visit import House, Reply, Visit, locale_of, sorry


def serve(visit: Visit, house: House) -> Reply:
    if visit.form is None:
        button = see_button(visit.token, store=house.store, links=house.links)
    else:
        button = press_button(
            visit.token, visit.ip, store=house.store, links=house.links, hashes=house.hashes, clock=house.clock
        )
    if button is None:
        return sorry(visit, house, "unknown")
    shown = press.ask_page if visit.form is None else press.thanks_page
    locale = locale_of(visit, house.settings, button.opened.person)
    return Reply(200, shown(house.settings, locale, button.name, button.value))
