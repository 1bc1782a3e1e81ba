"""The engine: brings an enrolment up to date. A pure function of the row, its sends, the facts and the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from anlass.domain.comparing import matched
from anlass.domain.condition import Facts, event_facts, getter, passes
from anlass.domain.contest import Standing
from anlass.domain.effects import Count, Effect, Update
from anlass.domain.enrolment import ENDINGS, HEARD, SWEEP_AFTER, Draft, Enrolment, Heard, StepMemory, cancellation
from anlass.domain.errors import BrokenDefinition
from anlass.domain.journey import Journey, Listening
from anlass.domain.quick import closed, maker, opener
from anlass.domain.send import Send, is_about_another, send_row
from anlass.domain.step import Ask, Do, Emit, Finish, Goto, Moment, Park, Turn, on_time
from anlass.domain.surroundings import Surroundings, step_facts

CLOSED = "@closed"  # the nudge of a send that left or never will
STEPS_AT_ONCE = 1000  # the compiler refuses loops without a wait; this only guards the guard
CHANGES_AT_ONCE = 40  # messages and effects of one advance: a transaction holds 100 rows, and an effect may be two
CLOSING_CHECK = timedelta(hours=1)
WATCHED = frozenset(ENDINGS)
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


_opened, _opened_send = opener(Enrolment), opener(Send)
_decision, _moment, _memory = maker(Decision), maker(Moment), maker(StepMemory)


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
    contests: Mapping[str, Standing] | None = None,
) -> Decision | Ask:
    """One advance: drain the inbox by event time, run steps until one waits or the journey ends.

    `sends` by row; `missed` are the person's events since entering, loaded where the inbox missed some; `contests` by
    id. An Ask means: load what it names and run the same advance again. While the journey is paused nobody moves, but
    what ends it is heard. Raises BrokenDefinition.
    """
    if enrolment.status in ("done", "quarantined"):
        return Decision(enrolment, changed=False)
    if enrolment.catch_up and missed is None:
        return Ask(missed=True)
    if not (enrolment.inbox or enrolment.catch_up or has_work(enrolment, now)):
        return Decision(enrolment, changed=False)
    row: Draft = _opened(enrolment)
    row.steps = {**enrolment.steps}
    if row.open:  # who waits for a message is told when it left; everybody else finds out here
        row.open = _still_open(row, sends)
    _drain(journey, row, missed or ())
    cancelled = _cancelled(row, sends, now) if row.exit_seq is not None else ()
    known = {**sends, **{send.row: send for send in cancelled}} if cancelled else {**sends}
    if cancelled:
        row.open = _still_open(row, known)
    created: list[Send] = []
    effects = [] if enrolment.goal_at or row.goal_at is None else list(_successes(row))
    if is_paused:
        _hold(journey, row, now)
    elif row.is_held_out:
        _measure(journey, row, now)
    else:
        around = None if facts is None else Surroundings(facts, row, known)
        planned = now if row.held_at is None else min(row.held_at, now)
        moment = _moment(now, journey, row, known, around, zone, planned, contests)
        ask = _run(row, moment, known, created, effects, around)
        if ask is not None:
            return ask
    return _decision(closed(row, Enrolment), tuple(created), cancelled, tuple(effects))


def _still_open(row: Enrolment, sends: Mapping[str, Send]) -> frozenset[str]:
    return frozenset([each for each in row.open if each not in sends or sends[each].is_open])


def _cancelled(row: Enrolment, sends: Mapping[str, Send], now: datetime) -> tuple[Send, ...]:
    """An exit does not wait for the messages that it cancels: one put off until tomorrow would keep it open."""
    found: list[Send] = []
    for send in sends.values():
        if len(found) >= CHANGES_AT_ONCE:
            break  # the others' last look finds the exit as well
        reason = cancellation(row, send.created_seq)
        if reason is not None and send.status == "PENDING":
            skipped = replace(send, status="SKIPPED", reason=reason, closed_at=now, sweep_at=None, request=None)
            found.append(skipped)
    return tuple(found)


def _run(
    row: Draft,
    moment: Moment,
    known: dict[str, Send],
    created: list[Send],
    effects: list[Effected],
    around: Surroundings | None,
) -> Ask | None:
    """Step after step until one waits, asks, or the journey ends. All of them look at the same moment, in which the
    row and what is around it have moved on: a journey of many steps would spend its time on copies."""
    journey, now = moment.journey, moment.now
    since = now  # what comes next is counted from here
    if row.seq == 0:  # it has just come to this step
        since = on_time(row.step_since, now)
    elif CLOSED in row.awaits:  # a message ahead of it has left
        since = on_time(moment.started(), now)
    for _ in range(STEPS_AT_ONCE):
        if row.step is None:
            _finish(journey, row, "finished", now)
            return None
        step = journey.steps.get(row.step)
        if step is None:
            raise BrokenDefinition(f"journey {journey.id} version {journey.version} has no step {row.step}")
        if len(created) + len(effects) >= CHANGES_AT_ONCE:
            _park(journey, row, now, frozenset())  # and goes on at once
            return None
        if step.after_send and row.open and (ahead := moment.last_send()) is not None and ahead.is_open:
            _park(journey, row, max(ahead.until or now, now) + CLOSING_CHECK, frozenset({CLOSED}))
            return None
        move = step.run(moment)
        match move:
            case Goto():
                if move.since is not None:
                    since = move.since
                _reach(row, step.id, move.step, now, since, move.event, move.variant)
                if move.contest is not None:
                    memory = row.steps[step.id]
                    effects.append(Effected(move.contest, step.id, memory.visit))
                    if isinstance(move.contest, Count):
                        row.steps[step.id] = replace(memory, contest=move.contest.contest)
            case Park():
                due, awaits = move.due, move.awaits
                if due <= now:  # its time is over; it only waits for the message ahead of it
                    due, awaits = now + CLOSING_CHECK, awaits | {CLOSED}
                _park(journey, row, due, awaits)
                return None
            case Emit():
                send = move.send
                if created:  # a microsecond apart: messages that one advance makes leave in their order too
                    later = _opened_send(send)
                    later.created_at += timedelta(microseconds=len(created))
                    send = closed(later, Send)
                created.append(send)
                its_row = send.row
                known[its_row] = send
                _reach(row, step.id, move.step, now, since)
                row.last_send = step.id
                row.open |= {its_row}
            case Finish():
                _finish(journey, row, move.outcome, now)
                return None
            case Turn():
                since = move.since or since
                _reach(row, step.id, move.step, now, since)
                others = {id_: other for id_, other in row.loops.items() if id_ != step.id}
                row.loops = {**others, step.id: move.loop} if move.loop else others
            case Do():
                _reach(row, step.id, move.step, now, since)
                effects.append(Effected(move.effect, step.id, row.steps[step.id].visit))
                if isinstance(move.effect, Update) and around is not None:  # the next steps see it already
                    around.update(profile=move.effect.applied(around["profile"]))
            case Ask():
                return move
            case _:
                assert_never(move)
    raise BrokenDefinition(f"journey {journey.id} version {journey.version} runs in circles at step {row.step}")


def _successes(row: Enrolment) -> Iterator[Effected]:
    """Where somebody who has just reached the goal was counted on the way."""
    for id_, memory in row.steps.items():
        if memory.contest is not None and memory.variant is not None:
            yield Effected(Count(memory.contest, memory.variant, "reached"), id_, memory.visit)


def has_work(enrolment: Enrolment, now: datetime) -> bool:
    """Whether an advance would do anything now: it is due, or something came that it waits for."""
    if enrolment.due is None or now >= enrolment.due or enrolment.catch_up or _unblocked(enrolment):
        return True
    return any(heard.name in enrolment.awaits for heard in enrolment.inbox)


def answers(heard: Heard, on: Listening, enrolment: Enrolment) -> bool:
    """Whether this event is the one that is listened for. The event that enrolled never answers itself."""
    if heard.name != on.event or heard.at < enrolment.entry.at or _is_entry(heard, enrolment.entry):
        return False
    if not on.match and is_about_another(heard.name, heard.properties, enrolment.id):
        return False
    if not passes(on.where, {"event": event_facts(heard)}):
        return False
    for name, path in on.match:
        wanted = getter(path)({"entry": event_facts(enrolment.entry), "steps": step_facts(enrolment)})
        if wanted is None or matched(heard.properties.get(name)) != matched(wanted):
            return False
    return True


def _is_entry(heard: Heard, entry: Heard) -> bool:
    """Whether it is what enrolled; also if it is told twice: an order by the browser, and by the server."""
    if heard.id == entry.id:
        return True
    order = entry.properties.get("order_id")
    return order is not None and heard.name == entry.name and str(heard.properties.get("order_id")) == str(order)


def _drain(journey: Journey, row: Draft, missed: tuple[Heard, ...]) -> None:
    """Takes the inbox in, in the order of event times; decides goal and exit; keeps what steps may ask for."""
    if not row.inbox and not row.catch_up:
        return
    came = sorted((*row.inbox, *missed), key=lambda h: (h.at, h.id))
    row.inbox, row.catch_up = (), False
    known = {h.id for h in row.heard}
    for heard in came:
        if heard.id in known:
            continue
        known.add(heard.id)
        if heard.name in ENDINGS:
            _leave(row, None, heard.name[1:], None)
        else:
            _hear(journey, row, heard)


def _hear(journey: Journey, row: Draft, heard: Heard) -> None:
    goal = journey.goal
    reached = (
        goal is not None
        and row.goal_at is None
        and answers(heard, goal.on, row)
        and (goal.within is None or heard.at <= row.entered_at + goal.within * row.pace)
    )
    if reached:
        row.goal_at = heard.at
    if row.exit_seq is None:
        for out in () if _is_through(row) else journey.exits:
            if answers(heard, out.on, row):
                return _leave(row, out.start, "goal" if reached else "exit", heard)
        if reached:
            return _leave(row, None, "goal", heard)
    if any(answers(heard, on, row) for on in journey.awaited):
        row.heard = (*row.heard, heard)[-HEARD:]
    return None


def _leave(row: Draft, start: str | None, outcome: str, event: Heard | None) -> None:
    """Out of the steps, into the exit's own. Sends created before this are cancelled at their last look."""
    row.step = None if row.is_held_out else start
    row.step_since = event.at if event else row.step_since
    row.status = "active"
    row.outcome = outcome
    row.event = event
    row.exit_seq = row.seq + 1
    row.last_send = None
    row.due = None
    row.loops = {}
    if row.held_at is not None and event is not None:
        row.held_at = event.at  # held before it came; what it sets off is as old as it is


