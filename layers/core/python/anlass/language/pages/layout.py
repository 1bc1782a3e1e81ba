"""What all pages have in common: the shop's name, colour and imprint around what the page says."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from markupsafe import Markup

from anlass.language.pages.colour import INK, readable, text_on
from anlass.language.pages.style import RULES
from anlass.language.settings import Settings

Language = Literal["de", "en"]
Words = Mapping[str, str]
_LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
NO_BRAND = "#4a443d"  # where no settings are published
_GROUND, _CARD = "#f4f1ec", "#ffffff"


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page. `style` is what its one <style> holds, `pictures` the origin that its logo comes from, if any."""

    html: str
    style: str
    pictures: str = ""

    @property
    def policy(self) -> str:
        """The Content-Security-Policy under which it works and nothing else does."""
        digest = base64.b64encode(hashlib.sha256(self.style.encode()).digest()).decode()
        pictures = f"; img-src {self.pictures}" if self.pictures else ""
        return (
            f"default-src 'none'; style-src 'sha256-{digest}'{pictures}; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )


def language_of(locale: str) -> Language:
    """German for whoever reads German, English for everybody else."""
    return "de" if locale.lower().startswith("de") else "en"


def preferred(accepted: str) -> str | None:
    """The locale that a browser asks for first, of its header Accept-Language; None if it asks for none."""
    best: tuple[float, str] | None = None
    for part in accepted[:200].split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if _LOCALE.fullmatch(name) and (best is None or weight > best[0]):
            best = (weight, name)
    return best[1] if best else None


def page(settings: Settings | None, locale: str, title: str, body: Iterable[Markup], *, wide: bool = False) -> Page:
    """`title` is the tab's; the body begins with its own <h1>."""
    brand = settings.brand if settings else ""
    style = _style(settings.brand_colour if settings else NO_BRAND)
    html = Markup(
        '<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n{header}"
        "<main{wide}>\n{body}\n</main>\n{footer}</body>\n</html>\n"
    ).format(
        lang=language_of(locale),
        title=f"{title} – {brand}" if brand else title,
        style=Markup(style),  # noqa: S704 - written here; of the settings it holds a checked colour
        header=_header(settings),
        wide=Markup(' class="wide"') if wide else "",
        body=Markup("\n").join(body),
        footer=_footer(settings, locale),
    )
    return Page(str(html), style, _origin(settings.shop.logo) if settings else "")


def _header(settings: Settings | None) -> Markup:
    if settings is None:
        return Markup("")
    shop = settings.shop
    if shop.logo:
        shown = Markup('<img src="{}" alt="{}">').format(shop.logo, shop.name)
    else:
        shown = Markup("{}").format(shop.name)
    return Markup('<header><a class="brand" href="{}">{}</a></header>\n').format(shop.url, shown)


def _footer(settings: Settings | None, locale: str) -> Markup:
    if settings is None:
        return Markup("")
    is_german = language_of(locale) == "de"
    lines = Markup("<br>").join(settings.imprint.lines(locale).split("\n"))
    notice = privacy_link(settings, "Datenschutz" if is_german else "Privacy")
    return Markup("<footer>\n<h2>{}</h2>\n<p>{}</p>\n{}</footer>\n").format(
        "Impressum" if is_german else "Imprint", lines, Markup("<p>{}</p>\n").format(notice) if notice else ""
    )


def privacy_link(settings: Settings, label: str) -> Markup:
    """To the shop's privacy notice; nothing where the settings name none."""
    url = settings.shop.privacy_url
    return Markup('<a href="{}">{}</a>').format(url, label) if url else Markup("")


def heading(text: str) -> Markup:
    return Markup("<h1>{}</h1>").format(text)


def paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def said(text: str) -> Markup:
    """What has just been done."""
    return Markup('<p class="done" role="status">{}</p>').format(text)


def button(label: str, *, quiet: bool = False) -> Markup:
    return Markup('<button type="submit"{}>{}</button>').format(Markup(' class="quiet"') if quiet else "", label)


def one_button(label: str, action: str = "", *, quiet: bool = False) -> Markup:
    """A form that is nothing but its button. It goes to its own page: the token in the address is the authority."""
    hidden = Markup('<input type="hidden" name="action" value="{}">').format(action) if action else ""
    return Markup('<form method="post">{}{}</form>').format(hidden, button(label, quiet=quiet))


def _origin(address: str) -> str:
    """The origin of a web address, as a policy names it."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    safe = host and all(letter.isalnum() or letter in ".-:[]" for letter in host) and host.isascii()
    return f"{parts.scheme}://{host}" if safe else ""


def _style(brand: str) -> str:
    variables = {
        "brand": brand,
        "on-brand": text_on(brand),
        "tone": readable(brand, _GROUND),
        "ink": INK,
        "soft": "#5c554e",
        "line": "#8a8178",
        "ground": _GROUND,
        "card": _CARD,
        "bad": "#a1260d",
    }
    return ":root{" + "".join(f"--{name}:{value};" for name, value in variables.items()) + "}" + RULES
