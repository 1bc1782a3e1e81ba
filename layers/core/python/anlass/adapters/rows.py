"""Which row a key or a change means: the same for every store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, assert_never

from anlass.domain import changes as c
from anlass.domain.call import Call
from anlass.domain.changes import Change
from anlass.domain.enrolment import Enrolment
from anlass.domain.erasure import Erasure
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.keys import (
    AttributesKey,
    BouncesKey,
    BrakeKey,
    CallKey,
    CapsKey,
    CodeKey,
    ConsentKey,
    EnrolmentKey,
    ErasureKey,
    JourneyRow,
    Key,
    ProviderKey,
    RememberedKey,
    ReportsKey,
    RequestsKey,
    SeenKey,
    SendKey,
    StateKey,
    StatementKey,
    SuppressionKey,
    TallyKey,
    TimerKey,
    TombstoneKey,
    WinnerKey,
)

COMMIT = 100  # rows in one commit, as DynamoDB has it

STATE = "STATE"
ATTRIBUTES = "PROFILE"
CAPS = "CAPS"
ENROLMENT = "E"
TIMER = "T"
ERASURE = "X"
LEDGER = "LEDGER#"
PROOF = "PROOF#"
SUPPRESSED = "SUPPRESSED#"
MERGED = "MERGED#"
ERASED = "ERASED"
CONSENT = "CONSENT#"
SEEN = "SEEN#"
REMEMBERED = "REMEMBERED#"
DATE = "DATE#"
TALLY = "TALLY#"
WINNER = "WINNER"
BOUNCES = "BOUNCES#"
REPORTS = "REPORTS#"
BRAKE = "BRAKE"
MESSAGE = "MESSAGE"
CODE = "CODE"
ASKED = "ASKED"
CALL = "H#"  # begins the key of a webhook, as S# does that of a send


class Place(NamedTuple):
    """A table and the two parts of the row's key."""

    table: Literal["events", "profiles", "journeys"]
    partition: str
    sort: str


def places(changes: Sequence[Change]) -> list[Place]:
    """The row of each change. ValueError: a row named twice, or more than 100: no transaction can hold that."""
    found = [place_of(change) for change in changes]
    if len(found) > COMMIT:
        raise ValueError(f"a commit holds {COMMIT} changes at most, not {len(found)}; split it by profile")
    first: dict[Place, int] = {}
    for position, place in enumerate(found):
        before = first.setdefault(place, position)
        if before != position:
            names = " and ".join(type(changes[p]).__name__ for p in (before, position))
            raise ValueError(f"changes {before} and {position} ({names}) write the same row; a commit names a row once")
    return found


def place_of_key(key: Key) -> Place:
    match key:
        case StateKey(profile):
            return Place("profiles", profile, STATE)
        case AttributesKey(profile):
            return Place("profiles", profile, ATTRIBUTES)
        case CapsKey(profile):
            return Place("profiles", profile, CAPS)
        case ConsentKey(profile, channel):
            return Place("profiles", profile, f"{CONSENT}{channel}")
        case SeenKey(profile, event):
            return Place("profiles", profile, f"{SEEN}{event}")
        case RememberedKey(profile, mark):
            return Place("profiles", profile, f"{REMEMBERED}{mark}")
        case StatementKey(profile, id_):
            return Place("profiles", profile, f"{LEDGER}{id_}")
        case SuppressionKey(address_hash, channel):
            # Not below a profile: an address stays suppressed whoever holds it.
            return Place("profiles", f"@{address_hash}", f"{SUPPRESSED}{channel}")
        case BouncesKey(address_hash, channel):
            return Place("profiles", f"@{address_hash}", f"{BOUNCES}{channel}")
        case ReportsKey(day, share):
            return Place("profiles", "@reports", f"{REPORTS}{day}#{share}")
        case BrakeKey():
            return Place("profiles", "@brake", BRAKE)
        case ProviderKey(provider_id):
            return Place("profiles", f"@message {provider_id}", MESSAGE)
        case CodeKey(address_hash):
            return Place("profiles", f"@{address_hash}", CODE)
        case RequestsKey(mailbox_hash):
            return Place("profiles", f"@{mailbox_hash}", ASKED)
        case TombstoneKey(identity_hash):
            return Place("profiles", f"@{identity_hash}", ERASED)
        case ErasureKey(id_):
            return Place("journeys", id_, ERASURE)
        case EnrolmentKey(id_):
            return Place("journeys", id_, ENROLMENT)
        case SendKey(enrolment, row) | CallKey(enrolment, row):
            return Place("journeys", enrolment, row)
        case TimerKey(id_):
            return Place("journeys", id_, TIMER)
        case TallyKey(contest, share):
            # Of nobody, as suppressions are: a table without a stream, which would carry what nobody reads.
            return Place("profiles", f"@{contest}", f"{TALLY}{share}")
        case WinnerKey(contest):
            return Place("profiles", f"@{contest}", WINNER)
        case _:
            assert_never(key)


