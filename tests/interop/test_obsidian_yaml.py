"""Values are written as the YAML library that Obsidian uses writes them, wherever YAML 1.1 reads that alike."""

import json
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml12 import parse_yaml

from conftest import tool
from notes.strategies import STEADY
from rounds.notes.document import Document
from rounds.notes.frontmatter import fences_quoting as syntax

pytestmark = pytest.mark.interop
HERE = Path(__file__).parent
VALUES: tuple[object, ...] = (
    "pediatrician", "ob-gyn", "MD, FAAP", "secure email", "she/her", "they/them", "it's", "Zoë O'Neill-Ávila", "Łódź", "李明",
    "שלום", "🎉 party", "3 months", "1 year", "never", "2nd floor", "1200 NE Broadway", "Suite 4", "(Suite 4)", "#4", "Unit #4",
    "97201", "97201-1234", "1,000", "$150", "$150-200", "150-200", "100%", "1.2.3", "2026", "2026-12", "2026-12-01", "12/03/2026",
    "2026-12-01T12:30", "2026-12-01 10:00:00 -5", "12:30", "9:30 am", "1:2:3", "12:30-14:00", "+1 503 555 0142", "+15035550142",
    "503-555-0143", "(503) 555-0143", "503.555.0143 x12", "5035550143", "01234", "012", "0o14", "0x1F", "0b1", "1e3", ".5", "1.",
    "1_000", "+1", "-1", ".inf", "-.INF", ".nan", "yes", "No", "nO", "on", "OFF", "y", "N", "true", "False", "null", "NULL", "~",
    "", "=", "<<", "-", "- x", "-x", "?", "? x", "?x", ":x", "x:", "a: b", "a:b", "a #b", "a#b", " a", "a ", "@kim", "a@b.example",
    "%x", "`x`", "!x", "&x", "Smith & Sons", "*x*", "|", ">", "> 18", "{x}", "{{date}}", "[x]", "[[Rose City Pediatrics]]",
    "[[A|b]]", "[a](b.md)", ", a", "a, b", "'x'", '"x"', 'say "hi"', 'say "hi": now', '"it\'s"', "C:\\Users", "\\x", "---", "...",
    "https://rosecity.example/maya?x=1#top", "mailto:maya@rosecity.example", "a\xa0b", "a\u200bb", "a\x07: b", "“quoted”",
    "role：x", "a\nb", "a\nb\n", "  a\nb", "a\n\nb", True, False, None, 0, 42, -1.5, 12, ["a", "b"], ["12:30", "no", "x"],
)  # fmt: skip


class Answer(NamedTuple):
    written: list[str]
    as12: list[Any]
    as11: list[Any]


def library(write: list[Any], read: list[str]) -> Answer:
    node = tool("node")
    modules = HERE.parents[1] / ".venv" / "interop" / "node_modules"
    if not (modules / "yaml").is_dir():
        tool("yaml")
    run = subprocess.run(
        [node, HERE / "stringify.cjs"],
        input=json.dumps({"write": write, "read": read}),
        env={"NODE_PATH": str(modules)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return Answer(**json.loads(run.stdout))


def ours(value: object) -> str:
    return Document.parse(b"---\nx: 1\n---\n").set("k", value).block.removeprefix("x: 1\n")


def check(values: list[Any]) -> None:
    """Written as theirs, unless another parser reads theirs otherwise; and read back by all as meant."""
    mine = list(map(ours, values))
    answer = library(values, mine)
    theirs = library([], answer.written)
    for at, value in enumerate(values):
        if mine[at] != answer.written[at]:
            readings = [theirs.as12[at], theirs.as11[at], *(_read(read, answer.written[at]) for read in _READERS)]
            same_for_all = all(_alike(reading, value) for reading in readings)
            assert not same_for_all or _stays_quoted(value), (mine[at], answer.written[at])
        assert _alike(answer.as12[at], value), mine[at]
        assert _alike(answer.as11[at], value), mine[at]


_READERS = (parse_yaml, yaml.safe_load)
_PHONE = re.compile(r"[+(\d][\d ().+-]{6,}( *x *\d+)?")


def _read(read: Any, text: str) -> Any:
    try:
        return read(text)["k"]
    except (ValueError, TypeError, yaml.YAMLError) as error:
        return error


def _stays_quoted(value: object) -> bool:
    """Phones; and what is invisible or breaks a line somewhere, which we write with escapes."""
    return isinstance(value, str) and bool(
        _PHONE.fullmatch(value) or re.search("[\t\x7f-\x9f\u2028\u2029\ufeff\uffff\ufffe]", value)
    )


def _alike(read: Any, meant: Any) -> bool:
    if isinstance(meant, float):
        return isinstance(read, int | float) and read == meant
    return type(read) is type(meant) and bool(read == meant)


def test_a_table_of_values_is_written_as_obsidian_writes_it() -> None:
    """So Obsidian's rewrite of a block drops no quotes of ours but those of phones, and of what YAML 1.1 misreads."""
    assert len(VALUES) > 90
    check(list(VALUES))


def test_the_quotes_that_obsidian_drops() -> None:
    """Named in the vault format: phones, and words, times and dates that YAML 1.1 takes for something else."""
    texts = [value for value in VALUES if isinstance(value, str) and "\n" not in value]
    written = library(texts, []).written
    dropped = [
        text for text, theirs in zip(texts, written, strict=True) if ours(text)[3] in "\"'" and theirs[3] not in "\"'"
    ]
    assert dropped == [
        "97201-1234", "2026-12-01", "2026-12-01 10:00:00 -5", "12:30", "1:2:3", "+1 503 555 0142", "503-555-0143",
        "(503) 555-0143", "503.555.0143 x12", "0b1", "1_000", "yes", "No", "on", "OFF", "y", "N", "=", "<<",
    ]  # fmt: skip


@settings(STEADY, max_examples=15)
@given(
    st.lists(
        st.text(st.sampled_from("abnyYNoOefEx0123456789+-_.:#,[]{}&*!|>'\"%@`?=~<\\/() TZé\xa0"), max_size=8),
        min_size=200,
        max_size=300,
    )
)
def test_generated_texts_are_written_as_obsidian_writes_them(texts: list[str]) -> None:
    """Signs, digits and words in any order."""
    check(list(texts))


def test_a_date_is_bare_in_both() -> None:
    """A day is written as Obsidian writes the value of a date property."""
    assert syntax.scalar(date(2026, 12, 1)) == library(["2026-12-01"], []).written[0].split()[1]
