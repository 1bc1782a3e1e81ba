"""How people are named from outside: by the shop's user id, by a whole identity, or by an e-mail address."""

from __future__ import annotations

from anlass.domain.ids import address_hash

LONGEST = 1024  # characters


def identities_of(name: str) -> tuple[str, ...]:
    """ "u:anna", "a:2f1…" and "e:<hash>" are what they are, "anna" is u:anna; and an address is also the sign that leads
    to whoever has it now. The first one that somebody is known by is meant. Empty: nobody can be called that.
    """
    if not name.strip() or len(name) > LONGEST:
        return ()
    if name[:2] in ("u:", "a:", "e:"):
        return (name,)
    return (f"u:{name}", f"e:{address_hash(name)}") if "@" in name else (f"u:{name}",)
