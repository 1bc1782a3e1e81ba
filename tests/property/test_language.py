"""Whatever is written, the compiler answers; and what it accepts runs to an end."""

from __future__ import annotations

import json
from typing import Any

from anlass.domain.journey import Journey
from anlass.language.compiler import compile_journey, journey_from
from anlass.language.json_source import read_source
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.test_language_mistakes import GOOD

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@example('{"§": 0}')
@example('{"[key]": 0}')
@example('{"trigger": {"type": "event", "event": "Order Completed", "§event": 1}}')
@given(st.text(max_size=200) | json_values.map(json.dumps))
def test_any_text_is_answered(text: str) -> None:
    compiled = compile_journey("journeys/cart.json", text)
    assert compiled.journey is None
    assert compiled.diagnostics
    assert all(each.message and each.remedy and each.line for each in compiled.diagnostics)


@given(at=st.integers(0, len(GOOD) - 1), length=st.integers(0, 12), instead=st.text(max_size=3))
def test_a_file_with_a_slip_anywhere_is_answered(at: int, length: int, instead: str) -> None:
    broken = GOOD[:at] + instead + GOOD[at + length :]
    compiled = compile_journey("journeys/cart.json", broken)
    assert (compiled.journey is None) == any(each.severity == "error" for each in compiled.diagnostics)
    assert all(1 <= (each.line or 0) <= broken.count("\n") + 1 for each in compiled.diagnostics)


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    return [place, *(each for key, member in members for each in places(member, (*place, key)))]


PLACES = [place for place in places(json.loads(GOOD)) if place]


@given(place=st.sampled_from(PLACES), value=json_values)
def test_any_value_in_any_place_is_answered(place: tuple[Any, ...], value: Any) -> None:
    document = json.loads(GOOD)
    around = document
    for part in place[:-1]:
        around = around[part]
    around[place[-1]] = value
    compiled = compile_journey("journeys/cart.json", json.dumps(document))
    assert all(each.message and each.remedy for each in compiled.diagnostics)
    assert not any("Input should" in each.message for each in compiled.diagnostics)


WAIT = st.builds(lambda hours: {"wait": f"{hours} hours"}, st.integers(1, 99))
SEND = st.builds(lambda name: {"send": {"template": name}}, st.sampled_from(["a", "b"]))


def when(age: int) -> dict[str, Any]:
    return {"field": "profile.age", "op": "eq", "value": age}


def nested(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(steps, max_size=3)
    paths = st.builds(
        lambda ways, otherwise: {
            "branch": [
                *({"when": when(number), "steps": each} for number, each in enumerate(ways)),
                *([{"else": otherwise}] if otherwise else []),
            ]
        },
        st.lists(some, min_size=1, max_size=3),
        some,
    )
    waits = st.builds(
        lambda answer, late: {
            "wait_for": {"first_of": [{"event": "X", "steps": answer}], "timeout": "1 day", "on_timeout": late}
        },
        some,
        some,
    )
    return paths | waits


programs = st.lists(st.recursive(WAIT | SEND, nested, max_leaves=10), min_size=1, max_size=5)


def successors(journey: Journey) -> dict[str, set[str]]:
    """Every step's id, to all ids that its compiled form names."""

    def named(value: Any) -> set[str]:
        if isinstance(value, str):
            return {value} & set(journey.steps)
        if isinstance(value, tuple):
            return set().union(*(named(each) for each in value))
        fields = getattr(value, "__slots__", ())
        return set().union(*(named(getattr(value, field)) for field in fields if field in _LINKS))

    return {id_: named(step) for id_, step in journey.steps.items()}


_LINKS = {"next", "start", "late", "otherwise", "ways", "answers"}


@given(programs)
def test_every_step_can_be_reached_and_every_path_ends(steps: list[Any]) -> None:
    file = {"id": "cart", "why": "x", "trigger": {"type": "event", "event": "X"}, "steps": steps}
    compiled = compile_journey("journeys/cart.json", json.dumps(file))
    assert compiled.journey is not None, compiled.diagnostics
    assert compiled.document is not None
    journey = compiled.journey
    follows = successors(journey)
    reached: set[str] = set()
    waiting = [journey.start] if journey.start else []
    while waiting:
        step = waiting.pop()
        if step not in reached:
            reached.add(step)
            waiting += follows[step]
    assert reached == set(journey.steps)
    ends: set[str] = set()
    while True:  # a step ends if all that follow it do: what is left would run in circles
        new = {id_ for id_ in follows if id_ not in ends and follows[id_] <= ends}
        if not new:
            break
        ends |= new
    assert ends == set(journey.steps)
    assert journey_from(compiled.document).steps.keys() == journey.steps.keys()


plain_texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd\ufffe\uffff"), max_size=12
)
documents = st.dictionaries(
    plain_texts,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | plain_texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_texts, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=4,
)


@given(document=documents, indent=st.none() | st.integers(0, 4) | st.just("\t"), is_ascii=st.booleans())
def test_what_is_json_is_read_as_it_stands(document: dict[str, Any], indent: int | str | None, is_ascii: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=is_ascii)
    source, findings = read_source(text, "journeys/cart.json", 100_000)
    assert findings == []
    assert source is not None
    assert source.value == document
    for place in places(document):
        span = source.value_of(place)
        line = text.split("\n")[span.line - 1]
        assert span.column + span.length - 1 <= len(line)
