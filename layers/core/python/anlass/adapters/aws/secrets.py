"""Secrets Manager: write keys, and what links are signed with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from anlass.adapters.aws.faults import transient_faults
from anlass.adapters.signing import SignedLinks, WriteKeys
from anlass.domain.errors import ConfigurationError, Transient

LIFE = 300.0  # seconds that a secret is used before it is read again


class JsonSecret:
    """A secret that holds a JSON object, read when first needed and again after five minutes."""

    def __init__(self, client: Any, name: str, elapsed: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._name = name
        self._elapsed = elapsed
        self._read: tuple[float, Mapping[str, Any]] | None = None

    def value(self) -> Mapping[str, Any]:
        now = self._elapsed()
        if self._read is None or now - self._read[0] >= LIFE:
            try:
                self._read = (now, self._fetch())
            except Transient:
                if self._read is None:
                    raise
                self._read = (now, self._read[1])  # what was right five minutes ago is better than no answer
        return self._read[1]

    def _fetch(self) -> Mapping[str, Any]:
        with transient_faults(f"reading secret {self._name}"):
            text = self._client.get_secret_value(SecretId=self._name)["SecretString"]
        try:
            found = json.loads(text)
        except ValueError:
            found = None  # not told why: the text is a secret
        if not isinstance(found, dict):
            raise ConfigurationError(f"secret {self._name} holds no JSON object; see infra/ for its shape")
        return found


class SecretKeys(WriteKeys):
    """{"server": [keys], "browser": [keys]}"""

    def __init__(self, secret: JsonSecret) -> None:
        super().__init__(secret.value)


class SecretLinks(SignedLinks):
    """{"current": key, "previous": key or null}: links signed with either are good, so that a key can be changed."""

    def __init__(self, public_url: str, secret: JsonSecret) -> None:
        super().__init__(public_url, lambda: _signing_keys(secret.value()))


def _signing_keys(value: Mapping[str, Any]) -> Sequence[str]:
    current = value.get("current")
    if not isinstance(current, str) or not current:
        raise ConfigurationError('the links secret has no "current" key to sign with')
    previous = value.get("previous")
    return [previous, current] if previous else [current]
