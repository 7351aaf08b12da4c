"""Nothing of ours is ever written into a comment or into code (vault format, Writing)."""

from datetime import date

import pytest

from rounds.domain.log_followups import LogEntry
from rounds.notes.document import Document
from rounds.notes.log import entry_of, write_entry
from rounds.notes.merge.merge_note import merge
from rounds.notes.read_note import note_of
from rounds.notes.task_edits import cancel, move, reopen, tick

DAY = date(2026, 3, 10)


def added(text: str, heading: str = "Log") -> str:
    return Document.parse(text.encode()).append_to_section(heading, ["- new"]).text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("%%\n## Log\n- a\n%%\n", "%%\n## Log\n- a\n%%\n\n## Log\n\n- new\n"),
        ("<!-- ## Log\n## Log -->\n## Log\n- a\n", "<!-- ## Log\n## Log -->\n## Log\n- a\n- new\n"),
        ("## Log\n- a\n%%\n# b\n", "## Log\n- a\n- new\n%%\n# b\n"),
        ("## Log\n\n%%\n## Log\n", "## Log\n\n- new\n\n%%\n## Log\n"),
        ("a\n\n%% b\n## Log\n", "a\n\n## Log\n\n- new\n\n%% b\n## Log\n"),
        ("---\nx: 1\n---\n<!-- b\n", "---\nx: 1\n---\n\n## Log\n\n- new\n\n<!-- b\n"),
        ("a\n```\n## Log\n", "a\n\n## Log\n\n- new\n\n```\n## Log\n"),
        ("## Log %% all of it %%\n- a\n", "## Log %% all of it %%\n- a\n- new\n"),
        ("## Log\n- a\n%% kept\nlast %%\n## B\n", "## Log\n- a\n%% kept\nlast %%\n- new\n## B\n"),
    ],
)
def test_a_section_gets_its_lines_where_they_are_seen(text: str, wanted: str) -> None:
    """A heading in a comment is none; above a comment or code that is never closed."""
    assert added(text) == wanted
    assert added(text.replace("\n", "\r\n")) == wanted.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "- 2026-03-01 call: a %% private\n- 2026-03-05 call: no\n%%\n- 2026-03-12 call: c\n",
            "- 2026-03-01 call: a %% private\n- 2026-03-05 call: no\n%%\n- 2026-03-10 call: new\n- 2026-03-12 call: c\n",
        ),
        (
            "- 2026-03-01 call: a\n  ```\ncode\n  ```\nb\n",
            "- 2026-03-01 call: a\n  ```\ncode\n  ```\n- 2026-03-10 call: new\nb\n",
        ),
        (
            "- 2026-03-01 call: a\n  %% open\n  b\n",
            "- 2026-03-01 call: a\n- 2026-03-10 call: new\n  %% open\n  b\n",
        ),
        (
            "%%\n- 2026-03-01 call: no\n%%\n- 2026-03-12 call: c\n",
            "%%\n- 2026-03-01 call: no\n%%\n- 2026-03-10 call: new\n- 2026-03-12 call: c\n",
        ),
    ],
)
def test_a_log_entry_goes_where_it_is_seen(text: str, wanted: str) -> None:
    document = Document.parse(text.encode())
    log = [*map(entry_of, note_of("a.md", document, ()).entries)]
    written = write_entry(document, log, LogEntry(DAY, "call", "new"))
    assert written.text == wanted
    assert LogEntry(DAY, "call", "new") in [each._replace(line=0) for each in note_of("a.md", written, ()).log]


@pytest.mark.parametrize(
    ("line", "ticked"),
    [
        ("- [ ] a 📅 2026-03-20 %% b %%", "- [x] a 📅 2026-03-20 ✅ 2026-03-10 %% b %%"),
        (
            "- [ ] a %% 📅 2026-01-01 %% 📅 2026-03-20 ^f-1",
            "- [x] a %% 📅 2026-01-01 %% 📅 2026-03-20 ✅ 2026-03-10 ^f-1",
        ),
        ("- [ ] a ^f-1 <!-- b -->", "- [x] a ✅ 2026-03-10 ^f-1 <!-- b -->"),
        ("- [ ] a `%%` b", "- [x] a `%%` b ✅ 2026-03-10"),
        ("- [ ] a 50%% b", "- [x] a 50%% b ✅ 2026-03-10"),
    ],
)
def test_a_tick_is_seen_and_a_comment_keeps_its_bytes(line: str, ticked: str) -> None:
    assert tick(line, DAY) == [ticked]
    assert reopen(ticked) == line
    assert cancel(line, DAY) == ticked.replace("[x]", "[-]").replace("✅", "❌")


def test_a_comment_that_ends_in_a_later_line_stays_with_the_line_that_is_ticked() -> None:
    line, seen = "- [ ] a 🔁 every week 📅 2026-03-09 %% b", "- [ ] a 🔁 every week 📅 2026-03-09 \0\0\0\0"
    assert tick(line, DAY, seen=seen) == [
        "- [ ] a 🔁 every week 📅 2026-03-16",
        "- [x] a 🔁 every week 📅 2026-03-09 ✅ 2026-03-10 %% b",
    ]
    assert move(line, DAY, seen=seen) == "- [ ] a 🔁 every week 📅 2026-03-10 %% b"


def test_a_date_in_a_comment_is_never_moved() -> None:
    assert move("- [ ] a %% 📅 2026-01-01 %%", DAY) == "- [ ] a 📅 2026-03-10 %% 📅 2026-01-01 %%"
    assert tick("- [ ] a 🔁 every week %% 📅 2026-01-01 %% 📅 2026-03-09", DAY)[0] == (
        "- [ ] a 🔁 every week %% 📅 2026-01-01 %% 📅 2026-03-16"
    )


def test_a_merge_puts_nothing_between_the_lines_of_a_comment() -> None:
    base = b"## Log\n\n- 2026-03-01 call: a %% kept\nlast %%\n"
    theirs = base + b"- 2026-03-04 call: theirs\n"
    ours = base + b"- 2026-03-03 call: ours\n"
    merged = merge(base, theirs, ours)
    assert merged.conflicts == ()
    assert merged.data.startswith(base)
    text = note_of("a.md", Document.parse(merged.data), ()).log
    assert {entry.text for entry in text} == {"a", "ours", "theirs"}


def test_lines_of_a_comment_merge_as_text() -> None:
    base = b"%%\n- [ ] a\n%%\n"
    assert merge(base, b"%%\n- [x] a\n%%\n", base + b"- [ ] b\n").data == b"%%\n- [x] a\n%%\n- [ ] b\n"
