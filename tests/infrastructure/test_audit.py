"""The audit finds nothing in any stage; and whatever is taken from a template or added to it, it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.stage import read_stage
from tests.infrastructure.audit import RULES, problems
from tests.infrastructure.audit_stack import ACCOUNT, Resource, Stack, read
from tests.infrastructure.conftest import CONTEXT, FULL, WITH_FULL

LIVE = "prod"
NEEDLESS = {  # what may go unnoticed when it goes, and why
    "ApiGatewayV2::Api Description": "for people",
    "Events::Rule Description": "for people",
    "IAM::ManagedPolicy Description": "for people",
    "KMS::Key Description": "for people",
    "Lambda::LayerVersion Description": "for people",
    "KMS::Key KeyPolicy.Statement[].Sid": "for people",
    "SNS::TopicPolicy PolicyDocument.Statement[].Sid": "for people",
    "SQS::QueuePolicy PolicyDocument.Statement[].Sid": "for people",
    "IAM::ManagedPolicy Path": "the root is where it is anyway",
    "Lambda::Function DependsOn": "the role's policies are in the role, and the function refers to it",
    "Lambda::Function DependsOn[]": "the same",
    "S3::BucketPolicy DependsOn": "the bucket waits for what it checks, its policy checks nothing",
    "S3::BucketPolicy DependsOn[]": "the same",
    "Logs::LogGroup DeletionPolicy": "Delete is what CloudFormation does by itself",
    "Logs::LogGroup UpdateReplacePolicy": "the same",
    "SQS::Queue DeletionPolicy": "the same",
    "Budgets::Budget DependsOn[]": "it waits for the topic and its subscription too, which it names anyway",
    "SQS::Queue UpdateReplacePolicy": "the same",
}


@pytest.fixture(scope="module")
def stack(templates: dict[str, dict[str, Any]]) -> Stack:
    """Of the live stage: it has everything that the others have."""
    return read(templates[LIVE], read_stage(LIVE, CONTEXT))


def test_no_stage_has_a_problem(stage: str, template: dict[str, Any]) -> None:
    assert list(problems(read(template, read_stage(stage, CONTEXT)))) == []


@pytest.fixture(scope="module")
def full_stack(templates: dict[str, dict[str, Any]]) -> Stack:
    """Of a stage with every switch on."""
    return read(templates[FULL], read_stage(FULL, WITH_FULL))


def test_a_stage_with_every_switch_on_has_none_either(full_stack: Stack) -> None:
    assert list(problems(full_stack)) == []


def test_nothing_can_go_unnoticed_of_what_receives_mail_and_reads_the_logs_of_others(full_stack: Stack) -> None:
    auditor, unnoticed = Auditor(), set()
    types = {"AWS::SES::ReceiptRule", "AWS::SES::ReceiptRuleSet", "AWS::Logs::SubscriptionFilter"}
    switched = [each for each in full_stack.resources.values() if each.type in types or each.id.endswith("invokes")]
    assert {each.type for each in switched} > types
    for resource in switched:
        if not auditor.finds(full_stack.replaced(resource.id, None)):
            unnoticed.add(str(resource))
        for path, less in poorer_resources(resource):
            if not auditor.finds(full_stack.replaced(resource.id, less)):
                unnoticed.add(f"{resource.type} {path}")
    assert unnoticed == set()


class Auditor:
    """Asks first the rule that found something last: what is next to each other in a template is seen by the same."""

    def __init__(self) -> None:
        self._rules = list(RULES)

    def finds(self, stack: Stack) -> bool:
        for rule in self._rules:
            if next(rule(stack), None) is not None:
                self._rules.remove(rule)
                self._rules.insert(0, rule)
                return True
        return False


def test_no_resource_can_go_unnoticed(stack: Stack) -> None:
    auditor = Auditor()
    assert [str(each) for each in stack.resources.values() if not auditor.finds(stack.replaced(each.id, None))] == []


def test_nothing_within_a_resource_can_go_unnoticed(stack: Stack) -> None:
    """Each property on every level, each item of every list: statements, actions, conditions, filters, retries …"""
    auditor, tried, unnoticed = Auditor(), 0, set()
    for resource in stack.resources.values():
        for path, poorer in poorer_resources(resource):
            tried += 1
            if not auditor.finds(stack.replaced(resource.id, poorer)):
                unnoticed.add(f"{resource.type.removeprefix('AWS::')} {path}")
    assert unnoticed == NEEDLESS.keys()
    assert tried > 5000


def poorer_resources(resource: Resource) -> Iterator[tuple[str, Resource]]:
    """Without each single thing that it has, with the way to it."""
    for path, properties in poorer(resource.properties, ""):
        yield path, Resource(resource.id, resource.type, properties, resource.attributes)
    for path, attributes in poorer(resource.attributes, ""):
        yield path, Resource(resource.id, resource.type, resource.properties, attributes)


def poorer(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, within in value.items():
            deeper = f"{path}.{key}".lstrip(".")
            yield deeper, {other: value[other] for other in value if other != key}
            yield from ((where, {**value, key: less}) for where, less in poorer(within, deeper))
    elif isinstance(value, list):
        for number, within in enumerate(value):
            yield f"{path}[]", [*value[:number], *value[number + 1 :]]
            for where, less in poorer(within, f"{path}[]"):
                yield where, [*value[:number], less, *value[number + 1 :]]


def with_value(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A copy with `new` at the end of the path; "+" adds to a list."""
    if not path:
        return new
    first, *rest = path
    if first == "+":
        return [*value, new]
    if isinstance(first, int):
        return [*value[:first], with_value(value[first], tuple(rest), new), *value[first + 1 :]]
    return {**(value or {}), first: with_value((value or {}).get(first), tuple(rest), new)}


