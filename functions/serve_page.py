"""The pages that people see. GET shows and changes nothing, whoever follows a link; POST does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote

from anlass import bootstrap
from anlass.domain.errors import Transient
from anlass.language.pages.form import TooLarge, Unreadable, read_form
from anlass.language.pages.http import headers_of
from anlass.masking import masked
from anlass.telemetry import logger
from anlass.usecases.serving import confirm, preferences, press, signup, unsubscribe
from anlass.usecases.serving.visit import House, Reply, Visit, sorry

PAGES: Final[Mapping[str, Callable[[Visit, House], Reply]]] = {
    "confirm": confirm.serve,
    "preferences": preferences.serve,
    "press": press.serve,
    "signup": signup.serve,
    "unsubscribe": unsubscribe.serve,
}


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    app = bootstrap.application()
    house = House(app.store, app.event_log, app.definitions, app.links, app.hashes, app.clock)
    method = event["requestContext"]["http"]["method"]
    reply = _reply(event, method, house, app.config["PUBLIC_URL"])
    return {
        "statusCode": reply.status,
        "headers": headers_of(reply.page, reply.status),
        "body": "" if method == "HEAD" else reply.page.html,
    }


def _reply(event: Mapping[str, Any], method: str, house: House, public_url: str) -> Reply:
    context, headers = event["requestContext"], event.get("headers") or {}
    name = event["routeKey"].partition(" ")[2].split("/")[1]  # "ANY /press/{token}"
    visit = Visit(
        token=unquote((event.get("pathParameters") or {}).get("token", "")),
        languages=headers.get("accept-language", ""),
        ip=context["http"].get("sourceIp"),
        url=f"{public_url}/{name}",
    )
    if method not in ("GET", "HEAD", "POST"):
        return sorry(visit, house, "not_allowed")
    try:
        return PAGES[name](visit if method != "POST" else visit.filled(read_form(event)), house)
    except TooLarge:
        return sorry(visit, house, "too_large")
    except Unreadable:
        return sorry(visit, house, "unreadable")
    except Transient as fault:
        logger.warning("page not served, the person is asked to come again", fault=str(fault), page=name)
        return sorry(visit, house, "later")
