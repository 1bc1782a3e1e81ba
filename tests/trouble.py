"""AWS misbehaving in the local runtime: calls that are refused, processes that die."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cli.runtime.aws_calls import AwsCall, AwsReply, refuse
from cli.runtime.world import LocalRuntime


class Trouble:
    """Refuses, or kills the process at, the calls that match; `times` of them."""

    def __init__(
        self,
        actor: str,
        operation: str,
        reply: Callable[[], AwsReply],
        times: int = 1_000_000,
        only: Callable[[AwsCall], bool] = lambda _: True,
    ) -> None:
        self._actor, self._operation, self._reply, self.left, self._only = actor, operation, reply, times, only
        self.met = 0

    def answer(self, call: AwsCall) -> AwsReply | None:
        if (call.actor, call.operation) != (self._actor, self._operation) or self.left == 0 or not self._only(call):
            return None
        self.left -= 1
        self.met += 1
        return self._reply()


def throttled() -> AwsReply:
    return refuse("ThrottlingException", "slow down")


def broken() -> AwsReply:
    return refuse("ValidationException", "nobody can mend this by trying again")


def trouble(runtime: LocalRuntime, *args: Any) -> Trouble:
    made = Trouble(*args)
    runtime.calls.answers.insert(0, made.answer)
    return made


@contextmanager
def lost(runtime: LocalRuntime, queue: str) -> Iterator[None]:
    """What `dispatch` sends to this queue meanwhile is taken, and never seen again."""
    url = runtime.names.queue_url(queue)
    taken = AwsReply(200, {"Successful": [], "Failed": []})
    losing = trouble(
        runtime, "dispatch", "SendMessageBatch", lambda: taken, 1_000_000, lambda call: call.params["QueueUrl"] == url
    )
    yield
    losing.left = 0
