"""The resource list of each stage, committed: what a change deploys is seen in its diff.

One line a resource, as JSON: where its code comes from and its tags are left out, everything else is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.template import plain

FOLDER = Path(__file__).with_name("snapshots")
# Hashes of built files differ from machine to machine and say nothing to a reader.
_LEFT_OUT = {"AWS::Lambda::Function": ("Code",), "AWS::Lambda::LayerVersion": ("Content",)}

Lines = dict[str, dict[str, Any]]  # by logical id


def snapshot_of(template: Mapping[str, Any]) -> Lines:
    return {id_: _line(resource) for id_, resource in _named(template)}


def _named(template: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A version's id holds the hash of its code; everything else is called as it is."""
    versions = {id_ for id_, r in template["Resources"].items() if r["Type"] == "AWS::Lambda::Version"}
    stable = {id_: id_[:-32] for id_ in versions}
    text = json.dumps(template["Resources"])
    for id_, short in stable.items():
        text = text.replace(id_, short)
    yield from sorted(json.loads(text).items(), key=lambda item: (item[1]["Type"], item[0]))


def _line(resource: Mapping[str, Any]) -> dict[str, Any]:
    left_out = ("Tags", *_LEFT_OUT.get(resource["Type"], ()))
    properties = {k: _opened(plain(v)) for k, v in resource.get("Properties", {}).items() if k not in left_out}
    policies = {k: v for k, v in resource.items() if k in ("DeletionPolicy", "DependsOn", "Condition")}
    return {"Type": resource["Type"], **policies, "Properties": properties}


def _opened(value: Any) -> Any:
    """JSON in a string (a dashboard, the state machine, a filter) as what it says, so that a change in it is small."""
    if isinstance(value, dict):
        return {key: _opened(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_opened(each) for each in value]
    if isinstance(value, str) and re.match(r'\s*\{\s*"', value):
        return json.loads(value)
    return value


def written(stage: str) -> Lines:
    """The committed one; empty if there is none yet."""
    file = FOLDER / f"{stage}.jsonl"
    if not file.is_file():
        return {}
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return {line.pop("id"): line for line in lines}


def write(stage: str, lines: Lines) -> None:
    FOLDER.mkdir(exist_ok=True)
    text = "".join(json.dumps({"id": id_, **line}, ensure_ascii=False) + "\n" for id_, line in lines.items())
    (FOLDER / f"{stage}.jsonl").write_text(text, encoding="utf-8")


def differences(before: Lines, after: Lines) -> Iterator[str]:
    """What a reviewer wants to know, a line each: + new, - gone, ~ what changed from what to what."""
    for id_ in sorted(before.keys() - after.keys()):
        yield f"- {before[id_]['Type']} {id_}"
    for id_ in sorted(after.keys() - before.keys()):
        yield f"+ {after[id_]['Type']} {id_}"
    for id_ in sorted(before.keys() & after.keys()):
        for path, old, new in _changed(before[id_], after[id_], ""):
            yield f"~ {after[id_]['Type']} {id_}{path}: {_short(old)} -> {_short(new)}"


def _changed(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _changed(old.get(key), new.get(key), f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _changed(before, after, f"{path}[{number}]")
    elif isinstance(old, list) and isinstance(new, list):
        yield from ((f"{path}[]", gone, None) for gone in old if gone not in new)
        yield from ((f"{path}[]", None, come) for come in new if come not in old)
    elif old != new:
        yield path, old, new


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
