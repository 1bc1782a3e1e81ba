"""Many people, a message on its way to each, and then they say no: with the deployed functions as in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from anlass.adapters.memory.links import MemoryLinks
from anlass.bootstrap import Application
from anlass.domain.feedback import Feedback
from anlass.domain.send import Send
from anlass.ports import Ticket
from anlass.usecases.record_feedback import record_feedback
from anlass.usecases.withdraw_consent import withdraw_consent

from cli.dev.reporting import report
from tests.shipped import both_worlds
from tests.shop import content, journey, mails, template
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, MotoWorld, World, identify, track

START = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # six in the evening in Berlin
STATES = ("capped", "asleep", "held")
WAYS = ("link", "identify", "step", "complaint")
NOBODY = "nobody"  # says no
PEOPLE = {f"{state}-{way}": (state, way) for state in STATES for way in (*WAYS, NOBODY)}


def on(event: str, *steps: Any) -> dict[str, str]:
    return journey(event.split()[0].lower(), trigger={"type": "event", "event": event}, steps=list(steps))


PAUSING = on("Pausing Wanted", mails("pausing", at="18:30"))
FILES = {
    **content(
        PAUSING,
        on("Offer Wanted", mails("offer")),
        on("First Wanted", mails("first")),
        on("Receipt Wanted", mails("receipt")),
        on("Goodbye Said", {"unsubscribe": "all"}),
        templates=("offer", "first", "pausing"),
        settings={
            "caps": {"email": {"day": 1}},
            "quiet_hours": {"email": {"from": "20:00", "until": "09:00", "sundays": False, "holidays": False}},
        },
    ),
    **template("receipt", "transactional", "<p>{{ imprint }}</p>"),
}
world = both_worlds(FILES, START)


def everybody(world: World, event: str, at: datetime, *states: str) -> None:
    people = [person for person, (state, _) in PEOPLE.items() if state in states]
    world.batch(*(track(event, at, person) for person in people))


def receipts(world: World) -> dict[str, Send]:
    if isinstance(world, MotoWorld):
        rows = world.rows(Send)
    else:
        assert isinstance(world, MemoryWorld)
        rows = [row for row in world.simulation.store.rows() if isinstance(row, Send)]
    return {row.profile.removeprefix("u:"): row for row in rows if row.template == "receipt"}


def press_the_link(world: World, receipt: Send) -> None:
    """As a mail program does for whoever wants no more (RFC 8058)."""
    if isinstance(world, MotoWorld):
        app: Application = world.runtime.application()
        token = app.links.url("unsubscribe", Ticket(receipt.id, app.clock.now())).rsplit("/", 1)[-1]
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = world.runtime.http("POST", f"/unsubscribe/{token}", headers, b"List-Unsubscribe=One-Click")
        assert answer.status == 200
        return
    assert isinstance(world, MemoryWorld)
    shop = world.simulation
    assert isinstance(shop.links, MemoryLinks)
    token = shop.links.url("unsubscribe", Ticket(receipt.id, shop.clock.now())).rsplit("/", 1)[-1]
    assert withdraw_consent("unsubscribe", token, shop) is not None


def complain(world: World, receipt: Send) -> None:
    if isinstance(world, MotoWorld):
        assert report(world.runtime, world.runtime.application(), receipt.id, "complaint", {})
        return
    assert isinstance(world, MemoryWorld)
    shop, address = world.simulation, f"{receipt.profile.removeprefix('u:')}@shop.example"
    about = Feedback("complaint", receipt.enrolment, receipt.step, receipt.visit, "1", shop.clock.now(), (address,))
    record_feedback(about, store=shop.store, hashes=shop.hashes)


def say_no(world: World, person: str, way: str, at: datetime) -> None:
    receipt = receipts(world)[person]
    match way:
        case "link":
            press_the_link(world, receipt)
        case "identify":
            world.batch(identify(person, at, status="UNSUBSCRIBED"))
        case "step":
            world.batch(track("Goodbye Said", at, person))
        case "complaint":
            complain(world, receipt)


def switch(world: World, on_: bool) -> None:
    for path, text in PAUSING.items():
        changed = text if on_ else text.replace('"live"', '"off"')
        if isinstance(world, MotoWorld):
            world.runtime.put_content(f"content/{path}", changed.encode())
        else:
            assert isinstance(world, MemoryWorld)
            world.simulation.publish({path: changed})


def test_nobody_who_said_no_gets_what_was_on_its_way(world: World) -> None:
    world.batch(*(identify(person, START) for person in PEOPLE))
    everybody(world, "Receipt Wanted", START, *STATES)
    everybody(world, "First Wanted", START, "capped")
    everybody(world, "Offer Wanted", START, "capped")
    everybody(world, "Pausing Wanted", START, "held")
    world.advance(START + 10 * MINUTE)
    switch(world, on_=False)
    late = START + 4 * HOUR
    world.advance(late)
    everybody(world, "Offer Wanted", late, "asleep")
    world.advance(late + MINUTE)
    before = world.told()
    assert {line.rpartition(" ")[2] for line in before} == {"receipt", "first"}
    for person, (_, way) in PEOPLE.items():
        say_no(world, person, way, late + MINUTE)
    world.advance(late + 2 * MINUTE)
    switch(world, on_=True)
    world.advance(START + 10 * DAY)
    assert sorted(line.partition(" ")[2].partition(" ")[2] for line in world.told()[len(before) :]) == [
        "asleep-nobody@shop.example offer",
        "capped-nobody@shop.example offer",
        "held-nobody@shop.example pausing",
    ]
