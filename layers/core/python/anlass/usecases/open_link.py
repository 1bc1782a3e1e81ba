"""Whoever comes by a link of a message: which message it was, and who got it."""

from __future__ import annotations

from dataclasses import dataclass

from anlass.domain.person import Person
from anlass.domain.send import SHORT, Send, split_message_id
from anlass.keys import SendKey
from anlass.ports import (
    Hashes,
    PageName,
    Ticket,
)
from anlass.usecases.page_work import PageWork
from anlass.usecases.people import who_got


@dataclass(frozen=True, slots=True)
class Opened:
    ticket: Ticket
    send: Send
    person: Person

    def address(self, channel: str) -> str:
        """That they have now; "" where none is known."""
        attributes = self.person.attributes
        if attributes is None:
            return ""
        known = attributes.email if channel == "email" else attributes.traits.get("phone")
        return known if isinstance(known, str) else ""


def open_link(page: PageName, token: str, work: PageWork) -> Opened | None:
    """None: the token is none of ours or of another page, or so old that nobody knows the message any more."""
    ticket = work.links.read(page, token)
    parts = split_message_id(ticket.message_id) if ticket else None
    if ticket is None or parts is None:
        return None
    send = work.store.read([SendKey(*parts)]).send(*parts)
    if send is None:
        return None
    person, _rows = who_got(send, work.store)
    return Opened(ticket, send, person) if person is not None else None


def is_present(opened: Opened, hashes: Hashes) -> bool:
    """Whether the message went to the address that they have now. Somebody else may read an earlier one, and who got a
    message may turn out to be another person: whoever comes from there may say no, and nothing else.
    """
    send = opened.send
    return send.sent_to == hashes.of(opened.address(send.channel))[:SHORT]
