"""What a step may ask: the person's facts, and what their enrolment itself knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from anlass.domain.condition import Facts, event_facts
from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send, message_facts


class Surroundings(Mapping[str, Any]):
    """Facts of which the enrolment's own part is made when somebody asks for it: most steps do not."""

    __slots__ = ("_person", "_row", "_sends")

    def __init__(self, person: Facts, row: Enrolment, sends: Mapping[str, Send]) -> None:
        self._person = person
        self._row = row
        self._sends = sends

    def update(self, **person: Any) -> None:
        """Facts of the person that are different now."""
        self._person = {**self._person, **person}

    def get(self, root: str, default: Any = None) -> Any:
        make = _OWN.get(root)
        return self._person.get(root, default) if make is None else make(self._row, self._sends)

    def __getitem__(self, root: str) -> Any:
        return self.get(root) if root in _OWN else self._person[root]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._person, **_OWN})

    def __len__(self) -> int:
        return len({**self._person, **_OWN})


def step_facts(enrolment: Enrolment) -> dict[str, dict[str, object]]:
    """`steps.<id>.*` as conditions, matches and templates see them."""
    return {
        step: {
            "message_id": f"{enrolment.id}.{step}.{memory.visit}",
            **({"event": event_facts(memory.event)} if memory.event else {}),
            **({"variant": memory.variant} if memory.variant else {}),
        }
        for step, memory in enrolment.steps.items()
    }


_OWN: dict[str, Callable[[Enrolment, Mapping[str, Send]], Mapping[str, Any]]] = {
    "entry": lambda row, _: event_facts(row.entry),
    "event": lambda row, _: event_facts(row.event) if row.event else {},
    "steps": lambda row, _: step_facts(row),
    "messages": lambda _, sends: {s.step: message_facts(s) for s in sorted(sends.values(), key=lambda s: s.visit)},
}
