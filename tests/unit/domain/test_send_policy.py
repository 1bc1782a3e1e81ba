"""The last look: what may leave, what comes later, what never leaves. Without any of the rules one of these fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from anlass.domain.brake import Brake
from anlass.domain.consent import Consent, Grant
from anlass.domain.enrolment import MERGED, RESTARTED, Enrolment
from anlass.domain.journey import Journey
from anlass.domain.profile import Caps, Departure
from anlass.domain.quiet_hours import QuietHours
from anlass.domain.send import LOOKS, Look, Send, message_facts, split_message_id
from anlass.domain.send_policy import (
    SOON,
    Allowed,
    Deferred,
    Held,
    Situation,
    Skipped,
    Verdict,
    decide_send,
    look_of,
    occasion_of,
)
from anlass.domain.sending_rules import CountryRules, SendingRules, Whereabouts

from tests.builders import DAY, HOUR, MINUTE, NOON, a_consent, a_journey, a_send, an_enrolment, heard, some_caps
from tests.unit.domain.running import goal, out

ANNA = "anna@shop.example"
LIMITS = {"email": {"day": 2, "week": 6}}
EXITS = a_journey(exits=(out("Order Completed"),), goal=goal("Email Link Clicked"))
BERLIN = Whereabouts(ZoneInfo("Europe/Berlin"), "DE", "DE-SH")
NIGHT = {"email": QuietHours(time(20), time(9))}
UNSET: Any = object()


def looks(
    send: Send | None = None,
    enrolment: Enrolment | None = None,
    *siblings: Send,
    journey: Journey | None = EXITS,
    purpose: Any = "marketing",
    address: str | None = ANNA,
    consent: Consent | None = UNSET,
    caps: Caps | None = None,
    limits: Any = LIMITS,
    quiet: Any = None,
    countries: Any = None,
    now: datetime = NOON,
    **more: Any,
) -> Verdict:
    send = send or a_send()
    situation = Situation(
        send,
        enrolment or an_enrolment(seq=1),
        journey,
        purpose,
        address,
        a_consent() if consent is UNSET else consent,
        caps,
        SendingRules(limits, quiet or {}, countries or {}),
        now,
        (send, *siblings),
        **{"place": BERLIN, **more},
    )
    return decide_send(situation)


def left(ages: Iterable[timedelta], channel: str = "email", journey: str = "cart", **more: Any) -> Caps:
    """What left so long before noon."""
    sends = {f"s{n}.x.1": Departure(channel, NOON - age, journey, f"t{n}", **more) for n, age in enumerate(ages)}
    return some_caps(sends=sends)


def test_a_message_to_somebody_who_wants_it_leaves() -> None:
    assert looks() == Allowed()


class TestIsSkipped:
    def test_without_its_enrolment_or_its_journey(self) -> None:
        gone = Skipped("enrolment_gone")
        nobody = Situation(a_send(), None, EXITS, "marketing", ANNA, a_consent(), None, SendingRules(), NOON)
        assert decide_send(nobody) == gone
        assert looks(journey=None) == gone
        assert looks(enrolment=an_enrolment(status="quarantined")) == gone

    @pytest.mark.parametrize(("outcome", "reason"), [("exit", "exited"), ("merged", "exited"), ("goal", "goal")])
    def test_after_an_exit_if_it_was_made_before(self, outcome: str, reason: Any) -> None:
        left = an_enrolment(exit_seq=2, outcome=outcome)
        assert looks(a_send(created_seq=1), left) == Skipped(reason)
        assert looks(a_send(created_seq=2), left) == Allowed(), "the thank-you leaves"

    def test_after_an_exit_whatever_it_is_for(self) -> None:
        assert looks(enrolment=an_enrolment(exit_seq=2), purpose="transactional") == Skipped("exited")

    def test_after_an_exit_even_if_it_was_to_leave_later(self) -> None:
        assert looks(a_send(until=NOON + HOUR), an_enrolment(exit_seq=2)) == Skipped("exited")

    def test_when_it_is_stale(self) -> None:
        assert looks(a_send(not_after=NOON)) == Allowed()
        assert looks(a_send(not_after=NOON), now=NOON + timedelta(seconds=1)) == Skipped("stale")

    @pytest.mark.parametrize("purpose", ["marketing", "transactional"])
    def test_without_an_address(self, purpose: str) -> None:
        assert looks(address=None, purpose=purpose) == Skipped("no_address")

    def test_without_consent(self) -> None:
        withdrawn = a_consent(grants=(Grant(ANNA, "offers", "withdrawn", NOON, "person", "link"),))
        assert looks(consent=withdrawn) == Skipped("no_consent")
        assert looks(consent=Consent("u:anna", "email")) == Skipped("no_consent")
        assert looks(address="other@shop.example") == Skipped("no_consent")
        assert looks(consent=withdrawn, purpose="transactional") == Allowed()

    def test_where_the_cap_frees_only_when_it_is_stale(self) -> None:
        caps = left([timedelta(0)] * 2)
        assert looks(a_send(not_after=NOON + 23 * HOUR), caps=caps) == Skipped("cap")

    def test_where_nothing_is_allowed_at_all(self) -> None:
        assert looks(caps=some_caps(sends={}), limits={"email": {"day": 0}}) == Skipped("cap")


class TestComesBackSoon:
    @pytest.mark.parametrize("name", ["Order Completed", "Email Link Clicked", MERGED, RESTARTED])
    def test_while_something_decisive_is_being_decided(self, name: str) -> None:
        row = an_enrolment(inbox=(heard(name),))
        assert looks(enrolment=row) == Deferred(NOON + SOON, "inbox", soon=True)
        assert looks(enrolment=row, purpose="transactional") == Deferred(NOON + SOON, "inbox", soon=True)

    def test_while_events_were_missed(self) -> None:
        assert looks(enrolment=an_enrolment(catch_up=True)) == Deferred(NOON + SOON, "inbox", soon=True)

    def test_not_for_what_decides_nothing(self) -> None:
        assert looks(enrolment=an_enrolment(inbox=(heard("Product Viewed"),))) == Allowed()

    def test_until_it_is_stale(self) -> None:
        row = an_enrolment(catch_up=True)
        assert looks(a_send(not_after=NOON - MINUTE), row) == Skipped("stale")

    def test_behind_a_message_that_is_just_leaving(self) -> None:
        ahead = a_send(step="zero", status="SENDING")
        assert looks(a_send(created_seq=2), None, ahead) == Deferred(NOON + SOON, "order", soon=True)


class TestComesLater:
    def test_when_it_was_made_to(self) -> None:
        assert looks(a_send(until=NOON + HOUR)) == Deferred(NOON + HOUR, "not_yet")
        assert looks(a_send(until=NOON)) == Allowed()

    def test_behind_a_message_that_leaves_later(self) -> None:
        ahead = a_send(step="zero", until=NOON + HOUR)
        assert looks(a_send(created_seq=2), None, ahead) == Deferred(NOON + HOUR, "order")

    def test_behind_one_that_the_same_advance_made_before_it(self) -> None:
        ahead = a_send(step="zero", until=NOON + HOUR)
        behind = a_send(created_at=NOON + timedelta(microseconds=1))
        assert looks(behind, None, ahead) == Deferred(NOON + HOUR, "order")
        assert looks(replace(ahead, until=None), None, behind) == Allowed()

    @pytest.mark.parametrize("status", ["SENT", "SKIPPED", "UNKNOWN", "FAILED"])
    def test_not_behind_one_that_is_closed(self, status: Any) -> None:
        assert looks(a_send(created_seq=2), None, a_send(step="zero", status=status)) == Allowed()

    def test_not_behind_one_that_was_cancelled(self) -> None:
        """The thank-you does not wait until the reminder's time has come."""
        ahead = a_send(step="zero", created_seq=1, until=NOON + HOUR)
        assert looks(a_send(created_seq=2), an_enrolment(exit_seq=2), ahead) == Allowed()

    def test_not_behind_anything_if_it_is_transactional(self) -> None:
        ahead = a_send(step="zero", until=NOON + HOUR)
        assert looks(a_send(created_seq=2), None, ahead, purpose="transactional") == Allowed()


