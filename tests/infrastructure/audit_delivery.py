"""Nothing on its way may be lost unseen: queues, streams, rules, and what is invoked without anybody waiting."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from anlass.metrics import NAMESPACE, dimensions

from tests.infrastructure.audit_stack import ACCOUNT, Grant, Resource, Stack, listed

DEAD_SECONDS = 14 * 86_400  # the longest that SQS keeps a message
LATE_SECONDS = 3600
PARTIAL = ["ReportBatchItemFailures"]
REQUESTS = {"wake", "start", "send", "call", "erase", "schedule"}  # what a row can ask for


def dead_letter_places(stack: Stack) -> Iterator[str]:
    for queue in stack.all("SQS::Queue"):
        if stack.arn(queue) not in _dead(stack):
            continue
        yield from stack.unwatched(
            "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue.name}, 1, "Maximum"
        )
        if queue.at("MessageRetentionPeriod") != DEAD_SECONDS:
            yield f"{queue} keeps what failed for less than fourteen days"
    if not any(queue.name.endswith("calendar-dead") for queue in stack.all("SQS::Queue")):
        yield "there is no queue for what a schedule could not deliver"


def _dead(stack: Stack) -> set[str]:
    """The ARNs of queues that keep what failed. Schedules are made at run time: their queue is known by its name."""
    found = {stack.arn(queue) for queue in stack.all("SQS::Queue") if queue.name.endswith("-dead")}
    found |= {queue.at("RedrivePolicy", "deadLetterTargetArn") for queue in stack.all("SQS::Queue")}
    found |= {target.get("DeadLetterConfig", {}).get("Arn") for _, target in _targets(stack)}
    found |= {
        each.at("DestinationConfig", "OnFailure", "Destination") for each in stack.all("Lambda::EventInvokeConfig")
    }
    return found - {None}


def queues_are_read_and_fail_into_another(stack: Stack) -> Iterator[str]:
    read = {mapping.at("EventSourceArn") for mapping in _mappings(stack, "sqs")}
    for queue in stack.all("SQS::Queue"):
        arn = stack.arn(queue)
        if arn in _dead(stack):
            if arn in read:
                yield f"{queue} keeps what failed, and yet somebody reads it"
            continue
        if arn not in read:
            yield f"nobody reads {queue}"
        if stack.by_arn(queue.at("RedrivePolicy", "deadLetterTargetArn"), "SQS::Queue") is None:
            yield f"{queue} has no dead-letter queue"
        if queue.at("MessageRetentionPeriod") not in range(86_400, DEAD_SECONDS + 1):
            yield f"{queue} does not say how long it keeps a message"
        if queue.at("RedrivePolicy", "maxReceiveCount") not in range(3, 101):
            yield f"{queue} does not give up between the 3rd and the 100th time"
        yield from stack.unwatched(
            "AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": queue.name}, LATE_SECONDS, "Maximum"
        )


def queue_mappings(stack: Stack) -> Iterator[str]:
    for mapping in _mappings(stack, "sqs"):
        queue = stack.by_arn(mapping.at("EventSourceArn"), "SQS::Queue")
        function = stack.by_arn(mapping.at("FunctionName"), "Lambda::Function")
        if queue is None or function is None:
            yield f"{mapping.id} leads from nowhere or to nowhere"
            continue
        yield from _any_mapping(mapping, 10)
        if mapping.at("ScalingConfig", "MaximumConcurrency") not in range(2, 1001):
            yield f"{mapping.id} may use all of the account's concurrency"
        visible, limit = queue.at("VisibilityTimeout"), function.at("Timeout")
        if not (isinstance(visible, int) and isinstance(limit, int) and visible > limit):
            yield f"{queue} shows a message again while {function} still works on it"
        yield from stack.may(
            function, stack.arn(queue), "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"
        )


def streams_are_read(stack: Stack) -> Iterator[str]:
    read = defaultdict(list)
    for mapping in _mappings(stack, "dynamodb"):
        read[mapping.at("EventSourceArn")].append(mapping)
    for table in stack.all("DynamoDB::Table"):
        readers = read.pop(f"{stack.arn(table)}/stream", [])
        if bool(readers) != bool(table.at("StreamSpecification", "StreamViewType")):
            yield f"{table} has a stream that nobody reads, or a reader without a stream"
        if len(readers) > 2:
            yield f"{table} has more than the two readers that a stream serves"
        asked = [kind for mapping in readers for kind in _requests(mapping)]
        if len(readers) > 1 and sorted(asked) != sorted(REQUESTS):
            yield f"the readers of {table} share {sorted(asked)} between them, not {sorted(REQUESTS)} once each"
    yield from (f"{arn} is read and is no stream" for arn in read)


def _requests(mapping: Resource) -> Iterator[str]:
    for pattern in _patterns(mapping):
        yield from pattern.get("dynamodb", {}).get("NewImage", {}).get("request", {}).get("S", ())


def _patterns(mapping: Resource) -> list[dict[str, Any]]:
    return [json.loads(each.get("Pattern", "{}")) for each in listed(mapping.at("FilterCriteria", "Filters"))]


def stream_mappings(stack: Stack) -> Iterator[str]:
    for mapping in _mappings(stack, "dynamodb"):
        function = stack.by_arn(mapping.at("FunctionName"), "Lambda::Function")
        if function is None:
            yield f"{mapping.id} leads nowhere"
            continue
        yield from _any_mapping(mapping, 1000)
        patterns = _patterns(mapping)
        # What TTL removes is no event; an event that comes again is no INSERT.
        passing = {name for pattern in patterns for name in pattern.get("eventName", ["REMOVE"])}
        if not patterns or not passing <= {"INSERT", "MODIFY"} or "INSERT" not in passing:
            yield f"{mapping.id} does not filter what happened to the row"
        asks_all = all("dynamodb" not in pattern for pattern in patterns)
        if passing != ({"INSERT"} if asks_all else {"INSERT", "MODIFY"}):
            yield f"{mapping.id} misses changes, or sees what only changed"
        if mapping.at("BisectBatchOnFunctionError") is not True:
            yield f"{mapping.id} does not bisect: one bad record would take its batch along"
        if mapping.at("MaximumRetryAttempts") not in range(1, 21):
            yield f"{mapping.id} does not give up between the 1st and the 20th time"
        if mapping.at("MaximumRecordAgeInSeconds") not in range(3600, 86_401):
            yield f"{mapping.id} does not keep records between an hour and a day"
        if mapping.at("StartingPosition") != "TRIM_HORIZON":
            yield f"{mapping.id} would lose what was written while it was replaced"
        # Schedules of several rows know nothing of each other; all else is applied in order.
        schedules_only = mapping.id == "Streamjourneyskeepcalendar"
        if mapping.at("ParallelizationFactor") not in (range(1, 11) if schedules_only else range(1, 2)):
            yield f"{mapping.id} does not say that records of a shard are applied one batch after the other"
        if mapping.at("MetricsConfig", "Metrics") != ["EventCount"]:
            yield f"{mapping.id} does not count what it keeps and drops"
        yield from _keeps_failures(stack, mapping, function)
        yield from stack.may(
            function,
            str(mapping.at("EventSourceArn")),
            *(f"dynamodb:{verb}" for verb in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")),
        )
        yield from stack.unwatched(
            "AWS/Lambda", "IteratorAge", {"FunctionName": function.name}, LATE_SECONDS * 1000, "Maximum"
        )


def a_standstill_is_noticed(stack: Stack) -> Iterator[str]:
    """A mapping that is off, or may not read, has no age, and reports that match no rule are just not there: only what
    went on meanwhile tells."""
    reported = "IF(FILL(m0, 0) > 0 AND FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) < 1, 1, 0)"
    of = dimensions(stack.stage.name)
    counted = ("MessagesSent", "Delivered", "Bounced", "Complained")
    on_all = [stack.alarms_on(NAMESPACE, name, of) for name in counted]
    if not any(_rings(alarm, reported, *counted) and all(alarm in each for each in on_all) for alarm in on_all[0]):
        yield "nobody hears when mails leave and SES reports nothing"
    read = "IF(FILL(m0, 0) > 0 AND FILL(m1, 0) < 1, 1, 0)"
    events = stack.named(f"{stack.stage.prefix}events", "DynamoDB::Table")
    for mapping in _mappings(stack, "dynamodb"):
        if events is None or mapping.at("EventSourceArn") != f"{stack.arn(events)}/stream":
            continue
        of_mapping = {"EventSourceMappingUUID": f"${{{mapping.id}}}"}
        alarms = stack.alarms_on("AWS/Lambda", "PolledEventCount", of_mapping)
        taken_in = stack.alarms_on(NAMESPACE, "EventsAccepted", of)
        if not any(alarm in taken_in and _rings(alarm, read, "EventsAccepted", "PolledEventCount") for alarm in alarms):
            yield f"nobody hears when {mapping.id} stands still"


def _rings(alarm: Resource, formula: str, *metrics: str) -> bool:
    """In three periods one after the other, of these metrics in this order."""
    said = [each for each in listed(alarm.at("Metrics")) if "Expression" in each]
    order = [each.get("MetricStat", {}).get("Metric", {}).get("MetricName") for each in listed(alarm.at("Metrics"))[1:]]
    return (
        [each.get("Expression") for each in said] == [formula]
        and order == list(metrics)
        and (alarm.at("Threshold"), alarm.at("DatapointsToAlarm"), alarm.at("EvaluationPeriods")) == (1, 3, 3)
        and alarm.at("ComparisonOperator") == "GreaterThanOrEqualToThreshold"
    )


def _keeps_failures(stack: Stack, mapping: Resource, function: Resource) -> Iterator[str]:
    """S3 is the only place that keeps the payload."""
    bucket = stack.by_arn(mapping.at("DestinationConfig", "OnFailure", "Destination"), "S3::Bucket")
    if bucket is None:
        yield f"{mapping.id} does not keep what fails in a bucket of this stack"
        return
    yield from stack.may(function, stack.arn(bucket), "s3:ListBucket")
    yield from stack.may(function, f"{stack.arn(bucket)}/*", "s3:PutObject")
    rules = listed(bucket.at("BucketEncryption", "ServerSideEncryptionConfiguration"))
    keys = [rule.get("ServerSideEncryptionByDefault", {}).get("KMSMasterKeyID") for rule in rules]
    through = json.dumps({"StringEquals": {"kms:ViaService": f"s3.{stack.stage.region}.amazonaws.com"}})
    if len(keys) != 1 or stack.by_arn(keys[0], "KMS::Key") is None:
        yield f"{bucket} keeps people's data without the stack's key"
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        if keys and Grant(action, str(keys[0]), through) not in stack.grants(function.at("Role")):
            yield f"{function} may not {action} to write to {bucket}"
    of_mapping = {"EventSourceMappingUUID": f"${{{mapping.id}}}"}
    for metric in ("OnFailureDestinationDeliveredEventCount", "DroppedEventCount"):
        yield from stack.unwatched("AWS/Lambda", metric, of_mapping, 1)
    yield from stack.unwatched("AWS/Lambda", "DestinationDeliveryFailures", {"FunctionName": function.name}, 1)


def _any_mapping(mapping: Resource, largest_batch: int) -> Iterator[str]:
    if mapping.at("FunctionResponseTypes") != PARTIAL:
        yield f"{mapping.id}: one bad record would fail the whole batch"
    if mapping.at("BatchSize") not in range(1, largest_batch + 1):
        yield f"{mapping.id} does not say how many records its function gets at once"
    if mapping.at("Enabled") is False:
        yield f"{mapping.id} is switched off"


def asynchronous_invocations(stack: Stack) -> Iterator[str]:
    """Of functions behind rules and buckets: Lambda answers for them, and tries again as often as it is told."""
    called = {target.get("Arn") for _, target in _targets(stack)}
    called |= {each.get("Function") for bucket in stack.all("S3::Bucket") for each in notifications(bucket)}
    called |= {each.at("DestinationArn") for each in stack.all("Logs::SubscriptionFilter")}
    for rule in stack.all("SES::ReceiptRule"):
        actions = listed((rule.at("Rule") or {}).get("Actions"))
        called |= {each.get("LambdaAction", {}).get("FunctionArn") for each in actions}
    configured = {each.at("FunctionName"): each for each in stack.all("Lambda::EventInvokeConfig")}
    for function in filter(None, (stack.by_arn(arn, "Lambda::Function") for arn in sorted(filter(None, called)))):
        how = configured.pop(function.name, None)
        if how is None or how.at("Qualifier") != "$LATEST":
            yield f"nothing says how {function} is tried again and where it fails to"
            continue
        if how.at("MaximumRetryAttempts") not in range(3):
            yield f"{how.id} does not say how often"
        if how.at("MaximumEventAgeInSeconds") not in range(60, 21_601):
            yield f"{how.id} does not say how long"
        queue = stack.by_arn(how.at("DestinationConfig", "OnFailure", "Destination"), "SQS::Queue")
        if queue is None:
            yield f"{how.id} keeps what fails nowhere"
        else:
            yield from stack.may(function, stack.arn(queue), "sqs:SendMessage")
        for metric in ("DestinationDeliveryFailures", "AsyncEventsDropped"):
            yield from stack.unwatched("AWS/Lambda", metric, {"FunctionName": function.name}, 1)
    yield from (f"{how.id} is for a function that nobody invokes so" for how in configured.values())


def rules_deliver(stack: Stack) -> Iterator[str]:
    for rule in stack.all("Events::Rule"):
        if rule.at("State") != "ENABLED" or not listed(rule.at("Targets")):
            yield f"{rule} is off or leads nowhere"
        if bool(rule.at("ScheduleExpression")) == bool(rule.at("EventPattern")):
            yield f"{rule} must have a schedule or a pattern, one of them"
        for metric in ("FailedInvocations", "InvocationsFailedToBeSentToDlq"):
            yield from stack.unwatched("AWS/Events", metric, {"RuleName": rule.name}, 1)
    for rule, target in _targets(stack):
        if stack.by_arn(target.get("Arn"), "Lambda::Function") is None or not target.get("Id"):
            yield f"{rule} leads to no function"
        if target.get("RetryPolicy", {}).get("MaximumEventAgeInSeconds") not in range(60, 86_401):
            yield f"{rule} does not say how long it tries"
        dead = target.get("DeadLetterConfig", {}).get("Arn")
        queue = stack.by_arn(dead, "SQS::Queue")
        if queue is None:
            yield f"{rule} has no dead-letter queue"
        elif not any(_lets_send(each, str(dead), stack.arn(rule)) for each in _said_of(stack, queue)):
            yield f"{queue} does not let EventBridge send for {rule}"


def _lets_send(statement: dict[str, Any], queue: str, rule: str) -> bool:
    return (
        statement.get("Effect") == "Allow"
        and statement.get("Principal") == {"Service": "events.amazonaws.com"}
        and "sqs:SendMessage" in listed(statement.get("Action"))
        and queue in listed(statement.get("Resource"))
        and statement.get("Condition") == {"ArnEquals": {"aws:SourceArn": rule}}
    )


def _said_of(stack: Stack, queue: Resource) -> Iterator[dict[str, Any]]:
    for policy in stack.all("SQS::QueuePolicy"):
        if f"${{{queue.id}}}" in listed(policy.at("Queues")):
            yield from policy.statements


def schedules_are_missed(stack: Stack) -> Iterator[str]:
    """What should be called all the time must ring when it is not: also when nothing is measured at all."""
    clocks = [rule for rule in stack.all("Events::Rule") if rule.at("ScheduleExpression")]
    for target in (target for rule in clocks for target in listed(rule.at("Targets"))):
        function = stack.by_arn(target.get("Arn"), "Lambda::Function")
        if function is None:
            continue
        of = {"FunctionName": function.name}
        if not any(
            alarm.at("ComparisonOperator") == "LessThanThreshold"
            and alarm.at("Threshold") == 1
            and alarm.at("TreatMissingData") == "breaching"
            and {signal.statistic for signal in alarm.signals} == {"Sum"}
            for alarm in stack.alarms_on("AWS/Lambda", "Invocations", of)
        ):
            yield f"no alarm rings when {function} is not called any more"


def notifications(bucket: Resource) -> list[dict[str, Any]]:
    return listed(bucket.at("NotificationConfiguration", "LambdaConfigurations"))


def _targets(stack: Stack) -> list[tuple[Resource, dict[str, Any]]]:
    return [(rule, target) for rule in stack.all("Events::Rule") for target in listed(rule.at("Targets"))]


def _mappings(stack: Stack, service: str) -> list[Resource]:
    return [
        each
        for each in stack.all("Lambda::EventSourceMapping")
        if f":{service}:" in str(each.at("EventSourceArn")) or not each.at("EventSourceArn")
    ]


def logs_of_others_are_read(stack: Stack) -> Iterator[str]:
    """Of SNS, which reports nowhere else what became of SMS: what arrived, and what did not."""
    read = set()
    for each in stack.all("Logs::SubscriptionFilter"):
        read.add(str(each.at("LogGroupName")).removeprefix(f"sns/{stack.stage.region}/{ACCOUNT}/"))
        if each.at("FilterPattern") != "{ $.notification.messageId = * }" or not each.at("FilterName"):
            yield f"{each.id} reads more, or less, than what is reported of messages"
    groups = {"DirectPublishToPhoneNumber", "DirectPublishToPhoneNumber/Failure"}
    if read != (groups if stack.stage.sms_status else set()):
        yield f"of the log groups of others {read} are read"


RULES = (
    logs_of_others_are_read,
    dead_letter_places,
    queues_are_read_and_fail_into_another,
    queue_mappings,
    streams_are_read,
    stream_mappings,
    a_standstill_is_noticed,
    asynchronous_invocations,
    rules_deliver,
    schedules_are_missed,
)
