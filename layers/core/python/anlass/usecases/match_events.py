"""Applies the events of one stream batch: one read for everybody in it, one commit per person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from anlass.domain.addresses import PhoneOf, may_leave, vouched_for
from anlass.domain.applying import Record, Workbench, groups, identities_of
from anlass.domain.browsing import heeded
from anlass.domain.catalog import Catalog
from anlass.domain.changes import (
    AddEnrolment,
    AddEvent,
    Append,
    CatchUp,
    Change,
    DropDate,
    DropEvent,
    MarkSeen,
    Remember,
    RequireNotErased,
    RequireProfile,
    SaveDate,
    SaveState,
    SaveTimer,
)
from anlass.domain.condition import HistoryNeed
from anlass.domain.enrolment import MERGED
from anlass.domain.errors import Conflict
from anlass.domain.event import Event, EventKey
from anlass.domain.identifying import with_reached
from anlass.domain.ids import is_address
from anlass.domain.journey import Journey
from anlass.domain.merging import may_merge
from anlass.domain.owning import moment_of, owners_of
from anlass.domain.person import History, Person
from anlass.domain.profile import State, new_state
from anlass.domain.registry.events import ENROL, UPDATE
from anlass.domain.subscribing import REQUESTED
from anlass.domain.trigger import AbsenceTrigger, ChangeTrigger, LazyTrigger, ReplenishTrigger
from anlass.keys import (
    AttributesKey,
    CapsKey,
    ConsentKey,
    EnrolmentKey,
    Key,
    Rows,
    SeenKey,
    StateKey,
)
from anlass.language.address_forms import mail_of
from anlass.ports import (
    Clock,
    Definitions,
    EventLog,
    Hashes,
    Store,
)
from anlass.usecases.catalog import load_catalog, load_journey
from anlass.usecases.delivered_orders import lacks_products, with_products
from anlass.usecases.denials import denials
from anlass.usecases.erased import erased_of, mark_of
from anlass.usecases.histories import load_history
from anlass.usecases.numbers import load_numbers
from anlass.usecases.pointers import grouped, merges, profile_of, ways
from anlass.usecases.remembered import remembered_keys, shared_orders

TRIES = 8
CHANGES_AT_ONCE = 90  # a transaction holds 100 items
# Done early or twice they do no harm. Who is to catch up must not do so before the state says who they are.
AHEAD = (AddEvent, DropEvent, SaveTimer, SaveDate, DropDate, Remember)
BEGINNING = datetime.min.replace(tzinfo=UTC)


def match_events(
    records: Sequence[Record],
    *,
    store: Store,
    event_log: EventLog,
    definitions: Definitions,
    clock: Clock,
    hashes: Hashes,
    redrive: bool = False,
) -> list[Record]:
    """Applies the records; answers those that could not be applied now, with all later ones of the same people.

    `redrive`: from the failures bucket, where positions mean nothing: each commit is fenced by a SEEN row.
    """
    if not records:
        return []
    catalog, phone_of = load_catalog(definitions), load_numbers(definitions).of
    records = [_with_addresses(record, phone_of) for record in records]
    records = [replace(record, event=heeded(record.event, catalog.hosts, catalog.home)) for record in records]
    rows = store.read(_keys(records, catalog, redrive), consistent=False)
    rows = _with_pointers_followed(rows, records, store, catalog, redrive, phone_of)
    failed: list[Record] = []
    for group in grouped(records, rows):
        left = _apply_group(group, rows, store, event_log, definitions, catalog, clock, hashes, redrive, phone_of)
        failed += left
    return failed


def _apply_group(
    group: list[Record],
    rows: Rows,
    store: Store,
    event_log: EventLog,
    definitions: Definitions,
    catalog: Catalog,
    clock: Clock,
    hashes: Hashes,
    redrive: bool,
    phone_of: PhoneOf,
) -> list[Record]:
    """What is left undone of the group: nothing, or everything from the first record that met too many conflicts."""
    left = [_completed(record, rows, catalog, event_log) for record in group]
    instead: dict[str, Change | None] = {}
    taken: frozenset[str] = frozenset()
    erased: dict[str, datetime] = {}
    tries = 0
    while left:
        bench = _workbench(left, rows, event_log, definitions, catalog, redrive, taken, erased, phone_of)
        done = 0
        for record in left:
            if not (redrive and rows.seen(record.event.identity, record.event.id)):
                bench.apply(record, clock.now())
            done += 1
            if bench.size >= CHANGES_AT_ONCE - 60:
                break
        changes: list[Change] = []
        try:
            meant = _amended(bench.changes(), instead)
            for changes in _commits([*meant, *denials(meant, bench.read, store, hashes)], bench, hashes):
                store.commit(changes)
        except Conflict as conflict:
            tries += 1
            if tries >= TRIES:
                return left
            instead |= _amendments(changes, conflict, store)
            lost = [changes[position] for position in conflict.failed]
            taken |= {change.enrolment.id for change in lost if isinstance(change, AddEnrolment)}
            if any(isinstance(change, RequireNotErased) for change in lost):
                erased |= erased_of({name for record in left for name in identities_of(record)}, store, hashes)
        else:
            left = left[done:]
        if left:
            rows = store.read(_keys(left, catalog, redrive), consistent=True)
            rows = _with_pointers_followed(rows, left, store, catalog, redrive, phone_of)
    return []


def _with_addresses(record: Record, phone_of: PhoneOf) -> Record:
    """Where the shop vouches for them: with the number that it tells, and its consents, as messages go there."""
    event = record.event
    if event.kind != "identify" or event.source != "server":
        return record
    event = with_reached(event, lambda channel, key: phone_of({"phone": key}) if channel == "sms" else mail_of(key))
    return replace(record, event=event, phone=phone_of(event.traits) if "phone" in event.traits else record.phone)


def _completed(record: Record, rows: Rows, catalog: Catalog, event_log: EventLog) -> Record:
    """A delivery with the products of its order, where a journey cares for deliveries."""
    event = record.event
    if event.name not in catalog.heard or not lacks_products(event):
        return record
    state = rows.state(profile_of(rows, record))
    return replace(record, event=with_products(event, state.identities if state else (), event_log))


def _commits(changes: list[Change], bench: Workbench, hashes: Hashes) -> Iterator[list[Change]]:
    """One commit, as a rule. What is too much for it (an order of a hundred lines) is stored before the state that
    moves the position: whoever has to begin again stores the same. Nobody is made who was erased.
    """
    saved = [change.state for change in changes if isinstance(change, SaveState)]
    oldest = {id_: at for id_, at in bench.oldest.items() if id_ in bench.erased}
    since = {state.id: oldest.get(state.id, BEGINNING) for state in saved}
    alive: list[Change] = [RequireNotErased(mark_of(s.id, hashes), since[s.id]) for s in saved if not s.version]
    if len(changes) + len(alive) > CHANGES_AT_ONCE:
        ahead: list[Change] = [change for change in changes if isinstance(change, AHEAD)]
        changes = [change for change in changes if not isinstance(change, AHEAD)]
        people = (bench.read[state.id].state for state in saved if state.version)
        fences = [*alive, *(RequireProfile(state.id) for state in people if state.pointer is None)]
        at_once = CHANGES_AT_ONCE - len(fences)
        for start in range(0, len(ahead), at_once):
            yield [*ahead[start : start + at_once], *fences]
    if changes:
        yield [*changes, *alive]


def _amended(changes: list[Change], instead: Mapping[str, Change | None]) -> list[Change]:
    amended = (instead.get(_row(change), change) for change in changes)
    return [change for change in amended if change is not None]


def _row(change: Change) -> str:
    """The row whose own condition may fail for good; "" for rows that are read again."""
    match change:
        case Append(enrolment) | CatchUp(enrolment):
            return f"enrolment {enrolment}"
        case SaveTimer(timer):
            return f"timer {timer.id}"
        case MarkSeen(_, event):
            return f"seen {event}"
        case _:
            return ""


def _amendments(changes: Sequence[Change], conflict: Conflict, store: Store) -> dict[str, Change | None]:
    """What to do instead of changes whose condition cannot hold however often it is tried."""
    instead: dict[str, Change | None] = {}
    for position in conflict.failed:
        change = changes[position]
        if isinstance(change, Append):
            exists = store.read([EnrolmentKey(change.enrolment)]).enrolment(change.enrolment) is not None
            instead[_row(change)] = CatchUp(change.enrolment, MERGED, change.sweep_at) if exists else None
        elif _row(change):
            instead[_row(change)] = None  # gone, or there already
    return instead


def _keys(records: Sequence[Record], catalog: Catalog, redrive: bool) -> list[Key]:
    keys: dict[Key, None] = {}
    full = _known_in_full(records, catalog)
    for record in records:
        for identity in identities_of(record):
            keys[StateKey(identity)] = None
            if identity in full:
                keys |= dict.fromkeys(_other_rows(identity))
        if redrive:
            keys[SeenKey(record.event.identity, record.event.id)] = None
    return list(keys)


def _known_in_full(records: Sequence[Record], catalog: Catalog) -> set[str]:
    """Identities of whom all rows are needed: of people who identify themselves or may enter a journey. Counting
    and timers need STATE alone."""
    full: set[str] = set()
    for group in groups(records, {}):
        if any(_needs_all_rows(record.event, catalog) for record in group):
            full.update(identity for record in group for identity in identities_of(record))
    return full


def _needs_all_rows(event: Event, catalog: Catalog) -> bool:
    if event.kind == "identify" or event.name in (ENROL, UPDATE, REQUESTED):
        return True
    # A lazy timer and an absence need no more than STATE; all others may enrol now, or ask where somebody lives.
    enters = any(not isinstance(t, LazyTrigger | AbsenceTrigger) for _, t in catalog.starting(event))
    return enters or bool(catalog.segments.touched_by(event))


def _other_rows(profile: str) -> list[Key]:
    return [AttributesKey(profile), CapsKey(profile), ConsentKey(profile, "email"), ConsentKey(profile, "sms")]


def _with_pointers_followed(
    rows: Rows, records: Sequence[Record], store: Store, catalog: Catalog, redrive: bool, phone_of: PhoneOf
) -> Rows:
    """Further reads only where two profiles merge now, where a merged identity is still in use, or where STATE says
    that there is more to remember than it holds."""
    full = _known_in_full(records, catalog)
    asked = set(_keys(records, catalog, redrive))  # what is not there was asked for too
    while True:
        wanted: dict[Key, None] = {}
        for record in records:
            is_merge = merges(rows, record)
            for identity, profile in ways(rows, record):
                wanted[StateKey(profile)] = None
                if is_merge or identity in full:
                    wanted |= dict.fromkeys(_other_rows(profile))
            wanted |= dict.fromkeys(_given_up(rows, record, phone_of))
        wanted |= dict.fromkeys(remembered_keys(rows, records, catalog))
        missing = [key for key in wanted if key not in asked]
        if not missing:
            return rows
        asked.update(missing)
        rows = Rows({**rows.found, **store.read(missing).found})


def _given_up(rows: Rows, record: Record, phone_of: PhoneOf) -> Iterator[Key]:
    """All of the addresses that the person may have had before the event."""
    event = record.event
    is_told = event.kind == "identify" and event.source == "server"
    is_merge = merges(rows, record)
    if not (is_told or is_merge or (event.name == UPDATE and event.source == "system")):
        return
    same = [profile_of(rows, record), *(vouched_for(event, record.phone) if is_merge else ())]
    for name in may_leave(event, [(rows.state(each), rows.attributes(each)) for each in same], phone_of):
        for profile in (name, *owners_of(name, None, rows.state)):
            if profile is not None:
                yield from (StateKey(profile), *(_other_rows(profile) if profile == name else ()))


def _workbench(
    records: Sequence[Record],
    rows: Rows,
    event_log: EventLog,
    definitions: Definitions,
    catalog: Catalog,
    redrive: bool,
    taken: frozenset[str],
    erased: Mapping[str, datetime],
    phone_of: PhoneOf,
) -> Workbench:
    people: dict[str, Person] = {}
    for key in list(rows.found):
        if isinstance(key, StateKey) and (state := rows.state(key.profile)) is not None:
            if state.is_vacant:  # what a lagging replica still has of who gave the address up is nobody's
                people[key.profile] = Person(state)
                continue
            channels = ("email", "sms")
            consents = {c: row for c in channels if (row := rows.consent(key.profile, c)) is not None}
            people[key.profile] = Person(state, rows.attributes(key.profile), consents, rows.caps(key.profile))
    pinned: dict[tuple[str, str], Journey] = {}
    for person in people.values():
        for live in person.state.live.values():
            if (live.journey, live.version) not in pinned:
                pinned[live.journey, live.version] = load_journey(definitions, live.journey, live.version)
    bench = Workbench(
        people,
        catalog,
        pinned,
        redrive=redrive,
        remembered=rows.remembered(),
        taken=taken,
        erased=erased,
        phone_of=phone_of,
    )
    bench.shared_orders = shared_orders(rows, records, event_log, catalog.currency)
    bench.histories = _histories(records, bench, event_log, catalog)
    return bench


def _histories(
    records: Sequence[Record], bench: Workbench, event_log: EventLog, catalog: Catalog
) -> dict[EventKey, History]:
    """Only for events that start a journey whose conditions ask what the person did before."""
    found: dict[EventKey, History] = {}
    joined: dict[str, Sequence[str]] = {}
    for record in records:
        person = bench.person(record.event.identity, moment_of(record.event))
        if person is None:
            continue  # erased since: the event is dropped
        identities, grew = _joined_identities(record, person.state, bench, joined)
        needs: set[HistoryNeed] = set()
        starting, segments = catalog.starting(record.event), catalog.segments
        for journey, trigger in (*starting, *catalog.reached_by_joining(record.event)) if grew else starting:
            needs |= trigger.where.history if trigger.where is not None else frozenset()
            if isinstance(trigger, ChangeTrigger) and trigger.rises:
                needs |= trigger.needs
            if not isinstance(trigger, LazyTrigger | AbsenceTrigger | ReplenishTrigger):
                needs |= catalog.asks(journey.who)
        touched = segments.touched_by_joining if grew else segments.touched_by(record.event)
        needs |= segments.history(segment.id for segment in touched)
        if record.event.name == ENROL and (target := catalog.journeys.get(str(record.event.properties["journey"]))):
            needs |= catalog.asks(target.who)
        if needs:
            found[record.event.key] = load_history(event_log, identities, needs, record.event.at, person.state.began_at)
    return found


def _joined_identities(
    record: Record, person: State, bench: Workbench, joined: dict[str, Sequence[str]]
) -> tuple[Sequence[str], bool]:
    """Of the person behind the event, as it will be once all records up to this one are applied, and whether this one
    makes one person of two: who logs in brings what they did before. `joined`: profile -> identities that earlier
    records gave it.
    """
    before = identities = joined.get(person.id) or person.identities or (record.event.identity,)
    for name in vouched_for(record.event, record.phone):
        stored = bench.people.get(name)
        if is_address(name) and (stored is None or stored.state.former):
            continue  # nobody was ever known by this address alone, or somebody else was
        other = stored.state if stored is not None else new_state(name)
        if name not in identities and may_merge(other, person):
            identities = (*identities, *(other.identities or (name,)))
            joined[name] = identities
    joined[person.id] = identities
    return identities, identities != before
