"""Triggers as a marketer would say them. They are read as JSON, as they are written.

A trigger type that is not here says its JSON, key by key; for better words it has a `says` of its own or a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from anlass.language.picture.words import (
    Saying,
    condition_words,
    field_words,
    listed,
    match_words,
    shifted,
    spaced,
    value_words,
)

_NTH = {1: "1st", 2: "2nd", 3: "3rd"}


def trigger_words(trigger: Mapping[str, Any]) -> Saying:
    """`trigger` is what stands in the file: `{"type": "event", "event": "Order Completed"}`."""
    type_ = str(trigger.get("type", ""))
    known = _KNOWN.get(type_)
    if known is None:
        what = spaced(type_)
        rest = {key: value for key, value in trigger.items() if key != "type"}
        return Saying(what[:1].upper() + what[1:], value_words(rest))
    said = known(trigger)
    where = (f"with {condition_words(trigger['where'])}",) if trigger.get("where") else ()
    return Saying(said.what, said.text, (*where, *said.more))


def _event(trigger: Mapping[str, Any]) -> Saying:
    return Saying("Starts at once", str(trigger["event"]))


def _abandonment(trigger: Mapping[str, Any]) -> Saying:
    return Saying("Starts when abandoned", f"{trigger['event']}, then {_missing(trigger)}")


def _absence(trigger: Mapping[str, Any]) -> Saying:
    more = tuple(match_words(trigger.get("match")))
    return Saying("Starts without an answer", f"{trigger['event']}, then {_missing(trigger)}", more)


def _missing(trigger: Mapping[str, Any]) -> str:
    return f"no {listed(trigger.get('unless', ()), 'or')} for {trigger.get('after')}"


def _segment(trigger: Mapping[str, Any]) -> Saying:
    verb = "Leaves" if trigger.get("change") == "left" else "Enters"
    return Saying("Starts with a segment", f"{verb} {trigger.get('segment')}")


def _change(trigger: Mapping[str, Any]) -> Saying:
    side = "below" if "below" in trigger else "above"
    share = trigger.get(side)
    much = f"{share:.0%}" if isinstance(share, int | float) else value_words(share)
    metric = field_words(str(trigger.get("metric", "")))
    text = f"{metric} of {trigger.get('in')} is {side} {much} of the {trigger.get('against')}"
    return Saying("Starts when a habit changes", text)


def _date(trigger: Mapping[str, Any]) -> Saying:
    text = shifted(field_words(str(trigger.get("field", ""))), trigger.get("offset"))
    more = []
    if trigger.get("years"):
        years = [_NTH.get(year, f"{year}th") for year in trigger["years"]]
        more.append(f"in the {listed(years, 'and')} year")
    elif trigger.get("repeat"):
        more.append("every year" if trigger["repeat"] == "yearly" else value_words(trigger["repeat"]))
    return Saying("Starts on a date", text, (*more, *_at(trigger)))


def _schedule(trigger: Mapping[str, Any]) -> Saying:
    if "cron" in trigger:
        text = f"cron {trigger['cron']}"
    elif "date" in trigger:
        text = f"once on {trigger['date']}"
    else:
        text = f"every {trigger.get('every')}{_on(trigger)}"
    more = [f"for the segment {trigger['segment']}"] if trigger.get("segment") else []
    return Saying("Starts by the calendar", text, (*_at(trigger), *more))


def _on(trigger: Mapping[str, Any]) -> str:
    """` on 12-01`, `, 2 days before advent 1`."""
    if "on" not in trigger:
        return ""
    on = trigger["on"]
    day = listed(on if isinstance(on, list) else [on], "and")
    day = day if day[:1].isdigit() else day.replace("-", " ")
    return f", {shifted(day, trigger['offset'])}" if trigger.get("offset") else f" on {day}"


def _replenish(trigger: Mapping[str, Any]) -> Saying:
    lines = [_line(line) for line in trigger.get("products", ())]
    days = trigger.get("shipping_days")
    shipping = value_words(days) if isinstance(days, Mapping) else f"{days} days" if days else ""
    lead = f"{trigger['lead_days']} days" if trigger.get("lead_days") else ""
    ahead = " and ".join(filter(None, (lead, f"{shipping} of shipping" if shipping else "")))
    more = (f"{ahead} ahead",) if ahead else ()
    return Saying("Starts when supplies end", f"{listed(lines, 'or')} will be used up", (*more, *_at(trigger)))


def _line(line: Mapping[str, Any]) -> str:
    names = [value_words(line[key]) for key in ("category", "brand", "product_id", "sku") if line.get(key)]
    return " ".join(names) or value_words(line)


def _threshold(trigger: Mapping[str, Any]) -> Saying:
    metric = field_words(str(trigger.get("metric", "")))
    verb = "falls_below" if "falls_below" in trigger else "reaches"
    currency = f" {trigger['currency']}" if trigger.get("currency") else ""
    return Saying("Starts at a threshold", f"{metric} {spaced(verb)} {value_words(trigger.get(verb))}{currency}")


def _inactivity(trigger: Mapping[str, Any]) -> Saying:
    events = [each for each in trigger.get("events", ()) if each != "@person"]
    what = f"no {listed(events, 'or')}" if events else "nothing done"
    match trigger.get("for"):
        case [*cases]:
            more = [f"{each['value']} when {condition_words(each['when'])}" for each in cases if "when" in each]
            more += [f"{value_words(each['else'])} otherwise" for each in cases if "else" in each]
            return Saying("Starts with inactivity", f"{what} for a while", tuple(more))
        case time:
            return Saying("Starts with inactivity", f"{what} for {value_words(time)}")


def _enrolled(_: Mapping[str, Any]) -> Saying:
    return Saying("Starts by another journey", "that enrols somebody")


def _at(trigger: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"at {trigger['at']}",) if trigger.get("at") else ()


_KNOWN: Mapping[str, Callable[[Mapping[str, Any]], Saying]] = {
    "event": _event,
    "abandonment": _abandonment,
    "absence": _absence,
    "segment": _segment,
    "change": _change,
    "date": _date,
    "schedule": _schedule,
    "replenish": _replenish,
    "threshold": _threshold,
    "inactivity": _inactivity,
    "enrolled": _enrolled,
}
