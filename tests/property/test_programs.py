"""Whatever a marketer puts together: it ends, sends nothing twice, and whoever owns the waits, the same leaves at the
same minute.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anlass.domain.enrolment import Enrolment
from anlass.language.compiler import compile_journey
from hypothesis import assume, given
from hypothesis import strategies as st

from cli.simulation import Simulation
from tests.builders import DAY, HOUR
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey

TEMPLATES = ("a", "b")
EVENTS = ("Product Viewed", "Product Added", "Content Shared")
START = {"type": "event", "event": "Account Created"}

hours = st.sampled_from(["1 hour", "5 hours", "1 day", "3 days", "9 days"])
conditions = st.sampled_from(
    [
        {"event": "Product Viewed", "count": {"gte": 2}, "within": "5 days"},
        {"field": "profile.views.count", "op": "gte", "value": 2},
        {"field": "profile.tags", "op": "contains", "value": "seen"},
        {"journey": "j", "is": "active"},
        {"not": {"field": "event.properties.product_id", "op": "exists"}},
        {"segment": "keen"},
    ]
)
sends = st.builds(
    lambda template, at: {"send": {"template": template, **({"at": at} if at else {})}},
    st.sampled_from(TEMPLATES),
    st.sampled_from([None, None, None, "09:00", "23:30"]),
)
waits = st.one_of(
    hours.map(lambda words: {"wait": words}), st.sampled_from(["07:00", "18:45"]).map(lambda t: {"wait": {"until": t}})
)
changes = st.sampled_from([{"update": {"add_tags": ["seen"]}}, {"update": {"set": {"last": "{{ now }}"}}}])


def lists(inner: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(inner, min_size=least, max_size=3)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branch = st.builds(
        lambda when, steps, other: {"branch": [{"when": when, "steps": steps}, {"else": other}]},
        conditions,
        lists(inner),
        lists(inner),
    )
    split = st.builds(
        lambda one, other: {
            "split": {"variants": [{"id": "x", "weight": 1, "steps": one}, {"id": "y", "weight": 2, "steps": other}]}
        },
        lists(inner),
        lists(inner),
    )
    repeat = st.builds(
        lambda times, every, steps, until: {
            "repeat": {"times": times, "every": every, "steps": steps, **({"until": until} if until else {})}
        },
        st.integers(1, 3),
        hours,
        lists(inner, 1),
        st.one_of(st.none(), conditions),
    )
    wait_for = st.builds(
        lambda event, steps, timeout, late: {
            "wait_for": {"first_of": [{"event": event, "steps": steps}], "timeout": timeout, "on_timeout": late}
        },
        st.sampled_from(EVENTS),
        lists(inner),
        hours,
        lists(inner),
    )
    return st.one_of(branch, split, repeat, wait_for)


programs = lists(st.recursive(st.one_of(sends, sends, waits, changes), nested, max_leaves=8), 1)
doings = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 20 * 24)), max_size=6)


def played(
    program: list[Any],
    doings: list[tuple[str, int]],
    border: timedelta,
    again: int = 0,
    late: timedelta = timedelta(0),
    apart: timedelta = timedelta(0),
) -> Simulation:
    """`apart`: so much later than the full hour happens the first thing, twice as much the second …"""
    keen = '{"id": "keen", "who": {"field": "profile.views.count", "op": "gte", "value": 3}}'
    files = content(
        journey("j", trigger=START, steps=program, exit=[{"event": "Order Refunded"}]),
        {"segments/keen.json": keen},
        templates=TEMPLATES,
    )
    world = a_simulation(files, border=border, late=late)
    world.ingest(identified("anna", MORNING - 2 * DAY))
    world.ingest(an_event("Account Created", MORNING, "anna"))
    for number, (name, hour) in enumerate(sorted(doings, key=lambda each: each[1])):
        at = MORNING + hour * HOUR + (number + 1) * apart
        world.advance(at)
        world.ingest(an_event(name, at, "anna", id_=f"doing-{number}", product_id="beans"))
        if again:
            world.deliver_again(again, again)
    world.advance(MORNING + 400 * DAY)
    return world


def story(world: Simulation) -> list[tuple[str, str]]:
    mails = zip(world.mailer.sent, world.mail_times, strict=True)
    return [(at.isoformat(timespec="minutes"), mail.tags["step"]) for mail, at in mails]


@given(programs, doings)
def test_every_program_ends_and_sends_nothing_twice(program: list[Any], doings: list[tuple[str, int]]) -> None:
    assume(compile_journey("journeys/j.json", journey("j", trigger=START, steps=program)["journeys/j.json"]).journey)
    world = played(program, doings, timedelta(days=7), again=4)
    rows = [row for row in world.store.rows() if isinstance(row, Enrolment)]
    assert [(row.status, row.outcome) for row in rows] == [("done", "finished")]
    sent = [(mail.tags["enrolment"], mail.tags["step"], mail.tags["visit"]) for mail in world.mailer.sent]
    assert len(sent) == len(set(sent))


@given(programs, doings)
def test_it_is_the_same_story_by_executions_and_by_the_calendar(
    program: list[Any], doings: list[tuple[str, int]]
) -> None:
    assume(compile_journey("journeys/j.json", journey("j", trigger=START, steps=program)["journeys/j.json"]).journey)
    told = story(played(program, doings, timedelta(days=7)))
    assert told == story(played(program, doings, timedelta(0)))
    assert told == story(played(program, doings, timedelta(days=400), again=3))


@given(programs, doings)
def test_it_is_the_same_story_by_a_calendar_that_rings_late(program: list[Any], doings: list[tuple[str, int]]) -> None:
    """As the real one does, by up to a minute: "at nine" is not tomorrow because it is nine and 50 seconds."""
    assume(compile_journey("journeys/j.json", journey("j", trigger=START, steps=program)["journeys/j.json"]).journey)
    apart = timedelta(minutes=7)  # nothing happens in the very minute in which something is due
    sharp = story(played(program, doings, timedelta(0), apart=apart))
    late = story(played(program, doings, timedelta(0), late=timedelta(seconds=50), apart=apart))
    assert late == sharp
