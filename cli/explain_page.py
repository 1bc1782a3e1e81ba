"""A person's timeline as a page of the local server: it runs nothing and loads nothing."""

from __future__ import annotations

from html import escape
from itertools import groupby
from urllib.parse import quote
from zoneinfo import ZoneInfo

from anlass.language.timeline.lines import Line, Timeline

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
_LOOKS = {"allowed": "may leave", "deferred": "waits", "skipped": "not sent", "held": "held"}
_KINDS = {"left": "out", "done": "end", "made": "message", "closed": "message", "present": "now", "entered": "in"}


def person_link(person: str) -> str:
    """Where the dev server tells of somebody."""
    return f"/_local/explain/{quote(person)}"


def timeline_page(timeline: Timeline, person: str, journey: str | None = None) -> str:
    zone = ZoneInfo(timeline.zone)
    days = [
        f"<h2>{day:%A, %d %B %Y}</h2><ol class='lines'>{''.join(_line(line, zone) for line in lines)}</ol>"
        for day, lines in groupby(timeline.lines, key=lambda line: line.at.astimezone(zone).date())
    ]
    now = "".join(
        f"<dt>{escape(heading)}</dt><dd>{'<br>'.join(map(escape, said))}</dd>" for heading, said in timeline.now.items()
    )
    answers = "".join(
        f"<dt>{_names(answer.journey, person)}</dt><dd>{escape(answer.text)}</dd>" for answer in timeline.answers
    )
    all_ = f' · <a href="{escape(person_link(person))}">all journeys</a>' if journey else ""
    return _page(
        f"Why did {person} (not) get it?",
        f"""<header><a href="/">← Inbox</a><h1>Why did she (not) get it?</h1>
<p><b>{escape(timeline.profile)}</b> · all times in {escape(timeline.zone)}{all_}</p></header>
<main>
<section aria-labelledby="why"><h2 id="why">In short</h2><dl class="answers">{answers}</dl></section>
<section aria-labelledby="now"><h2 id="now">Now</h2><dl class="now">{now}</dl></section>
<section aria-label="Timeline" class="timeline">{"".join(days) or "<p>Nothing is kept that happened.</p>"}</section>
</main>""",
    )


def nobody_page(person: str) -> str:
    return _page(
        "Nobody",
        f"""<header><a href="/">← Inbox</a><h1>Nobody</h1></header>
<main><p>Nothing is kept of “{escape(person)}”.</p></main>""",
    )


def _names(journeys: str, person: str) -> str:
    """Of one journey a link to its own lines."""
    if ", " in journeys or not journeys:
        return escape(journeys)
    return f'<a href="{escape(person_link(person))}?journey={escape(quote(journeys))}">{escape(journeys)}</a>'


def _line(line: Line, zone: ZoneInfo) -> str:
    at = line.at.astimezone(zone)
    outcome = str(line.facts.get("outcome")) if line.kind == "look" else ""
    tag = _LOOKS.get(outcome) or _KINDS.get(line.kind, line.kind)
    journey = f'<span class="journey">{escape(line.journey)}</span> ' if line.journey is not None else ""
    why = "".join(f"<li>{escape(each)}</li>" for each in line.why)
    return (
        f'<li class="{line.kind} {outcome}"><time datetime="{at.isoformat()}">{at:%H:%M}</time>'
        f'<span class="tag">{escape(tag)}</span>'
        f"<div>{journey}{escape(line.text)}{f'<ul>{why}</ul>' if why else ''}</div></li>"
    )


_STYLE = """
:root { color-scheme: light dark; --ink: #2b2620; --soft: #6b5f52; --line: #e4dccf; --card: #fffdf9; --ground: #f6f1e9; --tone: #8a3b12; --yes: #2c6e31; --no: #a3241c; --wait: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #efe7db; --soft: #b5a894; --line: #3b342c; --card: #26211c; --ground: #1b1714; --tone: #e8a37a; --yes: #8fd095; --no: #f29a92; --wait: #e8c46a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 20px 64px; max-width: 900px; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 12px 0 4px; font-size: 26px; line-height: 1.25; } h2 { margin: 26px 0 8px; font-size: 17px; }
header p { color: var(--soft); margin: 0; } a { color: var(--tone); }
dl, ol.lines { margin: 0; padding: 6px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
dl { display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 0 18px; }
dt, dd { margin: 0; padding: 6px 0; overflow-wrap: anywhere; } dt { font-weight: 600; }
.answers dt { max-width: 210px; }
ol.lines { list-style: none; }
.lines > li { display: grid; grid-template-columns: 46px 88px 1fr; gap: 10px; padding: 5px 0; align-items: baseline; }
.lines > li + li { border-top: 1px solid var(--line); }
time { color: var(--soft); font-variant-numeric: tabular-nums; }
.tag { font-size: 12.5px; color: var(--soft); border: 1px solid var(--line); border-radius: 99px; padding: 0 8px; justify-self: start; white-space: nowrap; }
.journey { font-weight: 600; } .lines div { overflow-wrap: anywhere; }
.lines ul { margin: 2px 0 0; padding: 0 0 0 16px; color: var(--soft); font-size: 13.5px; }
.allowed .tag { color: var(--yes); border-color: currentColor; } .skipped .tag, .refused .tag { color: var(--no); border-color: currentColor; }
.deferred .tag, .held .tag, .present .tag { color: var(--wait); border-color: currentColor; }
@media (max-width: 620px) { dl { grid-template-columns: 1fr; } dd { padding-top: 0; } .lines > li { grid-template-columns: 44px 1fr; } .lines div { grid-column: 1 / -1; } }
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
