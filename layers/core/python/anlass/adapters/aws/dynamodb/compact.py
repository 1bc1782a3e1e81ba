"""Dataclasses as JSON with nothing to spare: what has its default is left out, times are whole microseconds.

The forms follow from the annotations: a new field of a row is stored without another line here. What was stored
before a field existed gets its default; what a newer release stored is passed over.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Generic, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PLAIN = frozenset((str, int, bool, float, Any))
_NO_DEFAULT = object()


class Form(NamedTuple):
    """How a value becomes JSON and comes back."""

    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


class Record(Generic[_T]):
    """The form of a dataclass, `kept_elsewhere` (fields with attributes of their own) aside."""

    def __init__(self, kind: type[_T], kept_elsewhere: frozenset[str] = frozenset()) -> None:
        if not is_dataclass(kind):
            raise TypeError(f"{kind} is no dataclass")
        hints = get_type_hints(kind)
        unknown = kept_elsewhere - hints.keys()
        if unknown:
            raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
        self._kind = kind
        self._fields: list[tuple[str, Any, Form | None]] = []
        for field in fields(kind):
            default = field.default
            if field.default_factory is not MISSING:
                default = field.default_factory()
            if field.name not in kept_elsewhere:
                stored = _NO_DEFAULT if default is MISSING else default
                self._fields.append((field.name, stored, form(hints[field.name])))

    def dump(self, value: _T) -> dict[str, Any]:
        stored: dict[str, Any] = {}
        for name, default, its_form in self._fields:
            part = getattr(value, name)
            if part != default:
                stored[name] = part if its_form is None else its_form.dump(part)
        return stored

    def load(self, stored: Mapping[str, Any], **elsewhere: Any) -> _T:
        for name, _, its_form in self._fields:
            if name in stored:
                part = stored[name]
                elsewhere[name] = part if its_form is None else its_form.load(part)
        return self._kind(**elsewhere)


def to_text(data: Any) -> str:
    """JSON as short as it gets. Python's own spelling of NaN and Infinity, which `from_text` reads back."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)


def from_text(text: str | bytes) -> Any:
    return json.loads(text)


@cache
def form(annotation: Any) -> Form | None:
    """The form of a type; None where JSON holds the value as it is."""
    if annotation in _PLAIN or get_origin(annotation) is Literal:
        return None
    if annotation is datetime:
        return Form(_dump_time, _load_time)
    if annotation is date:
        return Form(date.isoformat, date.fromisoformat)
    if annotation is time:
        return Form(time.isoformat, time.fromisoformat)
    if annotation is Decimal:
        return Form(str, Decimal)
    if is_dataclass(annotation) and isinstance(annotation, type):
        record = Record(annotation)
        return Form(record.dump, record.load)
    return _compound(get_origin(annotation), get_args(annotation), annotation)


def _compound(origin: Any, args: tuple[Any, ...], annotation: Any) -> Form | None:
    if origin in (Union, types.UnionType):
        return _optional(args, annotation)
    if origin is tuple and args[-1] is Ellipsis:
        return _sequence(form(args[0]), tuple)
    if origin is tuple:
        return _tuple(tuple(form(arg) for arg in args))
    if origin is frozenset:
        return _sequence(form(args[0]), frozenset)
    if origin is not None and issubclass(origin, Mapping) and args[0] is str:
        return _mapping(form(args[1]))
    raise TypeError(f"no form for {annotation}: teach compact.py how it is stored")


def _optional(args: tuple[Any, ...], annotation: Any) -> Form | None:
    inner = {form(arg) for arg in args if arg is not type(None)}
    if inner == {None}:
        return None
    if len(inner) != 1 or type(None) not in args:
        raise TypeError(f"no form for {annotation}: only a union with None can be told apart")
    (one,) = inner
    assert one is not None  # noqa: S101 - {None} was answered above
    dump, load = one
    return Form(lambda v: None if v is None else dump(v), lambda v: None if v is None else load(v))


def _sequence(inner: Form | None, kind: type[tuple[Any, ...]] | type[frozenset[Any]]) -> Form:
    ordered: Callable[[Any], Any] = sorted if kind is frozenset else list
    if inner is None:
        return Form(ordered, kind)
    dump, load = inner
    return Form(lambda values: [dump(v) for v in ordered(values)], lambda stored: kind(load(v) for v in stored))


def _tuple(inner: tuple[Form | None, ...]) -> Form:
    return Form(
        lambda values: [v if f is None else f.dump(v) for f, v in zip(inner, values, strict=True)],
        lambda stored: tuple(v if f is None else f.load(v) for f, v in zip(inner, stored, strict=True)),
    )


def _mapping(inner: Form | None) -> Form:
    if inner is None:
        return Form(dict, dict)
    dump, load = inner
    return Form(
        lambda values: {k: dump(v) for k, v in values.items()}, lambda stored: {k: load(v) for k, v in stored.items()}
    )


def _dump_time(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _load_time(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _plain(value: object) -> object:
    """Read-only mappings below a payload."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a payload holds a {type(value).__name__}, which JSON does not have")
