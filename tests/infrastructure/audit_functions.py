"""Functions alike, each called by somebody who may, and the API in front of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from anlass.metrics import dimensions

from infra.functions import CODE
from infra.stack import topology_of
from infra.topology import TOPOLOGY
from tests.infrastructure.audit_delivery import notifications
from tests.infrastructure.audit_stack import ACCOUNT, PARTITION, Grant, Resource, Stack, listed

BY_HAND = ("redrive", "set_brake")  # ops invoke them
_SECRET = re.compile(r"SECRET|KEY|TOKEN|PASSWORD|CREDENTIAL")
# Paths and queries of pages hold tokens; addresses and browsers are personal.
LOGGED = {
    "requestId", "requestTimeEpoch", "routeKey", "httpMethod", "status", "responseLength", "responseLatency",
    "integrationErrorMessage",
}  # fmt: skip


def functions_are_alike(stack: Stack) -> Iterator[str]:
    layers = {f"${{{layer.id}}}" for layer in stack.all("Lambda::LayerVersion")}
    roles = [function.at("Role") for function in stack.all("Lambda::Function")]
    logs = [function.at("LoggingConfig", "LogGroup") for function in stack.all("Lambda::Function")]
    for function in stack.all("Lambda::Function"):
        if function.at("Runtime") != "python3.13" or function.at("Architectures") != ["arm64"]:
            yield f"{function} is not python3.13 on arm64, which the layers are built for"
        if set(listed(function.at("Layers"))) != layers or len(layers) != 2:
            yield f"{function} lacks a layer"
        if function.at("Timeout") not in range(1, 901) or function.at("MemorySize") not in range(128, 10_241):
            yield f"{function} has no limit of time or memory"
        if not {"S3Bucket", "S3Key"} <= set(function.at("Code") or {}):
            yield f"{function} has no code"
        role = stack.by_arn(function.at("Role"), "IAM::Role")
        if role is None or role.name != function.name or roles.count(function.at("Role")) != 1:
            yield f"{function} has no role of its own"
        group = stack.named(function.at("LoggingConfig", "LogGroup"), "Logs::LogGroup")
        if group is None or logs.count(group.name) != 1 or group.name != f"/aws/lambda/{function.name}":
            yield f"{function} has no log group of its own"
        if function.at("LoggingConfig", "LogFormat") != "JSON":
            yield f"{function} does not log JSON"
        # Above INFO, Lambda would drop the lines that metrics are made of: they have no level.
        if function.at("LoggingConfig", "ApplicationLogLevel") != "INFO":
            yield f"{function} loses metrics or writes what debugging says"
        if function.at("LoggingConfig", "SystemLogLevel") not in ("INFO", "WARN"):
            yield f"{function} does not log that it ran out of time"
        # Lambda takes a function for a runaway that feeds the queue it reads, and stops it at the 16th copy.
        if (function.at("RecursiveLoop") == "Allow") != _feeds_itself(stack, function):
            yield f"{function} is stopped when it puts a message off again, or could run away"
        yield from stack.unwatched("AWS/Lambda", "Errors", {"FunctionName": function.name}, 1)
        if function.name in _rare(stack):
            alarms = stack.alarms_on("AWS/Lambda", "Errors", {"FunctionName": function.name})
            if any(alarm.at("DatapointsToAlarm") != 1 for alarm in alarms):
                yield f"{function} is called so seldom that one error must ring"
    for layer in stack.all("Lambda::LayerVersion"):
        if layer.at("CompatibleRuntimes") != ["python3.13"] or layer.at("CompatibleArchitectures") != ["arm64"]:
            yield f"{layer} does not say what it is built for"
        if not {"S3Bucket", "S3Key"} <= set(layer.at("Content") or {}):
            yield f"{layer} is empty"
    for group in stack.all("Logs::LogGroup"):
        if group.at("RetentionInDays") != stack.stage.log_days:
            yield f"{group} is not kept as long as the stage says"


def _rare(stack: Stack) -> set[str]:
    """By hand, once a year, or when something failed already."""
    rotating = {stack.by_arn(each.at("RotationLambdaARN")) for each in stack.all("SecretsManager::RotationSchedule")}
    by_hand = f"{stack.stage.prefix}{BY_HAND}"
    return {by_hand, f"{stack.stage.prefix}quarantine_enrolment", *(each.name for each in rotating if each)}


def _feeds_itself(stack: Stack, function: Resource) -> bool:
    arn = stack.arn(function)
    read = [m.at("EventSourceArn") for m in stack.all("Lambda::EventSourceMapping") if m.at("FunctionName") == arn]
    return any(Grant("sqs:SendMessage", queue) in stack.grants(function.at("Role")) for queue in read)


def files_are_deployed_once(stack: Stack) -> Iterator[str]:
    off = {f.name for f in TOPOLOGY.functions} - {f.name for f in topology_of(stack.stage).functions}
    files = sorted(f"{file.stem}.handler" for file in CODE.glob("*.py") if file.stem not in {"__init__", *off})
    handlers = sorted(str(function.at("Handler")) for function in stack.all("Lambda::Function"))
    if files != handlers:
        yield f"functions/ has {files}, deployed is {handlers}"
    for function in stack.all("Lambda::Function"):
        if f"{stack.stage.prefix}{function.at('Handler')}" != f"{function.name}.handler":
            yield f"{function} is not called like its file"


def variables_hold_no_secret(stack: Stack) -> Iterator[str]:
    known = {secret.name for secret in stack.all("SecretsManager::Secret")}
    for function in stack.all("Lambda::Function"):
        for key, value in (function.at("Environment", "Variables") or {}).items():
            if (_SECRET.search(key) and value not in known) or "{{resolve:" in str(value):
                yield f"{function} has {key} in its environment, and that is no secret's name"


def somebody_calls_every_function(stack: Stack) -> Iterator[str]:
    called = {mapping.at("FunctionName") for mapping in stack.all("Lambda::EventSourceMapping")}
    called |= {target.get("Arn") for rule in stack.all("Events::Rule") for target in listed(rule.at("Targets"))}
    called |= {each.get("Function") for bucket in stack.all("S3::Bucket") for each in notifications(bucket)}
    called |= {each.at("DestinationArn") for each in stack.all("Logs::SubscriptionFilter")}
    for rule in stack.all("SES::ReceiptRule"):
        actions = listed((rule.at("Rule") or {}).get("Actions"))
        called |= {each.get("LambdaAction", {}).get("FunctionArn") for each in actions}
    called |= {schedule.at("RotationLambdaARN") for schedule in stack.all("SecretsManager::RotationSchedule")}
    for machine in stack.all("StepFunctions::StateMachine"):
        called |= set((machine.at("DefinitionSubstitutions") or {}).values())
    routed = {str(route.at("Target")).removeprefix("integrations/") for route in stack.all("ApiGatewayV2::Route")}
    for integration in stack.all("ApiGatewayV2::Integration"):
        if f"${{{integration.id}}}" not in routed:
            yield f"no route leads to {integration.id}"
        function = stack.function_behind(integration.at("IntegrationUri"))
        called.add(stack.arn(function) if function else None)
    for function in stack.all("Lambda::Function"):
        if stack.arn(function) not in called and not function.name.endswith(BY_HAND):
            yield f"nobody calls {function}"


def permissions_are_bound_to_their_source(stack: Stack) -> Iterator[str]:
    wanted = [*_wanted_permissions(stack)]
    for permission in stack.all("Lambda::Permission"):
        sources = permission.at("SourceArn"), permission.at("SourceAccount")
        found = (permission.at("Principal"), permission.at("FunctionName"), *sources)
        if permission.at("Action") != "lambda:InvokeFunction":
            yield f"{permission.id} allows more, or less, than to invoke"
        elif found not in wanted:
            yield f"{permission.id} lets {found[0]} call {found[1]} for {sources}: nothing here needs that"
        else:
            wanted.remove(found)
    yield from (f"{principal} may not call {function} for {source}" for principal, function, *source in wanted)


def _wanted_permissions(stack: Stack) -> Iterator[tuple[str | None, ...]]:
    """Service, function, source's ARN, source's account. A bucket's ARN names no account, so both are there."""
    for rule in stack.all("Events::Rule"):
        for target in listed(rule.at("Targets")):
            yield "events.amazonaws.com", target.get("Arn"), stack.arn(rule), None
    for bucket in stack.all("S3::Bucket"):
        for function in {each.get("Function"): None for each in notifications(bucket)}:
            yield "s3.amazonaws.com", function, stack.arn(bucket), ACCOUNT
    for rule in stack.all("SES::ReceiptRule"):
        said = rule.at("Rule") or {}
        name = f"receipt-rule-set/{rule.at('RuleSetName')}:receipt-rule/{said.get('Name')}"
        arn = f"arn:{PARTITION}:ses:{stack.stage.region}:{ACCOUNT}:{name}"
        for action in listed(said.get("Actions")):
            yield "ses.amazonaws.com", action.get("LambdaAction", {}).get("FunctionArn"), arn, ACCOUNT
    for subscription in stack.all("Logs::SubscriptionFilter"):
        group = f"log-group:{subscription.at('LogGroupName')}:*"
        arn = f"arn:{PARTITION}:logs:{stack.stage.region}:{ACCOUNT}:{group}"
        yield "logs.amazonaws.com", subscription.at("DestinationArn"), arn, ACCOUNT
    for schedule in stack.all("SecretsManager::RotationSchedule"):
        yield "secretsmanager.amazonaws.com", schedule.at("RotationLambdaARN"), None, ACCOUNT
    for route in stack.all("ApiGatewayV2::Route"):
        integration = stack.resources.get(str(route.at("Target")).removeprefix("integrations/${").removesuffix("}"))
        path = str(route.at("RouteKey")).partition(" ")[2]
        where = f"execute-api:{stack.stage.region}:{ACCOUNT}:{route.at('ApiId')}/*/*{path}"
        function = integration.at("IntegrationUri") if integration else None
        yield "apigateway.amazonaws.com", function, f"arn:{PARTITION}:{where}", None


