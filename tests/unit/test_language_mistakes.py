"""Every mistake in a journey file is found, at once, where it stands, in words that its author understands."""

from __future__ import annotations

import re

import pytest
from anlass.language.compiler import compile_journey
from anlass.language.diagnostics import Diagnostic

GOOD = """{
  "id": "cart",
  "name": "Cart",
  "why": "For tests.",
  "status": "live",
  "topic": "offers",
  "priority": 80,
  "trigger": {"type": "abandonment", "event": "Product Added", "unless": ["Order Completed"], "after": "1 hour"},
  "who": {"field": "profile.cart.value", "op": "gte", "value": 20},
  "entry": {"again": "after 7 days"},
  "exit": [{"event": "Order Completed", "steps": [{"send": {"template": "thanks"}}]}],
  "goal": {"event": "Order Completed", "within": "7 days", "value": "event.properties.total"},
  "steps": [
    {"id": "remind", "send": {"template": "first"}},
    {"wait": "24 hours"},
    {"wait_for": {"first_of": [{"event": "Product Reviewed", "steps": []}], "timeout": "5 days"}},
    {"branch": [{"when": {"message": "remind", "is": "sent"}, "steps": []}, {"else": []}]},
    {"send": {"template": "last"}}
  ]
}
"""


def diagnosed(old: str, new: str) -> list[Diagnostic]:
    assert GOOD.count(old) == 1, f"{old} is not there once"
    return compile_journey("journeys/cart.json", GOOD.replace(old, new)).diagnostics


WHO = '{"field": "profile.cart.value", "op": "gte", "value": 20}'
WAIT = '{"wait": "24 hours"}'
WHEN = '{"message": "remind", "is": "sent"}'
LAST = '{"send": {"template": "last"}}'
TRIGGER = '{"type": "abandonment", "event": "Product Added", "unless": ["Order Completed"], "after": "1 hour"}'
GOAL = '"value": "event.properties.total"'
ANSWER = '{"event": "Product Reviewed", "steps": []}'
BRANCH = '[{"when": {"message": "remind", "is": "sent"}, "steps": []}, {"else": []}]'
SPLIT = '{"split": {"variants": [{"id": "a", "weight": 1}, {"id": "%s", "weight": %s}]}}'
EXIT = '[{"event": "Order Completed", "steps": [{"send": {"template": "thanks"}}]}]'

