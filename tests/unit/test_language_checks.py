"""What a well-formed journey still gets wrong is found where it stands; what somebody may have meant is left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.language.compiler import compile_journey
from anlass.language.diagnostics import Diagnostic
from anlass.language.journey_file import JourneyFile
from anlass.language.segment_file import SegmentFile
from anlass.language.surroundings import ALONE, Surroundings

BUY: dict[str, Any] = {"type": "event", "event": "Order Completed"}
MAIL: dict[str, Any] = {"id": "mail", "send": {"template": "hello"}}
LATER: dict[str, Any] = {"id": "later", "send": {"template": "again"}}
WAIT: dict[str, Any] = {"wait": "2 days"}
ORDER: dict[str, Any] = {"event": "Order Completed"}


def found(around: Surroundings = ALONE, **parts: Any) -> list[Diagnostic]:
    file = {"id": "j", "why": "For tests.", "trigger": BUY, "steps": [MAIL], **parts}
    return compile_journey("journeys/j.json", json.dumps(file), around=around).diagnostics


def field(path: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": path, "op": op, **({} if value is None else {"value": value})}


def total(op: str, value: float) -> dict[str, Any]:
    return field("profile.spend.total", op, value)


def event_total(op: str, value: float) -> dict[str, Any]:
    return field("event.properties.total", op, value)


def branch(*whens: Any, otherwise: Any = None) -> dict[str, Any]:
    ways = [{"when": each, "steps": [{"send": {"template": "way"}}]} for each in whens]
    return {"branch": [*ways, *([] if otherwise is None else [{"else": otherwise}])]}


def message(state: str) -> dict[str, Any]:
    return {"message": "mail", "is": state}


def waiting(*answers: dict[str, Any], late: Any = None, timeout: str = "3 days") -> dict[str, Any]:
    return {"wait_for": {"first_of": list(answers), "timeout": timeout, "on_timeout": late or []}}


GERMAN, AUSTRIAN = field("profile.country", "eq", "DE"), field("profile.country", "eq", "AT")

WAYS: list[dict[str, Any]] = [{"id": way, "weight": 1, "steps": [{"send": {"template": way}}]} for way in "ab"]

# what is written, and what must be said of it: code, place, how bad
PRESSED = {"type": "event", "event": "Button Pressed"}
YES: dict[str, Any] = {"subscribe": {"topic": "news"}}

WRONG: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a consent that follows from a purchase": (
        {"steps": [YES]},
        *("step.unproven_consent", "steps[0]", "warning"),
    ),
    "a consent of who did not answer": (
        {"steps": [MAIL, waiting({"event": "Button Pressed"}, late=[YES]), LATER]},
        *("step.unproven_consent", "steps[1].wait_for.on_timeout[0]", "warning"),
    ),
    "a consent after an answer or none": (
        {"steps": [MAIL, waiting({"event": "Button Pressed"}), YES]},
        *("step.unproven_consent", "steps[2]", "warning"),
    ),
    "a path whose condition stands in one before it": (
        {"steps": [branch(GERMAN, GERMAN)]},
        *("branch.untaken", "steps[0].branch[1].when", "error"),
    ),
    "a path behind one that takes all of its people": (
        {"steps": [branch(total("gte", 100), total("gte", 200))]},
        *("branch.untaken", "steps[0].branch[1].when", "error"),
    ),
    "a path behind two that take all of its people together": (
        {"steps": [branch(total("gte", 100), total("lt", 100), GERMAN)]},
        *("branch.untaken", "steps[0].branch[2].when", "error"),
    ),
    "an else that is left for nobody": (
        {"steps": [branch(total("gte", 100), total("lt", 100), otherwise=[LATER])]},
        *("branch.untaken", "steps[0].branch[2].else", "warning"),
    ),
    "a step behind a split whose ways all end": (
        {
            "steps": [
                {
                    "split": {
                        "variants": [
                            {"id": "a", "weight": 1, "steps": [{"exit": "a"}]},
                            {"id": "b", "weight": 1, "steps": [{"exit": "b"}]},
                        ]
                    }
                },
                MAIL,
            ]
        },
        *("step.unreachable", "steps[1]", "error"),
    ),
    "a step behind a repeat that ends in its first round": (
        {"steps": [{"repeat": {"times": 3, "every": "1 day", "steps": [LATER, {"exit": "once"}]}}, MAIL]},
        *("step.unreachable", "steps[1]", "error"),
    ),
    "a step behind a wait_for of which every way ends": (
        {"steps": [waiting({"event": "Cart Viewed", "steps": [{"exit": "a"}]}, late=[{"exit": "b"}]), MAIL]},
        *("step.unreachable", "steps[1]", "error"),
    ),
    "asking for an opening in the moment in which the mail left": (
        {"steps": [MAIL, branch(message("opened"), otherwise=[])]},
        *("message.hasty", "steps[1].branch[0].when", "warning"),
    ),
    "the same behind ways that meet again": (
        {"steps": [branch(GERMAN, otherwise=[MAIL]), branch(message("clicked"), otherwise=[])]},
        *("message.hasty", "steps[1].branch[0].when", "warning"),
    ),
    "an exit that another one on the same event forestalls": (
        {"exit": [ORDER, {**ORDER, "where": event_total("gt", 100)}]},
        *("event.taken", "exit[1].event", "error"),
    ),
    "an exit that one with a wider condition forestalls": (
        {"exit": [{**ORDER, "where": event_total("gt", 10)}, {**ORDER, "where": event_total("gt", 100)}]},
        *("event.taken", "exit[1].event", "error"),
    ),
    "an answer to which the exit on its event never lets it come": (
        {"exit": [{"event": "Cart Emptied"}], "steps": [MAIL, waiting({"event": "Cart Emptied"}), LATER]},
        *("event.taken", "steps[1].wait_for.first_of[0].event", "error"),
    ),
    "an answer that is the goal": (
        {"goal": ORDER, "steps": [MAIL, waiting(ORDER), LATER]},
        *("event.taken", "steps[1].wait_for.first_of[0].event", "error"),
    ),
    "an answer behind a wider one on its event": (
        {"steps": [MAIL, waiting(ORDER, {**ORDER, "where": event_total("gt", 9)}), LATER]},
        *("event.taken", "steps[1].wait_for.first_of[1].event", "error"),
    ),
    "an exit for some who reach the goal": (
        {"goal": ORDER, "exit": [{**ORDER, "where": event_total("gt", 100), "steps": [LATER]}]},
        *("goal.leaves", "exit[0].where", "warning"),
    ),
    "an exit without steps for some who reach the goal in time": (
        {"goal": {**ORDER, "within": "7 days"}, "exit": [{**ORDER, "where": event_total("gt", 100)}]},
        *("goal.leaves", "exit[0].where", "warning"),
    ),
    "two exits for some who reach the goal, and none for the rest": (
        {
            "goal": ORDER,
            "exit": [
                {**ORDER, "where": event_total("gt", 200), "steps": [LATER]},
                {**ORDER, "where": event_total("gt", 100), "steps": [{"send": {"template": "less"}}]},
            ],
        },
        *("goal.leaves", "exit[0].where", "warning"),
    ),
    "an exit for one product where the goal is any": (
        {"goal": {"event": "Product Reviewed"}, "exit": [{"event": "Product Reviewed", "match": "order_id"}]},
        *("goal.leaves", "exit[0].match", "warning"),
    ),
    "entering by a property that the event does not have": (
        {"entry": {"per": "rating"}},
        *("entry.per", "entry.per", "warning"),
    ),
    "matching with a property that the entry does not have": (
        {"exit": [{"event": "Product Reviewed", "match": "rating"}]},
        *("match.never", "exit[0].match", "warning"),
    ),
    "matching with a path that the entry does not have": (
        {"exit": [{"event": "Product Reviewed", "match": {"rating": "entry.properties.stars"}}]},
        *("match.never", "exit[0].match.rating", "warning"),
    ),
    "a wait of more than a year": ({"steps": [{"wait": "53 weeks"}, MAIL]}, "time.long", "steps[0].wait", "warning"),
    "a timeout of more than a year": (
        {"steps": [MAIL, waiting(ORDER, timeout="366 days"), LATER]},
        *("time.long", "steps[1].wait_for.timeout", "warning"),
    ),
    "an abandonment after more than a year": (
        {"trigger": {"type": "abandonment", "event": "Cart Viewed", "unless": ["Cart Emptied"], "after": "60 weeks"}},
        *("time.long", "trigger.after", "warning"),
    ),
    "an inactivity of more than a year, for some": (
        {
            "trigger": {
                "type": "inactivity",
                "events": ["@person"],
                "for": [{"when": GERMAN, "value": "500 days"}, {"else": "90 days"}],
            }
        },
        *("time.long", "trigger.for[0].value", "warning"),
    ),
    "a look back to where nothing is left": (
        {"who": {"event": "Product Viewed", "within": "401 days"}},
        *("time.forgotten", "who.within", "warning"),
    ),
    "a goal after everything is forgotten": (
        {"goal": {**ORDER, "within": "500 days"}},
        *("time.forgotten", "goal.within", "warning"),
    ),
    "a change against a time of which nothing is left": (
        {
            "trigger": {
                "type": "change",
                "metric": "profile.spend.total",
                "in": "180 days",
                "against": "previous 300 days",
                "below": 0.5,
            }
        },
        *("time.forgotten", "trigger.against", "warning"),
    ),
    "a journey that does nothing": ({"steps": [WAIT]}, "journey.idle", "steps", "warning"),
    "a backfill of a journey that starts on a date": (
        {
            "trigger": {"type": "date", "field": "profile.birthday", "repeat": "yearly"},
            "entry": {"backfill": {"per_day": 50}},
        },
        *("journey.idle", "entry.backfill", "warning"),
    ),
    "a split that looks for the better way among those who have left": (
        {
            "goal": ORDER,
            "exit": [
                {
                    "event": "Cart Emptied",
                    "steps": [{"split": {"variants": WAYS, "winner": {"after": "7 days", "at_least": 200}}}],
                }
            ],
        },
        *("split.in_exit", "exit[0].steps[0].split.winner", "error"),
    ),
    "a split that looks for the better way without a goal": (
        {"steps": [{"split": {"variants": WAYS, "winner": {"after": "7 days", "at_least": 200}}}]},
        *("split.no_goal", "steps[0].split.winner", "error"),
    ),
    "a journey of which everybody is held out": ({"holdout": 100}, "journey.idle", "holdout", "warning"),
    "a sunset for not opening": (
        {"steps": [MAIL, WAIT, branch(message("opened"), otherwise=[{"sunset": "no answer"}])]},
        *("sunset.opens", "steps[2].branch[1].else[0]", "error"),
    ),
    "a sunset behind a way out for those who clicked": (
        {
            "steps": [
                MAIL,
                WAIT,
                {"branch": [{"when": message("clicked"), "steps": [{"exit": "reads"}]}, {"else": []}]},
                {"sunset": "no answer"},
            ]
        },
        *("sunset.opens", "steps[3]", "error"),
    ),
    "a sunset after waiting for an opening": (
        {"steps": [MAIL, waiting({"event": "Email Opened"}, late=[{"sunset": "no answer"}])]},
        *("sunset.opens", "steps[1].wait_for.on_timeout[0]", "error"),
    ),
    "a journey on every mail, its own too": (
        {"trigger": {"type": "event", "event": "Email Sent"}},
        *("journey.loop", "trigger.event", "error"),
    ),
    "a journey that begins when it ends": (
        {"trigger": {"type": "event", "event": "Journey Finished"}, "steps": [WAIT, MAIL]},
        *("journey.loop", "trigger.event", "error"),
    ),
    "a journey that enters itself": (
        {"steps": [MAIL, {"enrol": {"journey": "j"}}]},
        *("journey.loop", "steps[1].enrol.journey", "error"),
    ),
    "a mail for every page that somebody looks at": (
        {"trigger": {"type": "event", "event": "Product Viewed"}},
        *("entry.often", "trigger.event", "warning"),
    ),
    "a bound that is passed by people who must be reachable then": (
        {
            "trigger": {"type": "threshold", "metric": "profile.spend.total", "reaches": 5000},
            "who": {"all": [GERMAN, {"reachable": "email"}]},
        },
        *("who.once", "who.all[1]", "warning"),
    ),
    "a segment that is entered by people who must be reachable then": (
        {"trigger": {"type": "segment", "segment": "vip"}, "who": {"reachable": "email"}},
        *("who.once", "who", "warning"),
    ),
    "an exit on any order where each order enters by itself": (
        {"entry": {"per": "order_id"}, "exit": [{"event": "Product Reviewed"}]},
        *("match.missing", "exit[0].event", "warning"),
    ),
    "a goal on any review where each order enters by itself": (
        {"entry": {"per": "order_id"}, "goal": {"event": "Product Reviewed"}},
        *("match.missing", "goal.event", "warning"),
    ),
}

RIGHT: dict[str, dict[str, Any]] = {
    "a consent of who pressed a button": {"trigger": PRESSED, "steps": [YES]},
    "a consent of who answers": {"steps": [MAIL, waiting({"event": "Button Pressed", "steps": [WAIT, YES]}), LATER]},
    "a consent on the way out of who answers": {"exit": [{"event": "Subscription Confirmed", "steps": [YES]}]},
    "paths from the narrow to the wide": {"steps": [branch(total("gte", 200), total("gte", 100), otherwise=[])]},
    "both of opened and not opened, and who is not tracked": {
        "steps": [MAIL, WAIT, branch(message("opened"), message("not_opened"), otherwise=[LATER])]
    },
    "asking at once whether the mail left": {"steps": [MAIL, branch(message("skipped"), otherwise=[])]},
    "asking for an opening after waiting for something": {
        "steps": [MAIL, waiting({"event": "Cart Viewed"}), branch(message("opened"), otherwise=[LATER])]
    },
    "asking for an opening on the way that waited": {
        "steps": [MAIL, waiting({"event": "X", "steps": [branch(message("opened"), otherwise=[])]}), LATER]
    },
    "exits from the narrow to the wide": {"exit": [{**ORDER, "where": event_total("gt", 100)}, ORDER]},
    "exits on one event with different matches": {
        "trigger": {"type": "event", "event": "Coupon Sent"},
        "exit": [{"event": "Coupon Redeemed", "match": "coupon_id"}, {"event": "Coupon Redeemed", "match": "code"}],
    },
    "waiting for the exit's event on the way out": {
        "exit": [{**ORDER, "steps": [waiting(ORDER), {"send": {"template": "thanks"}}]}]
    },
    "waiting for the goal's event when its time is over": {
        "goal": {**ORDER, "within": "1 day"},
        "steps": [MAIL, waiting(ORDER), LATER],
    },
    "an answer that is narrower than the exit is wide": {
        "exit": [{**ORDER, "where": event_total("gt", 100)}],
        "steps": [MAIL, waiting(ORDER), LATER],
    },
    "an exit for some who reach the goal, and one for the rest": {
        "goal": ORDER,
        "exit": [{**ORDER, "where": event_total("gt", 100), "steps": [LATER]}, ORDER],
    },
    "exits that share all who reach the goal among them": {
        "goal": ORDER,
        "exit": [
            {**ORDER, "where": event_total("gt", 100), "steps": [LATER]},
            {**ORDER, "where": event_total("lte", 100)},
        ],
    },
    "an exit for good ratings and one for all others": {
        "goal": {"event": "Product Reviewed"},
        "exit": [
            {"event": "Product Reviewed", "where": field("event.properties.rating", "gte", 4), "steps": [LATER]},
            {"event": "Product Reviewed", "where": field("event.properties.rating", "lte", 3)},
        ],
    },
    "an exit that is as narrow as the goal": {
        "goal": {**ORDER, "where": event_total("gt", 100)},
        "exit": [{**ORDER, "where": event_total("gt", 100), "steps": [LATER]}],
    },
    "an exit that is wider than the goal": {
        "goal": {**ORDER, "where": event_total("gt", 100)},
        "exit": [{**ORDER, "where": event_total("gt", 50), "steps": [LATER]}],
    },
    "an exit for others than those who reach the goal": {
        "goal": {**ORDER, "where": event_total("gt", 100)},
        "exit": [{**ORDER, "where": event_total("lt", 100), "steps": [LATER]}],
    },
    "an exit on another event than the goal": {
        "goal": ORDER,
        "exit": [{"event": "Cart Emptied", "where": field("event.properties.cart_id", "exists")}],
    },
    "being reachable when something happens that happens again": {"who": {"reachable": "email"}},
    "being reachable on leaving a segment, or on a bound in another currency": {
        "trigger": [
            {"type": "segment", "segment": "vip", "change": "left"},
            {"type": "threshold", "metric": "profile.spend.total", "reaches": 5000, "currency": "CHF"},
        ],
        "who": {"reachable": "email"},
    },
    "a bound for people who are reachable or German": {
        "trigger": {"type": "threshold", "metric": "profile.spend.total", "falls_below": 5},
        "who": {"any": [GERMAN, {"reachable": "email"}]},
    },
    "rounds until the message of the last one was clicked": {
        "steps": [{"repeat": {"times": 3, "every": "7 days", "until": message("clicked"), "steps": [MAIL]}}]
    },
    "entering for each order": {"entry": {"per": "order_id"}},
    "the shop's own event has whatever it has": {
        "trigger": {"type": "event", "event": "Table Reserved"},
        "entry": {"per": "table"},
        "exit": [{"event": "Table Left", "match": "table"}],
    },
    "an answer that is matched where each order enters by itself": {
        "entry": {"per": "order_id"},
        "exit": [{"event": "Product Reviewed", "match": "order_id"}],
        "goal": ORDER,
    },
    "the next order ends it, where each order enters by itself": {"entry": {"per": "order_id"}, "exit": [ORDER]},
    "a year": {"steps": [{"wait": "365 days"}, MAIL], "goal": {**ORDER, "within": "400 days"}},
    "a journey that only measures": {"steps": [WAIT], "goal": ORDER},
    "a journey that only changes": {"steps": [{"update": {"add_tags": ["buyer"]}}]},
    "a sunset for those who press no button": {
        "steps": [MAIL, waiting({"event": "Button Pressed"}, late=[{"sunset": "no answer"}])]
    },
    "a sunset for those who neither open nor buy": {
        "steps": [
            MAIL,
            WAIT,
            branch({"any": [message("opened"), {"event": "Order Completed", "within": "90 days"}]}, otherwise=[LATER]),
            branch(
                {"all": [{"not": message("opened")}, {"not": {"event": "Order Completed", "within": "90 days"}}]},
                otherwise=[],
            ),
        ]
    },
    "a sunset whoever comes": {"steps": [MAIL, WAIT, {"sunset": "asked for it"}]},
    "a journey on another one's mails": {
        "trigger": {"type": "event", "event": "Email Sent", "where": field("event.properties.journey", "eq", "other")}
    },
    "a journey on all mails but its own": {
        "trigger": {
            "type": "event",
            "event": "Email Sent",
            "where": {"not": field("event.properties.journey", "eq", "j")},
        }
    },
    "a journey on every mail, once a week": {
        "trigger": {"type": "event", "event": "Email Sent"},
        "entry": {"again": "after 7 days"},
    },
    "a journey that enters itself after a wait": {"steps": [MAIL, WAIT, {"enrol": {"journey": "j"}}]},
    "a journey that enters itself after rounds": {
        "steps": [{"repeat": {"times": 2, "every": "7 days", "steps": [MAIL]}}, {"enrol": {"journey": "j"}}]
    },
    "a journey on the end of those that sold something, which it never does": {
        "trigger": {
            "type": "event",
            "event": "Journey Finished",
            "where": field("event.properties.outcome", "eq", "goal"),
        }
    },
    "a journey on every entry, its own too, in which people are still": {
        "trigger": {"type": "event", "event": "Journey Entered"},
        "steps": [WAIT, MAIL],
    },
    "a journey that enters itself while people are in it": {"steps": [{"enrol": {"journey": "j"}}, WAIT, MAIL]},
    "a journey that enters itself once a week": {
        "steps": [MAIL, {"enrol": {"journey": "j"}}],
        "entry": {"again": "after 7 days"},
    },
    "a mail for a page, once a week": {
        "trigger": {"type": "event", "event": "Product Viewed"},
        "entry": {"again": "after 7 days"},
    },
    "a mail for one page": {
        "trigger": {
            "type": "event",
            "event": "Product Viewed",
            "where": field("event.properties.product_id", "eq", "p1"),
        }
    },
    "what only the shop knows of its people": {"who": field("profile.shoe_size", "eq", "many")},
}


@pytest.mark.parametrize("name", WRONG)
def test_it_is_found(name: str) -> None:
    parts, code, path, severity = WRONG[name]
    (finding,) = found(**parts)
    assert (finding.code, finding.path, finding.severity) == (code, path, severity)
    assert finding.message
    assert finding.remedy
    assert finding.line == 1
    assert finding.column


@pytest.mark.parametrize("name", RIGHT)
def test_it_is_left_alone(name: str) -> None:
    assert found(**RIGHT[name]) == []


def test_the_right_ones_are_near_the_wrong_ones() -> None:
    """The words of a finding name what is meant."""
    (finding,) = found(steps=[branch(total("gte", 100), total("gte", 200))])
    assert "path 1" in finding.message
    (finding,) = found(exit=[{"event": "Product Reviewed", "match": "rating"}])
    assert '"Order Completed" has no "rating"' in finding.message


class Shop:
    """The folder around a journey."""

    def __init__(
        self,
        purposes: Mapping[str, str] | None = None,
        *,
        asked: bool = False,
        at: datetime | None = None,
        tried_by: int | None = None,
        **journeys: Any,
    ) -> None:
        self._purposes, self._asked, self._at, self._journeys = purposes or {}, asked, at, journeys
        self._tried_by = tried_by

    def test_people(self) -> int | None:
        return self._tried_by

    def now(self) -> datetime | None:
        return self._at

    def purpose_of(self, template: str) -> Any:
        return self._purposes.get(template)

    def journey(self, id_: str) -> Any:
        parts = self._journeys.get(id_)
        return parts and JourneyFile.model_validate({"id": id_, "trigger": BUY, "steps": [MAIL], **parts})

    def journeys(self) -> list[str]:
        return [*self._journeys]

    def segment(self, id_: str) -> Any:
        who = SEGMENTS.get(id_)
        return who and SegmentFile.model_validate({"id": id_, "who": who}).who

    def topics(self) -> list[str]:
        return ["news", "offers"]

    def is_asked_about(self, journey: str) -> bool:
        return self._asked


def codes(around: Shop, **parts: Any) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in found(around, **parts)]


def enrol(journey: str) -> dict[str, Any]:
    return {"enrol": {"journey": journey}}


def test_journeys_that_enter_each_other_at_once_go_round_without_end() -> None:
    shop = Shop(a={"steps": [enrol("b")]}, b={"steps": [MAIL, branch(GERMAN, otherwise=[enrol("j")])]})
    assert codes(shop, steps=[enrol("a")]) == [("journey.loop", "steps[0].enrol.journey")]
    (finding,) = found(shop, steps=[enrol("a")])
    assert "j → a → b → j" in finding.message


@pytest.mark.parametrize(
    "b",
    [
        {"steps": [WAIT, enrol("j")]},
        {"steps": [enrol("j")], "entry": {"again": "after 7 days"}},
        {"steps": [enrol("c")]},
        {"steps": [{"exit": "x"}]},
        {"steps": [MAIL], "exit": [{**ORDER, "steps": [enrol("j")]}]},
    ],
    ids=["it waits", "not so often", "who is not there", "it ends", "an event must come"],
)
def test_journeys_that_enter_each_other_with_time_between_may_do_so(b: Any) -> None:
    assert codes(Shop(b=b), steps=[enrol("b")]) == []


@pytest.mark.parametrize(
    ("j", "b"),
    [
        ({}, {"who": GERMAN}),
        ({}, {"steps": [branch(GERMAN, otherwise=[enrol("j")])]}),
        ({"steps": [branch(GERMAN, otherwise=[enrol("b")])]}, {}),
    ],
    ids=["it does not let everybody in", "it does not send everybody on", "neither does the other"],
)
def test_a_circle_that_may_come_to_an_end_is_doubted_only(j: Any, b: Any) -> None:
    (finding,) = found(Shop(b={"steps": [enrol("j")], **b}), **{"steps": [enrol("b")], **j})
    assert (finding.code, finding.severity) == ("journey.loop", "warning")


def heard(event: str, **properties: str) -> dict[str, Any]:
    asked = [field(f"event.properties.{name}", "eq", value) for name, value in properties.items()]
    return {"type": "event", "event": event, **({"where": {"all": asked}} if asked else {})}


def entered(segment: str, change: str = "entered") -> dict[str, Any]:
    return {"type": "segment", "segment": segment, "change": change}


def update(**changes: Any) -> dict[str, Any]:
    return {"update": changes}


SEGMENTS: dict[str, Any] = {
    "vip": field("profile.tags", "contains", "vip"),
    "regulars": {"any": [field("profile.visits", "gte", 10), {"segment": "vip"}]},
}
IS_VIP = field("event.properties.segment", "eq", "vip")
LEVEL = {"type": "threshold", "metric": "profile.level"}
TAGGED, UNTAGGED = [update(add_tags=["vip"])], [update(remove_tags=["vip"])]

# journey j and those around it, and where it is said in j: the circle
CIRCLES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "each begins when the other ends": (
        {"trigger": heard("Journey Finished", journey="b")},
        {"b": {"trigger": heard("Journey Finished", journey="j")}},
        *("trigger.event", "j → b (on Journey Finished) → j (on Journey Finished)"),
    ),
    "each begins when the other begins": (
        {"trigger": heard("Journey Entered", journey="b")},
        {"b": {"trigger": heard("Journey Entered", journey="j")}},
        *("trigger.event", "j → b (on Journey Entered) → j (on Journey Entered)"),
    ),
    "each begins when another one ends, with a word of its own": (
        {"trigger": heard("Journey Finished", journey="b", outcome="sent"), "steps": [MAIL, {"exit": "sent"}]},
        {"b": {"trigger": heard("Journey Finished", outcome="sent"), "steps": [MAIL, {"exit": "sent"}]}},
        *("trigger.event", "j → b (on Journey Finished) → j (on Journey Finished)"),
    ),
    "one enters the other, which ends": (
        {"steps": [enrol("b")], "trigger": heard("Journey Finished", journey="b")},
        {"b": {"steps": [MAIL]}},
        *("steps[0].enrol.journey", "j → b (by enrol) → j (on Journey Finished)"),
    ),
    "three in a row": (
        {"trigger": [BUY, heard("Journey Finished", journey="c")]},
        {"b": {"trigger": heard("Journey Finished", journey="j")}, "c": {"trigger": heard("Email Sent", journey="b")}},
        *("trigger[1].event", "j → b (on Journey Finished) → c (on Email Sent) → j (on Journey Finished)"),
    ),
    "one puts a tag on, the other takes it off": (
        {"trigger": entered("vip"), "steps": UNTAGGED},
        {"b": {"trigger": entered("vip", "left"), "steps": TAGGED}},
        *("trigger.segment", "j → b (on Segment Left vip) → j (on Segment Entered vip)"),
    ),
    "the same by the events of the segment, and of one in it": (
        {
            "trigger": {**heard("Segment Left"), "where": field("event.properties.segment", "eq", "vip")},
            "steps": TAGGED,
        },
        {"b": {"trigger": entered("regulars"), "steps": UNTAGGED}},
        *("trigger.where", "j → b (on Segment Entered regulars) → j (on Segment Left vip)"),
    ),
    "a number goes up and down": (
        {
            "trigger": {"type": "threshold", "metric": "profile.level", "reaches": 5},
            "steps": [update(set={"level": 0})],
        },
        {
            "b": {
                "trigger": {**LEVEL, "falls_below": 1},
                "steps": [update(set={"level": "{{ entry.properties.level }}"})],
            }
        },
        *("trigger.metric", "j → b (on the threshold of profile.level) → j (on the threshold of profile.level)"),
    ),
}


@pytest.mark.parametrize("name", CIRCLES)
def test_journeys_that_start_each_other_by_what_they_do_are_named(name: str) -> None:
    own, others, path, circle = CIRCLES[name]
    (finding,) = found(Shop(**others), **own)
    assert (finding.code, finding.path, finding.severity) == ("journey.loop", path, "warning")
    assert finding.message == f"People can go round here without end, once a minute: {circle}."


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ({"trigger": heard("Journey Finished", journey="b")}, {"trigger": heard("Journey Finished", journey="c")}),
        ({"trigger": heard("Journey Finished", journey="b"), "steps": [MAIL, WAIT, LATER]}, heard("Journey Finished")),
        ({"trigger": heard("Journey Finished", journey="b", outcome="goal")}, heard("Journey Finished", journey="j")),
        ({"trigger": heard("Journey Entered", journey="b"), "steps": [MAIL, WAIT, LATER]}, heard("Journey Entered")),
        ({"trigger": heard("Journey Finished"), "entry": {"again": "after 1 day"}}, heard("Journey Finished")),
        ({"trigger": entered("vip"), "steps": UNTAGGED}, entered("vip", "left")),
        ({"trigger": entered("vip"), "steps": TAGGED}, {"trigger": entered("vip"), "steps": TAGGED}),
        ({"trigger": entered("vip"), "steps": UNTAGGED}, {"trigger": entered("gone"), "steps": TAGGED}),
        ({"trigger": entered("vip"), "steps": [WAIT, *UNTAGGED]}, {"trigger": entered("vip", "left"), "steps": TAGGED}),
    ],
    ids=[
        *("it waits for a third one", "it waits in between", "it ends otherwise", "people are still in it"),
        *("it is entered once a day", "nobody puts the tag on", "nobody takes it off", "nobody has the segment"),
        "it waits before the tag goes",
    ],
)
def test_journeys_that_start_each_other_once_are_left_alone(own: Any, other: Any) -> None:
    other = other if "steps" in other or "trigger" in other else {"trigger": other}
    assert codes(Shop(b={"who": None, **other}), **own) == []


def test_a_journey_that_an_event_is_to_name_has_to_be_there() -> None:
    shop = Shop(welcome={"steps": [MAIL]})
    asked = {**heard("Journey Finished"), "where": field("event.properties.journey", "in", ["welcome", "welcom"])}
    (finding,) = found(shop, trigger=asked)
    assert (finding.code, finding.path, finding.severity) == ("content.missing", "trigger.where.value[1]", "warning")
    assert finding.remedy.startswith('Did you mean "welcome"?')
    assert codes(shop, exit=[{"event": "Email Sent", "where": field("event.properties.journey", "eq", "j")}]) == []
    assert codes(Shop(), trigger=asked) == []


def test_a_chain_of_a_thousand_journeys_is_looked_through_in_time() -> None:
    chain: dict[str, Any] = {
        f"n{number}": {"trigger": heard("Journey Finished", journey=f"n{number - 1}")} for number in range(1, 1000)
    }
    chain["n0"] = {"trigger": heard("Journey Finished", journey="j")}
    (finding,) = found(Shop(**chain), trigger=heard("Journey Finished", journey="n999"))
    assert finding.code == "journey.loop"


def test_journeys_that_all_enter_each_other_are_looked_through_once() -> None:
    names = [f"n{number}" for number in range(14)]
    others: dict[str, Any] = {name: {"steps": [enrol(each) for each in names if each != name]} for name in names}
    shop = Shop(**others)
    assert codes(shop, steps=[enrol("n0")]) == []


def test_what_only_marketing_obeys_does_nothing_in_a_transactional_journey() -> None:
    shop = Shop({"hello": "transactional"})
    assert codes(shop, priority=90) == [("journey.priority", "priority")]
    assert codes(shop, caps={"email": {"day": 1}}) == [("journey.caps", "caps")]
    assert codes(shop, holdout=10) == [("journey.holdout", "holdout")]
    assert codes(shop, topic="orders") == []
    mixed = Shop({"hello": "transactional", "again": "marketing"})
    assert codes(mixed, priority=90, steps=[MAIL, LATER]) == []
    assert codes(Shop(), priority=90) == []


def test_who_has_just_refused_marketing_gets_none() -> None:
    shop = Shop({"hello": "marketing", "bye": "marketing"})
    goodbye = [{"event": "Unsubscribed", "steps": [{"send": {"template": "bye"}}]}]
    assert codes(shop, exit=goodbye) == [("send.unwanted", "exit[0].steps[0].send.template")]
    assert codes(shop, trigger={"type": "event", "event": "Consent Withdrawn"}) == [
        ("send.unwanted", "steps[0].send.template")
    ]
    of_another_topic = {**goodbye[0], "where": field("event.properties.topics", "contains", "news")}
    assert codes(shop, exit=[of_another_topic]) == []
    assert codes(Shop({"hello": "marketing", "bye": "transactional"}), exit=goodbye) == []


def test_a_topic_that_the_settings_do_not_have_is_missing_where_marketing_needs_it() -> None:
    assert codes(Shop({"hello": "marketing"}), topic="ofers") == [("content.missing", "topic")]
    assert 'Did you mean "offers"?' in found(Shop({"hello": "marketing"}), topic="ofers")[0].remedy
    assert codes(Shop({"hello": "transactional"}), topic="ofers") == []
    assert codes(Shop(), trigger=PRESSED, steps=[{"subscribe": {"topic": "gifts"}}]) == [
        ("content.missing", "steps[0].subscribe.topic")
    ]


def test_a_wait_at_the_end_is_said_to_do_nothing_unless_it_holds_people_for_something() -> None:
    assert codes(Shop(), steps=[MAIL, WAIT]) == [("wait.idle", "steps[1]")]
    assert codes(Shop(), steps=[MAIL, WAIT, {"exit": "done"}]) == [("wait.idle", "steps[1]")]
    assert codes(Shop(), steps=[branch(GERMAN, otherwise=[MAIL, WAIT])]) == [
        ("wait.idle", "steps[0].branch[1].else[1]")
    ]
    assert codes(Shop(), exit=[{**ORDER, "steps": [LATER, WAIT]}]) == [("wait.idle", "exit[0].steps[1]")]
    assert codes(Shop(), steps=[MAIL, WAIT], goal=ORDER) == []
    assert codes(Shop(), steps=[MAIL, WAIT], exit=[ORDER]) == []
    assert codes(Shop(asked=True), steps=[MAIL, WAIT]) == []
    assert codes(Shop(), steps=[{"repeat": {"times": 2, "every": "1 day", "steps": [MAIL, WAIT]}}]) == []


def test_a_journey_in_test_needs_test_people() -> None:
    assert codes(Shop(tried_by=0), status="test") == [("journey.untested", "status")]
    assert codes(Shop(tried_by=1), status="test") == []
    assert codes(Shop(), status="test") == []
    assert codes(Shop(tried_by=0), status="live") == []


def test_nobody_enters_a_journey_that_is_off() -> None:
    steps = [MAIL, enrol("k")]
    assert codes(Shop(k={"status": "off"}), status="live", steps=steps) == [("enrol.off", "steps[1].enrol.journey")]
    assert codes(Shop(k={"status": "live"}), status="live", steps=steps) == []
    assert codes(Shop(k={"status": "off"}), status="off", steps=steps) == []


DECEMBER = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "key"),
    [
        ({"date": "2026-11-29"}, "date"),
        ({"date": "2026-11-30", "at": "20:59"}, "date"),
        ({"date": "2025-12-24"}, "date"),
        ({"cron": "0 9 24 12 ? 2025"}, "cron"),
        ({"cron": "0 9 ? * MON#1 2020-2025"}, "cron"),
        ({"cron": "0 9 1 6 ? 2026"}, "cron"),
    ],
)
def test_a_schedule_that_comes_no_more_is_doubted(when: dict[str, str], key: str) -> None:
    schedule = {"type": "schedule", **when}
    shop = Shop(at=DECEMBER)
    assert codes(shop, trigger=schedule) == [("schedule.past", f"trigger.{key}")]
    assert codes(shop, trigger=[BUY, schedule], status="live") == [("schedule.past", f"trigger[1].{key}")]
    assert codes(shop, trigger=schedule, status="off") == []
    assert codes(Shop(), trigger=schedule) == []


@pytest.mark.parametrize(
    "when",
    [
        *({"date": day} for day in ("2026-12-01", "2026-12-24", "2030-01-01")),
        {"date": "2026-11-30", "at": "21:30"},  # on Hawaii it is to come
        {"every": "year", "on": "01-01"},
        *({"cron": f"0 9 {rest}"} for rest in ("? * MON *", "24 12 ? 2026", "1 1 ? 2025-2027", "29 2 ? 2025-2028")),
    ],
)
def test_a_schedule_with_days_to_come_is_left_alone(when: dict[str, str]) -> None:
    assert codes(Shop(at=DECEMBER), trigger={"type": "schedule", **when}) == []


def test_of_what_is_broken_elsewhere_nothing_more_is_said() -> None:
    assert [each.code for each in found(steps=[{"wait": "soon"}, branch(GERMAN, GERMAN)])] == ["duration"]
