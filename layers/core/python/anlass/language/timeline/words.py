"""Words that several parts of a timeline share."""

from __future__ import annotations

from anlass.domain.consent import ALL_TOPICS
from anlass.language.picture.words import Saying

ALL_CHANNELS_WORDS = "through all channels"
_BY = {"shop": "the shop", "person": "the person"}


def topic_words(topic: str) -> str:
    return "all topics" if topic == ALL_TOPICS else f"“{topic}”"


def by_words(by: str | None) -> str:
    """Who said it."""
    return _BY.get(by or "", str(by))


def saying_words(says: Saying) -> str:
    """`Wait for an answer: 2 days`"""
    return ": ".join(filter(None, (says.what, says.text)))
