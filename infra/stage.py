"""What differs between the stages: read from `stages` in cdk.json, checked before anything is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# Where SES receives mail, as far as is known for sure; it receives in others too.
RECEIVING = (
    *("us-east-1", "us-east-2", "us-west-2", "ca-central-1"),
    *("eu-central-1", "eu-west-1", "eu-west-2", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2"),
)
LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827)  # what CloudWatch offers


class StageError(Exception):
    """cdk.json does not describe the stage; the message says what is wrong where."""


@dataclass(frozen=True)
class Stage:
    name: str
    mail_domain: str  # SES sends from it, and nothing else may be sent from
    alarm_email: str  # where alarms and the budget report to
    monthly_budget_usd: int
    region: str = "eu-central-1"
    live: bool = False  # data outlives the stack, cannot be deleted by accident, and people do not wait for cold starts
    log_days: int = 30
    requests_per_second: int = 500  # of the whole API; above it 429, and the SDKs come again
    burst: int = 1000
    public_domain: str | None = None  # for links and the API, with its certificate; else API Gateway's own address
    certificate_arn: str | None = None
    receive_mail: bool = False  # to unsubscribe by mail: needs an MX record, and the one active rule set of the region
    sms_status: bool = False  # SNS writes the delivery status of SMS to its log groups: they must be there
    tracing: bool = False  # X-Ray: five dollars per million traces

    @property
    def reply_domain(self) -> str:
        """Where mail is received, "" where none is. The domain itself has its MX record for people's mailboxes."""
        return f"reply.{self.mail_domain}" if self.receive_mail else ""

    @property
    def prefix(self) -> str:
        """Of every name."""
        return f"anlass-{self.name}-"


def read_context(file: Path = ROOT / "cdk.json") -> dict[str, Any]:
    """What cdk.json says, for whoever is not called by the CDK command line. Raises StageError."""
    try:
        context: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["context"]
    except json.JSONDecodeError as fault:
        raise StageError(f"{file.name}, line {fault.lineno}, column {fault.colno}: no JSON: {fault.msg}") from fault
    except KeyError as fault:
        raise StageError(f'{file.name}: has no "context", and so no stages') from fault
    return context


def read_stage(name: str, context: Mapping[str, Any]) -> Stage:
    """`context` as in cdk.json. Raises StageError."""
    stages = context.get("stages") or {}
    if name not in stages:
        raise StageError(f"cdk.json, context.stages: no stage {name!r}; there are {', '.join(stages) or 'none'}")
    given: Mapping[str, Any] = stages[name]
    known = {field.name: field for field in fields(Stage) if field.name != "name"}
    where = f"cdk.json, context.stages.{name}"
    for key, value in given.items():
        if key not in known:
            raise StageError(f"{where}.{key}: no such setting; there are {', '.join(sorted(known))}")
        wanted = {"int": (int,), "bool": (bool,), "str": (str,), "str | None": (str, type(None))}[str(known[key].type)]
        if type(value) not in wanted:
            raise StageError(f"{where}.{key}: {value!r} is no {known[key].type}")
    missing = [key for key, field in known.items() if field.default is MISSING and key not in given]
    if missing:
        raise StageError(f"{where}: needs {', '.join(missing)}")
    stage = Stage(name, **given)
    if stage.log_days not in LOG_DAYS:
        raise StageError(f"{where}.log_days: CloudWatch keeps logs for {', '.join(map(str, LOG_DAYS))} days")
    if (stage.public_domain is None) != (stage.certificate_arn is None):
        raise StageError(f"{where}: public_domain and certificate_arn (of ACM, in {stage.region}) need each other")
    if stage.receive_mail and stage.region not in RECEIVING:
        raise StageError(f"{where}.receive_mail: SES receives mail in {', '.join(RECEIVING)}; add {stage.region} there")
    if "@" not in stage.alarm_email:
        raise StageError(f"{where}.alarm_email: {stage.alarm_email!r} is no address")
    return stage
