"""Where boxes and lines of a picture lie. fast-sugiyama says in which layer and column; sizes and routes are ours.

Every box has a column of its own width, so the library needs no sizes; a label is a vertex on its line, so that no two
can meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise, product
from typing import Literal

from fast_sugiyama import from_edges

Point = tuple[float, float]
Size = tuple[float, float]

COLUMN = 272.0  # px from one box's middle to the next one's
_LANE = 0.15  # of a column, for a line that passes boxes by
_GAP = 26.0  # px between layers, at least
_SLOPE, _MOST_GAP = 0.12, 56.0  # the further lines go aside, the more room they get
_METHODS: tuple[Literal["barycenter", "median"], ...] = ("barycenter", "median")
_APART = 40.0  # px between parts that no line connects
_ASIDE = 8.0  # px that a line keeps from a box which it enters from the side


@dataclass(frozen=True)
class Line:
    """From box to box, by position. `label`: the size of what stands on it. `back`: it leads up."""

    source: int
    target: int
    label: Size | None = None
    back: bool = False


@dataclass(frozen=True)
class Placed:
    """In px from the upper left corner: the middles of the boxes and of the labels, and the ways of the lines.

    Between two points of a way that lie at different heights and sides it swings; all others are straight.
    """

    boxes: tuple[Point, ...]
    labels: tuple[Point | None, ...]
    ways: tuple[tuple[Point, ...], ...]
    size: Size


def place(boxes: Sequence[Size], lines: Sequence[Line]) -> Placed:
    """Connected parts side by side: the first one to the left, all others below each other beside it."""
    net = _Net(boxes, lines)
    spots: dict[int, Point] = {}
    ways: dict[int, tuple[Point, ...]] = {}
    left = top = width = height = 0.0
    for number, part in enumerate(net.parts()):
        layers = _Layers(net, part)
        (x, y), (wide, high) = layers.corner, layers.size
        shift = (left - x, top - y)
        spots |= {vertex: _moved(spot, shift) for vertex, spot in layers.spots.items()}
        ways |= {line: tuple(_moved(point, shift) for point in way) for line, way in layers.ways().items()}
        width, height = max(width, left + wide), max(height, top + high)
        if number == 0:
            left = wide + _APART
        else:
            top += high + _APART
    return Placed(
        tuple(spots[box] for box in range(len(boxes))),
        tuple(spots[net.label_of[line]] if line in net.label_of else None for line in range(len(lines))),
        tuple(ways[line] for line in range(len(lines))),
        (width, height),
    )


class _Net:
    """Vertices: the boxes, then the labels; each line is a chain of vertices. What leads back is laid out downward."""

    def __init__(self, boxes: Sequence[Size], lines: Sequence[Line]) -> None:
        self.sizes = list(boxes)
        self.label_of: dict[int, int] = {}
        self.chains: list[tuple[int, ...]] = []
        self.downward: list[tuple[int, ...]] = []
        for number, line in enumerate(lines):
            chain = [line.source]
            if line.label is not None:
                self.label_of[number] = self._vertex(line.label)
                chain.append(self.label_of[number])
            chain.append(line.target)
            self.chains.append(tuple(chain))
            self.downward.append(tuple(reversed(chain)) if line.back else tuple(chain))

    def _vertex(self, size: Size) -> int:
        self.sizes.append(size)
        return len(self.sizes) - 1

    def parts(self) -> list[list[int]]:
        """What is connected, in the order of its first boxes."""
        near: dict[int, list[int]] = defaultdict(list)
        for one, other in self.pairs(range(len(self.chains))):
            near[one].append(other)
            near[other].append(one)
        left, parts = dict.fromkeys(range(len(self.sizes))), []
        while left:
            part = [next(iter(left))]
            del left[part[0]]
            for vertex in part:
                for other in near[vertex]:
                    if other in left:
                        del left[other]
                        part.append(other)
            parts.append(sorted(part))
        return parts

    def pairs(self, lines: Iterable[int]) -> list[tuple[int, int]]:
        return list(dict.fromkeys(pair for line in lines for pair in pairwise(self.downward[line])))


class _Layers:
    """One connected part, laid out."""

    def __init__(self, net: _Net, part: Sequence[int]) -> None:
        self.net = net
        members = set(part)
        self.lines = [line for line, chain in enumerate(net.chains) if chain[0] in members]
        pairs = net.pairs(self.lines)
        best = (
            min(_layouts(pairs), key=lambda each: _badness(each, pairs))
            if pairs
            else _Layout({part[0]: (0, 0)}, frozenset())
        )
        self.layout = best
        self.layer_of = {vertex: layer for vertex, (_, layer) in best.spots.items()}
        self.tops, self.bottoms = self._heights()
        self.spots = {
            vertex: (x, (self.tops[layer] + self.bottoms[layer]) / 2)
            for vertex, (x, layer) in self.layout.spots.items()
        }
        sides = [
            (x - self._size(vertex)[0] / 2, x + self._size(vertex)[0] / 2) for vertex, (x, _) in self.spots.items()
        ]
        self.corner = (min(left for left, _ in sides), 0.0)
        self.size = (max(right for _, right in sides) - self.corner[0], self.bottoms[-1])

    def _size(self, vertex: int) -> Size:
        return self.net.sizes[vertex] if vertex >= 0 else (0.0, 0.0)

    def _heights(self) -> tuple[list[float], list[float]]:
        """Where each layer begins and ends."""
        count = max(self.layer_of.values()) + 1
        high, aside = [0.0] * count, [0.0] * count
        for vertex, layer in self.layer_of.items():
            high[layer] = max(high[layer], self._size(vertex)[1])
        for one, other in self.layout.steps:
            (x, layer), (other_x, _) = self.layout.spots[one], self.layout.spots[other]
            aside[layer] = max(aside[layer], abs(x - other_x))
        tops, bottoms, y = [], [], 0.0
        for layer in range(count):
            tops.append(y)
            bottoms.append(y + high[layer])
            y += high[layer] + _GAP + min(_MOST_GAP, _SLOPE * aside[layer])
        return tops, bottoms

    def ways(self) -> dict[int, tuple[Point, ...]]:
        found = {}
        for line in self.lines:
            points: list[Point] = []
            for one, other in pairwise(self.net.chains[line]):
                through = self.layout.between(one, other)
                down = self.layer_of[one] < self.layer_of[other]
                points += self._down(one, through, other) if down else self._up(one, through, other)
            found[line] = tuple(dict.fromkeys((round(x, 1), round(y, 1)) for x, y in points))
        return found

    def _down(self, one: int, through: Sequence[int], other: int) -> list[Point]:
        (x, y), (to_x, to_y) = self.spots[one], self.spots[other]
        points = [(x, y + self._size(one)[1] / 2), (x, self.bottoms[self.layer_of[one]])]
        for vertex in through:
            side, layer = self.spots[vertex][0], self.layer_of[vertex]
            points += [(side, self.tops[layer]), (side, self.bottoms[layer])]
        return [*points, (to_x, self.tops[self.layer_of[other]]), (to_x, to_y - self._size(other)[1] / 2)]

    def _up(self, one: int, through: Sequence[int], other: int) -> list[Point]:
        """Back to what lies above: out of the side and into the side, or beside the middle, where others go down."""
        lanes = [self.spots[vertex][0] for vertex in through] or [self.spots[one][0]]
        if through and self._is_free(one, lanes[0]):
            points = self._turn(one, lanes[0])
        else:
            port, high = self._port(one, lanes[0]), self._size(one)[1]
            points = [(port, self.spots[one][1] - high / 2), (port, self.tops[self.layer_of[one]])]
        for vertex, lane in zip(through, lanes, strict=False):
            layer = self.layer_of[vertex]
            points += [(lane, self.bottoms[layer]), (lane, self.tops[layer])]
        if through and self._is_free(other, lanes[-1]):
            return [*points, *reversed(self._turn(other, lanes[-1]))]
        port, high = self._port(other, lanes[-1]), self._size(other)[1]
        return [*points, (port, self.bottoms[self.layer_of[other]]), (port, self.spots[other][1] + high / 2)]

    def _port(self, vertex: int, lane: float) -> float:
        """Where on its upper or lower side a box is entered from a lane, if not in the middle."""
        x, half = self.spots[vertex][0], max(0.0, self._size(vertex)[0] / 2 - _ASIDE)
        aside = min(half, max(3 * _ASIDE, abs(lane - x)))
        return x + aside if lane >= x else x - aside

    def _turn(self, vertex: int, side: float) -> list[Point]:
        x, y = self.spots[vertex]
        half = self._size(vertex)[0] / 2
        return [(x + half if side > x else x - half, y), (side, y)]

    def _is_free(self, vertex: int, side: float) -> bool:
        """Whether a line can run from the box's side to there and then past its layer's others."""
        x, half = self.spots[vertex][0], self._size(vertex)[0] / 2
        if abs(side - x) < half + _ASIDE:
            return False
        low, high = min(x, side), max(x, side)
        return not any(
            other != vertex
            and layer == self.layer_of[vertex]
            and low < self.spots[other][0] + self._size(other)[0] / 2 + _ASIDE
            and self.spots[other][0] - self._size(other)[0] / 2 - _ASIDE < high
            for other, layer in self.layer_of.items()
        )


@dataclass(frozen=True)
class _Layout:
    """Vertex → (x, layer). `steps`: from each layer to the next. What long lines pass through is below 0."""

    spots: Mapping[int, tuple[float, int]]
    steps: frozenset[tuple[int, int]]

    @cached_property
    def below(self) -> Mapping[int, Sequence[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for upper, lower in sorted(self.steps):
            found[upper].append(lower)
        return found

    def between(self, one: int, other: int) -> list[int]:
        """What a line passes through on its way, in its direction."""
        upper, lower = sorted((one, other), key=lambda vertex: self.spots[vertex][1])
        for start in self.below[upper]:
            chain = [start]
            while chain[-1] < 0:
                chain.append(self.below[chain[-1]][0])
            if chain[-1] == lower:
                return chain[:-1] if upper == one else chain[-2::-1]
        raise AssertionError(f"no way leads from vertex {one} to {other}")

    def mirrored(self) -> _Layout:
        return _Layout({vertex: (-x, layer) for vertex, (x, layer) in self.spots.items()}, self.steps)


def _layouts(pairs: Sequence[tuple[int, int]]) -> Iterator[_Layout]:
    """What the library makes of it in several ways, and each seen from behind."""
    vertices = sorted({vertex for pair in pairs for vertex in pair})
    number = {vertex: each for each, vertex in enumerate(vertices)}
    edges = [(number[one], number[other]) for one, other in pairs]
    for method, order in product(_METHODS, (edges, edges[::-1])):
        found = from_edges(
            order,
            minimum_length=1,
            vertex_spacing=COLUMN,
            dummy_vertices=True,
            dummy_size=_LANE,
            ranking_type="minimize",
            crossing_minimization=method,
        )
        ((positions, _, _, steps),) = found  # one for each connected part

        def named(each: int | str) -> int:
            return vertices[int(each)] if int(each) < len(vertices) else -int(each)

        heights = sorted({round(y) for _, (_, y) in positions}, reverse=True)
        spots = {named(each): (x, heights.index(round(y))) for each, (x, y) in positions}
        down = {(named(one), named(other)) for one, other in steps or ()}
        layout = _Layout(spots, frozenset((a, b) if spots[a][1] < spots[b][1] else (b, a) for a, b in down))
        yield layout
        yield layout.mirrored()


def _best(pairs: Sequence[tuple[int, int]]) -> _Layout:
    return min(_layouts(pairs), key=lambda layout: _badness(layout, pairs))


def _badness(layout: _Layout, pairs: Sequence[tuple[int, int]]) -> tuple[int, int, int]:
    """Crossings first; then how many ways out of boxes, and into them, are not in the order of the file."""
    spots = layout.spots
    by_layer: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for one, other in layout.steps:
        by_layer[spots[one][1]].append((spots[one][0], spots[other][0]))
    crossings = sum((a - c) * (b - d) < 0 for steps in by_layer.values() for (a, b), (c, d) in combinations(steps, 2))
    out: dict[int, list[float]] = defaultdict(list)
    into: dict[int, list[float]] = defaultdict(list)
    for one, other in pairs:
        out[one].append(spots[other][0])
        into[other].append(spots[one][0])
    return crossings, _disorder(out), _disorder(into)


def _disorder(sides: Mapping[int, Sequence[float]]) -> int:
    return sum(left > right for each in sides.values() for left, right in combinations(each, 2))


def _moved(point: Point, shift: Point) -> Point:
    return (point[0] + shift[0], point[1] + shift[1])
