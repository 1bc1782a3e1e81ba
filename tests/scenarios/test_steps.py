"""Every kind of step as a marketer would write it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, ClassVar

import pytest
from anlass.domain.call import Call
from anlass.domain.enrolment import Enrolment

from cli.simulation import Simulation
from tests.builders import DAY, HOUR, MINUTE
from tests.scenarios.test_triggers import left
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails

START = {"type": "event", "event": "Account Created"}


def simulated(*steps: Any, start: datetime = MORNING, others: Any = (), **parts: Any) -> Simulation:
    names = ["a", "b", "c", "mail"]
    one = journey("j", **{"trigger": START, "steps": list(steps), **parts})
    return a_simulation(content(one, *others, templates=names), start)


def begins(simulation: Simulation, user: str = "anna", **properties: Any) -> None:
    simulation.ingest(identified(user, simulation.clock.now() - HOUR))
    simulation.ingest(an_event("Account Created", simulation.clock.now(), user, **properties))


def enrolments(simulation: Simulation) -> list[Enrolment]:
    return [row for row in simulation.store.rows() if isinstance(row, Enrolment)]


def traits(simulation: Simulation, user: str = "anna") -> dict[str, Any]:
    from anlass.keys import AttributesKey

    row = simulation.store.read([AttributesKey(f"u:{user}")]).attributes(f"u:{user}")
    return dict(row.traits) if row else {}


class TestRepeat:
    def test_at_once_then_every_week(self) -> None:
        world = simulated({"repeat": {"times": 3, "every": "7 days", "steps": [mails("a")]}}, mails("b"))
        begins(world)
        world.advance(MORNING + 60 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-09 09:00 a", "03-16 09:00 a", "03-16 09:00 b"]

    def test_until_something_is_true(self) -> None:
        bought = {"event": "Order Completed", "within": "30 days"}
        world = simulated(
            {"repeat": {"times": 9, "every": "1 day", "until": bought, "steps": [mails("a")]}}, mails("b")
        )
        begins(world)
        world.advance(MORNING + 30 * HOUR)
        world.ingest(an_event("Order Completed", MORNING + 30 * HOUR, "anna", order_id="1"))
        world.advance(MORNING + 60 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-03 09:00 a", "03-04 09:00 b"]

    def test_rounds_with_waits_of_their_own_keep_their_beat(self) -> None:
        inner = [mails("a"), {"wait": "1 day"}, mails("b")]
        world = simulated({"repeat": {"times": 2, "every": "7 days", "steps": inner}})
        begins(world)
        world.advance(MORNING + 60 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-03 09:00 b", "03-09 09:00 a", "03-10 09:00 b"]

    def test_a_repeat_in_a_repeat_counts_anew(self) -> None:
        inner = {"repeat": {"times": 2, "every": "1 hour", "steps": [mails("a")]}}
        world = simulated({"repeat": {"times": 2, "every": "1 day", "steps": [inner]}})
        begins(world)
        world.advance(MORNING + 60 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-02 10:00 a", "03-03 09:00 a", "03-03 10:00 a"]


class TestSplit:
    def test_goes_by_weight_and_always_the_same_way(self) -> None:
        variants = [{"id": "x", "weight": 30, "steps": [mails("a")]}, {"id": "y", "weight": 70, "steps": [mails("b")]}]
        told: list[list[str]] = []
        for _ in range(2):
            world = simulated({"split": {"variants": variants}})
            for number in range(200):
                begins(world, f"p{number}")
            told.append([mail.recipient + mail.tags["step"] for mail in world.mailer.sent])
        assert told[0] == told[1]
        counts = Counter(entry.rsplit("example", 1)[1] for entry in told[0])
        assert counts["a"] + counts["b"] == 200
        assert 40 <= counts["a"] <= 80

    def test_a_later_step_may_ask_which_way_it_went(self) -> None:
        split = {"id": "s", "split": {"variants": [{"id": "x", "weight": 1}, {"id": "y", "weight": 1}]}}
        was_x = {"field": "steps.s.variant", "op": "eq", "value": "x"}
        world = simulated(split, {"branch": [{"when": was_x, "steps": [mails("a")]}, {"else": [mails("b")]}]})
        for number in range(20):
            begins(world, f"p{number}")
        by_enrolment = {row.id: row.steps["s"].variant for row in enrolments(world)}
        assert {(by_enrolment[m.tags["enrolment"]], m.tags["step"]) for m in world.mailer.sent} == {
            ("x", "a"),
            ("y", "b"),
        }


class TestUpdate:
    def test_a_value_that_cannot_be_filled_in_sets_nothing_and_holds_up_nobody(self) -> None:
        world = simulated({"update": {"set": {"double": "{{ entry.properties.total * 2 }}", "seen": 3}}}, mails("a"))
        begins(world, total="3,50")
        assert ("double" in traits(world), traits(world)["seen"]) == (False, 3)
        assert left(world) == ["03-02 09:00 a"]

    STEP: ClassVar[dict[str, Any]] = {
        "update": {"set": {"favourite": "{{ entry.properties.category }}", "seen": 3}, "add_tags": ["vip", "new"]}
    }

    def test_sets_traits_and_tags(self) -> None:
        world = simulated(self.STEP, {"wait": "1 day"}, {"update": {"remove_tags": ["new"]}})
        begins(world, category="coffee")
        assert traits(world)["favourite"] == "coffee"
        assert (traits(world)["seen"], traits(world)["tags"]) == (3, ["vip", "new"])
        world.advance(MORNING + 2 * DAY)
        assert traits(world)["tags"] == ["vip"]

    def test_the_next_step_sees_it_already(self) -> None:
        is_vip = {"field": "profile.tags", "op": "contains", "value": "vip"}
        world = simulated(self.STEP, {"branch": [{"when": is_vip, "steps": [mails("a")]}, {"else": [mails("b")]}]})
        begins(world, category="coffee")
        assert left(world) == ["03-02 09:00 a"]

    def test_a_text_may_be_made_of_names(self) -> None:
        made = {
            "update": {
                "set": {
                    "greeting": "Hello {{ profile.email }}, {{ entry.properties.n + 1 }}",
                    "n": "{{ entry.properties.n }}",
                }
            }
        }
        world = simulated(made)
        begins(world, n=4)
        assert traits(world)["greeting"] == "Hello anna@shop.example, 5"
        assert traits(world)["n"] == 4

    def test_what_is_not_known_sets_nothing(self) -> None:
        world = simulated(self.STEP)
        begins(world)
        assert "favourite" not in traits(world)


class TestEnrol:
    OTHER = journey("other", trigger={"type": "enrolled"}, steps=[mails("b")])

    def test_enters_another_journey_with_the_same_entry(self) -> None:
        branch = {"field": "entry.properties.category", "op": "eq", "value": "coffee"}
        other = journey(
            "other",
            trigger={"type": "enrolled"},
            who={"field": "entry.properties.category", "op": "eq", "value": "coffee"},
            steps=[{"branch": [{"when": branch, "steps": [mails("b")]}]}],
        )
        world = simulated({"enrol": {"journey": "other"}}, {"wait": "1 day"}, mails("a"), others=[other])
        begins(world, category="coffee")
        begins(world, "ben", category="tea")
        world.advance(MORNING + 2 * DAY)
        assert left(world) == ["03-02 09:00 b", "03-03 09:00 a", "03-03 09:00 a"]

    def test_nothing_else_starts_such_a_journey(self) -> None:
        world = simulated({"wait": "1 day"}, others=[self.OTHER])
        begins(world)
        world.advance(MORNING + 2 * DAY)
        assert left(world) == []

    def test_entry_rules_of_the_other_hold(self) -> None:
        once = journey("other", trigger={"type": "enrolled"}, entry={"again": "never"}, steps=[mails("b")])
        world = simulated({"enrol": {"journey": "other"}}, others=[once])
        for day in range(3):
            world.advance(MORNING + day * DAY)
            begins(world)
        assert left(world) == ["03-02 09:00 b"]


class TestBehindAMessageThatLeavesLater:
    """What follows a send starts when it left or was skipped."""

    OTHER: ClassVar[dict[str, str]] = journey("other", trigger={"type": "enrolled"}, steps=[mails("c")])

    @pytest.mark.parametrize(
        "step",
        [
            {"update": {"add_tags": ["mailed"]}},
            {"enrol": {"journey": "other"}},
            mails("b"),
            {"repeat": {"times": 1, "every": "1 hour", "steps": [mails("b")]}},
            {"split": {"variants": [{"id": v, "weight": 1, "steps": [mails(v)]} for v in "bc"]}},
            {"webhook": {"url": "https://shop.example/hook", "secret": "erp", "body": {}}},
        ],
        ids=lambda step: next(key for key in step if key != "id"),
    )
    def test_nothing_happens_before(self, step: dict[str, Any]) -> None:
        world = simulated(mails("a", at="18:00"), step, others=[self.OTHER])
        begins(world)

        def done() -> tuple[int, bool, int]:
            calls = sum(isinstance(row, Call) for row in world.store.rows())
            return len(world.mailer.sent), "tags" in traits(world), calls

        before = done()
        world.advance(MORNING + 7 * HOUR)
        assert done() == before
        world.advance(MORNING + 9 * HOUR)
        assert left(world)[0] == "03-02 17:00 a"
        assert sum(map(int, done())) == sum(map(int, before)) + 2

    def test_who_was_told_of_by_a_tag_was_not_if_the_message_never_left(self) -> None:
        settings = {"caps": {"email": {"day": 1}}}
        step = {"update": {"add_tags": ["mailed"]}}
        one = journey("j", trigger=START, steps=[mails("a"), {"wait": "1 hour"}, mails("b"), step])
        world = a_simulation(content(one, templates=["a", "b"], settings=settings), MORNING)
        begins(world)
        world.advance(MORNING + 5 * HOUR)
        assert "tags" not in traits(world)


class TestEnteringAgain:
    """Each value of `per` has an enrolment of its own, also where it may come again."""

    @pytest.mark.parametrize(("active", "leaves"), [("ignore", ["03-03 09:00"]), ("restart", ["03-03 21:00"])])
    def test_while_the_same_value_is_active(self, active: str, leaves: list[str]) -> None:
        entry = {"per": "list", "again": "always", "while_active": active}
        world = simulated({"wait": "24 hours"}, mails("a"), entry=entry)
        begins(world, list="x")
        world.advance(MORNING + 12 * HOUR)
        begins(world, list="x")
        begins(world, "ben", list="x")
        world.advance(MORNING + 4 * DAY)
        assert left(world) == [f"{leaves[0]} a", "03-03 21:00 a"]

    def test_orders_are_confirmed_however_many_letters_wait(self) -> None:
        ordered = {"type": "event", "event": "Order Completed"}
        asks = journey("asks", trigger=ordered, entry={"per": "order_id"}, steps=[{"wait": "60 days"}, mails("b")])
        world = simulated(mails("a"), trigger=ordered, id="j", others=[asks])
        world.ingest(identified("anna", MORNING))
        for number in range(45):
            world.ingest(
                an_event("Order Completed", MORNING + number * MINUTE, "anna", order_id=f"o-{number}", total=1)
            )
        assert left(world) == ["03-02 09:00 a"] * 45


class TestTheNextSuchTime:
    def test_is_this_very_moment_for_the_first_and_tomorrow_for_the_second(self) -> None:
        world = simulated(
            {"wait": {"until": "10:00"}}, mails("a"), {"wait": {"until": "10:00"}}, mails("b"), mails("c", at="10:00")
        )
        begins(world)
        world.advance(MORNING + 5 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-03 09:00 b", "03-04 09:00 c"]

    def test_after_a_message_for_that_time_is_tomorrow(self) -> None:
        world = simulated(mails("a", at="18:00"), {"wait": {"until": "18:00"}}, mails("b"))
        begins(world)
        world.advance(MORNING + 5 * DAY)
        assert left(world) == ["03-02 17:00 a", "03-03 17:00 b"]

    def test_of_another_time_is_today(self) -> None:
        world = simulated({"wait": {"until": "10:00"}}, mails("a"), {"wait": {"until": "10:30"}}, mails("b"))
        begins(world)
        world.advance(MORNING + 5 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-02 09:30 b"]

    def test_in_the_next_round_is_that_day(self) -> None:
        rounds = {"repeat": {"times": 3, "every": "1 day", "steps": [{"wait": {"until": "10:00"}}, mails("a")]}}
        world = simulated(rounds)
        begins(world)
        world.advance(MORNING + 9 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-03 09:00 a", "03-04 09:00 a"]


class TestSunset:
    def test_no_marketing_until_she_acts_again(self) -> None:
        again = journey("again", trigger={"type": "event", "event": "Contest Entered"}, steps=[mails("b")])
        told_by_the_shop = journey("told", trigger={"type": "event", "event": "Order Delivered"}, steps=[mails("c")])
        world = simulated(mails("a"), {"sunset": "no answer"}, others=[again, told_by_the_shop])
        begins(world)
        world.advance(MORNING + DAY)
        world.ingest(an_event("Order Delivered", MORNING + DAY, "anna", order_id="1"))
        assert left(world) == ["03-02 09:00 a"]
        world.ingest(an_event("Contest Entered", MORNING + DAY + MINUTE, "anna"))
        assert left(world) == ["03-02 09:00 a", "03-03 09:00 b"]

    def test_the_last_message_still_leaves(self) -> None:
        world = simulated(mails("a", at="18:00"), {"sunset": "no answer"})
        begins(world)
        world.advance(MORNING + 2 * DAY)
        assert left(world) == ["03-02 17:00 a"]


class TestConsents:
    def test_unsubscribed_from_everything(self) -> None:
        world = simulated(mails("a"), {"unsubscribe": "all"}, {"wait": "1 hour"}, mails("b"))
        begins(world)
        world.advance(MORNING + DAY)
        assert left(world) == ["03-02 09:00 a"]

    def test_unsubscribed_from_one_topic(self) -> None:
        news = journey("news", topic="news", trigger=START, steps=[{"wait": "2 hours"}, mails("c")])
        step = {"unsubscribe": {"topic": "offers", "channel": "email"}}
        world = simulated(step, {"wait": "1 hour"}, mails("a"), others=[news])
        begins(world)
        world.advance(MORNING + DAY)
        assert left(world) == ["03-02 11:00 c"]

    def test_a_subscription_opens_one_topic(self) -> None:
        news = journey("news", topic="news", trigger=START, steps=[{"wait": "2 hours"}, mails("c")])
        world = simulated({"subscribe": {"topic": "offers"}}, mails("a"), others=[news])
        world.ingest(identified("anna", MORNING, subscribed=None))
        world.ingest(an_event("Account Created", MORNING, "anna"))
        world.advance(MORNING + DAY)
        assert left(world) == ["03-02 09:00 a"]


class TestHoldout:
    def test_nothing_is_sent_and_everything_is_measured(self) -> None:
        goal = {"event": "Order Completed", "within": "7 days"}
        world = simulated(mails("a"), {"wait": "3 days"}, mails("b"), holdout=100, goal=goal)
        begins(world)
        world.advance(MORNING + 2 * DAY)
        world.ingest(an_event("Order Completed", MORNING + 2 * DAY, "anna", order_id="1"))
        begins(world, "ben")
        world.advance(MORNING + 60 * DAY)
        assert left(world) == []
        anna, ben = sorted(enrolments(world), key=lambda row: row.entered_at)
        assert (anna.outcome, anna.goal_at, anna.variant) == ("goal", MORNING + 2 * DAY, "holdout")
        assert (ben.outcome, ben.goal_at, ben.status) == ("held out", None, "done")

    def test_a_tenth_is_a_tenth(self) -> None:
        world = simulated(mails("a"), holdout=10)
        for number in range(300):
            begins(world, f"p{number}")
        assert 255 <= len(left(world)) <= 285


class TestOwnCaps:
    def test_one_of_this_journey_a_week(self) -> None:
        world = simulated(mails("a"), {"wait": "1 day"}, mails("b"), caps={"email": {"week": 1}})
        begins(world)
        world.advance(MORNING + 30 * DAY)
        assert left(world) == ["03-02 09:00 a"], "the second would be stale by the time it may leave"

    def test_other_journeys_do_not_count(self) -> None:
        other = journey("other", trigger=START, steps=[mails("b")])
        world = simulated({"wait": "1 hour"}, mails("a"), caps={"email": {"week": 1}}, others=[other])
        begins(world)
        world.advance(MORNING + 30 * DAY)
        assert left(world) == ["03-02 09:00 b", "03-02 10:00 a"]


class TestVersions:
    STEPS = (mails("a"), {"id": "pause", "wait": "10 days"}, mails("b"))

    def published(self, world: Simulation, *steps: Any, **parts: Any) -> None:
        one = journey("j", **{"trigger": START, "steps": list(steps), **parts})
        assert {p.status for p in world.publish(one)} == {"live"}

    def test_who_is_on_the_way_keeps_their_version(self) -> None:
        world = simulated(*self.STEPS)
        begins(world)
        self.published(world, mails("a"), {"id": "pause", "wait": "10 days"}, mails("c"))
        world.advance(MORNING + 30 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-12 09:00 b"]

    def test_a_migration_takes_them_along_by_step_id(self) -> None:
        world = simulated(*self.STEPS)
        begins(world)
        new = (mails("a"), {"id": "pause", "wait": "10 days"}, mails("c"))
        self.published(world, *new, in_flight="migrate", exit=[{"event": "Order Completed"}])
        world.advance(MORNING + 30 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-12 09:00 c"]

    def test_a_migration_leaves_who_is_at_a_step_that_is_gone(self) -> None:
        world = simulated(*self.STEPS)
        begins(world)
        self.published(world, mails("a"), {"id": "other", "wait": "5 days"}, mails("c"), in_flight="migrate")
        world.advance(MORNING + 30 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-12 09:00 b"]

    def test_drained_lets_them_finish_and_nobody_enter(self) -> None:
        world = simulated(*self.STEPS)
        begins(world)
        self.published(world, *self.STEPS, in_flight="drain")
        begins(world, "ben")
        world.advance(MORNING + 30 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-12 09:00 b"]

    def test_a_deleted_file_drains(self) -> None:
        world = simulated(*self.STEPS)
        begins(world)
        from anlass.usecases.publish_content import publish

        del world.content.files["journeys/j.json"]
        publish("journeys/j.json", content=world.content, definitions=world.definitions, clock=world.clock)
        begins(world, "ben")
        world.advance(MORNING + 30 * DAY)
        assert left(world) == ["03-02 09:00 a", "03-12 09:00 b"]

    def test_a_pause_holds_people_where_they_are(self) -> None:
        world = simulated(*self.STEPS)
        begins(world)
        self.published(world, *self.STEPS, status="off")
        world.advance(MORNING + 60 * DAY)
        assert left(world) == ["03-02 09:00 a"]
        [row] = enrolments(world)
        assert row.held_at == MORNING + 10 * DAY
        assert row.status == "active"


def test_an_order_that_is_told_twice_does_not_end_what_it_began() -> None:
    """By the browser, and by the server; the next order does."""
    ordered = {"type": "event", "event": "Order Completed"}
    steps = [mails("a"), {"wait": "1 day"}, mails("b")]
    world = simulated(*steps, trigger=ordered, exit=[{"event": "Order Completed"}], entry={"per": "order_id"})
    world.ingest(identified("anna", MORNING - HOUR))
    world.ingest(an_event("Order Completed", MORNING, "anna", order_id="1", id_="server"))
    world.ingest(an_event("Order Completed", MORNING + MINUTE, "anna", order_id="1", id_="browser", source="browser"))
    world.advance(MORNING + HOUR)
    world.ingest(an_event("Order Completed", MORNING + HOUR, "anna", order_id="2"))
    world.advance(MORNING + 3 * DAY)
    assert left(world) == ["03-02 09:00 a", "03-02 10:00 a", "03-03 10:00 b"]
