"""What each step does at a moment: leave, park until when, go on, or ask for facts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from anlass.domain.condition import HistoryNeed
from anlass.domain.enrolment import Enrolment, Heard, StepMemory
from anlass.domain.journey import Journey
from anlass.domain.local_time import next_local, next_yearly
from anlass.domain.send import Send, SendStatus
from anlass.domain.step import Ask, Emit, Finish, Goto, Moment, Move, Park
from anlass.language.compiler import compile_journey

from tests.builders import DAY, HOUR, NOON, a_send, an_enrolment

BERLIN = ZoneInfo("Europe/Berlin")


def journey(*steps: Mapping[str, Any]) -> Journey:
    file = {
        "id": "j",
        "why": "For tests.",
        "topic": "offers",
        "trigger": {"type": "event", "event": "Order Completed"},
        "steps": [*steps, {"id": "end", "wait": "1 minute"}],
    }
    compiled = compile_journey("journeys/j.json", json.dumps(file))
    assert compiled.journey is not None, compiled.diagnostics
    return compiled.journey


def enrolment(**fields: Any) -> Enrolment:
    entry = Heard("entry", "Order Completed", NOON, {"order_id": "o-1"})
    return an_enrolment("e", **{"entry": entry, "step": "it", **fields})


def run(
    step: Mapping[str, Any],
    row: Enrolment | None = None,
    now: datetime = NOON,
    sends: tuple[Send, ...] = (),
    facts: Mapping[str, Any] | None = None,
    zone: ZoneInfo | None = None,
) -> Move:
    one = journey({"id": "mail", "send": {"template": "t"}}, {"id": "it", **step})
    moment = Moment(now, one, row or enrolment(), {s.row: s for s in sends}, facts, zone)
    return one.steps["it"].run(moment)


def mail(status: SendStatus = "SENT", closed_at: datetime | None = NOON, until: datetime | None = None) -> Send:
    return a_send("e", "mail", status=status, closed_at=closed_at, until=until)


def behind_mail(at: datetime = NOON, **fields: Any) -> Enrolment:
    return enrolment(
        **{"last_send": "mail", "steps": {"mail": StepMemory(at, 1)}, "open": frozenset(("S#mail#1",)), **fields}
    )


# send


def test_a_send_leaves_at_once_and_is_stale_after_two_days() -> None:
    move = run({"send": {"template": "hello"}}, enrolment(seq=6))
    assert isinstance(move, Emit)
    assert move.step == "end"
    sent = move.send
    assert (sent.template, sent.topic, sent.channel, sent.journey) == ("hello", "offers", "email", "j")
    assert (sent.created_seq, sent.visit, sent.request, sent.generation) == (7, 1, "send", 1)
    assert sent.until is None
    assert sent.not_after == NOON + timedelta(hours=48)
    assert sent.sweep_at == NOON + timedelta(minutes=5)


def test_a_send_that_comes_again_is_another_visit() -> None:
    move = run({"send": {"template": "hello"}}, enrolment(steps={"it": StepMemory(NOON, 1, visit=2)}))
    assert isinstance(move, Emit)
    assert move.send.visit == 3


def test_a_send_at_nine_asks_where_nine_is_and_then_waits_on_the_calendar() -> None:
    step = {"send": {"template": "hello", "at": "09:00"}}
    assert isinstance(run(step), Ask)
    move = run(step, zone=BERLIN)
    assert isinstance(move, Emit)
    nine = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    assert (move.send.until, move.send.request) == (nine, "schedule")
    assert move.send.not_after == nine + timedelta(hours=48)
    assert move.send.sweep_at == nine + timedelta(minutes=5)


def test_in_test_the_hours_until_nine_pass_as_seconds() -> None:
    move = run({"send": {"template": "hello", "at": "09:00"}}, enrolment(pace=1 / 1440), zone=BERLIN)
    assert isinstance(move, Emit)
    assert move.send.until == NOON + timedelta(seconds=20 * 3600 / 1440)


def test_the_first_channel_that_this_version_has_is_taken() -> None:
    move = run({"send": {"template": "hello", "channels": ["web_push", "email"]}})
    assert isinstance(move, Emit)
    assert move.send.channel == "email"


# wait


def test_a_wait_parks_until_its_time_and_then_goes_on() -> None:
    assert run({"wait": "2 hours"}) == Park(NOON + 2 * HOUR)
    assert run({"wait": "2 hours"}, now=NOON + 2 * HOUR - timedelta(seconds=1)) == Park(NOON + 2 * HOUR)
    assert run({"wait": "2 hours"}, now=NOON + 2 * HOUR) == Goto("end")


def test_in_test_days_are_minutes() -> None:
    assert run({"wait": "3 days"}, enrolment(pace=1 / 1440)) == Park(NOON + timedelta(minutes=3))


def test_a_wait_behind_a_message_counts_from_when_it_left() -> None:
    step = {"wait": "1 day"}
    tomorrow = NOON + DAY
    still_open = mail("PENDING", None, until=tomorrow)
    assert run(step, behind_mail(), now=NOON, sends=(still_open,)) == Park(tomorrow + DAY)
    left_late = mail(closed_at=NOON + 5 * HOUR)
    assert run(step, behind_mail(), now=NOON + DAY, sends=(left_late,)) == Park(NOON + 5 * HOUR + DAY)


def test_the_seconds_that_a_message_takes_to_leave_move_nothing() -> None:
    step = {"wait": "1 day"}
    assert run(step, behind_mail(), now=NOON + DAY, sends=(mail(closed_at=NOON + timedelta(seconds=40)),)) == Goto(
        "end"
    )
    nine = NOON + 20 * HOUR
    planned = mail(closed_at=nine + timedelta(seconds=40), until=nine)
    assert run(step, behind_mail(), now=nine + DAY, sends=(planned,)) == Goto("end")


def test_a_message_that_was_skipped_before_its_time_holds_nobody_up() -> None:
    skipped = mail("SKIPPED", closed_at=NOON + HOUR, until=NOON + 20 * HOUR)
    assert run({"wait": "1 day"}, behind_mail(), now=NOON + 2 * HOUR, sends=(skipped,)) == Park(NOON + HOUR + DAY)


def test_a_wait_never_ends_before_the_message_ahead_is_settled() -> None:
    move = run({"wait": "1 minute"}, behind_mail(), now=NOON + DAY, sends=(mail("SENDING", None),))
    assert move == Park(NOON + DAY + timedelta(minutes=1))
    past = {"profile": {"trial_ends": "2026-01-01"}}
    until = {"wait": {"until": "profile.trial_ends"}}
    assert run(until, behind_mail(), sends=(mail("SENDING", None),), facts=past, zone=BERLIN) == Park(NOON)
    assert run(until, behind_mail(), sends=(mail(),), facts=past, zone=BERLIN) == Goto("end")


def test_waiting_until_nine_means_the_recipients_nine() -> None:
    step = {"wait": {"until": "09:00"}}
    assert isinstance(run(step), Ask)
    assert run(step, zone=BERLIN) == Park(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    assert run(step, zone=ZoneInfo("America/New_York")) == Park(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))
    assert run(step, now=datetime(2026, 3, 3, 8, 0, tzinfo=UTC), zone=BERLIN) == Goto("end")


@pytest.mark.parametrize(
    ("value", "until", "offset", "due"),
    [
        ("1990-03-10", "profile.birthday", "-1 day", datetime(2026, 3, 8, 23, 0, tzinfo=UTC)),
        ("1990-03-02", "profile.birthday", "+12 hours", datetime(2027, 3, 2, 11, 0, tzinfo=UTC)),
        ("1990-03-02", "profile.birthday", "+14 hours", datetime(2026, 3, 2, 13, 0, tzinfo=UTC)),
        ("2000-02-29", "profile.birthday", "0 days", datetime(2027, 2, 27, 23, 0, tzinfo=UTC)),
        ("2026-04-01", "profile.trial_ends", "-2 days", datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        ("2026-04-01T10:00:00Z", "profile.trialEnds", "-2 days", datetime(2026, 3, 30, 10, 0, tzinfo=UTC)),
    ],
)
def test_waiting_for_a_date(value: str, until: str, offset: str, due: datetime) -> None:
    step = {"wait": {"until": until, "offset": offset}}
    name = "birthday" if "birthday" in until else "trial_ends"
    assert isinstance(run(step), Ask)
    assert run(step, facts={"profile": {name: value}}, zone=BERLIN) == Park(due)
    assert run(step, facts={"profile": {name: value}}, zone=BERLIN, now=due) == Goto("end")


@pytest.mark.parametrize("value", [None, "soon", "2026-01-01", 7])
def test_a_date_that_is_past_or_unknown_is_no_reason_to_wait(value: object) -> None:
    step = {"wait": {"until": "profile.trial_ends"}}
    assert run(step, facts={"profile": {"trial_ends": value}}, zone=BERLIN) == Goto("end")


def test_times_that_summer_time_skips_or_repeats_come_once() -> None:
    skipped = next_local(time(2, 30), datetime(2026, 3, 28, 12, tzinfo=UTC), BERLIN)
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    repeated = next_local(time(2, 30), datetime(2026, 10, 24, 12, tzinfo=UTC), BERLIN)
    assert repeated == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = next_local(time(2, 30), repeated + timedelta(minutes=1), BERLIN)
    assert second == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_leap_day_returns_on_the_28th() -> None:
    day = datetime(2000, 2, 29, tzinfo=UTC).date()
    assert next_yearly(day, NOON.date()).isoformat() == "2027-02-28"
    assert next_yearly(day, datetime(2028, 1, 1, tzinfo=UTC).date()).isoformat() == "2028-02-29"


# wait_for

REVIEWED = {
    "wait_for": {
        "first_of": [
            {
                "event": "Product Reviewed",
                "where": {"field": "event.properties.rating", "op": "lte", "value": 2},
                "steps": [{"id": "sorry", "send": {"template": "sorry"}}],
            },
            {"event": "Product Reviewed", "match": "order_id", "steps": [{"id": "glad", "send": {"template": "glad"}}]},
        ],
        "timeout": "5 days",
        "on_timeout": [{"id": "ask", "send": {"template": "ask"}}],
    }
}


def review(id_: str, at: datetime, rating: int = 5, order: str = "o-1", late: bool = False) -> Heard:
    return Heard(id_, "Product Reviewed", at, {"rating": rating, "order_id": order}, late)


def test_who_waits_for_an_event_parks_and_says_what_wakes_it() -> None:
    assert run(REVIEWED) == Park(NOON + 5 * DAY, frozenset({"Product Reviewed"}))


def test_the_event_opens_its_own_path() -> None:
    good, bad = review("r", NOON + HOUR), review("r", NOON + HOUR, rating=1)
    assert run(REVIEWED, enrolment(heard=(good,)), now=NOON + HOUR) == Goto("glad", good)
    assert run(REVIEWED, enrolment(heard=(bad,)), now=NOON + HOUR) == Goto("sorry", bad)


def test_of_several_answers_the_earliest_counts_however_they_came_in() -> None:
    first, second = review("b", NOON + HOUR), review("a", NOON + 2 * HOUR, rating=1)
    assert run(REVIEWED, enrolment(heard=(second, first)), now=NOON + DAY) == Goto("glad", first)


def test_an_answer_about_another_order_is_none() -> None:
    assert isinstance(run(REVIEWED, enrolment(heard=(review("r", NOON + HOUR, order="o-2"),))), Park)


def test_after_the_timeout_the_late_path_is_taken_even_if_an_event_came_after_it() -> None:
    assert run(REVIEWED, now=NOON + 5 * DAY) == Goto("ask")
    after = review("r", NOON + 5 * DAY + HOUR)
    assert run(REVIEWED, enrolment(heard=(after,)), now=NOON + 6 * DAY) == Goto("ask")


def test_an_answer_in_time_counts_even_if_it_is_looked_at_too_late() -> None:
    in_time = review("r", NOON + 5 * DAY)
    assert run(REVIEWED, enrolment(heard=(in_time,)), now=NOON + 6 * DAY) == Goto("glad", in_time)


def test_history_answers_nothing() -> None:
    assert isinstance(run(REVIEWED, enrolment(heard=(review("r", NOON + HOUR, late=True),))), Park)


def test_an_event_that_answered_once_does_not_answer_again() -> None:
    old = review("r", NOON + HOUR)
    row = enrolment(heard=(old,), steps={"mail": StepMemory(NOON + HOUR, 2, event=old)})
    assert isinstance(run(REVIEWED, row), Park)


def since(word: str | None) -> dict[str, Any]:
    waiting = {"first_of": [{"event": "Product Viewed"}], "timeout": "1 day", **({"since": word} if word else {})}
    return {"wait_for": waiting}


@pytest.mark.parametrize(
    ("word", "seen_at", "answers"),
    [
        (None, NOON + HOUR, True),  # the mail left at noon, the step was reached at two
        (None, NOON - HOUR, False),
        ("mail", NOON + HOUR, True),
        ("now", NOON + HOUR, False),
        ("now", NOON + 2 * HOUR, True),
        ("entry", NOON - HOUR, True),
    ],
)
def test_since_when_an_answer_counts(word: str | None, seen_at: datetime, answers: bool) -> None:
    row = replace(
        behind_mail(heard=(Heard("v", "Product Viewed", seen_at),)),
        step_since=NOON + 2 * HOUR,
        entry=Heard("entry", "Order Completed", NOON - 2 * HOUR),
    )
    move = run(since(word), row, now=NOON + 3 * HOUR, sends=(mail(),))
    assert isinstance(move, Goto) is answers


def test_a_message_that_leaves_at_nine_is_answered_after_nine() -> None:
    nine = NOON + 20 * HOUR
    planned = mail(closed_at=nine, until=nine)
    before, after = (Heard("v", "Product Viewed", nine + delta) for delta in (-HOUR, HOUR))
    assert isinstance(run(since(None), behind_mail(heard=(before,)), now=nine, sends=(planned,)), Park)
    move = run(since(None), behind_mail(heard=(before, after)), now=nine + HOUR, sends=(planned,))
    assert move == Goto("end", after)


def test_without_a_send_an_answer_counts_from_when_the_step_was_reached() -> None:
    row = replace(enrolment(heard=(Heard("v", "Product Viewed", NOON + HOUR),)), step_since=NOON + 2 * HOUR)
    assert isinstance(run(since(None), row), Park)


# branch

BRANCH = {
    "branch": [
        {"when": {"field": "profile.orders.count", "op": "eq", "value": 0}, "steps": [{"id": "new", "exit": "new"}]},
        {
            "when": {"event": "Product Viewed", "count": {"gte": 2}, "within": "3 hours"},
            "steps": [{"id": "keen", "exit": "keen"}],
        },
    ]
}


def facts(orders: int = 1, views: int = 0) -> dict[str, Any]:
    seen = [Heard(str(i), "Product Viewed", NOON - HOUR) for i in range(views)]
    return {"now": NOON, "profile": {"orders": {"count": orders}}, "history": {"Product Viewed": seen}}


def test_the_first_true_path_wins_and_without_one_the_journey_goes_on() -> None:
    assert run(BRANCH, facts=facts(orders=0, views=2)) == Goto("new")
    assert run(BRANCH, facts=facts(views=2)) == Goto("keen")
    assert run(BRANCH, facts=facts(views=1)) == Goto("end")


def test_a_branch_asks_for_what_its_conditions_read() -> None:
    needs = frozenset({HistoryNeed("Product Viewed", timedelta(hours=3))})
    assert run(BRANCH) == Ask(needs)
    assert run(BRANCH, facts={**facts(), "history": {}}) == Ask(needs)


def test_paths_join_behind_the_branch_and_else_catches_the_rest() -> None:
    step = {
        "branch": [
            {"when": {"field": "profile.vip", "op": "exists"}, "steps": [{"id": "vip", "wait": "1 hour"}]},
            {"else": [{"id": "others", "wait": "2 hours"}]},
        ]
    }
    assert run(step, facts={**facts(), "profile": {"vip": True}}) == Goto("vip")
    assert run(step, facts={**facts(), "profile": {}}) == Goto("others")
    compiled = journey(step)
    assert (compiled.steps["vip"].next, compiled.steps["others"].next) == ("end", "end")


def test_a_branch_waits_until_the_message_ahead_is_settled_and_other_steps_do_not() -> None:
    compiled = journey({"id": "b", **BRANCH}, {"id": "s", "send": {"template": "t"}}, {"id": "f", **since("now")})
    assert [step for step in ("b", "s", "f", "end") if compiled.steps[step].after_send] == ["b"]


# exit


def test_an_exit_ends_the_journey_with_its_word() -> None:
    one = journey({"branch": [{"when": {"reachable": "email"}, "steps": [{"id": "out", "exit": "enough"}]}]})
    assert one.steps["out"].run(Moment(NOON, one, enrolment(), {}, None, None)) == Finish("enough")
