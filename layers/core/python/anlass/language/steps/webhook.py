"""`{"webhook": {"url": "https://shop.example/hook", "secret": "erp", "body": {"id": "{{ entry.properties.id }}"}}}`"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from anlass.domain.call import as_sent
from anlass.domain.effects import CallShop
from anlass.domain.errors import BrokenDefinition
from anlass.domain.public_address import is_public
from anlass.domain.step import Ask, Do, Moment, Move
from anlass.language.building import Build, Here
from anlass.language.model import Id, Model, mistake
from anlass.language.steps.base import StepModel, step_scope
from anlass.language.values import Fill, as_json, compile_value

LONGEST = 20_000  # bytes, filled in: more is a burden on whoever takes it, as Standard Webhooks says
TYPE = "journey.step"  # of the body that is sent where none is written

_PRINTABLE = re.compile(r"[!-~]+")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?", re.IGNORECASE)
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa")


def _url(text: str) -> str:
    """An address in the open internet, as far as the words tell; whoever calls it looks at where it leads."""
    if "{{" in text or "{%" in text:
        raise _wrong("The address of a webhook is fixed.", "Put what changes into the body.")
    if not _PRINTABLE.fullmatch(text) or "\\" in text:
        raise _wrong("It has spaces or signs that no address has.", "Write them as %20 and the like.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong("This cannot be read as an address.", f"{_EXAMPLE}.") from None
    if parts.scheme != "https":
        raise _wrong("A webhook goes over https only.", f"{_EXAMPLE}.")
    if parts.username is not None or parts.password is not None:
        raise _wrong("It has a user or a password in it.", "Take it out: the signature says who calls.")
    if "#" in text:
        raise _wrong("It has a part after #, which is never sent.", "Take it out.")
    if port is not None and port != 443 and not 1024 <= port <= 65535:
        raise _wrong(f"Port {port} is not for webhooks.", "Take the port out, or one from 1024 on.")
    _check_host(host)
    return text


def _check_host(host: str) -> None:
    if _is_address(host):
        if not is_public(host):
            raise _wrong(f'"{host}" is no address of the open internet.', "Name a host that everybody can reach.")
        return
    labels = host.split(".")
    if not all(len(label) < 64 and _LABEL.fullmatch(label) for label in labels):
        raise _wrong(f'"{host}" is no name of a host.', f"{_EXAMPLE}.")
    if labels[-1].isdigit() or labels[-1].lower().startswith("0x"):
        raise _wrong(f'"{host}" is no name of a host.', "Write an address with four numbers, or better a name.")
    if len(labels) == 1 or any(host.endswith(f".{word}") for word in _INSIDE):
        raise _wrong(f'"{host}" is known in a house only, not in the open internet.', f"{_EXAMPLE}.")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _wrong(message: str, remedy: str) -> Exception:
    return mistake("webhook.url", message, remedy)


_EXAMPLE = 'Write for example "https://erp.shop.example/hook"'


class Calling(Model):
    url: Annotated[
        str,
        AfterValidator(_url),
        Field(
            max_length=2000,
            description="Where it goes: an https address that everybody can reach",
            json_schema_extra={"pattern": "^https://", "examples": ["https://erp.shop.example/hook"]},
        ),
    ]
    secret: Id = Field(description='The name of the key that signs it, among those of the secret "webhooks"')
    body: dict[str, Any] = Field(
        {},
        max_length=100,
        description='The JSON that is sent, as it stands; names may be filled in: "{{ … }}". '
        "Without it, the journey, the step, the person's id and the event that enrolled",
    )


class WebhookStep(StepModel):
    """Calls the shop's own systems, signed as Standard Webhooks has it. What follows does not wait for the answer."""

    webhook: Calling

    def compile(self, here: Here, build: Build) -> WebhookRun:
        called, place = self.webhook, (*here.place, "webhook", "body")
        problem = _problem(called.body)
        if problem is not None:
            message = f"This cannot be sent: {problem}."
            build.error("webhook.body", place, message, "Send ids, and let the shop ask for the rest.")
        fill = compile_value(called.body, place, step_scope(here), build) if called.body else None
        return WebhookRun(here.id, here.next, called.url, called.secret, fill)


@dataclass(frozen=True, slots=True)
class WebhookRun:
    id: str
    next: str | None
    url: str
    secret: str
    fill: Fill | None
    after_send: ClassVar[bool] = True

    def run(self, moment: Moment) -> Move:
        if moment.facts is None:
            return Ask(moment.journey.asks)
        body: dict[str, Any] = {}
        try:
            body = self.fill(moment.facts) if self.fill else self._own_body(moment)
            problem = _problem(body)
        except BrokenDefinition as error:
            problem = str(error)
        # A webhook that cannot be made is no reason to hold up what follows it.
        return Do(CallShop(self.url, self.secret, {} if problem else body, problem), self.next)

    def _own_body(self, moment: Moment) -> dict[str, Any]:
        """In the form that Standard Webhooks recommends. Ids, and what the shop itself has sent."""
        enrolment = moment.enrolment
        kind, _, user = (moment.facts or {})["profile"]["id"].partition(":")
        return {
            "type": TYPE,
            "timestamp": as_json(moment.now),
            "data": {
                "journey": enrolment.journey,
                "step": self.id,
                **({"user_id": user} if kind == "u" else {"anonymous_id": user} if kind == "a" else {}),
                "event": enrolment.entry.name,
                "source": "browser" if enrolment.entry.by_browser else "server",
                "properties": as_json(enrolment.entry.properties),
            },
        }


def _problem(body: dict[str, Any]) -> str | None:
    try:
        size = len(as_sent(body).encode())
    except ValueError:
        return "the body holds what JSON does not have, such as a number without end"
    return f"the body has {size:,} bytes, and {LONGEST:,} is the most" if size > LONGEST else None
