"""What exists and what is wired to what: the one description that the local runtime and the CDK app both read.

Plain data, standard library only. Sizes are in seconds, items or MiB as named. A `Function`'s name is its file in
`functions/`, its handler is `<name>.handler`. Names here are logical; `names.py` says what they are called on AWS, and
`rights.py` what each function may do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from infra.rights import RIGHTS, Right

ASYNC_DEAD = "async-dead"  # what an asynchronous invocation (bus, bucket, rate) could not do
CALENDAR_DEAD = "calendar-dead"  # what a schedule could not deliver
CALENDAR = "calendar"  # the role that schedules ring as
JOURNEY = "journey"  # the state machine that runs journeys
SELECT = "select"  # the one that selects people
MAIL = "mail"  # SES's configuration set
RECEIVED = "received"  # SES's rules for mail that comes in
TRACKED = "mail-tracked"  # the one for mails whose opens or clicks may be seen


@dataclass(frozen=True)
class Index:
    name: str
    partition_key: str
    sort_key: str
    projection: tuple[str, ...] = ()  # non-key attributes; empty = keys only


@dataclass(frozen=True)
class Table:
    name: str
    partition_key: str
    sort_key: str
    stream: str | None = None  # StreamViewType
    ttl: str | None = "ttl"
    indexes: tuple[Index, ...] = ()


@dataclass(frozen=True)
class Queue:
    """A standard queue; `<name>-dead` keeps what was received `max_receives` times without success."""

    name: str
    visibility_seconds: int  # longer than its function may take: else a message comes again while it is worked on
    max_receives: int

    @property
    def dead(self) -> str:
        return f"{self.name}-dead"


@dataclass(frozen=True)
class Function:
    name: str
    timeout_seconds: int
    memory_mib: int  # a CPU comes with 1,769 MiB, and in proportion
    environment: tuple[str, ...] = ()  # names of variables, beside those that all have; see `Names.environment`
    person_waits: bool = False  # somebody looks at the screen: worth a snapshot to start from, where it is live


@dataclass(frozen=True)
class StreamSource:
    """DynamoDB stream -> Lambda. A record that cannot be processed goes with its payload to the bucket `failures`,
    perhaps among others that were applied; AWS chooses the key."""

    table: str
    function: str
    batch_size: int
    patterns: tuple[dict[str, Any], ...]  # event filter patterns; a record passes if any matches
    max_retries: int
    bisect: bool = True
    partial_failures: bool = True
    parallelization: int = 1
    max_age_seconds: int = 22 * 3600  # the stream keeps a day: given up before that, a record is still there to keep


@dataclass(frozen=True)
class QueueSource:
    queue: str
    function: str
    batch_size: int
    max_concurrency: int
    partial_failures: bool = True


@dataclass(frozen=True)
class Route:
    method: str
    path: str  # HTTP API syntax
    function: str
    per_second: int | None = None  # requests of all together; None: the stage's own limit
    at_once: int | None = None  # of these in one moment; None: twice as many as in a second
    authorizer: Literal["iam"] | None = None  # signed by somebody with rights in this account; None: by nobody

    @property
    def key(self) -> str:
        """What API Gateway calls it."""
        return f"{self.method} {self.path}"

    @property
    def limits(self) -> dict[str, int] | None:
        """As API Gateway is told them; None: those of the stage."""
        if self.per_second is None:
            return None
        return {"ThrottlingRateLimit": self.per_second, "ThrottlingBurstLimit": self.at_once or 2 * self.per_second}


@dataclass(frozen=True)
class BucketSource:
    bucket: str
    prefix: str
    function: str
    events: tuple[str, ...] = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")


@dataclass(frozen=True)
class BusSource:
    """A rule on the default bus. `${ConfigurationSet}` and `${TrackedSet}` in the pattern are the stage's own."""

    name: str
    pattern: dict[str, Any]
    function: str


@dataclass(frozen=True)
class MailSource:
    """Mail that SES receives for `<name>@` the stage's reply domain, with any label -> Lambda. Only where the stage
    says so: not every region receives, and the domain needs an MX record."""

    name: str
    function: str


@dataclass(frozen=True)
class LogSource:
    """A log group that a service of AWS writes, not this stack -> Lambda. Only where the stage says so: it must be
    there. `${Region}` and `${Account}` in the group are the stage's own."""

    name: str
    group: str
    function: str


@dataclass(frozen=True)
class RateSource:
    """A maintenance schedule; one of a day rings `after_midnight` seconds past 0:00 UTC."""

    name: str
    every_seconds: int
    function: str
    after_midnight: int = 0


@dataclass(frozen=True)
class Rotation:
    """Secrets Manager calls the function in four steps."""

    secret: str
    function: str
    every_days: int


