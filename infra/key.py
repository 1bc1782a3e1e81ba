"""The one key that the stack's data is encrypted with."""

from __future__ import annotations

from aws_cdk import Stack, aws_iam, aws_kms
from constructs import Construct

from infra.names import Names
from infra.removal import removal_policy
from infra.stage import Stage


def make_key(scope: Construct, names: Names, stage: Stage) -> aws_kms.Key:
    """Who may use it says IAM, beside the services that report to the alarm topic and keep what they cannot deliver."""
    key = aws_kms.Key(
        scope,
        "Key",
        alias=names.physical("data"),
        description=f"Anlass, stage {stage.name}: tables, secrets, failed records, alarms",
        enable_key_rotation=True,
        removal_policy=removal_policy(stage),
    )
    key.add_to_resource_policy(
        aws_iam.PolicyStatement(
            sid="AlarmsAndBudgetsReportAndTheBusKeepsWhatFailed",
            principals=[
                aws_iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                aws_iam.ServicePrincipal("budgets.amazonaws.com"),
                aws_iam.ServicePrincipal("events.amazonaws.com"),
            ],
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=["*"],  # in a key's own policy: this key
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}},
        )
    )
    return key
