"""Rows as DynamoDB holds them: the attributes that others look at or change, and the body.

`decode_journey_row` and `decode_event` read images of stream records too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from anlass.adapters.aws.dynamodb.body import pack, unpack
from anlass.adapters.aws.dynamodb.compact import Record, from_text, to_text
from anlass.adapters.aws.dynamodb.keys import Item, day_key, from_stamp, held_key, key_of, part_of, stamp, sweep_shard
from anlass.adapters.rows import (
    ASKED,
    ATTRIBUTES,
    BOUNCES,
    BRAKE,
    CALL,
    CAPS,
    CODE,
    CONSENT,
    ENROLMENT,
    ERASED,
    ERASURE,
    LEDGER,
    MERGED,
    MESSAGE,
    PROOF,
    REMEMBERED,
    REPORTS,
    SEEN,
    STATE,
    SUPPRESSED,
    TALLY,
    TIMER,
    WINNER,
    Place,
    place_of_key,
)
from anlass.domain.bouncing import WITHIN, Bounces
from anlass.domain.brake import Brake, Day
from anlass.domain.call import Call
from anlass.domain.changes import AddTombstone, IssueCode, NoteMerged, Remember, SaveDate
from anlass.domain.consent import Consent
from anlass.domain.contest import Tally, Winner
from anlass.domain.enrolment import Enrolment, Heard
from anlass.domain.erasure import Erasure, Tombstone
from anlass.domain.event import Event
from anlass.domain.keeping import Retention
from anlass.domain.ledger import Proof, Statement
from anlass.domain.mailbox import Requests
from anlass.domain.profile import Attributes, Caps, State
from anlass.domain.send import ProviderName, Send
from anlass.domain.subscribing import REQUESTED, IssuedCode
from anlass.domain.suppression import Suppression
from anlass.domain.timer import Timer
from anlass.domain.visiting import last_visit
from anlass.keys import (
    AttributesKey,
    BouncesKey,
    BrakeKey,
    CallKey,
    CapsKey,
    ConsentKey,
    EnrolmentKey,
    ErasureKey,
    JourneyRow,
    ProviderKey,
    Row,
    SeenKey,
    SendKey,
    StateKey,
    TimerKey,
    WinnerKey,
)

DEFAULT = Retention()
ERASURE_RETENTION = timedelta(days=3 * 365)  # of its proof; holds nobody's name
REPORTS_RETENTION = timedelta(days=10)  # of deliveries and complaints: the longest window, and time to look
PROVIDER_RETENTION = timedelta(days=5)  # of a provider's id; an operator reports on an SMS for three
CAPS_RETENTION = timedelta(days=8)
CODE_RETENTION = timedelta(hours=2)  # of an SMS's code and of tries at it
SEEN_RETENTION = timedelta(days=30)  # a redrive reaches back as far as the failures are kept

OBJECTED, LIFTED = "no ", "yes "  # begin the names of attributes of a suppression
DENIED_BY = "denied_by"

_STATE = Record(State, frozenset(("id", "version", "pointer")))
_ATTRIBUTES = Record(Attributes, frozenset(("id", "version")))
_CONSENT = Record(Consent, frozenset(("profile", "channel", "version")))
_CAPS = Record(Caps, frozenset(("id", "version")))
_STATEMENT = Record(Statement, frozenset(("id", "profile")))
_PROOF = Record(Proof, frozenset(("id", "profile")))
_SWEPT = frozenset(("profile", "generation", "sweep_at", "request"))
_ENROLMENT = Record(
    Enrolment,
    _SWEPT
    | {"id", "status", "seq", "appended", "owner", "token", "due", "awaits", "inbox", "catch_up", "open", "nudge"},
)
_SEND = Record(Send, _SWEPT | {"enrolment", "status", "claim", "reports"})
_BOUNCES = Record(Bounces, frozenset(("address_hash", "channel", "version")))
_BRAKE = Record(Brake, frozenset(("version",)))
_CALL = Record(Call, _SWEPT | {"enrolment", "status", "attempts"})
_TIMER = Record(Timer, _SWEPT | {"id"})
_ERASURE = Record(Erasure, _SWEPT | {"id", "status"})
_EVENT = Record(Event, frozenset(("identity", "moment", "name", "at")))
_HEARD = Record(Heard)


def encode_state(state: State, kept: Retention = DEFAULT) -> Item:
    """With the next version. The ids in `live` decide which of the body's live enrolments still are: ForgetLive
    takes one out without reading the row."""
    return {
        **key_of(place_of_key(StateKey(state.id))),
        "version": _number(state.version + 1),
        **_text("pointer", state.pointer),
        **_time("began", state.began_at),
        **_texts("live", state.live),
        **_state_expiry(state, kept),
        "body": pack(_STATE.dump(state)),
    }


def _state_expiry(state: State, kept: Retention) -> Item:
    """Whose an address was must be known as long as anything of them is there."""
    if state.former:
        return {}
    if state.requested_at is not None:
        return {"ttl": expiry(state.requested_at, kept.unconfirmed)}
    return _visitors_expiry(last_visit(state), kept)


def _visitors_expiry(seen_at: datetime | None, kept: Retention) -> Item:
    return {} if seen_at is None else {"ttl": expiry(seen_at, kept.visitors)}


def encode_attributes(attributes: Attributes, kept: Retention = DEFAULT) -> Item:
    return {
        **key_of(place_of_key(AttributesKey(attributes.id))),
        "version": _number(attributes.version + 1),
        **_visitors_expiry(attributes.seen_at, kept),
        "body": pack(_ATTRIBUTES.dump(attributes)),
    }


def encode_date(place: Place, change: SaveDate, kept: Retention = DEFAULT) -> Item:
    """Found by its day of the year in the index of days."""
    day = day_key(change.field, change.day, part_of(change.profile))
    return {**key_of(place), "day": {"S": day}, **_visitors_expiry(change.seen_at, kept)}


def encode_consent(consent: Consent) -> Item:
    key = key_of(place_of_key(ConsentKey(consent.profile, consent.channel)))
    return {**key, "version": _number(consent.version + 1), "body": pack(_CONSENT.dump(consent))}


def encode_caps(caps: Caps) -> Item:
    """No cap looks further back than a week."""
    key = key_of(place_of_key(CapsKey(caps.id)))
    expires = {"ttl": expiry(max(left.at for left in caps.sends.values()), CAPS_RETENTION)} if caps.sends else {}
    return {**key, "version": _number(caps.version + 1), **expires, "body": pack(_CAPS.dump(caps))}


def encode_seen(key: SeenKey, at: datetime) -> Item:
    return {**key_of(place_of_key(key)), "at": {"S": stamp(at)}, "ttl": expiry(at, SEEN_RETENTION)}


def encode_remembered(place: Place, change: Remember) -> Item:
    expires = {"ttl": expiry(change.until, timedelta(0))} if change.until else {}
    return {**key_of(place), "at": {"S": stamp(change.at)}, **expires}


def encode_statement(place: Place, statement: Statement) -> Item:
    return {**key_of(place), "body": pack(_STATEMENT.dump(statement))}


def encode_proof(place: Place, proof: Proof) -> Item:
    return {**key_of(place), "body": pack(_PROOF.dump(proof))}


def encode_bounces(bounces: Bounces, now: datetime) -> Item:
    return {
        **key_of(place_of_key(BouncesKey(bounces.address_hash, bounces.channel))),
        "version": _number(bounces.version + 1),
        "ttl": expiry(now, WITHIN),
        "body": pack(_BOUNCES.dump(bounces)),
    }


def encode_brake(brake: Brake) -> Item:
    key = key_of(place_of_key(BrakeKey()))
    return {**key, "version": _number(brake.version + 1), "body": pack(_BRAKE.dump(brake))}


def encode_provider_name(name: ProviderName, at: datetime) -> Item:
    return {
        **key_of(place_of_key(ProviderKey(name.provider_id))),
        "enrolment": {"S": name.enrolment},
        "send": {"S": name.row},
        "ttl": expiry(at, PROVIDER_RETENTION),
    }


def encode_merged(place: Place, change: NoteMerged) -> Item:
    return {**key_of(place), "at": {"S": stamp(change.at)}}


def encode_tombstone(place: Place, change: AddTombstone) -> Item:
    expires = expiry(change.until, timedelta(0))
    return {**key_of(place), "at": {"S": stamp(change.at)}, "erasure": {"S": change.erasure}, "ttl": expires}


def encode_erasure(row: Erasure, now: datetime) -> Item:
    """What is done is kept as its own proof, by hashes and counts."""
    done = row.status == "done"
    return {
        **key_of(place_of_key(ErasureKey(row.id))),
        **({name: value for name, value in _swept(row.id, row).items() if name != "profile" or row.profile}),
        "status": {"S": row.status},
        **({"ttl": expiry(now, ERASURE_RETENTION)} if done else {}),
        "body": pack(_ERASURE.dump(row)),
    }


def encode_code(place: Place, code: IssueCode) -> Item:
    said = {"message": {"S": code.message_id}, "at": {"S": stamp(code.at)}, "tries": _number(0)}
    return {**key_of(place), **said, "ttl": expiry(code.at, CODE_RETENTION)}


def encode_enrolment(row: Enrolment, now: datetime, kept: Retention = DEFAULT) -> Item:
    """The row E. The state machine reads `seq`, `owner` and `inbox` and writes `task_token`."""
    return {
        **key_of(place_of_key(EnrolmentKey(row.id))),
        **_swept(row.id, row),
        "status": {"S": row.status},
        "seq": _number(row.seq),
        "appended": _number(row.appended),
        "owner": {"S": row.owner},
        "inbox": {"L": [encode_heard(heard) for heard in row.inbox]},
        **_text("task_token", row.token),
        **_time("due", row.due),
        **_texts("awaits", row.awaits),
        **_texts("open", row.open),
        **({"catch_up": {"BOOL": True}} if row.catch_up else {}),
        **_text("nudge", row.nudge),
        **_text("held", held_key(row.journey, part_of(row.id)) if row.held_at is not None else None),
        **({"ttl": _enrolment_expiry(row, now, kept)} if row.status == "done" else {}),
        "body": pack(_ENROLMENT.dump(row)),
    }


def _enrolment_expiry(row: Enrolment, now: datetime, kept: Retention) -> dict[str, Any]:
    """What a request left is gone in time, whether it was confirmed (then there is a proof of it) or not."""
    return expiry(row.entered_at, kept.unconfirmed) if row.entry.name == REQUESTED else expiry(now, kept.journeys)


def encode_heard(heard: Heard) -> dict[str, Any]:
    return {"S": to_text(_HEARD.dump(heard))}


def encode_send(row: Send, kept: Retention = DEFAULT) -> Item:
    return {
        **key_of(place_of_key(SendKey(row.enrolment, row.row))),
        **_swept(row.enrolment, row),
        "status": {"S": row.status},
        **_text("claim", row.claim),
        **({"reports": _number(row.reports)} if row.reports else {}),
        **_text("held", held_key(row.journey, part_of(row.enrolment)) if row.is_held and row.is_open else None),
        **({"ttl": _send_expiry(row, row.closed_at, kept)} if row.closed_at else {}),
        "body": pack(_SEND.dump(row)),
    }


def _send_expiry(row: Send, closed_at: datetime, kept: Retention) -> dict[str, Any]:
    return expiry(row.requested_at, kept.unconfirmed) if row.requested_at else expiry(closed_at, kept.journeys)


def encode_call(row: Call, kept: Retention = DEFAULT) -> Item:
    return {
        **key_of(place_of_key(CallKey(row.enrolment, row.row))),
        **_swept(row.enrolment, row),
        "status": {"S": row.status},
        "attempts": _number(row.attempts),
        **({"ttl": expiry(row.closed_at, kept.journeys)} if row.closed_at else {}),
        "body": pack(_CALL.dump(row)),
    }


def encode_timer(row: Timer) -> Item:
    return {**key_of(place_of_key(TimerKey(row.id))), **_swept(row.id, row), "body": pack(_TIMER.dump(row))}


def encode_event(event: Event, kept: Retention = DEFAULT) -> Item:
    return {
        "identity": {"S": event.identity},
        "moment": {"S": event.moment},
        "name": {"S": event.name},
        "at": {"S": stamp(event.at)},
        "ttl": expiry(kept.event_until(event), timedelta(0)),
        "body": pack(_EVENT.dump(event)),
    }


def encode_winner(contest: str, winner: Winner) -> Item:
    """Without an expiry: it holds as long as the split is as it is."""
    key = key_of(place_of_key(WinnerKey(contest)))
    return {**key, "variant": {"S": winner.variant}, "at": {"S": stamp(winner.at)}}


def decode_profile_row(item: Item) -> Row:
    """Any row of the profiles table that `read` can be asked for."""
    profile, row = item["profile"]["S"], item["row"]["S"]
    if row.startswith((SEEN, REMEMBERED, MERGED)):
        return from_stamp(item["at"]["S"])
    if row == ERASED:
        return Tombstone(from_stamp(item["at"]["S"]), item["erasure"]["S"])
    if row.startswith(SUPPRESSED):
        return _decode_suppression(item)
    if row.startswith(LEDGER):
        return _STATEMENT.load(unpack(item["body"]), profile=profile, id=row.removeprefix(LEDGER))
    if row.startswith(PROOF):
        return _PROOF.load(unpack(item["body"]), profile=profile, id=row.removeprefix(PROOF))
    if row.startswith(REPORTS):
        return _decode_day(item)
    if row == CODE:
        tries = int(item["tries"]["N"])
        return IssuedCode(profile.removeprefix("@"), _text_of(item, "message"), _time_of(item, "at"), tries)
    if row == ASKED:
        until, plain = from_stamp(item["until"]["S"]), _texts_of(item, "plain")
        return Requests(profile.removeprefix("@"), int(item["count"]["N"]), until, plain)
    if row == MESSAGE:
        return ProviderName(profile.removeprefix("@message "), item["enrolment"]["S"], item["send"]["S"])
    if row == WINNER:
        return Winner(item["variant"]["S"], from_stamp(item["at"]["S"]))
    if row.startswith(TALLY):
        return _decode_tally(item)
    version, body = int(item["version"]["N"]), unpack(item["body"])
    if row.startswith(BOUNCES):
        hashed = {"address_hash": profile.removeprefix("@"), "channel": row.removeprefix(BOUNCES)}
        return _BOUNCES.load(body, **hashed, version=version)
    if row == BRAKE:
        return _BRAKE.load(body, version=version)
    if row == STATE:
        state = _STATE.load(body, id=profile, version=version, pointer=_text_of(item, "pointer"))
        still = _texts_of(item, "live")
        return replace(state, live={id_: live for id_, live in state.live.items() if id_ in still})
    if row == ATTRIBUTES:
        return _ATTRIBUTES.load(body, id=profile, version=version)
    if row == CAPS:
        return _CAPS.load(body, id=profile, version=version)
    return _CONSENT.load(body, profile=profile, channel=row.removeprefix(CONSENT), version=version)


def _decode_suppression(item: Item) -> Suppression:
    """Each topic is an attribute of its own, "no news" or "yes news": what is added to needs no reading."""
    times = {name: from_stamp(value["S"]) for name, value in item.items() if name.startswith((OBJECTED, LIFTED))}
    at = _time_of(item, "at")
    return Suppression(
        item["profile"]["S"].removeprefix("@"),
        item["row"]["S"].removeprefix(SUPPRESSED),
        _text_of(item, "reason"),
        at,
        {name.removeprefix(OBJECTED): when for name, when in times.items() if name.startswith(OBJECTED)},
        {name.removeprefix(LIFTED): when for name, when in times.items() if name.startswith(LIFTED)},
        _texts_of(item, DENIED_BY),
    )


def _decode_tally(item: Item) -> Tally:
    """Each count is an attribute of its own, "entered a": what is added to needs no reading."""
    counts: dict[str, dict[str, int]] = {"entered": {}, "reached": {}}
    for name, value in item.items():
        what, _, variant = name.partition(" ")
        if variant:
            counts[what][variant] = int(value["N"])
    return Tally(from_stamp(item["since"]["S"]), **counts)


def _decode_day(item: Item) -> Day:
    """Each hour's count is an attribute of its own, "delivered 13": what is added to needs no reading."""
    counts: dict[str, dict[int, int]] = {"delivered": {}, "complained": {}, "unwanted": {}}
    for name, value in item.items():
        what, _, hour = name.partition(" ")
        if hour:
            counts[what][int(hour)] = int(value["N"])
    return Day(**counts)


