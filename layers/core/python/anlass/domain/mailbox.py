"""One mailbox, however its address is written: whoever signs up strangers must not get past a cap by spelling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from anlass.domain.shop_links import ascii_host

MOST, WINDOW = 8, timedelta(days=7)  # requests, beyond which nothing is stored
# But for one of each address without "+tag", of so many: or else whoever asks for spellings that reach nobody keeps the
# mailbox's owner out. Elsewhere than at Gmail there is one such address.
PLAIN: Final = 4
_GMAIL: Final = frozenset(("gmail.com", "googlemail.com"))  # which sees no dots, and is one by both names


@dataclass(frozen=True, slots=True)
class Requests:
    """The row ASKED of a mailbox or phone, by its hash: how many requests since the first one of these."""

    mailbox_hash: str
    count: int
    until: datetime
    plain: frozenset[str] = frozenset()  # the addresses (hashes) without "+tag" that were asked for since


def mailbox_of(address: str) -> str:
    """Where mail to this address arrives, as far as anybody can tell from outside; a phone number is itself."""
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return domain
    local, domain = local.partition("+")[0] or local, ascii_host(domain)
    return f"{local.replace('.', '')}@gmail.com" if domain in _GMAIL else f"{local}@{domain}"


def plain_of(address: str) -> str | None:
    """The address as somebody has it, if it names its mailbox without a "+tag"."""
    local, at, domain = address.strip().lower().rpartition("@")
    return None if not at or "+" in local else f"{local}@{ascii_host(domain)}"
