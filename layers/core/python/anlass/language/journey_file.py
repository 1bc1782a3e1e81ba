"""A journey file: what stands at its top."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from anlass.domain.duration import parse_duration
from anlass.domain.journey import Entry, Exit, Goal
from anlass.language.building import Build, Place, Scope
from anlass.language.conditions import Condition, read_field
from anlass.language.fields import FieldPath
from anlass.language.listening import ListeningModel
from anlass.language.meant import same
from anlass.language.model import Duration, Id, Model, Words, by_type, mistake, positive, tagged
from anlass.language.settings import Cap, CapScope
from anlass.language.steps import AnyStep
from anlass.language.times_meant import duration_meant
from anlass.language.triggers import AnyTrigger

_TRIGGERS = 'Write {"type": "event", "event": "Order Completed"}, or a list of such.'
Again = Literal["always", "never"] | timedelta
_WORDS: dict[str, Again] = {"always": "always", "never": "never"}


def _again(words: str) -> str:
    if words in _WORDS:
        return words
    after, _, duration = words.partition(" ")
    if after != "after":
        message = f'"{words}" does not say when somebody may enter again.'
        meant = same(words, _WORDS) or (f"after {found}" if (found := duration_meant(words)) else None)
        remedy = f'Write "{meant}".' if meant else 'Write "always", "never" or "after 7 days".'
        raise mistake("entry.again", message, remedy)
    positive(duration)
    return words


class BackfillModel(Model):
    """How people enter who qualified before the journey was there."""

    per_day: int = Field(ge=1, le=1_000_000, description="How many of them a day")


class EntryModel(Model):
    """How often somebody may enter."""

    per: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description='A property of the entry event; each value enters once: "order_id"',
    )
    again: (
        Annotated[
            str,
            AfterValidator(_again),
            Field(
                description='"always", "never" or "after 7 days", counted from the last entry',
                json_schema_extra={"pattern": r"^(always|never|after \d{1,5} (minute|hour|day|week)s?)$"},
            ),
        ]
        | None
    ) = None
    while_active: Literal["ignore", "restart"] = Field("ignore", description="What a second entry does to the first")
    max_age: Duration = Field("24 hours", description="An event that is older when it arrives enrols nobody")
    backfill: BackfillModel | None = Field(
        None, description="People who qualified before the journey was there enter too, a share a day"
    )

    def compiled(self) -> Entry:
        words = self.again or ("never" if self.per else "always")
        again = _WORDS.get(words) or parse_duration(words.removeprefix("after "))
        backfill = self.backfill.per_day if self.backfill else None
        return Entry(self.per, again, self.while_active, parse_duration(self.max_age), backfill)


class ExitModel(ListeningModel):
    """Watched all the time, also while a message is on its way; its own steps may say thank you."""

    steps: list[AnyStep] = Field([], description="What still happens on the way out")

    def compiled(self, place: Place, build: Build) -> Exit:
        return Exit(self.listening(place, build), build.path(self.steps, (*place, "steps"), None))


class GoalModel(ListeningModel):
    """What counts as success. Who reaches it leaves the journey."""

    within: Duration | None = Field(None, description="How long after entering it still counts")
    value: FieldPath | None = Field(None, description='What it is worth: "event.properties.total"')

    def compiled(self, place: Place, build: Build) -> Goal:
        on = self.listening(place, build)
        if self.value is not None:
            scope = Scope(
                frozenset({"event"}), 'The worth is a property of the event: "event.properties.total".', (self.event,)
            )
            read_field(self.value, (*place, "value"), scope, build)
        return Goal(on, parse_duration(self.within) if self.within else None, self.value)


class JourneyFile(Model):
    """One journey: who enters it, what happens, and when it ends."""

    schema_: str | None = Field(None, alias="$schema")
    id: Id = Field(description="The file's name without .json: small letters, digits, - and _, 40 at most")
    name: Words | None = Field(None, description="What people call it")
    why: Words | None = Field(None, description="What it is for, in your own words")
    status: Literal["off", "test", "live"] = Field(
        "off",
        description="off: takes nobody, and holds those inside where they are until it goes on; test: for "
        "settings.test_people only, days as minutes; live. Deleting the file lets those inside finish",
    )
    topic: str = Field("news", pattern=r"^[a-z][a-z0-9_-]*$", description="What people must have consented to")
    priority: int = Field(50, ge=0, le=100, description="Who goes first where a cap lets only one through")
    trigger: Annotated[
        Annotated[AnyTrigger, tagged("one")]
        | Annotated[list[AnyTrigger], tagged("list"), Field(min_length=1, max_length=20)],
        by_type("trigger", _TRIGGERS, one=dict, list=list),
    ] = Field(description="What starts it; of a list whichever comes first")
    who: Condition | None = Field(None, description="For whom, tested when they would enter")
    entry: EntryModel = EntryModel()
    exit: list[ExitModel] = Field([], max_length=20, description="Events that end it")
    goal: GoalModel | None = None
    holdout: float = Field(
        0, ge=0, le=100, description="This percentage of those who qualify gets nothing and is measured"
    )
    in_flight: Literal["keep", "migrate", "drain"] = Field(
        "keep",
        description="keep: those inside stay on their version; migrate: they go on with the new one, by step id; "
        "drain: they finish, nobody new enters",
    )
    caps: dict[CapScope, Cap] = Field(
        {}, description='The most messages of this journey: {"email": {"week": 1}}; "all": through all channels'
    )
    steps: list[AnyStep] = Field(min_length=1, description="What happens, one after the other")

    def triggers(self) -> list[tuple[Place, AnyTrigger]]:
        if isinstance(self.trigger, list):
            return [(("trigger", i), each) for i, each in enumerate(self.trigger)]
        return [(("trigger",), self.trigger)]
