"""What a function may commit its role may write, told or not: see `test_rights.py` for rights that nobody uses.

Stories show what happens on the ways they take. This asks the code for all ways: which changes each handler can come to
(`tests/reach.py`), and as what each is written.
"""

from __future__ import annotations

from functools import cache
from typing import get_args

import pytest
from anlass.adapters.aws.dynamodb.writes import Writer
from anlass.adapters.rows import place_of
from anlass.domain.changes import Change
from hypothesis import Phase, find, settings

from cli.runtime.permissions import IN_TRANSACTION
from infra.rights import RIGHTS
from infra.topology import TOPOLOGY
from tests.builders import NOON
from tests.contract.any_row import any_, patient
from tests.reach import changes_of

KINDS = {kind.__name__: kind for kind in get_args(Change)}
WRITER = Writer({"events": "events", "profiles": "profiles", "journeys": "journeys"}, NOON)
FUNCTIONS = [function.name for function in TOPOLOGY.functions]


@cache
def right_for(kind: str) -> tuple[str, str]:
    """The action on the table that one change is; any will do, the simplest is not looked for."""
    change = find(any_(KINDS[kind]), lambda _: True, settings=settings(patient, phases=(Phase.generate,)))
    place = place_of(change)
    return IN_TRANSACTION[WRITER.write(place, change).kind], f"table/{place.table}"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_whatever_a_function_may_commit_it_has_the_right_to(function: str) -> None:
    granted = {(action, right.on) for right in RIGHTS[function] for action in right.actions}
    missing = {kind: right for kind in sorted(changes_of(function)) if (right := right_for(kind)) not in granted}
    assert missing == {}, f"give these to {function} in infra/rights.py, with a story that needs them"


def test_no_change_is_overlooked() -> None:
    """Each is made by some function: else the search would not see what it is there for."""
    assert set().union(*map(changes_of, FUNCTIONS)) == KINDS.keys()
