from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import boto3
import pytest
from anlass.adapters.aws.clients import Clients
from moto import mock_aws

from cli.runtime import moto_patches, moto_store
from cli.runtime.names import REGION, local_names
from infra.names import Names
from infra.topology import TOPOLOGY
from tests.contract.house import SHOP, AwsHouse, Hands, House, MemoryHouse, Wire

World = tuple[Clients, Names, Wire, Any, Hands]


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    """Everything that the topology names, in moto. Made once: it is what takes the time."""
    hands = Hands()
    with pytest.MonkeyPatch.context() as environment, mock_aws(), ExitStack() as cleanup:
        moto_patches.install(cleanup, hands)
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        moto_store.open_session()
        names = local_names(TOPOLOGY, SHOP, {})
        moto_store.create_all(names)
        clients = Clients(REGION)
        yield clients, names, Wire(clients), _look, hands


@cache
def _look(service: str) -> Any:
    """A client beside those of the adapters. moto knows streams by this address only."""
    address = {"dynamodbstreams": f"https://streams.dynamodb.{REGION}.amazonaws.com"}.get(service)
    return boto3.client(service, region_name=REGION, endpoint_url=address)


@pytest.fixture
def aws(world: World) -> Iterator[AwsHouse]:
    house = AwsHouse(*world)
    yield house
    house.wire.forget()
    house.tidy()


@pytest.fixture(params=["memory", "aws"])
def house(request: pytest.FixtureRequest) -> House:
    if request.param == "memory":
        return MemoryHouse()
    aws: AwsHouse = request.getfixturevalue("aws")
    return aws
