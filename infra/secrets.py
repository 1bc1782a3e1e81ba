"""The secrets: generated once, never in the template, readable with the stack's key only."""

from __future__ import annotations

import json

from aws_cdk import aws_kms, aws_secretsmanager
from constructs import Construct

from infra.names import Names
from infra.removal import removal_policy
from infra.stage import Stage, StageError

# What lies in a secret at first: Secrets Manager makes one key of it, the rest is added by ops or by rotation.
_FIRST: dict[str, tuple[dict[str, object], str]] = {
    "keys": ({"browser": []}, "server"),
    "links": ({"previous": None}, "current"),
    "webhooks": ({}, "shop"),
    "salt": ({}, "salt"),
}
_LENGTH = {"webhooks": 44}  # as Base64 has it, without its padding: 264 bits


def make_secrets(
    scope: Construct, names: Names, stage: Stage, key: aws_kms.IKey
) -> dict[str, aws_secretsmanager.CfnSecret]:
    """By logical name."""
    return {name: _make(scope, name, names, stage, key) for name in names.topology.secrets}


def _make(scope: Construct, name: str, names: Names, stage: Stage, key: aws_kms.IKey) -> aws_secretsmanager.CfnSecret:
    """The plain resource: the construct above it would open the key's policy to the whole account."""
    if name not in _FIRST:
        raise StageError(f"infra/secrets.py: nobody says what lies in the secret {name!r} at first; add it to _FIRST")
    template, generated = _FIRST[name]
    secret = aws_secretsmanager.CfnSecret(
        scope,
        f"Secret-{name}",
        name=names.physical(name),
        kms_key_id=key.key_arn,
        generate_secret_string=aws_secretsmanager.CfnSecret.GenerateSecretStringProperty(
            secret_string_template=json.dumps(template),
            generate_string_key=generated,
            exclude_punctuation=True,
            password_length=_LENGTH.get(name, 43),  # 256 bits of 62 characters
        ),
    )
    secret.apply_removal_policy(removal_policy(stage))
    return secret
