"""DynamoDB's request units, computed as AWS bills them: from the sizes of items.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

KB = 1024
Item = Mapping[str, Any]  # wire form: {"name": {"S": "text"}}


def item_size(item: Item) -> int:
    """Bytes, names included."""
    return sum(_text(name) + _value(value) for name, value in item.items())


def write_units(size: int, *, transactional: bool = False) -> int:
    """Of one item; `size` is that of the larger one, before or after. A refused write costs the same."""
    return max(1, math.ceil(size / KB)) * (2 if transactional else 1)


def read_units(size: int, *, consistent: bool, transactional: bool = False) -> float:
    """Of one item, or of all that a query passed over together. What is not there costs the minimum."""
    units = max(1, math.ceil(size / (4 * KB)))
    return units * (2 if transactional else 1 if consistent else 0.5)


def _value(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return _text(content)
        case "N":
            return _number(content)
        case "B":
            return len(content)
        case "SS":
            return sum(map(_text, content))
        case "NS":
            return sum(map(_number, content))
        case "BS":
            return sum(map(len, content))
        case "L":
            return 3 + sum(1 + _value(member) for member in content)
        case "M":
            return 3 + sum(1 + _text(name) + _value(member) for name, member in content.items())
        case _:  # BOOL, NULL
            return 1


def _text(text: str) -> int:
    return len(text.encode())


def _number(digits: str) -> int:
    """About one byte for two significant digits, one more, and one for a sign: AWS says "approximately"."""
    significant = digits.lstrip("-").partition("e")[0].partition("E")[0].replace(".", "").strip("0")
    return min(21, math.ceil(len(significant) / 2) + 1 + digits.startswith("-"))