def decode_journey_row(item: Item) -> JourneyRow:
    """Any row of the journeys table, from the table or from a stream record's image."""
    id_, row = item["id"]["S"], item["row"]["S"]
    body = unpack(item["body"])
    shared = {
        "profile": item["profile"]["S"] if "profile" in item else "",  # only an erasure that is done has none
        "generation": int(item["generation"]["N"]),
        "sweep_at": _time_of(item, "sweep_at"),
        "request": _text_of(item, "request"),
    }
    if row == ERASURE:
        return _ERASURE.load(body, id=id_, status=item["status"]["S"], **shared)
    if row == TIMER:
        return _TIMER.load(body, id=id_, **shared)
    if row.startswith(CALL):
        attempts = int(item["attempts"]["N"])
        return _CALL.load(body, enrolment=id_, status=item["status"]["S"], attempts=attempts, **shared)
    if row != ENROLMENT:
        return _SEND.load(
            body,
            enrolment=id_,
            status=item["status"]["S"],
            claim=_text_of(item, "claim"),
            reports=int(item["reports"]["N"]) if "reports" in item else 0,
            **shared,
        )
    return _ENROLMENT.load(
        body,
        id=id_,
        **shared,
        status=item["status"]["S"],
        seq=int(item["seq"]["N"]),
        appended=int(item["appended"]["N"]),
        owner=item["owner"]["S"],
        token=_text_of(item, "task_token"),
        due=_time_of(item, "due"),
        awaits=_texts_of(item, "awaits"),
        inbox=tuple(_HEARD.load(from_text(heard["S"])) for heard in item["inbox"]["L"]),
        catch_up="catch_up" in item,
        open=_texts_of(item, "open"),
        nudge=_text_of(item, "nudge"),
    )


