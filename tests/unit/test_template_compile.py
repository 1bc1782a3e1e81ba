"""What publishing says about a template's folder."""

import json
from collections.abc import Mapping

import pytest
from anlass.domain.errors import BrokenDefinition
from anlass.language.diagnostics import Diagnostic
from anlass.language.template import INCOMPLETE, compile_template
from anlass.language.template_document import TemplateDocument

BODY = """<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>Hallo {{ Vorname }}, <a href="{{ shop.url }}?a=1&amp;b=2">zum Shop</a></mj-text>
        <mj-text><a href="{{ unsubscribe_url }}">Abmelden</a><br>{{ imprint }}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"""
FILES = {
    "template.json": '{"purpose": "marketing", "channels": ["email"]}',
    "de/subject.txt": "Hallo {{ Vorname }}\n",
    "de/preheader.txt": "Schön, dass Sie da sind.\n",
    "de/body.mjml": BODY,
}


def publish(
    changes: Mapping[str, str | None] | None = None, blocks: Mapping[str, str] | None = None
) -> tuple[TemplateDocument | None, list[Diagnostic]]:
    files = {path: text for path, text in {**FILES, **(changes or {})}.items() if text is not None}
    return compile_template("hello", files, blocks or {}, "de")


def in_body(words: str) -> dict[str, str | None]:
    return {"de/body.mjml": BODY.replace("Hallo {{ Vorname }},", words)}


def only_error(document: TemplateDocument | None, findings: list[Diagnostic]) -> Diagnostic:
    assert document is None
    errors = [finding for finding in findings if finding.severity == "error"]
    assert len(errors) == 1, errors
    return errors[0]


def test_a_sound_folder_becomes_a_document_without_a_word() -> None:
    document, findings = publish()
    assert findings == []
    assert document is not None
    assert document.purpose == "marketing"
    assert document.channels == ("email",)
    assert document.names == ("Vorname", "imprint", "shop.url", "unsubscribe_url")
    assert document.uses("shop")
    assert not document.uses("coupon")


def test_a_document_survives_being_stored_as_json() -> None:
    document, _ = publish({"de/subject.a.txt": "Moin", "de/subject.b.txt": "Guten Tag"})
    assert document is not None
    assert TemplateDocument.from_dict(json.loads(json.dumps(document.to_dict()))) == document
    assert document.locales["de"].subjects == {"a": "Moin", "b": "Guten Tag"}


def test_a_stored_document_that_is_broken_says_to_publish_again() -> None:
    with pytest.raises(BrokenDefinition, match="publish it again"):
        TemplateDocument.from_dict({"name": "hello"})


def test_jinja_survives_mjml_even_with_quotes_and_angle_brackets() -> None:
    words = '{% if cart.count < 3 and cart.value > 1 %}{{ cart.value | money("EUR") }}{% endif %}'
    document, findings = publish(in_body(words))
    assert findings == []
    assert document is not None
    assert words in document.locales["de"].html


def test_the_html_has_its_language_its_preheader_and_no_remote_font() -> None:
    document, _ = publish()
    assert document is not None
    html = document.locales["de"].html
    assert '<html lang="de"' in html
    assert "{{ preheader }}" in html
    assert "fonts.googleapis.com" not in html


def test_plain_text_is_made_of_the_html_with_addresses_behind_the_links() -> None:
    document, _ = publish(in_body("{% for item in cart.items %}\n<b>{{ item.name }}</b>\n{% endfor %}"))
    assert document is not None
    text = document.locales["de"].text
    assert "zum Shop <{{ shop.url }}?a=1&b=2>" in text
    assert "Abmelden <{{ unsubscribe_url }}>\n{{ imprint }}\n" in text
    assert "preheader" not in text


def test_a_hand_written_text_is_taken_and_its_control_lines_leave_no_gap() -> None:
    document, _ = publish({"de/text.txt": "Hallo\n{% if Vorname %}\n{{ Vorname }}\n{% endif %}\nTschüss\n"})
    assert document is not None
    assert document.locales["de"].text == "Hallo\n{% if Vorname %}{{ Vorname }}\n{% endif %}Tschüss\n"


