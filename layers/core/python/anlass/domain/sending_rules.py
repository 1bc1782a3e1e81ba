"""What settings say about when marketing may leave: caps, quiet hours, and what is different in a country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from anlass.domain.quiet_hours import Holiday, QuietHours, no_holidays

ALL_CHANNELS = "all"  # beside the channels in caps: a person's messages through all of them together
# § 7 (3) UWG. Austria (§ 174 (4) TKG: only who is not in the list of § 7 ECG, which nobody here reads) and Switzerland
# (Art. 3 (1) o UWG) know the exception too; the stricter reading is that a shop must ask for it in its settings.
EXISTING_CUSTOMERS = frozenset({"DE"})


@dataclass(frozen=True, slots=True)
class CountryRules:
    """What is different for people in a country. None: as everywhere."""

    existing_customers: bool | None = None  # whether a sale is ground enough for advertising, under the four facts
    quiet_hours: Mapping[str, QuietHours] = field(default_factory=dict)  # by channel, instead of the general ones


@dataclass(frozen=True, slots=True)
class SendingRules:
    caps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # channel or "all" -> window -> most
    quiet_hours: Mapping[str, QuietHours] = field(default_factory=dict)  # by channel
    countries: Mapping[str, CountryRules] = field(default_factory=dict)  # by code

    def hours(self, channel: str, country: str | None) -> QuietHours | None:
        """The quiet hours of a channel in a country."""
        own = self.countries.get(country or "", CountryRules()).quiet_hours
        return own.get(channel) or self.quiet_hours.get(channel)

    def sells_to_customers(self, country: str | None) -> bool:
        """Whether § 7 (3) UWG, or what is like it there, is ground enough in this country."""
        own = self.countries.get(country or "", CountryRules()).existing_customers
        return country in EXISTING_CUSTOMERS if own is None else own


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the recipient is, as far as anybody knows."""

    zone: tzinfo = UTC
    country: str | None = None
    region: str | None = None  # ISO 3166-2
    holiday: Holiday = no_holidays
