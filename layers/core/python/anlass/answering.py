"""One of the pages that people see, from a request of API Gateway to what is answered. GET shows and changes nothing,
whoever follows a link; POST does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from anlass.domain.errors import Transient
from anlass.language.pages.form import TooLarge, Unreadable, read_form
from anlass.language.pages.http import packed, response_of
from anlass.telemetry import emit, logger
from anlass.usecases.catalog import load_settings
from anlass.usecases.page_work import PageWork
from anlass.usecases.serving.visit import File, Reply, Visit, sorry

Serve = Callable[[Visit, PageWork], Reply | File]


def answer(event: Mapping[str, Any], pages: Mapping[str, Serve], work: PageWork, public_url: str) -> dict[str, Any]:
    """`pages`: by the first part of their route."""
    reply = _reply(event, pages, work, public_url)
    if isinstance(reply, File):
        return packed(event, 200, reply.html, reply.name)
    emit({"AskedTooOften": reply.too_often})
    return response_of(reply.page, reply.status, event["requestContext"]["http"]["method"])


def _reply(event: Mapping[str, Any], pages: Mapping[str, Serve], work: PageWork, public_url: str) -> Reply | File:
    http, headers = event["requestContext"]["http"], event.get("headers") or {}
    name = event["routeKey"].partition(" ")[2].split("/")[1]  # "ANY /press/{token}"
    visit = Visit(
        token=unquote((event.get("pathParameters") or {}).get("token", "")),
        languages=headers.get("accept-language", ""),
        ip=http.get("sourceIp"),
        url=f"{public_url}/{name}",
    )
    try:
        visit = replace(visit, settings=load_settings(work.definitions))
        if http["method"] not in ("GET", "HEAD", "POST"):
            return sorry(visit, "not_allowed")
        return pages[name](visit if http["method"] != "POST" else visit.filled(read_form(event)), work)
    except TooLarge:
        return sorry(visit, "too_large")
    except Unreadable:
        return sorry(visit, "unreadable")
    except Transient as fault:
        logger.warning("page not served, the person is asked to come again", fault=str(fault), page=name)
        return sorry(visit, "later")
