"""Whoever typed an address need not be its owner: only who reads it says yes, and before that there is one question."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from anlass.adapters.aws.dynamodb.codec import decode_profile_row
from anlass.domain.feedback import Feedback, Kind
from anlass.domain.ledger import Proof, Statement
from anlass.domain.mailbox import MOST
from anlass.domain.send import Send
from anlass.usecases.record_feedback import record_feedback

from cli.runtime.aws_calls import AwsCall, AwsReply
from cli.runtime.world import LocalRuntime
from tests.shipped import both_worlds, diary, shipped
from tests.subscriber import FORM, IP, OTHER_IP, asks, code, letters, link, may_get, person, presses, texts, types
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, MotoWorld, World, identify

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)  # 10:00 in Kiel
CONTENT = shipped("double-opt-in", "welcome")
ANNA, NELE, PHONE = "anna@shop.example", "nele@example.com", "+491701234567"

world = both_worlds(CONTENT, START)


@pytest.fixture
def shop() -> MemoryWorld:
    return MemoryWorld(CONTENT, START)


@pytest.fixture
def runtime() -> Iterator[LocalRuntime]:
    with LocalRuntime(START) as running:
        yield running


@pytest.fixture
def moto(runtime: LocalRuntime) -> MotoWorld:
    return MotoWorld(runtime, CONTENT)


def traits(world: World, address: str) -> dict[str, Any]:
    found = person(world, address)
    return dict(found.attributes.traits) if found is not None and found.attributes is not None else {}


def ledger(shop: MemoryWorld) -> list[Statement]:
    return [row for row in shop.simulation.store.rows() if isinstance(row, Statement)]


def proofs(shop: MemoryWorld) -> list[Proof]:
    return [row for row in shop.simulation.store.rows() if isinstance(row, Proof)]


def test_nele_asks_confirms_and_is_welcomed_by_name_within_the_hour(world: World) -> None:
    assert asks(world, email=NELE, first_name="Nele", interests=["Espresso"])[0] == 202
    world.advance(START + HOUR)
    assert not may_get(world, NELE, "news")
    assert presses(world, link(world)) == 200
    world.advance(START + 2 * HOUR)
    assert diary(world) == ["2026-06-01 10:00 nele ask", "2026-06-01 11:00 nele hello"]
    assert "Hallo Nele," in letters(world)[1]
    assert may_get(world, NELE, "news")
    assert not may_get(world, NELE, "offers")
    assert traits(world, NELE) == {
        "email": NELE,
        "locale": "de",
        "first_name": "Nele",
        "interests": ["Espresso"],
    }


def test_who_never_confirms_is_reminded_once_and_hears_no_more(shop: MemoryWorld) -> None:
    asks(shop, email=NELE)
    shop.advance(START + 60 * DAY)
    assert diary(shop) == ["2026-06-01 10:00 nele ask", "2026-06-03 10:00 nele remind"]
    assert "nur dieses eine Mal" in letters(shop)[1]


def test_of_who_never_confirms_nothing_is_left_after_thirty_days(moto: MotoWorld) -> None:
    """By the expiry of its rows, which DynamoDB drops by itself."""
    asks(moto, email=NELE, first_name="Nele")
    asks(moto, phone=PHONE)
    moto.advance(START + 3 * DAY)
    app = moto.runtime.application()
    for send in moto.rows(Send):
        reports: tuple[Kind, ...] = ("delay", "delivery") if send.channel == "email" else ("delivery",)
        for kind in reports:
            told = Feedback(kind, send.enrolment, send.step, send.visit, kind, START + 3 * DAY, (NELE,))
            assert record_feedback(told, store=app.store, hashes=app.hashes).outcome == "recorded"
    moto.advance(START + 31 * DAY)
    names, dynamodb = moto.runtime.names, moto.runtime.client("dynamodb")
    expired = (START + 31 * DAY).timestamp()
    left = [
        item
        for table in ("events", "profiles", "journeys")
        for item in dynamodb.scan(TableName=names.physical(table))["Items"]
        if "ttl" not in item or int(item["ttl"]["N"]) > expired
    ]
    assert left == []


def test_what_a_known_customer_asked_for_and_never_confirmed_goes_and_the_customer_stays(moto: MotoWorld) -> None:
    moto.batch(identify("anna", START))
    asks(moto, email=ANNA, topics=["offers"])
    moto.advance(START + 31 * DAY)
    names, dynamodb = moto.runtime.names, moto.runtime.client("dynamodb")
    state = dynamodb.get_item(
        TableName=names.physical("profiles"), Key={"profile": {"S": "u:anna"}, "row": {"S": "STATE"}}
    )["Item"]
    assert "ttl" not in state
    events = dynamodb.scan(TableName=names.physical("events"))["Items"]
    requests = [item for item in events if item["name"]["S"] == "Subscription Requested"]
    assert [int(item["ttl"]["N"]) for item in requests] == [int((START + 30 * DAY).timestamp())]


def test_the_button_works_once_and_a_second_time_changes_nothing(shop: MemoryWorld) -> None:
    asks(shop, email=NELE)
    shop.advance(START + HOUR)
    assert presses(shop, link(shop)) == 200
    shop.advance(START + 3 * DAY)
    assert presses(shop, link(shop)) == 200
    shop.advance(START + 4 * DAY)
    assert [line[-10:] for line in diary(shop)].count("nele hello") == 1
    found = person(shop, NELE)
    assert found is not None
    assert {g.at for g in (found.consents or {})["email"].grants} == {START + HOUR}


def test_a_confirmed_request_needs_no_reminder(shop: MemoryWorld) -> None:
    asks(shop, email=NELE)
    shop.advance(START + DAY)
    presses(shop, link(shop))
    shop.advance(START + 3 * DAY)
    assert "remind" not in " ".join(diary(shop))


def test_the_link_of_the_reminder_confirms_too_and_then_the_first_one_does_nothing(shop: MemoryWorld) -> None:
    asks(shop, email=NELE)
    shop.advance(START + 3 * DAY)
    assert presses(shop, link(shop, number=1)) == 200
    assert may_get(shop, NELE, "news")
    assert presses(shop, link(shop, number=0)) == 200
    assert len(ledger(shop)) == len(proofs(shop)) == 1


def test_after_a_week_the_link_is_good_no_more_and_a_new_request_helps(shop: MemoryWorld) -> None:
    asks(shop, email=NELE)
    old = link(shop)
    shop.advance(START + 7 * DAY + MINUTE)
    assert presses(shop, old) == 410
    assert not may_get(shop, NELE, "news")
    asks(shop, email=NELE)
    assert presses(shop, link(shop)) == 200
    assert may_get(shop, NELE, "news")


def test_a_link_is_no_other_persons_and_cannot_be_made_up(shop: MemoryWorld) -> None:
    asks(shop, email=NELE)
    token = link(shop)
    for made_up in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[1:], "x", ""):
        assert presses(shop, made_up) == 404
    shop.batch(identify("anna", START))
    assert presses(shop, link(shop, "unsubscribe")) == 404, "a token of one page is no token of another"
    assert not may_get(shop, NELE, "news")


def test_who_withdraws_after_asking_has_decided(world: World) -> None:
    """The mail that asks lies in the inbox still, perhaps opened by whoever shares it."""
    world.batch(identify("anna", START))
    world.advance(START + HOUR)
    asks(world, email=ANNA, topics=["offers"])
    world.advance(START + 2 * HOUR)
    assert presses(world, link(world, "unsubscribe"), "unsubscribe") == 200
    world.advance(START + 3 * HOUR)
    assert presses(world, link(world)) == 410
    world.advance(START + 10 * DAY)
    assert not may_get(world, ANNA, "offers")
    assert not may_get(world, ANNA, "news")
    assert [line.split()[-1] for line in diary(world)] == ["hello", "ask"], "nor is anybody reminded"


def test_who_says_no_once_more_after_asking_again_has_decided_too(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", START))
    shop.advance(START + HOUR)
    presses(shop, link(shop, "unsubscribe"), "unsubscribe")
    shop.advance(START + DAY)
    asks(shop, email=ANNA, topics=["offers"])
    shop.advance(START + DAY + HOUR)
    presses(shop, link(shop, "unsubscribe"), "unsubscribe")
    shop.advance(START + DAY + 2 * HOUR)
    assert presses(shop, link(shop)) == 410
    assert not may_get(shop, ANNA, "offers")


def test_who_withdrew_asks_again_and_gets_what_was_asked_for_and_nothing_else(world: World) -> None:
    world.batch(identify("anna", START))
    world.advance(START + HOUR)
    presses(world, link(world, "unsubscribe"), "unsubscribe")
    world.advance(START + DAY)
    asks(world, email=ANNA, topics=["offers"])
    world.advance(START + DAY + HOUR)
    assert presses(world, link(world)) == 200
    assert may_get(world, ANNA, "offers")
    assert not may_get(world, ANNA, "news")
    assert not may_get(world, ANNA, "service")


def test_a_hundred_requests_make_four_mails_a_week(shop: MemoryWorld) -> None:
    for number in range(100):
        shop.advance(START + number * 5 * MINUTE)
        assert asks(shop, email=NELE)[0] == 202
    shop.advance(START + 7 * DAY - MINUTE)
    assert len(diary(shop)) == 4
    assert presses(shop, link(shop, number=0)) == 200, "whoever it was, the owner can say yes to any of them"


def test_a_button_pressed_twice_is_one_request(shop: MemoryWorld) -> None:
    asks(shop, email=NELE)
    shop.advance(START + timedelta(seconds=20))
    asks(shop, email=NELE)
    assert len(diary(shop)) == 1
    asks(shop, email=NELE, topics=["news", "offers"])
    assert len(diary(shop)) == 2, "but who asks for more gets a link to more"


def test_several_topics_are_one_confirmation_and_one_proof(shop: MemoryWorld) -> None:
    asks(shop, email="Nele@Example.com", topics=["news", "offers"], text_version="2026-03 popup")
    shop.advance(START + HOUR)
    presses(shop, link(shop))
    (proof,) = proofs(shop)
    assert {(s.topic, s.act, s.by, s.proof, s.text_version, s.form_url, s.ip) for s in ledger(shop)} == {
        (topic, "confirmed", "person", proof.id, "2026-03 popup", FORM, OTHER_IP) for topic in ("news", "offers")
    }
    assert (proof.address, proof.requested_at, proof.requested_ip) == (NELE, START, IP)
    assert (proof.text_version, proof.form_url) == ("2026-03 popup", FORM)
    assert (proof.confirmed_at, proof.confirmed_ip) == (START + HOUR, OTHER_IP)
    assert (proof.sent_at, proof.subject) == (START, "Bitte bestätigen Sie Ihre Anmeldung bei Kaffeekontor Nord")
    assert "– Neues aus der Rösterei\n– Angebote" in proof.text
    assert link(shop) not in proof.text
    assert "/confirm/…" in proof.text, "who reads the proof must not be able to answer"
    assert may_get(shop, NELE, "offers")


def test_english_readers_are_asked_in_english(shop: MemoryWorld) -> None:
    asks(shop, email=NELE, locale="en-GB")
    assert "Please confirm your subscription" in letters(shop)[0]
    assert "– News from the roastery" in letters(shop)[0]


def test_a_stranger_who_types_annas_address_changes_nothing_of_hers(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", START, firstName="Anna"))
    before, known = person(shop, ANNA), traits(shop, ANNA)
    shop.advance(START + DAY)
    asks(shop, email=ANNA, topics=["offers"], first_name="Doofi", interests=["x"], birthday="1900-01-01")
    shop.advance(START + 5 * DAY)
    after = person(shop, ANNA)
    assert before is not None
    assert after is not None
    assert traits(shop, ANNA) == known
    assert after.state.last_seen == before.state.last_seen, "it was nothing that she did"
    assert not any("Doofi" in text for text in letters(shop)), "nor does the shop's mail carry a stranger's words"


def test_what_the_shop_knows_of_somebody_no_form_changes(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", START, firstName="Anna"))
    asks(shop, email=ANNA, topics=["offers"], first_name="Annie", birthday="1990-02-28")
    presses(shop, link(shop))
    assert traits(shop, ANNA)["first_name"] == "Anna"
    assert traits(shop, ANNA)["birthday"] == "1990-02-28"


def test_who_is_merged_into_a_customer_confirms_as_that_customer(shop: MemoryWorld) -> None:
    asks(shop, email=ANNA)
    shop.advance(START + HOUR)
    shop.batch(identify("anna", START + HOUR, status="DID_NOT_SUBSCRIBE"))
    assert presses(shop, link(shop)) == 200
    found = person(shop, ANNA)
    assert found is not None
    assert found.state.id == "u:anna"
    assert may_get(shop, ANNA, "news")


@pytest.mark.parametrize("has_next_owner", [True, False], ids=["somebody else has it", "nobody has it"])
def test_who_reads_an_address_that_she_gave_up_says_yes_to_nothing_for_her(world: World, has_next_owner: bool) -> None:
    """The question lies in the old mailbox; her new address, which the shop has a yes for, is none of its reader's."""
    world.batch(identify("anna", START, status="DID_NOT_SUBSCRIBE"))
    asks(world, email=ANNA)
    world.advance(START + HOUR)
    asked = link(world)
    moved = identify("anna", START + HOUR, email="anna@new.example", status="SUBSCRIBED")
    moved["context"]["import"] = True
    world.batch(moved)
    world.advance(START + 2 * HOUR)
    if has_next_owner:
        world.batch(identify("ben", START + 2 * HOUR, email=ANNA, status="DID_NOT_SUBSCRIBE"))
        world.advance(START + 3 * HOUR)
    before = person(world, "anna@new.example")
    assert presses(world, asked) == 410
    world.advance(START + 10 * DAY)
    after = person(world, "anna@new.example")
    assert before is not None
    assert after is not None
    assert after.consents == before.consents
    assert "hello" not in " ".join(diary(world))
    assert not may_get(world, ANNA, "news")


