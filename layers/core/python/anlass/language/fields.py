"""The fields that conditions may read: how they are spelt, and what is close to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from anlass.domain.names import ShopNames
from anlass.domain.registry import EVENTS, FIELDS, GROUPS, trait_name
from anlass.language.diagnostics import did_you_mean
from anlass.language.model import mistake, plainly
from anlass.language.not_yet import FIELDS_NOT_YET, not_yet

ROOTS = ("event", "entry", "steps", "profile", "item")
EVENT_PARTS = ("name", "at", "id", "properties")
STEP_PARTS = ("message_id", "event", "variant")
_OF_PEOPLE = frozenset(("user", "traits", "trait", "customer", "person", "contact", "recipient", "kunde", "subscriber"))
PROFILE = tuple(name for name, field in FIELDS.items() if field.is_available)


def spelt(path: str) -> str:
    """The path in its one spelling (traits in snake_case). Raises a mistake where nothing can ever be there."""
    plainly(path)
    root, *rest = path.split(".")
    if root not in ROOTS:
        is_of_person = root in GROUPS or trait_name(path) in PROFILE
        example = f"profile.{path}" if is_of_person else f"event.properties.{path}"
        if rest and root.casefold() in _OF_PEOPLE:
            example = f"profile.{'.'.join(rest)}"
        elif rest and root.casefold() == "properties":
            example = f"event.{path}"
        slip = did_you_mean(root, ROOTS) if rest and not is_of_person else ""
        guess = slip or f'Did you mean "{example}"? '
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
    if len(rest) > 1 and rest[1] in FIELDS_NOT_YET:
        raise _not_yet(path, rest[1])
    if len(rest) < 2 or rest[1] not in STEP_PARTS:
        remedy = did_you_mean(rest[1] if len(rest) > 1 else "", STEP_PARTS)
        raise mistake(
            "field.unknown",
            f'"{path}" is nothing that a step leaves behind.',
            f"{remedy}It leaves {_listed(STEP_PARTS)}, as in steps.{rest[0]}.message_id.",
        )


def _profile(path: str, rest: list[str]) -> list[str]:
    names = [trait_name(name) for name in rest]
    parts = GROUPS.get(names[0])
    if parts is not None and (len(names) != 2 or names[1] not in parts):
        remedy = did_you_mean(names[1], parts) if len(names) > 1 else ""
        known = _listed(f"profile.{names[0]}.{part}" for part in parts)
        raise mistake("field.unknown", f'The system keeps no "{path}".', f"{remedy}There is {known}.")
    field = FIELDS.get(".".join(names)) or FIELDS.get(names[0])
    if field is not None and not field.is_available:
        raise _not_yet(path, names[0])
    return names


def _not_yet(path: str, name: str) -> PydanticCustomError:
    return mistake("field.not_yet", *not_yet(FIELDS_NOT_YET[name], path))


def field_paths(names: ShopNames) -> list[str]:
    """All that an editor offers: the registry's fields and those that this shop is known to send."""
    properties = sorted(names.properties_of((*EVENTS, *names.events)))
    return [
        *(f"profile.{name}" for name in PROFILE),
        *(f"profile.{name}" for name in sorted(names.traits)),
        *(f"{root}.{part}" for root in ("event", "entry") for part in ("name", "at")),
        *(f"{root}.properties.{name}" for root in ("event", "entry") for name in properties),
        *(f"item.{name}" for name in sorted(names.item_names())),
    ]


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
        json_schema_extra={"pattern": rf"^({'|'.join(ROOTS)})\..+"},  # schemas.py offers those that are known
    ),
]
