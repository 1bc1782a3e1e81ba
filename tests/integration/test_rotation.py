"""Keys change while mails are on their way: whoever clicks afterwards still gets to the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from anlass import bootstrap
from anlass.adapters.aws.secrets import JsonSecret, SecretLinks
from anlass.ports import Ticket

from cli.runtime.aws_calls import OPERATOR
from cli.runtime.world import LocalRuntime

TICKET = Ticket("0d9c2b7e-1f0a-5c39-9d0b-a17a55000001.remind.1", datetime(2026, 3, 2, 9, tzinfo=UTC))


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(datetime(2026, 3, 2, 9, tzinfo=UTC)) as running:
        yield running


def links(runtime: LocalRuntime) -> SecretLinks:
    """As a function that starts now reads the secret; it keeps that for five minutes."""
    secret = JsonSecret(runtime.client("secretsmanager"), runtime.names.physical("links"))
    secret.value()
    return SecretLinks("https://shop.example", secret)


def token(of: SecretLinks) -> str:
    return of.url("unsubscribe", TICKET).rsplit("/", 1)[1]


def value(runtime: LocalRuntime) -> dict[str, str]:
    answer = runtime.client("secretsmanager").get_secret_value(
        SecretId=runtime.names.physical("links"), VersionStage="AWSCURRENT"
    )
    read: dict[str, str] = json.loads(answer["SecretString"])
    return read


def test_a_fresh_key_is_known_for_one_period_before_it_signs(runtime: LocalRuntime) -> None:
    first = value(runtime)
    runtime.rotate("links")
    second = value(runtime)
    assert second["current"] == first["current"]
    assert second["next"] not in first.values()
    runtime.rotate("links")
    third = value(runtime)
    assert (third["previous"], third["current"]) == (second["current"], second["next"])
    assert third["next"] not in second.values()


def test_a_link_lives_through_a_change_of_keys_and_ends_with_the_one_after(runtime: LocalRuntime) -> None:
    runtime.rotate("links")
    before = links(runtime)
    old = token(before)
    runtime.rotate("links")
    after = links(runtime)
    assert after.read("unsubscribe", old) == TICKET
    assert before.read("unsubscribe", token(after)) == TICKET, (
        "who has not read the new secret yet knows its key as the next one"
    )
    runtime.rotate("links")
    assert links(runtime).read("unsubscribe", old) is None


def test_a_step_that_comes_twice_changes_nothing_more(runtime: LocalRuntime) -> None:
    def call(step: str) -> None:
        event = {"SecretId": "local-links", "ClientRequestToken": "a" * 36, "Step": step}
        runtime.lambdas.invoke("rotate_links", event)

    for step in ("createSecret", "createSecret", "setSecret", "testSecret", "testSecret"):
        call(step)
    assert "next" not in value(runtime), "nothing is current before the last step"
    call("finishSecret")
    done = value(runtime)
    call("finishSecret")
    call("createSecret")
    assert value(runtime) == done
    assert runtime.lambdas.errors == []


def test_a_rotation_without_its_first_step_is_refused(runtime: LocalRuntime) -> None:
    runtime.lambdas.invoke("rotate_links", {"SecretId": "x", "ClientRequestToken": "b" * 36, "Step": "testSecret"})
    ((name, error),) = runtime.lambdas.errors
    assert (name, error.error_type) == ("rotate_links", "ConfigurationError")
    assert "start it again" in error.message


def test_only_the_links_secret_can_be_touched(runtime: LocalRuntime) -> None:
    with runtime.calls.acting("rotate_links"), pytest.raises(Exception, match="not authorized"):
        runtime.client("secretsmanager").get_secret_value(SecretId=runtime.names.physical("keys"))
    assert runtime.calls.actor == OPERATOR


def put(runtime: LocalRuntime, keys: dict[str, list[str]]) -> None:
    """As docs/deploy.md has it."""
    client = runtime.client("secretsmanager")
    client.put_secret_value(SecretId=runtime.names.physical("keys"), SecretString=json.dumps(keys))


def takes(runtime: LocalRuntime, key: str) -> bool:
    body = json.dumps({"writeKey": key, "userId": "anna", "event": "Product Viewed"}).encode()
    status = runtime.http("POST", "/v1/track", {"content-type": "application/json"}, body).status
    assert status in (200, 401)
    return status == 200


def start_anew(runtime: LocalRuntime) -> None:
    """A process reads the secret when it starts, and again every five minutes of its own time."""
    bootstrap.forget()
    bootstrap.use_clock(runtime.clock)


def test_a_write_key_is_good_beside_its_successor_until_it_is_taken_out(runtime: LocalRuntime) -> None:
    assert (takes(runtime, "local-server"), takes(runtime, "successor")) == (True, False)
    put(runtime, {"server": ["local-server", "successor"], "browser": ["local-browser"]})
    start_anew(runtime)
    assert (takes(runtime, "local-server"), takes(runtime, "successor")) == (True, True)
    put(runtime, {"server": ["successor"], "browser": ["local-browser"]})
    assert takes(runtime, "local-server"), "a warm function learns of it within five minutes"
    start_anew(runtime)
    assert (takes(runtime, "local-server"), takes(runtime, "successor")) == (False, True)
    assert takes(runtime, "local-browser")
