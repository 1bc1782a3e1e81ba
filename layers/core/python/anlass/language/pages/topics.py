"""Topics as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from anlass.language.locales import choose_locale
from anlass.language.pages.layout import language_of
from anlass.language.settings import Settings


def topic_names(settings: Settings | None, locale: str, topics: Sequence[str]) -> list[str]:
    """Those that the settings know."""
    known = settings.topics if settings else {}
    return [topic_name(settings, locale, each) for each in topics if settings is not None and each in known]


def topic_name(settings: Settings, locale: str, topic: str) -> str:
    """In the reader's language, else in the page's, else in the shop's."""
    names = settings.topics[topic].name
    return names[choose_locale(names, locale, language_of(locale), settings.locale)]
