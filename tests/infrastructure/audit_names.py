"""Everything is known to the audit, named after the stage and tagged."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.infrastructure.audit_stack import Resource, Stack, listed

UNTAGGABLE = {
    "ApiGatewayV2::ApiMapping",
    "ApiGatewayV2::Integration",
    "ApiGatewayV2::Route",
    "IAM::ManagedPolicy",  # CloudFormation cannot tag it
    "KMS::Alias",
    "Lambda::Alias",
    "Lambda::EventInvokeConfig",
    "Lambda::LayerVersion",
    "Lambda::Permission",
    "Lambda::Version",
    "Logs::MetricFilter",
    "Logs::SubscriptionFilter",
    "S3::BucketPolicy",
    "SES::ConfigurationSetEventDestination",
    "SES::ReceiptRule",
    "SES::ReceiptRuleSet",
    "SNS::Subscription",
    "SNS::TopicPolicy",
    "SQS::QueuePolicy",
    "SecretsManager::RotationSchedule",
}
# By type: where the name stands, and what comes before the stage's prefix.
NAMED = {
    "ApiGatewayV2::Api": ("Name", ""),
    "Budgets::Budget": ("Budget.BudgetName", ""),
    "CloudWatch::Alarm": ("AlarmName", ""),
    "CloudWatch::Dashboard": ("DashboardName", ""),
    "DynamoDB::Table": ("TableName", ""),
    "Events::Rule": ("Name", ""),
    "IAM::ManagedPolicy": ("ManagedPolicyName", ""),
    "IAM::Role": ("RoleName", ""),
    "KMS::Alias": ("AliasName", "alias/"),
    "Lambda::Function": ("FunctionName", ""),
    "Lambda::LayerVersion": ("LayerName", ""),
    "Logs::LogGroup": ("LogGroupName", "/aws/lambda/ /aws/vendedlogs/"),
    "Logs::SubscriptionFilter": ("FilterName", ""),
    "S3::Bucket": ("BucketName", ""),
    "SES::ConfigurationSet": ("Name", ""),
    "SES::ReceiptRuleSet": ("RuleSetName", ""),
    "SNS::Topic": ("TopicName", ""),
    "SQS::Queue": ("QueueName", ""),
    "Scheduler::ScheduleGroup": ("Name", ""),
    "SecretsManager::Secret": ("Name", ""),
    "StepFunctions::StateMachine": ("StateMachineName", ""),
}
UNNAMED = {
    "ApiGatewayV2::DomainName",
    "ApiGatewayV2::Stage",
    "KMS::Key",
    "Lambda::EventSourceMapping",
    "SES::EmailIdentity",
}
KNOWN = UNTAGGABLE | UNNAMED | set(NAMED)


def everything_is_known(stack: Stack) -> Iterator[str]:
    for resource in stack.resources.values():
        if resource.type.removeprefix("AWS::") not in KNOWN:
            yield f"{resource.id} is a {resource.type}: no rule of the audit looks at such a thing"


def everything_is_named_after_the_stage(stack: Stack) -> Iterator[str]:
    names = []
    for type_, (path, before) in NAMED.items():
        for resource in stack.all(type_):
            name = str(resource.at(*path.split(".")))
            names.append((type_, name))
            if not any(name.startswith(f"{each}{stack.stage.prefix}") for each in before.split() or [""]):
                yield f"{resource.id} is called {name}"
    if len(names) != len(set(names)):
        yield "two things have the same name"


def everything_is_tagged(stack: Stack) -> Iterator[str]:
    expected = {"project": "anlass", "stage": stack.stage.name}
    for resource in stack.resources.values():
        if resource.type.removeprefix("AWS::") not in UNTAGGABLE and _tags(resource) != expected:
            yield f"{resource} has the tags {_tags(resource)}"


def _tags(resource: Resource) -> dict[str, str]:
    tags = resource.at("Tags") or resource.at("ResourceTags") or {}
    if isinstance(tags, dict):
        return tags
    return {each.get("Key"): each.get("Value") for each in listed(tags)}


def the_dashboard_shows_what_is_there(stack: Stack) -> Iterator[str]:
    if len(stack.all("CloudWatch::Dashboard")) != 1:
        yield "there is not one dashboard"
    for dashboard in stack.all("CloudWatch::Dashboard"):
        body = json.loads(dashboard.at("DashboardBody") or "{}")
        shown = {json.dumps(each) for widget in body.get("widgets", ()) for each in widget["properties"]["metrics"]}
        for queue in stack.all("SQS::Queue"):
            if not any(f'"{queue.name}"' in metric for metric in shown):
                yield f"{dashboard} does not show {queue}"
        for function in stack.all("Lambda::Function"):
            if not any(f'"{function.name}"' in metric for metric in shown):
                yield f"{dashboard} does not show {function}"


RULES = (
    everything_is_known,
    everything_is_named_after_the_stage,
    everything_is_tagged,
    the_dashboard_shows_what_is_there,
)
