"""What an `identify` changes: traits and the consents that the shop already holds.

A browser key may complete an anonymous visitor, but not change an e-mail address, a consent or somebody's traits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from anlass.domain.consent import ALL_TOPICS, Consent, ConsentStatus, Grant
from anlass.domain.effects import Update
from anlass.domain.event import Event
from anlass.domain.ids import event_id, is_address
from anlass.domain.ledger import Statement, stated
from anlass.domain.person import Person
from anlass.domain.profile import Attributes
from anlass.domain.registry.events import CONFIRMED, RESTORED, UNSUBSCRIBED

TRAITS, TRAITS_ROOM = 300, 100_000  # how many, and characters of JSON, roughly: a row holds 400 KB
TRAITS_OF_BROWSERS, ROOM_OF_BROWSERS = 100, 30_000  # the rest is left to what the backend says
ADDRESSES = ("email", "phone")
EXISTING_CUSTOMER = "EXISTING_CUSTOMER"
# Of the sale that the address is from: which one, what "similar goods" it was about, when and in which words the notice
# at collection was given.
SALE_FACTS = ("order_id", "goods", "noticed_at", "notice_version")
# Of the shop's own sign-up: the words, where and from which machine, and when it was confirmed.
EVIDENCE = ("text_version", "form_url", "ip", "confirmed_at")
CHANNELS = {"EMAIL": "email", "SMS": "sms"}
SUBSCRIPTIONS = 20  # of one identify
CONFIRMED_MAX_AGE = timedelta(hours=24)  # as `entry.max_age`'s default: an older one is history


def identify(person: Person, event: Event) -> tuple[Person, tuple[Event, ...], tuple[Statement, ...]]:
    """The person with the new traits and consents, the system events that follow, and the ledger's lines."""
    person = replace(person, attributes=_with_traits(person, event))
    if event.source == "browser":
        return person, (), ()
    return _with_consents(person, event)


def updated(person: Person, event: Event) -> Person:
    """The person as a journey's `update` step changed them."""
    old = person.attributes or Attributes(person.state.id)
    said = event.properties
    update = Update(
        {k: v for k, v in dict(said.get("set") or {}).items() if v is not None},
        tuple(said.get("add_tags") or ()),
        tuple(said.get("remove_tags") or ()),
    )
    traits = _fitting(old.traits, update.applied(old.traits))
    return person if traits == old.traits else replace(person, attributes=replace(old, traits=traits))


def _with_traits(person: Person, event: Event) -> Attributes:
    old = person.attributes or Attributes(person.state.id)
    offered = {k: v for k, v in event.traits.items() if v is not None}
    for name in ("timezone", "locale"):
        value = event.context.get(name)
        if isinstance(value, str) and name not in old.traits:
            offered.setdefault(name, value)
    by_browser = event.source == "browser"
    if by_browser and not person.state.id.startswith("a:"):
        closed = {*old.traits, *(ADDRESSES if old.vouched else ())}
        offered = {k: v for k, v in offered.items() if k not in closed}
    at = _when(event)
    # What a browser said when, holds up no word of the backend.
    newest = old.identified_at is None or at >= old.identified_at or not (by_browser or old.vouched)
    known = _vouched_for(old, event)
    offered = offered if newest else {k: v for k, v in offered.items() if k not in known}
    traits = _fitting(
        known, offered, *((TRAITS_OF_BROWSERS, ROOM_OF_BROWSERS) if by_browser else (TRAITS, TRAITS_ROOM))
    )
    vouched = old.vouched or event.source == "server"
    if traits == old.traits and vouched == old.vouched and old.registered_at:
        return old
    return replace(
        old,
        traits=traits,
        registered_at=old.registered_at or event.at,
        vouched=vouched,
        identified_at=at if newest and not (by_browser and old.vouched) else old.identified_at,
    )


def _vouched_for(old: Attributes, event: Event) -> Mapping[str, Any]:
    """What is known, without addresses that only a browser has told of somebody whom the backend identifies now."""
    if event.source != "server" or old.is_vouched:
        return old.traits
    told = {str(item.get("key", "")).strip().lower() for item in _subscriptions(event)}
    return {k: v for k, v in old.traits.items() if k not in ADDRESSES or str(v).strip().lower() in told}


def _fitting(
    known: Mapping[str, Any], offered: Mapping[str, Any], most: int = TRAITS, size: int = TRAITS_ROOM
) -> dict[str, Any]:
    """What is known, with as much of what is offered as there is room for: nothing that is known is lost by it."""
    traits, room = dict(known), size - len(repr(known))
    for name, value in offered.items():
        more = len(repr(value)) - (len(repr(traits[name])) if name in traits else -len(name))
        if more <= room and (name in traits or len(traits) < most):
            traits[name] = value
            room -= more
    return traits


