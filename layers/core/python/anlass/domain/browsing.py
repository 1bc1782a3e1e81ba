"""What a browser says, as it may be applied: the key that it is said with stands in every page, so anybody may say it.

Links and pictures lead to the shop's own hosts only, and names look like names: both stand in mails to people who never
saw what was said of them. The event itself stays as it came; see docs/threat-model.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from anlass.domain.event import Event

LONGEST_NAME = 80
NAMES: Final = frozenset(("name", "first_name", "last_name", "firstName", "lastName"))
_FROM_ELSEWHERE: Final = frozenset(("referrer",))  # where somebody came from is what it is for
_LINK = re.compile(r"(?:^|_)(?:ur[il]|link|href|src|image|picture|thumbnail)$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ELSEWHERE = re.compile(r"://|\bwww\.", re.IGNORECASE)
_DOT_WITHIN = re.compile(r"\.(?=\w)")
_FORBIDDEN_IN_LINKS = re.compile(r"[\x00-\x20\x7f-\xa0\\@<>\"'`\u200b-\u200f\u2028-\u202f\u2066-\u2069]")
_AROUND_LETTERS: Final = frozenset(" -'.’")


def heeded(event: Event, hosts: Collection[str]) -> Event:
    """The event without what only the shop's server may say. `hosts`: the shop's own, subdomains are meant too."""
    if event.source != "browser":
        return event
    properties, traits = _cleaned(event.properties, hosts), _cleaned(event.traits, hosts)
    traits = {name: value for name, value in traits.items() if name not in NAMES or is_name(value)}
    if properties == event.properties and traits == event.traits:
        return event
    return replace(event, properties=properties, traits=traits)


def is_name(value: object) -> bool:
    """Whether it looks like a person's name: letters with what stands between them, and nothing that is a link."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_NAME
        and all(each in _AROUND_LETTERS or unicodedata.category(each)[0] in "LM" for each in value)
        and any(each.isalpha() for each in value)
        and not _DOT_WITHIN.search(value)
    )


def is_on(url: str, hosts: Collection[str]) -> bool:
    """Whether a link leads to one of these hosts or below it, or within the page's own."""
    if _FORBIDDEN_IN_LINKS.search(url):
        return False
    try:
        parts = urlsplit(url)
        host = host_name(parts.hostname or "")
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return url.startswith("/")
    known = (host_name(each) for each in hosts)
    return parts.scheme in ("https", "http") and any(host == each or host.endswith(f".{each}") for each in known)


def host_name(host: str) -> str:
    """As hosts are compared: ASCII, no dot at the end, no "www."."""
    return ascii_host(host).removeprefix("www.")


def ascii_host(host: str) -> str:
    """As the domain name system knows it; what it cannot know stays."""
    host = host.strip().rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def _cleaned(said: Mapping[str, Any], hosts: Collection[str]) -> dict[str, Any]:
    taken = ((name, value) for name, value in said.items() if _is_taken(name, value, hosts))
    return {name: _within(value, hosts) for name, value in taken}


def _within(value: Any, hosts: Collection[str]) -> Any:
    """Products and whatever else is in lists and objects."""
    if isinstance(value, Mapping):
        return _cleaned(value, hosts)
    return [_within(each, hosts) for each in value] if isinstance(value, list | tuple) else value


def _is_taken(name: str, value: object, hosts: Collection[str]) -> bool:
    if value is None or name in _FROM_ELSEWHERE:
        return True
    if _LINK.search(_CAMEL.sub("_", name).lower()):
        return isinstance(value, str) and is_on(value, hosts)
    return not isinstance(value, str) or not _ELSEWHERE.search(value) or is_on(value, hosts)
