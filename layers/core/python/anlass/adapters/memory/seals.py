"""Webhooks signed with keys that everybody knows: for one machine only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anlass.adapters.signing import WebhookSeals

# As Standard Webhooks writes keys: Base64 of 24 to 64 bytes.
LOCAL_KEYS: Mapping[str, str] = {
    "shop": "whsec_bG9jYWwgd2ViaG9vayBzZWNyZXQgb2YgdGhlIHNob3A=",
    "erp": "whsec_bG9jYWwgd2ViaG9vayBzZWNyZXQgb2YgdGhlIEVSUCE=",
}


class MemorySeals(WebhookSeals):
    def __init__(self, keys: Mapping[str, str | Sequence[str]] = LOCAL_KEYS) -> None:
        super().__init__(lambda: keys)
