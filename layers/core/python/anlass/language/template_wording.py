"""What stands in a template's own words and is most likely not meant so: only doubts, never errors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anlass.domain.send import Purpose
from anlass.language.diagnostics import Diagnostic, Span

_JINJA = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_NAMES = "Vorname|Nachname|Anrede|Name|E-?Mail|Firma|first_?name|last_?name|fname|lname|email"
# How other mail programs write names: *|FNAME|*, %Vorname%, {Vorname}, [Vorname], {$firstname}, ${firstname}.
_FOREIGN = re.compile(
    rf"\*\|[A-Z0-9_:]+\|\*|%%\w+%%|%(?:{_NAMES})%|\[\[?(?:{_NAMES})\]\]?|\$?\{{\$?(?:{_NAMES})\}}", re.IGNORECASE
)
_OFFER = re.compile(
    r"\b\d{1,2}\s?% (?:Rabatt|Nachlass|günstiger|off|discount)\b"
    r"|\b(?:Gutschein|Rabatt|Aktions)code\b|\b(?:voucher|promo|discount|coupon) code\b"
    r"|\b(?:Sonderangebot|special offer)"
    r"|\bjetzt (?:kaufen|sichern|sparen|zugreifen|shoppen|bestellen)\b|\b(?:shop|buy|save) now\b"
    r"|\bnur (?:noch )?(?:heute|für kurze Zeit)\b|\bonly today\b|\blimited time\b",
    re.IGNORECASE,
)
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?")


def foreign_names(file: str, text: str) -> Iterator[Diagnostic]:
    """Names as other mail programs fill them in. Here they would be read as they stand."""
    plain = _JINJA.sub(lambda each: re.sub(r"[^\n]", " ", each[0]), text)
    for found in _FOREIGN.finditer(plain):
        message = f"{found[0]} is how other programs write a name: people would read it as it stands."
        remedy = "Write {{ Vorname }}, {{ Nachname }} or {{ profile.… }}; if it is meant so, leave it."
        yield _at(found).finding("template.foreign", file, "", message, remedy, "warning")


def offering_words(file: str, text: str, purpose: Purpose) -> Iterator[Diagnostic]:
    """A mail that reads like advertising and may not; once a file."""
    found = _OFFER.search(text)
    if found is not None:
        message = f'A {purpose} mail may not advertise, and "{found[0]}" reads like it.'
        remedy = 'Take it out, or make the template "marketing": then it needs consent.'
        if purpose == "confirmation":
            remedy = "Take it out: whoever gets this has not agreed to anything yet."
        yield _at(found).finding("template.advertises", file, "", message, remedy, "warning")


def strange_language(folder: str, locale: str) -> Iterator[Diagnostic]:
    """A folder that is called as no language is written: nobody would get what is in it."""
    if not _LOCALE.fullmatch(locale):
        language, _, country = locale.replace("_", "-").partition("-")
        meant = f"{language.lower()}-{country.upper()}" if country else language.lower()
        remedy = f'Call the folder "{meant}".' if _LOCALE.fullmatch(meant) else 'Call it for example "de" or "de-AT".'
        message = f'"{locale}" is no language as it is written here, so nobody gets this.'
        yield Diagnostic("template.locale", f"{folder}{locale}/", None, "", message, remedy, "warning")


def _at(found: re.Match[str]) -> Span:
    before = found.string[: found.start()]
    return Span(before.count("\n") + 1, found.start() - before.rfind("\n"), len(found[0]))