# what is replaced, by what, and what must be said: code, line, path
MISTAKES: list[tuple[str, str, str, int, str]] = [
    # JSON itself
    ('"Cart",', '"Cart"', "json.comma", 3, ""),
    ('"priority": 80,', '"priority": 80,,', "json.comma", 7, ""),
    ('{"template": "last"}}\n', '{"template": "last"}},\n', "json.comma", 18, "steps"),
    ('"For tests.",', '"For tests.", // why', "json.comment", 4, ""),
    ('"priority": 80', '"priority": NaN', "json.number", 7, "priority"),
    ('"priority": 80', '"priority": 0080', "json.number", 7, "priority"),
    ('"priority": 80', '"priority": 1e999', "json.number", 7, "priority"),
    ('"priority": 80', '"priority": 80, "priority": 70', "json.repeated_key", 7, "priority"),
    ('"Cart"', "'Cart'", "json.quotes", 3, "name"),
    ('"Cart"', "„Cart“", "json.quotes", 3, "name"),
    ('"name"', "name", "json.quotes", 3, "name"),
    ('"live"', "live", "json.quotes", 5, "status"),
    ('"For tests."', '"For \n tests."', "json.syntax", 4, "why"),
    ('"For tests."', '"For \\x tests."', "json.text", 4, "why"),
    ('"For tests."', '"For \\ud83d tests."', "json.text", 4, "why"),
    ('"For tests."', '"F\ufffdr tests."', "json.encoding", 4, ""),
    ('"For tests."', '"For\\u0007 tests."', "json.text", 4, "why"),
    ('"For tests."', '"For\u0007 tests."', "json.text", 4, "why"),
    ('"For tests."', '"For\ttests."', "json.text", 4, "why"),
    ('"For tests."', '"For "big" tests."', "json.text", 4, "why"),
    ('"For tests."', "'It's for tests.'", "json.quotes", 4, "why"),
    ('"For tests."', "“It’s for tests.”", "json.quotes", 4, "why"),
    ('"For tests."', '"For tests.”', "json.quotes", 4, "why"),
    ('"For tests."', "`For tests.`", "json.quotes", 4, "why"),
    ('"For tests."', 'For tests."', "json.quotes", 4, "why"),
    ('"For tests."', "For tests.", "json.quotes", 4, "why"),
    ('"For tests."', f'"{"x" * 501}"', "json.value", 4, "why"),
    ('"For tests.",', '"For tests.", <!-- why -->', "json.comment", 4, ""),
    ('"name"', 'name"', "json.quotes", 3, "name"),
    ('"Cart"', '""Cart""', "json.quotes", 3, "name"),
    ('"Cart"', '"Cart""', "json.quotes", 3, "name"),
    (WAIT, '{"wait": "24 hours"}, ...', "json.word", 15, "steps[2]"),
    (WAIT, '{"wait": "24 hours"}, …', "json.word", 15, "steps[2]"),
    (EXIT, '({"event": "Order Completed"})', "json.syntax", 11, "exit"),
    ('"name": ', '"name: ', "json.syntax", 3, "name: "),
    ('"name": ', '"name" = ', "json.syntax", 3, "name"),
    ('"Cart",', '"Cart";', "json.comma", 3, ""),
    ('"Cart",', '"Cart"，', "json.comma", 3, ""),
    ('  "name"', '\u00a0\u2003"name"', "json.space", 3, ""),
    ('"name"', '"na\u200bme"', "json.text", 3, "na\u200bme"),
    ('"event": "Product Added"', '"event": "Product\u00a0Added"', "json.text", 8, "trigger.event"),
    (WAIT, '{"wait": "24\u00a0hours"}', "json.text", 15, "steps[1].wait"),
    (WAIT, '{"wait": 24 hours}', "json.quotes", 15, "steps[1].wait"),
    (WHO, '{"field": "profile.age\u200b", "op": "gt", "value": 60}', "json.text", 9, "who.field"),
    ('"priority": 80', '"priority": 80 %', "json.number", 7, "priority"),
    ('"priority": 80', '"priority": +80', "json.number", 7, "priority"),
    ('"priority": 80', '"holdout": 0, "priority": .8e2', "json.number", 7, "priority"),
    ('"priority": 80', '"priority": ', "json.syntax", 7, "priority"),
    ('{\n  "id": "cart"', '{\n<<<<<<< HEAD\n  "id": "cart"', "json.syntax", 2, ""),
    ('"after": "1 hour"},', '"after": "1 hour",', "json.syntax", 8, ""),
    ('"unless": ["Order Completed"]', '"unless": ["Order Completed"', "json.syntax", 8, "trigger.unless"),
    ('"steps": [\n', '"steps":\n', "json.syntax", 15, ""),
    (WAIT, '{"wait": "24 hours"', "json.syntax", 16, "steps[1]"),
    (WAIT, '{"wait": "24 hours"}}', "json.syntax", 15, "steps"),
    ('"Cart"', "null", "json.null", 3, "name"),
    ("  ]\n}\n", "  ]\n", "json.syntax", 20, ""),
    ("  ]\n}\n", "  }\n}\n", "json.syntax", 19, "steps"),
    ("  ]\n}\n", "  ]\n}\n}\n", "json.syntax", 21, ""),
    ("\n  ]\n}\n", "\n}\n", "json.syntax", 19, "steps"),
    ('"name": "Cart"', '"name" "Cart"', "json.syntax", 3, "name"),
    (WHO, '{"not": ' * 60 + WHO + "}" * 60, "json.too_deep", 9, "who.not.not.not.not.not"),
    # the top
    ('"id": "cart"', '"id": "kart"', "journey.id", 2, "id"),
    ('"id": "cart"', '"id": "Cart!"', "json.value", 2, "id"),
    ('"id": "cart",', "", "json.missing_key", 1, "id"),
    ('"status": "live"', '"status": "on"', "json.value", 5, "status"),
    ('"status": "live"', '"staus": "live"', "json.unknown_key", 5, "staus"),
    ('"priority": 80', '"priority": "80"', "json.type", 7, "priority"),
    ('"priority": 80', '"priority": 180', "json.value", 7, "priority"),
    ('"priority": 80', '"holdout": 110', "json.value", 7, "holdout"),
    ('"priority": 80', '"in_flight": "stop"', "json.value", 7, "in_flight"),
    ('"why": "For tests.",', "", "journey.why", 1, ""),
    ('"again": "after 7 days"', '"again": "sometimes"', "entry.again", 10, "entry.again"),
    ('"again": "after 7 days"', '"again": "after 7 dayz"', "duration", 10, "entry.again"),
    ('"again": "after 7 days"', '"backfill": {"per_day": 0}', "json.value", 10, "entry.backfill.per_day"),
    # triggers
    (TRIGGER, '"Product Added"', "json.type", 8, "trigger"),
    (TRIGGER, '{"event": "Product Added"}', "json.missing_key", 8, "trigger"),
    ('"type": "abandonment"', '"type": "abandonement"', "trigger.unknown", 8, "trigger.type"),
    ('"after": "1 hour"', '"after": "one hour"', "duration", 8, "trigger.after"),
    ('"after": "1 hour"', '"after": "-1 hour"', "duration", 8, "trigger.after"),
    ('"unless": ["Order Completed"]', '"unless": []', "json.value", 8, "trigger.unless"),
    ('"unless": ["Order Completed"]', '"unless": ["Product Added"]', "trigger.never", 8, "trigger.unless[0]"),
    ('"unless": ["Order Completed"]', '"unless": ["Order Complete"]', "event.unknown", 8, "trigger.unless[0]"),
    ('"after": "1 hour"', '"after": "1 hour", "where": ' + WHO, "condition.place", 8, "trigger.where.field"),
    # conditions
    (WHO, "{}", "condition.empty", 9, "who"),
    (WHO, '{"feild": "profile.age", "op": "eq", "value": 1}', "condition.unknown", 9, "who.feild"),
    (WHO, '{"segment": "VIP"}', "json.value", 9, "who.segment"),
    (WHO, "[" + WHO + "]", "json.type", 9, "who"),
    (WHO, '{"all": []}', "json.value", 9, "who.all"),
    (WHO, '{"all": [' + WHO + '], "any": [' + WHO + "]}", "json.two_forms", 9, "who.any"),
    ('"op": "gte", "value": 20', '"op": ">=", "value": 20', "json.value", 9, "who.op"),
    ('"op": "gte", "value": 20', '"op": "gt"', "condition.no_value", 9, "who"),
    ('"op": "gte", "value": 20', '"op": "gte", "value": "many"', "condition.value", 9, "who.value"),
    ('"op": "gte", "value": 20', '"op": "in", "value": 20', "condition.value", 9, "who.value"),
    ('"op": "gte", "value": 20', '"op": "eq", "value": [20]', "condition.value", 9, "who.value"),
    ('"op": "gte", "value": 20', '"op": "within", "value": "soon"', "duration", 9, "who.value"),
    ('"op": "gte", "value": 20', '"op": "before", "value": "tomorrow"', "condition.value", 9, "who.value"),
    ('"op": "gte", "value": 20', '"op": "exists", "value": "yes"', "condition.value", 9, "who.value"),
    ('"op": "gte", "value": 20', '"op": "starts_with", "value": 2', "condition.value", 9, "who.value"),
    ("profile.cart.value", "profile.cart.valeu", "field.unknown", 9, "who.field"),
    ("profile.cart.value", "cart.value", "field.unknown", 9, "who.field"),
    ("profile.cart.value", "entry.category", "field.unknown", 9, "who.field"),
    ("profile.cart.value", "entry.properties.prodcut_id", "field.unknown", 9, "who.field"),
    ("profile.cart.value", "steps.remind.message_id", "condition.place", 9, "who.field"),
    ("profile.cart.value", "item.price", "condition.place", 9, "who.field"),
    (WHO, '{"event": "Product Viewed", "count": 2}', "json.type", 9, "who.count"),
    (WHO, '{"event": "Product Viewed", "count": {"min": 2}}', "json.unknown_key", 9, "who.count.min"),
    (WHO, '{"event": "Product Viewed", "count": {}}', "condition.count", 9, "who.count"),
    (WHO, '{"event": "Product Viewed", "count": {"gte": null}}', "condition.count", 9, "who.count"),
    (WHO, '{"event": "Product Viewed", "within": "7 days "}', "duration", 9, "who.within"),
    ('"type": "abandonment"', '"type": ["abandonment"]', "trigger.unknown", 8, "trigger.type"),
    (WHO, '{"event": "Product Viewed", "match": 3}', "json.type", 9, "who.match"),
    (WHO, '{"message": "remind", "is": "sent"}', "condition.place", 9, "who.message"),
    (WHO, '{"some": "profile.tags"}', "json.missing_key", 9, "who.where"),
    # steps
    (WAIT, "{}", "step.empty", 15, "steps[1]"),
    (WAIT, '"24 hours"', "json.type", 15, "steps[1]"),
    (WAIT, '{"wiat": "24 hours"}', "step.unknown", 15, "steps[1].wiat"),
    (WAIT, '{"split": {"variants": []}}', "json.value", 15, "steps[1].split.variants"),
    (WAIT, '{"points": {"award": 100}}', "json.not_yet", 15, "steps[1].points"),
    (WAIT, '{"split": [{"id": "a"}]}', "json.type", 15, "steps[1].split"),
    (WAIT, SPLIT % ("a", "1"), "split.variants", 15, "steps[1].split.variants"),
    (WAIT, SPLIT % ("b", "0"), "json.value", 15, "steps[1].split.variants[1].weight"),
    (WAIT, SPLIT % ("b", "true"), "json.type", 15, "steps[1].split.variants[1].weight"),
    (WAIT, '{"repeat": {"times": 3, "steps": [' + WAIT + "]}}", "json.missing_key", 15, "steps[1].repeat.every"),
    (
        WAIT,
        '{"repeat": {"times": 2.5, "every": "1 day", "steps": [' + WAIT + "]}}",
        "json.type",
        15,
        "steps[1].repeat.times",
    ),
    (WAIT, '{"repeat": {"times": 3, "every": "1 day", "steps": []}}', "json.value", 15, "steps[1].repeat.steps"),
    (WAIT, '{"update": {}}', "update.empty", 15, "steps[1].update"),
    (WAIT, '{"update": {"add_tags": "vip"}}', "json.type", 15, "steps[1].update.add_tags"),
    (WAIT, '{"subscribe": "news"}', "json.type", 15, "steps[1].subscribe"),
    (WAIT, '{"unsubscribe": "everything"}', "json.value", 15, "steps[1].unsubscribe"),
    (WAIT, '{"enrol": {"jorney": "a"}}', "json.unknown_key", 15, "steps[1].enrol.jorney"),
    (WAIT, '{"sunset": true}', "json.type", 15, "steps[1].sunset"),
    (WAIT, '{"wait": "24 hours", "send": {"template": "a"}}', "json.two_forms", 15, "steps[1].wait"),
    (WAIT, '{"wait": 24}', "json.type", 15, "steps[1].wait"),
    (WAIT, '{"wait": "0 hours"}', "duration", 15, "steps[1].wait"),
    (WAIT, '{"wait": {"until": "25:00"}}', "time", 15, "steps[1].wait.until"),
    (WAIT, '{"wait": {"until": "09:00", "offset": "1 day"}}', "wait.offset", 15, "steps[1].wait.offset"),
    (WAIT, '{"wait": {"until": "profile.birthday", "offset": "a day"}}', "duration", 15, "steps[1].wait.offset"),
    (WAIT, '{"exit": "done"}', "step.unreachable", 16, "steps[2]"),
    (WAIT, '{"id": "remind", "wait": "1 hour"}', "step.duplicate_id", 15, "steps[1].id"),
    (LAST, '{"send": {"templte": "last"}}', "json.unknown_key", 18, "steps[4].send.templte"),
    (LAST, '{"send": "last"}', "json.type", 18, "steps[4].send"),
    (LAST, '{"send": {"template": "Last One"}}', "json.value", 18, "steps[4].send.template"),
    (LAST, '{"send": {"template": "last", "channels": ["fax"]}}', "json.value", 18, "steps[4].send.channels[0]"),
    (LAST, '{"send": {"template": "last", "channels": ["sms"]}}', "send.channel", 18, "steps[4].send.channels"),
    (LAST, '{"send": {"template": "last", "at": "9:00"}}', "time", 18, "steps[4].send.at"),
    (LAST, '{"send": {"template": "last", "coupon": {"campaign": "c"}}}', "json.not_yet", 18, "steps[4].send.coupon"),
    (LAST, '{"id": "a.b", "send": {"template": "last"}}', "json.value", 18, "steps[4].id"),
    ('"timeout": "5 days"', '"on_timeout": []', "json.missing_key", 16, "steps[2].wait_for.timeout"),
    ('"timeout": "5 days"', '"timeout": "5 days", "since": "mail"', "reference.unknown", 16, "steps[2].wait_for.since"),
    (ANSWER, "", "json.value", 16, "steps[2].wait_for.first_of"),
    (
        ANSWER,
        '{"event": "Product Reviewed", "where": ' + WHO + "}",
        "condition.place",
        16,
        "steps[2].wait_for.first_of[0].where.field",
    ),
    (
        ANSWER,
        '{"event": "Product Reviewed", "match": {"order_id": "profile.id"}}',
        "condition.place",
        16,
        "steps[2].wait_for.first_of[0].match.order_id",
    ),
    (
        ANSWER,
        '{"event": "Product Reviewed", "match": {"order_id": "steps.gift.event.id"}}',
        "reference.unknown",
        16,
        "steps[2].wait_for.first_of[0].match.order_id",
    ),
    (WHEN, '{"message": "remnd", "is": "sent"}', "reference.unknown", 17, "steps[3].branch[0].when.message"),
    (WHEN, '{"message": "remind", "is": "read"}', "json.value", 17, "steps[3].branch[0].when.is"),
    (WHEN, '{"message": "2-wait", "is": "sent"}', "reference.kind", 17, "steps[3].branch[0].when.message"),
    (WHEN, '{"message": "5-send", "is": "sent"}', "reference.later", 17, "steps[3].branch[0].when.message"),
    (BRANCH, "[]", "json.value", 17, "steps[3].branch"),
    (BRANCH, '[{"else": []}]', "branch.else", 17, "steps[3].branch[0]"),
    (BRANCH, '[{"if": ' + WHEN + ', "then": []}]', "path.unknown", 17, "steps[3].branch[0].if"),
    (
        BRANCH,
        '[{"when": ' + WHEN + ', "steps": []}, {"else": []}, {"else": []}]',
        "branch.else",
        17,
        "steps[3].branch[1]",
    ),
    (BRANCH, '[{"when": {"message": "remind", "is": "opened"}, "steps": []}]', "branch.opens", 17, "steps[3].branch"),
    (
        BRANCH,
        '[{"when": ' + WHEN + ', "steps": [{"exit": "a"}]}, {"else": [{"exit": "b"}]}]',
        "step.unreachable",
        18,
        "steps[4]",
    ),
    # exit and goal
    (EXIT, '{"event": "Order Completed"}', "json.type", 11, "exit"),
    (EXIT, '[{"steps": []}]', "json.missing_key", 11, "exit[0].event"),
    (EXIT, '[{"event": "order completed"}]', "event.unknown", 11, "exit[0].event"),
    (GOAL, '"value": "total"', "field.unknown", 12, "goal.value"),
    (GOAL, '"value": "profile.spend.total"', "condition.place", 12, "goal.value"),
    (GOAL, '"value": "event.properties.totl"', "field.unknown", 12, "goal.value"),
    (GOAL, '"worth": 3', "json.unknown_key", 12, "goal.worth"),
]


