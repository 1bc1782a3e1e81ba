"""How names are spelt: what is the same in another spelling, and what a misspelt one most likely stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def trait_name(name: str) -> str:
    """The one spelling of a trait: `firstName`, `FirstName` and `first_name` are `first_name`.

    A name that is no identifier ("Schuhgröße EU") stays as it is. Applying it twice changes nothing.
    """
    return _HUMP.sub("_", name).lower() if _IDENTIFIER.fullmatch(name) else name


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that this one most likely stands for, however it is written ("order_complete"), if any."""
    by_folded = {_folded(each): each for each in known}
    close = get_close_matches(_folded(name), by_folded, n=1, cutoff=0.8)
    return by_folded[close[0]] if close else None


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[_\-\s]+", " ", _HUMP.sub(" ", name)).casefold().split())
