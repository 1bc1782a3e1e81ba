"""Choices that look random and never change: a hash decides, so the demo prints the same numbers everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


def percent(*what: object) -> int:
    """0 to 99, evenly, always the same for the same arguments."""
    return number(*what) % 100


def choose(options: Sequence[_T], *what: object) -> _T:
    return options[number(*what) % len(options)]


def token(*what: object) -> str:
    """A short id."""
    return _digest(*what).hexdigest()[:16]


def number(*what: object) -> int:
    return int.from_bytes(_digest(*what).digest()[:8])


def _digest(*what: object) -> hashlib._Hash:
    return hashlib.sha256("\n".join(map(str, what)).encode())
