"""Tells the records of a batch that nobody can apply from the others, which they must not hold up (decision 33)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from anlass.domain.applying import Record
from anlass.domain.errors import BrokenDefinition

# What a record itself may cause, or the row of its person. Services fail otherwise, and are asked again.
OF_THE_RECORD: Final = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    BrokenDefinition,
)
Aside = tuple[Record, Exception]


def told_apart(
    records: Sequence[Record], apply: Callable[[Sequence[Record]], list[Record]]
) -> tuple[list[Record], list[Aside]]:
    """(what must come again, what nobody can apply and why). `apply`: answers what must come again, and skips what it
    has applied before; where it raises, the batch is halved.
    """
    try:
        return apply(records), []
    except OF_THE_RECORD as fault:
        if len(records) == 1:
            return [], [(records[0], fault)]
    middle = len(records) // 2
    failed, aside = told_apart(records[:middle], apply)
    if failed:  # of the same people nothing later may be applied before it
        return [*failed, *records[middle:]], aside
    later, more = told_apart(records[middle:], apply)
    return later, [*aside, *more]
