"""A template's folder → a document that can be rendered, or everything that is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from pydantic import BaseModel, ConfigDict, Field

from anlass.domain.send import Purpose
from anlass.language.diagnostics import Diagnostic, did_you_mean, has_errors
from anlass.language.explaining import explained
from anlass.language.json_source import read_source
from anlass.language.settings import Channel
from anlass.language.template_document import LocaleParts, TemplateDocument
from anlass.language.template_parts import Part, read_body, read_part, text_of
from anlass.language.template_proof import proof
from anlass.language.template_wording import foreign_names, offering_words, strange_language

MAX_DOCUMENT = 380_000  # bytes as JSON; a DynamoDB item holds 400 KB
CLIPPED = 100_000  # Gmail hides what follows after about 102 KB
# With these findings alone the folder is not wrong but not complete yet: files may arrive in any order.
INCOMPLETE = frozenset(
    {
        "template.missing_json",
        "template.missing_locale",
        "template.missing_subject",
        "template.missing_body",
        "template.missing_block",
        "template.missing_sms",
    }
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NOT_UTF8 = "\ufffd"  # what a reader puts in for bytes that are none
_PARTS = ("subject.txt", "preheader.txt", "body.mjml", "body.html", "text.txt", "sms.txt", "push.json")


class TemplateFile(BaseModel):
    """`template.json`"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: str | None = Field(None, alias="$schema")
    purpose: Purpose = "marketing"
    channels: tuple[Channel, ...] = Field(("email",), min_length=1, description="In order of preference")


def compile_template(
    name: str,
    files: Mapping[str, str],
    blocks: Mapping[str, str],
    default_locale: str,
    languages: Collection[str] = (),
) -> tuple[TemplateDocument | None, list[Diagnostic]]:
    """The template, or None, and everything that is wrong with its folder. Pure.

    `files` by path inside the template's folder (`de/subject.txt`), `blocks` by path inside `templates/`
    (`_blocks/footer.de.mjml`); `languages` are all that the shop speaks.
    """
    folder = f"templates/{name}/"
    findings = list(_unreadable(name, folder, files))
    if findings:
        return None, findings
    head = _head(files, folder, findings)
    by_locale = _by_locale(files, folder, findings)
    if not by_locale:
        message = f"There is no language folder; the shop writes in {default_locale}."
        findings.append(
            _missing("template.missing_locale", folder, message, f"Add {default_locale}/subject.txt and a body.")
        )
    elif not {default_locale, default_locale.split("-")[0]} & set(by_locale):
        message = f"The shop's own language {default_locale} is missing."
        findings.append(
            _missing("template.missing_locale", folder, message, f"Add {default_locale}/subject.txt and a body.")
        )
    findings.extend(_untranslated(folder, by_locale, default_locale, languages))
    locales: dict[str, LocaleParts] = {}
    parts: list[Part] = []
    for locale, own in sorted(by_locale.items()):
        findings.extend(strange_language(folder, locale))
        for part, text in own.items():
            findings.extend(foreign_names(f"{folder}{locale}/{part}", text))
            if head is not None and head.purpose != "marketing":
                findings.extend(offering_words(f"{folder}{locale}/{part}", text, head.purpose))
        sends_sms = head is not None and head.purpose == "confirmation" and "sms" in head.channels
        read, used = _read_locale(f"{folder}{locale}/", locale, own, blocks, findings, sends_sms=sends_sms)
        parts.extend(used)
        if read is not None:
            locales[locale] = read
    purpose = head.purpose if head else "marketing"
    findings.extend(proof(purpose, parts))
    names = tuple(sorted({name for part in parts for name in part.names}))
    if head is None or not locales or has_errors(findings):
        return None, _in_order(findings)
    document = TemplateDocument(name, head.purpose, head.channels, locales, names)
    size = len(json.dumps(document.to_dict(), ensure_ascii=False).encode())
    if size > MAX_DOCUMENT:
        message = (
            f"The template has {size // 1000} KB in all languages together; {MAX_DOCUMENT // 1000} KB can be kept."
        )
        findings.append(Diagnostic("template.too_large", folder, None, "", message, "Shorten it."))
        return None, _in_order(findings)
    return document, _in_order(findings)


