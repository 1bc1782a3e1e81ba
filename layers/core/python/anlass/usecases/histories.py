"""What a person did, as far as conditions ask for it: one query of their events, only where it is used."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from anlass.domain.condition import HistoryNeed
from anlass.domain.enrolment import Heard
from anlass.domain.event import Event
from anlass.domain.person import History
from anlass.domain.registry import EVENTS
from anlass.ports import EventLog

EVER = datetime(1970, 1, 1, tzinfo=UTC)


def possible(needs: Iterable[HistoryNeed], last_seen: datetime | None, now: datetime) -> frozenset[HistoryNeed]:
    """Those that may find anything: whoever has done nothing for longer than is looked back has done none of it."""
    return frozenset(
        need
        for need in needs
        if need.within is None
        or last_seen is None
        or now - last_seen <= need.within
        or (known := EVENTS.get(need.event)) is None
        or not known.by_person
    )


def load_history(
    event_log: EventLog,
    identities: Collection[str],
    needs: Iterable[HistoryNeed],
    until: datetime,
    since: datetime | None = None,
) -> History:
    """Event name -> the person's events, oldest first, back to the longest `within` that asks for any of them. `since`:
    of somebody known by an address that was another's before.
    """
    wanted = list(needs)
    if not wanted:
        return {}
    longest = max((n.within if n.within is not None else until - EVER for n in wanted), default=timedelta(0))
    names = {n.event for n in wanted}
    found: dict[str, list[Heard]] = {name: [] for name in names}
    for event in event_log.of_person(identities, max(until - longest, since or EVER), until, names):
        found[event.name].append(heard(event))
    return found


def heard(event: Event) -> Heard:
    return Heard(event.id, event.name, event.at, event.properties, by_browser=event.source == "browser")
