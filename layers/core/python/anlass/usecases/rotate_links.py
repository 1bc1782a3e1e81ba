"""A new key for the links in mails, in the four steps of Secrets Manager's rotation. Each may come twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, assert_never

from anlass.domain.errors import ConfigurationError
from anlass.ports import Rotating

Step = Literal["createSecret", "setSecret", "testSecret", "finishSecret"]


def rotate_links(step: Step, token: str, secret: Rotating, new_key: Callable[[], str]) -> None:
    """`token` names this rotation. Raises ConfigurationError if a step comes before the one that it needs."""
    match step:
        case "createSecret":
            if secret.pending(token) is None:
                secret.add_pending(token, rotated(secret.current(), new_key()))
        case "setSecret":
            pass  # nobody else has to be told: the functions read the secret themselves
        case "testSecret":
            pending = secret.pending(token) or {}
            if not (pending.get("current") and pending.get("next")):
                raise ConfigurationError("the rotation of the links secret has no version to test; start it again")
        case "finishSecret":
            secret.promote(token)
        case _:
            assert_never(step)


def rotated(value: Mapping[str, Any], fresh: str) -> dict[str, Any]:
    """The fresh key is only known at first, and signs from the next rotation on: by then everybody has read it."""
    if not value.get("next"):
        return {**value, "next": fresh}
    return {"current": value["next"], "previous": value["current"], "next": fresh}
