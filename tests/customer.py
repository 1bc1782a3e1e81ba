"""What a customer of the shop that ships does: buys, gets a parcel, writes a review, clicks in a mail."""

from __future__ import annotations

import json
import re
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any, Literal

from anlass.domain.changes import SaveConsent
from anlass.domain.consent import TRACKING, Grant
from anlass.domain.feedback import Feedback
from anlass.domain.send import Send
from anlass.keys import ConsentKey
from anlass.usecases.press_button import press_button
from anlass.usecases.record_feedback import record_feedback

from tests.worlds import MemoryWorld, World, track

BEANS: dict[str, Any] = {
    "product_id": "ESP-KIEL",
    "name": "Espresso Kieler Förde, 500 g",
    "category": "Espresso",
    "price": 14.9,
    "quantity": 1,
    "url": "https://www.example.com/kaffee/esp-kiel",
}
GRINDER: dict[str, Any] = {
    "product_id": "ZUB-MUEHLE",
    "name": "Handmühle mit Kegelmahlwerk",
    "category": "Zubereitung",
    "price": 79,
    "quantity": 1,
    "url": "https://www.example.com/kaffee/zub-muehle",
}
APRON: dict[str, Any] = {"product_id": "apron", "name": "Schürze", "category": "Textilien", "price": 32, "quantity": 1}


def does(world: World, at: datetime, event: str, who: str = "anna", **properties: Any) -> None:
    """Anything that the shop reports."""
    world.advance(at)
    world.batch(track(event, at, who, **properties))


def buys(world: World, at: datetime, number: str, *products: dict[str, Any], who: str = "anna") -> None:
    total = sum(each["price"] * each["quantity"] for each in products)
    does(world, at, "Order Completed", who, order_id=number, total=total, products=list(products))


def gets_the_parcel(world: World, at: datetime, number: str, who: str = "anna") -> None:
    does(world, at, "Order Delivered", who, order_id=number)


def reviews(world: World, at: datetime, number: str, rating: int, who: str = "anna") -> None:
    does(world, at, "Product Reviewed", who, order_id=number, product_id="any", rating=rating)


def presses(world: MemoryWorld, at: datetime, step: str, button: str, *value: Any, who: str = "anna") -> None:
    """A button in the newest mail of that step: the link is looked for in the mail, and its page's button pressed."""
    world.advance(at)
    house = world.simulation
    mail = next(m for m in reversed(house.mailer.sent) if m.tags["step"] == step and m.recipient.startswith(f"{who}@"))
    tokens = re.findall(r"/press/([\w.-]+)", mail_of(mail.mime, "html"))
    tickets = {token: house.links.read("press", token) for token in tokens}
    (token,) = (token for token, ticket in tickets.items() if ticket is not None and ticket.extra == (button, *value))
    assert press_button(token, house)
    house.settle()


def lets_clicks_be_seen(world: MemoryWorld, who: str = "anna") -> None:
    """The shop wants to see them, and the person agreed to that in the preference centre."""
    shop = world.simulation
    settings = json.loads(shop.content.files["settings.json"]) | {"tracking": {"clicks": True}}
    shop.publish({"settings.json": json.dumps(settings)})
    known = shop.store.read([ConsentKey(f"u:{who}", "email")]).consent(f"u:{who}", "email")
    assert known is not None
    said = Grant(f"{who}@shop.example", TRACKING, "granted", shop.clock.now(), "person", "preference centre")
    shop.store.commit([SaveConsent(known.states(said))])


def clicks(world: MemoryWorld, at: datetime, step: str, who: str = "anna") -> None:
    """A tracked link in the newest mail of that step, as the provider reports it."""
    world.advance(at)
    mail = _newest(world, step, who)
    clicked = Feedback("click", mail.enrolment, mail.step, mail.visit, "1", at, (f"{who}@shop.example",))
    record_feedback(clicked, store=world.simulation.store, hashes=world.simulation.hashes)
    world.simulation.settle()


def _newest(world: MemoryWorld, step: str, who: str) -> Send:
    mails = [row for row in world.simulation.store.rows() if isinstance(row, Send) and row.profile == f"u:{who}"]
    return max((mail for mail in mails if mail.step == step), key=lambda mail: mail.created_at)


def mail_text(world: MemoryWorld, number: int = -1) -> str:
    """The plain text of a mail that left."""
    mime = world.simulation.mailer.sent[number].mime
    return f"{message_from_bytes(mime, policy=policy.default)['subject']}\n{mail_of(mime, 'plain')}"


def mail_of(mime: bytes, kind: Literal["plain", "html"]) -> str:
    """One body of a mail."""
    part = message_from_bytes(mime, policy=policy.default).get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text
