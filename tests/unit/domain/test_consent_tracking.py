"""That opens are seen needs a word of its own, and then "not opened" means something."""

from __future__ import annotations

from dataclasses import replace

from anlass.domain.consent import ALL_TOPICS, TRACKING, Consent, Grant
from anlass.domain.send import message_facts

from tests.builders import NOON, a_consent, a_send

ANNA = "anna@shop.example"


def says(consent: Consent, topic: str, status: str = "granted") -> Consent:
    return consent.states(Grant(ANNA, topic, status, NOON, "person", "preferences"))  # type: ignore[arg-type]


def test_a_consent_to_everything_is_none_to_being_watched() -> None:
    assert a_consent().allows(ANNA, "news")
    assert not a_consent().tracks(ANNA)


def test_tracking_has_a_word_of_its_own_which_opens_no_topic() -> None:
    watched = says(Consent("u:anna", "email"), TRACKING)
    assert watched.tracks(f" {ANNA.upper()} ")
    assert not watched.tracks("ben@shop.example")
    assert not watched.allows(ANNA, "news")


def test_it_ends_with_a_word_or_with_everything() -> None:
    watched = says(a_consent(), TRACKING)
    assert not says(watched, TRACKING, "withdrawn").tracks(ANNA)
    assert not says(watched, ALL_TOPICS, "withdrawn").tracks(ANNA)


def test_not_opened_is_known_only_where_an_opening_would_be() -> None:
    sent = a_send(status="SENT", delivered_at=NOON)
    assert (message_facts(sent).opened, message_facts(sent).clicked) == (None, None)
    seen = replace(sent, sees_opens=True)
    assert (message_facts(seen).opened, message_facts(seen).clicked) == (False, None)
    followed = replace(sent, sees_clicks=True)
    assert (message_facts(followed).opened, message_facts(followed).clicked) == (None, False)
    assert message_facts(replace(seen, opened_at=NOON)).opened is True