def test_the_file_that_is_broken_below_is_right() -> None:
    compiled = compile_journey("journeys/cart.json", GOOD)
    assert compiled.diagnostics == []
    assert compiled.journey is not None


@pytest.mark.parametrize(("old", "new", "code", "line", "path"), MISTAKES)
def test_a_mistake_is_one_finding_where_it_stands(old: str, new: str, code: str, line: int, path: str) -> None:
    (found,) = diagnosed(old, new)
    assert (found.code, found.line, found.path) == (code, line, path)
    assert found.file == "journeys/cart.json"
    for words in (found.message, found.remedy):
        assert words
        assert not re.search(r"Input should|type=|NoneType|dict_|union|§", words)


def test_a_word_that_is_nearly_right_is_named() -> None:
    for old, new, meant in (
        ('"status"', '"staus"', "status"),
        (WAIT, '{"wiat": "24 hours"}', "wait"),
        ('"op": "gte"', '"op": ">="', "gte"),
        ('"type": "abandonment"', '"type": "abandonement"', "abandonment"),
        ("profile.cart.value", "profile.cart.valeu", "value"),
        ("Product Reviewed", "Product Review", "Product Reviewed"),
        ("event.properties.total", "event.properties.totl", "total"),
        ('"message": "remind"', '"message": "remid"', "remind"),
        ('{"template": "last"}', '{"templates": "last"}', "template"),
    ):
        (found,) = diagnosed(old, new)
        assert f'Did you mean "{meant}"?' in found.remedy, found


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        (WHO, '{"field": "country", "op": "eq", "value": "DE"}', 'Did you mean "profile.country"?'),
        (WHO, '{"field": "cart.value", "op": "gte", "value": 20}', 'Did you mean "profile.cart.value"?'),
        (WHO, '{"field": "colour", "op": "eq", "value": "red"}', 'Did you mean "event.properties.colour"?'),
        (WHO, '{"and": [{"reachable": "email"}]}', 'Did you mean "all"?'),
        (WHO, '{"or": [{"reachable": "email"}]}', 'Did you mean "any"?'),
        ('"op": "gte"', '"op": "equals"', 'Did you mean "eq"?'),
        ('"when": {"message"', '"if": {"message"', 'Did you mean "when"?'),
        ('"value": 20}', '"value": 19,99}', "Decimals stand behind a point: 19.99"),
        ('"value": 20}', '"value": 1.999,50}', "Decimals stand behind a point: 1999.50"),
        (TRIGGER, '{"type": "inactivity", "events": ["person"], "for": "9 days"}', 'Did you mean "@person"'),
    ],
)
def test_what_people_write_who_think_in_other_words_is_understood(old: str, new: str, remedy: str) -> None:
    (finding,) = diagnosed(old, new)
    assert finding.remedy.startswith(remedy)


