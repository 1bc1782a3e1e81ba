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
from anlass.language.template_names import ADVERTISING_BLOCKS, ADVERTISING_NAMES, TOKENS
from anlass.language.template_parts import Part

_IMPRINT_WORD = re.compile(r"\b(impressum|imprint)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_STRANGER: dict[str, Any] = {
    **dict.fromkeys(TOKENS, ""),
    **{name: {} for name in ("profile", "entry", "event", "steps", "coupon")},
    "cart": {"items": [], "value": Decimal(0), "count": 0, "currency": "EUR"},
    "products": [],
    "shop": {"name": "Shop", "url": "", "cart_url": "", "logo": "", "currency": "EUR", "timezone": "UTC"},
    **dict.fromkeys(("imprint", "unsubscribe_url", "preferences_url", "preheader", "subject"), ""),
    "now": datetime(2026, 1, 1, tzinfo=UTC),
    "locale": "de",
}


def proof(purpose: Purpose, parts: Sequence[Part]) -> Iterator[Diagnostic]:
    """Findings over parts that could be read."""
    for part in parts:
        if part.is_readable:
            yield from _marketing(part) if purpose == "marketing" and part.kind == "html" else ()
            yield from _transactional(part) if purpose == "transactional" else ()
            yield from _trial(part)


def _marketing(part: Part) -> Iterator[Diagnostic]:
    if "unsubscribe_url" not in part.names:
        message = "A marketing mail needs a link to unsubscribe."
        remedy = 'Write <a href="{{ unsubscribe_url }}">Abmelden</a>, or include _blocks/footer.mjml.'
        yield Diagnostic("template.no_unsubscribe", part.file, None, "", message, remedy)
    if "imprint" not in part.names and not _IMPRINT_WORD.search(_TAG.sub(" ", part.source)):
        message = "A marketing mail needs an imprint (§ 5 DDG)."
        remedy = "Write {{ imprint }}, or include _blocks/footer.mjml."
        yield Diagnostic("template.no_imprint", part.file, None, "", message, remedy)


def _transactional(part: Part) -> Iterator[Diagnostic]:
    advertising = sorted({name.split(".")[0] for name in part.names} & ADVERTISING_NAMES)
    advertising += [block for block in sorted(part.blocks) if block.split("/")[-1].startswith(ADVERTISING_BLOCKS)]
    for what in advertising:
        message = f'A transactional mail may not advertise, and "{what}" does.'
        remedy = 'Take it out, or make the template "marketing": then it needs consent.'
        yield Diagnostic("template.advertises", part.file, None, "", message, remedy)
    if "unsubscribe_url" in part.names:
        message = "A transactional mail has no link to unsubscribe: it is sent whatever the person subscribed to."
        remedy = 'Take the link out, or make the template "marketing".'
        yield Diagnostic("template.unsubscribe", part.file, None, "", message, remedy)


def _trial(part: Part) -> Iterator[Diagnostic]:
    try:
        for source, html in ((part.source, part.kind == "html"), (part.plain, False)):
            for _ in compiled(source, html=html).generate({**_STRANGER, "_budget": Budget()}):
                pass
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding for the author
        message = f"It cannot be rendered for somebody of whom nothing is known: {error}."
        remedy = "Put what may be missing into {% if … %}, and check the filters' arguments."
        yield Diagnostic("template.fails", part.file, None, "", message, remedy)
