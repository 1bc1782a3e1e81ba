"""Which Jinja a template may be made of: a list of what is allowed, so that nothing new slips in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

CALLABLE_NAMES = frozenset({"range", "button_url"})
LONGEST_VALUE = 100  # characters of a button's value
BUTTON = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_BUTTON_EXAMPLE = 'Write for example {{ button_url("stay") }} or {{ button_url("rating", 5) }}.'

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.List, nodes.Tuple,
    nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod,
    nodes.Concat, nodes.CondExpr, nodes.If, nodes.For, nodes.Assign, nodes.Call, nodes.Keyword,
)  # fmt: skip
_BLOCK = 'share a block with <mj-include path="_blocks/name.mjml"/> instead'
_WRITE_OUT = "write the text where it is needed"
_REMEDIES: dict[type[nodes.Node], tuple[str, str]] = {
    nodes.Include: ("{% include %}", _BLOCK),
    nodes.Import: ("{% import %}", _WRITE_OUT),
    nodes.FromImport: ("{% from … import %}", _WRITE_OUT),
    nodes.Extends: ("{% extends %}", _BLOCK),
    nodes.Block: ("{% block %}", _BLOCK),
    nodes.Macro: ("{% macro %}", _WRITE_OUT),
    nodes.CallBlock: ("{% call %}", _WRITE_OUT),
    nodes.AssignBlock: ("{% set %}…{% endset %}", "set a name to a value: {% set place = profile.city %}"),
    nodes.FilterBlock: ("{% filter %}", "put the filter behind the value: {{ profile.city | upper }}"),
    nodes.With: ("{% with %}", "use {% set %}"),
    nodes.Pow: ("the operator **", "multiply"),
    nodes.Slice: ("a slice", "use the filter truncate"),
    nodes.Dict: ("a {…} literal", "use {% if %} and {% elif %}"),
    nodes.ScopedEvalContextModifier: ("{% autoescape %}", "leave it out: values are always escaped in HTML"),
}


class NotAllowed(TemplateSyntaxError):
    """A construct that templates may not use. `message` says what, `remedy` what to write instead."""

    def __init__(self, message: str, remedy: str, line: int) -> None:
        super().__init__(message, line)
        self.remedy = remedy


def violations(tree: nodes.Template, filters: Collection[str], tests: Collection[str]) -> Iterator[NotAllowed]:
    """Everything in the tree that the rules forbid, in the order of the source."""
    try:
        called = {id(call.node) for call in tree.find_all(nodes.Call)}
        for node in _walk(tree):
            yield from _node(node, filters, tests)
            if isinstance(node, nodes.Name) and node.name == "button_url" and id(node) not in called:
                yield NotAllowed("button_url stands without its button.", _BUTTON_EXAMPLE, node.lineno)
    except RecursionError:  # a chain of a thousand signs is as deep as it is long
        yield NotAllowed("The template is nested too deeply.", "Make it simpler.", 1)


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    if isinstance(node, _ALLOWED):
        for child in node.iter_child_nodes():
            yield from _walk(child)


def _node(node: nodes.Node, filters: Collection[str], tests: Collection[str]) -> Iterator[NotAllowed]:
    # Some of Jinja's nodes carry no line of their own.
    line = node.lineno or min((inner.lineno for inner in node.find_all(nodes.Node) if inner.lineno), default=1)
    match node:
        case nodes.Call():
            yield from _call(node)
        case nodes.Filter(name=name) if name not in filters:
            yield NotAllowed(f'There is no filter "{name}".', f"The filters are {', '.join(sorted(filters))}.", line)
        case nodes.Test(name=name) if name not in tests:
            yield NotAllowed(f'There is no test "is {name}".', f"The tests are {', '.join(sorted(tests))}.", line)
        case nodes.For(recursive=True):
            yield NotAllowed("A recursive loop is not allowed in a template.", "Nest the loops you need.", line)
        case nodes.Name(name=name) if name.startswith("_"):
            yield NotAllowed(f"The name {name} is not allowed.", "Names start with a letter.", line)
        case nodes.Assign(target=target) if not isinstance(target, nodes.Name):
            yield NotAllowed("Only a single name can be set.", "Write {% set place = profile.city %}.", line)
        case nodes.List() | nodes.Tuple(ctx="load"):
            # Lists of names could double with every {% set %}; lists of words cannot grow.
            if not all(isinstance(item, nodes.Const) for item in node.items):
                yield NotAllowed("A list may hold only words and numbers.", 'Write for example ["DE", "AT"].', line)
        case _ if not isinstance(node, _ALLOWED):
            what, remedy = _REMEDIES.get(type(node), (type(node).__name__, "leave it out"))
            yield NotAllowed(f"{what} is not allowed in a template.", f"{remedy[0].upper()}{remedy[1:]}.", line)


def _call(node: nodes.Call) -> Iterator[NotAllowed]:
    called = node.node
    if isinstance(called, nodes.Name) and called.name in CALLABLE_NAMES:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            yield NotAllowed(f"{called.name}(*…) is not allowed.", "Pass the values one by one.", node.lineno)
        elif called.name == "button_url" and (problem := _button(node)):
            yield NotAllowed(problem, _BUTTON_EXAMPLE, node.lineno)
        return
    name = {nodes.Getattr: "attr", nodes.Name: "name"}.get(type(called))
    yield NotAllowed(
        f"{getattr(called, name) if name else 'This'}(…) cannot be called in a template.",
        f"Only {' and '.join(sorted(CALLABLE_NAMES))} can; for text use a filter: {{{{ profile.city | upper }}}}.",
        node.lineno,
    )


def _button(node: nodes.Call) -> str | None:
    """What is wrong with button_url(…). Its values are written out: a link must carry nothing of the person."""
    if node.kwargs or not 1 <= len(node.args) <= 2:
        return "button_url(…) takes the button's name and, if you like, a value."
    name, *value = (arg.value if isinstance(arg, nodes.Const) else None for arg in node.args)
    if not isinstance(name, str) or not BUTTON.fullmatch(name):
        return "The name of a button is a word of small letters, digits, - and _, in quotes."
    if value and not isinstance(value[0], bool | int | float | str):
        return "The value of a button is a word in quotes or a number: a link must carry nothing of the person."
    if value and isinstance(value[0], str) and not 1 <= len(value[0]) <= LONGEST_VALUE:
        return f"The value of a button has 1 to {LONGEST_VALUE} characters."
    return None
