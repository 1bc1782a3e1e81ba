"""Links that no provider may rewrite, in mails whose clicks are watched.

What unsubscribes, confirms or answers must lead to our own page, whatever becomes of the provider's redirect, and is
nothing that a click rate should know.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Collection

_ANCHOR = re.compile(r"""<a\b(?=[^>]*?\shref\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'))""", re.IGNORECASE)
SPARED = "ses:no-track"  # SES leaves such a link alone, and takes the attribute out


def spare_links(html: str, beginnings: Collection[str]) -> str:
    """The mail with every link marked that begins with one of these."""
    wanted = tuple(beginnings)

    def marked(match: re.Match[str]) -> str:
        address = entities.unescape(match["double"] or match["single"] or "").strip()
        return f"{match[0]} {SPARED}" if address.startswith(wanted) else match[0]

    return _ANCHOR.sub(marked, html)
