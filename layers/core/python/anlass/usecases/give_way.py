"""Where a cap lets only so many messages through, those of the more important journeys go first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from anlass.domain.catalog import Catalog
from anlass.domain.enrolment import Enrolment
from anlass.domain.journey import Journey
from anlass.domain.person import Person
from anlass.domain.send import Send
from anlass.domain.send_caps import settings_limits
from anlass.keys import EnrolmentKey, SendKey
from anlass.ports import Definitions, Store
from anlass.usecases.catalog import load_template


def gives_way(
    send: Send,
    journey: Journey,
    person: Person,
    catalog: Catalog,
    now: datetime,
    store: Store,
    definitions: Definitions,
) -> list[str]:
    """The more important journeys whose messages are about to take all that a cap leaves; none: it may go.

    Reads nothing unless the person is in so many more important journeys that they could; then twice at most.
    """
    rooms = [(limit, limit.room(send, person.caps, now)) for limit in settings_limits(send, catalog.sending)]
    if not rooms:
        return []
    rivals = [
        id_
        for id_, live in person.state.live.items()
        if id_ != send.enrolment
        and (other := catalog.journeys.get(live.journey)) is not None
        and other.priority > journey.priority
        and other.status != "test"
    ]
    if len(rivals) < min(room for _, room in rooms):
        return []
    rows = store.read([EnrolmentKey(id_) for id_ in rivals])
    enrolments = [e for id_ in rivals if (e := rows.enrolment(id_)) is not None and e.status != "quarantined"]
    beginning = [e.journey for e in enrolments if e.seq == 0]  # not advanced yet: nobody knows whether it sends at once
    ready = list(_ready(enrolments, now, store, definitions))
    for limit, room in rooms:
        ahead = [*beginning, *(one.journey for one in ready if limit.channel in (None, one.channel))]
        if len(ahead) >= room:
            return sorted(set(ahead))
    return []


def _ready(enrolments: list[Enrolment], now: datetime, store: Store, definitions: Definitions) -> Iterator[Send]:
    """Their marketing messages that may leave now, as far as time goes."""
    keys = [SendKey(e.id, row) for e in enrolments for row in sorted(e.open)]
    rows = store.read(keys) if keys else None
    for key in keys:
        send = rows.send(key.enrolment, key.row) if rows else None
        if send is None or not send.is_open:
            continue
        template = load_template(definitions, send.template)
        if template is not None and template.purpose == "marketing" and (send.until or now) <= now <= send.not_after:
            yield send
