"""The registry: events and fields, each typed and explained in one line, and how names are spelt."""

from anlass.domain.registry.events import (
    ENROL,
    EVENTS,
    IDENTIFY,
    INTERNAL,
    PERSON,
    PRODUCT,
    RESTORED,
    SUNSET,
    UPDATE,
    EventType,
    PropertyType,
    Sender,
    did_you_mean,
    is_internal,
    is_system,
    known,
)
from anlass.domain.registry.fields import FIELDS, GROUPS, FieldType, events_changing, field_of
from anlass.domain.registry.spelling import nearest, trait_name

__all__ = [
    "ENROL",
    "EVENTS",
    "FIELDS",
    "GROUPS",
    "IDENTIFY",
    "INTERNAL",
    "PERSON",
    "PRODUCT",
    "RESTORED",
    "SUNSET",
    "UPDATE",
    "EventType",
    "FieldType",
    "PropertyType",
    "Sender",
    "did_you_mean",
    "events_changing",
    "field_of",
    "is_internal",
    "is_system",
    "known",
    "nearest",
    "trait_name",
]
