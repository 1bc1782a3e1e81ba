"""What Jinja finds wrong with a template, in words for people who do not know its name."""

from __future__ import annotations

import re
from collections.abc import Callable

Said = tuple[str, str]  # what is wrong, and what would be right

_CLOSE = "Close every {{ with }} and every {% if %} with {% endif %}, and write names without spaces."
_TAG = re.compile(r"\{%-?\s*(\w+)")
_QUOTES = "Write straight quotes: \" or '."


def said_of(message: str) -> Said:
    """Message and remedy. What is not known here is said as Jinja says it."""
    for pattern, words in _WORDS:
        found = re.search(pattern, message)
        if found is not None:
            return words(*found.groups())
    text = message.rstrip(".") or "this cannot be read"
    return f"{text[0].upper()}{text[1:]}.", _CLOSE


def opened_at(text: str, line: int) -> int:
    """Where the tag begins that is never closed; `line` if all are."""
    still_open: list[tuple[str, int]] = []
    for tag in _TAG.finditer(text):
        if tag[1] in ("if", "for"):
            still_open.append((tag[1], text.count("\n", 0, tag.start()) + 1))
        elif still_open and tag[1] == f"end{still_open[-1][0]}":
            still_open.pop()
    return still_open[-1][1] if still_open else line


def _in_output(got: str) -> Said:
    if got == "=":
        return '"=" means nothing between {{ and }}.', "Only a name stands there, and filters behind |."
    return f'"{got}" does not belong between {{{{ and }}}}, or }}}} is missing before it.', _CLOSE


def _in_tag(got: str) -> Said:
    if got == "=":
        return 'One "=" compares nothing.', 'Write two of them: {% if profile.city == "Kiel" %}.'
    if got == "if":
        return "There is no {% else if %}.", "Write {% elif … %}."
    return f'"{got}" does not belong between {{% and %}}, or %}} is missing before it.', _CLOSE


def _open(tag: str) -> Said:
    return f"A {{% {tag} … %}} is not closed.", f"Write {{% end{tag} %}} where it ends."


def _unknown_tag(tag: str) -> Said:
    if tag.startswith("end") or tag in ("else", "elif"):
        opening = "if" if tag in ("else", "elif") else tag.removeprefix("end")
        return f"{{% {tag} %}} stands where no {{% {opening} %}} is open.", f"Put a {{% {opening} … %}} before it."
    return f"There is no {{% {tag} %}}.", "Known are {% if %}, {% elif %}, {% else %}, {% for %} and {% set %}."


def _strange(sign: str) -> Said:
    if sign in "\"'":
        return "A quote is not closed between {{ and }}.", f"Write {sign} at the end of the text too."
    remedy = _QUOTES if sign in "“”„«»‘’‚" else "Take it out."
    return f"The sign {sign} means nothing between {{{{ and }}}}.", remedy


_WORDS: tuple[tuple[str, Callable[..., Said]], ...] = (
    (r"^unexpected end of template, expected 'end of print", lambda: ("A {{ is not closed.", "Write }} behind it.")),
    (r"^unexpected end of template", lambda: ("A {% is not closed.", "Write %} behind it.")),
    (r"^Unexpected end of template\..*closed is '(\w+)'", _open),
    (r"^Encountered unknown tag '(\w+)'", _unknown_tag),
    (r"^expected token 'end of print statement', got '(.+)'$", _in_output),
    (r"^expected token 'end of statement block', got '(.+)'$", _in_tag),
    (r"^Expected an expression, got 'end of print", lambda: ("Nothing stands between {{ and }}.", "Write a name.")),
    (r"^Expected an expression, got 'end of statement", lambda: ("Something is missing before %}.", _CLOSE)),
    (r"^unexpected char ['\"](.+)['\"] at \d+", _strange),
    (r"^unexpected '(.+)', expected '(.+)'$", lambda got, wanted: (f'"{wanted}" is missing before "{got}".', _CLOSE)),
    (r"^expected name or number", lambda: ("A name is missing behind a dot.", "Write on, as in {{ profile.city }}.")),
    (r"^expected token 'name', got", lambda: ("A name is missing.", "Write on, as in {{ profile.city | upper }}.")),
    (r"^expected token 'in', got", lambda: ("A {% for %} lacks its list.", "Write {% for item in cart.items %}.")),
    (r"^tag name expected", lambda: ("Nothing stands between {% and %}.", "Write for example {% if profile.city %}.")),
    (r"^Missing end of comment tag", lambda: ("A {# is not closed.", "Write #} behind it.")),
)