def test_a_block_is_put_in_and_its_translation_is_preferred() -> None:
    blocks = {"_blocks/hi.mjml": "<mj-text>Hi</mj-text>", "_blocks/hi.de.mjml": "<mj-text>Moin</mj-text>"}
    body = BODY.replace("<mj-text>Hallo", '<mj-include path="_blocks/hi.mjml"/>\n<mj-text>Hallo')
    document, _ = publish({"de/body.mjml": body, "en/subject.txt": "Hi", "en/body.mjml": body}, blocks)
    assert document is not None
    assert "Moin" in document.locales["de"].html
    assert "Moin" not in document.locales["en"].html


def test_a_mistake_in_a_block_is_reported_with_the_blocks_own_line() -> None:
    body = BODY.replace("<mj-text>Hallo", '<mj-include path="_blocks/hi.mjml"/>\n<mj-text>Hallo')
    found = only_error(*publish({"de/body.mjml": body}, {"_blocks/hi.mjml": "<mj-text>\n{{ Vornahme }}\n</mj-text>"}))
    assert (found.file, found.line) == ("templates/_blocks/hi.mjml", 2)
    assert 'Did you mean "Vorname"?' in found.remedy


def test_lines_behind_a_block_are_still_the_files_own() -> None:
    body = BODY.replace("<mj-text>Hallo", '<mj-include path="_blocks/hi.mjml"/>\n<mj-text>{{ nope }} Hallo')
    found = only_error(*publish({"de/body.mjml": body}, {"_blocks/hi.mjml": "<mj-text>\n1\n2\n3\n</mj-text>"}))
    assert (found.file, found.line) == ("templates/hello/de/body.mjml", 6)


def test_a_missing_block_names_what_was_looked_for() -> None:
    body = BODY.replace("<mj-text>Hallo", '<mj-include path="_blocks/foter.mjml"/>\n<mj-text>Hallo')
    found = only_error(*publish({"de/body.mjml": body}, {"_blocks/footer.mjml": ""}))
    assert found.code == "template.missing_block"
    assert found.code in INCOMPLETE
    assert "_blocks/foter.de.mjml, _blocks/foter.mjml" in found.message
    assert "_blocks/footer.mjml" in found.remedy


def test_a_block_that_includes_itself_is_refused() -> None:
    body = BODY.replace("<mj-text>Hallo", '<mj-include path="_blocks/a.mjml"/>\n<mj-text>Hallo')
    found = only_error(*publish({"de/body.mjml": body}, {"_blocks/a.mjml": '<mj-include path="_blocks/a.mjml"/>'}))
    assert found.code == "template.block_loop"


