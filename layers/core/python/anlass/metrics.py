"""What the functions count, by name. Standard library only: alarms and the dashboard are written from it too."""

from __future__ import annotations

from typing import Literal, get_args

NAMESPACE = "Anlass"

Metric = Literal[
    "EventsAccepted",
    "EventsRejected",  # single messages; a request that is refused whole is in the gateway's access log
    "IntakeUnavailable",  # requests answered with 503
    "NotApplied",  # stream records that met too many conflicts and come again
    "SetAside",  # stream records that nobody can apply: they lie in the failures bucket
    "RecordsLeft",  # objects of the failures bucket that a redrive could not apply
    "SubscriptionsRequested",  # of each of them somebody is asked whether it is true
    "AskedTooOften",  # requests for a mailbox that had its share; nothing is stored, and nobody who asks learns that
    "Enrolled",
    "Quarantined",  # enrolments that rest until a person looks, and timers that were given up
    "RowsPastTime",  # what the sweeper got going again
    "MessagesSent",
    "MessagesSkipped",
    "MessagesFailed",
    "MessagesUnknown",  # a claim without an answer
    "MessagesDeferred",
    "MessagesNotTaken",  # by the provider, for now: throttled, paused, not reached
    "WebhooksDone",
    "WebhooksFailed",  # for good
    "WebhooksAgain",  # not taken, to be tried again later
    "Delivered",
    "Bounced",
    "Complained",
    "ComplaintsHigh",  # complaints that came while more than one in a thousand complained
    "ComplaintsTooHigh",  # … more than three
    "BrakeOn",  # looks of the sweeper while marketing stands still
    "MessagesUnsettled",  # by channels that report on nothing: a day later nobody knows whether they left
    "ContentRefused",
]
METRICS: tuple[Metric, ...] = get_args(Metric)


def dimensions(stage: str) -> dict[str, str]:
    """The same for every metric: each is of one or two functions only, and an alarm must name them exactly."""
    return {"service": "anlass", "stage": stage}
