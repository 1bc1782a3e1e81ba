"""The clickstream that the demo replays: real traffic of a shop, which nobody here wrote. Fetched once."""

from __future__ import annotations

import csv
import gzip
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("data.txt")
FILE = Path("retentioneering/datasets/ecom.csv.gz")


class DataMissing(RuntimeError):
    """The data could not be fetched. Says what to do."""


@dataclass(frozen=True, slots=True)
class Click:
    """One row: somebody did something in the shop. `row` is its place in the file, `at` aware UTC."""

    row: int
    user: str
    session: str
    event: str
    at: datetime
    platform: str  # desktop | mobile | tablet
    channel: str  # where the visitor came from
    lifecycle: str  # new | returning | loyal


def fetch_data(folder: Path) -> Path:
    """The data file, installed into `folder` by its hash if it is not there yet. Raises DataMissing."""
    file = folder / FILE
    if file.exists():
        return file
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder)]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(REQUIREMENTS)]
    try:
        subprocess.run(command, check=True)  # noqa: S603 - our own uv with fixed arguments
    except (OSError, subprocess.CalledProcessError) as fault:
        raise DataMissing(
            f"the demo's data could not be installed ({fault}). It comes once, from the package index that pip uses: "
            "check the connection, then run the command again."
        ) from fault
    return file


def read_clicks(file: Path) -> list[Click]:
    """All rows in the order of their times; rows of the same time in the order of the file."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        return in_time(_clicks(csv.DictReader(text)))


def _clicks(rows: Iterable[dict[str, str]]) -> Iterable[Click]:
    for number, row in enumerate(rows):
        yield Click(
            row=number,
            user=row["user_id"],
            session=row["session_id"],
            event=row["event"],
            at=datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC),
            platform=row["platform"],
            channel=row["acquisition_channel"],
            lifecycle=row["user_lifecycle"],
        )


def in_time(clicks: Iterable[Click]) -> list[Click]:
    return sorted(clicks, key=lambda click: (click.at, click.row))


def between(clicks: Iterable[Click], since: datetime, until: datetime) -> list[Click]:
    """`since` included, `until` not."""
    return [click for click in clicks if since <= click.at < until]
