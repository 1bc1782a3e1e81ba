"""The Jinja environment of mails: no Python attribute, no unbounded loop, text or number.

Jinja's own sandbox guards attributes only. Here a template is first held against `template_rules`; field access
reads mappings and lists and nothing else; whatever can grow is bounded.

A field that a person does not have (`profile.first_name`) is *absent*: it prints as nothing, is false, and makes
every comparison false, as in the journey language. A name that is not there at all (`coupon` in a send without
one) is an error: that is a mistake of the journey, not a property of the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import ChainableUndefined, StrictUndefined, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from anlass.language.template_filters import FILTERS, TooMuch, joined, printable
from anlass.language.template_rules import NotAllowed, violations

if TYPE_CHECKING:
    from jinja2 import Template

MAX_SOURCE = 200_000  # characters of one part of a template
MAX_ROUNDS = 5_000  # loop rounds of one rendering, all loops together
MAX_RANGE = 1_000
MAX_NUMBER = 10**15
_LOOP_FIELDS = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
TESTS = (
    "defined", "undefined", "none", "even", "odd", "divisibleby", "number", "string", "sequence", "mapping", "in",
    "eq", "ne", "lt", "le", "gt", "ge",
)  # fmt: skip


class Absent(ChainableUndefined):
    """A field that is not there: prints as nothing, is false, and makes every comparison false."""

    def _compare(self, *_others: Any, **_named: Any) -> Any:
        return False

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _compare
    __hash__ = Undefined.__hash__

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(name)


class Budget:
    """The loop rounds that one rendering may still run; travels in the render variables as `_budget`."""

    def __init__(self) -> None:
        self._left = MAX_ROUNDS

    def spend(self, rounds: int) -> None:
        self._left -= rounds
        if self._left < 0:
            raise TooMuch(f"more than {MAX_ROUNDS} loop rounds are run")


@pass_context
def _rounds(context: Context, value: object) -> Sequence[object]:
    """What a {% for %} runs over: a list as it is, one word as a list of one, nothing for an absent field."""
    items: Sequence[object]
    match value:
        case None | Absent():
            items = ()
        case StrictUndefined():
            raise _unknown(value)
        case str():
            items = (value,)
        case Mapping() | range() | list() | tuple() | set() | frozenset():
            items = list(islice(value, MAX_ROUNDS + 1))
        case _:
            raise TemplateRuntimeError("a {% for %} runs over something that is no list")
    context["_budget"].spend(len(items))
    return items


def _unknown(value: StrictUndefined) -> Exception:
    try:
        bool(value)
    except Exception as error:  # noqa: BLE001 - it is the very error wanted, built by Jinja
        return error
    return TemplateRuntimeError("a name is not there")


def _range(*bounds: int) -> range:
    if not all(isinstance(bound, int) for bound in bounds):
        raise TemplateRuntimeError("range() takes whole numbers")
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise TooMuch(f"range() gives more than {MAX_RANGE} numbers")
    return numbers


class _Bounds(NodeTransformer):
    """Sends every loop and every `~` through a function that counts."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_rounds", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        pieces = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(pieces, "_concatenate", [], [], None, None, lineno=node.lineno)


class MailEnvironment(ImmutableSandboxedEnvironment):
    """Parses only what the rules allow. `html` decides whether values are escaped."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, *, html: bool) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=html, finalize=printable, keep_trailing_newline=True)
        self.filters = {**FILTERS, "_rounds": _rounds, "_concatenate": lambda values: joined(values, "")}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.globals = {"range": _range}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:  # noqa: ARG002
        tree = self.read(source)
        for violation in violations(tree, FILTERS, TESTS):
            raise violation
        bounded = _Bounds().visit(tree)
        assert isinstance(bounded, nodes.Template)  # noqa: S101
        return bounded

    def read(self, source: str) -> nodes.Template:
        """The syntax tree, held against nothing yet. Raises TemplateSyntaxError, with its line, and nothing else."""
        if len(source) > MAX_SOURCE:
            raise NotAllowed(f"This part has more than {MAX_SOURCE} characters.", "Make it shorter.", 1)
        try:
            return super()._parse(source, None, None)
        except (RecursionError, ValueError, OverflowError):
            raise NotAllowed("An expression is nested too deeply or too large.", "Make it simpler.", 1) from None

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A field of a mapping (camelCase and snake_case are the same), an item of a list, or Absent."""
        if isinstance(obj, StrictUndefined):
            raise _unknown(obj)
        if isinstance(obj, Mapping) and isinstance(argument, str):
            return field(obj, argument, Absent(obj=obj, name=argument))
        if isinstance(obj, list | tuple) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        if isinstance(obj, LoopContext) and argument in _LOOP_FIELDS:
            return getattr(obj, argument)
        return Absent(name=str(argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Arithmetic on numbers of moderate size, `+` on texts; with an absent field the result is absent."""
        sides: tuple[Any, ...] = (left, right)
        for side in sides:
            if isinstance(side, Absent) or side is None:
                return Absent()
            if isinstance(side, StrictUndefined):
                raise _unknown(side)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return joined((left, right), "")
        for side in sides:
            if not isinstance(side, int | float | Decimal):
                raise TemplateRuntimeError(f'"{operator}" needs numbers on both sides; to join texts write ~')
            if not -MAX_NUMBER <= side <= MAX_NUMBER:
                raise TooMuch("a number is too large")
        numbers: tuple[Any, Any] = (left, right)
        if isinstance(left, Decimal) != isinstance(right, Decimal):
            numbers = (Decimal(str(left)), Decimal(str(right)))
        try:
            return self.binop_table[operator](*numbers)
        except ArithmeticError:
            raise TemplateRuntimeError("a division by zero") from None


def field(owner: Mapping[str, Any], name: str, otherwise: Any = None) -> Any:
    """The field under this name or its other spelling: `first_name` and `firstName` are the same."""
    for spelling in (name, _camel(name), _snake(name)):
        if spelling in owner:
            return owner[spelling]
    return otherwise


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), name)


HTML = MailEnvironment(html=True)
TEXT = MailEnvironment(html=False)


@lru_cache(maxsize=1024)
def compiled(source: str, *, html: bool) -> Template:
    """The template ready to render. Raises TemplateSyntaxError, with its line, and nothing else."""
    environment = HTML if html else TEXT
    try:
        return environment.from_string(source)
    except TemplateSyntaxError:
        raise
    except (SyntaxError, RecursionError, MemoryError, ValueError, OverflowError):
        # Python's own compiler refuses what is nested too deeply.
        raise NotAllowed("The template is nested too deeply.", "Make it simpler.", 1) from None
