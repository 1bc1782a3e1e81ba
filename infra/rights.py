"""What each function may do, and nothing beside it: the CDK app makes roles of it, the local runtime refuses the rest.

A right names logical things ("table/journeys"), `Names.resources` says what they are called. Tables are granted verb by
verb, and one function alone may scan one of them, to select people. Rights to keys follow from what is encrypted with
them and are added where roles are made.
"""

from __future__ import annotations

from dataclasses import dataclass

_ROWS = ("dynamodb:BatchGetItem",)  # rows by key, of several people or of one
_ITEM = ("dynamodb:GetItem",)
_QUERY = ("dynamodb:Query",)  # all rows of one enrolment; the events of one person
_PUT = ("dynamodb:PutItem",)
_UPDATE = ("dynamodb:UpdateItem",)
_DELETE = ("dynamodb:DeleteItem",)
_CHECK = ("dynamodb:ConditionCheckItem",)
_SEND = ("sqs:SendMessage",)
_BATCH = ("dynamodb:BatchWriteItem",)


@dataclass(frozen=True)
class Right:
    actions: tuple[str, ...]  # as IAM spells them
    on: str  # see `Names.resources`


def _on(resource: str, *actions: tuple[str, ...]) -> Right:
    return Right(tuple(sorted(action for group in actions for action in group)), resource)


_DEFINITIONS = _on("table/definitions", _ITEM)
_LINKS = _on("secret/links", ("secretsmanager:GetSecretValue",))
_SALT = _on("secret/salt", ("secretsmanager:GetSecretValue",))
_WAKE = _on("machine/journey", ("states:SendTaskSuccess",))
_SELECT = _on("machine/select", ("states:StartExecution",))

# Bringing an enrolment up to date: its row, its sends, the person's STATE, and what its inbox missed. Its steps write
# events of our own and consents.
_ADVANCE = (
    _DEFINITIONS,
    _on("table/events", _QUERY, _PUT),
    _on("table/journeys", _QUERY, _PUT),
    _on("table/profiles", _ROWS, _PUT, _UPDATE),
)
# A timer that is reached enrols, which may restart an enrolment that runs; one that is not goes or moves.
_RING = (
    _DEFINITIONS,
    _on("table/events", _ITEM, _QUERY, _PUT),
    _on("table/journeys", _ROWS, _QUERY, _PUT, _UPDATE, _DELETE),
    _on("table/profiles", _ROWS, _PUT, _UPDATE),
)
_MATCH = (
    _DEFINITIONS,
    _on("table/events", _QUERY, _PUT, _DELETE),
    _on("table/journeys", _ROWS, _PUT, _UPDATE),
    # Who turns out to be somebody else leaves dates and rows behind; the shop's no is written to the address; proofs of
    # consents that were withdrawn are looked for.
    _on("table/profiles", _ROWS, _QUERY, _PUT, _UPDATE, _DELETE, _CHECK),
    _SALT,
)
# What a provider reports of a message.
_RECORD = (
    _DEFINITIONS,
    _on("table/events", _PUT),
    _on("table/journeys", _ROWS, _PUT, _UPDATE),
    _on("table/profiles", _ROWS, _PUT, _UPDATE, _CHECK),
    _SALT,
)
_DISPATCH = (
    _on("queue/email", _SEND),
    _on("queue/start", _SEND),
    _on("queue/wake", _SEND),
    _on("queue/webhook", _SEND),
    _on("queue/erase", _SEND),
)
_CALENDAR = (
    _on("queue/due", _SEND),
    _on("schedules", ("scheduler:CreateSchedule",)),
    _on("role/calendar", ("iam:PassRole",)),
)

