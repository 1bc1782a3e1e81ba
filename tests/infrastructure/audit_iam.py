"""What no role may ever be allowed, whatever `infra/rights.py` says; and that each has exactly what is said there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from infra.names import Names
from infra.rights import RIGHTS
from infra.stack import topology_of
from infra.topology import TOPOLOGY
from tests.infrastructure.audit_stack import ACCOUNT, PARTITION, Grant, Resource, Stack, listed

ACTIONS = {  # by service: everything that anybody here may do at all
    "dynamodb": {
        "BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "DescribeStream", "GetItem",
        "GetRecords", "GetShardIterator", "ListStreams", "PutItem", "Query", "Scan", "UpdateItem",
    },
    "iam": {"PassRole"},
    "kms": {
        "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom",
        "ReEncryptTo",
    },
    "lambda": {"InvokeFunction"},
    "logs": {"CreateLogStream", "PutLogEvents"},
    "s3": {
        "DeleteObject", "DeleteObjectVersion", "GetObject", "GetObjectVersion", "ListBucket", "ListBucketVersions",
        "PutObject",
    },
    "scheduler": {"CreateSchedule"},
    "secretsmanager": {"DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"},
    "ses": {"SendEmail", "SendRawEmail"},
    "sns": {"Publish"},
    "sqs": {"DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage"},
    "states": {"DescribeExecution", "RedriveExecution", "SendTaskSuccess", "StartExecution", "StopExecution"},
}  # fmt: skip
WRITES = {"BatchWriteItem", "DeleteItem", "PutItem", "PutObject", "PutSecretValue", "SendMessage", "UpdateItem"}
KEY_RIGHTS: tuple[tuple[str, set[str], set[str]], ...] = (  # by service: to read, and beside that to write
    (
        "dynamodb",
        {"Decrypt", "DescribeKey"},
        {"Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"},
    ),
    ("s3", {"Decrypt"}, {"GenerateDataKey"}),
    ("secretsmanager", {"Decrypt"}, {"GenerateDataKey"}),
    ("sqs", {"Decrypt"}, {"GenerateDataKey"}),
)
TRACES = {Grant("xray:PutTelemetryRecords", "*"), Grant("xray:PutTraceSegments", "*")}
_ADMINISTERED_BY_PEOPLE = ("IAM::Policy", "IAM::RolePolicy", "IAM::User", "IAM::Group", "IAM::UserPolicy")


def roles_trust_one_service(stack: Stack) -> Iterator[str]:
    worn = {function.at("Role") for function in stack.all("Lambda::Function")}
    machines = {machine.at("RoleArn"): stack.arn(machine) for machine in stack.all("StepFunctions::StateMachine")}
    for role in stack.all("IAM::Role"):
        service, taker = "lambda", ""
        if stack.arn(role) in machines:
            service, taker = "states", machines[stack.arn(role)]
        elif stack.arn(role) not in worn:
            # Schedules are made at run time; the only role left is theirs.
            service = "scheduler"
            group = f"schedule-group/{names_of(stack).physical(TOPOLOGY.schedule_group)}"
            taker = names_of(stack).arn("scheduler", group)
            if role.name != f"{stack.stage.prefix}calendar":
                yield f"nobody wears {role}"
        expected = {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
        }
        if taker:
            own = {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": taker}}
            expected["Condition"] = own
        if listed(role.at("AssumeRolePolicyDocument", "Statement")) != [expected]:
            yield f"{role} trusts somebody else than {service}"
        if role.at("ManagedPolicyArns") or role.at("PermissionsBoundary"):
            yield f"{role} has policies that are not seen here"
    for resource in stack.all(*_ADMINISTERED_BY_PEOPLE):
        yield f"{resource.id} gives rights past the roles"


def statements_name_what_they_allow(stack: Stack) -> Iterator[str]:
    roles = stack.all("IAM::Role", "IAM::ManagedPolicy")
    for role in roles:
        for statement in role.statements:
            if statement == _to_phones(stack) and role.name == f"{stack.stage.prefix}deliver_message":
                continue
            if not {"Action", "Effect", "Resource"} <= set(statement) <= {"Action", "Condition", "Effect", "Resource"}:
                yield f"{role} has a statement that says what it does not allow, or not what it allows"
            if statement.get("Effect") != "Allow":
                yield f"{role} has a statement that denies: nothing needs that, and it hides what is allowed"
    tracing = TRACES if stack.stage.tracing else set()
    granted = {role: role.grants - tracing for role in roles}
    unnamed = {
        resource
        for resource in {grant.resource for has in granted.values() for grant in has}
        if not _is_named(stack, resource)
    }
    conditions = _conditions(stack)
    calendar = names_of(stack).role_arn("calendar")
    scanning = {
        (f"{stack.stage.prefix}select_people", names_of(stack).table_arn("profiles")),
        (f"{stack.stage.prefix}erase_profile", names_of(stack).table_arn("definitions")),
    }
    for role, has in granted.items():
        for grant in has:
            service, _, verb = grant.action.partition(":")
            if verb not in ACTIONS.get(service, ()):
                yield f"{role} may {grant}: nobody may"
            if grant.resource in unnamed:
                yield f"{role} may {grant}: that names no resource of this stack"
            if service in conditions and grant.condition not in conditions[service]:
                yield f"{role} may {grant}: that needs another condition"
            if service == "iam" and grant.resource != calendar:
                yield f"{role} may hand over {grant.resource}"
            if verb == "Scan" and (role.name, grant.resource) not in scanning:
                yield f"{role} may read {grant.resource} from end to end"


def _to_phones(stack: Stack) -> dict[str, object]:
    """Phone numbers have no ARN; topics do, and none of them is meant."""
    return {"Action": "sns:Publish", "Effect": "Allow", "NotResource": f"arn:{PARTITION}:sns:*:*:*"}


def _is_named(stack: Stack, resource: str) -> bool:
    """A wildcard is for names that are made at run time, below something of this stack."""
    if stack.by_arn(resource) is not None:
        return True
    if "*" not in resource:
        table = resource.partition("/index/")[0].removesuffix("/stream")
        return stack.by_arn(table, "DynamoDB::Table") is not None
    group = resource.removesuffix("/*").replace(":schedule/", ":schedule-group/")
    bucket = re.sub(r"(/content(/schema)?|/reports)?/\*$", "", resource)
    machine = re.sub(r"(/parts)?:\*$", "", resource).replace(":execution:", ":stateMachine:")
    made_in = ((bucket, "S3::Bucket"), (group, "Scheduler::ScheduleGroup"), (machine, "StepFunctions::StateMachine"))
    return resource.count("*") == 1 and any(stack.by_arn(arn, type_) is not None for arn, type_ in made_in)


def _conditions(stack: Stack) -> dict[str, list[str]]:
    """By service, those of which an action needs one."""
    return {
        "kms": [_through(name, stack) for name, _, _ in KEY_RIGHTS],
        "iam": [_condition("role/calendar", stack)],
        "ses": [_condition("mail", stack)],
    }


def policies_are_written_in_todays_language(stack: Stack) -> Iterator[str]:
    """An older one reads variables as plain text."""
    for resource in stack.resources.values():
        policies = listed(resource.at("Policies"))
        documents = [resource.at(key) for key in ("AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument")]
        for document in [*documents, *(policy.get("PolicyDocument", {}) for policy in policies)]:
            if document is not None and document.get("Version") != "2012-10-17":
                yield f"{resource.id} has a policy of {document.get('Version')}"
        if any(not policy.get("PolicyName") for policy in policies):
            yield f"{resource} has a policy without a name"


def one_function_sends_mail(stack: Stack) -> Iterator[str]:
    senders = {role.name for role in stack.all("IAM::Role") for grant in role.grants if grant.action.startswith("ses:")}
    if senders != {f"{stack.stage.prefix}deliver_message"}:
        yield f"mail is sent by {sorted(senders)}"


def roles_have_what_is_written(stack: Stack) -> Iterator[str]:
    """What a function needs, nobody can tell from the template: `infra/rights.py` says it. Its sources need more."""
    names = names_of(stack)
    tracing = TRACES if stack.stage.tracing else set()
    roles = {role.name.removeprefix(stack.stage.prefix): role for role in stack.all("IAM::Role")}
    for name in sorted(topology_of(stack.stage).rights.keys() ^ roles.keys()):
        yield f"{name} has rights and no role, or a role and no rights"
    for name in RIGHTS.keys() & roles.keys():
        wanted = {
            Grant(action, resource, _condition(right.on, stack))
            for right in RIGHTS[name]
            if right.on != "phones"
            for action in right.actions
            for resource in names.resources(right.on)
        }
        phones = [right.on for right in RIGHTS[name]].count("phones")
        if roles[name].statements.count(_to_phones(stack)) != phones:
            yield f"{name} lost the right to send SMS, or gained it"
        function = stack.named(names.physical(name), "Lambda::Function")
        if function is not None:
            wanted |= set(_for_sources(stack, function))
        wanted |= set(_for_the_key(stack, wanted))
        wanted |= tracing if name != "calendar" else set()
        yield from (f"{name} lost {grant}" for grant in wanted - roles[name].grants)
        yield from (f"{name} gained {grant}" for grant in roles[name].grants - wanted)


def names_of(stack: Stack) -> Names:
    stage = stack.stage
    apis = stack.all("ApiGatewayV2::Api")
    own = f"${{{apis[0].id}.ApiEndpoint}}" if apis else ""
    return Names(
        topology_of(stage),
        prefix=stage.prefix,
        region=stage.region,
        account=ACCOUNT,
        public_url=f"https://{stage.public_domain}" if stage.public_domain else own,
        stage=stage.name,
        partition=PARTITION,
        bucket_suffix=f"-{ACCOUNT}-{stage.region}",
        mail_domain=stage.mail_domain,
        reply_domain=stage.reply_domain,
    )


def _condition(on: str, stack: Stack) -> str:
    if on == "mail":
        return _text({"StringLike": {"ses:FromAddress": f"*@{stack.stage.mail_domain}"}})
    if on.startswith("role/"):
        return _text({"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}})
    return ""


def _for_sources(stack: Stack, function: Resource) -> Iterator[Grant]:
    """What Lambda does in the function's name: it logs, polls, and keeps what failed."""
    group = stack.named(function.at("LoggingConfig", "LogGroup"), "Logs::LogGroup")
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield Grant(action, stack.arn(group) if group else "")
    for mapping in stack.all("Lambda::EventSourceMapping"):
        if mapping.at("FunctionName") != stack.arn(function):
            continue
        source = str(mapping.at("EventSourceArn"))
        if ":sqs:" in source:
            for verb in ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage"):
                yield Grant(f"sqs:{verb}", source)
            continue
        for verb in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"):
            yield Grant(f"dynamodb:{verb}", source)
        bucket = str(mapping.at("DestinationConfig", "OnFailure", "Destination"))
        yield Grant("s3:ListBucket", bucket)
        yield Grant("s3:PutObject", f"{bucket}/*")
    for how in stack.all("Lambda::EventInvokeConfig"):
        if how.at("FunctionName") == function.name:
            yield Grant("sqs:SendMessage", str(how.at("DestinationConfig", "OnFailure", "Destination")))