@pytest.mark.parametrize(
    ("words", "line", "message", "remedy"),
    [
        ("{% if Vorname %}", 5, "{% if … %} is not closed", "Write {% endif %} where it ends."),
        ("{% for item in products %}{% if item %}{% endif %}", 5, "{% for … %} is not closed", "{% endfor %}"),
        ("{% endif %}", 5, "stands where no {% if %} is open", "Put a {% if … %} before it."),
        ("{% if Vorname = 'Anna' %}x{% endif %}", 5, 'One "=" compares nothing', "two of them"),
        ("{% if Vorname %}a{% else if Anrede %}b{% endif %}", 5, "no {% else if %}", "{% elif … %}"),
        ("{{ Vorname", 5, "does not belong between {{ and }}, or }} is missing", "Close every {{"),
        ("{{ Vor name }}", 5, '"name" does not belong', "names without spaces"),
        ("{{ Vorname | default(“Kunde”) }}", 5, "The sign “ means nothing", "straight quotes"),
        ("{{ Vorname | default('Kunde) }}", 5, "A quote is not closed", "at the end of the text"),
        ("{{ }}", 5, "Nothing stands between {{ and }}", "Write a name."),
        ("{% vorname %}", 5, "There is no {% vorname %}", "{% if %}"),
        ("{{ profile. }}", 5, "A name is missing behind a dot", "{{ profile.city }}"),
        ("{{ profile.__class__ }}", 5, '"__class__" is nothing that a template can read', "Take it out."),
        ("{{ ''.__class__ }}", 5, '"__class__" is nothing that a template can read', "Take it out."),
        ("{{ Vornahme }}", 5, '"Vornahme" is no known name', 'Did you mean "Vorname"?'),
        ("{{ shop.ulr }}", 5, '"shop" has no field "ulr"', 'Did you mean "url"?'),
        ("{{ cart.total }}", 5, '"cart" has no field "total"', "value"),
        ("{{ Vorname | shout }}", 5, 'There is no filter "shout"', "upper"),
        ("{{ Vorname.upper() }}", 5, "upper(…) cannot be called", "filter"),
        ("{% include 'x' %}", 5, "{% include %} is not allowed", "mj-include"),
        ("{% macro x() %}{% endmacro %}", 5, "{% macro %} is not allowed", ""),
        ("{{ _budget }}", 5, "_budget is not allowed", ""),
        ("{{ cart.count | truncate('a') }}", None, "somebody of whom nothing is known", "arguments"),
    ],
)
def test_bad_jinja_is_explained(words: str, line: int | None, message: str, remedy: str) -> None:
    found = only_error(*publish(in_body(words)))
    assert found.file == "templates/hello/de/body.mjml"
    assert found.line == line or line == 9
    assert message in found.message
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("words", "line", "message"),
    [
        ("<b>", 5, "<b> is not closed"),
        ("</b>", 5, "</b> closes nothing"),
        ("<p>eins<p>zwei</p>", 5, "<p> is not closed"),
        ("3 < 4", 5, 'A "<" stands in the text'),
        ("<script>1</script>", 5, "no <script>"),
        ("<mj-txt></mj-txt>", 5, "Did you mean <mj-text>?"),
        ("<a onclick='x'>a</a>", 5, "no onclick"),
    ],
)
def test_bad_mjml_is_explained_with_its_line(words: str, line: int, message: str) -> None:
    found = only_error(*publish(in_body(words)))
    assert found.code == "template.mjml"
    assert found.line == line
    assert message in f"{found.message} {found.remedy}"


def wrapped(before: str, after: str) -> dict[str, str | None]:
    body = BODY.replace("<mj-section>", f"<mj-wrapper>{before}<mj-section>", 1)
    return {"de/body.mjml": body.replace("</mj-section>", f"</mj-section>{after}</mj-wrapper>")}


def test_conditions_around_sections_hold_in_html_and_in_text() -> None:
    document, findings = publish(wrapped("{% if Vorname %}", "{% endif %}"))
    assert findings == []
    assert document is not None
    assert document.locales["de"].text.startswith("{% if Vorname %}\nHallo")
    assert document.locales["de"].text.rstrip().endswith("{% endif %}")


def test_words_where_mjml_would_hide_them_are_refused() -> None:
    document, findings = publish(wrapped("{{ Vorname }}", ""))
    assert document is None
    assert (findings[0].code, findings[0].line) == ("template.mjml_drops", 3)


def test_a_body_that_is_no_mjml_at_all_is_refused() -> None:
    document, findings = publish({"de/body.mjml": "{{ imprint }} {{ unsubscribe_url }} Hallo"})
    assert document is None
    assert findings[0].message == "The body is no MJML."


