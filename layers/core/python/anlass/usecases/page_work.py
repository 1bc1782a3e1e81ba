"""What the pages that people see need of the world."""

from __future__ import annotations

from typing import Protocol

from anlass.ports import Clock, Definitions, EventLog, Hashes, Links, Store


class PageWork(Protocol):
    """An application is one: each of these is made when somebody first asks for it."""

    @property
    def store(self) -> Store: ...

    @property
    def event_log(self) -> EventLog: ...

    @property
    def definitions(self) -> Definitions: ...

    @property
    def links(self) -> Links: ...

    @property
    def hashes(self) -> Hashes: ...

    @property
    def clock(self) -> Clock: ...
