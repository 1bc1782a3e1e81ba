"""What the account may cost in a month before somebody is told."""

from __future__ import annotations

from aws_cdk import aws_budgets, aws_sns
from constructs import Construct

from infra.names import Names
from infra.stage import Stage

Budget = aws_budgets.CfnBudget


def make_budget(scope: Construct, names: Names, stage: Stage, topic: aws_sns.ITopic) -> None:
    """Of the whole account: a filter by tag is silent until somebody activates the tag for billing."""
    told = [Budget.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)]
    warnings = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))
    budget = Budget(
        scope,
        "Budget",
        budget=Budget.BudgetDataProperty(
            budget_name=names.physical("month"),
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=Budget.SpendProperty(amount=stage.monthly_budget_usd, unit="USD"),
        ),
        notifications_with_subscribers=[
            Budget.NotificationWithSubscribersProperty(
                notification=Budget.NotificationProperty(
                    notification_type=kind, comparison_operator="GREATER_THAN", threshold=percent
                ),
                subscribers=told,
            )
            for kind, percent in warnings
        ],
    )
    budget.node.add_dependency(topic)  # and its policy, without which Budgets may not report to it
