"""Two ways to say it: who comes later goes the one that sold better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from anlass.domain.contest import SHARES, Standing, Tally
from anlass.domain.enrolment import Enrolment
from anlass.keys import TallyKey, WinnerKey
from anlass.language.steps.split import SplitRun
from anlass.usecases.catalog import load_catalog

from cli.simulation import Simulation
from tests.shipped import both_worlds
from tests.shop import MORNING, a_simulation, an_event, content, identified, journey, mails
from tests.worlds import DAY, HOUR, World, identify, track

WINNER = {"metric": "conversion", "after": "7 days", "at_least": 12}
GOAL = {"event": "Order Completed", "within": "14 days"}


def split(*, winner: Any = WINNER, **weights: int) -> dict[str, Any]:
    ways = [
        {"id": way, "weight": weight, "steps": [mails(way)]} for way, weight in (weights or {"a": 1, "b": 1}).items()
    ]
    return {"id": "try", "split": {"variants": ways, "winner": winner}}


def welcome(*steps: Any, **parts: Any) -> dict[str, str]:
    trigger = {"type": "event", "event": "Account Created"}
    return journey("welcome", **{"trigger": trigger, "goal": GOAL, "steps": list(steps) or [split()], **parts})


def folder(*journeys: dict[str, str], **settings: Any) -> dict[str, str]:
    return content(*(journeys or (welcome(),)), templates=("a", "b", "thanks"), settings=settings)


world = both_worlds(folder(), MORNING)


def test_from_the_eighth_day_on_all_go_the_way_that_sold(world: World) -> None:
    def come(names: Iterable[str], at: datetime) -> dict[str, str]:
        before = len(world.told())
        for name in names:
            world.batch(identify(name, at), track("Account Created", at, name))
        return {line.split()[2].partition("@")[0]: line.split()[3] for line in world.told()[before:]}

    went = come((f"early{number}" for number in range(16)), MORNING)
    assert set(went.values()) == {"a", "b"}
    world.advance(MORNING + DAY)
    for name, way in went.items():  # their way ended a day ago; the goal has a fortnight
        if way == "b":
            world.batch(track("Order Completed", MORNING + DAY, name, order_id=f"o-{name}"))
    world.advance(MORNING + 7 * DAY - HOUR)
    assert set(come((f"before{number}" for number in range(8)), MORNING + 7 * DAY - HOUR).values()) == {"a", "b"}
    world.advance(MORNING + 7 * DAY)
    assert set(come((f"later{number}" for number in range(8)), MORNING + 7 * DAY).values()) == {"b"}


def begins(shop: Simulation, *names: str) -> Counter[str]:
    """The ways that these people are sent."""
    before = len(shop.mailer.sent)
    for name in names:
        shop.ingest(identified(name, shop.clock.now() - HOUR))
        shop.ingest(an_event("Account Created", shop.clock.now(), name))
    return Counter(mail.tags["step"] for mail in shop.mailer.sent[before:])


def people(prefix: str, number: int = 16) -> list[str]:
    return [f"{prefix}{each}" for each in range(number)]


def all_buy(shop: Simulation, *ways: str) -> None:
    """Everybody who went one of these ways so far."""
    for row in [each for each in shop.store.rows() if isinstance(each, Enrolment) and each.variant in ways]:
        name = row.profile.removeprefix("u:")
        shop.ingest(an_event("Order Completed", shop.clock.now(), name, order_id=f"o-{name}"))


def standing(shop: Simulation) -> Standing:
    """Of the contest that is live."""
    split_ = load_catalog(shop.definitions).journeys["welcome"].steps["try"]
    assert isinstance(split_, SplitRun)
    assert split_.contest is not None
    id_ = split_.contest.id
    return shop.store.read([*(TallyKey(id_, share) for share in range(SHARES)), WinnerKey(id_)]).standing(id_)


def test_what_is_told_twice_counts_once() -> None:
    shop = a_simulation(folder())
    went = begins(shop, *people("early"))
    shop.advance(MORNING + HOUR)
    all_buy(shop, "a")
    all_buy(shop, "a")
    shop.deliver_again(events=40, rows=200)
    assert standing(shop).tally == Tally(MORNING, went, {"a": went["a"]})


def test_too_few_people_decide_nothing_nor_do_equals() -> None:
    shop = a_simulation(folder())
    begins(shop, *people("early", 4))
    all_buy(shop, "b")
    shop.advance(MORNING + 8 * DAY)
    assert set(begins(shop, *people("few", 8))) == {"a", "b"}
    all_buy(shop, "a", "b")
    begins(shop, "equal")
    assert sum(standing(shop).tally.entered.values()) == 13
    assert standing(shop).winner is None


def test_a_winner_stays_one_whatever_comes_later() -> None:
    shop = a_simulation(folder())
    begins(shop, *people("early"))
    all_buy(shop, "b")
    shop.advance(MORNING + 7 * DAY)
    assert begins(shop, *people("later")) == {"b": 16}
    all_buy(shop, "a")
    shop.advance(MORNING + 60 * DAY)
    assert begins(shop, *people("much-later")) == {"b": 16}
    assert sum(standing(shop).tally.entered.values()) == 16


def test_who_is_through_is_watched_for_the_goal_alone() -> None:
    """Their mail has left: an exit that thanks buyers does so only for those who are still on their way."""
    thanks = [{"event": "Order Completed", "steps": [mails("thanks")]}]
    shop = a_simulation(folder(welcome(split(), exit=thanks)))
    went = begins(shop, *people("early"))
    shop.advance(MORNING + 13 * DAY)
    all_buy(shop, "a")
    assert not [mail for mail in shop.mailer.sent if mail.tags["step"] == "thanks"]
    shop.advance(MORNING + 15 * DAY)
    all_buy(shop, "b")
    assert standing(shop).tally.reached == {"a": went["a"]}
    rows = [row for row in shop.store.rows() if isinstance(row, Enrolment)]
    assert Counter((row.variant, row.status, row.outcome) for row in rows) == {
        ("a", "done", "goal"): went["a"],
        ("b", "done", "finished"): went["b"],
    }


def test_an_exit_ends_nothing_for_who_is_through() -> None:
    out = [{"event": "Cart Emptied", "steps": [mails("thanks")]}]
    shop = a_simulation(folder(welcome(split(), exit=out)))
    went = begins(shop, *people("early"))
    shop.advance(MORNING + DAY)
    for name in people("early"):
        shop.ingest(an_event("Cart Emptied", MORNING + DAY, name))
    shop.advance(MORNING + 2 * DAY)
    all_buy(shop, "a", "b")
    assert standing(shop).tally.reached == went
    assert {mail.tags["step"] for mail in shop.mailer.sent} == {"a", "b"}


def test_whose_mail_has_not_left_yet_is_still_on_their_way() -> None:
    thanks = [{"event": "Order Completed", "steps": [mails("thanks")]}]
    ways = [{"id": way, "weight": 1, "steps": [mails(way, at="18:00")]} for way in "ab"]
    shop = a_simulation(folder(welcome({"id": "try", "split": {"variants": ways, "winner": WINNER}}, exit=thanks)))
    begins(shop, "anna")
    all_buy(shop, "a", "b")
    shop.advance(MORNING + 15 * DAY)
    assert [mail.tags["step"] for mail in shop.mailer.sent] == ["thanks"]


def test_other_ways_begin_a_contest_of_their_own() -> None:
    shop = a_simulation(folder())
    begins(shop, *people("early"))
    all_buy(shop, "b")
    shop.advance(MORNING + 8 * DAY)
    assert begins(shop, "ben") == {"b": 1}
    shop.publish(welcome(split(a=9, b=1)))
    assert begins(shop, *people("later"))["a"] > 8
    assert standing(shop).winner is None
    all_buy(shop, "a", "b")  # of these the early ones count for nothing here
    assert sum(standing(shop).tally.reached.values()) == 16


def test_in_a_repeat_everybody_stays_on_their_way_and_counts_once() -> None:
    steps = {"repeat": {"times": 3, "every": "5 days", "steps": [split()]}}
    shop = a_simulation(folder(welcome(steps)))
    went = begins(shop, *people("early"))
    shop.ingest(an_event("Order Completed", MORNING, "early0", order_id="1"))
    shop.advance(MORNING + 8 * DAY)
    begins(shop, "decides")
    assert standing(shop).winner is not None
    shop.advance(MORNING + 12 * DAY)
    told = [mail for mail in shop.mailer.sent if mail.recipient.startswith("early")]
    assert len(told) == 3 * 16 - 2
    assert len({(mail.recipient, mail.tags["step"]) for mail in told}) == 16
    assert standing(shop).tally.entered == went


def test_people_who_try_the_journey_out_say_nothing_about_customers() -> None:
    shop = a_simulation(folder(welcome(status="test"), test_people=["anna@shop.example"]))
    begins(shop, "anna")
    all_buy(shop, "a", "b")
    assert standing(shop).tally == Tally()


def test_those_held_out_go_no_way() -> None:
    shop = a_simulation(folder(welcome(holdout=50)))
    went = begins(shop, *people("early"))
    assert 0 < sum(went.values()) < 16
    assert standing(shop).tally.entered == went
