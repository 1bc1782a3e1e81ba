"""Mails to look at in a browser: a list, and each mail as its recipient sees it. No request leaves the page.

A message is what `cli.dev.looking.messages` makes: id channel to subject text html headers journey step template
at status.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape, unescape
from typing import Any
from urllib.parse import quote

Message = Mapping[str, Any]
PREVIEW = 90  # characters

# Nothing of a mail may run or load: its own policy forbids it, the frame's sandbox too.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; frame-src 'self'"
_SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"  # no allow-scripts: the page sizes the frame
_IMAGE = re.compile(r"""(<img\b[^>]*?\bsrc=)(["'])https?://.*?\2""", re.IGNORECASE | re.DOTALL)
_PREHEADER = re.compile(r"<body\b[^>]*>\s*<div style=\"display:none[^>]*>(.*?)</div>", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"<https?://[^>]*>")
_FILLER = re.compile(r"[\u034f\u200c]")  # keeps the text that follows out of a preheader's line
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_PLACEHOLDER = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><rect width="120" height="120" fill="#ece3d6"/>'
    '<path d="M34 50h44v16a22 22 0 0 1-44 0zm44 4h7a9 9 0 0 1 0 18h-9M48 42c-4-6 4-8 0-14m14 14c-4-6 4-8 0-14" '
    'fill="none" stroke="#b29f88" stroke-width="4" stroke-linecap="round"/></svg>'
)


def local_link(message_id: str) -> str:
    """Where the dev server shows a message."""
    return f"/_local/inbox/{quote(message_id)}"


def file_link(message_id: str) -> str:
    """Where the demo writes a message, seen from its index."""
    return f"mails/{quote(message_id)}.html"


def inbox_page(
    messages: Sequence[Message],
    link: Callable[[str], str] = local_link,
    title: str = "Inbox",
    beside: tuple[str, str] | None = None,
    explain: str | None = None,
) -> str:
    """The list, newest first. `beside`: address and words of a link to another page; `explain`: where it is told why
    somebody got something, or did not.
    """
    journeys = Counter(m["journey"] or "–" for m in messages)
    told = " · ".join(f"{escape(journey)} {number}" for journey, number in journeys.most_common())
    rows = "\n".join(_row(message, link) for message in reversed(messages))
    listed = (
        f'<input type="search" placeholder="Search by person, subject, journey …" aria-label="Search" '
        f'oninput="{_SEARCH}">\n<ol class="list">\n{rows}\n</ol>'
        if messages
        else '<p class="empty">No mail has left yet.</p>'
    )
    asking = _asking(explain) if explain else ""
    other = f'<a class="beside" href="{escape(beside[0])}">{escape(beside[1])}</a>' if beside else ""
    return _page(
        title,
        f"<header>{other}<h1>{escape(title)}</h1><p>{len(messages)} messages{': ' if told else ''}{told}</p>{asking}"
        "</header>\n"
        f"{listed}",
    )


def message_page(message: Message, back: str = "/", explain: str | None = None) -> str:
    """One mail: what the recipient sees, the text beside it, the headers. `explain`: where it is told why."""
    headers = message["headers"]
    facts = {
        "From": headers.get("From", ""),
        "To": message["to"],
        "Sent": _time(message["at"]),
        "Journey": " › ".join(str(message[key]) for key in ("journey", "step") if message[key]),
        "Template": message["template"] or "",
        "Status": message["status"],
    }
    listed = "".join(f"<dt>{name}</dt><dd>{escape(str(value))}</dd>" for name, value in facts.items() if value)
    why = f'<p><a href="{escape(explain)}">Why did they get it?</a></p>' if explain else ""
    raw = "\n".join(f"{name}: {value}" for name, value in headers.items())
    title = message["subject"] or "SMS"
    head = f"""<header><a class="back" href="{escape(back)}">← Inbox</a><h1>{escape(title)}</h1>
<dl>{listed}</dl>{why}</header>"""
    if message["channel"] == "sms":
        return _page(title, f'{head}\n<pre class="sms">{escape(message["text"])}</pre>')
    return _page(
        title,
        f"""{head}
<iframe title="The mail" sandbox="{_SANDBOX}" onload="{_FIT}" srcdoc="{escape(_quiet(message["html"]))}"></iframe>
<p class="note">Images from elsewhere are not loaded here; drawings stand in for them.</p>
<details><summary>Plain text</summary><pre>{escape(message["text"])}</pre></details>
<details><summary>Headers</summary><pre>{escape(raw)}</pre></details>""",
    )


