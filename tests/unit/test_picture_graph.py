"""A journey as a graph: every step, every way, and where ways meet again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from anlass.language.journey_file import JourneyFile
from anlass.language.picture.graph import Node, Picture, picture_of
from anlass.language.steps.base import StepModel

CONTENT = Path(__file__).parents[2] / "content"
SHIPPED = sorted((CONTENT / "journeys").glob("*.json"))
NEW = {"field": "profile.orders.count", "op": "eq", "value": 0}
VIP = {"field": "profile.tags", "op": "contains", "value": "vip"}


def send(template: str) -> dict[str, Any]:
    return {"send": {"template": template}}


def journey(*steps: Any, **parts: Any) -> JourneyFile:
    trigger = {"type": "event", "event": "Order Completed"}
    return JourneyFile.model_validate({"id": "j", "trigger": trigger, "steps": list(steps), **parts})


def drawn(*steps: Any, **parts: Any) -> Picture:
    return picture_of(journey(*steps, **parts))


def named(picture: Picture, id_: str) -> str:
    return next(node.says.text for node in picture.nodes if node.id == id_)


def ways(picture: Picture) -> list[tuple[str, str, str]]:
    """(from, when, to), by what the boxes say."""
    return [(named(picture, edge.source), edge.label, named(picture, edge.target)) for edge in picture.edges]


def node(picture: Picture, text: str) -> Node:
    return next(node for node in picture.nodes if node.says.text == text)


def all_places(steps: Sequence[StepModel], place: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    for position, step in enumerate(steps):
        yield (*place, position)
        for inner, its in step.paths():
            yield from all_places(its, (*place, position, *inner))


def test_steps_follow_each_other_from_the_trigger_to_the_end() -> None:
    assert ways(drawn(send("a"), {"wait": "24 hours"}, send("b"))) == [
        ("Order Completed", "", "a"),
        ("a", "", "after 24 hours"),
        ("after 24 hours", "", "b"),
        ("b", "", "The journey ends"),
    ]


def test_any_of_several_triggers_leads_to_who_may_enter_and_how_often() -> None:
    triggers = [{"type": "event", "event": "A"}, {"type": "event", "event": "B"}]
    picture = drawn(send("a"), trigger=triggers, who={"all": [NEW, VIP]}, entry={"again": "after 7 days"})
    assert ways(picture)[:3] == [
        ("A", "", "orders count = 0"),
        ("B", "", "orders count = 0"),
        ("orders count = 0", "", "a"),
    ]
    assert node(picture, "orders count = 0").says.more == (
        "and tags contains vip",
        "again after 7 days at the earliest",
    )


def test_who_may_enter_is_said_part_by_part() -> None:
    def lines(who: dict[str, Any]) -> tuple[str, ...]:
        says = next(each for each in drawn(send("a"), who=who).nodes if each.kind == "who").says
        return (says.text, *says.more)

    assert lines({"any": [NEW, {"all": [NEW, VIP]}]}) == (
        "orders count = 0",
        "or (orders count = 0 and tags contains vip)",
    )
    assert lines({"not": {"any": [NEW, VIP]}}) == ("nothing of this:", "orders count = 0", "tags contains vip")
    assert lines({"not": {"all": [NEW, VIP]}}) == ("not all of this:", "orders count = 0", "tags contains vip")


def test_a_box_shows_some_parts_of_very_many() -> None:
    who = {"any": [{"field": "profile.age", "op": "eq", "value": age} for age in range(20)]}
    box = next(each for each in drawn(send("a"), who=who).nodes if each.kind == "who")
    assert len(box.says.more) == 19
    assert box.lines[-2:] == ("or age = 7", "… 12 more")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"again": "never"}, "only once"),
        ({"per": "order_id"}, "only once for each order id"),
        ({"per": "order_id", "again": "always"}, "as often as it happens for each order id"),
        ({"per": "order_id", "again": "after 7 days"}, "again after 7 days at the earliest for each order id"),
    ],
)
def test_how_often_somebody_enters_is_said_where_it_is_not_always(entry: dict[str, str], words: str) -> None:
    assert node(drawn(send("a"), entry=entry), "everybody").says.more == (words,)
    assert [each.kind for each in drawn(send("a")).nodes] == ["trigger", "send", "over"]


def test_a_part_that_is_only_measured_is_said_to_get_nothing() -> None:
    assert node(drawn(send("a"), holdout=5), "everybody").says.more == ("5 % of them get nothing and are measured",)


def test_a_branch_rejoins_behind_it_and_says_when_each_way_is_taken() -> None:
    branch = {"branch": [{"when": NEW, "steps": [send("new")]}, {"when": VIP, "steps": []}, {"else": [send("old")]}]}
    assert ways(drawn(branch, send("all")))[1:-1] == [
        ("Which is true first?", "when orders count = 0", "new"),
        ("Which is true first?", "when tags contains vip", "all"),
        ("Which is true first?", "otherwise", "old"),
        ("new", "", "all"),
        ("old", "", "all"),
    ]


def test_a_branch_without_else_goes_on_otherwise() -> None:
    picture = drawn({"branch": [{"when": NEW, "steps": [send("new")]}]}, send("all"))
    assert ("Is it so?", "otherwise", "all") in ways(picture)


def test_a_way_that_ends_in_an_exit_does_not_rejoin() -> None:
    picture = drawn({"branch": [{"when": NEW, "steps": [{"exit": "too new"}]}]}, send("all"))
    assert [edge for edge in ways(picture) if edge[0] == "too new"] == []
    assert node(picture, "too new").kind == "leave"


def test_answers_and_the_timeout_are_ways_out_of_waiting() -> None:
    good = {"event": "Product Reviewed", "where": {"field": "event.properties.rating", "op": "gte", "value": 4}}
    waiting = {"first_of": [{**good, "steps": [send("thanks")]}], "timeout": "5 days", "on_timeout": [send("again")]}
    assert ways(drawn({"wait_for": waiting}))[1:] == [
        ("Product Reviewed", "on Product Reviewed with rating ≥ 4", "thanks"),
        ("Product Reviewed", "no answer within 5 days", "again"),
        ("thanks", "", "The journey ends"),
        ("again", "", "The journey ends"),
    ]


def test_a_split_shows_shares_and_a_part_that_gets_nothing() -> None:
    split = {
        "split": {"variants": [{"id": "a", "weight": 80, "steps": [send("a-mail")]}, {"id": "none", "weight": 20}]}
    }
    assert ways(drawn(split, send("all")))[1:-1] == [
        ("a or none", "a: 80 %", "a-mail"),
        ("a or none", "none: 20 %", "all"),
        ("a-mail", "", "all"),
    ]


def test_a_repetition_leads_back_once_from_all_its_ends_and_then_on() -> None:
    inner = {"branch": [{"when": NEW, "steps": [send("new")]}, {"else": [send("old")]}]}
    picture = drawn({"repeat": {"times": 3, "every": "7 days", "steps": [inner]}}, send("last"))
    assert ways(picture)[1:-1] == [
        ("3 times, every 7 days", "", "Is it so?"),
        ("3 times, every 7 days", "after 3 times", "last"),
        ("Is it so?", "when orders count = 0", "new"),
        ("Is it so?", "otherwise", "old"),
        ("new", "", "again after 7 days"),
        ("old", "", "again after 7 days"),
        ("again after 7 days", "", "3 times, every 7 days"),
    ]
    assert [(named(picture, edge.source), edge.back) for edge in picture.edges if edge.back] == [
        ("again after 7 days", True)
    ]


def test_a_repetition_that_always_leaves_never_leads_back() -> None:
    inner = {"branch": [{"when": NEW, "steps": [{"exit": "a"}]}, {"else": [{"exit": "b"}]}]}
    assert not any(
        edge.back for edge in drawn({"repeat": {"times": 3, "every": "7 days", "until": VIP, "steps": [inner]}}).edges
    )


def test_exits_and_the_goal_stand_beside_the_path_with_their_own_steps() -> None:
    picture = drawn(
        send("a"),
        goal={"event": "Order Completed", "within": "7 days", "value": "event.properties.total"},
        exit=[{"event": "Order Cancelled", "match": "order_id", "steps": [send("sorry")]}, {"event": "Cart Emptied"}],
    )
    assert ways(picture)[2:] == [("Order Cancelled", "", "sorry"), ("sorry", "", "Out of the journey")]
    goal = next(each for each in picture.nodes if each.kind == "goal")
    assert (goal.says.text, goal.says.more) == ("Order Completed", ("within 7 days", "worth: total"))
    assert [(each.says.text, each.says.more) for each in picture.nodes if each.kind == "exit"] == [
        ("Order Cancelled", ("same order id",)),
        ("Cart Emptied", ()),
    ]


def test_a_step_is_called_as_its_author_called_it_because_conditions_do_so() -> None:
    picture = drawn({"id": "remind", **send("a")})
    assert node(picture, "a").head == "Send · remind"


def test_a_step_type_that_nobody_has_described_shows_what_stands_in_the_file() -> None:
    class DanceStep(StepModel):
        dance: dict[str, Any]

        def compile(self, here: Any, build: Any) -> Any:
            raise AssertionError("a picture compiles nothing")

    said = DanceStep(dance={"to": "samba", "how_long": "2 minutes"}).says()
    assert (said.what, said.text) == ("Dance", "to samba, how long 2 minutes")


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_step_of_the_journeys_that_ship_is_in_its_picture_and_can_be_reached(file: Path) -> None:
    model = JourneyFile.model_validate(json.loads(file.read_text(encoding="utf-8")))
    picture = picture_of(model)
    places = [*all_places(model.steps, ("steps",))]
    for position, out in enumerate(model.exit):
        places += [("exit", position), *all_places(out.steps, ("exit", position, "steps"))]
    shown = [each.place for each in picture.nodes if each.kind not in ("trigger", "who", "goal") and each.place]
    assert sorted(shown, key=str) == sorted(places, key=str)
    assert all(each.says.text for each in picture.nodes)
    reached = {edge.target for edge in picture.edges}
    starts = {each.id for each in picture.nodes if each.kind in ("trigger", "exit", "goal")}
    assert {each.id for each in picture.nodes} == reached | starts
