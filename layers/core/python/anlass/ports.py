"""What the use cases need of the world. `adapters/aws` and `adapters/memory` both keep these promises; one contract
suite runs against both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from anlass.domain.changes import Change
from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event, EventKey
from anlass.domain.names import ShopNames
from anlass.domain.send import Send
from anlass.keys import EnrolmentKey, JourneyRow, Key, Row, Rows, SendKey
from anlass.wire import Message, Selection

_T = TypeVar("_T")
PARTS = 4  # of everybody, when people are selected: read side by side, and one after the other within
TableName = Literal["events", "profiles", "journeys", "definitions"]
QueueName = Literal["wake", "start", "due", "email", "webhook", "erase"]
Rings = Literal["due", "email", "webhook"]  # the queues that the calendar rings into


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""
        ...


class Keys(Protocol):
    def right_of(self, key: str) -> Literal["server", "browser"] | None:
        """What a write key may do; None: unknown. Compared in constant time, secrets cached."""
        ...


class EventLog(Protocol):
    """The events table."""

    def put(self, events: Sequence[Event]) -> None:
        """Stores all or raises Transient; then some may be stored, and the same call again does no harm. No repeats."""
        ...

    def get(self, key: EventKey) -> Event | None: ...

    def of_person(
        self, identities: Collection[str], since: datetime, until: datetime, names: Collection[str] | None = None
    ) -> list[Event]:
        """All events of these identities whose time lies between (both included), by time."""
        ...


class Store(Protocol):
    """The profiles and journeys tables."""

    def read(self, keys: Iterable[Key], *, consistent: bool = True) -> Rows: ...

    def enrolment(self, id_: str) -> tuple[Enrolment | None, dict[str, Send]]:
        """The enrolment and all its sends by row, consistently, in one request."""
        ...

    def commit(self, changes: Sequence[Change]) -> None:
        """All or nothing; at most 100. Raises Conflict (which conditions failed) or Transient."""
        ...

    def overdue(self, now: datetime, limit: int) -> list[JourneyRow]:
        """Rows past their `sweep_at`, oldest first."""
        ...


class Hashes(Protocol):
    """What stands for an address or an identity where those themselves must not be kept."""

    def of(self, text: str) -> str:
        """Hex; of the trimmed text in lower case, salted with a secret that never changes."""
        ...


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """`after`: where the next page begins; None: this was the last one."""

    found: tuple[_T, ...]
    after: str | None


class Census(Protocol):
    """Everybody, part by part (0 to PARTS - 1) and page by page: for selections, which read people by the thousand.

    `after`: what the page before answered; None: the first page.
    """

    def people(self, part: int, after: str | None) -> Page[str]:
        """Ids of all who are known by any attributes. A page may be empty and not the last."""
        ...

    def with_date(self, field: str, day: date, part: int, after: str | None) -> Page[str]:
        """Ids of all whose date `field` falls on this day, of whatever year. A moment late."""
        ...

    def held(self, journey: str, part: int, after: str | None) -> Page[EnrolmentKey | SendKey]:
        """The rows that wait for a paused journey to go on. A moment late."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """One row, wherever it lies. `row` None: of a kind that nobody reads by itself (a date, an identity, …)."""

    table: Literal["events", "profiles", "journeys"]
    partition: str
    sort: str
    row: Row | None = None

    @property
    def kind(self) -> str:
        """STATE, CONSENT, MERGED, E, … or "event"."""
        return "event" if self.table == "events" else self.sort.partition("#")[0]

    @property
    def name(self) -> str:
        """Which of its kind: a channel, an identity, …"""
        return self.sort.partition("#")[2]


class Archive(Protocol):
    """Everything that is kept of one person: for whoever exports, explains or erases it."""

    def profile_rows(self, profile: str) -> list[Kept]:
        """All rows below this very id, consistently; pointers are not followed."""
        ...

    def journey_rows(self, profile: str) -> list[Kept]:
        """Enrolments with their messages and webhooks, and timers, of this very id. A new one may be a moment late."""
        ...

    def events(self, identity: str, after: str | None) -> Page[Event]:
        """All events of this very identity, oldest first, consistently. `after`: as the page before said."""
        ...

    def drop(self, rows: Sequence[Kept]) -> None:
        """Deletes them, in any number. Repeats change nothing. Raises Transient; then some may be gone."""
        ...


class Definitions(Protocol):
    """The definitions table: immutable versions, and one item that says which are live."""

    def get(self, content: str, version: str) -> Mapping[str, Any] | None:
        """The document; the same (content, version) never changes, so it is cached for good."""
        ...

    def add(self, content: str, version: str, document: Mapping[str, Any]) -> None:
        """Stores a version; a repeat changes nothing."""
        ...

    def index(self) -> tuple[int, Mapping[str, Any]]:
        """(revision, what is live), at most a minute old. (0, {}) before the first publication."""
        ...

    def fresh_index(self) -> tuple[int, Mapping[str, Any]]:
        """The same, read now."""
        ...

    def save_index(self, read_revision: int, index: Mapping[str, Any]) -> None:
        """IF the stored revision is as read, else Conflict. Stores revision + 1."""
        ...


class Shelf(Protocol):
    """All versions that were ever published, for whoever must take somebody's name out of them."""

    def documents(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """(content, version, document) of each."""
        ...

    def replace(self, content: str, version: str, document: Mapping[str, Any]) -> None:
        """Under the same version: it stays what it was to everybody else."""
        ...


class Vocabulary(Protocol):
    """The shop's own names, learned from what arrives: one item of the definitions table."""

    def learned(self) -> tuple[int, ShopNames]:
        """(revision, what is known), read now. (0, nothing) before anything has arrived."""
        ...

    def save(self, read_revision: int, names: ShopNames) -> None:
        """IF the stored revision is as read, else Conflict. Stores revision + 1."""
        ...


class Queues(Protocol):
    def send(self, queue: QueueName, messages: Sequence[Message], delay: int = 0) -> None:
        """Delay in seconds, 900 at most. Raises Transient if any was not taken; those taken may come twice."""
        ...

    def backlog(self, queue: QueueName) -> int:
        """How many messages wait, roughly."""
        ...


class Calendar(Protocol):
    def schedule(self, name: str, at: datetime, queue: Rings, message: Message) -> None:
        """Rings once, at that minute or up to a minute later. A name that stands already changes nothing."""
        ...


class Selections(Protocol):
    """The second state machine: it lets people be selected, page by page."""

    def start(self, name: str, selection: Selection) -> None:
        """After a minute and a half, when everybody has seen what was published. A name that was used already changes
        nothing.
        """
        ...


class Executions(Protocol):
    def start(self, name: str, enrolment: str) -> None:
        """A name that was used already changes nothing."""
        ...

    def wake(self, token: str) -> bool:
        """Whether somebody still waited with this token."""
        ...


@dataclass(frozen=True, slots=True)
class Accepted:
    provider_id: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The provider certainly has not got it: throttled, or never reached. The claim may be released."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider will never take it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether it left (a read timed out). Never sent again; the provider's events settle it."""

    reason: str


Handover = Accepted | NotTaken | Rejected | Unclear


@dataclass(frozen=True, slots=True)
class Watch:
    """What the provider may see of a mail after it left: by a pixel of its own, and by links through its servers."""

    opens: bool = False
    clicks: bool = False


UNWATCHED = Watch()


class Mailer(Protocol):
    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        """One try, no retries: only the caller knows whether a second one would be a second message."""
        ...


class Texter(Protocol):
    def send(self, sender: str, recipient: str, text: str, max_price: float) -> Handover:
        """An SMS to a number in E.164, for so many US dollars at most. One try, as for a mail."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP status, whichever, and what the header Retry-After says if it is there."""

    status: int
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Not reached, or silent for too long. Nobody knows whether it arrived."""

    reason: str


@dataclass(frozen=True, slots=True)
class OutOfBounds:
    """Not called, now or ever: it does not lie in the open internet."""

    reason: str


class Shop(Protocol):
    """The shop's own systems, called over HTTPS."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered | NoAnswer | OutOfBounds:
        """One try. Follows no redirect."""
        ...


class Seals(Protocol):
    """Signatures of webhooks, as Standard Webhooks has them."""

    def seal(self, secret: str, id_: str, at: datetime, body: str) -> str | None:
        """The header webhook-signature; None if no usable secret of this name is kept."""
        ...


PageName = Literal["unsubscribe", "preferences", "confirm", "press", "data"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the link of a page carries: which message it was in, since when, and what the page is to know beside it.

    Ids and words of the shop's own, never anything personal. `issued_at` is kept to the second.
    """

    message_id: str
    issued_at: datetime
    extra: tuple[str | int | float | bool | None, ...] = ()


@dataclass(frozen=True, slots=True)
class MailTicket:
    """What the address to unsubscribe by mail carries: `mark` is short for the key of the message's row."""

    enrolment: str
    mark: str


class Links(Protocol):
    """Signed links to the pages that people see. Who holds the token may do what its page does, and nothing else."""

    def url(self, page: PageName, ticket: Ticket) -> str: ...

    def unsubscribe_address(self, message_id: str) -> str | None:
        """Where a mail says the same as the page's button; None where no mail is received."""
        ...

    def read_address(self, address: str) -> MailTicket | None:
        """None if it was tampered with, or is another address."""
        ...

    def read(self, page: PageName, token: str) -> Ticket | None:
        """What the token was made with; None if it was tampered with, is foreign, or was made for another page."""
        ...


class Rotating(Protocol):
    """A secret while it is changed: versions of it, told apart by the token of one rotation."""

    def current(self) -> Mapping[str, Any]: ...

    def pending(self, token: str) -> Mapping[str, Any] | None: ...

    def add_pending(self, token: str, value: Mapping[str, Any]) -> None: ...

    def promote(self, token: str) -> None:
        """What was pending is current from now on. A repeat changes nothing."""
        ...


class Failures(Protocol):
    """The bucket of stream records that could not be applied: objects with their payload, as Lambda writes them."""

    def keep(self, name: str, records: Sequence[Mapping[str, Any]], at: datetime) -> None:
        """Stream records that nobody can apply, as they came. Raises Transient."""
        ...

    def keys(self) -> list[str]:
        """Oldest first."""
        ...

    def read(self, key: str) -> str: ...

    def remove(self, key: str) -> None: ...


class Content(Protocol):
    """The marketers' files, below `content/`."""

    def read(self, path: str) -> str | None: ...

    def list(self, prefix: str) -> list[str]: ...

    def write(self, path: str, text: str) -> None:
        """A file that is generated among theirs."""
        ...

    def write_report(self, path: str, text: str, content_type: str) -> None: ...


class VersionedContent(Content, Protocol):
    """The same, with what its files held before."""

    def forget_older(self, path: str) -> None:
        """Deletes for good what the file held before."""
        ...