def services_that_check_find_their_permission(stack: Stack) -> Iterator[str]:
    """S3 and Secrets Manager try the function when they are told of it: the permission must be there before."""
    for checking, principal in (
        ("S3::Bucket", "s3"),
        ("SecretsManager::RotationSchedule", "secretsmanager"),
        ("Logs::SubscriptionFilter", "logs"),
    ):
        needed = {
            each.id for each in stack.all("Lambda::Permission") if f"{principal}.ama" in str(each.at("Principal"))
        }
        for resource in stack.all(checking):
            if resource.type == "AWS::S3::Bucket" and not notifications(resource):
                continue
            if not needed & set(listed(resource.attributes.get("DependsOn"))):
                yield f"{resource} does not wait for the permission that it checks"


def buckets_tell_of_one_prefix(stack: Stack) -> Iterator[str]:
    """Else a report that the function writes would call the function."""
    for bucket in stack.all("S3::Bucket"):
        for each in notifications(bucket):
            rules = each.get("Filter", {}).get("S3Key", {}).get("Rules")
            if rules != [{"Name": "prefix", "Value": "content/"}]:
                yield f"{bucket} tells of more, or less, than content/"
        told = {each.get("Event") for each in notifications(bucket)}
        if told not in (set(), {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}):
            yield f"{bucket} tells of {told} only"
            if stack.by_arn(each.get("Function"), "Lambda::Function") is None:
                yield f"{bucket} tells nobody"


