"""What calls the functions: streams, queues, the bucket, the bus, the clock, and Secrets Manager."""

from __future__ import annotations

import json
from typing import Any

from aws_cdk import (
    Duration,
    aws_dynamodb,
    aws_events,
    aws_events_targets,
    aws_s3,
    aws_secretsmanager,
    aws_sqs,
)
from aws_cdk.aws_lambda import CfnEventSourceMapping
from constructs import Construct

from infra.functions import Functions
from infra.names import Names
from infra.topology import ASYNC_DEAD, BusSource, QueueSource, RateSource, Rotation, StreamSource


class Sources:
    """`streams` are the mappings by function: their metrics are told apart by the mapping's id."""

    def __init__(
        self,
        scope: Construct,
        names: Names,
        functions: Functions,
        tables: dict[str, aws_dynamodb.Table],
        queues: dict[str, aws_sqs.Queue],
        buckets: dict[str, aws_s3.Bucket],
        secrets: dict[str, aws_secretsmanager.CfnSecret],
    ) -> None:
        self._scope = scope
        self._names = names
        self._functions = functions
        self._queues = queues
        self._buckets = buckets
        topology = names.topology
        self.streams = {source.function: self._stream(source, tables[source.table]) for source in topology.streams}
        for queue_source in topology.queue_sources:
            self._queue(queue_source)
        self.rules = [
            *(self._bus(source) for source in topology.bus_sources),
            *(self._rate(source) for source in topology.rates),
        ]
        for name, bucket in buckets.items():
            self._bucket(name, bucket)
        for rotation in topology.rotations:
            self._rotation(rotation, secrets[rotation.secret])

    def _stream(self, source: StreamSource, table: aws_dynamodb.Table) -> CfnEventSourceMapping:
        return CfnEventSourceMapping(
            self._scope,
            f"Stream-{source.table}-{source.function}",
            function_name=self._functions.made[source.function].function_arn,
            event_source_arn=table.table_stream_arn,
            # From the oldest record that there is: nothing is lost between two mappings.
            starting_position="TRIM_HORIZON",
            batch_size=source.batch_size,
            filter_criteria=CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    CfnEventSourceMapping.FilterProperty(pattern=json.dumps(pattern)) for pattern in source.patterns
                ]
            ),
            bisect_batch_on_function_error=source.bisect,
            maximum_retry_attempts=source.max_retries,
            maximum_record_age_in_seconds=source.max_age_seconds,
            parallelization_factor=source.parallelization,
            function_response_types=["ReportBatchItemFailures"] if source.partial_failures else None,
            destination_config=CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=CfnEventSourceMapping.OnFailureProperty(destination=self._buckets["failures"].bucket_arn)
            ),
            metrics_config=CfnEventSourceMapping.MetricsConfigProperty(metrics=["EventCount"]),
        )

    def _queue(self, source: QueueSource) -> None:
        CfnEventSourceMapping(
            self._scope,
            f"Queue-{source.queue}-{source.function}",
            function_name=self._functions.made[source.function].function_arn,
            event_source_arn=self._queues[source.queue].queue_arn,
            batch_size=source.batch_size,
            scaling_config=CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=source.max_concurrency),
            function_response_types=["ReportBatchItemFailures"] if source.partial_failures else None,
        )

    def _bus(self, source: BusSource) -> aws_events.Rule:
        pattern = self._names.pattern(source.pattern)
        rule = self._rule(source.name, source.function, f"{', '.join(pattern['source'])} -> {source.function}")
        rule.add_event_pattern(source=pattern["source"], detail=pattern.get("detail"))
        return rule

    def _rate(self, source: RateSource) -> aws_events.Rule:
        hour, minute = divmod(source.after_midnight // 60, 60)
        if source.every_seconds == 86_400:
            every = aws_events.Schedule.cron(hour=str(hour), minute=str(minute))
        else:
            every = aws_events.Schedule.rate(Duration.seconds(source.every_seconds))
        return self._rule(source.name, source.function, f"the clock -> {source.function}", every)

    def _rule(
        self, name: str, function: str, description: str, schedule: aws_events.Schedule | None = None
    ) -> aws_events.Rule:
        rule = aws_events.Rule(
            self._scope,
            f"Rule-{name}",
            rule_name=self._names.physical(name),
            description=description,
            schedule=schedule,
        )
        rule.add_target(
            aws_events_targets.LambdaFunction(
                self._functions.made[function],
                dead_letter_queue=self._queues[ASYNC_DEAD],
                max_event_age=Duration.seconds(self._names.topology.asynchronous.max_age_seconds),
            )
        )
        return rule

    def _bucket(self, name: str, bucket: aws_s3.Bucket) -> None:
        """Written into the bucket's own properties: CDK's way would add a function that may change any bucket."""
        configured = []
        for source in self._names.topology.bucket_sources:
            if source.bucket != name:
                continue
            function = self._functions.made[source.function]
            permission = self._functions.let_call(
                f"Bucket-{name}-{source.function}", source.function, "s3", self._names.resources(f"bucket/{name}")[0]
            )
            bucket.node.add_dependency(permission)
            configured += [
                aws_s3.CfnBucket.LambdaConfigurationProperty(
                    event=event,
                    function=function.function_arn,
                    filter=aws_s3.CfnBucket.NotificationFilterProperty(
                        s3_key=aws_s3.CfnBucket.S3KeyFilterProperty(
                            rules=[aws_s3.CfnBucket.FilterRuleProperty(name="prefix", value=source.prefix)]
                        )
                    ),
                )
                for event in source.events
            ]
        if configured:
            resource: Any = bucket.node.default_child
            resource.notification_configuration = aws_s3.CfnBucket.NotificationConfigurationProperty(
                lambda_configurations=configured
            )

    def _rotation(self, rotation: Rotation, secret: aws_secretsmanager.CfnSecret) -> None:
        function = self._functions.made[rotation.function]
        permission = self._functions.let_call(
            f"Rotation-{rotation.secret}-invokes", rotation.function, "secretsmanager"
        )
        schedule = aws_secretsmanager.CfnRotationSchedule(
            self._scope,
            f"Rotation-{rotation.secret}",
            secret_id=secret.ref,
            rotation_lambda_arn=function.function_arn,
            rotation_rules=aws_secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                automatically_after_days=rotation.every_days
            ),
        )
        schedule.add_resource_dependency(permission)
