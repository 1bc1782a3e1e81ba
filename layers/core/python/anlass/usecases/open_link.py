"""Whoever comes by a link of a message: which message it was, and who got it."""

from __future__ import annotations

from dataclasses import dataclass

from anlass.domain.person import Person
from anlass.domain.send import Send, split_message_id
from anlass.keys import SendKey
from anlass.ports import (
    Links,
    PageName,
    Store,
    Ticket,
)
from anlass.usecases.people import read_with_person


@dataclass(frozen=True, slots=True)
class Opened:
    ticket: Ticket
    send: Send
    person: Person


def open_link(page: PageName, token: str, *, store: Store, links: Links) -> Opened | None:
    """None: the token is none of ours or of another page, or so old that nobody knows the message any more."""
    ticket = links.read(page, token)
    parts = split_message_id(ticket.message_id) if ticket else None
    if ticket is None or parts is None:
        return None
    send = store.read([SendKey(*parts)]).send(*parts)
    if send is None:
        return None
    person, _rows = read_with_person(store, send.profile)
    return Opened(ticket, send, person) if person is not None else None
