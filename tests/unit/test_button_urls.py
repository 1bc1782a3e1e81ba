"""Buttons in mails: what publishing says about button_url(…), and what becomes of it in a mail."""

from __future__ import annotations

import pytest
from anlass.adapters.memory.links import MemoryLinks
from anlass.language.rendering import render_email
from anlass.ports import Ticket

from tests.builders import NOON
from tests.unit.test_template_compile import in_body, only_error, publish


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("{{ button_url }}", "button_url stands without its button."),
        ("{% set link = button_url %}", "button_url stands without its button."),
        ("{{ button_url() }}", "takes the button's name"),
        ("{{ button_url('rating', 5, 6) }}", "takes the button's name"),
        ("{{ button_url(button='stay') }}", "takes the button's name"),
        ("{{ button_url(stay) }}", "in quotes"),
        ("{{ button_url('Ja, ich bleibe') }}", "small letters"),
        ("{{ button_url(5) }}", "in quotes"),
        ("{{ button_url('rating', profile.email) }}", "a link must carry nothing of the person"),
        ("{{ button_url('rating', none) }}", "a link must carry nothing of the person"),
        ("{{ button_url('rating', '') }}", "1 to 100 characters"),
        (f"{{{{ button_url('rating', '{'a' * 101}') }}}}", "1 to 100 characters"),
        ("{{ button_url(*cart.items) }}", "is not allowed"),
    ],
)
def test_a_button_that_cannot_work_is_found_when_it_is_published(words: str, message: str) -> None:
    found = only_error(*publish(in_body(words)))
    assert (found.code, found.line) == ("template.forbidden", 5)
    assert message in found.message
    if "not allowed" not in message:
        assert '{{ button_url("rating", 5) }}' in found.remedy


def test_a_misspelt_button_url_is_answered_with_what_can_be_called() -> None:
    found = only_error(*publish(in_body("{{ buton_url('stay') }}")))
    assert "buton_url(…) cannot be called in a template." in found.message
    assert "Only button_url and range can" in found.remedy


def test_each_button_gets_a_link_of_its_own_with_its_value_as_it_stands() -> None:
    words = " ".join(f"{{{{ button_url({said}) }}}}" for said in ('"stay"', '"rating", 5', '"rating", "5"', '"x", 4.5'))
    document, findings = publish(in_body(words))
    assert [finding for finding in findings if finding.severity == "error"] == []
    assert document is not None
    links, made = MemoryLinks(), []

    def button_url(*pressed: str | int) -> str:
        made.append(links.url("press", Ticket("e-1.first.1", NOON, pressed)))
        return made[-1]

    names = {"button_url": button_url, "unsubscribe_url": "https://u.example", "imprint": "", "shop": {}, "Vorname": ""}
    mail = render_email(document, "de", "de", names)
    assert all(url in mail.html and url in mail.text for url in made)
    read = [links.read("press", url.rsplit("/", 1)[1]) for url in made[:4]]
    assert [ticket.extra for ticket in read if ticket] == [("stay",), ("rating", 5), ("rating", "5"), ("x", 4.5)]
