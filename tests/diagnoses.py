"""docs/diagnostics.md: for every code a broken file of the tests, as it is answered. `make diagnoses` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anlass.adapters.memory.clock import VirtualClock
from anlass.adapters.memory.content import MemoryContent
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.language.diagnostics import Diagnostic
from anlass.language.folder_check import Folder
from anlass.usecases.publish_content import publish

from tests.right_folder import FILES, JOURNEY, MAIL, SETTINGS
from tests.unit import test_language_checks as checks
from tests.unit import test_language_checks_conditions as conditions
from tests.unit import test_language_slips as slips
from tests.unit.test_language_mistakes import MISTAKES, diagnosed

PAGE = Path(__file__).parents[1] / "docs" / "diagnostics.md"
_HEAD = """# What publishing says

Made by `make diagnoses` of what the tests' broken files are answered with; do not edit.

Every finding has a code, a place (file, line, column, and the path in the JSON), what is wrong, and what would be
right. An error keeps the file from being published, and what is live stays live; a warning keeps nothing back.
`anlass validate content/` says the same before anything is published; for editors with `--json`.
"""

Changes = Mapping[str, str | None]
HI = "templates/hi/"
MJML = "<mjml><mj-body><mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>"


def _journey(**parts: Any) -> Changes:
    file = {**json.loads(JOURNEY), **parts}
    return {"journeys/hello.json": json.dumps({key: value for key, value in file.items() if value is not None})}


def _step(step: Any) -> Changes:
    return _journey(steps=[{"send": {"template": "hi"}}, step, {"send": {"template": "hi"}}])


def _trigger(type_: str, **parts: Any) -> Changes:
    return _journey(trigger={"type": type_, **parts})


def _mail(body: str) -> Changes:
    return {f"{HI}de/body.html": body}


def _mjml(words: str) -> Changes:
    return {f"{HI}de/body.html": None, f"{HI}de/body.mjml": MJML.format(words)}


def _purpose(purpose: str, body: str) -> Changes:
    return {f"{HI}template.json": json.dumps({"purpose": purpose}), **_mail(body)}


_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_CHANGE = {"metric": "profile.spend.total", "in": "30 days", "against": "previous 90 days"}
_TWO_WAYS = [{"when": {"field": "profile.age", "op": "gt", "value": 60}, "value": "90 days"}]
_TRANSACTIONAL = MAIL.replace('<a href="{{ unsubscribe_url }}">Abmelden</a>', "")
_CONFIRMING = MAIL.replace("unsubscribe_url", "confirm_url")
_BY_SMS = json.dumps({"purpose": "confirmation", "channels": ["email", "sms"]})
_REQUEST = {"type": "event", "event": "Subscription Requested"}
_LONG = {"subject.txt": "Hallo", "preheader.txt": "x", "body.html": MAIL.replace("{{ Vorname }}", "x" * 130_000)}
_BYE = {"journeys/bye.json": JOURNEY.replace('"trigger"', '"status": "off", "trigger"').replace('"hello"', '"bye"')}
BROKEN: list[Changes] = [
    # the folder
    {"settings.json": None},
    {"settings.json": json.dumps({**SETTINGS, "locale": "en"})},
    {"settings.json": json.dumps({**SETTINGS, "quiet_hours": {"sms": {"from": "09:00", "until": "09:00"}}})},
    {"settings.json": json.dumps({**SETTINGS, "retention": {"events": "7 days"}})},
    {"settings.json": json.dumps({**SETTINGS, "shop": {"name": "Kontor", "url": "https://shop.example"}})},
    {"notes.txt": "x"},
    _journey(topic="offers"),
    _journey(status="test"),
    {**_journey(status="live", steps=[{"send": {"template": "hi"}}, {"enrol": {"journey": "bye"}}]), **_BYE},
    _step({"send": {"template": "hallo"}}),
    _journey(who={"segment": "vip"}),
    {"segments/vip.json": '{"id": "best", "who": {"field": "profile.age", "op": "gt", "value": 60}}'},
    {"segments/vip.json": '{"id": "vip", "who": {"segment": "vip"}}'},
    # journeys
    {"journeys/hello.json": JOURNEY + " " * 200_000},
    _journey(steps=[{"wiat": "1 day"}] * 300),
    _journey(steps=[{"send": {"template": "hi"}}] * 201),
    _journey(steps=[{"send": {"template": "hi"}}, {"wait": "1 day"}]),
    _journey(who={"field": "profile.country", "op": "eq", "value": "de"}),
    _journey(who={"field": "steps.gift.coupon.id", "op": "exists"}),
    _journey(exit=[{"event": "@person"}]),
    _journey(exit=[{"event": "Unsubscribed", "steps": [{"send": {"template": "hi"}}]}]),
    {**_journey(holdout=10), **_purpose("transactional", _TRANSACTIONAL)},
    {**_journey(priority=80), **_purpose("transactional", _TRANSACTIONAL)},
    {**_journey(caps={"email": {"day": 1}}), **_purpose("transactional", _TRANSACTIONAL)},
    _journey(trigger=_REQUEST),
    {**_journey(trigger=_REQUEST, steps=[{"send": {"template": "hi"}}] * 3), **_purpose("confirmation", _CONFIRMING)},
    # triggers
    _trigger("change", **{**_CHANGE, "against": "90 days"}, below=0.5),
    _trigger("change", **_CHANGE),
    _trigger("threshold", metric="profile.orders.count", reaches=10, currency="EUR"),
    _trigger("threshold", metric="entry.properties.total", reaches=10),
    _trigger("inactivity", events=["@person"], **{"for": _TWO_WAYS}),
    _trigger("date", field="profile.last_seen"),
    _trigger("date", field="profile.birthday", repeat="yearly", offset="3 hours"),
    _trigger("date", field="profile.birthday", years=[3]),
    _trigger("replenish", products=[{"days_per_unit": 1}]),
    _trigger("schedule", cron="0 9 * * *"),
    _trigger("schedule", date="01.12.2026"),
    _trigger("schedule", date="2025-12-01"),
    _trigger("schedule", every="year", date="2026-12-01"),
    _trigger("schedule", every="week", on="mondy"),
    # steps
    _step({"update": {"add_tags": ["vip"], "remove_tags": ["vip"]}}),
    _step({"update": {"set": {"email": "anna@example.com"}}}),
    _step({"update": {"set": {"favourite": None}}}),
    _step({"update": {"set": {"favourite": "{{ profil.city }}"}}}),
    _step({"webhook": {"url": "http://shop.example/hook", "secret": "erp", "body": {}}}),
    _step({"webhook": {"url": "https://shop.example/hook", "secret": "erp", "body": {"x": "x" * 30_000}}}),
    # templates
    {f"{HI}template.json": None},
    {f"{HI}template.json": '{"channels": ["email", "sms"]}'},
    {f"{HI}de/subject.txt": None},
    {f"{HI}de/subject.txt": "Sch\ufffdn"},
    {f"{HI}de/preheader.txt": None},
    {f"{HI}de/body.html": None},
    {f"{HI}de/body.mjml": MJML.format("x")},
    {f"{HI}de/subjekt.txt": "x"},
    {f"{HI}de/subject.txt": None, f"{HI}de/preheader.txt": None, f"{HI}de/body.html": None},
    {"settings.json": json.dumps({**SETTINGS, "topics": {"news": {"name": {"de": "Neues", "en": "News"}}}})},
    {"templates/Hallo Welt/template.json": "{}"},
    _mail(MAIL.replace("Vorname", "Vornahme")),
    _mail(MAIL.replace("{{ Vorname }}", "{% if Vorname %}")),
    _mail(MAIL.replace("{{ Vorname }}", "{{ Vorname.upper() }}")),
    _mail(MAIL.replace("{{ Vorname }}", "{{ cart.count | truncate('a') }}")),
    _mail(MAIL.replace("{{ Vorname }}", "<p class={{ Vorname }}>")),
    _mail(MAIL.replace("{{ imprint }}", "")),
    _mail(MAIL.replace("{{ unsubscribe_url }}", "")),
    _mail(MAIL.replace("{{ Vorname }}", "{Vorname}")),
    {f"{HI}de_AT/{part}": text for part, text in {**_LONG, "body.html": MAIL}.items()},
    _mail(MAIL.replace("{{ Vorname }}", "x" * 110_000)),
    {f"{HI}{each}/{part}": text for each in ("de", "en", "fr") for part, text in _LONG.items()},
    _purpose("transactional", _TRANSACTIONAL.replace("Vorname", "coupon.code")),
    _purpose("transactional", MAIL),
    _purpose("confirmation", _CONFIRMING.replace("{{ confirm_url }}", "https://shop.example")),
    _purpose("confirmation", _CONFIRMING.replace("Vorname", "entry.properties.traits.first_name")),
    _purpose("transactional", _CONFIRMING),
    {**_purpose("confirmation", _CONFIRMING), f"{HI}template.json": _BY_SMS, f"{HI}de/sms.txt": None},
    _mjml("<b>"),
    {
        f"{HI}de/body.html": None,
        f"{HI}de/body.mjml": MJML.format(MAIL[12:-14])
        .replace("<mj-section>", "<mj-wrapper>{{ Vorname }}<mj-section>")
        .replace("</mj-section>", "</mj-section></mj-wrapper>"),
    },
    _mjml("<mj-include path='_blocks/foot.mjml'/>"),
    {
        **_mjml("<mj-include path='_blocks/foot.mjml'/>"),
        "templates/_blocks/foot.mjml": '<mj-include path="_blocks/foot.mjml"/>',
    },
]


def said() -> Iterator[Diagnostic]:
    """What is said to all broken files of the tests."""
    for old, new, *_ in MISTAKES:
        yield from diagnosed(old, new)
    for parts, *_ in checks.WRONG.values():
        yield from checks.found(**parts)
    for condition, *_ in (*conditions.IMPOSSIBLE, *conditions.OTHER_TYPE, *((each,) for each in conditions.ALWAYS)):
        yield from conditions.asked(condition)
    for changes in BROKEN:
        files = {path: text for path, text in {**FILES, **changes}.items() if text is not None}
        for piece in Folder(files, now=_NOW).pieces():
            yield from piece()
    for parts, *_ in slips.SLIPS.values():
        yield from slips.found(**parts)
    yield from _deleted()


def _deleted() -> Iterator[Diagnostic]:
    """What is said of files that go away."""
    segment = {"segments/vip.json": '{"id": "vip", "who": {"field": "profile.age", "op": "gt", "value": 60}}'}
    journey = {path: text or "" for path, text in _journey(who={"segment": "vip"}).items()}
    content = MemoryContent({**FILES, **segment, **journey})
    definitions, clock = MemoryDefinitions(), VirtualClock(_NOW)
    for path in content.list(""):
        publish(path, content=content, definitions=definitions, clock=clock)
    for path in content.list(""):
        if not path.startswith("journeys/"):
            del content.files[path]
            yield from publish(path, content=content, definitions=definitions, clock=clock).diagnostics


def page() -> str:
    first: dict[str, Diagnostic] = {}
    for finding in said():
        first.setdefault(finding.code, finding)
    lines = [_HEAD]
    for family in sorted({code.split(".")[0] for code in first}):
        lines += [f"## {family}", "", "| code | what is wrong, for example | what would be right |", "|---|---|---|"]
        for code, finding in sorted(first.items()):
            if code.split(".")[0] == family:
                shown = f"`{code}`" + (" (warning)" if finding.severity == "warning" else "")
                lines.append(f"| {shown} | {_cell(finding.message)} | {_cell(finding.remedy)} |")
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
