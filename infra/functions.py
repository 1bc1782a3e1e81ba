"""The Lambda factory: every function of the topology, each alike but for what the topology says of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aws_cdk import Duration, RemovalPolicy, aws_dynamodb, aws_iam, aws_lambda, aws_logs, aws_sqs
from constructs import Construct

from infra.names import Names
from infra.rights import Right
from infra.roles import Roles
from infra.stage import Stage
from infra.topology import ASYNC_DEAD, Function, Topology

ROOT = Path(__file__).parents[1]
CODE = ROOT / "functions"
LAYERS = {
    "core": (ROOT / "layers/built/core", "Anlass itself"),
    "deps": (ROOT / "layers/built/deps-arm64", "What Anlass imports, pinned in layers/deps/requirements.txt"),
}
DAYS = {
    1: aws_logs.RetentionDays.ONE_DAY,
    3: aws_logs.RetentionDays.THREE_DAYS,
    5: aws_logs.RetentionDays.FIVE_DAYS,
    7: aws_logs.RetentionDays.ONE_WEEK,
    14: aws_logs.RetentionDays.TWO_WEEKS,
    30: aws_logs.RetentionDays.ONE_MONTH,
    60: aws_logs.RetentionDays.TWO_MONTHS,
    90: aws_logs.RetentionDays.THREE_MONTHS,
    120: aws_logs.RetentionDays.FOUR_MONTHS,
    150: aws_logs.RetentionDays.FIVE_MONTHS,
    180: aws_logs.RetentionDays.SIX_MONTHS,
    365: aws_logs.RetentionDays.ONE_YEAR,
    400: aws_logs.RetentionDays.THIRTEEN_MONTHS,
    545: aws_logs.RetentionDays.EIGHTEEN_MONTHS,
    731: aws_logs.RetentionDays.TWO_YEARS,
    1096: aws_logs.RetentionDays.THREE_YEARS,
    1827: aws_logs.RetentionDays.FIVE_YEARS,
}


class Functions:
    """`made` by name; `entry` is what callers that a person waits behind should call."""

    def __init__(
        self,
        scope: Construct,
        names: Names,
        stage: Stage,
        roles: Roles,
        tables: dict[str, aws_dynamodb.Table],
        queues: dict[str, aws_sqs.Queue],
    ) -> None:
        self._scope = scope
        self._names = names
        self._stage = stage
        self._roles = roles
        self._tables = tables
        self._queues = queues
        self._layers = [self._layer(name, *built) for name, built in LAYERS.items()]
        self.made = {function.name: self._make(function) for function in names.topology.functions}
        self._entries = {f.name: self._entry(f.name) for f in names.topology.functions if self._starts_warm(f)}

    def entry(self, name: str) -> aws_lambda.IFunction:
        return self._entries.get(name, self.made[name])

    def _starts_warm(self, function: Function) -> bool:
        return function.person_waits and self._stage.live

    def _layer(self, name: str, folder: Path, description: str) -> aws_lambda.LayerVersion:
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder.relative_to(ROOT)} is not built: run `make layers`")
        return aws_lambda.LayerVersion(
            self._scope,
            f"Layer-{name}",
            layer_version_name=self._names.physical(name),
            description=description,
            code=aws_lambda.Code.from_asset(str(folder)),
            compatible_architectures=[aws_lambda.Architecture.ARM_64],
            compatible_runtimes=[aws_lambda.Runtime.PYTHON_3_13],
        )

    def _make(self, function: Function) -> aws_lambda.Function:
        file = CODE / f"{function.name}.py"
        if not file.is_file():
            raise FileNotFoundError(f"infra/topology.py names the function {function.name}; there is no {file.name}")
        logs = aws_logs.LogGroup(
            self._scope,
            f"Logs-{function.name}",
            log_group_name=f"/aws/lambda/{self._names.physical(function.name)}",
            retention=DAYS[self._stage.log_days],
            removal_policy=RemovalPolicy.DESTROY,
        )
        topology = self._names.topology
        streams = list(self._reads_streams(function.name))
        role = self._roles.make(
            function.name,
            "lambda.amazonaws.com",
            source_rights(topology, function.name),
            [*streams, _writes_to(logs)],
            reads_stream=bool(streams),
        )
        made = aws_lambda.Function(
            self._scope,
            f"Function-{function.name}",
            function_name=self._names.physical(function.name),
            # The file alone: a change of one function deploys that one.
            code=aws_lambda.Code.from_asset(str(CODE), exclude=["*", f"!{file.name}"]),
            handler=f"{function.name}.handler",
            runtime=aws_lambda.Runtime.PYTHON_3_13,
            architecture=aws_lambda.Architecture.ARM_64,
            layers=self._layers,
            role=role,
            memory_size=function.memory_mib,
            timeout=Duration.seconds(function.timeout_seconds),
            environment=self._names.environment(function),
            log_group=logs,
            logging_format=aws_lambda.LoggingFormat.JSON,
            # START, END and REPORT of every call are a third of what is written, and the metrics have them.
            system_log_level_v2=aws_lambda.SystemLogLevel.WARN,
            application_log_level_v2=aws_lambda.ApplicationLogLevel.INFO,
            recursive_loop=aws_lambda.RecursiveLoop.ALLOW if sends_to_itself(topology, function.name) else None,
            snap_start=aws_lambda.SnapStartConf.ON_PUBLISHED_VERSIONS if self._starts_warm(function) else None,
        )
        if self._stage.tracing:
            plain: Any = made.node.default_child  # the construct above it would add a second policy
            plain.tracing_config = aws_lambda.CfnFunction.TracingConfigProperty(mode="Active")
        if is_asynchronous(topology, function.name):
            aws_lambda.CfnEventInvokeConfig(
                self._scope,
                f"Asynchronous-{function.name}",
                function_name=made.function_name,
                qualifier="$LATEST",
                maximum_retry_attempts=topology.asynchronous.max_retries,
                maximum_event_age_in_seconds=topology.asynchronous.max_age_seconds,
                destination_config=aws_lambda.CfnEventInvokeConfig.DestinationConfigProperty(
                    on_failure=aws_lambda.CfnEventInvokeConfig.OnFailureProperty(
                        destination=self._queues[ASYNC_DEAD].queue_arn
                    )
                ),
            )
        return made

    def _entry(self, name: str) -> aws_lambda.Alias:
        """A version that starts from a snapshot; `$LATEST` cannot."""
        return aws_lambda.Alias(self._scope, f"Live-{name}", alias_name="live", version=self.made[name].current_version)

    def _reads_streams(self, name: str) -> Iterable[aws_iam.PolicyStatement]:
        for source in self._names.topology.streams:
            if source.function == name:
                yield aws_iam.PolicyStatement(
                    actions=[
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                        "dynamodb:ListStreams",
                    ],
                    resources=[str(self._tables[source.table].table_stream_arn)],
                )


def is_asynchronous(topology: Topology, name: str) -> bool:
    """Invoked by a service that does not wait for the answer."""
    called = {source.function for source in topology.bus_sources}
    called |= {source.function for source in topology.bucket_sources}
    called |= {source.function for source in topology.rates}
    return name in called


def sends_to_itself(topology: Topology, name: str) -> bool:
    """A delayed copy goes to the queue that it came from. Lambda would take 16 of them for a runaway loop."""
    read = {f"queue/{source.queue}" for source in topology.queue_sources if source.function == name}
    return any(right.on in read and "sqs:SendMessage" in right.actions for right in topology.rights[name])


def source_rights(topology: Topology, name: str) -> tuple[Right, ...]:
    """What Lambda needs in the function's name to poll for it and to keep what failed."""
    rights = [
        Right(("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), f"queue/{source.queue}")
        for source in topology.queue_sources
        if source.function == name
    ]
    if any(source.function == name for source in topology.streams):
        rights.append(Right(("s3:ListBucket",), "bucket/failures"))
        rights.append(Right(("s3:PutObject",), "objects/failures/*"))
    if is_asynchronous(topology, name):
        rights.append(Right(("sqs:SendMessage",), f"queue/{ASYNC_DEAD}"))
    return tuple(rights)


def _writes_to(logs: aws_logs.LogGroup) -> aws_iam.PolicyStatement:
    """Into the own log group only, which the stack makes: nobody may create one."""
    return aws_iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[logs.log_group_arn]
    )
