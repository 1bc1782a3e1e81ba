"""Hashes of a world in memory."""

from __future__ import annotations

from anlass.adapters.signing import SaltedHashes


class MemoryHashes(SaltedHashes):
    def __init__(self) -> None:
        super().__init__(lambda: "a salt that nobody knows")
