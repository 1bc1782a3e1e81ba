"""A message is on its way, however far; a second ago she said no, however she said it. It does not leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from anlass.adapters.memory.mailer import MemoryMailer
from anlass.adapters.memory.store import MemoryStore
from anlass.domain.changes import Change, SaveSend
from anlass.domain.feedback import Feedback
from anlass.domain.send import Send
from anlass.language.pages.form import Form
from anlass.ports import (
    UNWATCHED,
    Handover,
    NotTaken,
    PageName,
    Ticket,
    Watch,
)
from anlass.usecases.begin_erasure import begin_erasure
from anlass.usecases.catalog import load_settings
from anlass.usecases.deliver_message import deliver_message
from anlass.usecases.record_feedback import record_feedback
from anlass.usecases.serving import preferences
from anlass.usecases.serving.visit import Visit
from anlass.usecases.withdraw_consent import withdraw_consent
from anlass.wire import Deliver

from cli.simulation import Simulation
from tests.anna import rows
from tests.shop import a_simulation, an_event, content, identified, journey, mails, sent, template

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA = "anna@shop.example"
NIGHTS = {"email": {"from": "20:00", "until": "09:00", "sundays": False, "holidays": False}}


def on(event: str, *steps: Any, **more: Any) -> dict[str, str]:
    return journey(event.split()[0].lower(), trigger={"type": "event", "event": event}, steps=list(steps), **more)


OFFER = on("Offer Wanted", mails("offer"))
SETTINGS = {"caps": {"email": {"day": 1}}, "quiet_hours": NIGHTS}
FILES = {
    **content(
        OFFER,
        on("First Wanted", mails("first")),
        on("Both Wanted", mails("one"), mails("two")),
        on("Receipt Wanted", mails("receipt")),
        on("Goodbye Said", {"unsubscribe": "all"}),
        templates=("offer", "first", "one", "two"),
        settings=SETTINGS,
    ),
    **template("receipt", "transactional", "<p>{{ imprint }}</p>"),
}


def a_shop(start: datetime = START, *, caps: bool = True) -> Simulation:
    """Anna and her twin, who has the same address, have had a receipt each: links and complaints are about that."""
    return deepcopy(_a_shop(start, caps))  # publishing it takes longer than all that follows


@cache
def _a_shop(start: datetime, caps: bool) -> Simulation:
    shop = a_simulation(FILES if caps else {**FILES, **content(settings={**SETTINGS, "caps": {}})}, start)
    for user in ("anna", "twin"):
        shop.ingest(identified(user, start, email=ANNA), an_event("Receipt Wanted", start, user))
    assert len(sent(shop)) == 2
    return shop


def now_wants(shop: Simulation, what: str = "Offer") -> None:
    shop.event_log.put([an_event(f"{what} Wanted", shop.clock.now(), "anna")])


def messages(shop: Simulation) -> list[Send]:
    return [send for send in rows(shop, Send) if send.template != "receipt"]


def until_made(shop: Simulation) -> None:
    while not messages(shop):
        assert shop.step()


# How far the message is.


def fresh() -> Simulation:
    shop = a_shop()
    now_wants(shop)
    until_made(shop)
    assert [send.status for send in messages(shop)] == ["PENDING"]
    return shop


def queued() -> Simulation:
    shop = fresh()
    while not shop.queues.backlog("email"):
        assert shop.step()
    return shop


def deferred_by_a_cap() -> Simulation:
    shop = a_shop()
    shop.ingest(an_event("First Wanted", START, "anna"))
    now_wants(shop)
    shop.settle()
    assert [send.deferred for send in messages(shop)] == [None, "cap"]
    return shop


def deferred_by_quiet_hours() -> Simulation:
    shop = a_shop(START.replace(hour=21))
    now_wants(shop)
    shop.settle()
    assert [send.deferred for send in messages(shop)] == ["quiet_hours"]
    return shop


def held_by_a_pause_of_its_journey() -> Simulation:
    shop = fresh()
    shop.publish({path: text.replace('"live"', '"off"') for path, text in OFFER.items()})
    shop.settle()
    assert [send.is_held for send in messages(shop)] == [True]
    return shop


def behind_another() -> Simulation:
    shop = a_shop(caps=False)
    shop.mailer.answers.append(NotTaken("throttled"))
    now_wants(shop, "Both")
    shop.settle()
    assert [send.status for send in messages(shop)] == ["PENDING", "PENDING"]
    assert [send.looks[-1].reason for send in messages(shop)] == [None, "order"]
    return shop


def released_after_a_throttle() -> Simulation:
    shop = a_shop()
    shop.mailer.answers.append(NotTaken("throttled"))
    now_wants(shop)
    shop.settle()
    assert [(send.status, send.claim) for send in messages(shop)] == [("PENDING", None)]
    return shop


def claimed_by_somebody_who_died() -> Simulation:
    shop = a_shop()
    alive, shop.mailer = shop.mailer, DyingMailer()
    now_wants(shop)
    with pytest.raises(Died):
        shop.settle()
    shop.mailer = alive
    assert [send.status for send in messages(shop)] == ["SENDING"]
    return shop


STATES: dict[str, Callable[[], Simulation]] = {
    each.__name__: each
    for each in (
        fresh,
        queued,
        deferred_by_a_cap,
        deferred_by_quiet_hours,
        held_by_a_pause_of_its_journey,
        behind_another,
        released_after_a_throttle,
        claimed_by_somebody_who_died,
    )
}


# How she says no.


def the_receipt(shop: Simulation, user: str) -> Send:
    found: list[Send] = [send for send in rows(shop, Send) if (send.template, send.profile) == ("receipt", f"u:{user}")]
    return found[0]


def token(shop: Simulation, page: PageName, user: str) -> str:
    return shop.links.url(page, Ticket(the_receipt(shop, user).id, shop.clock.now())).rsplit("/", 1)[-1]


def by_link(shop: Simulation, user: str = "anna") -> None:
    said = withdraw_consent("unsubscribe", token(shop, "unsubscribe", user), shop)
    assert said is not None


def by_preference_centre(shop: Simulation) -> None:
    """She leaves no box ticked."""
    nothing = Form({"action": ("save",)})
    assert (
        preferences.serve(
            Visit(token(shop, "preferences", "anna"), nothing, settings=load_settings(shop.definitions)), shop
        ).status
        == 200
    )


def by_identify(shop: Simulation) -> None:
    shop.ingest(identified("anna", shop.clock.now(), subscribed=False))


def by_step(shop: Simulation) -> None:
    shop.ingest(an_event("Goodbye Said", shop.clock.now(), "anna"))


def by_erasure(shop: Simulation) -> None:
    assert begin_erasure("u:anna", "shop", shop.people) is not None


def by_complaint(shop: Simulation) -> None:
    about = the_receipt(shop, "anna")
    complaint = Feedback("complaint", about.enrolment, about.step, about.visit, "1", shop.clock.now(), (ANNA,))
    record_feedback(complaint, store=shop.store, hashes=shop.hashes)


def by_her_other_profile(shop: Simulation) -> None:
    by_link(shop, "twin")


WAYS: dict[str, Callable[[Simulation], None]] = {
    each.__name__: each
    for each in (
        by_link,
        by_preference_centre,
        by_identify,
        by_step,
        by_erasure,
        by_complaint,
        by_her_other_profile,
    )
}


def let_everything_happen(shop: Simulation) -> None:
    """The journey that was switched off goes on; and nothing is left to wait for."""
    shop.publish({path: text for path, text in FILES.items() if path in OFFER})
    shop.advance(shop.clock.now() + 14 * DAY)
    shop.sweep()


@pytest.mark.parametrize("state", STATES)
def test_if_nobody_says_no_it_leaves_once(state: str) -> None:
    """Else the others would show nothing. Of a claim whose owner died nobody knows whether it left already."""
    shop = STATES[state]()
    let_everything_happen(shop)
    wanted = {send.step: 0 if state == "claimed_by_somebody_who_died" else 1 for send in messages(shop)}
    assert {step: sent(shop).count(f"{ANNA} {step}") for step in wanted} == wanted


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", STATES)
def test_it_does_not_leave(state: str, way: str) -> None:
    shop = STATES[state]()
    before = sent(shop)
    shop.clock.advance(SECOND)
    WAYS[way](shop)
    shop.clock.advance(SECOND)
    if way not in ("by_erasure", "by_identify", "by_step"):  # the shop's own list still says yes to what she said
        shop.ingest(identified("anna", shop.clock.now(), email=ANNA))
    let_everything_happen(shop)
    assert sent(shop) == before


@pytest.mark.parametrize("way", WAYS)
def test_it_does_not_leave_though_it_was_looked_at_already_and_is_being_claimed(way: str) -> None:
    shop = queued()
    shop.clock.advance(SECOND)
    before = sent(shop)
    message = shop.queues.take("email")
    assert isinstance(message, Deliver)
    shop.store = store = Interrupted(shop.store, lambda: WAYS[way](shop))
    looked = deliver_message(message, "attempt", shop.delivery())
    assert store.was_interrupted
    assert looked.outcome in ("skipped", "closed", "soon")
    let_everything_happen(shop)
    assert sent(shop) == before


@pytest.mark.parametrize("way", [way for way in WAYS if way != "by_erasure"])
def test_a_receipt_leaves_all_the_same_unless_nothing_may_go_there(way: str) -> None:
    shop = a_shop()
    WAYS[way](shop)
    shop.settle()
    shop.clock.advance(HOUR)
    before = len(sent(shop))
    shop.ingest(an_event("Receipt Wanted", shop.clock.now(), "anna", order="2"))
    assert len(sent(shop)) - before == (0 if way == "by_complaint" else 1)


def test_not_even_a_receipt_leaves_for_somebody_who_is_being_forgotten() -> None:
    shop = a_shop()
    shop.clock.advance(HOUR)
    now_wants(shop, "Receipt")
    while not shop.queues.backlog("email"):
        assert shop.step()
    before, message = sent(shop), shop.queues.take("email")
    assert isinstance(message, Deliver)
    shop.store = Interrupted(shop.store, lambda: by_erasure(shop))
    deliver_message(message, "attempt", shop.delivery())
    let_everything_happen(shop)
    assert sent(shop) == before


def test_the_row_says_which_no_it_was() -> None:
    told: dict[str, Any] = {}
    for way in ("by_link", "by_complaint", "by_her_other_profile"):
        shop = queued()
        WAYS[way](shop)
        shop.settle()
        [send] = messages(shop)
        look = send.looks[-1]
        told[way] = (look.outcome, look.reason, look.facts.get("why"), look.facts.get("source"))
    assert told == {
        "by_link": ("skipped", "no_consent", None, "unsubscribe link"),
        "by_complaint": ("skipped", "no_consent", None, "complaint"),
        "by_her_other_profile": ("skipped", "suppressed", "objection", None),
    }


class Interrupted(MemoryStore):
    """Between the look and the claim, somebody says no."""

    def __init__(self, store: MemoryStore, no: Callable[[], None]) -> None:
        vars(self).update(vars(store))
        self._no = no
        self.was_interrupted = False

    def commit(self, changes: Sequence[Change]) -> None:
        claims = any(isinstance(change, SaveSend) and change.send.status == "SENDING" for change in changes)
        if claims and not self.was_interrupted:
            self.was_interrupted = True
            self._no()
        super().commit(changes)


class Died(Exception):
    pass


class DyingMailer(MemoryMailer):
    """This process is gone before anybody hears what became of the mail."""

    def send(
        self, sender: str, recipient: str, mime: bytes, tags: Mapping[str, str], watch: Watch = UNWATCHED
    ) -> Handover:
        raise Died
