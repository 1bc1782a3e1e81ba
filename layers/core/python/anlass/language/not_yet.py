"""Words of the language that later versions will know. Whoever makes one work takes it out here."""

from __future__ import annotations

from collections.abc import Mapping

# The word as it stands in a file, and what it is about.
NOT_YET: Mapping[str, str] = {
    "coupon": "Coupons",
    "test": "Subject tests",
    "products": "Product recommendations",
    "points": "Points",
    "audience": "Audiences of advertising networks",
    "crm": "Connections to a CRM",
}
# The same of fields: the first name behind `profile.`, and what a step leaves.
FIELDS_NOT_YET: Mapping[str, str] = {"points": "Points", "tier": "Tiers", "score": "Scores", "coupon": "Coupons"}


def not_yet(about: str, word: str) -> tuple[str, str]:
    """What is wrong, and what would be right."""
    remedy = "It is a word of the language, but this version of Anlass does not know it yet; leave it out."
    return f'{about} are not available yet ("{word}").', remedy