def _unblocked(enrolment: Enrolment) -> bool:
    """It waited for a message to leave, and the message left or never will."""
    if CLOSED not in enrolment.awaits:
        return False
    if enrolment.status == "closing" or enrolment.last_send is None:
        return not enrolment.open
    return send_row(enrolment.last_send, enrolment.steps[enrolment.last_send].visit) not in enrolment.open


def _reach(
    row: Draft,
    left: str,
    target: str | None,
    now: datetime,
    since: datetime,
    event: Heard | None = None,
    variant: str | None = None,
) -> None:
    before = row.steps.get(left)
    if before is None:
        row.steps[left] = _memory(now, row.seq + 1, 1, event, variant)
    else:
        row.steps[left] = _memory(now, row.seq + 1, before.visit + 1, event, variant, before.contest)
    row.step = target
    row.step_since = since
    row.due = None
    if event is not None:
        row.event = event
    if variant is not None:
        row.variant = variant


def _park(journey: Journey, row: Draft, due: datetime, awaits: frozenset[str]) -> None:
    row.seq += 1
    row.status = "active"
    row.due = due
    row.sweep_at = due + SWEEP_AFTER
    row.awaits = awaits | _watched(journey, row)
    row.attempts = 0
    row.held_at = None


def _hold(journey: Journey, row: Draft, now: datetime) -> None:
    """Stays where it is, with nobody to wake it but an event that ends it, until the journey is released."""
    row.held_at = row.held_at or row.due or now
    row.seq += 1
    row.due = row.sweep_at = None
    row.awaits = _watched(journey, row)
    row.attempts = 0


