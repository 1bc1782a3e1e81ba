"""A published template and one recipient's names → the mail. Pure; safe against its author and against its values."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from jinja2.exceptions import TemplateError, UndefinedError
from markupsafe import escape

from anlass.domain.errors import AnlassError
from anlass.language.locales import choose_locale
from anlass.language.sandbox import Budget, compiled
from anlass.language.template_filters import TooMuch, lines

if TYPE_CHECKING:
    from anlass.language.template_document import TemplateDocument

MAX_HTML = 256 * 1024  # characters
MAX_TEXT = 128 * 1024
MAX_LINE = 998  # subject and preheader
MAX_SMS = 1600  # what SNS takes: ten parts

# A mail without one of these links must not leave: purpose -> names, and what they are.
_NEEDED_LINKS = {
    "marketing": (("unsubscribe_url",), "unsubscribe"),
    "confirmation": (("confirm_url", "data_url"), "confirming"),
}

_MISSING_REMEDIES = {
    "coupon": 'add "coupon" to the step that sends it',
    "products": 'add "products" to the step that sends it',
    **dict.fromkeys(
        ("confirm_url", "confirm_code", "topics", "kept_days"),
        'send it in a journey that "Subscription Requested" starts; the code is there in an SMS, the link in a mail',
    ),
    "unsubscribe_url": "transactional mails have none: make the template marketing, or take the link out",
}
_QUOTED = re.compile(r"'([^']+)' is undefined")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_GAP = re.compile(r"\s{2,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_REFERENCE = re.compile(
    r"""(?P<head>\s(?:href|src|background|action)\s*=\s*)(?P<quote>["'])(?P<value>.*?)(?P=quote)""",
    re.DOTALL | re.IGNORECASE,
)
_SAFE_SCHEME = re.compile(r"(?:https?://|mailto:|tel:|cid:|#|$)", re.IGNORECASE)


class RenderError(AnlassError):
    """A mail cannot be made of this template for this recipient. Holds names of fields, never their values."""

    def __init__(self, template: str, locale: str, part: str, problem: str, remedy: str, missing: str | None = None):
        super().__init__(f'template "{template}" ({locale}, {part}): {problem}; {remedy}')
        self.template, self.locale, self.part, self.remedy, self.missing = template, locale, part, remedy, missing


@dataclass(frozen=True)
class RenderedEmail:
    subject: str
    preheader: str
    html: str
    text: str
    locale: str  # the one it is written in


def render_email(
    document: TemplateDocument,
    locale: str,
    default_locale: str,
    names: Mapping[str, Any],
    variant: str | None = None,
) -> RenderedEmail:
    """The mail for one recipient. `names` come from `names_for`; `variant` picks `subject.<variant>.txt`.

    Raises RenderError.
    """
    chosen = choose_locale(document.locales, locale, default_locale)
    parts = document.locales[chosen]
    variables = {**names, "locale": locale if locale.startswith(chosen) else chosen, "_budget": Budget()}

    render = _renderer(document, chosen, variables)
    subject = _one_line(render("subject", parts.subjects.get(variant or "", parts.subject), 4 * MAX_LINE))
    if not subject:
        raise RenderError(document.name, chosen, "subject", "it is empty", "give it words that are always there")
    preheader = _one_line(render("preheader", parts.preheader, 4 * MAX_LINE))
    variables.update(subject=subject, preheader=preheader)
    text = tidy(render("text", parts.text, MAX_TEXT))
    if "imprint" in variables:
        variables["imprint"] = lines(variables["imprint"])
    html = _defuse(render("html", parts.html, MAX_HTML, html=True))
    needed, what = _NEEDED_LINKS.get(document.purpose, ((), ""))
    links = [str(names.get(name) or "") for name in needed]
    if needed and not any(link and str(escape(link)) in html for link in links):
        problem = f"the {what} link is not in the rendered mail"
        remedy = f"write {{{{ {needed[0]} }}}} outside of every {{% if %}} and {{% for %}}"
        raise RenderError(document.name, chosen, "html", problem, remedy, needed[0])
    return RenderedEmail(subject, preheader, html, text, chosen)


def render_sms(document: TemplateDocument, locale: str, default_locale: str, names: Mapping[str, Any]) -> str:
    """The text for one recipient's phone, in one line. Raises RenderError."""
    chosen = choose_locale(document.locales, locale, default_locale)
    source = document.locales[chosen].sms
    if not source:
        raise RenderError(document.name, chosen, "sms", "there is no text for SMS", "add sms.txt to the template")
    variables = {**names, "locale": locale if locale.startswith(chosen) else chosen, "_budget": Budget()}
    text = " ".join(_renderer(document, chosen, variables)("sms", source, MAX_SMS).split())
    if not text:
        raise RenderError(document.name, chosen, "sms", "it is empty", "give it words that are always there")
    return text


class _Render(Protocol):
    def __call__(self, part: str, source: str, limit: int, *, html: bool = False) -> str: ...


def _renderer(document: TemplateDocument, chosen: str, variables: Mapping[str, Any]) -> _Render:
    """Renders the parts of one message; what goes wrong is said with the part's name."""

    def render(part: str, source: str, limit: int, *, html: bool = False) -> str:
        try:
            return _bounded(compiled(source, html=html).generate(variables), limit)
        except UndefinedError as error:
            missing = _missing(error)
            remedy = _MISSING_REMEDIES.get(missing or "", "take it out of the template, or give the send what it needs")
            problem = f'"{missing}" is not there' if missing else "a name is not there"
            raise RenderError(document.name, chosen, part, problem, remedy, missing) from None
        except (TooMuch, TemplateError) as error:
            problem = error.message or "cannot be rendered"
            raise RenderError(document.name, chosen, part, problem, "correct the template") from None
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
            # The error's own text may hold a value of the recipient's.
            problem = f"a filter or comparison met a value it cannot take ({type(error).__name__})"
            raise RenderError(document.name, chosen, part, problem, "check the filters' arguments") from None

    return render


def tidy(text: str) -> str:
    """No space around lines, at most one empty line in a row, one line end at the end."""
    rows = [_GAP.sub("   ", row.replace("\u00a0", " ").strip()) for row in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip() + "\n"


def _bounded(pieces: Iterable[str], limit: int) -> str:
    kept, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > limit:
            raise TooMuch(f"it grows beyond {limit} characters")
        kept.append(piece)
    # Lone surrogates and control characters come in with values; no mail can carry them.
    return _UNPRINTABLE.sub("", "".join(kept)).encode("utf-8", "replace").decode()


def _missing(error: UndefinedError) -> str | None:
    found = _QUOTED.search(error.message or "")
    return found[1] if found else None


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())[:MAX_LINE]


def _defuse(html: str) -> str:
    """Empties links and picture addresses that are no web, mail or telephone address: values come from browsers."""

    def keep_or_empty(match: re.Match[str]) -> str:
        address = _CONTROL.sub("", entities.unescape(match["value"])).strip()
        return match[0] if _SAFE_SCHEME.match(address) else f"{match['head']}{match['quote']}#{match['quote']}"

    return _REFERENCE.sub(keep_or_empty, html)
