"""Takes whoever is erased out of the shop's own lists: in the content folder, and in all versions ever published."""

from __future__ import annotations

from dataclasses import dataclass

from anlass.domain.erasure import Erasure
from anlass.language.forgetting import forgotten, mentions, names_of, without
from anlass.ports import Shelf, VersionedContent

FOLDERS = ("journeys/", "segments/")
PUBLISHED = ("journey/", "segment/", "settings")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`lists`: files that named the person in a list; `mentions`: that still do in a text."""

    lists: tuple[str, ...]
    mentions: tuple[str, ...]


def forget_in_content(erasure: Erasure, content: VersionedContent, shelf: Shelf) -> Cleaned:
    """A file that changes is published anew by its own notification. Nobody else's way through a journey changes."""
    names = names_of(erasure.identities, erasure.addresses)
    lists, texts = [], []
    for path in ("settings.json", *(path for folder in FOLDERS for path in content.list(folder))):
        text = content.read(path) if path.endswith(".json") else None
        if text is None:
            continue
        after = forgotten(text, names)
        if after is not None:
            content.write(path, after)
            content.forget_older(path)
            lists.append(path)
        if mentions(after or text, names):
            texts.append(path)
    for name, version, document in shelf.documents():
        if name.startswith(PUBLISHED) and (kept := without(document, names)) is not document:
            shelf.replace(name, version, kept)
    return Cleaned(tuple(lists), tuple(texts))
