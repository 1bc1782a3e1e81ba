"""The buckets. Content lies below `content/`: "journeys/cart.json" is the object content/journeys/cart.json. Reports
lie beside it, below `reports/`, where nothing is notified. What is written among the content is notified too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from anlass.adapters.aws.faults import code_of, transient_faults

PREFIX = "content/"


class S3Failures:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, name: str, records: Sequence[Mapping[str, Any]], at: datetime) -> None:
        key = f"anlass/set-aside/{at:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{name}"
        text = json.dumps({"payload": json.dumps({"Records": records})})
        with transient_faults(f"keeping {name}"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=text.encode())

    def keys(self) -> list[str]:
        """They carry the time: their order is that of the failures, mapping by mapping."""
        keys: list[str] = []
        with transient_faults("listing failures"):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                keys += [found["Key"] for found in page.get("Contents", ())]
        return sorted(keys)

    def read(self, key: str) -> str:
        with transient_faults(f"reading failure {key}"):
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return body.decode()

    def remove(self, key: str) -> None:
        with transient_faults(f"removing failure {key}"):
            self._client.delete_object(Bucket=self._bucket, Key=key)


class S3Content:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, path: str) -> str | None:
        try:
            with transient_faults(f"reading {path}"):
                answer = self._client.get_object(Bucket=self._bucket, Key=PREFIX + path)
                body: bytes = answer["Body"].read()
        except ClientError as fault:
            if code_of(fault) != "NoSuchKey":
                raise
            return None
        return body.decode(errors="replace")  # the publisher reports what is no UTF-8

    def list(self, prefix: str) -> list[str]:
        paths: list[str] = []
        with transient_faults(f"listing {prefix}"):
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=PREFIX + prefix
            ):
                paths += [found["Key"].removeprefix(PREFIX) for found in page.get("Contents", ())]
        return sorted(paths)

    def write(self, path: str, text: str) -> None:
        self._put(PREFIX + path, text, "application/json" if path.endswith(".json") else "text/plain; charset=utf-8")

    def forget_older(self, path: str) -> None:
        key = PREFIX + path
        with transient_faults(f"forgetting what {path} held before"):
            pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=key)
            found = (version for page in pages for version in page.get("Versions", ()))
            for version in found:
                if version["Key"] == key and not version["IsLatest"]:
                    self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version["VersionId"])

    def write_report(self, path: str, text: str, content_type: str) -> None:
        self._put(path, text, content_type)

    def _put(self, key: str, text: str, content_type: str) -> None:
        with transient_faults(f"writing {key}"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=text.encode(), ContentType=content_type)
