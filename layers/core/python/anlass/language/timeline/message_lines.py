"""The lines of a message: how it was made, every last look, and what the provider says; and of a call to the shop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from anlass.domain.call import Call
from anlass.domain.send import Send
from anlass.language.picture.words import channel_words, spaced
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.lines import Line
from anlass.language.timeline.look_words import look_words


def message_lines(send: Send, dossier: Dossier) -> Iterator[Line]:
    """That it was made, every look at it, and what became of it."""
    facts = {"message": send.id, "template": send.template, "channel": send.channel, "status": send.status}
    name = f"“{send.step}”" + (f" ({send.visit})" if send.visit > 1 else "")
    made = f"Message {name} was made: {send.template} by {channel_words(send.channel)}"
    yield Line(send.created_at, "made", made, send.journey, (), {**facts, "not_after": send.not_after})
    for look in send.looks:
        text = f"Last look at {name}. {look_words(look, send.channel, dossier.told)}"
        told = {"outcome": look.outcome, "reason": look.reason, "until": look.until}
        yield Line(look.at, "look", text, send.journey, (), {**facts, **told, **look.facts})
    is_told = send.status == "SKIPPED" and bool(send.looks) and send.looks[-1].outcome == "skipped"
    if not is_told and (closed := closing_words(send)) is not None and send.closed_at is not None:
        yield Line(send.closed_at, "closed", f"Message {name} {closed}", send.journey, (), facts)
    for at, what in _reports(send):
        yield Line(at, "feedback", f"Message {name} {what}", send.journey, (), {**facts, "report": what})


def closing_words(send: Send) -> str | None:
    """What became of a message, and None while that is open."""
    match send.status:
        case "SENT":
            return "left"
        case "SKIPPED":
            return f"was not sent ({spaced(send.reason or 'skipped')})"
        case "FAILED":
            return f"failed: {send.reason}"
        case "UNKNOWN":
            return f"may have left: nobody knows ({send.reason}); it is not sent again"
    return None


def _reports(send: Send) -> Iterable[tuple[datetime, str]]:
    told = {
        "was delivered": send.delivered_at,
        "was opened": send.opened_at,
        "was clicked": send.clicked_at,
        "bounced": send.bounced_at,
        "was marked as spam": send.complained_at,
        "was confirmed": send.confirmed_at,
    }
    return [(at, what) for what, at in told.items() if at is not None]


def call_line(call: Call) -> Line:
    at = call.closed_at or call.created_at
    facts = {"enrolment": call.enrolment, "step": call.step, "status": call.status}
    return Line(at, "step", f"Webhook “{call.step}”: {call.status.lower()}", call.journey, (), facts)