def _asking(explain: str) -> str:
    return (
        f'<form action="{escape(explain)}" class="asking"><label>Why did she (not) get it? '
        '<input name="person" placeholder="user id" required></label> <button>Tell</button></form>'
    )


def _row(message: Message, link: Callable[[str], str]) -> str:
    preview = _preview(message)
    where = " › ".join(str(message[key]) for key in ("journey", "step") if message[key])
    return (
        f'<li><a href="{escape(link(message["id"]))}"><time>{_time(message["at"])}</time>'
        f'<span class="to">{escape(message["to"])}</span>'
        f'<span class="what"><b>{escape(message["subject"] or "SMS")}</b> <span>{escape(preview)}</span></span>'
        f'<span class="tag">{escape(where)}</span></a></li>'
    )


def _preview(message: Message) -> str:
    """What a mail program shows beside the subject: the mail's own preheader, else how its text begins."""
    preheader = _PREHEADER.search(message["html"])
    text = unescape(preheader.group(1)) if preheader else _ADDRESS.sub("", str(message["text"]))
    text = " ".join(_FILLER.sub(" ", text).split())
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1] + "…"


def _time(iso: str) -> str:
    return escape(iso[:16].replace("T", " "))


def _quiet(html: str) -> str:
    """The mail's own HTML; links open beside the page, images do not load."""
    html = _IMAGE.sub(rf"\g<1>\g<2>{_PLACEHOLDER}\g<2>", html)
    base = '<base target="_blank">'
    return _HEAD.sub(lambda head: head.group() + base, html, count=1) if _HEAD.search(html) else base + html


_FIT = "this.style.height = this.contentDocument.documentElement.scrollHeight + 4 + 'px'"
_SEARCH = (
    "const wanted = this.value.toLowerCase(); for (const row of document.querySelectorAll('.list li')) "
    "row.hidden = !row.textContent.toLowerCase().includes(wanted)"
)
_STYLE = """
:root { color-scheme: light dark; --ink: #2b2620; --soft: #75695b; --line: #e4dccf; --card: #fffdf9; --ground: #f6f1e9; --tone: #8a3b12; }
@media (prefers-color-scheme: dark) { :root { --ink: #efe7db; --soft: #b5a894; --line: #3b342c; --card: #26211c; --ground: #1b1714; --tone: #e8a37a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 20px 64px; max-width: 1080px; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 4px; font-size: 26px; line-height: 1.25; }
header p, .note, .empty { color: var(--soft); margin: 0 0 20px; }
a { color: var(--tone); }
input[type=search] { width: 100%; padding: 10px 14px; margin: 0 0 16px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: inherit; font: inherit; }
.list { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.list li + li { border-top: 1px solid var(--line); }
.list a { display: grid; grid-template-columns: max-content 205px 1fr auto; gap: 14px; align-items: baseline; padding: 10px 16px; color: inherit; text-decoration: none; }
.list a:hover, .list a:focus-visible { background: color-mix(in srgb, var(--tone) 8%, transparent); }
time, .to, .what span { color: var(--soft); }
.to, .what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.tag { padding: 1px 9px; border: 1px solid var(--line); border-radius: 99px; font-size: 12.5px; color: var(--soft); white-space: nowrap; }
@media (max-width: 760px) { .list a { grid-template-columns: 1fr auto; gap: 2px 12px; } .what { grid-column: 1 / -1; grid-row: 1; } .tag { grid-column: 1 / -1; justify-self: start; } }
.beside { float: right; margin-top: 6px; }
.asking { margin: 0 0 14px; } .asking input, .asking button { padding: 5px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: inherit; font: inherit; }
.back { display: inline-block; margin-bottom: 14px; text-decoration: none; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; margin: 12px 0 20px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; min-height: 480px; border: 1px solid var(--line); border-radius: 10px; background: #fff; }
.note { margin: 8px 0 16px; font-size: 13px; }
details { margin: 8px 0; padding: 10px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
summary { cursor: pointer; }
.sms { padding: 14px 18px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; max-width: 420px; }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; }
"""  # noqa: E501 - a rule a line


def _page(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>
<style>{_STYLE}</style></head>
<body>
{body}
</body></html>
"""
