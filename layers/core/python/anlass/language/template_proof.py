"""What a template must hold by law, and a trial rendering for somebody of whom nothing is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from anlass.domain.send import Purpose
from anlass.language.diagnostics import Diagnostic
from anlass.language.sandbox import Budget, compiled
from anlass.language.template_names import ADVERTISING_BLOCKS, ADVERTISING_NAMES, CONFIRMING_NAMES, TOKENS
from anlass.language.template_parts import Part

_IMPRINT_WORD = re.compile(r"\b(impressum|imprint)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_OF_A_REQUEST = frozenset({"entry.at", "entry.name", "entry.properties.channel", "entry.properties.topics"})
_STRANGER: dict[str, Any] = {
    **dict.fromkeys(TOKENS, ""),
    **{name: {} for name in ("profile", "entry", "event", "steps", "coupon")},
    "cart": {"items": [], "value": Decimal(0), "count": 0, "currency": "EUR"},
    "products": [],
    "shop": {
        "name": "Shop",
        "url": "",
        "cart_url": "",
        "logo": "",
        "privacy_url": "",
        "currency": "EUR",
        "timezone": "UTC",
    },
    **dict.fromkeys(("imprint", "unsubscribe_url", "preferences_url", "basis", "preheader", "subject"), ""),
    **dict.fromkeys(("confirm_url", "confirm_code", "data_url"), ""),
    "topics": [],
    "kept_days": 30,
    "button_url": lambda *_: "",
    "now": datetime(2026, 1, 1, tzinfo=UTC),
    "locale": "de",
}


def proof(purpose: Purpose, parts: Sequence[Part]) -> Iterator[Diagnostic]:
    """Findings over parts that could be read."""
    for part in parts:
        if part.is_readable:
            yield from _marketing(part) if purpose == "marketing" and part.kind == "html" else ()
            yield from _no_advertising(part, purpose) if purpose != "marketing" else ()
            yield from _confirmation(part) if purpose == "confirmation" else _confirms_nothing(part)
            yield from _trial(part)


def _marketing(part: Part) -> Iterator[Diagnostic]:
    if "unsubscribe_url" not in part.names:
        message = "A marketing mail needs a link to unsubscribe."
        remedy = 'Write <a href="{{ unsubscribe_url }}">Abmelden</a>, or include _blocks/footer.mjml.'
        yield Diagnostic("template.no_unsubscribe", part.file, None, "", message, remedy)
    yield from _imprint(part, "marketing")


def _imprint(part: Part, purpose: Purpose) -> Iterator[Diagnostic]:
    if "imprint" not in part.names and not _IMPRINT_WORD.search(_TAG.sub(" ", part.source)):
        message = f"A {purpose} mail needs an imprint (§ 5 DDG)."
        remedy = "Write {{ imprint }}, or include _blocks/footer.mjml."
        if purpose == "confirmation":
            remedy = "Write {{ imprint }}, or include _blocks/imprint.mjml."
        yield Diagnostic("template.no_imprint", part.file, None, "", message, remedy)


def _no_advertising(part: Part, purpose: Purpose) -> Iterator[Diagnostic]:
    instead = 'Take it out, or make the template "marketing": then it needs consent.'
    why = "it is sent whatever the person subscribed to"
    if purpose == "confirmation":
        instead, why = "Take it out: whoever gets this has not agreed to anything yet.", "nobody has agreed to it yet"
    advertising = sorted({name.split(".")[0] for name in part.names} & ADVERTISING_NAMES)
    advertising += [block for block in sorted(part.blocks) if block.split("/")[-1].startswith(ADVERTISING_BLOCKS)]
    for what in advertising:
        message = f'A {purpose} mail may not advertise, and "{what}" does.'
        yield Diagnostic("template.advertises", part.file, None, "", message, instead)
    if "unsubscribe_url" in part.names:
        message = f"A {purpose} mail has no link to unsubscribe: {why}."
        remedy = instead if purpose == "confirmation" else 'Take the link out, or make the template "marketing".'
        yield Diagnostic("template.unsubscribe", part.file, None, "", message, remedy)


def _confirmation(part: Part) -> Iterator[Diagnostic]:
    if part.kind == "html":
        yield from _imprint(part, "confirmation")
        if not part.names & {"confirm_url", "data_url"}:
            message = "A confirmation mail needs the link that confirms."
            yield Diagnostic(
                "template.no_confirmation", part.file, None, "", message, 'Write <a href="{{ confirm_url }}">Ja</a>.'
            )
    elif part.file.endswith("/sms.txt") and "confirm_code" not in part.names:
        message = "An SMS that asks for a confirmation needs the code."
        yield Diagnostic("template.no_confirmation", part.file, None, "", message, "Write {{ confirm_code }}.")
    for name in sorted(part.names):
        if name.startswith(("entry.", "event.")) and name not in _OF_A_REQUEST:
            message = f'"{name}" may be what a stranger typed into the form: nobody is to read it in the shop\'s mail.'
            remedy = f"Take it out; of the request a template may use {', '.join(sorted(_OF_A_REQUEST))}."
            yield Diagnostic("template.echo", part.file, None, name, message, remedy)


def _confirms_nothing(part: Part) -> Iterator[Diagnostic]:
    for name in sorted({name.split(".")[0] for name in part.names} & CONFIRMING_NAMES):
        message = f'"{name}" is only there in a template that asks for a confirmation.'
        remedy = 'Write "purpose": "confirmation" into template.json, or take it out.'
        yield Diagnostic("template.confirms_nothing", part.file, None, name, message, remedy)


def _trial(part: Part) -> Iterator[Diagnostic]:
    try:
        for source, html in ((part.source, part.kind == "html"), (part.plain, False)):
            for _ in compiled(source, html=html).generate({**_STRANGER, "_budget": Budget()}):
                pass
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding for the author
        message = f"It cannot be rendered for somebody of whom nothing is known: {error}."
        remedy = "Put what may be missing into {% if … %}, and check the filters' arguments."
        yield Diagnostic("template.fails", part.file, None, "", message, remedy)
