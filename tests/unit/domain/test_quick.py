"""A quick dataclass is a frozen dataclass like any other, but for the time that it takes."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest
from anlass.domain.enrolment import Draft, Enrolment
from anlass.domain.quick import closed, opened, quick
from anlass.domain.send import Send

from tests.builders import NOON, a_send, an_enrolment


@quick
@dataclass(frozen=True, slots=True)
class Parcel:
    """Its names are those that generated code might stumble over."""

    self_: str
    open: int = 1
    row: list[int] = field(default_factory=list)
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Plain:
    self_: str
    open: int = 1
    row: list[int] = field(default_factory=list)
    missing: str | None = None


@pytest.mark.parametrize("arguments", [{}, {"open": 2}, {"row": [1]}, {"missing": "x", "open": 0}])
def test_is_made_as_others_are(arguments: dict[str, Any]) -> None:
    quick_, plain = Parcel("a", **arguments), Plain("a", **arguments)
    assert [getattr(quick_, f.name) for f in fields(quick_)] == [getattr(plain, f.name) for f in fields(plain)]
    assert repr(quick_) == repr(plain).replace("Plain", "Parcel")
    assert quick_ == Parcel("a", **arguments)
    assert quick_ != Parcel("b", **arguments)
    assert Parcel("a").row is not Parcel("a").row, "each has a list of its own"
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'self_'"):
        Parcel(**arguments)
    with pytest.raises(TypeError, match="unexpected keyword argument 'weight'"):
        Parcel("a", weight=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("row", [Parcel("a"), an_enrolment(), a_send()], ids=lambda row: type(row).__name__)
def test_cannot_be_changed(row: Any) -> None:
    name = fields(row)[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(row, name, "b")
    with pytest.raises(FrozenInstanceError):
        delattr(row, name)
    assert type(row) in (Parcel, Enrolment, Send)
    assert replace(row, **{name: "b"}) != row
    assert copy.deepcopy(row) == row == copy.copy(row)
    assert pickle.loads(pickle.dumps(row)) == row  # noqa: S301


def test_what_is_opened_is_a_copy_that_may_be_changed_until_it_is_closed() -> None:
    row = an_enrolment(step="first")
    draft: Draft = opened(row)
    draft.step, draft.seq, draft.due = None, 3, NOON
    assert row == an_enrolment(step="first")
    after = closed(draft, Enrolment)
    assert after == replace(row, step=None, seq=3, due=NOON)
    assert type(after) is Enrolment
    with pytest.raises(FrozenInstanceError):
        draft.step = "second"
