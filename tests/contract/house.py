"""All ports twice: in memory, and on AWS as moto plays it, with what a test needs to look behind them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, get_args

from anlass.adapters.aws.clients import Clients
from anlass.adapters.aws.dynamodb.archive import DynamoArchive
from anlass.adapters.aws.dynamodb.census import DynamoCensus
from anlass.adapters.aws.dynamodb.codec import decode_journey_row
from anlass.adapters.aws.dynamodb.definitions import DynamoDefinitions
from anlass.adapters.aws.dynamodb.events import DynamoEventLog
from anlass.adapters.aws.dynamodb.store import DynamoStore
from anlass.adapters.aws.dynamodb.vocabulary import DynamoVocabulary
from anlass.adapters.aws.patience import Patience
from anlass.adapters.aws.s3 import S3Content
from anlass.adapters.aws.scheduler import SchedulerCalendar
from anlass.adapters.aws.secrets import JsonSecret, SecretHashes, SecretKeys, SecretLinks, SecretSeals
from anlass.adapters.aws.sqs import SqsQueues
from anlass.adapters.memory.archive import MemoryArchive
from anlass.adapters.memory.calendar import MemoryCalendar
from anlass.adapters.memory.census import MemoryCensus
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.content import MemoryContent
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.adapters.memory.events import MemoryEventLog
from anlass.adapters.memory.hashes import MemoryHashes
from anlass.adapters.memory.keys import MemoryKeys
from anlass.adapters.memory.links import MemoryLinks
from anlass.adapters.memory.queues import MemoryQueues
from anlass.adapters.memory.seals import MemorySeals
from anlass.adapters.memory.store import MemoryStore
from anlass.adapters.memory.vocabulary import MemoryVocabulary
from anlass.keys import JourneyRow
from anlass.ports import (
    Archive,
    Calendar,
    Census,
    Definitions,
    EventLog,
    Hashes,
    Keys,
    Links,
    Queues,
    Rings,
    Seals,
    Store,
    VersionedContent,
    Vocabulary,
)

import infra.topology
from cli.runtime.aws_calls import AwsReply
from infra.names import Names
from infra.topology import TOPOLOGY
from tests.builders import NOON

SHOP = "https://shop.example"


class House(Protocol):
    """One set of adapters."""

    @property
    def clock(self) -> VirtualClock: ...
    @property
    def store(self) -> Store: ...
    @property
    def census(self) -> Census: ...
    @property
    def archive(self) -> Archive: ...
    @property
    def hashes(self) -> Hashes: ...
    @property
    def event_log(self) -> EventLog: ...
    @property
    def definitions(self) -> Definitions: ...
    @property
    def vocabulary(self) -> Vocabulary: ...
    @property
    def queues(self) -> Queues: ...
    @property
    def calendar(self) -> Calendar: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def links(self) -> Links: ...
    @property
    def seals(self) -> Seals: ...
    @property
    def content(self) -> VersionedContent: ...

    def new_events(self) -> int:
        """How many events the stream has shown as new."""
        ...

    def outbox(self) -> list[JourneyRow]:
        """The journeys rows that asked for something, as the stream's readers got them."""
        ...

    def park(self, enrolment: str, seq: int, owner: str, token: str) -> bool:
        """What the state machine's Park writes."""
        ...

    def bodies(self, queue: Any) -> list[Any]:
        """The messages that are there now, taken out."""
        ...


class MemoryHouse:
    def __init__(self) -> None:
        self.clock = VirtualClock(NOON)
        self.event_log = MemoryEventLog()
        self.store = MemoryStore(self.event_log)
        self.census = MemoryCensus(self.store)
        self.archive = MemoryArchive(self.store, self.event_log)
        self.hashes = MemoryHashes()
        self.definitions = MemoryDefinitions()
        self.vocabulary = MemoryVocabulary()
        self.queues = MemoryQueues(self.clock)
        self.calendar = MemoryCalendar(self.clock)
        self.keys = MemoryKeys()
        self.links = MemoryLinks(SHOP)
        self.seals = MemorySeals()
        self.content = MemoryContent()

    def new_events(self) -> int:
        return len(self.event_log.stream)

    def outbox(self) -> list[JourneyRow]:
        return list(self.store.outbox)

    def park(self, enrolment: str, seq: int, owner: str, token: str) -> bool:
        return self.store.park(enrolment, seq, owner, token)

    def bodies(self, queue: Any) -> list[Any]:
        found = []
        while (message := self.queues.take(queue)) is not None:
            found.append(message)
        return found


