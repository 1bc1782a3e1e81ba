"""AWS's errors in the words of the core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ProxyConnectionError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError

from anlass.domain.errors import Transient

_BUSY = frozenset(
    (
        "InternalServerError",
        "InternalServerException",
        "LimitExceededException",
        "ExecutionLimitExceeded",
        "KmsThrottled",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ServiceQuotaExceededException",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    )
)

# The call was certainly not heard.
NOT_REACHED = (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
)


def code_of(fault: ClientError) -> str:
    return str(fault.response["Error"].get("Code", "Unknown"))


def is_busy(fault: ClientError) -> bool:
    """Throttled, or a fault on AWS's side: later it may go."""
    status = fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(fault) in _BUSY or status >= 500 or status == 429


@contextmanager
def transient_faults(action: str) -> Iterator[None]:
    """Raises Transient for what may go better later; all else passes. `action` says what was tried, without data."""
    try:
        yield
    except ClientError as fault:
        if is_busy(fault):
            raise Transient(f"{action}: {code_of(fault)}; try again") from fault
        raise
    except (HTTPClientError, BotoConnectionError) as fault:
        raise Transient(f"{action}: {type(fault).__name__}; try again") from fault
