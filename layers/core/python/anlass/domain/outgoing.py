"""What an advance writes beside the enrolment and its messages: the effects of its steps, and word of its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, assert_never

from anlass.domain.call import Call
from anlass.domain.catalog import Catalog
from anlass.domain.changes import AddCall, AddEvent, AddStatement, AddWinner, Change, CountOne, SaveConsent
from anlass.domain.consent import Consent, Grant
from anlass.domain.contest import Winner, share_of
from anlass.domain.effects import CallShop, Count, Declare, EnrolIn, Say, Sunset, Update
from anlass.domain.engine import Effected
from anlass.domain.enrolment import SWEEP_AFTER, Enrolment
from anlass.domain.identifying import CHANNELS, own_event
from anlass.domain.keeping import ENTRY_ROOM, kept
from anlass.domain.ledger import Statement, stated
from anlass.domain.person import Person
from anlass.domain.registry.events import CONFIRMED, ENROL, RESTORED, SUNSET, UNSUBSCRIBED, UPDATE

FINISHED = "Journey Finished"


def changes_for(effects: Iterable[Effected], row: Enrolment, person: Person, now: datetime) -> list[Change]:
    """All of them are part of the advance's own commit."""
    changes: list[Change] = []
    consents = dict(person.consents or {})
    for done in effects:
        event = _own(done, row, person, now)
        match done.effect:
            case Update(traits, add_tags, remove_tags):
                said = {"set": dict(traits), "add_tags": list(add_tags), "remove_tags": list(remove_tags)}
                changes.append(event(UPDATE, said))
            case EnrolIn(journey):
                entry = {"name": row.entry.name, "properties": dict(kept(row.entry.properties, room=ENTRY_ROOM))}
                by_browser = {"by_browser": True} if row.entry.by_browser else {}
                changes.append(event(ENROL, {"journey": journey, **entry, **by_browser}))
            case Sunset(reason):
                changes.append(event(SUNSET, {"reason": reason, "journey": row.journey}))
            case Say():
                was = dict(consents)
                follow, ledger = _said(done, done.effect, row, person, consents, now)
                changes += map(AddStatement, ledger)
                if _restores(done.effect, was, consents):
                    changes.append(event(RESTORED, {}))
                if follow:
                    changes.append(event(CONFIRMED if done.effect.status == "granted" else UNSUBSCRIBED, follow))
            case CallShop():
                changes.append(AddCall(_call(done.effect, done, row, now)))
            case Count(contest, variant, what):
                changes.append(CountOne(contest, share_of(row.id), variant, what, now))
            case Declare(contest, variant):
                changes.append(AddWinner(contest, Winner(variant, now)))
            case _:
                assert_never(done.effect)
    before = person.consents or {}
    changes += [SaveConsent(consent) for channel, consent in consents.items() if consent != before.get(channel)]
    return changes


def told_of_end(row: Enrolment, profile: str, catalog: Catalog, now: datetime) -> list[Change]:
    """Where some journey waits for it."""
    if FINISHED not in catalog.heard:
        return []
    properties = {"journey": row.journey, "outcome": row.outcome, "variant": row.variant}
    said = {name: value for name, value in properties.items() if value is not None}
    return [AddEvent(own_event(profile, FINISHED, (row.id,), now, now, said), row.entry.id)]


def _own(done: Effected, row: Enrolment, person: Person, now: datetime) -> Any:
    def event(name: str, properties: Mapping[str, Any]) -> Change:
        cause = (row.id, done.step, str(done.visit))
        return AddEvent(own_event(person.state.id, name, cause, now, now, properties), row.entry.id)

    return event


def _call(call: CallShop, done: Effected, row: Enrolment, now: datetime) -> Call:
    return Call(
        enrolment=row.id,
        step=done.step,
        visit=done.visit,
        profile=row.profile,
        journey=row.journey,
        url=call.url,
        secret=call.secret,
        body=call.body,
        created_at=now,
        status="PENDING" if call.problem is None else "FAILED",
        reason=call.problem,
        closed_at=None if call.problem is None else now,
        sweep_at=now + SWEEP_AFTER if call.problem is None else None,
        request="call" if call.problem is None else None,
        since=row.since,
    )


def _restores(say: Say, before: Mapping[str, Consent], after: Mapping[str, Consent]) -> bool:
    """Whether a no of the shop is taken back."""
    told = [(was, after[channel], grant.address) for channel, was in before.items() for grant in was.grants]
    return any(is_.denies(at, say.topic, by="shop") < was.denies(at, say.topic, by="shop") for was, is_, at in told)


def _said(
    done: Effected, say: Say, row: Enrolment, person: Person, consents: dict[str, Consent], now: datetime
) -> tuple[Mapping[str, Any] | None, list[Statement]]:
    """Changes `consents`; nothing where the word changes nothing: the shop cannot lift what the person withdrew."""
    channels = [say.channel] if say.channel is not None else [*CHANNELS.values()]
    heard: list[str] = []
    ledger: list[Statement] = []
    for channel in channels:
        address = person.address(channel)
        before = consents.get(channel) or Consent(person.state.id, channel)
        addresses = {address.strip().lower()} if address else set()
        if say.status == "withdrawn":
            addresses |= {grant.address for grant in before.grants}
        after = before
        for one in sorted(addresses):
            grant = Grant(one, say.topic, say.status, now, by="shop", source=f"journey {row.journey}")
            changed = after.states(grant)
            if changed is not after:
                ledger.append(stated(grant, person.state.id, channel, row.id, done.step, str(done.visit)))
            after = changed
        if after is not before:
            consents[channel] = after
            heard.append(channel)
    if not heard:
        return None, []
    return {"topics": [say.topic], "source": f"journey {row.journey}", "channel": ", ".join(heard)}, ledger
