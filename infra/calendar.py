"""EventBridge Scheduler: the group that schedules are made in, and the role that they ring as."""

from __future__ import annotations

from aws_cdk import aws_scheduler
from constructs import Construct

from infra.names import Names
from infra.roles import Roles
from infra.topology import CALENDAR


def make_calendar(scope: Construct, names: Names, roles: Roles) -> None:
    aws_scheduler.CfnScheduleGroup(scope, "Schedules", name=names.physical(names.topology.schedule_group))
    roles.make(CALENDAR, "scheduler.amazonaws.com")
