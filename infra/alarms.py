"""Every place where something can be stuck, lost, refused or slow has an alarm, and all report to one topic.

An alarm's description says what it means and what to do; `docs/operations.md` says how.
"""

from __future__ import annotations

from anlass.metrics import NAMESPACE, Metric, dimensions
from aws_cdk import (
    Duration,
    aws_apigatewayv2,
    aws_cloudwatch,
    aws_cloudwatch_actions,
    aws_sns,
)
from constructs import Construct

from infra.api import REQUESTS_THROTTLED
from infra.metrics import FIVE_MINUTES, formula, metric, own, total
from infra.names import Names
from infra.sources import Sources
from infra.topology import JOURNEY, MAIL, SELECT, TRACKED

# Services report their counts when they can: a count that comes late is still found in one of three periods.
LATE_DATA = (1, 3)
RARE = (
    "quarantine_enrolment",
    "redrive",
    "rotate_links",
    "set_brake",
)  # called so seldom that one error is all there will be
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
    scope: Construct, names: Names, api: aws_apigatewayv2.HttpApi, sources: Sources, topic: aws_sns.ITopic
) -> None:
    alarms = _Alarms(scope, names, topic)
    _on_failures_kept(alarms, names, sources)
    _on_delay(alarms, names)
    _on_standstill(alarms, names, sources)
    _on_functions(alarms, names)
    _on_throttling(alarms, names)
    _on_services(alarms, names, api, sources)
    _on_reputation(alarms, names)
    _on_counts(alarms, names)


def _on_failures_kept(alarms: _Alarms, names: Names, sources: Sources) -> None:
    for queue in names.topology.dead_letter_queues:
        alarms.add(
            queue,
            metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": names.physical(queue)}, "Maximum"),
            1,
            f"Something failed for good and lies in {names.physical(queue)}. Mend the cause, then redrive the queue.",
        )
    for reader, mapping in sources.streams.items():
        of_mapping = {"EventSourceMappingUUID": mapping.ref}
        alarms.add(
            f"{reader}-records-kept",
            total(
                metric("AWS/Lambda", "OnFailureDestinationDeliveredEventCount", of_mapping),
                metric("AWS/Lambda", "DroppedEventCount", of_mapping),
            ),
            1,
            f"Records that {reader} could not apply lie in the failures bucket. Mend the cause, then invoke redrive.",
            times=LATE_DATA,
        )
    for function in names.topology.functions:
        of_function = {"FunctionName": names.physical(function.name)}
        unkept = metric("AWS/Lambda", "DestinationDeliveryFailures", of_function)
        dropped = metric("AWS/Lambda", "AsyncEventsDropped", of_function)
        meaning = f"What {function.name} could not do could not be kept either: look at its role and at async-dead."
        if function.name in sources.streams:
            alarms.add(f"{function.name}-lost", unkept, 1, meaning, times=LATE_DATA)
        elif names.topology.is_asynchronous(function.name):
            alarms.add(f"{function.name}-lost", total(unkept, dropped), 1, meaning, times=LATE_DATA)


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


def _on_standstill(alarms: _Alarms, names: Names, sources: Sources) -> None:
    """A mapping that is off or may not read says nothing at all: its delay is only told when its function is called."""
    (taken_in,) = (f.function for f in names.topology.streams if f.table == "events")
    polled = metric("AWS/Lambda", "PolledEventCount", {"EventSourceMappingUUID": sources.streams[taken_in].ref})
    alarms.add(
        f"{taken_in}-standstill",
        formula("IF(FILL(m0, 0) > 0 AND FILL(m1, 0) < 1, 1, 0)", own("EventsAccepted", names.stage), polled),
        1,
        f"Events are taken in, and {taken_in} reads none: look at its mapping's state, its role and the key.",
        times=(3, 3),
    )

    # Reports that match no rule, or carry no tag of ours, look just as quiet as no reports at all.
    sent_and_reported: tuple[Metric, ...] = ("MessagesSent", "Delivered", "Bounced", "Complained")
    alarms.add(
        "feedback-standstill",
        formula(
            "IF(FILL(m0, 0) > 0 AND FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) < 1, 1, 0)",
            *(own(each, names.stage) for each in sent_and_reported),
        ),
        1,
        "Mails leave, and SES reports of none what became of it: look at its event destination and at the rule.",
        times=(3, 3),
    )