def _with_consents(person: Person, event: Event) -> tuple[Person, tuple[Event, ...], tuple[Statement, ...]]:
    consents = dict(person.consents or {})
    follows: list[Event] = []
    ledger: list[Statement] = []
    for number, item in enumerate(_subscriptions(event)):
        channel = CHANNELS.get(str(item.get("type", "")).upper())
        address, status = item.get("key"), str(item.get("status", "")).upper()
        if channel is None or not isinstance(address, str) or not address.strip():
            continue
        there = item.get("reached", address)
        address = there if channel == "sms" else address  # numbers are looked up in one form
        before = consents.get(channel, Consent(person.state.id, channel))
        cause = (event.identity, event.moment, str(number))
        if status == EXISTING_CUSTOMER:
            said = _existing_customer(item, address, person, channel, event, cause)
        elif status in ("SUBSCRIBED", "UNSUBSCRIBED"):
            word: ConsentStatus = "granted" if status == "SUBSCRIBED" else "withdrawn"
            # A yes is for the address as it is told, for so it is looked up; a no is for where mails go as well.
            meant = {address} if status == "SUBSCRIBED" else {address, there}
            grants = [Grant(a, ALL_TOPICS, word, _when(event), by="shop", source="identify") for a in sorted(meant)]
            said = tuple(stated(grant, person.state.id, channel, *cause, **_evidence(item)) for grant in grants)
        else:
            continue  # DID_NOT_SUBSCRIBE says nothing for it and nothing new against it
        after = before
        for statement in said:
            changed = after.states(statement.grant)
            ledger += [statement] if changed is not after else []
            after = changed
        if after is before:
            continue
        consents[channel] = after
        if after.denies(address, ALL_TOPICS, by="shop") < before.denies(address, ALL_TOPICS, by="shop"):
            follows.append(system_event(person, RESTORED, event, f"{number} restored", {}))
        fresh = not event.is_import and event.received_at - event.at <= CONFIRMED_MAX_AGE
        properties = {"source": "shop", "channel": channel}
        if (
            status == "SUBSCRIBED"
            and not before.allows(address, ALL_TOPICS)
            and after.allows(address, ALL_TOPICS)
            and fresh
        ):
            follows.append(system_event(person, CONFIRMED, event, str(number), properties))
        elif status == "UNSUBSCRIBED" and (before.reaches(address) or not before.denies(address, ALL_TOPICS)):
            follows.append(system_event(person, UNSUBSCRIBED, event, str(number), properties))
    told_at = event.received_at if is_address(person.state.id) else None
    told = tuple(replace(statement, told_at=told_at) for statement in ledger) if told_at else tuple(ledger)
    return replace(person, consents=consents), tuple(follows), told


def _when(event: Event) -> datetime:
    """A clock that runs ahead must not outlast what is said next."""
    return min(event.at, event.received_at)


def _evidence(item: Mapping[str, Any]) -> dict[str, Any]:
    """What the shop's own sign-up rests on, as far as it tells. Its fields are the ledger's, but for the time."""
    told = {name: item[name] for name in EVIDENCE if name in item}
    confirmed_at = told.pop("confirmed_at", None)
    return {**told, **({"facts": {"confirmed_at": confirmed_at}} if confirmed_at else {})}


def _existing_customer(
    item: Mapping[str, Any], address: str, person: Person, channel: str, event: Event, cause: Sequence[str]
) -> tuple[Statement, ...]:
    """§ 7 (3) UWG: nothing unless all four facts are told. That nobody objected, the current state knows."""
    facts = {name: item.get(name) for name in SALE_FACTS}
    topics = item.get("topics")
    if not all(isinstance(value, str) and value.strip() for value in facts.values()):
        return ()
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        return ()
    grants = (
        Grant(address, topic, "granted", _when(event), by="shop", source="sale", basis="existing-customer")
        for topic in topics
        if topic != ALL_TOPICS  # own similar goods are never everything
    )
    return tuple(stated(g, person.state.id, channel, *cause, act="existing-customer", facts=facts) for g in grants)


def system_event(person: Person, name: str, cause: Event, part: str, properties: Mapping[str, Any]) -> Event:
    """An event of our own that follows from another one; its id derives from that one, so a replay adds nothing."""
    return own_event(
        person.state.id, name, (cause.identity, cause.moment, part), cause.at, cause.received_at, properties
    )


def own_event(
    identity: str,
    name: str,
    cause: tuple[str, ...],
    at: datetime,
    received_at: datetime,
    properties: Mapping[str, Any],
) -> Event:
    """An event of our own."""
    id_ = event_id(name, *cause)
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
    return Event(identity, f"{stamp}#{id_}", id_, "track", name, at, received_at, "system", properties=dict(properties))


def with_reached(event: Event, reached: Callable[[str, str], str | None]) -> Event:
    """Its consents with the address as messages go there, by channel and how the shop writes it."""
    found = [
        {**item, "reached": there}
        if (channel := CHANNELS.get(str(item.get("type")))) and (there := reached(channel, str(item.get("key"))))
        else item
        for item in _subscriptions(event)
    ]
    return replace(event, context={**event.context, "messaging_subscriptions": found}) if found else event


def _subscriptions(event: Event) -> list[Mapping[str, Any]]:
    listed = event.context.get("messaging_subscriptions")
    return [item for item in listed if isinstance(item, Mapping)][:SUBSCRIPTIONS] if isinstance(listed, list) else []
