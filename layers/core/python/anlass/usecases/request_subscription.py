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
from anlass.domain.mailbox import mailbox_of
from anlass.domain.subscribing import requested
from anlass.language.subscription import Problem, Sender, read_subscription
from anlass.ports import Store
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
    if not _is_counted(work.hashes.of(mailbox_of(asked.address)), now, work.store):
        return None
    event = requested(asked, now)
    work.event_log.put([event])
    return correlation_id(event.id)


def _is_counted(mailbox: str, now: datetime, store: Store) -> bool:
    """False: it is one too many."""
    for anew in (False, True):
        with suppress(Conflict):
            store.commit([CountRequest(mailbox, now, anew)])
            return True
    return False
