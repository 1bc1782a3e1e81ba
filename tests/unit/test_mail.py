"""The bytes that leave: readable by every mail program, and no value can add a header."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from anlass.domain.errors import ConfigurationError
from anlass.language.mail import build_mime
from anlass.language.mail_address import AddressError, check_address
from anlass.language.rendering import RenderedEmail
from hypothesis import given, settings
from hypothesis import strategies as st

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LONG_LINK = "https://t.example.com/u/" + "aB3-_." * 60


def a_mail(**changes: Any) -> bytes:
    content = {"subject": "Grüße aus Kiel", "preheader": "", "html": "<p>Größe</p>", "text": "Größe\n", "locale": "de"}
    rendered = RenderedEmail(**{**content, **{k: changes.pop(k) for k in list(changes) if k in content}})
    arguments = {
        "sender": "Kaffeekontor Nord <post@example.com>",
        "recipient": "anna@example.com",
        "message_id": "e1.remind.1",
        "now": NOW,
        **changes,
    }
    return build_mime(rendered, **arguments)


def read(mail: bytes) -> EmailMessage:
    message = message_from_bytes(mail, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_text_and_html_lie_side_by_side_in_quoted_printable_utf_8() -> None:
    message = read(a_mail())
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert (text.get_content().strip(), html.get_content().strip()) == ("Größe", "<p>Größe</p>")
    assert {part["Content-Transfer-Encoding"] for part in (text, html)} == {"quoted-printable"}


def test_the_headers_are_what_was_asked_for() -> None:
    message = read(a_mail(reply_to="moin@example.com"))
    assert message["From"] == "Kaffeekontor Nord <post@example.com>"
    assert message["To"] == "anna@example.com"
    assert message["Reply-To"] == "moin@example.com"
    assert message["Subject"] == "Grüße aus Kiel"
    assert message["Date"] == "Mon, 04 May 2026 09:30:00 +0000"
    assert message["Message-ID"] == "<e1.remind.1@example.com>"


def test_every_line_is_ascii_short_and_ends_as_mail_lines_do() -> None:
    mail = a_mail(subject="ü" * 300, html="ö" * 5_000, text="€" * 5_000, unsubscribe_url=LONG_LINK)
    assert mail.isascii()
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert max(len(line) for line in mail.split(b"\r\n")) <= 998


def test_marketing_can_be_left_with_one_click_and_the_link_stays_whole() -> None:
    mail = a_mail(unsubscribe_url=LONG_LINK)
    assert f"\r\nList-Unsubscribe: <{LONG_LINK}>\r\n".encode() in mail
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mail


def test_where_mail_is_received_it_can_be_left_by_mail_too_and_the_click_comes_first() -> None:
    mail = a_mail(unsubscribe_url=LONG_LINK, unsubscribe_address="unsubscribe+token@reply.shop.example")
    by_mail = "mailto:unsubscribe+token@reply.shop.example?subject=unsubscribe"
    assert f"\r\nList-Unsubscribe: <{LONG_LINK}>, <{by_mail}>\r\n".encode() in mail
    assert b"List-Unsubscribe" not in a_mail(unsubscribe_address="unsubscribe+token@reply.shop.example")


def test_transactional_mail_has_no_unsubscribe_header() -> None:
    assert b"List-Unsubscribe" not in a_mail()


def test_the_same_send_gives_the_same_bytes() -> None:
    assert a_mail() == a_mail()


@pytest.mark.parametrize("link", ["https://x.example.com/a b", "https://x.example.com/>\r\nBcc: x", "ftp://x", ""])
def test_an_unsubscribe_link_that_is_no_plain_address_is_a_mistake_of_the_deployment(link: str) -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_URL"):
        a_mail(unsubscribe_url=link)


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("post@example.com", "", "post@example.com"),
        ("Kontor <post@example.com>", "Kontor", "post@example.com"),
        ('"Kontor, Nord" <post@example.com>', "Kontor, Nord", "post@example.com"),
        ('Der "beste" Kaffee <post@example.com>', 'Der "beste" Kaffee', "post@example.com"),
        ("Käffchen & Co. <post@käffchen.example.com>", "Käffchen & Co.", "post@xn--kffchen-5wa.example.com"),
        ("A\r\nBcc: b@example.com <post@example.com>", "A Bcc: b@example.com", "post@example.com"),
        ("日本 珈琲 <post@example.com>", "日本 珈琲", "post@example.com"),
    ],
)
def test_names_are_quoted_or_encoded_and_domains_are_ascii(sender: str, name: str, address: str) -> None:
    mail = a_mail(sender=sender)
    (origin,) = read(mail)["From"].addresses
    assert (origin.display_name, origin.addr_spec) == (name, address)
    assert read(mail)["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "anna@localhost",
        "anna@example.com, bob@example.com",
        "anna@example.com\r\nBcc: bob@example.com",
        "Anna <anna@example.com",
        "<anna@exam ple.com>",
        "anna@[127.0.0.1]",
        "änna@example.com",
        "a" * 65 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(AddressError) as refused:
        a_mail(recipient=address)
    for part in address.split("@"):
        assert len(part) < 4 or part.strip("[]<") not in str(refused.value)


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=80), st.text(st.characters(codec="utf-8"), max_size=300))
def test_no_text_whatsoever_can_add_a_header(subject: str, name: str, body: str) -> None:
    clean = " ".join(subject.split()).encode("utf-8", "replace").decode()
    clean = "".join(c for c in clean if c.isprintable()) or "x"
    message = read(a_mail(subject=clean, sender=f"{name} <post@example.com>", text=body or "x", html=body or "x"))
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert check_address(str(message["From"])).address == "post@example.com"
    assert len(list(message.iter_parts())) == 2