Script = Callable[[Mapping[str, Any]], AwsReply | None]


class Wire:
    """Sees every call of the clients before it leaves; a test may answer it instead of AWS."""

    def __init__(self, clients: Clients) -> None:
        self.requests: Counter[str] = Counter()
        self.sent: list[tuple[str, dict[str, Any]]] = []  # (operation, body)
        self.scripts: dict[str, list[Script]] = {}
        for client in (
            clients.dynamodb,
            clients.sqs,
            clients.scheduler,
            clients.secretsmanager,
            clients.sesv2,
            clients.sns,
            clients.stepfunctions,
        ):
            client.meta.events.register("before-call.*.*", self._before_call)

    def forget(self) -> None:
        self.requests.clear()
        self.sent.clear()
        self.scripts.clear()

    def script(self, operation: str, *answers: Script) -> None:
        """The next calls of this operation get these answers; None lets one through."""
        self.scripts.setdefault(operation, []).extend(answers)

    def _before_call(self, model: Any, params: Mapping[str, Any], **_: object) -> tuple[AwsReply, Any] | None:
        self.requests[model.name] += 1
        body = params["body"] if isinstance(params["body"], dict) else json.loads(params["body"] or "{}")  # SNS: a form
        self.sent.append((model.name, body))
        answers = self.scripts.get(model.name)
        reply = answers.pop(0)(body) if answers else None
        return None if reply is None else (reply, reply.parsed)


