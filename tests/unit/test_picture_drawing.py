"""The drawn picture: words stay in their boxes, boxes apart, lines end where they should, nothing is smuggled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from anlass.language.journey_file import JourneyFile
from anlass.language.picture.graph import Picture, picture_of
from anlass.language.picture.measuring import lines, width
from anlass.language.picture.mermaid import mermaid
from anlass.language.picture.placing import Line, place
from anlass.language.picture.svg import svg
from hypothesis import given, settings
from hypothesis import strategies as st

SHIPPED = sorted((Path(__file__).parents[2] / "content" / "journeys").glob("*.json"))
SVG = "{http://www.w3.org/2000/svg}"
CONDITION = {"field": "profile.orders.count", "op": "eq", "value": 0}
EVIL = '"]); click n1 "javascript:alert(1)"; <script>alert(1)</script> end %%{init: {}}%% `x` &amp; #quot; |a|\\'


def journey(*steps: Any, **parts: Any) -> Picture:
    trigger = {"type": "event", "event": "Order Completed"}
    return picture_of(JourneyFile.model_validate({"id": "j", "trigger": trigger, "steps": list(steps), **parts}))


def parsed(text: str) -> Xml.Element:
    return Xml.fromstring(text)  # noqa: S314  # we drew it


def shipped(file: Path) -> Picture:
    return picture_of(JourneyFile.model_validate(json.loads(file.read_text(encoding="utf-8"))))


def _ways(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Steps that hold lists of steps."""
    some = st.lists(steps, max_size=3)
    branch = st.builds(
        lambda ways, other: {"branch": [*({"when": CONDITION, "steps": each} for each in ways), *other]},
        st.lists(some, min_size=1, max_size=3),
        st.one_of(st.just([]), some.map(lambda each: [{"else": each}])),
    )
    split = st.lists(some, min_size=2, max_size=4).map(
        lambda ways: {"split": {"variants": [{"id": f"v{i}", "weight": 1, "steps": way} for i, way in enumerate(ways)]}}
    )
    answer = {"event": "Product Reviewed"}
    waiting = st.builds(
        lambda way, late: {
            "wait_for": {"first_of": [{**answer, "steps": way}], "timeout": "1 day", "on_timeout": late}
        },
        some,
        some,
    )
    repeat = st.lists(steps, min_size=1, max_size=3).map(
        lambda each: {"repeat": {"times": 2, "every": "1 day", "steps": each}}
    )
    return st.one_of(branch, split, waiting, repeat)


STEPS = st.recursive(
    st.sampled_from([{"send": {"template": "hello"}}, {"wait": "1 day"}, {"exit": "enough"}, {"unsubscribe": "all"}]),
    _ways,
    max_leaves=14,
)


@given(steps=st.lists(STEPS, min_size=1, max_size=5), out=st.lists(STEPS, max_size=2))
def test_whatever_the_journey_nothing_overlaps_and_every_line_ends_at_its_boxes(
    steps: list[Any], out: list[Any]
) -> None:
    picture = journey(*steps, exit=[{"event": "Order Cancelled", "steps": out}])
    drawing = parsed(svg(picture))
    boxes = [each for each in drawing.iter(f"{SVG}g") if each.get("class") != "label"]
    assert len(boxes) == len(picture.nodes)
    corners = [_corners(each) for each in drawing.iter(f"{SVG}g")]
    assert not [(a, b) for a, b in combinations(corners, 2) if _overlap(a, b)]
    at = {node.id: _corners(box) for node, box in zip(picture.nodes, boxes, strict=True)}
    paths = [each.get("d", "") for each in drawing.findall(f"{SVG}path")]
    for edge, path in zip(picture.edges, paths, strict=True):
        points = _points(path)
        assert _is_on(points[0], at[edge.source]), edge
        assert _is_on(points[-1], at[edge.target]), edge
        strange = [box for id_, box in at.items() if id_ not in (edge.source, edge.target)]
        assert not [(each, box) for each in pairwise(points) for box in strange if _crosses(*each, box)], edge
    left, top, wide, high = map(float, drawing.get("viewBox", "").split())
    assert all(x >= left and y >= top and right <= left + wide and low <= top + high for x, y, right, low in corners)


