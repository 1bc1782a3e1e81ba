"""The table of every permission, read from the template itself: `docs/permissions.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.template import name_of, plain

HEAD = """# Permissions

Who may do what, read from the synthesised template of stage `{stage}` by `make infra-docs`. A test fails when the two
differ. Names begin with `{prefix}`, left out here; `…` stands for the account's own number.

- Every function has a role of its own, with the one policy shown here. No managed policy of AWS is attached.
- Nobody may create or change state machines, functions, roles, tables, queues or buckets, and nobody may scan a table.
- `iam:PassRole` is for the calendar's role only, and to EventBridge Scheduler only.
- Mail leaves with the stage's configuration set, from the stage's domain, by one function.
- The key is usable through the service named in the condition only: no function can decrypt anything by itself.
- `*` stands where names are made at run time; each has its reason in `infra/acknowledgements.py`.

What a right is needed for, `infra/rights.py` says. The local runtime refuses what is not listed there, so every story
that the tests tell also shows that the rights are enough.
"""


def permissions_table(template: Mapping[str, Any], stage: str) -> str:
    prefix = f"anlass-{stage}-"
    resources = template["Resources"]
    roles = [r for r in resources.values() if r["Type"] == "AWS::IAM::Role"]
    policies = [r for r in resources.values() if r["Type"] == "AWS::IAM::ManagedPolicy"]
    blocks = [HEAD.format(stage=stage, prefix=prefix)]
    for role in sorted(roles, key=name_of):
        trusted = ", ".join(_trusted(role))
        blocks.append(_block(name_of(role), f"Assumed by {trusted}.", _statements_of_role(role), resources, prefix))
    for policy in policies:
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        blocks.append(_block(name_of(policy), "To be attached to people.", statements, resources, prefix))
    blocks.append(_resource_policies(resources, prefix))
    return "\n".join(blocks)


def _statements_of_role(role: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [s for policy in role["Properties"]["Policies"] for s in policy["PolicyDocument"]["Statement"]]


def _trusted(role: Mapping[str, Any]) -> Iterator[str]:
    for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
        yield f"`{statement['Principal']['Service']}`" + (" for this account" if "Condition" in statement else "")


def _block(name: str, who: str, statements: list[Any], resources: Mapping[str, Any], prefix: str) -> str:
    rows = [_row(statement, resources, prefix) for statement in statements]
    head = f"## {name.removeprefix(prefix)}\n\n{who}\n\n| may | on | if |\n|---|---|---|\n"
    return head + "\n".join(rows) + "\n"


def _row(statement: Mapping[str, Any], resources: Mapping[str, Any], prefix: str) -> str:
    cells = (
        "<br>".join(_list(statement["Action"])),
        "<br>".join(f"`{_shown(each, resources, prefix)}`" for each in _list(statement["Resource"])),
        "<br>".join(
            f"{operator} `{key}` {_shown(value, resources, prefix)}"
            for operator, conditions in statement.get("Condition", {}).items()
            for key, value in conditions.items()
        ),
    )
    effect = "**not** " if statement["Effect"] == "Deny" else ""
    return f"| {effect}{' | '.join(cells)} |"


def _resource_policies(resources: Mapping[str, Any], prefix: str) -> str:
    """Who may call the functions, and what buckets, queues, the topic and the key say themselves."""
    called = sorted(
        f"| {_shown(r['Properties']['FunctionName'], resources, prefix)} | {r['Properties']['Principal']} | "
        f"{_shown(r['Properties'].get('SourceArn', 'this account'), resources, prefix)} |"
        for r in resources.values()
        if r["Type"] == "AWS::Lambda::Permission"
    )
    head = "## Who may call the functions\n\n| function | service | from |\n|---|---|---|\n"
    return head + "\n".join(called) + "\n"


def _called(resource: Mapping[str, Any], resources: Mapping[str, Any]) -> str:
    if resource["Type"] == "AWS::KMS::Key":
        return "the key"
    if resource["Type"] == "AWS::Lambda::Alias":  # its name is `live`, whatever it leads to
        return name_of(resources[resource["Properties"]["FunctionName"]["Ref"]])
    return name_of(resource)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _shown(value: Any, resources: Mapping[str, Any], prefix: str) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(each, resources, prefix) for each in value)
    text = str(plain(value))
    for id_, resource in resources.items():
        for reference in (f"${{{id_}.Arn}}", f"${{{id_}}}"):
            if reference in text:
                text = text.replace(reference, _called(resource, resources) or id_)
        stream = f"${{{id_}.StreamArn}}"
        text = text.replace(stream, f"the stream of {name_of(resource)}")
    for long, short in (("${AWS::Partition}", "aws"), ("${AWS::AccountId}", "…"), (prefix, "")):
        text = text.replace(long, short)
    return text
