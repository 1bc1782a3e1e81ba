"""Findings of cdk-nag that stand, each with its reason. One that is not listed here fails the synthesis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aws_cdk import Acknowledgment, Stack, Validations

from infra.machine import construct_id
from infra.names import Names
from infra.rights import Right
from infra.stage import Stage, StageError
from infra.topology import CALENDAR

_AUTHORIZATION = (
    "A browser cannot sign requests, and whoever unsubscribes must not log in: the intake compares write keys in "
    "constant time, the pages check signed tokens, both before anything is read or written."
)
_RUNTIME = "python3.13 is what the layers are built and tested for; a newer one comes with its own build of the layers."
_WILDCARDS = {
    "objects/failures/*": "Lambda chooses the keys of what it keeps. Nothing else lies in this bucket.",
    "objects/content/content/*": "The marketers' files have names of their own. Nothing else lies below this prefix.",
    "objects/content/content/schema/*": "A schema for each kind of file. Nothing else lies below this prefix.",
    "objects/content/reports/*": "A report for each of the marketers' files. Nothing else lies below this prefix.",
    "executions/select": "Parts of a selection are named when they run. They are executions of this machine alone.",
    "map/select/parts": "Parts of a selection are named when they run. They are executions of this machine alone.",
    "schedules": "A schedule is named when it is made. Nothing else lies in the stage's own group.",
}
_MARKETERS = ("objects/content/content/*", "objects/content/reports/*")


@dataclass(frozen=True)
class Accepted:
    construct: str  # its id in the stack
    finding: str
    reason: str


def acknowledge(stack: Stack, names: Names, stage: Stage) -> None:
    for accepted in findings_accepted(names, stage):
        finding = Acknowledgment(id=f"AwsSolutions::AwsSolutions-{accepted.finding}", reason=accepted.reason)
        Validations.of(stack.node.find_child(accepted.construct)).acknowledge(finding)


def findings_accepted(names: Names, stage: Stage) -> Iterator[Accepted]:
    topology = names.topology
    yield Accepted("Api", "APIG4", _AUTHORIZATION)
    for function in topology.functions:
        yield Accepted(f"Function-{function.name}", "L1", _RUNTIME)
        yield from _wildcards(function.name, topology.rights_of(function.name), names)
    for right in _MARKETERS:
        yield _wildcard("Marketers", right, names)
    for queue in ("async-dead", "calendar-dead"):
        yield Accepted(f"Queue-{queue}", "SQS3", "It is a dead-letter queue: of invocations and of schedules.")
    yield Accepted(
        "Secret-keys",
        "SMG4",
        "The shop's backend and browsers hold these keys: a key that changed by itself would lose events. It is "
        "changed by hand, with two valid at once: docs/deploy.md.",
    )
    yield Accepted(
        "Secret-webhooks",
        "SMG4",
        "The shop's own systems verify webhooks with these keys: a key that changed by itself would lock them out. It "
        "is changed by hand, with two that sign at once: docs/operations.md.",
    )
    yield Accepted(
        "Secret-salt",
        "SMG4",
        "Suppressions, objections and tombstones are found by hashes made with it: with another salt all who said no "
        "would be written to again. It signs nothing, leaves the account nowhere, and is read by functions alone.",
    )
    for machine in topology.machines:
        yield Accepted(
            construct_id(machine),
            "SF1",
            "A Standard execution keeps its history for 90 days by itself, and functions log what failed. Logging "
            "would need rights to all log deliveries of the account.",
        )
        if not stage.tracing:
            reason = "X-Ray is a switch of the stage (`tracing`), because it costs by the trace."
            yield Accepted(construct_id(machine), "SF2", reason)
    for machine in topology.machines:
        yield from _wildcards(machine.name, topology.rights_of(machine.name), names)
    if stage.tracing:
        for role in topology.rights.keys() - {CALENDAR}:
            yield Accepted(f"Role-{role}", "IAM5[Resource::*]", "Traces go to X-Ray, which has no resources to name.")


def _wildcards(role: str, rights: tuple[Right, ...], names: Names) -> Iterator[Accepted]:
    for right in rights:
        if right.on != "phones" and any(arn.endswith("*") for arn in names.resources(right.on)):
            yield _wildcard(f"Role-{role}", right.on, names)


def _wildcard(construct: str, on: str, names: Names) -> Accepted:
    account, partition = "<AWS::AccountId>", "<AWS::Partition>"  # as findings spell them
    suffix = f"-{account}-{names.region}"
    (arn,) = replace(names, account=account, partition=partition, bucket_suffix=suffix).resources(on)
    if on not in _WILDCARDS:
        raise StageError(f"infra/acknowledgements.py: no reason for the wildcard {on!r}; add it to _WILDCARDS")
    return Accepted(construct, f"IAM5[Resource::{arn}]", _WILDCARDS[on])
