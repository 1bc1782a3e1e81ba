"""One page of what flows, what waits and what fails, from the door to the mailbox."""

from __future__ import annotations

from anlass.metrics import Metric
from aws_cdk import Duration, aws_apigatewayv2, aws_cloudwatch
from constructs import Construct

from infra.metrics import metric, own
from infra.names import Names
from infra.topology import JOURNEY, MAIL, SELECT, TRACKED

WIDTH = 8  # of 24
EXECUTIONS = ("ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed")


def make_dashboard(scope: Construct, names: Names, api: aws_apigatewayv2.HttpApi) -> None:
    topology, of_api = names.topology, {"ApiId": api.api_id}

    def of_functions(
        name: str, statistic: str = "Sum", functions: tuple[str, ...] | None = None
    ) -> list[aws_cloudwatch.IMetric]:
        wanted = functions or tuple(function.name for function in topology.functions)
        return [
            metric("AWS/Lambda", name, {"FunctionName": names.physical(each)}, statistic).with_(label=each)
            for each in wanted
        ]

    def of_queues(name: str, queues: tuple[str, ...]) -> list[aws_cloudwatch.IMetric]:
        return [
            metric("AWS/SQS", name, {"QueueName": names.physical(each)}, "Maximum").with_(label=each) for each in queues
        ]

    machine = {"StateMachineArn": names.machine_arn(JOURNEY)}
    selecting = {"StateMachineArn": names.machine_arn(SELECT)}
    mails = [{"ses:configuration-set": names.physical(name)} for name in (MAIL, TRACKED)]
    queues = tuple(queue.name for queue in topology.queues)
    streams = tuple(source.function for source in topology.streams)
    stage = names.stage
    rows = (
        (
            _graph("Requests", [metric("AWS/ApiGateway", m, of_api) for m in ("Count", "4xx", "5xx")]),
            _graph("Events", _own(stage, "EventsAccepted", "EventsRejected", "NotApplied", "AskedTooOften")),
            _graph("Milliseconds to answer", [metric("AWS/ApiGateway", "Latency", of_api, p) for p in ("p50", "p99")]),
        ),
        (
            _graph("Behind the streams, ms", of_functions("IteratorAge", "Maximum", streams)),
            _graph("Oldest message in the queues, s", of_queues("ApproximateAgeOfOldestMessage", queues)),
            _graph("Messages in the queues", of_queues("ApproximateNumberOfMessagesVisible", queues)),
        ),
        (
            _graph("Enrolments", _own(stage, "Enrolled", "Quarantined", "RowsPastTime", "ContentRefused")),
            _graph(
                "Executions",
                [metric("AWS/States", m, machine) for m in EXECUTIONS],
            ),
            _graph(
                "Messages",
                _own(
                    stage,
                    "MessagesSent",
                    "MessagesSkipped",
                    "MessagesDeferred",
                    "MessagesFailed",
                    "MessagesUnknown",
                    "MessagesNotTaken",
                ),
            ),
        ),
        (
            _graph("What SES reports", _own(stage, "Delivered", "Bounced", "Complained", "BrakeOn")),
            _graph(
                "Reputation",
                [
                    metric("AWS/SES", f"Reputation.{rate}", mail, "Average", Duration.hours(1))
                    for mail in mails
                    for rate in ("BounceRate", "ComplaintRate")
                ],
            ),
            _graph(
                "Failed for good", of_queues("ApproximateNumberOfMessagesVisible", names.topology.dead_letter_queues)
            ),
        ),
        (
            _graph("Errors of functions", of_functions("Errors")),
            _graph("Throttled", [*of_functions("Throttles"), metric("AWS/States", "ExecutionThrottled", machine)]),
            _graph("Milliseconds of functions, p99", of_functions("Duration", "p99")),
        ),
        (
            _graph("Webhooks", _own(stage, "WebhooksDone", "WebhooksAgain", "WebhooksFailed")),
            _graph("Selections", [metric("AWS/States", m, selecting) for m in EXECUTIONS]),
        ),
    )
    aws_cloudwatch.Dashboard(
        scope,
        "Dashboard",
        dashboard_name=names.physical("flow"),
        default_interval=Duration.hours(12),
        widgets=[list(row) for row in rows],
    )


def _own(stage: str, *counted: Metric) -> list[aws_cloudwatch.IMetric]:
    return [own(each, stage) for each in counted]


def _graph(title: str, metrics: list[aws_cloudwatch.IMetric]) -> aws_cloudwatch.GraphWidget:
    return aws_cloudwatch.GraphWidget(title=title, left=metrics, width=WIDTH)
