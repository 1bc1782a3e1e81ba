"""An enrolment on its way: waits, answers, exits, the goal, and messages that take their time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import pytest
from anlass.domain.condition import Compare, HistoryNeed, MessageIs, compile_condition
from anlass.domain.engine import CLOSED, CLOSING_CHECK, Decision, advance
from anlass.domain.enrolment import HEARD, MERGED, RESTARTED, SWEEP_AFTER, Heard
from anlass.domain.errors import BrokenDefinition
from anlass.domain.journey import TEST_PACE, Listening
from anlass.domain.step import Ask, Goto, Moment, Move
from anlass.language.steps.branch import BranchRun, Way
from anlass.language.steps.exit import ExitRun

from tests.builders import DAY, HOUR, MINUTE, NOON, heard
from tests.unit.domain.running import Running, goal, in_hours, out, program, running, send, wait, wait_for

BOUGHT = out("Order Completed", "thanks")
REMINDERS = (send("first", "pause"), wait("pause", DAY, "second"), send("second"), send("thanks"))


def bought(hours: float = 1, id_: str = "order", **properties: object) -> Heard:
    return heard("Order Completed", in_hours(hours), id=id_, properties=properties)


class TestAJourneyWithoutAnythingInBetween:
    def test_sends_waits_sends_and_is_done(self) -> None:
        anna = running(program(*REMINDERS))
        anna.advance()
        assert anna.sent() == ["first"]
        anna.close("first")
        anna.advance(in_hours(24))
        assert anna.sent() == ["first", "second"]
        assert anna.row.status == "closing"
        anna.close("second").advance()
        assert (anna.row.status, anna.row.outcome) == ("done", "finished")
        assert (anna.row.due, anna.row.sweep_at, anna.row.awaits) == (None, None, frozenset())

    def test_of_no_steps_is_done_at_once(self) -> None:
        anna = running(program())
        anna.advance()
        assert (anna.row.status, anna.row.outcome, anna.row.seq) == ("done", "finished", 1)

    def test_ends_with_the_word_of_its_exit_step(self) -> None:
        anna = running(program(ExitRun("out", "not interested")))
        anna.advance()
        assert (anna.row.status, anna.row.outcome) == ("done", "not interested")

    def test_is_looked_after_by_the_sweeper_soon_after_it_is_due(self) -> None:
        anna = running(program(wait("pause", DAY)))
        anna.advance()
        assert anna.row.due == NOON + DAY
        assert anna.row.sweep_at == NOON + DAY + SWEEP_AFTER

    def test_in_test_days_pass_as_minutes(self) -> None:
        anna = running(program(wait("pause", DAY)), pace=TEST_PACE)
        anna.advance()
        assert anna.row.due == NOON + MINUTE

    def test_forgets_failed_attempts_once_one_succeeds(self) -> None:
        anna = running(program(wait("pause", DAY)), attempts=3)
        anna.advance()
        assert anna.row.attempts == 0


class TestAnAdvance:
    def test_before_the_time_changes_nothing(self) -> None:
        anna = running(program(wait("pause", DAY)))
        anna.advance()
        before = anna.row
        assert not anna.advance(in_hours(23.9)).changed
        assert anna.row is before

    def test_is_done_once_however_often_it_runs(self) -> None:
        anna = running(program(*REMINDERS))
        assert anna.advance().changed
        again = anna.advance()
        assert not again.changed
        assert not again.sends

    def test_raises_the_seq_once(self) -> None:
        anna = running(program(wait("a", HOUR, "b"), wait("b", HOUR)))
        anna.advance()
        assert anna.row.seq == 1
        anna.advance(in_hours(1))
        assert anna.row.seq == 2

    @pytest.mark.parametrize("status", ["done", "quarantined"])
    def test_of_a_row_that_rests_changes_nothing(self, status: str) -> None:
        anna = running(program(*REMINDERS), status=status, inbox=(heard("Order Completed"),))
        assert not anna.advance(in_hours(99)).changed

    def test_of_a_step_that_is_gone_names_the_step_and_the_version(self) -> None:
        anna = running(program(*REMINDERS), step="vanished")
        with pytest.raises(BrokenDefinition, match="journey cart version v1 has no step vanished"):
            anna.advance()

    def test_that_runs_in_circles_stops(self) -> None:
        @dataclass(frozen=True)
        class Round:
            id: str
            next: str
            after_send: ClassVar[bool] = False

            def run(self, moment: Moment) -> Move:
                return Goto(self.next)

        anna = running(program(Round("a", "b"), Round("b", "a")))
        with pytest.raises(BrokenDefinition, match="runs in circles"):
            anna.advance()

    def test_of_messages_made_together_keeps_their_order(self) -> None:
        anna = running(program(send("a", "b"), send("b", "c"), send("c")))
        made = anna.advance().sends
        assert [each.step for each in sorted(made, key=lambda s: (s.created_seq, s.created_at))] == ["a", "b", "c"]
        assert len({(each.created_seq, each.created_at) for each in made}) == 3


class TestAWaitAfterAMessage:
    def test_starts_when_the_message_has_left(self) -> None:
        anna = running(program(*REMINDERS))
        anna.advance()
        anna.close("first", at=in_hours(10))
        anna.advance(in_hours(24))
        assert anna.sent() == ["first"]
        assert anna.row.due == in_hours(34)

    def test_of_minutes_in_the_queue_takes_no_second_park(self) -> None:
        anna = running(program(*REMINDERS))
        anna.advance()
        anna.close("first", at=NOON + 14 * MINUTE)
        anna.advance(in_hours(24))
        assert anna.sent() == ["first", "second"]

    def test_goes_on_as_long_as_the_message_is_held_up(self) -> None:
        anna = running(program(*REMINDERS))
        anna.advance()
        anna.advance(in_hours(24))
        assert anna.sent() == ["first"]
        assert anna.row.due == in_hours(48)

    def test_that_is_over_before_the_message_has_left_is_woken_by_it(self) -> None:
        """A date that is past: it must not look every second whether the message has left by now."""
        anna = running(program(send("first", "past"), wait("past", timedelta(0), "second"), send("second")))
        anna.advance()
        assert (anna.row.due, anna.is_woken_by_a_close) == (NOON + CLOSING_CHECK, True)
        assert not anna.advance(NOON + MINUTE).changed
        anna.close("first").advance()
        assert anna.sent() == ["first", "second"]

    def test_starts_when_it_was_skipped(self) -> None:
        anna = running(program(*REMINDERS))
        anna.advance()
        anna.close("first", "SKIPPED")
        anna.advance(in_hours(24))
        assert anna.sent() == ["first", "second"]


def clicked() -> BranchRun:
    ways = (Way(compile_condition(MessageIs("first", "clicked")), "help"),)
    return BranchRun("branch", None, ways, "second", frozenset())


BRANCHING = (send("first", "branch"), clicked(), send("help"), send("second"))


class TestABranchAfterAMessage:
    def test_waits_for_the_message_and_is_woken_by_it(self) -> None:
        anna = running(program(*BRANCHING))
        anna.advance()
        assert anna.row.step == "branch"
        assert anna.is_woken_by_a_close
        assert not anna.advance(in_hours(0.9)).changed
        anna.close("first").advance()
        assert anna.sent() == ["first", "second"]

    def test_looks_again_every_hour_in_case_that_nobody_said_so(self) -> None:
        anna = running(program(*BRANCHING))
        anna.advance()
        assert anna.row.due == NOON + CLOSING_CHECK
        anna.advance(in_hours(1))
        assert (anna.row.due, anna.sent()) == (in_hours(1) + CLOSING_CHECK, ["first"])

    def test_looks_again_after_a_message_that_leaves_later(self) -> None:
        anna = running(program(*BRANCHING))
        anna.sends = {"S#first#1": anna.advance().sends[0]}
        anna.sends["S#first#1"] = replace(anna.sends["S#first#1"], until=in_hours(20))
        anna.advance(in_hours(1))
        assert anna.row.due == in_hours(20) + CLOSING_CHECK

    def test_asks_for_facts_only_when_it_is_reached(self) -> None:
        anna = running(program(*BRANCHING))
        anna.advance()
        assert not anna.asked
        anna.close("first").advance()
        assert len(anna.asked) == 1

    def test_sees_what_the_message_led_to(self) -> None:
        anna = running(program(*BRANCHING))
        anna.advance()
        anna.close("first")
        [row] = anna.sends
        anna.sends[row] = replace(anna.sends[row], clicked_at=NOON)
        anna.advance()
        assert anna.sent() == ["first", "help"]

    def test_asks_for_the_past_that_its_conditions_count(self) -> None:
        needs = frozenset({HistoryNeed("Product Viewed", DAY)})
        asking = BranchRun("branch", None, (), None, frozenset({"Product Viewed"}))
        journey = program(asking, asks=needs)
        assert advance(journey, running(journey).row, {}, NOON) == Ask(needs)

    def test_sees_entry_event_and_profile(self) -> None:
        ways = (
            Way(compile_condition(Compare("entry.properties.category", "eq", "tea")), "tea"),
            Way(compile_condition(Compare("profile.plan", "eq", "gold")), "gold"),
        )
        journey = program(BranchRun("branch", None, ways, None, frozenset()), send("tea"), send("gold"))
        tea = running(journey, entry=heard(properties={"category": "tea"}))
        tea.advance()
        assert tea.sent() == ["tea"]
        gold = running(journey)
        gold.advance(facts={"profile": {"plan": "gold"}})
        assert gold.sent() == ["gold"]


class TestAnExit:
    def test_leaves_the_steps_for_its_own_and_fires_once(self) -> None:
        anna = running(program(*REMINDERS, exits=(BOUGHT,)))
        anna.advance()
        anna.close("first")
        anna.hear(bought(1)).advance(in_hours(1))
        assert anna.sent() == ["first", "thanks"]
        anna.hear(bought(1.5, "another")).advance(in_hours(2))
        anna.close("thanks").advance(in_hours(3))
        assert anna.sent() == ["first", "thanks"]
        assert (anna.row.status, anna.row.outcome) == ("done", "exit")

    def test_begins_a_path_of_its_own_where_nothing_was_sent_yet(self) -> None:
        """An answer to a message of the path that was left is no answer here."""
        asked = wait_for("asked", DAY, {"Product Viewed": "thanks"})
        anna = running(program(*REMINDERS, asked, exits=(out("Order Completed", "asked"),)))
        anna.advance()
        anna.close("first")
        viewed, bought_it = heard("Product Viewed", in_hours(1), id="view"), bought(2)
        anna.hear(viewed, bought_it).advance(in_hours(2))
        assert anna.sent() == ["first"]
        anna.hear(heard("Product Viewed", in_hours(3), id="another")).advance(in_hours(3))
        assert anna.sent() == ["first", "thanks"]

    def test_cancels_the_messages_made_before_and_not_its_own(self) -> None:
        anna = running(program(*REMINDERS, exits=(BOUGHT,)))
        anna.advance()
        anna.hear(bought(1)).advance(in_hours(1))
        assert anna.row.exit_seq is not None
        before = {each.step: each.created_seq < anna.row.exit_seq for each in anna.sends.values()}
        assert before == {"first": True, "thanks": False}

    def test_wakes_as_long_as_it_has_not_fired(self) -> None:
        anna = running(program(*REMINDERS, wait("later", DAY), exits=(out("Order Completed", "later"),)))
        anna.advance()
        assert "Order Completed" in anna.row.awaits
        anna.hear(bought(1)).advance(in_hours(1))
        assert "Order Completed" not in anna.row.awaits

    def test_that_nobody_else_may_have_is_chosen_by_where(self) -> None:
        big = compile_condition(Compare("event.properties.total", "gte", 100))
        anna = running(program(*REMINDERS, exits=(out("Order Completed", where=big),)))
        anna.hear(bought(1, total=99)).advance(in_hours(1))
        assert anna.row.outcome is None
        anna.hear(bought(2, "big", total="100.00")).advance(in_hours(2))
        assert anna.row.outcome == "exit"

    def test_matches_a_property_of_the_entry(self) -> None:
        same = out("Order Cancelled", match=(("order_id", "entry.properties.order_id"),))
        anna = running(program(*REMINDERS, exits=(same,)), entry=heard(properties={"order_id": 7}))
        cancelled = heard("Order Cancelled", in_hours(1), id="c1", properties={"order_id": "8"})
        anna.hear(cancelled).advance(in_hours(1))
        assert anna.row.outcome is None
        anna.hear(replace(cancelled, id="c2", properties={"order_id": "7"})).advance(in_hours(1))
        assert anna.row.outcome == "exit"

    def test_matches_nothing_that_is_missing(self) -> None:
        same = out("Order Cancelled", match=(("order_id", "entry.properties.order_id"),))
        anna = running(program(*REMINDERS, exits=(same,)))
        anna.hear(heard("Order Cancelled", in_hours(1))).advance(in_hours(1))
        assert anna.row.outcome is None

    def test_is_not_taken_by_the_event_that_enrolled(self) -> None:
        journey = program(*REMINDERS, exits=(out("Product Added"),))
        anna = running(journey, entry=heard("Product Added", id="m1"))
        anna.hear(heard("Product Added", id="m1")).advance()
        assert anna.row.outcome is None
        anna.hear(heard("Product Added", id="m2")).advance()
        assert anna.row.outcome == "exit"

    def test_is_not_taken_by_what_was_done_before_entering(self) -> None:
        anna = running(program(*REMINDERS, exits=(BOUGHT,)))
        anna.hear(bought(-1)).advance(in_hours(1))
        assert anna.row.outcome is None

    def test_is_taken_by_an_event_that_arrives_late(self) -> None:
        anna = running(program(*REMINDERS, exits=(BOUGHT,)))
        anna.hear(replace(bought(1), late=True)).advance(in_hours(72))
        assert anna.row.outcome == "exit"

    def test_with_steps_that_wait_counts_from_what_happened_and_not_from_the_step_that_was_left(self) -> None:
        """The old wait began days ago; nobody may be written to at once because of that."""
        ask = (wait("week", 7 * DAY, "review"), send("review"))
        anna = running(program(wait("long", 30 * DAY), *ask, exits=(out("Order Completed", "week"),)))
        anna.advance()
        anna.hear(bought(240)).advance(in_hours(240))
        assert anna.sent() == []
        assert anna.row.due == in_hours(240) + 7 * DAY
        anna.advance(in_hours(240) + 7 * DAY)
        assert anna.sent() == ["review"]

    def test_shows_its_steps_the_event_that_opened_them(self) -> None:
        anna = running(program(*REMINDERS, exits=(BOUGHT,)))
        anna.hear(bought(1, total=5)).advance(in_hours(1))
        assert anna.row.event is not None
        assert anna.row.event.properties == {"total": 5}

    def test_takes_the_first_of_several_by_the_events_times_and_not_by_their_arrival(self) -> None:
        journey = program(*REMINDERS, exits=(BOUGHT, out("Cart Emptied")))
        anna = running(journey)
        anna.hear(bought(2), heard("Cart Emptied", in_hours(1))).advance(in_hours(3))
        assert anna.sent() == []
        ben = running(journey)
        ben.hear(heard("Cart Emptied", in_hours(2)), bought(1)).advance(in_hours(3))
        assert ben.sent() == ["thanks"]

    def test_may_come_while_messages_are_still_on_their_way(self) -> None:
        anna = running(program(send("first"), send("thanks"), exits=(BOUGHT,)))
        anna.advance()
        assert anna.row.status == "closing"
        assert "Order Completed" in anna.row.awaits
        anna.hear(bought(1)).advance(in_hours(1))
        assert anna.sent() == ["first", "thanks"]
        assert anna.row.outcome == "exit"
        assert (anna.sends["S#first#1"].status, anna.sends["S#first#1"].reason) == ("SKIPPED", "exited")
        assert anna.row.status == "closing", "the thank-you has not left yet"
        anna.close("thanks").advance()
        assert anna.is_done

    def test_leaves_alone_what_the_provider_is_being_handed_just_now(self) -> None:
        """Who holds the claim settles it; the enrolment waits until then."""
        anna = running(program(send("first"), exits=(out("Order Completed"),)))
        anna.advance()
        anna.sends["S#first#1"] = replace(anna.sends["S#first#1"], status="SENDING", claim="attempt-1")
        decision = anna.hear(bought(1)).advance(in_hours(1))
        assert decision.cancelled == ()
        assert (anna.row.status, anna.row.outcome) == ("closing", "exit")
        anna.close("first").advance()
        assert anna.is_done


class TestEventsAboutMessages:
    def clicked(self, message: str) -> Heard:
        return heard("Email Link Clicked", in_hours(1), id=f"click {message}", properties={"message_id": message})

    def test_count_for_any_message_of_this_enrolment(self) -> None:
        anna = running(program(*REMINDERS, exits=(out("Email Link Clicked"),)))
        anna.hear(self.clicked("e-1.first.1")).advance(in_hours(1))
        assert anna.row.outcome == "exit"

    def test_of_another_journey_do_not_count(self) -> None:
        anna = running(program(*REMINDERS, exits=(out("Email Link Clicked"),)))
        anna.hear(self.clicked("e-2.first.1")).advance(in_hours(1))
        assert anna.row.outcome is None

    def test_that_a_shop_numbers_itself_count(self) -> None:
        anna = running(program(*REMINDERS, exits=(out("Email Link Clicked"),)))
        anna.hear(self.clicked("4711")).advance(in_hours(1))
        assert anna.row.outcome == "exit"

    def test_tell_of_one_who_unsubscribes_from_all_of_them(self) -> None:
        anna = running(program(*REMINDERS, exits=(out("Unsubscribed"),)))
        gone = heard("Unsubscribed", in_hours(1), properties={"message_id": "e-2.first.1"})
        anna.hear(gone).advance(in_hours(1))
        assert anna.row.outcome == "exit"


class TestTheGoal:
    def test_ends_the_journey(self) -> None:
        anna = running(program(*REMINDERS, goal=goal("Order Completed")))
        anna.advance()
        anna.close("first").hear(bought(1)).advance(in_hours(1))
        assert (anna.row.status, anna.row.outcome, anna.row.goal_at) == ("done", "goal", in_hours(1))

    def test_that_is_an_exit_too_takes_the_exits_steps(self) -> None:
        anna = running(program(*REMINDERS, goal=goal("Order Completed"), exits=(BOUGHT,)))
        anna.hear(bought(1)).advance(in_hours(1))
        assert anna.sent() == ["thanks"]
        assert anna.row.outcome == "goal"

    def test_counts_within_its_time_only(self) -> None:
        journey = program(wait("pause", 30 * DAY), goal=goal("Order Completed", 7 * DAY))
        anna, ben = running(journey), running(journey)
        anna.hear(bought(7 * 24)).advance(in_hours(7 * 24))
        ben.hear(bought(7 * 24 + 1)).advance(in_hours(7 * 24 + 1))
        assert (anna.row.outcome, ben.row.outcome) == ("goal", None)

    def test_in_test_has_minutes_for_days(self) -> None:
        journey = program(wait("pause", 30 * DAY), goal=goal("Order Completed", 7 * DAY))
        anna = running(journey, pace=TEST_PACE)
        anna.hear(heard("Order Completed", NOON + 8 * MINUTE)).advance(NOON + 8 * MINUTE)
        assert anna.row.goal_at is None

    def test_reached_after_an_exit_is_measured_and_changes_nothing_else(self) -> None:
        emptied = out("Cart Emptied", "later")
        anna = running(program(wait("later", 3 * DAY), exits=(emptied,), goal=goal("Order Completed")))
        anna.hear(heard("Cart Emptied", in_hours(1))).advance(in_hours(1))
        anna.hear(bought(2)).advance(in_hours(2))
        assert (anna.row.outcome, anna.row.goal_at, anna.row.step) == ("exit", in_hours(2), "later")


WELCOME = (
    send("mail", "answer"),
    wait_for("answer", 2 * DAY, {"Product Viewed": "seen", "Page Dwelled": None}, late="unseen"),
    send("seen"),
    send("unseen"),
)


def viewed(hours: float, id_: str = "view", late: bool = False) -> Heard:
    return heard("Product Viewed", in_hours(hours), id=id_, late=late)


class TestWaitingForAnAnswer:
    def started(self) -> Running:
        anna = running(program(*WELCOME))
        anna.advance()
        return anna.close("mail")

    def test_goes_on_with_the_first_that_comes(self) -> None:
        anna = self.started()
        assert "Product Viewed" in anna.row.awaits
        anna.hear(viewed(3)).advance(in_hours(3))
        assert anna.sent() == ["mail", "seen"]
        assert anna.row.steps["answer"].event is not None

    def test_goes_on_with_the_timeout(self) -> None:
        anna = self.started()
        assert not anna.advance(in_hours(47)).changed
        anna.advance(in_hours(48))
        assert anna.sent() == ["mail", "unseen"]

    def test_takes_an_answer_that_came_in_time_however_late_it_looks(self) -> None:
        anna = self.started()
        anna.hear(viewed(47)).advance(in_hours(60))
        assert anna.sent() == ["mail", "seen"]

    def test_takes_no_answer_from_after_the_timeout(self) -> None:
        anna = self.started()
        anna.hear(viewed(49)).advance(in_hours(60))
        assert anna.sent() == ["mail", "unseen"]

    def test_takes_no_history_for_an_answer(self) -> None:
        anna = self.started()
        anna.hear(viewed(3, late=True)).advance(in_hours(3))
        assert anna.sent() == ["mail"]
        assert not anna.advance(in_hours(4)).changed

    def test_takes_an_answer_that_came_before_the_step_was_reached(self) -> None:
        """Somebody clicks in the mail while the wait behind it runs."""
        journey = program(send("mail", "pause"), wait("pause", DAY, "answer"), *WELCOME[1:])
        anna = running(journey)
        anna.advance()
        anna.close("mail")
        anna.hear(viewed(3)).advance(in_hours(3))
        assert anna.sent() == ["mail"]
        anna.advance(in_hours(24))
        assert anna.sent() == ["mail", "seen"]

    def test_since_now_takes_only_what_comes_then(self) -> None:
        answer = wait_for("answer", DAY, {"Product Viewed": "seen"}, "unseen", since="now")
        anna = running(program(wait("pause", DAY, "answer"), answer, send("seen"), send("unseen")))
        anna.advance()
        anna.hear(viewed(3)).advance(in_hours(3))
        anna.advance(in_hours(24))
        assert anna.sent() == []

    def test_is_never_answered_by_the_event_that_enrolled(self) -> None:
        answer = wait_for("answer", DAY, {"Product Added": "seen"}, "unseen", since="entry")
        anna = running(program(answer, send("seen"), send("unseen")), entry=heard(id="m1"))
        anna.hear(heard(id="m1")).advance()
        assert anna.sent() == []

    def test_one_event_answers_one_wait(self) -> None:
        answers = (
            wait_for("one", DAY, {"Product Viewed": "other"}, since="entry"),
            wait_for("other", DAY, {"Product Viewed": "seen"}, since="entry"),
        )
        anna = running(program(*answers, send("seen")))
        anna.hear(viewed(1)).advance(in_hours(1))
        assert anna.row.step == "other"
        anna.hear(viewed(2, "again")).advance(in_hours(2))
        assert anna.sent() == ["seen"]

    def test_keeps_what_may_be_asked_for_later_up_to_a_bound(self) -> None:
        anna = running(program(*WELCOME))
        anna.hear(heard("Zebra Fed"), *(viewed(n / 100, f"v{n}") for n in range(2 * HEARD))).advance()
        assert [each.id for each in anna.row.heard] == [f"v{n}" for n in range(HEARD, 2 * HEARD)]


class TestTheInbox:
    def test_holds_an_event_twice_and_counts_it_once(self) -> None:
        anna = running(program(*WELCOME))
        anna.hear(viewed(1), viewed(1)).advance(in_hours(1))
        anna.hear(viewed(1)).advance(in_hours(2))
        assert len(anna.row.heard) == 1

    def test_is_empty_after_an_advance(self) -> None:
        anna = running(program(*WELCOME))
        anna.hear(heard("Zebra Fed")).advance()
        assert anna.row.inbox == ()

    def test_that_missed_something_asks_for_all_that_happened_since(self) -> None:
        anna = running(program(*REMINDERS, exits=(BOUGHT,)), catch_up=True)
        anna.advance(in_hours(2), missed=(bought(1),))
        assert anna.asked == [Ask(missed=True)]
        assert (anna.row.catch_up, anna.row.outcome) == (False, "exit")

    def test_that_missed_nothing_goes_on(self) -> None:
        anna = running(program(*REMINDERS, exits=(BOUGHT,)), catch_up=True)
        anna.advance(in_hours(2))
        assert anna.row.catch_up is False
        assert anna.sent() == ["first"]

    def test_and_what_was_missed_are_one_story(self) -> None:
        journey = program(*REMINDERS, exits=(BOUGHT, out("Cart Emptied")))
        anna = running(journey, catch_up=True)
        anna.hear(heard("Cart Emptied", in_hours(2)))
        anna.advance(in_hours(3), missed=(bought(1), heard("Cart Emptied", in_hours(2))))
        assert anna.sent() == ["thanks"]


class TestBeingStopped:
    @pytest.mark.parametrize(("note", "outcome"), [(MERGED, "merged"), (RESTARTED, "restarted")])
    def test_leaves_without_a_word_and_cancels_what_is_on_its_way(self, note: str, outcome: str) -> None:
        anna = running(program(*REMINDERS, exits=(BOUGHT,)))
        anna.advance()
        assert note in anna.row.awaits
        anna.hear(heard(note, in_hours(1))).advance(in_hours(1))
        assert anna.row.outcome == outcome
        assert anna.row.exit_seq is not None
        assert anna.sends["S#first#1"].created_seq < anna.row.exit_seq
        assert anna.sends["S#first#1"].status == "SKIPPED"
        assert anna.row.status == "done"
        assert anna.sent() == ["first"]

    def test_works_before_the_first_advance(self) -> None:
        anna = running(program(*REMINDERS)).hear(heard(RESTARTED))
        anna.advance()
        assert (anna.row.status, anna.sent()) == ("done", [])

    def test_stops_the_steps_of_an_exit_too(self) -> None:
        anna = running(program(*REMINDERS, wait("later", DAY, "thanks"), exits=(out("Order Completed", "later"),)))
        anna.hear(bought(1)).advance(in_hours(1))
        anna.hear(heard(MERGED, in_hours(2))).advance(in_hours(2))
        assert (anna.row.status, anna.row.outcome) == ("done", "merged")


class TestMessagesThatAreStillOpenAtTheEnd:
    def closing(self) -> Running:
        anna = running(program(send("a", "b"), send("b")))
        anna.advance()
        return anna

    def test_keep_the_row_until_the_last_one_is_closed(self) -> None:
        anna = self.closing()
        assert anna.row.status == "closing"
        assert anna.row.open == {"S#a#1", "S#b#1"}
        assert not anna.close("a").advance().changed
        anna.close("b", "FAILED").advance()
        assert (anna.row.status, anna.row.outcome) == ("done", "finished")

    def test_are_looked_after_every_hour(self) -> None:
        anna = self.closing()
        assert anna.row.due == NOON + CLOSING_CHECK
        assert anna.row.sweep_at == NOON + CLOSING_CHECK + SWEEP_AFTER
        assert anna.advance(in_hours(1)).changed
        assert anna.row.due == in_hours(1) + CLOSING_CHECK

    def test_make_no_new_message_whatever_is_heard(self) -> None:
        anna = self.closing()
        anna.hear(heard("Zebra Fed", in_hours(0.5))).advance(in_hours(0.5))
        assert anna.sent() == ["a", "b"]
        assert anna.row.status == "closing"

    def test_wake_the_row_when_they_close(self) -> None:
        assert CLOSED in self.closing().row.awaits


def test_a_step_that_is_visited_again_makes_another_message() -> None:
    @dataclass(frozen=True)
    class Twice:
        id: str = "again"
        next: str | None = "mail"
        after_send: ClassVar[bool] = False

        def run(self, moment: Moment) -> Move:
            return Goto("mail" if moment.enrolment.steps["mail"].visit < 2 else None)

    anna = running(program(send("mail", "pause"), wait("pause", HOUR, "again"), Twice()))
    anna.advance()
    anna.close("mail").advance(in_hours(1))
    assert sorted(anna.sends) == ["S#mail#1", "S#mail#2"]


def test_the_same_row_gives_the_same_decision() -> None:
    anna = running(program(*WELCOME)).hear(viewed(0.5))
    first, second = (advance(anna.journey, anna.row, {}, in_hours(1)) for _ in range(2))
    assert isinstance(first, Decision)
    assert first == second


def test_a_listening_without_words_takes_every_event_of_its_name() -> None:
    anna = running(program(*REMINDERS, exits=(out("Zebra Fed"),)))
    assert anna.journey.listens["Zebra Fed"] == (Listening("Zebra Fed"),)
    anna.hear(heard("Zebra Fed", NOON + timedelta(seconds=1))).advance()
    assert anna.row.outcome == "exit"
