"""Values as we write them: safe under YAML 1.1 and YAML 1.2."""

import math
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pytest
import yaml
from hypothesis import given
from ruamel.yaml import YAML
from yaml12 import parse_yaml

from notes.strategies import STEADY, scalars
from rounds.errors import EditRefusedError
from rounds.notes.frontmatter import fences_quoting as syntax


class Stage(StrEnum):
    MET = "met"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("pediatrician", "pediatrician"),
        ("MD, FAAP", "MD, FAAP"),
        ("secure email", "secure email"),
        ("https://rosecity.example/maya#top", "https://rosecity.example/maya#top"),
        ("she/her", "she/her"),
        ("it's", "it's"),
        ("3 months", "3 months"),
        ("1200 NE Broadway", "1200 NE Broadway"),
        ("Łódź", "Łódź"),
        ("Привет", "Привет"),
        ("🎉 party", "🎉 party"),
        ("2nd floor", "2nd floor"),
        ("1 1", "1 1"),
        ("150-200", "150-200"),
        ("$150", "$150"),
        ("1,000", "1,000"),
        ("1.2.3", "1.2.3"),
        ("100%", "100%"),
        ("2026-12", "2026-12"),
        ("12/03/2026", "12/03/2026"),
        ("2026-12-01T12:30", "2026-12-01T12:30"),
        ("9:30 am", "9:30 am"),
        ("12:30-14:00", "12:30-14:00"),
        ("-x", "-x"),
        ("?x", "?x"),
        (":x", ":x"),
        ("~x", "~x"),
        ("=x", "=x"),
        ("nO", "nO"),
        ("---", "---"),
        ("...", "..."),
        ("(Suite 4)", "(Suite 4)"),
        ("\\x", "\\x"),
        ('say "hi"', 'say "hi"'),
        ("a\xa0b", "a\xa0b"),
        ("a\u200bb", "a\u200bb"),
        (Stage.MET, "met"),
        (date(2026, 3, 4), "2026-03-04"),
        (datetime(2026, 3, 4, 12, 30), "2026-03-04T12:30:00"),  # noqa: DTZ001 - notes hold local times
        (True, "true"),
        (False, "false"),
        (None, ""),
        (42, "42"),
        (-1.5, "-1.5"),
        (1e20, "1.0e+20"),
        (float("inf"), ".inf"),
        (float("-inf"), "-.inf"),
        (float("nan"), ".nan"),
    ],
)
def test_plain_where_every_parser_reads_the_same(value: object, written: str) -> None:
    """A value that no parser can mistake is written as a person would write it (vault format, Writing)."""
    assert syntax.scalar(value) == written


@pytest.mark.parametrize(
    "text",
    [
        "no", "No", "NO", "yes", "on", "OFF", "y", "N", "true", "False", "null", "NULL", "~", "=", "<<", "",
        "12:30", "2026-03-04", "+1 503 555 0142", "503-555-0143", "01234", "1e3", "0x1F", ".5", ".inf", ".nan", "1_000",
        "2015-12-08 10:00:00 -5", "[[Rose City Pediatrics]]", "- x", "? x", ": x", "#x", "@x", "%x", "`x", "!x", "&x", "*x",
        "|", ">", "{x}", "'x'", "a: b", "a #b", "a:", " a", "a ", "5e3", "-", "?", ", a", "]", ".", "0b1", "1:30:00", "2026-1-1",
        "(503) 555-0143", "503.555.0143 x12", "+44 20 7946 0000", "\xa0",
    ],
)  # fmt: skip
def test_quoted_where_a_parser_could_mistake_it(text: str) -> None:
    """Words, numbers, times, dates, phones, links and signs of YAML are quoted (vault format, Writing)."""
    assert syntax.scalar(text) == f'"{text}"'


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("C:\\ #1", '"C:\\\\ #1"'),
        ("a\tb", '"a\\tb"'),
        ("a\nb", '"a\\nb"'),
        ("a\u0085b", '"a\\x85b"'),
        ("a\u2028b", '"a\\u2028b"'),
        ("\ufeffa", '"\\ufeffa"'),
        ("a\x07b", '"a\\ab"'),
        ("a\x1bb", '"a\\eb"'),
        ("a\x7fb", '"a\\x7fb"'),
    ],
)
def test_escapes_what_a_parser_refuses(text: str, written: str) -> None:
    """Controls and line separators are escaped; other invisible characters stay."""
    assert syntax.scalar(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('say "hi": now', "'say \"hi\": now'"),
        ('"a"', "'\"a\"'"),
        ('"it\'s": x', '"\\"it\'s\\": x"'),
        ("it's: x", '"it\'s: x"'),
        ('"a"\t', '"\\"a\\"\\t"'),
    ],
)
def test_single_quotes_around_double_ones(text: str, written: str) -> None:
    """As Obsidian's library writes them; never around what needs an escape."""
    assert syntax.scalar(text) == written


@pytest.mark.parametrize("text", ["a, b", "a]", "{a", "a: b", "a:b", "a?b"])
def test_quotes_more_inside_of_brackets(text: str) -> None:
    """Commas and brackets end a value inside of a flow list."""
    assert syntax.scalar(text, flow=True) == f'"{text}"'


def test_null_inside_of_brackets_has_a_name() -> None:
    """`[a, ]` would lose it."""
    assert syntax.scalar(None, flow=True) == "null"


@pytest.mark.parametrize("value", [{"a": 1}, ["a"], object(), "half \ud800"])
def test_refuses_what_a_property_cannot_hold(value: object) -> None:
    """Properties are flat; maps are never written (vault format, Partner)."""
    with pytest.raises(EditRefusedError):
        syntax.scalar(value)


@STEADY
@given(scalars())
def test_three_parsers_read_back_the_same(value: object) -> None:
    """What we write means the same to YAML 1.2 (Obsidian) and to YAML 1.1 (other tools), in a value and in a list."""
    for text in (f"k: {syntax.scalar(value)}\n", f"k: [{syntax.scalar(value, flow=True)}]\n"):
        read: Any = parse_yaml(text)
        assert alike(first(read["k"]), value)
        assert alike(first(yaml.safe_load(text)["k"]), value)
        assert alike(first(YAML(typ="safe", pure=True).load(text)["k"]), value)


def first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def alike(read: Any, meant: Any) -> bool:
    if isinstance(read, date) or isinstance(meant, date):
        return str(read) == str(meant)
    if isinstance(meant, float) and math.isnan(meant):
        return isinstance(read, float) and math.isnan(read)
    return type(read) is type(meant) and bool(read == meant)


@pytest.mark.parametrize(
    ("text", "block"),
    [("a\nb", "|-\n  a\n  b"), ("a\n\nb\n", "|\n  a\n\n  b"), ("  a\nb", "|2-\n    a\n  b")],
)
def test_several_lines_are_a_block_scalar(text: str, block: str) -> None:
    """Several lines stay legible: a block scalar with 2-space indent."""
    assert syntax.literal(text) == block


@pytest.mark.parametrize("text", ["one line", "a\n\n\n", "a\r\nb", "a\n\u2028b"])
def test_no_block_scalar_where_it_would_not_read_back(text: str) -> None:
    """Blank lines at the end, CR and odd separators get lost in a block scalar; quotes keep them."""
    assert syntax.literal(text) is None
