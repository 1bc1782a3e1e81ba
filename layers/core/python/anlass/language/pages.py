"""The pages that people see: no script, no picture from elsewhere, readable on any screen."""

from __future__ import annotations

from typing import NewType

Page = NewType("Page", str)

_WORDS = {
    "de": {
        "title": "Abmelden",
        "ask": "Möchten Sie keine Werbung mehr per E-Mail bekommen?",
        "button": "Ja, abmelden",
        "done": "Sie sind abgemeldet.",
        "more": "Ab jetzt schicken wir Ihnen keine Werbung mehr per E-Mail. Nachrichten zu Ihren Bestellungen "
        "bekommen Sie weiterhin.",
        "gone": "Diesen Link kennen wir nicht.",
        "help": "Vielleicht wurde er beim Kopieren gekürzt. Bitte öffnen Sie ihn direkt aus der E-Mail.",
    },
    "en": {
        "title": "Unsubscribe",
        "ask": "Would you like to stop getting marketing e-mails?",
        "button": "Yes, unsubscribe",
        "done": "You are unsubscribed.",
        "more": "From now on we send you no marketing e-mails. You will still get messages about your orders.",
        "gone": "We do not know this link.",
        "help": "Perhaps it was cut off when it was copied. Please open it straight from the e-mail.",
    },
}

_STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;color:#222;background:#f6f5f2;margin:0}"
    "main{max-width:32rem;margin:12vh auto 0;background:#fff;padding:2rem;border-radius:12px}"
    "h1{font-size:1.4rem;margin-top:0}"
    "button{font:inherit;padding:.7rem 1.4rem;border:0;border-radius:8px;background:#1f4d3a;color:#fff;cursor:pointer}"
    "button:focus-visible{outline:3px solid #e0a030}"
    "@media(max-width:40rem){main{margin:0;border-radius:0;min-height:100vh;box-sizing:border-box}}"
)


def confirm_page(locale: str) -> Page:
    """One question, one button. Mail scanners follow links, so opening the page changes nothing."""
    words = _of(locale)
    form = f'<form method="post"><button type="submit">{words["button"]}</button></form>'
    return _page(locale, words["title"], f"<h1>{words['ask']}</h1>{form}")


def done_page(locale: str) -> Page:
    words = _of(locale)
    return _page(locale, words["title"], f"<h1>{words['done']}</h1><p>{words['more']}</p>")


def gone_page(locale: str) -> Page:
    words = _of(locale)
    return _page(locale, words["title"], f"<h1>{words['gone']}</h1><p>{words['help']}</p>")


def _of(locale: str) -> dict[str, str]:
    return _WORDS["de" if locale.lower().startswith("de") else "en"]


def _page(locale: str, title: str, body: str) -> Page:
    lang = "de" if locale.lower().startswith("de") else "en"
    return Page(
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{body}</main></body></html>"
    )
