"""Which phone number somebody means: the shop writes it as it likes, a message goes to one form of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from anlass.language.phone_number import PhoneError, check_phone
from anlass.ports import Definitions
from anlass.usecases.catalog import load_settings


@dataclass(frozen=True, slots=True)
class Numbers:
    """`countries`: where the shop sends SMS to. Where it sends none, nobody is known by a number."""

    countries: Sequence[str] = ()

    def of(self, traits: Mapping[str, Any]) -> str | None:
        """E.164; None: there is none, none that messages go to, or one that may be of several countries."""
        phone = traits.get("phone")
        return _number(phone.strip(), tuple(self.countries)) if isinstance(phone, str) and self.countries else None


@lru_cache(4096)
def _number(phone: str, countries: tuple[str, ...]) -> str | None:
    if len(countries) > 1 and not phone.startswith(("+", "00")):
        return None
    try:
        return check_phone(phone, countries, "")
    except PhoneError:
        return None


def load_numbers(definitions: Definitions) -> Numbers:
    settings = load_settings(definitions)
    return Numbers(settings.sms.countries if settings is not None and settings.sms is not None else ())
