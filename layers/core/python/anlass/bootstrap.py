"""The composition root: the one place that names concrete adapters. Nothing is built at import, all on first use."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import urlsplit

from anlass.adapters.aws.clients import Clients
from anlass.adapters.aws.dynamodb.archive import DynamoArchive
from anlass.adapters.aws.dynamodb.census import DynamoCensus
from anlass.adapters.aws.dynamodb.definitions import DynamoDefinitions
from anlass.adapters.aws.dynamodb.events import DynamoEventLog
from anlass.adapters.aws.dynamodb.keys import Tables
from anlass.adapters.aws.dynamodb.store import DynamoStore
from anlass.adapters.aws.dynamodb.vocabulary import DynamoVocabulary
from anlass.adapters.aws.s3 import S3Content, S3Failures
from anlass.adapters.aws.scheduler import SchedulerCalendar
from anlass.adapters.aws.secrets import JsonSecret, SecretHashes, SecretKeys, SecretLinks, SecretSeals, SecretVersions
from anlass.adapters.aws.ses import SesMailer
from anlass.adapters.aws.sns import SnsTexter
from anlass.adapters.aws.sqs import SqsQueues
from anlass.adapters.aws.stepfunctions import StepFunctionsExecutions, StepFunctionsSelections
from anlass.adapters.https import HttpsShop
from anlass.config import Config
from anlass.domain.errors import Transient
from anlass.domain.keeping import Retention
from anlass.ports import (
    Archive,
    Calendar,
    Census,
    Clock,
    EventLog,
    Executions,
    Failures,
    Hashes,
    Keys,
    Links,
    Mailer,
    QueueName,
    Queues,
    Rings,
    Rotating,
    Seals,
    Selections,
    Shop,
    Store,
    TableName,
    Texter,
    VersionedContent,
    Vocabulary,
)
from anlass.usecases.heeding import Heeded
from anlass.usecases.people_work import PeopleWork
from anlass.usecases.retention import load_retention

TABLES: tuple[TableName, ...] = ("events", "profiles", "journeys")
RINGS: tuple[Rings, ...] = ("due", "email", "webhook")
QUEUES: tuple[QueueName, ...] = ("wake", "start", "due", "email", "webhook", "erase")


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Application:
    """The adapters of one function, each built when it is first asked for."""

    def __init__(self, config: Config, clock: Clock, clients: Clients, shop: Shop | None = None) -> None:
        self.config = config
        self.clock = clock
        self._clients = clients
        self._shop = shop
        self._kept = Retention()

    @property
    def public_host(self) -> str:
        """Where events are sent to."""
        return urlsplit(self.config["PUBLIC_URL"]).netloc

    @cached_property
    def event_log(self) -> EventLog:
        events = DynamoEventLog(self._clients.dynamodb, self.config["EVENTS_TABLE"], kept=self.kept)
        return Heeded(events, lambda: self.definitions)

    @cached_property
    def store(self) -> Store:
        return DynamoStore(self._clients.dynamodb, self._tables(), self.clock, kept=self.kept)

    def kept(self) -> Retention:
        """How long what comes and goes is there: as the settings said last, where they cannot be asked just now."""
        if self.config.get("DEFINITIONS_TABLE"):
            with suppress(Transient):
                self._kept = load_retention(self.definitions)
        return self._kept

    @cached_property
    def census(self) -> Census:
        return DynamoCensus(self._clients.dynamodb, self._tables(), self.clock)

    def _tables(self) -> Tables:
        return {name: self.config.get(f"{name.upper()}_TABLE") for name in TABLES}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return DynamoVocabulary(self._clients.dynamodb, self.config["DEFINITIONS_TABLE"])

    @cached_property
    def definitions(self) -> DynamoDefinitions:
        return DynamoDefinitions(self._clients.dynamodb, self.config["DEFINITIONS_TABLE"])

    @cached_property
    def queues(self) -> Queues:
        urls = {queue: self.config.get(f"{queue.upper()}_QUEUE_URL") for queue in QUEUES}
        return SqsQueues(self._clients.sqs, urls)

    @cached_property
    def calendar(self) -> Calendar:
        config = self.config
        return SchedulerCalendar(
            self._clients.scheduler,
            self.clock,
            config["SCHEDULE_GROUP"],
            config["SCHEDULER_ROLE_ARN"],
            {queue: config[f"{queue.upper()}_QUEUE_ARN"] for queue in RINGS},
            config["CALENDAR_DEAD_ARN"],
        )

    @cached_property
    def executions(self) -> Executions:
        return StepFunctionsExecutions(self._clients.stepfunctions, self.config["JOURNEY_MACHINE_ARN"])

    @cached_property
    def selections(self) -> Selections:
        return StepFunctionsSelections(self._clients.stepfunctions, self.config["SELECT_MACHINE_ARN"])

    @cached_property
    def mailer(self) -> Mailer:
        config = self.config
        return SesMailer(self._clients.sesv2, config["SES_CONFIGURATION_SET"], config["SES_TRACKED_SET"])

    @cached_property
    def texter(self) -> Texter:
        return SnsTexter(self._clients.sns)

    @cached_property
    def keys(self) -> Keys:
        return SecretKeys(JsonSecret(self._clients.secretsmanager, self.config["KEYS_SECRET"]))

    @cached_property
    def archive(self) -> Archive:
        return DynamoArchive(self._clients.dynamodb, self._tables())

    @property
    def people(self) -> PeopleWork:
        """For whoever looks at one person, hands out what is kept of them, or erases them."""
        kept = load_retention(self.definitions)
        return PeopleWork(self.store, self.archive, self.event_log, self.definitions, self.hashes, self.clock, kept)

    @cached_property
    def hashes(self) -> Hashes:
        return SecretHashes(JsonSecret(self._clients.secretsmanager, self.config["SALT_SECRET"]))

    @cached_property
    def links(self) -> Links:
        secret = JsonSecret(self._clients.secretsmanager, self.config["LINKS_SECRET"])
        return SecretLinks(self.config["PUBLIC_URL"], secret, self.config.get("REPLY_DOMAIN"))

    @cached_property
    def shop(self) -> Shop:
        return self._shop or HttpsShop()

    @cached_property
    def seals(self) -> Seals:
        return SecretSeals(JsonSecret(self._clients.secretsmanager, self.config["WEBHOOKS_SECRET"]))

    @cached_property
    def links_versions(self) -> Rotating:
        return SecretVersions(self._clients.secretsmanager, self.config["LINKS_SECRET"])

    @cached_property
    def failures(self) -> Failures:
        return S3Failures(self._clients.s3, self.config["FAILURES_BUCKET"])

    @cached_property
    def content(self) -> VersionedContent:
        return S3Content(self._clients.s3, self.config["CONTENT_BUCKET"])


@dataclass
class _Process:
    """What lives as long as the process: on Lambda one application; in the local runtime one for each function."""

    clock: Clock = field(default_factory=SystemClock)
    clients: Clients | None = None
    shop: Shop | None = None
    applications: dict[str, Application] = field(default_factory=dict)


_process = _Process()


def application() -> Application:
    """The application of the function that runs; its environment is read once."""
    name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    app = _process.applications.get(name)
    if app is None:
        config = Config(os.environ)
        if _process.clients is None:
            _process.clients = Clients(config["AWS_REGION"])
        app = _process.applications[name] = Application(config, _process.clock, _process.clients, _process.shop)
    return app


def use_clock(clock: Clock) -> None:
    """All applications that are made from now on live by this clock."""
    _process.clock = clock
    _process.applications.clear()


def use_shop(shop: Shop) -> None:
    """All applications that are made from now on call this shop, and nobody over the network."""
    _process.shop = shop
    _process.applications.clear()


def refresh() -> None:
    """What was published is seen at once, instead of within a minute."""
    for app in _process.applications.values():
        app.__dict__.pop("definitions", None)


def forget() -> None:
    """A process as new."""
    _process.clock, _process.clients, _process.shop = SystemClock(), None, None
    _process.applications.clear()
