"""Says a condition in a few words, for a message about it."""

from __future__ import annotations

import json

from anlass.language.checks.literals import Literal
from anlass.language.conditions import Behaviour, Clause, Compare, JourneyIs, MessageIs
from anlass.language.tree import plain

_COUNTS = {
    "eq": "exactly",
    "ne": "not",
    "gt": "more than",
    "gte": "at least",
    "lt": "less than",
    "lte": "at most",
}
LONGEST = 90


def said(literal: Literal) -> str:
    """`profile.country eq "DE"`, `not "Product Viewed" at least 2 times`"""
    words = _words(literal.clause)
    words = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    return words if literal.is_true else f"not {words}"


def _words(clause: Clause) -> str:
    match clause:
        case Compare(field=field, op="exists", value=value):
            return f"{field} {'is missing' if value is False else 'is there'}"
        case Compare(field=field, op=op, value=value):
            return f"{field} {op} {json.dumps(value, ensure_ascii=False)}"
        case MessageIs(message=step, is_=state):
            return f'message "{step}" {state}'
        case JourneyIs(journey=journey, is_=state):
            return f'journey "{journey}" {state}'
        case Behaviour(event=event, count=count, within=within):
            often = " and ".join(f"{_COUNTS[op]} {number:g}" for op, number in count.bounds())
            return f'"{event}" {often} times{f" within {within}" if within else ""}'
        case _:
            return json.dumps(plain(clause), ensure_ascii=False)
