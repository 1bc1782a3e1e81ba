"""Links signed with a secret that everybody knows: for one machine only."""

from __future__ import annotations

from anlass.adapters.signing import SignedLinks


class MemoryLinks(SignedLinks):
    def __init__(self, public_url: str = "https://shop.example", reply_domain: str = "reply.shop.example") -> None:
        super().__init__(public_url, lambda: ["local-links-secret"], reply_domain)
