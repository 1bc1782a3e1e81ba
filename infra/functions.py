"""The Lambda factory: every function of the topology, each alike but for what the topology says of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from aws_cdk import Duration, Stack, aws_dynamodb, aws_iam, aws_lambda, aws_logs, aws_sqs
from constructs import Construct

from infra.logs import make_log_group
from infra.names import Names
from infra.roles import Roles
from infra.stage import ROOT, Stage
from infra.topology import ASYNC_DEAD, Function

CODE = ROOT / "functions"
LAYERS = {
    "core": (ROOT / "layers/built/core", "Anlass itself"),
    "deps": (ROOT / "layers/built/deps-arm64", "What Anlass imports, pinned in layers/deps/requirements.txt"),
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
        layers: Mapping[str, tuple[Path, str]],
    ) -> None:
        self._scope = scope
        self._names = names
        self._stage = stage
        self._roles = roles
        self._tables = tables
        self._queues = queues
        self._layers = [self._layer(name, *built) for name, built in layers.items()]
        self.made = {function.name: self._make(function) for function in names.topology.functions}
        self._entries = {f.name: self._entry(f.name) for f in names.topology.functions if self._starts_warm(f)}

    def entry(self, name: str) -> aws_lambda.IFunction:
        return self._entries.get(name, self.made[name])

    def let_call(self, id_: str, name: str, service: str, source_arn: str | None = None) -> aws_lambda.CfnPermission:
        """The service may call the function, for this account's things or for one of them only."""
        return aws_lambda.CfnPermission(
            self._scope,
            id_,
            action="lambda:InvokeFunction",
            function_name=self.made[name].function_arn,
            principal=f"{service}.amazonaws.com",
            source_account=Stack.of(self._scope).account,
            source_arn=source_arn,
        )

    def _starts_warm(self, function: Function) -> bool:
        return function.person_waits and self._stage.live

    def _layer(self, name: str, folder: Path, description: str) -> aws_lambda.LayerVersion:
        facts = folder.with_suffix(".json")
        if not (folder.is_dir() and facts.is_file()):
            raise FileNotFoundError(f"the layer {folder} is not built: run `make layers`")
        return aws_lambda.LayerVersion(
            self._scope,
            f"Layer-{name}",
            layer_version_name=self._names.physical(name),
            description=description,
            # What the build says of the bytes: the CDK's own fingerprint remembers files by inode and size.
            code=aws_lambda.Code.from_asset(str(folder), asset_hash=json.loads(facts.read_text())["digest"]),
            compatible_architectures=[aws_lambda.Architecture.ARM_64],
            compatible_runtimes=[aws_lambda.Runtime.PYTHON_3_13],
        )

    def _make(self, function: Function) -> aws_lambda.Function:
        file = CODE / f"{function.name}.py"
        if not file.is_file():
            raise FileNotFoundError(f"infra/topology.py names the function {function.name}; there is no {file.name}")
        logs = make_log_group(
            self._scope, f"Logs-{function.name}", f"/aws/lambda/{self._names.physical(function.name)}", self._stage
        )
        topology = self._names.topology
        more = [*self._reads_streams(function.name), _writes_to(logs)]
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
            role=self._roles.make(function.name, "lambda.amazonaws.com", more),
            memory_size=function.memory_mib,
            timeout=Duration.seconds(function.timeout_seconds),
            environment=self._names.environment(function),
            log_group=logs,
            logging_format=aws_lambda.LoggingFormat.JSON,
            # START, END and REPORT of every call are a third of what is written, and the metrics have them.
            system_log_level_v2=aws_lambda.SystemLogLevel.WARN,
            application_log_level_v2=aws_lambda.ApplicationLogLevel.INFO,
            recursive_loop=aws_lambda.RecursiveLoop.ALLOW if topology.feeds_itself(function.name) else None,
            snap_start=aws_lambda.SnapStartConf.ON_PUBLISHED_VERSIONS if self._starts_warm(function) else None,
        )
        if self._stage.tracing:
            resource: Any = made.node.default_child  # the construct above it would add a second policy
            resource.tracing_config = aws_lambda.CfnFunction.TracingConfigProperty(mode="Active")
        if topology.is_asynchronous(function.name):
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
        for source in self._names.topology.streams_of(name):
            yield aws_iam.PolicyStatement(
                actions=[
                    "dynamodb:DescribeStream",
                    "dynamodb:GetRecords",
                    "dynamodb:GetShardIterator",
                    "dynamodb:ListStreams",
                ],
                resources=[str(self._tables[source.table].table_stream_arn)],
            )


def _writes_to(logs: aws_logs.LogGroup) -> aws_iam.PolicyStatement:
    """Into the own log group only, which the stack makes: nobody may create one."""
    return aws_iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[logs.log_group_arn]
    )
