"""A voucher that is not used: a reminder after a week, one more on its last day, none once it is used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.customer import mail_text
from tests.shipped import a_shop_with_anna, both_worlds, diary, shipped, system
from tests.worlds import DAY, HOUR, MemoryWorld, World, identify

KIEL = ZoneInfo("Europe/Berlin")
SENT = datetime(2026, 3, 2, 14, 30, tzinfo=KIEL).astimezone(UTC)
CONTENT = shipped("coupon-reminder")


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=KIEL).astimezone(UTC)  # type: ignore[misc, arg-type]


def coupon(world: World, at: datetime, who: str = "anna", id_: str = "c-1", **more: Any) -> None:
    properties = {"coupon_id": id_, "code": "MOIN-7K2F", "campaign": "spring-10", "value": 10, **more}
    system(world, "Coupon Sent", at, who, **properties)


shop = a_shop_with_anna(CONTENT, SENT)
world = both_worlds(CONTENT, SENT)


def test_anna_forgets_her_voucher_and_is_reminded_twice_ben_uses_his(world: World) -> None:
    for who in ("anna", "ben"):
        world.batch(identify(who, SENT))
        coupon(world, SENT, who, f"{who}-1", expires_at=local(2026, 3, 31, 23, 59).isoformat())
    system(world, "Coupon Redeemed", SENT + 3 * DAY, "ben", coupon_id="ben-1")
    world.advance(SENT + 60 * DAY)
    assert diary(world) == ["2026-03-10 10:00 anna remind", "2026-03-31 09:00 anna last-day"]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de", ("31. März 2026", "Gültig bis 31. März 2026, 23:59 Uhr", "25,00 €")),
        ("en", ("March 31, 2026", "Valid until March 31, 2026, 11:59", "€25.00")),
    ],
)
def test_the_mail_shows_the_code_and_until_when_it_is_good(
    shop: MemoryWorld, locale: str, words: tuple[str, ...]
) -> None:
    """Each of the two mails does, and has the conditions in the shop's own words."""
    shop.batch(identify("anna", SENT + HOUR, locale=locale))
    ends = local(2026, 3, 31, 23, 59).isoformat()
    coupon(shop, SENT, expires_at=ends, minimum_spend=25, conditions="Nicht auf Maschinen")
    shop.advance(SENT + 60 * DAY)
    for number in range(2):
        subject, _, body = mail_text(shop, number).partition("\n")
        assert words[0] in subject
        assert [each for each in ("MOIN-7K2F", *words, "Nicht auf Maschinen") if each not in body] == []
    assert diary(shop) == ["2026-03-10 10:00 anna remind", "2026-03-31 09:00 anna last-day"]


def test_used_after_the_first_reminder_it_needs_no_second(shop: MemoryWorld) -> None:
    coupon(shop, SENT, expires_at=local(2026, 3, 31, 23, 59).isoformat())
    system(shop, "Coupon Redeemed", SENT + 15 * DAY, "anna", coupon_id="c-1")
    shop.advance(SENT + 60 * DAY)
    assert diary(shop) == ["2026-03-10 10:00 anna remind"]


def test_each_voucher_counts_for_itself(shop: MemoryWorld) -> None:
    coupon(shop, SENT, id_="one")
    coupon(shop, SENT + 2 * DAY, id_="two")
    system(shop, "Coupon Redeemed", SENT + 3 * DAY, "anna", coupon_id="one")
    shop.advance(SENT + 60 * DAY)
    assert diary(shop) == ["2026-03-12 10:00 anna remind"]


def test_a_voucher_without_an_end_is_mentioned_once(shop: MemoryWorld) -> None:
    coupon(shop, SENT)
    shop.advance(SENT + 400 * DAY)
    assert diary(shop) == ["2026-03-10 10:00 anna remind"]


def test_what_has_expired_is_not_brought_up_again(shop: MemoryWorld) -> None:
    ends = SENT + 5 * DAY
    coupon(shop, SENT, expires_at=ends.isoformat())
    system(shop, "Coupon Expired", ends, "anna", coupon_id="c-1")
    shop.advance(SENT + 60 * DAY)
    assert diary(shop) == []


@pytest.mark.parametrize(
    ("sent", "ends", "told"),
    [
        # The last day is the recipient's, also where it is the one on which the clocks change.
        (
            (2026, 3, 10, 8, 0),
            (2026, 3, 29, 23, 59),
            ["2026-03-17 10:00 anna remind", "2026-03-29 09:00 anna last-day"],
        ),
        (
            (2026, 10, 5, 8, 0),
            (2026, 10, 25, 23, 59),
            ["2026-10-12 10:00 anna remind", "2026-10-25 09:00 anna last-day"],
        ),
        (
            (2026, 12, 10, 8, 0),
            (2026, 12, 31, 23, 59),
            ["2026-12-17 10:00 anna remind", "2026-12-31 09:00 anna last-day"],
        ),
        (
            (2028, 2, 15, 8, 0),
            (2028, 2, 29, 23, 59),
            ["2028-02-22 10:00 anna remind", "2028-02-29 09:00 anna last-day"],
        ),
    ],
)
def test_the_last_reminder_comes_on_the_last_day(
    shop: MemoryWorld, sent: tuple[int, ...], ends: tuple[int, ...], told: list[str]
) -> None:
    coupon(shop, local(*sent), expires_at=local(*ends).isoformat())
    shop.advance(local(*ends) + 30 * DAY)
    assert diary(shop) == told


def test_in_tokyo_the_reminder_comes_at_ten_too(shop: MemoryWorld) -> None:
    shop.batch(identify("kenji", SENT + HOUR, timezone="Asia/Tokyo"))
    coupon(shop, SENT + HOUR, "kenji")
    shop.advance(SENT + 10 * DAY)
    assert diary(shop, "Asia/Tokyo") == ["2026-03-10 10:00 kenji remind"]
