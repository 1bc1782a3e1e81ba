"""One part of a template: its Jinja read, held against the rules, and the names that it uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jinja2 import TemplateSyntaxError, meta, nodes

from anlass.language.diagnostics import Diagnostic, did_you_mean
from anlass.language.jinja_words import opened_at, said_of
from anlass.language.mjml import Source, assemble, compile_mjml, protect_html
from anlass.language.plain_text import join_control_lines, plain_text
from anlass.language.sandbox import TESTS, TEXT, compiled
from anlass.language.template_filters import FILTERS
from anlass.language.template_names import FIELDS, NAMES
from anlass.language.template_rules import NotAllowed, violations

_COMMENT = re.compile(r"<!--(?!\[if|<!\[endif).*?-->", re.DOTALL)
_BODY_TAG = re.compile(r"<body[^>]*>", re.IGNORECASE)
# Behind the preheader: characters without width, so that inboxes do not show the mail's first words after it.
_FILLER = "&#847;&zwnj;&nbsp;" * 60
_PREHEADER = (
    '<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;'
    f'mso-hide:all;">{{{{ preheader }}}}{_FILLER}</div>'
)


@dataclass(frozen=True)
class Part:
    """`source` is the Jinja that is rendered; `plain` its text where it is HTML; `names` are dotted."""

    file: str
    kind: Literal["text", "html"]
    source: str
    names: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    plain: str = ""
    is_readable: bool = True


def read_part(file: str, text: str, kind: Literal["text", "html"]) -> tuple[Part, list[Diagnostic]]:
    """A part that is one file."""
    source = Source(text, tuple((file, number) for number in range(1, text.count("\n") + 2)))
    names, findings = check(source, html=kind == "html")
    return Part(file, kind, text, names, is_readable=not findings), findings


def text_of(text: str) -> str:
    """A hand-written text.txt as it is rendered."""
    return join_control_lines(text)


def read_body(file: str, text: str, blocks: Mapping[str, str], locale: str) -> tuple[Part, list[Diagnostic]]:
    """The body with its blocks put in, as HTML, and the plain text made of it."""
    if not file.endswith(".mjml"):
        text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    source, findings = assemble(text, file, blocks, locale)
    names, found = check(source, html=True)
    findings += found
    html = plain = ""
    if not findings:
        translate = compile_mjml if file.endswith(".mjml") else protect_html
        worded, words, found = translate(source)
        findings += found
        if not found:
            if "preheader" not in names:
                worded = _with_preheader(worded)
            html = words.restore(_with_language(worded, locale))
            plain = join_control_lines(words.restore(plain_text(worded)))
    return Part(file, "html", html, names, source.blocks, plain, is_readable=not findings), findings


def _with_preheader(html: str) -> str:
    return (
        _BODY_TAG.sub(lambda tag: tag[0] + _PREHEADER, html, count=1) if _BODY_TAG.search(html) else _PREHEADER + html
    )


def _with_language(html: str, locale: str) -> str:
    return html.replace('lang="und"', f'lang="{locale}"')


def check(source: Source, *, html: bool) -> tuple[frozenset[str], list[Diagnostic]]:
    """The names that the Jinja uses, and what is wrong with it."""
    try:
        tree = TEXT.read(source.text)
        findings = [_violation(source, each) for each in violations(tree, FILTERS, TESTS)]
        if not findings:
            compiled(source.text, html=html)
            names, findings = _names(tree, source)
            return names, findings
    except NotAllowed as error:
        findings = [_violation(source, error)]
    except TemplateSyntaxError as error:
        message = error.message or ""
        line = opened_at(source.text, error.lineno) if message.startswith("Unexpected end") else error.lineno
        findings = [source.finding("template.syntax", line, *said_of(message))]
    return frozenset(), findings


def _violation(source: Source, error: NotAllowed) -> Diagnostic:
    return source.finding("template.forbidden", error.lineno, error.message or "", error.remedy)


def _names(tree: nodes.Template, source: Source) -> tuple[frozenset[str], list[Diagnostic]]:
    """Dotted names from outside, and those among them that nothing can ever fill."""
    outside = meta.find_undeclared_variables(tree) - {"range"}
    used: set[str] = set()
    findings: list[Diagnostic] = []
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
        dotted = _dotted(node)
        if dotted is None or dotted[0] not in outside:
            continue
        used.add(".".join(dotted))
        first = dotted[0]
        if first not in NAMES:
            remedy = f"{did_you_mean(first, NAMES)}Known are {', '.join(sorted(NAMES))}."
            message = f'"{first}" is no known name.'
            findings.append(source.finding("template.unknown_name", node.lineno, message, remedy, first))
        elif first in FIELDS and len(dotted) > 1 and dotted[1] not in FIELDS[first]:
            message = f'"{first}" has no field "{dotted[1]}".'
            remedy = f"{did_you_mean(dotted[1], FIELDS[first])}It has {', '.join(sorted(FIELDS[first]))}."
            path = ".".join(dotted[:2])
            findings.append(source.finding("template.unknown_name", node.lineno, message, remedy, path))
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        name = str(getattr(node, "attr", "") or getattr(getattr(node, "arg", None), "value", ""))
        if name.startswith("__"):
            message = f'"{name}" is nothing that a template can read.'
            findings.append(source.finding("template.unknown_name", node.lineno, message, "Take it out.", name))
    longest = {name for name in used if not any(other.startswith(f"{name}.") for other in used)}
    return frozenset(longest), list(dict.fromkeys(findings))


def _dotted(node: nodes.Node) -> tuple[str, ...] | None:
    match node:
        case nodes.Name(name=name, ctx="load"):
            return (name,)
        case nodes.Getattr(node=owner, attr=attr):
            above = _dotted(owner)
            return None if above is None else (*above, attr)
        case nodes.Getitem(node=owner, arg=nodes.Const(value=str(key))):
            above = _dotted(owner)
            return None if above is None else (*above, key)
        case nodes.Getitem(node=owner):
            return _dotted(owner)
    return None
