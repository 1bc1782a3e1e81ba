"""What a decision wants stored. A commit takes a list of these and stores all of them or none.

Each names its own condition; if one fails the commit raises Conflict with the position of the failed change.
The adapters translate them; nothing else writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from anlass.domain.bouncing import Bounces
from anlass.domain.brake import Brake, Reported
from anlass.domain.call import Call
from anlass.domain.consent import Consent
from anlass.domain.contest import Counted, Winner
from anlass.domain.enrolment import ENDINGS, INBOX, Enrolment, Heard
from anlass.domain.erasure import Erasure
from anlass.domain.event import Event, EventKey
from anlass.domain.ledger import Proof, Statement
from anlass.domain.profile import Attributes, Caps, State
from anlass.domain.send import ProviderName, Send, SendStatus
from anlass.domain.suppression import Denials
from anlass.domain.timer import Timer


@dataclass(frozen=True, slots=True)
class SaveState:
    """IF the stored version is `state.version` (0: nothing stored). Stores version + 1."""

    state: State


@dataclass(frozen=True, slots=True)
class ForgetLive:
    """Takes a finished enrolment out of STATE and raises its version. IF STATE exists and is no pointer; `since`: and
    is of an address that nobody has given up from then on.
    """

    profile: str
    enrolment: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequireProfile:
    """IF STATE exists and is no pointer: a message must not leave for a profile that was merged meanwhile."""

    profile: str


@dataclass(frozen=True, slots=True)
class SaveAttributes:
    """IF the stored version is `attributes.version`. Stores version + 1."""

    attributes: Attributes


@dataclass(frozen=True, slots=True)
class SaveDate:
    """A date of a person, found by its day of the year. Goes with the attributes, whose version guards it."""

    profile: str
    field: str
    day: date
    seen_at: datetime | None = None  # as that of the attributes


@dataclass(frozen=True, slots=True)
class DropDate:
    profile: str
    field: str


@dataclass(frozen=True, slots=True)
class SaveConsent:
    """IF the stored version is `consent.version`. Stores version + 1."""

    consent: Consent


@dataclass(frozen=True, slots=True)
class AddStatement:
    """A line of the consent ledger. Goes with the consent that it changes. A repeat is the same line."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class AddProof:
    """What confirmations of the ledger rest on. A repeat is the same row."""

    proof: Proof


@dataclass(frozen=True, slots=True)
class RequireConsent:
    """IF the consent row of this channel still has the version that was looked at (0: none)."""

    profile: str
    channel: str
    version: int


@dataclass(frozen=True, slots=True)
class SaveCaps:
    """IF the stored version is `caps.version`. Stores version + 1."""

    caps: Caps


@dataclass(frozen=True, slots=True)
class AddSuppression:
    """An address that gets nothing at all any more, by (salted) hash. Repeats change nothing. `is_first`: IF nothing
    was said of it before."""

    address_hash: str
    channel: str
    reason: str
    at: datetime
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class AddObjection:
    """A person's no to marketing on a topic, or "*" for all: it holds for the address, under whatever profile."""

    address_hash: str
    channel: str
    topics: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class LiftObjection:
    """A later yes to these topics, confirmed by who reads that address."""

    address_hash: str
    channel: str
    topics: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveDenials:
    """The shop's no's for profiles: they hold for the address, under whatever profile. IF what stands is `before`."""

    address_hash: str
    channel: str
    before: Denials
    after: Denials


@dataclass(frozen=True, slots=True)
class RequireNoSuppression:
    """IF the address is not suppressed; with a topic, as marketing needs it, IF nobody objected to that either."""

    address_hash: str
    channel: str
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class SaveBounces:
    """IF the stored version is `bounces.version`. Stores version + 1. Forgotten a month after the last one."""

    bounces: Bounces


@dataclass(frozen=True, slots=True)
class CountReport:
    """Adds one delivery or complaint to the hour of `at`, in a share of that day's counting."""

    what: Reported
    at: datetime
    share: int


@dataclass(frozen=True, slots=True)
class SaveBrake:
    """IF the stored version is `brake.version`. Stores version + 1."""

    brake: Brake


@dataclass(frozen=True, slots=True)
class NameMessage:
    """Which message the provider's id is of, for as long as the provider reports on it. A repeat is the same row."""

    name: ProviderName
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueCode:
    """A code that confirms, sent by SMS. The one before is good no more, and tries begin anew."""

    address_hash: str
    message_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CountTry:
    """One try at a phone number's code, whether there is any or not."""

    address_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CountRequest:
    """One more request for a mailbox. IF none was counted, or their time is not over and they are fewer than the most,
    or it is the first one for this address, `plain`, and few were; `anew`: IF their time is over."""

    mailbox_hash: str
    at: datetime
    anew: bool = False
    plain: str | None = None  # hash of the address, if it is a mailbox's own


@dataclass(frozen=True, slots=True)
class NoteMerged:
    """An identity that is this person's from now on: STATE keeps twenty of them, whoever erases needs all."""

    profile: str
    identity: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AddTombstone:
    """Who had this identity was erased. `until`: when nothing of them can come back any more."""

    identity_hash: str
    at: datetime
    until: datetime
    erasure: str = ""


@dataclass(frozen=True, slots=True)
class RequireNotErased:
    """IF nobody of this identity was erased, or before `since`: the oldest receipt or time of what is applied."""

    identity_hash: str
    since: datetime


