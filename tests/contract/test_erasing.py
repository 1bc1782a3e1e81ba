"""What erasing asks of the stores: rows that go, rows that expire, names taken out of what was published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from anlass.adapters.memory.definitions import MemoryDefinitions
from anlass.domain.changes import (
    AddErasure,
    AddTombstone,
    DropEvent,
    DropRow,
    DropState,
    KeepUntil,
    NoteMerged,
    RequireNotErased,
    SaveAttributes,
    SaveErasure,
    SaveState,
)
from anlass.domain.erasure import Erasure, Tombstone
from anlass.domain.errors import Conflict
from anlass.keys import (
    AttributesKey,
    ErasureKey,
    StateKey,
    TombstoneKey,
)
from anlass.ports import Shelf

from tests.builders import DAY, MINUTE, NOON, a_state, an_event, some_attributes
from tests.contract.house import AwsHouse, House
from tests.contract.test_content import filled

ERASURE = Erasure("x-1", "@hash", NOON, ("u:anna",), (("email", "anna@shop.example"),), sweep_at=NOON)
TOMBSTONE = AddTombstone("mark", NOON, NOON + 400 * DAY, "x-1")


def test_a_tombstone_says_when_and_by_which_erasure(house: House) -> None:
    house.store.commit([TOMBSTONE])
    assert house.store.read([TombstoneKey("mark")]).tombstone("mark") == Tombstone(NOON, "x-1")


def test_nobody_is_made_of_what_is_older_than_a_tombstone(house: House) -> None:
    house.store.commit([RequireNotErased("mark", NOON), SaveState(a_state("u:new"))])
    house.store.commit([TOMBSTONE])
    for since in (NOON, NOON - MINUTE):
        with pytest.raises(Conflict):
            house.store.commit([RequireNotErased("mark", since), SaveState(a_state())])
    assert house.store.read([StateKey("u:anna")]).state("u:anna") is None
    house.store.commit([RequireNotErased("mark", NOON + MINUTE), SaveState(a_state())])


def test_rows_go_with_the_state_or_not_at_all(house: House) -> None:
    house.store.commit([SaveState(a_state()), SaveAttributes(some_attributes())])
    with pytest.raises(Conflict):
        house.store.commit([DropState("u:anna", 7), DropRow("u:anna", "PROFILE")])
    house.store.commit([DropState("u:anna", 1), DropRow("u:anna", "PROFILE"), DropRow("u:anna", "CAPS")])
    rows = house.store.read([StateKey("u:anna"), AttributesKey("u:anna")])
    assert (rows.state("u:anna"), rows.attributes("u:anna")) == (None, None)


def test_an_event_that_must_not_be_kept_goes_however_often_it_is_dropped(house: House) -> None:
    event = an_event()
    house.event_log.put([event])
    for _ in range(2):
        house.store.commit([DropEvent(event.key)])
    assert house.event_log.get(event.key) is None


def test_an_erasure_is_known_by_its_id_and_goes_on_by_generations(house: House) -> None:
    house.store.commit([AddErasure(ERASURE)])
    with pytest.raises(Conflict):
        house.store.commit([AddErasure(ERASURE)])
    done = replace(ERASURE, status="done", identities=(), addresses=(), generation=2, request=None, sweep_at=None)
    house.store.commit([SaveErasure(done, 1)])
    with pytest.raises(Conflict):
        house.store.commit([SaveErasure(done, 1)])
    assert house.store.read([ErasureKey("x-1")]).erasure("x-1") == done


def test_a_merge_remembers_when(house: House) -> None:
    house.store.commit([NoteMerged("u:anna", "a:1", NOON)])
    (kept,) = house.archive.profile_rows("u:anna")
    assert (kept.kind, kept.name, kept.row) == ("MERGED", "a:1", NOON)


def test_what_is_not_there_needs_no_end(house: House) -> None:
    with pytest.raises(Conflict):
        house.store.commit([KeepUntil("u:anna", "LEDGER#1", NOON)])


def test_the_first_end_that_was_said_stays(aws: AwsHouse) -> None:
    aws.store.commit([SaveAttributes(some_attributes())])
    aws.store.commit([KeepUntil("u:anna", "PROFILE", NOON + DAY)])
    aws.store.commit([KeepUntil("u:anna", "PROFILE", NOON + 9 * DAY)])
    key = {"profile": {"S": "u:anna"}, "row": {"S": "PROFILE"}}
    item = aws.clients.dynamodb.get_item(TableName=aws.names.physical("profiles"), Key=key)["Item"]
    assert item["ttl"]["N"] == str(int((NOON + DAY).timestamp()))


def shelf_of(house: House) -> Shelf:
    definitions: Any = house.definitions
    assert isinstance(definitions, MemoryDefinitions) or isinstance(house, AwsHouse)
    shelf: Shelf = definitions
    return shelf


def test_all_versions_are_found_and_changed_under_their_own_name(house: House) -> None:
    house.definitions.add("segment/friends", "v1", {"value": ["u:anna", "u:ben"]})
    house.definitions.add("segment/friends", "v2", {"value": ["u:ben"]})
    shelf = shelf_of(house)
    found = {(name, version): document for name, version, document in shelf.documents()}
    assert found["segment/friends", "v1"] == {"value": ["u:anna", "u:ben"]}
    assert len(found) == 2
    shelf.replace("segment/friends", "v1", {"value": ["u:ben"]})
    assert house.definitions.get("segment/friends", "v1") == {"value": ["u:ben"]}


def test_what_a_file_held_before_is_gone_for_good(aws: AwsHouse) -> None:
    content, bucket = filled(aws), aws.names.bucket("content")
    s3 = aws.clients.s3
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    try:
        for text in ("one", "two", "three"):
            content.write("settings.json", text)
        content.write("settings.json.bak", "another's")
        content.forget_older("settings.json")
        versions = s3.list_object_versions(Bucket=bucket, Prefix="content/settings.json")["Versions"]
        assert sorted(version["Key"] for version in versions) == ["content/settings.json", "content/settings.json.bak"]
        assert content.read("settings.json") == "three"
    finally:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
