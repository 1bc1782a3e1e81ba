"""Whatever customers do, in whatever order it arrives and however often: no message twice, every enrolment ends,
and who bought gets no reminder.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anlass.domain.enrolment import Enrolment
from anlass.domain.event import Event
from hypothesis import given
from hypothesis import strategies as st

from cli.simulation import Simulation
from tests.shop import CART, MORNING, a_simulation, an_event, content, identified, journey

ANSWER = journey(
    "answer",
    trigger={"type": "event", "event": "Account Created"},
    exit=[{"event": "Order Completed", "steps": []}],
    steps=[
        {"id": "hello", "send": {"template": "hello"}},
        {
            "wait_for": {
                "first_of": [{"event": "Product Viewed", "steps": [{"id": "seen", "send": {"template": "seen"}}]}],
                "timeout": "2 days",
                "on_timeout": [{"id": "unseen", "send": {"template": "unseen"}}],
            }
        },
        {"wait": "10 days"},
        {"id": "bye", "send": {"template": "bye"}},
    ],
)
TEMPLATES = ("first", "second", "last", "thanks", "hello", "seen", "unseen", "bye")
REMINDERS = {"first", "second", "last"}
SHOP = content(CART, ANSWER, templates=TEMPLATES)


@dataclass(frozen=True)
class Action:
    """One thing that happens: when it was done, how much later it arrives, as whom, and how often."""

    name: str
    minute: int
    delay: int
    user: str | None
    anonymous: str | None
    copies: int
    again_events: int
    again_rows: int
    sweep: bool

    @property
    def at(self) -> datetime:
        return MORNING + timedelta(minutes=self.minute)

    @property
    def arrives(self) -> datetime:
        return self.at + timedelta(minutes=self.delay)

    def event(self, number: int) -> Event:
        id_ = f"event-{number}"
        if self.name == "identify":
            made = identified(self.user, self.at, self.anonymous, email="anna@shop.example")
            return replace(made, id=id_, moment=f"{made.moment.split('#')[0]}#{id_}", received_at=self.arrives)
        return an_event(
            self.name,
            self.at,
            self.user,
            self.anonymous,
            id_=id_,
            received_at=self.arrives,
            product_id="beans",
            quantity=1,
            price=12,
            order_id=f"order-{number}",
            total=12,
        )


who = st.sampled_from(
    [("anna", None), ("anna", None), (None, "phone"), (None, "laptop"), ("anna", "phone"), ("anna", "laptop")]
)
minutes = st.one_of(st.integers(0, 240), st.integers(0, 14 * 24 * 60))
delays = st.one_of(st.just(0), st.just(0), st.integers(0, 120), st.integers(0, 40 * 60))


@st.composite
def actions(draw: st.DrawFn) -> Action:
    name = draw(
        st.sampled_from(
            [
                "Product Added",
                "Product Added",
                "Product Removed",
                "Order Completed",
                "Product Viewed",
                "Account Created",
                "identify",
            ]
        )
    )
    user, anonymous = draw(who)
    if name == "identify":
        user = "anna"
    return Action(
        name,
        draw(minutes),
        draw(delays),
        user,
        anonymous,
        draw(st.sampled_from([1, 1, 1, 2, 3])),
        draw(st.sampled_from([0, 0, 0, 2, 5])),
        draw(st.sampled_from([0, 0, 0, 3, 8])),
        draw(st.sampled_from([False, False, False, True])),
    )


def play(story: list[Action], border: timedelta) -> tuple[Simulation, list[tuple[datetime, Event]]]:
    """Lets the story happen; answers what arrived when."""
    simulation = a_simulation(SHOP, border=border)
    simulation.ingest(identified("anna", MORNING, email="anna@shop.example"))
    arrived: list[tuple[datetime, Event]] = []
    for number, action in sorted(enumerate(story), key=lambda pair: pair[1].arrives):
        if action.arrives > simulation.clock.now():
            simulation.advance(action.arrives)
        event = action.event(number)
        for _ in range(action.copies):
            simulation.ingest(event)
        simulation.deliver_again(action.again_events, action.again_rows)
        if action.sweep:
            simulation.sweep()
            simulation.settle()
        arrived.append((simulation.clock.now(), event))
    simulation.advance(simulation.clock.now() + timedelta(days=60))
    return simulation, arrived


def enrolments(simulation: Simulation) -> list[Enrolment]:
    return [row for row in simulation.store.rows() if isinstance(row, Enrolment)]


stories = st.lists(actions(), min_size=1, max_size=14)
borders = st.sampled_from([timedelta(days=7), timedelta(0), timedelta(hours=30)])


@given(story=stories, border=borders)
def test_no_message_twice_every_enrolment_ends_and_buyers_are_left_alone(
    story: list[Action], border: timedelta
) -> None:
    simulation, arrived = play(story, border)
    mails = simulation.mailer.sent

    ids = [(m.tags["enrolment"], m.tags["step"], m.tags["visit"]) for m in mails]
    assert len(ids) == len(set(ids)), "a message left twice"

    rows = {row.id: row for row in enrolments(simulation)}
    assert {row.status for row in rows.values()} <= {"done"}, "an enrolment did not end"

    for mail, at in zip(mails, simulation.mail_times, strict=True):
        row = rows[mail.tags["enrolment"]]
        if row.journey != "cart" or mail.tags["step"] not in REMINDERS:
            continue
        same_person = known_as(arrived, at)
        bought = [
            event
            for came, event in arrived
            if event.name == "Order Completed"
            and came < at
            and event.at > row.entry.at
            and event.identity in same_person
        ]
        assert not bought, f"reminded at {at} of {row.entry.at} although bought at {[e.at for e in bought]}"


def known_as(arrived: list[tuple[datetime, Event]], before: datetime) -> set[str]:
    """Anna's identities, as far as somebody had said so by then. An anonymous id merges once, so all are hers."""
    linked = {event.also for came, event in arrived if came < before and event.identity == "u:anna" and event.also}
    return {"u:anna", *linked}
