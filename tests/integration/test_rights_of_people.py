"""Rights that exports and erasures need, over the API and by the link in a mail: see `test_rights.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import quote

import pytest
from anlass.domain.changes import Append
from anlass.domain.enrolment import INBOX, Enrolment, Heard
from anlass.domain.ids import address_hash
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from cli.runtime.gateway import Response
from cli.runtime.names import REGION
from cli.runtime.signatures import LOCAL, SERVICE
from cli.runtime.world import LocalRuntime
from tests.customer import mail_of
from tests.remains import remains
from tests.rights_in_use import Told
from tests.shipped import shipped
from tests.shop import an_event, content, journey, mails
from tests.trouble import broken, lost, trouble
from tests.worlds import DAY, HOUR, MINUTE, MotoWorld, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WAITS = journey("waits", trigger={"type": "event", "event": "Product Viewed"}, steps=[{"wait": "1 day"}, mails("one")])
WHO = "zoe-4711"
LIST = {"id": "friends", "name": "F", "who": {"field": "profile.id", "op": "in", "value": [f"u:{WHO}", "u:ben"]}}
told = Told()


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


@pytest.fixture
def shop(runtime: LocalRuntime) -> MotoWorld:
    world = MotoWorld(runtime, content(WAITS, templates=("one",), settings={"test_people": [WHO]}))
    world.batch(identify(WHO, START, "device-7"), track("Product Viewed", START, WHO, product_id="beans"))
    return world


def ask(runtime: LocalRuntime, method: str, path: str) -> Response:
    """Signed as `anlass export` does it."""
    request = AWSRequest(method, f"http://local{path}")
    SigV4Auth(LOCAL, SERVICE, REGION).add_auth(request)
    answer = runtime.http(method, path, {**dict(request.headers), "host": "local"})
    runtime.settle()
    return answer


def report_of(runtime: LocalRuntime, answer: Response) -> dict[str, Any]:
    found: dict[str, Any] = ask(runtime, "GET", f"/v1/erasures/{answer.json()['erasure']}").json()
    return found


@told.uses(
    "serve_profile table/definitions dynamodb:GetItem",
    "serve_profile table/events dynamodb:Query",
    "serve_profile table/journeys dynamodb:BatchGetItem dynamodb:PutItem",
    "serve_profile index/journeys/person dynamodb:Query",
    "serve_profile table/profiles dynamodb:BatchGetItem dynamodb:Query dynamodb:PutItem dynamodb:UpdateItem",
    "serve_profile table/profiles dynamodb:DeleteItem",
    "serve_profile secret/salt secretsmanager:GetSecretValue",
    "dispatch queue/erase sqs:SendMessage",
    "keep_calendar queue/erase sqs:SendMessage",
    "erase_profile table/definitions dynamodb:GetItem dynamodb:PutItem dynamodb:Scan",
    "erase_profile table/events dynamodb:Query dynamodb:BatchWriteItem",
    "erase_profile table/journeys dynamodb:BatchGetItem dynamodb:PutItem dynamodb:BatchWriteItem",
    "erase_profile index/journeys/person dynamodb:Query",
    "erase_profile table/profiles dynamodb:BatchGetItem dynamodb:Query dynamodb:BatchWriteItem",
    "erase_profile bucket/content s3:ListBucket s3:ListBucketVersions",
    "erase_profile objects/content/content/* s3:DeleteObjectVersion s3:GetObject s3:PutObject",
    "match_events secret/salt secretsmanager:GetSecretValue",
    "match_events table/events dynamodb:DeleteItem",
)
def test_a_person_is_looked_at_explained_erased_and_does_not_come_back(runtime: LocalRuntime) -> None:
    runtime.client("s3").put_bucket_versioning(
        Bucket=runtime.names.bucket("content"), VersioningConfiguration={"Status": "Enabled"}
    )
    files = content({"segments/friends.json": json.dumps(LIST)}, WAITS, templates=("one",))
    shop = MotoWorld(runtime, files)
    shop.batch(identify(WHO, START, "device-7"), track("Product Viewed", START, WHO, product_id="beans"))
    by_address = ask(runtime, "GET", f"/v1/profiles/{quote('Zoe-4711@Shop.example', safe='')}")
    assert by_address.status == 200
    whole = ask(runtime, "GET", "/v1/profiles/a%3Adevice-7").json()
    assert (whole["person"], [row["journey"] for row in whole["enrolments"]]) == (f"u:{WHO}", ["waits"])
    timeline = ask(runtime, "GET", "/v1/profiles/zoe-4711/timeline")
    assert (timeline.status, timeline.json()["profile"]) == (200, f"u:{WHO}")
    begun = ask(runtime, "DELETE", "/v1/profiles/zoe-4711")
    assert (begun.status, begun.json()["status"]) == (202, "running")
    runtime.advance(HOUR)
    report = report_of(runtime, begun)
    assert (report["status"], report["content_changed"]) == ("done", ["segments/friends.json"])
    again = ask(runtime, "DELETE", "/v1/profiles/zoe-4711")
    assert (again.status, again.json()["erasure"]) == (202, begun.json()["erasure"])
    shop.batch(track("Product Viewed", START - DAY, WHO, product_id="beans"))
    assert ask(runtime, "GET", "/v1/profiles/zoe-4711").status == 404
    assert remains(shop, WHO, "device-7") == []


def test_nobody_gets_in_the_way_of_somebody_by_calling_themselves_by_their_address(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content(WAITS, templates=("one",)))
    shop.batch(identify(WHO, START, email="zoe@shop.example"))
    path = "/v1/profiles/" + quote("Zoe@Shop.example", safe="")
    sign = f"e:{address_hash('zoe@shop.example')}"
    assert ask(runtime, "GET", path).json()["person"] == f"u:{WHO}"
    shop.batch(track("Product Viewed", START, "Zoe@Shop.example", product_id="beans"))
    for method, asked in (("GET", path), ("GET", f"{path}/timeline"), ("DELETE", path)):
        answer = ask(runtime, method, asked)
        assert (answer.status, answer.json()["code"]) == (409, "two_people")
        assert answer.json()["identities"] == [sign, "u:Zoe@Shop.example"]
    assert ask(runtime, "DELETE", f"/v1/profiles/{quote(sign, safe='')}").status == 202
    runtime.advance(HOUR)
    assert ask(runtime, "GET", f"/v1/profiles/{WHO}").status == 404
    assert ask(runtime, "GET", path).json()["person"] == "u:Zoe@Shop.example"


@told.uses(
    "serve_profile secret/links secretsmanager:GetSecretValue",
)
def test_somebody_erases_themselves_by_a_link(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, shipped("data-request", "welcome"))
    shop.batch(identify(WHO, START, first_name="Zoelestine"))
    runtime.advance(HOUR)
    mail = mail_of(runtime.sent_mails()[0].raw, "html")
    settings = re.search(r'href="[^"]*(/preferences/[\w.-]+)"', mail)
    assert settings is not None
    path = ""
    for wanted, subject in (("data", "Ihre Daten"), ("erasure", "Bitte bestätigen")):
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert runtime.http("POST", settings[1], form, f"action={wanted}".encode()).status == 200
        runtime.settle()
        runtime.advance(MINUTE)
        sent = runtime.sent_mails()[-1]
        assert subject in str(message_from_bytes(sent.raw, policy=policy.default)["subject"])
        link = re.search(r'href="[^"]*(/data/[\w.-]+)"', mail_of(sent.raw, "html"))
        assert link is not None
        path = link[1]
        assert runtime.http("GET", path).status == 200
        answer = runtime.http("POST", path, form, b"")
        assert answer.status == 200
        assert ("attachment" in answer.headers.get("content-disposition", "")) == (wanted == "data")
        assert ("Zoelestine" in answer.body.decode()) == (wanted == "data")
        runtime.settle()
    runtime.advance(HOUR)
    assert remains(shop, WHO, "Zoelestine") == []
    assert runtime.http("GET", path).status == 404


@told.uses(
    "erase_profile table/profiles dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem",
    "erase_profile secret/salt secretsmanager:GetSecretValue",
)
def test_somebody_of_many_devices(runtime: LocalRuntime) -> None:
    shop = MotoWorld(runtime, content())
    for device in range(48):
        shop.batch(identify(WHO, START, f"gadget-{device}"))
    begun = ask(runtime, "DELETE", "/v1/profiles/zoe-4711")
    assert begun.json()["status"] == "burying"
    runtime.advance(HOUR)
    assert report_of(runtime, begun)["status"] == "done"
    assert remains(shop, WHO, "gadget-") == []


@told.uses(
    "redrive table/events dynamodb:DeleteItem",
    "redrive table/profiles dynamodb:ConditionCheckItem",
    "redrive secret/salt secretsmanager:GetSecretValue",
    failing=("match_events",),
)
def test_what_could_not_be_applied_is_not_applied_to_whom_it_would_bring_back(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    fault = trouble(runtime, "match_events", "PutItem", broken)
    also = trouble(runtime, "match_events", "TransactWriteItems", broken)
    shop.batch(track("Product Viewed", START + MINUTE, WHO, product_id="tea"))
    shop.batch(track("Product Viewed", START + MINUTE, "ben", product_id="tea"))
    runtime.advance(HOUR, maintenance=False)
    fault.left = also.left = 0
    ask(runtime, "DELETE", "/v1/profiles/zoe-4711")
    runtime.advance(HOUR)
    assert shop.redrive()["left"] == 0
    assert remains(shop, WHO) == []
    assert remains(shop, "u:ben") != []


@told.uses("redrive queue/erase sqs:SendMessage", failing=("dispatch",))
def test_an_erasure_that_could_not_be_forwarded_is_made_up_for(runtime: LocalRuntime, shop: MotoWorld) -> None:
    def is_erasure(call: Any) -> bool:
        return str(call.params["QueueUrl"]).endswith("erase")

    fault = trouble(runtime, "dispatch", "SendMessageBatch", broken, 1_000_000, is_erasure)
    begun = ask(runtime, "DELETE", "/v1/profiles/zoe-4711")
    runtime.advance(HOUR, maintenance=False)
    assert report_of(runtime, begun)["passes"] == 0
    fault.left = 0
    assert shop.redrive()["left"] == 0
    runtime.advance(HOUR, maintenance=False)
    assert report_of(runtime, begun)["status"] == "done"


@told.uses()
def test_an_erasure_that_the_queue_forgets_the_sweeper_remembers(runtime: LocalRuntime, shop: MotoWorld) -> None:
    with lost(runtime, "erase"):
        begun = ask(runtime, "DELETE", "/v1/profiles/zoe-4711")
    runtime.advance(HOUR)
    assert report_of(runtime, begun)["status"] == "done"
    assert remains(shop, WHO) == []


@told.uses()
def test_where_there_is_too_much_for_one_answer_the_next_one_goes_on_where_it_ended(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    many = (an_event("page", START, WHO, id_=f"{number}", note="x" * 20_000) for number in range(250))
    shop.runtime.application().event_log.put(list(many))
    first = ask(runtime, "GET", "/v1/profiles/zoe-4711").json()
    rest = ask(runtime, "GET", f"/v1/profiles/zoe-4711?after={quote(first['next'], safe='')}").json()
    assert rest.keys() == {"format", "person", "events", "next"}
    ids = [event["id"] for page in (first, rest) for event in page["events"]]
    assert (rest["next"], len(set(ids))) == (None, len(ids))
    assert ask(runtime, "GET", "/v1/profiles/zoe-4711?after=elsewhere").json()["code"] == "bad_after"


@told.uses("match_events table/profiles dynamodb:ConditionCheckItem")
def test_who_is_new_is_looked_for_among_the_erased(runtime: LocalRuntime, shop: MotoWorld) -> None:
    shop.batch(track("Product Viewed", START, "new", product_id="beans"))
    assert ask(runtime, "GET", "/v1/profiles/new").status == 200


@told.uses()
def test_who_does_not_sign_sees_nothing(runtime: LocalRuntime, shop: MotoWorld) -> None:
    for method, path in (
        ("GET", "/v1/profiles/zoe-4711"),
        ("DELETE", "/v1/profiles/zoe-4711"),
        ("GET", "/v1/profiles/zoe-4711/timeline"),
        ("GET", "/v1/erasures/any"),
    ):
        answer = runtime.http(method, path)
        assert (answer.status, answer.json()) == (403, {"message": "Forbidden"})
        assert runtime.lambdas.invocations["serve_profile"] == 0
    assert json.loads(ask(runtime, "GET", "/v1/erasures/any").body)["code"] == "no_such_erasure"
    assert ask(runtime, "GET", f"/v1/profiles/{'x' * 2000}").status == 400


def rows_of(shop: MotoWorld) -> list[Enrolment]:
    return shop.rows(Enrolment)


@told.uses()
def test_an_enrolment_with_a_full_inbox_goes_too(runtime: LocalRuntime, shop: MotoWorld) -> None:
    (row,) = rows_of(shop)
    filler = tuple(Heard(f"f{n}", "page", START) for n in range(INBOX))
    runtime.application().store.commit([Append(row.id, filler, START + DAY)])
    ask(runtime, "DELETE", "/v1/profiles/zoe-4711")
    runtime.advance(HOUR)
    assert rows_of(shop) == []
    assert remains(shop, WHO) == []


@told.uses("match_events table/profiles dynamodb:Query dynamodb:UpdateItem")
def test_what_a_consent_rested_on_expires_three_years_after_it_was_withdrawn(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    assert expiries(runtime, "LEDGER#") == [None]
    shop.batch(identify(WHO, START + HOUR, status="UNSUBSCRIBED"))
    assert expiries(runtime, "LEDGER#") == [START + HOUR + 1095 * DAY] * 2


@told.uses()
def test_who_was_erased_is_known_until_nothing_of_them_can_come_back_any_more(
    runtime: LocalRuntime, shop: MotoWorld
) -> None:
    """Their events would have lasted 400 days; what could not be applied lies in the bucket of failures for 90 more."""
    ask(runtime, "DELETE", "/v1/profiles/zoe-4711")
    assert set(expiries(runtime, "ERASED")) == {START + 490 * DAY}


def expiries(runtime: LocalRuntime, row: str) -> list[datetime | None]:
    """Of the rows whose name begins like that."""
    items = runtime.client("dynamodb").scan(TableName=runtime.names.physical("profiles"))["Items"]
    found = [item.get("ttl") for item in items if item["row"]["S"].startswith(row)]
    return [datetime.fromtimestamp(int(ttl["N"]), UTC) if ttl else None for ttl in found]