def test_a_customer_signs_up_with_a_second_address_and_keeps_the_first(world: World) -> None:
    world.batch(identify("anna", START))
    asks(world, email=NELE)
    world.advance(START + HOUR)
    world.batch(identify("anna", START + HOUR))
    assert presses(world, link(world)) == 200
    assert may_get(world, NELE, "news")
    assert may_get(world, ANNA, "news")


def test_who_confirms_other_topics_than_the_newsletter_is_not_welcomed_to_it(shop: MemoryWorld) -> None:
    asks(shop, email=NELE, topics=["offers"])
    presses(shop, link(shop))
    shop.advance(START + 3 * DAY)
    assert diary(shop) == ["2026-06-01 10:00 nele ask"]
    asks(shop, email=NELE, topics=["news"])
    presses(shop, link(shop))
    assert diary(shop)[-1] == "2026-06-04 10:00 nele hello"


def test_nobody_learns_whether_an_address_is_known_subscribed_or_suppressed(moto: MotoWorld) -> None:
    """The same answer to the byte, after the same requests to AWS."""
    moto.batch(identify("anna", START), identify("ben", START, status="UNSUBSCRIBED"))
    asks(moto, email="first@example.com")  # what is read once is read
    seen: list[tuple[str, str]] = []

    def count(call: AwsCall, reply: AwsReply) -> None:
        if call.actor == "subscribe":
            seen.append((call.operation, str(reply.status)))

    moto.runtime.calls.observers.append(count)
    told = []
    for address in (NELE, ANNA, "ben@shop.example", NELE):
        seen.clear()
        answer = moto.runtime.http(
            "POST",
            "/v1/subscribe?writeKey=local-browser",
            {"content-type": "application/json"},
            f'{{"email": "{address}", "topics": ["news"], "text_version": "1", "form_url": "{FORM}"}}'.encode(),
        )
        told.append((answer.status, answer.headers, answer.body, tuple(seen)))
    assert told == [(202, told[0][1], b'{"success": true}', (("UpdateItem", "200"), ("BatchWriteItem", "200")))] * 4


