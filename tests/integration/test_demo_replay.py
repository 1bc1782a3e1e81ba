"""The demo's two worlds on a handful of clicks: the functions on moto, and the use cases in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from cli.demo import people
from cli.demo.chance import percent
from cli.demo.command import Shown
from cli.demo.counts import Counts, differences
from cli.demo.data import Click, in_time
from cli.demo.mapping import to_messages
from cli.demo.tables import print_counts, print_usage
from cli.recorder.usage import Usage

START = datetime(2024, 4, 26, tzinfo=UTC)
SHOPPING = ("product_view", "add_to_cart", "cart", "shipping_details")


def a_customer(number: int) -> str:
    """The n-th customer who agreed to mails."""
    agreed = (f"user_{n:04d}" for n in range(10_000) if percent("consent", f"user_{n:04d}") < people.SUBSCRIBED)
    return next(user for n, user in enumerate(agreed) if n == number)


def clicks(user: str, *events: str, hours: float, first: int) -> Iterator[Click]:
    for n, event in enumerate(events):
        at = START + timedelta(hours=hours, minutes=n)
        yield Click(first + n, user, f"{user}-{first}", event, at, "mobile", "organic", "new")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """Three leave their carts; one of them comes back and buys after the first reminder."""
    three = [a_customer(n) for n in range(3)]
    done = [click for n, user in enumerate(three) for click in clicks(user, *SHOPPING, hours=9 + n, first=100 * n)]
    done += clicks(three[0], "cart", "payment_details", "purchase", hours=20, first=900)
    inbox = tmp_path_factory.mktemp("inbox")
    console = Console(quiet=True)
    return Shown(console, to_messages(in_time(done)), START, START + timedelta(days=12), inbox)


@pytest.fixture(scope="module")
def on_moto(shown: Shown) -> tuple[Counts, Usage]:
    return shown.on_runtime()


def test_both_worlds_count_the_same(shown: Shown, on_moto: tuple[Counts, Usage]) -> None:
    counts, _ = on_moto
    assert counts.enrolments["cart-abandonment"] == 3
    assert differences(counts, shown.in_memory(), ("on moto", "in memory")) == []


def test_a_buyer_leaves_at_once_and_counts_as_a_recovered_cart(on_moto: tuple[Counts, Usage]) -> None:
    counts, _ = on_moto
    assert counts.exits_by_purchase == {"cart-abandonment": 1, "welcome": 1}
    assert (counts.carts_reminded, counts.carts_recovered) == (3, 1)
    assert counts.messages["cart-abandonment remind SENT"] == 3
    assert counts.messages["cart-abandonment last SENT"] == 2


def test_every_mail_is_a_page_of_the_inbox(shown: Shown, on_moto: tuple[Counts, Usage]) -> None:
    counts, _ = on_moto
    sent = sum(number for key, number in counts.messages.items() if " SENT" in key)
    assert len(list((shown.inbox / "mails").glob("*.html"))) == sent
    index = (shown.inbox / "index.html").read_text(encoding="utf-8")
    links = [part.split('"')[0] for part in index.split('href="')[1:]]
    assert len(links) == sent
    assert all((shown.inbox / link).exists() for link in links)


def test_the_tables_name_every_journey_and_handler(shown: Shown, on_moto: tuple[Counts, Usage], tmp_path: Path) -> None:
    counts, usage = on_moto
    with (tmp_path / "told.txt").open("w+", encoding="utf-8") as told:
        console = Console(file=told, width=110)
        print_counts(console, counts, 15, len(shown.messages), len(shown.posts))
        print_usage(console, usage, counts, len(shown.messages))
        told.seek(0)
        text = told.read()
    for word in ("cart-abandonment", "welcome", "match_events", "deliver_message", "recovered: 1", "1,000,000 events"):
        assert word in text


def test_a_difference_is_told_with_both_numbers(on_moto: tuple[Counts, Usage]) -> None:
    counts, _ = on_moto
    other = replace(counts, profiles=counts.profiles + 1, enrolments={**counts.enrolments, "welcome": 99})
    told = differences(counts, other, ("on moto", "in memory"))
    assert told == ["profiles: 3 on moto, 4 in memory", "enrolments welcome: 3 on moto, 99 in memory"]
