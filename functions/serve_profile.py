"""What is kept of a person, and its erasure: for those who sign with rights in this account, and for whoever holds the
link of a mail. Signatures are checked before anything comes here.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any

from anlass import bootstrap
from anlass.domain.erasure import report
from anlass.domain.errors import Transient
from anlass.language.data_page import data_page
from anlass.language.naming_people import LONGEST, identities_of
from anlass.language.pages.form import TooLarge, Unreadable, read_form
from anlass.language.pages.http import headers_of
from anlass.language.pages.layout import language_of
from anlass.masking import masked
from anlass.telemetry import logger
from anlass.usecases.begin_erasure import Registry, begin_erasure, erasure_by_id
from anlass.usecases.explain_person import explain_person
from anlass.usecases.export_person import Asked, NoSuchPage, export_person
from anlass.usecases.retention import load_retention
from anlass.usecases.serving import data
from anlass.usecases.serving.visit import House, Reply, Visit, sorry

JSON = {"content-type": "application/json; charset=utf-8", "cache-control": "no-store"}
PRINTED = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "x-frame-options": "DENY",
}
NOBODY = {"code": "no_such_person", "message": "nothing is kept of this person; see /v1/profiles in the reference"}
NO_ERASURE = {"code": "no_such_erasure", "message": "there is no erasure of this id, or its report has expired"}
NO_NAME = {"code": "bad_id", "message": "nobody is called that: a user id, u:…, a:…, e:… or an e-mail address"}
NO_PAGE = {"code": "bad_after", "message": '"after" must be what "next" said on the page before'}
LATER = {"code": "try_again", "message": "somebody else is at it just now; try again in a minute"}


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    app = bootstrap.application()
    work = Registry(app.store, app.archive, app.hashes, app.clock, load_retention(app.definitions))
    if event["routeKey"].endswith("/data/{token}"):
        return _page(event, app, work)
    try:
        return _signed(event, app, work)
    except NoSuchPage:
        return _answer(event, 400, NO_PAGE)
    except Transient as fault:
        logger.warning("not served", fault=str(fault))
        return _answer(event, 503, LATER)


def _signed(event: dict[str, Any], app: bootstrap.Application, work: Registry) -> dict[str, Any]:
    query, given = event.get("queryStringParameters") or {}, (event.get("pathParameters") or {}).get("id", "")
    if event["routeKey"].startswith("GET /v1/erasures/"):
        found = erasure_by_id(given, work) if len(given) <= LONGEST else None
        return _answer(event, 200, report(found)) if found else _answer(event, 404, NO_ERASURE)
    identities = identities_of(given)
    if not identities:
        return _answer(event, 400, NO_NAME)
    answers = (_about(identity, event, query, app, work) for identity in identities)
    return next((answer for answer in answers if answer is not None), _answer(event, 404, NOBODY))


def _about(
    identity: str, event: dict[str, Any], query: Mapping[str, str], app: bootstrap.Application, work: Registry
) -> dict[str, Any] | None:
    """None: nobody is known by this identity."""
    if event["routeKey"].startswith("DELETE "):
        begun = begin_erasure(identity, "shop", work)
        if begun is None:
            return None
        logger.info("erasure", erasure=begun.id, status=begun.status)
        return _answer(event, 202, {"erasure": begun.id, "status": begun.status, "report": report(begun)})
    if event["routeKey"].endswith("/timeline"):
        told = explain_person(
            identity,
            query.get("journey"),
            store=app.store,
            archive=app.archive,
            definitions=app.definitions,
            hashes=app.hashes,
            clock=app.clock,
        )
        return None if told is None else _answer(event, 200, told.as_json())
    printed = query.get("format") == "html"
    after = None if printed else query.get("after")
    export = export_person(Asked(identity, after), work, app.event_log, app.definitions)
    if export is None:
        return None
    if printed:
        return _answer(event, 200, data_page(export, language_of(query.get("language", "de"))))
    return _answer(event, 200, export)


def _page(event: dict[str, Any], app: bootstrap.Application, work: Registry) -> dict[str, Any]:
    method, headers = event["requestContext"]["http"]["method"], event.get("headers") or {}
    house = House(app.store, app.event_log, app.definitions, app.links, app.hashes, app.clock)
    visit = Visit(token=event["pathParameters"]["token"], languages=headers.get("accept-language", ""))
    try:
        if method not in ("GET", "HEAD", "POST"):
            reply: Reply | data.File = sorry(visit, house, "not_allowed")
        else:
            reply = data.serve(visit if method != "POST" else visit.filled(read_form(event)), house, work)
    except TooLarge:
        reply = sorry(visit, house, "too_large")
    except Unreadable:
        reply = sorry(visit, house, "unreadable")
    except Transient:
        reply = sorry(visit, house, "later")
    if isinstance(reply, data.File):
        return _answer(event, 200, reply.html, name=reply.name)
    shown = "" if method == "HEAD" else reply.page.html
    return {"statusCode": reply.status, "headers": headers_of(reply.page, reply.status), "body": shown}


def _answer(event: Mapping[str, Any], status: int, said: Any, name: str = "") -> dict[str, Any]:
    """Packed where that is understood: Lambda answers with six megabytes at most."""
    headers = {**JSON, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
    body = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    if isinstance(said, str):
        headers["content-type"] = "text/html; charset=utf-8"
        headers |= PRINTED
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    if "gzip" in (event.get("headers") or {}).get("accept-encoding", ""):
        packed = base64.b64encode(gzip.compress(body.encode(), mtime=0)).decode()
        return {
            "statusCode": status,
            "headers": {**headers, "content-encoding": "gzip"},
            "body": packed,
            "isBase64Encoded": True,
        }
    return {"statusCode": status, "headers": headers, "body": body}
