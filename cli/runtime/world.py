"""The local runtime: moto keeps the state, this moves it between the services as AWS does, on a virtual clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any, Protocol, Self
from urllib.parse import quote_plus
from uuid import uuid4

from anlass import bootstrap
from anlass.adapters.aws.clients import Clients
from anlass.adapters.aws.dynamodb.definitions import INDEX_KEY
from anlass.adapters.aws.dynamodb.keys import stamp
from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.shop import MemoryShop
from anlass.bootstrap import Application
from anlass.config import Config
from anlass.domain.catalog import Catalog
from anlass.domain.instants import iso
from anlass.usecases.catalog import load_catalog
from moto import mock_aws

import infra.topology
from cli.runtime import asl, dynamodb_shortcut, incoming, moto_patches, moto_store, queues, s3_shortcut
from cli.runtime.ageing import Ageing
from cli.runtime.asynchronous import Asynchronous
from cli.runtime.aws_calls import AwsCall, AwsCalls, AwsReply
from cli.runtime.aws_limits import AwsLimits
from cli.runtime.calendar import Calendar
from cli.runtime.days import Days
from cli.runtime.gateway import Gateway, Response
from cli.runtime.lambdas import Handler, LambdaError, Lambdas, Outcome
from cli.runtime.machine import Machine
from cli.runtime.mail import Outbox, SentMail, SentText
from cli.runtime.names import ACCOUNT, REGION, local_names, whole_environment
from cli.runtime.patterns import matches
from cli.runtime.permissions import Permissions, not_authorized
from cli.runtime.queues import Queues
from cli.runtime.rates import Rates
from cli.runtime.states_api import StatesApi
from cli.runtime.streams import Streams
from cli.runtime.written import Written
from infra.topology import ASYNC_DEAD, CALENDAR, JOURNEY, TOPOLOGY, RateSource, StateMachine, Topology

NOTIFIED = {"PutObject": "ObjectCreated:Put", "DeleteObject": "ObjectRemoved:DeleteMarkerCreated"}
SWEEPER = "sweep"
ROUNDS = 2_000  # of settling; each invokes every reader at most once


class EndlessLoop(RuntimeError):
    """Work that makes work for ever, at one instant of the virtual clock."""


class Part(Protocol):
    """A service between services: `run_due` does some of what is due now and says whether it did anything."""

    def due(self) -> datetime | None: ...

    def run_due(self) -> bool: ...


class LocalRuntime:
    """One at a time in a process: moto, the environment and botocore's hooks are the process's own.

    `handlers` replaces functions by name (the rest is imported from `functions/`), `settings` variables by name.
    Public methods may be called from any thread; one is served at a time.
    """

    def __init__(
        self,
        start: datetime,
        *,
        topology: Topology = TOPOLOGY,
        handlers: Mapping[str, Handler] | None = None,
        settings: Mapping[str, str] | None = None,
        public_url: str = "http://127.0.0.1:8787",
    ) -> None:
        self.clock = VirtualClock(start)
        self.shop = MemoryShop(self.clock)  # nobody is called from here
        self.names = local_names(topology, public_url, settings or {})
        self.calls = AwsCalls()
        self.lambdas = Lambdas(self.names, self.calls, handlers or {})
        self.calendar = Calendar(self.clock, self._deliver, moto_patches.delete_schedule)
        self.outbox = Outbox(self.clock)
        self.permissions = Permissions(self.names)
        self.machines = {machine.name: self._machine(machine) for machine in topology.machines}
        self.machine = self.machines[JOURNEY]
        self.streams = Streams(self.names, self.lambdas, self.clock, self._keep_failure)
        self.queues = Queues(self.names, self.lambdas, self.clock)
        self.asynchronous = Asynchronous(self.names, self.lambdas, self.clock, self._bury)
        self.gateway = Gateway(topology.routes, self.lambdas, self.clock)
        self.written = Written(self.names.physical("profiles"), "profile")
        self.done = Written(self.names.physical("events"), "identity")
        ageing = Ageing(self._looking, self._everybody, lambda: self.written.take() | self.done.take())
        self.days = Days(self.clock, self._revision, self._catalog, self._dates, ageing)
        self.rates = Rates(topology.rates, start, self._ring, self._is_needless, self.days.next_run)
        self._parts: dict[str, Part] = {
            "asynchronous invocations": self.asynchronous,
            "the calendar": self.calendar,
            **{f"the state machine {name}": machine for name, machine in self.machines.items()},
            "streams": self.streams,
            "queues": self.queues,
        }
        self._clients: dict[str, Any] = {}
        self._looks: Application | None = None
        self._cleanup = ExitStack()
        self._lock = RLock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Everything in the topology exists afterwards, empty."""
        self._cleanup.callback(_restore_environment, dict(os.environ))
        os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = REGION
        os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
        self.calls.install(self._cleanup)
        self._cleanup.enter_context(mock_aws())
        moto_patches.install(self._cleanup, self.clock)
        moto_store.open_session()
        moto_store.create_all(self.names)
        limits, states = AwsLimits(self.names, self.clock), StatesApi(self.machines.values())
        self.calls.answers += [
            self.permissions.answer,
            limits.answer,
            self.calendar.answer,
            states.answer,
            dynamodb_shortcut.answer,
            s3_shortcut.answer,
        ]
        self.calls.observers += [self.calendar.observe, self.outbox.observe, self._notify]
        self.calls.observers += [self.written.observe, self.done.observe]
        if not self.lambdas.all_replaced:
            self._bind_product()

    def _bind_product(self) -> None:
        """The product's functions make their clients after our hooks are in place, and live by our clock."""
        bootstrap.forget()
        bootstrap.use_clock(self.clock)
        bootstrap.use_shop(self.shop)
        self._cleanup.callback(bootstrap.forget)

    def stop(self) -> None:
        self._cleanup.close()

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """While somebody looks in nothing else happens, and what happens is over: no half of it is seen."""
        with self._lock:
            yield

    def client(self, service: str) -> Any:
        """A boto3 client into this world, for looking in and setting up."""
        if service not in self._clients:
            self._clients[service] = moto_store.client(service)
        return self._clients[service]

    # What comes from outside.

    def http(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        source_ip: str = "127.0.0.1",
    ) -> Response:
        """One request to the public API. What it sets off happens at the next `settle` or `advance`."""
        with self._lock:
            self.rates.note_work(self.clock.now())
            return self.gateway.handle(method, target, headers or {}, body, source_ip)

    def put_content(self, path: str, content: bytes) -> None:
        """The marketer's upload; returns when what it set off is done."""
        with self._lock:
            self.client("s3").put_object(Bucket=self.names.bucket("content"), Key=path, Body=content)
            self.settle()
            bootstrap.refresh()  # the warm functions would see it within a minute; nobody here waits for that

    def delete_content(self, path: str) -> None:
        """The marketer's deletion; returns when what it set off is done."""
        with self._lock:
            self.client("s3").delete_object(Bucket=self.names.bucket("content"), Key=path)
            self.settle()
            bootstrap.refresh()

    def place_content(self, path: str, content: bytes) -> None:
        """An object that lay in the bucket before it began to notify anybody."""
        with self._lock:
            s3_shortcut.place(self.names.bucket("content"), path, content)

    def emit_bus(self, event: Mapping[str, Any]) -> None:
        """An event on the default bus. It needs `source`, `detail-type` and `detail`; the rest is filled in."""
        with self._lock:
            whole = {
                "version": "0",
                "id": str(uuid4()),
                "account": ACCOUNT,
                "time": self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": REGION,
                "resources": [],
                **event,
            }
            for source in self.names.topology.bus_sources:
                if matches(self.names.pattern(source.pattern), whole):
                    self.asynchronous.invoke(source.function, whole)

    def invoke(self, function: str, event: Mapping[str, Any]) -> Outcome:
        """What ops calls by hand."""
        with self._lock:
            return self.lambdas.invoke(function, dict(event))

    def receive_mail(self, to: str, sender: str, subject: str) -> bool:
        """A mail from outside; False: none of SES's rules is for this address, so it is refused."""
        with self._lock:
            sources = incoming.receivers(to, self.names)
            for source in sources:
                self.asynchronous.invoke(source.function, incoming.received(to, sender, subject, self.clock.now()))
            return bool(sources)

    def write_log(self, group: str, line: Mapping[str, Any]) -> bool:
        """A line that a service of AWS writes to a log group of its own; False: nobody reads that group."""
        with self._lock:
            sources = incoming.readers(group, self.names)
            for source in sources:
                self.asynchronous.invoke(source.function, incoming.log_lines(group, line, self.clock.now()))
            return bool(sources)

    def rotate(self, secret: str) -> None:
        """What Secrets Manager does on the day, or when ops asks for it."""
        with self._lock:
            (rotation,) = (r for r in self.names.topology.rotations if r.secret == secret)
            token = str(uuid4())
            for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
                event = {"SecretId": self.names.physical(secret), "ClientRequestToken": token, "Step": step}
                if isinstance(self.lambdas.invoke(rotation.function, event), LambdaError):
                    return  # the secret stays as it was

    # Time.

    def settle(self) -> None:
        """Does everything that is due now, and what follows from it, until nothing moves."""
        with self._lock:
            for _ in range(ROUNDS):
                moved = [name for name, part in self._parts.items() if part.run_due()]
                if not moved:
                    return
                self.rates.note_work(self.clock.now())
            raise EndlessLoop(
                f"at {self.clock.now().isoformat()} {' and '.join(moved)} still make work after {ROUNDS} rounds; "
                f"invocations so far: {dict(self.lambdas.invocations)}"
            )

    def next_due(self) -> datetime | None:
        """When something happens next by itself."""
        return min((due for part in self._parts.values() if (due := part.due()) is not None), default=None)

    def advance(
        self,
        to: datetime | timedelta,
        on_progress: Callable[[datetime], None] | None = None,
        *,
        maintenance: bool = True,
    ) -> None:
        """Moves the clock, stopping at everything that falls due. Without `maintenance` only the daily rates ring."""
        with self._lock:
            end = self.clock.now() + to if isinstance(to, timedelta) else to
            self.settle()
            while (due := self._next_stop(end, maintenance)) is not None:
                self.clock.set(max(due, self.clock.now()))
                self.settle()
                self.rates.ring_due(self.clock.now(), sweeps=maintenance)
                self.settle()
                if on_progress:
                    on_progress(self.clock.now())
            self.clock.set(end)
            if maintenance:
                self.rates.ring_missed(end)
            self.settle()
            if on_progress:
                on_progress(end)

    def _next_stop(self, end: datetime, maintenance: bool) -> datetime | None:
        dues = [self.next_due(), self.rates.due() if maintenance else None]
        first = min((due for due in dues if due is not None and due <= end), default=None)
        return self.rates.day_due(first or end) or first

    # What can be looked at.

    def sent_mails(self) -> list[SentMail]:
        return list(self.outbox.mails)

    def sent_texts(self) -> list[SentText]:
        return list(self.outbox.texts)

    def dead_letters(self, queue: str) -> list[str]:
        """Bodies in a dead-letter queue: a queue's logical name, `calendar` or `async`."""
        return queues.bodies(self.names.physical(f"{queue}-dead"))

    def application(self) -> Application:
        """The product's own adapters into this world, for looking at rows as the product reads them."""
        reader = next(f for f in self.names.topology.functions if f.name == "serve_page")
        environment = whole_environment(self.names, reader) | {"REPLY_DOMAIN": self.names.reply_domain}
        return Application(Config(environment), self.clock, Clients(REGION))

    # How the parts reach each other.

    def _machine(self, machine: StateMachine) -> Machine:
        path = Path(infra.topology.__file__).with_name(machine.definition)
        definition = asl.load(path.read_text(encoding="utf-8"), self.names.placeholders())
        functions = {self.names.function_arn(f.name): f.name for f in self.names.topology.functions}

        def invoke(arn: str, payload: Any) -> Outcome:
            needed = (machine.name, "lambda:InvokeFunction", arn)
            if not self.permissions.covers(*needed):
                return LambdaError("Lambda.AWSLambdaException", not_authorized(*needed))  # what a 403 is called there
            return self.lambdas.invoke(functions[arn], payload)

        def update_item(parameters: dict[str, Any]) -> Any:
            with self.calls.acting(machine.name):
                return self.client("dynamodb").update_item(**parameters)

        def may_map(label: str) -> bool:
            """Whether the machine's role covers what a distributed map needs."""
            arn, execution = self.names.machine_arn(machine.name), self.names.resources(f"executions/{machine.name}")[0]
            needed = [("states:StartExecution", arn)]
            needed += [(f"states:{verb}Execution", execution) for verb in ("Describe", "Stop")]
            needed.append(("states:RedriveExecution", self.names.resources(f"map/{machine.name}/{label}")[0]))
            return all(self.permissions.covers(machine.name, *each) for each in needed)

        return Machine(definition, self.names.machine_arn(machine.name), self.clock, invoke, update_item, may_map)

    def _deliver(self, queue_arn: str, body: str) -> None:
        """A schedule that rings, as the calendar's role."""
        needed = (CALENDAR, "sqs:SendMessage", queue_arn)
        if not self.permissions.covers(*needed):
            raise PermissionError(not_authorized(*needed))
        queues.send(queue_arn, body)

    def _keep_failure(self, key: str, text: str) -> None:
        self.client("s3").put_object(Bucket=self.names.bucket("failures"), Key=key, Body=text.encode())

    def _bury(self, body: str) -> None:
        queues.send(self.names.queue_arn(ASYNC_DEAD), body)

    def _revision(self) -> str:
        """What is published; "" where nothing is, or in a world without the product."""
        if self.lambdas.all_replaced:
            return ""
        return moto_patches.attribute_of(self.names.physical("definitions"), *INDEX_KEY, "revision")

    def _looking(self) -> Application:
        """Kept, so that it compiles each version once."""
        if self._looks is None:
            self._looks = self.application()
        return self._looks

    def _catalog(self) -> Catalog:
        definitions = self._looking().definitions
        definitions.fresh_index()
        return load_catalog(definitions)

    def _everybody(self) -> set[str]:
        return moto_patches.partitions_of(self.names.physical("profiles"))

    def _dates(self) -> set[str]:
        return moto_patches.keys_of_index(self.names.physical("profiles"), "day")

    def _is_needless(self, rate: RateSource) -> bool:
        """The sweeper's work is rows past their time: here one knows whether there are any without asking it."""
        if rate.function != SWEEPER or self.lambdas.all_replaced:
            return False
        first = moto_patches.earliest_of_index(self.names.physical("journeys"), "sweep_shard", "sweep_at")
        return not first or first > stamp(self.clock.now())

    def _ring(self, rate: RateSource) -> None:
        event = {"version": "0", "id": str(uuid4()), "source": "aws.scheduler", "detail-type": "Scheduled Event"}
        time = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        self.asynchronous.invoke_now(rate.function, {**event, "time": time, "detail": {"rate": rate.name}})

    def _notify(self, call: AwsCall, reply: AwsReply) -> None:
        """S3's event notification, whoever put the object or took it away."""
        happened = NOTIFIED.get(call.operation)
        if call.service != "s3" or happened is None or reply.status >= 300:
            return
        bucket, key = call.params["Bucket"], call.params["Key"]
        kind = f"s3:{happened.partition(':')[0]}:*"
        for source in self.names.topology.bucket_sources:
            if self.names.bucket(source.bucket) == bucket and key.startswith(source.prefix) and kind in source.events:
                record = self._notification(happened, bucket, key, reply)
                self.asynchronous.invoke(source.function, {"Records": [record]})

    def _notification(self, happened: str, bucket: str, key: str, reply: AwsReply) -> dict[str, Any]:
        return {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": iso(self.clock.now(), "milliseconds"),
            "eventName": happened,
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                "object": {"key": quote_plus(key, safe="/"), "eTag": reply.parsed.get("ETag", "").strip('"')},
            },
        }


def _restore_environment(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
