"""Which values an operator can compare with."""

from __future__ import annotations

import json
import re
from typing import Any

from anlass.domain.comparing import Operator, as_time
from anlass.language.model import mistake, parse


def check_value(op: Operator, value: Any) -> None:
    """Refuses a value that can make the comparison neither true nor false in any useful way."""
    written = type(value).__name__
    if op in ("in", "not_in"):
        if not isinstance(value, list) or not value or not all(_is_plain(each) for each in value):
            listed = [each.strip() for each in value.split(",")] if isinstance(value, str) and value else ["DE", "AT"]
            remedy = f"Write {json.dumps(listed, ensure_ascii=False)}."
            raise mistake("condition.value", f'"{op}" needs a list of values.', remedy)
    elif op == "exists":
        if not isinstance(value, bool):
            raise mistake("condition.value", '"exists" is true or false.', 'Write true or false, or leave "value" out.')
    elif op == "within":
        if not isinstance(value, str):
            days = value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 7
            raise mistake("condition.value", '"within" needs a duration.', f'Write for example "{days} days".')
        parse(value)
    elif op in ("before", "after"):
        if not isinstance(value, str) or as_time(value) is None:
            remedy = f'Write "{iso_date(value)}" or "2026-12-01T09:00:00+01:00"; for "in the last week" take "within".'
            raise mistake("condition.value", f'"{op}" needs a date.', remedy)
    elif not _is_plain(value):
        remedy = 'Write one text or number; for several values take "in".'
        if value is None:
            remedy = 'To ask whether nothing is there, write "op": "exists", "value": false.'
        raise mistake("condition.value", f'"{op}" compares with one value, not with {_JSON.get(written)}.', remedy)
    elif op == "starts_with" and not isinstance(value, str):
        raise mistake("condition.value", '"starts_with" needs a text.', "Put the value in quotes.")
    elif op in ("gt", "gte", "lt", "lte") and not _is_orderable(value):
        raise mistake("condition.value", f'"{op}" needs a number or a date.', "Write a number, without quotes.")


def iso_date(value: Any) -> str:
    """1.12.2026 as it has to be written; of anything else an example."""
    found = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", str(value), re.ASCII)
    written = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else ""
    return written if as_time(written) else "2026-12-01"


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _is_orderable(value: Any) -> bool:
    if isinstance(value, str):
        return value.replace(".", "", 1).lstrip("+-").isdigit() or as_time(value) is not None
    return not isinstance(value, bool)


_JSON = {"list": "a list", "dict": "an object", "NoneType": "null"}
