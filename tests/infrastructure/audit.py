"""What a security engineer would find in a synthesised template, sentence by sentence; nothing, if all is well.

The rules are about the template alone. Only two compare it with what is written elsewhere: which rights and which
variables a function needs, no template can tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.infrastructure import (
    audit_alarms,
    audit_data,
    audit_delivery,
    audit_functions,
    audit_iam,
    audit_mail,
    audit_names,
)
from tests.infrastructure.audit_stack import Stack

RULES = (
    *audit_names.RULES,
    *audit_delivery.RULES,
    *audit_alarms.RULES,
    *audit_data.RULES,
    *audit_iam.RULES,
    *audit_functions.RULES,
    *audit_mail.RULES,
)


def problems(stack: Stack) -> Iterator[str]:
    """Lazily: whoever wants to know whether there is any asks for the first."""
    for rule in RULES:
        yield from rule(stack)