def test_nothing_is_missed_that_nobody_named() -> None:
    broken = compile_journey("journeys/cart.json", GOOD.replace(LAST, '{"send": {"template": "Last One"}}'))
    assert [each.code for each in broken.diagnostics] == ["json.value"]
    assert sorted(broken.needs) == ["templates/first/", "templates/thanks/"]


def test_what_belongs_into_an_object_is_listed() -> None:
    (found,) = diagnosed(WAIT, '{"subscribe": "news"}')
    assert "topic, channel" in found.remedy


def test_a_mistake_in_one_way_of_a_split_hides_nothing_in_the_others() -> None:
    ways = (
        '{"id": "a", "weight": "half", "steps": [{"wait": "soon"}]}, {"id": "b", "weight": 1, "steps": [{"exit": 1}]}'
    )
    found = diagnosed(WAIT, f'{{"split": {{"variants": [{ways}]}}}}')
    assert [each.code for each in found] == ["json.type", "duration", "json.type"]


def test_what_a_later_version_will_know_is_said_to_be_so() -> None:
    (found,) = diagnosed(WAIT, '{"points": {"award": 100}}')
    assert "this version of Anlass does not know it yet" in found.remedy


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """{
  "id": "cart",
  "why": "For tests.", // a comment
  "staus": "live",
  "trigger": {"type": "event", "event": "Order Complete"},
  "who": {"field": "cart.value", "op": ">=", "value": 20},
  "steps": [
    {"id": "mail", "send": {"templte": "first"}},
    {"wait": "soon"},
    {"branch": [{"when": {"message": "male", "is": "sent"}, "steps": [{"exit": 5}]}]},
    {"exit": "done"},
    {"send": {"template": "never"}},
  ]
}"""
    found = compile_journey("journeys/cart.json", text).diagnostics
    assert [(each.line, each.code) for each in found] == [
        (3, "json.comment"),
        (4, "json.unknown_key"),
        (5, "event.unknown"),
        (6, "field.unknown"),
        (6, "json.value"),
        (8, "json.unknown_key"),
        (9, "duration"),
        (10, "reference.unknown"),
        (10, "json.type"),
        (12, "step.unreachable"),
        (12, "json.comma"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "underlined"),
    [
        ('"status"', '"staus"', '"staus"'),
        ('"status": "live"', '"status": "on"', '"on"'),
        (WAIT, '{"wiat": "24 hours"}', '"wiat"'),
        (WAIT, '{"wait": "soon"}', '"soon"'),
        (WAIT, "{}", "{}"),
        (WAIT, '{"exit": "done"}', '{"wait_for": {"first_of": [' + ANSWER + '], "timeout": "5 days"}}'),
        ('"For tests.",', '"For tests.", // a comment', "// a comment"),
        ('"Cart"', "„Cart“", "„Cart“"),
        ('"priority": 80', '"priority": NaN', "NaN"),
        ('"priority": 80', '"priority": 80, "priority": 70', '"priority"'),
        ('"id": "cart",', "", "{"),
        (EXIT, '[{"steps": []}]', '{"steps": []}'),
    ],
)
def test_what_is_meant_is_underlined_to_the_letter(old: str, new: str, underlined: str) -> None:
    (found,) = diagnosed(old, new)
    assert found.line is not None
    assert found.column is not None
    assert found.length is not None
    line = GOOD.replace(old, new).splitlines()[found.line - 1]
    begins = found.column - 1
    assert line[begins : begins + found.length] == underlined