RIGHTS: dict[str, tuple[Right, ...]] = {
    "ingest_event": (
        _DEFINITIONS,  # how long events are kept
        _on("table/events", _BATCH),
        _on("secret/keys", ("secretsmanager:GetSecretValue",)),
    ),
    "match_events": (
        *_MATCH,
        _on("table/definitions", _UPDATE),  # the names that it has learned
        _on("objects/failures/*", ("s3:PutObject",)),  # what nobody can apply
    ),
    "dispatch": _DISPATCH,
    "keep_calendar": (
        *_CALENDAR,
        _on("queue/email", _SEND),
        _on("queue/webhook", _SEND),
        _on("queue/erase", _SEND),
    ),
    "start_journey": (_on("machine/journey", ("states:StartExecution",)),),
    "wake_enrolment": (*_ADVANCE, _WAKE),
    "ring_timer": _RING,
    "advance_enrolment": _ADVANCE,
    "quarantine_enrolment": (_on("table/journeys", _ROWS, _PUT),),
    "deliver_message": (
        _DEFINITIONS,
        _on("table/events", _PUT),
        _on("table/journeys", _ROWS, _QUERY, _PUT, _UPDATE),
        _on("table/profiles", _ROWS, _PUT, _CHECK),
        _on("queue/email", _SEND),
        _LINKS,
        _SALT,
        # The raw form of SendEmail is checked as SendRawEmail, errors say so; the other one is checked too.
        _on("mail", ("ses:SendEmail", "ses:SendRawEmail")),
        _on("phones", ("sns:Publish",)),
    ),
    "call_webhook": (
        _DEFINITIONS,
        _on("table/journeys", _ROWS, _PUT),
        _on("secret/webhooks", ("secretsmanager:GetSecretValue",)),
    ),
    "record_feedback": _RECORD,
    "record_sms_status": _RECORD,
    "receive_mail": (
        _DEFINITIONS,
        _on("table/events", _PUT),
        _on("table/journeys", _QUERY),
        _on("table/profiles", _ROWS, _PUT, _UPDATE, _CHECK),
        _LINKS,
        _SALT,
    ),
    "set_brake": (_on("table/profiles", _ROWS, _PUT),),
    "sweep": (
        *_RING,
        _on("index/journeys/sweep", _QUERY),
        _on("queue/email", ("sqs:GetQueueAttributes",)),
        _on("queue/webhook", ("sqs:GetQueueAttributes",)),
        _WAKE,
    ),
    "redrive": (
        *_MATCH,
        *_DISPATCH,
        *_CALENDAR,
        # Without the right to list, S3 answers 403 where it would answer 404: here and for the content.
        _on("bucket/failures", ("s3:ListBucket",)),
        _on("objects/failures/*", ("s3:DeleteObject", "s3:GetObject")),
    ),
    "publish_content": (
        _on("table/definitions", _ITEM, _PUT),
        _on("bucket/content", ("s3:ListBucket",)),
        _on("objects/content/content/*", ("s3:GetObject",)),
        _on("objects/content/content/schema/*", ("s3:PutObject",)),
        _on("objects/content/reports/*", ("s3:PutObject",)),
        _SELECT,
    ),
    "plan_day": (_on("table/definitions", _ITEM, _PUT), _SELECT),
    "select_people": (
        _DEFINITIONS,
        _on("table/events", _QUERY, _PUT),
        _on("table/journeys", _ROWS, _PUT),
        _on("index/journeys/held", _QUERY),
        _on("table/profiles", _ROWS, _PUT, ("dynamodb:Scan",)),
        _on("index/profiles/days", _QUERY),
    ),
    "serve_page": (
        _DEFINITIONS,
        _on("table/events", _PUT, _BATCH),
        _on("table/journeys", _ROWS, _QUERY, _PUT, _UPDATE),
        _on("table/profiles", _ROWS, _PUT, _UPDATE, _CHECK),
        _LINKS,
        _SALT,
    ),
    "serve_profile": (
        _DEFINITIONS,
        _on("table/events", _QUERY),
        _on("table/journeys", _ROWS, _PUT),
        _on("index/journeys/person", _QUERY),
        _on("table/profiles", _ROWS, _QUERY, _PUT, _UPDATE, _DELETE),
        _LINKS,
        _SALT,
    ),
    "erase_profile": (
        _on("table/definitions", _ITEM, _PUT, ("dynamodb:Scan",)),
        _on("table/events", _QUERY, _BATCH),
        _on("table/journeys", _ROWS, _PUT, _BATCH),
        _on("index/journeys/person", _QUERY),
        _on("table/profiles", _ROWS, _QUERY, _PUT, _UPDATE, _DELETE, _BATCH),
        _on("bucket/content", ("s3:ListBucket", "s3:ListBucketVersions")),
        _on("objects/content/content/*", ("s3:DeleteObjectVersion", "s3:GetObject", "s3:PutObject")),
        _SALT,
    ),
    "subscribe": (
        _DEFINITIONS,
        _on("table/events", _BATCH, _PUT),
        _on("table/journeys", _QUERY, _PUT, _UPDATE),
        _on("table/profiles", _ROWS, _PUT, _UPDATE, _CHECK),
        _on("secret/keys", ("secretsmanager:GetSecretValue",)),
        _SALT,
    ),
    "rotate_links": (
        _on(
            "secret/links",
            (
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
            ),
        ),
    ),
    # Those that are no functions: the state machines, and what EventBridge Scheduler rings as.
    "journey": (
        _on("table/journeys", _UPDATE),
        _on("function/advance_enrolment", ("lambda:InvokeFunction",)),
        _on("function/quarantine_enrolment", ("lambda:InvokeFunction",)),
    ),
    # The parts of a distributed map are executions of the same machine: it starts and watches them, and goes on with
    # them when it is redriven.
    "select": (
        _on("function/select_people", ("lambda:InvokeFunction",)),
        _SELECT,
        _on("executions/select", ("states:DescribeExecution", "states:StopExecution")),
        _on("map/select/parts", ("states:RedriveExecution",)),
    ),
    "calendar": (
        _on("queue/due", _SEND),
        _on("queue/email", _SEND),
        _on("queue/webhook", _SEND),
        _on("queue/calendar-dead", _SEND),
    ),
}
