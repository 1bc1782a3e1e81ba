"""Unsubscribing by mail: the address is the authority, and all that is looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

from tests.reports import Inside
from tests.shipped import both_worlds
from tests.shop import content, journey, mails
from tests.worlds import DAY, HOUR, MemoryWorld, MotoWorld, World, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFER = journey(
    "offer",
    trigger={"type": "event", "event": "Product Viewed"},
    steps=[mails("offer"), {"wait": "1 day"}, mails("again")],
)
world = both_worlds(content(OFFER, templates=("offer", "again")), START)


def header(world: World) -> str:
    """List-Unsubscribe of the first mail."""
    if isinstance(world, MemoryWorld):
        raw = world.simulation.mailer.sent[0].mime
    else:
        assert isinstance(world, MotoWorld)
        raw = world.runtime.sent_mails()[0].raw
    return str(message_from_bytes(raw, policy=policy.default)["List-Unsubscribe"])


def offered(world: World) -> str:
    """The address in the mail that Anna got."""
    world.batch(identify("anna", START), track("Product Viewed", START, "anna", product_id="beans"))
    link, mail = header(world).split(", ")
    assert link.startswith("<http"), "one click comes first"
    assert mail.startswith("<mailto:unsubscribe+")
    assert mail.endswith("?subject=unsubscribe>")
    return mail.removeprefix("<mailto:").removesuffix("?subject=unsubscribe>")


def test_a_mail_to_the_address_in_the_header_is_a_no_to_everything(world: World) -> None:
    inside, address = Inside(world), offered(world)
    world.advance(START + HOUR)
    inside.mail(address.upper())
    assert inside.consents()[-1] == ("*", "withdrawn", "person", "unsubscribe mail")
    inside.mail(address)
    world.batch(identify("anna", START + 2 * HOUR))  # the shop's own list still says yes
    world.advance(START + 3 * DAY)
    assert [line.split(" ", 2)[2] for line in world.told()] == ["anna@shop.example offer"]
    assert world.skipped() == {"again": "no_consent"}


def test_a_tampered_address_and_that_of_somebody_else_say_nothing_for_anna(world: World) -> None:
    inside, address = Inside(world), offered(world)
    token = address.partition("+")[2].partition("@")[0]
    swapped = token[:-1] + ("a" if token[-1] != "a" else "b")
    for other in (address.replace(token, swapped), address.replace(token, ""), "unsubscribe+anna@reply.shop.example"):
        inside.mail(other)
    assert inside.consents() == [("*", "granted", "shop", "identify")]
    assert not isinstance(world, MotoWorld) or not world.runtime.receive_mail("post@reply.shop.example", "a@b.c", "")
