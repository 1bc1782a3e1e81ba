"""The hosted sign-up page."""

from __future__ import annotations

from typing import Any

from anlass.language.pages.confirm import STATUS, outcome_page
from anlass.language.pages.fields import CODE
from anlass.language.pages.form import Form
from anlass.language.pages.signup import TRAP, Filled, agreement, sent_page, signup_page, words_shown
from anlass.language.settings import Settings
from anlass.language.subscription import Sender, read_subscription
from anlass.usecases.confirm_subscription import confirm_code
from anlass.usecases.page_work import PageWork
from anlass.usecases.request_subscription import request_subscription
from anlass.usecases.serving.visit import Reply, Visit, locale_of, sorry


def serve(visit: Visit, work: PageWork) -> Reply:
    settings = visit.settings
    if settings is None:
        return sorry(visit, "later")
    locale = locale_of(visit)
    form = visit.form
    if form is None:
        return Reply(200, signup_page(settings, locale))
    email, phone = form.one("email"), form.one("phone")
    if form.one(CODE):
        return _confirm(visit, phone, form.one(CODE), settings, locale, work)
    if form.one(TRAP):
        return Reply(200, sent_page(settings, locale, email=bool(email), phone=phone))
    version = form.one("text_version")
    if not version:  # from a form of the shop's own, in a browser without scripts
        return Reply(200, signup_page(settings, locale, Filled(form, asks="elsewhere")))
    if version != agreement(settings, locale)[1]:
        return Reply(400, signup_page(settings, locale, Filled(form, asks="changed")))
    wrong, too_often = _ask(visit, form, settings, locale, work)
    if wrong:
        return Reply(400, signup_page(settings, locale, Filled(form, wrong)))
    return Reply(200, sent_page(settings, locale, email=bool(email), phone=phone), too_often)


def _confirm(visit: Visit, phone: str, code: str, settings: Settings, locale: str, work: PageWork) -> Reply:
    outcome = confirm_code(phone, code, visit.ip, work).outcome
    if outcome == "open" or outcome == "unknown":
        return Reply(400, sent_page(settings, locale, email=False, phone=phone, code_was_wrong=True))
    return Reply(STATUS[outcome], outcome_page(settings, locale, outcome))


def _ask(visit: Visit, form: Form, settings: Settings, locale: str, work: PageWork) -> tuple[frozenset[str], int]:
    """The fields that cannot be taken; then nothing was asked for. An address and a number are two requests: how many
    were one too many for their mailbox.
    """
    told: dict[str, Any] = {name: form.one(name) for name in ("first_name", "birthday")}
    told["interests"] = [each.strip() for each in form.one("interests").split(",") if each.strip()]
    told |= {"topics": list(form.all("topics")), "locale": locale}
    told |= {"text_version": form.one("text_version"), "form_url": visit.url}
    reached = [name for name in ("email", "phone") if form.one(name)] or ["email"]
    requests = [{**told, name: form.one(name)} for name in reached]
    sender = Sender("hosted page", visit.ip, words_shown(settings, locale, form.all("topics")))
    checked = [read_subscription(fields, settings, sender, work.clock.now().date()) for fields in requests]
    wrong = frozenset() if form.one("email") or form.one("phone") else frozenset({"email"})
    wrong |= frozenset(p.field.partition("[")[0] for each in checked if isinstance(each, tuple) for p in each)
    asked = [] if wrong else [request_subscription(fields, sender, work) for fields in requests]
    return wrong, asked.count(None)
