"""Secrets Manager: write keys, and what links and webhooks are signed with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from botocore.exceptions import ClientError

from anlass.adapters.aws.faults import code_of, transient_faults
from anlass.adapters.signing import SaltedHashes, SignedLinks, WebhookSeals, WriteKeys
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
            text = self._client.get_secret_value(SecretId=self._name, VersionStage="AWSCURRENT")["SecretString"]
        try:
            found = json.loads(text)
        except ValueError:
            found = None  # not told why: the text is a secret
        if not isinstance(found, dict):
            raise ConfigurationError(f"secret {self._name} holds no JSON object; see infra/ for its shape")
        return found


class SecretKeys(WriteKeys):
    """{"server": keys, "browser": keys}: lists, or one string each as the deployment makes it."""

    def __init__(self, secret: JsonSecret) -> None:
        super().__init__(secret.value)


class SecretLinks(SignedLinks):
    """{"current": key, "previous": key, "next": key}, the last two optional. `current` signs, and links signed with
    any of them are good. Who still holds the secret of five minutes ago knows the new current key as `next`.
    """

    def __init__(self, public_url: str, secret: JsonSecret, reply_domain: str = "") -> None:
        super().__init__(public_url, lambda: _signing_keys(secret.value()), reply_domain)


class SecretHashes(SaltedHashes):
    """{"salt": text}"""

    def __init__(self, secret: JsonSecret) -> None:
        super().__init__(lambda: _salt(secret.value()))


class SecretSeals(WebhookSeals):
    """{"erp": "whsec_…"}: a key by each name that journeys use, or a list of two while one replaces the other."""

    def __init__(self, secret: JsonSecret) -> None:
        super().__init__(secret.value)


def _signing_keys(value: Mapping[str, Any]) -> Sequence[str]:
    current = value.get("current")
    if not isinstance(current, str) or not current:
        raise ConfigurationError('the links secret has no "current" key to sign with')
    return [*(key for name in ("previous", "next") if (key := value.get(name))), current]


def _salt(value: Mapping[str, Any]) -> str:
    salt = value.get("salt")
    if not isinstance(salt, str) or not salt:
        raise ConfigurationError('the salt secret has no "salt" to hash with')
    return salt


class SecretVersions:
    """The versions of one secret, as Secrets Manager's rotation handles them."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def current(self) -> Mapping[str, Any]:
        return JsonSecret(self._client, self._name).value()

    def pending(self, token: str) -> Mapping[str, Any] | None:
        try:
            with transient_faults(f"reading the pending version of {self._name}"):
                answer = self._client.get_secret_value(SecretId=self._name, VersionId=token, VersionStage="AWSPENDING")
        except ClientError as fault:
            if code_of(fault) != "ResourceNotFoundException":
                raise
            return None
        value: Mapping[str, Any] = json.loads(answer["SecretString"])
        return value

    def add_pending(self, token: str, value: Mapping[str, Any]) -> None:
        with transient_faults(f"adding a version to {self._name}"):
            self._client.put_secret_value(
                SecretId=self._name,
                ClientRequestToken=token,
                SecretString=json.dumps(value),
                VersionStages=["AWSPENDING"],
            )

    def promote(self, token: str) -> None:
        with transient_faults(f"changing the current version of {self._name}"):
            stages = self._client.describe_secret(SecretId=self._name)["VersionIdsToStages"]
            (current,) = (version for version, names in stages.items() if "AWSCURRENT" in names)
            if current != token:
                self._client.update_secret_version_stage(
                    SecretId=self._name,
                    VersionStage="AWSCURRENT",
                    MoveToVersionId=token,
                    RemoveFromVersionId=current,
                )
