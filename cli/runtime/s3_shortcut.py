"""The short way from botocore to what lies in moto's S3: publishing reads a thousand files.

Calls: only plain reads and lists, of what is there. Everything else, a missing object too, takes the long way.
"""

from __future__ import annotations

from io import BytesIO

from botocore.response import StreamingBody
from moto.s3.models import s3_backends

from cli.runtime.aws_calls import AwsCall, AwsReply
from cli.runtime.names import ACCOUNT

PAGE = 1000
ADDED = ("ChecksumMode", "EncodingType")  # by botocore itself


def answer(call: AwsCall) -> AwsReply | None:
    if call.service != "s3":
        return None
    if call.operation == "GetObject" and call.params.keys() <= {"Bucket", "Key", *ADDED}:
        return _read(call.params["Bucket"], call.params["Key"])
    if call.operation == "ListObjectsV2" and call.params.keys() <= {"Bucket", "Prefix", *ADDED}:
        return _list(call.params["Bucket"], call.params.get("Prefix", ""))
    return None


def place(bucket: str, key: str, content: bytes) -> None:
    """An object that is there without anybody having put it."""
    s3_backends[ACCOUNT]["aws"].put_object(bucket, key, content)


def _read(bucket: str, key: str) -> AwsReply | None:
    backend = s3_backends[ACCOUNT]["aws"]
    found = backend.get_object(bucket, key) if bucket in backend.buckets else None
    if found is None:
        return None
    about = {"ETag": found.etag, "ContentLength": found.size, "ContentType": found.metadata["content-type"]}
    return AwsReply(200, {"Body": StreamingBody(BytesIO(found.value), found.size), **about})


def _list(bucket: str, prefix: str) -> AwsReply | None:
    backend = s3_backends[ACCOUNT]["aws"]
    if bucket not in backend.buckets:
        return None
    found, is_truncated, _ = backend.list_objects_v2(backend.buckets[bucket], prefix, None, None, None, PAGE)
    if is_truncated:
        return None
    listed = [{"Key": each.name, "ETag": each.etag, "Size": each.size} for each in found]
    about = {"Name": bucket, "Prefix": prefix, "KeyCount": len(listed), "IsTruncated": False}
    return AwsReply(200, {**about, **({"Contents": listed} if listed else {})})
