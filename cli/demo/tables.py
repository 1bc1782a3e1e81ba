"""What the demo prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table

from cli.demo.counts import RECOVERED, Counts
from cli.recorder.bill import EVENTS, MESSAGES, Bill, events_bill, journeys_bill, messages_bill
from cli.recorder.prices import ASSUMPTIONS, MEMORY, PRICES
from cli.recorder.usage import Usage
from infra.topology import JOURNEY


def print_counts(console: Console, counts: Counts, clicks: int, messages: int, requests: int) -> None:
    taken = _table("What came in", "", "")
    for name, number in (
        ("clicks in the data", clicks),
        ("messages that the shop sent for them", messages),
        ("HTTP requests", requests),
        ("events stored, the system's own included", counts.events),
        ("people", counts.profiles),
    ):
        taken.add_row(name, f"{number:,}")
    console.print(taken)

    journeys = _table("Enrolments", "journey", "enrolled", "exits by purchase", "finished", "left otherwise")
    for journey, number in counts.enrolments.items():
        bought = counts.exits_by_purchase.get(journey, 0)
        finished = counts.outcomes.get(f"{journey} finished", 0)
        left = sum(n for key, n in counts.outcomes.items() if key.split(" ")[0] == journey) - finished - bought
        journeys.add_row(journey, f"{number:,}", f"{bought:,}", f"{finished:,}", f"{left:,}")
    console.print(journeys)

    console.print(_messages(counts))
    console.print(
        f"Carts reminded: {counts.carts_reminded:,}, recovered: {counts.carts_recovered:,} "
        f"[dim]({RECOVERED}; the people in this data never saw the mails)[/dim]"
    )
    if counts.running:
        console.print(f"[yellow]{counts.running} enrolments have not ended yet[/yellow]")


def _messages(counts: Counts) -> Table:
    by_step: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, number in counts.messages.items():
        journey, step, status, *reason = key.split(" ", 3)
        by_step[journey, step][" ".join(reason) if status == "SKIPPED" else status.lower()] += number
    columns = sorted({name for numbers in by_step.values() for name in numbers}, key=lambda n: (n != "sent", n))
    table = _table("Messages: sent, and left unsent with the reason", "journey", "step", *columns)
    for (journey, step), numbers in by_step.items():
        table.add_row(journey, step, *(f"{numbers[name]:,}" if numbers[name] else "" for name in columns))
    total = [sum(numbers[name] for numbers in by_step.values()) for name in columns]
    table.add_section()
    table.add_row("all", "", *(f"{number:,}" for number in total))
    return table


def print_usage(console: Console, usage: Usage, counts: Counts, messages: int) -> None:
    console.print(_handlers(usage))
    console.print(_ratios(usage, messages))
    for title, bill, unit in bills(usage, counts, messages):
        console.print(_bill(title, bill, unit))
    console.print("[dim]" + "\n".join(f"· {text}" for text in ASSUMPTIONS) + "[/dim]")
    unchecked = sorted(price.unit for price in PRICES.values() if price.checked == MEMORY and price.usd)
    console.print(
        f"[dim]· prices from memory, not checked: {', '.join(unchecked)}; all lines: cli/recorder/prices.py[/dim]"
    )


def bills(usage: Usage, counts: Counts, messages: int) -> Iterable[tuple[str, Bill, str]]:
    enrolled = sum(counts.enrolments.values())
    sent = usage.count(service="sesv2", operation="SendEmail")
    yield "1,000,000 events, taken in and matched", events_bill(usage).per(1_000_000, messages), "events"
    if enrolled:
        yield "1,000 enrolments: timers, waits, wake-ups", journeys_bill(usage).per(1_000, enrolled), "enrolments"
    if sent:
        yield "1,000 messages", messages_bill(usage).per(1_000, sent), "messages"


def _handlers(usage: Usage) -> Table:
    table = _table("AWS requests by handler", "", "invocations", "requests", "for one", "write units", "read units")
    for actor in usage.actors:
        part = usage.of(actor)
        if actor == "operator" or not part.requests:
            continue
        invoked, requests = part.invocations.total(), part.requests.total()
        table.add_row(
            actor,
            f"{invoked:,}" if invoked else "",
            f"{requests:,}",
            f"{requests / invoked:.2f}" if invoked else "",
            f"{part.write_units:,}",
            f"{part.read_units:,.1f}",
        )
    polls = usage.polls.total()
    table.add_row("the queues' pollers", "", f"{2 * polls:,}", "", "", "")
    table.caption = (
        f"The state machine “journey” made {usage.transitions:,} transitions, the calendar rang {usage.rings:,} times."
    )
    table.caption_justify = "left"
    return table


def _ratios(usage: Usage, messages: int) -> Table:
    table = _table("AWS requests for one …", "", "how many", "requests", "of these the pollers'")
    for name, number, requests, polls in ratios(usage, messages):
        if number:
            table.add_row(name, f"{number:,}", f"{(requests + polls) / number:.2f}", f"{polls / number:.2f}")
    return table


def ratios(usage: Usage, messages: int) -> Iterable[tuple[str, int, int, int]]:
    """(what, how many, requests of functions and the state machine, requests of the queues' pollers)."""
    wakes = usage.count_items(actor="dispatch", resource="wake")
    rings = usage.count_items(actor="keep_calendar", resource="due")
    looks = usage.count_items(actor="dispatch", resource="email")
    journey = usage.of("advance_enrolment", JOURNEY)
    polls = {queue: 2 * number for queue, number in usage.polls.items()}
    yield "event", messages, usage.of(*EVENTS).requests.total(), 0
    ringing = usage.of("keep_calendar", "ring_timer").requests.total()
    yield "timer: schedule, ring, look", rings, ringing, polls.get("due", 0)
    yield "wake-up: word to the enrolment, and its advance", wakes, _wake_requests(usage), polls.get("wake", 0)
    advances = usage.invocations["advance_enrolment"]
    yield "advance within an execution, parking included", advances, journey.requests.total(), 0
    delivery = usage.of(*MESSAGES).requests.total() + usage.count(actor="dispatch", resource="email")
    yield "message, also one left unsent: look, claim, SES, record", looks, delivery, polls.get("email", 0)


def _wake_requests(usage: Usage) -> int:
    return usage.count(actor="dispatch", resource="wake") + usage.count(actor="wake_enrolment")


def _bill(title: str, bill: Bill, unit: str) -> Table:
    table = _table(f"List price of {title}", "", f"for these {unit}", "USD each", "USD")
    for line in sorted(bill.lines, key=lambda line: -line.usd):
        price = PRICES[line.price]
        table.add_row(price.unit, f"{line.quantity:,.1f}", f"{price.usd:.10f}".rstrip("0").rstrip("."), _usd(line.usd))
    table.add_section()
    fee = bill.without("mail")
    if fee.usd != bill.usd:
        share = 100 * fee.usd / (bill.usd - fee.usd)
        table.add_row("without the provider's fee", "", f"{share:.1f} % of it", _usd(fee.usd))
    table.add_row("all", "", "", _usd(bill.usd))
    return table


def _usd(amount: Decimal) -> str:
    return f"{amount:.4f}" if amount < 1 else f"{amount:.2f}"


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="dim", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for number, column in enumerate(columns):
        text = number == 0 or column in ("step", "journey")
        table.add_column(column, justify="left" if text else "right", no_wrap=text)
    table.show_header = any(columns)
    return table


def print_differences(console: Console, found: list[str]) -> None:
    message: RenderableType = (
        "[green]The same two weeks in memory give the same counts, and the same mails at the same minutes.[/green]"
        if not found
        else "[red]The same two weeks in memory give other counts:[/red]\n" + "\n".join(found)
    )
    console.print(message)
