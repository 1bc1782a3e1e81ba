"""The state machine: the committed file as it is, with the stage's names filled in by CloudFormation."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import RemovalPolicy, aws_stepfunctions
from constructs import Construct

from infra.names import Names
from infra.roles import Roles
from infra.stage import Stage


def make_machine(scope: Construct, names: Names, stage: Stage, roles: Roles) -> aws_stepfunctions.CfnStateMachine:
    topology = names.topology
    definition = Path(__file__).with_name(topology.machine_definition).read_text(encoding="utf-8")
    machine = aws_stepfunctions.CfnStateMachine(
        scope,
        "Machine",
        state_machine_name=names.physical(topology.state_machine),
        state_machine_type="STANDARD",
        role_arn=roles.make(topology.state_machine, "states.amazonaws.com").role_arn,
        definition_string=definition,
        definition_substitutions=names.placeholders(),
        tracing_configuration=aws_stepfunctions.CfnStateMachine.TracingConfigurationProperty(enabled=True)
        if stage.tracing
        else None,
    )
    # Executions that run are part of the data: they go with the machine.
    machine.apply_removal_policy(RemovalPolicy.RETAIN if stage.live else RemovalPolicy.DESTROY)
    return machine
