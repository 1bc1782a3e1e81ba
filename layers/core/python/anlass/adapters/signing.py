"""Write keys, signed links and signed webhooks, wherever their secrets are kept."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from anlass.adapters.mail_token import mail_token, read_mail_token
from anlass.ports import (
    MailTicket,
    PageName,
    Ticket,
)

UNSUBSCRIBE = "unsubscribe+"  # begins the address
LONGEST_TOKEN = 2_000  # characters; ours have some 150


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
    """`secrets` gives the keys that tokens may be signed with, the oldest first; the last one signs.

    The page is the salt of its signatures, so that a token of one page is none of another.
    """

    def __init__(self, public_url: str, secrets: Callable[[], Sequence[str]], reply_domain: str = "") -> None:
        """`reply_domain`: where mail is received; "" where none is."""
        self._public_url = public_url.rstrip("/")
        self._secrets = secrets
        self._reply_domain = reply_domain

    def url(self, page: PageName, ticket: Ticket) -> str:
        said = [ticket.message_id, int(ticket.issued_at.timestamp()), *ticket.extra]
        token = self._signer(page).dumps(said)
        return f"{self._public_url}/{page}/{token if isinstance(token, str) else token.decode()}"

    def read(self, page: PageName, token: str) -> Ticket | None:
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        try:
            said = self._signer(page).loads(token)
            signature = token.rpartition(".")[2].encode()
            if base64_encode(base64_decode(signature)) != signature:
                return None  # the last character has two bits to spare: one token, one spelling
        except BadData:
            return None
        match said:
            case [str(message_id), int(issued), *extra]:
                return Ticket(message_id, datetime.fromtimestamp(issued, UTC), tuple(extra))
        return None

    def unsubscribe_address(self, message_id: str) -> str | None:
        token = mail_token(message_id, self._secrets()[-1]) if self._reply_domain else None
        return f"{UNSUBSCRIBE}{token}@{self._reply_domain}" if token is not None else None

    def read_address(self, address: str) -> MailTicket | None:
        name = address.rpartition("@")[0]
        if name[: len(UNSUBSCRIBE)].lower() != UNSUBSCRIBE:
            return None
        said = read_mail_token(name[len(UNSUBSCRIBE) :], self._secrets())
        return MailTicket(*said) if said is not None else None

    def _signer(self, page: PageName) -> URLSafeSerializer:
        strong = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        return URLSafeSerializer(list(self._secrets()), salt=page, signer_kwargs=strong)


class SaltedHashes:
    """`read` gives the salt. It never changes: what was hashed with another one could not be found again."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read

    def of(self, text: str) -> str:
        said = _in_one_spelling(text.strip().lower())
        return hmac.new(self._read().encode(), said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _in_one_spelling(text: str) -> str:
    """Providers report the domain in ASCII, whichever way the shop and the person write it."""
    name, at, domain = text.rpartition("@")
    if not at or domain.isascii():
        return text
    import idna  # large, and hardly any address needs it

    try:
        return f"{name}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return text


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