def decode_event(item: Item) -> Event:
    """An event, from the table or from a stream record's image."""
    return _EVENT.load(
        unpack(item["body"]),
        identity=item["identity"]["S"],
        moment=item["moment"]["S"],
        name=item["name"]["S"],
        at=from_stamp(item["at"]["S"]),
    )


def swept(id_: str, sweep_at: datetime) -> Item:
    """The index holds exactly the rows that have both."""
    return {"sweep_at": {"S": stamp(sweep_at)}, "sweep_shard": {"S": sweep_shard(id_)}}


def _swept(id_: str, row: JourneyRow) -> Item:
    return {
        "profile": {"S": row.profile},
        "generation": _number(row.generation),
        **(swept(id_, row.sweep_at) if row.sweep_at else {}),
        **_text("request", row.request),
    }


def _number(value: int) -> dict[str, Any]:
    return {"N": str(value)}


def expiry(moment: datetime, kept: timedelta) -> dict[str, Any]:
    """Seconds since 1970, as DynamoDB's TTL counts; no calendar's end stands in the way of a sum of numbers."""
    return _number(int(moment.timestamp() + kept.total_seconds()))


def _text(name: str, value: str | None) -> Item:
    return {} if value is None else {name: {"S": value}}


def _time(name: str, value: datetime | None) -> Item:
    return {} if value is None else {name: {"S": stamp(value)}}


def _texts(name: str, values: Iterable[str]) -> Item:
    """A string set; DynamoDB has no empty one."""
    found = sorted(values)
    return {name: {"SS": found}} if found else {}


def _text_of(item: Item, name: str) -> str | None:
    value = item.get(name)
    return None if value is None else str(value["S"])


def _time_of(item: Item, name: str) -> datetime | None:
    value = item.get(name)
    return None if value is None else from_stamp(value["S"])


def _texts_of(item: Item, name: str) -> frozenset[str]:
    return frozenset(item[name]["SS"]) if name in item else frozenset()
