"""The command of docs/operations.md for who has mended a mailbox: the reason goes, what its readers said stays."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from anlass.domain.changes import AddObjection, AddSuppression
from anlass.keys import SuppressionKey
from botocore.exceptions import ClientError

from tests.builders import DAY, NOON
from tests.contract.house import AwsHouse

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"


def mended(aws: AwsHouse, hash_: str) -> None:
    (command,) = re.findall(r"aws dynamodb update-item.*?\n(?=aws )", OPERATIONS.read_text(), re.DOTALL)
    said: dict[str, Any] = dict(re.findall(r"--([a-z-]+) '([^']+)'", command))
    aws.clients.dynamodb.update_item(
        TableName=aws.names.physical("profiles"),
        Key=json.loads(said["key"].replace("<hash>", hash_)),
        ConditionExpression=said["condition-expression"],
        UpdateExpression=said["update-expression"],
        ExpressionAttributeNames=json.loads(said["expression-attribute-names"]),
        ExpressionAttributeValues=json.loads(said["expression-attribute-values"]),
    )


def test_mail_goes_there_again_but_none_that_was_objected_to(aws: AwsHouse) -> None:
    aws.store.commit([AddObjection("abc", "email", ("*",), NOON)])
    aws.store.commit([AddSuppression("abc", "email", "bounce", NOON + DAY)])
    mended(aws, "abc")
    found = aws.store.read([SuppressionKey("abc", "email")]).suppression("abc", "email")
    assert found is not None
    assert (found.reason, found.at, found.stops(None), found.stops("news")) == (None, None, None, "objection")


def test_a_complaint_stays(aws: AwsHouse) -> None:
    aws.store.commit([AddSuppression("abc", "email", "complaint", NOON)])
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        mended(aws, "abc")