def people_do_not_wait_for_a_cold_start(stack: Stack) -> Iterator[str]:
    aliased = {alias.at("FunctionName") for alias in stack.all("Lambda::Alias")}
    for alias in stack.all("Lambda::Alias"):
        function = stack.named(alias.at("FunctionName"), "Lambda::Function")
        version = stack.resources.get(str(alias.at("FunctionVersion")).removeprefix("${").removesuffix(".Version}"))
        if version is None or version.at("FunctionName") != alias.at("FunctionName"):
            yield f"{alias} leads to no version of its function"
        if function is None or function.at("SnapStart", "ApplyOn") != "PublishedVersions" or not alias.at("Name"):
            yield f"{alias} leads to a function that starts cold"
    waited_for = {f"{stack.stage.prefix}{each.name}" for each in TOPOLOGY.functions if each.person_waits}
    if stack.stage.live and aliased != waited_for:
        yield f"people who look at a page wait for a cold start: aliases lead to {aliased}"


def the_api_is_throttled_and_logged(stack: Stack) -> Iterator[str]:
    for stage in stack.all("ApiGatewayV2::Stage"):
        limits = stage.at("DefaultRouteSettings") or {}
        if limits.get("ThrottlingRateLimit") != stack.stage.requests_per_second:
            yield f"{stage.id} is not throttled"
        if limits.get("ThrottlingBurstLimit") != stack.stage.burst:
            yield f"{stage.id} takes any burst"
        expected = {route.key: route.limits for route in TOPOLOGY.routes if route.limits is not None}
        if stage.at("RouteSettings") != expected:
            yield f"{stage.id} lets some routes starve the others"
        if {route.id for route in stack.all("ApiGatewayV2::Route")} != set(listed(stage.attributes.get("DependsOn"))):
            yield f"{stage.id} limits routes that are not there yet"
        if stage.at("StageName") != "$default" or stage.at("AutoDeploy") is not True or _api(stack, stage) is None:
            yield f"{stage.id} does not deploy the API as it is"
        if stack.by_arn(stage.at("AccessLogSettings", "DestinationArn"), "Logs::LogGroup") is None:
            yield f"{stage.id} has no access log"
        log = json.loads(stage.at("AccessLogSettings", "Format") or "{}")
        said = {str(value) for value in log.values()} - set(dimensions(stack.stage.name).values())
        if said != {f"$context.{name}" for name in LOGGED}:
            yield f"{stage.id} logs what it must not, or not what it must: {sorted(log.values())}"
    for api in stack.all("ApiGatewayV2::Api"):
        if not any(_api(stack, stage) is api for stage in stack.all("ApiGatewayV2::Stage")):
            yield f"{api} has no stage"
        if api.at("ProtocolType") != "HTTP":
            yield f"{api} is no HTTP API"
        if api.at("DisableExecuteApiEndpoint"):
            yield f"{api} closes the door that links in older mails lead to"
        yield from stack.unwatched("AWS/ApiGateway", "5xx", {"ApiId": f"${{{api.id}}}"}, 10)
    deciding = {route.key: "AWS_IAM" if route.authorizer == "iam" else "NONE" for route in TOPOLOGY.routes}
    for route in stack.all("ApiGatewayV2::Route"):
        if _api(stack, route) is None or route.at("RouteKey") not in deciding:
            yield f"{route.id} belongs to no API or catches everything"
        if route.at("AuthorizationType") != deciding.get(str(route.at("RouteKey"))):
            yield f"{route.id} does not say whether the function decides who may, or IAM before it"
    for integration in stack.all("ApiGatewayV2::Integration"):
        kind = integration.at("IntegrationType"), integration.at("PayloadFormatVersion")
        if _api(stack, integration) is None or kind != ("AWS_PROXY", "2.0"):
            yield f"{integration.id} does not hand over what the function reads"
        if stack.function_behind(integration.at("IntegrationUri")) is None:
            yield f"{integration.id} leads to no function"


