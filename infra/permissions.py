"""The table of every permission, read from the template itself: `docs/permissions.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.template import name_of, plain

HEAD = """# Permissions

Who may do what, read from the synthesised template of stage `{stage}` by `make infra-docs`. A test fails when the two
differ. Names begin with `{prefix}`, left out here; `…` stands for the account's own number.

- Every function has a role of its own, with the one policy shown here. No managed policy of AWS is attached.
- Nobody may create or change state machines, functions, roles, tables, queues or buckets. One function may scan one
  table, to select people, part by part.
- `iam:PassRole` is for the calendar's role only, and to EventBridge Scheduler only.
- Mail leaves with the stage's configuration set, from the stage's domain, by one function.
- The key is usable through the service named in the condition only: no function can decrypt anything by itself.
- `*` stands where names are made at run time; each has its reason in `infra/acknowledgements.py`.

What a right is needed for, `infra/rights.py` says. The local runtime refuses what is not listed there, so every story
that the tests tell also shows that the rights are enough.
"""


def permissions_table(template: Mapping[str, Any], stage: str) -> str:
    table = _Table(template["Resources"], f"anlass-{stage}-")
    return "\n".join([HEAD.format(stage=stage, prefix=table.prefix), *table.roles(), *table.things(), table.callers()])


class _Table:
    def __init__(self, resources: Mapping[str, Any], prefix: str) -> None:
        self._resources = resources
        self.prefix = prefix

    def roles(self) -> Iterator[str]:
        """What each role may do, and who takes it; what is attached to people."""
        for role in sorted(self._of("AWS::IAM::Role"), key=name_of):
            (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            who = f"Assumed by `{trust['Principal']['Service']}`"
            condition = self._conditions(trust)
            statements = [s for p in role["Properties"]["Policies"] for s in p["PolicyDocument"]["Statement"]]
            yield self._block(role, f"{who} if {condition}." if condition else f"{who}.", statements)
        for policy in self._of("AWS::IAM::ManagedPolicy"):
            statements = policy["Properties"]["PolicyDocument"]["Statement"]
            yield self._block(policy, "To be attached to people.", statements)

    def things(self) -> Iterator[str]:
        """What the key, buckets, queues and the topic say themselves; what several say alike stands once."""
        said: dict[tuple[str, str, str], list[str]] = {}
        for kind, policy, of in (
            ("AWS::KMS::Key", "KeyPolicy", None),
            ("AWS::S3::BucketPolicy", "PolicyDocument", "Bucket"),
            ("AWS::SQS::QueuePolicy", "PolicyDocument", "Queues"),
            ("AWS::SNS::TopicPolicy", "PolicyDocument", "Topics"),
        ):
            for resource in self._of(kind):
                thing = "the key" if of is None else self._shown(resource["Properties"][of])
                for statement in resource["Properties"][policy]["Statement"]:
                    who = "everybody" if statement["Principal"] in ("*", {"AWS": "*"}) else self._who(statement)
                    row = (who, self._actions(statement), self._conditions(statement))
                    said.setdefault(row, []).append(thing)
        rows = (f"| {', '.join(things)} | {' | '.join(row)} |" for row, things in said.items())
        yield "## What things say themselves\n\n| of | who | may | if |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"

    def callers(self) -> str:
        """Who may call the functions."""
        rows = sorted(
            f"| {self._shown(each['Properties']['FunctionName'])} | {each['Properties']['Principal']} | "
            f"{self._shown(each['Properties'].get('SourceArn', 'this account'))} |"
            for each in self._of("AWS::Lambda::Permission")
        )
        return (
            "## Who may call the functions\n\n| function | service | from |\n|---|---|---|\n" + "\n".join(rows) + "\n"
        )

    def _of(self, kind: str) -> list[Mapping[str, Any]]:
        return [resource for resource in self._resources.values() if resource["Type"] == kind]

    def _block(self, resource: Mapping[str, Any], who: str, statements: list[Any]) -> str:
        rows = (f"| {self._actions(each)} | {self._things(each)} | {self._conditions(each)} |" for each in statements)
        head = f"## {name_of(resource).removeprefix(self.prefix)}\n\n{who}\n\n| may | on | if |\n|---|---|---|\n"
        return head + "\n".join(rows) + "\n"

    def _things(self, statement: Mapping[str, Any]) -> str:
        if "NotResource" in statement:
            return f"anything **but** `{self._shown(statement['NotResource'])}`"
        return "<br>".join(f"`{self._shown(on)}`" for on in _list(statement["Resource"]))

    def _actions(self, statement: Mapping[str, Any]) -> str:
        return ("**not** " if statement["Effect"] == "Deny" else "") + "<br>".join(_list(statement["Action"]))

    def _who(self, statement: Mapping[str, Any]) -> str:
        return "<br>".join(self._shown(each) for whom in statement["Principal"].values() for each in _list(whom))

    def _conditions(self, statement: Mapping[str, Any]) -> str:
        return "<br>".join(
            f"{operator} `{key}` {self._shown(value)}"
            for operator, conditions in statement.get("Condition", {}).items()
            for key, value in conditions.items()
        )

    def _called(self, resource: Mapping[str, Any]) -> str:
        if resource["Type"] == "AWS::KMS::Key":
            return "the key"
        if resource["Type"] == "AWS::Lambda::Alias":  # its name is `live`, whatever it leads to
            return name_of(self._resources[resource["Properties"]["FunctionName"]["Ref"]])
        return name_of(resource)

    def _shown(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._shown(each) for each in value)
        text = str(plain(value))
        for id_, resource in self._resources.items():
            for reference in (f"${{{id_}.Arn}}", f"${{{id_}}}"):
                if reference in text:
                    text = text.replace(reference, self._called(resource) or id_)
            text = text.replace(f"${{{id_}.StreamArn}}", f"the stream of {name_of(resource)}")
        for long, short in (("${AWS::Partition}", "aws"), ("${AWS::AccountId}", "…"), (self.prefix, "")):
            text = text.replace(long, short)
        return text


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
