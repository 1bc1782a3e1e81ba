"""The proof of a consent goes onto one sheet of paper."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anlass.domain.ledger import Proof, Statement
from anlass.language.proof_page import proof_page
from anlass.usecases.export_person import plain

from tests.shipped import shipped
from tests.subscriber import asks, link, person, presses
from tests.worlds import HOUR, MemoryWorld

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
NELE = "nele@example.com"


def test_a_double_opt_in_for_two_topics_prints_on_one_page(chromium: Any, pictures: Path) -> None:
    shop = MemoryWorld(shipped("double-opt-in", "welcome"), START)
    asks(shop, email=NELE, topics=["news", "offers"], first_name="Nele")
    shop.advance(START + HOUR)
    presses(shop, link(shop))
    shop.advance(START + 2 * HOUR)
    presses(shop, link(shop, "unsubscribe"), "unsubscribe")
    rows = list(shop.simulation.store.rows())
    known = person(shop, NELE)
    assert known is not None
    told = {
        "person": known.state.id,
        "made_at": plain(shop.simulation.clock.now()),
        "addresses": [{"channel": "email", "address": NELE}],
        "ledger": [plain(row) for row in rows if isinstance(row, Statement)],
        "proofs": [plain(row) for row in rows if isinstance(row, Proof)],
    }
    page = chromium.new_page(viewport={"width": 800, "height": 1130}, java_script_enabled=False)
    page.set_content(proof_page(told, "de"))
    page.screenshot(path=str(pictures / "proof.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the page"
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    page.close()
    assert sheets == 1
