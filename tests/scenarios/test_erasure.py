"""Erased stays erased: in the middle of every way to wait, at a crash anywhere, whatever still floats in queues."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from anlass.adapters.memory.shop import MemoryShop
from anlass.domain.applying import Record
from anlass.domain.changes import Append
from anlass.domain.enrolment import INBOX, Heard
from anlass.domain.erasure import report
from anlass.domain.profile import State
from anlass.keys import StateKey
from anlass.ports import Answered, Unclear
from anlass.usecases.begin_erasure import begin_erasure
from anlass.usecases.erase_person import erase_person
from anlass.usecases.match_events import match_events
from anlass.wire import Erase

from cli.runtime.aws_calls import AwsCall, AwsReply
from cli.runtime.world import LocalRuntime
from tests.between import Between, matched
from tests.remains import erase, people_of, remains, settle, state_of_erasure
from tests.shipped import both_worlds
from tests.shop import CART, an_event, content, journey, mails
from tests.worlds import DAY, HOUR, MINUTE, MemoryWorld, MotoWorld, World, identify, track

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEMPLATES = ("first", "second", "last", "thanks", "one", "two", "three")
WHO, MAIL, PHONE, NAME, DEVICE = "zoe-4711", "zoe@geheim.example", "+491701234567", "Zoelestine", "device-0815"
HER = (WHO, MAIL, PHONE, NAME, DEVICE)


def on(event: str, id_: str, *steps: dict[str, Any]) -> dict[str, str]:
    return journey(id_, trigger={"type": "event", "event": event}, steps=list(steps))


SEGMENT = {
    "id": "friends",
    "name": "Freunde",
    "who": {"field": "profile.id", "op": "in", "value": [f"u:{WHO}", "u:ben"]},
}
ALONE = {"id": "her", "name": "Sie", "who": {"field": "profile.email", "op": "eq", "value": MAIL}}
FILES = content(
    {f"segments/{each['id']}.json": json.dumps(each) for each in (SEGMENT, ALONE)},
    CART,
    on("Product Viewed", "short", {"wait": "1 day"}, mails("one")),
    on("Product Clicked", "long", {"wait": "10 days"}, mails("two")),
    on("Product Shared", "tonight", mails("three", at="23:00")),
    on("Order Completed", "tell", {"id": "tell", "webhook": {"url": "https://erp.shop.example/hook", "secret": "erp"}}),
    templates=TEMPLATES,
    settings={"test_people": [WHO, "ben"]},
)
world = both_worlds(FILES, START)
WAITING = {
    "parked on a token": "Product Viewed",
    "waiting on the calendar": "Product Clicked",
    "with a message for tonight": "Product Shared",
    "with an armed timer": "Product Added",
    "with a webhook that is tried again": "Order Completed",
}


def shops(world: World, event: str, at: datetime = START) -> None:
    more: dict[str, Any] = {"product_id": "beans", "price": 12, "note": NAME, "order_id": "1001", "total": 12}
    world.batch(
        identify(WHO, at, DEVICE, email=MAIL, phone=PHONE, first_name=NAME, birthday="1990-04-01"),
        track("page", at, anonymous=DEVICE, title=f"for {NAME}"),
        track(event, at, WHO, **more),
    )


def _shop(world: World) -> MemoryShop:
    if isinstance(world, MemoryWorld):
        return world.simulation.shop
    assert isinstance(world, MotoWorld)
    return world.runtime.shop


def lists(world: World) -> dict[str, Any]:
    """What the shop's own lists hold now."""
    paths = ("settings.json", "segments/friends.json", "segments/her.json")
    return {path: json.loads(_content(world, path)) for path in paths}


def _content(world: World, path: str) -> str:
    if isinstance(world, MemoryWorld):
        return world.simulation.content.files[path]
    assert isinstance(world, MotoWorld)
    bucket = world.runtime.names.bucket("content")
    found = world.runtime.client("s3").get_object(Bucket=bucket, Key=f"content/{path}")
    text: str = found["Body"].read().decode()
    return text


