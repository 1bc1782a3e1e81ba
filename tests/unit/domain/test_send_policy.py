"""The last look: what may leave, what comes later, what never leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from anlass.domain.consent import Consent, Grant
from anlass.domain.enrolment import MERGED, RESTARTED, Enrolment
from anlass.domain.journey import Journey
from anlass.domain.profile import Caps
from anlass.domain.send import Send, message_facts, split_message_id
from anlass.domain.send_policy import SOON, Allowed, Deferred, Skipped, Verdict, decide_send

from tests.builders import DAY, HOUR, MINUTE, NOON, a_consent, a_journey, a_send, an_enrolment, heard, some_caps
from tests.unit.domain.running import goal, out

ANNA = "anna@shop.example"
LIMITS = {"email": {"day": 2, "week": 6}}
EXITS = a_journey(exits=(out("Order Completed"),), goal=goal("Email Link Clicked"))


def looks(
    send: Send | None = None,
    enrolment: Enrolment | None = None,
    *siblings: Send,
    journey: Journey | None = EXITS,
    purpose: Any = "marketing",
    address: str | None = ANNA,
    consent: Consent | None = None,
    caps: Caps | None = None,
    limits: Any = LIMITS,
    now: datetime = NOON,
) -> Verdict:
    send = send or a_send()
    return decide_send(
        send,
        enrolment or an_enrolment(seq=1),
        (send, *siblings),
        journey,
        purpose,
        address,
        consent or a_consent(),
        caps,
        limits,
        now,
    )


def test_a_message_to_somebody_who_wants_it_leaves() -> None:
    assert looks() == Allowed()


class TestIsSkipped:
    def test_without_its_enrolment_or_its_journey(self) -> None:
        gone = Skipped("enrolment_gone")
        args: Any = ((), None, "marketing", ANNA, a_consent(), None, {}, NOON)
        assert decide_send(a_send(), None, (), EXITS, *args[2:]) == gone
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
        caps = some_caps(sends={"a": ("email", NOON, "cart"), "b": ("email", NOON, "cart")})
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
        return some_caps(sends={f"s{n}": (channel, NOON - age, "cart") for n, age in enumerate(ages)})

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
        caps = some_caps(sends={a_send().id: ("email", NOON, "cart"), "other": ("email", NOON, "cart")})
        assert looks(caps=caps) == Allowed()

    def test_that_are_none_hold_back_nothing(self) -> None:
        many = self.sends(*[HOUR] * 50)
        assert looks(caps=many, limits={}) == Allowed()
        assert looks(caps=many, limits={"email": {}}) == Allowed()
        assert looks(caps=many, limits={"sms": {"day": 1}}) == Allowed()

    def test_do_not_hold_back_what_is_transactional(self) -> None:
        assert looks(caps=self.sends(HOUR, HOUR), purpose="transactional") == Allowed()


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
