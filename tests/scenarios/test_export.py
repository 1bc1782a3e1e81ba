"""What is kept of somebody is told to them whole: every kind of row, under every name, from both worlds alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

from anlass.adapters import rows
from anlass.domain.bouncing import Bounces
from anlass.domain.brake import Brake, Day
from anlass.domain.changes import AddProof, AddSuppression, MarkSeen, Remember
from anlass.domain.contest import Tally, Winner
from anlass.domain.erasure import Erasure, Tombstone
from anlass.domain.event import Event
from anlass.domain.ledger import Proof
from anlass.domain.mailbox import Requests
from anlass.domain.send import ProviderName
from anlass.domain.subscribing import IssuedCode
from anlass.domain.suppression import Suppression
from anlass.keys import Row
from anlass.language.data_page import data_page
from anlass.language.proof_page import proof_page
from anlass.ports import Answered
from anlass.usecases.export_person import EVENTS, SECTIONS, Asked, export_person

from tests.remains import people_of
from tests.shipped import both_worlds
from tests.shop import CART, an_event, content, journey, mails
from tests.worlds import DAY, HOUR, MemoryWorld, MotoWorld, World, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MAIL = "anna@shop.example"
TOLD = {"url": "https://erp.shop.example/hook", "secret": "erp"}
VIPS = {"id": "vips", "name": "VIP", "who": {"field": "profile.orders.count", "op": "gte", "value": 1}}
FILES = content(
    {"segments/vips.json": json.dumps(VIPS)},
    CART,
    journey(
        "birthday", trigger={"type": "date", "field": "profile.birthday", "repeat": "yearly"}, steps=[mails("one")]
    ),
    journey("tell", trigger={"type": "event", "event": "Order Completed"}, steps=[{"id": "tell", "webhook": TOLD}]),
    journey("view", trigger={"type": "event", "event": "Product Viewed"}, steps=[mails("one"), {"wait": "3 days"}]),
    templates=("first", "second", "last", "thanks", "one"),
)
world = both_worlds(FILES, START)

# Rows that are of nobody: counts, what an address hash alone says, what is left of whoever was erased.
OF_NOBODY = {Tally, Winner, Day, Brake, ProviderName, Tombstone, Erasure}
BY_ADDRESS = {Suppression, Bounces, IssuedCode, Requests}


def lives_through_everything(world: World) -> None:
    """A row of each kind."""
    if isinstance(world, MemoryWorld):
        world.simulation.shop.answers.append(Answered(503))
    elif isinstance(world, MotoWorld):
        world.runtime.shop.answers.append(Answered(503))
    world.batch(
        identify("anna", START, "device", first_name="Anna", phone="+491701234567", birthday="1990-03-02"),
        track("Product Viewed", START, "anna", product_id="beans"),
        track("Order Completed", START, "anna", order_id="1001", total=12),
    )
    world.advance(START + HOUR)
    world.batch(track("Product Added", START + HOUR, "anna", product_id="cups", price=9))
    work = people_of(world)
    proof = Proof(
        "p-1", "u:anna", "email", MAIL, "v3", "https://shop.example/form", START, "192.0.2.1", START, None, "m", START,
        "Bitte bestätigen", "Waren Sie das?",
    )  # fmt: skip
    work.store.commit([AddProof(proof), MarkSeen("u:anna", "m-1", START), Remember("u:anna", "order#1", START)])
    work.store.commit([AddSuppression(work.hashes.of(MAIL), "email", "complaint", START)])


def exported(world: World, identity: str, after: str | None = None, most: int = EVENTS) -> dict[str, Any]:
    found = export_person(Asked(identity, after, most), people_of(world))
    assert found is not None
    whole: dict[str, Any] = json.loads(json.dumps(found))  # it is JSON
    return whole


def test_every_kind_of_row_has_its_place() -> None:
    """Whoever adds a kind of row says here, or in `SECTIONS`, whether a person is told of it."""
    below_a_person = {
        value.rstrip("#") for name, value in vars(rows).items() if name.isupper() and isinstance(value, str)
    }
    elsewhere = {"TALLY", "WINNER", "X", "SUPPRESSED", "ERASED", "BOUNCES", "REPORTS", "BRAKE", "MESSAGE"}
    elsewhere |= {"CODE", "ASKED"}
    assert below_a_person - elsewhere <= SECTIONS.keys()
    assert SECTIONS.keys() - below_a_person == {"S", "event"}
    told = {*get_args(Row), Event} - OF_NOBODY - BY_ADDRESS
    known = {kind.__name__ for kind in told}
    assert known == {
        *("State", "Attributes", "Caps", "Consent", "Statement", "Proof", "datetime"),
        *("Enrolment", "Send", "Call", "Timer", "Event"),
    }


def test_everything_that_is_kept_of_anna(world: World) -> None:
    lives_through_everything(world)
    whole = exported(world, "a:device")
    empty = {section for section in SECTIONS.values() if not whole[section]}
    assert empty == set()
    assert whole["person"] == "u:anna"
    assert whole["identities"][:2] == ["u:anna", "a:device"]
    assert whole["traits"]["first_name"] == "Anna"
    assert {row["journey"] for row in whole["enrolments"]} >= {"tell", "view"}
    assert {row["channel"]: row["reason"] for row in whole["suppressions"]} == {"email": "complaint"}
    assert whole["segments"] == ["vips"]
    assert [row["name"] for row in whole["events"] if row["kind"] == "track"].count("Order Completed") == 1
    assert all(row["expires_at"].startswith("2027") for row in whole["events"])
    assert whole["retention"]["events"] == "400 days"
    assert whole["next"] is None


def test_a_summary_and_pages_that_can_be_read(world: World) -> None:
    lives_through_everything(world)
    whole = exported(world, "u:anna")
    for language, words in (
        ("de", ("Bekannt als: u:anna", "Bestellungen: 1")),
        ("en", ("Known as: u:anna", "Orders: 1")),
    ):
        assert all(word in whole["summary"][language] for word in words)
    page = data_page(whole, "de")
    assert "<script" not in page
    assert "http" not in page.split("<body>")[0]
    assert "Espresso" not in page
    assert "anna@shop.example" in page
    proof = proof_page(whole, "de")
    assert all(word in proof for word in ("Bitte bestätigen", "Waren Sie das?", "192.0.2.1", "v3"))


def test_what_somebody_wrote_is_shown_and_does_nothing() -> None:
    world = MemoryWorld(FILES, START)
    world.batch(identify("anna", START, first_name="<script>alert(1)</script>"))
    page = data_page(exported(world, "u:anna"), "en")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_more_events_than_one_answer_takes_come_page_by_page(world: World) -> None:
    for hour in range(5):
        at = START + hour * HOUR
        world.batch(*(track("page", at, "anna", "device", n=n) | {"messageId": f"{hour}-{n}"} for n in range(99)))
    first = exported(world, "u:anna", most=200)
    found, after = list(first["events"]), first["next"]
    while after is not None:
        page = exported(world, "u:anna", after, 200)
        assert page.keys() == {"format", "person", "events", "next"}
        found, after = [*found, *page["events"]], page["next"]
    assert len({event["id"] for event in found}) == len(found) == 495


def test_so_do_fewer_events_of_many_words() -> None:
    """An answer has six megabytes at most."""
    world = MemoryWorld(FILES, START)
    said = (an_event("page", START, "anna", id_=f"{number}", note="x" * 20_000) for number in range(250))
    world.simulation.event_log.put(list(said))
    sizes, page = [], exported(world, "u:anna")
    while page["next"] is not None:
        sizes.append(len(json.dumps(page)))
        page = exported(world, "u:anna", page["next"])
    assert len(sizes) == 2
    assert max(sizes) < 5_000_000


def test_of_nobody_nothing_is_told(world: World) -> None:
    assert export_person(Asked("u:nobody"), people_of(world)) is None
    world.advance(START + DAY)


def test_who_has_told_nothing_of_themselves_is_exported_too(world: World) -> None:
    call = {"type": "identify", "userId": "cleo", "messageId": "1", "timestamp": START.isoformat(), "traits": {}}
    world.batch(call)
    whole = exported(world, "u:cleo")
    assert (whole["person"], whole["traits"]) == ("u:cleo", {})
    assert data_page(whole, "de")
