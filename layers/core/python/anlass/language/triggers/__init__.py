"""All trigger types. A new one is a file in this folder and a line in `_Types`."""

from __future__ import annotations

from typing import Annotated, get_args

from anlass.language.model import by_word, tagged
from anlass.language.triggers.abandonment import AbandonmentModel
from anlass.language.triggers.event import EventModel

_Types = Annotated[EventModel, tagged("event")] | Annotated[AbandonmentModel, tagged("abandonment")]
TRIGGER_TYPES: tuple[str, ...] = tuple(
    get_args(model.model_fields["type"].annotation)[0] for model in (get_args(each)[0] for each in get_args(_Types))
)
AnyTrigger = Annotated[
    _Types, by_word("trigger", "type", TRIGGER_TYPES, '{"type": "event", "event": "Order Completed"}')
]