@settings(max_examples=20)
@given(steps=st.lists(STEPS, min_size=1, max_size=5))
def test_the_same_journey_is_drawn_the_same(steps: list[Any]) -> None:
    assert svg(journey(*steps)) == svg(journey(*steps))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_the_words_of_the_journeys_that_ship_are_whole_and_inside_their_boxes(file: Path) -> None:
    picture = shipped(file)
    drawing = parsed(svg(picture))
    sizes = {"what": 11.0, "text": 14.0, "more": 12.0, "label": 12.0}
    for box in drawing.iter(f"{SVG}g"):
        left, top, right, low = _corners(box)
        for text in box.findall(f"{SVG}text"):
            style = text.get("class", "")
            half = width(text.text or "", sizes[style], bold=style == "text") / 2
            assert left < float(text.get("x", 0)) - half, text.text
            assert float(text.get("x", 0)) + half < right, text.text
            assert top < float(text.get("y", 0)) - sizes[style] < float(text.get("y", 0)) < low, text.text
    for node, box in zip(picture.nodes, (g for g in drawing.iter(f"{SVG}g") if g.get("class") != "label"), strict=True):
        said = "".join(text.text or "" for text in box.findall(f"{SVG}text"))
        assert node.says.text.replace(" ", "") in said.replace(" ", "")


def test_a_picture_tells_those_who_cannot_see_it_what_it_shows() -> None:
    drawing = parsed(svg(journey({"id": "ask", "send": {"template": "hello"}}, name="Hallo", why="To greet.")))
    assert drawing.get("role") == "img"
    assert drawing.get("aria-labelledby") == "title desc"
    assert drawing.findtext(f"{SVG}title") == "Hallo"
    assert drawing.findtext(f"{SVG}desc") == (
        "To greet. Starts at once: Order Completed. Send · ask: hello. The journey ends."
    )


def test_a_picture_knows_light_and_dark_and_runs_nothing() -> None:
    text = svg(journey({"send": {"template": "hello"}}, name=EVIL, why=EVIL, exit=[{"event": EVIL}]))
    drawing = parsed(text)
    assert "prefers-color-scheme:dark" in text
    tags = {each.tag.removeprefix(SVG) for each in drawing.iter()}
    assert tags == {"svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text"}
    assert drawing.findtext(f"{SVG}title") == EVIL
    assert not any(name.startswith("on") or name == "href" for each in drawing.iter() for name in each.attrib)


def test_mermaid_has_each_box_and_each_way_once() -> None:
    branch = {"branch": [{"when": CONDITION, "steps": [{"send": {"template": "new"}}]}]}
    text = mermaid(journey(branch, {"wait": "24 hours"}, name="Hallo", why="To greet."))
    assert text.splitlines() == [
        "flowchart TD",
        "  accTitle: Hallo",
        "  accDescr: To greet.",
        '  n1(["<small>Starts at once</small><br><b>Order Completed</b>"]):::trigger',
        '  n2["<small>Branch</small><br><b>Is it so?</b>"]:::choice',
        '  n3["<small>Send</small><br><b>new</b>"]:::send',
        '  n4(["after 24 hours"]):::wait',
        '  n5(["<b>The journey ends</b>"]):::over',
        "  n1 --> n2",
        '  n2 -->|"when orders count = 0"| n3',
        '  n2 -->|"otherwise"| n4',
        "  n3 --> n4",
        "  n4 --> n5",
        "  classDef trigger fill:#d9f2e3,stroke:#2e8b57,color:#1c2733",
        "  classDef send fill:#dbeafe,stroke:#3b72c4,color:#1c2733",
        "  classDef wait fill:#ffffff,stroke:#9aa5b1,color:#1c2733",
        "  classDef choice fill:#fdf0cf,stroke:#c08a1e,color:#1c2733",
        "  classDef over fill:#e5e7ea,stroke:#6b7480,color:#1c2733",
    ]


