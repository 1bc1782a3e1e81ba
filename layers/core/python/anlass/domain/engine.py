"""The engine: brings an enrolment up to date. A pure function of the row, its sends, the facts and the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from anlass.domain.condition import Facts, event_facts, getter, passes
from anlass.domain.effects import Effect, Update
from anlass.domain.enrolment import ENDINGS, HEARD, SWEEP_AFTER, Enrolment, Heard, Loop, StepMemory, cancellation
from anlass.domain.errors import BrokenDefinition
from anlass.domain.journey import Journey, Listening
from anlass.domain.send import Send, is_about_another, message_facts, send_row
from anlass.domain.step import Ask, Do, Emit, Finish, Goto, Moment, Park, Turn

CLOSED = "@closed"  # the nudge of a send that left or never will
STEPS_AT_ONCE = 1000  # the compiler refuses loops without a wait; this only guards the guard
CLOSING_CHECK = timedelta(hours=1)
MEASURED = timedelta(days=30)  # those held out of a journey without a goal's time


@dataclass(frozen=True, slots=True)
class Effected:
    """What a step asks for beside messages. Step and visit make the id: a replay asks for nothing new."""

    effect: Effect
    step: str
    visit: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be stored. `changed` False: the row is as it should be, nothing is written."""

    enrolment: Enrolment
    sends: tuple[Send, ...] = ()  # new ones
    cancelled: tuple[Send, ...] = ()  # were pending, will never leave
    effects: tuple[Effected, ...] = ()
    changed: bool = True


def advance(
    journey: Journey,
    enrolment: Enrolment,
    sends: Mapping[str, Send],
    now: datetime,
    *,
    facts: Facts | None = None,
    zone: tzinfo | None = None,
    missed: tuple[Heard, ...] | None = None,
    is_paused: bool = False,
) -> Decision | Ask:
    """One advance: drain the inbox by event time, run steps until one waits or the journey ends.

    `sends` by row; `missed` are the person's events since entering, loaded where the inbox missed some. An Ask
    means: load what it names and run the same advance again. While the journey is paused nobody moves, but what
    ends it is heard. Raises BrokenDefinition.
    """
    if enrolment.status in ("done", "quarantined"):
        return Decision(enrolment, changed=False)
    if enrolment.catch_up and missed is None:
        return Ask(missed=True)
    current = _drain(journey, enrolment, missed or ())
    if current is enrolment and not has_work(enrolment, now):
        return Decision(enrolment, changed=False)
    cancelled = {send.row: send for send in _cancelled(current, sends, now)}
    known = {**sends, **cancelled}
    # Who waits for a message is told when it left; everybody else finds out here.
    current = replace(current, open=frozenset(row for row in current.open if row not in known or known[row].is_open))
    if is_paused:
        answer: Decision | Ask = Decision(_held(journey, current, now))
    elif current.is_held_out:
        answer = Decision(_measured(journey, current, now))
    else:
        answer = _run(journey, current, known, now, facts, zone)
    return answer if isinstance(answer, Ask) else replace(answer, cancelled=tuple(cancelled.values()))


def _cancelled(current: Enrolment, sends: Mapping[str, Send], now: datetime) -> Iterator[Send]:
    """An exit does not wait for the messages that it cancels: one put off until tomorrow would keep it open."""
    for send in sends.values():
        reason = cancellation(current, send.created_seq)
        if reason is not None and send.status == "PENDING":
            yield replace(send, status="SKIPPED", reason=reason, closed_at=now, sweep_at=None, request=None)


