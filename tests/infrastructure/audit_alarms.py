"""Alarms that ring, somebody who hears them, and what everything else than a delivery must be watched for."""

from __future__ import annotations

import json
from collections.abc import Iterator

from anlass.metrics import NAMESPACE, Metric, dimensions

from tests.infrastructure.audit_stack import ACCOUNT, Resource, Stack, listed

TROUBLE: tuple[tuple[Metric, int], ...] = (  # what the functions count and somebody must look at, from how many on
    ("IntakeUnavailable", 1),
    ("Quarantined", 1),
    ("SetAside", 1),
    ("MessagesUnknown", 1),
    ("MessagesFailed", 1),
    ("MessagesNotTaken", 10),
    ("MessagesUnsettled", 1),
    ("ComplaintsHigh", 1),
    ("ComplaintsTooHigh", 1),
    ("BrakeOn", 1),
    ("WebhooksFailed", 1),
    ("WebhooksAgain", 10),
    ("SubscriptionsRequested", 100),
    ("RowsPastTime", 50),
)
_DIMENSIONS = {  # by metric's dimension: the type whose resource it must name
    "QueueName": "SQS::Queue",
    "FunctionName": "Lambda::Function",
    "TableName": "DynamoDB::Table",
    "RuleName": "Events::Rule",
    "ScheduleGroup": "Scheduler::ScheduleGroup",
    "ses:configuration-set": "SES::ConfigurationSet",
}
_REPORTING = {"cloudwatch.amazonaws.com", "budgets.amazonaws.com"}
_WITH_THE_KEY = _REPORTING | {"events.amazonaws.com"}  # keeps in async-dead what it could not deliver


def alarms_ring(stack: Stack) -> Iterator[str]:
    topics = {stack.arn(topic) for topic in stack.all("SNS::Topic")}
    for alarm in stack.all("CloudWatch::Alarm"):
        if alarm.at("ActionsEnabled") is False or set(listed(alarm.at("AlarmActions"))) != topics:
            yield f"{alarm} tells nobody"
        if set(listed(alarm.at("OKActions"))) != topics:
            yield f"{alarm} does not say when it is over"
        if len(str(alarm.at("AlarmDescription") or "")) < 40:
            yield f"{alarm} does not say what it means"
        if not isinstance(alarm.at("Threshold"), int | float) or not alarm.at("ComparisonOperator"):
            yield f"{alarm} has no threshold"
        if alarm.at("TreatMissingData") not in ("breaching", "notBreaching"):
            yield f"{alarm} does not know what silence means"
        times, periods = alarm.at("DatapointsToAlarm"), alarm.at("EvaluationPeriods")
        if not (isinstance(times, int) and isinstance(periods, int) and 1 <= times <= periods <= 3):
            yield f"{alarm} waits too long"
        yield from _looks_at_something(stack, alarm)


def _looks_at_something(stack: Stack, alarm: Resource) -> Iterator[str]:
    parts = listed(alarm.at("Metrics"))
    metrics = [each.get("MetricStat", {}) for each in parts if "Expression" not in each]
    periods = [each.get("Period") for each in metrics] or [alarm.at("Period")]
    longest = 3600 if "Reputation" in str(alarm.at("MetricName")) else 43_200 if _is_daily(stack, alarm) else 300
    if any(period not in range(60, longest + 1) for period in periods):
        yield f"{alarm} adds up over too long a time"
    if len(alarm.signals) != max(1, len(metrics)) or any(not each.get("Id") for each in parts):
        yield f"{alarm} does not look at all of its metrics"
    if len(metrics) == 1 or any("None" in (each.namespace, each.metric, each.statistic) for each in alarm.signals):
        yield f"{alarm} adds up something that is not there"
    added = [str(each["Expression"]) for each in parts if "Expression" in each and "IF(" not in str(each["Expression"])]
    kinds = {(each.namespace, each.statistic) for each in alarm.signals}
    if any(each != " + ".join(f"FILL(m{n}, 0)" for n in range(len(metrics))) for each in added) or len(kinds) > 2:
        yield f"{alarm} does not add up all of its metrics"
    if added and len(kinds) > 1:
        yield f"{alarm} adds up what does not belong together"
    for signal in alarm.signals:
        for key, value in signal.dimensions:
            if key in _DIMENSIONS and stack.named(value, _DIMENSIONS[key]) is None:
                yield f"{alarm} looks at {value}, which is not there"
            if str(value).startswith("${") and value[2:-1] not in stack.resources:
                yield f"{alarm} looks at {value}, which is not there"
            if key == "StateMachineArn" and stack.by_arn(value, "StepFunctions::StateMachine") is None:
                yield f"{alarm} looks at {value}, which is not there"


