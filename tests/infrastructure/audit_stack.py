"""A synthesised template as the audit's rules see it: references written out as names and ARNs, and found by them.

A changed stack shares everything with the one that it was made from but the changed resource, so that asking what
would happen if something were missing is cheap enough to be asked thousands of times.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from infra.stage import Stage
from infra.template import name_of, plain

ACCOUNT, PARTITION = "${AWS::AccountId}", "${AWS::Partition}"
_REFERENCE = re.compile(r"\$\{(\w+)(?:\.(\w+))?\}")
_ARN = {  # {} is the name
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{name}",
    "AWS::Scheduler::ScheduleGroup": "scheduler:{region}:{account}:schedule-group/{name}",
    "AWS::SES::ConfigurationSet": "ses:{region}:{account}:configuration-set/{name}",
    "AWS::SES::EmailIdentity": "ses:{region}:{account}:identity/{name}",
    "AWS::SecretsManager::Secret": "secretsmanager:{region}:{account}:secret:{name}-??????",
}
_REF_IS_ARN = {"AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine"}


@dataclass(frozen=True, eq=False)
class Resource:
    """`attributes` are those beside the properties: DependsOn, DeletionPolicy, UpdateReplacePolicy."""

    id: str
    type: str
    properties: Mapping[str, Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def at(self, *path: str) -> Any:
        """None where something on the path is missing."""
        value: Any = self.properties
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    @cached_property
    def name(self) -> str:
        return name_of({"Properties": self.properties}) if self.properties else ""

    @cached_property
    def statements(self) -> list[dict[str, Any]]:
        """Of its policies."""
        documents = [policy.get("PolicyDocument", {}) for policy in listed(self.at("Policies"))]
        documents += listed(self.at("PolicyDocument") or self.at("KeyPolicy"))
        return [each for document in documents for each in listed(document.get("Statement"))]

    @cached_property
    def grants(self) -> frozenset[Grant]:
        """All that its policies allow."""
        return frozenset(grant for each in self.statements for grant in _granted(each))

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """What an alarm looks at: its metric, or those metrics that its expression adds up."""
        found = [_signal(self.properties, self.at("Statistic"))] if self.at("MetricName") else []
        metrics = listed(self.at("Metrics"))
        answers = [str(each.get("Expression")) for each in metrics if each.get("ReturnData") is True]
        added = set(re.findall(r"FILL\((\w+), 0\)", answers[0])) if len(answers) == 1 else set()
        for each in metrics:
            of = each.get("MetricStat", {})
            if each.get("Id") in added and "Metric" in of and each.get("ReturnData") is False:
                found.append(_signal(of["Metric"], of.get("Stat")))
        return tuple(found)

    def __str__(self) -> str:
        return f"{self.type.split('::', 1)[1]} {self.name or self.id}"


@dataclass(frozen=True)
class Grant:
    """One action on one resource; `condition` as sorted JSON, "" if there is none."""

    action: str
    resource: str
    condition: str = ""

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}" + (f" if {self.condition}" if self.condition else "")


@dataclass(frozen=True)
class Signal:
    namespace: str
    metric: str
    dimensions: frozenset[tuple[str, str]]
    statistic: str


class Stack:
    def __init__(self, stage: Stage, resources: Mapping[str, Resource]) -> None:
        self.stage = stage
        self.resources = resources

    def replaced(self, id_: str, resource: Resource | None) -> Stack:
        """With another resource under this id, or without it."""
        others = {key: value for key, value in self.resources.items() if key != id_ or resource is not None}
        return Stack(self.stage, others if resource is None else {**others, id_: resource})

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.resources.values():
            found[resource.type].append(resource)
        return found

    def all(self, *types: str) -> list[Resource]:
        """Types without their `AWS::`."""
        return [each for type_ in types for each in self._by_type.get(f"AWS::{type_}", ())]

    def arn(self, resource: Resource) -> str:
        return arn(resource, self.stage)

    @cached_property
    def _by_arn(self) -> dict[str, Resource]:
        return {arn(each, self.stage): each for each in self.resources.values()}

    def by_arn(self, wanted: Any, *types: str) -> Resource | None:
        """The resource with this ARN, if it is there and of one of these types."""
        found = self._by_arn.get(wanted) if isinstance(wanted, str) else None
        return found if found is not None and (not types or found.type.removeprefix("AWS::") in types) else None

    def named(self, name: Any, type_: str) -> Resource | None:
        return next((each for each in self.all(type_) if each.name == name), None)

    def function_behind(self, wanted: Any) -> Resource | None:
        """Of a function's ARN or of its alias's."""
        found = self.by_arn(wanted, "Lambda::Function", "Lambda::Alias")
        if found is not None and found.type == "AWS::Lambda::Alias":
            return self.named(found.at("FunctionName"), "Lambda::Function")
        return found

    def grants(self, role_arn: Any) -> frozenset[Grant]:
        role = self.by_arn(role_arn, "IAM::Role")
        return role.grants if role else frozenset()

    def may(self, function: Resource, resource: str, *actions: str) -> Iterator[str]:
        """Those of the actions that the function's role does not have."""
        has = self.grants(function.at("Role"))
        for action in actions:
            if Grant(action, resource) not in has:
                yield f"{function} may not {action} on {resource}"

    @cached_property
    def _watched(self) -> dict[tuple[str, str, frozenset[tuple[str, str]]], list[Resource]]:
        found: dict[Any, list[Resource]] = defaultdict(list)
        for alarm in self.all("CloudWatch::Alarm"):
            for signal in alarm.signals:
                found[signal.namespace, signal.metric, signal.dimensions].append(alarm)
        return found

    def alarms_on(self, namespace: str, metric: str, of: Mapping[str, str]) -> list[Resource]:
        return self._watched.get((namespace, metric, frozenset(of.items())), [])

    def unwatched(
        self, namespace: str, metric: str, of: Mapping[str, str], limit: float, statistic: str = "Sum"
    ) -> Iterator[str]:
        """A complaint, unless an alarm rings when the metric reaches `limit` or earlier."""
        for alarm in self.alarms_on(namespace, metric, of):
            threshold = alarm.at("Threshold")
            rising = alarm.at("ComparisonOperator") == "GreaterThanOrEqualToThreshold"
            statistics = {signal.statistic for signal in alarm.signals if signal.metric == metric}
            if rising and isinstance(threshold, int | float) and 0 < threshold <= limit and statistics == {statistic}:
                return
        yield f"no alarm rings when {namespace} {metric} of {dict(of)} reaches {limit} ({statistic})"


