"""The page behind the link of a confirmation mail."""

from __future__ import annotations

from anlass.language.pages import confirm
from anlass.usecases.confirm_subscription import confirm_subscription, see_confirmation
from anlass.usecases.page_work import PageWork
from anlass.usecases.serving.visit import Reply, Visit, locale_of


def serve(visit: Visit, work: PageWork) -> Reply:
    is_opened = visit.form is None
    found = see_confirmation(visit.token, work) if is_opened else confirm_subscription(visit.token, visit.ip, work)
    locale = found.locale or locale_of(visit)
    if found.outcome == "open":
        return Reply(200, confirm.ask_page(visit.settings, locale, found.channel or "email", found.topics))
    return Reply(confirm.STATUS[found.outcome], confirm.outcome_page(visit.settings, locale, found.outcome))