def _is_daily(stack: Stack, alarm: Resource) -> bool:
    """Whether it waits for a call that comes once a day."""
    daily = [rule for rule in stack.all("Events::Rule") if str(rule.at("ScheduleExpression")).startswith("cron(")]
    called = [stack.by_arn(t.get("Arn"), "Lambda::Function") for rule in daily for t in listed(rule.at("Targets"))]
    names = {function.name for function in called if function is not None}
    watched = {value for signal in alarm.signals for key, value in signal.dimensions if key == "FunctionName"}
    return alarm.at("MetricName") == "Invocations" and watched <= names


def somebody_hears_alarms(stack: Stack) -> Iterator[str]:
    topics = stack.all("SNS::Topic")
    if not topics:
        yield "alarms have no topic"
    for topic in topics:
        arn = stack.arn(topic)
        subscribed = [each for each in stack.all("SNS::Subscription") if each.at("TopicArn") == arn]
        if not any(each.at("Protocol") == "email" and each.at("Endpoint") for each in subscribed):
            yield f"nobody has subscribed to {topic}"
        if stack.by_arn(topic.at("KmsMasterKeyId"), "KMS::Key") is None:
            yield f"{topic} is not encrypted with the stack's key"
        policies = [each for each in stack.all("SNS::TopicPolicy") if arn in listed(each.at("Topics"))]
        said = [each for policy in policies for each in policy.statements if arn in listed(each.get("Resource"))]
        may = {service for each in said if each.get("Effect") == "Allow" for service in _services(each, "sns:Publish")}
        if not may >= _REPORTING:
            yield f"{topic} does not let {_REPORTING - may} publish for this account"
        if not any(
            each.get("Effect") == "Deny"
            and each.get("Principal") in ("*", {"AWS": "*"})
            and each.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            and "sns:Publish" in listed(each.get("Action"))
            for each in said
        ):
            yield f"{topic} takes what comes unencrypted"
        yield from _key_of(stack, topic)


def _key_of(stack: Stack, topic: Resource) -> Iterator[str]:
    key = stack.by_arn(topic.at("KmsMasterKeyId"), "KMS::Key")
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        may = {service for each in (key.statements if key else ()) for service in _services(each, action)}
        if not may >= _WITH_THE_KEY:
            yield f"the key does not let {_WITH_THE_KEY - may} {action}, so they cannot report to {topic}"


def _services(statement: dict[str, object], action: str) -> list[str]:
    """Who may do it, if only for this account."""
    principal = statement.get("Principal")
    bound = statement.get("Condition") == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    allowed = statement.get("Effect") == "Allow" and action in listed(statement.get("Action"))
    return listed(principal.get("Service")) if isinstance(principal, dict) and bound and allowed else []


def services_are_watched(stack: Stack) -> Iterator[str]:
    yield from stack.unwatched("AWS/Lambda", "Throttles", {}, 10)
    for table in stack.all("DynamoDB::Table"):
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
            yield from stack.unwatched("AWS/DynamoDB", metric, {"TableName": table.name}, 10)
        for index in listed(table.at("GlobalSecondaryIndexes")):
            of = {"TableName": table.name, "GlobalSecondaryIndexName": str(index.get("IndexName"))}
            yield from stack.unwatched("AWS/DynamoDB", "WriteThrottleEvents", of, 10)
    for call in ("StartExecution", "SendTaskSuccess"):
        yield from stack.unwatched("AWS/States", "ThrottledEvents", {"APIName": call}, 10)
    for machine in stack.all("StepFunctions::StateMachine"):
        of = {"StateMachineArn": stack.arn(machine)}
        for metric, limit in (
            ("ExecutionThrottled", 10),
            ("ExecutionsFailed", 1),
            ("ExecutionsAborted", 1),
            ("ExecutionsTimedOut", 1),
        ):
            yield from stack.unwatched("AWS/States", metric, of, limit)
    groups = stack.all("Scheduler::ScheduleGroup")
    if not groups:
        yield "schedules have no group of their own"
    for group in groups:
        of = {"ScheduleGroup": group.name}
        for metric, limit in (
            ("InvocationThrottleCount", 10),
            ("InvocationDroppedCount", 1),
            ("InvocationsFailedToBeSentToDeadLetterCount", 1),
        ):
            yield from stack.unwatched("AWS/Scheduler", metric, of, limit)


