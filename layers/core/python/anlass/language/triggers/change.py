"""`{"type": "change", "metric": "profile.spend.total", "in": "7 days", "against": "previous 90 days", "below": 0.5}`"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from anlass.domain.duration import parse_duration
from anlass.domain.trigger import ChangeTrigger
from anlass.language.building import Build, Place
from anlass.language.fields import FieldPath
from anlass.language.model import Duration, mistake, positive
from anlass.language.settings import Currency
from anlass.language.triggers.base import TriggerModel
from anlass.language.triggers.metric import COUNTED, check_metric, metric

_PREVIOUS = "previous "
Ratio = Annotated[float, Field(gt=0, le=1000)]


def _previous(words: str) -> str:
    if not words.startswith(_PREVIOUS):
        message = f'"{words}" does not say what to compare with.'
        raise mistake("trigger.against", message, 'Write for example "previous 90 days".')
    positive(words.removeprefix(_PREVIOUS))
    return words


class ChangeModel(TriggerModel):
    """Starts when somebody's habit changes: a number's daily rate of late, against the one before."""

    type: Literal["change"]
    metric: FieldPath = Field(description=f"What is compared: {', '.join(COUNTED)}")
    in_: Duration = Field(alias="in", description="The time that counts as of late")
    against: Annotated[
        str,
        AfterValidator(_previous),
        Field(
            description='The time before it: "previous 90 days"',
            json_schema_extra={"pattern": r"^previous \d{1,5} (minute|hour|day|week)s?$"},
        ),
    ]
    below: Ratio | None = Field(None, description="0.5: less than half of what it was")
    above: Ratio | None = Field(None, description="2: more than twice of what it was")
    currency: Currency | None = Field(None, description="Of money; the settings' if left out")

    @model_validator(mode="after")
    def _has_one_bound(self) -> ChangeModel:
        if (self.below is None) == (self.above is None):
            second = ["above"] if self.below is not None else []
            raise mistake("trigger.bound", 'A change has one bound: "below" or "above".', 'Write "below": 0.5.', second)
        if self.metric not in COUNTED:
            message = f'How "{self.metric}" was before is not known.'
            raise mistake("trigger.metric", message, f"Take one of {', '.join(COUNTED)}.", ["metric"])
        check_metric(self.metric, self.currency)
        return self

    @property
    def enters_with(self) -> tuple[str, ...]:
        return (COUNTED[self.metric],)

    def compile(self, key: str, place: Place, build: Build) -> ChangeTrigger:  # noqa: ARG002  # nothing to look up
        found = metric(self.metric, self.currency)
        window, against = parse_duration(self.in_), parse_duration(self.against.removeprefix(_PREVIOUS))
        bound = self.below if self.below is not None else self.above
        rises, event = self.below is None, COUNTED[self.metric]
        return ChangeTrigger(key, found, event, window, against, float(bound or 0), rises)
