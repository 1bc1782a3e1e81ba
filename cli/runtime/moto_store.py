"""Creates what the topology names in moto, through boto3 as an operator would."""

from __future__ import annotations

import json
from typing import Any

import boto3
import botocore.session
from anlass.adapters.aws.clients import MODELS
from anlass.adapters.memory.seals import LOCAL_KEYS

from cli.runtime.names import REGION
from infra.names import Names
from infra.topology import ASYNC_DEAD, CALENDAR_DEAD, MAIL, Table

SECRETS = {
    "keys": {"server": ["local-server"], "browser": ["local-browser"]},
    "links": {"current": "local-links-secret-of-no-value-elsewhere", "previous": None},
    "webhooks": LOCAL_KEYS,
    "salt": {"salt": "a-salt-of-no-value-elsewhere"},
}


def open_session() -> None:
    """Makes the default session of boto3, with the hooks that are in place now."""
    session = botocore.session.Session()
    session.register_component("data_loader", MODELS)
    boto3.setup_default_session(botocore_session=session, region_name=REGION)


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def create_all(names: Names) -> None:
    topology = names.topology
    dynamodb, sqs, s3 = client("dynamodb"), client("sqs"), client("s3")
    for table in topology.tables:
        dynamodb.create_table(**_table(names, table))
    for dead in (ASYNC_DEAD, CALENDAR_DEAD):
        sqs.create_queue(QueueName=names.physical(dead))
    for queue in topology.queues:
        sqs.create_queue(QueueName=names.physical(queue.dead))
        redrive = {"deadLetterTargetArn": names.queue_arn(queue.dead), "maxReceiveCount": queue.max_receives}
        attributes = {"VisibilityTimeout": str(queue.visibility_seconds), "RedrivePolicy": json.dumps(redrive)}
        sqs.create_queue(QueueName=names.physical(queue.name), Attributes=attributes)
    for bucket in topology.buckets:
        s3.create_bucket(Bucket=names.bucket(bucket), CreateBucketConfiguration={"LocationConstraint": REGION})
    secrets = client("secretsmanager")
    for secret in topology.secrets:
        if secret not in SECRETS:
            raise ValueError(f"secret {secret!r} has no local value: give it one in {__name__}")
        secrets.create_secret(Name=names.physical(secret), SecretString=json.dumps(SECRETS[secret]))
    client("scheduler").create_schedule_group(Name=names.physical(topology.schedule_group))
    client("sesv2").create_configuration_set(ConfigurationSetName=names.physical(MAIL))


def _table(names: Names, table: Table) -> dict[str, Any]:
    keys = [table.partition_key, table.sort_key]
    request: dict[str, Any] = {
        "TableName": names.physical(table.name),
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _schema(table.partition_key, table.sort_key),
    }
    if table.indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _schema(index.partition_key, index.sort_key),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projection)}
                if index.projection
                else {"ProjectionType": "KEYS_ONLY"},
            }
            for index in table.indexes
        ]
        keys += [key for index in table.indexes for key in (index.partition_key, index.sort_key)]
    if table.stream:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": table.stream}
    request["AttributeDefinitions"] = [{"AttributeName": key, "AttributeType": "S"} for key in dict.fromkeys(keys)]
    return request


def _schema(partition_key: str, sort_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition_key, "KeyType": "HASH"},
        {"AttributeName": sort_key, "KeyType": "RANGE"},
    ]
