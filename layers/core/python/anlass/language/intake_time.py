"""When a thing happened, said by a clock that may be wrong. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

DAY = timedelta(hours=24)
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LATENCY = timedelta(seconds=5)
_SAME = timedelta(seconds=1)
_ROUNDING = timedelta(minutes=1)


def parse_timestamp(value: object) -> datetime | None:
    """An ISO 8601 time as aware UTC, without offset taken as UTC; None if it is none, or lies before 1970."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        stamp = datetime.fromisoformat(value.strip().upper())
        stamp = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return stamp if stamp >= _FIRST else None


def corrected(stamp: datetime, sent_at: datetime | None, received_at: datetime) -> datetime:
    """The time on our clock of what a client's clock called `stamp`; `sent_at` is when it says it sent it.

    Segment's rule is `stamp + (received_at - sent_at)`. It is right only where the clock is wrong and took the stamp:

    - up to five seconds are the way the request took; correcting by them would blur every exact time;
    - a stamp that is our own time to the second was taken from our clock;
    - a stamp later than `sent_at` was set by hand: no clock reads a time that it has not reached;
    - a stamp more than a day before, by a client whose clock is more than a day off, was set by hand too:
      a history that is replayed.
    """
    if sent_at is None:
        return stamp
    skew = received_at - sent_at
    is_right = abs(skew) <= _LATENCY or abs(received_at - stamp) <= _SAME
    by_hand = stamp - sent_at > _ROUNDING or (abs(skew) > DAY and sent_at - stamp > DAY)
    return stamp if is_right or by_hand else stamp + skew
