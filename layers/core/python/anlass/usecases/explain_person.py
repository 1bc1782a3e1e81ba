"""Why did she (not) get it? Everything that is kept of one person, told by time and with the rules that decided."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from anlass.domain.call import Call
from anlass.domain.catalog import Catalog
from anlass.domain.consent import Consent
from anlass.domain.enrolment import Enrolment
from anlass.domain.errors import BrokenDefinition
from anlass.domain.event import Event
from anlass.domain.ledger import Statement
from anlass.domain.person import Person
from anlass.domain.profile import Attributes, Caps
from anlass.domain.send import Send
from anlass.domain.suppression import Suppression
from anlass.domain.timer import Timer
from anlass.keys import SuppressionKey
from anlass.language.compiler import file_from
from anlass.language.timeline.answers import answers_of
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.lines import Timeline
from anlass.language.timeline.script import Script, script_of
from anlass.language.timeline.standing import standing
from anlass.language.timeline.telling import lines_of
from anlass.ports import (
    Archive,
    Clock,
    Definitions,
    Hashes,
    Store,
)
from anlass.usecases.catalog import load_catalog
from anlass.usecases.whole_person import WholePerson, whole_person

EVENTS = 5000  # the newest; who did more than that is not read line by line


def explain_person(
    identity: str,
    journey: str | None = None,
    *,
    store: Store,
    archive: Archive,
    definitions: Definitions,
    hashes: Hashes,
    clock: Clock,
) -> Timeline | None:
    """`identity` as in "u:anna". None: nobody is known by it. One journey only, if it is named."""
    whole = whole_person(identity, store, archive)
    if whole.state is None:
        return None
    dossier = _dossier(whole, store, archive, definitions, hashes, clock)
    return Timeline(
        whole.profile,
        dossier.now,
        dossier.catalog.timezone,
        lines_of(dossier, journey),
        standing(dossier),
        answers_of(dossier, journey),
    )


def _dossier(
    whole: WholePerson, store: Store, archive: Archive, definitions: Definitions, hashes: Hashes, clock: Clock
) -> Dossier:
    catalog, person = load_catalog(definitions), _person(whole)
    rows = [kept.row for each in whole.identities for kept in archive.journey_rows(each)]
    enrolments = [row for row in rows if isinstance(row, Enrolment)]
    return Dossier(
        person,
        catalog,
        clock.now(),
        _events(whole, archive),
        whole.all(Statement),
        enrolments,
        [row for row in rows if isinstance(row, Send)],
        [row for row in rows if isinstance(row, Call)],
        [row for row in rows if isinstance(row, Timer)],
        list(_suppressions(whole, store, hashes)),
        _scripts(catalog, enrolments, definitions),
    )


def _person(whole: WholePerson) -> Person:
    """The rows of the profile itself; what was merged into it is in there."""
    if whole.state is None:
        raise ValueError(f"{whole.profile} is nobody")
    mine = [kept.row for kept in whole.rows[whole.profile]]
    return Person(
        whole.state,
        next((row for row in mine if isinstance(row, Attributes)), None),
        {row.channel: row for row in mine if isinstance(row, Consent)},
        next((row for row in mine if isinstance(row, Caps)), None),
    )


def _events(whole: WholePerson, archive: Archive) -> list[Event]:
    found: deque[Event] = deque(maxlen=EVENTS)
    for each in whole.identities:
        after = None
        while True:
            page = archive.events(each, after)
            found.extend(page.found)
            after = page.after
            if after is None:
                break
    return sorted(found, key=lambda event: (event.at, event.id))


def _suppressions(whole: WholePerson, store: Store, hashes: Hashes) -> Iterator[Suppression]:
    """What each address that was ever theirs says of itself."""
    keys = [SuppressionKey(hashes.of(address), channel) for channel, address in whole.addresses]
    rows = store.read(keys) if keys else None
    for key in keys:
        found = rows.suppression(key.address_hash, key.channel) if rows is not None else None
        if found is not None:
            yield found


def _scripts(catalog: Catalog, enrolments: list[Enrolment], definitions: Definitions) -> dict[tuple[str, str], Script]:
    """The files behind the journeys, for their words. One that cannot be read any more has none."""
    wanted = {(id_, journey.version) for id_, journey in catalog.journeys.items()}
    wanted |= {(row.journey, row.version) for row in enrolments}
    found: dict[tuple[str, str], Script] = {}
    for id_, version in sorted(wanted):
        document = definitions.get(f"journey/{id_}", version)
        if document is None:
            continue
        try:
            found[id_, version] = script_of(file_from(document))
        except BrokenDefinition:
            continue
    return found
