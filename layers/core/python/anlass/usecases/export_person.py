"""Everything that is kept of one person, as JSON that a machine can read and with a summary that a person can."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from anlass.domain.call import Call
from anlass.domain.consent import ALL_TOPICS
from anlass.domain.event import Event
from anlass.domain.ids import short
from anlass.domain.instants import iso
from anlass.domain.owning import moment_of
from anlass.domain.person import person_facts
from anlass.domain.send import Send
from anlass.language.export_summary import summary
from anlass.ports import Kept
from anlass.usecases.catalog import load_catalog
from anlass.usecases.histories import load_history
from anlass.usecases.people_work import PeopleWork
from anlass.usecases.whole_person import WholePerson, suppressions_of, whole_person

FORMAT = "anlass person 1"
EVENTS, ROOM = 5_000, 1_500_000  # events of one answer, and characters, roughly; it may have six megabytes

# Where each kind of row stands in the export. What is of nobody (counts, tombstones, …) lies below no person.
SECTIONS: Mapping[str, str] = {
    "STATE": "state",
    "PROFILE": "attributes",
    "CAPS": "caps",
    "CONSENT": "consents",
    "LEDGER": "ledger",
    "PROOF": "proofs",
    "SEEN": "applied_again",
    "REMEMBERED": "remembered",
    "DATE": "dates",
    "MERGED": "merged",
    "E": "enrolments",
    "S": "messages",
    "H": "webhooks",
    "T": "timers",
    "event": "events",
}


_PLACE = re.compile(r"(?P<mark>[0-9a-f]{16}) (?P<moment>.+)", re.DOTALL)
LONGEST_MOMENT = 1024  # bytes; DynamoDB's sort key


class NoSuchPage(Exception):
    """No page of events ended at what is said in `after`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`after`: where the events of the page before ended, as it said; None: the first page, with everything else."""

    identity: str
    after: str | None = None
    most: int = EVENTS


def export_person(asked: Asked, work: PeopleWork) -> dict[str, Any] | None:
    """None: nothing is known of this identity. `next`: there are more events. Raises NoSuchPage, Transient."""
    person = whole_person(asked.identity, work.store, work.archive)
    events, following = _events(person, asked, work)
    if asked.after is not None:
        return {"format": FORMAT, "person": person.profile, "events": events, "next": following}
    rows: dict[str, list[Any]] = {section: [] for section in SECTIONS.values()}
    for identity in person.identities:
        for kept in (*person.rows[identity], *person.journey_rows(identity, work.archive)):
            if kept.kind in SECTIONS:
                rows[SECTIONS[kept.kind]].append(_row(kept, work))
    rows["events"] = events
    if not any(rows.values()):
        return None
    whole: dict[str, Any] = {
        "format": FORMAT,
        "made_at": plain(work.clock.now()),
        "person": person.profile,
        "identities": list(person.identities),
        "addresses": [{"channel": channel, "address": address} for channel, address in person.addresses],
        "traits": next((row.get("traits", {}) for row in rows["attributes"] if row["below"] == person.profile), {}),
        "suppressions": [
            {"channel": channel, "address": address, **_alone(plain(row))}
            for channel, address, row in suppressions_of(person, work.store, work.hashes)
        ],
        "segments": _segments(person, work),
        "retention": _retention(work),
        **rows,
        "next": following,
    }
    return {**whole, "summary": {language: summary(whole, language) for language in ("de", "en")}}


def plain(value: Any) -> Any:
    """As JSON has it. What is not there, and what is empty, is left out of records."""
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: plain(part) for name, part in named.items() if part not in (None, (), {}, frozenset())}
    if isinstance(value, datetime):
        return iso(value, "milliseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(part) for part in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(part) for part in value]
    return str(value) if isinstance(value, Decimal | timedelta) else value


def _alone(suppression: Mapping[str, Any]) -> dict[str, Any]:
    """For whom else of the address the shop said no is nobody's business."""
    return {name: value for name, value in suppression.items() if name != "denied_by"}


def _row(kept: Kept, work: PeopleWork) -> dict[str, Any]:
    """`below`: the identity, or the enrolment, that it is kept under."""
    said = plain(kept.row)
    record = said if isinstance(said, dict) else {"name": kept.name, **({"at": said} if said else {})}
    expires = _expires(kept, work)
    return {"below": kept.partition, **record, **({"expires_at": plain(expires)} if expires else {})}


def _expires(kept: Kept, work: PeopleWork) -> datetime | None:
    """When it vanishes by itself, if that is known by now."""
    match kept.row:
        case Send(closed_at=datetime() as at) | Call(closed_at=datetime() as at):
            return at + work.retention.journeys
        case _:
            return None


def _events(person: WholePerson, asked: Asked, work: PeopleWork) -> tuple[list[Any], str | None]:
    """One page over all identities, oldest first within each. A cursor is "<mark of the identity> <where on>": more may
    become theirs between two pages.
    """
    place = _PLACE.fullmatch(asked.after) if asked.after is not None else None
    begun, moment = (place["mark"], place["moment"]) if place else ("", "")
    if (asked.after is not None and place is None) or len(moment.encode(errors="replace")) > LONGEST_MOMENT:
        raise NoSuchPage
    marks = {_mark(identity): identity for identity in person.identities}
    found: list[Any] = []
    room = ROOM
    for mark in sorted(mark for mark in marks if mark >= begun):
        identity = marks[mark]
        cursor: str | None = moment if mark == begun else None
        while True:
            page, holding = work.archive.events(identity, cursor), person.holdings[identity]
            told = [_event(event, work) for event in page.found if holding.holds(moment_of(event))]
            found += told
            room -= len(repr(told))
            if page.after is None:
                break
            cursor = page.after
            if len(found) >= asked.most or room <= 0:
                return found, f"{mark} {cursor}"
    return found, None


def _mark(identity: str) -> str:
    return short(identity, 16)


def _event(event: Event, work: PeopleWork) -> dict[str, Any]:
    return {**plain(event), "expires_at": plain(work.retention.event_until(event))}


def _segments(person: WholePerson, work: PeopleWork) -> list[str]:
    """Those that they belong to at this moment."""
    known = person.person
    if known is None:
        return []
    catalog, now = load_catalog(work.definitions), work.clock.now()
    needs = catalog.segments.history(catalog.segments.all)
    names = {*known.state.identities, *(name for name, holding in person.holdings.items() if holding.is_whole)}
    history = load_history(work.event_log, names, needs, now, known.state.began_at)
    facts = person_facts(known, ALL_TOPICS, catalog.currency, now, history, catalog.segments.all)
    return sorted(name for name, segment in catalog.segments.all.items() if segment.who.test(facts))


def _retention(work: PeopleWork) -> dict[str, str]:
    lives = {field.name: getattr(work.retention, field.name) for field in fields(work.retention)}
    return {name: f"{life.days} days" for name, life in lives.items()}