def is_anything_running(world: World) -> bool:
    """An execution that waits."""
    if isinstance(world, MemoryWorld):
        return world.simulation.executions.next_due() is not None
    assert isinstance(world, MotoWorld)
    return any(each.status == "RUNNING" for each in world.runtime.machine.executions.values())


@pytest.mark.parametrize("event", WAITING.values(), ids=WAITING.keys())
def test_nothing_is_left_of_somebody_and_nothing_comes_back(world: World, event: str) -> None:
    if event == "Order Completed":
        _shop(world).answers.extend([Answered(503)] * 20)
    shops(world, event)
    world.advance(START + 5 * MINUTE)
    assert remains(world, *HER), "she should be somebody before she is erased"
    assert is_anything_running(world) is (event == "Product Viewed")
    begun = erase(world, f"a:{DEVICE}")
    assert begun.status == "running"
    assert not is_anything_running(world)
    world.advance(START + 30 * MINUTE)  # before the timer would have rung by itself
    assert remains(world, *HER) == []
    done = state_of_erasure(world, begun)
    assert (done.status, done.identities, done.addresses) == ("done", (), ())
    assert done.erased["event"] >= 3
    told = world.told()
    world.advance(START + 30 * DAY)
    assert world.told() == told, "a message left for somebody who was erased"
    assert remains(world, *HER) == []


def test_the_shops_own_lists_forget_her_and_nobody_else(world: World) -> None:
    shops(world, "Product Viewed")
    begun = erase(world, f"u:{WHO}")
    world.advance(START + HOUR)
    found = lists(world)
    assert found["settings.json"]["test_people"] == ["ben"]
    assert found["segments/friends.json"]["who"]["value"] == ["u:ben"]
    assert found["segments/her.json"]["who"]["value"] == "erased"
    done = state_of_erasure(world, begun)
    assert done.lists == ("segments/friends.json", "segments/her.json", "settings.json")
    assert remains(world, *HER) == []


def test_a_text_that_speaks_of_her_stays_and_is_named_for_somebody_to_look_at() -> None:
    """Who writes it, may take her out of it."""
    fans = {"id": "fans", "name": f"Wie {MAIL}", "who": {"field": "profile.country", "op": "eq", "value": "DE"}}
    world = MemoryWorld(FILES | {"segments/fans.json": json.dumps(fans)}, START)
    shops(world, "Product Viewed")
    begun = erase(world, f"u:{WHO}")
    world.advance(START + HOUR)
    done = report(state_of_erasure(world, begun))
    assert (done["status"], done["content_to_look_at"]) == ("done", ["segments/fans.json"])
    assert json.loads(_content(world, "segments/fans.json")) == fans


def test_who_is_asked_for_again_is_the_same_erasure_by_whatever_name(world: World) -> None:
    shops(world, "Product Viewed")
    first = begin_erasure(f"u:{WHO}", "shop", people_of(world))
    again = begin_erasure(f"a:{DEVICE}", "person", people_of(world))
    assert first is not None
    assert again is not None
    assert again.id == first.id
    settle(world)
    world.advance(START + HOUR)
    last = begin_erasure(f"u:{WHO}", "shop", people_of(world))
    assert last is not None
    assert (last.id, last.status) == (first.id, "done")


def test_of_whom_nothing_is_known_nothing_is_erased(world: World) -> None:
    assert begin_erasure("u:nobody", "shop", people_of(world)) is None


