"""`{"send": {"template": "cart-reminder", "channels": ["email"], "at": "09:00"}}`"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import ClassVar

from pydantic import Field, field_validator

from anlass.domain.engine import CLOSED, CLOSING_CHECK
from anlass.domain.enrolment import SWEEP_AFTER
from anlass.domain.quick import maker
from anlass.domain.send import Send
from anlass.domain.step import Ask, Moment, Move, emit, on_time, park
from anlass.domain.subscribing import REQUESTED
from anlass.language.building import Build, Here
from anlass.language.model import ClockTime, Model, mistake
from anlass.language.settings import Channel
from anlass.language.steps.base import StepModel

STALE_AFTER = timedelta(hours=48)
AVAILABLE: tuple[Channel, ...] = ("email",)


class Letter(Model):
    template: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="A folder in templates/: small letters, digits, - and _"
    )
    channels: list[Channel] | None = Field(
        None, min_length=1, description="The first one that is allowed is taken; the template's if left out"
    )
    at: ClockTime | None = Field(None, description='Leaves at the next such time of the recipient\'s day: "09:00"')

    @field_validator("channels")
    @classmethod
    def _one_is_there(cls, channels: list[Channel] | None) -> list[Channel] | None:
        if channels is not None and not set(channels) & set(AVAILABLE):
            raise mistake("send.channel", "This version sends e-mail only.", 'Add "email" to the channels.')
        return channels


class SendStep(StepModel):
    """Sends a message. What follows starts when it has left, or was skipped."""

    send: Letter

    def compile(self, here: Here, build: Build) -> SendRun:
        letter = self.send
        build.templates.setdefault(letter.template, (*here.place, "send", "template"))
        channels = letter.channels or AVAILABLE
        for position, channel in enumerate(channels):
            if channel not in AVAILABLE:
                place = (*here.place, "send", "channels", position)
                message = f'Nothing is sent through "{channel}" yet.'
                build.warning("send.channel", place, message, "Leave it for a later version, or take it out.")
        channel = next(each for each in channels if each in AVAILABLE)
        return SendRun(here.id, here.next, letter.template, channel, _time(letter.at))


@dataclass(frozen=True, slots=True)
class SendRun:
    """The send as it runs."""

    id: str
    next: str | None
    template: str
    channel: str
    at: time | None
    after_send: ClassVar[bool] = False

    def run(self, moment: Moment) -> Move:
        now, enrolment, journey = moment.now, moment.enrolment, moment.journey
        ahead = moment.last_send() if enrolment.open else None
        if ahead is not None and ahead.is_open and ahead.until is not None and ahead.until > now:
            return park(ahead.until + CLOSING_CHECK, frozenset({CLOSED}))
        until = None
        if self.at is not None:
            if moment.zone is None:
                return Ask(journey.asks)
            # In test, the hours until then pass as fast as all others.
            next_ = moment.next_at(self.at, on_time(moment.started(), now), moment.zone)
            until = now + (next_ - now) * enrolment.pace if next_ > now else None
        before = enrolment.steps.get(self.id)
        visit = before.visit + 1 if before else 1
        not_after = (until or moment.planned or now) + STALE_AFTER
        send = _send(  # by position, for that takes half the time
            enrolment.id,
            self.id,
            visit,
            enrolment.profile,
            journey.id,
            journey.version,
            self.template,
            journey.topic,
            enrolment.seq + 1,
            now,
            not_after,
            self.channel,
            until=until,
            generation=1,
            sweep_at=(until or now) + SWEEP_AFTER,
            request="send" if until is None else "schedule",
            requested_at=enrolment.entered_at if enrolment.entry.name == REQUESTED else None,
            since=enrolment.since,
        )
        return emit(send, self.next)


_send = maker(Send)


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
