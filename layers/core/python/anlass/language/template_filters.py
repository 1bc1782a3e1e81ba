"""The filters of templates: money, dates and a few words. Each takes one plain value and gives a bounded one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError, dates, numbers
from jinja2 import Undefined, pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context
from markupsafe import Markup

MAX_STRING = 20_000  # characters that a template may build by itself
_WIDTHS = ("short", "medium", "long", "full")


class TooMuch(TemplateRuntimeError):
    """The rendering outgrew a bound."""


def printable(value: object) -> object:
    """What `{{ value }}` prints: nothing for null, a list of words with commas. An object is a mistake."""
    match value:
        case Undefined() | str() | int() | float() | datetime() | date():
            return value
        case None:
            return ""
        case Decimal():
            return format(value, "f")
        case list() | tuple() | set() | frozenset():
            return joined((plain(item) for item in value), ", ")
    raise TemplateRuntimeError("an object is printed as a whole; print one of its fields")


def plain(value: object) -> object:
    """A value that is no list and no object."""
    if isinstance(value, list | tuple | set | frozenset | Mapping):
        raise TemplateRuntimeError("a list or an object stands where one value is expected")
    return printable(value)


def text(value: object) -> str:
    return str(printable(value))


def joined(values: Iterable[object], glue: str) -> str:
    """The texts with glue between them, refused before it is built when longer than MAX_STRING characters."""
    pieces, length = [], 0
    for value in values:
        piece = text(value)
        length += len(piece) + len(glue)
        if length > MAX_STRING:
            raise TooMuch(f"a text of more than {MAX_STRING} characters is built")
        pieces.append(piece)
    return glue.join(pieces)


def _is_missing(value: object) -> bool:
    """Null or an absent field. A name that is not there at all raises here."""
    return value is None or (isinstance(value, Undefined) and not str(value))


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise TemplateRuntimeError("a number is expected")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise TemplateRuntimeError("a number is expected") from None
    if not number.is_finite() or abs(number) >= 10**15:
        raise TooMuch("a number is too large")
    return number


def _locale(context: Context) -> Locale:
    return babel_locale(str(context.get("locale", "en")))


def babel_locale(name: str) -> Locale:
    """Babel's locale for `de`, `de-AT` or an unknown one, which falls back to its language, then to English."""
    for candidate in (name.replace("-", "_"), name.replace("_", "-").split("-")[0]):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


@pass_context
def money(context: Context, value: object, currency: str = "") -> str:
    """`{{ cart.value | money }}` → `29,90 €`; the currency is the settings' unless one is named."""
    if _is_missing(value) or value == "":
        return ""
    shop = context.get("shop")
    code = text(currency) or (text(shop.get("currency", "EUR")) if isinstance(shop, Mapping) else "EUR")
    return str(numbers.format_currency(_number(value), code, locale=_locale(context)))


@pass_context
def number(context: Context, value: object, digits: int | None = None) -> str:
    """`{{ profile.points | number }}` → `1.250`; `digits` are those behind the comma (0 to 6)."""
    if _is_missing(value):
        return ""
    pattern = None if digits is None else "#,##0" + ("." + "0" * min(int(digits), 6) if digits > 0 else "")
    return str(numbers.format_decimal(_number(value), format=pattern, locale=_locale(context)))


def _moment(value: object) -> datetime | date | None:
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            return None
    return None


def _zone(names: Iterable[object]) -> ZoneInfo:
    for name in names:
        if isinstance(name, str):
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue  # a trait as the shop sent it; the next one knows better
    return ZoneInfo("UTC")


def _local(value: object, zones: Iterable[object]) -> datetime | date | None:
    moment = _moment(value)
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_zone(zones))
    return moment


def _zones(context: Context) -> list[object]:
    owners = (context.get("profile"), context.get("shop"))
    return [owner.get("timezone") for owner in owners if isinstance(owner, Mapping)]


def local_date(value: object, zone: object, locale: str) -> str:
    """The day, written out, at the recipient's; nothing if it is no time."""
    moment = _local(value, [zone])
    return "" if moment is None else dates.format_date(moment, "long", locale=babel_locale(locale))


def _width(width: str) -> str:
    if width not in _WIDTHS:
        raise TemplateRuntimeError(f"a date is written in one of the widths {', '.join(_WIDTHS)}")
    return width


@pass_context
def day(context: Context, value: object, width: str = "long") -> str:
    """`{{ now | date }}` → `24. Dezember 2026`, at the recipient's. `width`: short, medium, long or full."""
    moment = _local(value, _zones(context))
    return "" if moment is None else dates.format_date(moment, _width(width), locale=_locale(context))


@pass_context
def time_of_day(context: Context, value: object) -> str:
    """`{{ now | time }}` → `18:30`, at the recipient's."""
    moment = _local(value, _zones(context))
    return dates.format_time(moment, "short", locale=_locale(context)) if isinstance(moment, datetime) else ""


def default(value: object, instead: object = "") -> object:
    """The value, or `instead` when it is absent, null or an empty text."""
    return instead if value is None or isinstance(value, Undefined) or value == "" else value


def length(value: object) -> int:
    return len(value) if isinstance(value, str | list | tuple | set | frozenset | Mapping) else 0


def first(value: object) -> object:
    return next(iter(value), None) if isinstance(value, list | tuple) else value


def last(value: object) -> object:
    return (value[-1] if value else None) if isinstance(value, list | tuple) else value


def join(values: object, glue: str = ", ", attribute: str | None = None) -> str:
    """`{{ cart.items | join(", ", attribute="name") }}`"""
    if not isinstance(values, list | tuple | set | frozenset):
        return text(values)
    items = [item.get(attribute) if isinstance(item, Mapping) else None for item in values] if attribute else values
    return joined(items, text(glue))


def replace(value: object, old: str, new: str) -> str:
    source, old, new = text(value), text(old), text(new)
    if not old:
        return source
    if len(source) + source.count(old) * (len(new) - len(old)) > MAX_STRING:
        raise TooMuch(f"a text of more than {MAX_STRING} characters is built")
    return source.replace(old, new)


def truncate(value: object, length: int = 60) -> str:
    """At most `length` characters, cut between words and ended with an ellipsis."""
    source = text(value)
    if len(source) <= length:
        return source
    head = source[: max(int(length) - 1, 0)]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;.:-–") + "…"


def rounded(value: object, digits: int = 0) -> object:
    if _is_missing(value):
        return ""
    return _number(value).quantize(Decimal(1).scaleb(-max(0, min(int(digits), 6))), ROUND_HALF_UP)


def urlencode(value: object) -> str:
    return quote(text(value), safe="")


def lines(value: object) -> Markup:
    """The text with its line ends kept in HTML; everything else in it is escaped."""
    return Markup("<br>").join(text(value).splitlines())


def _on_text(change: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: change(text(value))


FILTERS: dict[str, Callable[..., Any]] = {
    "capitalize": _on_text(str.capitalize),
    "date": day,
    "default": default,
    "first": first,
    "join": join,
    "last": last,
    "length": length,
    "lower": _on_text(str.lower),
    "money": money,
    "number": number,
    "replace": replace,
    "round": rounded,
    "time": time_of_day,
    "trim": _on_text(str.strip),
    "truncate": truncate,
    "upper": _on_text(str.upper),
    "urlencode": urlencode,
}