def test_who_comes_back_is_somebody_new(world: World) -> None:
    shops(world, "Product Viewed")
    erase(world, f"u:{WHO}")
    world.advance(START + DAY)
    world.batch(track("Product Clicked", START + DAY, WHO, product_id="tea"))
    state = people_of(world).store.read([StateKey(f"u:{WHO}")]).state(f"u:{WHO}")
    assert state is not None
    assert (state.orders.count, state.identities, list(state.entered)) == (0, (f"u:{WHO}",), ["long"])
    world.batch(
        track("Order Completed", START - HOUR, WHO, order_id="999", total=5),  # told today, done before
        track("page", START - HOUR, anonymous=DEVICE),
    )
    after = people_of(world).store.read([StateKey(f"u:{WHO}"), StateKey(f"a:{DEVICE}")])
    assert after.state(f"u:{WHO}") == state
    assert after.state(f"a:{DEVICE}") is None
    assert remains(world, "999", DEVICE, NAME, MAIL) == []


def test_who_comes_back_while_the_erasure_runs_keeps_what_is_new(world: World) -> None:
    shops(world, "Product Viewed")
    begun = begin_erasure(f"u:{WHO}", "shop", people_of(world))
    assert begun is not None
    world.advance(START + MINUTE)
    world.batch(
        identify(WHO, START + MINUTE, email="new@geheim.example"), track("Product Clicked", START + MINUTE, WHO)
    )
    world.advance(START + HOUR)
    rows = people_of(world).archive.profile_rows(f"u:{WHO}")
    assert {kept.kind for kept in rows} >= {"STATE", "PROFILE", "CONSENT", "DATE", "LEDGER"}
    (state,) = (kept.row for kept in rows if isinstance(kept.row, State))
    assert list(state.entered) == ["long"]
    assert remains(world, MAIL, PHONE, NAME, DEVICE) == []
    second = erase(world, f"u:{WHO}")
    assert second.id != begun.id
    world.advance(START + 2 * HOUR)
    assert remains(world, WHO, "new@geheim.example") == []


def test_an_import_brings_nobody_back_onto_a_list(world: World) -> None:
    shops(world, "Product Viewed")
    erase(world, f"u:{WHO}")
    world.advance(START + DAY)
    world.batch(identify("other-id", START + DAY, email=MAIL), track("Product Viewed", START + DAY, "other-id"))
    world.advance(START + 3 * DAY)
    assert world.told() == []
    assert set(world.skipped()) == {"one"}


def test_an_import_that_writes_the_address_otherwise_brings_nobody_back_either(world: World) -> None:
    world.batch(identify(WHO, START, email="Zoe <zoe@straße.example>"))
    erase(world, f"u:{WHO}")
    world.advance(START + DAY)
    at = START + DAY
    world.batch(identify("other-id", at, email="ZOE@xn--strae-oqa.example"), track("Product Viewed", at, "other-id"))
    world.advance(START + 3 * DAY)
    assert world.told() == []
    assert set(world.skipped()) == {"one"}


# In memory, where one can be at every moment.


def memory() -> MemoryWorld:
    return MemoryWorld(FILES, START)


def she(world: MemoryWorld, name: str = "Product Viewed", **more: Any) -> Any:
    return an_event(name, world.simulation.clock.now(), WHO, note=NAME, **more)


def test_what_is_delivered_again_redriven_or_late_brings_nobody_back() -> None:
    world = memory()
    shops(world, "Product Viewed")
    simulation = world.simulation
    records = [Record(event, "memory", sequence) for sequence, event in simulation.event_log.stream]
    erase(world, f"u:{WHO}")
    simulation.deliver_again(events=100, rows=100)
    left = match_events(
        records,
        store=simulation.store,
        event_log=simulation.event_log,
        definitions=simulation.definitions,
        clock=simulation.clock,
        hashes=simulation.hashes,
        redrive=True,
    )
    assert left == []
    simulation.ingest(an_event("Product Viewed", START - DAY, WHO, received_at=START + DAY, note=NAME))
    simulation.ingest(an_event("Product Viewed", START + DAY, WHO, received_at=START - MINUTE, note=NAME))
    world.advance(START + 2 * DAY)
    assert remains(world, *HER) == []


