"""Write keys, signed links and signed webhooks."""

from __future__ import annotations

import json

import pytest
from anlass.adapters.aws.secrets import JsonSecret, SecretLinks
from anlass.adapters.memory.seals import LOCAL_KEYS
from anlass.adapters.signing import SignedLinks
from anlass.domain.errors import ConfigurationError, Transient
from standardwebhooks import Webhook

from tests.builders import NOON
from tests.contract.house import SHOP, AwsHouse, House, answer, refusal


def token_of(url: str) -> str:
    return url.rsplit("/", 1)[1]


def test_a_key_gives_its_right(house: House) -> None:
    assert house.keys.right_of("local-server") == "server"
    assert house.keys.right_of("local-browser") == "browser"


@pytest.mark.parametrize("key", ["", "local", "local-servers", "LOCAL-SERVER", "schlüssel", "\ud800", "local-server\0"])
def test_any_other_key_gives_none(house: House, key: str) -> None:
    assert house.keys.right_of(key) is None


def test_a_link_leads_back_to_its_message(house: House) -> None:
    message = "0d9c2b7e-1f0a-5c39-9d0b-a17a55000001.erste-Erinnerung.1"
    unsubscribe, preferences = house.links.unsubscribe_url(message), house.links.preferences_url(message)
    assert unsubscribe.startswith(f"{SHOP}/unsubscribe/")
    assert preferences.startswith(f"{SHOP}/preferences/")
    assert token_of(unsubscribe) != token_of(preferences)
    assert house.links.message_of(token_of(unsubscribe)) == message
    assert house.links.message_of(token_of(preferences)) == message


def test_a_token_that_somebody_changed_leads_nowhere(house: House) -> None:
    token = token_of(house.links.unsubscribe_url("e-1.first.1"))
    foreign = token_of(SignedLinks(SHOP, lambda: ["another-secret"]).unsubscribe_url("e-1.first.1"))
    for broken in ("", ".", "x", token[:-1], token + "x", "x" + token, token.swapcase(), foreign, "ü.ü"):
        assert house.links.message_of(broken) is None


@pytest.mark.parametrize("name", ["erp", "shop"])
def test_a_webhook_is_sealed_with_the_key_of_its_name(house: House, name: str) -> None:
    sealed = house.seals.seal(name, "e-1_tell_1", NOON, '{"a":1}')
    assert sealed == Webhook(LOCAL_KEYS[name]).sign("e-1_tell_1", NOON, '{"a":1}')


@pytest.mark.parametrize("name", ["", "ERP", "crm", "server"])
def test_a_name_without_a_key_seals_nothing(house: House, name: str) -> None:
    assert house.seals.seal(name, "e-1_tell_1", NOON, "{}") is None


def test_links_from_before_a_change_of_keys_are_still_good() -> None:
    keys = ["old"]
    links = SignedLinks(SHOP, lambda: keys)
    old = token_of(links.unsubscribe_url("e-1.first.1"))
    keys.append("new")
    new = token_of(links.unsubscribe_url("e-1.first.1"))
    assert old != new
    assert links.message_of(old) == links.message_of(new) == "e-1.first.1"
    keys.pop(0)
    assert links.message_of(old) is None
    assert links.message_of(new) == "e-1.first.1"


def test_a_secret_is_read_once_in_five_minutes(aws: AwsHouse) -> None:
    for aws.elapsed in (0.0, 299.0):
        assert aws.keys.right_of("local-server") == "server"
    assert aws.wire.requests == {"GetSecretValue": 1}
    aws.elapsed = 300.0
    aws.wire.script("GetSecretValue", answer(SecretString=json.dumps({"server": ["new"], "browser": []})))
    assert aws.keys.right_of("local-server") is None
    assert aws.keys.right_of("new") == "server"


def test_an_old_secret_serves_while_the_new_one_cannot_be_read(aws: AwsHouse) -> None:
    aws.wire.script("GetSecretValue", refusal(500, "InternalServiceError"))
    with pytest.raises(Transient, match="reading secret local-keys"):
        aws.keys.right_of("local-server")
    assert aws.keys.right_of("local-server") == "server"
    aws.elapsed = 300.0
    aws.wire.script("GetSecretValue", refusal(500, "InternalServiceError"))
    assert aws.keys.right_of("local-server") == "server"


@pytest.mark.parametrize("text", ["not json", "[]", '"a"'])
def test_a_secret_of_the_wrong_shape_is_named_but_not_shown(aws: AwsHouse, text: str) -> None:
    aws.wire.script("GetSecretValue", answer(SecretString=text))
    with pytest.raises(ConfigurationError, match="secret local-keys holds no JSON object") as fault:
        aws.keys.right_of("local-server")
    assert text not in str(fault.value)


def test_both_keys_of_the_secret_open_links_and_the_current_one_signs(aws: AwsHouse) -> None:
    def links(value: dict[str, str | None]) -> SecretLinks:
        aws.wire.script("GetSecretValue", answer(SecretString=json.dumps(value)))
        return SecretLinks(SHOP, JsonSecret(aws.clients.secretsmanager, "links", lambda: 0.0))

    first, second = links({"current": "one", "previous": None}), links({"current": "two", "previous": "one"})
    token = token_of(first.unsubscribe_url("e-1.first.1"))
    assert second.message_of(token) == "e-1.first.1"
    assert first.message_of(token_of(second.unsubscribe_url("e-1.first.1"))) is None
    with pytest.raises(ConfigurationError, match='no "current" key'):
        links({"previous": "one"}).unsubscribe_url("e-1.first.1")


def test_one_key_may_stand_without_a_list_and_is_compared_as_a_whole(aws: AwsHouse) -> None:
    aws.wire.script("GetSecretValue", answer(SecretString=json.dumps({"server": "s3cret", "browser": []})))
    assert aws.keys.right_of("s3cret") == "server"
    assert aws.keys.right_of("s") is None
