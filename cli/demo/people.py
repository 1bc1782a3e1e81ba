"""The shop's customers: what a shop knows of somebody beside the clicks. Addresses are example.com's, nobody's."""

from __future__ import annotations

from typing import Any

from cli.demo.chance import choose, percent

FIRST_NAMES = (
    *("Anna", "Ben", "Clara", "David", "Emma", "Finn", "Greta", "Hannes", "Ida", "Jonas", "Katja", "Lars"),
    *("Maren", "Nils", "Ole", "Paula", "Rike", "Sönke", "Tomke", "Ute", "Wiebke", "Yusuf", "Zoe", "Leyla"),
)
SIGNED_IN = 55  # % of sessions in which the shop knows the visitor from the first click on
SUBSCRIBED, NEVER_ASKED = 70, 15  # % of customers; the rest has unsubscribed


def address(user: str) -> str:
    return f"{user}@example.com"


def traits(user: str) -> dict[str, Any]:
    share = percent("country", user)
    country = "DE" if share < 80 else "AT" if share < 92 else "CH"
    return {
        "email": address(user),
        "first_name": choose(FIRST_NAMES, "name", user),
        "country": country,
        "locale": "de" if percent("locale", user) < 90 else "en",
    }


def subscriptions(user: str) -> list[dict[str, str]]:
    """The consent that the shop holds, in Segment's form."""
    share = percent("consent", user)
    status = (
        "SUBSCRIBED"
        if share < SUBSCRIBED
        else "DID_NOT_SUBSCRIBE"
        if share < SUBSCRIBED + NEVER_ASKED
        else "UNSUBSCRIBED"
    )
    return [{"key": address(user), "type": "EMAIL", "status": status}]
