"""Links that lead to the shop, and texts that hold one: mail programs make links of more than is written as one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

LONGEST_LINK = 2000
_FORBIDDEN_IN_LINKS = re.compile(r"[\\<>\"`\u00a0\u202f]")
_ENCODED: Final = str.maketrans({" ": "%20", "'": "%27", "@": "%40"})
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_DOTS: Final = str.maketrans("。", ".")  # the other dots are its likes, or the full stop's
_OF_WORDS: Final = frozenset("\u00ad\u200c\u200d")  # unseen, and part of honest words
# A company's or a person's, that many write without a space behind: "Dr.Beckmann", "S.Oliver".
_SHORTENED = re.compile(
    r"(?<![\w.@/-])(?:[^\W\d_]|Dr|Prof|Mr|Mrs|Ms|St|Nr|No|Art|inkl|exkl|ca|max|min)\.(?=[A-ZÄÖÜ][^\W\d_]*(?![\w/:@]|\.[^\W\d_]))"
)
_DOMAIN = re.compile(r"(?:[^\s.,;:!?()/|]+\.)+(?:xn--[\w-]+|[^\W\d_]{2,})(?![^\W_])")
_LINK = re.compile(
    r"://|@|^\s*[/\\]\s*[/\\]|^\s*\.\w|\b\d+(?:\.\d+){3}[/:]"
    r"|\b(?:https?|ftps?|mailto|tel|sms|callto|data|javascript|vbscript|file|whatsapp|skype|facetime):\S",
    re.IGNORECASE,
)


def link_on(url: str, hosts: Collection[str], home: str = "") -> str | None:
    """The link, complete, if it leads to one of these hosts or below it, or within the page's own; else None."""
    url = url.strip(" ")
    if len(url) > LONGEST_LINK or _FORBIDDEN_IN_LINKS.search(url) or any(_is_unseen(each) for each in url):
        return None
    try:
        parts = urlsplit(f"https:{url}" if _has_host_only(url) else url)
        host, _ = ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    if not parts.scheme and not parts.netloc:
        return _at_home(url, home) if is_path(url) else None
    if parts.scheme not in ("https", "http") or "@" in parts.netloc or not _is_known(host, hosts):
        return None
    if not parts.netloc.isascii():
        parts = parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}")
    return _encoded(parts)


def is_path(text: str) -> bool:
    """Whether it is one within the page's own host."""
    is_short = len(text) <= LONGEST_LINK and text.startswith("/") and not text.startswith("//")
    return is_short and not _FORBIDDEN_IN_LINKS.search(text) and not any(_is_unseen(each) for each in text)


def has_link(text: str, hosts: Collection[str]) -> bool:
    """Whether a mail program might make a link of any of it that leads elsewhere, or it shows other than it is."""
    if any(_is_unseen(each) and each not in _OF_WORDS for each in text):
        return True
    seen = unicodedata.normalize("NFKC", text).translate(_DOTS)
    seen = "".join(each for each in seen if unicodedata.category(each)[0] != "M" and each not in _OF_WORDS)
    if _LINK.search(seen):
        return True
    return any(not _is_known(ascii_host(found[0]), hosts) for found in _DOMAIN.finditer(_SHORTENED.sub(" ", seen)))


def host_name(host: str) -> str:
    """As hosts are compared: ASCII, no dot at the end, no "www."."""
    return ascii_host(host).removeprefix("www.")


def ascii_host(host: str) -> str:
    """As the domain name system knows it (UTS 46, where ß is no ss): nothing that leads elsewhere becomes the same."""
    host = host.strip().rstrip(".")
    if host.isascii():
        return host.lower()
    name = _lower(unicodedata.normalize("NFKC", _lower(host))).translate(_DOTS).rstrip(".")
    return ".".join(each if each.isascii() else f"xn--{each.encode('punycode').decode()}" for each in name.split("."))


def _lower(host: str) -> str:
    """Each letter by itself: at the end of a word a Σ would become another one."""
    return "".join("ß" if each == "ẞ" else each.lower() for each in host)


def _has_host_only(url: str) -> bool:
    """`//cdn.example/x`: the page's own scheme; the shop's pages have one that is safe."""
    return url.startswith("//") and not url.startswith("///")


def _at_home(path: str, home: str) -> str:
    parts = urlsplit(home)
    inside = urlsplit(path)
    return _encoded(inside._replace(scheme=parts.scheme, netloc=parts.netloc))


def _encoded(parts: SplitResult) -> str:
    path, query, fragment = (each.translate(_ENCODED) for each in parts[2:])
    return urlunsplit((parts.scheme, parts.netloc, path, query, fragment))


def _is_known(host: str, hosts: Collection[str]) -> bool:
    known = (host_name(each) for each in hosts)
    return _HOST.fullmatch(host) is not None and any(host == each or host.endswith(f".{each}") for each in known)


def _is_unseen(each: str) -> bool:
    """Controls, what turns the direction, and spaces and lines that are no common space."""
    return each not in " \u00a0\u202f" and unicodedata.category(each)[0] in "CZ"
