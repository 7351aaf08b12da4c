"""A text is found in any spelling, and taken out without a trace."""

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.domain.forget import Place, replaced, sought_text


@pytest.mark.parametrize(
    ("text", "there", "left"),
    [
        ("Dana M.", "client Dana M., sleep trouble", "client [client], sleep trouble"),
        ("dana m", "DANA M and Dana\u00a0M.", "[client] and [client]"),
        ("Dana M", "saw Dana\n  M again", "saw [client] again"),
        ("Dana M", "about [[Dana M|her]] now", "about [client] now"),
        ("Dana M", "- [x](Dana%20M.md)", "- [client]"),
        ("Dana Miller", "dana-miller, Dana_Miller, **Dana** Miller", "[client], [client], **[client]"),
        ("Dana Miller", "Dana Miller\u2019s mother", "[client]\u2019s mother"),
        ("Dana Miller", "Dana\u200b Mil\u00adler", "[client]"),
        ("Ren\u00e9e O'Brien", unicodedata.normalize("NFD", "RENE\u0301E O\u2019Brien's"), "[client]'s"),
        ("Ren\u00e9e O'Brien", "rene\u0301e o''brien", "[client]"),
        ("Renee Obrien", "Ren\u00e9e O'Brien", "[client]"),
        ("Ren\u00e9e", '"Ren\\u00e9e" and "Ren\\xe9e"', '"[client]" and "[client]"'),
        ("\u96fb\u8a71", "\u79c1\u306e\u96fb\u8a71\u756a\u53f7", "\u79c1\u306e[client]\u756a\u53f7"),
        ("(503) 555-0144", "+1 503.555.0144, 5035550144", "[client], [client]"),
        ("503 555 0144", "cell (503) 555-0144!", "cell [client]!"),
        ("+1 503 555 0144", "001 503\u2013555\u20130144", "[client]"),
        ("5035550144", "5035550199 5035550144 5035550100", "5035550199 [client] 5035550100"),
        ("3/4/2011", "2011-03-04, March 4th, 2011 and 4 Mar 2011", "[client], [client] and [client]"),
        ("March 4, 2011", "3/4/11 or 03.04.2011", "[client] or [client]"),
        ("25.12.2011", "born 12/25/2011", "born [client]"),
        ("dana@example.org", "Mail DANA@Example.org.", "Mail [client]."),
        ("MRN 48-213", "mrn 48 213", "[client]"),
    ],
)
def test_a_text_is_found_in_every_spelling(text: str, there: str, left: str) -> None:
    """Case, accents, Unicode forms, apostrophes, blanks, hyphens, links, escapes, line breaks; phones and dates too."""
    sought = sought_text(text)
    assert sought is not None
    assert sought.is_in(there)
    assert sought.without(there, "[client]") == left
    assert not sought.is_in(left)
    assert sought.without(left, "[client]") == left


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Dan", "Dana and dandelions"),
        ("Dana M", "Dana Miller, Dana: Mum"),
        ("503 555 0144", "503 555 01445, 9995035550144"),
        ("3/4/2011", "2011-04-03, 13/4/2011"),
        ("Ann", "annual"),
    ],
)
def test_a_part_of_a_word_is_not_found(text: str, there: str) -> None:
    """Nor another number that has its digits in it, or another day."""
    sought = sought_text(text)
    assert sought is not None
    assert not sought.is_in(there)
    assert sought.spans(there) == []


@pytest.mark.parametrize("text", ["", "D.M.", "ab", "--- !", "\u96fb"])
def test_a_short_text_is_refused(text: str) -> None:
    """Under three letters or digits; under two in scripts without blanks."""
    assert sought_text(text) is None


_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(_ANY, st.text(st.characters(exclude_categories=["Cs"]), min_size=3, max_size=20), _ANY)
@settings(max_examples=300)
def test_what_is_found_can_be_taken_out(before: str, text: str, after: str) -> None:
    """Any text of any signs between any others; each place in order, and the rest as it was."""
    sought = sought_text(text)
    if sought is None or sought.is_in("x"):
        return
    there = f"{before} {text} {after}"
    assert sought.is_in(there)
    spans = sought.spans(there)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    rest = sought.without(there, " x ")
    assert not sought.is_in(rest)
    assert spans


def test_lines_and_their_proposals() -> None:
    """Words are replaced; in properties in parentheses. A line with nothing else is removed."""
    sought = sought_text("Dana M.")
    assert sought is not None
    text = "---\nconnection: Dana M. said\r\n---\n- 2026-11-20 call: Dana\n  M. and I\n- Dana M.\nend\n"
    places = sought.places(text, 4)
    assert places == [
        Place(2, 2, "connection: Dana M. said\r", "connection: (client) said\r"),
        Place(4, 5, "- 2026-11-20 call: Dana\n  M. and I", "- 2026-11-20 call: [client] and I"),
        Place(6, 6, "- Dana M.", None),
    ]
    new = replaced(text, {each: each.after for each in places})
    assert new == "---\nconnection: (client) said\r\n---\n- 2026-11-20 call: [client] and I\nend\n"
    assert replaced(text, {places[1]: None}) == text.replace("- 2026-11-20 call: Dana\n  M. and I\n", "")


def test_bytes_that_are_no_utf8_stay() -> None:
    """The rest of a file in another encoding is kept, byte for byte."""
    sought = sought_text("Dana Miller")
    assert sought is not None
    text = b"caf\xe9 Dana Miller \xff\n".decode(errors="surrogateescape")
    assert sought.without(text, "[client]").encode(errors="surrogateescape") == b"caf\xe9 [client] \xff\n"


@pytest.mark.parametrize(
    "sign", ["a", "1", " ", "(", "'", "\\", "[", "\n", "\u0301", "\u00e9", "1 ", "dana ", "[[", "\\u00"]
)
def test_time_is_linear(sign: str) -> None:
    """10^5 characters of one kind take no time to look at, and twice as many about twice as long."""
    for text in ("Dana Miller", "503 555 0144", "3/4/2011"):
        sought = sought_text(text)
        assert sought is not None
        started = time.process_time()
        sought.spans(sign * (100_000 // len(sign)) + f" {text}")
        assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("line", "left"), [("  - client-dana-miller", "  - client"), ("saw her #client/dana-miller", "saw her #client")]
)
def test_a_tag_stays_a_tag(line: str, left: str) -> None:
    sought = sought_text("Dana Miller")
    assert sought is not None
    assert [each.after for each in sought.places(line, 9)] == [left]
