"""What a journey may do before the owner of an address has said yes, and how often it may ask."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.test_language_checks import Shop, branch, field, found, waiting

REQUEST: dict[str, Any] = {"type": "event", "event": "Subscription Requested"}
ASK: dict[str, Any] = {"id": "ask", "send": {"template": "confirm"}}
REMIND: dict[str, Any] = {"id": "remind", "send": {"template": "confirm-again"}}
THIRD: dict[str, Any] = {"id": "third", "send": {"template": "confirm-again"}}
HELLO: dict[str, Any] = {"id": "hello", "send": {"template": "hello"}}
RECEIPT: dict[str, Any] = {"id": "receipt", "send": {"template": "receipt"}}
WAIT: dict[str, Any] = {"wait": "2 days"}
PURPOSES = {
    "confirm": "confirmation",
    "confirm-again": "confirmation",
    "hello": "marketing",
    "receipt": "transactional",
    "way": "transactional",
}
YES: dict[str, Any] = {"event": "Subscription Confirmed"}
NO: dict[str, Any] = {"event": "Unsubscribed"}
OVER = [{"exit": "no answer"}]


def said(steps: list[Any], trigger: Any = REQUEST, **parts: Any) -> list[tuple[str, str]]:
    return [
        (each.code, each.path)
        for each in found(Shop(PURPOSES), steps=steps, trigger=trigger, **parts)
        if each.code in ("step.unconfirmed", "send.pressing")
    ]


WRONG: dict[str, tuple[list[Any], str, str]] = {
    "marketing at once": ([ASK, HELLO], "step.unconfirmed", "steps[1].send.template"),
    "marketing after a while": ([ASK, WAIT, HELLO], "step.unconfirmed", "steps[2].send.template"),
    "marketing for who did not answer": (
        [ASK, waiting({**YES, "steps": []}, late=[HELLO])],
        "step.unconfirmed",
        "steps[1].wait_for.on_timeout[0].send.template",
    ),
    "marketing for everybody behind the wait": (
        [ASK, waiting({**YES, "steps": []}), HELLO],
        "step.unconfirmed",
        "steps[2].send.template",
    ),
    "marketing for who answered something else": (
        [ASK, waiting({**NO, "steps": [HELLO]}, YES)],
        "step.unconfirmed",
        "steps[1].wait_for.first_of[0].steps[0].send.template",
    ),
    "a consent in the shop's name": (
        [ASK, {"subscribe": {"topic": "news", "channel": "email"}}],
        "step.unconfirmed",
        "steps[1]",
    ),
    "a trait that a stranger typed": (
        [ASK, {"update": {"set": {"name": "{{ entry.properties.traits.first_name }}"}}}],
        "step.unconfirmed",
        "steps[1]",
    ),
    "a second reminder": ([ASK, WAIT, REMIND, WAIT, THIRD], "send.pressing", "steps[4].send.template"),
    "a reminder on each of two ways and one behind them": (
        [
            ASK,
            {"branch": [{"when": field("profile.age", "gt", 1), "steps": [REMIND]}, {"else": []}]},
            WAIT,
            THIRD,
        ],
        "send.pressing",
        "steps[3].send.template",
    ),
    "a question that is repeated": (
        [{"repeat": {"times": 3, "every": "2 days", "steps": [ASK]}}],
        "send.pressing",
        "steps[0].repeat.steps[0].send.template",
    ),
}


@pytest.mark.parametrize(("steps", "code", "path"), WRONG.values(), ids=WRONG)
def test_what_is_done_too_early_or_too_often_is_found(steps: list[Any], code: str, path: str) -> None:
    assert said(steps) == [(code, path)]


RIGHT: dict[str, list[Any]] = {
    "a question and a reminder": [ASK, WAIT, REMIND],
    "marketing for who confirmed": [ASK, waiting({**YES, "steps": [HELLO]})],
    "marketing behind a wait that only who confirmed leaves": [ASK, waiting(YES, late=OVER), HELLO],
    "a message that is none of marketing": [ASK, RECEIPT],
    "one reminder or another": [
        ASK,
        {"branch": [{"when": field("profile.age", "gt", 1), "steps": [REMIND]}, {"else": [THIRD]}]},
    ],
}


@pytest.mark.parametrize("steps", RIGHT.values(), ids=RIGHT)
def test_what_may_be_done_is_left_alone(steps: list[Any]) -> None:
    assert said(steps) == []


def test_an_exit_that_confirms_may_send_and_another_one_may_not() -> None:
    assert said([ASK, WAIT], exit=[{**YES, "steps": [HELLO]}]) == []
    assert said([ASK, WAIT], exit=[{"event": "Order Completed", "steps": [HELLO]}]) == [
        ("step.unconfirmed", "exit[0].steps[0].send.template")
    ]


def test_one_trigger_of_several_is_enough_to_be_careful() -> None:
    assert said([HELLO], trigger=[{"type": "event", "event": "Order Completed"}, REQUEST]) != []


def test_a_journey_that_no_request_starts_is_none_of_this_ones_business() -> None:
    order = {"type": "event", "event": "Order Completed"}
    assert said([HELLO, branch(field("profile.age", "gt", 1)), ASK, WAIT, REMIND, WAIT, THIRD], trigger=order) == []


def test_caps_and_priority_mean_nothing_where_there_are_only_questions() -> None:
    around = Shop(PURPOSES)
    codes = [each.code for each in found(around, steps=[ASK], trigger=REQUEST, priority=80, holdout=10)]
    assert codes == ["journey.priority", "journey.holdout"]
