"""The plain text of an HTML mail: what a reader without pictures and layout gets."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from anlass.language.rendering import tidy

_LAYOUT = {"table", "tbody", "thead", "tfoot", "tr", "center", "body"}  # tables in mails are layout, not data
_SKIPPED = {"head", "style", "title", "script"}
_KEPT = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "b", "strong", "em", "i", "span", "pre"}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_CONTROL = re.compile(r"\{%.*?%\}", re.DOTALL)
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"])


def plain_text(html: str) -> str:
    """Text of the HTML, links with their address behind them: `Zum Warenkorb <https://…>`. Pictures are left out."""
    flattener = _Flattener()
    flattener.feed(html)
    flattener.close()
    text: str = get_text(f"<html><body>{''.join(flattener.parts)}</body></html>", _CONFIG)
    return tidy(text)


def join_control_lines(text: str) -> str:
    """Takes the line end off lines that hold only `{% … %}`, so that they leave no gap in the mail."""
    kept: list[str] = []
    for line in text.splitlines(keepends=True):
        only_control = _CONTROL.search(line) and not _CONTROL.sub("", line).strip()
        kept.append(line.strip() if only_control else line)
    return "".join(kept)


class _Flattener(HTMLParser):
    """Leaves blocks, lists and text; turns layout tables into blocks and links into text with an address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skip: list[str] = []  # tags open inside what is not shown
        self._link: tuple[int, str] | None = None  # where its text starts, its address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if self._skip or tag in _SKIPPED or _HIDDEN.search(attributes.get("style") or ""):
            if tag not in ("br", "img", "hr", "meta", "link", "input"):
                self._skip.append(tag)
        elif tag == "a":
            self._link = (len(self.parts), attributes.get("href") or "")
        elif tag == "br":
            self.parts.append("<br>")
        elif tag in _LAYOUT:
            self.parts.append("<div>")
        elif tag in ("td", "th"):
            self.parts.append("<span> ")
        elif tag in _KEPT:
            self.parts.append(f"<{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            if tag in self._skip:
                while self._skip.pop() != tag:
                    pass
        elif tag == "a" and self._link is not None:
            start, address = self._link
            self._link = None
            words = " ".join("".join(self.parts[start:]).split())
            self.parts[start:] = [_with_address(words, address)]
        elif tag in _LAYOUT:
            self.parts.append("</div>")
        elif tag in ("td", "th"):
            self.parts.append(" </span>")
        elif tag in _KEPT:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.parts.append(escape(data, quote=False))


def _with_address(words: str, address: str) -> str:
    shown = escape(address.removeprefix("mailto:").removeprefix("tel:"), quote=False)
    if not words or not address or words == shown:
        return words
    return f"{words} &lt;{shown}&gt;"
