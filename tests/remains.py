"""What is left of somebody, anywhere: a search through everything that a world keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from anlass.adapters.aws.dynamodb.body import unpack
from anlass.domain.erasure import Erasure
from anlass.usecases.begin_erasure import begin_erasure, erasure_by_id
from anlass.usecases.people_work import PeopleWork

from cli.runtime import moto_patches
from cli.runtime.world import LocalRuntime
from cli.simulation import Simulation
from tests.worlds import MemoryWorld, MotoWorld, World


def people_of(world: World) -> PeopleWork:
    if isinstance(world, MemoryWorld):
        return world.simulation.people
    assert isinstance(world, MotoWorld)
    return world.runtime.application().people


def erase(world: World, identity: str) -> Erasure:
    """Begins, and lets everything run that follows at once."""
    begun = begin_erasure(identity, "shop", people_of(world))
    assert begun is not None, f"nobody is known as {identity}"
    settle(world)
    return begun


def settle(world: World) -> None:
    (world.simulation if isinstance(world, MemoryWorld) else world.runtime).settle()  # type: ignore[attr-defined]


def state_of_erasure(world: World, erasure: Erasure) -> Erasure:
    found = erasure_by_id(erasure.id, people_of(world))
    assert found is not None
    return found


def remains(world: World, *words: str) -> list[str]:
    """Where any of these words still stands."""
    everything = _in_memory(world.simulation) if isinstance(world, MemoryWorld) else _in_moto(world.runtime)  # type: ignore[attr-defined]
    return [place for place, text in everything if any(word.lower() in text.lower() for word in words)]


def _in_memory(simulation: Simulation) -> Iterator[tuple[str, str]]:
    for place, rows in vars(simulation.store)["_rows"].items():
        yield from ((f"{place} {sort}", f"{place} {sort} {row}") for sort, row in rows.items())
    for identity, events in vars(simulation.event_log)["_events"].items():
        yield from ((f"event {moment}", f"{identity} {event}") for moment, event in events.items())
    for name in ("queues", "calendar", "executions", "definitions", "content"):
        yield name, repr(vars(getattr(simulation, name)))


def _in_moto(runtime: LocalRuntime) -> Iterator[tuple[str, str]]:
    names = runtime.names
    for table in names.topology.tables:
        for page in runtime.client("dynamodb").get_paginator("scan").paginate(TableName=names.physical(table.name)):
            for item in page["Items"]:
                yield f"{table.name} {_key(item)}", _text(item)
    s3 = runtime.client("s3")
    for bucket in names.topology.buckets:
        for found in s3.list_object_versions(Bucket=names.bucket(bucket)).get("Versions", ()):
            which = {"Bucket": names.bucket(bucket), "Key": found["Key"], "VersionId": found["VersionId"]}
            yield f"object {found['Key']} {found['VersionId']}", s3.get_object(**which)["Body"].read().decode()
    for queue in (*(q.name for q in names.topology.queues), *names.topology.dead_letter_queues):
        for message in moto_patches.messages(names.physical(queue)):
            yield f"queue {queue}", message.body
    scheduler = runtime.client("scheduler")
    for schedule in scheduler.list_schedules()["Schedules"]:
        yield (
            f"schedule {schedule['Name']}",
            repr(scheduler.get_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])),
        )
    for machine in runtime.machines.values():
        yield from ((f"execution {name}", repr(vars(run))) for name, run in machine.executions.items())


def _key(item: dict[str, Any]) -> str:
    return " ".join(
        str(value["S"]) for name, value in item.items() if name in ("profile", "row", "id", "identity", "moment")
    )


def _text(item: dict[str, Any]) -> str:
    """With the packed body opened: a search must not be content with what it cannot read."""
    opened = {name: unpack(value) if name == "body" else value for name, value in item.items()}
    return json.dumps(opened, ensure_ascii=False, default=repr)
