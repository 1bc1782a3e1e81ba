"""The rights that what comes back needs: reports of SES and of operators, mails that say no, and the brake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from anlass.domain.changes import AddSend, AddStatement, CountReport, NameMessage, SaveConsent
from anlass.domain.consent import TRACKING, Grant
from anlass.domain.ledger import stated
from anlass.domain.send import ProviderName, Send
from anlass.keys import ConsentKey

from cli.dev import looking, reporting
from cli.runtime.lambdas import Returned
from cli.runtime.world import LocalRuntime
from tests.builders import a_send
from tests.rights_in_use import Told
from tests.shop import content, journey, mails
from tests.worlds import DAY, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, NUMBER = "anna@shop.example", "+4915112345678"
OFFER = journey("offer", trigger={"type": "event", "event": "Product Viewed"}, steps=[mails("offer")])
FILES = content(OFFER, templates=("offer",), settings={"tracking": {"opens": True, "clicks": True}})
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


def shop_with(runtime: LocalRuntime, *people: str) -> MotoWorld:
    """The first one lets it be seen what she opens."""
    shop = MotoWorld(runtime, FILES)
    shop.batch(*(identify(user, START) for user in people))
    app = runtime.application()
    grant = Grant(f"{people[0]}@shop.example", TRACKING, "granted", START, by="person", source="preference centre")
    consent = app.store.read([ConsentKey(f"u:{people[0]}", "email")]).consent(f"u:{people[0]}", "email")
    assert consent is not None
    statement = stated(grant, f"u:{people[0]}", "email", "test")
    app.store.commit([SaveConsent(consent.states(grant)), AddStatement(statement)])
    shop.batch(*(track("Product Viewed", START, user, product_id="beans") for user in people))
    return shop


def report(runtime: LocalRuntime, user: str, kind: str) -> None:
    (message,) = (m for m in looking.messages(runtime, runtime.application()) if m["to"].startswith(user))
    assert reporting.report(
        runtime, runtime.application(), message["id"], kind, {"id": f"{kind} {runtime.clock.now()}"}
    )
    runtime.settle()


@told.uses(
    "deliver_message mail ses:SendEmail ses:SendRawEmail",
    "deliver_message secret/salt secretsmanager:GetSecretValue",
    "record_feedback table/definitions dynamodb:GetItem",
    "record_feedback table/events dynamodb:PutItem",
    "record_feedback table/journeys dynamodb:BatchGetItem dynamodb:PutItem",
    "record_feedback table/profiles dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem",
    "record_feedback table/profiles dynamodb:ConditionCheckItem",
    "record_feedback secret/salt secretsmanager:GetSecretValue",
    "set_brake table/profiles dynamodb:BatchGetItem dynamodb:PutItem",
)
def test_mails_of_who_is_watched_and_of_who_is_not_until_too_many_complain(runtime: LocalRuntime) -> None:
    people = ("anna", "ben", "cem", "dora")
    shop = shop_with(runtime, *people)
    sets = {mail.to[0].split("@")[0]: mail.configuration_set for mail in runtime.sent_mails()}
    assert sets == {user: f"local-mail{'-tracked' if user == 'anna' else ''}" for user in people}
    store = runtime.application().store
    for number in range(100):
        store.commit([CountReport("delivered", START, number % 8)])
    for kind in ("delivery", "soft_bounce", "open", "click"):
        report(runtime, "anna", kind)
    for user in people[1:]:
        report(runtime, user, "complaint")
    said = runtime.invoke("set_brake", {})
    assert isinstance(said, Returned)
    assert (said.payload["on"], said.payload["by"]) == (True, "system")
    lifted = runtime.invoke("set_brake", {"action": "lift", "by": "ops", "why": "found"})
    assert isinstance(lifted, Returned)
    assert lifted.payload["on"] is False
    (hers,) = (row for row in shop.rows(Send) if row.profile == "u:anna")
    assert hers.opened_at == hers.clicked_at == START


@told.uses(
    "receive_mail table/definitions dynamodb:GetItem",
    "receive_mail table/events dynamodb:PutItem",
    "receive_mail table/journeys dynamodb:Query",
    "receive_mail table/profiles dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem",
    "receive_mail table/profiles dynamodb:ConditionCheckItem",
    "receive_mail secret/links secretsmanager:GetSecretValue",
    "receive_mail secret/salt secretsmanager:GetSecretValue",
)
def test_a_mail_says_no(runtime: LocalRuntime) -> None:
    shop_with(runtime, "anna")
    report(runtime, "anna", "unsubscribe")
    person = looking.profile(runtime, runtime.application(), "anna")
    assert person is not None
    assert ("*", "withdrawn", "unsubscribe mail") in {
        (grant["topic"], grant["status"], grant["source"]) for grant in person["consents"]
    }


@told.uses(
    "record_sms_status table/definitions dynamodb:GetItem",
    "record_sms_status table/events dynamodb:PutItem",
    "record_sms_status table/journeys dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem",
    "record_sms_status table/profiles dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem",
    "record_sms_status table/profiles dynamodb:ConditionCheckItem",
    "record_sms_status secret/salt secretsmanager:GetSecretValue",
)
def test_an_operator_says_that_somebody_wants_no_sms(runtime: LocalRuntime) -> None:
    shop = shop_with(runtime, "anna")
    known = identify("anna", START + DAY, phone=NUMBER)
    known["context"]["messaging_subscriptions"].append({"key": NUMBER, "type": "SMS", "status": "SUBSCRIBED"})
    runtime.advance(START + DAY)
    shop.batch(known)
    (mail,) = shop.rows(Send)
    sms = a_send(mail.enrolment, "text", profile="u:anna", channel="sms", provider_id="sns-1", journey="offer")
    sms = replace(sms, status="SENDING", claim="a", claim_until=START + 2 * DAY, sweep_at=START + 2 * DAY, request=None)
    name = ProviderName("sns-1", sms.enrolment, sms.row)
    runtime.application().store.commit([AddSend(sms), NameMessage(name, START + DAY)])
    line = {
        "notification": {"messageId": "sns-1"},
        "delivery": {"destination": NUMBER, "providerResponse": "Phone number is opted out"},
        "status": "FAILURE",
    }
    assert runtime.write_log("sns/eu-central-1/123456789012/DirectPublishToPhoneNumber/Failure", line)
    runtime.settle()
    (after,) = (row for row in shop.rows(Send) if row.channel == "sms")
    assert (after.status, after.bounced_at) == ("SENT", START + DAY)
