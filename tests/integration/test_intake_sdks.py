"""The SDKs that shops already have, unchanged, against a real HTTP server in front of the intake."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import rudderstack.analytics as rudder
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

from tests.gateway import SERVER_KEY, Clock, Desk, Seen, serve

MakeClient = Callable[..., Any]
SDKS = {"segment": SegmentClient, "rudder": RudderClient}


@pytest.fixture
def desk() -> Desk:
    return Desk(clock=Clock(fixed=None))


@pytest.fixture
def server(desk: Desk) -> Iterator[tuple[str, list[Seen]]]:
    with serve(desk) as running:
        yield running


@pytest.fixture(params=SDKS)
def connect(request: pytest.FixtureRequest, server: tuple[str, list[Seen]]) -> Iterator[MakeClient]:
    """Makes a client of one SDK that talks to the server; every error of it fails the test."""
    clients: list[Any] = []

    def make(key: str = SERVER_KEY, **options: Any) -> Any:
        def fail(error: Exception, _batch: object) -> None:
            pytest.fail(f"{request.param} gave up: {error!r}")

        given = {"host": server[0], "on_error": fail, "upload_interval": 0.05, **options}
        clients.append(SDKS[request.param](key, **given))
        return clients[-1]

    yield make
    for client in clients:
        if not client.sync_mode:
            client.join()


def say_everything(client: Any) -> None:
    client.identify("u1", {"firstName": "Änne", "email": "a@example.com"}, anonymous_id="a1")
    client.track("u1", "Order Completed", {"order_id": "o1", "total": 12.5, "products": [{"product_id": "p1"}]})
    client.page("u1", "Shop", "Home", {"url": "https://shop.example/"})
    client.screen("u1", name="Cart")
    client.group("u1", "g1", {"plan": "gold"})
    client.alias("a0", "u1")
    client.track(anonymous_id="a2", event="Product Viewed")


def assert_all_of_it_arrived(desk: Desk) -> None:
    by_kind = {(event.kind, event.identity): event for event in desk.event_log.events}
    assert len(by_kind) == len(desk.event_log.events) == 7
    identify = by_kind["identify", "u:u1"]
    assert identify.traits == {"first_name": "Änne", "email": "a@example.com"}
    assert identify.also == "a:a1"
    order = by_kind["track", "u:u1"]
    assert (order.name, order.properties["total"]) == ("Order Completed", 12.5)
    assert order.properties["products"] == [{"product_id": "p1"}]
    assert by_kind["page", "u:u1"].properties == {"name": "Home", "category": "Shop", "url": "https://shop.example/"}
    assert by_kind["group", "u:u1"].properties == {"plan": "gold", "group_id": "g1"}
    assert by_kind["alias", "u:u1"].also == "a:a0"
    assert by_kind["track", "a:a2"].name == "Product Viewed"
    for event in desk.event_log.events:
        assert event.source == "server"
        assert uuid.UUID(event.id)
        assert abs((event.received_at - event.at).total_seconds()) < 5


@pytest.mark.parametrize("gzip", [True, False])
def test_everything_an_sdk_can_say_arrives_after_a_flush(
    desk: Desk, server: tuple[str, list[Seen]], connect: MakeClient, gzip: bool
) -> None:
    client = connect(gzip=gzip)
    say_everything(client)
    client.flush()
    assert_all_of_it_arrived(desk)
    assert all(seen.headers.get("Content-Encoding") == ("gzip" if gzip else None) for seen in server[1])


@pytest.mark.parametrize("gzip", [True, False])
def test_everything_an_sdk_can_say_arrives_in_sync_mode(desk: Desk, connect: MakeClient, gzip: bool) -> None:
    say_everything(connect(sync_mode=True, gzip=gzip))
    assert_all_of_it_arrived(desk)


def test_after_a_503_an_sdk_comes_again_and_nothing_is_lost_or_double(
    desk: Desk, server: tuple[str, list[Seen]], connect: MakeClient
) -> None:
    desk.event_log.failures = 1  # half of the batch was stored, and the client was told to come again
    client = connect(upload_interval=0.2)
    for number in range(20):
        client.track("u1", "Product Viewed", {"number": number})
    client.flush()
    statuses = [seen.status for seen in server[1]]
    assert statuses[0] == 503
    assert set(statuses[1:]) == {200}
    assert sorted(event.properties["number"] for event in desk.event_log.events) == list(range(20))


def test_a_time_set_by_the_shop_is_kept(desk: Desk, connect: MakeClient) -> None:
    client = connect(sync_mode=True)
    client.track("u1", "Order Completed", timestamp=datetime(2019, 5, 1, 8, 30, tzinfo=UTC), message_id="m1")
    client.track("u1", "Order Completed", timestamp=datetime(2019, 5, 1, 8, 30, tzinfo=UTC), message_id="m1")
    (event,) = desk.event_log.events
    assert event.at == datetime(2019, 5, 1, 8, 30, tzinfo=UTC)
    assert event.moment == "2019-05-01T08:30:00.000Z#m1"


def test_an_sdk_shows_the_shop_why_its_key_is_refused(connect: MakeClient) -> None:
    client = connect("nobodys-key", sync_mode=True)
    with pytest.raises(Exception, match="write_key_unknown") as refused:
        client.track("u1", "Product Viewed")
    assert getattr(refused.value, "status", None) == 401


def test_a_bad_event_does_not_hold_up_an_sdks_queue(desk: Desk, connect: MakeClient) -> None:
    client = connect(upload_interval=0.2)
    client.track("u1", "Email Sent")
    client.track("u1", "Product Viewed", {"price": float("nan")})
    client.track("u1", "Product Viewed", {"price": 3})
    client.flush()
    assert [event.properties for event in desk.event_log.events] == [{"price": 3}]


def test_rudderstacks_module_takes_our_address_as_its_data_plane(desk: Desk, server: tuple[str, list[Seen]]) -> None:
    rudder.write_key, rudder.dataPlaneUrl, rudder.sync_mode = SERVER_KEY, server[0], True
    rudder.track("u1", "Product Viewed", {"product_id": "p1"})
    assert [event.name for event in desk.event_log.events] == ["Product Viewed"]
    assert server[1][0].path == "/v1/batch"
