"""Somebody asks for messages: the event that asks is stored, and that is all. Whether the address is known, suppressed
or subscribed already is nobody's to learn here: the same work is done for all, and the same answer given.
"""

from __future__ import annotations

from anlass.domain.ids import correlation_id
from anlass.domain.subscribing import requested
from anlass.language.subscription import Problem, Sender, read_subscription
from anlass.ports import (
    Clock,
    Definitions,
    EventLog,
)
from anlass.usecases.catalog import load_settings


class NotOpen(Exception):
    """Nothing is published yet, so there is nothing to subscribe to."""


def request_subscription(
    fields: object, sender: Sender, *, event_log: EventLog, definitions: Definitions, clock: Clock
) -> str | tuple[Problem, ...]:
    """The correlation id of what was stored, for the log; or all that is wrong with the form.

    Raises NotOpen, and Transient if nothing was stored: the same request may be sent again.
    """
    settings = load_settings(definitions)
    if settings is None:
        raise NotOpen
    asked = read_subscription(fields, settings, sender)
    if isinstance(asked, tuple):
        return asked
    event = requested(asked, clock.now())
    event_log.put([event])
    return correlation_id(event.id)
