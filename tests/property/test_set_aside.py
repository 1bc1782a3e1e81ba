"""A batch in which some records cannot be applied at all, and some not now: the others are, once and in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from anlass.domain.applying import Record
from anlass.domain.errors import Transient
from anlass.usecases.set_aside import told_apart
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import an_event

Fate = str  # "good", "bad": nobody can apply it, "later": not now
BATCHES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["good", "good", "bad", "later"])), max_size=30)


@dataclass
class Applying:
    """Goes person by person, as far as it gets, and skips what it has applied."""

    fates: dict[str, Fate]
    done: list[Record] = field(default_factory=list)

    def __call__(self, records: Sequence[Record]) -> list[Record]:
        left: list[Record] = []
        for person in dict.fromkeys(record.event.identity for record in records):
            mine = [record for record in records if record.event.identity == person and record not in self.done]
            for number, record in enumerate(mine):
                match self.fates[record.sequence]:
                    case "bad":
                        raise ValueError(record.sequence)
                    case "later":
                        left += mine[number:]
                        break
                    case _:
                        self.done.append(record)
        return left


@given(BATCHES)
def test_each_record_is_applied_set_aside_or_comes_again(batch: list[tuple[str, Fate]]) -> None:
    records = [Record(an_event(identity=f"u:{who}"), "life", f"{n:03}") for n, (who, _) in enumerate(batch)]
    fates = {record.sequence: fate for record, (_, fate) in zip(records, batch, strict=True)}
    apply = Applying(fates)
    failed, told = told_apart(records, apply)
    aside = [record for record, _ in told]
    assert {r.sequence for r in (*apply.done, *failed, *aside)} == fates.keys()
    assert {fates[record.sequence] for record in aside} <= {"bad"}
    for record in (each for each in failed if each not in apply.done):
        behind = [r for r in apply.done if r.event.identity == record.event.identity and r.sequence > record.sequence]
        assert behind == [], "nothing later of the same person"
    if "later" not in fates.values():
        assert failed == [], "the bad ones hold up nobody"
        assert {fates[record.sequence] for record in apply.done} <= {"good"}


def test_what_a_service_says_is_no_records_fault() -> None:
    def throttled(_records: Sequence[Record]) -> list[Record]:
        raise Transient("slow down")

    with pytest.raises(Transient):
        told_apart([Record(an_event(), "life", "1")], throttled)
