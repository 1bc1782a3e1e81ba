"""Roles: the rights of `rights.py`, what an event source's poller needs, the own log group, and the key through the
services whose data it encrypts. Inline and complete, so that one look at a role shows everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_cdk import Stack, aws_iam, aws_kms
from constructs import Construct

from infra.names import Names
from infra.rights import Right
from infra.stage import Stage

# What DynamoDB asks of its callers for a table with a customer's key, in AWS's words; wildcards written out.
_TABLE_KEY = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
_DATA_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


class Roles:
    def __init__(self, scope: Construct, names: Names, stage: Stage, key: aws_kms.IKey) -> None:
        self._scope = scope
        self._names = names
        self._key = key
        # X-Ray has no resources to name.
        traces = aws_iam.PolicyStatement(actions=list(TRACES), resources=["*"])
        self._traces = [traces] if stage.tracing else []

    def make(
        self, name: str, service: str, more: Sequence[aws_iam.PolicyStatement] = (), rights: Iterable[Right] = ()
    ) -> aws_iam.Role:
        """The role of `name` (a function, the machine, the calendar): its rights in the topology, `rights`, `more`."""
        granted = (*self._names.topology.rights.get(name, ()), *rights)
        statements = [*(self._statement(right) for right in granted), *self._for_the_key(granted), *more]
        if service != "scheduler.amazonaws.com":
            statements += self._traces
        return aws_iam.Role(
            self._scope,
            f"Role-{name}",
            role_name=self._names.physical(name),
            assumed_by=aws_iam.ServicePrincipal(
                service, conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self._scope).account}}
            )
            if service != "lambda.amazonaws.com"
            else aws_iam.ServicePrincipal(service),
            inline_policies={"rights": aws_iam.PolicyDocument(statements=statements)},
        )

    def _statement(self, right: Right) -> aws_iam.PolicyStatement:
        conditions: dict[str, dict[str, object]] = {}
        if right.on == "mail":
            conditions = {"StringLike": {"ses:FromAddress": f"*@{self._names.mail_domain}"}}
        elif right.on.startswith("role/"):
            conditions = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
        return aws_iam.PolicyStatement(
            actions=list(right.actions), resources=list(self._names.resources(right.on)), conditions=conditions
        )

    def _for_the_key(self, rights: Iterable[Right]) -> list[aws_iam.PolicyStatement]:
        touched = {right.on.split("/")[0]: right for right in rights}
        statements = []
        if "table" in touched:
            statements.append(self._through("dynamodb", _TABLE_KEY))
        if "secret" in touched:
            writes = any("PutSecretValue" in action for action in touched["secret"].actions)
            statements.append(self._through("secretsmanager", _DATA_KEY if writes else ("kms:Decrypt",)))
        failures = [right for right in rights if right.on.startswith("objects/failures")]
        if failures:
            writes = any("s3:PutObject" in right.actions for right in failures)
            statements.append(self._through("s3", _DATA_KEY if writes else ("kms:Decrypt",)))
        return statements

    def _through(self, service: str, actions: Sequence[str]) -> aws_iam.PolicyStatement:
        return aws_iam.PolicyStatement(
            actions=list(actions),
            resources=[self._key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": f"{service}.{self._names.region}.amazonaws.com"}},
        )
