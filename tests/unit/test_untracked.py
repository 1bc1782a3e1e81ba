"""Links to our own pages are left alone where others are rewritten."""

from __future__ import annotations

import pytest
from anlass.language.untracked import spare_links

OURS = ("https://events.shop.example/unsubscribe/", "https://events.shop.example/press/")
LINK = "https://events.shop.example/unsubscribe/abc.def"


@pytest.mark.parametrize(
    ("html", "spared"),
    [
        (f'<a href="{LINK}">no</a>', f'<a ses:no-track href="{LINK}">no</a>'),
        (f"<A class='b' HREF = '{LINK}'>no</A>", f"<A ses:no-track class='b' HREF = '{LINK}'>no</A>"),
        (f'<a\n  style="x"\n  href="{LINK}">', f'<a ses:no-track\n  style="x"\n  href="{LINK}">'),
        ('<a href="https://shop.example/beans">', '<a href="https://shop.example/beans">'),
        (
            '<a href="https://events.shop.example.evil/unsubscribe/">',
            '<a href="https://events.shop.example.evil/unsubscribe/">',
        ),
        ('<a name="top">', '<a name="top">'),
        (f'<abbr href="{LINK}">', f'<abbr href="{LINK}">'),
        (f'<img src="{LINK}">', f'<img src="{LINK}">'),
    ],
)
def test_only_links_to_our_own_pages_are_marked(html: str, spared: str) -> None:
    assert spare_links(html, OURS) == spared


def test_addresses_are_compared_as_they_are_meant() -> None:
    html = (
        '<a href="https://events.shop.example/press/a?b=1&amp;c=2"><a href=" https&#58;//events.shop.example/press/a">'
    )
    assert spare_links(html, OURS).count("ses:no-track") == 2
