"""The plain text of an HTML mail: what a reader without pictures and layout gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from anlass.language.mjml import WORD
from anlass.language.rendering import tidy

_VOID = {"br", "img", "hr", "meta", "link", "input", "col", "wbr"}
_SKIPPED = {"head", "style", "title", "script"}
_KEPT = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "b", "strong", "em", "i", "span", "pre"}
_BLANK_LINE = "<p>&nbsp;</p>"
_CELL_GAP = "\ue000"  # stands for spaces, which would be collapsed
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_CONTROL = re.compile(r"\{%.*?%\}", re.DOTALL)
_CONFIG = ParserConfig(css=CSS_PROFILES["strict"])


def plain_text(html: str) -> str:
    """Text of the HTML, links with their address behind them: `Zum Warenkorb <https://…>`. Pictures are left out."""
    flattener = _Flattener()
    flattener.feed(html)
    flattener.close()
    text: str = get_text(f"<html><body>{''.join(flattener.parts)}</body></html>", _CONFIG)
    return tidy(text.replace(_CELL_GAP, "   "))


def join_control_lines(text: str) -> str:
    """Takes the line end off lines that hold only `{% … %}`, so that they leave no gap in the mail."""
    kept: list[str] = []
    for line in text.splitlines(keepends=True):
        only_control = _CONTROL.search(line) and not _CONTROL.sub("", line).strip()
        kept.append(line.strip() if only_control else line)
    return "".join(kept)


@dataclass
class _Open:
    """An element that is open: its name, what closes it in the text's HTML, and whether it is shown."""

    tag: str
    closing: str = ""
    shown: bool = True
    cells: int = 0  # of a row


class _Flattener(HTMLParser):
    """Leaves blocks, lists and text; turns layout tables into blocks and links into text with an address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[_Open] = [_Open("html")]
        self._link: tuple[int, str] | None = None  # where its text starts, its address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = self._open[-1]
        attributes = dict(attrs)
        if tag in _VOID:
            if tag == "br" and around.shown:
                self.parts.append("<br>")
        elif not around.shown or tag in _SKIPPED or _HIDDEN.search(attributes.get("style") or ""):
            self._open.append(_Open(tag, shown=False))
        else:
            opening, closing = self._shape(tag, attributes, around)
            self.parts.append(opening)
            self._open.append(_Open(tag, closing))
            if tag == "a":
                self._link = (len(self.parts), attributes.get("href") or "")

    def _shape(self, tag: str, attributes: dict[str, str | None], around: _Open) -> tuple[str, str]:
        """What opens and what closes this element in the text's HTML."""
        is_data = any(each.tag == "table" and each.closing.endswith(_BLANK_LINE) for each in self._open)
        match tag:
            case "table" if attributes.get("role") != "presentation":
                return f"{_BLANK_LINE}<div>", f"</div>{_BLANK_LINE}"
            case "td" | "th" if is_data:
                around.cells += 1
                return (_CELL_GAP if around.cells > 1 else "") + "<span>", "</span>"
            case "div" | "a" if around.tag == "td" and not is_data:
                return "<p>", "</p>"  # what MJML makes of a text or a button
            case "table" | "tr" | "td" | "th":
                return "<div>", "</div>"
            case _ if tag in _KEPT:
                return f"<{tag}>", f"</{tag}>"
        return "", ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            start, address = self._link
            self._link = None
            self.parts[start:] = [_with_address(" ".join("".join(self.parts[start:]).split()), address)]
        if tag in (each.tag for each in self._open[1:]):
            closed = self._open.pop()
            while closed.tag != tag:
                self.parts.append(closed.closing)
                closed = self._open.pop()
            self.parts.append(closed.closing)

    def handle_comment(self, data: str) -> None:
        # Between sections MJML puts a {% if %} into a comment that only Outlook reads; here it counts all the same.
        self.parts.extend(WORD.findall(data))

    def handle_data(self, data: str) -> None:
        if self._open[-1].shown:
            self.parts.append(escape(data, quote=False))


def _with_address(words: str, address: str) -> str:
    shown = escape(address.removeprefix("mailto:").removeprefix("tel:"), quote=False)
    if not words or not address or words == shown:
        return words
    return f"{words} &lt;{shown}&gt;"
