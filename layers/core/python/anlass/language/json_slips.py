"""What stands in files that are nearly JSON: other quotes, commas and spaces, words, numbers as people write them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from anlass.language.diagnostics import did_you_mean

_OPENING = "“”„‟«»‹›″‶＂'‘’‚‛′`´"
_CLOSING = _OPENING + '"'
_BEHIND = r"(?=[ \t\r]*(?:[,;:}\]=\n]|\Z))"  # a text ends only where something else can follow
LONGEST = 1000  # of a text in other quotes; no file is looked through for its end again and again

QUOTED = re.compile(rf"[{_OPENING}]([^\n]{{0,{LONGEST}}}?)[{_CLOSING}]{_BEHIND}")
HALF_QUOTED = re.compile(rf'"([^"\n]{{0,{LONGEST}}}?)[{_OPENING}]{_BEHIND}')
_DOUBLED = re.compile(rf'"?"([^"\\\n]{{1,{LONGEST}}})""?{_BEHIND}')
_WITH_QUOTES = re.compile(rf'"([^\n]{{0,{LONGEST}}}?)"{_BEHIND}')
STRING_WITH_TABS = re.compile(r'"((?:[^"\\\r\n]|\\.)*)"')
COMMAS = ",;，；、"
COLON = re.compile(r":|=>?|：")
COMMENT = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?(\*/|\Z)|<!--.*?(-->|\Z)", re.DOTALL)
# Spaces of other kinds, and signs that take no room at all.
ODD_SPACE = re.compile("[\v\f\x85\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]+")
_HIDDEN = re.compile("[\u00a0\u00ad\u1680\u2000-\u200b\u2028-\u202f\u205f\u2060\u3000\ufeff]")
WORD = re.compile(r"[^\s,:{}\[\]\"]+")
NO_JSON = re.compile(r"(?!(?:true|false|null)\b)[^\s\d\"{\[}\],:\-][^\n]*")
CONFLICT = re.compile(r"^(?:<{7}|>{7}|={7})(?=[ \r\n]|\Z)", re.MULTILINE)
CENTS = re.compile(r",(\d+)(?=\s*[,}\n])")  # of "19,99", as people write it who have a decimal comma

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # no page and no picture may hold them
_RUN = re.compile(r"[^\s,;:{}\[\]\"][^,;:{}\[\]\"\r\n]*")
_REMARK = re.compile(r"\s*(//|/\*|#|<!--)")
_BINARY = re.compile(r"[\x01-\x08\x0e-\x1f]")
_BESIDE_NUMBERS = re.compile(r"[\s_'’+%€$£]")
_NO_NUMBERS = ("nan", "infinity", "-infinity", "inf", "-inf")
_WORDS = {"true": True, "false": False, "null": None}
_NOTHING = ("none", "undefined", "nil")
_SHOWN = 60
ELLIPSIS = object()  # what stands for something else, and is nothing itself


@dataclass(frozen=True, slots=True)
class Slip:
    """What is to be said of a value, and what was meant by it."""

    code: str
    message: str
    remedy: str
    value: Any


def no_text(text: str) -> tuple[int, str, str] | None:
    """Where something stands that is no text in UTF-8, and what to say of it; None if all of it is."""
    at = min((text.index(sign) for sign in ("\ufffd", "\x00") if sign in text), default=None)
    if at is None:
        return None
    if _BINARY.search(text[:40]):
        return at, "This is no text at all.", "Put the file itself here, as your editor shows it."
    if text[:40].count("\x00") * 3 > len(text[:40]):
        return at, "The file is written in UTF-16, not in UTF-8.", "Save it as UTF-8 in your editor."
    if text[at] == "\x00":
        return at, "A sign stands here that no text has (U+0000).", "Take it out."
    remedy = "Save it as UTF-8 in your editor, and look whether ä, ö, ü and ß are still right."
    return at, "A sign cannot be read here: the file is not written in UTF-8.", remedy


def written(text: str, at: int) -> str:
    """What stands here until the next sign that means something; of several words only one, if a key is the last."""
    run = _RUN.match(text, at)
    if run is None:
        return ""
    remark = _REMARK.search(run[0])
    words = (run[0][: remark.start()] if remark else run[0]).rstrip()
    if text[run.end() : run.end() + 1] == ":":
        words = words.split()[0]
    return words


def slip_of(words: str) -> Slip:
    """A value that JSON does not have."""
    low, shown = words.lower(), short(words)
    if words in ("…", "..."):
        message = f"{shown} stands for something that is still to be written."
        return Slip("json.word", message, "Write it, or take this out.", ELLIPSIS)
    if low in _WORDS:
        remedy = f"Write {low}, in small letters and without quotes."
        return Slip("json.word", f"{shown} is not written so in JSON.", remedy, _WORDS[low])
    if low in _NOTHING:
        return Slip("json.word", f"{shown} is no value in JSON.", "Leave the key out, or write a value.", None)
    if low in _NO_NUMBERS:
        return Slip("json.number", f"{shown} is no number in JSON.", "Write for example 20 or 0.5.", 0)
    bare = _BESIDE_NUMBERS.sub("", words)
    if re.fullmatch(r"-?\d*\.?\d*", bare) and any(sign.isdigit() for sign in bare):
        value = float(bare) if "." in bare else int(bare[:20])
        return Slip("json.number", f"{shown} is no number in JSON.", f"Write {value}.", value)
    if re.match(r"[+.-]?\d", words) and " " not in words:
        return Slip("json.number", f"{shown} is no number in JSON.", "Write for example 20 or 0.5.", 0)
    remedy = did_you_mean(low, _WORDS) if len(words) < _SHOWN else ""
    return Slip("json.quotes", f"{shown} has no quotes.", remedy.strip() or f'If it is a text, write "{shown}".', words)


def with_two_quotes(found: re.Match[str]) -> re.Match[str] | None:
    """A text with quotes doubled at one of its ends or at both."""
    following = found.string[found.end() : found.end() + 1]
    if following == '"' if found[1] else following.isalnum():
        return _DOUBLED.match(found.string, found.start())
    return None


def with_quotes(found: re.Match[str]) -> re.Match[str] | None:
    """The whole text, where the one that was found ends at a quote in the midst of it."""
    if not found.string[found.end() : found.end() + 1].isalnum() or found[1].rstrip().endswith((":", ",")):
        return None
    return _WITH_QUOTES.match(found.string, found.start())


def text_in(found: re.Match[str]) -> str:
    """A text between quotes, as it is meant."""
    try:
        value: str = json.loads(found[0], strict=False)
    except json.JSONDecodeError:
        return found[1]
    return value.encode(errors="replace").decode()


def strange_signs(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    """What is wrong within the quotes, and what would be right."""
    try:
        value: str = json.loads(found[0], strict=False)
        value.encode()
    except json.JSONDecodeError:
        yield "The text holds a \\ that means nothing.", "Write \\\\ for the sign itself."
        value = found[1]
    except UnicodeEncodeError:
        yield "The text holds half a character.", "Write the character itself."
    unseen = _UNSEEN.search(value)
    if unseen is not None:
        yield f"The text holds a sign that nobody can see (U+{ord(unseen[0]):04X}).", "Take it out."
    elif "\t" in found[1]:
        yield "The text holds a tab.", "Write \\t, or a space."


def hidden_sign(text: str) -> tuple[str, str] | None:
    """What to say of a name with a sign that looks like a space, or like nothing; None if there is none in it."""
    found = _HIDDEN.search(text)
    if found is None:
        return None
    plain = _HIDDEN.sub(lambda each: " " if unicodedata.category(each[0]) == "Zs" else "", text)
    return f"This holds a sign that only looks like a space ({named(found[0])}).", f'Write "{short(plain)}" anew.'


def named(sign: str) -> str:
    """`U+00A0, no-break space`"""
    return f"U+{ord(sign):04X}, {unicodedata.name(sign, 'a sign that nobody can see').lower()}"


def short(text: str) -> str:
    """For a message: what is too long is cut."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