def test_what_we_say_ourselves_of_somebody_who_is_gone_makes_nobody() -> None:
    world = memory()
    shops(world, "Product Viewed")
    erase(world, f"u:{WHO}")
    world.advance(START + DAY)
    for name in ("@update", "Email Delivered", "Message Skipped", "Journey Finished"):
        world.simulation.ingest(she(world, name, source="system", set={"first_name": NAME}))
    assert remains(world, *HER) == []


def test_a_full_inbox_and_a_merge_under_way() -> None:
    world = memory()
    shops(world, "Product Viewed")
    simulation = world.simulation
    (row,) = (kept.row for kept in simulation.archive.journey_rows(f"u:{WHO}") if kept.kind == "E")
    filler = tuple(Heard(f"f{n}", "page", START, {"note": NAME}) for n in range(INBOX))
    simulation.store.commit([Append(row.id, filler, START + DAY)])  # type: ignore[union-attr]
    simulation.event_log.put([an_event("page", START, anonymous="device-2", note=NAME)])
    simulation.event_log.put([replace(she(world, "Product Clicked"), also="a:device-2", id="m", moment="~#m")])
    erase(world, f"u:{WHO}")
    world.advance(START + HOUR)
    assert remains(world, WHO, MAIL, PHONE, DEVICE) == []
    # The second device was nobody's yet when she was erased: it is whoever it belongs to.
    assert [place for place in remains(world, NAME) if "device-2" not in place] == []


def test_erased_between_a_read_and_its_write() -> None:
    world = memory()
    shops(world, "Product Viewed")
    simulation = world.simulation
    world.advance(START + MINUTE)
    event = she(world, "Product Clicked")
    simulation.event_log.put([event])
    store = Between(simulation, lambda: begin_erasure(f"u:{WHO}", "shop", simulation.people))
    assert matched(simulation, [Record(event, "memory", "999")], store) == []
    simulation.settle()
    world.advance(START + HOUR)
    assert remains(world, *HER) == []


def test_somebody_new_is_erased_between_a_read_and_its_write() -> None:
    """The first event of a device; meanwhile its second one is applied, and whose it is erases themselves."""
    world = memory()
    simulation = world.simulation
    first = an_event("page", START, anonymous=DEVICE, note=NAME)

    def meanwhile() -> None:
        shops(world, "Product Viewed", START + MINUTE)
        world.simulation.clock.set(START + 2 * MINUTE)
        begin_erasure(f"a:{DEVICE}", "shop", simulation.people)

    assert matched(simulation, [Record(first, "other life", "1")], Between(simulation, meanwhile)) == []
    simulation.settle()
    world.advance(START + HOUR)
    assert remains(world, *HER) == []


def test_a_message_of_which_nobody_knows_whether_it_left() -> None:
    world = memory()
    simulation = world.simulation
    simulation.mailer.answers.append(Unclear("read timed out"))
    shops(world, "Product Added")
    world.advance(START + 2 * HOUR)
    (row,) = (kept.row for kept in simulation.archive.journey_rows(f"u:{WHO}") if kept.kind == "S")
    assert row.status == "UNKNOWN"  # type: ignore[union-attr]
    erase(world, f"u:{WHO}")
    world.advance(START + 5 * HOUR)
    assert remains(world, *HER) == []


def test_somebody_of_more_names_than_one_transaction_holds() -> None:
    world = memory()
    for device in range(130):
        at = START + device * MINUTE
        world.advance(at)
        world.batch(track("page", at, anonymous=f"device-{device}"), identify(WHO, at, f"device-{device}", email=MAIL))
    begun = begin_erasure(f"u:{WHO}", "shop", world.simulation.people)
    assert begun is not None
    assert (begun.status, len(begun.identities)) == ("burying", 132)
    settle(world)
    world.advance(START + DAY)
    assert remains(world, WHO, MAIL, "device-") == []
    again = begin_erasure("a:device-7", "shop", world.simulation.people)
    assert again is not None
    assert again.id == begun.id