def the_domain_speaks_tls(stack: Stack) -> Iterator[str]:
    domains = stack.all("ApiGatewayV2::DomainName")
    if [domain.at("DomainName") for domain in domains] != (
        [stack.stage.public_domain] if stack.stage.public_domain else []
    ):
        yield f"the API has the domains {[domain.at('DomainName') for domain in domains]}"
    for domain in domains:
        how = listed(domain.at("DomainNameConfigurations"))
        if [each.get("SecurityPolicy") for each in how] != ["TLS_1_2"]:
            yield f"{domain.id} speaks an old TLS"
        if [each.get("CertificateArn") for each in how] != [stack.stage.certificate_arn]:
            yield f"{domain.id} has another certificate"
    mapped = [(each.at("DomainName"), each.at("Stage")) for each in stack.all("ApiGatewayV2::ApiMapping")]
    stages = stack.all("ApiGatewayV2::Stage")
    if mapped != [(f"${{{domain.id}}}", stage.at("StageName")) for domain in domains for stage in stages]:
        yield f"domains lead to {mapped}"


def _api(stack: Stack, resource: Resource) -> Resource | None:
    return next((api for api in stack.all("ApiGatewayV2::Api") if resource.at("ApiId") == f"${{{api.id}}}"), None)


def the_machines_find_what_they_call(stack: Stack) -> Iterator[str]:
    machines = stack.all("StepFunctions::StateMachine")
    if len(machines) != 2:
        yield "there are not two state machines"
    for machine in machines:
        filled = machine.at("DefinitionSubstitutions") or {}
        named = set(re.findall(r"\$\{(\w+)\}", str(machine.at("DefinitionString"))))
        if named != set(filled) or not named:
            yield f"{machine} names {sorted(named)} and is told {sorted(filled)}"
        role = stack.by_arn(machine.at("RoleArn"), "IAM::Role")
        if role is None:
            yield f"{machine} has no role"
            continue
        granted = {grant.resource for grant in role.grants}
        for value in filled.values():
            table = stack.named(value, "DynamoDB::Table")
            called = stack.by_arn(value, "Lambda::Function")
            if (table is None and called is None) or (stack.arn(table) if table else value) not in granted:
                yield f"{machine} is told {value}, which is not there or not allowed to it"
        if machine.at("StateMachineType") != "STANDARD":
            yield f"{machine} forgets after five minutes"


RULES = (
    functions_are_alike,
    files_are_deployed_once,
    variables_hold_no_secret,
    somebody_calls_every_function,
    permissions_are_bound_to_their_source,
    services_that_check_find_their_permission,
    buckets_tell_of_one_prefix,
    people_do_not_wait_for_a_cold_start,
    the_api_is_throttled_and_logged,
    the_domain_speaks_tls,
    the_machines_find_what_they_call,
)
