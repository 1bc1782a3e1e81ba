"""What everything in a topology is called, on AWS and on this machine: names, addresses, ARNs, variables.

All names are chosen, none is generated, so a policy can be read without looking anything up, and nothing in the
template has to wait for something else only to learn its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.topology import CALENDAR, CALENDAR_DEAD, MAIL, PROVIDER_TIMEOUT, TRACKED, Function, Topology


@dataclass(frozen=True)
class Names:
    """`account` and `partition` may be CloudFormation's references. `settings` replaces variables by name."""

    topology: Topology
    prefix: str  # of every name: "anlass-dev-"
    region: str
    account: str
    public_url: str
    stage: str
    partition: str = "aws"
    bucket_suffix: str = ""  # bucket names are the world's, not an account's
    mail_domain: str = "*"
    reply_domain: str = ""  # where mail is received; "" where none is
    settings: Mapping[str, str] = field(default_factory=dict)

    def physical(self, name: str) -> str:
        return self.prefix + name

    def logical(self, name: str) -> str:
        return name.removeprefix(self.prefix).removesuffix(self.bucket_suffix)

    def bucket(self, name: str) -> str:
        return f"{self.prefix}{name}{self.bucket_suffix}"

    def queue_url(self, queue: str) -> str:
        return f"https://sqs.{self.region}.amazonaws.com/{self.account}/{self.physical(queue)}"

    def queue_arn(self, queue: str) -> str:
        return self.arn("sqs", self.physical(queue))

    def function_arn(self, function: str) -> str:
        return self.arn("lambda", f"function:{self.physical(function)}")

    def table_arn(self, table: str) -> str:
        return self.arn("dynamodb", f"table/{self.physical(table)}")

    def machine_arn(self, machine: str) -> str:
        return self.arn("states", f"stateMachine:{self.physical(machine)}")

    def role_arn(self, role: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.physical(role)}"

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def resources(self, on: str) -> tuple[str, ...]:
        """The ARNs of what a right names."""
        kind, _, rest = on.partition("/")
        match kind:
            case "table":
                return (self.table_arn(rest),)
            case "index":
                table, _, index = rest.partition("/")
                return (f"{self.table_arn(table)}/index/{index}",)
            case "queue":
                return (self.queue_arn(rest),)
            case "secret":
                # Secrets Manager adds six characters of its own to the name.
                return (self.arn("secretsmanager", f"secret:{self.physical(rest)}-??????"),)
            case "bucket":
                return (f"arn:{self.partition}:s3:::{self.bucket(rest)}",)
            case "objects":
                bucket, _, key = rest.partition("/")
                return (f"arn:{self.partition}:s3:::{self.bucket(bucket)}/{key}",)
            case "function":
                return (self.function_arn(rest),)
            case "machine":
                return (self.machine_arn(rest),)
            case "executions":
                return (self.arn("states", f"execution:{self.physical(rest)}:*"),)
            case "map":
                machine, _, label = rest.partition("/")
                return (self.arn("states", f"execution:{self.physical(machine)}/{label}:*"),)
            case "schedules":
                return (self.arn("scheduler", f"schedule/{self.physical(self.topology.schedule_group)}/*"),)
            case "role":
                return (self.role_arn(rest),)
            case "phones":
                return ("*",)  # a phone number has no ARN; roles.py takes out what has one
            case "mail":
                identity = self.arn("ses", f"identity/{self.mail_domain}")
                return identity, *(self.arn("ses", f"configuration-set/{self.physical(s)}") for s in (MAIL, TRACKED))
            case _:
                raise ValueError(f"a right names {on!r}: nothing in the topology is called that")

    def log_group(self, group: str) -> str:
        """What a service of AWS calls its log group."""
        return group.replace("${Region}", self.region).replace("${Account}", self.account)

    def placeholders(self) -> dict[str, str]:
        """What stands in the state machines' files as `${...}`."""
        tables = {f"{t.name.capitalize()}TableName": self.physical(t.name) for t in self.topology.tables}
        tasks = (task for machine in self.topology.machines for task in machine.tasks)
        return tables | {task.placeholder: self.function_arn(task.function) for task in tasks}

    def pattern(self, pattern: Any) -> Any:
        """An event pattern with this stage's names in the place of `${...}`."""
        if isinstance(pattern, Mapping):
            return {key: self.pattern(value) for key, value in pattern.items()}
        if isinstance(pattern, list | tuple):
            return [self.pattern(value) for value in pattern]
        if not isinstance(pattern, str):
            return pattern
        sets = {"${ConfigurationSet}": MAIL, "${TrackedSet}": TRACKED}
        return self.physical(sets[pattern]) if pattern in sets else pattern

    def environment(self, function: Function) -> dict[str, str]:
        """Exactly the variables that the topology names for this function, without those that Lambda itself sets."""
        known = self._variables()
        wanted = (*self.topology.environment, *function.environment)
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise ValueError(f"function {function.name} wants {', '.join(unknown)}: nothing in the topology gives it")
        return {name: known[name] for name in wanted if known[name]}

    def _variables(self) -> dict[str, str]:
        topology = self.topology
        return {
            **{f"{t.name.upper()}_TABLE": self.physical(t.name) for t in topology.tables},
            **{f"{q.name.upper()}_QUEUE_URL": self.queue_url(q.name) for q in topology.queues},
            **{f"{q.name.upper()}_QUEUE_ARN": self.queue_arn(q.name) for q in topology.queues},
            **{f"{s.upper()}_SECRET": self.physical(s) for s in topology.secrets},
            **{f"{b.upper()}_BUCKET": self.bucket(b) for b in topology.buckets},
            "CALENDAR_DEAD_ARN": self.queue_arn(CALENDAR_DEAD),
            "SCHEDULE_GROUP": self.physical(topology.schedule_group),
            "SCHEDULER_ROLE_ARN": self.role_arn(CALENDAR),
            **{f"{m.name.upper()}_MACHINE_ARN": self.machine_arn(m.name) for m in topology.machines},
            "SES_CONFIGURATION_SET": self.physical(MAIL),
            "SES_TRACKED_SET": self.physical(TRACKED),
            "REPLY_DOMAIN": self.reply_domain,
            "PUBLIC_URL": self.public_url,
            "WAIT_BORDER_SECONDS": str(7 * 86_400),
            "CLAIM_SECONDS": str(PROVIDER_TIMEOUT + 60),
            "ANLASS_STAGE": self.stage,
            "POWERTOOLS_LOG_LEVEL": "INFO",
            **self.settings,
        }