@dataclass(frozen=True)
class Asynchronous:
    """How Lambda tries again what nobody waits for: bus, bucket, rate. Then it goes to `async-dead`."""

    max_retries: int
    max_age_seconds: int


@dataclass(frozen=True)
class MachineTask:
    """A Lambda task of a state machine: the placeholder in its file and the function behind it."""

    placeholder: str
    function: str


@dataclass(frozen=True)
class StateMachine:
    """Its definition is `<name>.asl.json` beside this file; it acts as the role of its name."""

    name: str
    tasks: tuple[MachineTask, ...]

    @property
    def definition(self) -> str:
        return f"{self.name}.asl.json"


@dataclass(frozen=True)
class Topology:
    tables: tuple[Table, ...]
    queues: tuple[Queue, ...]
    functions: tuple[Function, ...]
    streams: tuple[StreamSource, ...]
    queue_sources: tuple[QueueSource, ...]
    routes: tuple[Route, ...]
    buckets: tuple[str, ...]
    bucket_sources: tuple[BucketSource, ...]
    bus_sources: tuple[BusSource, ...]
    rates: tuple[RateSource, ...]
    rotations: tuple[Rotation, ...]
    asynchronous: Asynchronous
    machines: tuple[StateMachine, ...]
    secrets: tuple[str, ...]
    schedule_group: str
    mail_sources: tuple[MailSource, ...] = ()
    log_sources: tuple[LogSource, ...] = ()
    environment: tuple[str, ...] = ()  # variables that every function has
    rights: Mapping[str, tuple[Right, ...]] = field(default_factory=dict)  # by function or role

    def without(self, sources: Collection[MailSource | LogSource]) -> Topology:
        """As a stage needs it that has these sources switched off: their functions would be called by nobody."""
        gone = {source.function for source in sources}
        return replace(
            self,
            mail_sources=tuple(source for source in self.mail_sources if source not in sources),
            log_sources=tuple(source for source in self.log_sources if source not in sources),
            functions=tuple(function for function in self.functions if function.name not in gone),
            rights={name: rights for name, rights in self.rights.items() if name not in gone},
        )

    @property
    def dead_letter_queues(self) -> tuple[str, ...]:
        return (*(queue.dead for queue in self.queues), ASYNC_DEAD, CALENDAR_DEAD)

    def is_asynchronous(self, function: str) -> bool:
        """Invoked by a service that does not wait for the answer."""
        sources: tuple[BusSource | BucketSource | RateSource | MailSource | LogSource, ...]
        sources = (*self.bus_sources, *self.bucket_sources, *self.rates, *self.mail_sources, *self.log_sources)
        return any(source.function == function for source in sources)

    def feeds_itself(self, function: str) -> bool:
        """A delayed copy goes to the queue that it came from. Lambda would take 16 of them for a runaway loop."""
        read = {f"queue/{source.queue}" for source in self.queue_sources if source.function == function}
        return any(right.on in read and "sqs:SendMessage" in right.actions for right in self.rights[function])

    def streams_of(self, function: str) -> tuple[StreamSource, ...]:
        return tuple(source for source in self.streams if source.function == function)

    def rights_of(self, name: str) -> tuple[Right, ...]:
        """Its own, and what Lambda needs in its name to poll queues for it and to keep what failed."""
        rights = [*self.rights[name]]
        rights += [
            Right(("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), f"queue/{source.queue}")
            for source in self.queue_sources
            if source.function == name
        ]
        if self.streams_of(name):
            rights += [Right(("s3:ListBucket",), "bucket/failures"), Right(("s3:PutObject",), "objects/failures/*")]
        if self.is_asynchronous(name):
            rights.append(Right(("sqs:SendMessage",), f"queue/{ASYNC_DEAD}"))
        return tuple(rights)


def _requests(*kinds: str) -> tuple[dict[str, Any], ...]:
    """Rows of the journeys table that ask for something (the outbox)."""
    return ({"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": {"request": {"S": list(kinds)}}}},)


TABLES = ("EVENTS_TABLE", "PROFILES_TABLE", "JOURNEYS_TABLE", "DEFINITIONS_TABLE")
# Guessing tokens, and signing strangers up, must neither pay nor starve the events.
PAGES_PER_SECOND = 100  # mail scanners open every link of a mailing
SIGN_UPS_PER_SECOND, SIGN_UPS_AT_ONCE = 5, 20  # each asks somebody by mail
PROVIDER_TIMEOUT = 30  # deliver_message's own time limit; a claim lasts 60 s longer

TOPOLOGY = Topology(
    tables=(
        Table("events", "identity", "moment", stream="NEW_IMAGE"),
        Table("profiles", "profile", "row", indexes=(Index("days", "day", "profile"),)),
        Table(
            "journeys",
            "id",
            "row",
            stream="NEW_AND_OLD_IMAGES",
            indexes=(
                Index("sweep", "sweep_shard", "sweep_at"),
                Index("held", "held", "id"),
                Index("person", "profile", "id"),
            ),
        ),
        Table("definitions", "content", "version", ttl=None),
    ),
    queues=(
        # Six times the function's limit, as AWS advises: a receive that Lambda throttles counts as one too.
        Queue("wake", visibility_seconds=180, max_receives=10),
        Queue("start", visibility_seconds=180, max_receives=20),
        Queue("due", visibility_seconds=180, max_receives=10),
        Queue("email", visibility_seconds=180, max_receives=10),
        Queue("webhook", visibility_seconds=360, max_receives=10),
        Queue("erase", visibility_seconds=720, max_receives=20),
    ),
    functions=(
        Function("ingest_event", 10, 512, ("DEFINITIONS_TABLE", "EVENTS_TABLE", "KEYS_SECRET", "PUBLIC_URL")),
        Function("match_events", 60, 512, (*TABLES, "FAILURES_BUCKET", "SALT_SECRET", "WAIT_BORDER_SECONDS")),
        Function(
            "dispatch",
            30,
            256,
            ("WAKE_QUEUE_URL", "START_QUEUE_URL", "EMAIL_QUEUE_URL", "WEBHOOK_QUEUE_URL", "ERASE_QUEUE_URL"),
        ),
        Function(
            "keep_calendar",
            30,
            256,
            (
                *("DUE_QUEUE_URL", "EMAIL_QUEUE_URL", "WEBHOOK_QUEUE_URL", "ERASE_QUEUE_URL"),
                *("DUE_QUEUE_ARN", "EMAIL_QUEUE_ARN", "WEBHOOK_QUEUE_ARN"),
                "CALENDAR_DEAD_ARN",
                "SCHEDULE_GROUP",
                "SCHEDULER_ROLE_ARN",
            ),
        ),
        Function("start_journey", 30, 256, ("JOURNEY_MACHINE_ARN",)),
        Function("wake_enrolment", 30, 512, (*TABLES, "JOURNEY_MACHINE_ARN", "WAIT_BORDER_SECONDS")),
        Function("ring_timer", 30, 512, (*TABLES, "WAIT_BORDER_SECONDS")),
        Function("advance_enrolment", 30, 512, (*TABLES, "WAIT_BORDER_SECONDS")),
        Function("quarantine_enrolment", 30, 256, ("JOURNEYS_TABLE",)),
        Function(
            "deliver_message",
            PROVIDER_TIMEOUT,
            512,
            (
                *TABLES,
                "EMAIL_QUEUE_URL",
                "LINKS_SECRET",
                "SALT_SECRET",
                "PUBLIC_URL",
                "SES_CONFIGURATION_SET",
                "SES_TRACKED_SET",
                "REPLY_DOMAIN",
                "CLAIM_SECONDS",
            ),
        ),
        # Names that nobody answers for, two addresses that nobody listens at, and 15 s for the answer.
        Function("call_webhook", 60, 256, ("DEFINITIONS_TABLE", "JOURNEYS_TABLE", "WEBHOOKS_SECRET")),
        Function("record_feedback", 30, 256, (*TABLES, "SALT_SECRET")),
        Function("record_sms_status", 30, 256, (*TABLES, "SALT_SECRET")),
        Function("receive_mail", 30, 256, (*TABLES, "LINKS_SECRET", "SALT_SECRET", "PUBLIC_URL")),
        Function("set_brake", 30, 256, ("PROFILES_TABLE",)),
        Function(
            "sweep",
            60,
            512,
            (*TABLES, "EMAIL_QUEUE_URL", "WEBHOOK_QUEUE_URL", "JOURNEY_MACHINE_ARN", "WAIT_BORDER_SECONDS"),
        ),
        Function(
            "redrive",
            300,
            512,
            (
                *TABLES,
                "FAILURES_BUCKET",
                "SALT_SECRET",
                *("WAKE_QUEUE_URL", "START_QUEUE_URL", "EMAIL_QUEUE_URL", "WEBHOOK_QUEUE_URL", "DUE_QUEUE_URL"),
                "ERASE_QUEUE_URL",
                *("DUE_QUEUE_ARN", "EMAIL_QUEUE_ARN", "WEBHOOK_QUEUE_ARN"),
                *("CALENDAR_DEAD_ARN", "SCHEDULE_GROUP", "SCHEDULER_ROLE_ARN"),
            ),
        ),
        Function("publish_content", 60, 512, ("DEFINITIONS_TABLE", "CONTENT_BUCKET", "SELECT_MACHINE_ARN")),
        Function("plan_day", 60, 256, ("DEFINITIONS_TABLE", "SELECT_MACHINE_ARN")),
        Function("select_people", 120, 512, TABLES),
        Function("serve_page", 10, 512, (*TABLES, "LINKS_SECRET", "SALT_SECRET", "PUBLIC_URL"), person_waits=True),
        Function("serve_profile", 30, 1024, (*TABLES, "LINKS_SECRET", "SALT_SECRET", "PUBLIC_URL")),
        Function("erase_profile", 120, 512, (*TABLES, "SALT_SECRET", "CONTENT_BUCKET")),
        Function("subscribe", 10, 512, (*TABLES, "KEYS_SECRET", "SALT_SECRET")),
        Function("rotate_links", 30, 256, ("LINKS_SECRET",)),
    ),
    streams=(
        StreamSource("events", "match_events", 100, ({"eventName": ["INSERT"]},), max_retries=5),
        StreamSource("journeys", "dispatch", 100, _requests("wake", "start", "send", "call", "erase"), max_retries=10),
        # A second reader, so that a throttled calendar holds up no wake and no start (docs/decisions).
        # Four at once on a shard: a plan for everybody must not hold up one person's cart.
        StreamSource("journeys", "keep_calendar", 25, _requests("schedule"), max_retries=10, parallelization=4),
    ),
    queue_sources=(
        QueueSource("wake", "wake_enrolment", 10, max_concurrency=50),
        QueueSource("start", "start_journey", 10, max_concurrency=5),
        QueueSource("due", "ring_timer", 10, max_concurrency=50),
        QueueSource("email", "deliver_message", 5, max_concurrency=10),
        # One at a time: a shop that is slow must not make another one's webhook late.
        QueueSource("webhook", "call_webhook", 1, max_concurrency=10),
        QueueSource("erase", "erase_profile", 1, max_concurrency=2),
    ),
    routes=(
        Route("GET", "/v1/profiles/{id}", "serve_profile", authorizer="iam"),
        Route("DELETE", "/v1/profiles/{id}", "serve_profile", authorizer="iam"),
        Route("GET", "/v1/profiles/{id}/timeline", "serve_profile", authorizer="iam"),
        Route("GET", "/v1/erasures/{id}", "serve_profile", authorizer="iam"),
        Route("ANY", "/data/{token}", "serve_profile", per_second=PAGES_PER_SECOND),
        Route("ANY", "/v1/subscribe", "subscribe", SIGN_UPS_PER_SECOND, SIGN_UPS_AT_ONCE),
        Route("ANY", "/v1/subscribe/confirm", "subscribe", SIGN_UPS_PER_SECOND, SIGN_UPS_AT_ONCE),
        Route("ANY", "/v1/{proxy+}", "ingest_event"),
        *(Route("ANY", f"/{short}", "ingest_event") for short in ("t", "i", "p", "s", "g", "a", "b")),
        Route("ANY", "/beacon/v1/batch", "ingest_event"),
        *(
            Route("ANY", f"/{page}/{{token}}", "serve_page", per_second=PAGES_PER_SECOND)
            for page in ("unsubscribe", "preferences", "press", "confirm")
        ),
        Route("ANY", "/signup", "serve_page", SIGN_UPS_PER_SECOND, SIGN_UPS_AT_ONCE),
    ),
    buckets=("content", "failures"),
    bucket_sources=(BucketSource("content", "content/", "publish_content"),),
    bus_sources=(
        BusSource(
            "ses-feedback",
            {
                "source": ["aws.ses"],
                "detail": {"mail": {"tags": {"ses:configuration-set": ["${ConfigurationSet}", "${TrackedSet}"]}}},
            },
            "record_feedback",
        ),
    ),
    mail_sources=(MailSource("unsubscribe", "receive_mail"),),
    log_sources=(
        LogSource("sms-delivered", "sns/${Region}/${Account}/DirectPublishToPhoneNumber", "record_sms_status"),
        LogSource("sms-failed", "sns/${Region}/${Account}/DirectPublishToPhoneNumber/Failure", "record_sms_status"),
    ),
    rates=(
        RateSource("sweep", 300, "sweep"),
        RateSource("plan", 86_400, "plan_day", after_midnight=9 * 3600 + 1800),  # domain/planning.py says why then
    ),
    rotations=(Rotation("links", "rotate_links", every_days=365),),
    asynchronous=Asynchronous(max_retries=2, max_age_seconds=6 * 3600),
    machines=(
        StateMachine(
            JOURNEY,
            (
                MachineTask("AdvanceFunctionArn", "advance_enrolment"),
                MachineTask("QuarantineFunctionArn", "quarantine_enrolment"),
            ),
        ),
        StateMachine(SELECT, (MachineTask("SelectPeopleFunctionArn", "select_people"),)),
    ),
    secrets=("keys", "links", "webhooks", "salt"),
    schedule_group="calendar",
    environment=("ANLASS_STAGE", "POWERTOOLS_LOG_LEVEL"),
    rights=RIGHTS,
)
