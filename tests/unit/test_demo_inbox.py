"""The inbox page."""

from __future__ import annotations

from typing import Any

from cli.inbox import file_link, inbox_page, message_page


def a_message(**changes: Any) -> dict[str, Any]:
    return {
        "id": "0001.remind.1",
        "channel": "email",
        "to": "anna@example.com",
        "subject": "Ihr <Warenkorb>",
        "text": "Hallo Anna, hier ist er.",
        "html": '<html><head></head><body><img alt="" src="https://example.com/a.jpg"><p>Hallo</p></body></html>',
        "headers": {"From": "Kontor <post@example.com>", "List-Unsubscribe": "<https://x/unsubscribe/t>"},
        "journey": "cart",
        "step": "remind",
        "template": "cart-reminder",
        "at": "2024-04-26T10:00:00.000Z",
        "status": "sent",
        **changes,
    }


def test_the_list_shows_each_mail_and_leads_to_it() -> None:
    page = inbox_page([a_message(), a_message(id="0002.remind.1", subject="Zweite")], file_link)
    assert 'href="mails/0001.remind.1.html"' in page
    assert page.index("Zweite") < page.index("Ihr &lt;Warenkorb&gt;")  # newest first
    assert "cart 2" in page


def test_beside_the_subject_stands_what_a_mail_program_would_show() -> None:
    hidden = '<body><div style="display:none;opacity:0">3 Artikel &amp; Porto.&#847;&zwnj;&nbsp;&#847;&zwnj;</div>'
    assert "<span>3 Artikel &amp; Porto.</span>" in inbox_page([a_message(html=hidden)])
    begins = inbox_page([a_message(text="Kontor <https://shop.example>\n\nHallo Anna")])
    assert "<span>Kontor Hallo Anna</span>" in begins


def test_a_shop_without_mails_has_a_page_too() -> None:
    assert "No mail has left yet." in inbox_page([])


def test_a_mail_can_neither_run_nor_load_anything() -> None:
    page = message_page(a_message(html='<script>steal()</script><img src="https://tracker.example/p.gif">'))
    assert "tracker.example" not in page
    assert "allow-scripts" not in page
    assert "<script>steal()" not in page  # it stands in srcdoc, escaped
    assert "default-src 'none'" in page


def test_a_mail_shows_its_headers_and_text() -> None:
    page = message_page(a_message())
    assert "List-Unsubscribe: &lt;https://x/unsubscribe/t&gt;" in page
    assert "Hallo Anna, hier ist er." in page
    assert "cart › remind" in page
