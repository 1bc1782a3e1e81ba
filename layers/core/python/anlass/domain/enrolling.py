"""Whether a person enters a journey, and the row that makes them enter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from anlass.domain.catalog import Catalog
from anlass.domain.changes import AddEnrolment, AddEvent, Append, Change
from anlass.domain.comparing import matched
from anlass.domain.condition import Facts, getter, passes
from anlass.domain.enrolment import RESTARTED, SWEEP_AFTER, Enrolment, Heard
from anlass.domain.identifying import own_event
from anlass.domain.ids import enrolment_id, event_id, fraction, short
from anlass.domain.journey import Journey
from anlass.domain.keeping import ENTRY_ROOM, kept
from anlass.domain.profile import (
    LIVE_AT_MOST,
    LIVE_BY_BROWSERS,
    LIVE_ENROLMENTS,
    LIVE_FOR_SERVERS,
    Entered,
    Live,
    State,
)
from anlass.domain.quick import maker
from anlass.domain.step import on_time

ENTERED = "Journey Entered"
ROUND = timedelta(minutes=1)

Refusal = Literal["who", "again", "while_active", "limit", "test_people", "no_per", "off", "circle", "browser"]


@dataclass(frozen=True, slots=True)
class Admitted:
    """The person is in: the state with the enrolment, and what goes with it into the same commit."""

    state: State
    enrolment: Enrolment
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    reason: Refusal


_enrolment = maker(Enrolment)


def enrol(
    journey: Journey,
    catalog: Catalog,
    state: State,
    entry: Heard,
    cause: str,
    facts: Facts,
    now: datetime,
    *,
    catch_up: bool = False,
    is_alone: bool = False,
    is_echo: bool = False,
    taken: Collection[str] = (),
    planned: datetime | None = None,
) -> Admitted | Refused:
    """Decides on one person and one occasion. `cause` makes the id: the same cause enrols once, however often it
    is replayed. `facts` are the person's; `entry`, with all its properties, is added here. `is_alone`: another
    occasion that runs (another line of an order) is none of this one's business. `is_echo`: what enrols follows from
    journeys alone; in a circle of them somebody goes round once a minute at most, instead of without end. `taken`: ids
    of enrolments that are stored, as far as somebody met them. `planned`: when it was to be.
    """
    id_ = enrolment_id(journey.id, cause)
    if id_ in state.live or id_ in taken:
        return Refused("again")  # by another trigger on the same event, by an order told twice, or by a redrive
    if not journey.takes_new:
        return Refused("off")
    if journey.status == "test" and not is_test_person(catalog, state, facts):
        return Refused("test_people")
    if entry.by_browser and catalog.is_for_servers(journey):
        return Refused("browser")
    seen = {"name": entry.name, "id": entry.id, "at": entry.at, "properties": entry.properties}
    if not passes(journey.who, {**facts, "entry": seen, "event": seen}):
        return Refused("who")
    per = None
    if journey.entry.per is not None:
        per = value_of(journey, entry.properties)
        if per is None:
            return Refused("no_per")
    if not _may_enter_again(journey, state.entered.get(journey.id), per, now):
        return Refused("again")
    if is_echo and (last := _last_entry(state.entered.get(journey.id), per)) is not None and now - last < ROUND:
        return Refused("circle")
    running = [e for e, live in state.live.items() if (live.journey, live.per) == (journey.id, per)]
    if running and not is_alone and journey.entry.while_active == "ignore":
        return Refused("while_active")
    if not _has_room(journey, catalog, state, entry):
        return Refused("limit")
    is_held_out = fraction(id_, "holdout") * 100 < journey.holdout
    enrolment = _enrolment(
        id=id_,
        journey=journey.id,
        version=journey.version,
        profile=state.id,
        entry=replace(entry, properties=kept(entry.properties, room=ENTRY_ROOM)),
        entered_at=now,
        step=journey.start,
        step_since=on_time(planned or now, now),
        sweep_at=now + SWEEP_AFTER,
        catch_up=catch_up,
        pace=journey.pace,
        request="wake",
        is_held_out=is_held_out,
        variant="holdout" if is_held_out else None,
    )
    restarts: tuple[Change, ...] = ()
    if not is_alone and journey.entry.while_active == "restart":
        note = Heard(event_id(enrolment.id, RESTARTED), RESTARTED, now)
        restarts = tuple(Append(old, (note,), now + SWEEP_AFTER) for old in running)
    told: tuple[Change, ...] = ()
    if ENTERED in catalog.heard:
        properties = {"journey": journey.id, **({"variant": enrolment.variant} if enrolment.variant else {})}
        told = (AddEvent(own_event(state.id, ENTERED, (id_,), now, now, properties), entry.id),)
    return Admitted(
        _with_enrolment(state, journey, enrolment, per, now), enrolment, (AddEnrolment(enrolment), *restarts, *told)
    )


def value_of(journey: Journey, properties: Mapping[str, Any]) -> str | None:
    """The value of `entry.per` that somebody enters with: shortened, as STATE holds it."""
    if journey.entry.per is None:
        return None
    value = getter(f"properties.{journey.entry.per}")({"properties": properties})
    return None if value is None else short(matched(value), 8)


def _has_room(journey: Journey, catalog: Catalog, state: State, entry: Heard) -> bool:
    """Whoever makes things up of somebody takes no place of what the shop's server asks for."""
    if entry.by_browser and not journey.is_brief:
        return len(state.live) < LIVE_BY_BROWSERS
    is_for_servers = catalog.is_for_servers(journey)
    if len(state.live) < (LIVE_AT_MOST if journey.is_brief or is_for_servers else LIVE_ENROLMENTS):
        return True
    others = (catalog.journeys.get(live.journey) for live in state.live.values())
    alike = sum(1 for other in others if other is not None and catalog.is_for_servers(other))
    return is_for_servers and alike < LIVE_FOR_SERVERS


def _last_entry(before: Entered | None, per: str | None) -> datetime | None:
    return None if before is None else before.at if per is None else before.per.get(per)


def _may_enter_again(journey: Journey, before: Entered | None, per: str | None, now: datetime) -> bool:
    again = journey.entry.again
    last = _last_entry(before, per)
    if last is None or again == "always":
        return True
    return isinstance(again, timedelta) and now - last >= again * journey.pace


def _with_enrolment(state: State, journey: Journey, enrolment: Enrolment, per: str | None, now: datetime) -> State:
    entered = state.entered.get(journey.id, Entered(now))
    values = dict(entered.per)
    if per is not None:
        values[per] = now
    match: Mapping[str, str] = {
        name: short(matched(value))
        for name in journey.matched_properties
        if (value := getter(f"properties.{name}")({"properties": enrolment.entry.properties})) is not None
    }
    live = Live(journey.id, journey.version, enrolment.entry.id, enrolment.entry.at, match, per)
    return replace(
        state,
        live={**state.live, enrolment.id: live},
        entered={**state.entered, journey.id: Entered(now, values)},
    )


def is_test_person(catalog: Catalog, state: State, facts: Facts) -> bool:
    profile: Mapping[str, Any] = facts.get("profile", {})
    names = {state.id.lower(), state.id.split(":", 1)[-1].lower(), str(profile.get("email", "")).lower()}
    return bool(names & catalog.test_people)
