"""Keeps content/schema/ as the shop's names make it, so that an editor offers this shop's events and traits.

Whatever is published brings it up to date. What lies in schema/ is generated: if one of its files is overwritten or
deleted, it is written anew, which is also how to get new names without publishing anything.
"""

from __future__ import annotations

from anlass.domain.names import ShopNames
from anlass.language.schemas import NAMES_FILE, schema_files
from anlass.ports import Content

FOLDER = "schema"


def publish_schemas(path: str, names: ShopNames, *, content: Content) -> bool:
    """Whether anything was written. `path`: the file that changed. The files that this writes are files that changed
    too; they are as they should be, so nothing follows from them.
    """
    if not names.heard:
        return False  # the marketers' own copy has the registry's names already
    files = schema_files(names)
    folder, _, name = path.partition("/")
    looked_at = name if folder == FOLDER and name in files else NAMES_FILE
    if content.read(f"{FOLDER}/{looked_at}") == files[looked_at]:
        return False
    for each, text in files.items():  # the names last: by them the next one sees that the others are there
        content.write(f"{FOLDER}/{each}", text)
    return True
