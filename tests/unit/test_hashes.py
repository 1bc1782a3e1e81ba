"""What stands for an address: the same for each way to write it, and of no use to whoever guesses."""

from __future__ import annotations

import pytest
from anlass.adapters.memory.hashes import MemoryHashes
from anlass.adapters.signing import SaltedHashes
from anlass.domain.ids import address_hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna@Shop.example ", "anna@shop.example"),
        ("anna@käse.example", "anna@xn--kse-qla.example"),
        ("anna@KÄSE.example", "anna@käse.example"),
    ],
)
def test_an_address_has_one_hash_however_it_is_written(one: str, other: str) -> None:
    assert MemoryHashes().of(one) == MemoryHashes().of(other)


def test_addresses_differ_and_what_is_no_address_is_hashed_all_the_same() -> None:
    hashes = MemoryHashes()
    odd = ("anna@shop.example", "ben@shop.example", "u:4711", "a@-ä-.example", "a@\ud83d.example", "+491701234567", "")
    assert len({hashes.of(text) for text in odd}) == len(odd)


def test_without_the_salt_nobody_finds_an_address_by_trying() -> None:
    assert MemoryHashes().of("anna@shop.example") != SaltedHashes(lambda: "another").of("anna@shop.example")
    assert MemoryHashes().of("anna@shop.example") != address_hash("anna@shop.example")
