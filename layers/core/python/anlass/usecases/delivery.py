"""What a message is delivered with."""

from __future__ import annotations

from dataclasses import dataclass

from anlass.ports import Clock, Definitions, Hashes, Links, Mailer, Queues, Store, Texter


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the deliverer works with; `claim_seconds` is longer than any of its runs can take."""

    store: Store
    definitions: Definitions
    mailer: Mailer
    texter: Texter
    links: Links
    queues: Queues
    clock: Clock
    hashes: Hashes
    claim_seconds: int
