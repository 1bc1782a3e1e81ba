"""Where alarms and the budget report to, and who hears of it."""

from __future__ import annotations

from aws_cdk import Stack, aws_iam, aws_kms, aws_sns, aws_sns_subscriptions
from constructs import Construct

from infra.names import Names
from infra.stage import Stage


def make_topic(scope: Construct, names: Names, stage: Stage, key: aws_kms.IKey) -> aws_sns.Topic:
    topic = aws_sns.Topic(scope, "Alarms", topic_name=names.physical("alarms"), master_key=key, enforce_ssl=True)
    topic.add_subscription(aws_sns_subscriptions.EmailSubscription(stage.alarm_email))
    topic.add_to_resource_policy(
        aws_iam.PolicyStatement(
            sid="AlarmsAndBudgetsOfThisAccount",
            principals=[
                aws_iam.ServicePrincipal("cloudwatch.amazonaws.com"),
                aws_iam.ServicePrincipal("budgets.amazonaws.com"),
            ],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}},
        )
    )
    return topic
