"""What a customer of the shop that ships does: buys, gets a parcel, writes a review, clicks in a mail."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

from anlass.domain.feedback import Feedback
from anlass.domain.send import Send
from anlass.usecases.record_feedback import record_feedback

from tests.shop import an_event
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


def presses(world: MemoryWorld, at: datetime, step: str, button: str, value: Any, who: str = "anna") -> None:
    """A button in the newest mail of that step."""
    world.advance(at)
    mail = _newest(world, step, who)
    pressed = an_event("Button Pressed", at, who, source="system", message_id=mail.id, button=button, value=value)
    world.simulation.ingest(pressed)


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
    mail = message_from_bytes(world.simulation.mailer.sent[number].mime, policy=policy.default)
    part = mail.get_body(("plain",))
    assert part is not None
    return f"{mail['subject']}\n{part.get_content()}"
