"""The marketers' folder, put into the local bucket as an upload to S3 would, and what publishing said to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cli.runtime.world import LocalRuntime

FOLDER = Path("content")
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
    bucket = runtime.names.physical("content")
    stored = runtime.client("s3").get_object(Bucket=bucket, Key=f"content/reports/{path}.json")
    report: dict[str, Any] = json.loads(stored["Body"].read())
    return report


def publish_all(runtime: LocalRuntime, folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Uploads everything; the last report of each file. Templates are complete only with their last file."""
    return {path: upload(runtime, path, content) for path, content in files(folder).items()}
