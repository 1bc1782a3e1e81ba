"""Every place where something can be stuck, lost, refused or slow has an alarm, and all report to one topic.

An alarm's description says what it means and what to do; `docs/operations.md` says how.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anlass.metrics import NAMESPACE, Metric, dimensions
from aws_cdk import (
    Duration,
    Stack,
    aws_apigatewayv2,
    aws_cloudwatch,
    aws_cloudwatch_actions,
    aws_iam,
    aws_kms,
    aws_sns,
    aws_sns_subscriptions,
)
from constructs import Construct

from infra.functions import is_asynchronous
from infra.names import Names
from infra.sources import Sources
from infra.stage import Stage
from infra.topology import MAIL

FIVE_MINUTES = Duration.minutes(5)
LATE_SECONDS = 900  # a stream or a queue that is this far behind does not catch up by itself

ABOVE = aws_cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
BELOW = aws_cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD


class _Alarms:
    def __init__(self, scope: Construct, names: Names, topic: aws_sns.ITopic) -> None:
        self._scope = scope
        self._names = names
        self._action = aws_cloudwatch_actions.SnsAction(topic)

    def add(
        self,
        name: str,
        metric: aws_cloudwatch.IMetric,
        threshold: float,
        meaning: str,
        *,
        times: tuple[int, int] = (1, 1),
        comparison: aws_cloudwatch.ComparisonOperator = ABOVE,
        silence: aws_cloudwatch.TreatMissingData = aws_cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        """`times`: so many of so many periods."""
        alarm = aws_cloudwatch.Alarm(
            self._scope,
            f"Alarm-{name}",
            alarm_name=self._names.physical(name),
            alarm_description=meaning,
            metric=metric,
            threshold=threshold,
            datapoints_to_alarm=times[0],
            evaluation_periods=times[1],
            comparison_operator=comparison,
            treat_missing_data=silence,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)


def make_alarms(
    scope: Construct,
    names: Names,
    stage: Stage,
    key: aws_kms.IKey,
    api: aws_apigatewayv2.HttpApi,
    sources: Sources,
) -> aws_sns.Topic:
    """The topic that everything reports to."""
    topic = _topic(scope, names, stage, key)
    alarms = _Alarms(scope, names, topic)
    _on_failures_kept(alarms, names, sources)
    _on_delay(alarms, names)
    _on_functions(alarms, names)
    _on_throttling(alarms, names)
    _on_services(alarms, names, api, sources)
    _on_reputation(alarms, names)
    _on_counts(alarms, stage)
    return topic


def _topic(scope: Construct, names: Names, stage: Stage, key: aws_kms.IKey) -> aws_sns.Topic:
    topic = aws_sns.Topic(scope, "Alarms", topic_name=names.physical("alarms"), master_key=key, enforce_ssl=True)
    topic.add_subscription(aws_sns_subscriptions.EmailSubscription(stage.alarm_email))
    topic.add_to_resource_policy(
        aws_iam.PolicyStatement(
            sid="AlarmsAndBudgetsOfThisAccount",
            principals=[
                aws_iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                aws_iam.ServicePrincipal("budgets.amazonaws.com"),
            ],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}},
        )
    )
    return topic


def _on_failures_kept(alarms: _Alarms, names: Names, sources: Sources) -> None:
    for queue in names.dead_letter_queues:
        alarms.add(
            queue,
            metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": names.physical(queue)}, "Maximum"),
            1,
            f"Something failed for good and lies in {names.physical(queue)}. Mend the cause, then redrive the queue.",
        )
    for function, mapping in sources.streams.items():
        of_mapping = {"EventSourceMappingUUID": mapping.ref}
        alarms.add(
            f"{function}-records-kept",
            total(
                metric("AWS/Lambda", "OnFailureDestinationDeliveredEventCount", of_mapping),
                metric("AWS/Lambda", "DroppedEventCount", of_mapping),
            ),
            1,
            f"Records that {function} could not apply lie in the failures bucket. Mend the cause, then invoke redrive.",
        )
    unkept = [source.function for source in names.topology.streams] + [
        f.name for f in names.topology.functions if is_asynchronous(names.topology, f.name)
    ]
    for function in unkept:
        of_function = {"FunctionName": names.physical(function)}
        alarms.add(
            f"{function}-lost",
            total(
                metric("AWS/Lambda", "DestinationDeliveryFailures", of_function),
                metric("AWS/Lambda", "AsyncEventsDropped", of_function),
            ),
            1,
            f"What {function} could not do could not be kept either: its role may not write where it should be kept.",
        )


def _on_delay(alarms: _Alarms, names: Names) -> None:
    for source in names.topology.streams:
        alarms.add(
            f"{source.function}-late",
            metric("AWS/Lambda", "IteratorAge", {"FunctionName": names.physical(source.function)}, "Maximum"),
            LATE_SECONDS * 1000,
            f"{source.function} is a quarter of an hour behind its stream, which keeps a day. Look at its errors.",
            times=(2, 2),
        )
    for queue in names.topology.queues:
        alarms.add(
            f"{queue.name}-late",
            metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": names.physical(queue.name)}, "Maximum"),
            LATE_SECONDS,
            f"A message has waited a quarter of an hour in {queue.name}. Look at its function's errors and quotas.",
            times=(2, 2),
        )


def _on_functions(alarms: _Alarms, names: Names) -> None:
    for function in names.topology.functions:
        alarms.add(
            f"{function.name}-errors",
            metric("AWS/Lambda", "Errors", {"FunctionName": names.physical(function.name)}),
            1,
            f"{function.name} raised or ran out of time, twice in a quarter of an hour. Look at its log group.",
            times=(2, 3),
        )
    for rate in names.topology.rates:
        alarms.add(
            f"{rate.function}-silent",
            metric("AWS/Lambda", "Invocations", {"FunctionName": names.physical(rate.function)}),
            1,
            f"{rate.function} was not called for a quarter of an hour: its rule is off, or the account is throttled.",
            times=(3, 3),
            comparison=BELOW,
            silence=aws_cloudwatch.TreatMissingData.BREACHING,
        )


def _on_throttling(alarms: _Alarms, names: Names) -> None:
    alarms.add(
        "lambda-throttled",
        # The limit is the account's, so it does not matter which function met it.
        metric("AWS/Lambda", "Throttles", {}),
        10,
        "The account's concurrent executions are used up. Raise the quota (docs/deploy.md).",
        times=(2, 3),
    )
    for table in names.topology.tables:
        of_table = {"TableName": names.physical(table.name)}
        alarms.add(
            f"{table.name}-throttled",
            total(
                metric("AWS/DynamoDB", "ReadThrottleEvents", of_table),
                metric("AWS/DynamoDB", "WriteThrottleEvents", of_table),
            ),
            10,
            f"The table {table.name} is throttled: one profile's partition is too hot, or the table's quota is met.",
            times=(2, 3),
        )
    alarms.add(
        "executions-throttled",
        metric("AWS/States", "ExecutionThrottled", {"StateMachineArn": names.machine_arn()}),
        10,
        "Step Functions throttles StartExecution or transitions. Raise the quota (docs/deploy.md).",
        times=(2, 3),
    )
    alarms.add(
        "schedules-throttled",
        metric("AWS/Scheduler", "InvocationThrottleCount", _group(names)),
        10,
        "EventBridge Scheduler rings slower than asked. Raise its invocations quota (docs/deploy.md).",
        times=(2, 3),
    )


def _on_services(alarms: _Alarms, names: Names, api: aws_apigatewayv2.HttpApi, sources: Sources) -> None:
    alarms.add(
        "api-unavailable",
        metric("AWS/ApiGateway", "5xx", {"ApiId": api.api_id}),
        5,
        "The API answers 5xx, so the SDKs keep events and come again. Look at ingest_event and serve_page.",
        times=(2, 3),
    )
    alarms.add(
        "executions-failed",
        total(
            *(
                metric("AWS/States", name, {"StateMachineArn": names.machine_arn()})
                for name in ("ExecutionsFailed", "ExecutionsAborted", "ExecutionsTimedOut")
            )
        ),
        1,
        "An execution ended without its enrolment. The sweeper takes the enrolment up; look at its last attempt.",
    )
    alarms.add(
        "schedules-dropped",
        total(
            metric("AWS/Scheduler", "InvocationDroppedCount", _group(names)),
            metric("AWS/Scheduler", "InvocationsFailedToBeSentToDeadLetterCount", _group(names)),
        ),
        1,
        "A schedule could not deliver in a day. The sweeper finds the row; look at the calendar's role and queues.",
    )
    for rule in sources.rules:
        of_rule = {"RuleName": rule.rule_name}
        alarms.add(
            f"{rule.node.id.removeprefix('Rule-')}-undelivered",
            total(
                metric("AWS/Events", "FailedInvocations", of_rule),
                metric("AWS/Events", "InvocationsFailedToBeSentToDlq", of_rule),
            ),
            1,
            "EventBridge could not call the rule's function. Look at its permission and at the queue async-dead.",
        )


def _on_reputation(alarms: _Alarms, names: Names) -> None:
    of_set = {"ses:configuration-set": names.physical(MAIL)}
    rates = (
        (
            "complaints-warn",
            "Reputation.ComplaintRate",
            0.001,
            "One recipient in a thousand complains. Look who they are.",
        ),
        ("complaints-stop", "Reputation.ComplaintRate", 0.003, "Mailbox providers block from here on. Stop marketing."),
        (
            "bounces",
            "Reputation.BounceRate",
            0.05,
            "One mail in twenty bounces; SES reviews from here on. Clean the list.",
        ),
    )
    for name, rate, threshold, meaning in rates:
        alarms.add(name, metric("AWS/SES", rate, of_set, "Average", Duration.hours(1)), threshold, meaning)


def _on_counts(alarms: _Alarms, stage: Stage) -> None:
    counts: tuple[tuple[str, Metric, int, str], ...] = (
        (
            "intake-unavailable",
            "IntakeUnavailable",
            1,
            "The intake answered 503; the SDKs come again. Look at its log.",
        ),
        ("quarantined", "Quarantined", 1, "Enrolments failed five times and rest. See docs/operations.md."),
        ("messages-unknown", "MessagesUnknown", 1, "SES did not answer whether it took a mail. Its report settles it."),
        (
            "messages-failed",
            "MessagesFailed",
            1,
            "Mails could not be rendered, or SES refused them. The sends say why.",
        ),
        ("messages-not-taken", "MessagesNotTaken", 10, "SES takes no mails: throttled, paused or suspended."),
        (
            "rows-past-time",
            "RowsPastTime",
            50,
            "The sweeper does what queues and schedules should have done. Look at both.",
        ),
    )
    for name, counted, threshold, meaning in counts:
        alarms.add(name, own(counted, stage.name), threshold, meaning)


def metric(
    namespace: str,
    name: str,
    of: Mapping[str, str],
    statistic: str = "Sum",
    period: Duration = FIVE_MINUTES,
) -> aws_cloudwatch.Metric:
    return aws_cloudwatch.Metric(
        namespace=namespace, metric_name=name, dimensions_map=dict(of), statistic=statistic, period=period
    )


def own(name: Metric, stage: str) -> aws_cloudwatch.Metric:
    """A metric that the functions write themselves."""
    return metric(NAMESPACE, name, dimensions(stage))


def total(*metrics: aws_cloudwatch.Metric) -> aws_cloudwatch.MathExpression:
    """Their sum; one that says nothing counts as 0."""
    parts: Sequence[str] = [f"FILL(m{number}, 0)" for number in range(len(metrics))]
    return aws_cloudwatch.MathExpression(
        expression=" + ".join(parts),
        using_metrics={f"m{number}": each for number, each in enumerate(metrics)},
        period=FIVE_MINUTES,
    )


def _group(names: Names) -> dict[str, str]:
    return {"ScheduleGroup": names.physical(names.topology.schedule_group)}
