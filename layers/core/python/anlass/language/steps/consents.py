"""`{"subscribe": {"topic": "news"}}`, `{"unsubscribe": {"topic": "news"}}`, `{"unsubscribe": "all"}`"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from anlass.domain.consent import ALL_TOPICS
from anlass.domain.effects import Say
from anlass.domain.step import Ask, Do, Moment, Move
from anlass.language.building import Build, Here
from anlass.language.model import Model, by_type, tagged
from anlass.language.settings import Channel
from anlass.language.steps.base import StepModel

_FORMS = 'Write {"topic": "news", "channel": "email"} or "all".'


class Subscription(Model):
    topic: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", description="A topic of settings.json")
    channel: Channel = Field("email", description="Through which channel")


class SubscribeStep(StepModel):
    """Notes that the person agreed. What they withdrew by themselves stays withdrawn."""

    subscribe: Subscription

    def compile(self, here: Here, build: Build) -> ConsentRun:
        said = self.subscribe
        build.topics.setdefault(said.topic, (*here.place, "subscribe", "topic"))
        return ConsentRun(here.id, here.next, Say("granted", said.topic, said.channel))


class UnsubscribeStep(StepModel):
    """Ends what the person gets: one topic through one channel, or everything. It is the shop's word: its own next
    `SUBSCRIBED` takes it back. Where the person said it (the button `leave`, any page), nothing of the shop does.
    """

    unsubscribe: Annotated[
        Annotated[Subscription, tagged("one")] | Annotated[Literal["all"], tagged("all")],
        by_type("subscription", _FORMS, one=dict, all=str),
    ]

    def compile(self, here: Here, build: Build) -> ConsentRun:
        said = self.unsubscribe
        if isinstance(said, str):
            return ConsentRun(here.id, here.next, Say("withdrawn", ALL_TOPICS, None))
        build.topics.setdefault(said.topic, (*here.place, "unsubscribe", "topic"))
        return ConsentRun(here.id, here.next, Say("withdrawn", said.topic, said.channel))


@dataclass(frozen=True, slots=True)
class ConsentRun:
    id: str
    next: str | None
    say: Say
    after_send: ClassVar[bool] = True  # what stands before it still leaves

    def run(self, moment: Moment) -> Move:
        return Do(self.say, self.next) if moment.facts is not None else Ask(moment.journey.asks)