class Crash(Exception):
    """The process dies."""


class Fragile:
    """Dies at the n-th thing that it is told to do: before it, or just after."""

    def __init__(self, inner: Any, counter: list[int], at: int, after: bool) -> None:
        self._inner, self._counter, self._at, self._after = inner, counter, at, after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name not in ("commit", "drop", "write", "replace"):
            return method

        def run(*args: Any, **named: Any) -> Any:
            self._counter[0] += 1
            dies = self._counter[0] == self._at
            if dies and not self._after:
                raise Crash
            answer = method(*args, **named)
            if dies:
                raise Crash
            return answer

        return run


@pytest.mark.parametrize("after", [False, True], ids=["before it is done", "after it was done"])
@pytest.mark.parametrize("devices", [1, 50], ids=["few names", "many names"])
def test_a_crash_anywhere_ends_the_same(after: bool, devices: int) -> None:
    died = 0
    for at in range(1, 200, 1 if devices == 1 else 9):
        world = memory()
        shops(world, "Product Viewed")
        for device in range(devices):
            world.batch(identify(WHO, START, f"device-{device}", email=MAIL))
        simulation, counter = world.simulation, [0]

        def fragile(inner: Any, counter: list[int] = counter, at: int = at) -> Any:
            return Fragile(inner, counter, at, after)

        whole = simulation.people
        work = replace(whole, store=fragile(whole.store), archive=fragile(whole.archive))
        begun = None
        for _ in range(3):
            try:
                begun = begin_erasure(f"u:{WHO}", "shop", work)
                break
            except Crash:
                died += 1
        assert begun is not None
        for _ in range(40):
            row = state_of_erasure(world, begun)
            if row.status == "done":
                break
            if row.until is not None:
                simulation.clock.set(max(row.until, simulation.clock.now()))
            try:
                erase_person(Erase(begun.id), work, fragile(simulation.content), fragile(simulation.definitions))
            except Crash:
                died += 1
        assert state_of_erasure(world, begun).status == "done"
        simulation.settle()
        world.advance(START + 3 * DAY)
        assert remains(world, *HER, "device-") == []
        if counter[0] < at:
            break
    assert died > 5


def test_a_crash_at_any_call_to_aws_ends_the_same() -> None:
    """One person after the other, each with a crash one call later: of the function that begins, and of the queue's."""
    with LocalRuntime(START) as runtime:
        world = MotoWorld(runtime, content(on("Product Viewed", "short", {"wait": "1 day"}), templates=()))
        count, crash_at = [0], [0]

        def dying(call: AwsCall) -> AwsReply | None:
            if call.actor in ("serve_profile", "erase_profile"):
                count[0] += 1
                if count[0] == crash_at[0]:
                    raise Crash
            return None

        runtime.calls.answers.insert(0, dying)
        request = {"routeKey": "DELETE /v1/profiles/{id}", "headers": {}}
        for at in range(1, 90, 2):
            who, now = f"zoe-{at}-x", runtime.clock.now()
            world.batch(
                identify(who, now, f"device-{at}-x", email=f"{who}@geheim.example"),
                track("Product Viewed", now, who, note=NAME),
            )
            count[0], crash_at[0] = 0, at
            for _ in range(2):
                runtime.lambdas.invoke("serve_profile", {**request, "pathParameters": {"id": who}})
            runtime.advance(40 * MINUTE)  # what failed comes again when it is visible again
            crash_at[0] = 0
            assert remains(world, f"zoe-{at}-x", f"device-{at}-x", NAME) == [], f"after a crash at call {at}"
            if count[0] < at:
                break
        assert at > 20, "so few calls cannot be all"
        assert {name for name, _ in runtime.lambdas.errors} <= {"serve_profile", "erase_profile"}
