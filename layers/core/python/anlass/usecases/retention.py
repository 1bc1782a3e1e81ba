"""How long things are kept, as the settings say. Read as plain data: the intake starts without the language."""

from __future__ import annotations

from dataclasses import fields

from anlass.domain.duration import parse_duration
from anlass.domain.keeping import Retention
from anlass.ports import Definitions

DEFAULT = Retention()


def load_retention(definitions: Definitions) -> Retention:
    """Of the live settings, at most a minute old; the default before they are published."""
    version = definitions.index()[1].get("settings")
    document = definitions.get("settings", version) if version else None
    said = (document or {}).get("retention") or {}
    known = {field.name: said[field.name] for field in fields(Retention) if field.name in said}
    return Retention(**{name: parse_duration(text) for name, text in known.items()}) if known else DEFAULT
