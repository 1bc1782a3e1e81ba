"""The DynamoDB tables of the topology."""

from __future__ import annotations

from aws_cdk import aws_dynamodb, aws_kms
from constructs import Construct

from infra.names import Names
from infra.removal import removal_policy
from infra.stage import Stage
from infra.topology import Table

_STREAMS = {
    "NEW_IMAGE": aws_dynamodb.StreamViewType.NEW_IMAGE,
    "NEW_AND_OLD_IMAGES": aws_dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
}


def make_tables(scope: Construct, names: Names, stage: Stage, key: aws_kms.IKey) -> dict[str, aws_dynamodb.Table]:
    """By logical name."""
    return {table.name: _make(scope, table, names, stage, key) for table in names.topology.tables}


def _make(scope: Construct, table: Table, names: Names, stage: Stage, key: aws_kms.IKey) -> aws_dynamodb.Table:
    made = aws_dynamodb.Table(
        scope,
        f"Table-{table.name}",
        table_name=names.physical(table.name),
        partition_key=_text(table.partition_key),
        sort_key=_text(table.sort_key),
        billing_mode=aws_dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption=aws_dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryption_key=key,
        point_in_time_recovery_specification=aws_dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        stream=_STREAMS[table.stream] if table.stream else None,
        time_to_live_attribute=table.ttl,
        deletion_protection=stage.live,
        removal_policy=removal_policy(stage),
    )
    for index in table.indexes:
        made.add_global_secondary_index(
            index_name=index.name,
            partition_key=_text(index.partition_key),
            sort_key=_text(index.sort_key),
            projection_type=aws_dynamodb.ProjectionType.INCLUDE
            if index.projection
            else aws_dynamodb.ProjectionType.KEYS_ONLY,
            non_key_attributes=list(index.projection) or None,
        )
    return made


def _text(name: str) -> aws_dynamodb.Attribute:
    return aws_dynamodb.Attribute(name=name, type=aws_dynamodb.AttributeType.STRING)
