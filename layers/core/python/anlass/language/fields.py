"""The fields that conditions may read: how they are spelt, and what is close to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator, Field

from anlass.domain.registry import EVENTS, PRODUCT, trait_name
from anlass.language.diagnostics import did_you_mean
from anlass.language.model import mistake

ROOTS = ("event", "entry", "steps", "profile", "item")
EVENT_PARTS = ("name", "at", "id", "properties")
STEP_PARTS = ("message_id", "event")
# What the system keeps of a person under one name each; every other name is a trait as the shop sends it.
KEPT: Mapping[str, tuple[str, ...]] = {
    "orders": ("count", "last_at", "interval", "last_categories"),
    "spend": ("total", "average"),
    "cart": ("value", "items"),
    "views": ("count",),
}
PROFILE = (
    *("id", "email", "phone", "country", "region", "locale", "timezone", "birthday", "age", "registered_at"),
    *("interests", "tags", "last_seen", "first_name", "last_name"),
    *(f"{name}.{part}" for name, parts in KEPT.items() for part in parts),
)


def spelt(path: str) -> str:
    """The path in its one spelling (traits in snake_case). Raises a mistake where nothing can ever be there."""
    root, *rest = path.split(".")
    if root not in ROOTS:
        example = f"profile.{path}" if root in KEPT or path in PROFILE else f"event.properties.{path}"
        guess = did_you_mean(root, ROOTS) or f'Did you mean "{example}"? '
        raise mistake("field.unknown", f'There is no field "{path}".', f"{guess}A field starts with {_listed(ROOTS)}.")
    if not rest or not all(rest):
        raise mistake("field.unknown", f'"{path}" names no field.', f'Write on, as in "{_EXAMPLES[root]}".')
    match root:
        case "event" | "entry":
            _check_event(path, root, rest)
        case "steps":
            _check_step(path, rest)
        case "profile":
            return ".".join(("profile", *_profile(path, rest)))
        case _:
            pass
    return path


def _check_event(path: str, root: str, rest: list[str]) -> None:
    if rest[0] not in EVENT_PARTS:
        remedy = did_you_mean(rest[0], EVENT_PARTS) or f'Did you mean "{root}.properties.{".".join(rest)}"? '
        raise mistake("field.unknown", f'An event has no "{rest[0]}".', f"{remedy}It has {_listed(EVENT_PARTS)}.")
    if rest == ["properties"]:
        raise mistake("field.unknown", f'"{path}" names no property.', f'Write on, as in "{_EXAMPLES[root]}".')


def _check_step(path: str, rest: list[str]) -> None:
    if len(rest) < 2 or rest[1] not in STEP_PARTS:
        remedy = did_you_mean(rest[1] if len(rest) > 1 else "", STEP_PARTS)
        raise mistake(
            "field.unknown",
            f'"{path}" is nothing that a step leaves behind.',
            f"{remedy}It leaves {_listed(STEP_PARTS)} in this version, as in steps.{rest[0]}.message_id.",
        )


def _profile(path: str, rest: list[str]) -> list[str]:
    names = [trait_name(name) for name in rest]
    parts = KEPT.get(names[0])
    if parts is not None and (len(names) != 2 or names[1] not in parts):
        remedy = did_you_mean(names[1], parts) if len(names) > 1 else ""
        known = _listed(f"profile.{names[0]}.{part}" for part in parts)
        raise mistake("field.unknown", f'The system keeps no "{path}".', f"{remedy}There is {known}.")
    return names


def likely_property(name: str, events: Iterable[str]) -> str | None:
    """The property that an unknown one most likely stands for, if the registry knows all of these events."""
    types = [EVENTS.get(event) for event in events]
    known = {each for type_ in types if type_ for each in type_.properties}
    if not types or None in types or name in known:
        return None
    return _likely(name, known)


def likely_item(name: str) -> str | None:
    """The same for one line of an order, a cart or a list."""
    return None if name in PRODUCT else _likely(name, PRODUCT)


def _likely(name: str, known: Iterable[str]) -> str | None:
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.75)), None)


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


_EXAMPLES = {
    "event": "event.properties.product_id",
    "entry": "entry.properties.product_id",
    "steps": "steps.reminder.message_id",
    "profile": "profile.cart.value",
    "item": "item.category",
}

FieldPath = Annotated[
    str,
    AfterValidator(spelt),
    Field(
        description='What is looked at: "event.properties.category", "profile.cart.value", "item.price"',
        json_schema_extra={
            "anyOf": [
                {"enum": [f"profile.{name}" for name in PROFILE]},
                {"type": "string", "pattern": rf"^({'|'.join(ROOTS)})\..+"},
            ]
        },
    ),
]
