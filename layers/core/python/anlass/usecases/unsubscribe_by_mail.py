"""A mail to the address that List-Unsubscribe names: the token in it is the authority, and all that is looked at."""

from __future__ import annotations

from typing import Literal

from anlass.domain.ids import short
from anlass.domain.send import Send
from anlass.ports import (
    MailTicket,
    Store,
    Ticket,
)
from anlass.usecases.open_link import Opened
from anlass.usecases.page_work import PageWork
from anlass.usecases.people import who_got
from anlass.usecases.withdraw_consent import withdraw_by

SOURCE = "unsubscribe mail"


def unsubscribe_by_mail(address: str, work: PageWork) -> Literal["withdrawn", "known", "no such message"]:
    """`address`: where the mail went. Means the channel of its message, as the link does. Raises Transient."""
    ticket = work.links.read_address(address)
    said = withdraw_by(lambda: _opened(ticket, work), None, SOURCE, work) if ticket is not None else None
    if said is None:
        return "no such message"
    return "withdrawn" if said.is_new else "known"


def _opened(ticket: MailTicket, work: PageWork) -> Opened | None:
    send = _message(ticket, work.store)
    person = who_got(send, work.store)[0] if send is not None else None
    if send is None or person is None:
        return None
    return Opened(Ticket(send.id, work.clock.now()), send, person)


def _message(ticket: MailTicket, store: Store) -> Send | None:
    _, sends = store.enrolment(ticket.enrolment)
    return next((send for row, send in sends.items() if short(row, len(ticket.mark)) == ticket.mark), None)
