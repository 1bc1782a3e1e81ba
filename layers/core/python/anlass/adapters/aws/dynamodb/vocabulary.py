"""The shop's own names: one item of the definitions table."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from anlass.adapters.aws.dynamodb.body import pack, unpack
from anlass.adapters.aws.faults import code_of, transient_faults
from anlass.domain.errors import Conflict
from anlass.domain.names import ShopNames, names_from

_KEY = {"content": {"S": "learned"}, "version": {"S": "names"}}


class DynamoVocabulary:
    """The caller remembers what it knows; nothing is kept here."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def learned(self) -> tuple[int, ShopNames]:
        with transient_faults("reading the learned names"):
            item = self._client.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True).get("Item")
        return (int(item["revision"]["N"]), names_from(unpack(item["body"]))) if item else (0, ShopNames())

    def save(self, read_revision: int, names: ShopNames) -> None:
        unread = "attribute_not_exists(#revision)" if read_revision == 0 else "#revision = :read"
        values = {":body": pack(names.document()), ":next": {"N": str(read_revision + 1)}}
        try:
            with transient_faults("storing the learned names"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_KEY,
                    UpdateExpression="SET #body = :body, #revision = :next",
                    ConditionExpression=unread,
                    ExpressionAttributeNames={"#body": "body", "#revision": "revision"},
                    ExpressionAttributeValues=values | ({":read": {"N": str(read_revision)}} if read_revision else {}),
                )
        except ClientError as fault:
            if code_of(fault) != "ConditionalCheckFailedException":
                raise
            raise Conflict(f"the learned names are not at revision {read_revision} any more", frozenset((0,))) from None