def test_all_mistakes_are_reported_at_once() -> None:
    _, findings = publish({"de/subject.txt": "{{ a }}", "de/preheader.txt": "{{ b", "template.json": '{"purpos": 1}'})
    assert {finding.file.removeprefix("templates/hello/") for finding in findings} == {
        "de/subject.txt",
        "de/preheader.txt",
        "template.json",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"template.json": None}, "template.missing_json"),
        ({"de/subject.txt": None}, "template.missing_subject"),
        ({"de/subject.txt": " \n"}, "template.missing_subject"),
        ({"de/body.mjml": None}, "template.missing_body"),
    ],
)
def test_what_is_missing_is_named_and_may_still_arrive(changes: dict[str, str | None], code: str) -> None:
    found = only_error(*publish(changes))
    assert found.code == code
    assert code in INCOMPLETE


def test_a_folder_without_any_language_is_refused() -> None:
    document, findings = compile_template("hello", {"template.json": "{}"}, {}, "de")
    assert only_error(document, findings).code == "template.missing_locale"


def test_a_folder_without_the_shops_own_language_is_refused() -> None:
    files = {path.replace("de/", "fr/"): text for path, text in FILES.items()}
    found = only_error(*compile_template("hello", files, {}, "de"))
    assert found.code == "template.missing_locale"
    assert "own language de" in found.message


def test_a_region_is_served_by_its_language() -> None:
    document, _ = compile_template("hello", FILES, {}, "de-AT")
    assert document is not None


def test_unknown_keys_of_template_json_are_errors_with_line_and_suggestion() -> None:
    found = only_error(*publish({"template.json": '{\n  "purpose": "marketing",\n  "chanels": ["email"]\n}'}))
    assert (found.code, found.line, found.path) == ("json.unknown_key", 3, "chanels")
    assert 'Did you mean "channels"?' in found.remedy


def test_a_channel_that_cannot_be_served_yet_is_a_warning_only() -> None:
    document, findings = publish({"template.json": '{"channels": ["email", "web_push"]}'})
    assert document is not None
    assert [found.severity for found in findings] == ["warning"]


def test_a_file_that_nobody_reads_is_a_warning_with_a_suggestion() -> None:
    document, findings = publish({"de/subjekt.txt": "Hallo"})
    assert document is not None
    assert 'Did you mean "subject.txt"?' in findings[0].remedy


def test_two_bodies_are_one_too_many() -> None:
    assert only_error(*publish({"de/body.html": BODY})).code == "template.two_bodies"


def test_a_missing_preheader_is_a_warning() -> None:
    document, findings = publish({"de/preheader.txt": None})
    assert document is not None
    assert [found.code for found in findings] == ["template.no_preheader"]


def test_marketing_needs_a_way_out_and_an_imprint_in_every_language() -> None:
    bare = BODY.replace('<a href="{{ unsubscribe_url }}">Abmelden</a><br>{{ imprint }}', "Tschüss")
    _, findings = publish({"en/subject.txt": "Hi", "en/preheader.txt": "x", "en/body.mjml": bare})
    assert [(found.code, found.file) for found in findings] == [
        ("template.no_unsubscribe", "templates/hello/en/body.mjml"),
        ("template.no_imprint", "templates/hello/en/body.mjml"),
    ]


def test_the_word_impressum_will_do_but_not_in_a_link_address_or_comment() -> None:
    written = in_body("Impressum: Kontor, Kiel")
    written["de/body.mjml"] = str(written["de/body.mjml"]).replace("{{ imprint }}", "")
    assert publish(written)[0] is not None
    hidden = {"de/body.mjml": BODY.replace("{{ imprint }}", '<!-- Impressum --><a href="https://x.de/impressum">x</a>')}
    assert only_error(*publish(hidden)).code == "template.no_imprint"


def test_a_transactional_mail_needs_neither_but_may_not_advertise() -> None:
    bare = BODY.replace('<a href="{{ unsubscribe_url }}">Abmelden</a><br>{{ imprint }}', "Tschüss")
    transactional = {"template.json": '{"purpose": "transactional"}', "de/body.mjml": bare}
    assert publish(transactional)[0] is not None
    found = only_error(*publish({**transactional, "de/body.mjml": bare.replace("Tschüss", "{{ coupon.code }}")}))
    assert found.code == "template.advertises"
    assert only_error(*publish({**transactional, "de/subject.txt": "{{ products | length }}"})).code == (
        "template.advertises"
    )
    offered = bare.replace("<mj-text>Hallo", '<mj-include path="_blocks/offer.mjml"/><mj-text>Hallo')
    found = only_error(
        *publish({**transactional, "de/body.mjml": offered}, {"_blocks/offer.mjml": "<mj-text>10 %</mj-text>"})
    )
    assert "_blocks/offer.mjml" in found.message


