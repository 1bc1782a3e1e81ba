from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from anlass.adapters.aws.sqs import SqsQueues
from anlass.domain.errors import ConfigurationError, Transient
from anlass.wire import Deliver, Message, Wake, decode

from tests.contract.house import AwsHouse, House, answer


def wakes(count: int) -> list[Message]:
    return [Wake(f"e-{number}", token="t") for number in range(count)]


def ids(bodies: list[Any]) -> list[str]:
    """Of the messages, whether they are bodies or were never written down."""
    return sorted(body.enrolment if isinstance(body, Wake) else decode(Wake, body).enrolment for body in bodies)


def test_messages_arrive_in_the_queue_they_were_sent_to(house: House) -> None:
    house.queues.send("wake", wakes(23))
    assert house.queues.backlog("wake") == 23
    assert house.queues.backlog("start") == 0
    assert ids(house.bodies("wake")) == ids(wakes(23))
    assert house.bodies("start") == []


def test_a_message_is_there_once_its_delay_is_over(house: House) -> None:
    house.queues.send("wake", wakes(1), delay=60)
    house.clock.advance(timedelta(seconds=59))
    assert house.bodies("wake") == []
    assert house.queues.backlog("wake") == 0
    house.clock.advance(timedelta(seconds=1))
    assert len(house.bodies("wake")) == 1


@pytest.mark.parametrize("delay", [-1, 901])
def test_a_delay_that_no_queue_knows_is_refused(house: House, delay: int) -> None:
    with pytest.raises(ValueError, match="0 to 900 seconds"):
        house.queues.send("wake", wakes(1), delay=delay)


def test_nothing_is_sent_for_no_messages(house: House) -> None:
    house.queues.send("wake", [])
    assert house.bodies("wake") == []


def test_ten_messages_are_one_request(aws: AwsHouse) -> None:
    aws.queues.send("email", [Deliver("e-1", f"S#first#{visit}", "u:anna") for visit in range(21)])
    assert aws.wire.requests == {"SendMessageBatch": 3}
    assert [len(body["Entries"]) for _, body in aws.wire.sent] == [10, 10, 1]
    assert len(aws.bodies("email")) == 21


def test_a_message_that_was_not_taken_makes_the_caller_come_again(aws: AwsHouse) -> None:
    failed = [{"Id": "1", "Code": "InternalError", "SenderFault": False}]
    aws.wire.script("SendMessageBatch", answer(Successful=[], Failed=failed))
    with pytest.raises(Transient, match="queue wake took all but 1 of 2 messages \\(InternalError\\)"):
        aws.queues.send("wake", wakes(2))


def test_a_queue_that_the_function_does_not_have_is_named(aws: AwsHouse) -> None:
    with pytest.raises(ConfigurationError, match="START_QUEUE_URL"):
        SqsQueues(aws.clients.sqs, {"wake": aws.names.queue_url("wake"), "start": ""}).send("start", wakes(1))
