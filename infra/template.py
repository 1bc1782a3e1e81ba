"""Reads a synthesised template: references as short words, so that a person and a test can compare them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Resources = Mapping[str, Mapping[str, Any]]  # by logical id: Type, Properties, DependsOn …

# What CloudFormation calls a resource is in one of these properties.
_NAMES = (
    "AlarmName", "AliasName", "BucketName", "BudgetName", "DashboardName", "EmailIdentity", "FunctionName",
    "GroupName", "LayerName", "LogGroupName", "ManagedPolicyName", "Name", "QueueName", "RoleName", "RouteKey",
    "StateMachineName", "TableName", "TopicName",
)  # fmt: skip


def read_template(folder: Path, stage: str) -> dict[str, Any]:
    template: dict[str, Any] = json.loads((folder / f"anlass-{stage}.template.json").read_text(encoding="utf-8"))
    return template


def plain(value: Any) -> Any:
    """`value` with CloudFormation's functions as text: {"Ref": "AWS::Region"} is "${AWS::Region}"."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        match function:
            case "Ref":
                return f"${{{argument}}}"
            case "Fn::GetAtt":
                return f"${{{'.'.join(argument)}}}"
            case "Fn::Join":
                return argument[0].join(str(plain(part)) for part in argument[1])
            case "Fn::Sub":
                return argument
    return {key: plain(each) for key, each in value.items()}


def name_of(resource: Mapping[str, Any]) -> str:
    """What the resource is called on AWS, or "" where AWS names it."""
    properties = resource.get("Properties", {})
    return next((str(plain(properties[key])) for key in _NAMES if key in properties), "")
