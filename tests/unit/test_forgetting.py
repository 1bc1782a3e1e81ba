"""Somebody is taken out of lists that people write by hand; nobody else's condition changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anlass.language.forgetting import NOBODY, forgotten, mentions, names_of, without
from hypothesis import given
from hypothesis import strategies as st

ANNA = names_of(("u:anna", "a:2f1"), (("email", "anna@shop.example"), ("sms", "+491701234567")))


def compare(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (compare("profile.id", "in", ["u:anna", "u:ben"]), compare("profile.id", "in", ["u:ben"])),
        (compare("profile.id", "not_in", ["u:anna"]), compare("profile.id", "not_in", [NOBODY])),
        (compare("profile.id", "eq", "u:anna"), compare("profile.id", "eq", NOBODY)),
        (compare("profile.email", "in", ["Anna@Shop.example"]), compare("profile.email", "in", [NOBODY])),
        (compare("event.properties.to", "eq", "+491701234567"), compare("event.properties.to", "eq", NOBODY)),
        ({"test_people": ["anna", "ben"]}, {"test_people": ["ben"]}),
        ({"test_people": ["anna"]}, {"test_people": []}),
        (
            {
                "who": {
                    "all": [compare("profile.id", "in", ["u:anna", "u:ben"]), compare("profile.country", "eq", "DE")]
                }
            },
            {"who": {"all": [compare("profile.id", "in", ["u:ben"]), compare("profile.country", "eq", "DE")]}},
        ),
    ],
)
def test_a_list_forgets_her(before: Any, after: Any) -> None:
    assert without(before, ANNA) == after
    assert without(after, ANNA) is after


@pytest.mark.parametrize(
    "document",
    [
        compare("profile.first_name", "in", ["anna", "ben"]),  # a name, not an id
        compare("profile.country", "eq", "u:anna"),
        {"name": "anna", "steps": [{"id": "anna"}]},
        {"test_people": ["annabel"]},
        compare("profile.id", "in", ["u:annabel"]),
        [],
        "anna",
    ],
)
def test_what_only_looks_like_her_stays(document: Any) -> None:
    assert without(document, ANNA) is document


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["u:anna", "anna@shop.example"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["op", "field", "value"]), inner),
    max_leaves=20,
)


@given(JSON)
def test_twice_is_once_and_nobody_is_forgotten_of_whom_nothing_is_known(document: Any) -> None:
    once = without(document, ANNA)
    assert without(once, ANNA) == once
    assert without(document, names_of((), ())) is document


def test_a_file_stays_as_it_is_written_where_it_does_not_name_her() -> None:
    assert forgotten(json.dumps({"test_people": ["ben"]}), ANNA) is None
    assert forgotten("{broken", ANNA) is None
    after = forgotten('{"test_people": ["anna", "ben"], "brand": "Kaffeekönig"}', ANNA)
    assert after is not None
    assert json.loads(after) == {"test_people": ["ben"], "brand": "Kaffeekönig"}
    assert "Kaffeekönig" in after


def test_a_sentence_with_her_address_is_for_a_person_to_read() -> None:
    assert mentions('{"why": "As Anna@shop.example asked for."}', ANNA)
    assert not mentions('{"why": "As anna asked for."}', ANNA)
