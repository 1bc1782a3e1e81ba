"""What became of an SMS: told exactly, as of a mail, because a claim is released or kept by it."""

from __future__ import annotations

import pytest
from anlass.adapters.aws.sns import SnsTexter
from anlass.adapters.memory.texter import MemoryTexter
from anlass.ports import (
    Accepted,
    Handover,
    NotTaken,
    Rejected,
    Unclear,
)
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from tests.contract.house import AwsHouse, Script, answer, breaks, refusal

URL = "https://sns.eu-central-1.amazonaws.com"
PHONE = "+491701234567"


def text(aws: AwsHouse, max_price: float = 0.2) -> Handover:
    return SnsTexter(aws.clients.sns, lambda: aws.elapsed).send("Kontor", PHONE, "Ihr Code ist 123456.", max_price)


@pytest.mark.parametrize(("price", "written"), [(0.2, "0.2"), (1.0, "1"), (0.05, "0.05"), (0.00001, "0.00001")])
def test_an_sms_says_who_it_is_from_what_it_is_for_and_what_it_may_cost(
    aws: AwsHouse, price: float, written: str
) -> None:
    aws.wire.script("Publish", answer(MessageId="sns-1"))
    assert text(aws, price) == Accepted("sns-1")
    _, body = aws.wire.sent[-1]
    assert (body["PhoneNumber"], body["Message"]) == (PHONE, "Ihr Code ist 123456.")
    attributes = {
        body[f"MessageAttributes.entry.{number}.Name"]: body[f"MessageAttributes.entry.{number}.Value.StringValue"]
        for number in (1, 2, 3)
    }
    assert attributes == {
        "AWS.SNS.SMS.SenderID": "Kontor",
        "AWS.SNS.SMS.SMSType": "Transactional",
        "AWS.SNS.SMS.MaxPrice": written,
    }


OUTCOMES: list[tuple[Script, Handover]] = [
    (refusal(400, "Throttling"), NotTaken("Throttling")),
    (refusal(403, "AuthorizationError"), NotTaken("AuthorizationError")),
    (refusal(400, "KMSThrottling"), NotTaken("KMSThrottling")),
    (refusal(400, "InvalidParameter"), Rejected("InvalidParameter")),
    (refusal(400, "ParameterValueInvalid"), Rejected("ParameterValueInvalid")),
    (refusal(400, "OptedOut"), Rejected("OptedOut")),
    (refusal(500, "InternalError"), Unclear("InternalError")),
    (breaks(ConnectTimeoutError(endpoint_url=URL)), NotTaken("ConnectTimeoutError")),
    (breaks(EndpointConnectionError(endpoint_url=URL)), NotTaken("EndpointConnectionError")),
    (breaks(NoCredentialsError()), NotTaken("NoCredentialsError")),
    (breaks(ReadTimeoutError(endpoint_url=URL)), Unclear("ReadTimeoutError")),
    (breaks(ConnectionClosedError(endpoint_url=URL)), Unclear("ConnectionClosedError")),
]


@pytest.mark.parametrize(("happens", "told"), OUTCOMES, ids=lambda value: getattr(value, "reason", ""))
def test_one_try_and_its_outcome(aws: AwsHouse, happens: Script, told: Handover) -> None:
    aws.wire.script("Publish", happens)
    assert text(aws) == told
    assert aws.wire.requests == {"Publish": 1}


def test_the_client_does_not_try_again_by_itself(aws: AwsHouse) -> None:
    assert aws.clients.sns.meta.config.retries["total_max_attempts"] == 1


def test_no_outcome_names_the_recipient(aws: AwsHouse) -> None:
    leak = {"Code": "InvalidParameter", "Message": f"{PHONE} is no number"}
    aws.wire.script("Publish", refusal(400, "InvalidParameter", Error=leak))
    assert PHONE not in str(text(aws))


def test_a_connection_that_may_have_died_in_a_frozen_function_is_not_used_again(aws: AwsHouse) -> None:
    closed: list[float] = []

    class Client:
        def publish(self, **_: object) -> dict[str, str]:
            return {"MessageId": "sns-1"}

        def close(self) -> None:
            closed.append(aws.elapsed)

    sns = SnsTexter(Client(), lambda: aws.elapsed)
    for aws.elapsed in (0.0, 5.0, 20.0, 60.0, 61.0):
        sns.send("Kontor", PHONE, "Hallo", 0.2)
    assert closed == [60.0]


def test_in_memory_an_sms_is_kept_and_what_was_planned_is_answered() -> None:
    texter = MemoryTexter()
    texter.answers.append(NotTaken("throttled"))
    assert texter.send("Kontor", PHONE, "eins", 0.2) == NotTaken("throttled")
    assert isinstance(texter.send("Kontor", PHONE, "zwei", 0.2), Accepted)
    assert [sms.text for sms in texter.sent] == ["zwei"]
