"""What is kept of a person, and its erasure: for those who sign with rights in this account, and for whoever holds the
link of a mail. Signatures are checked before anything comes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anlass import bootstrap
from anlass.answering import Serve, answer
from anlass.domain.erasure import report
from anlass.domain.errors import Transient
from anlass.language.data_page import data_page
from anlass.language.naming_people import LONGEST
from anlass.language.pages.http import packed
from anlass.language.pages.layout import language_of
from anlass.masking import masked
from anlass.telemetry import logger
from anlass.usecases.begin_erasure import begin_erasure, erasure_by_id
from anlass.usecases.explain_person import explain_person
from anlass.usecases.export_person import Asked, NoSuchPage, export_person
from anlass.usecases.named_people import Ambiguous, meant
from anlass.usecases.people_work import PeopleWork
from anlass.usecases.serving import data

NOBODY = {"code": "no_such_person", "message": "nothing is kept of this person; see /v1/profiles in the reference"}
NO_ERASURE = {"code": "no_such_erasure", "message": "there is no erasure of this id, or its report has expired"}
NO_NAME = {"code": "bad_id", "message": "nobody is called that: a user id, u:…, a:…, e:…, an e-mail address or +49…"}
NO_PAGE = {"code": "bad_after", "message": '"after" must be what "next" said on the page before'}
TWO = {"code": "two_people", "message": 'two people are called that: name one of them by what is in "identities"'}
LATER = {"code": "try_again", "message": "somebody else is at it just now; try again in a minute"}


@masked
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    app = bootstrap.application()
    if event["routeKey"].endswith("/data/{token}"):
        pages: Mapping[str, Serve] = {"data": lambda visit, work: data.serve(visit, work, app.people)}
        return answer(event, pages, app, app.config["PUBLIC_URL"])
    try:
        return _signed(event, app.people)
    except NoSuchPage:
        return packed(event, 400, NO_PAGE)
    except Ambiguous as two:
        return packed(event, 409, {**TWO, "identities": [*two.identities]})
    except Transient as fault:
        logger.warning("not served", fault=str(fault))
        return packed(event, 503, LATER)


def _signed(event: dict[str, Any], work: PeopleWork) -> dict[str, Any]:
    query, given = event.get("queryStringParameters") or {}, (event.get("pathParameters") or {}).get("id", "")
    if event["routeKey"].startswith("GET /v1/erasures/"):
        found = erasure_by_id(given, work) if len(given) <= LONGEST else None
        return packed(event, 200, report(found)) if found else packed(event, 404, NO_ERASURE)
    identities = meant(given, work.store)
    if not identities:
        return packed(event, 400, NO_NAME)
    answers = (_about(identity, event, query, work) for identity in identities)
    return next((answer for answer in answers if answer is not None), packed(event, 404, NOBODY))


def _about(identity: str, event: dict[str, Any], query: Mapping[str, str], work: PeopleWork) -> dict[str, Any] | None:
    """None: nobody is known by this identity."""
    if event["routeKey"].startswith("DELETE "):
        begun = begin_erasure(identity, "shop", work)
        if begun is None:
            return None
        logger.info("erasure", erasure=begun.id, status=begun.status)
        return packed(event, 202, {"erasure": begun.id, "status": begun.status, "report": report(begun)})
    if event["routeKey"].endswith("/timeline"):
        told = explain_person(identity, query.get("journey"), work)
        return None if told is None else packed(event, 200, told.as_json())
    printed = query.get("format") == "html"
    after = None if printed else query.get("after")
    export = export_person(Asked(identity, after), work)
    if export is None:
        return None
    if printed:
        return packed(event, 200, data_page(export, language_of(query.get("language", "de"))))
    return packed(event, 200, export)
