"""The last look over anything that may be: no hard rule is ever passed, and whoever waits does not wait in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from anlass.domain.consent import ALL_TOPICS, Consent, Grant
from anlass.domain.enrolment import cancellation
from anlass.domain.profile import Departure
from anlass.domain.quiet_hours import QuietHours, quiet_at
from anlass.domain.send_caps import journey_limits, settings_limits
from anlass.domain.send_policy import Allowed, Deferred, Situation, Skipped, decide_send, look_of, occasion_of
from anlass.domain.sending_rules import CountryRules, SendingRules, Whereabouts
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DAY, HOUR, MINUTE, NOON, a_journey, a_send, an_enrolment, heard, some_caps
from tests.contract.any_row import patient

ANNA = "anna@shop.example"
CHANNELS = ("email", "sms")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "Europe/London",
        "America/Havana",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "Pacific/Chatham",
        "UTC",
    )
]
ages = st.integers(0, 9 * 24 * 60).map(lambda n: n * MINUTE)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
hours = st.builds(QuietHours, times, times, st.booleans(), st.booleans()).filter(lambda h: h.start != h.end)
windows = st.fixed_dictionaries({}, optional={"day": st.integers(0, 3), "week": st.integers(0, 6)})
caps = st.dictionaries(st.sampled_from([*CHANNELS, "all"]), windows, max_size=3)
holidays = st.frozensets(st.integers(0, 12), max_size=4)
grants = st.builds(
    Grant,
    st.sampled_from([ANNA, "other@shop.example"]),
    st.sampled_from(["offers", "news", ALL_TOPICS]),
    st.sampled_from(["granted", "withdrawn"]),
    ages.map(lambda age: NOON - age),
    st.sampled_from(["shop", "person"]),
    st.just("somewhere"),
    st.sampled_from(["consent", "existing-customer"]),
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    row = an_enrolment(
        seq=2,
        exit_seq=draw(st.sampled_from([None, None, None, 1, 2])),
        is_held_out=draw(st.sampled_from([False] * 5 + [True])),
        entry=heard(id=draw(st.sampled_from(["m-1", "m-2"]))),
    )
    consent = Consent("u:anna", "email")
    for grant in draw(st.lists(grants, max_size=4)):
        consent = consent.states(grant)
    wish = draw(st.none() | ages.map(lambda age: NOON + age - 2 * DAY))
    left = st.builds(
        Departure,
        st.sampled_from(CHANNELS),
        ages.map(lambda age: NOON - age),
        st.sampled_from(["cart", "other"]),
        st.sampled_from(["reminder", "another"]),
        st.sampled_from([occasion_of(row), "other"]),
        st.sampled_from(["marketing", "confirmation"]),
    )
    days = draw(holidays)
    return Situation(
        a_send(
            created_seq=draw(st.integers(1, 2)),
            not_after=NOON + draw(ages) - HOUR,
            until=draw(st.none() | ages.map(lambda age: NOON + age - 4 * DAY)),
        ),
        draw(st.sampled_from([row] * 5 + [None])),
        replace(a_journey(), caps=draw(caps)),
        draw(st.sampled_from(["marketing", "marketing", "transactional", "confirmation"])),
        draw(st.sampled_from([ANNA, ANNA, ANNA, "other@shop.example", None])),
        replace(consent, paused_until=wish, at_most_weekly=draw(st.booleans())),
        some_caps(sends={f"s{n}.x.1": one for n, one in enumerate(draw(st.lists(left, max_size=6)))}),
        SendingRules(
            draw(caps),
            draw(st.dictionaries(st.sampled_from(CHANNELS), hours, max_size=2)),
            draw(st.dictionaries(st.sampled_from(["DE", "AT"]), st.builds(CountryRules, st.none() | st.booleans()))),
        ),
        NOON,
        sunset_at=draw(st.sampled_from([None, None, None, NOON - DAY])),
        place=Whereabouts(
            draw(st.sampled_from(ZONES)),
            draw(st.sampled_from(["DE", "AT", None])),
            holiday=lambda day: "a holiday" if (day - date(2026, 3, 1)).days in days else None,
        ),
    )


@st.composite
def waiting(draw: st.DrawFn) -> Situation:
    """Somebody who wants the message, which may be early."""
    situation = draw(situations())
    wanting = Grant(ANNA, ALL_TOPICS, "granted", NOON - DAY, "person", "double opt-in")
    consent = replace(situation.consent or Consent("u:anna", "email"), grants=(wanting,))
    send = replace(situation.send, not_after=NOON + 12 * DAY, created_seq=2)
    row = replace(situation.enrolment or an_enrolment(seq=2), is_held_out=False, exit_seq=None)
    more: Any = {"purpose": "marketing", "address": ANNA, "sunset_at": None}
    return replace(situation, send=send, enrolment=row, consent=consent, **more)


def hard_noes(s: Situation) -> list[str]:
    """Written once more, plainly: what forbids this message now."""
    found = []
    if s.enrolment is None or s.journey is None:
        return ["nobody is in this journey"]
    if cancellation(s.enrolment, s.send.created_seq) or s.enrolment.is_held_out:
        found.append("it is cancelled")
    if s.now > s.send.not_after or (s.send.until is not None and s.now < s.send.until):
        found.append("it is not the time")
    if s.address is None:
        found.append("there is no address")
    if s.purpose == "marketing" and s.address is not None:
        grounds = {g.basis for g in s.consent.grants if g.status == "granted"} if s.consent else set()
        if s.consent is None or not s.consent.allows(s.address, s.send.topic):
            found.append("there is no ground")
        elif grounds == {"existing-customer"} and not s.rules.sells_to_customers(s.place.country):
            found.append("a sale is no ground there")
        elif s.consent.paused_until is not None and s.now < s.consent.paused_until:
            found.append("the person pauses")
        if s.sunset_at is not None:
            found.append("the sun has set")
        limits = [*settings_limits(s.send, s.rules), *journey_limits(s.send, s.journey)]
        if any(len(each.inside(s.send, s.caps, s.now)) >= each.most for each in limits):
            found.append("a cap is full")
        quiet = s.rules.hours(s.send.channel, s.place.country)
        if quiet is not None and quiet_at(s.now, quiet, s.place.zone, s.place.holiday) is not None:
            found.append("it is quiet there")
    return found


@patient
@given(situations())
def test_nothing_leaves_that_any_hard_rule_forbids(situation: Situation) -> None:
    if decide_send(situation) == Allowed():
        assert hard_noes(situation) == []


@patient
@given(situations() | waiting())
def test_what_comes_later_comes_after_now_and_is_not_put_off_again_for_the_same_reason(situation: Situation) -> None:
    verdict = decide_send(situation)
    if not isinstance(verdict, Deferred):
        return
    assert verdict.until > situation.now
    assert verdict.reason == "not_yet" or verdict.until <= situation.send.not_after
    again = decide_send(replace(situation, now=verdict.until, send=replace(situation.send, until=verdict.until)))
    if verdict.reason == "not_yet":
        assert not isinstance(again, Deferred) or again.reason != "not_yet"
    else:
        assert isinstance(again, Allowed | Skipped), again


@patient
@given(situations())
def test_every_look_can_be_kept_and_names_nobody(situation: Situation) -> None:
    look = look_of(decide_send(situation), situation.now)
    assert all(isinstance(value, str | int | float | bool | list | None) for value in look.facts.values())
    assert "@" not in str(look.facts)


@patient
@given(moments, hours, st.sampled_from(ZONES), holidays)
def test_a_release_is_later_than_now_and_never_quiet_itself(
    now: datetime, hours: QuietHours, zone: ZoneInfo, days: frozenset[int]
) -> None:
    def holiday(day: date) -> Any:
        return "a holiday" if (day - now.date()).days in days else None

    quiet = quiet_at(now, hours, zone, holiday)
    local = now.astimezone(zone)
    if quiet is None:
        assert not (hours.sundays and local.isoweekday() == 7)
        assert not (hours.holidays and holiday(local.date()))
        return
    assert now < quiet.until < now + timedelta(days=20)
    assert quiet_at(quiet.until, hours, zone, holiday) is None


@patient
@given(st.sampled_from(ZONES), st.integers(2001, 2036), st.integers(0, 366), times)
def test_no_hour_of_two_days_is_released_into_quiet_hours_whatever_the_clock_does(
    zone: ZoneInfo, year: int, day: int, end: time
) -> None:
    """Three quarters by three quarters, any two days of any year."""
    start = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day)
    quiet = QuietHours(time(20), end, sundays=False) if end != time(20) else QuietHours(time(20), time(9))
    for quarter in range(0, 48 * 4, 3):
        now = start + quarter * timedelta(minutes=15)
        found = quiet_at(now, quiet, zone, lambda _: None)
        if found is not None:
            assert now < found.until
            assert quiet_at(found.until, quiet, zone, lambda _: None) is None
