"""Finds the model, and the field, that a place in a file belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from anlass.language.model import TAG


def model_at(root: type[BaseModel], loc: Sequence[str | int]) -> type[BaseModel] | None:
    """The model of the object at `loc` (an error's, with its tags), if there is one."""
    current: Any = root
    for part in loc:
        current = _inside(current, part)
        if current is None:
            return None
    return next(_models(current), None)


def field_of(root: type[BaseModel], loc: Sequence[str | int]) -> FieldInfo | None:
    """The field that `loc` names."""
    names = [i for i, part in enumerate(loc) if isinstance(part, str) and not part.startswith(TAG)]
    if not names:
        return None
    model = model_at(root, loc[: names[-1]])
    return _field(model, str(loc[names[-1]])) if model is not None else None


def tags_beside(root: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The tags of the union whose chosen member `loc` ends with; none if it ends otherwise."""
    if not loc or not str(loc[-1]).startswith(TAG):
        return []
    current: Any = root
    for part in loc[:-1]:
        current = _inside(current, part)
    return [
        each.tag.removeprefix(TAG)
        for member in _members(current)
        for each in getattr(member, "__metadata__", ())
        if isinstance(each, Tag)
    ]


def keys_of(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items() if field.alias != "$schema"]


def inner_models(model: type[BaseModel], name: str) -> Iterator[type[BaseModel]]:
    """The models that the values of a key can be, or the items of a list there."""
    field = _field(model, name)
    for member in _members(field.annotation) if field is not None else ():
        bare = _bare(member)
        yield from _models(get_args(bare)[0] if get_origin(bare) is list else bare)


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    return next((field for name, field in model.model_fields.items() if key == (field.alias or name)), None)


def _inside(annotation: Any, part: str | int) -> Any:
    """The annotation of a member; None where the walk ends."""
    if isinstance(part, str) and part.startswith(TAG):
        return _tagged(annotation, Tag(part))
    for member in _members(annotation):
        bare = _bare(member)
        if isinstance(part, int) and get_origin(bare) is list:
            return get_args(bare)[0]
        if isinstance(part, str) and get_origin(bare) is dict:
            return get_args(bare)[1]
        if isinstance(part, str) and isinstance(bare, type) and issubclass(bare, BaseModel):
            field = _field(bare, part)
            if field is not None:
                return field.annotation
    return None


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for member in _members(annotation):
        bare = _bare(member)
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            yield bare


def _members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union and of the unions in it, or the one annotation."""
    bare = _bare(annotation)
    if get_origin(bare) not in (Union, UnionType):
        return (annotation,)
    return tuple(inner for member in get_args(bare) for inner in _members(member))


def _tagged(annotation: Any, tag: Tag) -> Any:
    """The member of a union that has this tag; it may be a union itself."""
    bare = _bare(annotation)
    for member in get_args(bare) if get_origin(bare) in (Union, UnionType) else ():
        found = member if tag in getattr(member, "__metadata__", ()) else _tagged(member, tag)
        if found is not None:
            return found
    return None


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
