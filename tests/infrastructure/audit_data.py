"""Data encrypted, kept, and closed to everybody who is not named: tables, buckets, queues, secrets, the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.infrastructure.audit_delivery import notifications
from tests.infrastructure.audit_stack import ACCOUNT, PARTITION, Resource, Stack, listed

EVERYBODY = ("*", {"AWS": "*"})
UNENCRYPTED = {"Bool": {"aws:SecureTransport": "false"}}
OUTLIVES = ("DynamoDB::Table", "S3::Bucket", "SecretsManager::Secret", "KMS::Key")
BY_HAND = ("keys", "webhooks")  # the secrets that ops change, with two values valid at once
NEVER = ("salt",)  # whoever said no is found by it


def tables_are_safe(stack: Stack) -> Iterator[str]:
    tables = stack.all("DynamoDB::Table")
    for table in tables:
        encryption = table.at("SSESpecification") or {}
        on = encryption.get("SSEEnabled") is True and encryption.get("SSEType") == "KMS"
        if not on or stack.by_arn(encryption.get("KMSMasterKeyId"), "KMS::Key") is None:
            yield f"{table} is not encrypted with the stack's key"
        if table.at("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") is not True:
            yield f"{table} cannot be restored"
        if table.at("BillingMode") != "PAY_PER_REQUEST":
            yield f"{table} has a fixed capacity"
        forgets = {"AttributeName": "ttl", "Enabled": True}
        if table.at("TimeToLiveSpecification") != (None if table.name.endswith("-definitions") else forgets):
            yield f"{table} keeps what should go, or forgets what should stay"
        if stack.stage.live and table.at("DeletionProtectionEnabled") is not True:
            yield f"{table} can be deleted by mistake"
        yield from _keys(table)


def _keys(table: Resource) -> Iterator[str]:
    described = [
        (str(each.get("AttributeName")), each.get("AttributeType")) for each in listed(table.at("AttributeDefinitions"))
    ]
    indexes = listed(table.at("GlobalSecondaryIndexes"))
    used = set()
    for schema in (table.at("KeySchema"), *(index.get("KeySchema") for index in indexes)):
        kinds = {each.get("KeyType"): each.get("AttributeName") for each in listed(schema)}
        if set(kinds) != {"HASH", "RANGE"}:
            yield f"{table} lacks a key"
        used |= set(kinds.values())
    if sorted(described) != sorted((str(name), "S") for name in used):
        yield f"{table} has the keys {sorted(map(str, used))} and describes {described}"
    for index in indexes:
        if index.get("Projection") != {"ProjectionType": "KEYS_ONLY"} or not index.get("IndexName"):
            yield f"{table} copies more into its index than it needs"


def indexes_that_rights_name_exist(stack: Stack) -> Iterator[str]:
    known = {
        f"{stack.arn(table)}/index/{index.get('IndexName')}"
        for table in stack.all("DynamoDB::Table")
        for index in listed(table.at("GlobalSecondaryIndexes"))
    }
    named = {g.resource for role in stack.all("IAM::Role") for g in role.grants if "/index/" in g.resource}
    if known != named:
        yield f"indexes are {known}, rights name {named}"


def what_is_live_outlives_the_stack(stack: Stack) -> Iterator[str]:
    for resource in stack.all(*OUTLIVES):
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            kept = "Retain" if policy == "UpdateReplacePolicy" else "RetainExceptOnCreate"
            if resource.attributes.get(policy) != (kept if stack.stage.live else "Delete"):
                yield f"{resource} has the wrong {policy}"
    for resource in stack.all("SQS::Queue", "Logs::LogGroup"):  # would stay behind, and be in the way
        if resource.attributes.get("DeletionPolicy") not in ("Delete", None):
            yield f"{resource} stays behind"


def buckets_are_closed(stack: Stack) -> Iterator[str]:
    for bucket in stack.all("S3::Bucket"):
        arn = stack.arn(bucket)
        closed = bucket.at("PublicAccessBlockConfiguration") or {}
        for flag in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"):
            if closed.get(flag) is not True:
                yield f"{bucket} may become public: {flag}"
        if bucket.at("OwnershipControls", "Rules") != [{"ObjectOwnership": "BucketOwnerEnforced"}]:
            yield f"{bucket} has access lists"
        yield from _encryption(stack, bucket)
        yield from _lifecycle(bucket)
        policies = [each for each in stack.all("S3::BucketPolicy") if each.at("Bucket") == bucket.name]
        said = [each for policy in policies for each in policy.statements]
        for condition in (UNENCRYPTED, {"NumericLessThan": {"s3:TlsVersion": 1.2}}):
            if not any(_denies(each, "s3:*", [arn, f"{arn}/*"], condition) for each in said):
                yield f"{bucket} does not refuse {condition}"
        yield from _access_log(stack, bucket)


def _encryption(stack: Stack, bucket: Resource) -> Iterator[str]:
    """Content and logs are S3's to encrypt, so that a marketer and the log service need no right to the key."""
    rules = listed(bucket.at("BucketEncryption", "ServerSideEncryptionConfiguration"))
    how = rules[0].get("ServerSideEncryptionByDefault", {}) if len(rules) == 1 else {}
    with_key = how.get("SSEAlgorithm") == "aws:kms" and stack.by_arn(how.get("KMSMasterKeyID"), "KMS::Key")
    if not with_key and how != {"SSEAlgorithm": "AES256"}:
        yield f"{bucket} is not encrypted"
    if with_key and rules[0].get("BucketKeyEnabled") is not True:
        yield f"{bucket} asks the key for every object"


