"""A rendered mail as the bytes that leave the house (RFC 5322, 2045, 8058)."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from anlass.domain.errors import ConfigurationError
from anlass.language.mail_address import check_address
from anlass.language.rendering import RenderedEmail

_LINK = re.compile(r"https?://[!-;=?-~]+")  # printable ASCII without < and >
_ID = re.compile(r"[^A-Za-z0-9._-]+")


class _WholeLine(UnstructuredHeader):
    """A header that is never folded: the library would encode a long link as words, and no provider decodes it."""

    def fold(self: Any, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.registry.update({"list-unsubscribe": _WholeLine, "message-id": _WholeLine})
_POLICY = SMTP.clone(header_factory=_HEADERS)


def build_mime(
    rendered: RenderedEmail,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    now: datetime,
    reply_to: str | None = None,
    unsubscribe_url: str | None = None,
    unsubscribe_address: str | None = None,
) -> bytes:
    """The whole message, text beside HTML. Same arguments, same bytes.

    `message_id` is the send's own id. With `unsubscribe_url` (marketing) the mail carries one-click unsubscribe, and
    with `unsubscribe_address` the way by mail beside it.
    Raises AddressError for an address that no mail can go to.
    """
    origin = check_address(sender)
    message = EmailMessage(policy=_POLICY)
    message["From"] = origin.header()
    message["To"] = check_address(recipient).header()
    if reply_to is not None:
        message["Reply-To"] = check_address(reply_to).header()
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(now)
    tag = _ID.sub("-", message_id)
    message["Message-ID"] = f"<{tag}@{origin.domain}>"
    if unsubscribe_url is not None:
        if not _LINK.fullmatch(unsubscribe_url):
            raise ConfigurationError("the unsubscribe link is no plain web address; check PUBLIC_URL")
        by_mail = f", <mailto:{unsubscribe_address}?subject=unsubscribe>" if unsubscribe_address is not None else ""
        message["List-Unsubscribe"] = f"<{unsubscribe_url}>{by_mail}"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(rendered.text, subtype="plain", charset="utf-8", cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = _ID.sub("-", rendered.locale)
    # The library invents a boundary at random; a derived one keeps repeats identical.
    message.set_boundary(f"=_{tag[-60:]}_=")
    return message.as_bytes()