def test_a_transactional_mail_has_nothing_to_unsubscribe_from() -> None:
    found = only_error(*publish({"template.json": '{"purpose": "transactional"}'}))
    assert found.code == "template.unsubscribe"


def test_hand_written_html_is_taken_as_it_is_but_for_its_comments() -> None:
    page = (
        '<html><body><!-- note --><p>{{ Vorname }}</p><a href="{{ unsubscribe_url }}">x</a>{{ imprint }}</body></html>'
    )
    document, findings = publish({"de/body.mjml": None, "de/body.html": page})
    assert findings == []
    assert document is not None
    assert "note" not in document.locales["de"].html
    assert document.locales["de"].html.startswith("<html><body><div style=")


def test_an_unquoted_attribute_in_html_is_refused_because_a_value_could_add_others() -> None:
    page = "<p><a href={{ unsubscribe_url }}>x</a>{{ imprint }}</p>"
    found = only_error(*publish({"de/body.mjml": None, "de/body.html": page}))
    assert found.code == "template.html"


def test_a_template_that_no_item_could_hold_is_refused() -> None:
    found = [f.code for f in publish(in_body("x" * 195_000))[1]]
    assert found == ["template.too_large", "template.clipped"]


def test_a_mail_that_gmail_would_cut_is_a_warning() -> None:
    document, findings = publish(in_body("x" * 110_000))
    assert document is not None
    assert [found.code for found in findings] == ["template.clipped"]


@pytest.mark.parametrize(
    ("words", "underlined"),
    [
        *(("Hallo *|FNAME|*,", "*|FNAME|*"), ("Hallo {Vorname},", "{Vorname}"), ("Hallo %Vorname%,", "%Vorname%")),
        *(
            ("Hallo [Vorname],", "[Vorname]"),
            ("Hallo {$first_name},", "{$first_name}"),
            ("Hi %%emailaddr%%", "%%emailaddr%%"),
        ),
    ],
)
def test_names_as_other_mail_programs_write_them_are_doubted(words: str, underlined: str) -> None:
    changes = in_body(words)
    document, (finding,) = publish(changes)
    assert document is not None
    assert (finding.code, finding.severity, finding.line) == ("template.foreign", "warning", 5)
    assert finding.column is not None
    line = str(changes["de/body.mjml"]).splitlines()[4]
    assert line[finding.column - 1 : finding.column - 1 + len(underlined)] == underlined


@pytest.mark.parametrize(
    "words",
    ["100 % Baumwolle, 5% mehr", "{{ profile['name'] }}", "<span style='color:red'>{x}</span>", "*wichtig* [1]"],
)
def test_signs_that_only_look_like_other_programs_names_are_left_alone(words: str) -> None:
    assert publish(in_body(words))[1] == []


TRANSACTIONAL = {"template.json": '{"purpose": "transactional"}'}


@pytest.mark.parametrize("words", ["Jetzt 10 % Rabatt sichern!", "Ihr Gutscheincode: X", "Buy now", "Nur noch heute"])
def test_a_transactional_mail_that_reads_like_advertising_is_doubted(words: str) -> None:
    without_link = {"de/body.mjml": BODY.replace('<a href="{{ unsubscribe_url }}">Abmelden</a>', words)}
    document, (finding,) = publish({**without_link, **TRANSACTIONAL})
    assert document is not None
    assert (finding.code, finding.severity, finding.line) == ("template.advertises", "warning", 6)
    assert publish(in_body(words))[1] == []


