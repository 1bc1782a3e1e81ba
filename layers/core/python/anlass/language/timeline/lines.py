"""The timeline of one person, as data: lines by time, what holds now, and an answer for each journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from anlass.domain.instants import iso

# In the order in which they follow from each other, where they happened at the same time.
Kind = Literal[
    "event", "consent", "refused", "left", "entered", "step", "made", "look", "closed", "feedback", "done", "present"
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Line:
    """`why`: the rule and its values, in words; `facts`: the same for machines. No address, no name in either."""

    at: datetime
    kind: Kind
    text: str
    journey: str | None = None
    why: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """Why somebody did or did not get what a journey sends, in a plain sentence or a few."""

    journey: str
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """`zone`: of all times that are told in words; those of machines are UTC. `now`: what holds, by heading."""

    profile: str
    at: datetime
    zone: str
    lines: Sequence[Line]
    now: Mapping[str, Sequence[str]]
    answers: Sequence[Answer]

    def as_json(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "at": iso(self.at),
            "timezone": self.zone,
            "timeline": [
                {
                    "at": iso(line.at),
                    "kind": line.kind,
                    "journey": line.journey,
                    "text": line.text,
                    "why": list(line.why),
                    "facts": {name: plain(value) for name, value in line.facts.items() if value is not None},
                }
                for line in self.lines
            ],
            "now": {heading: list(said) for heading, said in self.now.items()},
            "answers": [{"journey": answer.journey, "text": answer.text} for answer in self.answers],
        }


def timeline_from(told: Mapping[str, Any]) -> Timeline:
    """A timeline that came as JSON."""
    return Timeline(
        told["profile"],
        datetime.fromisoformat(told["at"]),
        told["timezone"],
        [
            Line(
                datetime.fromisoformat(line["at"]),
                line["kind"],
                line["text"],
                line["journey"],
                tuple(line["why"]),
                line["facts"],
            )
            for line in told["timeline"]
        ],
        told["now"],
        [Answer(answer["journey"], answer["text"]) for answer in told["answers"]],
    )


def plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
