"""Machines that open and click are told from people."""

from __future__ import annotations

import pytest
from anlass.domain.machines import is_burst, is_machine

from tests.builders import HOUR, NOON

SECOND = HOUR / 3600


@pytest.mark.parametrize(
    ("user_agent", "machine"),
    [
        ("Mozilla/5.0", True),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("python-requests/2.31", True),
        ("Microsoft Office Existence Discovery", True),
        ("Mozilla/5.0 (X11; Linux) HeadlessChrome/120.0 Safari/537.36", True),
        ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", False),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36", False),
        ("Abbott's Mail 3", False),
        (None, False),
    ],
)
def test_a_machine_is_known_by_what_it_says_of_itself(user_agent: str | None, machine: bool) -> None:
    assert is_machine(user_agent) is machine


def test_two_links_within_a_moment_are_a_machines_and_one_link_twice_is_an_impatient_person() -> None:
    assert is_burst(NOON + SECOND, "cups", NOON, "beans")
    assert is_burst(NOON, "cups", NOON + SECOND, "beans")  # reports come in any order
    assert not is_burst(NOON + SECOND, "beans", NOON, "beans")
    assert not is_burst(NOON + 10 * SECOND, "cups", NOON, "beans")
    assert not is_burst(NOON, "cups", None, None)