def _run(
    journey: Journey,
    current: Enrolment,
    known: dict[str, Send],
    now: datetime,
    facts: Facts | None,
    zone: tzinfo | None,
) -> Decision | Ask:
    """Step after step until one waits or the journey ends."""
    created: list[Send] = []
    effects: list[Effected] = []

    def decided(row: Enrolment) -> Decision:
        return Decision(row, tuple(created), effects=tuple(effects))

    planned = now if current.held_at is None else min(current.held_at, now)
    for _ in range(STEPS_AT_ONCE):
        if current.step is None:
            return decided(_finished(journey, current, "finished", now))
        step = journey.steps.get(current.step)
        if step is None:
            raise BrokenDefinition(f"journey {journey.id} version {journey.version} has no step {current.step}")
        moment = Moment(now, journey, current, known, _with_enrolment(facts, current, known), zone, planned)
        ahead = moment.last_send()
        if step.after_send and ahead is not None and ahead.is_open:
            due = max(ahead.until or now, now) + CLOSING_CHECK
            return decided(_parked(journey, current, due, frozenset({CLOSED}), now))
        move = step.run(moment)
        match move:
            case Goto(target, event, variant):
                current = _reached(current, step.id, target, now, event, variant)
            case Turn(target, loop):
                current = _turned(_reached(current, step.id, target, now), step.id, loop)
            case Do(effect, target):
                current = _reached(current, step.id, target, now)
                effects.append(Effected(effect, step.id, current.steps[step.id].visit))
                if isinstance(effect, Update) and facts is not None:  # the next steps see it already
                    facts = {**facts, "profile": effect.applied(facts["profile"])}
            case Emit(send, target):
                # A microsecond apart: messages that one advance makes leave in their order too.
                send = replace(send, created_at=send.created_at + timedelta(microseconds=len(created)))
                created.append(send)
                known[send.row] = send
                current = _reached(current, step.id, target, now)
                current = replace(current, last_send=step.id, open=current.open | {send.row})
            case Park(due, awaits):
                if due <= now:  # its time is over; it only waits for the message ahead of it
                    due, awaits = now + CLOSING_CHECK, awaits | {CLOSED}
                return decided(_parked(journey, current, due, awaits, now))
            case Finish(outcome):
                return decided(_finished(journey, current, outcome, now))
            case Ask():
                return move
            case _:
                assert_never(move)
    raise BrokenDefinition(f"journey {journey.id} version {journey.version} runs in circles at step {current.step}")


def has_work(enrolment: Enrolment, now: datetime) -> bool:
    """Whether an advance would do anything now: it is due, or something came that it waits for."""
    if enrolment.due is None or now >= enrolment.due or enrolment.catch_up or _unblocked(enrolment):
        return True
    return any(heard.name in enrolment.awaits for heard in enrolment.inbox)


def answers(heard: Heard, on: Listening, enrolment: Enrolment) -> bool:
    """Whether this event is the one that is listened for. The event that enrolled never answers itself."""
    if heard.name != on.event or heard.id == enrolment.entry.id or heard.at < enrolment.entry.at:
        return False
    if not on.match and is_about_another(heard.name, heard.properties, enrolment.id):
        return False
    if not passes(on.where, {"event": event_facts(heard)}):
        return False
    for name, path in on.match:
        wanted = getter(path)({"entry": event_facts(enrolment.entry), "steps": step_facts(enrolment)})
        if wanted is None or str(heard.properties.get(name)) != str(wanted):
            return False
    return True


def step_facts(enrolment: Enrolment) -> dict[str, dict[str, object]]:
    """`steps.<id>.*` as conditions, matches and templates see them."""
    return {
        step: {
            "message_id": f"{enrolment.id}.{step}.{memory.visit}",
            **({"event": event_facts(memory.event)} if memory.event else {}),
            **({"variant": memory.variant} if memory.variant else {}),
        }
        for step, memory in enrolment.steps.items()
    }


def _drain(journey: Journey, enrolment: Enrolment, missed: tuple[Heard, ...]) -> Enrolment:
    """Takes the inbox in, in the order of event times; decides goal and exit; keeps what steps may ask for."""
    if not enrolment.inbox and not enrolment.catch_up:
        return enrolment
    current = replace(enrolment, inbox=(), catch_up=False)
    known = {h.id for h in current.heard}
    for heard in sorted((*enrolment.inbox, *missed), key=lambda h: (h.at, h.id)):
        if heard.id in known:
            continue
        known.add(heard.id)
        if heard.name in ENDINGS:
            current = _leave(current, None, heard.name[1:], None)
            continue
        current = _hear(journey, current, heard)
    return current


def _hear(journey: Journey, current: Enrolment, heard: Heard) -> Enrolment:
    goal = journey.goal
    reached = (
        goal is not None
        and current.goal_at is None
        and answers(heard, goal.on, current)
        and (goal.within is None or heard.at <= current.entered_at + goal.within * current.pace)
    )
    if reached:
        current = replace(current, goal_at=heard.at)
    if current.exit_seq is None:
        for out in journey.exits:
            if answers(heard, out.on, current):
                return _leave(current, out.start, "goal" if reached else "exit", heard)
        if reached:
            return _leave(current, None, "goal", heard)
    if any(answers(heard, on, current) for on in journey.awaited):
        current = replace(current, heard=(*current.heard, heard)[-HEARD:])
    return current


