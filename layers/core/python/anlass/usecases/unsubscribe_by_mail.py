"""A mail to the address that List-Unsubscribe names: the token in it is the authority, and all that is looked at."""

from __future__ import annotations

from typing import Literal

from anlass.domain.errors import Conflict, Transient
from anlass.domain.ids import short
from anlass.domain.send import Send
from anlass.ports import (
    Clock,
    Hashes,
    Links,
    MailTicket,
    Store,
    Ticket,
)
from anlass.usecases.open_link import Opened
from anlass.usecases.people import read_with_person
from anlass.usecases.withdraw_consent import all_withdrawn

TRIES = 5
SOURCE = "unsubscribe mail"


def unsubscribe_by_mail(
    address: str, *, store: Store, links: Links, hashes: Hashes, clock: Clock
) -> Literal["withdrawn", "known", "no such message"]:
    """`address`: where the mail went. Means the channel that its message came by, as the link does."""
    ticket = links.read_address(address)
    if ticket is None:
        return "no such message"
    for _ in range(TRIES):
        send = _message(ticket, store)
        person = read_with_person(store, send.profile)[0] if send is not None else None
        if send is None or person is None:
            return "no such message"
        now = clock.now()
        opened = Opened(Ticket(send.id, now), send, person)
        changes = all_withdrawn(opened, (send.channel,), now, SOURCE, hashes)
        if not changes:
            return "known"
        try:
            store.commit(changes)
        except Conflict:
            continue
        return "withdrawn"
    raise Transient(f"consent of {ticket.enrolment} changed {TRIES} times while it was withdrawn")


def _message(ticket: MailTicket, store: Store) -> Send | None:
    _, sends = store.enrolment(ticket.enrolment)
    return next((send for row, send in sends.items() if short(row, len(ticket.mark)) == ticket.mark), None)
