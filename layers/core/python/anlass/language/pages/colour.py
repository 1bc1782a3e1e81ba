"""The shop's colour, and what can be read on it and in it (WCAG 2: contrast of 4.5 to 1 for text)."""

from __future__ import annotations

READABLE = 4.5
WHITE, BLACK, INK = "#ffffff", "#000000", "#221f1c"


def text_on(colour: str) -> str:
    """White or black: one of the two can be read on any colour."""
    return max((WHITE, BLACK), key=lambda text: contrast(text, colour))


def readable(colour: str, ground: str) -> str:
    """The colour, darkened until it can be read as text on a light ground."""
    red, green, blue = _channels(colour)
    for tenths in range(20, -1, -1):
        darker = "#" + "".join(f"{round(channel * tenths / 20):02x}" for channel in (red, green, blue))
        if contrast(darker, ground) >= READABLE:
            return darker
    return INK


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    linear: float = share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4
    return linear


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
