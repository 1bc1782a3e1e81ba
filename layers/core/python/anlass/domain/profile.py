"""A person as matching needs them: the hot, bounded STATE, and the attributes that the shop sends.

STATE is read and written with every event, and a write costs by the kilobyte: everything in it is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from anlass.domain.event import EventKey
from anlass.domain.ids import is_address, short
from anlass.domain.send import Purpose

CART_LINES = 20
RECENT_PRODUCTS = 5
LAST_CATEGORIES = 20
RECENT_ORDERS = 20  # older ones have rows: see remembering.py
IDENTITIES = 20
REFUSED = 10  # with all of them, who does a usual lot still fits into one kilobyte
LIVE_ENROLMENTS = 40
LIVE_BY_BROWSERS = 30  # the rest is left to what the backend says
LIVE_FOR_SERVERS = 4  # and these many have room whatever else waits, if they may send what needs no consent
# With journeys that hold nobody: what confirms an order must not fail for letters that wait. Two people who turn out
# to be one have so many together, and all of theirs are told in one transaction of 100 rows.
LIVE_AT_MOST = 44
POSITION_LIFE = timedelta(hours=25)  # a stream keeps its records for 24 hours


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream has been applied for one identity. `sequence` is a decimal number of up to 40 digits."""

    stream: str
    sequence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CartLine:
    product: str
    quantity: int = 1
    price: Decimal | None = None
    name: str | None = None
    image: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Cart:
    id: str | None = None
    lines: tuple[CartLine, ...] = ()
    changed_at: datetime | None = None
    emptied_at: datetime | None = None  # the last order: what is older belongs to it, however late it arrives
    currency: str | None = None  # None: the shop's own

    @property
    def value(self) -> Decimal:
        return sum(((line.price or Decimal(0)) * line.quantity for line in self.lines), Decimal(0))

    @property
    def items(self) -> int:
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was opened; how long somebody stayed, the next event tells."""

    event: str  # id of the event that opened it
    at: datetime
    product: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    recent: tuple[str, ...] = ()  # shortened order ids: an order counts once
    last_categories: tuple[str, ...] = ()
    reduced: int = 0  # how many had a discount or a coupon
    country: str | None = None  # where the last one went
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """An enrolment that still runs: what matching must know to decide whether an event concerns it."""

    journey: str
    version: str
    entry: str  # id of the event that enrolled
    since: datetime  # its time: events before it answer nothing
    match: Mapping[str, str] = field(default_factory=dict)  # entry properties that a `match` names, shortened
    per: str | None = None  # the (shortened) value of `entry.per`


@dataclass(frozen=True, slots=True)
class Entered:
    """When this person last entered a journey; `per` has one time for each (shortened) value of `entry.per`."""

    at: datetime
    per: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Why somebody did not enter a journey, the last time they might have."""

    reason: str
    at: datetime
    event: str  # the event's id, shortened