def the_reputation_is_watched(stack: Stack) -> Iterator[str]:
    for mail in stack.all("SES::ConfigurationSet"):
        of = {"ses:configuration-set": mail.name}
        yield from stack.unwatched("AWS/SES", "Reputation.ComplaintRate", of, 0.001, "Average")
        yield from stack.unwatched("AWS/SES", "Reputation.BounceRate", of, 0.05, "Average")
        alarms = stack.alarms_on("AWS/SES", "Reputation.ComplaintRate", of)
        if sorted(alarm.at("Threshold") or 0 for alarm in alarms) != [0.001, 0.003]:
            yield "complaints must warn at one in a thousand and again at three"
        if any(alarm.at("ComparisonOperator") != "GreaterThanOrEqualToThreshold" for alarm in alarms):
            yield "complaints must warn when there are many, not few"


def trouble_is_watched(stack: Stack) -> Iterator[str]:
    of = dimensions(stack.stage.name)
    for metric, limit in TROUBLE:
        yield from stack.unwatched(NAMESPACE, metric, of, limit)


def refused_requests_are_watched(stack: Stack) -> Iterator[str]:
    """HTTP APIs have no metric of 429: it is read from the access log."""
    for stage in stack.all("ApiGatewayV2::Stage"):
        log = stack.by_arn(stage.at("AccessLogSettings", "DestinationArn"), "Logs::LogGroup")
        filters = [each for each in stack.all("Logs::MetricFilter") if log and each.at("LogGroupName") == log.name]
        if [each.at("FilterPattern") for each in filters] != ['{ $.status = "429" }']:
            yield f"nobody counts the requests that {stage.id} refuses"
        of = dimensions(stack.stage.name)
        fields = {name: f"$.{name}" for name in of}
        said = json.loads(stage.at("AccessLogSettings", "Format") or "{}")
        if said.get("status") != "$context.status" or any(said.get(name) != value for name, value in of.items()):
            yield f"the access log of {stage.id} does not say what its filter looks for"
        for each in filters:
            if not str(each.at("FilterName")).strip() or each.at("FilterName") is None:
                yield f"{each.id} has no name"
            for counted in listed(each.at("MetricTransformations")) or [{}]:
                kept = {d.get("Key"): d.get("Value") for d in listed(counted.get("Dimensions"))}
                if (counted.get("MetricValue"), counted.get("MetricNamespace"), kept) != ("1", NAMESPACE, fields):
                    yield f"{each.id} does not count one for each request"
                yield from stack.unwatched(NAMESPACE, str(counted.get("MetricName")), of, 100)


def costs_are_watched(stack: Stack) -> Iterator[str]:
    topics = {stack.arn(topic) for topic in stack.all("SNS::Topic")}
    budgets = stack.all("Budgets::Budget")
    if not budgets:
        yield "no budget says what the account may cost"
    for budget in budgets:
        limit = budget.at("Budget", "BudgetLimit") or {}
        if limit != {"Amount": stack.stage.monthly_budget_usd, "Unit": "USD"}:
            yield f"the budget's limit is {limit}"
        if (budget.at("Budget", "BudgetType"), budget.at("Budget", "TimeUnit")) != ("COST", "MONTHLY"):
            yield "the budget is not of a month's costs"
        told = set()
        for each in listed(budget.at("NotificationsWithSubscribers")):
            when = each.get("Notification", {})
            heard = {
                who.get("Address") for who in listed(each.get("Subscribers")) if who.get("SubscriptionType") == "SNS"
            }
            if heard == topics and when.get("ComparisonOperator") == "GREATER_THAN":
                told.add((when.get("NotificationType"), when.get("Threshold")))
        policies = {policy.id for policy in stack.all("SNS::TopicPolicy")}
        if not policies <= set(listed(budget.attributes.get("DependsOn"))):
            yield "the budget does not wait for the right to report"
        if told != {("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)}:
            yield f"the budget warns at {told} only"


RULES = (
    alarms_ring,
    somebody_hears_alarms,
    services_are_watched,
    the_reputation_is_watched,
    trouble_is_watched,
    refused_requests_are_watched,
    costs_are_watched,
)
