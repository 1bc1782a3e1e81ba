"""Whether one field can have a value with which several comparisons all come out as needed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from anlass.domain import condition as domain
from anlass.domain.comparing import Operator, as_time, number
from anlass.domain.condition import compile_condition
from anlass.language.checks.kinds import NUMBERS, Kind
from anlass.language.conditions import Compare

Test = tuple[Compare, bool]
_OPPOSITE: dict[Operator, Operator] = {"gt": "lte", "gte": "lt", "lt": "gte", "lte": "gt"}
_ORDERED = ("gt", "gte", "lt", "lte", "before", "after")


def values_fit(tests: Sequence[Test], kind: Kind | None) -> bool:
    """False if no value, and no missing one, can answer all of them so."""
    is_always_there = kind is not None and kind.is_always_there
    asked = [(compare.op, compare.value, is_true) for compare, is_true in tests]
    is_missing = any(op == "exists" and (value is False) is is_true for op, value, is_true in asked)
    is_there = is_always_there or any(
        is_true if op != "exists" else (value is not False) is is_true for op, value, is_true in asked
    )
    if is_missing:
        return not is_there
    if not is_there:
        return True  # a missing value makes every other comparison false
    compared = [(op, value, is_true) for op, value, is_true in asked if op not in ("exists", "within")]
    candidates = list(kind.only) if kind is not None and kind.only else _candidates(compared)
    if candidates is not None:
        return any(all(_holds(op, value, each) is is_true for op, value, is_true in compared) for each in candidates)
    return _ranges_fit(compared, kind) and _beginnings_fit(compared)


def _candidates(asked: Iterable[tuple[Operator, Any, bool]]) -> list[Any] | None:
    """The only values that are possible, in each way in which a shop may send them; None if there are no bounds."""
    for op, value, is_true in asked:
        if (op, is_true) in (("eq", True), ("ne", False)):
            return list(_spellings(value))
        if (op, is_true) in (("in", True), ("not_in", False)):
            return [spelt for each in value for spelt in _spellings(each)]
    return None


def _spellings(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, bool):
        return
    as_number = number(value)
    if as_number is None:
        return
    yield as_number
    yield str(value)
    yield f"{as_number.normalize():f}"


@dataclass
class _Range:
    """Between two bounds; `open_`: a bound itself is not meant."""

    low: Any = None
    low_open: bool = False
    high: Any = None
    high_open: bool = False

    def add(self, op: Operator, value: Any) -> None:
        is_open = op in ("gt", "lt", "before", "after")
        if op in ("gt", "gte", "after"):
            if self.low is None or value > self.low or (value == self.low and is_open):
                self.low, self.low_open = value, is_open
        elif self.high is None or value < self.high or (value == self.high and is_open):
            self.high, self.high_open = value, is_open

    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high) or (self.low == self.high and (self.low_open or self.high_open))


def _ranges_fit(asked: Sequence[tuple[Operator, Any, bool]], kind: Kind | None) -> bool:
    numbers: list[tuple[Operator, Decimal, bool]] = []
    times: list[tuple[Operator, datetime, bool]] = []
    for op, value, is_true in asked:
        if op not in _ORDERED:
            continue
        as_number = number(value) if op not in ("before", "after") else None
        moment = as_time(value)
        if as_number is not None:
            numbers.append((op, as_number, is_true))
        elif moment is not None:
            times.append((op, moment, is_true))
    is_number = any(is_true for *_, is_true in numbers) or (kind is not None and _is_surely_a_number(kind))
    is_time = any(is_true for *_, is_true in times)
    if is_number and is_time:
        return False
    is_whole = kind is not None and kind.type == "integer" and kind.is_sure
    if kind is not None and kind.is_always_there and kind.type in NUMBERS:
        numbers.append(("gte", Decimal(0), True))  # counts and sums
    return not (is_number and _range(numbers, is_whole=is_whole).is_empty()) and not (
        is_time and _range(times).is_empty()
    )


def _is_surely_a_number(kind: Kind) -> bool:
    return kind.is_sure and kind.type in NUMBERS and not kind.rest


def _range(asked: Iterable[tuple[Operator, Any, bool]], *, is_whole: bool = False) -> _Range:
    """What remains. A value that has an order and is not above a bound is at it or below."""
    found = _Range()
    for op, bound, is_true in asked:
        if is_true:
            found.add(*(_whole(op, bound) if is_whole else (op, bound)))
        elif op in _OPPOSITE:
            opposite = _OPPOSITE[op]
            found.add(*(_whole(opposite, bound) if is_whole else (opposite, bound)))
        else:
            found.add("lte" if op == "after" else "gte", bound)
    return found


def _whole(op: Operator, bound: Decimal) -> tuple[Operator, Decimal]:
    match op:
        case "gt":
            return "gte", Decimal(math.floor(bound) + 1)
        case "lt":
            return "lte", Decimal(math.ceil(bound) - 1)
        case "gte":
            return op, Decimal(math.ceil(bound))
        case _:
            return op, Decimal(math.floor(bound))


def _beginnings_fit(asked: Iterable[tuple[Operator, Any, bool]]) -> bool:
    """Two beginnings of one text: the shorter is how the longer begins."""
    wanted = sorted((value for op, value, is_true in asked if op == "starts_with" and is_true), key=len)
    unwanted = [value for op, value, is_true in asked if op == "starts_with" and not is_true]
    if any(not longer.startswith(shorter) for shorter, longer in pairwise(wanted)):
        return False
    return not any(longest.startswith(each) for longest in wanted[-1:] for each in unwanted)


def _holds(op: Operator, value: Any, left: Any) -> bool:
    return _test(op, json.dumps(value))({"event": {"value": left}})


@lru_cache(maxsize=1000)
def _test(op: Operator, value: str) -> domain.Test:
    """As the compiled condition compares. `value` as JSON: as a key of the cache 1 and true would be the same."""
    return compile_condition(domain.Compare("event.value", op, json.loads(value))).test
