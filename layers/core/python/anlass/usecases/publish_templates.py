"""Compiles one template folder as it is now, and keeps the version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anlass.language.compiler import version_of
from anlass.language.diagnostics import Diagnostic
from anlass.language.template import INCOMPLETE, compile_template
from anlass.ports import Content, Definitions

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NOT_UTF8 = "\ufffd"


@dataclass(frozen=True)
class TemplateFolder:
    """The files of a template by path inside it, and all blocks by path inside templates/."""

    name: str
    files: Mapping[str, str]
    blocks: Mapping[str, str]

    @classmethod
    def read(cls, name: str, content: Content) -> TemplateFolder:
        return cls(
            name,
            _read(content, f"templates/{name}/", f"templates/{name}/"),
            _read(content, "templates/_blocks/", "templates/"),
        )


@dataclass(frozen=True)
class PublishedTemplate:
    """`version` None: it cannot be made of these files. `missing`: what it lacks, if it is not wrong but incomplete."""

    version: str | None
    diagnostics: list[Diagnostic]
    missing: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        return self.version is None and not self.missing


def publish_template(folder: TemplateFolder, locale: str, definitions: Definitions) -> PublishedTemplate:
    """`locale`: the shop's own language."""
    findings = _unreadable(folder)
    if findings:
        return PublishedTemplate(None, findings)
    document, findings = compile_template(folder.name, folder.files, folder.blocks, locale)
    if document is None:
        errors = [each for each in findings if each.severity == "error"]
        is_incomplete = all(each.code in INCOMPLETE for each in errors)
        return PublishedTemplate(None, findings, tuple(each.message for each in errors) if is_incomplete else ())
    stored = document.to_dict()
    version = version_of(stored)
    definitions.add(f"template/{folder.name}", version, stored)
    return PublishedTemplate(version, findings)


def _unreadable(folder: TemplateFolder) -> list[Diagnostic]:
    path = f"templates/{folder.name}/"
    found: list[Diagnostic] = []
    if not _NAME.fullmatch(folder.name):
        remedy = "Use small letters, digits, - and _."
        found.append(Diagnostic("template.name", path, None, "", "No journey can name this folder.", remedy))
    for file, text in folder.files.items():
        if _NOT_UTF8 in text:
            line = text[: text.index(_NOT_UTF8)].count("\n") + 1
            message, remedy = "The file is not written in UTF-8.", "Save it as UTF-8 in your editor."
            found.append(Diagnostic("template.encoding", path + file, line, "", message, remedy))
    return found


def _read(content: Content, prefix: str, below: str) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in content.list(prefix):
        if not path.endswith("/") and not path.rpartition("/")[2].startswith("."):
            text = content.read(path)
            if text is not None:
                files[path.removeprefix(below)] = text
    return files
