"""moto has no indexes: each query of one reads the whole table. Here the rows are kept by what an index is asked for.

A write only notes its key; the next query looks at what stands there by then, also where the write was undone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

Place = tuple[Any, Any]  # partition and sort key, as moto has them


class Sorted:
    """The rows of one table, by each attribute that is the partition key of an index."""

    def __init__(self, table: Any) -> None:
        self._table = table
        schemas = (index.schema for index in table.all_indexes())
        self._names = {key["AttributeName"] for schema in schemas for key in schema if key["KeyType"] == "HASH"}
        self._rows: dict[tuple[str, str], dict[Place, Any]] = defaultdict(dict)
        self._known: dict[Place, list[tuple[str, str]]] = {}
        self._written: set[Place] = {(p, s) for p, rows in table.items.items() for s in rows}

    def note(self, place: Place) -> None:
        if self._names:
            self._written.add(place)

    def rows(self, name: str, value: str) -> dict[Any, dict[Any, Any]]:
        """Partition -> sort key -> item, as moto keeps a table."""
        self._catch_up()
        found: dict[Any, dict[Any, Any]] = defaultdict(dict)
        for (partition, sort), item in self._rows.get((name, value), {}).items():
            found[partition][sort] = item
        return found

    def values(self, name: str) -> set[str]:
        """All that some row has there."""
        self._catch_up()
        return {value for (attribute, value), rows in self._rows.items() if attribute == name and rows}

    def earliest(self, name: str, sort: str) -> str:
        """The least that a row with `name` has there; "" if none has anything."""
        self._catch_up()
        items = (item for (attribute, _), rows in self._rows.items() if attribute == name for item in rows.values())
        return min((str(item.attrs[sort].value) for item in items if sort in item.attrs), default="")

    def _catch_up(self) -> None:
        for place in self._written:
            self._sort(place)
        self._written.clear()

    def _sort(self, place: Place) -> None:
        for key in self._known.pop(place, ()):
            del self._rows[key][place]
        item = self._table.items.get(place[0], {}).get(place[1])
        if item is not None:
            keys = [(name, str(item.attrs[name].value)) for name in self._names if name in item.attrs]
            for key in keys:
                self._rows[key][place] = item
            if keys:
                self._known[place] = keys


def sorted_rows(table: Any) -> Sorted:
    """Of a table that has sort keys. Kept with the table, and gone with it."""
    found: Sorted | None = vars(table).get("anlass_sorted")
    if found is None:
        found = table.anlass_sorted = Sorted(table)
    return found
