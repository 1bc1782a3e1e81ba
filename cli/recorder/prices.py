"""AWS list prices, one line each. Gross: no free tier, no volume steps, no savings plan, no tax.

Where they come from: AWS's pricing pages fill their tables by script, so the prices of a region stand in the public
price list (`https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/<offer>/current/eu-central-1/index.json`). The
lines marked PRICE_LIST were read there by others, who published their reading with the day of the list; two
readings agree wherever two were found. MEMORY: not looked up. Check both before a budget depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

REGION = "eu-central-1"
MILLION = 1_000_000

Checked = Literal["price list, as published by third parties", "AWS pricing page", "from memory, not checked"]
PRICE_LIST: Checked = "price list, as published by third parties"
PAGE: Checked = "AWS pricing page"
MEMORY: Checked = "from memory, not checked"


@dataclass(frozen=True, slots=True)
class Price:
    """`usd` for one `unit`."""

    usd: Decimal
    unit: str
    source: str
    date: str  # of the price list, or of the reading
    checked: Checked

    def of(self, quantity: float) -> Decimal:
        return self.usd * Decimal(str(quantity))


def _million(usd: str, unit: str, source: str, date: str, checked: Checked = PRICE_LIST) -> Price:
    return Price(Decimal(usd) / MILLION, unit, source, date, checked)


PRICES: dict[str, Price] = {
    "http": _million("1.20", "HTTP API request, up to 512 KB", "AmazonApiGateway", "2026-07-24"),
    "lambda": _million("0.20", "Lambda request", "AWSLambda", "2026-09-11"),
    "lambda-time": Price(Decimal("0.0000133334"), "GB-second, arm64", "AWSLambda", "2026-09-11", PRICE_LIST),
    "write": _million("0.7625", "DynamoDB write request unit, on demand", "AmazonDynamoDB", "2026-08-15"),
    "read": _million("0.1525", "DynamoDB read request unit, on demand", "AmazonDynamoDB", "2026-08-15"),
    "stream": _million(
        "0", "DynamoDB stream read by Lambda", "https://aws.amazon.com/dynamodb/pricing/", "2026-11", MEMORY
    ),
    "sqs": _million("0.40", "SQS request, standard queue, up to 64 KB", "AWSQueueService", "2025-08-28"),
    "transition": _million(
        "25", "state transition, Standard", "https://aws.amazon.com/step-functions/pricing/", "2025-08-28", PAGE
    ),
    "schedule": _million("1.15", "EventBridge Scheduler invocation", "AWSEvents", "2026-05-29"),
    "bus": _million("0", "event of an AWS service on the default bus", "AWSEvents", "2026-05-29"),
    "mail": _million("100", "mail through SES", "https://aws.amazon.com/ses/pricing/", "2026-11", MEMORY),
    "s3-put": _million("5.40", "S3 PUT or LIST request", "AmazonS3", "2026-08-07"),
    "s3-get": _million("0.43", "S3 GET request", "AmazonS3", "2026-08-07"),
    "secret": _million(
        "5", "Secrets Manager request", "https://aws.amazon.com/secrets-manager/pricing/", "2026-11", MEMORY
    ),
}

# A function's time cannot be measured here: this machine is not Lambda and moto is not DynamoDB.
BASE_MS = 10  # of one invocation, warm
REQUEST_MS = 10  # more for each AWS request that it makes

ASSUMPTIONS = (
    f"{REGION}, list prices without free tier and tax",
    f"Lambda on arm64, warm: {BASE_MS} ms and {REQUEST_MS} ms more per AWS request, times the memory in "
    "infra/topology.py (assumed, not measured)",
    "left out, because they do not grow with traffic or hang on settings: storage, backups, logs, the empty polls of "
    "the queues (about $0.26 a queue and month), keys, data transfer",
)
