"""Days of the year that have a name: those that move, and those that people know better by it than by their date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

SUNDAY, MONDAY, THURSDAY = 6, 0, 3


def easter(year: int) -> date:
    """Easter Sunday of the western churches; the algorithm of Meeus, Jones and Butcher."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leaps, uncounted = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    full_moon = (19 * golden + century - leaps - moon + 15) % 30
    weekday = (32 + 2 * uncounted + 2 * (rest // 4) - full_moon - rest % 4) % 7
    correction = (golden + 11 * full_moon + 22 * weekday) // 451
    month, day = divmod(full_moon + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _nth(number: int, weekday: int, month: int, later: int = 0) -> Callable[[int], date]:
    """The n-th such weekday of a month, and some days later."""

    def of(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1) + later)

    return of


def _advent(number: int) -> Callable[[int], date]:
    """The Sundays before Christmas; the fourth may be Christmas Eve itself."""

    def of(year: int) -> date:
        fourth = date(year, 12, 24)
        return fourth - timedelta(days=(fourth.weekday() - SUNDAY) % 7 + 7 * (4 - number))

    return of


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


# As they are kept in Germany, whose shops this was made for: Father's Day is Ascension Day there.
FEASTS: Mapping[str, Callable[[int], date]] = MappingProxyType(
    {
        "new-year": _fixed(1, 1),
        "valentines-day": _fixed(2, 14),
        "rose-monday": _after_easter(-48),
        "ash-wednesday": _after_easter(-46),
        "womens-day": _fixed(3, 8),
        "good-friday": _after_easter(-2),
        "easter": easter,
        "easter-monday": _after_easter(1),
        "labour-day": _fixed(5, 1),
        "mothers-day": _nth(2, SUNDAY, 5),
        "fathers-day": _after_easter(39),
        "ascension": _after_easter(39),
        "pentecost": _after_easter(49),
        "whit-monday": _after_easter(50),
        "corpus-christi": _after_easter(60),
        "german-unity": _fixed(10, 3),
        "halloween": _fixed(10, 31),
        "singles-day": _fixed(11, 11),
        "black-friday": _nth(4, THURSDAY, 11, later=1),
        "cyber-monday": _nth(4, THURSDAY, 11, later=4),
        "advent-1": _advent(1),
        "advent-2": _advent(2),
        "advent-3": _advent(3),
        "advent-4": _advent(4),
        "st-nicholas": _fixed(12, 6),
        "christmas-eve": _fixed(12, 24),
        "christmas": _fixed(12, 25),
        "new-years-eve": _fixed(12, 31),
    }
)