class TestCaps:
    def sends(self, *ages: timedelta, channel: str = "email") -> Caps:
        return left(ages, channel)

    def test_let_through_what_is_below_them(self) -> None:
        assert looks(caps=self.sends(HOUR)) == Allowed()

    def test_hold_back_until_the_window_has_rolled_on(self) -> None:
        late = a_send(not_after=NOON + 2 * DAY)
        assert looks(late, caps=self.sends(HOUR, 3 * HOUR)) == Deferred(NOON + 21 * HOUR, "cap")
        assert looks(late, caps=self.sends(HOUR, 3 * HOUR), now=NOON + 21 * HOUR) == Allowed()

    def test_hold_back_for_the_longest_of_their_windows(self) -> None:
        late = a_send(not_after=NOON + 9 * DAY)
        week = self.sends(*(6 * DAY - n * HOUR for n in range(5)), HOUR)
        assert looks(late, caps=week) == Deferred(NOON + DAY, "cap")

    def test_look_at_what_has_to_go_before_there_is_room(self) -> None:
        late = a_send(not_after=NOON + 2 * DAY)
        assert looks(late, caps=self.sends(HOUR, 2 * HOUR, 3 * HOUR)) == Deferred(NOON + 22 * HOUR, "cap")

    def test_are_for_each_channel(self) -> None:
        assert looks(caps=self.sends(HOUR, HOUR, channel="sms")) == Allowed()

    def test_do_not_count_the_very_message(self) -> None:
        """It was claimed, released, and is looked at again."""
        caps = some_caps(
            sends={a_send().id: Departure("email", NOON, "cart"), "o.x.1": Departure("email", NOON, "cart")}
        )
        assert looks(caps=caps) == Allowed()

    def test_that_are_none_hold_back_nothing(self) -> None:
        many = self.sends(*[HOUR] * 50)
        assert looks(caps=many, limits={}) == Allowed()
        assert looks(caps=many, limits={"email": {}}) == Allowed()
        assert looks(caps=many, limits={"sms": {"day": 1}}) == Allowed()

    def test_do_not_hold_back_what_is_transactional(self) -> None:
        assert looks(caps=self.sends(HOUR, HOUR), purpose="transactional") == Allowed()


