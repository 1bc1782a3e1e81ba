"""Write keys, signed links and signed webhooks, wherever their secrets are kept."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from itsdangerous import BadData, URLSafeSerializer
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

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


class WebhookSeals:
    """`read` gives the keys by name: {"erp": "whsec_…"}, or a list of two while one is replaced by the other."""

    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read

    def seal(self, secret: str, id_: str, at: datetime, body: str) -> str | None:
        """One signature by each key: whoever verifies takes the one that their own key makes."""
        found = self._read().get(secret)
        keys = [found] if isinstance(found, str) else found
        if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
            return None
        try:
            return " ".join(Webhook(key).sign(id_, at, body) for key in keys)
        except (EmptyWebhookSecretError, binascii.Error):
            return None  # not told why: the text is a secret
