"""One story, two worlds: the use cases in memory, and the deployed functions and state machine on moto."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from anlass.adapters.memory.keys import MemoryKeys
from anlass.domain.call import Call
from anlass.domain.enrolment import Enrolment
from anlass.domain.send import Send
from anlass.domain.timer import Timer
from anlass.language.intake_request import Request, Stored
from anlass.usecases.ingest_event import ingest_event

from cli.dev import looking
from cli.runtime.lambdas import Returned
from cli.runtime.world import LocalRuntime
from cli.simulation import Simulation

_Row = TypeVar("_Row", Enrolment, Send, Call, Timer)
AUTHORIZATION = "Basic " + base64.b64encode(b"local-server:").decode()


class World(Protocol):
    """`told` are lines like "03-02 10:00 anna@shop.example remind": what left, in order, UTC."""

    def batch(self, *messages: Mapping[str, Any]) -> None: ...

    def advance(self, to: datetime) -> None: ...

    def told(self) -> list[str]: ...

    def skipped(self) -> dict[str, str | None]: ...


class MemoryWorld:
    def __init__(self, files: Mapping[str, str], start: datetime) -> None:
        self.simulation = Simulation(start)
        self.simulation.content.files.update(files)
        self.simulation.publish({path: files[path] for path in _last_of_each(files)})
        self._requests = 0

    def batch(self, *messages: Mapping[str, Any]) -> None:
        self._requests += 1
        request = Request(
            id=f"request-{self._requests}",
            endpoint="batch",
            body=json.dumps({"batch": messages}).encode(),
            content_type="application/json",
            authorization=AUTHORIZATION,
        )
        answer = ingest_event(request, self.simulation.event_log, MemoryKeys(), self.simulation.clock)
        assert isinstance(answer, Stored), answer
        assert not answer.rejected, answer
        self.simulation.settle()

    def advance(self, to: datetime) -> None:
        self.simulation.advance(to)

    def told(self) -> list[str]:
        mails = zip(self.simulation.mailer.sent, self.simulation.mail_times, strict=True)
        return [f"{at:%m-%d %H:%M} {mail.recipient} {mail.tags['step']}" for mail, at in mails]

    def skipped(self) -> dict[str, str | None]:
        rows = (row for row in self.simulation.store.rows() if isinstance(row, Send))
        return {row.step: row.reason for row in rows if row.status == "SKIPPED"}


class MotoWorld:
    def __init__(self, runtime: LocalRuntime, files: Mapping[str, str]) -> None:
        self.runtime = runtime
        for path, text in files.items():
            runtime.place_content(f"content/{path}", text.encode())
        for path in _last_of_each(files):
            runtime.put_content(f"content/{path}", files[path].encode())

    def batch(self, *messages: Mapping[str, Any]) -> None:
        headers = {"authorization": AUTHORIZATION, "content-type": "application/json"}
        answer = self.runtime.http("POST", "/v1/batch", headers, json.dumps({"batch": messages}).encode())
        assert answer.status == 200, answer
        assert "rejected" not in answer.json(), answer
        self.runtime.settle()

    def advance(self, to: datetime) -> None:
        self.runtime.advance(to)
        assert self.runtime.lambdas.errors == []

    def told(self) -> list[str]:
        return [f"{m.at:%m-%d %H:%M} {m.to[0]} {m.tags['step']}" for m in self.runtime.sent_mails()]

    def skipped(self) -> dict[str, str | None]:
        return {row.step: row.reason for row in self.rows(Send) if row.status == "SKIPPED"}

    def rows(self, kind: type[_Row]) -> list[_Row]:
        """All rows of one kind in the journeys table."""
        return [row for row in looking.journey_rows(self.runtime) if isinstance(row, kind)]

    def unapplied(self) -> int:
        """Objects in the failures bucket."""
        found = self.runtime.client("s3").list_objects_v2(Bucket=self.runtime.names.bucket("failures"))
        return int(found["KeyCount"])

    def redrive(self) -> dict[str, int]:
        """Once more, as ops does it."""
        outcome = self.runtime.lambdas.invoke("redrive", {})
        assert isinstance(outcome, Returned), outcome
        self.runtime.settle()
        answer: dict[str, int] = outcome.payload
        return answer


def _last_of_each(files: Mapping[str, str]) -> list[str]:
    """One file of each template, so that none is compiled for each of its files or blocks; and all others."""
    last = {"/".join(path.removesuffix(".json").split("/")[:2]): path for path in files}
    return [path for unit, path in last.items() if unit != "templates/_blocks"]


def track(
    event: str, at: datetime, user: str | None = None, anonymous: str | None = None, **properties: Any
) -> dict[str, Any]:
    """A Segment track call."""
    who = {k: v for k, v in {"userId": user, "anonymousId": anonymous}.items() if v}
    id_ = f"{event} {at.isoformat()} {user}{anonymous}"
    return {
        "type": "track",
        "event": event,
        **who,
        "messageId": id_,
        "timestamp": at.isoformat(),
        "properties": properties,
    }


def identify(
    user: str, at: datetime, anonymous: str | None = None, status: str = "SUBSCRIBED", **traits: Any
) -> dict[str, Any]:
    """A Segment identify call of the shop's backend, with what it knows of the consent."""
    email = traits.setdefault("email", f"{user}@shop.example")
    return {
        "type": "identify",
        "userId": user,
        **({"anonymousId": anonymous} if anonymous else {}),
        "messageId": f"identify {at.isoformat()} {user}{anonymous}",
        "timestamp": at.isoformat(),
        "traits": traits,
        "context": {"messaging_subscriptions": [{"key": email, "type": "EMAIL", "status": status}]},
    }


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
