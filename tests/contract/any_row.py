"""Any value a row's dataclass can hold, made from its annotations: a new field is covered without another line."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

_any_character = st.characters(exclude_categories=["Cs"])
texts = st.text(_any_character, max_size=12)
names = st.text(_any_character, min_size=1, max_size=12)
times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds only
amounts = st.decimals(allow_nan=False, allow_infinity=False)
numbers = st.integers() | st.floats(allow_nan=False) | st.integers(10**40, 10**80)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)

_PLAIN: Mapping[Any, SearchStrategy[Any]] = {
    str: names,
    int: st.integers(0, 10**9),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    datetime: times,
    date: st.dates(),
    time: st.times(),
    Decimal: amounts,
    Any: values,
}


def any_(kind: type, **given: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Values of a dataclass; `given` replaces the strategy of a field."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{f.name: given.get(f.name) or _any(hints[f.name]) for f in fields(kind)})


def _any(annotation: Any) -> SearchStrategy[Any]:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, type) and is_dataclass(annotation):
        return st.deferred(lambda: any_(annotation))
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return st.sampled_from(args)
    if origin in (Union, types.UnionType):
        return st.one_of(*(st.none() if arg is type(None) else _any(arg) for arg in args))
    if origin is tuple and args[-1] is not Ellipsis:
        return st.tuples(*map(_any, args))
    if origin is tuple:
        return st.lists(_any(args[0]), max_size=2).map(tuple)
    if origin is frozenset:
        return st.frozensets(_any(args[0]), max_size=2)
    return st.dictionaries(names, _any(args[1]), max_size=2)
