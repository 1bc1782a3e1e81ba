"""An export as one HTML file that opens anywhere: the summary, each kind of row as a table, and the whole as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from anlass.language.export_summary import Language, lines, title, words_of

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222;"
    "background:#fff}dt{font-weight:600}dd{margin:0 0 .6rem}details{margin:.4rem 0;border:1px solid #ccc;"
    "border-radius:.3rem;padding:.4rem .8rem}summary{cursor:pointer;font-weight:600}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}"
)
_OUTSIDE = ("format", "made_at", "person", "summary", "next", "identities")


def data_page(export: Mapping[str, Any], language: Language) -> str:
    """One self-contained file: no script, nothing from elsewhere."""
    return _page(export, language, title(export, language))


def part_page(export: Mapping[str, Any], language: Language, number: int) -> str:
    """One of several files: the first holds all but the rest of the events, the others hold those."""
    part = f"{words_of(language)['part']} {number}"
    return _page(export, language, f"{title(export, language)}, {part}" if "summary" in export else part)


def _page(export: Mapping[str, Any], language: Language, heading: str) -> str:
    summary = lines(export, language) if "summary" in export else ()
    told = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>\n").format(what, said) for what, said in summary)
    parts = Markup("").join(
        _section(name, value, language) for name, value in export.items() if name not in _OUTSIDE and value
    )
    return str(
        Markup(
            '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{}</title>\n'
            "<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n<dl>\n{}</dl>\n{}"
            "<details><summary>JSON</summary><pre>{}</pre></details>\n</body>\n</html>\n"
        ).format(language, heading, Markup(_STYLE), heading, told, parts, _json(export))  # noqa: S704 - written here
    )


def _section(name: str, value: Any, language: Language) -> Markup:
    label = words_of(language).get(name, name.replace("_", " "))
    rows = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    shown = Markup("").join(Markup("<pre>{}</pre>\n").format(_json(row)) for row in rows)
    count = f" ({len(rows)})" if isinstance(value, list) else ""
    return Markup("<details><summary>{}{}</summary>\n{}</details>\n").format(label, count, shown)


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
