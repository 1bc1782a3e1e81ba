"""A picture as SVG: boxes coloured by kind, words that stay inside them, light and dark, no script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from anlass.language.picture.graph import Kind, Node, Picture
from anlass.language.picture.measuring import lines, width
from anlass.language.picture.placing import Line, Placed, Point, Size, place

BOX = 236.0  # px wide; columns are wider
_PADDING = 14.0
_MARGIN = 24.0
_LEGIBLE = 0.6  # of its size: on a narrower page it is scrolled
_LABEL = 208.0  # px, the widest label and the widest pill
_ROUNDING: dict[Kind, float] = {"trigger": 22, "exit": 22, "goal": 22, "over": 18, "leave": 18}


@dataclass(frozen=True)
class _Row:
    """One line of words. `style`: its class."""

    text: str
    style: str


# class → (size in px, height of its line, bold)
_STYLES: dict[str, tuple[float, float, bool]] = {
    "what": (11.0, 16.0, False),
    "text": (14.0, 19.0, True),
    "more": (12.0, 17.0, False),
    "label": (12.0, 16.0, False),
}
_LIGHT: dict[Kind, tuple[str, str]] = {  # fill, line
    "trigger": ("#dcf3e5", "#2f855a"),
    "who": ("#f1f4f7", "#8a97a3"),
    "send": ("#dfecfe", "#3b72c4"),
    "wait": ("#f6f7f9", "#b4bcc6"),
    "choice": ("#fdf1d3", "#b98317"),
    "change": ("#eee8fc", "#7a5bbf"),
    "leave": ("#fce4e1", "#c0473b"),
    "over": ("#e8eaed", "#6b7480"),
    "exit": ("#fce4e1", "#c0473b"),
    "goal": ("#fff5c2", "#a8890f"),
}
_DARK: dict[Kind, tuple[str, str]] = {
    "trigger": ("#173a29", "#58b98a"),
    "who": ("#262d35", "#7d8996"),
    "send": ("#18304f", "#6ea2ec"),
    "wait": ("#20262d", "#5d6873"),
    "choice": ("#40320f", "#d7a63d"),
    "change": ("#2f2650", "#a78be8"),
    "leave": ("#4a211d", "#e8857b"),
    "over": ("#2b3138", "#97a1ac"),
    "exit": ("#4a211d", "#e8857b"),
    "goal": ("#423a0c", "#d8bd3f"),
}


def svg(picture: Picture) -> str:
    """The whole drawing; it needs nothing else and can stand in a page."""
    boxes = [_rows(node) for node in picture.nodes]
    labels = [_label_rows(edge.label) for edge in picture.edges]
    position = {node.id: number for number, node in enumerate(picture.nodes)}
    placed = place(
        [_size(node, rows) for node, rows in zip(picture.nodes, boxes, strict=True)],
        [
            Line(position[edge.source], position[edge.target], _label_size(rows) if rows else None, edge.back)
            for edge, rows in zip(picture.edges, labels, strict=True)
        ],
    )
    return "\n".join(_drawn(picture, boxes, labels, placed)) + "\n"


def _drawn(
    picture: Picture, boxes: Sequence[Sequence[_Row]], labels: Sequence[Sequence[_Row]], placed: Placed
) -> Iterator[str]:
    wide, high = placed.size[0] + 2 * _MARGIN, placed.size[1] + 2 * _MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="anlass-picture" role="img" aria-labelledby="title desc"'
        f' width="{wide:.0f}" height="{high:.0f}" viewBox="{-_MARGIN:.0f} {-_MARGIN:.0f} {wide:.0f} {high:.0f}"'
        f' style="max-width:100%;height:auto;min-width:{wide * _LEGIBLE:.0f}px">'
    )
    yield f'<title id="title">{escape(picture.title)}</title>'
    yield f'<desc id="desc">{escape(_told(picture))}</desc>'
    yield f"<style>{_css()}</style>"
    yield (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z"/></marker></defs>'
    )
    yield f'<rect class="ground" x="{-_MARGIN:.0f}" y="{-_MARGIN:.0f}" width="{wide:.0f}" height="{high:.0f}"/>'
    for edge, way in zip(picture.edges, placed.ways, strict=True):
        yield f'<path class="{"way back" if edge.back else "way"}" d="{_path(way)}" marker-end="url(#tip)"/>'
    for edge, rows, spot in zip(picture.edges, labels, placed.labels, strict=True):
        if spot is not None:
            yield from _box("label", _label_size(rows), 4, rows, spot, edge.label)
    for node, rows, spot in zip(picture.nodes, boxes, placed.boxes, strict=True):
        size = _size(node, rows)
        rounding = size[1] / 2 if node.kind == "wait" else _ROUNDING.get(node.kind, 8)
        yield from _box(node.kind, size, min(rounding, size[1] / 2), rows, spot, _whole(node))
    yield "</svg>"


def _box(style: str, size: Size, rounding: float, rows: Sequence[_Row], middle: Point, whole: str) -> Iterator[str]:
    x, y = middle[0] - size[0] / 2, middle[1] - size[1] / 2
    yield f'<g class="{style}"><title>{escape(whole)}</title>'
    yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{size[0]:.1f}" height="{size[1]:.1f}" rx="{rounding:.1f}"/>'
    y = middle[1] - sum(_STYLES[row.style][1] for row in rows) / 2
    for row in rows:
        text_size, row_height, _ = _STYLES[row.style]
        baseline = y + row_height / 2 + text_size * 0.36
        yield f'<text class="{row.style}" x="{middle[0]:.1f}" y="{baseline:.1f}">{escape(row.text)}</text>'
        y += row_height
    yield "</g>"


def _rows(node: Node) -> list[_Row]:
    says = node.says
    if node.kind == "wait":
        return _wrapped([("label", says.text), *(("label", more) for more in node.lines)], _LABEL - 2 * _PADDING)
    return _wrapped(
        [("what", node.head), ("text", says.text), *(("more", more) for more in node.lines)], BOX - 2 * _PADDING
    )


def _label_rows(words: str) -> list[_Row]:
    return _wrapped([("label", words)], _LABEL - 8)


def _wrapped(parts: Sequence[tuple[str, str]], limit: float) -> list[_Row]:
    return [
        _Row(line, style)
        for style, text in parts
        for line in lines(text, _STYLES[style][0], limit, bold=_STYLES[style][2])
    ]


def _size(node: Node, rows: Sequence[_Row]) -> Size:
    high = sum(_STYLES[row.style][1] for row in rows)
    if node.kind == "wait":
        return (_widest(rows) + 2 * _PADDING, high + 10)
    if node.kind == "over":
        return (_widest(rows) + 2 * _PADDING + 12, high + 16)
    return (BOX, high + 20)


def _label_size(rows: Sequence[_Row]) -> Size:
    return (_widest(rows) + 8, sum(_STYLES[row.style][1] for row in rows) + 4)


def _widest(rows: Sequence[_Row]) -> float:
    return max((width(row.text, _STYLES[row.style][0], bold=_STYLES[row.style][2]) for row in rows), default=0)


def _path(points: Sequence[Point]) -> str:
    """Straight where it goes down or aside only, swinging where both."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        if abs(x - to_x) < 0.05 or abs(y - to_y) < 0.05:
            parts.append(f"L{to_x:.1f} {to_y:.1f}")
        else:
            middle = (y + to_y) / 2
            parts.append(f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}")
    return "".join(parts)