ARN = "arn:${AWS::Partition}"
TABLE = f"{ARN}:dynamodb:eu-central-1:{ACCOUNT}:table/anlass-prod-profiles"
MACHINE = f"{ARN}:states:eu-central-1:{ACCOUNT}:stateMachine:anlass-prod-journey"
SWEEP = f"{ARN}:iam::{ACCOUNT}:role/anlass-prod-sweep"
CALENDAR = f"{ARN}:iam::{ACCOUNT}:role/anlass-prod-calendar"
STATEMENT = ("Policies", 0, "PolicyDocument", "Statement", "+")
DOCUMENT = ("PolicyDocument", "Statement", "+")
PATTERN = ("FilterCriteria", "Filters", 0, "Pattern")
LOG = ("AccessLogSettings", "Format")
OTHER = "123456789012"  # an account
ALL_BUT = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
WORLD = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
OTHERS = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "kms:Decrypt", "Resource": "*"}
ANYBODYS = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
SCHEDULE_AND_SEND = (
    '{"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": {"request": {"S": ["schedule", "send"]}}}}'
)


def allow(action: str, resource: str, passed_to: str | None = None) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": {"StringEquals": {"iam:PassedToService": passed_to}}} if passed_to else {})


@pytest.mark.parametrize(
    ("type_", "id_", "path", "value", "complaint"),
    [
        ("IAM::Role", "Rolesweep", STATEMENT, allow("dynamodb:Scan", TABLE), "from end to end"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("dynamodb:DeleteTable", TABLE), "nobody may"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("dynamodb:*", TABLE), "nobody may"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("dynamodb:GetItem", "*"), "names no resource"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("dynamodb:GetItem", f"{TABLE}-other"), "names no resource"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("sqs:SendMessage", "arn:aws:sqs:*:*:*"), "names no resource"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("states:CreateStateMachine", MACHINE), "nobody may"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("states:StartExecution", MACHINE), "sweep gained states:"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("iam:PutRolePolicy", SWEEP), "nobody may"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("iam:PassRole", CALENDAR), "another condition"),
        (
            "IAM::Role",
            "Rolesweep",
            STATEMENT,
            allow("iam:PassRole", CALENDAR, "lambda.amazonaws.com"),
            "another condition",
        ),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("iam:PassRole", SWEEP, "scheduler.amazonaws.com"), "may hand over"),
        ("IAM::Role", "Rolesweep", STATEMENT, allow("kms:Decrypt", "${Key961B73FD.Arn}"), "another condition"),
        ("IAM::Role", "Rolesweep", STATEMENT, ALL_BUT, "says what it does not allow"),
        ("IAM::Role", "Rolesweep", ("ManagedPolicyArns",), ["arn:aws:iam::aws:policy/ReadOnlyAccess"], "not seen here"),
        ("IAM::Role", "Rolesweep", ("AssumeRolePolicyDocument", "Statement", "+"), OTHERS, "trusts somebody else"),
        ("IAM::ManagedPolicy", "Marketers", DOCUMENT, allow("s3:*", "*"), "marketers gained"),
        ("IAM::ManagedPolicy", "Marketers", ("Roles",), ["anlass-prod-sweep"], "attached to somebody"),
        ("S3::BucketPolicy", "Bucketcontent", DOCUMENT, WORLD, "lets * in"),
        ("SQS::QueuePolicy", "Queuewake", DOCUMENT, ANYBODYS, "in for anybody"),
        ("KMS::Key", "Key", ("KeyPolicy", "Statement", "+"), OTHERS, f"lets {{'AWS': '{OTHER}'}} in"),
        ("Lambda::Permission", "Bucketcontent", ("SourceAccount",), OTHER, "nothing here needs that"),
        ("Lambda::Permission", "Bucketcontent", ("Principal",), OTHER, "nothing here needs that"),
        ("SecretsManager::Secret", "Secretkeys", ("SecretString",), "hunter2", "written in the template"),
        ("Lambda::Function", "Functionsweep", ("Environment", "Variables", "API_KEY"), "hunter2", "no secret's name"),
        ("Lambda::Function", "Functionsweep", ("Architectures",), ["x86_64"], "which the layers are built for"),
        ("Lambda::Function", "Functionsweep", ("Handler",), "redrive.handler", "not called like its file"),
        ("Lambda::Function", "Functionsweep", ("Handler",), "renamed.handler", "deployed is"),
        ("Lambda::Function", "Functionsweep", ("LoggingConfig", "ApplicationLogLevel"), "DEBUG", "debugging"),
        ("Lambda::Function", "Functionsweep", ("LoggingConfig", "ApplicationLogLevel"), "WARN", "loses metrics"),
        ("ApiGatewayV2::Stage", "ApiStage", LOG, '{"who": "$context.identity.sourceIp"}', "logs what it must not"),
        ("ApiGatewayV2::Route", "ApiANYv1", ("RouteKey",), "$default", "catches everything"),
        ("SES::ConfigurationSet", "Mail", ("TrackingOptions",), {"CustomRedirectDomain": "x"}, "follows people"),
        (
            "SES::ConfigurationSetEventDestination",
            "Mail",
            ("EventDestination", "MatchingEventTypes", "+"),
            "OPEN",
            "pixel",
        ),
        ("Lambda::EventSourceMapping", "Queuewake", ("Enabled",), False, "is switched off"),
        ("Lambda::EventSourceMapping", "Queuewake", ("BatchSize",), 100, "how many records"),
        ("Lambda::EventSourceMapping", "Streamevents", ("MaximumRetryAttempts",), -1, "does not give up"),
        ("Lambda::EventSourceMapping", "Streamevents", ("MaximumRecordAgeInSeconds",), -1, "does not keep records"),
        ("Lambda::EventSourceMapping", "Streamevents", ("StartingPosition",), "LATEST", "would lose"),
        ("Lambda::EventSourceMapping", "Streamevents", PATTERN, "{}", "does not filter what happened"),
        ("Lambda::EventSourceMapping", "Streamevents", PATTERN, '{"eventName": ["MODIFY"]}', "does not filter what"),
        ("Lambda::EventSourceMapping", "Streamevents", PATTERN, '{"eventName": ["INSERT", "MODIFY"]}', "only changed"),
        ("Lambda::EventSourceMapping", "Streamjourneysk", PATTERN, SCHEDULE_AND_SEND, "'send', 'send', 'start'"),
        ("SQS::Queue", "Queuewake", ("VisibilityTimeout",), 30, "still works on it"),
        ("SQS::Queue", "Queuewake", ("RedrivePolicy", "maxReceiveCount"), 1000, "does not give up"),
        ("Events::Rule", "Rulesweep", ("State",), "DISABLED", "is off"),
        ("DynamoDB::Table", "Tabledefinitions", ("TimeToLiveSpecification",), {"Enabled": True}, "should stay"),
        ("CloudWatch::Alarm", "Alarmwakedead", ("Threshold",), 100, "no alarm rings"),
        ("CloudWatch::Alarm", "Alarmwakedead", ("ComparisonOperator",), "LessThanThreshold", "no alarm rings"),
        ("CloudWatch::Alarm", "Alarmwakedead", ("Statistic",), "Average", "no alarm rings"),
        ("CloudWatch::Alarm", "Alarmwakedead", ("ActionsEnabled",), False, "tells nobody"),
        ("CloudWatch::Alarm", "Alarmwakedead", ("Dimensions", 0, "Value"), "anlass-prod-lost", "which is not there"),
        ("CloudWatch::Alarm", "Alarmsweepsilent", ("TreatMissingData",), "notBreaching", "is not called any more"),
        ("CloudWatch::Alarm", "Alarmexecutionsfailed", ("Metrics", 0, "Expression"), "FILL(m0, 0)", "not look at all"),
        ("CloudWatch::Alarm", "Alarmcomplaintsstop", ("Threshold",), 0.03, "again at three"),
        ("Budgets::Budget", "Budget", ("Budget", "BudgetLimit", "Amount"), 10_000, "limit"),
    ],
)
def test_what_is_changed_for_the_worse_is_found(
    stack: Stack, type_: str, id_: str, path: tuple[str | int, ...], value: Any, complaint: str
) -> None:
    found = [each for each in stack.all(type_) if each.id.startswith(id_)]
    changed = min(found, key=lambda each: len(each.id))  # the others' names begin alike
    worse = Resource(changed.id, changed.type, with_value(changed.properties, path, value), changed.attributes)
    assert complaint in "\n".join(problems(stack.replaced(changed.id, worse)))


