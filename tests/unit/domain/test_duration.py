from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from anlass.domain.duration import LONGEST, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90 minutes", timedelta(minutes=90)),
        ("1 hour", timedelta(hours=1)),
        ("1 hours", timedelta(hours=1)),
        ("7 days", timedelta(days=7)),
        ("2 weeks", timedelta(weeks=2)),
        ("-3 days", timedelta(days=-3)),
        ("+1 day", timedelta(days=1)),
        (" 24 hours ", timedelta(hours=24)),
        ("3660 days", LONGEST),
    ],
)
def test_durations_are_words(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    ["", "1", "hour", "1h", "1 Hour", "1.5 hours", "1  hour", "1 month", "1 hour 5 minutes", "PT1H", "one day", None],
    ids=repr,
)
def test_nothing_else_is_a_duration_and_the_error_says_what_would_be(text: Any) -> None:
    with pytest.raises(ValueError, match='like "24 hours"'):
        parse_duration(text)


def test_ten_years_is_the_most() -> None:
    with pytest.raises(ValueError, match="too long"):
        parse_duration("3661 days")
