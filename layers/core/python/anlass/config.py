"""The environment of a function. Each variable is asked for where it is used, so a function needs only its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from anlass.domain.errors import ConfigurationError


class Config:
    """Reads the variables that `infra/topology.py` names for each function."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def __getitem__(self, name: str) -> str:
        """Raises ConfigurationError that names the function and the variable."""
        value = self._environment.get(name)
        if not value:
            function = self._environment.get("AWS_LAMBDA_FUNCTION_NAME", "this process")
            raise ConfigurationError(f"{function} needs the environment variable {name}; infra/topology.py gives it")
        return value

    def get(self, name: str) -> str:
        """The variable, or "" for a function that has no right to what it names."""
        return self._environment.get(name, "")

    @property
    def wait_border(self) -> timedelta:
        """Waits up to this long are an execution's, longer ones the calendar's; 0: all are the calendar's."""
        return timedelta(seconds=int(self["WAIT_BORDER_SECONDS"]))

    @property
    def claim_seconds(self) -> int:
        return int(self["CLAIM_SECONDS"])
