"""Secrets Manager's rotation of the secret `links`: unsubscribe links stay good for a whole period after a change."""

from __future__ import annotations

import secrets
from typing import Any

from anlass.bootstrap import application
from anlass.masking import masked
from anlass.usecases.rotate_links import rotate_links


@masked
def handler(event: dict[str, Any], _context: object) -> None:
    """`SecretId` is not looked at: the function may touch this one secret only."""
    rotate_links(
        event["Step"], event["ClientRequestToken"], application().links_versions, lambda: secrets.token_urlsafe(32)
    )
