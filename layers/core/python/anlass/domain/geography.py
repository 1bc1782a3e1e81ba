"""Countries and regions as codes, from what shops write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_REGION = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9]{1,3}")
_PART = re.compile(r"[A-Za-z0-9]{1,3}")
LONGEST = 40


def country_in(address: Any) -> str | None:
    """The country of an address or of anything else with `country`, `country_code`: "DE"; a name stays as it is."""
    return country_code(_first(address, "country", "country_code"))


def region_in(address: Any, country: str | None) -> str | None:
    """Its region as ISO 3166-2, "DE-BY"; a bare "BY" is one of `country`, a name stays as it is."""
    return region_code(_first(address, "region", "state", "region_code", "state_code", "province_code"), country)


def country_code(value: Any) -> str | None:
    text = _text(value)
    return text.upper() if text and _COUNTRY.fullmatch(text) else text


def region_code(value: Any, country: str | None) -> str | None:
    text = _text(value)
    if text and _REGION.fullmatch(text):
        return text.upper()
    if text and country and _COUNTRY.fullmatch(country) and _PART.fullmatch(text):
        return f"{country}-{text}".upper()
    return text


def _first(address: Any, *names: str) -> Any:
    if not isinstance(address, Mapping):
        return None
    return next((address[name] for name in names if _text(address.get(name))), None)


def _text(value: Any) -> str | None:
    """Numbers too: Vienna is 9."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip()[:LONGEST] or None
