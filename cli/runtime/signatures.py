"""AWS Signature Version 4, as API Gateway verifies it before anything else sees a request. One caller is known here."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cli.runtime.names import ACCOUNT, REGION

SERVICE = "execute-api"
LOCAL = Credentials("AKIALOCAL", "a-secret-of-no-value-elsewhere")
SKEW = timedelta(minutes=5)  # of the real clock: whoever signs knows no other
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/\s]+)/(?P<scope>[^,\s]+),\s*SignedHeaders=(?P<names>[^,\s]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


def caller_of(
    method: str, target: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> dict[str, str] | None:
    """Who signed, as API Gateway tells the function; None: nobody, or nobody who may."""
    lower = {name.lower(): value for name, value in headers.items()}
    said = _HEADER.fullmatch(lower.get("authorization", ""))
    stamp = lower.get("x-amz-date", "")
    if said is None or said["key"] != LOCAL.access_key or not _is_fresh(stamp, now):
        return None
    if said["scope"] != f"{stamp[:8]}/{REGION}/{SERVICE}/aws4_request":
        return None
    if not hmac.compare_digest(said["signature"], _signature(method, target, lower, said["names"], body, stamp)):
        return None
    return {"accessKey": LOCAL.access_key, "accountId": ACCOUNT, "userArn": f"arn:aws:iam::{ACCOUNT}:user/local"}


def _is_fresh(stamp: str, now: datetime) -> bool:
    try:
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(now - at) <= SKEW


def _signature(method: str, target: str, headers: Mapping[str, str], names: str, body: bytes, stamp: str) -> str:
    """What it would be, by botocore's own steps."""
    path, _, query = target.partition("?")
    request = AWSRequest(method, f"https://{headers.get('host', '')}{path}", data=body)
    request.params = parse_qsl(query, keep_blank_values=True)  # pairs: a name may stand there twice
    for name in names.split(";"):
        if name in headers:
            request.headers[name] = headers[name]
    request.context["timestamp"] = stamp
    auth = SigV4Auth(LOCAL, SERVICE, REGION)
    signature: str = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return signature
