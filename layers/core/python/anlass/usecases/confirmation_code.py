"""The code of an SMS: six digits that follow from the message and a secret, so that they need be kept nowhere."""

from __future__ import annotations

from anlass.ports import Hashes


def code_of(message_id: str, hashes: Hashes) -> str:
    return f"{int(hashes.of(f'code of {message_id}'), 16) % 1_000_000:06d}"
