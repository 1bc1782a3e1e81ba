"""The marketers' folder, put into the local bucket as an upload to S3 would, and what publishing said to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from starlette.responses import Response

from cli.runtime.world import LocalRuntime

FOLDER = Path(__file__).parents[2] / "content"
BLOCKS = "templates/_blocks"
NOT_CONTENT = ("schema/", "reports/")  # generated, not edited


def files(folder: Path = FOLDER) -> dict[str, bytes]:
    """Path below the folder -> file. Settings first, journeys last: any order works, this one waits least."""
    found = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    wanted = [path for path in found if not path.startswith(NOT_CONTENT)]
    order = {"settings.json": 0}
    wanted.sort(key=lambda path: (order.get(path, 2 if path.startswith("journeys/") else 1), path))
    return {path: found[path].read_bytes() for path in wanted}


def upload(runtime: LocalRuntime, path: str, content: bytes) -> dict[str, Any]:
    """The report that stands beside the file afterwards: status, diagnostics, what is missing."""
    runtime.put_content(f"content/{path}", content)
    return _report(runtime, path)


def remove(runtime: LocalRuntime, path: str) -> dict[str, Any]:
    """The same of a file that is deleted."""
    runtime.delete_content(f"content/{path}")
    return _report(runtime, path)


def stored_report(runtime: LocalRuntime, path: str) -> Response | None:
    """A report or page as it lies in the bucket, with the headers that a browser gets there; None: there is none."""
    s3 = runtime.client("s3")
    try:
        stored = s3.get_object(Bucket=runtime.names.bucket("content"), Key=f"reports/{path}")
    except s3.exceptions.NoSuchKey:
        return None
    return Response(stored["Body"].read(), media_type=stored["ContentType"])


def publish_all(
    runtime: LocalRuntime, folder: Path = FOLDER, shown: Callable[[Sequence[str]], Iterable[str]] = iter
) -> dict[str, dict[str, Any]]:
    """The whole folder; what became of the settings, each segment, template and journey. `shown` may show progress.

    The files are placed first and each of these is published once: file by file, each template would be compiled
    for each of its files, and all of them for each block.
    """
    found = files(folder)
    for path, content in found.items():
        runtime.place_content(f"content/{path}", content)
    last = {unit: path for path in found if (unit := _unit(path)) != BLOCKS}
    for unit in shown(list(last)):
        runtime.put_content(f"content/{last[unit]}", found[last[unit]])
    return {unit: _report(runtime, path) for unit, path in last.items()}


def _report(runtime: LocalRuntime, path: str) -> dict[str, Any]:
    bucket, s3 = runtime.names.bucket("content"), runtime.client("s3")
    for name in dict.fromkeys((path.removesuffix(".json"), _unit(path))):
        try:
            stored = s3.get_object(Bucket=bucket, Key=f"reports/{name}.json")
        except s3.exceptions.NoSuchKey:
            continue
        report: dict[str, Any] = json.loads(stored["Body"].read())
        return report
    finding = {
        "code": "content.ignored",
        "path": path,
        "line": None,
        "message": "This is no file that is published.",
        "remedy": "Put settings.json, journeys/<id>.json or templates/<name>/….",
    }
    return {"status": "ignored", "diagnostics": [finding], "missing": []}


def _unit(path: str) -> str:
    """What is published as one: a template is its folder."""
    return "/".join(path.removesuffix(".json").split("/")[:2])
