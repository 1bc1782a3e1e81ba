"""What a story about one journey that ships needs: its part of the content folder, and what left, by local time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.runtime.world import LocalRuntime
from tests.shop import an_event
from tests.worlds import MemoryWorld, MotoWorld, World, identify

CONTENT = Path(__file__).parents[1] / "content"
_TEMPLATE = re.compile(r'"template":\s*"([^"]+)"')
_SEGMENT = re.compile(r'"segment":\s*"([^"]+)"')


def shipped(*journeys: str) -> dict[str, str]:
    """The content folder as if it held these journeys alone, with the segments and the templates that they name."""
    texts = {path: (CONTENT / path).read_text() for path in (f"journeys/{name}.json" for name in journeys)}
    wanted = {name for text in texts.values() for name in _TEMPLATE.findall(text)}
    folders = [CONTENT / "templates" / name for name in ("_blocks", *sorted(wanted))]
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    templates = {path.relative_to(CONTENT).as_posix(): path.read_text() for path in found}
    return {"settings.json": (CONTENT / "settings.json").read_text(), **_named_in(texts), **templates, **texts}


def _named_in(files: Mapping[str, str]) -> dict[str, str]:
    """The segments that they name, and those that these name."""
    names = sorted({name for text in files.values() for name in _SEGMENT.findall(text)})
    found = {f"segments/{name}.json": (CONTENT / f"segments/{name}.json").read_text() for name in names}
    return {**_named_in(found), **found} if found else {}


def both_worlds(content: Mapping[str, str], start: datetime) -> Any:
    """The fixture `world` of a file: its stories are told in memory and on moto, and must be told alike."""

    @pytest.fixture(name="world", params=["memory", "moto"])
    def fixture(request: pytest.FixtureRequest) -> Iterator[World]:
        if request.param == "memory":
            yield MemoryWorld(content, start)
            return
        with LocalRuntime(start) as runtime:
            yield MotoWorld(runtime, content)

    return fixture


def a_shop_with_anna(content: Mapping[str, str], start: datetime) -> Any:
    """The fixture `shop` of a file: in memory, and it knows Anna."""

    @pytest.fixture(name="shop")
    def fixture() -> MemoryWorld:
        world = MemoryWorld(content, start)
        world.batch(identify("anna", start, firstName="Anna"))
        return world

    return fixture


def system(world: World, name: str, at: datetime, who: str, **properties: Any) -> None:
    """An event that the system itself reports, before the part that will report it is there."""
    world.advance(at)
    event = an_event(name, at, who, source="system", **properties)
    if isinstance(world, MemoryWorld):
        world.simulation.ingest(event)
    else:
        assert isinstance(world, MotoWorld)
        world.runtime.application().event_log.put([event])
        world.runtime.settle()


def diary(world: World, zone: str = "Europe/Berlin") -> list[str]:
    """What left, in order, by the local time of that zone: "2026-06-03 09:00 anna remind". Of two people whose mails
    leave in the same minute, the order between them means nothing.
    """
    local = ZoneInfo(zone)
    mails = [(at.replace(second=0, microsecond=0), who.split("@")[0], step) for at, who, step in _left(world)]
    mails.sort(key=lambda mail: mail[:2])
    return [f"{at.astimezone(local):%Y-%m-%d %H:%M} {who} {step}" for at, who, step in mails]


def _left(world: World) -> list[tuple[datetime, str, str]]:
    if isinstance(world, MemoryWorld):
        mails = zip(world.simulation.mail_times, world.simulation.mailer.sent, strict=True)
        return [(at, mail.recipient, mail.tags["step"]) for at, mail in mails]
    assert isinstance(world, MotoWorld)
    return [(mail.at, mail.to[0], mail.tags["step"]) for mail in world.runtime.sent_mails()]


def letter(world: MemoryWorld, number: int = 0) -> str:
    """Subject and plain text of a mail that left."""
    mail = message_from_bytes(world.simulation.mailer.sent[number].mime, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return f"{mail['Subject']}\n\n{text}".replace("\r\n", "\n")
