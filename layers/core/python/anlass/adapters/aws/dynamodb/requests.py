"""Requests for more than one answer holds: batches until nothing of them is left, and queries to their last page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Literal, NamedTuple

from anlass.adapters.aws.dynamodb.keys import Item
from anlass.adapters.aws.faults import transient_faults
from anlass.adapters.aws.patience import Patience
from anlass.domain.errors import Transient

READ_AT_ONCE, WRITE_AT_ONCE = 100, 25


class Of(NamedTuple):
    """What is asked of a table, or what it said: a key, a row, or a write."""

    table: str  # its physical name
    item: dict[str, Any]


def batch_get(client: Any, keys: Iterable[Of], patience: Patience, *, consistent: bool = True) -> Iterator[Of]:
    """The rows that are there. Raises Transient if some were left unread again and again."""
    rest = iter(keys)
    while batch := list(islice(rest, READ_AT_ONCE)):
        yield from _read(client, batch, patience, consistent)


def _read(client: Any, keys: list[Of], patience: Patience, consistent: bool) -> Iterator[Of]:
    wanted: dict[str, Any] = {key.table: {"Keys": [], "ConsistentRead": consistent} for key in keys}
    for table, key in keys:
        wanted[table]["Keys"].append(key)
    for _ in patience.attempts():
        with transient_faults("reading rows"):
            answer = client.batch_get_item(RequestItems=wanted)
        for table, items in answer["Responses"].items():
            yield from (Of(table, item) for item in items)
        wanted = answer.get("UnprocessedKeys") or {}
        if not wanted:
            return
    raise Transient(f"reading {len(keys)} rows: some were left unread again and again; try again")


def batch_write(client: Any, writes: Iterable[Of], patience: Patience, doing: str) -> None:
    """`doing`: "storing events", for what is raised, Transient if some were left again and again."""
    rest = iter(writes)
    while batch := list(islice(rest, WRITE_AT_ONCE)):
        _write(client, batch, patience, doing)


def _write(client: Any, writes: list[Of], patience: Patience, doing: str) -> None:
    left: dict[str, list[dict[str, Any]]] = {}
    for table, write in writes:
        left.setdefault(table, []).append(write)
    for _ in patience.attempts():
        with transient_faults(doing):
            left = client.batch_write_item(RequestItems=left).get("UnprocessedItems") or {}
        if not left:
            return
    verb, _, what = doing.partition(" ")
    raise Transient(f"{verb} {len(writes)} {what}: {sum(map(len, left.values()))} were left; try again")


def pages(client: Any, operation: Literal["query", "scan"], doing: str, **request: Any) -> Iterator[Item]:
    """The items of all pages; the next one is asked for when it is needed."""
    found = iter(client.get_paginator(operation).paginate(**request))
    while True:
        with transient_faults(doing):
            page = next(found, None)
        if page is None:
            return
        yield from page["Items"]
