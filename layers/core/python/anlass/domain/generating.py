"""Makes tests of conditions: one Python function each, written as source and compiled.

In the source there are names of ours only. Whatever a marketer wrote, names of properties too, is a constant that
one of these names is bound to; so two conditions of the same shape have the same source, which is compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from anlass.domain.comparing import CALLED

SHAPES = 2000  # kept; a shop's conditions are mostly of a few dozen


class Source:
    """What becomes a function, and what its names are bound to."""

    def __init__(self) -> None:
        self._constants: list[Any] = []
        self._functions: list[str] = []

    def bind(self, value: Any) -> str:
        """A name that stands for the value."""
        self._constants.append(value)
        return f"c{len(self._constants) - 1}"

    def function(self, parameters: Sequence[str], lines: Sequence[str]) -> str:
        """The name of a function of these parameters and lines."""
        name = f"f{len(self._functions)}"
        self._functions.append(f" def {name}({', '.join(parameters)}):\n  " + "\n  ".join(lines))
        return name

    def made(self, function: str) -> Callable[..., bool]:
        names = ", ".join(f"c{number}" for number in range(len(self._constants)))
        source = "\n".join((f"def make({names}):", *self._functions, f" return {function}"))
        return _maker(source)(*self._constants)


class Scope:
    """A body that is being written. `given` are the roots that come as arguments, instead of from the facts."""

    def __init__(self, source: Source, given: tuple[str, ...] = ()) -> None:
        self.source = source
        self.given = given
        self.lines: list[str] = []
        self._maps: dict[tuple[str, ...], str] = {}

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("facts", *self.given)

    def value(self, path: str) -> str:
        """An expression that reads `a.b.c`; it is None if any part is missing."""
        return self._value(tuple(path.split(".")))

    def require(self, expression: str, otherwise: str) -> None:
        self.lines.append(f"if not {expression}: {otherwise}")

    def call(self, test: Callable[[Mapping[str, Any]], bool]) -> str:
        """An expression that asks a test which is not written as source."""
        given = "".join(f", {self.source.bind(root)}: {root}" for root in self.given)
        return f"{self.source.bind(test)}({f'{{**facts{given}}}' if given else 'facts'})"

    def _value(self, keys: tuple[str, ...]) -> str:
        above, last = keys[:-1], keys[-1]
        if not above and last in self.given:
            return last
        return f"{self._map(above)}.get({self.source.bind(last)})"

    def _map(self, keys: tuple[str, ...]) -> str:
        """The name of a mapping that was read before, or is now."""
        if not keys:
            return "facts"
        if keys not in self._maps:
            read, name = self._value(keys), f"m{len(self._maps)}"
            self.lines += [f"{name} = {read}", f"if type({name}) is not dict: {name} = mapping({name})"]
            self._maps[keys] = name
        return self._maps[keys]


def mapping(value: Any) -> Mapping[str, Any]:
    """In what is no mapping nothing is found."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> bool:
    return isinstance(value, list | tuple)


def filled(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value)


_CALLED = {"mapping": mapping, "listed": listed, "filled": filled, "type": type, "dict": dict, "list": list, **CALLED}


@lru_cache(SHAPES)
def _maker(source: str) -> Callable[..., Callable[..., bool]]:
    names: dict[str, Any] = {"__builtins__": {}, **_CALLED}
    exec(compile(source, "<condition>", "exec"), names)  # noqa: S102  # nothing in it was written by anybody else
    return cast(Callable[..., Callable[..., bool]], names["make"])
