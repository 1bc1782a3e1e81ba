"""The tables' keys and the attributes that expressions, streams, indexes and the state machine look at.

Everything else of a row is in `body`. Expressions name attributes by placeholders only: `owner`, `open`, `request`,
`row`, `status` and more are reserved words.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from anlass.adapters.rows import Place
from anlass.domain.instants import iso
from anlass.ports import PARTS, TableName

Item = dict[str, dict[str, Any]]  # DynamoDB's JSON, as the low-level client takes and gives it
Tables = Mapping[TableName, str]  # physical names

KEYS: Mapping[TableName, tuple[str, str]] = {
    "events": ("identity", "moment"),
    "profiles": ("profile", "row"),
    "journeys": ("id", "row"),
    "definitions": ("content", "version"),
}

SWEEP_INDEX = "sweep"
DAYS_INDEX = "days"
HELD_INDEX = "held"
PERSON_INDEX = "person"
SWEEP_SHARDS = 10  # a partition of an index takes 1,000 writes a second


def key_of(place: Place) -> Item:
    partition, sort = KEYS[place.table]
    return {partition: {"S": place.partition}, sort: {"S": place.sort}}


def sweep_shard(id_: str) -> str:
    return str(zlib.crc32(id_.encode()) % SWEEP_SHARDS)


def part_of(id_: str) -> int:
    """Which part of a selection finds it: an index's partition takes 1,000 writes a second."""
    return zlib.crc32(id_.encode()) % PARTS


def day_key(field: str, day: date, part: int) -> str:
    """Where the index of days keeps the people with this date, of whatever year."""
    return f"{field.removeprefix('profile.')}#{day:%m-%d}#{part}"


def held_key(journey: str, part: int) -> str:
    """Where the index of held rows keeps what waits for this journey to go on."""
    return f"{journey}#{part}"


def stamp(moment: datetime) -> str:
    """UTC, always to the microsecond: the order of such texts is the order of times."""
    return iso(moment, "microseconds")


def from_stamp(text: str) -> datetime:
    return datetime.fromisoformat(text)