def _leave(current: Enrolment, start: str | None, outcome: str, event: Heard | None) -> Enrolment:
    """Out of the steps, into the exit's own. Sends created before this are cancelled at their last look."""
    return replace(
        current,
        step=None if current.is_held_out else start,
        step_since=event.at if event else current.step_since,
        status="active",
        outcome=outcome,
        event=event,
        exit_seq=current.seq + 1,
        last_send=None,
        due=None,
        loops={},
    )


def _unblocked(enrolment: Enrolment) -> bool:
    """It waited for a message to leave, and the message left or never will."""
    if CLOSED not in enrolment.awaits:
        return False
    if enrolment.status == "closing" or enrolment.last_send is None:
        return not enrolment.open
    return send_row(enrolment.last_send, enrolment.steps[enrolment.last_send].visit) not in enrolment.open


def _reached(
    current: Enrolment,
    left: str,
    target: str | None,
    now: datetime,
    event: Heard | None = None,
    variant: str | None = None,
) -> Enrolment:
    before = current.steps.get(left)
    memory = StepMemory(now, current.seq + 1, before.visit + 1 if before else 1, event, variant)
    return replace(
        current,
        step=target,
        step_since=now,
        due=None,
        event=event or current.event,
        steps={**current.steps, left: memory},
        variant=variant or current.variant,
    )


def _turned(current: Enrolment, step: str, loop: Loop | None) -> Enrolment:
    others = {id_: other for id_, other in current.loops.items() if id_ != step}
    return replace(current, loops={**others, step: loop} if loop else others)


def _parked(journey: Journey, current: Enrolment, due: datetime, awaits: frozenset[str], now: datetime) -> Enrolment:
    return replace(
        current,
        seq=current.seq + 1,
        status="active",
        due=due,
        sweep_at=max(due, now) + SWEEP_AFTER,
        awaits=awaits | _watched(journey, current),
        attempts=0,
        held_at=None,
    )


def _held(journey: Journey, current: Enrolment, now: datetime) -> Enrolment:
    """Stays where it is, with nobody to wake it but an event that ends it, until the journey is released."""
    return replace(
        current,
        seq=current.seq + 1,
        due=None,
        sweep_at=None,
        awaits=_watched(journey, current),
        attempts=0,
        held_at=current.held_at or current.due or now,
    )


def _measured(journey: Journey, current: Enrolment, now: datetime) -> Enrolment:
    """Somebody held out takes no step; the journey only looks whether they reach the goal by themselves."""
    within = journey.goal.within if journey.goal is not None else None
    until = current.entered_at + (within or MEASURED) * current.pace
    if current.exit_seq is not None or now >= until:
        return _finished(journey, current, "held out", now)
    return _parked(journey, current, until, frozenset(), now)


def _watched(journey: Journey, current: Enrolment) -> frozenset[str]:
    always = journey.always_wakes if current.exit_seq is None else frozenset()
    return always | {*ENDINGS}


def _finished(journey: Journey, current: Enrolment, outcome: str, now: datetime) -> Enrolment:
    """Done, or closing while messages are still open: an exit may yet cancel them."""
    ended = replace(
        current, seq=current.seq + 1, step=None, outcome=current.outcome or outcome, attempts=0, held_at=None
    )
    if current.open:
        due = now + CLOSING_CHECK
        awaits = _watched(journey, current) | {CLOSED}
        return replace(ended, status="closing", due=due, sweep_at=due + SWEEP_AFTER, awaits=awaits)
    return replace(ended, status="done", due=None, sweep_at=None, awaits=frozenset())


def _with_enrolment(facts: Facts | None, current: Enrolment, sends: Mapping[str, Send]) -> Facts | None:
    """The person's facts plus what this enrolment itself knows."""
    if facts is None:
        return None
    return {
        **facts,
        "entry": event_facts(current.entry),
        "event": event_facts(current.event) if current.event else {},
        "steps": step_facts(current),
        "messages": {s.step: message_facts(s) for s in sorted(sends.values(), key=lambda s: s.visit)},
    }