class TestCapsOverAllChannels:
    def test_hold_back_whatever_the_channel_was(self) -> None:
        late = a_send(not_after=NOON + 2 * DAY)
        both = some_caps(sends={**left([HOUR]).sends, "z.x.1": Departure("sms", NOON - 2 * HOUR, "offer")})
        assert looks(late, caps=both, limits={"all": {"day": 2}}) == Deferred(NOON + 22 * HOUR, "cap")
        assert looks(late, caps=both, limits={"email": {"day": 2}, "sms": {"day": 1}}) == Allowed()

    def test_and_those_of_a_channel_hold_back_for_the_longer(self) -> None:
        late = a_send(not_after=NOON + 9 * DAY)
        limits = {"all": {"week": 1}, "email": {"day": 1}}
        assert looks(late, caps=left([HOUR]), limits=limits) == Deferred(NOON + 7 * DAY - HOUR, "cap")

    def test_of_a_journey_count_its_own_messages(self) -> None:
        late = a_send(not_after=NOON + 9 * DAY)
        weekly = replace(EXITS, caps={"all": {"week": 1}})
        assert looks(late, journey=weekly, caps=left([HOUR], "sms")) == Deferred(NOON + 7 * DAY - HOUR, "cap")
        assert looks(late, journey=weekly, caps=left([HOUR], journey="offer")) == Allowed()

    def test_of_a_journey_for_a_channel_count_that_channel(self) -> None:
        late = a_send(not_after=NOON + 9 * DAY)
        daily = replace(EXITS, caps={"email": {"day": 1}})
        assert looks(late, journey=daily, caps=left([HOUR])) == Deferred(NOON + 23 * HOUR, "cap")
        assert looks(late, journey=daily, caps=left([HOUR], "sms")) == Allowed()

    def test_tell_the_rule_and_its_values(self) -> None:
        verdict = looks(a_send(not_after=NOON + 2 * DAY), caps=left([HOUR]), limits={"email": {"day": 1}})
        assert look_of(verdict, NOON).facts == {
            "of": "channel",
            "window": "day",
            "most": 1,
            "left": 1,
            "last": "2026-03-02T11:00:00Z",
            "frees": "2026-03-03T11:00:00Z",
        }


