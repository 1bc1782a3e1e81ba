"""What each story says it is there for: rights, in the words of `infra/rights.py`, that it is then held to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import ParamSpec

from cli.runtime.world import LocalRuntime
from infra.rights import RIGHTS

P = ParamSpec("P")
Need = tuple[str, str, str]  # who may do what on what

ALL = frozenset(
    (who, action, right.on) for who, rights in RIGHTS.items() for right in rights for action in right.actions
)


def used(runtime: LocalRuntime) -> set[Need]:
    """A right on several ARNs is used when all of them were."""
    seen, names = runtime.permissions.used, runtime.names
    return {(who, action, on) for who, action, on in ALL if {(who, action, arn) for arn in names.resources(on)} <= seen}


class Told:
    """The rights that the stories of one file are there for, whether they have run yet or not."""

    def __init__(self) -> None:
        self.rights: set[Need] = set()

    def uses(
        self, *rights: str, failing: Collection[str] = (), refused: Collection[str] = ()
    ) -> Callable[[Callable[P, None]], Callable[P, None]]:
        """For a story that is given `runtime`. `rights` it must use: "caller resource action action …"; `failing`: the
        functions that fail by trouble of the story's own making, no others may; `refused`: the same of rights.
        """
        declared = frozenset(need for line in rights for need in _needs(line))
        unknown = declared - ALL
        if unknown:
            raise ValueError(f"no such rights: {sorted(unknown)}")

        def decorate(story: Callable[P, None]) -> Callable[P, None]:
            self.rights |= declared

            @wraps(story)
            def tell(*args: P.args, **fixtures: P.kwargs) -> None:
                story(*args, **fixtures)
                runtime = fixtures["runtime"]
                assert isinstance(runtime, LocalRuntime)
                assert {name for name, _ in runtime.lambdas.errors} == set(failing), runtime.lambdas.errors
                wanted = {
                    (who, action, arn)
                    for line in refused
                    for who, action, on in _needs(line)
                    for arn in runtime.names.resources(on)
                }
                assert runtime.permissions.refused == wanted
                unused = sorted(declared - used(runtime))
                assert not unused, "the story is there for these rights too, and did not use them"

            return tell

        return decorate


def _needs(line: str) -> list[Need]:
    who, on, *actions = line.split()
    return [(who, action, on) for action in actions]
