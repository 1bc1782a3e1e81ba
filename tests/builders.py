"""Rows and events for tests: everything has a default, name what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from anlass.domain.call import Call
from anlass.domain.consent import Consent, Grant
from anlass.domain.enrolment import SWEEP_AFTER, Enrolment, Heard
from anlass.domain.event import Event
from anlass.domain.journey import Entry, Journey
from anlass.domain.profile import Attributes, Caps, Departure, State
from anlass.domain.send import Send
from anlass.domain.timer import Timer

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def a_state(id_: str = "u:anna", **fields: Any) -> State:
    return State(id_, **{"identities": (id_,), **fields})


def some_attributes(id_: str = "u:anna", **fields: Any) -> Attributes:
    return Attributes(id_, **{"traits": {"first_name": "Anna"}, "registered_at": NOON, **fields})


def a_consent(profile: str = "u:anna", channel: str = "email", **fields: Any) -> Consent:
    grant = Grant("anna@shop.example", "*", "granted", NOON, "shop", "identify")
    return Consent(profile, channel, **{"grants": (grant,), **fields})


def some_caps(id_: str = "u:anna", **fields: Any) -> Caps:
    return Caps(id_, **{"sends": {"e-1.first.1": Departure("email", NOON, "cart")}, **fields})


def an_event(name: str = "Product Added", at: datetime = NOON, identity: str = "u:anna", **fields: Any) -> Event:
    """`moment` follows from `at` and `id`, unless it is given."""
    id_ = fields.pop("id", f"m-{name}")
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
    event = Event(identity, f"{stamp}#{id_}", id_, "track", name, at, received_at=at, source="server")
    return replace(event, **fields)


def heard(name: str = "Product Added", at: datetime = NOON, **fields: Any) -> Heard:
    return Heard(fields.pop("id", f"m-{name}"), name, at, **fields)


def an_enrolment(id_: str = "e-1", **fields: Any) -> Enrolment:
    """Just entered: what `enrol` makes."""
    enrolment = Enrolment(
        id=id_,
        journey="cart",
        version="v1",
        profile="u:anna",
        entry=heard(),
        entered_at=NOON,
        step="first",
        step_since=NOON,
        sweep_at=NOON + SWEEP_AFTER,
        request="wake",
    )
    return replace(enrolment, **fields)


def a_send(enrolment: str = "e-1", step: str = "first", visit: int = 1, **fields: Any) -> Send:
    send = Send(
        enrolment=enrolment,
        step=step,
        visit=visit,
        profile="u:anna",
        journey="cart",
        version="v1",
        template="reminder",
        topic="offers",
        created_seq=1,
        created_at=NOON,
        not_after=NOON + DAY,
        sweep_at=NOON + SWEEP_AFTER,
        request="send",
    )
    return replace(send, **fields)


def a_call(enrolment: str = "e-1", step: str = "tell", visit: int = 1, **fields: Any) -> Call:
    call = Call(
        enrolment=enrolment,
        step=step,
        visit=visit,
        profile="u:anna",
        journey="cart",
        url="https://erp.shop.example/hook",
        secret="erp",
        body={"order": "o-1"},
        created_at=NOON,
        sweep_at=NOON + SWEEP_AFTER,
    )
    return replace(call, **fields)


def a_timer(id_: str = "t-1", **fields: Any) -> Timer:
    timer = Timer(id_, "u:anna", "cart/0", generation=1, due=NOON + HOUR, sweep_at=NOON + HOUR + SWEEP_AFTER)
    return replace(timer, **fields)


def a_journey(id_: str = "cart", **fields: Any) -> Journey:
    """Live, open to everybody, without steps."""
    journey = Journey(
        id=id_,
        version="v1",
        name=id_,
        status="live",
        topic="offers",
        priority=0,
        in_flight="keep",
        triggers=(),
        who=None,
        entry=Entry(),
        exits=(),
        goal=None,
        steps={},
        start=None,
    )
    return replace(journey, **fields)
