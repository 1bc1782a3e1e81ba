"""A functional button of a message is pressed: an answer, not a click. It needs no consent to tracking.

Whoever presses `leave` gets no marketing any more, from that moment and whatever became of the journey that asked: an
objection waits for nothing (Art. 21 GDPR). It is all that may be pressed in a message to an earlier address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from anlass.domain.changes import AddEvent, Change
from anlass.domain.event import NO_TIME
from anlass.usecases.insisting import insist
from anlass.usecases.message_events import message_event
from anlass.usecases.open_link import Opened, is_present, open_link
from anlass.usecases.page_work import PageWork
from anlass.usecases.people import CHANNELS
from anlass.usecases.withdraw_consent import all_withdrawn

PRESSED = "Button Pressed"
LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Button:
    """As the template names it. `value` keeps its type."""

    name: str
    value: str | int | float | bool | None
    opened: Opened
    is_good: bool  # whether it may be pressed


def see_button(token: str, work: PageWork) -> Button | None:
    """What the page of the link asks about. Changes nothing."""
    opened = open_link("press", token, work)
    match opened and opened.ticket.extra:
        case (str(name), *rest) if opened is not None:
            return Button(name, rest[0] if rest else None, opened, name == LEAVE or is_present(opened, work.hashes))
    return None


def press_button(token: str, work: PageWork, ip: str | None = None) -> Button | None:
    """None: the link leads nowhere. The same button of the same message counts once; one that is not good changes
    nothing. Raises Transient.
    """

    def attempt() -> Button | None:
        button = see_button(token, work)
        if button is None or not button.is_good:
            return button
        now, send = work.clock.now(), button.opened.send
        properties = {"button": button.name, "value": button.value}
        # A value and its text are two answers: 5 is not "5".
        cause = json.dumps([button.name, button.value])
        event = message_event(PRESSED, send.profile, send, now, properties, cause)
        # Stored without a time in its key, it is the same row however often and whenever it is pressed.
        changes: list[Change] = [AddEvent(replace(event, moment=f"{NO_TIME}#{event.id}"))]
        if button.name == LEAVE:
            changes += all_withdrawn(button.opened, CHANNELS, now, "leave button", work.hashes, ip)
        work.store.commit(changes)
        return button

    return insist(attempt, "a consent", "a button was pressed")
