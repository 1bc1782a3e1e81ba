"""The faults of the core. Outcomes (skipped, deferred, rejected) are values; only faults are exceptions.

AnlassError
├── Conflict            what was read has changed since; read again and decide anew
├── Transient           a service did not answer or throttled; the caller's retry is right
├── BrokenDefinition    a stored definition cannot be used; needs a person
└── ConfigurationError  the deployment lacks something; needs ops
"""

from __future__ import annotations


class AnlassError(Exception):
    """Root of the faults Anlass raises itself. Messages hold ids, never personal data: they end up in logs."""


class Conflict(AnlassError):
    """A condition of a commit did not hold. `failed` are the changes (by position) whose condition failed."""

    def __init__(self, message: str, failed: frozenset[int] = frozenset()) -> None:
        super().__init__(message)
        self.failed = failed


class Transient(AnlassError):
    """Throttled, unreachable, half done: safe to try again as a whole."""


class BrokenDefinition(AnlassError):
    """A definition that was accepted once cannot be read or run now."""


class ConfigurationError(AnlassError):
    """A variable, secret or resource is missing; the message names it and where it is set."""