def test_what_is_broken_elsewhere_makes_no_false_findings() -> None:
    broken = GOOD.replace('"send": {"template": "first"}', '"send": {"template": 1}').replace('"5 days"', '"long"')
    assert [each.code for each in compile_journey("journeys/cart.json", broken).diagnostics] == [
        "json.type",
        "duration",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "json.syntax"),
        ("   ", "json.syntax"),
        ("[]", "json.type"),
        ('"cart"', "json.type"),
        ("null", "json.type"),
        ("12", "json.type"),
        ("{" * 100_000, "json.syntax"),
        ("[" * 100_000, "json.too_deep"),
        ('{"a":' * 30_000, "json.too_deep"),
        ("x" * 300_000, "json.too_large"),
        ("\x00{\x00}", "json.encoding"),
        ("<html>", "json.syntax"),
    ],
)
def test_what_is_no_journey_at_all_is_said_so_too(text: str, code: str) -> None:
    found = compile_journey("journeys/cart.json", text).diagnostics
    assert code in [each.code for each in found]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    compiled = compile_journey("journeys/cart.json", "\ufeff" + GOOD.replace("\n", "\r\n"))
    assert compiled.diagnostics == []
    assert {path: need.line for path, need in compiled.needs.items()} == {
        "templates/first/": 14,
        "templates/last/": 18,
        "templates/thanks/": 11,
    }


