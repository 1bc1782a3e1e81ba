"""What a marketer may do: the content prefix, the reports about it, and nothing else of the account."""

from __future__ import annotations

from aws_cdk import aws_iam
from constructs import Construct

from infra.names import Names


def make_marketers_policy(scope: Construct, names: Names) -> None:
    """To be attached to the marketers' group or permission set."""
    (bucket,) = names.resources("bucket/content")
    aws_iam.ManagedPolicy(
        scope,
        "Marketers",
        managed_policy_name=names.physical("marketer"),
        description="Edits content/, reads reports/, sees and restores older versions",
        statements=[
            aws_iam.PolicyStatement(
                actions=["s3:ListBucket", "s3:ListBucketVersions"],
                resources=[bucket],
                conditions={"StringLike": {"s3:prefix": ["", "content/*", "reports/*"]}},
            ),
            aws_iam.PolicyStatement(
                actions=["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                resources=[f"{bucket}/content/*"],
            ),
            aws_iam.PolicyStatement(actions=["s3:GetObject"], resources=[f"{bucket}/reports/*"]),
        ],
    )
