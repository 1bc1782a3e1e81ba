"""The state machines: the committed files as they are, with the stage's names filled in by CloudFormation."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import aws_stepfunctions
from constructs import Construct

from infra.names import Names
from infra.roles import Roles
from infra.stage import Stage
from infra.topology import JOURNEY, StateMachine


def make_machines(scope: Construct, names: Names, stage: Stage, roles: Roles) -> None:
    for machine in names.topology.machines:
        _make(scope, machine, names, stage, roles)


def construct_id(machine: StateMachine) -> str:
    """The first one keeps the id that it was deployed under: its name would be taken while it is replaced."""
    return "Machine" if machine.name == JOURNEY else f"Machine-{machine.name}"


def _make(scope: Construct, machine: StateMachine, names: Names, stage: Stage, roles: Roles) -> None:
    definition = Path(__file__).with_name(machine.definition).read_text(encoding="utf-8")
    # Nothing is lost with a machine: rows decide, and the sweeper gets going again what an execution left.
    aws_stepfunctions.CfnStateMachine(
        scope,
        construct_id(machine),
        state_machine_name=names.physical(machine.name),
        state_machine_type="STANDARD",
        role_arn=roles.make(machine.name, "states.amazonaws.com").role_arn,
        definition_string=definition,
        definition_substitutions={k: v for k, v in names.placeholders().items() if f"${{{k}}}" in definition},
        tracing_configuration=aws_stepfunctions.CfnStateMachine.TracingConfigurationProperty(enabled=True)
        if stage.tracing
        else None,
    )
