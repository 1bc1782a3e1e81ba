"""Write keys, signed links and signed webhooks."""

from __future__ import annotations

import json
import re
import string
from typing import Any, get_args

import pytest
from anlass.adapters.aws.secrets import JsonSecret, SecretLinks
from anlass.adapters.memory.seals import LOCAL_KEYS
from anlass.adapters.signing import SignedLinks
from anlass.domain.errors import ConfigurationError, Transient
from anlass.ports import PageName, Ticket
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


PAGES = get_args(PageName)
TICKET = Ticket("0d9c2b7e-1f0a-5c39-9d0b-a17a55000001.erste-Erinnerung.1", NOON)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("extra", [(), ("rating", 5), ("rating", "5"), ("Größe", 4.5, True, None)])
def test_a_link_leads_to_its_page_with_all_it_was_made_with(
    house: House, page: PageName, extra: tuple[Any, ...]
) -> None:
    ticket = Ticket(TICKET.message_id, NOON, extra)
    url = house.links.url(page, ticket)
    assert re.fullmatch(re.escape(f"{SHOP}/{page}/") + r"[\w.-]+", url, re.ASCII)
    read = house.links.read(page, token_of(url))
    assert read is not None
    assert read == ticket
    assert [type(value) for value in read.extra] == [type(value) for value in extra]


def test_a_token_is_none_of_any_other_page(house: House) -> None:
    for page in PAGES:
        token = token_of(house.links.url(page, TICKET))
        assert [other for other in PAGES if house.links.read(other, token)] == [page]


def test_a_token_that_somebody_changed_leads_nowhere(house: House) -> None:
    token = token_of(house.links.url("unsubscribe", TICKET))
    foreign = token_of(SignedLinks(SHOP, lambda: ["another-secret"]).url("unsubscribe", TICKET))
    others = token_of(house.links.url("unsubscribe", Ticket("e-2.first.1", NOON)))
    joined = others.rsplit(".", 1)[0] + "." + token.rsplit(".", 1)[1]
    shapeless = ("", ".", "x", "ü.ü", "\ud800", "a" * 5000)
    for broken in (*shapeless, token + "x", "x" + token, token.swapcase(), foreign, joined):
        assert house.links.read("unsubscribe", broken) is None


def test_not_one_character_of_a_token_can_be_another_one(house: House) -> None:
    """Base64 leaves bits to spare at the end: two spellings of one signature would be two tokens."""
    token = token_of(house.links.url("press", Ticket("e-1.first.1", NOON, ("rating", 5))))
    alphabet = string.ascii_letters + string.digits + "-_=."
    for place, was in enumerate(token):
        assert house.links.read("press", token[:place] + token[place + 1 :]) is None
        for other in alphabet.replace(was, "") if place >= len(token) - 2 else "A.":
            if other != was:
                assert house.links.read("press", token[:place] + other + token[place + 1 :]) is None


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
    old = token_of(links.url("unsubscribe", TICKET))
    keys.append("new")
    new = token_of(links.url("unsubscribe", TICKET))
    assert old != new
    assert links.read("unsubscribe", old) == links.read("unsubscribe", new) == TICKET
    keys.pop(0)
    assert links.read("unsubscribe", old) is None
    assert links.read("unsubscribe", new) == TICKET


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
    token = token_of(first.url("unsubscribe", TICKET))
    assert second.read("unsubscribe", token) == TICKET
    assert first.read("unsubscribe", token_of(second.url("unsubscribe", TICKET))) is None
    with pytest.raises(ConfigurationError, match='no "current" key'):
        links({"previous": "one"}).url("unsubscribe", TICKET)


def test_one_key_may_stand_without_a_list_and_is_compared_as_a_whole(aws: AwsHouse) -> None:
    aws.wire.script("GetSecretValue", answer(SecretString=json.dumps({"server": "s3cret", "browser": []})))
    assert aws.keys.right_of("s3cret") == "server"
    assert aws.keys.right_of("s") is None