@dataclass(frozen=True, slots=True)
class TimerState:
    """A lazy timer's times. `armed` is the id of the timer row that will ring, if any."""

    armed: str | None = None
    last_at: datetime | None = None
    last: EventKey | None = None  # the event that counts
    unless_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Who had an address until then; None: they were erased since."""

    profile: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class State:
    """The row STATE. `version` 0 means that it is not stored yet; a pointer is all that a merge leaves behind."""

    id: str
    version: int = 0
    pointer: str | None = None
    identities: tuple[str, ...] = ()  # every identity whose events are this person's, oldest out
    positions: Mapping[str, Position] = field(default_factory=dict)
    orders: Orders = Orders()
    spend: Mapping[str, Decimal] = field(default_factory=dict)  # by currency
    orders_in: Mapping[str, int] = field(default_factory=dict)  # by currency
    views: int = 0
    last_seen: datetime | None = None
    cart: Cart = Cart()
    recent: tuple[str, ...] = ()  # product ids, newest first
    live: Mapping[str, Live] = field(default_factory=dict)  # by enrolment id
    entered: Mapping[str, Entered] = field(default_factory=dict)  # by journey id
    timers: Mapping[str, TimerState] = field(default_factory=dict)  # by trigger key
    segments: Mapping[str, bool] = field(default_factory=dict)  # where somebody wants to know: in or out, as last seen
    sunset_at: datetime | None = None  # no marketing since, until the person acts
    page: Page | None = None  # what they look at, where somebody wants to know for how long
    remembered: tuple[str, ...] = ()  # profiles below whose id rows tell of what had no room here any more
    erased: Mapping[str, datetime] = field(default_factory=dict)  # identity -> when its former owner was erased
    refused: Mapping[str, TurnedAway] = field(default_factory=dict)  # by journey id, for who asks why; the newest
    requested_at: datetime | None = None  # of who is known by an unconfirmed request only, and is soon forgotten
    visitor_since: datetime | None = None  # nobody knows who it is: forgotten some time after this and `last_seen`

    former: tuple[Owner, ...] = ()  # of an address: who had it before, newest last; see owning.py
    since: datetime | None = None  # of a pointer to an address: when it was set

    @property
    def began_at(self) -> datetime | None:
        """When what is below this address began to be theirs; None: always."""
        return self.former[-1].until if self.former else None

    @property
    def is_vacant(self) -> bool:
        """Nobody has this address, and nothing was told of it, since somebody gave it up."""
        bare = replace(self, version=0, former=(), erased={})
        return bool(self.former) and bare == new_state(self.id)

    def with_timer(self, key: str, timer: TimerState) -> State:
        return replace(self, timers={**self.timers, key: timer})

    def turned_away(self, journey: str, reason: str, event: str, at: datetime) -> State:
        """The state that remembers this, of the journeys that refused somebody last."""
        others = {id_: each for id_, each in self.refused.items() if id_ != journey}
        turned = TurnedAway(reason, at.replace(microsecond=0), short(event, 6))
        newest = [*others.items(), (journey, turned)][-REFUSED:]
        return replace(self, refused=dict(newest))

    def without_live(self, enrolment: str) -> State:
        return replace(self, live={k: v for k, v in self.live.items() if k != enrolment})


def new_state(profile: str) -> State:
    return State(profile, identities=(profile,))


@dataclass(frozen=True, slots=True)
class Attributes:
    """The row PROFILE: traits as the shop sends them, names in snake_case."""

    id: str
    version: int = 0
    traits: Mapping[str, Any] = field(default_factory=dict)
    registered_at: datetime | None = None
    vouched: bool = False  # a server key has said who this is: no browser may give them an address
    identified_at: datetime | None = None  # the time of the newest identify: an older one changes nothing it said
    seen_at: datetime | None = None  # of a visitor, who told this then, and is forgotten some time after

    @property
    def is_vouched(self) -> bool:
        """Whether more than a browser says who this is: the shop's backend, or whoever reads mails to the address."""
        return self.vouched or is_address(self.id)

    @property
    def email(self) -> str | None:
        value = self.traits.get("email")
        return value if isinstance(value, str) and "@" in value else None


@dataclass(frozen=True, slots=True)
class Departure:
    """A message that has left, as far as caps and repeats ask. `occasion`: what it was about, shortened."""

    channel: str
    at: datetime
    journey: str
    template: str = ""
    occasion: str = ""
    purpose: Purpose = "marketing"


@dataclass(frozen=True, slots=True)
class Caps:
    """The row CAPS: what left in the last days and counts, by send id, so that a repeated claim counts once."""

    id: str
    version: int = 0
    sends: Mapping[str, Departure] = field(default_factory=dict)


def after_position(state: State, identity: str, stream: str, sequence: str) -> bool:
    """Whether this record of the stream is new to the profile."""
    seen = state.positions.get(identity)
    return seen is None or seen.stream != stream or int(sequence) > int(seen.sequence)


def move_position(state: State, identity: str, stream: str, sequence: str, now: datetime) -> State:
    """Notes the record as applied and drops positions that no stream can still repeat."""
    kept = {i: p for i, p in state.positions.items() if now - p.at < POSITION_LIFE}
    return replace(state, positions={**kept, identity: Position(stream, sequence, now)})
