"""Texts of steps that are templates, by the rules that mails have."""

from __future__ import annotations

from jinja2 import TemplateSyntaxError, meta, nodes

from anlass.domain.condition import Facts
from anlass.language.diagnostics import did_you_mean
from anlass.language.jinja_words import said_of
from anlass.language.sandbox import TESTS, TEXT, Budget, compiled
from anlass.language.template_filters import FILTERS
from anlass.language.template_rules import NotAllowed, violations

NAMES = ("profile", "entry", "event", "steps", "now")
LONGEST = 10_000  # characters of one text, filled


def filled(text: str, facts: Facts) -> str:
    """The text for one person. Raises whatever Jinja does where a filter or an operator meets what it cannot take."""
    names = {name: facts.get(name) or {} for name in NAMES}
    return compiled(text, html=False).render({**names, "_budget": Budget()})[:LONGEST]


def problem_of(text: str) -> tuple[str, str] | None:
    """What is wrong with it: message and remedy."""
    try:
        tree = TEXT.read(text)
        wrong = next(iter(violations(tree, FILTERS, TESTS)), None)
        if wrong is None:
            compiled(text, html=False)
    except NotAllowed as error:
        wrong = error
    except TemplateSyntaxError as error:
        return said_of(error.message or "")
    if wrong is not None:
        return wrong.message or "This is not allowed.", wrong.remedy
    return _unknown(tree)


def _unknown(tree: nodes.Template) -> tuple[str, str] | None:
    for name in sorted(meta.find_undeclared_variables(tree) - {"range", *NAMES}):
        return f'"{name}" is no known name here.', f"{did_you_mean(name, NAMES)}Known are {', '.join(NAMES)}."
    return None