def _for_the_key(stack: Stack, granted: set[Grant]) -> Iterator[Grant]:
    """Whoever reads what is encrypted with the key (a stream is, like its table), and beside that who writes it."""
    keys = stack.all("KMS::Key")
    kept = names_of(stack).resources("objects/failures/*")
    for service, reading, writing in KEY_RIGHTS:
        touched = {
            grant.action.partition(":")[2]
            for grant in granted
            if f":{service}:" in grant.resource and (service != "s3" or grant.resource in kept)
        }
        verbs = (reading if touched else set()) | (writing if touched & WRITES else set())
        for verb in verbs:
            yield Grant(f"kms:{verb}", stack.arn(keys[0]) if keys else "", _through(service, stack))


def marketers_edit_content_only(stack: Stack) -> Iterator[str]:
    bucket = names_of(stack).resources("bucket/content")[0]
    seen = _text({"StringLike": {"s3:prefix": ["", "content/*", "reports/*"]}})
    allowed = {
        *(Grant(f"s3:{verb}", bucket, seen) for verb in ("ListBucket", "ListBucketVersions")),
        *(
            Grant(f"s3:{verb}", f"{bucket}/content/*")
            for verb in ("DeleteObject", "GetObject", "GetObjectVersion", "PutObject")
        ),
        Grant("s3:GetObject", f"{bucket}/reports/*"),
    }
    policies = stack.all("IAM::ManagedPolicy")
    if [policy.name for policy in policies] != [f"{stack.stage.prefix}marketer"]:
        yield f"there are the policies {[policy.name for policy in policies]}, not the marketers' alone"
    for policy in policies:
        if policy.at("Roles") or policy.at("Users") or policy.at("Groups"):
            yield f"{policy} is attached to somebody: ops decide to whom"
        yield from (f"marketers lost {grant}" for grant in allowed - policy.grants)
        yield from (f"marketers gained {grant}" for grant in policy.grants - allowed)


def functions_know_what_is_written(stack: Stack) -> Iterator[str]:
    """Their environment: exactly the variables that the topology names, filled with what this stage has."""
    names = names_of(stack)
    for described in names.topology.functions:
        function = stack.named(names.physical(described.name), "Lambda::Function")
        told = function.at("Environment", "Variables") if function else None
        expected = names.environment(described)
        for key in sorted(expected.keys() | (told or {}).keys()):
            if function is not None and (told or {}).get(key) != expected.get(key):
                yield f"{function} is told {key}={(told or {}).get(key)}, not {expected.get(key)}"


def _through(service: str, stack: Stack) -> str:
    return _text({"StringEquals": {"kms:ViaService": f"{service}.{stack.stage.region}.amazonaws.com"}})


def _text(condition: object) -> str:
    return json.dumps(condition, sort_keys=True)


RULES = (
    roles_trust_one_service,
    statements_name_what_they_allow,
    policies_are_written_in_todays_language,
    one_function_sends_mail,
    roles_have_what_is_written,
    marketers_edit_content_only,
    functions_know_what_is_written,
)
