"""The content folder: what each path in it is, and where a file belongs that is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anlass.language.diagnostics import Diagnostic, did_you_mean

LAYOUT = (
    "The folder holds settings.json, journeys/<id>.json, segments/<id>.json, templates/<name>/… "
    "and templates/_blocks/<name>.mjml."
)
_KNOWN = ("settings.json", "journeys", "segments", "templates")
_LATER = ("coupons", "loyalty.json", "crm.json", "pairs.json")
_NOT_CONTENT = ("reports", "schema")


@dataclass(frozen=True)
class ContentFile:
    """`name`: the journey's or segment's id, or the template's name."""

    kind: Literal["settings", "journey", "segment", "template", "block", "ignored", "unknown"]
    name: str = ""


def content_file(path: str) -> ContentFile:
    """What the file at `path` (below content/) is. Hidden files and folders are nobody's business."""
    match path.split("/"):
        case [first, *_] if first in _NOT_CONTENT or not path.rpartition("/")[2] or "/." in f"/{path}":
            return ContentFile("ignored")
        case [*_, "README.md"]:
            return ContentFile("ignored")
        case ["settings.json"]:
            return ContentFile("settings")
        case ["journeys", name] if name.endswith(".json"):
            return ContentFile("journey", name.removesuffix(".json"))
        case ["segments", name] if name.endswith(".json"):
            return ContentFile("segment", name.removesuffix(".json"))
        case ["templates", "_blocks", _]:
            return ContentFile("block")
        case ["templates", name, _, *_]:
            return ContentFile("template", name)
        case _:
            return ContentFile("unknown")


def unknown_file(path: str) -> Diagnostic:
    """What to do with a file that nobody reads."""
    first, last = path.split("/")[0], path.split("/")[-1]
    if first in ("journeys", "segments"):
        message = "This file is not read." if path.count("/") == 1 else "Nothing is read in a folder in a folder."
        stem = last.rpartition(".")[0] if "." in last[1:] else last
        remedy = f"Call it {first}/{stem}.json." if not last.endswith(".json") else f"Put it into {first}/ itself."
        return Diagnostic("content.unknown", path, None, "", message, remedy)
    guess = f'This version does not know "{first}" yet. ' if first in _LATER else did_you_mean(first, _KNOWN)
    message = "This is no file of the content folder; nothing reads it."
    return Diagnostic("content.unknown", path, None, "", message, f"{guess}{LAYOUT}")
