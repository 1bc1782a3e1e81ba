"""Sort keys of events: how far a search by time reaches, and the order of what it finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from anlass.domain.event import Event

SLOW_CLOCKS = timedelta(days=1)


def first_moment(since: datetime) -> str:
    """The least sort key to look at for events since then.

    A sort key holds the client's own time. A client whose clock is slow by more than a day is not found by time; one
    whose clock is fast always is, because the search has no upper end; so is one that sent no time.
    """
    earliest = (since.astimezone(UTC) - SLOW_CLOCKS).replace(tzinfo=None)
    return earliest.isoformat(timespec="milliseconds") + "Z"


def in_reach(moment: str, since: datetime) -> bool:
    return moment >= first_moment(since)


def in_time(event: Event) -> tuple[datetime, str, str]:
    """By time, and the same order every time where times are equal."""
    return event.at, event.identity, event.moment
