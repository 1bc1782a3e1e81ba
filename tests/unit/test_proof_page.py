"""The page that shows what one person's consents rest on."""

from __future__ import annotations

from typing import Any

import pytest
from anlass.domain.ledger import Proof, Statement
from anlass.language.proof_page import proof_page
from anlass.usecases.export_person import plain

from tests.builders import HOUR, NOON

PROOF = Proof(
    id="p-1",
    profile="e:1",
    channel="email",
    address="anna@shop.example",
    text_version="2026-03 <popup>",
    form_url="https://shop.example/newsletter",
    requested_at=NOON,
    requested_ip="203.0.113.7",
    confirmed_at=NOON + HOUR,
    confirmed_ip="203.0.113.99",
    message_id="e-1.ask.1",
    sent_at=NOON,
    subject="Bitte bestätigen Sie",
    text="Waren Sie das?\n<https://shop.example/confirm/…>",
)


def said(topic: str = "news", act: Any = "confirmed", **fields: Any) -> Statement:
    known = {"by": "person", "source": "double opt-in", "proof": "p-1", "ip": "203.0.113.99"}
    return Statement(f"s-{topic}-{act}", "e:1", "email", "anna@shop.example", topic, act, NOON + HOUR, **known | fields)


def page(*ledger: Statement, proofs: tuple[Proof, ...] = (PROOF,), language: Any = "de") -> str:
    told = {
        "person": "e:1",
        "made_at": plain(NOON + 2 * HOUR),
        "addresses": [{"channel": "email", "address": "anna@shop.example"}],
        "ledger": [plain(each) for each in ledger],
        "proofs": [plain(each) for each in proofs],
    }
    return proof_page(told, language)


def test_all_that_a_court_asks_for_is_on_it() -> None:
    shown = page(said("news"), said("offers"))
    for fact in (
        "Nachweis der Einwilligungen von anna@shop.example",
        "2026-03-02 12:00:00, von der IP-Adresse 203.0.113.7",
        "2026-03-02 13:00:00, von der IP-Adresse 203.0.113.99",
        "https://shop.example/newsletter",
        "2026-03 &lt;popup&gt;",
        "news, offers",
        "e-1.ask.1",
        "Betreff: Bitte bestätigen Sie",
        "Waren Sie das?\n&lt;https://shop.example/confirm/…&gt;",
    ):
        assert fact in shown, fact


def test_the_address_of_who_confirmed_nowhere_known_is_not_made_up() -> None:
    silent = Proof(**{name: getattr(PROOF, name) for name in PROOF.__slots__} | {"requested_ip": None, "subject": ""})
    shown = page(said(ip=None), proofs=(silent,))
    assert "2026-03-02 12:00:00</dd>" in shown
    assert "Betreff" not in shown
    assert "None" not in shown


def test_a_choice_in_the_settings_shows_the_words_that_were_ticked_and_by_which_mail_they_came() -> None:
    chosen = {"requested_at": NOON + HOUR, "subject": "", "text": "", "words": "☑ Neues\nMit dem Klick …"}
    proof = Proof(**{name: getattr(PROOF, name) for name in PROOF.__slots__} | chosen)
    ledger = (said("news", "granted"), said("*", "granted", purpose="tracking"))
    shown = page(*ledger, proofs=(proof,))
    for fact in (
        "Auswahl in den Einstellungen vom 2026-03-02 13:00:00",
        "☑ Neues<br>Mit dem Klick …",
        "news, Messung von Öffnungen und Klicks",
        "der Nachricht e-1.ask.1, abgeschickt am 2026-03-02 12:00:00",
        "2026-03-02 13:00:00, von der IP-Adresse 203.0.113.99",
    ):
        assert fact in shown, fact
    assert "Double-Opt-in" not in shown
    assert "<pre>" not in shown
    assert "Choice in the settings of" in page(*ledger, proofs=(proof,), language="en")


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        (said("*", "withdrawn", proof=None, source="unsubscribe link"), "widerrufen"),
        (said("*", "withdrawn", proof=None, source="unsubscribe link"), "alle Themen"),
        (said("*", "granted", purpose="tracking", proof=None), "Messung von Öffnungen und Klicks"),
        (said(act="granted", by="shop", source="identify", proof=None), "identify, sagt der Shop"),
        (said(act="existing-customer", facts={"order_id": "1001"}, proof=None), "(order_id: 1001)"),
        (said(act="granted", proof=None, text_version="v3", form_url="https://a.example"), "https://a.example, v3"),
    ],
)
def test_every_statement_says_what_when_and_from_where(statement: Statement, shown: str) -> None:
    assert shown in page(statement, proofs=())


def test_who_said_nothing_has_a_page_that_says_so() -> None:
    assert "Es liegt keine Erklärung vor." in page(proofs=())
    assert "There is no statement." in page(proofs=(), language="en")


def test_in_english_it_says_the_same() -> None:
    shown = page(said(), language="en")
    assert 'lang="en"' in shown
    assert "from the IP address 203.0.113.99" in shown
    assert "Angefragt" not in shown
