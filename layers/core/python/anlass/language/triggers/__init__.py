"""All trigger types. A new one is a file in this folder and a line in `_Types`."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import Discriminator

from anlass.language.model import TAG, tagged
from anlass.language.triggers.abandonment import AbandonmentModel
from anlass.language.triggers.event import EventModel

_Types = Annotated[EventModel, tagged("event")] | Annotated[AbandonmentModel, tagged("abandonment")]
TRIGGER_TYPES: tuple[str, ...] = tuple(
    get_args(model.model_fields["type"].annotation)[0] for model in (get_args(each)[0] for each in get_args(_Types))
)


def _pick(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else None
    return f"{TAG}{kind}" if kind in TRIGGER_TYPES else None


AnyTrigger = Annotated[_Types, Discriminator(_pick, custom_error_type="union.trigger", custom_error_message="trigger")]
