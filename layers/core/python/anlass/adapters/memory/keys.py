"""Write keys that stand in the code: for one machine only."""

from __future__ import annotations

from collections.abc import Sequence

from anlass.adapters.signing import WriteKeys


class MemoryKeys(WriteKeys):
    def __init__(self, server: Sequence[str] = ("local-server",), browser: Sequence[str] = ("local-browser",)) -> None:
        super().__init__(lambda: {"server": server, "browser": browser})
