"""Somebody asks for messages: it is counted for the mailbox, the event that asks is stored, and that is all. Whether
the address is known, suppressed or subscribed already is nobody's to learn here: the same work is done for all, and the
same answer given.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from anlass.domain.changes import CountRequest
from anlass.domain.errors import Conflict
from anlass.domain.ids import correlation_id
from anlass.domain.mailbox import mailbox_of, plain_of
from anlass.domain.subscribing import requested
from anlass.language.subscription import Problem, Sender, read_subscription
from anlass.usecases.catalog import load_settings
from anlass.usecases.page_work import PageWork


class NotOpen(Exception):
    """Nothing is published yet, so there is nothing to subscribe to."""


def request_subscription(fields: object, sender: Sender, work: PageWork) -> str | tuple[Problem, ...] | None:
    """The correlation id of what was stored, for the log; all that is wrong with the form; or None: this mailbox was
    asked for so often that nothing more is stored. Nobody who asks may learn that.

    Raises NotOpen, and Transient if nothing was stored: the same request may be sent again.
    """
    settings, now = load_settings(work.definitions), work.clock.now()
    if settings is None:
        raise NotOpen
    asked = read_subscription(fields, settings, sender, now.date())
    if isinstance(asked, tuple):
        return asked
    # The shop's own backend knows whom it asks for; what anybody can say is counted.
    if sender.source != "server" and not _is_counted(asked.address, now, work):
        return None
    event = requested(asked, now)
    work.event_log.put([event])
    return correlation_id(event.id)


def _is_counted(address: str, now: datetime, work: PageWork) -> bool:
    """False: it is one too many."""
    mailbox, plain = work.hashes.of(mailbox_of(address)), plain_of(address)
    for anew in (False, True):
        with suppress(Conflict):
            work.store.commit([CountRequest(mailbox, now, anew, work.hashes.of(plain) if plain else None)])
            return True
    return False