def _whole(node: Node) -> str:
    """All words of a box, which may show fewer."""
    says = node.says
    return "; ".join(filter(None, (": ".join(filter(None, (node.head, says.text))), *says.more)))


def _told(picture: Picture) -> str:
    """What is to be seen, for those who do not see."""
    return " ".join(f"{words.rstrip('.')}." for words in filter(None, (picture.why, *map(_whole, picture.nodes))))


def _css() -> str:
    rules = [
        ".anlass-picture{font-family:Arial,Helvetica,'Liberation Sans',sans-serif}",
        ".anlass-picture text{text-anchor:middle}",
        *(f".anlass-picture text.{style}{{font-size:{size:g}px{';font-weight:600' if bold else ''}}}"
          for style, (size, _, bold) in _STYLES.items()),
        ".anlass-picture .way{fill:none;stroke-width:1.6}.anlass-picture .back{stroke-dasharray:5 4}",
        ".anlass-picture .label rect{stroke:none}.anlass-picture g rect{stroke-width:1.4}",
        _colours(_LIGHT, "#ffffff", "#1c2733", "#56616d", "#8a95a1"),
        f"@media(prefers-color-scheme:dark){{{_colours(_DARK, '#181d23', '#eef2f6', '#aab4bf', '#7b8794')}}}",
    ]  # fmt: skip
    return "".join(rules)


def _colours(kinds: dict[Kind, tuple[str, str]], ground: str, ink: str, faint: str, line: str) -> str:
    return (
        f".anlass-picture .ground,.anlass-picture .label rect{{fill:{ground}}}.anlass-picture text{{fill:{ink}}}"
        f".anlass-picture text.what,.anlass-picture text.more{{fill:{faint}}}"
        f".anlass-picture .way{{stroke:{line}}}.anlass-picture marker path{{fill:{line}}}"
        + "".join(f".anlass-picture .{kind} rect{{fill:{fill};stroke:{edge}}}" for kind, (fill, edge) in kinds.items())
    )
