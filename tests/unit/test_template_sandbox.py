"""Templates by somebody who means harm, or who slipped: nothing leaks, nothing grows, nothing hangs."""

import time

import pytest
from anlass.language.sandbox import Budget, compiled
from anlass.language.template_filters import TooMuch
from anlass.language.template_rules import NotAllowed
from jinja2.exceptions import TemplateError


def render(source: str, **names: object) -> str:
    variables = {"_budget": Budget(), "locale": "de", "shop": {"currency": "EUR"}, **names}
    return compiled(source, html=True).render(variables)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ '{0.__class__}'.format(profile) }}",
        "{{ profile.get('x') }}",
        "{{ cycler.__init__.__globals__ }}{{ cycler() }}",
        "{{ lipsum() }}",
        "{{ profile | attr('__class__') }}",
        "{{ 'x' | center(1000000000) }}",
        "{{ 'x' | indent(1000000000) }}",
        "{{ profile | pprint }}",
        "{{ profile | safe }}",
        "{{ 10 ** 9 }}",
        "{{ 'a' * 10 ** 9 }}",
        "{% for i in range(10 ** 9) %}x{% endfor %}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% macro x() %}{{ x() }}{% endmacro %}{{ x() }}",
        "{% call x() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape false %}x{% endautoescape %}",
        "{% set x %}{{ x }}{% endset %}",
        "{% set a = [profile, profile] %}",
        "{% set a, b = 1, 2 %}",
        "{{ {'a': 1} }}",
        "{{ profile.name[:5] }}",
        "{% for x in profile.tree recursive %}{{ loop(x) }}{% endfor %}",
        "{{ range(*profile.x) }}",
        "{{ range(**profile) }}",
        "{{ _budget }}",
    ],
)
def test_what_is_not_on_the_list_is_refused_before_anything_runs(source: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        compiled(source, html=True)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "source",
    [
        "{{ ().__class__ }}",
        "{{ profile.__class__.__mro__ }}",
        "{{ profile['__class__'] }}",
        "{{ profile.items }}",
        "{{ profile.name.upper }}",
        "{% for x in [1] %}{{ loop.__class__ }}{{ loop._iterator }}{% endfor %}",
    ],
)
def test_python_attributes_are_not_there(source: str) -> None:
    assert render(source, profile={"name": "Anna"}) == ""


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'a' * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 999999999 * 999999999 * 999999999 }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{% for i in range(999) %}" * 3 + "{% endfor %}" * 3,
        "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
        "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
        "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a | replace('a', a) %}" * 60 + "{{ a }}",
        "{{ many | join(long) }}",
        "{% for a in many %}{% for b in many %}{% endfor %}{% endfor %}",
        "{{ 1 / 0 }}",
        "{{ profile }}",
        "{{ self }}",
    ],
)
def test_what_would_grow_or_cannot_be_printed_stops_early(source: str) -> None:
    began = time.perf_counter()
    with pytest.raises(TemplateError):
        render(source, profile={}, many=["x"] * 1_000, long="y" * 1_000)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
        "{{ " + "not " * 5_000 + "1 }}",
        "{{ " + "1 + " * 20_000 + "1 }}",
        "{% if 1 %}" * 2_000 + "{% endif %}" * 2_000,
        "{% for x in [1] %}" * 40 + "{% endfor %}" * 40,
        "{{ " + "9" * 6_000 + " }}",
        "x" * 300_000,
    ],
)
def test_sources_that_break_parsers_are_refused_like_any_mistake(source: str) -> None:
    with pytest.raises(NotAllowed):
        compiled(source, html=True)


def test_loop_rounds_are_counted_over_the_whole_rendering() -> None:
    one = "{% for i in range(1000) %}{% endfor %}"
    assert render(one * 5) == ""
    with pytest.raises(TooMuch, match="5000 loop rounds"):
        render(one * 6)


def test_a_value_is_never_read_as_a_template() -> None:
    assert render("{{ profile.first_name }}", profile={"first_name": "{{ 7 * 7 }}{% for"}) == "{{ 7 * 7 }}{% for"


def test_values_are_escaped_in_html_whatever_way_they_take() -> None:
    names = {"profile": {"first_name": "<b>&\"'"}, "many": [{"n": "<i>"}, {"n": "<u>"}]}
    escaped = "&lt;b&gt;&amp;&#34;&#39;"
    for source in (
        "{{ profile.first_name }}",
        "{{ '' ~ profile.first_name }}",
        "{{ profile.first_name | default('x') }}",
        "{{ profile.first_name | trim }}",
        "{{ profile.nothing or profile.first_name }}",
    ):
        assert render(source, **names) == escaped
    assert render("{{ many | join('<', attribute='n') }}", **names) == "&lt;i&gt;&lt;&lt;u&gt;"


def test_a_field_that_somebody_does_not_have_prints_nothing_and_is_false() -> None:
    source = "{{ profile.first_name }}{{ profile.a.b.c }}{{ profile.x + 1 }}{% for i in profile.tags %}x{% endfor %}"
    assert render(source, profile={}) == ""
    assert render("{{ profile.x or 'du' }} {{ profile.x | default('Sie') }}", profile={"x": None}) == "du Sie"


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">=", "in"])
def test_a_missing_field_makes_every_comparison_false(operator: str) -> None:
    other = "[3]" if operator == "in" else "3"
    assert render(f"{{% if profile.x {operator} {other} %}}ja{{% else %}}nein{{% endif %}}", profile={}) == "nein"


@pytest.mark.parametrize(
    "source", ["{{ coupon }}", "{{ coupon.code }}", "{% if coupon %}{% endif %}", "{{ coupon | money }}"]
)
def test_a_name_that_is_not_there_at_all_is_an_error(source: str) -> None:
    with pytest.raises(TemplateError, match="'coupon' is undefined"):
        render(source)


def test_camel_case_and_snake_case_are_the_same_field() -> None:
    assert (
        render("{{ profile.first_name }}{{ profile.lastName }}", profile={"firstName": "A", "last_name": "B"}) == "AB"
    )


def test_a_field_called_items_is_the_field_and_not_a_method() -> None:
    assert render(
        "{% for i in cart.items %}{{ loop.index }}{{ i.name }}{% endfor %}", cart={"items": [{"name": "a"}]}
    ) == ("1a")
