"""What is made quickly is what the class itself would make; what is opened is closed again."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any

import pytest
from anlass.domain.enrolment import Draft, Enrolment
from anlass.domain.quick import closed, maker, opener

from tests.builders import NOON, an_enrolment


@dataclass(frozen=True, slots=True)
class Parcel:
    """Its fields are called like what generated code might stumble over."""

    before: str
    open: int = 1
    row: list[int] = field(default_factory=list)
    made: str | None = None


make = maker(Parcel)


@pytest.mark.parametrize("arguments", [{}, {"open": 2}, {"row": [1]}, {"made": "x", "open": 0}])
def test_makes_what_the_class_makes(arguments: dict[str, Any]) -> None:
    parcel = make("a", **arguments)
    assert parcel == Parcel("a", **arguments)
    assert repr(parcel) == repr(Parcel("a", **arguments))
    assert type(parcel) is Parcel
    assert make("a").row is not make("a").row, "each has a list of its own"
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'before'"):
        make(**arguments)
    with pytest.raises(TypeError, match="unexpected keyword argument 'weight'"):
        make("a", weight=1)  # type: ignore[call-arg]


def test_what_was_made_cannot_be_changed() -> None:
    parcel = make("a")
    with pytest.raises(FrozenInstanceError):
        parcel.open = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del parcel.open
    assert replace(parcel, open=2) == Parcel("a", 2)
    assert copy.deepcopy(parcel) == parcel == copy.copy(parcel)
    assert pickle.loads(pickle.dumps(parcel)) == parcel  # noqa: S301


def test_what_is_opened_is_a_copy_that_may_be_changed_until_it_is_closed() -> None:
    row = an_enrolment(step="first")
    draft: Draft = opener(Enrolment)(row)
    draft.step, draft.seq, draft.due = None, 3, NOON
    assert row == an_enrolment(step="first")
    after = closed(draft, Enrolment)
    assert after == replace(row, step=None, seq=3, due=NOON)
    assert type(after) is Enrolment
    with pytest.raises(FrozenInstanceError):
        draft.step = "second"