def _lifecycle(bucket: Resource) -> Iterator[str]:
    rules = [rule for rule in listed(bucket.at("LifecycleConfiguration", "Rules")) if rule.get("Status") == "Enabled"]
    if not notifications(bucket):
        if not any(rule.get("ExpirationInDays") in range(1, 366) for rule in rules):
            yield f"{bucket} keeps people's data for ever"
        return
    if bucket.at("VersioningConfiguration", "Status") != "Enabled":
        yield f"{bucket} forgets what was overwritten"
    if not any(rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays") in range(30, 3651) for rule in rules):
        yield f"{bucket} keeps old versions for ever, or for too short"
    if not any("AbortIncompleteMultipartUpload" in rule for rule in rules):
        yield f"{bucket} keeps uploads that were given up"
    if any(
        days not in range(1, 8)
        for rule in rules
        for days in [rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation", 0)]
    ):
        yield f"{bucket} keeps uploads that were given up"


def _access_log(stack: Stack, bucket: Resource) -> Iterator[str]:
    if bucket.name.startswith(f"{stack.stage.prefix}access-logs"):
        return
    goes_to = stack.named(bucket.at("LoggingConfiguration", "DestinationBucketName"), "S3::Bucket")
    prefix = bucket.at("LoggingConfiguration", "LogFilePrefix")
    if goes_to is None or not prefix:
        yield f"nobody notes who reads {bucket}"
        return
    policies = [each for each in stack.all("S3::BucketPolicy") if each.at("Bucket") == goes_to.name]
    expected = {
        "Action": "s3:PutObject",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Resource": f"{stack.arn(goes_to)}/{prefix}*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": stack.arn(bucket)},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
        },
    }
    if expected not in [each for policy in policies for each in policy.statements]:
        yield f"{goes_to} does not take the log of {bucket}"


def queues_are_closed(stack: Stack) -> Iterator[str]:
    for queue in stack.all("SQS::Queue"):
        if stack.by_arn(queue.at("KmsMasterKeyId"), "KMS::Key") is None:
            yield f"{queue} is not encrypted with the stack's key"
        policies = [each for each in stack.all("SQS::QueuePolicy") if f"${{{queue.id}}}" in listed(each.at("Queues"))]
        said = [each for policy in policies for each in policy.statements]
        if not any(_denies(each, "sqs:*", [stack.arn(queue)], UNENCRYPTED) for each in said):
            yield f"{queue} takes what comes unencrypted"


def _denies(statement: dict[str, Any], action: str, on: list[str], condition: dict[str, Any]) -> bool:
    return (
        statement.get("Effect") == "Deny"
        and statement.get("Principal") in EVERYBODY
        and listed(statement.get("Action")) == [action]
        and listed(statement.get("Resource")) == on
        and statement.get("Condition") == condition
    )


def nobody_is_let_in(stack: Stack) -> Iterator[str]:
    """What a resource's own policy allows, it allows to a service, for this account or for one source."""
    for policy in stack.all("S3::BucketPolicy", "SQS::QueuePolicy", "SNS::TopicPolicy", "KMS::Key"):
        for statement in policy.statements:
            principal = statement.get("Principal")
            own = {"AWS": f"arn:{PARTITION}:iam::{ACCOUNT}:root"}
            if statement.get("Effect") == "Deny" or (policy.type == "AWS::KMS::Key" and principal == own):
                continue
            condition = json.dumps(statement.get("Condition", {}))
            if not isinstance(principal, dict) or set(principal) != {"Service"}:
                yield f"{policy.id} lets {principal} in"
            elif "aws:SourceArn" not in condition and "aws:SourceAccount" not in condition:
                yield f"{policy.id} lets {principal} in for anybody"


def the_key_rotates_and_has_an_owner(stack: Stack) -> Iterator[str]:
    keys = stack.all("KMS::Key")
    if len(keys) != 1:
        yield f"there are {len(keys)} keys"
    for key in keys:
        if key.at("EnableKeyRotation") is not True:
            yield f"{key} does not rotate"
        owner = {"AWS": f"arn:{PARTITION}:iam::{ACCOUNT}:root"}
        own = {"Action": "kms:*", "Effect": "Allow", "Principal": owner, "Resource": "*"}
        if own not in key.statements:
            yield f"{key} could not be administered any more, nor used by any role"
        if any(statement.get("Resource") != "*" for statement in key.statements):
            yield f"{key} says something of another key"
        if not any(alias.at("TargetKeyId") == stack.arn(key) for alias in stack.all("KMS::Alias")):
            yield f"{key} has no name"


def secrets_are_generated(stack: Stack) -> Iterator[str]:
    rotated = {schedule.at("SecretId"): schedule for schedule in stack.all("SecretsManager::RotationSchedule")}
    for secret in stack.all("SecretsManager::Secret"):
        if stack.by_arn(secret.at("KmsKeyId"), "KMS::Key") is None:
            yield f"{secret} is not encrypted with the stack's key"
        if secret.at("SecretString") is not None:
            yield f"{secret} is written in the template"
        generated = secret.at("GenerateSecretString") or {}
        shape = json.loads(generated.get("SecretStringTemplate") or "null")
        if not generated.get("GenerateStringKey") or not isinstance(shape, dict):
            yield f"{secret} has not the shape that functions read"
        if generated.get("PasswordLength") not in range(43, 129) or generated.get("ExcludePunctuation") is not True:
            yield f"{secret} is too short, or does not fit into a header or a link"
        schedule = rotated.pop(stack.arn(secret), None)
        if secret.name.endswith(BY_HAND + NEVER):
            continue
        if schedule is None or stack.by_arn(schedule.at("RotationLambdaARN"), "Lambda::Function") is None:
            yield f"{secret} stays what it is for ever"
        elif schedule.at("RotationRules", "AutomaticallyAfterDays") not in range(1, 366):
            yield f"{secret} stays what it is for more than a year"
    yield from (f"{schedule.id} rotates nothing" for schedule in rotated.values())


RULES = (
    tables_are_safe,
    indexes_that_rights_name_exist,
    what_is_live_outlives_the_stack,
    buckets_are_closed,
    queues_are_closed,
    nobody_is_let_in,
    the_key_rotates_and_has_an_owner,
    secrets_are_generated,
)
