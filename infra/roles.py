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
from infra.topology import CALENDAR

# What a caller needs of the key that a service encrypts its data with: to read, and beside that to write. DynamoDB's
# are AWS's words with the wildcards written out.
_KEY_OF = {
    "table": "dynamodb",
    "secret": "secretsmanager",
    "objects/failures": "s3",
    "queue": "sqs",
}
_TO_READ = {
    "dynamodb": ("kms:Decrypt", "kms:DescribeKey"),
    "secretsmanager": ("kms:Decrypt",),
    "s3": ("kms:Decrypt",),
    "sqs": ("kms:Decrypt",),
}
_TO_WRITE = {
    "dynamodb": (
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    ),
    "secretsmanager": ("kms:GenerateDataKey",),
    "s3": ("kms:GenerateDataKey",),
    "sqs": ("kms:GenerateDataKey",),
}
_WRITES = ("BatchWrite", "DeleteItem", "Put", "SendMessage", "UpdateItem")
TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")


class Roles:
    def __init__(self, scope: Construct, names: Names, stage: Stage, key: aws_kms.IKey) -> None:
        self._scope = scope
        self._names = names
        self._key = key
        # X-Ray has no resources to name.
        traces = aws_iam.PolicyStatement(actions=list(TRACES), resources=["*"])
        self._traces = [traces] if stage.tracing else []

    def make(self, name: str, service: str, more: Sequence[aws_iam.PolicyStatement] = ()) -> aws_iam.Role:
        """The role of `name`, a function, the machine or the calendar: its rights in the topology, and `more`."""
        rights = self._names.topology.rights_of(name)
        statements = [*(self._statement(right) for right in rights), *self._for_the_key(name, rights), *more]
        if service != "scheduler.amazonaws.com":
            statements += self._traces
        return aws_iam.Role(
            self._scope,
            f"Role-{name}",
            role_name=self._names.physical(name),
            assumed_by=aws_iam.ServicePrincipal(service, conditions=self._only_for(name)),
            inline_policies={"rights": aws_iam.PolicyDocument(statements=statements)},
        )

    def _only_for(self, name: str) -> dict[str, object]:
        """The one schedule group and the machines that may take their roles; Lambda says nothing of the kind."""
        names = self._names
        group = f"schedule-group/{names.physical(names.topology.schedule_group)}"
        machines = {machine.name: names.machine_arn(machine.name) for machine in names.topology.machines}
        taker = {CALENDAR: names.arn("scheduler", group), **machines}.get(name)
        if taker is None:
            return {}
        account = {"aws:SourceAccount": Stack.of(self._scope).account}
        return {"StringEquals": account, "ArnLike": {"aws:SourceArn": taker}}

    def _statement(self, right: Right) -> aws_iam.PolicyStatement:
        if right.on == "phones":
            # SMS to numbers, which have no ARN, and no message to any topic, which has one.
            topics = f"arn:{self._names.partition}:sns:*:*:*"
            return aws_iam.PolicyStatement(actions=list(right.actions), not_resources=[topics])
        conditions: dict[str, dict[str, object]] = {}
        if right.on == "mail":
            conditions = {"StringLike": {"ses:FromAddress": f"*@{self._names.mail_domain}"}}
        elif right.on.startswith("role/"):
            conditions = {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
        return aws_iam.PolicyStatement(
            actions=list(right.actions), resources=list(self._names.resources(right.on)), conditions=conditions
        )

    def _for_the_key(self, name: str, rights: Iterable[Right]) -> list[aws_iam.PolicyStatement]:
        """A stream is encrypted like its table."""
        writes = {"dynamodb": False} if self._names.topology.streams_of(name) else {}
        for right in rights:
            for on, service in _KEY_OF.items():
                if f"{right.on}/".startswith(f"{on}/"):
                    puts = any(action.split(":")[1].startswith(_WRITES) for action in right.actions)
                    writes[service] = writes.get(service, False) or puts
        return [self._through(s, (*_TO_READ[s], *(_TO_WRITE[s] if w else ()))) for s, w in sorted(writes.items())]

    def _through(self, service: str, actions: Sequence[str]) -> aws_iam.PolicyStatement:
        return aws_iam.PolicyStatement(
            actions=list(actions),
            resources=[self._key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": f"{service}.{self._names.region}.amazonaws.com"}},
        )
