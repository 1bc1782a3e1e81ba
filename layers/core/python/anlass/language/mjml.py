"""MJML with Jinja in it → HTML with the same Jinja in it, or findings with file and line.

MJML is XML: a quote or an angle bracket inside `{{ … }}` breaks it. So every piece of Jinja becomes a plain word
before, and itself again after. The engine gives no line with most of its errors, so the tags are checked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from html.parser import HTMLParser

from jinja2 import TemplateSyntaxError
from mjml import mjml2html

from anlass.language.diagnostics import Diagnostic
from anlass.language.sandbox import HTML

MAX_DEPTH = 5  # of blocks within blocks

_INCLUDE = re.compile(r"""<mj-include\s+path\s*=\s*(["'])(?P<path>[^"']*)\1\s*(?:/>|>\s*</mj-include>)""")
_OUTLOOK_ONLY = re.compile(r"<!--\[if (?!!mso).*?<!\[endif\]-->", re.DOTALL)
WORD = re.compile(r"jnj\d{5}jnj")
_VOID_NAMES = "area base br col embed hr img input link meta source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_ELEMENT_NAMES = """
mjml mj-head mj-body mj-include mj-attributes mj-all mj-class mj-breakpoint mj-font mj-html-attributes mj-selector
mj-html-attribute mj-preview mj-style mj-title mj-accordion mj-accordion-element mj-accordion-title
mj-accordion-text mj-button mj-carousel mj-carousel-image mj-column mj-divider mj-group mj-hero mj-image mj-navbar
mj-navbar-link mj-raw mj-section mj-social mj-social-element mj-spacer mj-table mj-text mj-wrapper
"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())


@dataclass(frozen=True)
class Source:
    """A body with its blocks put in. `origins` gives file and line for each of its lines."""

    text: str
    origins: tuple[tuple[str, int], ...]
    blocks: frozenset[str] = frozenset()

    def origin(self, line: int | None) -> tuple[str, int]:
        return self.origins[min(max((line or 1) - 1, 0), len(self.origins) - 1)]

    def finding(self, code: str, line: int | None, message: str, remedy: str, word: str = "") -> Diagnostic:
        """`word`: what is to be underlined in the line."""
        file, own_line = self.origin(line)
        found = Diagnostic(code, file, own_line if line else None, "", message, remedy)
        is_one_piece = self.origins.count((file, own_line)) == 1  # else a block was put into the middle of the line
        at = self.text.split("\n")[line - 1].find(word) if word and line and is_one_piece else -1
        return found if at < 0 else replace(found, column=at + 1, length=len(word))


@dataclass
class Words:
    """The words that stand for pieces of Jinja while the HTML is worked on."""

    pieces: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def take(self, piece: str, line: int) -> str:
        word = f"jnj{len(self.pieces):05d}jnj"
        self.pieces[word] = " ".join(piece.split("\n"))
        self.lines[word] = line
        return word

    def restore(self, text: str) -> str:
        return WORD.sub(lambda match: self.pieces.get(match[0], match[0]), text)

    def is_control(self, word: str) -> bool:
        return self.pieces.get(word, "").startswith("{%")


def assemble(text: str, file: str, blocks: Mapping[str, str], locale: str) -> tuple[Source, list[Diagnostic]]:
    """Puts the blocks in. `_blocks/footer.mjml` may have translations: `_blocks/footer.de.mjml`."""
    lines: list[str] = []
    origins: list[tuple[str, int]] = []
    used: set[str] = set()
    findings: list[Diagnostic] = []

    def add(text: str, file: str, above: tuple[str, ...]) -> None:
        for number, line in enumerate(text.splitlines() or [""], 1):
            position = 0
            for include in _INCLUDE.finditer(line):
                lines.append(line[position : include.start()])
                origins.append((file, number))
                put_in(include["path"], file, number, above)
                position = include.end()
            lines.append(line[position:])
            origins.append((file, number))

    def put_in(path: str, file: str, number: int, above: tuple[str, ...]) -> None:
        candidates = _translations(path, locale)
        found = next((each for each in candidates if each in blocks), None)
        if found is None:
            message = f'There is no block "{path}" (looked for {", ".join(candidates)}).'
            close = get_close_matches(path, blocks, n=1)
            remedy = f'Did you mean "{close[0]}"?' if close else f"Add templates/{path}."
            findings.append(Diagnostic("template.missing_block", file, number, "", message, remedy))
        elif found in above or len(above) >= MAX_DEPTH:
            message = f'The block "{path}" includes itself, or blocks are nested more than {MAX_DEPTH} deep.'
            findings.append(Diagnostic("template.block_loop", file, number, "", message, "Take the include out."))
        else:
            used.add(found)
            add(blocks[found], f"templates/{found}", (*above, found))

    add(text, file, ())
    return Source("\n".join(lines), tuple(origins), frozenset(used)), findings


def _translations(path: str, locale: str) -> list[str]:
    stem, dot, suffix = path.rpartition(".")
    language = locale.split("-")[0]
    return [*(f"{stem}.{each}{dot}{suffix}" for each in dict.fromkeys((locale, language))), path]


def protect(text: str, *, pad: bool, words: Words) -> str:
    """The text with words instead of Jinja. Comments go. `pad` keeps the line count. Raises TemplateSyntaxError."""
    parts: list[str] = []
    piece: list[str] = []
    start = 1
    for line, kind, value in HTML.lex(text):
        if kind == "data":
            parts.append(value)
            continue
        if kind.endswith("_begin") and not piece:
            start = line
        piece.append(value)
        if kind.endswith("_end") or kind == "raw_begin":
            whole = "".join(piece)
            piece = []
            newlines = "\n" * whole.count("\n") if pad else ""
            parts.append(newlines if kind == "comment_end" else words.take(whole, start) + newlines)
    return "".join(parts)


def compile_mjml(source: Source) -> tuple[str, Words, list[Diagnostic]]:
    """The HTML, with words still in place of Jinja. Remote fonts are left out: loading one tells who opened."""
    try:
        words = Words()
        padded = protect(source.text, pad=True, words=Words())
        bare = protect(source.text, pad=False, words=words)
    except TemplateSyntaxError as error:
        return "", Words(), [source.finding("template.syntax", error.lineno, f"{error.message}.", "Correct it.")]
    findings = [source.finding(*found) for found in _TagCheck.run(padded)]
    if findings:
        return "", words, findings
    try:
        html = mjml2html(bare, fonts={}, disable_comments=True)
    except ValueError as error:
        message = f"MJML cannot read this: {error}."
        return "", words, [source.finding("template.mjml", None, message, "Compare with mjml.io's documentation.")]
    shown = _OUTLOOK_ONLY.sub("", html)
    for word in dict.fromkeys(WORD.findall(bare)):
        if word not in (html if words.is_control(word) else shown):
            message = f"MJML drops {words.pieces[word]} at this place."
            remedy = "Move it into a column or a text, or put it into <mj-raw>…</mj-raw>."
            findings.append(source.finding("template.mjml_drops", words.lines[word], message, remedy))
    return html, words, findings


def protect_html(source: Source) -> tuple[str, Words, list[Diagnostic]]:
    """Hand-written HTML with words in place of Jinja, and findings on what would be unsafe or useless in a mail."""
    words = Words()
    findings: list[Diagnostic] = []
    bare = protect(source.text, pad=False, words=words)
    for unquoted in re.finditer(r"=\s*(jnj\d{5}jnj)", bare):
        message = f"{words.pieces[unquoted[1]]} stands behind = without quotes, so that a value could add attributes."
        findings.append(source.finding("template.html", words.lines[unquoted[1]], message, 'Write ="{{ … }}".'))
    for script in re.finditer(r"<script\b", source.text, re.IGNORECASE):
        line = source.text.count("\n", 0, script.start()) + 1
        findings.append(source.finding("template.html", line, "Mail programs run no <script>.", "Remove it."))
    return bare, words, findings


class _TagCheck(HTMLParser):
    """Finds what MJML's strict reader would choke on, with its line: (code, line, message, remedy)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, int, str, str]] = []
        self.open: list[tuple[str, int]] = []

    @classmethod
    def run(cls, text: str) -> list[tuple[str, int, str, str]]:
        check = cls()
        check.feed(text)
        check.close()
        if "mjml" not in text.split("<", 1)[-1][:5]:
            check.say(1, "The body is no MJML.", "Begin with <mjml> and end with </mjml>.")
        for tag, line in check.open[::-1]:
            check.say(line, f"<{tag}> is never closed.", f"Write </{tag}>.")
        return sorted(check.found, key=lambda each: each[1])

    def say(self, line: int, message: str, remedy: str) -> None:
        self.found.append(("template.mjml", line, message, remedy))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)
        self.clear_cdata_mode()  # a <style> in MJML is read like any other element
        if tag not in _VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        line = self.getpos()[0]
        if tag in _VOID:
            return
        if tag not in (each for each, _ in self.open):
            self.say(line, f"</{tag}> closes nothing.", f"Remove it, or open <{tag}> before.")
            return
        while self.open:
            inner, opened = self.open.pop()
            if inner == tag:
                return
            self.say(opened, f"<{inner}> is not closed before </{tag}> in line {line}.", f"Write </{inner}>.")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            before = data.split("<", 1)[0]
            line = self.getpos()[0] + before.count("\n")
            self.say(line, 'A "<" stands in the text.', "Write &lt; instead.")

    def _check(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag == "script":
            self.say(line, "Mail programs run no <script>.", "Remove it.")
        elif tag == "mj-include":
            self.say(line, "This include cannot be read.", 'Write <mj-include path="_blocks/name.mjml"/> on one line.')
        elif tag.startswith("mj") and tag not in _ELEMENTS:
            close = get_close_matches(tag, _ELEMENTS, n=1)
            self.say(line, f"<{tag}> is no MJML element.", f"Did you mean <{close[0]}>?" if close else "Remove it.")
        for name, value in attrs:
            if name.startswith("on"):
                self.say(line, f"Mail programs run no {name}.", "Remove it.")
            elif value is None and tag.startswith("mj"):
                self.say(line, f'The attribute "{name}" of <{tag}> has no value.', f'Write {name}="…".')
