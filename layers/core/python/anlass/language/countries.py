"""Countries as codes, from the names that shops' address forms hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

_LANGUAGES = ("de", "en", "fr", "it")  # of the region's own address forms


def country_of(said: str | None) -> str | None:
    """ "DE", from a code or from a name in one of four languages; None if nobody knows what is meant."""
    if said is None or len(said.strip()) <= 2:
        return said.strip().upper() or None if said else None
    return _names().get(said.strip().casefold())


@cache
def _names() -> Mapping[str, str]:
    """Reading them takes a few milliseconds; a code, as most shops send it, asks for none."""
    from babel import Locale

    listed = (Locale(language).territories.items() for language in _LANGUAGES)
    return {name.casefold(): code for names in listed for code, name in names if len(code) == 2}
