"""Whatever a journey is like and whatever happens: an advance ends, and a second one does nothing."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from random import Random

from anlass.domain.engine import Decision, advance
from anlass.domain.enrolment import HEARD, MERGED, RESTARTED, Heard
from anlass.domain.journey import Journey
from anlass.domain.step import Step
from anlass.language.steps.exit import ExitRun
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import HOUR, NOON
from tests.unit.domain.running import Running, goal, out, program, running, send, wait, wait_for

NAMES = ("Order Completed", "Product Viewed", "Cart Emptied")


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """Steps lead forward only, as compiled ones do."""
    count = draw(st.integers(0, 6))
    steps: list[Step] = []
    for number in range(count):
        later = [f"s{n}" for n in range(number + 1, count)]
        following = draw(st.sampled_from([*later, None]))
        match draw(st.sampled_from(("send", "wait", "wait_for", "exit"))):
            case "send":
                steps.append(send(f"s{number}", following))
            case "wait":
                steps.append(wait(f"s{number}", draw(st.integers(0, 50)) * HOUR, following))
            case "wait_for":
                answers = {draw(st.sampled_from(NAMES)): draw(st.sampled_from([*later, None]))}
                since = draw(st.sampled_from((None, "now", "entry")))
                steps.append(wait_for(f"s{number}", draw(st.integers(1, 50)) * HOUR, answers, following, since))
            case _:
                steps.append(ExitRun(f"s{number}", "out"))
    starts = st.sampled_from([*(step.id for step in steps), None])
    exits = tuple(out(name, draw(starts)) for name in draw(st.sets(st.sampled_from(NAMES), max_size=2)))
    return program(*steps, exits=exits, goal=draw(st.none() | st.sampled_from(NAMES).map(goal)))


EVENTS = st.builds(
    lambda id_, name, hour, late: Heard(f"m{id_}", name, NOON + hour * HOUR, {}, late),
    st.integers(0, 9),
    st.sampled_from((*NAMES, MERGED, RESTARTED, "Zebra Fed")),
    st.integers(-5, 200),
    st.booleans(),
)
# What happens next: hours go by, an event comes, or the messages on their way are closed.
TURNS = st.one_of(st.integers(0, 60), EVENTS, st.sampled_from(("SENT", "SKIPPED")))


def play(anna: Running, turns: list[int | Heard | str]) -> None:
    for turn in turns:
        if anna.is_done:
            return
        before = anna.row
        if isinstance(turn, int):
            decision = anna.advance(anna.now + timedelta(hours=turn))
        elif isinstance(turn, Heard):
            decision = anna.hear(turn).advance()
        else:
            for step in {each.step for each in anna.sends.values() if each.is_open}:
                anna.close(step, "SENT" if turn == "SENT" else "SKIPPED")
            decision = anna.advance()
        holds(anna, decision, before.seq)


def holds(anna: Running, decision: Decision, seq: int) -> None:
    row = anna.row
    assert row.seq == seq + decision.changed
    assert row.inbox == ()
    assert len(row.heard) <= HEARD
    assert row.open == {each.row for each in anna.sends.values() if each.is_open}
    if row.status == "done":
        assert (row.due, row.sweep_at, row.open, row.step) == (None, None, frozenset(), None)
    else:
        assert row.due is not None
        assert row.sweep_at is not None
        assert row.due > anna.now
        assert row.sweep_at > row.due
    if row.status == "closing":
        assert row.open
    again = anna.advance()
    assert not again.changed
    assert not again.sends
    assert again.enrolment is row


@given(journeys(), st.lists(TURNS, max_size=12))
def test_an_advance_ends_and_is_done_once(journey: Journey, turns: list[int | Heard | str]) -> None:
    anna = running(journey)
    holds(anna, anna.advance(), 0)
    play(anna, turns)


@given(journeys(), st.lists(TURNS, max_size=8), st.booleans())
def test_an_advance_leaves_as_it_was_what_it_was_given(
    journey: Journey, turns: list[int | Heard | str], is_paused: bool
) -> None:
    anna = running(journey)
    play(anna, turns)
    row, sends = deepcopy(anna.row), deepcopy(anna.sends)
    first = advance(journey, anna.row, anna.sends, anna.now + 100 * HOUR, is_paused=is_paused)
    again = advance(journey, anna.row, anna.sends, anna.now + 100 * HOUR, is_paused=is_paused)
    assert (anna.row, anna.sends) == (row, sends)
    assert first == again


@given(journeys(), st.lists(TURNS, max_size=8))
def test_everybody_arrives(journey: Journey, turns: list[int | Heard | str]) -> None:
    """However it went so far: if only time passes and messages leave, it is done."""
    anna = running(journey)
    anna.advance()
    play(anna, turns)
    for _ in range(20):
        if anna.row.status == "done":
            break
        assert anna.row.due is not None
        play(anna, ["SENT"])
        if anna.row.due is not None:
            anna.advance(anna.row.due)
    assert anna.row.status == "done"
    assert anna.row.outcome is not None


@given(journeys(), st.lists(EVENTS, min_size=2, max_size=6, unique_by=lambda heard: heard.id), st.randoms())
def test_the_order_in_which_events_lie_in_the_inbox_decides_nothing(
    journey: Journey, events: list[Heard], random: Random
) -> None:
    one, other = running(journey), running(journey)
    shuffled = list(events)
    random.shuffle(shuffled)
    one.hear(*events).advance(NOON + 100 * HOUR)
    other.hear(*shuffled).advance(NOON + 100 * HOUR)
    assert one.row == other.row
    assert one.sends == other.sends


@given(journeys(), st.lists(EVENTS, max_size=6, unique_by=lambda heard: heard.id))
def test_events_come_by_the_inbox_or_are_caught_up_with_the_same_end(journey: Journey, events: list[Heard]) -> None:
    events = [heard for heard in events if heard.name not in (MERGED, RESTARTED)]
    one, other = running(journey), running(journey, catch_up=True)
    one.hear(*events).advance(NOON + 100 * HOUR)
    half = len(events) // 2
    other.hear(*events[half:]).advance(NOON + 100 * HOUR, missed=tuple(events))
    assert replace(one.row, appended=0) == replace(other.row, appended=0)
    assert one.sends == other.sends
