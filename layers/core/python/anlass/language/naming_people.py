"""How people are named from outside: by the shop's user id, by a whole identity, or by an address."""

from __future__ import annotations

from anlass.domain.ids import address_hash
from anlass.language.address_forms import forms_of

LONGEST = 1024  # characters


def identities_of(name: str) -> tuple[str, ...]:
    """A whole identity is what it is, "anna" is u:anna. An address is the sign that leads to whoever has it now, and
    then a user id too: a phone number with its country code is one, "+49 170 1234567". Empty: nobody can be
    called that.
    """
    if not name.strip() or len(name) > LONGEST:
        return ()
    if name[:2] in ("u:", "a:", "e:"):
        return (name,)
    address = forms_of("sms", name)[-1] if name.strip().startswith("+") else name if "@" in name else None
    return (f"u:{name}",) if address is None else (f"e:{address_hash(address)}", f"u:{name}")