class TestTheGround:
    """Consent for this channel, this address and this topic; or a sale, where that is enough."""

    def grants(self, *said: Grant, **fields: Any) -> Consent:
        return a_consent(grants=said, **fields)

    def test_is_told_with_what_was_said_last_and_when(self) -> None:
        no = Grant(ANNA, "offers", "withdrawn", NOON, "person", "preferences")
        told = look_of(
            looks(consent=self.grants(Grant(ANNA, "*", "granted", NOON - DAY, "shop", "identify"), no)), NOON
        )
        assert (told.outcome, told.reason) == ("skipped", "no_consent")
        assert told.facts == {
            "basis": None,
            "topic": "offers",
            "said": "withdrawn",
            "said_topic": "offers",
            "said_at": "2026-03-02T12:00:00Z",
            "by": "person",
            "source": "preferences",
        }

    def test_that_is_for_another_address_is_none(self) -> None:
        told = look_of(looks(address="new@shop.example"), NOON)
        assert told.facts == {"basis": None, "topic": "offers", "said": None, "of_another_address": True}

    def test_is_none_where_nothing_was_said(self) -> None:
        assert look_of(looks(consent=None), NOON).facts == {"basis": None, "topic": "offers", "said": None}

    @pytest.mark.parametrize(
        ("country", "own", "expected"),
        [
            ("DE", {}, Allowed()),
            ("AT", {}, Skipped("no_consent")),
            ("CH", {}, Skipped("no_consent")),
            (None, {}, Skipped("no_consent")),
            ("AT", {"AT": CountryRules(existing_customers=True)}, Allowed()),
            ("DE", {"DE": CountryRules(existing_customers=False)}, Skipped("no_consent")),
            ("DE", {"DE": CountryRules(quiet_hours={})}, Allowed()),
        ],
    )
    def test_of_a_sale_is_enough_only_where_the_law_and_the_settings_say_so(
        self, country: str | None, own: Any, expected: Verdict
    ) -> None:
        sale = Grant(ANNA, "offers", "granted", NOON, "shop", "order", basis="existing-customer")
        place = replace(BERLIN, country=country)
        assert looks(consent=self.grants(sale), countries=own, place=place) == expected
        assert looks(consent=a_consent(), countries=own, place=place) == Allowed(), "consent is enough everywhere"


class TestAWish:
    """The person wants messages, but not now, or fewer."""

    def test_for_a_pause_holds_back_until_it_is_over(self) -> None:
        pausing = a_consent(paused_until=NOON + 3 * HOUR)
        assert looks(consent=pausing) == Deferred(NOON + 3 * HOUR, "pause")
        assert looks(consent=pausing, now=NOON + 3 * HOUR) == Allowed()

    def test_for_a_pause_outlasts_most_messages(self) -> None:
        assert looks(consent=a_consent(paused_until=NOON + 30 * DAY)) == Skipped("pause")

    def test_for_fewer_lets_one_through_a_week(self) -> None:
        fewer = a_consent(at_most_weekly=True)
        late = a_send(not_after=NOON + 9 * DAY)
        assert looks(late, consent=fewer, caps=left([8 * DAY])) == Allowed()
        assert looks(late, consent=fewer, caps=left([DAY])) == Deferred(NOON + 6 * DAY, "fewer")
        assert looks(consent=fewer, caps=left([DAY])) == Skipped("fewer")

    def test_for_fewer_means_all_channels_together(self) -> None:
        fewer = a_consent(at_most_weekly=True)
        assert looks(consent=fewer, caps=left([DAY], "sms")) == Skipped("fewer")

    @pytest.mark.parametrize("purpose", ["transactional", "confirmation"])
    def test_stops_nothing_but_marketing(self, purpose: str) -> None:
        wishes = a_consent(paused_until=NOON + HOUR, at_most_weekly=True)
        assert looks(consent=wishes, caps=left([DAY]), purpose=purpose) == Allowed()


