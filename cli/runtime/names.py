"""What everything in a topology is called on this machine."""

from __future__ import annotations

from collections.abc import Mapping

from infra.names import Names
from infra.topology import Function, Topology

REGION = "eu-central-1"
ACCOUNT = "123456789012"  # moto's
REPLY = "reply.shop.example"
PREFIX = "local-"  # so that a logical name hard-wired somewhere is found out here and not on AWS


def local_names(topology: Topology, public_url: str, settings: Mapping[str, str]) -> Names:
    return Names(topology, PREFIX, REGION, ACCOUNT, public_url, stage="local", reply_domain=REPLY, settings=settings)


def whole_environment(names: Names, function: Function) -> dict[str, str]:
    """The function's variables, and what Lambda itself sets."""
    return names.environment(function) | {
        "AWS_REGION": names.region,
        "AWS_DEFAULT_REGION": names.region,
        "AWS_LAMBDA_FUNCTION_NAME": names.physical(function.name),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mib),
    }
