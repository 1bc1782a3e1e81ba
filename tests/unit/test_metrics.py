"""What is counted, and the lines that say so (CloudWatch's embedded metric format)."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from anlass.adapters.memory.events import MemoryEventLog
from anlass.adapters.memory.store import MemoryStore
from anlass.domain.changes import (
    AddCall,
    AddEnrolment,
    AddEvent,
    AddSend,
    Append,
    Change,
    SaveCall,
    SaveEnrolment,
    SaveSend,
)
from anlass.domain.errors import Conflict
from anlass.domain.ids import correlation_id
from anlass.metrics import METRICS, Metric
from anlass.telemetry import Counts, Telling, counting, emit

import functions
from tests.builders import NOON, a_call, a_send, an_enrolment, an_event, heard
from tests.gateway import Desk, Log

PENDING, SENDING = a_send(), a_send(status="SENDING", claim="c-1", request=None)


class Accepting(MemoryStore):
    """Stores nothing and refuses nothing."""

    def __init__(self) -> None:
        super().__init__(MemoryEventLog())

    def commit(self, changes: Sequence[Change]) -> None:
        pass


class Refusing(Accepting):
    def commit(self, changes: Sequence[Change]) -> None:
        raise Conflict("somebody was faster", frozenset({0}))


def told(*changes: Change) -> dict[Metric, int]:
    """What a commit of these changes counts."""
    counts: Counts = Counter()
    Telling(Accepting(), counts).commit(changes)
    return {name: times for name, times in counts.items() if times}


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        (AddEnrolment(an_enrolment()), "Enrolled"),
        (SaveEnrolment(an_enrolment(seq=2, status="quarantined"), 1, 0, "calendar"), "Quarantined"),
        (SaveSend(a_send(status="SENT"), "SENDING", "c-1"), "MessagesSent"),
        (SaveSend(a_send(status="SENT"), "UNKNOWN", "c-1"), "MessagesSent"),
        (SaveSend(a_send(status="SKIPPED", reason="cap"), "PENDING", None), "MessagesSkipped"),
        (SaveSend(a_send(status="FAILED", reason="RenderError"), "PENDING", None), "MessagesFailed"),
        (SaveSend(a_send(status="UNKNOWN", reason="ReadTimeoutError"), "SENDING", "c-1"), "MessagesUnknown"),
        (SaveSend(a_send(until=NOON, request="schedule"), "PENDING", None), "MessagesDeferred"),
        (SaveSend(a_send(request=None), "SENDING", "c-1"), "MessagesNotTaken"),
        (AddCall(a_call(status="FAILED", reason="the body is too large")), "WebhooksFailed"),
        (SaveCall(a_call(status="FAILED", attempts=10), 9), "WebhooksFailed"),
        (SaveCall(a_call(status="DONE", attempts=1), 0), "WebhooksDone"),
        (SaveCall(a_call(attempts=1, until=NOON, request="schedule"), 0), "WebhooksAgain"),
    ],
)
def test_what_is_stored_is_counted(change: Change, counted: str) -> None:
    assert told(change) == {counted: 1}


@pytest.mark.parametrize(
    "change",
    [
        SaveEnrolment(an_enrolment(seq=2), 1, 0, "calendar"),
        SaveEnrolment(an_enrolment(seq=1, status="quarantined", sweep_at=None), 1, 0, "calendar"),
        Append("e-1", (heard(),), NOON),
        AddSend(PENDING),
        SaveSend(SENDING, "PENDING", None),
        SaveSend(a_send(requeues=1), "PENDING", None),
        SaveSend(a_send(status="SENT", delivered_at=NOON, request=None), "SENT", "c-1"),
        AddEvent(an_event("Subscription Confirmed"), "m-identify"),
        AddCall(a_call()),
        SaveCall(a_call(attempts=1, request="call"), 1),  # by the sweeper
    ],
)
def test_what_is_no_outcome_is_not(change: Change) -> None:
    assert told(change) == {}


def test_all_of_one_commit_counts_and_nothing_of_one_that_did_not_happen(caplog: pytest.LogCaptureFixture) -> None:
    changes = [AddEnrolment(an_enrolment(id_)) for id_ in ("e-1", "e-2", "e-3")]
    assert told(*changes) == {"Enrolled": 3}
    caplog.clear()
    counts: Counts = Counter()
    with pytest.raises(Conflict):
        Telling(Refusing(), counts).commit(changes)
    assert counts == {}
    assert caplog.records == []


def test_an_event_of_our_own_is_told_with_the_event_it_follows_from(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "functions")
    confirmed = an_event("Subscription Confirmed", id="of-our-own")
    told(AddEvent(confirmed, "m-identify"), AddEvent(an_event("Email Opened")))
    (line,) = (vars(record) for record in caplog.records)
    assert (line["msg"], line["kind"]) == ("followed", "Subscription Confirmed")
    assert (line["correlation_id"], line["event"]) == (correlation_id("m-identify"), correlation_id("of-our-own"))


def test_a_line_is_what_cloudwatch_makes_metrics_of(capsys: pytest.CaptureFixture[str]) -> None:
    with counting() as counts:
        counts["MessagesSent"] += 2
        counts["MessagesSkipped"] += 1
        counts["MessagesFailed"] += 0
    (line,) = written(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert isinstance(line["_aws"]["Timestamp"], int)
    assert directive["Namespace"] == "Anlass"
    assert [sorted(names) for names in directive["Dimensions"]] == [["service", "stage"]]
    assert (line["service"], line["stage"]) == ("anlass", "local")
    units = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
    assert units == {"MessagesSent": "Count", "MessagesSkipped": "Count"}
    assert (line["MessagesSent"], line["MessagesSkipped"]) == ([2.0], [1.0])


def test_what_was_counted_before_a_fault_is_emitted(capsys: pytest.CaptureFixture[str]) -> None:
    def applies_one_and_fails() -> None:
        with counting() as counts:
            counts["Enrolled"] += 1
            raise RuntimeError("the second commit failed")

    with pytest.raises(RuntimeError):
        applies_one_and_fails()
    assert [line["Enrolled"] for line in written(capsys)] == [[1.0]]


def test_nothing_is_emitted_where_nothing_was_counted_or_metrics_are_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    emit({})
    emit({"EventsAccepted": 0}, request_id="r-1")
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    for _ in range(200):  # Powertools prints at the hundredth of a set, off or not
        emit({"EventsAccepted": 1})
    assert capsys.readouterr().out == ""


def test_the_stage_is_the_deployments(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANLASS_STAGE", "prod")
    emit({"EventsAccepted": 1})
    assert [line["stage"] for line in written(capsys)] == ["prod"]


class TestIntake:
    def test_a_request_is_one_line_with_an_id_for_each_event(self, capsys: pytest.CaptureFixture[str]) -> None:
        view = {"type": "track", "event": "Product Viewed", "userId": "anna"}
        broken = [{"type": "track", "userId": "anna", "messageId": "x"}, "no object"]
        twice = {**view, "messageId": "m-1", "timestamp": "2026-11-20T11:00:00Z"}
        batch = [twice, {**view, "messageId": "m-2"}, twice, *broken]
        Desk().post("/v1/batch", {"batch": batch}, request_id="request-1")
        (line,) = written(capsys)
        assert line["correlation_ids"] == [correlation_id("m-1"), correlation_id("m-2")]
        assert (line["EventsAccepted"], line["EventsRejected"], line["request_id"]) == ([2.0], [2.0], "request-1")
        assert sum(line["rejected"].values()) == 2

    def test_a_request_without_faults_says_nothing_of_them(self, capsys: pytest.CaptureFixture[str]) -> None:
        Desk().take({"type": "track", "event": "Product Viewed", "userId": "anna"})
        (line,) = written(capsys)
        assert not {"EventsRejected", "rejected"} & line.keys()

    @pytest.mark.parametrize("target", ["/v1/teleport", "/v1/batch"])
    def test_what_is_refused_whole_is_the_gateways_to_log(
        self, target: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert Desk().post(target, {"batch": []}, key="unknown")["statusCode"] in (401, 404)
        assert written(capsys) == []

    def test_what_could_not_be_stored_counts_as_unavailable(self, capsys: pytest.CaptureFixture[str]) -> None:
        for fault in (Log(failures=1), Log(failures=1, error=RuntimeError("odd"))):
            Desk(event_log=fault).post("/v1/track", {"event": "Product Viewed", "userId": "anna"})
        emitted = [line for line in written(capsys) if "_aws" in line]
        assert [line["IntakeUnavailable"] for line in emitted] == [[1.0], [1.0]]
        assert not any("EventsAccepted" in line for line in emitted)


def test_every_metric_of_the_list_is_counted_somewhere() -> None:
    """That nothing outside of it is, mypy holds: names are literals."""
    sources = [*Path(functions.__file__).parent.glob("*.py"), Path(emit.__code__.co_filename)]
    quoted = {name for source in sources for name in re.findall(r'"([A-Z]\w+)"', source.read_text(encoding="utf-8"))}
    assert set(METRICS) <= quoted
    assert len(METRICS) == len(set(METRICS))
