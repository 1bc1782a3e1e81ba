"""The step `webhook`: which addresses it may have, and what it sends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from anlass.domain.effects import CallShop
from anlass.domain.enrolment import Heard
from anlass.domain.journey import Journey
from anlass.domain.step import Ask, Do, Moment, Move
from anlass.language.compiler import compile_journey
from anlass.language.diagnostics import Diagnostic
from anlass.language.steps.webhook import LONGEST
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON, an_enrolment

URL = "https://erp.shop.example/hook"
ENTRY = Heard("m-1", "Order Completed", NOON, {"order_id": "o-1", "total": 12.5, "note": "Grüße"})
UNKNOWN_TO_JSON = "the body holds what JSON does not have, such as a number without end"
FACTS: dict[str, Any] = {
    "now": NOON,
    "profile": {"id": "u:anna", "first_name": "Anna", "spend": {"total": Decimal("12.50")}, "last_seen": NOON},
    "entry": {"name": ENTRY.name, "properties": ENTRY.properties},
    "event": {},
    "steps": {},
}


def written(**webhook: Any) -> tuple[Journey | None, list[Diagnostic]]:
    file = {
        "id": "j",
        "why": "For tests.",
        "topic": "offers",
        "trigger": {"type": "event", "event": "Order Completed"},
        "steps": [{"id": "tell", "webhook": {"url": URL, "secret": "erp", **webhook}}, {"wait": "1 minute"}],
    }
    compiled = compile_journey("journeys/j.json", json.dumps(file, indent=1))
    return compiled.journey, [each for each in compiled.diagnostics if each.severity == "error"]


def refused(**webhook: Any) -> tuple[str, str, str]:
    """Code, path and message of the one mistake."""
    _, found = written(**webhook)
    (one,) = found
    assert one.remedy
    return one.code, one.path, one.message


def ran(facts: Any = FACTS, **webhook: Any) -> Move:
    journey, found = written(**webhook)
    assert journey is not None, found
    enrolment = an_enrolment(journey="j", entry=ENTRY, step="tell")
    return journey.steps["tell"].run(Moment(NOON, journey, enrolment, {}, facts, None))


def sent(facts: Any = FACTS, **webhook: Any) -> Any:
    move = ran(facts, **webhook)
    assert isinstance(move, Do)
    assert isinstance(move.effect, CallShop)
    assert move.effect.problem is None
    return move.effect.body


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://shop.example/",
        "https://SHOP.example/Hook?a=1&b=%20x",
        "https://shop.example:443/",
        "https://shop.example:8443/hook",
        "https://a.b.c.xn--mgbh0fb.example/",
        "https://1.1.1.1/hook",
        "https://[2606:4700:4700::1111]/hook",
        "https://hooks.slack.example/services/T000/B000/xxxx",
    ],
)
def test_an_https_address_of_the_open_internet_is_taken(url: str) -> None:
    assert written(url=url)[1] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook",
        "ftp://shop.example/",
        "shop.example/hook",
        "//shop.example/hook",
        "https://",
        "https:///hook",
        "https:shop.example",
        "https://shop",
        "https://localhost/hook",
        "https://localhost:8443/hook",
        "https://my.localhost/",
        "https://printer.local/",
        "https://erp.internal/",
        "https://router.home.arpa/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.1.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00:ec2::254]/",
        "https://[64:ff9b::7f00:1]/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://user@shop.example/",
        "https://user:word@shop.example/",
        "https://@shop.example/",
        "https://shop.example/#part",
        "https://shop.example/#",
        "https://shop.example:22/",
        "https://shop.example:80/",
        "https://shop.example:99999/",
        "https://shop.example:port/",
        "https://shop.example/a b",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example/\thook",
        "https://münchen.example/",
        "https://shop..example/",
        "https://-shop.example/",
        "https://shop.example./",
        "https://[::1/",
        "https://shop.example/{{ profile.id }}",
        "https://{{ profile.host }}/",
    ],
)
def test_any_other_is_refused_with_a_word_about_it(url: str) -> None:
    code, path, _ = refused(url=url)
    assert (code, path) == ("webhook.url", "steps[0].webhook.url")


@given(st.text(max_size=40))
def test_whatever_stands_there_is_taken_or_refused_and_nothing_else(text: str) -> None:
    for url in (text, f"https://{text}"):
        _, found = written(url=url)
        assert all(each.code.startswith(("webhook.", "json.")) for each in found)


@pytest.mark.parametrize(
    ("webhook", "code", "path"),
    [
        ({"url": f"https://shop.example/{'x' * 2000}"}, "json.value", "steps[0].webhook.url"),
        ({"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "json.value", "steps[0].webhook.secret"),
        ({"secret": ""}, "json.value", "steps[0].webhook.secret"),
        ({"body": ["a"]}, "json.type", "steps[0].webhook.body"),
        ({"body": "{{ entry.properties }}"}, "json.type", "steps[0].webhook.body"),
        ({"headers": {}}, "json.unknown_key", "steps[0].webhook.headers"),
        ({"body": {"text": "x" * LONGEST}}, "webhook.body", "steps[0].webhook.body"),
        ({"body": {"a": {"b": ["{{ order.total }}"]}}}, "value.template", "steps[0].webhook.body.a.b[0]"),
        ({"body": {"a": "{{ profile.cart.colour }}"}}, "field.unknown", "steps[0].webhook.body.a"),
        ({"body": {"a": "{{ entry.properties.total"}}, "value.template", "steps[0].webhook.body.a"),
        ({"body": {"a": "{{ 'a'" + "|upper" * 1500 + " }}"}}, "value.template", "steps[0].webhook.body.a"),
    ],
)
def test_mistakes_are_said_where_they_stand(webhook: dict[str, Any], code: str, path: str) -> None:
    assert refused(**webhook)[:2] == (code, path)


def test_the_body_is_what_is_written_with_names_filled_in_and_types_kept() -> None:
    body: dict[str, Any] = {
        "order": "{{ entry.properties.order_id }}",
        "total": "{{entry.properties.total}}",
        "spent": "{{ profile.spend.total }}",
        "seen": "{{ profile.last_seen }}",
        "now": "{{ now }}",
        "missing": "{{ profile.nickname }}",
        "text": "{{ profile.first_name }}, {{ entry.properties.note }}! {{ profile.nickname }}",
        "case": "{% if entry.properties.total > 10 %}large{% else %}small{% endif %}",
        "plain": [1, 2.5, True, None, "a", {"{{ now }}": []}],
        "empty": {},
    }
    assert sent(body=body) == {
        "order": "o-1",
        "total": 12.5,
        "spent": 12.5,
        "seen": "2026-03-02T12:00:00+00:00",
        "now": "2026-03-02T12:00:00+00:00",
        "missing": None,
        "text": "Anna, Grüße! ",
        "case": "large",
        "plain": [1, 2.5, True, None, "a", {"{{ now }}": []}],
        "empty": {},
    }


@pytest.mark.parametrize("webhook", [{}, {"body": {}}], ids=["no body", "an empty one"])
@pytest.mark.parametrize(
    ("profile", "person"),
    [
        ("u:anna", {"user_id": "anna"}),
        ("a:web-1", {"anonymous_id": "web-1"}),
        ("e:5f3", {}),
        ("u:a:b", {"user_id": "a:b"}),
    ],
)
def test_without_a_body_it_says_who_did_what_where(
    webhook: dict[str, Any], profile: str, person: dict[str, str]
) -> None:
    assert sent({**FACTS, "profile": {"id": profile}}, **webhook) == {
        "type": "journey.step",
        "timestamp": "2026-03-02T12:00:00+00:00",
        "data": {
            "journey": "j",
            "step": "tell",
            **person,
            "event": "Order Completed",
            "source": "server",
            "properties": {"order_id": "o-1", "total": 12.5, "note": "Grüße"},
        },
    }


def test_it_asks_for_the_person_first() -> None:
    assert isinstance(ran(None), Ask)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"a": "{{ profile.text }}", "b": "{{ profile.text }}"}, "the body has 24,015 bytes, and 20,000 is the most"),
        ({"a": "{{ profile.text + 1 }}"}, "a value cannot be filled in (TemplateRuntimeError): {{ profile.text + 1 }}"),
        ({"a": "{{ profile.odd }}"}, UNKNOWN_TO_JSON),
        ({"a": "{{ profile.half }}"}, UNKNOWN_TO_JSON),
    ],
)
def test_a_body_that_cannot_be_made_is_a_problem_of_the_webhook_alone(body: dict[str, Any], problem: str) -> None:
    facts = {**FACTS, "profile": {"id": "u:anna", "text": "ü" * 6_000, "odd": float("nan"), "half": "\ud83e"}}
    move = ran(facts, body=body)
    assert isinstance(move, Do)
    assert move == Do(CallShop(URL, "erp", {}, problem), move.step)
    assert move.step is not None


def test_a_moment_is_written_with_its_zone() -> None:
    at = datetime(2026, 7, 1, 10, 0, 0, 250_000, tzinfo=UTC)
    assert sent({**FACTS, "now": at}, body={"at": "{{ now }}"}) == {"at": "2026-07-01T10:00:00.250000+00:00"}
