"""Takes one person out of the lists that people write by hand: test people, and `in` lists of conditions."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOBODY = "erased"  # stands where a condition named one person alone: an empty list is no condition
_IDS = ("profile.id", "profile.user_id")


@dataclass(frozen=True, slots=True)
class Names:
    """`ids`: as lists name a person; `addresses`: e-mail addresses and phone numbers, in lower case."""

    ids: frozenset[str]
    addresses: frozenset[str]

    def is_address(self, value: Any) -> bool:
        return isinstance(value, str) and value.strip().lower() in self.addresses

    def is_id(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.ids


def names_of(identities: Collection[str], addresses: Collection[tuple[str, str]]) -> Names:
    bare = {identity.partition(":")[2] for identity in identities}
    return Names(frozenset({*identities, *bare}), frozenset(address for _, address in addresses))


def without(document: Any, names: Names) -> Any:
    """The document without the person; the same object where it does not name them."""
    if isinstance(document, Mapping):
        after = {key: _part(key, value, document, names) for key, value in document.items()}
        return document if all(after[key] is value for key, value in document.items()) else after
    if isinstance(document, Sequence) and not isinstance(document, str):
        items = [without(item, names) for item in document]
        return document if all(one is other for one, other in zip(items, document, strict=True)) else items
    return document


def _part(key: str, value: Any, of: Mapping[str, Any], names: Names) -> Any:
    if key == "test_people" and isinstance(value, Sequence) and not isinstance(value, str):
        left = [item for item in value if not names.is_id(item) and not names.is_address(item)]
        return value if len(left) == len(value) else left
    if key == "value" and "op" in of:
        return _compared(value, of.get("field") in _IDS, names)
    return without(value, names)


def _compared(value: Any, with_an_id: bool, names: Names) -> Any:
    def is_named(one: Any) -> bool:
        return names.is_address(one) or (with_an_id and names.is_id(one))

    if isinstance(value, Sequence) and not isinstance(value, str):
        left = [item for item in value if not is_named(item)]
        return value if len(left) == len(value) else left or [NOBODY]
    return NOBODY if is_named(value) else value


def forgotten(text: str, names: Names) -> str | None:
    """The file without the person; None where no list of it names them, or where it is no JSON."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    after = without(document, names)
    return None if after is document else json.dumps(after, ensure_ascii=False, indent=2) + "\n"


def mentions(text: str, names: Names) -> bool:
    """Whether it still holds an address of theirs, in a sentence perhaps, where only a person can take it out."""
    lower = text.lower()
    return any(address in lower for address in names.addresses)
