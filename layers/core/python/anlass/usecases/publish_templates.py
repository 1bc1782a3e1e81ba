"""Compiles one template folder as it is now, and keeps the version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anlass.language.compiler import version_of
from anlass.language.diagnostics import Diagnostic
from anlass.language.settings import Settings
from anlass.language.template import INCOMPLETE, compile_template
from anlass.ports import Content, Definitions


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


def publish_template(folder: TemplateFolder, settings: Settings | None, definitions: Definitions) -> PublishedTemplate:
    """`settings` None: there are none yet."""
    locale, languages = (settings.locale, settings.languages) if settings else ("de", ())
    document, findings = compile_template(folder.name, folder.files, folder.blocks, locale, languages)
    if document is None:
        errors = [each for each in findings if each.severity == "error"]
        is_incomplete = all(each.code in INCOMPLETE for each in errors)
        return PublishedTemplate(None, findings, tuple(each.message for each in errors) if is_incomplete else ())
    stored = document.to_dict()
    version = version_of(stored)
    definitions.add(f"template/{folder.name}", version, stored)
    return PublishedTemplate(version, findings)


def _read(content: Content, prefix: str, below: str) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in content.list(prefix):
        if not path.endswith("/") and not path.rpartition("/")[2].startswith("."):
            text = content.read(path)
            if text is not None:
                files[path.removeprefix(below)] = text
    return files
