"""The preference centre. A hidden field `action` tells its forms apart; a body without any (RFC 8058) withdraws all."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from anlass.language.pages.form import Form
from anlass.language.pages.preferences import agreement, preferences_page, words_shown
from anlass.language.settings import Settings
from anlass.language.wishes import ACTIONS, DETAILS, Action, Mistakes, wishes_of
from anlass.usecases.change_preferences import Shown, change_preferences, pause, request_data, see_preferences
from anlass.usecases.open_link import Opened
from anlass.usecases.page_work import PageWork
from anlass.usecases.serving.visit import Reply, Visit, locale_of, sorry
from anlass.usecases.withdraw_consent import withdraw_consent

Outcome = Action | Literal["unchanged"] | Mistakes | None


def serve(visit: Visit, work: PageWork) -> Reply:
    settings = visit.settings
    if settings is None:
        return sorry(visit, "later")
    outcome: Outcome = None
    if visit.form is not None:
        action = "withdraw" if visit.form.is_one_click else visit.form.one("action")
        if action not in ACTIONS:
            return sorry(visit, "unreadable")
        outcome = _do(action, visit, visit.form, settings, work)
    seen = see_preferences(visit.token, settings, work)
    if seen is None:
        return sorry(visit, "unknown")
    opened, choices = seen
    locale = locale_of(visit, opened.person)
    if isinstance(outcome, Mistakes):
        return Reply(400, preferences_page(settings, locale, choices, mistakes=outcome))
    if visit.form is not None and outcome == "save":  # what was told comes by an event, a moment later
        told = frozenset(name for name in DETAILS if visit.form.one(name))
        choices = replace(choices, known=choices.known | told)
    return Reply(200, preferences_page(settings, locale, choices, done=outcome))


def _do(action: Action, visit: Visit, form: Form, settings: Settings, work: PageWork) -> Outcome:
    match action:
        case "save":
            return _save(visit, form, settings, work)
        case "pause":
            pause(visit.token, work)
        case "resume":
            return action if pause(visit.token, work, resume=True) else None
        case "withdraw":
            withdraw_consent("preferences", visit.token, work, visit.ip)
        case "data" | "erasure":
            return action if request_data(visit.token, action, work) else None
    return action


def _save(visit: Visit, form: Form, settings: Settings, work: PageWork) -> Outcome:
    seen = see_preferences(visit.token, settings, work)
    if seen is None:
        return None
    opened, choices = seen
    locale = locale_of(visit, opened.person)
    wishes = wishes_of(form, choices.topics, settings, locale, work.clock.now().date())
    if isinstance(wishes, Mistakes):
        return wishes
    if choices.tracking is None:
        wishes = replace(wishes, tracking=_tracks(opened))
    version = agreement(settings, locale)[1]
    outdated: Mistakes | None = None
    if form.one("text_version") not in ("", version) and wishes != wishes.only_less(choices):
        typed = {name: form.one(name) for name in DETAILS if form.one(name)}
        chosen = (wishes.topics, wishes.at_most_weekly, wishes.tracking)
        outdated = Mistakes(frozenset(), typed, *chosen, is_outdated=True)
        wishes = wishes.only_less(choices)
    wanted = (wishes.topics, wishes.at_most_weekly, wishes.tracking)
    if wanted == (choices.topics, choices.at_most_weekly, _tracks(opened)) and not wishes.details:
        return outdated or "unchanged"
    shown = Shown(version, visit.url, visit.ip, words_shown(settings, locale, wishes))
    change_preferences(visit.token, wishes, settings, shown, work)
    return outdated or "save"


def _tracks(opened: Opened) -> bool:
    """What was said of it before, where the shop does not ask any more."""
    consent, address = (opened.person.consents or {}).get("email"), opened.person.address("email")
    return consent is not None and address is not None and consent.tracks(address)
