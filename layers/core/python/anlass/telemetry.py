"""What functions write to their log, a JSON line each: what was stored, by ids only, and how often what happened.

The log group names the function and CloudWatch the time, so no line repeats them. Lambda takes a line without its own
time, or without a level, for INFO: with a higher log level set there, metrics and errors would vanish.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from anlass.domain.call import Call
from anlass.domain.changes import AddCall, AddEnrolment, AddEvent, Change, SaveCall, SaveEnrolment, SaveSend
from anlass.domain.enrolment import Enrolment
from anlass.domain.ids import correlation_id
from anlass.domain.send import Send, SendStatus
from anlass.keys import (
    JourneyRow,
    Key,
    Rows,
)
from anlass.metrics import NAMESPACE, Metric, dimensions
from anlass.ports import Store

logger = Logger(service="functions", location=None, timestamp=None, xray_trace_id=None)
logger.remove_keys(["service"])

Counts = Counter[Metric]
_CLOSED: Final[Mapping[SendStatus, Metric]] = {
    "SENT": "MessagesSent",
    "SKIPPED": "MessagesSkipped",
    "FAILED": "MessagesFailed",
    "UNKNOWN": "MessagesUnknown",
}


@contextmanager
def counting() -> Iterator[Counts]:
    """Counts of one invocation, emitted when it ends, however it ends."""
    counts: Counts = Counter()
    try:
        yield counts
    finally:
        emit(counts)


def emit(counts: Mapping[Metric, int], **about: object) -> None:
    """One line that CloudWatch makes metrics of (EMF); none where nothing was counted. `about` can be searched for."""
    counted = {name: times for name, times in counts.items() if times}
    if not counted:
        return  # Powertools would warn
    # Not Powertools' shared set: switched off, it keeps what was counted, and prints it when it has a hundred.
    metrics = EphemeralMetrics(
        namespace=NAMESPACE, default_dimensions=dimensions(os.environ.get("ANLASS_STAGE", "local"))
    )
    for name, times in counted.items():
        metrics.add_metric(name, MetricUnit.Count, times)
    for key, value in about.items():
        metrics.add_metadata(key, value)
    metrics.flush_metrics()


class Telling:
    """A store that tells what it stored: whatever the log says has happened, also where the rest failed after it."""

    def __init__(self, store: Store, counts: Counts) -> None:
        self._store = store
        self._counts = counts

    def read(self, keys: Iterable[Key], *, consistent: bool = True) -> Rows:
        return self._store.read(keys, consistent=consistent)

    def enrolment(self, id_: str) -> tuple[Enrolment | None, dict[str, Send]]:
        return self._store.enrolment(id_)

    def overdue(self, now: datetime, limit: int) -> list[JourneyRow]:
        return self._store.overdue(now, limit)

    def commit(self, changes: Sequence[Change]) -> None:
        self._store.commit(changes)
        for change in changes:
            self._tell(change)

    def _tell(self, change: Change) -> None:
        match change:
            case AddEnrolment(row):
                logger.info("enrolled", correlation_id=row.correlation_id, enrolment=row.id, journey=row.journey)
                self._counts["Enrolled"] += 1
            case SaveEnrolment(row, seq) if row.seq > seq:
                _went_on(row)
                self._counts["Quarantined"] += row.status == "quarantined"
            case AddEvent(event, str(cause)):
                of_it = correlation_id(event.id)
                logger.info("followed", correlation_id=correlation_id(cause), event=of_it, kind=event.name)
            case SaveSend(send, status) if send.status != status:
                if send.status in _CLOSED:
                    self._counts[_CLOSED[send.status]] += 1
                elif send.status == "PENDING":  # the claim was given back
                    self._counts["MessagesNotTaken"] += 1
            case SaveSend(Send(request="schedule")):  # what is planned for later is an AddSend
                self._counts["MessagesDeferred"] += 1
            case AddCall(Call(status="FAILED") as call):
                logger.error("webhook not made", enrolment=call.enrolment, webhook=call.row, reason=call.reason)
                self._counts["WebhooksFailed"] += 1
            case SaveCall(Call(status="FAILED")):
                self._counts["WebhooksFailed"] += 1
            case SaveCall(Call(status="DONE")):
                self._counts["WebhooksDone"] += 1
            case SaveCall(call, attempts) if call.attempts > attempts:
                self._counts["WebhooksAgain"] += 1


def _went_on(row: Enrolment) -> None:
    logger.info(
        "saved",
        correlation_id=row.correlation_id,
        enrolment=row.id,
        step=row.step,
        status=row.status,
        outcome=row.outcome,
        attempts=row.attempts or None,
    )
