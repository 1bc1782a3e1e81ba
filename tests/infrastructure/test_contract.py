"""The local runtime wires the same sources to the same handlers as the template that is deployed, in the same way.

Asked is the runtime itself: what it made in moto, what its readers hold, and whom it calls when something comes in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anlass.domain.planning import PLANNED_AT
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from cli.runtime.lambdas import QUIET
from cli.runtime.names import REGION
from cli.runtime.signatures import LOCAL, SERVICE
from cli.runtime.world import LocalRuntime
from infra.stack import topology_of
from infra.stage import read_stage
from infra.topology import TOPOLOGY
from tests.infrastructure.audit_stack import ACCOUNT, read
from tests.infrastructure.conftest import CONTEXT, FULL, WITH_FULL
from tests.infrastructure.wiring import Cloud

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Spies:
    """Handlers that write down who was called with what environment, and do what a test wants."""

    def __init__(self) -> None:
        self.called: list[tuple[str, Any]] = []
        self.environments: dict[str, dict[str, str]] = {}
        self.failing: set[str] = set()

    def handler(self, name: str) -> Any:
        def handle(event: Any, _context: Any) -> Any:
            self.called.append((name, event))
            self.environments[name] = dict(os.environ)
            if name in self.failing:
                raise RuntimeError("as a test wants it")
            return {"statusCode": 200, "body": name} if "routeKey" in event else None

        return handle

    def names(self) -> list[str]:
        names = [name for name, _ in self.called]
        self.called.clear()
        return names


@pytest.fixture(scope="module")
def spies() -> Spies:
    return Spies()


@pytest.fixture(scope="module")
def runtime(spies: Spies) -> Iterator[LocalRuntime]:
    handlers = {function.name: spies.handler(function.name) for function in TOPOLOGY.functions}
    with LocalRuntime(NOON, handlers=handlers) as running:
        yield running


@pytest.fixture
def cloud(template: dict[str, Any], stage: str, spies: Spies) -> Cloud:
    spies.called.clear()
    spies.failing.clear()
    return Cloud(template, stage)


def local(text: Any) -> Any:
    """A local value without what belongs to this machine."""
    return json.loads(json.dumps(text).replace("local-", "").replace("123456789012", "#"))


def test_every_function_is_deployed_from_its_own_file_and_is_there_locally(
    cloud: Cloud, runtime: LocalRuntime, spies: Spies, stage: str
) -> None:
    deployed, here = cloud.functions(), {f.name: f for f in runtime.names.topology.functions}
    files = {path.stem for path in Path("functions").glob("*.py")} - {"__init__"}
    assert here.keys() == files
    assert deployed.keys() == {f.name for f in topology_of(read_stage(stage, CONTEXT)).functions}
    for name, function in deployed.items():
        assert function["Handler"] == f"{name}.handler"
        runtime.lambdas.invoke(name, {})
    assert spies.names() == list(deployed)
    described = {name: (here[name].timeout_seconds, here[name].memory_mib) for name in deployed}
    assert described == {name: (f["Timeout"], f["MemorySize"]) for name, f in deployed.items()}


def test_every_function_gets_the_same_variables_with_the_same_things_behind_them(
    cloud: Cloud, runtime: LocalRuntime, spies: Spies, stage: str
) -> None:
    deployed = cloud.environments()
    variables = {name for environment in deployed.values() for name in environment}
    for name, wanted in deployed.items():
        runtime.lambdas.invoke(name, {})
        given = {key: local(value) for key, value in spies.environments[name].items() if key in variables}
        its_own = {"ANLASS_STAGE": (stage, "local"), "PUBLIC_URL": (wanted.get("PUBLIC_URL"), "http://127.0.0.1:8787")}
        for key, (there, here) in its_own.items():
            if key in wanted:
                assert (wanted[key], given.pop(key)) == (there, here)
        for key in QUIET.keys() & given.keys():
            given[key] = wanted[key]
        assert given == {key: value for key, value in wanted.items() if key not in its_own}


def test_every_name_in_a_variable_is_the_name_of_something_deployed(cloud: Cloud) -> None:
    there = cloud.names()
    plain = ("ANLASS_STAGE", "PUBLIC_URL", "WAIT_BORDER_SECONDS", "CLAIM_SECONDS", "POWERTOOLS_")
    for environment in cloud.environments().values():
        for key, value in environment.items():
            if not key.startswith(plain):
                assert value.replace("/", ":").rsplit(":", 1)[-1] in there, key


def test_tables_have_the_same_keys_streams_and_indexes(cloud: Cloud, runtime: LocalRuntime) -> None:
    dynamodb, made = runtime.client("dynamodb"), {}
    for name in dynamodb.list_tables()["TableNames"]:
        table = dynamodb.describe_table(TableName=name)["Table"]
        made[local(name)] = {
            "keys": [key["AttributeName"] for key in table["KeySchema"]],
            "stream": table.get("StreamSpecification", {}).get("StreamViewType"),
            "indexes": {
                index["IndexName"]: ([key["AttributeName"] for key in index["KeySchema"]], index["Projection"])
                for index in table.get("GlobalSecondaryIndexes", ())
            },
        }
    assert made == cloud.tables()


def test_queues_have_the_same_dead_letter_places(cloud: Cloud, runtime: LocalRuntime) -> None:
    sqs, made = runtime.client("sqs"), {}
    deployed = cloud.queues()
    for url in sqs.list_queues()["QueueUrls"]:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
        name = local(url.rsplit("/", 1)[-1])
        made[name] = (
            int(attributes["VisibilityTimeout"]) if redrive else None,
            local(redrive["deadLetterTargetArn"]).rsplit(":", 1)[-1] if redrive else None,
            redrive.get("maxReceiveCount"),
        )
    assert made == deployed


def test_streams_are_read_alike(cloud: Cloud, runtime: LocalRuntime) -> None:
    readers = {
        (local(reader.table), reader.function_arn.rsplit("local-", 1)[-1]): {
            "batch": reader.source.batch_size,
            "patterns": list(reader.source.patterns),
            "retries": reader.source.max_retries,
            "age": reader.source.max_age_seconds,
            "bisect": reader.source.bisect,
            "parallel": reader.source.parallelization,
            "partial": reader.source.partial_failures,
            "kept in": "failures",
        }
        for reader in runtime.streams.readers
    }
    assert readers == cloud.streams()


@pytest.mark.parametrize(
    ("table", "row", "readers"),
    [
        ("events", {"identity": "u:1", "moment": "~#m1"}, ["match_events"]),
        ("journeys", {"id": "e-1", "row": "E", "request": "wake"}, ["dispatch"]),
        ("journeys", {"id": "e-2", "row": "E", "request": "start"}, ["dispatch"]),
        ("journeys", {"id": "e-3", "row": "S#a#1", "request": "send"}, ["dispatch"]),
        ("journeys", {"id": "e-3", "row": "H#a#1", "request": "call"}, ["dispatch"]),
        ("journeys", {"id": "e-4", "row": "T", "request": "schedule"}, ["keep_calendar"]),
        ("journeys", {"id": "e-5", "row": "E"}, []),
        ("profiles", {"profile": "u:1", "row": "STATE"}, []),
    ],
)
def test_a_row_reaches_its_readers_and_no_other_function(
    cloud: Cloud,
    runtime: LocalRuntime,
    spies: Spies,
    stage: str,
    table: str,
    row: dict[str, str],
    readers: list[str],
) -> None:
    partition = next(iter(row))
    item = {key: {"S": value} for key, value in {**row, partition: f"{row[partition]}-{stage}"}.items()}
    runtime.client("dynamodb").put_item(TableName=f"local-{table}", Item=item)
    runtime.settle()
    assert spies.names() == readers
    assert {function for source, function in cloud.streams() if source == table} >= set(readers)


def test_queues_are_read_alike(cloud: Cloud, runtime: LocalRuntime, spies: Spies) -> None:
    readers = {
        (local(reader.name), reader.source.function): {
            "batch": reader.source.batch_size,
            "concurrency": reader.source.max_concurrency,
            "partial": reader.source.partial_failures,
        }
        for reader in runtime.queues.readers
    }
    assert readers == cloud.queue_sources()
    for (queue, function), how in readers.items():
        url = runtime.names.queue_url(queue)
        for number in range(how["batch"] + 1):
            runtime.client("sqs").send_message(QueueUrl=url, MessageBody=str(number))
        runtime.settle()
        sizes = [len(event["Records"]) for _, event in spies.called]
        assert (max(sizes), sum(sizes)) == (how["batch"], how["batch"] + 1)
        assert set(spies.names()) == {function}


def test_requests_reach_the_same_functions(cloud: Cloud, runtime: LocalRuntime, spies: Spies) -> None:
    routes, signed = cloud.routes(), cloud.signed()
    assert routes
    for key, function in routes.items():
        method, _, path = key.partition(" ")
        path = path.replace("{proxy+}", "deep/er").replace("{token}", "abc.def").replace("{id}", "u%3Aanna")
        for verb in ("GET", "POST", "OPTIONS") if method == "ANY" else (method,):
            if key in signed:
                assert runtime.http(verb, path).status == 403
                assert spies.names() == []
            assert runtime.http(verb, path, signature(verb, path) if key in signed else {}).body.decode() == function
            ((_, event),) = spies.called
            assert event["routeKey"] == key
            assert ("authorizer" in event["requestContext"]) == (key in signed)
            spies.called.clear()
    assert runtime.http("GET", "/nothing/here").status == 404
    assert spies.names() == []


def signature(method: str, path: str) -> dict[str, str]:
    request = AWSRequest(method, f"http://local{path}")
    SigV4Auth(LOCAL, SERVICE, REGION).add_auth(request)
    return {**dict(request.headers), "host": "local"}


def test_uploads_and_deletions_reach_the_same_function(cloud: Cloud, runtime: LocalRuntime, spies: Spies) -> None:
    created, removed = cloud.notifications()
    bucket, event, prefix, function = created
    assert (bucket, event) == ("content", "s3:ObjectCreated:*")
    assert removed == (bucket, "s3:ObjectRemoved:*", prefix, function)
    runtime.put_content(f"{prefix}journeys/a.json", b"{}")
    runtime.delete_content(f"{prefix}journeys/a.json")
    assert spies.names() == [function] * 2
    runtime.put_content("reports/journeys/a.json", b"{}")
    runtime.delete_content("reports/journeys/a.json")
    assert spies.names() == []


def test_events_and_the_clock_reach_the_same_functions(cloud: Cloud, runtime: LocalRuntime, spies: Spies) -> None:
    rules = cloud.rules()
    feedback, sweep, plan = (rules.pop(name) for name in ("ses-feedback", "sweep", "plan"))
    assert rules == {}
    plain, tracked = feedback["when"]["detail"]["mail"]["tags"]["ses:configuration-set"]

    def report(configuration_set: str, source: str) -> None:
        tags = {"ses:configuration-set": [configuration_set]}
        runtime.emit_bus({"source": source, "detail-type": "Email Delivered", "detail": {"mail": {"tags": tags}}})
        runtime.settle()

    for wanted in (plain, tracked):
        report(runtime.names.physical(wanted), *feedback["when"]["source"])
        assert spies.names() == [feedback["function"]]
    report("another", "aws.ses")
    report(runtime.names.physical(plain), "aws.s3")
    assert spies.names() == []
    minutes = int(sweep["when"].removeprefix("rate(").removesuffix(" minutes)"))
    runtime.advance(timedelta(minutes=minutes))
    assert spies.names() == [sweep["function"]]
    (daily,) = (rate for rate in runtime.names.topology.rates if rate.name == "plan")
    hour, minute = divmod(daily.after_midnight // 60, 60)
    assert (plan["when"], plan["function"]) == (f"cron({minute} {hour} * * ? *)", daily.function)
    assert daily.after_midnight == timedelta(hours=PLANNED_AT.hour, minutes=PLANNED_AT.minute).total_seconds()


def test_mail_and_the_log_of_sms_reach_the_same_functions(
    runtime: LocalRuntime, spies: Spies, templates: dict[str, dict[str, Any]]
) -> None:
    """Of a stage that has both."""
    stack = read(templates[FULL], read_stage(FULL, WITH_FULL))

    def called(arn: object) -> str:
        function = stack.by_arn(arn, "Lambda::Function")
        return function.name.removeprefix("anlass-full-") if function is not None else ""

    (rule,) = stack.all("SES::ReceiptRule")
    (address,), (action,) = rule.at("Rule", "Recipients"), rule.at("Rule", "Actions")
    local_part = address.partition("@")[0]
    assert runtime.receive_mail(f"{local_part}+token@{runtime.names.reply_domain}", "anna@b.example", "")
    runtime.settle()
    assert spies.names() == [called(action["LambdaAction"]["FunctionArn"])]
    for elsewhere in (f"post@{runtime.names.reply_domain}", f"{local_part}@b.example"):
        assert not runtime.receive_mail(elsewhere, "anna@b.example", "")
    for each in stack.all("Logs::SubscriptionFilter"):
        group = each.at("LogGroupName").replace(ACCOUNT, runtime.names.account)
        assert runtime.write_log(group, {"notification": {"messageId": "1"}})
        runtime.settle()
        assert spies.names() == [called(each.at("DestinationArn"))]
    assert not runtime.write_log("/aws/lambda/another", {})


def test_what_nobody_waits_for_is_tried_as_often_and_then_kept(
    cloud: Cloud, runtime: LocalRuntime, spies: Spies
) -> None:
    deployed = cloud.asynchronous()
    called_by_rule = {rule["function"] for rule in cloud.rules().values()}
    called_by_bucket = {function for *_, function in cloud.notifications()}
    assert deployed.keys() == called_by_rule | called_by_bucket
    for function, (retries, age, kept_in) in deployed.items():
        spies.failing = {function}
        before = len(runtime.dead_letters("async"))
        runtime.asynchronous.invoke(function, {"n": 1})
        runtime.advance(timedelta(seconds=age), maintenance=False)
        assert spies.names() == [function] * (retries + 1)
        assert kept_in == "async-dead"
        assert len(runtime.dead_letters("async")) == before + 1


def test_the_state_machines_are_the_same_files_with_the_same_functions(cloud: Cloud, runtime: LocalRuntime) -> None:
    machines = cloud.machines()
    assert machines.keys() == runtime.machines.keys()
    for name, machine in machines.items():
        assert machine["DefinitionString"] == (Path("infra") / f"{name}.asl.json").read_text(encoding="utf-8")
        here = local(runtime.names.placeholders())
        assert machine["DefinitionSubstitutions"].items() <= here.items()
        assert machine["StateMachineType"] == "STANDARD"


def test_secrets_are_rotated_by_the_same_function(cloud: Cloud, runtime: LocalRuntime, spies: Spies) -> None:
    for secret, function in cloud.rotations().items():
        runtime.rotate(secret)
        assert spies.names() == [function] * 4
