"""A picture as mermaid text, which GitHub and most editors draw."""

from __future__ import annotations

from collections.abc import Iterator

from anlass.language.picture.graph import Edge, Kind, Node, Picture

# Fill, line. The words are dark on light, whatever the page around is.
_COLOURS: dict[Kind, tuple[str, str]] = {
    "trigger": ("#d9f2e3", "#2e8b57"),
    "who": ("#eef2f5", "#8a97a3"),
    "send": ("#dbeafe", "#3b72c4"),
    "wait": ("#ffffff", "#9aa5b1"),
    "choice": ("#fdf0cf", "#c08a1e"),
    "change": ("#ece5fb", "#7a5bbf"),
    "leave": ("#fbe0dd", "#c0473b"),
    "over": ("#e5e7ea", "#6b7480"),
    "exit": ("#fbe0dd", "#c0473b"),
    "goal": ("#fff3b8", "#a8890f"),
}
_ROUND: frozenset[Kind] = frozenset({"trigger", "wait", "over", "leave", "exit", "goal"})
# Mermaid's own signs, as the entities that it knows.
_ESCAPED = {ord(sign): f"#{ord(sign)};" for sign in '#"<>&`;\\'} | {ord(sign): " " for sign in "\r\n\t"}


def mermaid(picture: Picture) -> str:
    """`flowchart TD`, one line for each node and each way."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield "flowchart TD"
    yield f"  accTitle: {_escaped(picture.title)}"
    if picture.why:
        yield f"  accDescr: {_escaped(picture.why)}"
    for node in picture.nodes:
        yield f"  {node.id}{_box(node)}:::{node.kind}"
    for edge in picture.edges:
        yield f"  {edge.source} {_arrow(edge)} {edge.target}"
    used = {node.kind for node in picture.nodes}
    for kind, (fill, line) in _COLOURS.items():
        if kind in used:
            yield f"  classDef {kind} fill:{fill},stroke:{line},color:#1c2733"


def _box(node: Node) -> str:
    says = node.says
    is_wait = node.kind == "wait"
    what = f"<small>{_escaped(node.head)}</small>" if node.head and not is_wait else ""
    text = f"<b>{_escaped(says.text)}</b>" if says.text and not is_wait else _escaped(says.text)
    label = "<br>".join(filter(None, (what, text, *map(_escaped, node.lines))))
    return f'(["{label}"])' if node.kind in _ROUND else f'["{label}"]'


def _arrow(edge: Edge) -> str:
    line = "-.->" if edge.back else "-->"
    return f'{line}|"{_escaped(edge.label)}"|' if edge.label else line


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)
