"""What became of a mail: told exactly, because a claim is released or kept by it."""

from __future__ import annotations

from typing import Any

import pytest
from anlass.adapters.aws.ses import SesMailer
from anlass.adapters.memory.mailer import MemoryMailer
from anlass.ports import (
    UNWATCHED,
    Accepted,
    Handover,
    NotTaken,
    Rejected,
    Unclear,
    Watch,
)
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
)

from tests.contract.house import AwsHouse, Script, answer, breaks, refusal

URL = "https://email.eu-central-1.amazonaws.com"
MIME = b"Subject: Hallo\r\n\r\nHallo"
TAGS = {"enrolment": "e-1", "step": "first"}


def mail(aws: AwsHouse) -> Handover:
    return mailer(aws).send("shop@a.example", "anna@b.example", MIME, TAGS)


def mailer(aws: AwsHouse) -> SesMailer:
    return SesMailer(aws.clients.sesv2, "mail", "mail-tracked", lambda: aws.elapsed)


def sent(aws: AwsHouse, watch: Watch = UNWATCHED) -> Any:
    """What the request said."""
    aws.wire.script("SendEmail", answer(MessageId="ses-1"))
    assert mailer(aws).send("shop@a.example", "anna@b.example", MIME, TAGS, watch) == Accepted("ses-1")
    _, body = aws.wire.sent[-1]
    return body


def test_a_mail_is_sent_raw_with_its_tags(aws: AwsHouse) -> None:
    assert sent(aws) == {
        "FromEmailAddress": "shop@a.example",
        "Destination": {"ToAddresses": ["anna@b.example"]},
        "Content": {"Raw": {"Data": "U3ViamVjdDogSGFsbG8NCg0KSGFsbG8="}},
        "EmailTags": [{"Name": "enrolment", "Value": "e-1"}, {"Name": "step", "Value": "first"}],
        "ConfigurationSetName": "mail",
        "ConfigurationOverrides": {"Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}},
    }


@pytest.mark.parametrize(
    ("watch", "configuration_set", "opens", "clicks"),
    [
        (Watch(), "mail", "DISABLED", "DISABLED"),
        (Watch(opens=True), "mail-tracked", "ENABLED", "DISABLED"),
        (Watch(clicks=True), "mail-tracked", "DISABLED", "ENABLED"),
        (Watch(opens=True, clicks=True), "mail-tracked", "ENABLED", "ENABLED"),
    ],
)
def test_ses_is_told_with_each_mail_what_it_may_see(
    aws: AwsHouse, watch: Watch, configuration_set: str, opens: str, clicks: str
) -> None:
    body = sent(aws, watch)
    assert body["ConfigurationSetName"] == configuration_set
    assert body["ConfigurationOverrides"]["Tracking"] == {
        "OpenTrackingEnabled": opens,
        "ClickTrackingEnabled": clicks,
    }


OUTCOMES: list[tuple[Script, Handover]] = [
    (refusal(429, "TooManyRequestsException"), NotTaken("TooManyRequestsException")),
    (refusal(400, "LimitExceededException"), NotTaken("LimitExceededException")),
    (refusal(400, "SendingPausedException"), NotTaken("SendingPausedException")),
    (refusal(400, "AccountSuspendedException"), NotTaken("AccountSuspendedException")),
    (refusal(404, "NotFoundException"), NotTaken("NotFoundException")),
    (refusal(403, "AccessDeniedException"), NotTaken("AccessDeniedException")),
    (refusal(400, "MessageRejected"), Rejected("MessageRejected")),
    (refusal(400, "BadRequestException"), Rejected("BadRequestException")),
    (refusal(400, "MailFromDomainNotVerifiedException"), Rejected("MailFromDomainNotVerifiedException")),
    (refusal(500, "InternalServiceError"), Unclear("InternalServiceError")),
    (refusal(503, "ServiceUnavailable"), Unclear("ServiceUnavailable")),
    (breaks(ConnectTimeoutError(endpoint_url=URL)), NotTaken("ConnectTimeoutError")),
    (breaks(EndpointConnectionError(endpoint_url=URL)), NotTaken("EndpointConnectionError")),
    (breaks(NoCredentialsError()), NotTaken("NoCredentialsError")),
    (breaks(ReadTimeoutError(endpoint_url=URL)), Unclear("ReadTimeoutError")),
    (breaks(ConnectionClosedError(endpoint_url=URL)), Unclear("ConnectionClosedError")),
    (breaks(HTTPClientError(error="cut")), Unclear("HTTPClientError")),
]


@pytest.mark.parametrize(("happens", "told"), OUTCOMES, ids=lambda value: getattr(value, "reason", ""))
def test_one_try_and_its_outcome(aws: AwsHouse, happens: Script, told: Handover) -> None:
    aws.wire.script("SendEmail", happens)
    assert mail(aws) == told
    assert aws.wire.requests == {"SendEmail": 1}


def test_the_client_does_not_try_again_by_itself(aws: AwsHouse) -> None:
    assert aws.clients.sesv2.meta.config.retries["total_max_attempts"] == 1


def test_no_outcome_names_the_recipient(aws: AwsHouse) -> None:
    leak = {"Code": "MessageRejected", "Message": "Address anna@b.example is on a list"}
    aws.wire.script("SendEmail", refusal(400, "MessageRejected", Error=leak))
    assert "anna" not in str(mail(aws))


def test_a_connection_that_may_have_died_in_a_frozen_function_is_not_used_again(aws: AwsHouse) -> None:
    closed: list[float] = []

    class Client:
        def send_email(self, **_: object) -> dict[str, str]:
            return {"MessageId": "ses-1"}

        def close(self) -> None:
            closed.append(aws.elapsed)

    ses = SesMailer(Client(), "mail", "mail-tracked", lambda: aws.elapsed)
    for aws.elapsed in (0.0, 5.0, 20.0, 60.0, 61.0):
        ses.send("shop@a.example", "anna@b.example", MIME, TAGS)
    assert closed == [60.0]


def test_the_mail_goes_out_on_fresh_connections_too(aws: AwsHouse) -> None:
    """The client can be used after `close`, against moto's own SES."""
    sets = (aws.names.physical("mail"), aws.names.physical("mail-tracked"))
    ses = SesMailer(aws.clients.sesv2, *sets, lambda: aws.elapsed)
    for aws.elapsed in (0.0, 100.0, 200.0):
        assert isinstance(ses.send("shop@a.example", "anna@b.example", MIME, TAGS), Accepted)


def test_the_mailer_in_memory_answers_as_it_was_told() -> None:
    memory = MemoryMailer()
    memory.answers.extend((NotTaken("throttled"), Unclear("cut")))
    answers = [memory.send("shop@a.example", "anna@b.example", MIME, TAGS) for _ in range(3)]
    assert answers == [NotTaken("throttled"), Unclear("cut"), Accepted("memory-3")]
    assert len(memory.tried) == 3
    assert [each.recipient for each in memory.sent] == ["anna@b.example"]
