"""The definitions table, and what of it a warm function remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import Any

from botocore.exceptions import ClientError

from anlass.adapters.aws.dynamodb.body import pack, unpack
from anlass.adapters.aws.dynamodb.keys import Item
from anlass.adapters.aws.dynamodb.requests import pages
from anlass.adapters.aws.faults import code_of, transient_faults
from anlass.domain.errors import Conflict

INDEX_LIFE = 60.0  # seconds
INDEX_KEY = ("live", "index")


class DynamoDefinitions:
    """Versions never change and are kept for good; the index is asked for again after a minute."""

    def __init__(self, client: Any, table: str, elapsed: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._table = table
        self._elapsed = elapsed
        self._versions: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._index: tuple[float, int, Mapping[str, Any]] | None = None

    def get(self, content: str, version: str) -> Mapping[str, Any] | None:
        known = self._versions.get((content, version))
        if known is None:
            item = self._read(content, version)
            if item is None:
                return None  # not remembered: it may be published next
            known = self._versions[content, version] = unpack(item["body"])
        return known

    def add(self, content: str, version: str, document: Mapping[str, Any]) -> None:
        item = {**_key(content, version), "body": pack(document)}
        self._put(item, "attribute_not_exists(#content)", {"#content": "content"})

    def documents(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """A scan: some hundred items, and no index of what was deleted long ago."""
        doing = "reading all definitions"
        for item in pages(self._client, "scan", doing, TableName=self._table, ConsistentRead=True):
            yield item["content"]["S"], item["version"]["S"], unpack(item["body"])

    def replace(self, content: str, version: str, document: Mapping[str, Any]) -> None:
        item = {**_key(content, version), "body": pack(document)}
        self._put(item, "attribute_exists(#content)", {"#content": "content"})
        self._versions.pop((content, version), None)

    def index(self) -> tuple[int, Mapping[str, Any]]:
        if self._index is not None and self._elapsed() - self._index[0] < INDEX_LIFE:
            return self._index[1:]
        return self.fresh_index()

    def fresh_index(self) -> tuple[int, Mapping[str, Any]]:
        read_at = self._elapsed()
        item = self._read(*INDEX_KEY)
        revision, live = (int(item["revision"]["N"]), unpack(item["body"])) if item else (0, {})
        self._index = (read_at, revision, live)
        return revision, live

    def save_index(self, read_revision: int, index: Mapping[str, Any]) -> None:
        item = {**_key(*INDEX_KEY), "revision": {"N": str(read_revision + 1)}, "body": pack(index)}
        if read_revision == 0:
            saved = self._put(item, "attribute_not_exists(#content)", {"#content": "content"})
        else:
            read = {":read": {"N": str(read_revision)}}
            saved = self._put(item, "#revision = :read", {"#revision": "revision"}, read)
        self._index = None
        if not saved:
            raise Conflict(f"the index of definitions is not at revision {read_revision} any more", frozenset((0,)))

    def forget(self) -> None:
        self._versions.clear()
        self._index = None

    def _read(self, content: str, version: str) -> Item | None:
        with transient_faults("reading a definition"):
            answer = self._client.get_item(TableName=self._table, Key=_key(content, version), ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def _put(self, item: Item, condition: str, names: dict[str, str], values: Item | None = None) -> bool:
        """Whether the condition held."""
        expression = {"ConditionExpression": condition, "ExpressionAttributeNames": names}
        if values:
            expression["ExpressionAttributeValues"] = values
        try:
            with transient_faults("storing a definition"):
                self._client.put_item(TableName=self._table, Item=item, **expression)
        except ClientError as fault:
            if code_of(fault) != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _key(content: str, version: str) -> Item:
    return {"content": {"S": content}, "version": {"S": version}}
