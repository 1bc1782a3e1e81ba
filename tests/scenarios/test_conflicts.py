"""Where two write the same rows at once, the loser looks again: nothing is lost and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from anlass.adapters.memory.mailer import MemoryMailer
from anlass.adapters.memory.store import MemoryStore
from anlass.domain.applying import Record
from anlass.domain.changes import Append, Change, SaveSend, SaveState
from anlass.domain.enrolment import CALENDAR, Enrolment, Heard
from anlass.domain.errors import Conflict
from anlass.domain.event import Event
from anlass.domain.parking import DONE
from anlass.domain.send import Send
from anlass.keys import StateKey
from anlass.ports import (
    UNWATCHED,
    Accepted,
    Handover,
    NotTaken,
    Ticket,
    Unclear,
    Watch,
)
from anlass.usecases.advance_enrolment import advance_enrolment
from anlass.usecases.deliver_message import Looked, deliver_message
from anlass.usecases.match_events import match_events
from anlass.usecases.withdraw_consent import withdraw_consent
from anlass.wire import Deliver

from cli.simulation import Simulation
from tests.builders import DAY, HOUR, MINUTE
from tests.shop import CART, MORNING, an_event, content, identified, sent

TEMPLATES = ("first", "second", "last", "thanks")
ANNA = "anna@shop.example"


class BusyStore(MemoryStore):
    """`meanwhile` says what others do just before a commit; it may be one that never succeeds."""

    meanwhile: Callable[[Sequence[Change]], None] = staticmethod(lambda _: None)

    def commit(self, changes: Sequence[Change]) -> None:
        self.meanwhile(changes)
        super().commit(changes)


class BusyShop(Simulation):
    store: BusyStore

    def match(self, *events: Event) -> list[Record]:
        """Applies them and does nothing else; answers what is left."""
        self.event_log.put(events)
        records = [Record(e, "memory", n) for n, e in self.event_log.stream if e in events]
        return match_events(
            records,
            store=self.store,
            event_log=self.event_log,
            definitions=self.definitions,
            clock=self.clock,
            hashes=self.hashes,
        )

    def before_the_claim(self, happens: Callable[[], object]) -> None:
        """Once, between the last look at a message and its claim."""

        def meanwhile(changes: Sequence[Change]) -> None:
            if any(isinstance(change, SaveSend) and change.send.status == "SENDING" for change in changes):
                self.store.meanwhile = lambda _: None
                happens()

        self.store.meanwhile = meanwhile

    def first_message(self) -> Send:
        """The row of the first reminder, that nobody has looked at yet."""
        self.clock.set(MORNING + HOUR)
        while not (found := [row for row in self.store.rows() if isinstance(row, Send)]):
            assert self.step()
        return found[0]

    def deliver(self, send: Send) -> Looked:
        return deliver_message(Deliver(send.enrolment, send.row, send.profile), "attempt", self.delivery())


@pytest.fixture
def shop() -> BusyShop:
    shop = BusyShop(MORNING)
    shop.store = BusyStore(shop.event_log)
    shop.publish(content(CART, templates=TEMPLATES))
    return shop


def views(shop: Simulation, profile: str) -> int:
    state = shop.store.read([StateKey(profile)]).state(profile)
    return 0 if state is None else state.views


def test_whose_rows_keep_changing_is_left_for_later_with_all_that_follows_and_holds_up_nobody_else(
    shop: BusyShop,
) -> None:
    def changes_annas_state(changes: Sequence[Change]) -> None:
        if any(isinstance(change, SaveState) and change.state.id == "u:anna" for change in changes):
            raise Conflict("somebody was faster", frozenset({0}))

    viewed = [
        an_event("Product Viewed", MORNING + n * MINUTE, user=user) for n, user in enumerate(("anna", "ben", "anna"))
    ]
    shop.store.meanwhile = changes_annas_state
    assert [record.event for record in shop.match(*viewed)] == [viewed[0], viewed[2]]
    assert (views(shop, "u:anna"), views(shop, "u:ben")) == (0, 1)
    shop.store.meanwhile = lambda _: None
    assert shop.match(*viewed) == []
    assert (views(shop, "u:anna"), views(shop, "u:ben")) == (2, 1)


@pytest.mark.parametrize("runner", [CALENDAR, "an-execution-of-long-ago"])
def test_who_does_not_own_an_enrolment_does_not_advance_it_though_there_is_work(shop: BusyShop, runner: str) -> None:
    shop.ingest(identified("anna", MORNING), an_event("Product Added", MORNING, "anna", product_id="beans"))
    shop.advance(MORNING + 2 * HOUR)
    [row] = [row for row in shop.store.rows() if isinstance(row, Enrolment)]
    shop.store.commit([Append(row.id, (Heard("o", "Order Completed", MORNING + 2 * HOUR),), row.sweep_at or MORNING)])
    route = advance_enrolment(
        row.id,
        runner,
        store=shop.store,
        event_log=shop.event_log,
        definitions=shop.definitions,
        clock=shop.clock,
        border=shop.border,
    )
    [after] = [row for row in shop.store.rows() if isinstance(row, Enrolment)]
    assert (route, after.seq, len(after.inbox)) == (DONE, row.seq, 1)


def test_who_withdraws_between_the_last_look_and_the_claim_gets_nothing(shop: BusyShop) -> None:
    shop.ingest(identified("anna", MORNING), an_event("Product Added", MORNING, "anna", product_id="beans"))
    send = shop.first_message()
    token = shop.links.url("unsubscribe", Ticket(send.id, shop.clock.now())).rsplit("/", 1)[-1]
    shop.before_the_claim(lambda: withdraw_consent("unsubscribe", token, shop))
    looked = shop.deliver(send)
    assert (looked.outcome, looked.reason) == ("skipped", "no_consent")
    assert sent(shop) == []


def test_who_turns_out_to_be_somebody_who_said_no_between_the_last_look_and_the_claim_gets_nothing(
    shop: BusyShop,
) -> None:
    shop.ingest(identified("anna", MORNING, email=ANNA, subscribed=False))
    shop.ingest(identified(None, MORNING - HOUR, "phone", email=ANNA))
    shop.ingest(an_event("Product Added", MORNING, anonymous="phone", product_id="beans"))
    send = shop.first_message()
    assert send.profile == "a:phone"
    shop.before_the_claim(lambda: shop.match(an_event("Page Dwelled", MORNING + HOUR, "anna", "phone")))
    looked = shop.deliver(send)
    assert (looked.outcome, looked.reason) == ("soon", "inbox")  # the merge has to be looked at by the enrolment first
    shop.advance(MORNING + DAY)
    assert {row.reason for row in shop.store.rows() if isinstance(row, Send)} == {"no_consent"}
    assert sent(shop) == []


@pytest.mark.parametrize("answer", [NotTaken("throttled"), Accepted("ses-1"), Unclear("read timeout")])
def test_a_provider_that_answers_after_the_claim_ran_out_changes_nothing_any_more(
    shop: BusyShop, answer: Handover
) -> None:
    """The sweeper has closed the message as unknown meanwhile; opened again, it might leave twice."""
    shop.ingest(identified("anna", MORNING), an_event("Product Added", MORNING, "anna", product_id="beans"))
    send = shop.first_message()
    shop.mailer = SlowMailer(shop, answer)
    shop.deliver(send)
    shop.advance(MORNING + 5 * HOUR)
    assert [(row.status, row.reason) for row in shop.store.rows() if isinstance(row, Send)] == [
        ("UNKNOWN", "claim ran out")
    ]
    assert len(shop.mailer.tried) == 1


class SlowMailer(MemoryMailer):
    """Answers when nobody waits for it any more."""

    def __init__(self, shop: Simulation, answer: Handover) -> None:
        super().__init__()
        self._shop = shop
        self.answers.append(answer)

    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        self._shop.clock.advance(10 * MINUTE)
        self._shop.sweep()
        return super().send(sender, recipient, mime, tags, watch)
