"""All that is known of one person, as the timeline needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from anlass.domain.call import Call
from anlass.domain.catalog import Catalog
from anlass.domain.condition import Facts
from anlass.domain.enrolment import Enrolment, Heard
from anlass.domain.event import Event
from anlass.domain.ids import short
from anlass.domain.journey import Journey
from anlass.domain.ledger import Statement
from anlass.domain.person import History, Person, person_facts
from anlass.domain.send import Send
from anlass.domain.suppression import Suppression
from anlass.domain.timer import Timer
from anlass.language.timeline.script import Script


@dataclass(frozen=True)
class Dossier:
    """`events` oldest first. `scripts` by (journey, version): of the live versions, and of those that people are on."""

    person: Person
    catalog: Catalog
    now: datetime
    events: Sequence[Event] = ()
    statements: Sequence[Statement] = ()
    enrolments: Sequence[Enrolment] = ()
    sends: Sequence[Send] = ()
    calls: Sequence[Call] = ()
    timers: Sequence[Timer] = ()
    suppressions: Sequence[Suppression] = ()
    scripts: Mapping[tuple[str, str], Script] = field(default_factory=dict)

    @cached_property
    def zone(self) -> tzinfo:
        """The shop's: whoever reads this sits there."""
        return ZoneInfo(self.catalog.timezone)

    @cached_property
    def history(self) -> History:
        found: dict[str, list[Heard]] = {}
        for event in self.events:
            heard = Heard(event.id, event.name, event.at, event.properties, by_browser=event.source == "browser")
            found.setdefault(event.name, []).append(heard)
        return found

    @cached_property
    def by_enrolment(self) -> Mapping[str, Sequence[Send]]:
        """Sends in the order in which they were made."""
        found: dict[str, list[Send]] = {}
        for send in sorted(self.sends, key=lambda s: (s.created_at, s.id)):
            found.setdefault(send.enrolment, []).append(send)
        return found

    def script(self, journey: str, version: str | None = None) -> Script | None:
        """Of the live version, if none is named."""
        live = self.catalog.journeys.get(journey)
        return self.scripts.get((journey, version or (live.version if live else "")))

    def facts(self, journey: Journey) -> Facts:
        """What a condition of this journey may ask of the person."""
        catalog = self.catalog
        return person_facts(self.person, journey.topic, catalog.currency, self.now, self.history, catalog.segments.all)

    def event_named(self, name: str) -> Event | None:
        """The event whose shortened id is this."""
        return next((event for event in reversed(self.events) if short(event.id, len(name)) == name), None)

    def told(self, moment: datetime) -> str:
        """A time as people read it."""
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
