"""Everything that the last look needs, read in one request, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from anlass.domain.catalog import Catalog
from anlass.domain.enrolment import Enrolment
from anlass.domain.journey import Journey
from anlass.domain.owning import moment_of
from anlass.domain.person import Person, place_of, zone_of
from anlass.domain.send import Purpose, Send
from anlass.domain.send_policy import SOON, Allowed, Deferred, Situation, Verdict, decide_send
from anlass.domain.sending_rules import SendingRules, Whereabouts
from anlass.domain.subscribing import asked_in
from anlass.keys import (
    BrakeKey,
    EnrolmentKey,
    Key,
    SendKey,
)
from anlass.language.countries import country_of
from anlass.language.holidays_of import holidays_of
from anlass.ports import (
    Clock,
    Definitions,
    Store,
)
from anlass.usecases.catalog import load_catalog, load_journey, load_settings, load_template
from anlass.usecases.give_way import gives_way
from anlass.usecases.people import person_in, person_keys
from anlass.wire import Deliver


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the last look saw."""

    send: Send
    enrolment: Enrolment | None
    journey: Journey | None
    person: Person | None
    purpose: Purpose
    verdict: Verdict
    now: datetime


def take_last_look(message: Deliver, *, store: Store, definitions: Definitions, clock: Clock) -> Seen | None:
    """None if the send is closed already."""
    keys: list[Key] = [EnrolmentKey(message.enrolment), SendKey(message.enrolment, message.send), BrakeKey()]
    profile = message.profile or _recipient_of(message, store)
    if profile is None:
        return None
    rows = store.read([*keys, *person_keys(profile)])
    person, rows = person_in(rows, profile, moment_of(rows.send(message.enrolment, message.send)), store)
    send, enrolment = rows.send(message.enrolment, message.send), rows.enrolment(message.enrolment)
    if send is None or not send.is_open:
        return None
    now = clock.now()
    journey = load_journey(definitions, send.journey, send.version)
    template = load_template(definitions, send.template)
    purpose: Purpose = template.purpose if template else "marketing"
    asked = asked_in(enrolment.entry) if purpose == "confirmation" and enrolment is not None else None
    if asked is not None:
        send = replace(send, channel=asked.channel)  # only what was asked for says how to reach who asked
    siblings: Sequence[Send] = ()
    if enrolment is not None and enrolment.open - {send.row}:
        siblings = list(store.enrolment(enrolment.id)[1].values())
    catalog, is_test = load_catalog(definitions), journey.status == "test"
    situation = Situation(
        send,
        enrolment if person is not None else None,
        journey,
        purpose,
        asked.address if asked is not None else person.address(send.channel) if person else None,
        (person.consents or {}).get(send.channel) if person else None,
        person.caps if person else None,
        SendingRules(countries=catalog.sending.countries) if is_test else catalog.sending,  # a week is ten minutes
        now,
        siblings,
        person.state.sunset_at if person else None,
        catalog.is_paused(send.journey),
        whereabouts(person, catalog, definitions) if person else Whereabouts(),
        person is not None and person.attributes is not None and person.attributes.is_vouched,
        rows.brake(),
    )
    verdict = decide_send(situation)
    if verdict == Allowed() and purpose == "marketing" and person is not None and not is_test:
        ahead = gives_way(send, journey, person, catalog, now, store, definitions)
        if ahead:
            verdict = Deferred(now + SOON, "priority", soon=True, facts={"journeys": ahead})
    return Seen(send, enrolment, journey, person, purpose, verdict, now)


def whereabouts(person: Person, catalog: Catalog, definitions: Definitions) -> Whereabouts:
    """Where somebody is; in the shop's own country, as far as nobody knows."""
    said, region = place_of(person)
    country = country_of(said)
    if country is None:
        settings = load_settings(definitions)
        country = settings.home if settings is not None else None
    zone = zone_of(person.attributes, catalog.timezone)
    return Whereabouts(zone, country, region, holidays_of(country, region))


def _recipient_of(message: Deliver, store: Store) -> str | None:
    """Whose send it is, for a message of the calendar, which does not say; None if the row is gone."""
    send = store.read([SendKey(message.enrolment, message.send)]).send(message.enrolment, message.send)
    return None if send is None else send.profile
