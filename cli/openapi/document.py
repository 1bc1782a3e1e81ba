"""The whole document."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from cli.openapi import intake, pages, parts, people, subscribing

_TAGS = {
    "events": "Segment's HTTP API: what the shop reports.",
    "subscribing": "Double opt-in.",
    "pages": "What people see. No script, no cookie; a GET changes nothing.",
    "people": "Rights of the person, for the shop's backend.",
}


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    endpoints = (intake, subscribing, pages, people)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Anlass",
            "version": version("anlass"),
            "description": "All public endpoints and all that they can answer, API Gateway's own answers included.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "http://127.0.0.1:8787", "description": "`anlass dev`"}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": {path: item for module in endpoints for path, item in module.operations().items()},
        "components": {
            "securitySchemes": {
                "writeKey": {"type": "http", "scheme": "basic", "description": "The write key as user name."},
                "writeKeyInQuery": {"type": "apiKey", "in": "query", "name": "writeKey"},
                "iam": {
                    "type": "http",
                    "scheme": "AWS4-HMAC-SHA256",
                    "description": "AWS Signature Version 4 for the service `execute-api`; 403 without it.",
                },
            },
            "schemas": {name: each for module in (parts, *endpoints) for name, each in module.SCHEMAS.items()},
        },
    }
