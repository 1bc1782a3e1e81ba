"""Physical names, addresses and variables of everything in a topology, as they are called on this machine."""

from __future__ import annotations

from collections.abc import Mapping

from infra.topology import PROVIDER_TIMEOUT_FUNCTION, Function, Topology

REGION = "eu-central-1"
ACCOUNT = "123456789012"  # moto's
PREFIX = "local-"  # so that a logical name hard-wired somewhere is found out here and not on AWS

ASYNC_DEAD = "bus-dead"  # what an asynchronous invocation (bus, bucket, rate) could not do
CALENDAR_DEAD = "calendar-dead"  # what a schedule could not deliver


class Names:
    def __init__(self, topology: Topology, public_url: str, settings: Mapping[str, str]) -> None:
        self.topology = topology
        self._settings = {"PUBLIC_URL": public_url, **settings}

    def physical(self, name: str) -> str:
        return PREFIX + name

    def logical(self, name: str) -> str:
        return name.removeprefix(PREFIX)

    def queue_url(self, queue: str) -> str:
        return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{PREFIX}{queue}"

    def queue_arn(self, queue: str) -> str:
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{PREFIX}{queue}"

    def function_arn(self, function: str) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{PREFIX}{function}"

    def machine_arn(self) -> str:
        return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{PREFIX}{self.topology.state_machine}"

    def placeholders(self) -> dict[str, str]:
        """What stands in the state machine's file as `${...}`."""
        tables = {f"${{{t.name.capitalize()}TableName}}": self.physical(t.name) for t in self.topology.tables}
        tasks = {t.placeholder: self.function_arn(t.function) for t in self.topology.machine_tasks}
        return tables | tasks

    def environment(self, function: Function) -> dict[str, str]:
        """Exactly the variables that the topology names for this function, and what Lambda itself sets."""
        known = self._variables()
        unknown = [name for name in function.environment if name not in known]
        if unknown:
            raise ValueError(f"function {function.name} wants {', '.join(unknown)}: nothing in the topology gives it")
        return {name: known[name] for name in function.environment} | {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": self.physical(function.name),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mib),
        }

    def _variables(self) -> dict[str, str]:
        topology = self.topology
        return {
            **{f"{t.name.upper()}_TABLE": self.physical(t.name) for t in topology.tables},
            **{f"{q.name.upper()}_QUEUE_URL": self.queue_url(q.name) for q in topology.queues},
            **{f"{q.name.upper()}_QUEUE_ARN": self.queue_arn(q.name) for q in topology.queues},
            **{f"{s.upper()}_SECRET": self.physical(s) for s in topology.secrets},
            **{f"{b.upper()}_BUCKET": self.physical(b) for b in topology.buckets},
            "CALENDAR_DEAD_ARN": self.queue_arn(CALENDAR_DEAD),
            "SCHEDULE_GROUP": self.physical(topology.schedule_group),
            "SCHEDULER_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}calendar",
            "STATE_MACHINE_ARN": self.machine_arn(),
            "SES_CONFIGURATION_SET": self.physical("mail"),
            "WAIT_BORDER_SECONDS": str(7 * 86_400),
            "CLAIM_SECONDS": str(PROVIDER_TIMEOUT_FUNCTION + 60),
            **self._settings,
        }