def test_no_word_of_a_file_is_a_sign_of_mermaids() -> None:
    text = mermaid(journey({"send": {"template": "x"}}, name=EVIL, why=EVIL, exit=[{"event": f"A\nB {EVIL}"}]))
    line = next(each for each in text.splitlines() if ":::exit" in each)
    words = line[line.index("<b>") + 3 : line.rindex("</b>")]
    assert not re.search(r'["<>`;&\\]', re.sub(r"#\d+;", "", words))
    assert "#34;]" in words
    assert "accTitle: #34;]" in text


def test_long_words_are_broken_and_long_texts_end_with_an_ellipsis() -> None:
    long = "https://shop.example/" + "x" * 80
    broken = lines(long, 12, 150)
    assert "".join(broken) == long
    assert all(width(each, 12) <= 150 for each in broken)
    cut = lines("word " * 200, 12, 150, most=3)
    assert len(cut) == 3
    assert cut[-1].endswith("…")
    assert all(width(each, 12) <= 150 for each in cut)
    assert lines("", 12, 150) == []


@given(st.text(max_size=120), st.floats(40, 300))
def test_no_line_is_wider_than_its_box_and_no_sign_is_lost(text: str, limit: float) -> None:
    found = lines(text, 12, limit, most=1000)
    assert all(width(each, 12) <= limit for each in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_lines_are_about_equally_long() -> None:
    assert lines("on Order Delivered (same order id)", 12, 200) == ["on Order Delivered", "(same order id)"]
    assert lines("second-purchase-reminder", 14, 150) == ["second-purchase-", "reminder"]


def test_ways_are_drawn_from_left_to_right_as_they_are_written() -> None:
    fan = place(
        [(200, 50)] * 5, [Line(0, 1, (80, 20)), Line(0, 2, (80, 20)), Line(0, 3), Line(1, 4), Line(2, 4), Line(3, 4)]
    )
    across = [fan.boxes[each][0] for each in (1, 2, 3)]
    assert across == sorted(across)
    assert fan.boxes[0][1] < fan.boxes[1][1] < fan.boxes[4][1]


def test_what_is_not_connected_lies_beside() -> None:
    placed = place([(200, 50)] * 4, [Line(0, 1)])
    assert placed.boxes[0][0] == placed.boxes[1][0]
    assert placed.boxes[2][0] == placed.boxes[3][0] > placed.boxes[0][0] + 200
    assert placed.boxes[2][1] < placed.boxes[3][1]


def _corners(group: Xml.Element) -> tuple[float, float, float, float]:
    rect = group.find(f"{SVG}rect")
    assert rect is not None
    x, y, wide, high = (float(rect.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _is_on(point: tuple[float, float], box: tuple[float, ...]) -> bool:
    """On the border, give or take what rounding costs."""
    x, y = point
    left, top, right, low = box
    inside = left - 0.2 <= x <= right + 0.2 and top - 0.2 <= y <= low + 0.2
    return inside and min(abs(x - left), abs(x - right), abs(y - top), abs(y - low)) <= 0.2


def _crosses(one: tuple[float, float], other: tuple[float, float], box: tuple[float, ...]) -> bool:
    """Whether a straight part of a line runs through a box, not only along it."""
    if one[0] != other[0] and one[1] != other[1]:
        return False
    left, right = sorted((one[0], other[0]))
    top, low = sorted((one[1], other[1]))
    return left < box[2] - 1 and right > box[0] + 1 and top < box[3] - 1 and low > box[1] + 1


def _points(path: str) -> list[tuple[float, float]]:
    numbers = [float(each) for each in re.findall(r"-?\d+\.\d", path)]
    return list(_pairs(numbers))


def _pairs(numbers: list[float]) -> Iterator[tuple[float, float]]:
    for position, (one, other) in enumerate(pairwise(numbers)):
        if position % 2 == 0:
            yield one, other
