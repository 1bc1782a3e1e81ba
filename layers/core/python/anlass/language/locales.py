"""Which of several languages somebody reads."""

from __future__ import annotations

from collections.abc import Iterable


def choose_locale(available: Iterable[str], *wanted: str) -> str:
    """`de-AT` → `de` → what is wanted next → its language → whatever there is."""
    by_folded = {each.replace("_", "-").lower(): each for each in sorted(available)}
    for name in wanted:
        folded = name.replace("_", "-").lower()
        for candidate in (folded, folded.split("-")[0]):
            if candidate in by_folded:
                return by_folded[candidate]
    return next(iter(by_folded.values()))
