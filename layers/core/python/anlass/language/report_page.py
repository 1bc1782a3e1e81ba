"""The pages that publishing leaves beside what it was given: what is wrong, what is missing, what is live.

A marketer opens them from the bucket. They hold nothing from elsewhere and run nothing; everything that came from a
file is escaped, and each mail lies in a frame that may do nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from anlass.language.diagnostics import Diagnostic
from anlass.language.picture.graph import Picture
from anlass.language.picture.svg import svg
from anlass.language.report_page_layout import LAYOUT, OVERVIEW, REPORT
from anlass.language.report_page_mails import SampleMail

Page = NewType("Page", str)
_WIDEST, _BEFORE = 160, 60  # characters of a line that are shown, and before what is meant


@dataclass(frozen=True)
class Found:
    """A finding, and the line of the file that it is about."""

    finding: Diagnostic
    line: str = ""

    @property
    def shown(self) -> str:
        """The line, or the part of a long one that is meant."""
        end = self._start + _WIDEST
        return ("…" if self._start else "") + self.line[self._start : end] + ("…" if end < len(self.line) else "")

    @property
    def mark(self) -> str:
        """What stands under it: `    ^^^^`."""
        if not self.line or self.finding.column is None:
            return ""
        before = ("…" if self._start else "") + self.line[self._start : self.finding.column - 1]
        gap = "".join(sign if sign == "\t" else " " for sign in before)
        return gap + "^" * max(1, min(self.finding.length or 1, len(self.shown) - len(gap)))

    @property
    def _start(self) -> int:
        column = self.finding.column or 1
        return max(0, column - _BEFORE) if len(self.line) > _WIDEST else 0


@dataclass(frozen=True)
class ShownMessage:
    """A template that a journey sends, or that was published. `purpose` is empty while it is not there."""

    template: str
    purpose: str = ""
    mails: Sequence[SampleMail] = ()
    note: str = ""


@dataclass(frozen=True)
class Report:
    """What became of a path. `status`: live, test, off, waiting, refused or removed. `since`: ISO, of what is live."""

    path: str
    title: str
    status: str
    at: datetime
    why: str = ""
    version: str | None = None
    since: str | None = None
    found: Sequence[Found] = ()
    missing: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    picture: Picture | None = None
    picture_note: str = ""
    messages: Sequence[ShownMessage] = field(default_factory=tuple)


@dataclass(frozen=True)
class Row:
    """One line of the overview. `page`: where its report lies, below reports/."""

    title: str
    page: str
    status: str
    version: str | None = None
    since: str | None = None
    errors: int = 0
    warnings: int = 0
    missing: Sequence[str] = ()


def report_page(report: Report) -> Page:
    """The page of one path."""
    drawing = Markup(svg(report.picture)) if report.picture else None  # noqa: S704  # our own, escaped as it is drawn
    meaning = (_JOURNEY if report.path.startswith("journeys/") else _OTHER)[report.status]
    is_wrong = any(each.finding.severity == "error" for each in report.found)
    words = {"meaning": meaning, "is_wrong": is_wrong, "title": report.title, "at": _time(report.at)}
    return Page(_REPORT.render(report=report, drawing=drawing, **words))


def overview_page(shop: str, groups: Sequence[tuple[str, Sequence[Row]]], at: datetime) -> Page:
    """All at a glance. `groups`: a heading and its rows each; what wants looking after comes first."""
    sorted_groups = [(heading, sorted(rows, key=_urgency), _counted(rows)) for heading, rows in groups if rows]
    return Page(_OVERVIEW.render(shop=shop, groups=sorted_groups, title="What is published", at=_time(at)))


def _urgency(row: Row) -> tuple[bool, bool, bool, str]:
    return (not row.errors, row.status not in ("refused", "waiting"), not row.warnings, row.title.casefold())


def _counted(rows: Sequence[Row]) -> str:
    """`17 live, 1 waiting; 2 with errors`."""
    of_each = {status: sum(row.status == status for row in rows) for status in _JOURNEY}
    states = ", ".join(f"{count} {status}" for status, count in of_each.items() if count)
    wrong = sum(row.errors > 0 for row in rows)
    return f"{states}; {wrong} with errors" if wrong else states


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _day(since: str | None) -> str:
    return since.replace("T", " ")[:16] + " UTC" if since else ""


# status → what it means
_JOURNEY = {
    "live": "runs for everybody",
    "test": "runs for the test people of settings.json, days as minutes",
    "off": "switched off: nobody enters",
    "waiting": "right, but waits for what is missing",
    "refused": "the file is wrong; it changes nothing that is live",
    "removed": "deleted: nobody new enters",
}
_OTHER = {**_JOURNEY, "live": "this is what is used", "removed": "deleted"}
_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_ENVIRONMENT.filters["day"] = _day
_REPORT = _ENVIRONMENT.from_string(LAYOUT.replace("BODY", REPORT))
_OVERVIEW = _ENVIRONMENT.from_string(LAYOUT.replace("BODY", OVERVIEW))
