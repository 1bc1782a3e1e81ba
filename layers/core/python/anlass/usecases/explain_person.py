"""Why did she (not) get it? Everything that is kept of one person, told by time and with the rules that decided."""

from __future__ import annotations

from collections import deque

from anlass.domain.call import Call
from anlass.domain.catalog import Catalog
from anlass.domain.enrolment import Enrolment
from anlass.domain.errors import BrokenDefinition
from anlass.domain.event import Event
from anlass.domain.ledger import Statement
from anlass.domain.person import Person
from anlass.domain.send import Send
from anlass.domain.suppression import Suppression
from anlass.domain.timer import Timer
from anlass.language.compiler import file_from
from anlass.language.timeline.answers import answers_of
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.lines import Timeline
from anlass.language.timeline.script import Script, script_of
from anlass.language.timeline.standing import standing
from anlass.language.timeline.telling import lines_of
from anlass.ports import Archive, Definitions
from anlass.usecases.catalog import load_catalog
from anlass.usecases.people_work import PeopleWork
from anlass.usecases.whole_person import WholePerson, suppressions_of, whole_person

EVENTS = 5000  # the newest; who did more than that is not read line by line


def explain_person(identity: str, journey: str | None, work: PeopleWork) -> Timeline | None:
    """`identity` as in "u:anna". None: nobody is known by it. One journey only, if it is named."""
    whole = whole_person(identity, work.store, work.archive)
    person = whole.person
    if person is None:
        return None
    dossier = _dossier(whole, person, work)
    return Timeline(
        whole.profile,
        dossier.now,
        dossier.catalog.timezone,
        lines_of(dossier, journey),
        standing(dossier),
        answers_of(dossier, journey),
    )


def _dossier(whole: WholePerson, person: Person, work: PeopleWork) -> Dossier:
    catalog = load_catalog(work.definitions)
    rows = [kept.row for each in whole.identities for kept in whole.journey_rows(each, work.archive)]
    enrolments = [row for row in rows if isinstance(row, Enrolment)]
    said = suppressions_of(whole, work.store, work.hashes)
    return Dossier(
        person,
        catalog,
        work.clock.now(),
        _events(whole, work.archive),
        whole.all(Statement),
        enrolments,
        [row for row in rows if isinstance(row, Send)],
        [row for row in rows if isinstance(row, Call)],
        [row for row in rows if isinstance(row, Timer)],
        [row for _, _, row in said if isinstance(row, Suppression)],
        _scripts(catalog, enrolments, work.definitions),
    )


def _events(whole: WholePerson, archive: Archive) -> list[Event]:
    """Oldest first. Each identity's newest are enough: no more than that can be among the newest of all."""
    found: list[Event] = []
    for each in whole.identities:
        found += deque(whole.events(each, archive), maxlen=EVENTS)
    return sorted(found, key=lambda event: (event.at, event.id))[-EVENTS:]


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