class Hands(VirtualClock):
    """moto's clock, which is made once: it shows what the clock of the present test shows."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NOON)

    def now(self) -> datetime:
        return self.clock.now()


class AwsHouse:
    """`wire` counts and scripts requests, `pauses` holds the seconds that were waited between attempts."""

    def __init__(self, clients: Clients, names: Names, wire: Wire, look: Callable[[str], Any], hands: Hands) -> None:
        self.clock = hands.clock = VirtualClock(NOON)
        self.clients, self.names, self.wire = clients, names, wire
        self.pauses: list[float] = []
        self.elapsed = 0.0
        self._look = look
        patience = Patience(sleep=self.pauses.append, chance=lambda: 1.0)
        tables: Any = {table.name: names.physical(table.name) for table in TOPOLOGY.tables}
        self.store = DynamoStore(clients.dynamodb, tables, self.clock, patience)
        self.census = DynamoCensus(clients.dynamodb, tables, self.clock)
        self.archive = DynamoArchive(clients.dynamodb, tables, patience)
        salt = JsonSecret(clients.secretsmanager, names.physical("salt"), lambda: self.elapsed)
        self.hashes = SecretHashes(salt)
        self.event_log = DynamoEventLog(clients.dynamodb, tables["events"], patience)
        self.definitions = self.warm_definitions()
        self.vocabulary = DynamoVocabulary(clients.dynamodb, tables["definitions"])
        urls: Any = {queue.name: names.queue_url(queue.name) for queue in TOPOLOGY.queues}
        self.queues = SqsQueues(clients.sqs, urls)
        self.calendar = SchedulerCalendar(
            clients.scheduler,
            self.clock,
            names.physical(TOPOLOGY.schedule_group),
            "arn:aws:iam::123456789012:role/calendar",
            {queue: names.queue_arn(queue) for queue in get_args(Rings)},
            names.queue_arn("calendar-dead"),
        )
        self.keys = SecretKeys(JsonSecret(clients.secretsmanager, names.physical("keys"), lambda: self.elapsed))
        self.links = SecretLinks(
            SHOP, JsonSecret(clients.secretsmanager, names.physical("links"), lambda: self.elapsed)
        )
        self.seals = SecretSeals(JsonSecret(clients.secretsmanager, names.physical("webhooks"), lambda: self.elapsed))
        self.content = S3Content(clients.s3, names.bucket("content"))
        self._from_here = {table: self._end_of_stream(table) for table in ("events", "journeys")}
        self.wire.forget()

    def warm_definitions(self) -> DynamoDefinitions:
        """Another process's view of the definitions."""
        return DynamoDefinitions(self.clients.dynamodb, self.names.physical("definitions"), lambda: self.elapsed)

    def new_events(self) -> int:
        return sum(record["eventName"] == "INSERT" for record in self._new_records("events"))

    def outbox(self) -> list[JourneyRow]:
        images = [record["dynamodb"].get("NewImage", {}) for record in self._new_records("journeys")]
        return [decode_journey_row(image) for image in images if "request" in image]

    def park(self, enrolment: str, seq: int, owner: str, token: str) -> bool:
        path = Path(infra.topology.__file__).with_name("journey.asl.json")
        parameters = json.loads(path.read_text(encoding="utf-8"))["States"]["Park"]["Parameters"]
        values = {":token": {"S": token}, ":seq": {"N": str(seq)}, ":owner": {"S": owner}, ":none": {"N": "0"}}
        assert parameters["ExpressionAttributeValues"].keys() == values.keys()
        client = self.clients.dynamodb
        try:
            client.update_item(
                TableName=self.names.physical("journeys"),
                Key={"id": {"S": enrolment}, "row": {"S": "E"}},
                UpdateExpression=parameters["UpdateExpression"],
                ConditionExpression=parameters["ConditionExpression"],
                ExpressionAttributeNames=parameters["ExpressionAttributeNames"],
                ExpressionAttributeValues=values,
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def item(self, table: str, **key: str) -> dict[str, Any]:
        """The stored item, as it is."""
        wanted = {name: {"S": value} for name, value in key.items()}
        found: dict[str, Any] = self._look("dynamodb").get_item(TableName=self.names.physical(table), Key=wanted)[
            "Item"
        ]
        return found

    def bodies(self, queue: Any) -> list[Any]:
        found = []
        url = self.names.queue_url(queue)
        while messages := self._look("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            found += [message["Body"] for message in messages]
        return found

    def schedule(self, name: str) -> dict[str, Any]:
        group = self.names.physical(TOPOLOGY.schedule_group)
        found: dict[str, Any] = self._look("scheduler").get_schedule(Name=name, GroupName=group)
        return found

    def tidy(self) -> None:
        """Leaves nothing behind for the next test."""
        client = self._look("dynamodb")
        for table in TOPOLOGY.tables:
            name, keys = self.names.physical(table.name), (table.partition_key, table.sort_key)
            pages = client.get_paginator("scan").paginate(TableName=name)
            found = [{key: item[key] for key in keys} for page in pages for item in page["Items"]]
            for start in range(0, len(found), 25):
                deletes = [{"DeleteRequest": {"Key": key}} for key in found[start : start + 25]]
                client.batch_write_item(RequestItems={name: deletes})

    def _new_records(self, table: str) -> list[dict[str, Any]]:
        iterator = self._from_here[table]
        found: list[dict[str, Any]] = self._look("dynamodbstreams").get_records(ShardIterator=iterator)["Records"]
        return found

    def _end_of_stream(self, table: str) -> str:
        arn = self._look("dynamodb").describe_table(TableName=self.names.physical(table))["Table"]["LatestStreamArn"]
        streams = self._look("dynamodbstreams")
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        iterator: str = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="LATEST")[
            "ShardIterator"
        ]
        return iterator


def answer(**parsed: Any) -> Script:
    """A scripted answer of AWS, as botocore would give it."""
    return lambda _: AwsReply(200, parsed)


def refusal(status: int, code: str, **more: Any) -> Script:
    fault = {"Error": {"Code": code, "Message": "scripted"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return lambda _: AwsReply(status, {**fault, **more})


def breaks(fault: Exception) -> Script:
    def raise_it(_: Mapping[str, Any]) -> AwsReply | None:
        raise fault

    return raise_it


def goes_through(_: Mapping[str, Any]) -> AwsReply | None:
    return None
