"""The system's events about a message: the same properties whichever of them it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from anlass.domain.event import Event
from anlass.domain.identifying import own_event
from anlass.domain.send import Send


def message_event(
    name: str, profile: str, send: Send, at: datetime, extra: Mapping[str, Any], cause: str = ""
) -> Event:
    """`cause` tells repeated events of one kind apart (two clicks); the same cause gives the same event. What is
    said of a question to somebody who has not confirmed yet is forgotten with their request."""
    properties = {
        "message_id": send.id,
        "journey": send.journey,
        "step": send.step,
        "template": send.template,
        "channel": send.channel,
        **{name: value for name, value in extra.items() if value is not None},
    }
    event = own_event(profile, name, (send.id, cause), at, at, properties)
    return replace(event, requested_at=send.requested_at, since=send.since if profile == send.profile else None)
