"""Log groups: made here, so that no function may make one, and kept as long as the stage says."""

from __future__ import annotations

from typing import Any

from aws_cdk import RemovalPolicy, aws_logs
from constructs import Construct

from infra.stage import Stage


def make_log_group(scope: Construct, id_: str, name: str, stage: Stage) -> aws_logs.LogGroup:
    made = aws_logs.LogGroup(scope, id_, log_group_name=name, removal_policy=RemovalPolicy.DESTROY)
    resource: Any = made.node.default_child
    resource.retention_in_days = stage.log_days  # the construct above it has a name for each number
    return made
