"""All trigger types. A new one is a file in this folder and a line in `_Types`."""

from __future__ import annotations

from typing import Annotated, get_args

from anlass.language.model import by_word, tagged
from anlass.language.triggers.abandonment import AbandonmentModel
from anlass.language.triggers.absence import AbsenceModel
from anlass.language.triggers.change import ChangeModel
from anlass.language.triggers.date import DateModel
from anlass.language.triggers.enrolled import EnrolledModel
from anlass.language.triggers.event import EventModel
from anlass.language.triggers.inactivity import InactivityModel
from anlass.language.triggers.replenish import ReplenishModel
from anlass.language.triggers.schedule import ScheduleModel
from anlass.language.triggers.segment import SegmentModel
from anlass.language.triggers.threshold import ThresholdModel

_Types = (
    Annotated[EventModel, tagged("event")]
    | Annotated[AbandonmentModel, tagged("abandonment")]
    | Annotated[AbsenceModel, tagged("absence")]
    | Annotated[SegmentModel, tagged("segment")]
    | Annotated[ChangeModel, tagged("change")]
    | Annotated[DateModel, tagged("date")]
    | Annotated[ScheduleModel, tagged("schedule")]
    | Annotated[ReplenishModel, tagged("replenish")]
    | Annotated[ThresholdModel, tagged("threshold")]
    | Annotated[InactivityModel, tagged("inactivity")]
    | Annotated[EnrolledModel, tagged("enrolled")]
)
TRIGGER_TYPES: tuple[str, ...] = tuple(
    get_args(model.model_fields["type"].annotation)[0] for model in (get_args(each)[0] for each in get_args(_Types))
)
AnyTrigger = Annotated[
    _Types, by_word("trigger", "type", TRIGGER_TYPES, '{"type": "event", "event": "Order Completed"}')
]
