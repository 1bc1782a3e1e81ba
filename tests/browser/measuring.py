"""What only a browser knows of a page: sizes, computed colours, what has the focus and whether that can be seen."""

from __future__ import annotations

from typing import Any

# Every piece of text with its colour and the first ground behind it that is not transparent; and the size of its type.
_TEXTS = """() => {
  const solid = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 || m[3] > 0 ? m.slice(0, 3) : null };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim(), owner = walker.currentNode.parentElement;
    if (!words || owner.closest('[aria-hidden=true]')) continue;
    let behind = owner, ground = null;
    while (behind && !(ground = solid(getComputedStyle(behind).backgroundColor))) behind = behind.parentElement;
    const style = getComputedStyle(owner);
    found.push([words.slice(0, 40), solid(style.color), ground || [255, 255, 255], parseFloat(style.fontSize), +style.fontWeight]);
  }
  return found;
}"""  # noqa: E501 - a statement a line
_TARGETS = """() => [...document.querySelectorAll('button, a, label.check, .field input')].filter(e => e.offsetParent)
  .map(e => { const r = e.getBoundingClientRect(); return [e.innerText || e.name, r.width, r.height] })"""
_FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e);
  const said = e.value || e.innerText || '';
  return [e.tagName.toLowerCase(), e.name || '', said, s.outlineStyle, parseFloat(s.outlineWidth)] }"""
_WIDTH = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
_ORDER = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden])')]
  .filter(e => e.tabIndex >= 0).filter(e => e.type !== 'radio' || e.checked)
  .map(e => [e.tagName.toLowerCase(), e.name || '', e.value || e.innerText || ''])"""


def faults_seen(page: Any) -> list[str]:
    """Text that cannot be read, things that no finger hits, and what sticks out at the side."""
    found = []
    for words, ink, ground, size, weight in page.evaluate(_TEXTS):
        large = size >= 24 or (size >= 18.66 and weight >= 700)
        ratio = _contrast(ink, ground)
        if ratio < (3 if large else 4.5):
            found.append(f"{words!r} has a contrast of {ratio:.1f}")
    for name, width, height in page.evaluate(_TARGETS):
        if width < 44 or height < 44:
            found.append(f"{name!r} is {width:.0f} x {height:.0f} pixels")
    whole, shown = page.evaluate(_WIDTH)
    if whole > shown:
        found.append(f"the page is {whole} pixels wide on a screen of {shown}")
    return found


def order(page: Any) -> list[tuple[str, str, str]]:
    """What the tab key comes to, as it stands in the page."""
    return [tuple(each) for each in page.evaluate(_ORDER)]


def focused(page: Any) -> tuple[tuple[str, str, str], bool]:
    """What has the focus, and whether that can be seen."""
    tag, name, said, style, width = page.evaluate(_FOCUS)
    return (tag, name, said), style != "none" and width >= 2


def _contrast(one: list[float], other: list[float]) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: list[float]) -> float:
    red, green, blue = (
        share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in (c / 255 for c in colour)
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
