"""The state machine: the committed file as it is, with the stage's names filled in by CloudFormation."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import aws_stepfunctions
from constructs import Construct

from infra.names import Names
from infra.roles import Roles
from infra.stage import Stage


def make_machine(scope: Construct, names: Names, stage: Stage, roles: Roles) -> None:
    topology = names.topology
    definition = Path(__file__).with_name(topology.machine_definition).read_text(encoding="utf-8")
    # Nothing is lost with the machine: rows decide, and the sweeper gets going again what an execution left.
    aws_stepfunctions.CfnStateMachine(
        scope,
        "Machine",
        state_machine_name=names.physical(topology.state_machine),
        state_machine_type="STANDARD",
        role_arn=roles.make(topology.state_machine, "states.amazonaws.com").role_arn,
        definition_string=definition,
        definition_substitutions={k: v for k, v in names.placeholders().items() if f"${{{k}}}" in definition},
        tracing_configuration=aws_stepfunctions.CfnStateMachine.TracingConfigurationProperty(enabled=True)
        if stage.tracing
        else None,
    )
