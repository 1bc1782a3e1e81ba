"""Somebody in front of a sign-up form, in either world: asks, opens the mail, presses the button, types the code."""

from __future__ import annotations

import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from anlass.domain.consent import Consent
from anlass.domain.ids import address_hash
from anlass.domain.person import Person
from anlass.keys import SuppressionKey
from anlass.language.pages.confirm import STATUS
from anlass.language.subscription import Sender
from anlass.ports import Hashes, Store
from anlass.usecases.confirm_subscription import confirm_code, confirm_subscription
from anlass.usecases.people import read_with_person
from anlass.usecases.request_subscription import request_subscription
from anlass.usecases.withdraw_consent import withdraw_consent

from tests.worlds import MemoryWorld, MotoWorld, World

IP, OTHER_IP = "203.0.113.7", "203.0.113.99"
FORM = "https://shop.example/newsletter"


def form(**fields: Any) -> dict[str, Any]:
    """What the shop's form sends."""
    return {"topics": ["news"], "locale": "de", "text_version": "2026-03", "form_url": FORM, **fields}


def asks(world: World, **fields: Any) -> tuple[int, bytes]:
    """Status and body; in memory, where there is no HTTP, of what would be answered."""
    match world:
        case MemoryWorld(simulation=sim):
            done = request_subscription(form(**fields), Sender("browser", IP), sim)
            sim.settle()
            return (400, "; ".join(map(str, done)).encode()) if isinstance(done, tuple) else (202, b"")
        case MotoWorld(runtime=runtime):
            body = json.dumps({**form(**fields), "writeKey": "local-browser"}).encode()
            answer = runtime.http("POST", "/v1/subscribe", {"content-type": "text/plain"}, body, source_ip=IP)
            runtime.settle()
            return answer.status, answer.body
        case _:
            raise TypeError(world)


def presses(world: World, link: str, page: str = "confirm") -> int:
    """The button of the page behind a link; the HTTP status."""
    match world:
        case MemoryWorld(simulation=sim) if page == "unsubscribe":
            known = withdraw_consent("unsubscribe", link, sim)
            sim.settle()
            return 200 if known else 404
        case MemoryWorld(simulation=sim):
            done = confirm_subscription(link, OTHER_IP, sim)
            sim.settle()
            assert done.outcome != "open"
            return STATUS[done.outcome]
        case MotoWorld(runtime=runtime):
            answer = runtime.http("POST", f"/{page}/{link}", {}, b"", source_ip=OTHER_IP)
            runtime.settle()
            return answer.status
        case _:
            raise TypeError(world)


def types(world: World, phone: str, code: str) -> bool:
    """The code of an SMS; whether it was taken."""
    match world:
        case MemoryWorld(simulation=sim):
            done = confirm_code(phone, code, OTHER_IP, sim)
            sim.settle()
            return done.outcome in ("confirmed", "already")
        case MotoWorld(runtime=runtime):
            body = json.dumps({"phone": phone, "code": code, "writeKey": "local-browser"}).encode()
            answer = runtime.http("POST", "/v1/subscribe/confirm", {}, body, source_ip=OTHER_IP)
            runtime.settle()
            assert answer.status in (200, 400)
            return answer.status == 200
        case _:
            raise TypeError(world)


def letters(world: World) -> list[str]:
    """The plain text of all mails, in order."""
    raws = (
        [mail.mime for mail in world.simulation.mailer.sent]
        if isinstance(world, MemoryWorld)
        else [mail.raw for mail in world.runtime.sent_mails()]
        if isinstance(world, MotoWorld)
        else []
    )
    return [_plain(raw) for raw in raws]


def texts(world: World) -> list[str]:
    """All SMS, in order."""
    if isinstance(world, MemoryWorld):
        return [sms.text for sms in world.simulation.texter.sent]
    assert isinstance(world, MotoWorld)
    return [sms.text for sms in world.runtime.sent_texts()]


def link(world: World, page: str = "confirm", number: int = -1) -> str:
    """The token of the link in the newest letter that has one, or in another."""
    found = [token for text in letters(world) for token in re.findall(rf"/{page}/([^\s>]+)", text)]
    return str(found[number])


def code(world: World, number: int = -1) -> str:
    found = re.search(r"\b\d{6}\b", texts(world)[number])
    assert found is not None
    return found[0]


def person(world: World, address: str) -> Person | None:
    """Whoever has that address."""
    store, _ = _stores(world)
    return read_with_person(store, f"e:{address_hash(address)}")[0]


def may_get(world: World, address: str, topic: str, channel: str = "email") -> bool:
    """Whether marketing on this topic may go there: by their own consent, and by what the address itself said."""
    store, hashes = _stores(world)
    found = person(world, address)
    consent: Consent | None = (found.consents or {}).get(channel) if found is not None else None
    key = SuppressionKey(hashes.of(address), channel)
    said = store.read([key]).suppression(key.address_hash, channel)
    stopped = said is not None and said.stops(topic) is not None
    return consent is not None and consent.allows(address, topic) and not stopped


def _stores(world: World) -> tuple[Store, Hashes]:
    if isinstance(world, MemoryWorld):
        return world.simulation.store, world.simulation.hashes
    assert isinstance(world, MotoWorld)
    app = world.runtime.application()
    return app.store, app.hashes


def _plain(raw: bytes) -> str:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text.replace("\r\n", "\n")
