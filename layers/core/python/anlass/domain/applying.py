"""Applies stream records to the people they are about: the pure fold between one read and one commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from anlass.domain.addresses import PhoneOf, dropped, given_up, in_place_of, not_present, vouched_for
from anlass.domain.catalog import Catalog
from anlass.domain.changes import (
    AddEnrolment,
    AddEvent,
    AddStatement,
    Append,
    CatchUp,
    Change,
    DropDate,
    DropEvent,
    MarkSeen,
    NoteMerged,
    RequireProfile,
    SaveAttributes,
    SaveCaps,
    SaveConsent,
    SaveDate,
    SaveState,
    SaveTimer,
)
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.counting import Amount, apply_event
from anlass.domain.dates import dates_of
from anlass.domain.dwelling import DWELLED, dwell
from anlass.domain.enrolment import ENDINGS, Enrolment
from anlass.domain.erasure import is_older
from anlass.domain.event import ORDERED, Event, EventKey
from anlass.domain.identifying import identify, system_event, updated
from anlass.domain.ids import is_address
from anlass.domain.journey import Journey
from anlass.domain.matching import react
from anlass.domain.merging import may_merge, merge
from anlass.domain.owning import moment_of, owners_of, released
from anlass.domain.person import History, Person, person_facts, zone_of
from anlass.domain.profile import IDENTITIES, Attributes, State, after_position, move_position, new_state
from anlass.domain.registry.events import FIRST_WORDS, UPDATE, WITHDRAWN
from anlass.domain.remembering import make_room, recalled
from anlass.domain.segment import moved
from anlass.domain.subscribing import last_request
from anlass.domain.visiting import dated


@dataclass(frozen=True, slots=True)
class Record:
    """An event as a stream delivered it. `stream` names the stream's life, `sequence` its place in it. `phone`: the
    number that it tells of somebody, as a message would go there.
    """

    event: Event
    stream: str
    sequence: str
    phone: str | None = None


@dataclass
class Workbench:
    """The people of one group of records, as read and as they are by now, and what else is to be committed.

    `remembered`: (profile, mark) -> time, of what STATE has no room for. Here it has: nothing is dropped until stored.
    """

    read: Mapping[str, Person]
    catalog: Catalog
    pinned: Mapping[tuple[str, str], Journey]
    histories: Mapping[EventKey, History] = field(default_factory=dict)
    redrive: bool = False
    remembered: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()  # ids of enrolments that are there already
    shared_orders: Mapping[str, Amount] = field(default_factory=dict)  # what they came to, of who is merged now
    erased: Mapping[str, datetime] = field(default_factory=dict)  # identity -> when whoever had it was erased
    phone_of: PhoneOf = lambda _traits: None
    people: dict[str, Person] = field(init=False)
    others: list[Change] = field(default_factory=list)
    added: dict[str, Enrolment] = field(default_factory=dict)
    armed: dict[str, SaveTimer] = field(default_factory=dict)
    appended: dict[str, Append] = field(default_factory=dict)
    caught_up: dict[str, CatchUp] = field(default_factory=dict)
    dropped: dict[EventKey, DropEvent] = field(default_factory=dict)
    oldest: dict[str, datetime] = field(default_factory=dict)  # identity -> receipt or time of what is applied of it
    touched: set[str] = field(default_factory=set)  # profiles that something was applied to
    merged: dict[tuple[str, str], NoteMerged] = field(default_factory=dict)  # one address may be taken twice
    given_up: set[str] = field(default_factory=set)  # addresses whose owner has another one from now on

    def __post_init__(self) -> None:
        known = self.remembered
        self.people = {id_: replace(p, state=recalled(p.state, known)) if known else p for id_, p in self.read.items()}

    def profile(self, identity: str, at: datetime | None = None) -> str | None:
        """Whose identity it is, or was at that time; None: they were erased since."""
        return (identity, *owners_of(identity, at, self._state))[-1]

    def _state(self, identity: str) -> State | None:
        person = self.people.get(identity)
        return person.state if person is not None else None

    def person(self, identity: str, at: datetime | None = None) -> Person | None:
        """The same, with all that is known of them by now."""
        profile = self.profile(identity, at)
        return None if profile is None else self.people.get(profile) or Person(self._new_state(profile))

    def _new_state(self, identity: str) -> State:
        """Of somebody who begins anew, knowing since when."""
        erased = self.erased.get(identity)
        return replace(new_state(identity), erased={identity: erased} if erased is not None else {})

    def is_of_erased(self, identity: str, event: Event) -> bool:
        """Whether the event tells of somebody who had this identity and was erased."""
        profile = self.profile(identity, moment_of(event))
        if profile is None:
            return True
        state = self._state(profile) or self._new_state(profile)
        at = state.erased.get(identity)
        return at is not None and is_older(event.at, event.received_at, at)

    def _makes_nobody(self, event: Event, state: State) -> bool:
        """What we tell ourselves is about people who are there; of whoever is not, it may be the last that is left."""
        is_ours = event.source == "system" and event.name not in FIRST_WORDS
        return is_ours and (state.is_vacant or (not state.version and state.id not in self.people))

    def apply(self, record: Record, now: datetime) -> None:
        """Takes one record in; one that was applied before changes nothing."""
        event = record.event
        known = self.person(event.identity, moment_of(event))
        if known is None or self.is_of_erased(event.identity, event) or self._makes_nobody(event, known.state):
            self.dropped[event.key] = DropEvent(event.key)
            return
        before = person = self._known_by(known, event.identity)
        if not self.redrive and not after_position(person.state, event.identity, record.stream, record.sequence):
            return
        joined: list[Person] = []
        self._note(event.identity, event)
        for identity in vouched_for(event, record.phone):
            if self.is_of_erased(identity, event) or self._is_past(identity, event, person):
                continue
            self._note(identity, event)
            person, other = self._joined(identity, person, now)
            joined += [other] if other is not None else []
        if joined:
            self.others += [AddEvent(each, event.id) for each in _ended([before, *joined], person, event)]
        if event.kind == "identify":
            person, follows, ledger = identify(person, event)
            self.others += [AddEvent(follow, event.id) for follow in follows]
            self.others += map(AddStatement, ledger)
        if event.name == UPDATE and event.source == "system":
            person = updated(person, event)
        person = self._release(self._left(before, person, joined, event), person, now)
        counted = apply_event(person.state, event, self.catalog.currency)
        if DWELLED in self.catalog.heard:
            counted, dwelled = dwell(counted, event)
            self.others += [AddEvent(dwelled, event.id)] if dwelled and self.catalog.cares_for(dwelled) else []
        if person.state.cart.lines and not counted.cart.lines and event.name != ORDERED:
            properties = {"cart_id": person.state.cart.id} if person.state.cart.id else {}
            follow = system_event(person, "Cart Emptied", event, "cart", properties)
            self.others.append(AddEvent(follow, event.id))
        person = replace(person, state=counted)
        history = self.histories.get(event.key, {})
        person = self._segmented(event, before, person, history, now, joined)
        reaction = react(event, person, self.catalog, self.pinned, history, now, before, joined, self.taken)
        state = reaction.state
        if not self.redrive:  # a redrive's records are out of order; their place says nothing
            state = move_position(state, event.identity, record.stream, record.sequence, now)
        state = replace(state, requested_at=last_request(before, event))
        person = replace(person, state=state)
        if joined or not state.version or event.kind == "identify" or event.name == UPDATE:  # then all rows are read
            person = dated(person, event)
        self.take(reaction.changes)
        if self.redrive:
            self.others.append(MarkSeen(event.identity, event.id, now))  # the same before and after a merge
        self._keep(person)
        self.touched.add(state.id)

    def _note(self, identity: str, event: Event) -> None:
        """How old the oldest is that would be told of this identity."""
        at = min(event.at, event.received_at)
        self.oldest[identity] = min(at, self.oldest.get(identity, at))

    def changes(self) -> list[Change]:
        """All that is to be stored, in one commit: every row that differs from what was read, and the rest."""
        rows: list[Change] = []
        for id_, person in self.people.items():
            before = self.read.get(id_) or Person(State(id_))
            state, older = make_room(person.state, self.catalog.journeys)
            if state != before.state:
                rows += (SaveState(state), *older)
            elif id_ in self.touched:
                rows.append(RequireProfile(id_))
            if id_ in self.given_up:
                person = in_place_of(before, person)
                rows += dropped(person)
            if person.attributes is not None and person.attributes != before.attributes:
                rows.append(SaveAttributes(person.attributes))
            if person.attributes != before.attributes:
                rows += self._dates(before, person)
            for channel, consent in (person.consents or {}).items():
                if consent.grants and consent != (before.consents or {}).get(channel):
                    rows.append(SaveConsent(consent))
            if person.caps is not None and person.caps != before.caps:
                rows.append(SaveCaps(person.caps))
        enrolments = [AddEnrolment(enrolment) for enrolment in self.added.values()]
        # What ends an enrolment is in no events table, so it must get into the inbox; then nothing needs catching up.
        ending = {id_ for id_, append in self.appended.items() if any(h.name in ENDINGS for h in append.heard)}
        appends = [append for id_, append in self.appended.items() if id_ in ending or id_ not in self.caught_up]
        catching_up = [change for id_, change in self.caught_up.items() if id_ not in ending]
        others = [*self.others, *self.merged.values(), *self.dropped.values()]
        return [*rows, *others, *self.armed.values(), *enrolments, *appends, *catching_up]

    def _dates(self, before: Person, person: Person) -> Iterator[Change]:
        """What the date index is to know. Nobody finds a pointer in it."""
        was, known = (
            dates_of(each.attributes, zone_of(each.attributes, self.catalog.timezone)) for each in (before, person)
        )
        then, seen_at = (each.attributes.seen_at if each.attributes else None for each in (before, person))
        for name, day in known.items():
            if was.get(name) != day or then != seen_at:
                yield SaveDate(person.state.id, name, day, seen_at)
        yield from (DropDate(person.state.id, field) for field in was if field not in known)

    @property
    def size(self) -> int:
        """How many rows a commit would write."""
        return len(self.changes())

    def take(self, changes: Iterable[Change]) -> None:
        """Several records may concern one enrolment, and a transaction names a row only once."""
        for change in changes:
            match change:
                case AddEnrolment(enrolment):
                    self.added[enrolment.id] = enrolment
                case Append(id_, heard) if id_ in self.added:
                    added = self.added[id_]
                    self.added[id_] = replace(added, inbox=(*added.inbox, *heard))
                case Append(id_, heard):
                    before = self.appended.get(id_)
                    self.appended[id_] = replace(change, heard=(*before.heard, *heard)) if before else change
                case SaveTimer(timer):
                    self.armed[timer.id] = change
                case CatchUp(id_) if id_ in self.added:
                    self.added[id_] = replace(self.added[id_], catch_up=True)
                case CatchUp(id_):
                    self.caught_up[id_] = change
                case _:
                    self.others.append(change)

    def _segmented(
        self, event: Event, before: Person, person: Person, history: History, now: datetime, joined: Sequence[Person]
    ) -> Person:
        """The person with the segments that the event changed, where somebody wants to know."""
        segments = self.catalog.segments
        touched = segments.touched_by_joining if joined else segments.touched_by(event)
        if not touched:
            return person
        currency, definitions = self.catalog.currency, self.catalog.segments.all
        past = {name: [h for h in heard if h.id != event.id] for name, heard in history.items()}
        was = person_facts(before, ALL_TOPICS, currency, now, past, definitions)
        is_ = person_facts(person, ALL_TOPICS, currency, now, history, definitions)
        known, moves = moved(person.state.segments, touched, was, is_)
        for move in moves:
            if move.entered and any(other.state.segments.get(move.segment) for other in joined):
                continue  # they were in it already, under the other name
            follow = system_event(person, move.event, event, move.segment, {"segment": move.segment})
            self.others.append(AddEvent(follow, event.id))
        return replace(person, state=replace(person.state, segments=known))

    def _joined(self, identity: str, person: Person, now: datetime) -> tuple[Person, Person | None]:
        """The person, and who else was merged into it; None: nobody of whom anything was known."""
        known = self.people.get(identity)
        other = known or Person(self._new_state(identity))
        is_known = identity in person.state.identities and not is_address(identity)
        if is_known or not may_merge(other.state, person.state):
            return person, None
        erased = _latest(other.state.erased, person.state.erased)
        merged, pointer, notes = merge(other, person, now, self.shared_orders)
        self._keep(pointer)
        self.merged[person.state.id, identity] = NoteMerged(person.state.id, identity, now)
        if is_address(identity) and (known is None or other.state.is_vacant):
            # No more than a sign: whoever writes to this address means this person, but for who was erased.
            return replace(person, state=replace(person.state, erased=erased)), None
        merged = replace(merged, state=replace(merged.state, erased=erased))
        self.take(notes)
        return merged, known

    def _left(self, before: Person, person: Person, joined: Sequence[Person], event: Event) -> Iterator[str]:
        """Addresses that the event takes from them: the shop, or they themselves, tell another one, or they turn out to
        be somebody who has another one.
        """
        is_told = event.kind == "identify" and event.source == "server"
        if joined or is_told or (event.name == UPDATE and event.source == "system"):
            for each in (before, *joined):
                yield from given_up(each.attributes, person.attributes, self.phone_of)
        if is_told:
            yield from not_present(person.state.identities, person.attributes, self.phone_of)

    def _release(self, left: Iterable[str], person: Person, now: datetime) -> Person:
        """Who has another address from now on is not to be found by the old one, which somebody else may get."""
        for name in left:
            sign = self._state(name)
            if sign is None or sign.pointer is None or self.profile(name) != person.state.id:
                continue
            self._keep(Person(released(sign, person.state.id, now)))
            self.given_up.add(name)
            names = tuple(known for known in person.state.identities if known != name)
            person = replace(person, state=replace(person.state, identities=names))
        return person

    def _is_past(self, identity: str, event: Event, person: Person) -> bool:
        """Whether it names an address that they had once: a newer word of them has told another one already."""
        newest = person.attributes.identified_at if person.attributes is not None else None
        if not is_address(identity) or newest is None or event.at >= newest:
            return False
        return identity in given_up(Attributes(identity, traits=event.traits), person.attributes, self.phone_of)

    def _known_by(self, person: Person, identity: str) -> Person:
        """Only once something is told of an address is it a name under which their past is looked for, and never one
        that was another's before.
        """
        state, sign = person.state, self._state(identity)
        is_name = is_address(identity) and not (sign is not None and sign.former)
        if not is_name or not state.identities or identity in state.identities:
            return person
        return replace(person, state=replace(state, identities=(*state.identities, identity)[:IDENTITIES]))

    def _keep(self, person: Person) -> None:
        self.people[person.state.id] = person


def _latest(one: Mapping[str, datetime], other: Mapping[str, datetime]) -> dict[str, datetime]:
    """Of each identity when who had it last was erased."""
    return {name: max(known[name] for known in (one, other) if name in known) for name in (*one, *other)}


def groups(records: Iterable[Record], people: Mapping[str, Iterable[str]]) -> list[list[Record]]:
    """Records that touch the same people, together and in order. `people`: identity -> profiles that it stands for."""
    leader: dict[str, str] = {}

    def find(identity: str) -> str:
        while leader.setdefault(identity, identity) != identity:
            identity = leader[identity]
        return identity

    all_records = list(records)
    for record in all_records:
        first, *others = identities_of(record)
        for identity in (first, *others):
            for same in (identity, *people.get(identity, ())):
                leader[find(same)] = find(first)
    grouped: dict[str, list[Record]] = {}
    for record in all_records:
        grouped.setdefault(find(record.event.identity), []).append(record)
    return list(grouped.values())


def identities_of(record: Record) -> Sequence[str]:
    return (record.event.identity, *vouched_for(record.event, record.phone))


def _ended(sides: Sequence[Person], person: Person, event: Event) -> Iterator[Event]:
    """Word of each channel on which one of two who became one wants no messages, and the other did."""
    for channel, consent in (person.consents or {}).items():
        before = [was for side in sides if (was := (side.consents or {}).get(channel)) is not None]
        reached = {grant.address for was in before for grant in was.grants if was.reaches(grant.address)}
        if not all(map(consent.reaches, reached)):
            properties = {"topics": [ALL_TOPICS], "source": "merge", "channel": channel}
            yield system_event(person, WITHDRAWN, event, f"merge {channel}", properties)
