"""What becomes of data when its resource goes."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.stage import Stage


def removal_policy(stage: Stage) -> RemovalPolicy:
    """In a live stage data stays; but what a first deployment that failed left empty would be in the next one's way."""
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if stage.live else RemovalPolicy.DESTROY
