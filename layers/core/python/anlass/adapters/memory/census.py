"""Everybody, part by part, in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from anlass.adapters.memory.store import MemoryStore
from anlass.domain.changes import SaveDate
from anlass.domain.enrolment import Enrolment
from anlass.domain.profile import Attributes
from anlass.domain.send import Send
from anlass.keys import EnrolmentKey, SendKey
from anlass.ports import PARTS, Page

FOUND = 100
_T = TypeVar("_T")


class MemoryCensus:
    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def people(self, part: int, after: str | None) -> Page[str]:
        known = (row.id for row in self._store.rows() if isinstance(row, Attributes))
        return _page(((id_, id_) for id_ in known), part, after)

    def with_date(self, field: str, day: date, part: int, after: str | None) -> Page[str]:
        wanted = (field, day.month, day.day)
        dates = (row for row in self._store.rows() if isinstance(row, SaveDate))
        found = (row.profile for row in dates if (row.field, row.day.month, row.day.day) == wanted)
        return _page(((id_, id_) for id_ in found), part, after)

    def held(self, journey: str, part: int, after: str | None) -> Page[EnrolmentKey | SendKey]:
        keys: list[tuple[str, EnrolmentKey | SendKey]] = []
        for row in self._store.rows():
            if isinstance(row, Enrolment) and row.journey == journey and row.held_at is not None:
                keys.append((row.id, EnrolmentKey(row.id)))
            elif isinstance(row, Send) and row.journey == journey and row.is_held and row.is_open:
                keys.append((row.enrolment, SendKey(row.enrolment, row.row)))
        return _page(keys, part, after)


def _page(rows: Iterable[tuple[str, _T]], part: int, after: str | None) -> Page[_T]:
    """In a fixed order: what was found may be gone when the next page is read."""
    keyed = {f"{id_} {row!r}": row for id_, row in rows if zlib.crc32(id_.encode()) % PARTS == part}
    names = [name for name in sorted(keyed) if after is None or name > after]
    found = names[:FOUND]
    return Page(tuple(keyed[name] for name in found), found[-1] if len(names) > FOUND else None)
