"""content/README.md: what each journey is for, its picture, and its messages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anlass.language.journey_file import JourneyFile
from anlass.language.picture.graph import Picture
from anlass.language.picture.mermaid import mermaid

_HEAD = """# The journeys

Each file in [`journeys/`](journeys) is one campaign; its messages lie in [`templates/`](templates). This page is made
from them by `make pictures`. `anlass diagram <id>` draws one of them, as SVG too.
"""
_SIGNS = {ord(sign): f"\\{sign}" for sign in "\\|*_<>[]`#"} | {ord("\n"): " "}


@dataclass(frozen=True)
class Shown:
    file: Path
    journey: JourneyFile
    picture: Picture


def gallery(content: Path, journeys: Sequence[Shown]) -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_contents(journeys), *(line for each in journeys for line in _journey(content, each))])


def _contents(journeys: Sequence[Shown]) -> Iterator[str]:
    yield "| journey | what it is for | starts |"
    yield "|---|---|---|"
    for each in journeys:
        starts = "<br>or ".join(_plain(node.says.text) for node in each.picture.nodes if node.kind == "trigger")
        yield f"| [{_name(each)}](#{each.journey.id}) | {_plain(each.journey.why or '')} | {starts} |"
    yield ""


def _journey(content: Path, shown: Shown) -> Iterator[str]:
    journey = shown.journey
    yield f'<a id="{journey.id}"></a>'
    yield f"## {_name(shown)}"
    yield ""
    if journey.why:
        yield f"{_plain(journey.why)}"
        yield ""
    yield f"[`{shown.file.name}`](journeys/{shown.file.name}) · status {journey.status} · topic {journey.topic}"
    yield ""
    yield "```mermaid"
    yield mermaid(shown.picture).rstrip("\n")
    yield "```"
    yield ""
    templates = [node.says.text for node in shown.picture.nodes if node.kind == "send"]
    if templates:
        yield "| message | subject |"
        yield "|---|---|"
        yield from (_message(content / "templates" / name) for name in dict.fromkeys(templates))
        yield ""


def _message(folder: Path) -> str:
    """One row: its folder, what it is, and its subject in each language."""
    if not (folder / "template.json").is_file():
        return f"| `{folder.name}` | not there yet |"
    purpose = json.loads((folder / "template.json").read_text(encoding="utf-8")).get("purpose", "marketing")
    subjects = [
        f"{file.parent.name}: {_plain(file.read_text(encoding='utf-8').strip())}"
        for file in sorted(folder.glob("*/subject.txt"))
    ]
    note = " (transactional)" if purpose == "transactional" else ""
    return f"| [`{folder.name}`](templates/{folder.name}){note} | {'<br>'.join(subjects)} |"


def _name(shown: Shown) -> str:
    return _plain(shown.journey.name or shown.journey.id)


def _plain(text: str) -> str:
    return text.translate(_SIGNS)
