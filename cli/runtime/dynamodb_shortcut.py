"""The short way from botocore to moto's DynamoDB: no signature, no HTTP message, no response to parse.

Saves most of a call's time. The request is still validated and serialised by botocore, the result has the types
that botocore's parser makes. What fails takes the long way again, which gives the full error: a failed call has
changed nothing, see `moto_patches`. Sets of binary values take the long way too.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from botocore import xform_name
from moto.core.exceptions import HTTPException, ServiceException
from moto.dynamodb.responses import DynamoHandler

from cli.runtime.aws_calls import AwsCall, AwsReply
from cli.runtime.names import ACCOUNT, REGION

SHORT = frozenset(
    (
        "GetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "Scan",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactWriteItems",
        "TransactGetItems",
    )
)
METHODS = {operation: xform_name(operation) for operation in SHORT}


class _Handler(DynamoHandler):  # type: ignore[misc]
    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__()
        self.body = self.params = body
        self.current_account = ACCOUNT
        self.region = REGION


def answer(call: AwsCall) -> AwsReply | None:
    if call.service != "dynamodb" or call.operation not in SHORT:
        return None
    body = call.body if isinstance(call.body, bytes) else call.body.encode()
    if b'"BS": ' in body:
        return None
    try:
        result = getattr(_Handler(json.loads(body)), METHODS[call.operation])().result
    except (HTTPException, ServiceException):
        return None
    result.pop("ConsumedCapacityUnits", None)  # moto's slip: no member of any answer
    if "ReturnConsumedCapacity" not in call.params:
        result.pop("ConsumedCapacity", None)
    return AwsReply(200, _with_bytes(result))


def _with_bytes(value: Any) -> Any:
    """moto keeps binary values as the Base64 that came over the wire; botocore's parser makes bytes of it."""
    if isinstance(value, list):
        return [_with_bytes(part) for part in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and isinstance(binary := value.get("B"), str):
        return {"B": base64.b64decode(binary)}
    return {name: _with_bytes(part) for name, part in value.items()}