TAGS = [{"Key": "project", "Value": "anlass"}, {"Key": "stage", "Value": LIVE}]


@pytest.mark.parametrize(
    ("type_", "properties", "complaint"),
    [
        ("SQS::Queue", {"QueueName": "anlass-prod-sms", "Tags": TAGS}, "anlass-prod-sms has no dead-letter queue"),
        ("SQS::Queue", {"QueueName": "anlass-prod-sms-dead", "Tags": TAGS}, "anlass-prod-sms-dead'} reaches 1"),
        ("Lambda::Function", {"FunctionName": "anlass-prod-new", "Tags": TAGS}, "has no role of its own"),
        ("DynamoDB::Table", {"TableName": "anlass-prod-new", "Tags": TAGS}, "cannot be restored"),
        ("S3::Bucket", {"BucketName": "anlass-prod-new", "Tags": TAGS}, "may become public"),
        ("SecretsManager::Secret", {"Name": "anlass-prod-new", "Tags": TAGS}, "stays what it is for ever"),
        ("IAM::Role", {"RoleName": "anlass-prod-new", "Tags": TAGS}, "nobody wears"),
        ("Logs::LogGroup", {"LogGroupName": "/aws/lambda/anlass-prod-new", "Tags": TAGS}, "is not kept as long"),
        ("SNS::Topic", {"TopicName": "anlass-prod-new", "Tags": TAGS}, "nobody has subscribed"),
        ("Events::Rule", {"Name": "anlass-prod-new", "Tags": TAGS}, "is off or leads nowhere"),
        ("Lambda::Permission", {"Action": "lambda:InvokeFunction", "Principal": "*"}, "nothing here needs that"),
        ("IAM::Policy", {"Roles": ["anlass-prod-sweep"]}, "past the roles"),
        ("Lambda::Url", {"AuthType": "NONE"}, "no rule of the audit looks at such a thing"),
        ("S3::Bucket", {"BucketName": "reports", "Tags": TAGS}, "is called reports"),
        ("S3::Bucket", {"BucketName": "anlass-prod-new"}, "has the tags {}"),
    ],
)
def test_what_is_added_without_what_belongs_to_it_is_found(
    stack: Stack, type_: str, properties: dict[str, Any], complaint: str
) -> None:
    added = Resource("Added", f"AWS::{type_}", properties)
    assert complaint in "\n".join(problems(stack.replaced("Added", added)))


def test_a_reference_and_a_written_name_are_the_same_to_the_audit(stack: Stack) -> None:
    (how,) = (each for each in stack.all("Lambda::EventInvokeConfig") if "sweep" in str(each.at("FunctionName")))
    queue = stack.by_arn(how.at("DestinationConfig", "OnFailure", "Destination"), "SQS::Queue")
    assert queue is not None
    assert stack.arn(queue) == f"arn:${{AWS::Partition}}:sqs:eu-central-1:{ACCOUNT}:anlass-prod-async-dead"
