"""The HTTP API: the intake and the pages. Who may send events, the write key decides, in the function."""

from __future__ import annotations

import json
from typing import Any

from anlass.metrics import NAMESPACE, dimensions
from aws_cdk import (
    CfnOutput,
    aws_apigatewayv2,
    aws_apigatewayv2_authorizers,
    aws_apigatewayv2_integrations,
    aws_certificatemanager,
    aws_logs,
)
from constructs import Construct

from infra.functions import Functions
from infra.logs import make_log_group
from infra.names import Names
from infra.stage import Stage

# No address, no path and no query: paths of pages hold tokens, addresses are personal.
ACCESS_LOG = {
    "request": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "method": "$context.httpMethod",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
}
REQUESTS_THROTTLED = "RequestsThrottled"  # HTTP APIs have no metric for it; this one is read from the access log


def make_api(scope: Construct, stage: Stage) -> aws_apigatewayv2.HttpApi:
    """Without routes: the functions behind them need to know its address first. API Gateway's own address stays open
    beside a domain that comes later: links in older mails lead there."""
    api = aws_apigatewayv2.HttpApi(
        scope,
        "Api",
        api_name=f"{stage.prefix}api",
        description="Anlass: events in, pages out",
        create_default_stage=False,
    )
    logs = make_log_group(scope, "Logs-api", f"/aws/vendedlogs/{stage.prefix}api", stage)
    live = aws_apigatewayv2.HttpStage(
        scope,
        "ApiStage",
        http_api=api,
        stage_name="$default",
        auto_deploy=True,
        throttle=aws_apigatewayv2.ThrottleSettings(rate_limit=stage.requests_per_second, burst_limit=stage.burst),
    )
    aws_logs.MetricFilter(
        scope,
        "Throttled",
        log_group=logs,
        filter_name="throttled",
        filter_pattern=aws_logs.FilterPattern.literal('{ $.status = "429" }'),
        metric_namespace=NAMESPACE,
        metric_name=REQUESTS_THROTTLED,
        dimensions={name: f"$.{name}" for name in dimensions(stage.name)},
        metric_value="1",
    )
    resource: Any = live.node.default_child  # the construct above takes no plain description of a log
    resource.access_log_settings = aws_apigatewayv2.CfnStage.AccessLogSettingsProperty(
        destination_arn=logs.log_group_arn, format=json.dumps({**ACCESS_LOG, **dimensions(stage.name)})
    )
    if stage.public_domain is not None and stage.certificate_arn is not None:
        domain = aws_apigatewayv2.DomainName(
            scope,
            "Domain",
            domain_name=stage.public_domain,
            certificate=aws_certificatemanager.Certificate.from_certificate_arn(
                scope, "Certificate", stage.certificate_arn
            ),
            security_policy=aws_apigatewayv2.SecurityPolicy.TLS_1_2,
        )
        aws_apigatewayv2.ApiMapping(scope, "DomainMapping", api=api, domain_name=domain, stage=live)
        record = f"{stage.public_domain} CNAME {domain.regional_domain_name}"
        CfnOutput(scope, "PublicDomain", value=record, description="DNS record: the API and the pages")
    return api


def public_url(api: aws_apigatewayv2.HttpApi, stage: Stage) -> str:
    return f"https://{stage.public_domain}" if stage.public_domain else api.api_endpoint


def add_routes(api: aws_apigatewayv2.HttpApi, names: Names, functions: Functions) -> None:
    """OPTIONS goes to the intake like everything else: it answers CORS itself. A stage can limit what is there only."""
    behind = {
        name: aws_apigatewayv2_integrations.HttpLambdaIntegration(f"Integration-{name}", functions.entry(name))
        for name in dict.fromkeys(route.function for route in names.topology.routes)
    }
    stage: Any = api.node.scope.node.find_child("ApiStage").node.default_child
    stage.route_settings = {route.key: route.limits for route in names.topology.routes if route.limits is not None}
    signed = aws_apigatewayv2_authorizers.HttpIamAuthorizer()
    for route in names.topology.routes:
        made = api.add_routes(
            path=route.path,
            methods=[aws_apigatewayv2.HttpMethod(route.method)],
            integration=behind[route.function],
            authorizer=signed if route.authorizer == "iam" else None,
        )
        for each in made:
            stage.add_resource_dependency(each.node.default_child)