@dataclass(frozen=True, slots=True)
class DropState:
    """IF the stored version is as given (0: nothing stored, and nothing happens)."""

    profile: str
    version: int


@dataclass(frozen=True, slots=True)
class KeepUntil:
    """A row of a profile expires then; None: not at all any more. IF it exists; a time that was said before stays."""

    profile: str
    row: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DropRow:
    """A row of somebody who is erased: below which id, and which. Repeats change nothing."""

    profile: str
    row: str


@dataclass(frozen=True, slots=True)
class DropEvent:
    """An event that must not be kept. Repeats change nothing."""

    key: EventKey


@dataclass(frozen=True, slots=True)
class AddErasure:
    """IF no erasure of this id runs: none is stored, or the stored one is done."""

    erasure: Erasure


@dataclass(frozen=True, slots=True)
class SaveErasure:
    """IF the stored generation is as given. Stores `erasure` as it is."""

    erasure: Erasure
    read_generation: int


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """IF this event was not marked yet: the fence of a redrive, which ignores stream positions.

    `profile` is the event's own identity, whatever that was merged into since.
    """

    profile: str
    event: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Remember:
    """What STATE has no room for any more. Repeats change nothing. `until` None: for good."""

    profile: str
    mark: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AddEvent:
    """An event by the system itself. It comes back through the stream like any other. Repeats change nothing.

    `cause`: the id of the event that it follows from, if any; for the log, not stored.
    """

    event: Event
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class AddEnrolment:
    """IF no enrolment of this id exists."""

    enrolment: Enrolment


@dataclass(frozen=True, slots=True)
class SaveEnrolment:
    """IF `seq`, `appended` and `owner` are as read. Stores `enrolment` as it is (its seq already raised)."""

    enrolment: Enrolment
    read_seq: int
    read_appended: int
    read_owner: str


@dataclass(frozen=True, slots=True)
class Append:
    """Puts events into an enrolment's inbox and asks for a wake. IF it exists and the inbox holds less than `room`.

    One change per enrolment and commit: a transaction may name a row only once.
    """

    enrolment: str
    heard: tuple[Heard, ...]
    sweep_at: datetime  # sooner than the row's own, so that a lost wake heals soon

    @property
    def room(self) -> int:
        """What ends an enrolment is in no events table to catch up from, so a full inbox takes it still."""
        return 2 * INBOX if any(heard.name in ENDINGS for heard in self.heard) else INBOX

    @property
    def nudge(self) -> str | None:
        """The event that may be awaited; None, several: wake in any case."""
        return self.heard[0].name if len(self.heard) == 1 else None


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Instead of Append, when the inbox is full or an event was missed: the next advance asks the events table.

    IF the enrolment exists.
    """

    enrolment: str
    nudge: str
    sweep_at: datetime


@dataclass(frozen=True, slots=True)
class AddSend:
    """IF no send of this enrolment and row exists."""

    send: Send


@dataclass(frozen=True, slots=True)
class SaveSend:
    """IF the stored status, claim and number of reports are as given: two reports at the same instant are two."""

    send: Send
    read_status: SendStatus
    read_claim: str | None
    read_reports: int = 0


@dataclass(frozen=True, slots=True)
class AddCall:
    """IF no webhook of this enrolment and row exists."""

    call: Call


@dataclass(frozen=True, slots=True)
class SaveCall:
    """IF the stored attempts are as given and it is PENDING."""

    call: Call
    read_attempts: int


@dataclass(frozen=True, slots=True)
class CloseSend:
    """Takes a send that left, or never will, out of its enrolment's `open` and asks for a wake. IF E exists."""

    enrolment: str
    row: str


@dataclass(frozen=True, slots=True)
class SaveTimer:
    """IF the stored generation is `read_generation` (None: no row)."""

    timer: Timer
    read_generation: int | None


@dataclass(frozen=True, slots=True)
class DropTimer:
    """IF the stored generation is `generation`."""

    id: str
    generation: int


@dataclass(frozen=True, slots=True)
class CountOne:
    """Adds one to a share of a contest's counting; `at` is kept if it is the share's first."""

    contest: str
    share: int
    variant: str
    what: Counted
    at: datetime


@dataclass(frozen=True, slots=True)
class AddWinner:
    """IF this contest has none."""

    contest: str
    winner: Winner


Change = (
    SaveState
    | ForgetLive
    | RequireProfile
    | SaveAttributes
    | SaveDate
    | DropDate
    | SaveConsent
    | AddStatement
    | AddProof
    | RequireConsent
    | SaveCaps
    | AddSuppression
    | AddObjection
    | LiftObjection
    | SaveDenials
    | RequireNoSuppression
    | SaveBounces
    | CountReport
    | SaveBrake
    | NameMessage
    | IssueCode
    | CountTry
    | CountRequest
    | NoteMerged
    | AddTombstone
    | RequireNotErased
    | DropState
    | KeepUntil
    | DropRow
    | DropRow
    | DropEvent
    | AddErasure
    | SaveErasure
    | MarkSeen
    | Remember
    | AddEvent
    | AddEnrolment
    | SaveEnrolment
    | Append
    | CatchUp
    | AddSend
    | SaveSend
    | AddCall
    | SaveCall
    | CloseSend
    | SaveTimer
    | DropTimer
    | CountOne
    | AddWinner
)
