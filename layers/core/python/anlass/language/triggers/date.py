"""`{"type": "date", "field": "profile.birthday", "repeat": "yearly", "offset": "-3 days", "at": "09:00"}`"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from anlass.domain import registry
from anlass.domain.duration import parse_duration
from anlass.domain.trigger import DateTrigger
from anlass.language.building import Build, Place, Scope
from anlass.language.conditions import read_field
from anlass.language.fields import FieldPath
from anlass.language.model import ClockTime, Offset, mistake
from anlass.language.triggers.base import TriggerModel

AT = "09:00"
_KEPT = ("birthday", "registered_at")
_EXAMPLES = 'Take a date that the shop sends, such as "profile.birthday", or "profile.registered_at".'
_SINCE = 'Take {"type": "inactivity", "events": ["Order Completed"], "for": "90 days"}: it counts from the latest one.'
_FIELD = ("field",)
DEEPEST = 2  # "profile.child.birthday"


class DateModel(TriggerModel):
    """Starts on a date of the person: on its returns, or on the date itself."""

    type: Literal["date"]
    field: FieldPath = Field(description='A date: "profile.birthday", "profile.registered_at", a trait of your own')
    repeat: Literal["yearly"] | None = Field(None, description="On each return; the date itself once, if left out")
    years: list[Annotated[int, Field(ge=1, le=150)]] = Field([], description="Only these returns: [3] is the third")
    offset: Offset | None = Field(None, description='Days before or after it: "-3 days"')
    at: ClockTime = Field(AT, description='The recipient\'s local time, "09:00"')

    @model_validator(mode="after")
    def _can_ever_start(self) -> DateModel:
        _check_field(self.field)
        days = whole_days(self.offset)
        if self.years and self.repeat is None:
            message = '"years" counts the returns of a date, and this one does not return.'
            raise mistake("trigger.years", message, 'Add "repeat": "yearly".', ["years"])
        if self.repeat and abs(days) >= timedelta(days=365):
            message = f'"{self.offset}" is a year away from a date that comes every year.'
            remedy = 'Write less than 365 days; "years" says which return is meant.'
            raise mistake("trigger.offset", message, remedy, ["offset"])
        return self

    @property
    def enters_with(self) -> tuple[str, ...]:
        return ()

    def compile(self, key: str, place: Place, build: Build) -> DateTrigger:
        read_field(self.field, (*place, "field"), Scope(frozenset({"profile"}), _EXAMPLES), build)
        offset, at = whole_days(self.offset), time.fromisoformat(self.at)
        return DateTrigger(key, self.field, self.repeat is not None, frozenset(self.years), offset, at)


def whole_days(offset: str | None) -> timedelta:
    """An offset of days: the hour stands elsewhere."""
    found = parse_duration(offset) if offset else timedelta(0)
    if found % timedelta(days=1):
        message = f'"{offset}" is not a number of days.'
        raise mistake("trigger.offset", message, 'Write days or weeks, like "-3 days"; "at" says the hour.', ["offset"])
    return found


def _check_field(field: str) -> None:
    """Refuses what is no date, or one that moves with all that the person does."""
    if not field.startswith("profile."):
        raise mistake(
            "trigger.field", f'"{field}" is nothing that is known of a person all the time.', _EXAMPLES, _FIELD
        )
    known = registry.field_of(field)
    if known is not None and known.name not in _KEPT:
        if known.type == "time":
            message = f'"{field}" moves with all that the person does; nothing is to happen on a date of it.'
            raise mistake("trigger.field", message, _SINCE, _FIELD)
        raise mistake("trigger.field", f'"{field}" is no date.', _EXAMPLES, _FIELD)
    if field.count(".") > DEEPEST:
        message = f'"{field}" lies too deep: dates are looked for in traits and one level below.'
        raise mistake("trigger.field", message, "Send the date as a trait of its own.", _FIELD)