@pytest.mark.parametrize(("folder", "remedy"), [("de_AT", '"de-AT"'), ("DE", '"de"'), ("deutsch", '"de" or')])
def test_a_language_folder_that_nobody_would_get_is_doubted(folder: str, remedy: str) -> None:
    other = {path.replace("de/", f"{folder}/"): text for path, text in FILES.items() if path.startswith("de/")}
    document, (finding,) = publish(dict(other))
    assert document is not None
    assert (finding.code, finding.file, finding.severity) == (
        "template.locale",
        f"templates/hello/{folder}/",
        "warning",
    )
    assert remedy in finding.remedy
    there = {path.replace("de/", "de-AT/"): text for path, text in FILES.items() if path.startswith("de/")}
    assert publish(dict(there))[1] == []


CONFIRMING = BODY.replace("unsubscribe_url", "confirm_url")
SMS = "{{ shop.name }}: {{ confirm_code }}"


def asking(changes: Mapping[str, str | None] | None = None) -> tuple[TemplateDocument | None, list[Diagnostic]]:
    head = '{"purpose": "confirmation", "channels": ["email", "sms"]}'
    return publish({"template.json": head, "de/body.mjml": CONFIRMING, "de/sms.txt": SMS, **(changes or {})})


def test_a_question_by_mail_and_sms_is_sound() -> None:
    document, findings = asking()
    assert findings == []
    assert document is not None
    assert document.locales["de"].sms == SMS
    assert TemplateDocument.from_dict(json.loads(json.dumps(document.to_dict()))) == document


def test_an_sms_of_other_mails_is_for_later() -> None:
    document, findings = publish({"de/sms.txt": "{{ nobody.reads.this }}"})
    assert findings == []
    assert document is not None
    assert document.locales["de"].sms == ""


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"de/body.mjml": CONFIRMING.replace("{{ confirm_url }}", "https://x.example")}, "template.no_confirmation"),
        ({"de/body.mjml": CONFIRMING.replace("{{ imprint }}", "")}, "template.no_imprint"),
        ({"de/body.mjml": CONFIRMING.replace("Vorname", "coupon.code")}, "template.advertises"),
        ({"de/body.mjml": CONFIRMING.replace("Vorname", "unsubscribe_url")}, "template.unsubscribe"),
        ({"de/body.mjml": CONFIRMING.replace("Vorname", "entry.properties.traits.first_name")}, "template.echo"),
        ({"de/subject.txt": "{{ entry.properties.form_url }}"}, "template.echo"),
        ({"de/sms.txt": "Ihr Code"}, "template.no_confirmation"),
        ({"de/sms.txt": None}, "template.missing_sms"),
    ],
)
def test_a_question_says_what_it_must_and_nothing_beside_it(changes: dict[str, str | None], code: str) -> None:
    assert only_error(*asking(changes)).code == code


def test_a_question_that_reads_like_advertising_is_doubted() -> None:
    _, findings = asking({"de/preheader.txt": "Jetzt sichern: 10 % Rabatt"})
    assert [(each.code, each.severity) for each in findings] == [("template.advertises", "warning")]
    assert "has not agreed" in findings[0].remedy


@pytest.mark.parametrize("name", ["confirm_url", "confirm_code", "data_url", "topics", "kept_days"])
@pytest.mark.parametrize("purpose", ["marketing", "transactional"])
def test_what_only_a_question_has_is_refused_elsewhere(purpose: str, name: str) -> None:
    body = BODY if purpose == "marketing" else BODY.replace("{{ unsubscribe_url }}", "https://x.example")
    changes = {"template.json": json.dumps({"purpose": purpose}), "de/body.mjml": body.replace("Vorname", name)}
    assert only_error(*publish(changes)).code == "template.confirms_nothing"


def test_incomplete_without_its_sms() -> None:
    _, findings = asking({"de/sms.txt": None})
    assert {each.code for each in findings} <= INCOMPLETE
