"""What a synthesised template wires to what, in words that the local runtime's own wiring can be compared with.

Names are logical: the stage's prefix, the account and a bucket's suffix are taken off on both sides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.template import name_of, plain


class Cloud:
    """`template` of one stage."""

    def __init__(self, template: Mapping[str, Any], stage: str) -> None:
        self._resources: Mapping[str, Any] = template["Resources"]
        self._prefix = f"anlass-{stage}-"

    def word(self, value: Any) -> Any:
        """`value` without what belongs to the stage and the account; references are the names of what they refer to."""
        text = json.dumps(plain(value))
        for id_, resource in self._resources.items():
            if f"${{{id_}" in text:
                for attribute in ("", ".Arn", ".StreamArn"):
                    text = text.replace(f"${{{id_}{attribute}}}", self._called(resource))
        text = text.replace("-${AWS::AccountId}-eu-central-1", "").replace("${AWS::AccountId}", "#")
        return json.loads(text.replace("${AWS::Partition}", "aws").replace(self._prefix, ""))

    def _called(self, resource: Mapping[str, Any]) -> str:
        properties = resource["Properties"]
        for key in ("FunctionName", "TableName", "QueueName", "BucketName", "Name"):
            if key in properties and resource["Type"] != "AWS::Lambda::Alias":
                return str(plain(properties[key])).removeprefix(self._prefix)
        if resource["Type"] in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
            return self._called(self._resources[properties["FunctionName"]["Ref"]])
        return ""

    def of(self, kind: str) -> Iterator[dict[str, Any]]:
        """The properties of all resources of a type, in our words."""
        for resource in self._resources.values():
            if resource["Type"] == kind:
                yield self.word(resource["Properties"])

    def functions(self) -> dict[str, dict[str, Any]]:
        return {function["FunctionName"]: function for function in self.of("AWS::Lambda::Function")}

    def environments(self) -> dict[str, dict[str, str]]:
        return {name: f["Environment"]["Variables"] for name, f in self.functions().items()}

    def tables(self) -> dict[str, dict[str, Any]]:
        return {
            table["TableName"]: {
                "keys": _keys(table["KeySchema"]),
                "stream": table.get("StreamSpecification", {}).get("StreamViewType"),
                "indexes": {
                    index["IndexName"]: (_keys(index["KeySchema"]), index["Projection"])
                    for index in table.get("GlobalSecondaryIndexes", ())
                },
            }
            for table in self.of("AWS::DynamoDB::Table")
        }

    def queues(self) -> dict[str, tuple[int | None, str | None, int | None]]:
        """Visibility in seconds, dead-letter queue, receives before."""
        found = {}
        for queue in self.of("AWS::SQS::Queue"):
            redrive = queue.get("RedrivePolicy", {})
            found[queue["QueueName"]] = (
                queue.get("VisibilityTimeout"),
                redrive.get("deadLetterTargetArn"),
                redrive.get("maxReceiveCount"),
            )
        return found

    def streams(self) -> dict[tuple[str, str], dict[str, Any]]:
        """By table and function."""
        return {
            (source["EventSourceArn"], source["FunctionName"]): {
                "batch": source["BatchSize"],
                "patterns": [json.loads(f["Pattern"]) for f in source["FilterCriteria"]["Filters"]],
                "retries": source["MaximumRetryAttempts"],
                "age": source["MaximumRecordAgeInSeconds"],
                "bisect": source["BisectBatchOnFunctionError"],
                "parallel": source["ParallelizationFactor"],
                "partial": source.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
                "kept in": source["DestinationConfig"]["OnFailure"]["Destination"].removeprefix("arn:aws:s3:::"),
            }
            for source in self.of("AWS::Lambda::EventSourceMapping")
            if "StartingPosition" in source
        }

    def queue_sources(self) -> dict[tuple[str, str], dict[str, Any]]:
        """By queue and function."""
        return {
            (source["EventSourceArn"], source["FunctionName"]): {
                "batch": source["BatchSize"],
                "concurrency": source["ScalingConfig"]["MaximumConcurrency"],
                "partial": source.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
            }
            for source in self.of("AWS::Lambda::EventSourceMapping")
            if "StartingPosition" not in source
        }

    def signed(self) -> set[str]:
        """Keys of the routes that IAM looks at before any function does."""
        routes = (r["Properties"] for r in self._resources.values() if r["Type"] == "AWS::ApiGatewayV2::Route")
        return {route["RouteKey"] for route in routes if route.get("AuthorizationType") == "AWS_IAM"}

    def routes(self) -> dict[str, str]:
        """Function by route key."""
        targets = {
            id_: self.word(resource["Properties"]["IntegrationUri"])
            for id_, resource in self._resources.items()
            if resource["Type"] == "AWS::ApiGatewayV2::Integration"
        }
        return {
            route["Properties"]["RouteKey"]: targets[re.findall(r"\w+", str(plain(route["Properties"]["Target"])))[-1]]
            for route in self._resources.values()
            if route["Type"] == "AWS::ApiGatewayV2::Route"
        }

    def notifications(self) -> list[tuple[str, str, str, str]]:
        """Bucket, event, prefix, function."""
        return [
            (bucket["BucketName"], each["Event"], each["Filter"]["S3Key"]["Rules"][0]["Value"], each["Function"])
            for bucket in self.of("AWS::S3::Bucket")
            for each in bucket.get("NotificationConfiguration", {}).get("LambdaConfigurations", ())
        ]

    def rules(self) -> dict[str, dict[str, Any]]:
        """Pattern or rate, function and dead-letter queue of each rule."""
        return {
            rule["Name"]: {
                "when": rule.get("EventPattern") or rule["ScheduleExpression"],
                "function": rule["Targets"][0]["Arn"],
                "kept in": rule["Targets"][0]["DeadLetterConfig"]["Arn"],
            }
            for rule in self.of("AWS::Events::Rule")
        }

    def asynchronous(self) -> dict[str, tuple[int, int, str]]:
        """Retries, age in seconds and dead-letter queue of each function that nobody waits for."""
        return {
            each["FunctionName"]: (
                each["MaximumRetryAttempts"],
                each["MaximumEventAgeInSeconds"],
                each["DestinationConfig"]["OnFailure"]["Destination"].rsplit(":", 1)[-1],
            )
            for each in self.of("AWS::Lambda::EventInvokeConfig")
        }

    def rotations(self) -> dict[str, str]:
        return {
            each["SecretId"]: each["RotationLambdaARN"] for each in self.of("AWS::SecretsManager::RotationSchedule")
        }

    def machines(self) -> dict[str, dict[str, Any]]:
        return {machine["StateMachineName"]: machine for machine in self.of("AWS::StepFunctions::StateMachine")}

    def names(self) -> set[str]:
        """What everything is called."""
        return {str(self.word(name_of(resource))) for resource in self._resources.values()}


def _keys(schema: list[dict[str, str]]) -> list[str]:
    return [key["AttributeName"] for key in schema]