def _on_functions(alarms: _Alarms, names: Names) -> None:
    for function in names.topology.functions:
        errors = metric("AWS/Lambda", "Errors", {"FunctionName": names.physical(function.name)})
        if function.name in RARE:
            meaning = f"{function.name} raised or ran out of time. Look at its log group."
            alarms.add(f"{function.name}-errors", errors, 1, meaning)
        else:
            meaning = (
                f"{function.name} raised or ran out of time, twice in a quarter of an hour. Look at its log group."
            )
            alarms.add(f"{function.name}-errors", errors, 1, meaning, times=(2, 3))
    for rate in names.topology.rates:
        is_daily = rate.every_seconds >= 86_400
        period, since = (Duration.hours(12), "a day") if is_daily else (FIVE_MINUTES, "a quarter of an hour")
        alarms.add(
            f"{rate.function}-silent",
            metric("AWS/Lambda", "Invocations", {"FunctionName": names.physical(rate.function)}, period=period),
            1,
            f"{rate.function} was not called for {since}: its rule is off, or the account is throttled.",
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
                # A full index throttles the table's writes, and reports under its own name.
                *(
                    metric("AWS/DynamoDB", "WriteThrottleEvents", {**of_table, "GlobalSecondaryIndexName": index.name})
                    for index in table.indexes
                ),
            ),
            10,
            f"The table {table.name} is throttled: one profile's partition is too hot, or the table's quota is met.",
            times=(2, 3),
        )
    alarms.add(
        "executions-throttled",
        total(
            *(
                metric("AWS/States", "ExecutionThrottled", {"StateMachineArn": names.machine_arn(machine.name)})
                for machine in names.topology.machines
            ),
            metric("AWS/States", "ThrottledEvents", {"APIName": "StartExecution"}),
            metric("AWS/States", "ThrottledEvents", {"APIName": "SendTaskSuccess"}),
        ),
        10,
        "Step Functions throttles starts, wakes or transitions. Raise the quota (docs/deploy.md).",
        times=(2, 3),
    )
    alarms.add(
        "requests-throttled",
        metric(NAMESPACE, REQUESTS_THROTTLED, dimensions(names.stage)),
        100,
        "The API answers 429; the SDKs come again. Raise requests_per_second in cdk.json, or find who floods it.",
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
    for machine, name, meaning in (
        (
            JOURNEY,
            "executions-failed",
            "An execution ended without its enrolment. The sweeper takes the enrolment up; look at its last attempt.",
        ),
        (
            SELECT,
            "selections-failed",
            "People were not selected to the end. Mend the cause, then redrive the execution (docs/operations.md).",
        ),
    ):
        of_machine = {"StateMachineArn": names.machine_arn(machine)}
        ends = ("ExecutionsFailed", "ExecutionsAborted", "ExecutionsTimedOut")
        alarms.add(name, total(*(metric("AWS/States", end, of_machine) for end in ends)), 1, meaning, times=LATE_DATA)
    alarms.add(
        "schedules-dropped",
        total(
            metric("AWS/Scheduler", "InvocationDroppedCount", _group(names)),
            metric("AWS/Scheduler", "InvocationsFailedToBeSentToDeadLetterCount", _group(names)),
        ),
        1,
        "A schedule could not deliver in a day. The sweeper finds the row; look at the calendar's role and queues.",
        times=LATE_DATA,
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
            times=LATE_DATA,
        )


def _on_reputation(alarms: _Alarms, names: Names) -> None:
    for configuration_set, suffix in ((MAIL, ""), (TRACKED, "-tracked")):
        _on_reputation_of({"ses:configuration-set": names.physical(configuration_set)}, suffix, alarms)


def _on_reputation_of(of_set: dict[str, str], suffix: str, alarms: _Alarms) -> None:
    for name, rate, threshold, meaning in (
        ("complaints-warn", "ComplaintRate", 0.001, "One recipient in a thousand complains. Find out which mails."),
        ("complaints-stop", "ComplaintRate", 0.003, "Mailbox providers block from here on; see `anlass brake`."),
        ("bounces", "BounceRate", 0.05, "One mail in twenty bounces; SES reviews from here on. Clean the list."),
    ):
        reputation = metric("AWS/SES", f"Reputation.{rate}", of_set, "Average", Duration.hours(1))
        alarms.add(f"{name}{suffix}", reputation, threshold, meaning)


_COUNTED: tuple[tuple[Metric, str, int, str], ...] = (
    ("IntakeUnavailable", "intake-unavailable", 1, "The intake answered 503; the SDKs come again. Look at its log."),
    ("SetAside", "set-aside", 1, "Nobody can apply an event: see the log of match_events, and docs/operations.md."),
    ("Quarantined", "quarantined", 1, "Enrolments failed five times and rest. See docs/operations.md."),
    ("MessagesUnknown", "messages-unknown", 1, "SES did not say whether it took a mail. Its report settles it."),
    ("MessagesUnsettled", "messages-unsettled", 1, "Nobody knows whether SMS left, a day later. Look at their sends."),
    ("ComplaintsHigh", "complaints-high", 1, "More than one mail in a thousand is called spam. Find out which."),
    ("ComplaintsTooHigh", "complaints-too-high", 1, "More than three mails in a thousand are called spam: they wait."),
    ("BrakeOn", "brake-on", 1, "Marketing mails wait until the brake is lifted: see docs/operations.md."),
    ("MessagesFailed", "messages-failed", 1, "Mails could not be rendered, or SES refused them. The sends say why."),
    ("MessagesNotTaken", "messages-not-taken", 10, "SES takes no mails: throttled, paused or suspended."),
    ("WebhooksFailed", "webhooks-failed", 1, "A webhook was given up. Logs of call_webhook or its maker say why."),
    ("WebhooksAgain", "webhooks-not-taken", 10, "The shop takes no webhooks; they come again for three days."),
    ("SubscriptionsRequested", "sign-ups-flooded", 100, "Somebody signs up strangers? See docs/operations.md."),
    ("RowsPastTime", "rows-past-time", 50, "The sweeper does what queues and schedules should do. Look at both."),
)


def _on_counts(alarms: _Alarms, names: Names) -> None:
    for counted, name, threshold, meaning in _COUNTED:
        alarms.add(name, own(counted, names.stage), threshold, meaning)


def _group(names: Names) -> dict[str, str]:
    return {"ScheduleGroup": names.physical(names.topology.schedule_group)}
