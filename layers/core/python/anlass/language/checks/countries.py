"""Countries and regions by the names that people have for them. Codes are of ISO 3166."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

from babel import Locale
from babel.core import get_global

_LANGUAGES = ("de", "en", "fr", "it", "nl", "es", "pl")
_NONE = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})  # have names and are no countries
_ALSO = {
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "great britain": "GB",
    "großbritannien": "GB",
    "usa": "US",
    "united states of america": "US",
    "amerika": "US",
    "holland": "NL",
    "turkey": "TR",
    "czech republic": "CZ",
    "tschechische republik": "CZ",
    "oesterreich": "AT",
}
_REGIONS: Mapping[str, Mapping[str, str]] = {
    "DE": {
        "BW": "Baden-Württemberg, BaWü",
        "BY": "Bayern, Bavaria",
        "BE": "Berlin",
        "BB": "Brandenburg",
        "HB": "Bremen",
        "HH": "Hamburg",
        "HE": "Hessen, Hesse",
        "MV": "Mecklenburg-Vorpommern",
        "NI": "Niedersachsen, Lower Saxony",
        "NW": "Nordrhein-Westfalen, North Rhine-Westphalia, NRW",
        "RP": "Rheinland-Pfalz, Rhineland-Palatinate",
        "SL": "Saarland",
        "SN": "Sachsen, Saxony",
        "ST": "Sachsen-Anhalt, Saxony-Anhalt",
        "SH": "Schleswig-Holstein",
        "TH": "Thüringen, Thuringia",
    },
    "AT": {
        "1": "Burgenland",
        "2": "Kärnten, Carinthia",
        "3": "Niederösterreich, Lower Austria",
        "4": "Oberösterreich, Upper Austria",
        "5": "Salzburg",
        "6": "Steiermark, Styria",
        "7": "Tirol, Tyrol",
        "8": "Vorarlberg",
        "9": "Wien, Vienna",
    },
    "CH": {
        "AG": "Aargau",
        "AI": "Appenzell Innerrhoden",
        "AR": "Appenzell Ausserrhoden",
        "BE": "Bern, Berne",
        "BL": "Basel-Landschaft, Baselland",
        "BS": "Basel-Stadt",
        "FR": "Freiburg, Fribourg",
        "GE": "Genf, Genève, Geneva",
        "GL": "Glarus",
        "GR": "Graubünden, Grisons",
        "JU": "Jura",
        "LU": "Luzern, Lucerne",
        "NE": "Neuenburg, Neuchâtel",
        "NW": "Nidwalden",
        "OW": "Obwalden",
        "SG": "St. Gallen, Sankt Gallen",
        "SH": "Schaffhausen",
        "SO": "Solothurn",
        "SZ": "Schwyz",
        "TG": "Thurgau",
        "TI": "Tessin, Ticino",
        "UR": "Uri",
        "VD": "Waadt, Vaud",
        "VS": "Wallis, Valais",
        "ZG": "Zug",
        "ZH": "Zürich, Zurich",
    },
}


def is_country(code: str) -> bool:
    return code in _countries().values()


def is_region(code: str) -> bool:
    """False only where all regions of the country are known."""
    country, _, part = code.partition("-")
    return is_country(country) and part in _REGIONS.get(country, {part: ""})


def country_named(words: str) -> str | None:
    """The code of a country that is written out, nearly, or with another code: "Germany", "UK", "DEU"."""
    by_code = get_global("territory_aliases").get(words.upper())
    if by_code is not None and len(by_code) == 1:
        return str(by_code[0])
    return _nearest(words, _countries())


def region_named(words: str) -> str | None:
    """The code of a region of Germany, Austria or Switzerland: "Bayern"."""
    return _nearest(words, _regions())


def _nearest(words: str, codes: Mapping[str, str]) -> str | None:
    close = get_close_matches(words.casefold(), codes, n=1, cutoff=0.85)
    return codes[close[0]] if close else None


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    names = (
        (name.casefold(), code)
        for language in _LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NONE
    )
    return {**dict(names), **_ALSO}


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, str]:
    return {
        name.casefold(): f"{country}-{part}"
        for country, parts in _REGIONS.items()
        for part, names in parts.items()
        for name in names.split(", ")
    }
