"""The preference centre. A hidden field `action` tells its forms apart; a body without any (RFC 8058) withdraws all."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from anlass.language.pages.form import Form
from anlass.language.pages.layout import language_of
from anlass.language.pages.preferences import ACTIONS, DETAILS, Action, Choices, Mistakes, preferences_page, wishes_of
from anlass.language.settings import Settings
from anlass.usecases.change_preferences import Shown, change_preferences, pause, request_data, see_preferences
from anlass.usecases.open_link import Opened
from anlass.usecases.serving.visit import House, Reply, Visit, locale_of, sorry
from anlass.usecases.withdraw_consent import withdraw_consent

WORDING = "preferences-1"  # raise the number when the words that are agreed to change

Outcome = Action | Literal["unchanged"] | Mistakes | None


def serve(visit: Visit, house: House) -> Reply:
    if house.settings is None:
        return sorry(visit, house, "later")
    outcome: Outcome = None
    if visit.form is not None:
        action = "withdraw" if visit.form.is_one_click else visit.form.one("action")
        if action not in ACTIONS:
            return sorry(visit, house, "unreadable")
        outcome = _do(action, visit, visit.form, house)
    seen = _see(visit, house.settings, house)
    if seen is None:
        return sorry(visit, house, "unknown")
    opened, choices = seen
    locale = locale_of(visit, house.settings, opened.person)
    if isinstance(outcome, Mistakes):
        return Reply(400, preferences_page(house.settings, locale, choices, mistakes=outcome))
    if visit.form is not None and outcome == "save":  # what was told comes by an event, a moment later
        told = frozenset(name for name in DETAILS if visit.form.one(name))
        choices = replace(choices, known=choices.known | told)
    return Reply(200, preferences_page(house.settings, locale, choices, done=outcome))


def _do(action: Action, visit: Visit, form: Form, house: House) -> Outcome:
    store, links, clock = house.store, house.links, house.clock
    match action:
        case "save":
            return _save(visit, form, house)
        case "pause" | "resume":
            pause(visit.token, store=store, links=links, clock=clock, resume=action == "resume")
        case "withdraw":
            withdraw_consent(
                "preferences", visit.token, visit.ip, store=store, links=links, hashes=house.hashes, clock=clock
            )
        case "data" | "erasure":
            request_data(visit.token, action, store=store, links=links, clock=clock)
    return action


def _save(visit: Visit, form: Form, house: House) -> Outcome:
    settings, store, links, clock = house.settings, house.store, house.links, house.clock
    assert settings is not None  # noqa: S101 - `serve` has looked
    seen = _see(visit, settings, house)
    if seen is None:
        return None
    opened, choices = seen
    locale = locale_of(visit, settings, opened.person)
    wishes = wishes_of(form, choices.topics, settings, locale, clock.now().date())
    if isinstance(wishes, Mistakes):
        return wishes
    if choices.tracking is None:
        wishes = replace(wishes, tracking=_tracks(opened))
    wanted = (wishes.topics, wishes.at_most_weekly, wishes.tracking)
    if wanted == (choices.topics, choices.at_most_weekly, _tracks(opened)) and not wishes.details:
        return "unchanged"
    shown = Shown(f"{WORDING}-{language_of(locale)}", visit.url, visit.ip)
    change_preferences(
        visit.token, wishes, settings.topics, shown, store=store, links=links, hashes=house.hashes, clock=clock
    )
    return "save"


def _see(visit: Visit, settings: Settings, house: House) -> tuple[Opened, Choices] | None:
    watches = settings.tracking.opens or settings.tracking.clicks
    return see_preferences(
        visit.token,
        settings.topics,
        watches=watches,
        store=house.store,
        links=house.links,
        hashes=house.hashes,
        clock=house.clock,
    )


def _tracks(opened: Opened) -> bool:
    """What was said of it before, where the shop does not ask any more."""
    consent, address = (opened.person.consents or {}).get("email"), opened.person.address("email")
    return consent is not None and address is not None and consent.tracks(address)
