"""The content bucket, where marketers work, the bucket that keeps stream records which could not be applied, and who
asked what of both."""

from __future__ import annotations

from aws_cdk import Duration, aws_kms, aws_s3
from constructs import Construct

from infra.names import Names
from infra.removal import removal_policy
from infra.stage import Stage

OLD_VERSIONS_DAYS = 365
ACCESS_LOG_DAYS = 90
FAILURES_DAYS = 90  # personal data: not for ever; the alarm rings when the first record arrives


def make_buckets(scope: Construct, names: Names, stage: Stage, key: aws_kms.IKey) -> dict[str, aws_s3.Bucket]:
    """By logical name. Content is S3's to encrypt, so that a marketer needs no right to the key."""
    logs = _bucket(
        scope,
        "access-logs",
        names,
        stage,
        encryption=aws_s3.BucketEncryption.S3_MANAGED,
        lifecycle_rules=[aws_s3.LifecycleRule(expiration=Duration.days(ACCESS_LOG_DAYS))],
    )
    content = _bucket(
        scope,
        "content",
        names,
        stage,
        encryption=aws_s3.BucketEncryption.S3_MANAGED,
        versioned=True,
        server_access_logs_bucket=logs,
        server_access_logs_prefix="content/",
        lifecycle_rules=[
            aws_s3.LifecycleRule(
                noncurrent_version_expiration=Duration.days(OLD_VERSIONS_DAYS),
                abort_incomplete_multipart_upload_after=Duration.days(1),
            )
        ],
    )
    failures = _bucket(
        scope,
        "failures",
        names,
        stage,
        encryption=aws_s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        server_access_logs_bucket=logs,
        server_access_logs_prefix="failures/",
        lifecycle_rules=[aws_s3.LifecycleRule(expiration=Duration.days(FAILURES_DAYS))],
    )
    return {"content": content, "failures": failures}


def _bucket(scope: Construct, name: str, names: Names, stage: Stage, **how: object) -> aws_s3.Bucket:
    return aws_s3.Bucket(
        scope,
        f"Bucket-{name}",
        bucket_name=names.bucket(name),
        block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        removal_policy=removal_policy(stage),
        **how,
    )
