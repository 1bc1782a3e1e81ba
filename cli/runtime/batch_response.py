"""What a function answers to a batch: which of its items failed, read as Lambda reads it."""

from __future__ import annotations

from typing import Any

NOTHING_FAILED: frozenset[str] = frozenset()


def failed_items(payload: Any, sent: list[str]) -> frozenset[str]:
    """`{"batchItemFailures": [{"itemIdentifier": id}]}`; an answer that cannot be read fails the whole batch."""
    if not payload:
        return NOTHING_FAILED
    everything = frozenset(sent)
    if not isinstance(payload, dict):
        return everything
    failures = payload.get("batchItemFailures")
    if not failures:
        return NOTHING_FAILED
    if not isinstance(failures, list):
        return everything
    named = {failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures}
    return frozenset(item for item in sent if item in named) if named <= everything else everything
