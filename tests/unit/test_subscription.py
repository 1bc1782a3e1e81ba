"""What a form sends is taken as people type it, and refused so that whoever built it can mend it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anlass.domain.subscribing import Asked, asked_in, requested
from anlass.language.settings import Settings
from anlass.language.subscription import Problem, Sender, Typed, read_code, read_subscription
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import heard
from tests.subscriber import FORM, form
from tests.unit.test_template_names import SETTINGS as PLAIN

SETTINGS = Settings.model_validate(
    {
        **PLAIN.model_dump(by_alias=True),
        "topics": {"news": {"name": {"de": "Neues"}}, "offers": {"name": {"de": "Angebote"}}},
        "sms": {"sender": "Kontor"},
    }
)
BROWSER, SERVER = Sender("browser", "203.0.113.7"), Sender("server", "198.51.100.1")
NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


def read(sender: Sender = BROWSER, settings: Settings = SETTINGS, **fields: Any) -> Asked | list[str]:
    done = read_subscription(form(**fields), settings, sender)
    return done if isinstance(done, Asked) else [str(each) for each in done]


def asked(sender: Sender = BROWSER, **fields: Any) -> Asked:
    done = read(sender, **fields)
    assert isinstance(done, Asked), done
    return done


def test_a_form_is_read_as_it_was_sent() -> None:
    assert asked(
        email=" Anna@Shop.example ", first_name="Anna", birthday="1990-02-28", interests=["Espresso"]
    ) == Asked(
        channel="email",
        address="Anna@Shop.example",
        topics=("news",),
        locale="de",
        text_version="2026-03",
        form_url=FORM,
        source="browser",
        ip="203.0.113.7",
        traits={"first_name": "Anna", "birthday": "1990-02-28", "interests": ["Espresso"]},
    )


def test_names_in_camel_case_are_the_same_and_empty_fields_are_not_there() -> None:
    body = {"email": "a@shop.example", "topics": ["news", "news"], "textVersion": "1", "formUrl": FORM, "firstName": ""}
    done = read_subscription(body, SETTINGS, BROWSER)
    assert isinstance(done, Asked)
    assert (done.topics, done.locale, done.traits) == (("news",), "de", {})


@pytest.mark.parametrize(
    ("typed", "locale", "reached"),
    [
        ("0170 1234567", "de", "+491701234567"),
        ("+49 (0)170 / 1234567", "en", "+491701234567"),
        ("0049 170 1234567", "de-AT", "+491701234567"),
        ("0664 1234567", "de-AT", "+436641234567"),
        ("079 123 45 67", "de_CH", "+41791234567"),
        ("0170 1234567", "fr", "+491701234567"),
    ],
)
def test_phone_numbers_are_read_as_people_of_that_country_write_them(typed: str, locale: str, reached: str) -> None:
    assert asked(phone=typed, locale=locale).address == reached


# what is sent, and all that is answered
WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ['email: is missing; send "email" or "phone"']),
    (
        {"email": "a@shop.example", "topics": ["offer", "news"]},
        ['topics[0]: there is no topic "offer". Did you mean "offers"? Topics are news, offers'],
    ),
    ({"email": "a@shop.example", "topics": "news"}, ['topics: must be a list of what was asked for, ["news"]']),
    ({"email": "a@shop.example", "topics": []}, ['topics: is empty; send a list of what was asked for, ["news"]']),
    (
        {"email": "a@shop.example", "form_url": "shop.example"},
        ['form_url: is no web address; send where the form is, "https://www.shop.example/newsletter"'],
    ),
    (
        {"email": "a@shop.example", "text_version": None},
        ['text_version: is missing; send the name of the words that were agreed to, a text like "2026-11 newsletter"'],
    ),
    ({"email": "a@shop.example", "locale": "deutsch!"}, ['locale: is no locale; send for example "de" or "de-AT"']),
    (
        {"email": "anna", "firstname": "Anna"},
        [
            'firstname: is not known here; did you mean "first_name"?',
            "email: this is no e-mail address: An email address must have an @-sign; ask for it again",
        ],
    ),
    ({"email": "Anna <a@shop.example>"}, ["email: send the address alone, without a name"]),
    ({"email": 7}, ['email: must be a text, "anna@shop.example"']),
    (
        {"email": "a@shop.example", "phone": "0170 1234567"},
        ["phone: is asked for beside an e-mail address; each is confirmed by itself: send two requests"],
    ),
    ({"phone": "call me"}, ['phone: is no phone number; send it with its country code, "+49 170 1234567"']),
    ({"phone": "0170 1"}, ["phone: is no number that anybody can have; ask for it again"]),
    ({"phone": "0431 220000"}, ["phone: takes no SMS; ask for a mobile number"]),
    ({"phone": "0900 1123456"}, ["phone: takes no SMS; ask for a mobile number"]),
    (
        {"phone": "+44 7400 123456"},
        ["phone: is of a country that gets no SMS from this shop; it writes to DE, AT, CH"],
    ),
    (
        {"email": "a@shop.example", "topics": ["\ud800"]},
        ["body: topics.0 contains half a character (a lone surrogate). Send valid Unicode."],
    ),
    ({"email": "a@shop.example", "birthday": "28.02.1990"}, ['birthday: is no date; send it as "1990-02-28"']),
    ({"email": "a@shop.example", "birthday": "2026-W01-1"}, ['birthday: is no date; send it as "1990-02-28"']),
    ({"email": "a@shop.example", "birthday": "19900228"}, ['birthday: is no date; send it as "1990-02-28"']),
    ({"email": "a@shop.example", "birthday": "2026-03-03"}, ["birthday: lies in the future; send the date of birth"]),
    (
        {"email": "a@shop.example", "birthday": "0090-02-28"},
        ["birthday: lies too long ago; send the year of birth with four digits"],
    ),
    ({"email": "a@shop.example", "interests": ["x"] * 21}, ["interests: holds more than 20"]),
    (
        {"email": "a@shop.example", "ip": "203.0.113.1"},
        ["ip: only a server key may say which machine the form came from; leave it out"],
    ),
]


ODD_NAMES = (
    ("Win at www.spam.example", "holds what no name holds (a link, an address, brackets)"),
    ("Gewinn auf evil.example/go abholen", "holds what no name holds (digits, signs, a link)"),
    ("\u202ennA", "is empty or holds control characters"),
    ("Anna" * 30, "is longer than 80 characters"),
    ("\u3164", "holds what no name holds (digits, signs, a link)"),
)


@pytest.mark.parametrize(("name", "answer"), ODD_NAMES, ids=[answer for _, answer in ODD_NAMES])
def test_an_odd_name_costs_nobody_the_newsletter_and_is_told_to_who_can_mend_it(name: str, answer: str) -> None:
    sent = {key: value for key, value in form(email="a@shop.example", first_name=name).items() if value is not None}
    for sender in (BROWSER, Sender("hosted page", None)):
        done = read_subscription(sent, SETTINGS, sender)
        assert isinstance(done, Asked)
        assert done.traits == {}
    refused = read_subscription(sent, SETTINGS, Sender("server", None))
    assert not isinstance(refused, Asked)
    assert [str(each).startswith(f"first_name: {answer}") for each in refused] == [True]


@pytest.mark.parametrize(("sent", "answer"), WRONG, ids=[", ".join(answer)[:40] for _, answer in WRONG])
def test_what_is_wrong_is_said_with_its_place_and_what_would_be_right(sent: dict[str, Any], answer: list[str]) -> None:
    body = {key: value for key, value in form(**sent).items() if value is not None}
    done = read_subscription(body, SETTINGS, BROWSER, NOON.date())
    assert not isinstance(done, Asked)
    assert [str(each) for each in done] == answer


def test_the_code_of_an_sms_comes_with_the_machine_that_it_was_typed_at() -> None:
    said = {"phone": "+491701234567", "code": "123456"}
    assert read_code(said, BROWSER) == Typed("+491701234567", "123456", BROWSER.ip)
    assert read_code(said, SERVER) == Typed("+491701234567", "123456", None)
    assert read_code({**said, "ip": "203.0.113.9"}, SERVER) == Typed("+491701234567", "123456", "203.0.113.9")
    assert isinstance(read_code({**said, "ip": "here"}, SERVER), Problem)
    assert isinstance(read_code({**said, "ip": "203.0.113.9"}, BROWSER), Problem)


@pytest.mark.parametrize("body", [[], "x", None, 1])
def test_a_body_that_is_no_object_is_said_to_be_none(body: object) -> None:
    assert [str(each) for each in read_subscription(body, SETTINGS, BROWSER)] == ["body: must be a JSON object"]  # type: ignore[union-attr]


def test_a_shop_without_sms_asks_for_none() -> None:
    without = SETTINGS.model_copy(update={"sms": None})
    assert read(settings=without, phone="0170 1234567") == [
        'phone: cannot be used: the shop sends no SMS. Write "sms" into settings.json, or ask for e-mail'
    ]


def test_the_shops_server_says_whose_machine_it_was_and_is_not_taken_for_it() -> None:
    assert asked(SERVER, email="a@shop.example", ip="203.0.113.9").ip == "203.0.113.9"
    assert asked(SERVER, email="a@shop.example").ip is None
    assert read(SERVER, email="a@shop.example", ip="here") == [
        'ip: is no IP address; send the one that your form was sent from, "203.0.113.7"'
    ]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=4))
def test_whatever_a_field_holds_it_is_taken_or_refused(value: Any) -> None:
    for name in ("email", "phone", "topics", "locale", "text_version", "form_url", "first_name", "birthday", "ip"):
        done = read_subscription(form(**{"email": "a@shop.example", name: value}), SETTINGS, SERVER)
        assert isinstance(done, Asked) or done


def test_the_event_says_all_that_was_asked_and_whose_address_it_is() -> None:
    told = asked(email="Anna@Shop.example", first_name="Anna")
    event = requested(told, NOON)
    assert event.identity == requested(asked(email="anna@shop.example"), NOON).identity
    assert event.source == "system"
    assert asked_in(heard(event.name, event.at, properties=event.properties)) == told
    assert asked_in(heard("Order Completed", event.at, properties=event.properties)) is None


def test_the_same_request_is_one_event_within_its_minute_and_another_one_later() -> None:
    told = asked(email="anna@shop.example")
    again = asked(Sender("browser", "203.0.113.8"), email="anna@shop.example")
    first = requested(told, NOON).key
    assert requested(again, NOON + timedelta(seconds=49)).key == first
    assert requested(told, NOON + timedelta(seconds=50)).key != first
    assert requested(asked(email="anna@shop.example", topics=["offers"]), NOON).key != first
