"""The page behind the link of a confirmation mail."""

from __future__ import annotations

from anlass.language.pages import confirm
from anlass.usecases.confirm_subscription import Confirmation, confirm_subscription, see_confirmation
from anlass.usecases.serving.visit import House, Reply, Visit, locale_of


def serve(visit: Visit, house: House) -> Reply:
    if visit.form is None:
        found = see_confirmation(
            visit.token, store=house.store, links=house.links, hashes=house.hashes, clock=house.clock
        )
    else:
        found = confirm_subscription(
            visit.token, visit.ip, store=house.store, links=house.links, hashes=house.hashes, clock=house.clock
        )
    locale = _locale(visit, house, found)
    if found.outcome == "open":
        return Reply(200, confirm.ask_page(house.settings, locale, found.channel or "email", found.topics))
    return Reply(confirm.STATUS[found.outcome], confirm.outcome_page(house.settings, locale, found.outcome))


def _locale(visit: Visit, house: House, found: Confirmation) -> str:
    return found.locale or locale_of(visit, house.settings)