def _measure(journey: Journey, row: Draft, now: datetime) -> None:
    """Somebody held out takes no step; the journey only looks whether they reach the goal by themselves."""
    within = journey.goal.within if journey.goal is not None else None
    until = row.entered_at + (within or MEASURED) * row.pace
    if row.exit_seq is not None or now >= until:
        _finish(journey, row, "held out", now)
    else:
        _park(journey, row, until, frozenset())


def _finish(journey: Journey, row: Draft, outcome: str, now: datetime) -> None:
    """Done, unless the goal is still watched for; closing while messages are open: an exit may yet cancel them."""
    row.step = None
    row.outcome = row.outcome or outcome
    if journey.measured is not None and row.goal_at is None and row.exit_seq is None:
        until = row.entered_at + journey.measured * row.pace
        if now < until:
            return _park(journey, row, until, frozenset())
    row.seq += 1
    row.attempts = 0
    row.held_at = None
    if row.open:
        row.status = "closing"
        row.due = now + CLOSING_CHECK
        row.sweep_at = row.due + SWEEP_AFTER
        row.awaits = _watched(journey, row) | {CLOSED}
    else:
        row.status = "done"
        row.due = row.sweep_at = None
        row.awaits = frozenset()
    return None


def _is_through(row: Enrolment) -> bool:
    """Past its last step and message: only the goal is still watched for, and an exit has nothing more to do."""
    return row.status == "active" and row.step is None and row.outcome is not None and not row.open


def _watched(journey: Journey, row: Enrolment) -> frozenset[str]:
    """What is watched all the time."""
    return WATCHED | journey.always_wakes if row.exit_seq is None else WATCHED