class TestQuietHours:
    """At the recipient's: Berlin is an hour ahead in winter."""

    EVENING = datetime.combine(date(2026, 3, 2), time(19), tzinfo=NOON.tzinfo)
    MORNING = datetime.combine(date(2026, 3, 3), time(8), tzinfo=NOON.tzinfo)

    def test_hold_back_until_the_morning(self) -> None:
        late = a_send(not_after=NOON + 3 * DAY)
        assert looks(late, quiet=NIGHT, now=self.EVENING - MINUTE) == Allowed()
        assert looks(late, quiet=NIGHT, now=self.EVENING) == Deferred(self.MORNING, "quiet_hours")
        assert looks(late, quiet=NIGHT, now=self.MORNING) == Allowed()

    def test_are_where_the_recipient_is(self) -> None:
        tokyo = replace(BERLIN, zone=ZoneInfo("Asia/Tokyo"))
        assert looks(a_send(not_after=NOON + DAY), quiet=NIGHT, place=tokyo) == Deferred(
            NOON + 12 * HOUR, "quiet_hours"
        )

    def test_may_be_others_in_a_country(self) -> None:
        countries = {"AT": CountryRules(quiet_hours={"email": QuietHours(time(12), time(15))})}
        there = replace(BERLIN, country="AT")
        assert looks(countries=countries, place=there) == Deferred(NOON + 2 * HOUR, "quiet_hours")
        assert looks(countries=countries) == Allowed()

    def test_hold_back_on_a_holiday_and_name_it(self) -> None:
        place = replace(BERLIN, holiday=lambda day: "Ein Feiertag" if day == NOON.date() else None)
        verdict = looks(a_send(not_after=NOON + DAY), quiet=NIGHT, place=place)
        assert verdict == Deferred(self.MORNING, "quiet_hours")
        assert look_of(verdict, NOON).facts == {
            "why": "holiday",
            "local": "2026-03-02T13:00+01:00",
            "country": "DE",
            "region": "DE-SH",
            "holiday": "Ein Feiertag",
            "from": "20:00",
            "until": "09:00",
        }

    def test_that_are_longer_than_anybody_waits_end_the_message(self) -> None:
        short = a_send(not_after=self.EVENING + HOUR)
        assert looks(short, quiet=NIGHT, now=self.EVENING) == Skipped("quiet_hours")

    def test_put_off_what_a_cap_would_let_through_at_night(self) -> None:
        late = a_send(not_after=NOON + 3 * DAY)
        caps = left([HOUR * 15])  # at 22 o'clock yesterday, so the day is over at 22 o'clock
        verdict = looks(late, caps=caps, limits={"email": {"day": 1}}, quiet=NIGHT)
        assert verdict == Deferred(self.MORNING, "cap")

    @pytest.mark.parametrize("purpose", ["transactional", "confirmation"])
    def test_are_passed_by_what_somebody_waits_for(self, purpose: str) -> None:
        verdict = looks(a_send(not_after=NOON + 3 * DAY), quiet=NIGHT, now=self.EVENING, purpose=purpose)
        assert verdict == Allowed()
        assert look_of(verdict, NOON).facts == {"purpose": purpose}

    def test_are_those_of_the_channel(self) -> None:
        assert looks(quiet={"sms": NIGHT["email"]}, now=self.EVENING) == Allowed()


class TestARepeat:
    """The same message id is claimed once; the same words about the same thing leave once, whoever sends them."""

    def caps(self, **fields: Any) -> Caps:
        one = Departure("email", NOON - HOUR, "other", "reminder", occasion_of(an_enrolment(seq=1)))
        return some_caps(sends={"e-2.first.1": replace(one, **fields)})

    def test_of_a_template_for_the_same_occasion_is_skipped(self) -> None:
        verdict = looks(caps=self.caps())
        assert verdict == Skipped("duplicate")
        assert look_of(verdict, NOON).facts == {
            "template": "reminder",
            "message": "e-2.first.1",
            "journey": "other",
            "at": "2026-03-02T11:00:00Z",
        }

    def test_is_none_of_another_template_occasion_or_channel(self) -> None:
        for other in ({"template": "help"}, {"occasion": "another"}, {"channel": "sms"}):
            assert looks(caps=self.caps(**other)) == Allowed()

    def test_within_an_enrolment_is_the_journeys_own_will(self) -> None:
        [one] = self.caps().sends.values()
        assert looks(caps=some_caps(sends={"e-1.zero.1": one})) == Allowed()

    def test_may_be_for_another_line_of_the_same_order(self) -> None:
        first, second = (an_enrolment(entry=heard(properties={"product_id": id_})) for id_ in ("beans", "cups"))
        assert occasion_of(first) != occasion_of(second)
        assert occasion_of(first) == occasion_of(replace(first, id="another"))


