"""What a stage costs in a month in which nobody shops, counted in its template: docs/deploy.md prints that table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from anlass.adapters.aws.dynamodb.keys import SWEEP_SHARDS

from cli.recorder.prices import BASE_MS, PRICES, REQUEST_MS
from infra.stage import ROOT
from tests.infrastructure.conftest import STAGES

# List prices of eu-central-1 in USD a month. From memory, but the snapshot's, which a third party published in 2026-05.
KEY = Decimal("1.00")
SECRET = Decimal("0.40")
ALARM_METRIC = Decimal("0.10")  # an alarm on a sum is charged by the metrics in it
DASHBOARD = Decimal("3.00")
SNAPSHOT_GIGABYTE_SECOND = Decimal("0.0000015046")

HOURS = 730
POLLERS, POLL_SECONDS = 5, 20  # of Lambda, for every queue, whether something comes or not
FREE_ALARM_METRICS, FREE_DASHBOARDS, FREE_SQS_REQUESTS = 10, 3, 1_000_000  # an account's, every month

CHARGED_BY_THE_MONTH = {
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::KMS::Key",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Version",
    "AWS::SecretsManager::Secret",
    "AWS::Events::Rule",
}
CHARGED_BY_USE = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Budgets::Budget",
    "AWS::DynamoDB::Table",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::SubscriptionFilter",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SES::EmailIdentity",
    "AWS::SES::ReceiptRule",
    "AWS::SES::ReceiptRuleSet",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::StepFunctions::StateMachine",
}


def test_the_table_in_the_instructions_is_what_the_templates_cost(templates: dict[str, dict[str, Any]]) -> None:
    bills = [idle_bill(templates[stage]["Resources"]) for stage in STAGES]
    rows = [f"| {what} | {' | '.join(f'{bill[what]:.2f}' for bill in bills)} |" for what in bills[0]]
    head = [f"| USD a month | {' | '.join(STAGES)} |", f"|---{'|---:' * len(STAGES)}|"]
    table = "\n".join([*head, *rows])
    written = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    assert table in written, f"docs/deploy.md must have this table:\n\n{table}\n"


def test_no_resource_is_of_a_kind_that_nobody_has_priced(template: dict[str, Any]) -> None:
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert kinds <= CHARGED_BY_THE_MONTH | CHARGED_BY_USE, "does it cost something while it rests? Say so here"


def idle_bill(resources: Mapping[str, Any]) -> dict[str, Decimal]:
    """By line, the sums last."""
    alarms = sum(_metrics_of(alarm) for alarm in _of("AWS::CloudWatch::Alarm", resources))
    dashboards = len(list(_of("AWS::CloudWatch::Dashboard", resources)))
    polls = len(list(_polled_queues(resources))) * POLLERS * HOURS * 3600 // POLL_SECONDS
    bill = {
        "the key, 1.00": KEY * len(list(_of("AWS::KMS::Key", resources))),
        "secrets, 0.40 each": SECRET * len(list(_of("AWS::SecretsManager::Secret", resources))),
        "metrics that alarms watch, 0.10 each": ALARM_METRIC * alarms,
        "the dashboard, 3.00": DASHBOARD * dashboards,
        "Lambda asking empty queues for messages": PRICES["sqs"].of(polls),
        "the snapshot that pages start from": _snapshots(resources),
        "the calls of the sweeper and of the daily run": sum(
            (_calls(rule, resources) for rule in _of("AWS::Events::Rule", resources)), Decimal(0)
        ),
    }
    bill = {what: usd.quantize(Decimal("0.01")) for what, usd in bill.items()}
    free = (
        ALARM_METRIC * min(alarms, FREE_ALARM_METRICS)
        + DASHBOARD * min(dashboards, FREE_DASHBOARDS)
        + PRICES["sqs"].of(min(polls, FREE_SQS_REQUESTS))
    )
    listed = sum(bill.values(), Decimal(0))
    return {**bill, "**at list price**": listed, "**less an account's free tier**": listed - free}


def _of(kind: str, resources: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (resource["Properties"] for resource in resources.values() if resource["Type"] == kind)


def _metrics_of(alarm: Mapping[str, Any]) -> int:
    return sum("MetricStat" in metric for metric in alarm["Metrics"]) if "Metrics" in alarm else 1


def _polled_queues(resources: Mapping[str, Any]) -> Iterator[str]:
    for mapping in _of("AWS::Lambda::EventSourceMapping", resources):
        source: str = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        if resources[source]["Type"] == "AWS::SQS::Queue":
            yield source


def _snapshots(resources: Mapping[str, Any]) -> Decimal:
    total = Decimal(0)
    for version in _of("AWS::Lambda::Version", resources):
        function = resources[version["FunctionName"]["Ref"]]["Properties"]
        if function.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions":
            total += SNAPSHOT_GIGABYTE_SECOND * function["MemorySize"] / 1024 * HOURS * 3600
    return total


def _calls(rule: Mapping[str, Any], resources: Mapping[str, Any]) -> Decimal:
    """Of a rule with a clock: the function, which looks into every shard of the index and finds nothing. A daily one
    looks less."""
    if "ScheduleExpression" not in rule:
        return Decimal(0)
    when = str(rule["ScheduleExpression"])
    minutes = 24 * 60 if when.startswith("cron(") else int(when.removeprefix("rate(").removesuffix(" minutes)"))
    calls = HOURS * 60 // minutes
    (target,) = rule["Targets"]
    memory = resources[target["Arn"]["Fn::GetAtt"][0]]["Properties"]["MemorySize"]
    seconds = (BASE_MS + SWEEP_SHARDS * REQUEST_MS) / 1000
    return (
        PRICES["lambda"].of(calls)
        + PRICES["lambda-time"].of(calls * seconds * memory / 1024)
        + PRICES["read"].of(calls * SWEEP_SHARDS / 2)  # half a unit: the index is not read consistently
    )
