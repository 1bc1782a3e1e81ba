"""Who opens and clicks: people, or machines that look at mails before people do.

A guess, and a careful one: a person who is taken for a machine is only not counted. What says nothing of itself and
clicks one link as a person would is taken for one.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

BURST = timedelta(seconds=3)  # nobody clicks two different links of a mail so fast

_PRIVACY = frozenset(("mozilla/5.0",))  # Apple's mail privacy loads every picture, opened or not, and says no more
_SCANNERS = re.compile(
    r"bot\b|bots\b|crawl|spider|scanner|preview|headless|phantomjs|python|curl|wget|go-http|java/|okhttp|libwww|"
    r"httpclient|axios|node-fetch|guzzle|ruby|barracuda|proofpoint|mimecast|ironport|symantec|messagelabs|trendmicro|"
    r"fireeye|sophos|fortinet|forcepoint|cloudmark|microsoft office existence|safelinks|linkcheck|urlcheck|validator",
    re.IGNORECASE,
)


def is_machine(user_agent: str | None) -> bool:
    """By what it says of itself, if it was reported. Google's picture proxy loads what people open."""
    if user_agent is None:
        return False
    said = user_agent.strip()
    return said.lower() in _PRIVACY or _SCANNERS.search(said) is not None


def is_burst(at: datetime, link: str, last_at: datetime | None, last_link: str | None) -> bool:
    """Whether this click and the last one of the same message are of a machine that tries all links."""
    return last_at is not None and last_link != link and abs(at - last_at) <= BURST
