"""`anlass dev`: the public API on 127.0.0.1, and beside it `/_local`, which exists only here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from anlass.domain.comparing import as_time
from anlass.domain.duration import parse_duration
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, request_response

from cli.dev import looking
from cli.dev.content import remove, stored_report, upload
from cli.dev.reporting import FEEDBACK, report
from cli.dev.webhooks import plan_answers, webhooks
from cli.explain_page import nobody_page, timeline_page
from cli.inbox import inbox_page, message_page
from cli.runtime.lambdas import LambdaError
from cli.runtime.world import LocalRuntime

EXPLAIN = "/_local/explain"
STATUS = {"live": 200, "removed": 200, "ignored": 422, "waiting": 202, "refused": 422}
_T = TypeVar("_T")


def application(runtime: LocalRuntime) -> Starlette:
    """The server. Everything that moves the runtime runs in a worker thread; the runtime serves one at a time."""
    app = runtime.application()

    async def seen(look: Callable[..., _T], *arguments: Any) -> _T:
        def at_rest() -> _T:
            with runtime.at_rest():
                return look(runtime, *arguments)

        return await run_in_threadpool(at_rest)

    async def public(request: Request) -> Response:
        body = await request.body()
        path = request.scope["raw_path"].decode("ascii")  # as it was sent: a signature is over that
        target = path + (f"?{request.url.query}" if request.url.query else "")
        headers = dict(request.headers)
        answer = await run_in_threadpool(runtime.http, request.method, target, headers, body)
        settle = BackgroundTask(runtime.settle)  # answered first: on AWS nobody waits for what an event sets off
        return Response(answer.body, answer.status, dict(answer.headers), background=settle)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ready", "now": looking.iso(runtime.clock.now())})

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            to = _target(await _json(request), runtime.clock.now())
            if isinstance(to, Response):
                return to
            await run_in_threadpool(runtime.advance, to)
        return JSONResponse({"now": looking.iso(runtime.clock.now())})

    async def messages(_: Request) -> Response:
        return JSONResponse({"messages": await seen(looking.messages, app)})

    async def feedback(request: Request) -> Response:
        asked = await _json(request)
        kind, id_ = asked.get("event"), asked.get("message")
        if not isinstance(kind, str) or kind not in FEEDBACK or not isinstance(id_, str):
            return _refuse(400, "bad_feedback", f'send {{"message": id, "event": one of {sorted(FEEDBACK)}}}')
        if not await seen(report, app, id_, kind, asked):
            return _refuse(404, "no_such_message", "no message of this id left; GET /_local/messages lists them")
        await run_in_threadpool(runtime.settle)
        return JSONResponse({"success": True})

    async def mail(request: Request) -> Response:
        asked = await _json(request)
        to, sender, subject = (asked.get(name, "") for name in ("to", "from", "subject"))
        if not (isinstance(to, str) and "@" in to and isinstance(sender, str) and isinstance(subject, str)):
            return _refuse(400, "bad_mail", 'send {"to": address, "from": address, "subject": text}')
        if not await run_in_threadpool(runtime.receive_mail, to, sender, subject):
            domain = runtime.names.reply_domain
            return _refuse(404, "no_such_address", f"mail is received for unsubscribe+…@{domain} only")
        await run_in_threadpool(runtime.settle)
        return JSONResponse({"success": True})

    async def brake(request: Request) -> Response:
        asked = await _json(request) if request.method == "POST" else {}
        answer = await run_in_threadpool(runtime.invoke, "set_brake", asked)
        if isinstance(answer, LambdaError):
            return _refuse(400, "bad_brake", answer.message)
        return JSONResponse(answer.payload)

    async def hooks(request: Request) -> Response:
        if request.method == "POST" and not plan_answers(runtime, (await _json(request)).get("answers")):
            return _refuse(400, "bad_answers", 'send {"answers": [503, 410]}: HTTP statuses for the next attempts')
        return JSONResponse({"webhooks": await seen(webhooks)})

    async def profile(request: Request) -> Response:
        found = await seen(looking.profile, app, request.path_params["user"])
        if found is None:
            return _refuse(404, "no_such_profile", "nobody of this id has sent an event")
        return JSONResponse(found)

    async def explain(request: Request) -> Response:
        asked = request.query_params
        person = request.path_params.get("user") or asked.get("person", "").strip()
        found = await seen(looking.explained, app, person, asked.get("message"), asked.get("journey") or None)
        if found is None:
            return HTMLResponse(nobody_page(person), 404)
        return HTMLResponse(timeline_page(found, person or found.profile, asked.get("journey")))

    async def content(request: Request) -> Response:
        path = request.path_params["path"]
        if request.method == "DELETE":
            report = await seen(remove, path)
        else:
            report = await seen(upload, path, await request.body())
        return JSONResponse(report, STATUS[report["status"]])

    async def report_page(request: Request) -> Response:
        """The pages that publishing leaves below reports/."""
        found = await seen(stored_report, request.path_params["path"] or "index.html")
        return found or _refuse(404, "no_such_report", "publishing has left no report of this name")

    async def inbox(_: Request) -> Response:
        messages = await seen(looking.messages, app)
        return HTMLResponse(inbox_page(messages, beside=("/_local/reports/", "What is live"), explain=EXPLAIN))

    async def one_message(request: Request) -> Response:
        for message in await seen(looking.messages, app):
            if message["id"] == request.path_params["id"]:
                return HTMLResponse(message_page(message, explain=f"{EXPLAIN}?message={quote(message['id'])}"))
        return _refuse(404, "no_such_message", "no message of this id left")

    starlette = Starlette(
        routes=[
            Route("/", inbox),
            Route("/_local/inbox/{id}", one_message),
            Route("/_local/health", health),
            Route("/_local/clock", clock, methods=["GET", "POST"]),
            Route("/_local/messages", messages),
            Route("/_local/feedback", feedback, methods=["POST"]),
            Route("/_local/mail", mail, methods=["POST"]),
            Route("/_local/brake", brake, methods=["GET", "POST"]),
            Route("/_local/webhooks", hooks, methods=["GET", "POST"]),
            Route("/_local/profile/{user:path}", profile),
            Route(EXPLAIN, explain),
            Route(EXPLAIN + "/{user:path}", explain),
            Route("/_local/content/{path:path}", content, methods=["PUT", "DELETE"]),
            Route("/_local/reports/{path:path}", report_page),
        ]
    )
    # Everything else, as it comes: a route's pattern knows no line breaks in paths, and has methods of its own.
    starlette.router.default = request_response(public)
    return starlette


def _target(asked: dict[str, Any], now: datetime) -> datetime | Response:
    if isinstance(asked.get("advance"), str):
        try:
            to = now + _duration(asked["advance"])
        except ValueError:
            wanted = 'seconds, minutes, hours, days or weeks, ten years at most, like "24 hours"'
            return _refuse(400, "bad_duration", f"no duration; write a number and {wanted}")
        except OverflowError:
            return _refuse(400, "clock_ends", "the clock ends with the year 9999")
    else:
        found = as_time(asked.get("to"))
        if found is None:
            return _refuse(400, "bad_clock", 'send {"advance": "24 hours"} or {"to": "2026-12-01T09:00:00Z"}')
        to = found
    if to < now:
        return _refuse(400, "clock_goes_forward", f"it is {looking.iso(now)} already; the clock never goes back")
    return to


def _duration(text: str) -> timedelta:
    """As marketers write it; and in seconds, which no journey knows but a clock does."""
    if seconds := re.fullmatch(r"(\d{1,5}) seconds?", text.strip(), re.ASCII):
        return timedelta(seconds=int(seconds[1]))
    return parse_duration(text)


async def _json(request: Request) -> dict[str, Any]:
    try:
        parsed = json.loads(await request.body() or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _refuse(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message}, status)
