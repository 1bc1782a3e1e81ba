"""Messages become HTTP requests, as the shop's SDKs would send them.

A browser sends each event as it happens; only what one visitor did within the same second travels together. The
backend does the same. That is the dear way: an SDK that gathers for some seconds needs fewer requests.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from anlass.language.intake_request import Endpoint

from cli.demo.mapping import Message, Source

KEYS: dict[Source, str] = {"browser": "local-browser", "server": "local-server"}
TYPES: dict[Source, str] = {"browser": "text/plain", "server": "application/json"}  # as the SDKs say


@dataclass(frozen=True, slots=True)
class Post:
    """One request. `kind` is what the path says: a message's type, or batch."""

    at: datetime
    kind: Endpoint
    headers: dict[str, str]
    body: bytes
    messages: int

    @property
    def path(self) -> str:
        return f"/v1/{self.kind}"


def to_posts(messages: Iterable[Message]) -> Iterator[Post]:
    for (at, source, _), group in groupby(messages, key=lambda m: (m.at, m.source, m.sender)):
        bodies = [message.body for message in group]
        sent_at = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        alone = len(bodies) == 1 and source == "browser"
        body = {**bodies[0], "sentAt": sent_at} if alone else {"batch": bodies, "sentAt": sent_at}
        key = base64.b64encode(f"{KEYS[source]}:".encode()).decode()
        yield Post(
            at=at,
            kind=bodies[0]["type"] if alone else "batch",
            headers={"authorization": f"Basic {key}", "content-type": TYPES[source]},
            body=json.dumps(body, ensure_ascii=False).encode(),
            messages=len(bodies),
        )
