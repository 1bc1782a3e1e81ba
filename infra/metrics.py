"""The metrics that alarms and the dashboard are made of: AWS's, and those that the functions write."""

from __future__ import annotations

from collections.abc import Mapping

from anlass.metrics import NAMESPACE, Metric, dimensions
from aws_cdk import Duration, aws_cloudwatch

FIVE_MINUTES = Duration.minutes(5)


def metric(
    namespace: str,
    name: str,
    of: Mapping[str, str],
    statistic: str = "Sum",
    period: Duration = FIVE_MINUTES,
) -> aws_cloudwatch.Metric:
    return aws_cloudwatch.Metric(
        namespace=namespace, metric_name=name, dimensions_map=dict(of), statistic=statistic, period=period
    )


def own(name: Metric, stage: str) -> aws_cloudwatch.Metric:
    """A metric that the functions write themselves."""
    return metric(NAMESPACE, name, dimensions(stage))


def total(*metrics: aws_cloudwatch.Metric) -> aws_cloudwatch.MathExpression:
    """Their sum; one that says nothing counts as 0."""
    return formula(" + ".join(f"FILL(m{number}, 0)" for number in range(len(metrics))), *metrics)


def formula(expression: str, *metrics: aws_cloudwatch.Metric) -> aws_cloudwatch.MathExpression:
    """`metrics` are m0, m1 … in the expression."""
    named = {f"m{number}": each for number, each in enumerate(metrics)}
    return aws_cloudwatch.MathExpression(expression=expression, using_metrics=named, period=FIVE_MINUTES)
