"""Requests to the API that only those make who have rights in the account: signed with their AWS credentials."""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import typer
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import Session
from rich.console import Console

from cli.runtime.names import REGION
from cli.runtime.signatures import LOCAL, SERVICE

HERE = frozenset(("127.0.0.1", "localhost"))
LOCAL_URL = "http://127.0.0.1:8787"
SECONDS = 60


class Refused(typer.BadParameter):
    """The API answered with something else than what was asked for."""


def signed(method: str, url: str, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """The answer's JSON; None: 404. `path` is quoted. Raises Refused with what to do."""
    text = asked(method, url, path, query)
    return None if text is None else json.loads(text)


def asked(
    method: str,
    url: str,
    path: str,
    query: Mapping[str, str] | None = None,
    credentials: Credentials | None = None,
) -> str | None:
    """The answer as it is; None: 404. Raises Refused, and Exit where two people are called that. `credentials`: others
    than `_credentials` would take.
    """
    whole = url.rstrip("/") + path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
    request = AWSRequest(method, whole, headers={"accept-encoding": "gzip"})
    found, region = (credentials, REGION) if credentials else _credentials(url)
    SigV4Auth(found, SERVICE, region).add_auth(request)
    send = urllib.request.Request(whole, method=method, headers=dict(request.headers))  # noqa: S310 - checked below
    if urlsplit(whole).scheme != "https" and urlsplit(whole).hostname not in HERE:
        raise Refused(f"{url} is not https: nothing personal travels in the open")
    try:
        with urllib.request.urlopen(send, timeout=SECONDS) as answer:  # noqa: S310 - https, or this machine
            body = answer.read()
            return (gzip.decompress(body) if answer.headers.get("content-encoding") == "gzip" else body).decode()
    except urllib.error.HTTPError as fault:
        said = _said(fault)
        if fault.code == 404 and "code" in said:
            return None
        if fault.code == 409 and "identities" in said:
            raise _two_people(said["identities"]) from fault
        raise _refused(fault, whole) from fault
    except urllib.error.URLError as fault:
        raise Refused(
            f"nothing answers at {url}: start `anlass dev`, or name the API with --url or ANLASS_URL"
        ) from fault


def _refused(fault: urllib.error.HTTPError, url: str) -> Refused:
    if fault.code == 403:
        return Refused("403: these AWS credentials may not do that; the role needs execute-api:Invoke on this API")
    return Refused(f"{urlsplit(url).hostname} answered {fault.code}: try again, or look at the function's log")


def _two_people(identities: list[str]) -> typer.Exit:
    """Says so, and is the end of a command with 1: it was understood."""
    each = " or ".join(f'"{identity}"' for identity in identities)
    Console(stderr=True).print(
        f"Two people are called that: one has this address, another one this user id. Say which: {each}.",
        highlight=False,
        soft_wrap=True,
    )
    return typer.Exit(1)


def _said(fault: urllib.error.HTTPError) -> dict[str, Any]:
    body = fault.read()
    try:
        found = json.loads(gzip.decompress(body) if fault.headers.get("content-encoding") == "gzip" else body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _credentials(url: str) -> tuple[Credentials, str]:
    """On this machine those of `anlass dev`; elsewhere whatever AWS's own tools would take."""
    host = urlsplit(url).hostname or ""
    if host in HERE:
        return LOCAL, REGION
    session = Session()
    found = session.get_credentials()
    if found is None:
        raise Refused("no AWS credentials: sign in as for the aws command (AWS_PROFILE, aws sso login)")
    parts = host.split(".")  # <id>.execute-api.<region>.amazonaws.com
    region = parts[2] if "execute-api" in parts else session.get_config_variable("region")
    if not region:
        raise Refused("which region is the API in? Set AWS_REGION")
    return found.get_frozen_credentials(), region
