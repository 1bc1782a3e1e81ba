"""Two people, everything that happens to them, and everything that can break on the way: none of it is in a log, a
trace, an execution's history, a schedule, a queue or a metric. Logs are read by more people, and kept by other rules,
than what customers gave to the shop.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from anlass.domain.mailbox import MOST
from anlass.masking import Unforeseen

import functions
from cli.dev import looking
from cli.dev.reporting import feedback_event
from cli.runtime.aws_calls import OPERATOR, AwsCall, AwsReply, refuse
from cli.runtime.lambdas import LambdaError, Returned
from cli.runtime.world import LocalRuntime
from infra.topology import TOPOLOGY
from tests.overhearing import Overheard
from tests.shop import content, journey, mails
from tests.worlds import DAY, HOUR, MotoWorld, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SHIPPED = Path(__file__).parents[2] / "content"
# The shop's user ids are addresses, as they often are.
HER, HIS = "Wilhelmine.Zuckmantel@privat.example", "oktavian@privat.example"
PERSONAL = (
    *("wilhelmine", "zuckmantel", "oktavian", "privat.example"),
    *("99887766", "1987-06", "05.06.1987", "203.0.113", "anon-7f3c", "nierentee", "bestell-5150", "gutschein-gelb"),
    *("mozilla/quux", "local-server", "local-browser", "@"),
)
PHONE, BIRTHDAY, IP = "+4915799887766", "1987-06-05", "203.0.113.77"
BASIC = "Basic bG9jYWwtc2VydmVyOg=="
TELLING = journey(
    "telling",
    topic="offers",
    trigger={"type": "abandonment", "event": "Product Added", "unless": ["Order Completed"], "after": "1 hour"},
    entry={"again": "after 7 days"},
    exit=[{"event": "Order Completed", "steps": [mails("thanks")]}],
    steps=[
        {"id": "tell", "webhook": {"url": "https://erp.shop.example/hook", "secret": "shop"}},
        mails("first"),
        {"wait": "24 hours"},
        mails("last"),
    ],
)
BIRTHDAYS = journey(
    "birthdays",
    topic="news",
    trigger={"type": "date", "field": "profile.birthday", "at": "09:00"},
    steps=[mails("wishes")],
)


class Written(NamedTuple):
    """One text that many people may read, and where it stood."""

    where: str
    text: str


class World:
    def __init__(self, runtime: LocalRuntime, overheard: Overheard) -> None:
        self.runtime, self.overheard = runtime, overheard
        self.calls: list[AwsCall] = []
        self.tokens: set[str] = set()
        runtime.calls.observers.append(lambda call, reply: self.calls.append(call))
        files = content(TELLING, BIRTHDAYS, templates=("first", "last", "thanks", "wishes"))
        for name in ("confirm-subscription", "confirm-subscription-reminder", "_blocks"):
            folder = SHIPPED / "templates" / name
            files |= {p.relative_to(SHIPPED).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}
        files["journeys/double-opt-in.json"] = (SHIPPED / "journeys/double-opt-in.json").read_text()
        self.shop = MotoWorld(runtime, files)

    def http(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        given = {"user-agent": "Mozilla/Quux", "content-type": "application/json", "authorization": BASIC, **headers}
        answer = self.runtime.http(method, path, given, body, source_ip=IP)
        self.runtime.settle()
        return answer.status

    def post(self, path: str, value: Any) -> int:
        return self.http("POST", path, json.dumps(value).encode())

    def links(self, page: str) -> list[str]:
        """Paths of the pages that the mails so far lead to."""
        found = []
        for message in looking.messages(self.runtime, self.runtime.application()):
            said = message["html"] + " ".join(message["headers"].values())
            found += re.findall(rf"{re.escape(self.runtime.names.public_url)}(/{page}/[\w.%-]+)", said)
        self.tokens |= {path.rpartition("/")[2] for path in found}
        return list(dict.fromkeys(found))

    def report(self, kind: str) -> None:
        app = self.runtime.application()
        for message in looking.messages(self.runtime, app):
            event = feedback_event(self.runtime, app, message["id"], kind)
            assert event is not None
            self.runtime.emit_bus(event)
        self.runtime.settle()

    def put(self, table: str, **attributes: str) -> None:
        item = {name: {"S": value} for name, value in attributes.items()}
        self.runtime.client("dynamodb").put_item(TableName=self.runtime.names.physical(table), Item=item)

    def written(self) -> Iterator[Written]:
        """Everything that is no store of ours."""
        runtime = self.runtime
        yield from (Written(f"log of {name}", line) for name, line in self.overheard.written)
        for name, error in runtime.lambdas.errors:
            yield Written(f"Lambda's report on {name}", json.dumps(error.payload()))
        for name, machine in runtime.machines.items():
            for each in (*machine.executions.values(), *machine.items):
                whole = {k: v for k, v in vars(each).items() if k not in ("program", "map_run", "token")}
                yield Written(f"history of {name}", json.dumps(whole, default=str))
        for name, told, answered in self.overheard.machine_tasks:
            yield Written(f"history, task {name}", json.dumps([told, answered], default=str))
        for call in self.calls:
            if call.actor != OPERATOR:
                yield from _of_call(call)


def _of_call(call: AwsCall) -> Iterator[Written]:
    match call.service, call.operation:
        case (("scheduler" | "sfn"), _):
            yield Written(call.operation, json.dumps(call.params, default=str))
        case "sesv2", "SendEmail":
            yield Written("tags of a mail", json.dumps(call.params.get("EmailTags", "")))
        case "sqs", ("SendMessage" | "SendMessageBatch"):
            for entry in call.params.get("Entries", [call.params]):
                said = json.loads(entry["MessageBody"])
                if call.params["QueueUrl"].endswith("-email"):
                    del said["profile"]  # the one place that names a person's id: it saves the last look a read
                yield Written("queue", json.dumps(said))


@pytest.fixture
def overheard() -> Overheard:
    return Overheard()


@pytest.fixture
def world(overheard: Overheard) -> Iterator[World]:
    with LocalRuntime(START, handlers=overheard.handlers) as runtime:
        yield World(runtime, overheard)


def live(world: World) -> None:
    """What two customers of a shop do, and what becomes of it."""
    context = {"messaging_subscriptions": [{"key": HER, "type": "EMAIL", "status": "SUBSCRIBED"}]}
    traits = {"email": HER, "firstName": "Wilhelmine", "lastName": "Zuckmantel", "phone": PHONE, "birthday": BIRTHDAY}
    who = {"userId": HER, "anonymousId": "anon-7f3c"}
    now = world.runtime.clock.now()
    stamp = now.isoformat()
    her = {"type": "identify", "messageId": f"mail:{HER}:{stamp}", **who, "traits": traits, "context": context}
    added = {**track("Product Added", now, product_id="nierentee", price=9, coupon="gutschein-gelb"), **who}
    world.post("/v1/batch", {"batch": [her, added], "context": {"ip": IP}})
    asked = {"email": HIS, "topics": ["news"], "text_version": "2", "form_url": "https://shop.example/?q=oktavian"}
    world.post("/v1/subscribe", {**asked, "first_name": "Oktavian", "birthday": BIRTHDAY, "ip": IP})
    world.runtime.advance(2 * HOUR)
    for path in world.links("confirm"):
        world.http("GET", path)
        world.http("POST", path)
    world.report("delivery")
    world.runtime.advance(1 * DAY + HOUR)
    order = track("Order Completed", world.runtime.clock.now(), HER, order_id="bestell-5150", total=9)
    world.post("/v1/track", order)
    world.runtime.advance(HOUR)
    for page in ("preferences", "unsubscribe"):
        for path in world.links(page):
            world.http("GET", path)
            form = {"content-type": "application/x-www-form-urlencoded"}
            world.http("POST", path, b"List-Unsubscribe=One-Click&phone=" + quote(PHONE).encode(), **form)
            world.http("POST", path + "x", b"", **form)
    world.report("bounce")
    world.report("complaint")
    world.runtime.advance(timedelta(days=2))


def what_a_shop_has_seldom(world: World) -> None:
    """Mails that say no, requests beyond all measure, and somebody who is looked at, explained and erased."""
    said = " ".join(str(mail["headers"]) for mail in looking.messages(world.runtime, world.runtime.application()))
    for address in set(re.findall(r"<mailto:([^?>]+)", said)):
        world.tokens.add(address.partition("+")[2].partition("@")[0])
        world.runtime.receive_mail(address, HER, f"Wilhelmine {PHONE}")
    asked = {"topics": ["news"], "text_version": "2", "form_url": "https://shop.example/?q=oktavian"}
    for number in range(MOST + 1):
        form = {**asked, "email": HIS.replace("@", f"+{number}@"), "birthday": BIRTHDAY, "writeKey": "local-browser"}
        assert world.http("POST", "/v1/subscribe", json.dumps(form).encode(), authorization="") == 202
    for route in ("GET /v1/profiles/{id}", "GET /v1/profiles/{id}/timeline", "DELETE /v1/profiles/{id}"):
        event = {"routeKey": route, "headers": {}, "pathParameters": {"id": f"u:{HER}"}}
        assert isinstance(world.runtime.invoke("serve_profile", event), Returned)
    world.runtime.settle()
    world.runtime.advance(HOUR)


def everything_breaks_once(world: World) -> None:
    """Each kind of call of each function is refused once, and the refusal repeats all that was asked."""
    met: set[tuple[str, str]] = set()

    def answer(call: AwsCall) -> AwsReply | None:
        if (call.actor, call.operation) in met or call.actor == OPERATOR:
            return None
        met.add((call.actor, call.operation))
        said = json.dumps(call.params, default=str)
        return refuse("ValidationException", f"{HER} {said}")

    world.runtime.calls.answers.insert(0, answer)


def poison(world: World) -> None:
    """What nobody can read, wherever something is read."""
    for body in (b"{", f'{{"batch": "{HER}"}}'.encode(), f"{HER}\xff".encode("latin-1"), b"\x1f\x8b" + HER.encode()):
        for path in ("/v1/batch", "/v1/track", "/v1/subscribe", "/v1/subscribe/confirm", "/unsubscribe/x"):
            world.http("POST", path, body)
            world.http("POST", f"{path}?writeKey={HER}", body, authorization=f"Basic {HER}")
    world.put("events", identity=f"u:{HER}", moment=f"{HER}#1", properties=HER)
    world.put("journeys", id=HER, row="E", request="start", profile=f"u:{HER}", body=HER)
    world.put("journeys", id=HER, row="T", request="schedule", profile=f"u:{HER}", body=HER)
    for queue in TOPOLOGY.queues:
        url = world.runtime.names.queue_url(queue.name)
        for text in (HER, json.dumps({"enrolment": HER, HER: PHONE})):
            world.runtime.client("sqs").send_message(QueueUrl=url, MessageBody=text)
    mail = {"tags": {"ses:configuration-set": ["local-mail"], "enrolment": [HER]}, "destination": [HER]}
    for kind in ("Bounce", "Complaint", "Rendering Failure"):
        detail = {"eventType": kind, "mail": mail, kind.lower(): {"recipients": HER}}
        world.runtime.emit_bus({"source": "aws.ses", "detail-type": f"Email {kind} Occurred", "detail": detail})
    world.runtime.settle()
    world.runtime.advance(2 * DAY)


def leaks(world: World) -> list[str]:
    words = [*(word.lower() for word in PERSONAL), *(token.lower() for token in world.tokens)]
    found: dict[str, str] = {}
    for where, text in world.written():
        plain = text.lower().replace("%40", "@").replace("\\u0040", "@")
        for word in words:
            if word in plain:
                found.setdefault(f"{word} in {where}", text[:300])
    return [f"{what}: {text}" for what, text in found.items()]


def test_a_life_without_trouble_leaves_nothing_personal_behind(world: World) -> None:
    live(world)
    what_a_shop_has_seldom(world)
    assert len(world.shop.told()) >= 3, world.shop.told()
    assert world.tokens
    assert {call.operation for call in world.calls} >= {"CreateSchedule", "StartExecution", "SendMessageBatch"}
    seldom = ("mail received", "asked for one mailbox too often, nothing stored", "erasure")
    assert all(world.overheard.lines(message=each) for each in seldom)
    assert leaks(world) == []


def test_whatever_breaks_says_nothing_personal(world: World) -> None:
    live(world)
    world.runtime.advance(8 * DAY)
    everything_breaks_once(world)
    live(world)
    poison(world)
    for name in ("redrive", "sweep", "plan_day"):
        world.runtime.lambdas.invoke(name, {})
    world.runtime.settle()
    failed = {name for name, _ in world.runtime.lambdas.errors}
    assert failed >= {"match_events", "dispatch"}, failed
    assert leaks(world) == []


def test_a_fault_that_leaves_a_function_is_said_without_its_text() -> None:
    """Lambda's own report of it has the name, the text and the lines of code. An empty event is what no function is
    called with."""
    with LocalRuntime(START) as runtime:
        outcomes = {function.name: runtime.lambdas.invoke(function.name, {}) for function in TOPOLOGY.functions}
    failed = {name: each.error_type for name, each in outcomes.items() if isinstance(each, LambdaError)}
    assert set(failed.values()) == {Unforeseen.__name__}, failed
    assert len(failed) > len(outcomes) / 2


def test_no_code_of_ours_writes_into_traces() -> None:
    """With `tracing` Lambda reports times, and of faults what its log has: nothing else puts anything there."""
    roots = [Path(functions.__path__[0]), Path(functions.__path__[0]).parent / "layers/core/python/anlass"]
    sources = [path.read_text() for root in roots for path in root.rglob("*.py")]
    assert not [text for text in sources if re.search(r"aws_xray_sdk|\bTracer\b|put_annotation|put_metadata", text)]