def test_an_sms_brings_a_code_that_confirms_the_phone_and_nothing_else(world: World) -> None:
    assert asks(world, phone="0170 1234567", topics=["offers"])[0] == 202
    (sent,) = texts(world)
    assert len(sent) <= 160
    world.advance(START + 10 * MINUTE)
    assert types(world, "+49 (0)170 1234567", code(world))
    assert may_get(world, PHONE, "offers", "sms")
    assert not may_get(world, PHONE, "offers", "email")
    assert traits(world, PHONE)["phone"] == PHONE
    world.advance(START + 10 * DAY)
    assert len(texts(world)) == 1, "nobody is reminded of a code that is long over"
    assert diary(world) == []


def test_a_code_is_taken_for_half_an_hour(shop: MemoryWorld) -> None:
    asks(shop, phone=PHONE)
    shop.advance(START + 30 * MINUTE + timedelta(seconds=1))
    assert not types(shop, PHONE, code(shop))
    asks(shop, phone=PHONE)
    assert not types(shop, PHONE, code(shop, 0)) or code(shop, 0) == code(shop, 1)
    assert types(shop, PHONE, code(shop))


def test_new_spellings_of_one_mailbox_are_no_new_mailbox(world: World) -> None:
    """Each is a person of their own as far as anybody can tell; so it is counted where they are typed."""
    for number in range(12):
        assert asks(world, email=f"victim+{number}@gmail.com")[0] == 202
        assert asks(world, email=f"{'vicim'[: number % 5]}.{'vicim'[number % 5 :]}@gmail.com".lstrip("."))[0] == 202
        world.advance(START + number * HOUR)
    assert len(diary(world)) <= 2 * MOST
    before = len(diary(world))
    assert asks(world, email="victim+new@gmail.com") == asks(world, email="nele@example.com")
    assert len(diary(world)) == before + 1, "the same answer, and no mail"
    world.advance(START + 8 * DAY)
    asks(world, email="victim+later@gmail.com")
    assert "victim+later" in diary(world)[-1]