def _unreadable(name: str, folder: str, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    if not _NAME.fullmatch(name):
        remedy = "Use small letters, digits, - and _."
        yield Diagnostic("template.name", folder, None, "", "No journey can name this folder.", remedy)
    for file, text in files.items():
        if _NOT_UTF8 in text:
            line = text[: text.index(_NOT_UTF8)].count("\n") + 1
            message, remedy = "The file is not written in UTF-8.", "Save it as UTF-8 in your editor."
            yield Diagnostic("template.encoding", folder + file, line, "", message, remedy)


def _untranslated(
    folder: str, written: Iterable[str], default_locale: str, languages: Iterable[str]
) -> Iterator[Diagnostic]:
    own = {locale.split("-")[0] for locale in (*written, default_locale)}
    for language in sorted(set(languages) - own):
        message = (
            f'Who reads "{language}" gets this in "{default_locale}"; the topics in settings.json have names in both.'
        )
        remedy = f"Add {language}/subject.txt and a body."
        yield Diagnostic("template.language", folder, None, "", message, remedy, "warning")


def _missing(code: str, file: str, message: str, remedy: str) -> Diagnostic:
    return Diagnostic(code, file, None, "", message, remedy)


def _in_order(findings: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(dict.fromkeys(findings), key=lambda each: (each.severity, each.file, each.line or 0))


def _head(files: Mapping[str, str], folder: str, findings: list[Diagnostic]) -> TemplateFile | None:
    if "template.json" not in files:
        remedy = 'Add {"purpose": "marketing", "channels": ["email"]}.'
        findings.append(
            _missing("template.missing_json", f"{folder}template.json", "template.json is missing.", remedy)
        )
        return None
    source, found = read_source(files["template.json"], f"{folder}template.json", 10_000)
    findings.extend(found)
    if source is None:
        return None
    head, found = explained(TemplateFile, source)
    findings.extend(found)
    for channel in head.channels if head else ():
        if channel != "email" and (head is None or (head.purpose, channel) != ("confirmation", "sms")):
            message = f"Nothing is sent through {channel} yet; the template goes out as e-mail only."
            remedy = "Leave the channel for later, or take it out."
            finding = Diagnostic(
                "template.channel", f"{folder}template.json", None, "channels", message, remedy, "warning"
            )
            findings.append(finding)
    return head


def _by_locale(files: Mapping[str, str], folder: str, findings: list[Diagnostic]) -> dict[str, dict[str, str]]:
    """The files of each language folder that are known; a warning for the others."""
    by_locale: dict[str, dict[str, str]] = {}
    for path, content in sorted(files.items()):
        locale, slash, part = path.partition("/")
        if path == "template.json":
            continue
        if slash and (part in _PARTS or _variant(part)):
            by_locale.setdefault(locale, {})[part] = content
        else:
            guess = did_you_mean(part if slash else path, _PARTS if slash else ("template.json",))
            remedy = f"{guess}A language folder holds {', '.join(_PARTS)} and subject.<variant>.txt."
            message = "This file is not used."
            findings.append(Diagnostic("template.unused_file", folder + path, None, "", message, remedy, "warning"))
    return by_locale


def _variant(part: str) -> str | None:
    pieces = part.split(".")
    is_variant = len(pieces) == 3 and pieces[0] == "subject" and pieces[2] == "txt" and pieces[1].isalnum()
    return pieces[1] if is_variant else None


def _read_locale(
    folder: str,
    locale: str,
    own: Mapping[str, str],
    blocks: Mapping[str, str],
    findings: list[Diagnostic],
    *,
    sends_sms: bool,
) -> tuple[LocaleParts | None, list[Part]]:
    subject = own.get("subject.txt", "").strip()
    if not subject:
        remedy = "Write one line; names are allowed, as in {{ Vorname }}."
        findings.append(
            _missing("template.missing_subject", f"{folder}subject.txt", f'"{locale}" has no subject.', remedy)
        )
    bodies = [part for part in ("body.mjml", "body.html") if part in own]
    if not bodies:
        findings.append(
            _missing(
                "template.missing_body", f"{folder}body.mjml", f'"{locale}" has no body.', "Add body.mjml or body.html."
            )
        )
    elif len(bodies) > 1:
        message = "There is a body.mjml and a body.html; only one can be sent."
        findings.append(Diagnostic("template.two_bodies", folder + bodies[1], None, "", message, "Remove one."))
    if not own.get("preheader.txt", "").strip():
        message = f'"{locale}" has no preheader: inboxes will show the first words of the mail beside the subject.'
        remedy = "Write one line that continues the subject."
        finding = Diagnostic("template.no_preheader", f"{folder}preheader.txt", None, "", message, remedy, "warning")
        findings.append(finding)
    parts: list[Part] = []

    def plain(file: str, text: str) -> str:
        part, found = read_part(f"{folder}{file}", text, "text")
        parts.append(part)
        findings.extend(found)
        return part.source

    subject = plain("subject.txt", subject)
    subjects = {variant: plain(part, text.strip()) for part, text in own.items() if (variant := _variant(part))}
    preheader = plain("preheader.txt", own.get("preheader.txt", "").strip())
    html = text = ""
    if bodies:
        body, found = read_body(folder + bodies[0], own[bodies[0]], blocks, locale)
        findings.extend(found)
        parts.append(body)
        html = body.source
        if len(html) > CLIPPED:
            message = f"The mail has {len(html) // 1000} KB before names are filled in; Gmail cuts after 102 KB."
            remedy = "Shorten it, or send fewer products."
            findings.append(Diagnostic("template.clipped", folder + bodies[0], None, "", message, remedy, "warning"))
        text = plain("text.txt", text_of(own["text.txt"])) if "text.txt" in own else body.plain
    sms = own.get("sms.txt", "").strip() if sends_sms else ""
    if sms:
        sms = plain("sms.txt", sms)
    elif sends_sms:
        remedy = "Write one line with {{ confirm_code }}."
        message = f'"{locale}" has no text for SMS.'
        findings.append(_missing("template.missing_sms", f"{folder}sms.txt", message, remedy))
    return LocaleParts(subject, preheader, html, text, subjects, sms), parts
