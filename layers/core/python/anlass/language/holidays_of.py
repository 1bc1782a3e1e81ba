"""Public holidays where somebody lives. The library behind it is loaded by the first message that asks.

Loading it takes 0.45 s and 45 MB (it reads the modules of all countries at once); a day looked up again takes a
microsecond. Only channels with quiet hours ever ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from anlass.domain.quiet_hours import Holiday, no_holidays

KEPT = 500  # years of states


def holidays_of(country: str | None, region: str | None) -> Holiday:
    """`region` as ISO 3166-2. Where it is unknown, a holiday of any part of the country is one: nobody is disturbed."""
    if country is None:
        return no_holidays
    part = (region or "").partition("-")
    subdivision = part[2] if part[0] == country else ""
    return lambda day: _year(country, subdivision, day.year).get(day)


@lru_cache(KEPT)
def _year(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The holidays of a year and their names; none of a country that the library does not know."""
    from holidays import country_holidays

    try:
        general = country_holidays(country, years=year)
    except NotImplementedError:
        return {}
    own = (subdivision,) if subdivision in general.subdivisions else general.subdivisions
    # 15 August is one where most people of a Bavarian town are Catholics: who knows of nobody's town takes it as one.
    kinds = {"public", "catholic"} & {*general.supported_categories}
    named = general.default_language  # else it would follow the machine's
    parts = [
        country_holidays(country, subdiv=each, years=year, language=named, categories=kinds) for each in (*own, None)
    ]
    return {day: name for part in parts for day, name in part.items()}
