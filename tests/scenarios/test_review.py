"""After an order people are asked whether it was right: textiles and coffee soon, after three weeks all else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.customer import APRON, BEANS, GRINDER, buys, does, gets_the_parcel, mail_of, mail_text, presses, reviews
from tests.shipped import a_shop_with_anna, both_worlds, diary, shipped
from tests.visiting import Visitor
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify

MARCH_10 = datetime(2026, 3, 10, 14, 30, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
CONTENT = shipped("review")


shop = a_shop_with_anna(CONTENT, MARCH_10)
world = both_worlds(CONTENT, MARCH_10)


def test_anna_buys_a_grinder_and_is_asked_on_day_21_once_more_a_week_later_and_never_again(world: World) -> None:
    world.batch(identify("anna", MARCH_10, firstName="Anna"))
    world.batch(identify("ben", MARCH_10))
    buys(world, MARCH_10, "1001", GRINDER)
    buys(world, MARCH_10, "2001", APRON, who="ben")
    reviews(world, MARCH_10 + 15 * DAY, "2001", 5, who="ben")
    world.advance(MARCH_10 + 120 * DAY)
    assert diary(world) == [
        "2026-03-23 14:30 ben ask",
        "2026-03-25 14:30 ben thanks",
        # Three weeks are 21 days of 24 hours: the clocks went forward on 29 March.
        "2026-03-31 15:30 anna ask",
        "2026-04-07 15:30 anna again",
    ]


def test_the_days_count_from_the_parcel_where_the_shop_reports_it(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", MARCH_10))
    buys(shop, MARCH_10, "1001", GRINDER)
    buys(shop, MARCH_10, "2001", APRON, who="ben")
    gets_the_parcel(shop, MARCH_10 + 2 * DAY, "1001")
    gets_the_parcel(shop, MARCH_10 + 3 * DAY, "2001", who="ben")
    shop.advance(MARCH_10 + 24 * DAY)
    assert diary(shop) == [
        "2026-03-23 14:30 ben ask",  # ten days after it came
        "2026-03-30 15:30 ben again",
        "2026-04-02 15:30 anna ask",  # three weeks after it came
    ]


def test_coffee_is_asked_about_sooner_than_a_parcel_with_a_grinder_in_it(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", MARCH_10))
    buys(shop, MARCH_10, "1001", BEANS)
    buys(shop, MARCH_10, "2001", BEANS, GRINDER, who="ben")
    shop.advance(MARCH_10 + 22 * DAY)
    assert diary(shop) == ["2026-03-23 14:30 anna ask", "2026-03-30 15:30 anna again", "2026-03-31 15:30 ben ask"]


def test_a_good_review_is_thanked_for_at_once_and_ends_it(shop: MemoryWorld) -> None:
    buys(shop, MARCH_10, "1001", APRON)
    reviews(shop, MARCH_10 + 14 * DAY, "1001", 4)
    shop.advance(MARCH_10 + 90 * DAY)
    assert diary(shop) == ["2026-03-23 14:30 anna ask", "2026-03-24 14:30 anna thanks"]


def test_a_bad_review_is_answered_with_a_remedy(shop: MemoryWorld) -> None:
    buys(shop, MARCH_10, "1001", APRON)
    reviews(shop, MARCH_10 + 14 * DAY, "1001", 2)
    shop.advance(MARCH_10 + 90 * DAY)
    assert diary(shop) == ["2026-03-23 14:30 anna ask", "2026-03-24 14:30 anna remedy"]
    assert "Ihr Geld zurück" in mail_text(shop)


def test_stars_pressed_in_the_mail_count_like_a_review(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", MARCH_10))
    buys(shop, MARCH_10, "1001", APRON)
    buys(shop, MARCH_10, "2001", APRON, who="ben")
    presses(shop, MARCH_10 + 13 * DAY + HOUR, "ask", "rating", 5)
    presses(shop, MARCH_10 + 13 * DAY + 2 * HOUR, "ask", "rating", 3, who="ben")
    shop.advance(MARCH_10 + 90 * DAY)
    assert diary(shop)[2:] == ["2026-03-23 15:30 anna thanks-for-stars", "2026-03-23 16:30 ben remedy-for-stars"]


def test_an_early_review_saves_the_question(shop: MemoryWorld) -> None:
    buys(shop, MARCH_10, "1001", GRINDER)
    reviews(shop, MARCH_10 + 6 * DAY, "1001", 5)
    shop.advance(MARCH_10 + 90 * DAY)
    assert diary(shop) == ["2026-03-16 14:30 anna thanks"]


def test_each_order_is_asked_about_for_itself_and_a_review_ends_only_its_own(shop: MemoryWorld) -> None:
    buys(shop, MARCH_10, "1001", APRON)
    buys(shop, MARCH_10 + 2 * DAY, "1002", APRON)
    reviews(shop, MARCH_10 + 14 * DAY, "1001", 5)
    shop.advance(MARCH_10 + 90 * DAY)
    assert diary(shop) == [
        "2026-03-23 14:30 anna ask",
        "2026-03-24 14:30 anna thanks",
        "2026-03-25 14:30 anna ask",
        "2026-04-01 15:30 anna again",
    ]


def test_who_sends_it_back_or_never_agreed_to_questions_is_not_asked(shop: MemoryWorld) -> None:
    shop.batch(identify("ben", MARCH_10, status="UNSUBSCRIBED"))
    buys(shop, MARCH_10, "1001", GRINDER)
    buys(shop, MARCH_10, "2001", GRINDER, who="ben")
    does(shop, MARCH_10 + 9 * DAY, "Order Refunded", order_id="1001")
    shop.advance(MARCH_10 + 90 * DAY)
    assert diary(shop) == []
    assert shop.skipped()["ask"] == "no_consent"


@pytest.mark.parametrize(("wanted", "more"), [(("news", "offers"), 0), (("service",), 3)])
def test_questions_need_the_consent_to_service_and_no_other(
    shop: MemoryWorld, wanted: tuple[str, ...], more: int
) -> None:
    buys(shop, MARCH_10, "1001", APRON)
    shop.advance(MARCH_10 + 14 * DAY)
    anna = Visitor(shop.simulation)
    page = anna.sends("preferences", anna.link("preferences"), action="save", email=wanted, often="any")
    assert set(page.ticked("email")) == set(wanted)
    buys(shop, MARCH_10 + 15 * DAY, "1002", APRON)
    shop.advance(MARCH_10 + 90 * DAY)
    assert len(diary(shop)) == 1 + more


REWARDS = {
    "de": ("Gutschein", "Rabatt", "%", "Punkte", "geschenkt", "Code"),
    "en": ("voucher", "coupon", "discount", "%", "points", "gift", "code"),
}


@pytest.mark.parametrize("locale", REWARDS)
def test_no_reward_is_offered_for_a_review(shop: MemoryWorld, locale: str) -> None:
    """In none of the mails, neither for asking nor for answering."""
    for who in ("ben", "cleo", "dora"):
        shop.batch(identify(who, MARCH_10, locale=locale))
        buys(shop, MARCH_10, f"of {who}", APRON, who=who)
    reviews(shop, MARCH_10 + DAY, "of cleo", 5, who="cleo")
    reviews(shop, MARCH_10 + DAY, "of dora", 1, who="dora")
    shop.advance(MARCH_10 + 40 * DAY)
    assert [line.split(" ", 2)[2] for line in diary(shop)] == ["cleo thanks", "dora remedy", "ben ask", "ben again"]
    for number, mail in enumerate(shop.simulation.mailer.sent):
        html = mail_of(mail.mime, "html")
        assert f'lang="{locale}"' in html
        seen = mail_text(shop, number) + re.sub(r"(?s)<style.*?</style>|<!--.*?-->|<.*?>", " ", html)
        assert [word for word in REWARDS[locale] if word.lower() in seen.lower()] == []
