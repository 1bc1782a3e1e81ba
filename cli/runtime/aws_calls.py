"""The one place where every AWS call of this process passes: botocore hooks, as they are documented.

A call can be answered before it leaves (limits that moto misses, Step Functions, the short way to DynamoDB) and is
shown to every observer when it comes back. `actor` says who calls: a function's name, or the machine's.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from botocore.handlers import BUILTIN_HANDLERS
from botocore.useragent import UserAgentString

OPERATOR = "operator"  # whoever sets up, looks in or publishes: no function of the product


@dataclass(frozen=True, slots=True)
class AwsCall:
    actor: str
    service: str  # botocore's hyphenised service id: dynamodb, sqs, sfn, scheduler, sesv2, s3, secrets-manager
    operation: str
    params: Mapping[str, Any]  # as the caller gave them
    body: bytes | str  # as they go over the wire


@dataclass(frozen=True, slots=True)
class AwsReply:
    status: int
    parsed: dict[str, Any]

    @property
    def status_code(self) -> int:
        return self.status


Answer = Callable[[AwsCall], AwsReply | None]
Observer = Callable[[AwsCall, AwsReply], None]


def refuse(code: str, message: str, status: int = 400) -> AwsReply:
    """botocore makes the client's own exception class of it."""
    return AwsReply(status, {"Error": {"Code": code, "Message": message}, "message": message})


class AwsCalls:
    def __init__(self) -> None:
        self.actor = OPERATOR
        self.answers: list[Answer] = []
        self.observers: list[Observer] = []

    @contextmanager
    def acting(self, actor: str) -> Iterator[None]:
        """Whose calls these are."""
        before, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = before

    def install(self, cleanup: ExitStack) -> None:
        """Every botocore session made from now on has the hooks."""
        hooks = [
            ("provide-client-params", self._remember),
            ("before-call", self._answer),
            ("after-call", self._observe),
        ]
        # Nobody reads it here, and it is made anew for every call.
        cleanup.enter_context(patch.object(UserAgentString, "to_string", lambda _: "anlass-local"))
        BUILTIN_HANDLERS.extend(hooks)
        cleanup.callback(lambda: [BUILTIN_HANDLERS.remove(hook) for hook in hooks])

    def _remember(self, params: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:
        context["anlass_params"] = params

    def _answer(
        self, model: Any, params: Mapping[str, Any], context: dict[str, Any], **_: object
    ) -> tuple[AwsReply, dict[str, Any]] | None:
        service = model.service_model.service_id.hyphenize()
        call = AwsCall(self.actor, service, model.name, context.get("anlass_params", {}), params["body"])
        context["anlass_call"] = call
        for answer in self.answers:
            reply = answer(call)
            if reply is not None:
                reply.parsed["ResponseMetadata"] = {
                    "HTTPStatusCode": reply.status,
                    "HTTPHeaders": {},
                    "RequestId": uuid.uuid4().hex,
                    "RetryAttempts": 0,
                }
                return reply, reply.parsed
        return None

    def _observe(self, http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        for observer in self.observers:
            observer(context["anlass_call"], AwsReply(http_response.status_code, parsed))
