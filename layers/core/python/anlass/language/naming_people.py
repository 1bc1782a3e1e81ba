"""How people are named from outside: by the shop's user id, by a whole identity, or by an e-mail address."""

from __future__ import annotations

from anlass.domain.ids import address_hash

LONGEST = 1024  # characters


def identity_of(name: str) -> str:
    """The first that it may be."""
    return name if name[:2] in ("u:", "a:", "e:") else f"u:{name}"


def identities_of(name: str) -> tuple[str, ...]:
    """A whole identity is what it is, "anna" is u:anna, and an address also the sign that leads to whoever has it now.
    The first one that somebody is known by is meant. Empty: nobody can be called that.
    """
    if not name.strip() or len(name) > LONGEST:
        return ()
    first = identity_of(name)
    return (first, f"e:{address_hash(name)}") if "@" in name and first != name else (first,)
