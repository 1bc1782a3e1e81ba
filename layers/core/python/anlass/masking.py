"""What may be said of a fault where many people read it: in logs, in traces and in the histories of executions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from anlass.domain.errors import AnlassError

_Answer = TypeVar("_Answer")


class Unforeseen(AnlassError):
    """A fault that is none of ours: by its name, its code and its place. Its text may hold what somebody wrote."""


def masked(handler: Callable[[dict[str, Any], Any], _Answer]) -> Callable[[dict[str, Any], Any], _Answer]:
    """Around the handler of every function: Lambda writes the text of an exception that leaves it into log and trace,
    Step Functions into the execution's history. Our own hold ids and pass; the state machines know them by name.
    """

    @wraps(handler)
    def run(event: dict[str, Any], context: Any) -> _Answer:
        try:
            return handler(event, context)
        except AnlassError:
            raise
        except Exception as fault:  # noqa: BLE001 - raised again, without its text
            known = said_of(fault)
            code = f" ({known['said']})" if known["said"] else ""
            said = f"{known['error']}{code} in {place_of(fault)}; its text is kept out of logs"
            raise Unforeseen(said).with_traceback(fault.__traceback__) from None

    return run


def said_of(fault: BaseException | None) -> dict[str, str | None]:
    """The text of our own faults only, which hold ids; that of others may hold what somebody wrote."""
    code = getattr(fault, "response", {}).get("Error", {}).get("Code")  # of botocore
    return {"error": type(fault).__name__, "said": str(fault) if isinstance(fault, AnlassError) else code}


def place_of(fault: BaseException) -> str:
    """Where it came out of our own code: function and line; of a library's innards nobody would learn anything."""
    at, trace = "?", fault.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if at == "?" or str(frame.f_globals.get("__name__")).startswith("anlass."):
            at = f"{frame.f_code.co_qualname}:{trace.tb_lineno}"
        trace = trace.tb_next
    return at
