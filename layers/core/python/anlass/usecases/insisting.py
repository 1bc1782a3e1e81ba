"""Where others change the same rows at once: looked at again, some times, and then whoever asked comes again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anlass.domain.errors import Conflict, Transient

TRIES = 5
_T = TypeVar("_T")


def insist(attempt: Callable[[], _T], what: str, meanwhile: str, tries: int = TRIES) -> _T:
    """`attempt` reads, decides and commits afresh each time. Raises Transient, which says that `what` changed while
    `meanwhile`.
    """
    for _ in range(tries):
        try:
            return attempt()
        except Conflict:
            continue
    raise Transient(f"{what} changed {tries} times while {meanwhile}")
