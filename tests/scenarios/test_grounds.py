"""Every mail that ships says why somebody gets it: who bought has not consented, and may object (§ 7 (3) UWG)."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.builders import DAY
from tests.shipped import shipped
from tests.shop import MORNING, a_simulation, an_event, identified

SALE = {
    "order_id": "O-1",
    "goods": "coffee",
    "noticed_at": "2026-03-01T09:00:00Z",
    "notice_version": "checkout-3",
    "topics": ["offers"],
}


@pytest.mark.parametrize(
    ("status", "locale", "words"),
    [
        (
            "EXISTING_CUSTOMER",
            "de",
            "weil Sie bei uns eingekauft haben. Sie können der Verwendung Ihrer E-Mail-Adresse für Werbung jederzeit "
            "widersprechen, ohne dass hierfür andere als die Übermittlungskosten nach den Basistarifen entstehen: über",
        ),
        (
            "EXISTING_CUSTOMER",
            "en",
            "because you bought from us. You may object to the use of your e-mail address for advertising at any time, "
            "at no other cost than that of transmission at basic rates: by",
        ),
        ("SUBSCRIBED", "de", "weil Sie zugestimmt haben"),
        ("SUBSCRIBED", "en", "because you agreed"),
    ],
)
def test_each_mail_says_on_what_ground_it_comes_and_how_to_end_it(status: str, locale: str, words: str) -> None:
    shop = a_simulation(shipped("cart-abandonment"))
    told = identified("anna", MORNING, locale=locale)
    subscription = {"key": "anna@shop.example", "type": "EMAIL", "status": status}
    context = {"messaging_subscriptions": [subscription | (SALE if status == "EXISTING_CUSTOMER" else {})]}
    added = an_event("Product Added", MORNING, user="anna", product_id="beans", price=12)
    shop.ingest(replace(told, context=context), added)
    shop.advance(MORNING + DAY)
    mail = message_from_bytes(shop.mailer.sent[0].mime, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    part = mail.get_body(("plain",))
    assert part is not None
    text = " ".join(part.get_content().split())
    assert words in text
    assert ("Abmelden" if locale == "de" else "Unsubscribe") in text