def test_nobody_is_kept_out_by_who_asks_for_spellings_of_their_mailbox(world: World) -> None:
    for number in range(3 * MOST):
        assert asks(world, email=f"nele+{number}@example.com")[0] == 202
    assert len(diary(world)) == MOST
    world.advance(START + HOUR)
    assert asks(world, email=NELE)[0] == 202
    assert len(diary(world)) == MOST + 1
    assert presses(world, link(world)) == 200
    assert may_get(world, NELE, "news")
    asks(world, email=NELE, topics=["offers"])
    assert not [line for line in diary(world)[MOST + 1 :] if " ask" in line], "once a week"


def test_what_the_shops_backend_asks_for_is_not_counted(moto: MotoWorld) -> None:
    body = {"topics": ["news"], "text_version": "1", "form_url": FORM, "writeKey": "local-server"}
    for number in range(MOST + 1):
        asked = json.dumps({**body, "email": f"nele+{number}@example.com"}).encode()
        assert moto.runtime.http("POST", "/v1/subscribe", {}, asked, source_ip=IP).status == 202
        moto.runtime.settle()
    assert len(diary(moto)) == MOST + 1


def test_five_wrong_codes_use_up_the_right_one(shop: MemoryWorld) -> None:
    asks(shop, phone=PHONE)
    right = code(shop)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert not types(shop, PHONE, wrong)
    assert not types(shop, PHONE, right)
    assert not may_get(shop, PHONE, "news", "sms")
    shop.advance(START + HOUR)
    asks(shop, phone=PHONE)
    assert types(shop, PHONE, code(shop))


