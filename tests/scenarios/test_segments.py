"""Segments as marketers use them: who is in, who comes and goes, and who may enter a journey."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from anlass.domain.event import Event, EventKey
from anlass.ports import PARTS, EventLog
from anlass.usecases.selecting.segments import by_segments
from anlass.usecases.selecting.work import Work
from anlass.wire import Selection

from cli.simulation import Simulation
from tests.builders import DAY, HOUR
from tests.scenarios.test_triggers import left, order
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails


def segment(id_: str, who: Any) -> dict[str, str]:
    return {f"segments/{id_}.json": json.dumps({"id": id_, "name": id_, "who": who})}


VIP = segment("vip", {"field": "profile.spend.total", "op": "gte", "value": 1000})
COMES = {"type": "segment", "segment": "vip", "change": "entered"}
GOES = {"type": "segment", "segment": "vip", "change": "left"}


def world_of(*parts: dict[str, str]) -> Simulation:
    return a_simulation(content(*parts, templates=["a", "b", "mail"]))


def knows(world: Simulation, user: str = "anna", **traits: Any) -> None:
    world.ingest(identified(user, world.clock.now() - 2 * DAY, **traits))


class TestComingAndGoing:
    def test_who_comes_to_belong_to_it_enters(self) -> None:
        world = world_of(VIP, journey("j", trigger=COMES, steps=[mails("a")]))
        knows(world)
        world.ingest(order(MORNING, "1", total=600))
        assert left(world) == []
        world.ingest(order(MORNING + HOUR, "2", total=600))
        assert left(world) == ["03-02 09:00 a"]
        world.ingest(order(MORNING + 2 * HOUR, "3", total=600))
        assert left(world) == ["03-02 09:00 a"]

    def test_who_belonged_to_it_before_anybody_asked_does_not_enter(self) -> None:
        world = world_of(VIP)
        knows(world)
        world.ingest(order(MORNING, "1", total=5000))
        world.publish(content(journey("j", trigger=COMES, steps=[mails("a")]), templates=["a"]))
        world.ingest(order(MORNING + HOUR, "2", total=10))
        assert left(world) == []

    def test_who_leaves_it_is_noticed_too(self) -> None:
        full = segment("vip", {"field": "profile.cart.value", "op": "gt", "value": 50})
        world = world_of(full, journey("j", trigger=GOES, steps=[mails("a")]))
        knows(world)
        world.ingest(an_event("Product Added", MORNING, "anna", product_id="x", price=60))
        world.ingest(an_event("Product Removed", MORNING, "anna", product_id="x"))
        assert left(world) == ["03-02 09:00 a"]

    def test_a_trait_brings_people_in(self) -> None:
        austria = segment("vip", {"field": "profile.country", "op": "eq", "value": "AT"})
        world = world_of(austria, journey("j", trigger=COMES, steps=[mails("a")]))
        knows(world, country="DE")
        knows(world, country="AT")
        assert left(world) == []  # the second identify is as old as the first
        world.ingest(identified("anna", MORNING, country="AT"))
        assert left(world) == ["03-02 09:00 a"]

    def test_what_somebody_did_brings_them_in(self) -> None:
        keen = segment("vip", {"event": "Product Viewed", "count": {"gte": 3}, "within": "7 days"})
        world = world_of(keen, journey("j", trigger=COMES, steps=[mails("a")]))
        knows(world)
        for hours in range(3):
            world.advance(MORNING + timedelta(hours=hours))
            world.ingest(an_event("Product Viewed", world.clock.now(), "anna", product_id="x"))
        assert left(world) == ["03-02 11:00 a"]

    def test_a_segment_may_be_made_of_others(self) -> None:
        big = segment("big", {"field": "profile.spend.total", "op": "gte", "value": 1000})
        both = {"all": [{"segment": "big"}, {"field": "profile.country", "op": "eq", "value": "AT"}]}
        world = world_of(big, segment("vip", both), journey("j", trigger=COMES, steps=[mails("a")]))
        knows(world, country="AT")
        world.ingest(order(MORNING, "1", total=1000))
        assert left(world) == ["03-02 09:00 a"]


RICH = {"field": "profile.spend.total", "op": "gte", "value": 1000}
RICH_AND_REACHABLE = segment("vip", {"all": [RICH, {"reachable": "email"}]})


class TestBeingReachable:
    """A bound is passed in one moment; a segment is entered when all of it is true, whatever comes last."""

    @staticmethod
    def guest_spends(world: Simulation) -> None:
        for number in "12":
            bought = an_event("Order Completed", MORNING, anonymous="phone", id_=number, order_id=number, total=600)
            world.ingest(bought)
        assert left(world) == []

    @pytest.mark.parametrize("user", [None, "anna"], ids=["as a guest", "as a customer"])
    def test_who_spent_as_a_stranger_enters_when_they_give_their_address(self, user: str | None) -> None:
        world = world_of(RICH_AND_REACHABLE, journey("j", trigger=COMES, steps=[mails("a")]))
        self.guest_spends(world)
        world.ingest(identified(user, MORNING + HOUR, "phone"))
        assert left(world) == ["03-02 09:00 a"]

    def test_who_spent_as_a_stranger_enters_when_they_log_in(self) -> None:
        world = world_of(RICH_AND_REACHABLE, journey("j", trigger=COMES, steps=[mails("a")]))
        knows(world)
        self.guest_spends(world)
        world.ingest(an_event("Account Created", MORNING + HOUR, "anna", "phone"))
        assert left(world) == ["03-02 09:00 a"]

    def test_who_said_no_enters_when_they_agree_to_whatever_topic(self) -> None:
        trigger = {"type": "event", "event": "Contest Entered"}
        agrees = journey("agrees", trigger=trigger, steps=[{"subscribe": {"topic": "news", "channel": "email"}}])
        welcome = journey("j", trigger=COMES, topic="news", steps=[mails("a")])
        world = world_of(RICH_AND_REACHABLE, agrees, welcome)
        world.ingest(identified("anna", MORNING - DAY, subscribed=None), order(MORNING, "1", total=1000))
        assert left(world) == []
        world.ingest(an_event("Contest Entered", MORNING, "anna"))
        assert left(world) == ["03-02 09:00 a"]

    def test_with_a_condition_of_the_journey_instead_their_moment_has_passed(self) -> None:
        """As publishing says: `who` is asked when the bound is passed."""
        world = world_of(VIP, journey("j", trigger=COMES, who={"reachable": "email"}, steps=[mails("a")]))
        self.guest_spends(world)
        world.ingest(identified("anna", MORNING + HOUR, "phone"))
        assert left(world) == []


class TestBeingIn:
    START: ClassVar[dict[str, Any]] = {"type": "event", "event": "Contest Entered"}

    def test_who_may_enter(self) -> None:
        world = world_of(VIP, journey("j", trigger=self.START, who={"segment": "vip"}, steps=[mails("a")]))
        knows(world)
        world.ingest(an_event("Contest Entered", MORNING, "anna"))
        assert left(world) == []
        world.ingest(order(MORNING, "1", total=1000))
        world.ingest(an_event("Contest Entered", MORNING + HOUR, "anna"))
        assert left(world) == ["03-02 09:00 a"]

    def test_which_way_somebody_goes(self) -> None:
        keen = segment("keen", {"event": "Product Viewed", "count": {"gte": 2}, "within": "7 days"})
        ways = [{"when": {"not": {"segment": "keen"}}, "steps": [mails("b")]}, {"else": [mails("a")]}]
        world = world_of(keen, journey("j", trigger=self.START, steps=[{"wait": "1 day"}, {"branch": ways}]))
        knows(world)
        world.ingest(an_event("Contest Entered", MORNING, "anna"))
        for hours in range(2):
            world.ingest(an_event("Product Viewed", MORNING + timedelta(hours=hours), "anna", product_id="x"))
        world.advance(MORNING + 2 * DAY)
        assert left(world) == ["03-03 09:00 a"]

    def test_a_new_definition_counts_at_once(self) -> None:
        world = world_of(VIP, journey("j", trigger=self.START, who={"segment": "vip"}, steps=[mails("a")]))
        knows(world)
        world.ingest(order(MORNING, "1", total=100))
        world.publish(segment("vip", {"field": "profile.spend.total", "op": "gte", "value": 50}))
        world.ingest(an_event("Contest Entered", MORNING + HOUR, "anna"))
        assert left(world) == ["03-02 09:00 a"]


class TestPublishing:
    def test_a_journey_waits_for_its_segment(self) -> None:
        world = Simulation(MORNING)
        said = world.publish(content(journey("j", trigger=COMES, steps=[mails("a")]), templates=["a"]))
        waiting = {p.path: p.missing for p in said if p.status == "waiting" and p.path.startswith("journeys/")}
        assert waiting == {"journeys/j.json": ("segments/vip.json",)}
        [came] = world.publish(VIP)
        assert (came.status, came.went_live) == ("live", ("journeys/j",))

    def test_a_segment_waits_for_those_that_it_names_and_journeys_wait_for_all_of_them(self) -> None:
        """Nobody is to belong to "not among the regulars" because nobody has said yet who the regulars are."""
        strangers = segment("strangers", {"not": {"segment": "regulars"}})
        regulars = segment(
            "regulars", {"any": [{"segment": "vip"}, {"field": "profile.orders.count", "op": "gt", "value": 3}]}
        )
        starts = {"type": "event", "event": "Contest Entered"}
        world = world_of(journey("j", trigger=starts, who={"segment": "strangers"}, steps=[mails("a")]))
        knows(world)
        said = [(p.status, p.missing, p.went_live) for p in world.publish({**strangers, **regulars})]
        assert said == [("waiting", ("segments/regulars.json",), ()), ("waiting", ("segments/vip.json",), ())]
        world.ingest(an_event("Contest Entered", MORNING, "anna"))
        assert left(world) == []
        [came] = world.publish(VIP)
        assert came.went_live == ("segments/regulars", "segments/strangers", "journeys/j")
        reports = [json.loads(world.content.reports[f"reports/{name}.json"][0]) for name in came.went_live]
        assert [report["status"] for report in reports] == ["live"] * 3
        world.ingest(an_event("Contest Entered", MORNING + HOUR, "anna"))
        assert left(world) == ["03-02 09:00 a"]

    def test_a_live_segment_stays_as_it_is_while_a_new_version_waits(self) -> None:
        world = world_of(VIP, journey("j", trigger=TestBeingIn.START, who={"segment": "vip"}, steps=[mails("a")]))
        knows(world)
        [said] = world.publish(segment("vip", {"segment": "others"}))
        assert (said.status, said.missing) == ("waiting", ("segments/others.json",))
        world.ingest(order(MORNING, "1", total=1000))
        world.ingest(an_event("Contest Entered", MORNING + HOUR, "anna"))
        assert left(world) == ["03-02 09:00 a"]

    def test_no_circle_comes_about_by_what_is_live_while_a_version_waits(self) -> None:
        world = Simulation(MORNING)
        world.publish(segment("b", {"reachable": "email"}))
        world.publish(segment("a", {"segment": "b"}))
        assert [p.status for p in world.publish(segment("a", {"segment": "c"}))] == ["waiting"]
        [said] = world.publish(segment("b", {"segment": "a"}))
        assert (said.status, [d.code for d in said.diagnostics]) == ("refused", ["segment.circle"])

    def test_what_waits_of_a_deleted_segment_never_goes_live(self) -> None:
        world = world_of(VIP, journey("j", trigger=TestBeingIn.START, who={"segment": "vip"}, steps=[mails("a")]))
        world.publish(segment("vip", {"segment": "late"}))
        world.withdraw("segments/vip.json")
        before = world.definitions.fresh_index()[1]["segments"]["vip"]
        [came] = world.publish(segment("late", {"reachable": "email"}))
        assert came.went_live == ()
        assert world.definitions.fresh_index()[1]["segments"]["vip"] == before

    def test_a_segment_that_asks_about_itself_is_refused(self) -> None:
        world = Simulation(MORNING)
        world.publish(segment("one", {"segment": "two"}))
        [said] = world.publish(segment("two", {"not": {"segment": "one"}}))
        assert said.status == "refused"
        assert [(d.code, d.path) for d in said.diagnostics] == [("segment.circle", "who.not.segment")]
        assert said.diagnostics[0].message == "The segment asks about itself: two → one → two."

    def test_a_segment_is_about_people_not_about_an_event(self) -> None:
        [said] = Simulation(MORNING).publish(segment("s", {"field": "event.properties.price", "op": "gt", "value": 1}))
        assert [d.code for d in said.diagnostics] == ["condition.place"]

    def test_deleted_while_somebody_asks_it_keeps_its_last_definition(self) -> None:
        world = world_of(VIP, journey("j", trigger=TestBeingIn.START, who={"segment": "vip"}, steps=[mails("a")]))
        del world.content.files["segments/vip.json"]
        from anlass.usecases.publish_content import publish

        said = publish("segments/vip.json", content=world.content, definitions=world.definitions, clock=world.clock)
        assert (said.status, [d.code for d in said.diagnostics]) == ("removed", ["segment.still_used"])
        knows(world)
        world.ingest(order(MORNING, "1", total=1000))
        world.ingest(an_event("Contest Entered", MORNING + HOUR, "anna"))
        assert left(world) == ["03-02 09:00 a"]


class TestTime:
    """Segments with time in them are looked at once a day."""

    QUIET = segment(
        "quiet",
        {
            "all": [
                {"event": "Product Viewed", "count": {"gte": 1}},
                {"not": {"event": "Product Viewed", "count": {"gte": 1}, "within": "30 days"}},
            ]
        },
    )
    COMES: ClassVar[dict[str, Any]] = {"type": "segment", "segment": "quiet", "change": "entered"}

    def test_who_did_nothing_for_a_month_enters_and_only_once(self) -> None:
        world = world_of(self.QUIET, journey("j", trigger=self.COMES, steps=[mails("a")]))
        knows(world)
        world.ingest(an_event("Product Viewed", MORNING, "anna", product_id="x"))
        world.advance(MORNING + 90 * DAY)
        assert left(world) == ["04-01 09:31 a"], "the first daily run after thirty days"

    def test_who_was_quiet_before_anybody_asked_does_not_enter(self) -> None:
        world = world_of(self.QUIET)
        knows(world)
        world.ingest(an_event("Product Viewed", MORNING, "anna", product_id="x"))
        world.advance(MORNING + 90 * DAY)
        world.publish(content(journey("j", trigger=self.COMES, steps=[mails("a")]), templates=["a"]))
        world.advance(MORNING + 120 * DAY)
        assert left(world) == []

    def test_the_past_is_asked_only_of_those_of_whom_it_decides(self) -> None:
        """Who bought is out whatever they looked at; who was away for longer than that has looked at nothing."""
        who = {
            "all": [
                {"field": "profile.orders.count", "op": "eq", "value": 0},
                {"event": "Product Viewed", "count": {"gte": 1}, "within": "7 days"},
            ]
        }
        world = world_of(segment("quiet", who), journey("j", trigger=self.COMES, steps=[mails("a")]))
        for user in ("anna", "ben", "cleo"):
            knows(world, user)
            world.ingest(an_event("Product Viewed", MORNING, user, product_id="x"))
        world.ingest(order(MORNING, "1", total=5))
        assert self.asked(world, MORNING + 2 * DAY) == {"u:ben", "u:cleo"}
        assert self.asked(world, MORNING + 20 * DAY) == set()

    def asked(self, world: Simulation, now: datetime) -> set[str]:
        """Of whom the past was read in a daily run."""
        world.advance(now)
        log = Overheard(world.event_log)
        work = Work(world.census, world.store, log, world.definitions, world.clock)
        for part in range(PARTS):
            assert by_segments(Selection("segments"), part, None, work) is None
        return log.asked


class Overheard:
    """An event log that notes of whom it is asked."""

    def __init__(self, log: EventLog) -> None:
        self.asked: set[str] = set()
        self._log = log

    def put(self, events: Sequence[Event]) -> None:
        self._log.put(events)

    def get(self, key: EventKey) -> Event | None:
        return self._log.get(key)

    def of_person(
        self, identities: Collection[str], since: datetime, until: datetime, names: Collection[str] | None = None
    ) -> list[Event]:
        self.asked |= set(identities)
        return self._log.of_person(identities, since, until, names)
