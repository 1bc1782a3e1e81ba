"""Mail that people send: SES takes it for one address, hands over who it was for, and keeps nothing of it."""

from __future__ import annotations

from aws_cdk import CfnOutput, aws_ses
from constructs import Construct

from infra.functions import Functions
from infra.names import Names
from infra.stage import Stage
from infra.topology import RECEIVED


def make_receiving(scope: Construct, names: Names, stage: Stage, functions: Functions) -> None:
    """A region has one active rule set, and no stack can activate it: docs/deploy.md says how."""
    if not names.topology.mail_sources:
        return
    rules = aws_ses.CfnReceiptRuleSet(scope, "Received", rule_set_name=names.physical(RECEIVED))
    for source in names.topology.mail_sources:
        function = functions.made[source.function]
        rule_arn = names.arn("ses", f"receipt-rule-set/{names.physical(RECEIVED)}:receipt-rule/{source.name}")
        permission = functions.let_call(f"Received-{source.name}-invokes", source.function, "ses", rule_arn)
        rule = aws_ses.CfnReceiptRule(
            scope,
            f"Received-{source.name}",
            rule_set_name=names.physical(RECEIVED),
            rule=aws_ses.CfnReceiptRule.RuleProperty(
                name=source.name,
                enabled=True,
                # Matches every label: unsubscribe+<token>@…
                recipients=[f"{source.name}@{stage.reply_domain}"],
                scan_enabled=True,
                # A mail server that cannot encrypt must not keep anybody from saying no.
                tls_policy="Optional",
                actions=[
                    aws_ses.CfnReceiptRule.ActionProperty(
                        lambda_action=aws_ses.CfnReceiptRule.LambdaActionProperty(
                            function_arn=function.function_arn, invocation_type="Event"
                        )
                    )
                ],
            ),
        )
        rule.add_resource_dependency(rules)
        rule.add_resource_dependency(permission)
    record = f"{stage.reply_domain} MX 10 inbound-smtp.{stage.region}.amazonaws.com"
    CfnOutput(scope, "ReplyMx", value=record, description="DNS record: unsubscribing by mail")
