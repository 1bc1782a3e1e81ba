"""Which changes a deployed function can commit, read from the code: every definition that its handler can come to by
name, and the changes that are made there. Rather too many than too few: a class that is named is used with all it can.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYER = ROOT / "layers/core/python"
CHANGES = "anlass.domain.changes"
Name = tuple[str, str]  # module, definition


@dataclass
class _Module:
    imports: dict[str, Name] = field(default_factory=dict)  # "" as the second part: the module itself
    definitions: dict[str, list[ast.AST]] = field(default_factory=dict)


@cache
def changes_of(function: str) -> frozenset[str]:
    """Names of the changes that something reached from `functions/<function>.py` makes."""
    reached: set[Name] = set()
    waiting: list[Name] = [(f"functions.{function}", "handler")]
    made: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        for used, is_made in _used(name):
            if used[0] != CHANGES:
                waiting.append(used)
            elif is_made:
                made.add(used[1])
    return frozenset(made)


@cache
def _used(name: Name) -> frozenset[tuple[Name, bool]]:
    """What a definition names, and whether it could make it there: not where it only asks what something is."""
    module = _module(name[0])
    found: set[tuple[Name, bool]] = set()
    for node in module.definitions.get(name[1], ()):
        only_asked = set(map(id, _asking(node)))
        for each in ast.walk(node):
            used = _resolved(each, name[0])
            if used is not None:
                found.add((used, id(each) not in only_asked))
    return frozenset(found)


def _asking(node: ast.AST) -> Iterator[ast.AST]:
    """Annotations, patterns, and what `isinstance` compares with; a bare tuple of classes is for `isinstance` too."""
    for each in ast.walk(node):
        asked: list[ast.AST | None] = []
        match each:
            case ast.FunctionDef():
                asked = [each.returns]
            case ast.arg() | ast.AnnAssign():
                asked = [each.annotation]
            case ast.MatchClass():
                asked = [each.cls]
            case ast.Call(func=ast.Name(id="isinstance")):
                asked = list(each.args[1:])
            case ast.Assign(value=ast.Tuple() as value) if each in getattr(node, "body", [node]):
                asked = [value]
        for one in asked:
            if one is not None:
                yield from ast.walk(one)


def _resolved(node: ast.AST, module: str) -> Name | None:
    match node:
        case ast.Name(id=name):
            return _origin((module, name))
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            target = _module(module).imports.get(name)
            if target is not None and (of := _as_module(target)) is not None:
                return _origin((of, attribute))
    return None


def _as_module(target: Name) -> str | None:
    whole = f"{target[0]}.{target[1]}" if target[1] else target[0]
    return whole if _path(whole) is not None else None


def _origin(name: Name) -> Name | None:
    """Where it is defined, through all imports; None for what is none of ours."""
    for _ in range(10):
        if _path(name[0]) is None:
            return None
        module = _module(name[0])
        if name[1] in module.definitions:
            return name
        if name[1] not in module.imports:
            return None
        name = module.imports[name[1]]
    raise AssertionError(f"{name} is imported in a circle")


@cache
def _path(module: str) -> Path | None:
    base = (ROOT if module.startswith("functions") else LAYER) / module.replace(".", "/")
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


@cache
def _module(name: str) -> _Module:
    path = _path(name)
    found = _Module()
    tree = ast.parse(path.read_text()) if path is not None else ast.Module([], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.imports |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found.imports |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    for node in tree.body:
        for defined in _defined(node):
            found.definitions.setdefault(defined, []).append(node)
    return found


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.If | ast.Try):
        yield from (
            each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        )
