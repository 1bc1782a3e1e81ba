"""What every kind of selection works with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anlass.domain.catalog import Catalog
from anlass.domain.changes import Change
from anlass.domain.enrolling import is_test_person
from anlass.domain.errors import Conflict
from anlass.domain.journey import Journey
from anlass.domain.person import Person
from anlass.keys import (
    AttributesKey,
    Key,
    Rows,
    StateKey,
)
from anlass.ports import (
    Census,
    Clock,
    Definitions,
    EventLog,
    Store,
)
from anlass.usecases.catalog import load_catalog
from anlass.usecases.people import CHANNELS, person_keys
from anlass.wire import Selection

AT_ONCE = 90  # changes; a transaction holds 100


@dataclass(frozen=True, slots=True)
class Work:
    census: Census
    store: Store
    event_log: EventLog
    definitions: Definitions
    clock: Clock

    def live(self, selection: Selection) -> tuple[Catalog, Journey] | None:
        """The journey as it is live, if it still is the version that asked: a newer one has asked for itself."""
        catalog = load_catalog(self.definitions)
        journey = catalog.journeys.get(selection.journey)
        if journey is None or journey.version != selection.version or not journey.takes_new:
            return None
        return catalog, journey

    def people(self, ids: Sequence[str], *, in_full: bool) -> list[Person]:
        """Those of them who are somebody: no pointers. Not `in_full`: what they are, without consents and caps."""
        keys: list[Key] = []
        for id_ in ids:
            keys += person_keys(id_) if in_full else (StateKey(id_), AttributesKey(id_))
        rows = self.store.read(keys, consistent=False)
        return [person for id_ in ids if (person := _person(rows, id_)) is not None]

    def commit(self, changes: Iterable[Change]) -> None:
        """Each for itself: what cannot be stored is there already, or somebody else was at it."""
        left = list(changes)
        while left:
            batch = left[:AT_ONCE]
            try:
                self.store.commit(batch)
            except Conflict as conflict:
                left = [change for position, change in enumerate(left) if position not in conflict.failed]
            else:
                left = left[AT_ONCE:]


def may_enter(journey: Journey, person: Person, catalog: Catalog) -> bool:
    """In test a journey is for the settings' people alone."""
    attributes = person.attributes
    facts = {"profile": dict(attributes.traits) if attributes else {}}
    return journey.status != "test" or is_test_person(catalog, person.state, facts)


def _person(rows: Rows, id_: str) -> Person | None:
    state, attributes = rows.state(id_), rows.attributes(id_)
    if state is None or state.pointer is not None or attributes is None:
        return None
    consents = {channel: row for channel in CHANNELS if (row := rows.consent(id_, channel)) is not None}
    return Person(state, attributes, consents, rows.caps(id_))
