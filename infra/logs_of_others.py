"""What services of AWS write to log groups of their own, and nowhere else: SNS the delivery status of SMS."""

from __future__ import annotations

from aws_cdk import aws_logs
from constructs import Construct

from infra.functions import Functions
from infra.names import Names


def subscribe_to_logs(scope: Construct, names: Names, functions: Functions) -> None:
    """The groups are the account's, and must be there: docs/deploy.md says how they come to be."""
    for source in names.topology.log_sources:
        function, group = functions.made[source.function], names.log_group(source.group)
        permission = functions.let_call(
            f"Log-{source.name}-invokes", source.function, "logs", names.arn("logs", f"log-group:{group}:*")
        )
        subscription = aws_logs.CfnSubscriptionFilter(
            scope,
            f"Log-{source.name}",
            filter_name=names.physical(source.name),
            log_group_name=group,
            filter_pattern="{ $.notification.messageId = * }",
            destination_arn=function.function_arn,
        )
        subscription.add_resource_dependency(permission)