def read(template: Mapping[str, Any], stage: Stage) -> Stack:
    raw = {
        id_: Resource(
            id_,
            resource["Type"],
            plain(resource.get("Properties", {})),
            {key: value for key, value in resource.items() if key not in ("Type", "Properties", "Metadata")},
        )
        for id_, resource in template["Resources"].items()
    }
    words: dict[str, str] = {}
    for each in sorted(raw.values(), key=lambda each: each.type == "AWS::Lambda::Alias"):  # they name a function
        known = Resource(each.id, each.type, written_out(each.properties, words), each.attributes)
        arn_ = arn(known, stage)
        words[f"${{{each.id}.Arn}}"] = arn_
        words[f"${{{each.id}.StreamArn}}"] = f"{arn_}/stream"
        if each.type in _REF_IS_ARN or each.type == "AWS::Lambda::Alias":
            words[f"${{{each.id}}}"] = arn_
        elif each.type != "AWS::SQS::Queue" and each.type in _ARN:
            words[f"${{{each.id}}}"] = known.name
    return Stack(
        stage, {id_: Resource(id_, r.type, written_out(r.properties, words), r.attributes) for id_, r in raw.items()}
    )


def written_out(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: words.get(found[0], found[0]), value)
    if isinstance(value, list):
        return [written_out(each, words) for each in value]
    if isinstance(value, dict):
        return {key: written_out(each, words) for key, each in value.items()}
    return value


def arn(resource: Resource, stage: Stage) -> str:
    if resource.type == "AWS::Lambda::Alias":
        name = f"{resource.at('FunctionName')}:{resource.at('Name')}"
        return f"arn:{PARTITION}:lambda:{stage.region}:{ACCOUNT}:function:{name}"
    if resource.type not in _ARN or not resource.name:
        return f"${{{resource.id}.Arn}}"
    rest = _ARN[resource.type].format(region=stage.region, account=ACCOUNT, name=resource.name)
    return f"arn:{PARTITION}:{rest}"


def listed(value: Any) -> list[Any]:
    """IAM writes a list of one without brackets."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _granted(statement: Mapping[str, Any]) -> Iterable[Grant]:
    if statement.get("Effect") != "Allow":
        return
    condition = statement.get("Condition")
    text = json.dumps(condition, sort_keys=True) if condition else ""
    for action in listed(statement.get("Action")):
        for resource in listed(statement.get("Resource")):
            yield Grant(action, resource, text)


def _signal(metric: Mapping[str, Any], statistic: Any) -> Signal:
    dimensions = frozenset((each.get("Name"), each.get("Value")) for each in listed(metric.get("Dimensions")))
    return Signal(str(metric.get("Namespace")), str(metric.get("MetricName")), dimensions, str(statistic))