def test_of_very_many_mistakes_the_first_are_told_and_the_rest_counted() -> None:
    broken = GOOD.replace(WAIT, ", ".join(['{"wiat": "1 day"}'] * 500))
    found = compile_journey("journeys/cart.json", broken).diagnostics
    assert (len(found), found[-1].code) == (200, "content.more")
    assert "301 more" in found[-1].message
    unreadable = compile_journey("journeys/cart.json", "[" + "1,," * 5000).diagnostics
    assert (len(unreadable), unreadable[-1].code) == (200, "content.more")


def test_a_finding_quotes_no_novel() -> None:
    (found,) = diagnosed('"after": "1 hour"', f'"after": "{"x" * 50_000}"')
    assert found.code == "duration"
    assert len(found.message) < 1000
    assert found.message.endswith('" is no duration.')


LATER_TIMES = '{"type": "inactivity", "events": ["X"], "for": [{"when": {}, "value": "1 day"}, {"else": "2 days"}]}'
BY_COUPON = '{"type": "absence", "event": "Coupon Sent"}'


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"send": {"template": "first"}', '"sned": {"template": "first"}', "step.unknown"),
        ('"value": "event.properties.total"', '"where": null', "json.null"),
        (TRIGGER, LATER_TIMES, "condition.empty"),
        (TRIGGER, BY_COUPON, "json.missing_key"),
        ('"id": "remind"', '"idd": "remind"', "json.unknown_key"),
        ('{"else": []}', '{"else": true}', "json.type"),
        ('{"else": []}', '{"els": []}', "path.unknown"),
    ],
)
def test_of_what_is_put_in_for_a_broken_part_nothing_is_asked(old: str, new: str, code: str) -> None:
    good = GOOD.replace('"is": "sent"', '"is": "opened"').replace('"again": "after 7 days"', '"per": "coupon_id"')
    assert good.count(old) == 1
    found = compile_journey("journeys/cart.json", good.replace(old, new)).diagnostics
    assert {each.code for each in found} - {"field.unknown"} == {code}
    assert [each for each in found if each.code == "field.unknown" and "trigger" in new] == []


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert diagnosed('"priority": 80', '"priority": 80.0') == []
