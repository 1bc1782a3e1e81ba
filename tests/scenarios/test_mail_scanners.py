"""Machines read mails before people do, and follow all of their links. Nobody must be unsubscribed by that."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from cli.simulation import Simulation
from tests.customer import BEANS, mail_of
from tests.shipped import CONTENT
from tests.shop import journey
from tests.visiting import Visitor
from tests.worlds import DAY, MemoryWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def every_mail() -> tuple[dict[str, str], list[str]]:
    """The content that ships, with one journey in place of all others that sends every template of it at once, but for
    those that ask for a confirmation: these go with the sign-up."""
    paths = [path for folder in ("templates", "segments") for path in sorted((CONTENT / folder).rglob("*"))]
    files = {path.relative_to(CONTENT).as_posix(): path.read_text() for path in paths if path.is_file()}
    kinds = {path.split("/")[1]: json.loads(files[path]) for path in files if path.endswith("template.json")}
    others = sorted(name for name, said in kinds.items() if said["purpose"] != "confirmation")
    settings = json.loads((CONTENT / "settings.json").read_text()) | {"caps": {}}
    steps = [{"id": name, "send": {"template": name}} for name in others]
    sends_all = journey("everything", trigger={"type": "event", "event": "Order Completed"}, steps=steps)
    sign_up = {"journeys/double-opt-in.json": (CONTENT / "journeys/double-opt-in.json").read_text()}
    return {"settings.json": json.dumps(settings), **files, **sign_up, **sends_all}, others


def links_of(simulation: Simulation) -> set[tuple[str, str]]:
    """(page, token) of all links of ours in all mails: in their HTML, their text and their headers."""
    found: set[tuple[str, str]] = set()
    for mail in simulation.mailer.sent:
        headers = re.sub(r"\r?\n[ \t]", "", mail.mime.split(b"\r\n\r\n")[0].decode(errors="replace"))
        for text in (mail_of(mail.mime, "html"), mail_of(mail.mime, "plain"), headers):
            found |= set(re.findall(r"http://127\.0\.0\.1/([a-z]+)/([\w.-]+)", text))
    return found


def test_no_link_of_any_mail_that_ships_does_anything_when_it_is_opened() -> None:
    files, others = every_mail()
    world = MemoryWorld(files, START)
    shop, scanner = world.simulation, Visitor(world.simulation)
    world.batch(identify("anna", START, firstName="Anna"), identify("ben", START, locale="en"))
    for who in ("anna", "ben"):
        world.batch(track("Order Completed", START, who, order_id=who, total=14.9, products=[BEANS], **BEANS))
    page = scanner.opens("signup").html
    version = re.findall(r'name="text_version" value="([^"]+)"', page)[0]
    assert scanner.sends("signup", email="carl@shop.example", topics="news", text_version=version).status == 200
    world.advance(START + 3 * DAY)
    sent = [(mail.recipient.split("@")[0], mail.tags["step"]) for mail in shop.mailer.sent]
    wanted = [(who, name) for who in ("anna", "ben") for name in others] + [("carl", "ask"), ("carl", "remind")]
    assert sorted(sent) == sorted(wanted), "every mail that ships was sent"

    links = links_of(shop)
    assert {page for page, _ in links} == {"unsubscribe", "preferences", "press", "confirm"}
    before = list(shop.store.rows()), list(shop.event_log.stream), len(shop.store.outbox)
    for _ in range(2):
        for name, token in sorted(links):
            answer = scanner.opens(name, token)
            assert answer.status == 200
            assert '<form method="post"' in answer.html
    assert (list(shop.store.rows()), list(shop.event_log.stream), len(shop.store.outbox)) == before
    assert len(shop.mailer.sent) == len(wanted)
