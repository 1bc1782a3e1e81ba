from __future__ import annotations

import random
import string

import pytest
from anlass.adapters.aws.dynamodb.vocabulary import DynamoVocabulary
from anlass.domain.errors import Conflict
from anlass.domain.names import (
    MOST_EVENTS,
    MOST_ITEM_PROPERTIES,
    MOST_PROPERTIES_IN_ALL,
    MOST_TRAITS,
    ShopNames,
    Types,
)
from anlass.usecases.learn_names import learn_names

from tests.builders import NOON, an_event
from tests.contract.house import AwsHouse, House, refusal

SOFA = ShopNames({"Sofa Assembled": {"minutes": "integer"}}, {"Größe": "string"}, {"pets": "strings"}, heard=True)


def test_nothing_is_known_before_anything_has_arrived(house: House) -> None:
    assert house.vocabulary.learned() == (0, ShopNames())


def test_names_come_back_as_they_were_and_count_their_revisions(house: House) -> None:
    house.vocabulary.save(0, ShopNames(heard=True))
    assert house.vocabulary.learned() == (1, ShopNames(heard=True))
    house.vocabulary.save(1, SOFA)
    assert house.vocabulary.learned() == (2, SOFA)


@pytest.mark.parametrize("read", [0, 2])
def test_who_has_read_an_older_revision_overwrites_nothing(house: House, read: int) -> None:
    house.vocabulary.save(0, SOFA)
    with pytest.raises(Conflict) as conflict:
        house.vocabulary.save(read, ShopNames(heard=True))
    assert conflict.value.failed == {0}
    assert house.vocabulary.learned() == (1, SOFA)


def test_all_that_is_ever_learned_fits_into_one_item(house: House) -> None:
    """With names as long and as random as they may be."""
    chance = random.Random(7)  # noqa: S311 - not for keeping secrets

    def types(number: int) -> Types:
        return {"".join(chance.choices(string.ascii_letters, k=80)): "integer" for _ in range(number)}

    each = MOST_PROPERTIES_IN_ALL // MOST_EVENTS
    worst = ShopNames(
        {name: types(each) for name in types(MOST_EVENTS)},
        types(MOST_ITEM_PROPERTIES),
        types(MOST_TRAITS),
        heard=True,
    )
    house.vocabulary.save(0, worst)
    assert house.vocabulary.learned() == (1, worst)


def test_two_that_learn_at_once_lose_nothing(aws: AwsHouse) -> None:
    sofa, lamp = an_event("Sofa Assembled"), an_event("Lamp Lit")
    other = DynamoVocabulary(aws.clients.dynamodb, aws.names.physical("definitions"))
    assert learn_names([sofa], vocabulary=aws.vocabulary)
    assert learn_names([lamp], vocabulary=other)
    assert learn_names([an_event("Bed Made")], vocabulary=aws.vocabulary)
    assert aws.vocabulary.learned()[1].events.keys() == {"Sofa Assembled", "Lamp Lit", "Bed Made"}


def test_a_name_that_is_known_costs_no_request(aws: AwsHouse) -> None:
    sofa = an_event("Sofa Assembled", properties={"minutes": 90})
    assert learn_names([sofa, sofa], vocabulary=aws.vocabulary)
    assert aws.wire.requests == {"GetItem": 1, "UpdateItem": 1}
    for minutes in range(3):
        event = an_event("Sofa Assembled", NOON, id=f"m{minutes}", properties={"minutes": minutes})
        assert learn_names([event], vocabulary=aws.vocabulary)
    assert aws.wire.requests == {"GetItem": 1, "UpdateItem": 1}


def test_who_always_comes_second_gives_up_until_the_next_event(aws: AwsHouse) -> None:
    aws.wire.script("UpdateItem", *[refusal(400, "ConditionalCheckFailedException")] * 3)
    assert not learn_names([an_event("Sofa Assembled")], vocabulary=aws.vocabulary)
    assert aws.vocabulary.learned() == (0, ShopNames())
    assert learn_names([an_event("Sofa Assembled")], vocabulary=aws.vocabulary)
