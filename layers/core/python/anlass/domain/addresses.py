"""Addresses as names: e:<hash> leads to whoever has the address, as far as the shop vouches for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from anlass.domain.changes import DropRow
from anlass.domain.event import Event
from anlass.domain.identifying import CHANNELS
from anlass.domain.ids import address_hash, is_address
from anlass.domain.person import Person
from anlass.domain.profile import Attributes, State
from anlass.domain.registry.events import UPDATE

# The number that traits tell, as a message would go there.
PhoneOf = Callable[[Mapping[str, Any]], str | None]


def vouched_for(event: Event, phone: str | None = None) -> list[str]:
    """Other identities that the event says are the same person: they are merged into its own."""
    found = [event.also] if event.also else []
    email = event.traits.get("email")
    if event.kind == "identify" and event.source == "server":
        told = (email if isinstance(email, str) else "", phone or "")
        names = [f"e:{address_hash(address)}" for address in told if address.strip()]
        found += [name for name in names if name != event.identity]
    return found


def given_up(before: Attributes | None, after: Attributes | None, phone_of: PhoneOf) -> list[str]:
    """The names of the addresses that somebody had and has others instead of."""
    had, has = _names(before, phone_of), _names(after, phone_of)
    return [name for channel, name in had.items() if has.get(channel, name) != name]


def not_present(identities: Iterable[str], attributes: Attributes | None, phone_of: PhoneOf) -> list[str]:
    """Those of the identities that name an address which the shop tells no more. In doubt none: a number may be read in
    another way than before.
    """
    has = _names(attributes, phone_of)
    if attributes is None or ("phone" in attributes.traits and "sms" not in has):
        return []
    return [name for name in identities if is_address(name) and name != attributes.id and name not in has.values()]


def may_leave(event: Event, people: Iterable[tuple[State | None, Attributes | None]], phone_of: PhoneOf) -> set[str]:
    """The names of addresses that somebody may have left once the event is applied. `people`: them, and whoever turns
    out to be the same.
    """
    traits = event.traits if event.source == "server" else (event.properties.get("set") or {})
    told = Attributes("", traits=traits) if event.kind == "identify" or event.name == UPDATE else None
    names: dict[str, set[str]] = {}
    known: set[str] = set()
    for state, attributes in [*people, (None, told)]:
        for channel, name in _names(attributes, phone_of).items():
            names.setdefault(channel, set()).add(name)
        if state is not None:
            known |= {name for name in state.identities if is_address(name) and name != state.id}
    sure = {name for each in names.values() if len(each) == 1 for name in each}
    return known.union(*names.values()) - sure


def _names(attributes: Attributes | None, phone_of: PhoneOf) -> dict[str, str]:
    if attributes is None:
        return {}
    addresses = {"email": attributes.email, "sms": phone_of(attributes.traits)}
    return {channel: f"e:{address_hash(address)}" for channel, address in addresses.items() if address}


def in_place_of(before: Person, person: Person) -> Person:
    """Somebody new, whose rows are written over those of who had the address before."""
    attributes, consents, caps = person.attributes, dict(person.consents or {}), person.caps
    for channel, consent in consents.items():
        was = (before.consents or {}).get(channel)
        consents[channel] = replace(consent, version=was.version if was else 0)
    if attributes is not None:
        attributes = replace(attributes, version=before.attributes.version if before.attributes else 0)
    if caps is not None:
        caps = replace(caps, version=before.caps.version if before.caps else 0)
    return replace(person, attributes=attributes, consents=consents, caps=caps)


def dropped(person: Person) -> Iterator[DropRow]:
    """What an address is rid of: its former owner took all of that along."""
    there: dict[str, object] = {"PROFILE": person.attributes, "CAPS": person.caps}
    there |= {f"CONSENT#{channel}": (person.consents or {}).get(channel) for channel in CHANNELS.values()}
    yield from (DropRow(person.state.id, row) for row, stored in there.items() if stored is None)
