"""The words of a timeline: each verdict with its rule and values, in the terminal, and on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any, get_args

import pytest
from anlass.domain.catalog import Catalog
from anlass.domain.condition import (
    AllOf,
    AnyOf,
    Behaviour,
    Compare,
    Condition,
    InSegment,
    Items,
    Not,
    Reachable,
    compile_condition,
)
from anlass.domain.consent import Consent
from anlass.domain.person import Person
from anlass.domain.profile import Attributes
from anlass.domain.segment import Segment
from anlass.domain.send import Look
from anlass.domain.send_policy import Delay, Reason
from anlass.domain.sending_rules import SendingRules
from anlass.domain.suppression import Suppression
from anlass.language.timeline.dossier import Dossier
from anlass.language.timeline.lines import KINDS, Answer, Line, Timeline
from anlass.language.timeline.look_words import look_words
from anlass.language.timeline.standing import standing
from anlass.language.timeline.unmet import duration_words, unmet, words_of
from rich.console import Console

from cli.explain_page import nobody_page, timeline_page
from cli.explain_text import timeline_text
from tests.builders import DAY, HOUR, MINUTE, NOON, a_state, heard, some_caps

AT = "2026-03-02T12:00:00Z"
SAID = {"said": "granted", "said_topic": "*", "said_at": AT, "by": "person", "source": "double opt-in"}
QUIET = {"local": "2026-03-02T21:10+01:00", "from": "20:00", "until": "09:00"}


def words(outcome: Any, reason: str | None, facts: Mapping[str, Any]) -> str:
    until = NOON + DAY if outcome == "deferred" else None
    return look_words(Look(NOON, outcome, reason, until, facts), "email", lambda at: f"{at:%d.%m. %H:%M}")


NEWS = {"topic": "news", **SAID}
USED = {"caps": [["channel day", 1, 2], ["person week", 3, 6]]}
FULL = {"of": "person", "window": "day", "most": 2, "left": 2, "last": AT}
FRIDAY = {"why": "holiday", **QUIET, "holiday": "Karfreitag", "country": "DE", "region": "DE-SH"}
EMPTIED = {"outcome": "exit", "event": "Cart Emptied", "event_at": AT}
ALLOWED: list[tuple[dict[str, Any], str]] = [
    (
        {"basis": "consent", **NEWS},
        "consent to “news” (granted for all topics 02.03. 12:00 by the person, double opt-in).",
    ),
    ({"basis": "consent", **NEWS, **USED}, "; used 1 of 2 by e-mail a day, 3 of 6 through all channels a week."),
    ({"basis": "existing-customer", **NEWS}, "a purchase is ground enough (§ 7 (3) UWG)"),
    ({"purpose": "confirmation"}, "it asks whether something is wanted at all; that needs no consent"),
    (
        {"purpose": "transactional"},
        "a transactional message asks for no consent and obeys neither caps nor quiet hours.",
    ),
]
DEFERRED: list[tuple[str, dict[str, Any], str]] = [
    ("inbox", {"events": ["Order Completed"]}, "Waits a moment: Order Completed has just come and may end the"),
    ("inbox", {"events_missed": True}, "Waits a moment: events were missed and are being looked up."),
    ("not_yet", {}, "Waits until 03.03. 12:00: it is to leave then."),
    ("order", {"ahead": ["one"]}, "Waits until 03.03. 12:00: “one” of the same journey goes first."),
    ("priority", {"journeys": ["cart"]}, "Waits a moment: more important journeys go first: cart."),
    ("brake", {"since": AT, "why": "0.4 %"}, "the brake is on for marketing and sign-ups since 02.03. 12:00 (0.4 %)."),
    (
        "brake",
        {"since": AT, "why": "0.4 %", "scope": "questions"},
        "the brake is on for sign-ups since 02.03. 12:00 (0.4",
    ),
    ("pause", {"paused_until": AT}, "12:00: the person asked for a pause until 02.03. 12:00."),
    ("fewer", {"last": AT}, "the person asked for one message a week at most; the last left 02.03. 12:00."),
    ("cap", FULL, "2 of 2 messages through all channels a day have left, the last 02.03. 12:00."),
    ("quiet_hours", {"why": "night", **QUIET}, "it is 2026-03-02 21:10, quiet from 20:00 until 09:00."),
    ("quiet_hours", {"why": "sunday", **QUIET}, "where the recipient is, it is 2026-03-02 21:10, a Sunday."),
    ("quiet_hours", FRIDAY, "21:10, a public holiday (Karfreitag, DE-SH)."),
]
SKIPPED: list[tuple[str, dict[str, Any], str]] = [
    ("enrolment_gone", {}, "the person or the journey is gone."),
    ("exited", EMPTIED, "Cart Emptied (02.03. 12:00) ended the journey before."),
    ("exited", {"outcome": "merged"}, "the journey was over before (merged)."),
    ("goal", {"event": "Order Completed", "at": AT}, "the goal was reached by Order Completed (02.03. 12:00) before."),
    ("holdout", {"percent": 10}, "held out: 10 % get nothing and are measured."),
    ("stale", {"not_after": AT, "waited_for": "cap"}, "too late since 02.03. 12:00; it had waited (a frequency cap)."),
    ("no_address", {}, "there is no address for e-mail."),
    ("no_consent", {"topic": "news", "said": None}, "nobody has agreed to “news” by e-mail."),
    ("no_consent", {"said": None, "of_another_address": True}, "; there is one for another address."),
    (
        "no_consent",
        {**NEWS, "said": "withdrawn"},
        "there is no consent to “news” (withdrawn for all topics 02.03. 12:00 by",
    ),
    ("no_consent", {"basis": "existing-customer", **NEWS, "country": "AT"}, "no ground for advertising in AT, by the"),
    (
        "suppressed",
        {"why": "bounce", "since": AT},
        "nothing goes to this address any more since 02.03. 12:00 (bounce).",
    ),
    ("suppressed", {"why": "objection", "since": AT}, "somebody with this address has said no since 02.03. 12:00."),
    ("sunset", {"since": AT}, "no marketing since 02.03. 12:00, because nothing came back."),
    ("duplicate", {"template": "a", "journey": "b", "at": AT}, "“a” left for the same occasion 02.03. 12:00, by b."),
]


@pytest.mark.parametrize(("facts", "said"), ALLOWED)
def test_what_may_leave_says_on_what_ground(facts: dict[str, Any], said: str) -> None:
    told = words("allowed", None, facts)
    assert told.startswith("May leave: ")
    assert said in told


@pytest.mark.parametrize(("reason", "facts", "said"), DEFERRED)
def test_what_waits_says_for_what(reason: str, facts: dict[str, Any], said: str) -> None:
    assert said in words("deferred", reason, facts)


@pytest.mark.parametrize(("reason", "facts", "said"), SKIPPED)
def test_what_was_not_sent_says_the_rule_and_its_values(reason: str, facts: dict[str, Any], said: str) -> None:
    told = words("skipped", reason, facts)
    assert told.startswith("Not sent: ")
    assert said in told


def test_what_is_held_says_so() -> None:
    assert words("held", "journey_paused", {}) == "Waits: its journey is switched off for now."


@pytest.mark.parametrize("reason", sorted({*get_args(Reason), *get_args(Delay)}))
def test_no_reason_is_without_words_whatever_was_kept_of_it(reason: str) -> None:
    """An older release may have kept fewer values."""
    assert not re.search(r"\b[a-z]+_[a-z]+\b", words("skipped", reason, {}))


def now_of(**known: Any) -> Mapping[str, Any]:
    """What is said to hold now."""
    rules = SendingRules(known.pop("caps", {}))
    consents = {one.channel: one for one in known.pop("consents", ())}
    person = Person(a_state(), Attributes("u:anna", traits={"email": "anna@shop.example"}), consents, some_caps())
    return standing(Dossier(person, Catalog({}, sending=rules), NOON, **known))


def test_a_no_to_all_names_what_was_confirmed_again_since() -> None:
    lifted = {"news": NOON - DAY, "offers": NOON + DAY, "service": NOON + 2 * DAY}
    no = Suppression("hash", "email", objections={"*": NOON, "offers": NOON}, lifted=lifted)
    assert now_of(suppressions=[no])["Suppression"] == [
        "e-mail: no to all topics since 2026-03-02 13:00, but “offers” again since 2026-03-03 13:00 and “service” "
        "again since 2026-03-04 13:00"
    ]
    yes = Suppression("hash", "email", objections={"*": NOON, "news": NOON}, lifted={"*": NOON + DAY})
    assert "Suppression" not in now_of(suppressions=[yes])


def test_the_no_of_the_shop_is_said_in_words_for_as_long_as_it_holds() -> None:
    no = Suppression("hash", "email", objections={"@shop": NOON}, denied_by=frozenset(("one",)))
    assert now_of(suppressions=[no])["Suppression"] == [
        "e-mail: the shop's no to all topics since 2026-03-02 13:00",
    ]
    assert "Suppression" not in now_of(suppressions=[replace(no, denied_by=frozenset())])


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        ({"all": {"day": 2}}, ["1 of 2 messages through all channels in the last day"]),
        (
            {"sms": {"week": 1}, "all": {"day": 2}},
            ["1 of 2 messages through all channels in the last day", "0 of 1 messages by SMS in the last week"],
        ),
        (
            {"email": {"day": 2, "week": 6}},
            [f"1 of {n} messages by e-mail in the last {w}" for n, w in ((2, "day"), (6, "week"))],
        ),
    ],
)
def test_all_caps_are_said_once(caps: Mapping[str, Any], said: list[str]) -> None:
    assert now_of(caps=caps)["Caps"] == said


def test_the_wish_for_fewer_is_one_for_all_channels() -> None:
    fewer = [Consent("u:anna", channel, at_most_weekly=True) for channel in ("email", "sms")]
    assert now_of(consents=fewer)["Consent"] == [
        "e-mail: nothing was said",
        "SMS: nothing was said",
        "the person wants one message a week at most, through all channels",
    ]


BIG = Compare("profile.cart.value", "gte", 20)
HERE = Compare("profile.country", "in", ["DE", "AT"])
VIEWED = Behaviour("Product Viewed", None, (("gte", 2),), timedelta(hours=3))
NOT_BIG = "cart value ≥ 20 (cart value is 5)"
TWICE = "Product Viewed at least 2 times in the last 3 hours"
FACTS: dict[str, Any] = {
    "now": NOON,
    "profile": {"cart": {"value": 5}, "country": "FR", "email": "anna@geheim.example", "tags": []},
    "history": {"Product Viewed": [heard("Product Viewed", NOON - HOUR)]},
    "reachable": set(),
    "segments": {"rich": Segment("rich", "v", "rich", compile_condition(BIG))},
}


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (BIG, [NOT_BIG]),
        (AllOf((BIG, Compare("profile.country", "eq", "FR"), HERE)), [NOT_BIG, "country is DE or AT (country is FR)"]),
        (AnyOf((BIG, HERE)), ["cart value ≥ 20 or country is DE or AT (cart value is 5; country is FR)"]),
        (Not(Compare("profile.country", "eq", "FR")), ["not (country = FR) (country is FR)"]),
        (Compare("profile.age", "gte", 18), ["age ≥ 18 (age is not known)"]),
        (Compare("profile.email", "starts_with", "b"), ["email starts with b (email is another)"]),
        (VIEWED, [f"{TWICE} (Product Viewed happened once, last 2026-03-02 11:00 UTC)"]),
        (Reachable("email"), ["reachable by e-mail"]),
        (InSegment("rich"), ["in the segment rich (cart value ≥ 20 (cart value is 5))"]),
        (InSegment("poor"), ["in the segment poor (there is no such segment)"]),
        (Items("some", "profile.tags", Compare("item", "eq", "x")), ["a tag with item = x"]),
        (Compare("profile.cart.value", "lt", 20), []),
    ],
)  # fmt: skip
def test_what_is_not_true_is_said_with_what_is_the_case_instead(condition: Condition, said: list[str]) -> None:
    found = unmet(compile_condition(condition), FACTS)
    assert found == said
    assert "geheim" not in str(found)


def test_durations_are_said_as_they_are_written() -> None:
    said = [duration_words(each) for each in (HOUR, 36 * HOUR, 14 * DAY, 90 * MINUTE, timedelta(seconds=30), 5)]
    assert said == ["1 hour", "36 hours", "2 weeks", "90 minutes", "30 seconds", 5]
    assert words_of(Compare("profile.last_seen", "within", 30 * DAY)) == "last seen within 30 days"


def a_timeline() -> Timeline:
    """A line of each kind, some of them long."""
    long = "Last look at “remind”. " + "Not sent: there is no consent to “offers”, for a very long reason indeed. " * 3
    lines = [
        Line(NOON + n * MINUTE, kind, f"{kind} <b>&" if kind != "look" else long, "cart-abandonment", ("why it was",))
        for n, kind in enumerate(KINDS)
    ]
    looks = [
        Line(NOON + DAY, "look", outcome, None, (), {"outcome": outcome})
        for outcome in ("allowed", "deferred", "skipped", "held")
    ]
    answers = [Answer("cart-abandonment", long), Answer("a, b", "Nothing that starts it has happened.")]
    return Timeline("u:anna", NOON, "Europe/Berlin", [*lines, *looks], {"Consent": ["e-mail: yes"]}, answers)


def test_in_the_terminal_it_fits_into_eighty_columns() -> None:
    plain, coloured = (
        Console(
            width=80, force_terminal=is_coloured, color_system="truecolor" if is_coloured else None, file=StringIO()
        )
        for is_coloured in (False, True)
    )
    for console in (plain, coloured):
        console.print(timeline_text(a_timeline()), highlight=False)
    told = plain.file.getvalue()  # type: ignore[attr-defined]
    assert max(map(len, told.splitlines())) <= 80
    assert "Monday, 02 March 2026" in told
    assert "13:00" in told, "as the shop's clock says"
    assert "\x1b[31m" in coloured.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b" not in told


def test_of_nobody_nothing_is_told() -> None:
    empty = Timeline("u:anna", NOON, "Europe/Berlin", [], {}, [])
    console = Console(width=80, file=StringIO())
    console.print(timeline_text(empty))
    assert "Nothing is kept that happened." in console.file.getvalue()  # type: ignore[attr-defined]
    assert "Nothing is kept that happened." in timeline_page(empty, "anna")
    assert "&lt;i&gt;" in nobody_page("<i>")


def test_the_page_runs_nothing_and_says_all() -> None:
    page = timeline_page(a_timeline(), "anna/<1>", "cart-abandonment")
    assert "<script" not in page
    assert "<b>&" not in page.replace("<b>u:anna</b>", "")
    assert 'href="/_local/explain/anna/%3C1%3E?journey=cart-abandonment"' in page
    assert page.count("<li class=") == len(a_timeline().lines)
    for line in a_timeline().lines:
        assert line.text.split("<")[0] in page
