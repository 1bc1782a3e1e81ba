"""Double opt-in: what somebody asks for, and the event that says so. Whoever typed an address need not be its owner, so
until that one confirms nothing follows from it but the question itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from anlass.domain.enrolment import Heard
from anlass.domain.event import Event
from anlass.domain.ids import address_hash, event_id
from anlass.domain.person import Person
from anlass.domain.registry.events import CONFIRMED, UPDATE

REQUESTED = "Subscription Requested"
SOURCE = "double opt-in"
LINK_LIFE = timedelta(days=7)
CODE_LIFE, CODE_TRIES = timedelta(minutes=30), 5

AskedChannel = Literal["email", "sms"]
ADDRESS_OF: Mapping[AskedChannel, str] = {"email": "email", "sms": "phone"}


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """The row CODE of a phone number, by its hash: which message the newest code was in, and how often somebody tried.

    Tries count whether a code is out or not: who guesses learns nothing from what a guess costs us.
    """

    address_hash: str
    message_id: str | None = None
    at: datetime | None = None
    tries: int = 0

    def takes(self, now: datetime) -> bool:
        """Whether the right code is taken now. The try itself is counted already."""
        return self.at is not None and now - self.at <= CODE_LIFE and self.tries <= CODE_TRIES


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for messages. `traits` are what else was told; they count once it is confirmed, and not before."""

    channel: AskedChannel
    address: str  # as typed, without spaces around it; a phone number as E.164
    topics: tuple[str, ...]
    locale: str
    text_version: str
    form_url: str
    source: str  # "browser" | "server" | "hosted page"
    ip: str | None = None
    words: str = ""  # that were agreed to, where it is known
    traits: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """Whoever has this address, known by more or by nothing else."""
        return f"e:{address_hash(self.address)}"


def requested(asked: Asked, now: datetime) -> Event:
    """The event. Whoever asks for the very same twice within a minute pressed the button twice: it is one event."""
    properties = {
        "channel": asked.channel,
        ADDRESS_OF[asked.channel]: asked.address,
        "topics": list(asked.topics),
        "locale": asked.locale,
        "text_version": asked.text_version,
        "form_url": asked.form_url,
        "source": asked.source,
        **({"ip": asked.ip} if asked.ip else {}),
        **({"words": asked.words} if asked.words else {}),
        **({"traits": dict(asked.traits)} if asked.traits else {}),
    }
    minute = now.strftime("%Y-%m-%dT%H:%M:00.000Z")
    same = repr(sorted((name, value) for name, value in properties.items() if name != "ip"))
    id_ = event_id(REQUESTED, asked.identity, minute, same)
    return Event(asked.identity, f"{minute}#{id_}", id_, "track", REQUESTED, now, now, "system", properties=properties)


def last_request(before: Person, event: Event) -> datetime | None:
    """When the address of somebody was last entered into a form of whom nothing else is known, and who is forgotten if
    nobody confirms it. None: somebody who is known. `before`: the person before the event.
    """
    last = before.state.requested_at
    if event.name == REQUESTED:
        is_unknown = before.state.id.startswith("e:") and before.attributes is None and before.state.last_seen is None
        return event.received_at if is_unknown or last is not None else None
    return last if event.source == "system" and event.name not in (UPDATE, CONFIRMED) else None


def asked_in(entry: Heard) -> Asked | None:
    """What was asked for by the event that enrolled; None if it was another one."""
    said = entry.properties
    channel = next((each for each in ADDRESS_OF if each == said.get("channel")), None)
    if entry.name != REQUESTED or channel is None:
        return None
    return Asked(
        channel=channel,
        address=str(said.get(ADDRESS_OF[channel], "")),
        topics=tuple(map(str, said.get("topics") or ())),
        locale=str(said.get("locale", "")),
        text_version=str(said.get("text_version", "")),
        form_url=str(said.get("form_url", "")),
        source=str(said.get("source", "")),
        ip=said.get("ip"),
        words=str(said.get("words", "")),
        traits=said.get("traits") or {},
    )
