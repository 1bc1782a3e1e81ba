"""A button of a mail: the page that asks whether it was meant, and the thanks for it.

`stay`, `leave` and `rating` (1 to 5) have words of their own; any other button is asked about in general ones.
"""

from __future__ import annotations

from markupsafe import Markup

from anlass.language.pages.layout import Language, Page, heading, language_of, one_button, page, paragraph, said
from anlass.language.settings import Settings

Value = str | int | float | bool | None

# Of each button: what is asked, the button, what is said afterwards.
_KNOWN: dict[str, dict[str, tuple[str, str, str]]] = {
    "de": {
        "stay": (
            "Möchten Sie weiterhin von uns hören?",
            "Ja, ich bleibe",
            "Schön, dass Sie bleiben. Wir schreiben Ihnen weiterhin.",
        ),
        "leave": (
            "Möchten Sie keine Werbung mehr von uns bekommen?",
            "Ja, bitte keine Post mehr",
            "Wir schicken Ihnen keine Werbung mehr. Nachrichten zu Ihren Bestellungen bekommen Sie weiterhin.",
        ),
        "rating": ("Ihre Bewertung", "Bewertung abgeben", "Danke für Ihre Bewertung."),
        "": ("Ihre Antwort", "Antwort senden", "Danke, Ihre Antwort ist bei uns angekommen."),
    },
    "en": {
        "stay": (
            "Would you like to keep hearing from us?",
            "Yes, I am staying",
            "We are glad that you stay. We will keep writing to you.",
        ),
        "leave": (
            "Would you like to get no more advertising from us?",
            "Yes, no more mail, please",
            "We send you no more advertising. You will still get messages about your orders.",
        ),
        "rating": ("Your rating", "Send rating", "Thank you for your rating."),
        "": ("Your answer", "Send answer", "Thank you, your answer has reached us."),
    },
}
_STARS: dict[Language, tuple[str, ...]] = {
    "de": ("Gar nicht gut", "Nicht gut", "Geht so", "Gut", "Sehr gut"),
    "en": ("Not good at all", "Not good", "Fair", "Good", "Very good"),
}
_OF_FIVE: dict[Language, str] = {"de": "{value} von 5 Sternen: {word}", "en": "{value} of 5 stars: {word}"}
_CHOSEN: dict[Language, str] = {"de": "Sie haben gewählt: {value}", "en": "You chose: {value}"}
_STILL: dict[Language, str] = {
    "de": "Ein Klick noch, dann ist Ihre Antwort bei uns.",
    "en": "One more click, and your answer reaches us.",
}


def ask_page(settings: Settings | None, locale: str, button: str, value: Value = None) -> Page:
    language = language_of(locale)
    question, label, _ = _words(language, button)
    body = [heading(question), *_shown(language, button, value), paragraph(_STILL[language]), one_button(label)]
    return page(settings, locale, question, body)


def thanks_page(settings: Settings | None, locale: str, button: str, value: Value = None) -> Page:
    language = language_of(locale)
    question, _, thanks = _words(language, button)
    body = [heading(question), said(thanks), *_shown(language, button, value)]
    return page(settings, locale, question, body)


def _words(language: Language, button: str) -> tuple[str, str, str]:
    known = _KNOWN[language]
    return known.get(button, known[""])


def _shown(language: Language, button: str, value: Value) -> list[Markup]:
    if value is None or isinstance(value, bool):
        return []
    if button == "rating" and isinstance(value, int) and 1 <= value <= len(_STARS[language]):
        stars = Markup('<p class="stars" aria-hidden="true">{}</p>').format("★" * value + "☆" * (5 - value))
        return [stars, paragraph(_OF_FIVE[language].format(value=value, word=_STARS[language][value - 1]))]
    return [paragraph(_CHOSEN[language].format(value=value))]
