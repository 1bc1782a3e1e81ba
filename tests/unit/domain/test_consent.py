"""Who may be written to, whatever was said by whom and in whatever order it arrived."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import pytest
from anlass.domain.consent import ALL_TOPICS, TRACKING, Consent, Grant, join_consents

from tests.builders import DAY, HOUR, NOON

ANNA = "anna@shop.example"


def said(status: str, at: datetime = NOON, by: str = "shop", topic: str = ALL_TOPICS, address: str = ANNA) -> Grant:
    return Grant(address, topic, status, at, by, "test")  # type: ignore[arg-type]


def consent(*grants: Grant) -> Consent:
    told = Consent("u:anna", "email")
    for grant in grants:
        told = told.states(grant)
    return told


def allows(*grants: Grant, topic: str = "offers") -> bool:
    return consent(*grants).allows(ANNA, topic)


def test_silence_is_no_consent() -> None:
    assert not allows()


def test_what_the_shop_granted_for_all_topics_covers_each() -> None:
    assert allows(said("granted"))


def test_an_address_is_the_same_in_capitals_and_with_blanks() -> None:
    told = consent(said("granted", address="  Anna@Shop.Example "))
    assert told.allows("ANNA@shop.example", "offers")


def test_consent_is_given_for_an_address_and_not_for_the_person() -> None:
    assert not consent(said("granted")).allows("new@shop.example", "offers")


def test_the_stricter_of_topic_and_all_wins() -> None:
    assert not allows(said("granted"), said("withdrawn", topic="offers"))
    assert not allows(said("withdrawn"), said("granted", topic="offers"))
    assert allows(said("granted"), said("withdrawn", topic="news"))


def test_whoever_agreed_to_any_topic_can_be_reached() -> None:
    news, tracked = said("granted", topic="news"), said("granted", topic=TRACKING)
    assert consent(news).reaches(ANNA)
    assert consent(said("granted"), said("withdrawn", topic="offers")).reaches(ANNA)
    assert not consent(tracked).reaches(ANNA)
    assert not consent(news, said("withdrawn")).reaches(ANNA)
    assert not consent(news).reaches("new@shop.example")


def test_the_shop_may_withdraw_and_grant_again() -> None:
    assert not allows(said("granted"), said("withdrawn", NOON + HOUR))
    assert allows(said("granted"), said("withdrawn", NOON + HOUR), said("granted", NOON + DAY))


def test_an_older_grant_that_arrives_late_lifts_no_newer_withdrawal() -> None:
    assert not allows(said("withdrawn", NOON + HOUR), said("granted", NOON))


def test_a_late_grant_from_between_two_withdrawals_of_the_shop_lifts_neither() -> None:
    assert not allows(said("withdrawn", NOON), said("withdrawn", NOON + DAY), said("granted", NOON + HOUR))


def test_at_the_same_moment_no_wins() -> None:
    for order in permutations([said("granted"), said("withdrawn")]):
        assert not allows(*order)


def test_the_shop_never_lifts_what_the_person_withdrew() -> None:
    assert not allows(said("withdrawn", by="person"), said("granted", NOON + DAY))


def test_the_shop_does_not_get_at_a_withdrawal_by_repeating_it_first() -> None:
    """The shop hears of the withdrawal, passes it back with its next identify, and grants a week later."""
    own = said("withdrawn", by="person")
    assert not allows(own, said("withdrawn", NOON + HOUR), said("granted", NOON + 7 * DAY))


def test_a_persons_withdrawal_wins_over_the_shop_in_whatever_order_they_arrive() -> None:
    statements = [said("withdrawn", by="person"), said("granted", NOON + HOUR), said("withdrawn", NOON + DAY)]
    for order in permutations(statements):
        assert not allows(*order, said("granted", NOON + 2 * DAY))


def test_the_person_may_come_back() -> None:
    assert allows(said("withdrawn", by="person"), said("granted", NOON + HOUR, by="person"))
    assert not allows(said("granted", NOON + HOUR, by="person"), said("withdrawn", NOON + DAY, by="person"))


def test_what_the_shop_reports_after_the_person_came_back_counts() -> None:
    """She unsubscribed, signed up again, and then told the shop on the phone."""
    back = said("withdrawn", by="person"), said("granted", NOON + HOUR, by="person", topic="offers")
    reported = said("withdrawn", NOON + DAY)
    for order in permutations((*back, reported)):
        assert not allows(*order)
    assert allows(*back, reported, said("granted", NOON + 2 * DAY, by="person", topic="offers"))


def test_a_no_to_everything_holds_at_every_address_until_the_person_says_yes_at_that_one() -> None:
    elsewhere = (
        said("granted", by="person", topic="offers"),
        said("withdrawn", NOON + HOUR, by="person", address="b@x.de"),
    )
    assert not allows(*elsewhere)
    assert allows(*elsewhere, said("granted", NOON + DAY, by="person", topic="offers"))


def test_all_said_by_the_person_settles_every_topic_before() -> None:
    later = said("granted", NOON + HOUR, by="person")
    assert allows(said("withdrawn", by="person", topic="offers"), later)
    assert not allows(said("withdrawn", NOON + DAY, by="person", topic="offers"), later)


def test_a_statement_that_changes_nothing_gives_the_same_row() -> None:
    told = consent(said("granted"))
    assert told.states(said("granted", NOON + DAY)) is told
    assert told.grants[0].at == NOON, "the first proof stays"


def test_of_two_withdrawals_the_last_stays() -> None:
    """What was said for all topics in between, on another profile, does not settle it."""
    between = said("granted", NOON + HOUR, by="person")
    one = consent(said("granted", NOON - DAY), said("withdrawn", NOON, by="person", topic="offers"))
    other = consent(between, said("withdrawn", NOON + DAY, by="person", topic="offers"))
    assert not join_consents(one, other).allows(ANNA, "offers")
    assert not join_consents(other, one).allows(ANNA, "offers")


def test_it_is_known_who_said_no() -> None:
    told = consent(said("withdrawn"), said("withdrawn", address="b@shop.example", by="person"))
    assert told.denies(ANNA, ALL_TOPICS)
    assert not told.denies(ANNA, ALL_TOPICS, by="person")
    assert told.denies("B@shop.example", ALL_TOPICS, by="person")
    assert not told.denies("b@shop.example", "offers")


@pytest.mark.parametrize("first", ["anonymous", "known"])
def test_where_two_profiles_join_a_persons_withdrawal_wins_over_a_newer_grant_by_the_shop(first: str) -> None:
    withdrawn, granted = consent(said("withdrawn", by="person")), consent(said("granted", NOON + DAY))
    one, other = (withdrawn, granted) if first == "anonymous" else (granted, withdrawn)
    assert not join_consents(one, other).allows(ANNA, "offers")


def test_where_two_profiles_join_the_newest_word_counts_for_each_address() -> None:
    one = consent(said("granted"), said("granted", address="b@shop.example"))
    other = consent(said("withdrawn", NOON + HOUR), said("withdrawn", NOON - HOUR, address="b@shop.example"))
    joined = join_consents(one, other)
    assert not joined.allows(ANNA, "offers")
    assert joined.allows("b@shop.example", "offers")


def test_joining_keeps_the_row_and_version_of_the_profile_that_goes_on() -> None:
    known = Consent("u:anna", "email", version=7)
    joined = join_consents(known, Consent("a:1", "email", version=3, grants=(said("granted"),)))
    assert (joined.profile, joined.version) == ("u:anna", 7)


def test_where_two_profiles_join_the_longer_pause_and_the_wish_for_fewer_stay() -> None:
    paused = Consent("u:anna", "email", paused_until=NOON + DAY)
    longer = Consent("a:1", "email", paused_until=NOON + 2 * DAY, at_most_weekly=True)
    for one, other in ((paused, longer), (longer, paused), (Consent("u:anna", "email"), longer)):
        joined = join_consents(one, other)
        assert (joined.paused_until, joined.at_most_weekly) == (NOON + 2 * DAY, True)
    assert join_consents(paused, Consent("a:1", "email")).paused_until == NOON + DAY
