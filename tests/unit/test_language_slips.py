"""What marketers write who know other tools, other languages or no JSON: one finding, and what would be right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anlass.language.compiler import compile_journey
from anlass.language.diagnostics import Diagnostic
from anlass.language.segment_file import compile_segment
from anlass.language.times_meant import clock_meant, duration_meant

HI: dict[str, Any] = {"send": {"template": "hi"}}
HO: dict[str, Any] = {"id": "ho", "send": {"template": "welcome-1"}}
WAIT: dict[str, Any] = {"wait": "2 days"}
BUYS: dict[str, Any] = {"type": "event", "event": "Order Completed"}
ADDED: dict[str, Any] = {"type": "abandonment", "event": "Product Added", "unless": ["Order Completed"]}


def found(name: str = "j", **parts: Any) -> list[Diagnostic]:
    """`parts` None: the key is left out."""
    file = {"id": name, "why": "For tests.", "trigger": BUYS, "steps": [HI], **parts}
    text = json.dumps({key: value for key, value in file.items() if value is not None}, ensure_ascii=False)
    return compile_journey(f"journeys/{name}.json", text).diagnostics


def field(path: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": path, "op": op, **({} if value is None else {"value": value})}


LATELY = {"in": "30 days"}
OLD = field("profile.age", "gt", 60)


def who(condition: Any) -> dict[str, Any]:
    return {"who": condition}


def op(word: str, value: Any = 3) -> dict[str, Any]:
    return who(field("profile.age", word, value))


def steps(*several: Any) -> dict[str, Any]:
    return {"steps": [*several]}


def wait(value: Any) -> dict[str, Any]:
    return steps(HI, {"wait": value}, HO)


def send(**parts: Any) -> dict[str, Any]:
    return steps({"send": {"template": "hi", **parts}})


def trigger(**parts: Any) -> dict[str, Any]:
    return {"trigger": parts}


def branch(*paths: Any) -> dict[str, Any]:
    return steps(HO, WAIT, {"branch": [*paths]})


def asked(condition: Any) -> dict[str, Any]:
    return branch({"when": condition, "steps": [HI]}, {"else": []})


BRANCH = "steps[2].branch[0]"

# what is written, the code and the place of the one finding, and how its remedy begins
SLIPS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    # words of the top
    "step": ({"steps": None, "step": [HI]}, "json.unknown_key", "step", 'Did you mean "steps"?'),
    "Trigger": ({"trigger": None, "Trigger": BUYS}, "json.unknown_key", "Trigger", 'Did you mean "trigger"?'),
    "auslöser": ({"trigger": None, "auslöser": BUYS}, "json.unknown_key", "auslöser", 'Did you mean "trigger"?'),
    "warum": ({"why": None, "warum": "x"}, "json.unknown_key", "warum", 'Did you mean "why"?'),
    "wyh": ({"why": None, "wyh": "x"}, "json.unknown_key", "wyh", 'Did you mean "why"?'),
    "description": ({"description": "x"}, "json.unknown_key", "description", 'Did you mean "why"?'),
    "exits": ({"exits": []}, "json.unknown_key", "exits", 'Did you mean "exit"?'),
    "status active": ({"status": "active"}, "json.value", "status", 'Did you mean "live"?'),
    "status true": ({"status": True}, "json.value", "status", 'Did you mean "live"?'),
    "status Live": ({"status": "Live"}, "json.value", "status", 'Did you mean "live"?'),
    "status draft": ({"status": "draft"}, "json.value", "status", 'Did you mean "off"?'),
    "priority 50.5": ({"priority": 50.5}, "json.type", "priority", "Round it."),
    "topic News": ({"topic": "News"}, "json.value", "topic", 'Write for example "news".'),
    "holdout 0.1": ({"holdout": 0.1}, "journey.holdout", "holdout", "For 10 % write 10."),
    "again once": ({"entry": {"again": "once"}}, "entry.again", "entry.again", 'Write "never".'),
    "again 7 days": ({"entry": {"again": "7 days"}}, "entry.again", "entry.again", 'Write "after 7 days".'),
    "per a path": (
        {"entry": {"per": "entry.properties.order_id"}},
        *("entry.per", "entry.per", 'Write "order_id": it is a property of the entry.'),
    ),
    "backfill 500": ({"entry": {"backfill": 500}}, "json.type", "entry.backfill", 'Write {"per_day": 500}'),
    "limit": ({"entry": {"limit": 1}}, "json.unknown_key", "entry.limit", 'Did you mean "again"?'),
    "an exit that is a text": ({"exit": ["Cart Emptied"]}, "json.type", "exit[0]", 'Write {"event": "Cart Emptied"}'),
    "a goal that is a text": ({"goal": "Order Completed"}, "json.type", "goal", 'Write {"event": "Order Completed"}'),
    "goal in": ({"goal": {"event": "X", "in": "7 days"}}, "json.unknown_key", "goal.in", 'Did you mean "within"?'),
    "id in capitals": ({"id": "J"}, "json.value", "id", 'Write for example "j".'),
    # in the wrong place
    "goal in the trigger": (
        trigger(**BUYS, goal={"event": "X"}),
        *("json.unknown_key", "trigger.goal", "It belongs to the top of the file."),
    ),
    "who in the trigger": (
        trigger(**BUYS, who=OLD),
        *("json.unknown_key", "trigger.who", "It belongs to the top of the file."),
    ),
    "where at the top": ({"where": OLD}, "json.unknown_key", "where", 'It belongs into "trigger": {"where": …}.'),
    "again at the top": ({"again": "never"}, "json.unknown_key", "again", 'It belongs into "entry": {"again": …}.'),
    "wait in a send": (send(wait="1 day"), "json.unknown_key", "steps[0].send.wait", "It stands by itself"),
    "subject in a send": (send(subject="Hi"), "json.unknown_key", "steps[0].send.subject", "It is a file of the temp"),
    "from in a send": (send(**{"from": "x"}), "json.unknown_key", "steps[0].send.from", "It stands in settings.json."),
    "a trait beside set": (
        steps({"update": {"favourite": "tea"}}),
        *("json.unknown_key", "steps[0].update.favourite", 'Put it into "set": {"favourite": "tea"}.'),
    ),
    "an event beside first_of": (
        steps(HI, {"wait_for": {"event": "Cart Viewed", "timeout": "2 days"}}, HO),
        *("json.unknown_key", "steps[1].wait_for.event", 'It belongs into "first_of": {"event": …}.'),
    ),
    "two verbs": (
        steps({"send": {"template": "hi"}, "wait": "1 day"}),
        *("json.two_forms", "steps[0].wait", 'Make two of it, one after the other: {"send": …}, {"wait": …}.'),
    ),
    "three verbs": (
        steps({"send": {"template": "hi"}, "wait": "1 day", "exit": "x"}),
        *("json.two_forms", "steps[0].wait", "Make two of it"),
    ),
    "two conditions in one": (
        who({"all": [OLD], **OLD}),
        *("json.two_forms", "who.field", 'Put both into "all" or "any": {"all": [{"all": …}, {"field": …}]}.'),
    ),
    # steps
    "delay": (steps(HI, {"delay": "1 day"}, HO), "step.unknown", "steps[1].delay", 'Did you mean "wait"?'),
    "if": (steps(HI, {"if": OLD, "then": [HO]}), "step.unknown", "steps[1].if", 'Did you mean "branch"?'),
    "email": (steps({"email": "hi"}), "step.unknown", "steps[0].email", 'Did you mean "send"?'),
    "enroll": (steps({"enroll": {"journey": "x"}}), "step.unknown", "steps[0].enroll", 'Did you mean "enrol"?'),
    "stop": (steps(HI, {"stop": True}), "step.unknown", "steps[1].stop", 'Did you mean "exit"?'),
    "a template alone": (
        steps({"template": "hi"}),
        *("step.unknown", "steps[0].template", 'Did you mean {"send": {"template": "hi"}}?'),
    ),
    "a type of step": (
        steps({"type": "send", "template": "hi"}),
        *("step.unknown", "steps[0].type", 'The name of a step is its key: {"send": …}.'),
    ),
    "a misspelt verb behind others": (
        steps({"name": "first", "sned": {"template": "hi"}}),
        *("step.unknown", "steps[0].sned", 'Did you mean "send"?'),
    ),
    "a send that is a text": (steps({"send": "hi"}), "json.type", "steps[0].send", 'Write {"template": "hi"}'),
    "an enrol that is a text": (steps({"enrol": "x"}), "json.type", "steps[0].enrol", 'Write {"journey": "x"}'),
    "a tag that is a text": (
        steps({"update": {"add_tags": "vip"}}),
        *("json.type", "steps[0].update.add_tags", 'Write ["vip"].'),
    ),
    "channel": (send(channel="email"), "json.unknown_key", "steps[0].send.channel", 'Did you mean "channels"?'),
    "a channel that is a text": (send(channels="email"), "json.type", "steps[0].send.channels", 'Write ["email"].'),
    "Email": (send(channels=["Email"]), "json.value", "steps[0].send.channels[0]", 'Did you mean "email"?'),
    "mail": (send(channels=["mail"]), "json.value", "steps[0].send.channels[0]", 'Did you mean "email"?'),
    "a path of a template": (send(template="templates/hi"), "json.value", "steps[0].send.template", "Write for exam"),
    "a file of a template": (send(template="Grüße.json"), "json.value", "steps[0].send.template", "Write for example"),
    "unsubscribe ALL": (steps({"unsubscribe": "ALL"}), "json.value", "steps[0].unsubscribe", 'Did you mean "all"?'),
    "an id of two words": (
        steps({"id": "First Mail", **HI}),
        *("json.value", "steps[0].id", 'Write for example "first-mail".'),
    ),
    "one way of a split": (
        steps({"split": {"variants": [{"id": "a", "weight": 1, "steps": [HI]}]}}),
        *("json.value", "steps[0].split.variants", "2 are the least."),
    ),
    # branches
    "then": (branch({"when": OLD, "then": [HI]}), "json.unknown_key", f"{BRANCH}.then", 'Did you mean "steps"?'),
    "if for when": (branch({"if": OLD, "steps": [HI]}), "path.unknown", f"{BRANCH}.if", 'Did you mean "when"?'),
    "default": (
        branch({"when": OLD, "steps": [HI]}, {"default": []}),
        *("path.unknown", "steps[2].branch[1].default", 'Did you mean "else"?'),
    ),
    "when and else in one": (
        branch({"when": OLD, "steps": [HI], "else": [HI]}),
        *("json.two_forms", f"{BRANCH}.else", 'Make two of it, one after the other: {"when": …}, {"else": …}.'),
    ),
    "else in a wait_for": (
        steps(HI, {"wait_for": {"first_of": [{"event": "Cart Viewed"}], "timeout": "2 days", "else": [HO]}}),
        *("json.unknown_key", "steps[1].wait_for.else", 'Did you mean "on_timeout"?'),
    ),
    "the template for the step": (
        asked({"message": "welcome-1", "is": "clicked"}),
        *("reference.unknown", f"{BRANCH}.when.message", 'That is a template; the step that sends it is "ho".'),
    ),
    "read": (asked({"message": "ho", "is": "read"}), "json.value", f"{BRANCH}.when.is", 'Did you mean "opened"?'),
    "a message without is": (asked({"message": "ho"}), "json.missing_key", f"{BRANCH}.when.is", "Known are sent, del"),
    "opened as a key": (
        asked({"opened": "ho"}),
        *("condition.unknown", f"{BRANCH}.when.opened", 'Did you mean {"message": "ho", "is": "opened"}?'),
    ),
    # triggers
    "a trigger without its type": (trigger(event="X"), "json.missing_key", "trigger", 'Add "type": "event".'),
    "a type that unless tells": (
        trigger(event="X", unless=["Y"], after="1 hour"),
        *("json.missing_key", "trigger", 'Add "type": "abandonment".'),
    ),
    "type Event": (trigger(type="Event", event="X"), "trigger.unknown", "trigger.type", 'Did you mean "event"?'),
    "type cron": (trigger(type="cron", cron="x"), "trigger.unknown", "trigger.type", 'Did you mean "schedule"?'),
    "type birthday": (trigger(type="birthday"), "trigger.unknown", "trigger.type", 'Did you mean "date"?'),
    "events for event": (trigger(type="event", events=["X"]), "json.unknown_key", "trigger.events", "Did you mean"),
    "several events": (trigger(type="event", event=["X", "Y"]), "json.type", "trigger.event", "Write one of them;"),
    "unless a text": (
        trigger(**{**ADDED, "unless": "Order Completed"}, after="1 hour"),
        *("json.type", "trigger.unless", 'Write ["Order Completed"].'),
    ),
    "within for after": (
        trigger(**ADDED, within="1 hour"),
        "json.unknown_key",
        "trigger.within",
        'Did you mean "after"?',
    ),
    "delay for after": (trigger(**ADDED, delay="1 hour"), "json.unknown_key", "trigger.delay", 'Did you mean "after"?'),
    "a birthday that does not return": (
        trigger(type="date", field="profile.birthday"),
        *("trigger.once", "trigger.field", 'Add "repeat": "yearly".'),
    ),
    "annually": (
        trigger(type="date", field="profile.birthday", repeat="annually"),
        *("json.value", "trigger.repeat", 'Did you mean "yearly"?'),
    ),
    "an offset in words": (
        trigger(type="date", field="profile.birthday", repeat="yearly", offset="3 days before"),
        *("duration", "trigger.offset", 'Write "-3 days".'),
    ),
    "cron of five fields": (
        trigger(type="schedule", cron="0 9 * * 1"),
        *("schedule.cron", "trigger.cron", 'Write "0 9 ? * MON *".'),
    ),
    "cron of five fields, by the month": (
        trigger(type="schedule", cron="30 8 1 * *"),
        *("schedule.cron", "trigger.cron", 'Write "30 8 1 * ? *".'),
    ),
    "cron of five fields, on working days": (
        trigger(type="schedule", cron="0 9 * * 1-5"),
        *("schedule.cron", "trigger.cron", 'Write "0 9 ? * MON-FRI *".'),
    ),
    "cron that is none at all": (
        trigger(type="schedule", cron="a b c d e"),
        *("schedule.cron", "trigger.cron", "Write six"),
    ),
    "every monday": (
        trigger(type="schedule", every="Monday"),
        *("json.value", "trigger.every", 'Write "every": "week", "on": "monday".'),
    ),
    "days for on": (
        trigger(type="schedule", every="week", days=["monday"]),
        *("json.unknown_key", "trigger.days", 'Did you mean "on"?'),
    ),
    "1.12.": (trigger(type="schedule", every="year", on="1.12."), "schedule.on", "trigger.on", 'Write "12-01".'),
    "Weihnachten": (
        trigger(type="schedule", every="year", on="Weihnachten"),
        *("schedule.on", "trigger.on", 'Did you mean "christmas"?'),
    ),
    "a date with an hour": (
        trigger(type="schedule", date="2026-12-24T09:00"),
        *("schedule.date", "trigger.date", 'Write "2026-12-24"; "at" says the hour.'),
    ),
    "a threshold of a text": (
        trigger(type="threshold", metric="profile.email", reaches=3),
        *("trigger.metric", "trigger.metric", "Take for example profile.spend.total"),
    ),
    "a threshold in quotes": (
        trigger(type="threshold", metric="profile.spend.total", reaches="5000"),
        *("json.type", "trigger.reaches", "Write 5000, without quotes."),
    ),
    "a threshold that nobody passes": (
        trigger(type="threshold", metric="profile.orders.count", falls_below=0),
        *("trigger.never", "trigger.falls_below", "Write a number above 0."),
    ),
    "a change in percent": (
        trigger(type="change", metric="profile.spend.total", against="previous 90 days", below=50, **LATELY),
        *("trigger.bound", "trigger.below", "For half of it write 0.5."),
    ),
    "a rise that is a fall": (
        trigger(type="change", metric="profile.spend.total", against="previous 90 days", above=0.5, **LATELY),
        *("trigger.bound", "trigger.above", "For twice as much write 2."),
    ),
    "after for for": (
        trigger(type="inactivity", events=["@person"], after="90 days"),
        *("json.unknown_key", "trigger.after", 'Did you mean "for"?'),
    ),
    "the name of a segment": (
        trigger(type="segment", name="vip"),
        *("json.unknown_key", "trigger.name", 'Did you mean "segment"?'),
    ),
    "days of shipping in words": (
        trigger(type="replenish", products=[{"category": "tea", "days_per_unit": 1}], lead_days="3 days"),
        *("json.type", "trigger.lead_days", "Write 3, without quotes."),
    ),
    "an order where the calendar begins": (
        {**trigger(type="schedule", every="month", on=1), "entry": {"per": "order_id"}},
        *("entry.per", "entry.per", 'Leave "per" out.'),
    ),
    "a total where the calendar begins": (
        {**trigger(type="schedule", every="month", on=1), **who(field("entry.properties.total", "gt", 3))},
        *("entry.none", "who.field", "Take profile.…"),
    ),
    "a match where the calendar begins": (
        {**trigger(type="date", field="profile.wedding"), "exit": [{"event": "Order Completed", "match": "order_id"}]},
        *("entry.none", "exit[0].match", "Take profile.…"),
    ),
    # conditions
    "a list of conditions": (who([OLD, OLD]), "json.type", "who", 'Put them into {"all": […]} or {"any": […]}.'),
    "AND": (who({"AND": [OLD]}), "condition.unknown", "who.AND", 'Did you mean "all"?'),
    "a field as a key": (
        who({"profile.country": "DE"}),
        *("condition.unknown", "who.profile.country", 'Did you mean {"field": "profile.country", "op": "eq", "value'),
    ),
    "property for field": (
        who({"property": "profile.age", "op": "gt", "value": 3}),
        *("condition.unknown", "who.property", 'Did you mean "field"?'),
    ),
    "operator for op": (
        who({"field": "profile.age", "operator": "gt", "value": 3}),
        *("json.unknown_key", "who.operator", 'Did you mean "op"?'),
    ),
    "no op": (
        who({"field": "profile.age", "value": 3}),
        "json.missing_key",
        "who.op",
        "How the two are compared. Known",
    ),
    "EQ": (op("EQ"), "json.value", "who.op", 'Did you mean "eq"?'),
    "is": (op("is"), "json.value", "who.op", 'Did you mean "eq"?'),
    "!=": (op("!="), "json.value", "who.op", 'Did you mean "ne"?'),
    "greater_than": (op("greater_than"), "json.value", "who.op", 'Did you mean "gt"?'),
    "at least": (op("at least"), "json.value", "who.op", 'Did you mean "gte"?'),
    "like": (op("like", "x"), "json.value", "who.op", 'Did you mean "contains"?'),
    "between": (op("between", [1, 2]), "json.value", "who.op", 'Write two of them in "all"'),
    "not_exists": (op("not_exists"), "json.value", "who.op", 'Write "op": "exists", "value": false.'),
    "ends_with": (op("ends_with", "x"), "json.value", "who.op", 'Texts are asked with "contains" or "starts_with".'),
    "in a text": (
        who(field("profile.city", "in", "Kiel, Ulm")),
        *("condition.value", "who.value", 'Write ["Kiel", "Ulm"].'),
    ),
    "null": (
        who({"field": "profile.city", "op": "eq", "value": None}),
        *("condition.value", "who.value", "To ask whether nothing is there"),
    ),
    "a date in German": (
        who(field("profile.registered_at", "after", "1.12.2026")),
        *("condition.value", "who.value", 'Write "2026-12-01" or'),
    ),
    "within 30": (
        who(field("profile.last_seen", "within", 30)),
        "condition.value",
        "who.value",
        'Write for example "30',
    ),
    "within 1 month": (
        who(field("profile.last_seen", "within", "1 month")),
        "duration",
        "who.value",
        'Write "30 days".',
    ),
    "user.age": (who(field("user.age", "gt", 3)), "field.unknown", "who.field", 'Did you mean "profile.age"?'),
    "traits.age": (who(field("traits.age", "gt", 3)), "field.unknown", "who.field", 'Did you mean "profile.age"?'),
    "properties.total": (
        trigger(**BUYS, where=field("properties.total", "gt", 3)),
        *("field.unknown", "trigger.where.field", 'Did you mean "event.properties.total"?'),
    ),
    "a property of an item": (
        who({"some": "entry.properties.products", "where": field("category", "eq", "tea")}),
        *("field.unknown", "who.where.field", 'Did you mean "item.category"?'),
    ),
    "count 2": (who({"event": "X", "count": 2}), "json.type", "who.count", 'Write {"gte": 2}'),
    "count >=2": (who({"event": "X", "count": ">=2"}), "json.type", "who.count", 'Write {"gte": 2}'),
    "count <3": (who({"event": "X", "count": "<3"}), "json.type", "who.count", 'Write {"lt": 3}'),
    "min": (who({"event": "X", "count": {"min": 2}}), "json.unknown_key", "who.count.min", 'Did you mean "gte"?'),
    "times": (who({"event": "X", "times": 2}), "json.unknown_key", "who.times", 'Did you mean "count"?'),
    "last": (who({"event": "X", "last": "3 days"}), "json.unknown_key", "who.last", 'Did you mean "within"?'),
    "a segment of two words": (who({"segment": "VIP Kunden"}), "json.value", "who.segment", 'Write for example "vip-'),
    "is running": (who({"journey": "x", "is": "running"}), "json.value", "who.is", 'Did you mean "active"?'),
    "an operator of another type": (op("contains", "3"), "condition.type", "who.op", "Compare it with eq"),
    "a value of another type": (who(field("profile.orders.count", "eq", "many")), "condition.type", "who.value", "Wri"),
    # times
    "wait 24": (wait(24), "json.type", "steps[1].wait", 'Write "24 hours"'),
    "wait 24h": (wait("24h"), "duration", "steps[1].wait", 'Write "24 hours".'),
    "wait P1D": (wait("P1D"), "duration", "steps[1].wait", 'Write "1 day".'),
    "wait 1 day 3 hours": (wait("1 day 3 hours"), "duration", "steps[1].wait", 'Write "27 hours".'),
    "wait 2 Tage": (wait("2 Tage"), "duration", "steps[1].wait", 'Write "2 days".'),
    "wait -1 day": (wait("-1 day"), "duration", "steps[1].wait", 'Write "1 day".'),
    "wait 20 years": (wait("20 years"), "duration", "steps[1].wait", "Ten years is the most."),
    "wait 999999 days": (wait("999999 days"), "duration", "steps[1].wait", "Ten years is the most."),
    "wait tomorrow": (wait("tomorrow"), "duration", "steps[1].wait", "Write a number and minutes, hours"),
    "wait 09:00": (wait("09:00"), "duration", "steps[1].wait", "A time of day stands in"),
    "wait 2026-12-24": (wait("2026-12-24"), "duration", "steps[1].wait", "For one day that is the same for everybody"),
    "wait days": (wait({"days": 3}), "duration", "steps[1].wait", 'Write "3 days".'),
    "wait at": (wait({"at": "09:00"}), "json.unknown_key", "steps[1].wait.at", 'Did you mean "until"?'),
    "until 9am": (wait({"until": "9am"}), "time", "steps[1].wait.until", 'Write "09:00".'),
    "until 25:00": (wait({"until": "25:00"}), "time", "steps[1].wait.until", "Write hours and minutes"),
    "until monday": (wait({"until": "monday"}), "time", "steps[1].wait.until", 'Write "09:00", or a date of the pers'),
    "until a day": (
        wait({"until": "2026-12-24"}),
        "time",
        "steps[1].wait.until",
        'Write "09:00", or a date of the per',
    ),
    "until birthday": (
        wait({"until": "birthday"}),
        "field.unknown",
        "steps[1].wait.until",
        'Did you mean "profile.birt',
    ),
    "until an address": (wait({"until": "profile.email"}), "wait.date", "steps[1].wait.until", "Name a date"),
    "at 9:00": (send(at="9:00"), "time", "steps[0].send.at", 'Write "09:00".'),
    "at 8 pm": (send(at="8 pm"), "time", "steps[0].send.at", 'Write "20:00".'),
    "at 9": (send(at=9), "json.type", "steps[0].send.at", 'Write it in quotes: "9".'),
    "waits of a year together": (
        steps(HI, {"wait": "200 days"}, HO, {"wait": "200 days"}, {"send": {"template": "ha"}}),
        *("time.long", "steps[3]", "What people did is forgotten after 400 days"),
    ),
    "rounds of more than a year": (
        steps({"repeat": {"times": 14, "every": "30 days", "steps": [HI]}}),
        *("time.long", "steps[0]", "What people did is forgotten"),
    ),
    "a wait of a year inside a branch": (
        steps(HI, {"wait": "300 days"}, {"branch": [{"when": OLD, "steps": [HO, {"wait": "100 days"}, HI]}]}),
        *("time.long", "steps[2].branch[0].steps[1]", "What people did is forgotten"),
    ),
    "an offset of more than a year": (
        wait({"until": "profile.birthday", "offset": "400 days"}),
        *("time.long", "steps[1].wait.offset", "Wait a year at most"),
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_one_finding_that_says_what_would_be_right(name: str) -> None:
    parts, code, path, remedy = SLIPS[name]
    (finding,) = found(**parts)
    assert (finding.code, finding.path) == (code, path)
    assert finding.remedy.startswith(remedy)
    assert finding.message


RIGHT: dict[str, dict[str, Any]] = {
    "a year of waits in all": steps(HI, {"wait": "180 days"}, HO, {"wait": "185 days"}, {"send": {"template": "ha"}}),
    "a year of waits on different ways": steps(
        {
            "branch": [
                {"when": OLD, "steps": [{"wait": "300 days"}, HI]},
                {"else": [{"wait": "300 days"}, HO]},
            ]
        }
    ),
    "waits behind the end": steps(
        {"branch": [{"when": OLD, "steps": [{"wait": "300 days"}, {"exit": "x"}]}]}, {"wait": "300 days"}, HI
    ),
    "the year of an anniversary": {
        **trigger(type="date", field="profile.registered_at", repeat="yearly"),
        **asked(field("entry.properties.years", "eq", 3)),
    },
    "a total where an order may begin it too": {
        "trigger": [BUYS, {"type": "schedule", "every": "month", "on": 1}],
        **who(field("entry.properties.total", "gt", 3)),
    },
    "a month after registering": trigger(type="date", field="profile.registered_at", offset="30 days"),
    "rounds within a year": steps({"repeat": {"times": 12, "every": "30 days", "steps": [HI]}}),
    "a wait for a date of the shop's own": wait({"until": "profile.wedding_day", "offset": "-7 days"}),
    "a wait for a date of the order": wait({"until": "entry.properties.delivery_date"}),
    "one in a hundred is held out": {"holdout": 1},
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_only_looks_like_a_slip_is_left_alone(name: str) -> None:
    assert found(**RIGHT[name]) == []


def test_a_file_is_renamed_if_its_name_can_be_no_id() -> None:
    (finding,) = compile_journey("journeys/Welcome Mail.json", json.dumps(_named("welcome-mail"))).diagnostics
    assert (finding.code, finding.remedy) == ("journey.id", "Rename the file: welcome-mail.json.")
    (finding,) = compile_journey("journeys/welcome.json", json.dumps(_named("hello"))).diagnostics
    assert finding.remedy == 'Write "id": "welcome", or rename the file.'
    segment = {"id": "vip", "who": OLD}
    (finding,) = compile_segment("segments/VIP.json", json.dumps(segment)).diagnostics
    assert (finding.code, finding.remedy) == ("segment.id", "Rename the file: vip.json.")


def _named(id_: str) -> dict[str, Any]:
    return {"id": id_, "why": "For tests.", "trigger": BUYS, "steps": [HI]}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("24h", "24 hours"), ("90min", "90 minutes"), ("1h30m", "90 minutes"), ("PT24H", "24 hours")),
        *(("P1Y2M", "425 days"), ("1,5 days", "36 hours"), ("1.5 days", "36 hours"), ("an hour", "1 hour")),
        *(("3 months", "90 days"), ("30 seconds", "1 minute"), ("zwei Wochen", "2 weeks"), ("-1 month", "-30 days")),
        *(("1 day and 3 hours", "27 hours"), ("1 week 1 day", "8 days"), ("1  Day", "1 day")),
        *(("", None), ("-", None), ("24", None), ("P", None), ("3 business days", None), ("later", None)),
    ],
)
def test_durations_are_understood_as_people_write_them(written: str, meant: str | None) -> None:
    assert duration_meant(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("9:00", "09:00"), ("9", "09:00"), ("9am", "09:00"), ("9 Uhr", "09:00"), ("09.30", "09:30")),
        *(("8pm", "20:00"), ("12am", "00:00"), ("12pm", "12:00"), ("24:00", "00:00"), ("0900", "09:00")),
        *(("noon", "12:00"), ("09:00:00", "09:00"), ("9h", "09:00")),
        *(("25:00", None), ("9:60", None), ("13pm", None), ("soon", None), ("", None)),
    ],
)
def test_times_of_day_are_understood_as_people_write_them(written: str, meant: str | None) -> None:
    assert clock_meant(written) == meant