def test_a_wrong_code_tells_nothing_of_the_phone_it_is_for(moto: MotoWorld) -> None:
    asks(moto, phone=PHONE)
    right = code(moto)
    assert not types(moto, "+491701111111", "000000")  # what is read once is read
    seen: list[str] = []
    moto.runtime.calls.observers.append(
        lambda call, _: seen.append(call.operation) if call.actor == "subscribe" else None
    )
    told = []
    for phone in ("+491709999999", PHONE, "not a number"):
        seen.clear()
        body = f'{{"phone": "{phone}", "code": "{"1" if right[0] != "1" else "2"}{right[1:]}"}}'.encode()
        answer = moto.runtime.http("POST", "/v1/subscribe/confirm?writeKey=local-browser", {}, body)
        told.append((answer.status, answer.headers, answer.body, tuple(seen)))
    assert told[0] == told[1]
    assert told[2][:3] == told[0][:3], "that one is no secret; it is not even looked for"


def test_a_mail_proves_nothing_for_the_phone_of_the_same_person(shop: MemoryWorld) -> None:
    shop.batch(identify("anna", START, phone=PHONE, status="DID_NOT_SUBSCRIBE"))
    asks(shop, email=ANNA)
    presses(shop, link(shop))
    found = person(shop, ANNA)
    assert found is not None
    assert set(found.consents or {}) == {"email"}


def test_the_proof_is_read_again_from_the_table_as_it_was_written(moto: MotoWorld) -> None:
    """With the machines that it was asked for and confirmed from, as the gateway tells them."""
    asks(moto, email=NELE)
    presses(moto, link(moto))
    asks(moto, phone=PHONE)
    assert types(moto, PHONE, code(moto))
    rows = moto.runtime.client("dynamodb").scan(TableName=moto.runtime.names.physical("profiles"))["Items"]
    found = [decode_profile_row(item) for item in rows if item["row"]["S"].startswith(("PROOF#", "LEDGER#"))]
    kept = {row.address: row for row in found if isinstance(row, Proof)}
    for said in (row for row in found if isinstance(row, Statement)):
        proof = kept.pop(said.address)
        assert (said.proof, said.act, proof.message_id.split(".")[1]) == (proof.id, "confirmed", "ask")
        assert (proof.requested_ip, proof.confirmed_ip, said.ip) == (IP, OTHER_IP, OTHER_IP)
    assert (len(found), kept) == (4, {})
