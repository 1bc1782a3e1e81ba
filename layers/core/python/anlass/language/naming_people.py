"""How people are named from outside: by the shop's user id, by a whole identity, or by an e-mail address."""

from __future__ import annotations

from anlass.domain.ids import address_hash


def identity_of(name: str) -> str:
    """ "anna" is u:anna; "u:anna", "a:2f1…" and "e:<hash>" are what they are."""
    return name if name[:2] in ("u:", "a:", "e:") else f"u:{name}"


def identity_by_email(email: str) -> str:
    """The sign of an address: it leads to whoever has that address now."""
    return f"e:{address_hash(email)}"
