"""The short way from botocore to moto's DynamoDB: no signature, no HTTP message, no response to parse.

Saves most of a call's time. The request is still validated and serialised by botocore, the result has the types
that botocore's parser makes. What fails takes the long way again, which gives the full error: a failed call has
changed nothing, see `moto_patches`. Binary values take the long way too.
"""

from __future__ import annotations

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
    if b'"B": ' in body or b'"BS": ' in body:
        return None
    try:
        result = getattr(_Handler(json.loads(body)), METHODS[call.operation])().result
    except (HTTPException, ServiceException):
        return None
    result.pop("ConsumedCapacityUnits", None)  # moto's slip: no member of any answer
    if "ReturnConsumedCapacity" not in call.params:
        result.pop("ConsumedCapacity", None)
    return AwsReply(200, result)
