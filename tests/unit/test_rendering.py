"""A published template and one recipient become one mail."""

from typing import Any

import pytest
from anlass.language.locales import choose_locale
from anlass.language.rendering import MAX_HTML, MAX_LINE, RenderError, render_email
from anlass.language.template_document import LocaleParts, TemplateDocument
from hypothesis import given, settings
from hypothesis import strategies as st

UNSUBSCRIBE = "https://t.example.com/u?a=1&b=2"
FOOT = '<a href="{{ unsubscribe_url }}">Abmelden</a> {{ imprint }}'


def a_template(purpose: Any = "marketing", **parts: Any) -> TemplateDocument:
    sources = {"subject": "Hallo", "preheader": "", "html": f"<p>Hallo</p>{FOOT}", "text": "Hallo", **parts}
    return TemplateDocument("hello", purpose, ("email",), {"de": LocaleParts(**sources)}, ())


def rendered(template: TemplateDocument, **names: Any) -> Any:
    defaults = {"unsubscribe_url": UNSUBSCRIBE, "imprint": "Kontor <GmbH>\nKiel", "profile": {}, "shop": {}}
    return render_email(template, "de", "de", {**defaults, **names})


def test_subject_preheader_html_and_text_are_rendered() -> None:
    mail = rendered(
        a_template(
            subject="Für {{ profile.name }}",
            preheader="{{ profile.name }} & wir",
            html="<i>{{ preheader }}</i>" + FOOT,
            text="{{ profile.name }}\n\n\n\n{{ unsubscribe_url }}",
        ),
        profile={"name": "A & B"},
    )
    assert mail.subject == "Für A & B"
    assert mail.preheader == "A & B & wir"
    assert mail.html.startswith("<i>A &amp; B &amp; wir</i>")
    assert mail.text == f"A & B\n\n{UNSUBSCRIBE}\n"
    assert mail.locale == "de"


def test_the_imprint_keeps_its_lines_and_is_escaped() -> None:
    assert "Kontor &lt;GmbH&gt;<br>Kiel" in rendered(a_template()).html


def test_a_variant_of_the_subject_is_picked_and_an_unknown_one_falls_back() -> None:
    template = a_template(subjects={"a": "Moin"})
    names = {"unsubscribe_url": UNSUBSCRIBE, "imprint": ""}
    assert render_email(template, "de", "de", names, "a").subject == "Moin"
    assert render_email(template, "de", "de", names, "z").subject == "Hallo"


@pytest.mark.parametrize(
    ("available", "wanted", "default", "chosen"),
    [
        (("de", "en"), "en", "de", "en"),
        (("de", "en"), "de-AT", "en", "de"),
        (("de", "de-AT"), "de_at", "de", "de-AT"),
        (("de", "en"), "fr", "de", "de"),
        (("de", "en"), "fr-CH", "en-GB", "en"),
        (("de", "en"), "", "", "de"),
        (("it",), "fr", "de", "it"),
    ],
)
def test_the_locale_falls_back_step_by_step(available: tuple[str, ...], wanted: str, default: str, chosen: str) -> None:
    assert choose_locale(available, wanted, default) == chosen


def test_money_follows_the_region_even_if_the_words_are_the_languages() -> None:
    template = a_template(subject="{{ 5 | money('EUR') }}")
    names = {"unsubscribe_url": UNSUBSCRIBE, "imprint": ""}
    assert render_email(template, "de-AT", "de", names).subject == "€ 5,00"
    assert render_email(template, "fr", "de", names).subject == "5,00 €"


def test_a_subject_is_one_line_whatever_the_values_hold() -> None:
    mail = rendered(
        a_template(subject="Für {{ profile.name }}"), profile={"name": "A\r\nBcc: x@example.com\u2028\x00B"}
    )
    assert mail.subject == "Für A Bcc: x@example.com B"


def test_a_subject_is_cut_and_a_body_that_grows_too_large_is_refused() -> None:
    assert len(rendered(a_template(subject="{{ profile.x }}"), profile={"x": "y" * 2_000}).subject) == MAX_LINE
    with pytest.raises(RenderError, match=f"grows beyond {MAX_HTML} characters"):
        rendered(a_template(html="{% for i in range(99) %}{{ profile.x }}{% endfor %}"), profile={"x": "y" * 5_000})


def test_an_empty_subject_is_refused() -> None:
    with pytest.raises(RenderError, match="subject") as refused:
        rendered(a_template(subject="{{ profile.name }}"))
    assert refused.value.part == "subject"


def test_a_missing_name_is_named_with_template_language_part_and_remedy() -> None:
    with pytest.raises(RenderError) as refused:
        rendered(a_template(html="{{ coupon.code }}" + FOOT))
    assert refused.value.missing == "coupon"
    assert str(refused.value) == (
        'template "hello" (de, html): "coupon" is not there; add "coupon" to the step that sends it'
    )


def test_an_error_never_repeats_a_value_of_the_recipient() -> None:
    for source in (
        "{{ profile.name | money }}",
        "{{ profile.name | truncate(profile.name) }}",
        "{{ profile.name * 3 }}",
    ):
        with pytest.raises(RenderError) as refused:
            rendered(a_template(text=source), profile={"name": "Geheim"})
        assert "Geheim" not in str(refused.value)
        assert refused.value.__cause__ is None


def test_a_marketing_mail_without_its_way_out_is_refused_even_if_the_source_had_one() -> None:
    hidden = a_template(html="{% if profile.x %}{{ unsubscribe_url }}{% endif %}Hallo")
    with pytest.raises(RenderError, match="outside of every"):
        rendered(hidden)
    assert rendered(hidden, profile={"x": 1}).html
    assert rendered(a_template("transactional", html="Hallo")).html == "Hallo"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//x.de",
    ],
)
def test_an_address_from_a_browser_that_is_none_leads_nowhere(address: str) -> None:
    html = '<a href="{{ profile.x }}">a</a><img src="{{ profile.x }}" alt="">' + FOOT
    mail = rendered(a_template(html=html), profile={"x": address})
    assert '<a href="#">a</a><img src="#" alt="">' in mail.html


def test_addresses_of_the_web_mail_and_telephone_stay() -> None:
    html = '<a href="https://a.de/?x=1&amp;y">a</a><a href="mailto:a@example.com">b</a><a href="tel:+49">c</a>' + FOOT
    assert html.split("{{")[0].rpartition("<a")[0] in rendered(a_template(html=html)).html


def test_what_no_mail_can_carry_is_taken_out_of_values() -> None:
    mail = rendered(a_template(text="{{ profile.x }}"), profile={"x": "a\x00b\ud800c"})
    assert mail.text == "ab?c\n"
    mail.text.encode()


@settings(deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_no_value_of_a_trait_can_break_out_of_the_html(value: Any) -> None:
    template = a_template(html='<a title="{{ profile.x }}" href="{{ profile.x }}">{{ profile.x }}</a>' + FOOT)
    try:
        html = rendered(template, profile={"x": value}).html
    except RenderError as error:
        assert "list or an object" in str(error)  # noqa: PT017 - nested lists cannot be printed
        return
    assert html.count("<") == rendered(template).html.count("<")
    assert html.count('"') == rendered(template).html.count('"')
