"""IAM: what the caller's rights do not cover is refused as AWS would refuse it.

So every story that is told on this machine also shows that the rights in `infra/rights.py` are enough for it. What is
left out: keys (moto encrypts nothing), conditions, resource policies, and what Lambda does by itself under a
function's role (polling its sources, keeping what failed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from cli.runtime.aws_calls import AwsCall, AwsReply, refuse
from infra.names import Names
from infra.rights import Right
from infra.topology import JOURNEY

Need = tuple[str, str]  # an action and an ARN

IN_TRANSACTION = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
_SERVICES = {"sfn": "states", "secrets-manager": "secretsmanager", "sesv2": "ses"}  # where IAM has another name
_ACTIONS = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}


class Permissions:
    """Only for callers that the topology gives rights: functions of the product, the state machine, the calendar.

    `used` collects what was needed and allowed: (caller, action, ARN as the right spells it); `refused` what was
    needed and not allowed: (caller, action, ARN).
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._allowed: dict[str, list[Need]] = {}
        self.used: set[tuple[str, str, str]] = set()
        self.refused: set[tuple[str, str, str]] = set()
        self.allow(names.topology.rights)

    def allow(self, rights: Mapping[str, tuple[Right, ...]]) -> None:
        """These and no others from now on, as after a deployment."""
        self._allowed = {
            caller: [
                (action, arn)
                for right in granted
                for arn in self._names.resources(right.on)
                for action in right.actions
            ]
            for caller, granted in rights.items()
        }

    def covers(self, caller: str, action: str, arn: str) -> bool:
        """Whether the caller may; for what the runtime does in somebody's name without a call through boto3."""
        allowed = self._allowed.get(caller)
        if allowed is None:
            return True
        covering = next((right for a, right in allowed if a == action and fnmatchcase(arn, right)), None)
        if covering is None:
            self.refused.add((caller, action, arn))
            return False
        self.used.add((caller, action, covering))
        return True

    def answer(self, call: AwsCall) -> AwsReply | None:
        if call.actor not in self._allowed:
            return None
        for action, arn in _needs(call, self._names):
            if not self.covers(call.actor, action, arn):
                return refuse("AccessDeniedException", not_authorized(call.actor, action, arn), 403)
        return None


def not_authorized(caller: str, action: str, arn: str) -> str:
    return f"{caller} is not authorized to perform {action} on {arn}; see infra/rights.py"


def _needs(call: AwsCall, names: Names) -> Iterator[Need]:
    params, service = call.params, _SERVICES.get(call.service, call.service)
    whole = f"{service}:{call.operation}"
    if call.operation == "TransactWriteItems":
        for entry in params["TransactItems"]:
            ((kind, request),) = entry.items()
            yield IN_TRANSACTION[kind], _table(request, names)
    elif "RequestItems" in params:
        for table in params["RequestItems"]:
            yield whole, _table({"TableName": table}, names)
    elif call.operation == "CreateSchedule":
        yield whole, names.arn("scheduler", f"schedule/{params['GroupName']}/{params['Name']}")
        yield "iam:PassRole", params["Target"]["RoleArn"]
    elif call.operation == "SendEmail":
        domain = str(params["FromEmailAddress"]).rsplit("@", 1)[-1].rstrip(">")
        for action in ("ses:SendEmail", "ses:SendRawEmail"):
            yield action, names.arn("ses", f"identity/{domain}")
            yield action, names.arn("ses", f"configuration-set/{params.get('ConfigurationSetName')}")
    elif call.operation == "DeleteObject" and "VersionId" in params:
        yield "s3:DeleteObjectVersion", _object(params, names)
    else:
        yield _ACTIONS.get(whole, whole), _RESOURCES[service](params, names)


def _table(params: Mapping[str, Any], names: Names) -> str:
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    return names.arn("dynamodb", f"table/{params['TableName']}{index}")


def _object(params: Mapping[str, Any], names: Names) -> str:
    return f"arn:{names.partition}:s3:::{params['Bucket']}" + (f"/{params['Key']}" if "Key" in params else "")


_RESOURCES: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "dynamodb": _table,
    "s3": _object,
    "sns": lambda *_: "a phone number",
    "sqs": lambda params, names: names.arn("sqs", str(params["QueueUrl"]).rsplit("/", 1)[-1]),
    "secretsmanager": lambda params, names: names.arn("secretsmanager", f"secret:{params['SecretId']}-abcdef"),
    # A task token is the journeys' machine's own; only SendTaskSuccess carries one.
    "states": lambda params, names: params.get("stateMachineArn", names.machine_arn(JOURNEY)),
}