class TestOthers:
    def test_who_is_held_out_gets_nothing_whatever_it_is_for(self) -> None:
        out_ = an_enrolment(is_held_out=True)
        for purpose in ("marketing", "transactional"):
            assert looks(enrolment=out_, purpose=purpose) == Skipped("holdout")

    def test_who_did_not_answer_for_long_gets_no_marketing(self) -> None:
        verdict = looks(sunset_at=NOON - DAY)
        assert verdict == Skipped("sunset")
        assert look_of(verdict, NOON).facts == {"since": "2026-03-01T12:00:00Z"}
        assert looks(sunset_at=NOON - DAY, purpose="transactional") == Allowed()

    def test_the_brake_stops_marketing_mails_and_nothing_else(self) -> None:
        on = Brake(is_on=True, at=NOON - HOUR, by="system", why="0.4 %")
        verdict = looks(a_send(not_after=NOON + 3 * DAY), brake=on)
        assert isinstance(verdict, Deferred)
        assert (verdict.reason, verdict.facts) == (
            "brake",
            {"since": "2026-03-02T11:00:00Z", "why": "0.4 %", "scope": "all"},
        )
        assert looks(a_send(not_after=NOON + MINUTE), brake=on) == Skipped("brake")
        assert looks(brake=replace(on, is_on=False)) == Allowed()
        assert looks(brake=on, purpose="transactional") == Allowed()
        assert looks(brake=on, purpose="confirmation") == Allowed()

    def test_a_paused_journey_holds_its_messages_and_what_ended_ends(self) -> None:
        assert looks(is_paused=True) == Held()
        assert looks(enrolment=an_enrolment(exit_seq=2), is_paused=True) == Skipped("exited")
        assert looks(a_send(not_after=NOON - HOUR), is_paused=True) == Skipped("stale")

    def test_an_exit_is_told_with_the_event_that_made_it(self) -> None:
        row = an_enrolment(exit_seq=2, outcome="goal", goal_at=NOON, event=heard("Order Completed"))
        assert look_of(looks(enrolment=row), NOON).facts == {
            "outcome": "goal",
            "event": "Order Completed",
            "event_at": "2026-03-02T12:00:00Z",
            "at": "2026-03-02T12:00:00Z",
        }

    def test_a_confirmation_asks_for_no_consent_and_has_a_cap_of_its_own(self) -> None:
        asking: Any = {"purpose": "confirmation", "consent": None, "sunset_at": NOON - DAY}
        late = a_send(not_after=NOON + 9 * DAY)
        assert looks(**asking, caps=left([HOUR] * 6)) == Allowed(), "marketing takes no room of it"
        assert looks(**asking, caps=left([HOUR] * 3, purpose="confirmation")) == Allowed()
        four = left([HOUR, HOUR, HOUR, DAY], purpose="confirmation")
        assert looks(late, **asking, caps=four) == Deferred(NOON + 6 * DAY, "cap")
        assert looks(**asking, caps=four) == Skipped("cap")
        assert looks(caps=four) == Allowed(), "and takes none of marketing's"

    def test_who_enters_an_address_into_forms_does_not_stop_what_its_owner_asks_about_their_data(self) -> None:
        forged = left([HOUR] * 4, journey="double-opt-in", purpose="confirmation")
        assert looks(purpose="confirmation", caps=forged) == Allowed()

    def test_what_may_leave_says_on_what_ground_and_how_full_the_caps_are(self) -> None:
        assert look_of(looks(caps=left([HOUR])), NOON).facts == {
            "basis": "consent",
            "topic": "offers",
            "said": "granted",
            "said_topic": "*",
            "said_at": "2026-03-02T12:00:00Z",
            "by": "shop",
            "source": "identify",
            "caps": [["channel day", 1, 2], ["channel week", 1, 6]],
        }

    def test_a_row_keeps_its_newest_looks(self) -> None:
        send = a_send()
        for n in range(LOOKS + 3):
            send = send.looked_at(Look(NOON + n * MINUTE, "deferred", "inbox"))
        assert len(send.looks) == LOOKS
        assert (send.looks[0].at, send.looks[-1].at) == (NOON + 3 * MINUTE, NOON + (LOOKS + 2) * MINUTE)


def test_a_message_id_names_its_row_and_nothing_else_does() -> None:
    send = a_send("e-1", "second", 3)
    assert split_message_id(send.id) == ("e-1", send.row)
    for foreign in ("", "4711", "a.b", "a.b.c", "a.b.1.2", "a.b.-1"):
        assert split_message_id(foreign) is None


def test_of_opens_nobody_knows_that_there_were_none() -> None:
    facts = message_facts(a_send(status="SENT", delivered_at=NOON))
    assert (facts.sent, facts.delivered, facts.opened, facts.clicked) == (True, True, None, None)
    assert message_facts(a_send(opened_at=NOON)).opened is True
    assert message_facts(a_send(status="SKIPPED")).skipped
