"""How long somebody stayed on a page: what the shop says, else the time until their next event."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from anlass.domain.acting import is_act
from anlass.domain.counting import amount
from anlass.domain.event import Event
from anlass.domain.identifying import own_event
from anlass.domain.profile import Page, State

DWELLED = "Page Dwelled"
LONGEST = timedelta(minutes=30)  # whoever does nothing for longer has gone
SHORTEST = timedelta(seconds=1)  # what comes at once is the same page, said twice (page and Product Viewed)
OPENS = frozenset({"page", "screen", "Product Viewed"})


def dwell(state: State, event: Event) -> tuple[State, Event | None]:
    """The state with the page that is open now, and what is known now of the page before."""
    if not is_act(event):
        return state, None
    before, opened = state.page, _opened(event)
    if before is not None and opened is not None and abs(event.at - before.at) < SHORTEST:
        product, url = before.product or opened.product, before.url or opened.url
        return replace(state, page=replace(before, product=product, url=url)), None
    told = amount(event.properties.get("time_on_page"))
    if told is not None and (about := opened or before) is not None:
        state = replace(state, page=None)
        return state, _dwelled(state, about, timedelta(seconds=min(float(told), 86_400)), event)
    gap = None if before is None else event.at - before.at
    if opened is not None and (before is None or event.at >= before.at):
        state = replace(state, page=opened)
    elif gap is not None and gap >= timedelta(0):
        state = replace(state, page=None)
    if before is None or gap is None or not SHORTEST <= gap <= LONGEST:
        return state, None
    return state, _dwelled(state, before, gap, event)


def _opened(event: Event) -> Page | None:
    if event.name not in OPENS:
        return None
    product, url = event.properties.get("product_id"), event.properties.get("url")
    known = isinstance(product, str | int) and not isinstance(product, bool)
    short = isinstance(url, str) and len(url) <= 200
    return Page(event.id, event.at, str(product)[:64] if known else None, str(url) if short else None)


def _dwelled(state: State, page: Page, stayed: timedelta, event: Event) -> Event:
    properties = {"product_id": page.product, "url": page.url, "seconds": round(stayed.total_seconds(), 1)}
    said = {name: value for name, value in properties.items() if value is not None}
    return own_event(state.id, DWELLED, (page.event, event.id), event.at, event.received_at, said)
