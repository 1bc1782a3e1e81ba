"""What is looked at just before a message leaves, and what the look leaves behind."""

from __future__ import annotations

from anlass.domain.profile import Caps

from tests.builders import DAY, HOUR, MINUTE
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, sent, template

ANNA = "anna@shop.example"
CAPS = {"caps": {"email": {"day": 1}}}


def at_once(name: str, event: str) -> dict[str, str]:
    """A journey that sends one message as soon as the event comes."""
    return journey(name, trigger={"type": "event", "event": event}, steps=[{"id": name, "send": {"template": name}}])


def test_a_receipt_needs_no_consent_and_takes_no_place_from_marketing() -> None:
    files = content(at_once("receipt", "Order Completed"), at_once("offer", "Product Viewed"), settings=CAPS)
    shop = a_simulation({**files, **template("receipt", "transactional", "<p>{{ imprint }}</p>"), **template("offer")})
    shop.ingest(identified("ben", MORNING, subscribed=False), identified("anna", MORNING))
    for user in ("ben", "anna"):
        for minute, name in enumerate(("Order Completed", "Product Viewed", "Order Completed")):
            shop.ingest(an_event(name, MORNING + minute * MINUTE, user, product_id="beans"))
    shop.advance(MORNING + HOUR)
    assert sorted(sent(shop)) == [
        f"{ANNA} offer",
        f"{ANNA} receipt",
        f"{ANNA} receipt",
        "ben@shop.example receipt",
        "ben@shop.example receipt",
    ]


def test_caps_forget_what_no_cap_can_count_any_more() -> None:
    shop = a_simulation(content(at_once("offer", "Product Viewed"), templates=("offer",)))
    shop.ingest(identified("anna", MORNING))
    for day in (0, 1, 8):
        shop.advance(MORNING + day * DAY)
        shop.ingest(an_event("Product Viewed", MORNING + day * DAY, "anna", product_id="beans"))
    assert len(sent(shop)) == 3
    assert [len(row.sends) for row in shop.store.rows() if isinstance(row, Caps)] == [1]
