"""What every trigger type has."""

from __future__ import annotations

from abc import abstractmethod

from anlass.domain.trigger import Trigger
from anlass.language.building import Build, Place, Scope
from anlass.language.model import Model
from anlass.language.picture.trigger_words import trigger_words
from anlass.language.picture.words import Saying


class TriggerModel(Model):
    """A trigger as it is written; `type` names its form."""

    @property
    @abstractmethod
    def enters_with(self) -> tuple[str, ...]:
        """The events that `entry.*` may show; none where it is not known, or no event at all."""

    def says(self) -> Saying:
        """What starts the journey, in a marketer's words, for pictures of it."""
        return trigger_words(self.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False))

    @abstractmethod
    def compile(self, key: str, place: Place, build: Build) -> Trigger | None:
        """`key` names the trigger's timers: "<journey>/<position>". None: nothing of its own starts it."""


def trigger_scope(*events: str) -> Scope:
    remedy = 'A trigger\'s "where" is about the event alone; a condition on the person belongs into "who".'
    return Scope(frozenset({"event", "history"}), remedy, events, anchor="event")


def person_scope() -> Scope:
    remedy = "Take profile.…: this is about the person, whenever it is looked at."
    return Scope(frozenset({"profile", "history", "journeys", "reachable", "segments"}), remedy)
