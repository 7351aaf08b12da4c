"""Message templates: filled in, and nothing else."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.errors import RoundsError
from rounds.notes.templates import LONGEST, Filled, Values, fill

VALUES: Values = {
    "partner": {"name": "Maria", "connection": "", "city": ""}, "practice": {"phone": "503"}, "article": "Sleep",
}  # fmt: skip


def filled(source: str) -> Filled:
    return fill(source, VALUES, where="m.md")


def test_names_are_filled_in() -> None:
    """Properties of notes, the article, filters that change no length, comments left out."""
    assert filled("{# why #}Dear {{ partner.name }}, {{ article | upper }}").text == "Dear Maria, SLEEP"
    assert filled("{{ partner.city | default('town') }}").text == "town"


def test_an_if_takes_what_nobody_wrote_for_no() -> None:
    """And leaves no gap of blank lines behind."""
    source = "a\n\n{% if partner.city %}in {{ partner.city }}{% endif %}\n\n{% if not partner.city %}b{% endif %}"
    assert filled(source) == Filled("a\n\nb", ())
    assert filled("{% if partner.city == 'x' or partner.name == 'Maria' %}y{% endif %}").text == "y"
    assert filled("{{ 'a' if partner.name else 'b' }}").text == "a"


def test_all_that_is_missing_is_named_at_once() -> None:
    """In the order of its use, each once, also behind a filter."""
    source = "{{ partner.city }} {{ partner.connection | trim }} {{ partner.city }} {{ practice.phone }}"
    assert filled(source).missing == ("partner.city", "partner.connection")


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("a\n{{ partner.name < 5 }}", 2, "don't fit together"),
        ("a\n\n{% if partner.city < 5 %}x{% endif %}", 3, "don't fit together"),
        ("\n{{ none < 5 }}", 2, "don't fit together"),
        ("{{ 'x' in 5 }}", 1, "don't fit together"),
        ("\n{{ 'a' | title(1) }}", 2, "don't fit together"),
        ("\n{{ 1/0 }}", 2, "div can't be used"),
        ("{{ 'a' * 10**9 }}", 1, "mul can't be used"),
        ("\n{{ range(10**9) }}", 2, "call can't be used"),
        ("\n{{ partner.name | nofilter }}", 2, "|nofilter can't be used"),
        (f"a\n{{{{ {'9' * 5000} }}}}", 2, "too large"),
        (f"a\n{{{{ 0x{'f' * 9000} }}}}", 2, "too large"),
        ("a\n{{ 1e999 < 'a' }}", 2, "too large"),
        (f"a\n{{{{ {'(' * 5000}1{')' * 5000} }}}}", 2, "nested too deep"),
        (f"a\n{{{{ {'not ' * 20000}1 }}}}", 2, "nested too deep"),
        ("a\n" + "{% if 1 %}" * 3000 + "{% endif %}" * 3000, 2, "nested too deep"),
    ],
    ids=range(15),
)
def test_what_can_t_be_worked_out_is_said_with_its_line(source: str, line: int, words: str) -> None:
    """Sums, comparisons of texts with numbers, numbers of any length, nesting of any depth: at once, and no traceback."""
    began = time.monotonic()
    with pytest.raises(RoundsError) as error:
        filled(source)
    assert error.value.message.startswith(f"m.md:{line} of the text: ")
    assert words in error.value.message
    assert time.monotonic() - began < 5


def test_a_long_number_or_rule_in_the_text_is_text() -> None:
    assert filled(f"{'9' * 5000}\n{'_' * 5000}").text == f"{'9' * 5000}\n{'_' * 5000}"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ partner.conection }}", "did you mean partner.connection?"),
        ("{{ partners.name }}", "no name here"),
        ("{{ partner }}", "partner is not known"),
        ("a\n{{ person }}", "m.md:2 of the text: person is not known"),
        ("{{ article.length }}", "no length here"),
        ("{{ partner.__class__ }}", "not known"),
        ("{{ partner.name.__class__.__mro__ }}", "here"),
        ("{{ partner['name'] }}", "can't be used"),
        ("{{ partner.name.upper() }}", "can't be used"),
        ("{{ ''.join(partner) }}", "can't be used"),
        ("{{ 'a' * 10**10 }}", "can't be used"),
        ("{{ 'a' | center(10000000000) }}", "can't be used"),
        ("{% for a in partner.name %}{% endfor %}", "can't be used"),
        ("{% set a = 1 %}", "can't be used"),
        ("{% macro a() %}{% endmacro %}", "can't be used"),
        ("{% include 'x' %}", "can't be used"),
        ("{% import 'os' as os %}", "can't be used"),
        ("{{ range(3) }}", "can't be used"),
        ("{{ 1 / 0 }}", "can't be used"),
        ("{{ 'a' if partner.city }}", "needs an else"),
        ("{{ partner.name is callable }}", "can't be used"),
        ("{{ partner.name", "m.md:1"),
        ("{% if partner.city %}", "m.md:1"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "nested too deep"),
        ("{% if article %}" * 200 + "{% endif %}" * 200, "nested too deep"),
        ("x" * (LONGEST + 1), "at most"),
    ],
)
def test_what_a_message_may_not_do(source: str, words: str) -> None:
    """No loops, calls, arithmetic or other notes: an error with the place."""
    with pytest.raises(RoundsError) as caught:
        filled(source)
    assert words in caught.value.message


def test_the_result_is_bounded() -> None:
    """A template of many names and long properties stops."""
    with pytest.raises(RoundsError, match="becomes too long"):
        fill("{{ article }}" * 1000, {"article": "x" * 10_000}, where="m.md")


@given(st.text(alphabet="{}%# \n'\"()[]|.+*~ifendforpatnr", max_size=60))
def test_no_text_breaks_it(source: str) -> None:
    """Whatever a note holds, it is filled in or a RoundsError, at once."""
    start = time.monotonic()
    with suppress(RoundsError):
        filled(source)
    assert time.monotonic() - start < 5


@given(st.text(max_size=200))
def test_values_are_texts_alone(value: str) -> None:
    """What stands in a property is never run: it comes out as it went in."""
    assert fill("<{{ a.b }}>", {"a": {"b": value or "x"}}, where="m").text == re_gap(f"<{value or 'x'}>")


def re_gap(text: str) -> str:
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("a\n{% if a.b < 5 %}x{% endif %}", "m:2 of the text: the values here don't fit together"),
        ("{% if 5 > a.b %}x{% endif %}", "m:1 of the text: the values here don't fit together"),
        ("{{ " + "1" * 5000 + " }}", "m:1 of the text: a number here is too large"),
    ],
    ids=["less", "more", "digits"],
)
def test_what_can_not_be_compared_or_counted_is_an_error(source: str, where: str) -> None:
    """Texts have no order with numbers, and a number may have too many digits."""
    with pytest.raises(RoundsError, match=f"^{where}"):
        fill(source, {"a": {"b": "x"}}, where="m")
