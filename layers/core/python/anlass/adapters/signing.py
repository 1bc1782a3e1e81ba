"""Write keys and signed links, wherever their secrets are kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from itsdangerous import BadData, URLSafeSerializer

UNSUBSCRIBE = "unsubscribe"
PREFERENCES = "preferences"


class WriteKeys:
    """`read` gives the valid keys by right: {"server": […], "browser": […]}, or one string where there is one key."""

    def __init__(self, read: Callable[[], Mapping[str, str | Sequence[str]]]) -> None:
        self._read = read

    def right_of(self, key: str) -> Literal["server", "browser"] | None:
        """All keys are compared whatever matches, so that the time taken says nothing."""
        given = key.encode("utf-8", "surrogatepass")
        valid = self._read()
        found: Literal["server", "browser"] | None = None
        rights: tuple[Literal["server", "browser"], ...] = ("browser", "server")
        for right in rights:
            keys = valid.get(right, ())
            for known in (keys,) if isinstance(keys, str) else keys:
                if hmac.compare_digest(given, known.encode()):
                    found = right
        return found


class SignedLinks:
    """`secrets` gives the keys that tokens may be signed with, the oldest first; the last one signs."""

    def __init__(self, public_url: str, secrets: Callable[[], Sequence[str]]) -> None:
        self._public_url = public_url.rstrip("/")
        self._secrets = secrets

    def unsubscribe_url(self, message_id: str) -> str:
        return self._url(UNSUBSCRIBE, message_id)

    def preferences_url(self, message_id: str) -> str:
        return self._url(PREFERENCES, message_id)

    def message_of(self, token: str) -> str | None:
        for purpose in (UNSUBSCRIBE, PREFERENCES):
            try:
                said = self._signer(purpose).loads(token)
            except BadData:
                continue
            return said if isinstance(said, str) else None
        return None

    def _url(self, purpose: str, message_id: str) -> str:
        token = self._signer(purpose).dumps(message_id)
        return f"{self._public_url}/{purpose}/{token if isinstance(token, str) else token.decode()}"

    def _signer(self, purpose: str) -> URLSafeSerializer:
        strong = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        return URLSafeSerializer(list(self._secrets()), salt=purpose, signer_kwargs=strong)
