"""AWS clients of one process: made when first asked for, from one session, with limits that a function survives."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

# Reading the services' models is most of what a client costs: one reader for all sessions of the process.
MODELS = Loader(include_default_search_paths=True)

# A function's own time limit is 10 to 60 s: a call that hangs must leave room to try again and to answer.
_PATIENT = {"connect_timeout": 2, "read_timeout": 5, "retries": {"mode": "standard", "total_max_attempts": 3}}
# One try: only deliver_message knows whether a second one would be a second message.
_ONCE = {"connect_timeout": 3, "read_timeout": 15, "retries": {"mode": "standard", "total_max_attempts": 1}}


class Clients:
    """`region` as in AWS_REGION. Credentials come from the environment, as botocore finds them."""

    def __init__(self, region: str) -> None:
        self._region = region

    @cached_property
    def dynamodb(self) -> Any:
        return self._client("dynamodb", _PATIENT)

    @cached_property
    def sqs(self) -> Any:
        return self._client("sqs", _PATIENT)

    @cached_property
    def scheduler(self) -> Any:
        return self._client("scheduler", _PATIENT)

    @cached_property
    def stepfunctions(self) -> Any:
        return self._client("stepfunctions", _PATIENT)

    @cached_property
    def sesv2(self) -> Any:
        return self._client("sesv2", _ONCE)

    @cached_property
    def sns(self) -> Any:
        return self._client("sns", _ONCE)

    @cached_property
    def secretsmanager(self) -> Any:
        return self._client("secretsmanager", _PATIENT)

    @cached_property
    def s3(self) -> Any:
        return self._client("s3", _PATIENT)

    @cached_property
    def _session(self) -> Any:
        session = botocore.session.get_session()
        session.register_component("data_loader", MODELS)
        return session

    def _client(self, service: str, settings: dict[str, Any]) -> Any:
        return self._session.create_client(service, region_name=self._region, config=Config(**settings))