def place_of_row(row: JourneyRow) -> Place:
    match row:
        case Enrolment(id=id_):
            return Place("journeys", id_, ENROLMENT)
        case Send() | Call():
            return Place("journeys", row.enrolment, row.row)
        case Timer(id=id_):
            return Place("journeys", id_, TIMER)
        case Erasure(id=id_):
            return Place("journeys", id_, ERASURE)
        case _:
            assert_never(row)


def place_of(change: Change) -> Place:
    match change:
        case c.SaveState(state):
            return place_of_key(StateKey(state.id))
        case c.ForgetLive(profile) | c.RequireProfile(profile):
            return place_of_key(StateKey(profile))
        case c.SaveAttributes(attributes):
            return place_of_key(AttributesKey(attributes.id))
        case c.SaveDate(profile, field) | c.DropDate(profile, field):
            return Place("profiles", profile, f"{DATE}{field.removeprefix('profile.')}")
        case c.SaveConsent(consent):
            return place_of_key(ConsentKey(consent.profile, consent.channel))
        case c.RequireConsent(profile, channel):
            return place_of_key(ConsentKey(profile, channel))
        case c.AddStatement(statement):
            return place_of_key(StatementKey(statement.profile, statement.id))
        case c.AddProof(proof):
            return Place("profiles", proof.profile, f"{PROOF}{proof.id}")
        case c.SaveCaps(caps):
            return place_of_key(CapsKey(caps.id))
        case c.AddSuppression(hash_, channel) | c.RequireNoSuppression(hash_, channel):
            return place_of_key(SuppressionKey(hash_, channel))
        case c.AddObjection(hash_, channel) | c.LiftObjection(hash_, channel):
            return place_of_key(SuppressionKey(hash_, channel))
        case c.SaveDenials(hash_, channel):
            return place_of_key(SuppressionKey(hash_, channel))
        case c.SaveBounces(bounces):
            return place_of_key(BouncesKey(bounces.address_hash, bounces.channel))
        case c.CountReport(_, at, share):
            return place_of_key(ReportsKey(at.date(), share))
        case c.SaveBrake():
            return place_of_key(BrakeKey())
        case c.NameMessage(name):
            return place_of_key(ProviderKey(name.provider_id))
        case c.IssueCode(address_hash) | c.CountTry(address_hash):
            return place_of_key(CodeKey(address_hash))
        case c.CountRequest(mailbox_hash):
            return place_of_key(RequestsKey(mailbox_hash))
        case c.NoteMerged(profile, identity):
            return Place("profiles", profile, f"{MERGED}{identity}")
        case c.AddTombstone(hash_) | c.RequireNotErased(hash_):
            return place_of_key(TombstoneKey(hash_))
        case c.DropState(profile):
            return place_of_key(StateKey(profile))
        case c.KeepUntil(profile, row) | c.DropRow(profile, row):
            return Place("profiles", profile, row)
        case c.DropEvent(key):
            return Place("events", key.identity, key.moment)
        case c.AddErasure(erasure) | c.SaveErasure(erasure):
            return place_of_key(ErasureKey(erasure.id))
        case c.MarkSeen(profile, event):
            return place_of_key(SeenKey(profile, event))
        case c.Remember(profile, mark):
            return place_of_key(RememberedKey(profile, mark))
        case c.AddEvent(event):
            return Place("events", event.identity, event.moment)
        case c.AddEnrolment(enrolment) | c.SaveEnrolment(enrolment):
            return place_of_key(EnrolmentKey(enrolment.id))
        case c.Append(id_) | c.CatchUp(id_) | c.CloseSend(id_):
            return place_of_key(EnrolmentKey(id_))
        case c.AddSend(send) | c.SaveSend(send):
            return place_of_key(SendKey(send.enrolment, send.row))
        case c.AddCall(call) | c.SaveCall(call):
            return place_of_key(CallKey(call.enrolment, call.row))
        case c.SaveTimer(timer):
            return place_of_key(TimerKey(timer.id))
        case c.DropTimer(id_):
            return place_of_key(TimerKey(id_))
        case c.CountOne(contest, share):
            return place_of_key(TallyKey(contest, share))
        case c.AddWinner(contest):
            return place_of_key(WinnerKey(contest))
        case _:
            assert_never(change)
