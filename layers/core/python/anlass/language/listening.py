"""An event that somebody listens for: exits, the goal, the answers of a `wait_for`."""

from __future__ import annotations

from pydantic import Field

from anlass.domain.journey import Listening
from anlass.language.building import Build, Place, Scope
from anlass.language.conditions import Condition, Match, matched, predicate
from anlass.language.model import EventName, Model

_EVENT_ONLY = 'Only the event itself can be looked at here ("event.properties.…"); ask the rest in a branch.'


class ListeningModel(Model):
    event: EventName
    where: Condition | None = Field(None, description="What the event must be like")
    match: Match | None = None

    def listening(self, place: Place, build: Build, step: Place | None = None) -> Listening:
        """`step`: the place of the step that listens, None where the journey does all the time."""
        build.event(self.event, (*place, "event"))
        scope = Scope(frozenset({"event"}), _EVENT_ONLY, (self.event,))
        where = predicate(self.where, (*place, "where"), scope, build)
        roots = Scope(
            frozenset({"entry", "steps"}), "An event can be matched with entry.… or steps.… only.", (), step=step
        )
        match = matched(self.match, "entry", (*place, "match"), roots, build, (self.event,))
        return Listening(self.event, where, match)
