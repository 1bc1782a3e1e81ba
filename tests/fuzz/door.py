"""The local runtime behind HTTP, in a thread, with people, keys and links that are real: else no request gets far."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import uvicorn
from anlass.ports import PageName, Ticket

from cli.dev import looking
from cli.dev.server import application
from cli.runtime.world import LocalRuntime
from tests.shop import CART, content
from tests.worlds import AUTHORIZATION, HOUR, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHIPPED = Path(__file__).parents[2] / "content"
PEOPLE = ("anna", "bela", "cleo")
ASKING = tuple(f"asking-{number}@shop.example" for number in range(6))


@dataclass(frozen=True)
class Door:
    runtime: LocalRuntime
    url: str
    known: dict[str, list[str]]  # values that are good, by the name of the path's parameter or of the page


@contextmanager
def open_door() -> Iterator[Door]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with LocalRuntime(START, public_url=f"http://127.0.0.1:{port}") as runtime:
        known = _move_in(runtime)
        server = uvicorn.Server(uvicorn.Config(application(runtime), port=port, log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield Door(runtime, f"http://127.0.0.1:{port}", known)
        finally:
            server.should_exit = True
            thread.join()


def _move_in(runtime: LocalRuntime) -> dict[str, list[str]]:
    """Three people with a mail each, six who were asked to confirm; and the links to their pages."""
    shop = MotoWorld(runtime, _files())
    for user in PEOPLE:
        shop.batch(identify(user, START), track("Product Added", START, user, product_id="beans", price=12))
    for address in ASKING:
        form = {"email": address, "topics": ["news"], "text_version": "1", "form_url": "https://shop.example/"}
        headers = {"authorization": AUTHORIZATION, "content-type": "application/json"}
        assert runtime.http("POST", "/v1/subscribe", headers, json.dumps(form).encode()).status == 202
    shop.advance(START + 2 * HOUR)
    app = runtime.application()
    messages = looking.messages(runtime, app)
    tickets = [Ticket(message["id"], START) for message in messages if message["to"] not in ASKING]
    assert len(tickets) == len(PEOPLE)
    pages = {page: [app.links.url(page, each).rsplit("/", 1)[1] for each in tickets] for page in get_args(PageName)}
    pressed = [replace(each, extra=("stars", stars)) for each in tickets for stars in (1, 5)]
    pages["press"] = [app.links.url("press", each).rsplit("/", 1)[1] for each in pressed]
    for page in ("confirm", "data"):
        found = [re.findall(rf"/{page}/([\w.-]+)", message["html"]) for message in messages]
        pages[page] += [token for each in found for token in each]
    assert len(pages["confirm"]) >= len(PEOPLE) + len(ASKING)
    profiles = [name for user in PEOPLE for name in (user, f"u:{user}", f"{user}@shop.example")]
    return {**pages, "writeKey": ["local-server", "local-browser"], "profiles": profiles}


def _files() -> dict[str, str]:
    files = content(CART, templates=("first", "second", "last", "thanks"))
    for name in ("confirm-subscription", "confirm-subscription-reminder", "_blocks"):
        folder = SHIPPED / "templates" / name
        files |= {
            path.relative_to(SHIPPED).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
        }
    return files | {"journeys/double-opt-in.json": (SHIPPED / "journeys/double-opt-in.json").read_text()}
