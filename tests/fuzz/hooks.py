"""Loaded by schemathesis: two of three requests get values that are good, and a signature where IAM asks for one, so
that they come past the door.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import Any
from urllib.parse import urlsplit

import requests
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from cli.runtime.names import REGION
from cli.runtime.signatures import LOCAL, SERVICE

KNOWN: dict[str, list[str]] = json.loads(os.environ["ANLASS_FUZZ_KNOWN"])


@schemathesis.hook  # type: ignore[untyped-decorator]
def before_call(context: schemathesis.HookContext, case: Any, kwargs: dict[str, Any]) -> None:
    chance = zlib.crc32(repr((case.path_parameters, case.query, case.body, case.method)).encode())
    if chance % 3 == 0 or not case.path_parameters:
        return
    parts = case.operation.path.strip("/").split("/")
    place = parts[1] if parts[0] == "v1" else parts[0]
    for name in case.path_parameters:
        good = KNOWN.get(name) or KNOWN.get(place) or []
        if good:
            case.path_parameters[name] = good[chance // 3 % len(good)]


class Signed(requests.auth.AuthBase):
    """As the shop's backend signs what it asks about people, but for one in eight."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        url = urlsplit(request.url or "")
        if url.path.startswith(("/v1/profiles/", "/v1/erasures/")) and zlib.crc32(str(request.url).encode()) % 8:
            body = request.body.encode() if isinstance(request.body, str) else request.body
            signed = AWSRequest(request.method, request.url, data=body, headers={"host": url.netloc})
            SigV4Auth(LOCAL, SERVICE, REGION).add_auth(signed)
            request.headers.update(dict(signed.headers))
        return request


schemathesis.auth.set_from_requests(Signed())
