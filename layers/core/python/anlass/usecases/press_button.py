"""A functional button of a message is pressed: an answer, not a click. It needs no consent to tracking.

Whoever presses `leave` gets no marketing any more, from that moment and whatever became of the journey that asked: an
objection waits for nothing (Art. 21 GDPR).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from anlass.domain.changes import AddEvent, Change
from anlass.domain.errors import Conflict, Transient
from anlass.domain.event import NO_TIME
from anlass.ports import (
    Clock,
    Hashes,
    Links,
    Store,
)
from anlass.usecases.message_events import message_event
from anlass.usecases.open_link import Opened, open_link
from anlass.usecases.people import CHANNELS
from anlass.usecases.withdraw_consent import TRIES, all_withdrawn

PRESSED = "Button Pressed"
LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Button:
    """As the template names it. `value` keeps its type."""

    name: str
    value: str | int | float | bool | None
    opened: Opened


def see_button(token: str, *, store: Store, links: Links) -> Button | None:
    """What the page of the link asks about. Changes nothing."""
    opened = open_link("press", token, store=store, links=links)
    match opened and opened.ticket.extra:
        case (str(name), *rest) if opened is not None:
            return Button(name, rest[0] if rest else None, opened)
    return None


def press_button(
    token: str, ip: str | None = None, *, store: Store, links: Links, hashes: Hashes, clock: Clock
) -> Button | None:
    """None: the link leads nowhere. The same button of the same message counts once."""
    for _ in range(TRIES):
        button = see_button(token, store=store, links=links)
        if button is None:
            return None
        now, send = clock.now(), button.opened.send
        properties = {"button": button.name, "value": button.value}
        # A value and its text are two answers: 5 is not "5".
        cause = json.dumps([button.name, button.value])
        event = message_event(PRESSED, send.profile, send, now, properties, cause)
        # Stored without a time in its key, it is the same row however often and whenever it is pressed.
        changes: list[Change] = [AddEvent(replace(event, moment=f"{NO_TIME}#{event.id}"))]
        if button.name == LEAVE:
            changes += all_withdrawn(button.opened, CHANNELS, now, "leave button", hashes, ip)
        try:
            store.commit(changes)
        except Conflict:
            continue
        return button
    raise Transient(f"a consent changed {TRIES} times while a button was pressed")
