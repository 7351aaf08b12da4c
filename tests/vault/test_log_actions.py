import os
from datetime import date, time
from errno import EIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.domain.log_followups import LogEntry, Status
from rounds.domain.reminders.reminder import FOLLOW_UP, Reminder
from rounds.errors import ChangedMeanwhileError, EditRefusedError, NotFoundError, RoundsError, UsageError
from rounds.index import parallel_parse
from rounds.index.ids_last_contact import derived_id
from rounds.storage import files
from rounds.vault import log_actions, task_app
from rounds.vault.history_undo import undo
from rounds.vault.reminders import reminders, timeline
from rounds.vault.vault import Vault

PATH = "Partners/Sam Lee.md"
TODAY = date(2026, 11, 23)
HEAD = "---\ntype: partner\nstage: met\nlast_contact: 2026-11-23\nid: abc\n---\n"
EARLIER = HEAD.replace("11-23", "11-02")


def put(vault: Vault, body: str, head: str = HEAD) -> Path:
    """Write Sam's note, exactly so, and sync."""
    path = Path(vault.root, PATH)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((head + body).encode())
    vault.sync()
    return path


def text(vault: Vault) -> str:
    return Path(vault.root, PATH).read_bytes().decode()


def log_of(vault: Vault) -> tuple[LogEntry, ...]:
    return tuple(vault.read(PATH).note.log)


def only(vault: Vault, rule: str = FOLLOW_UP) -> Reminder:
    vault.sync()
    (found,) = [reminder for reminder in reminders(vault) if reminder.rule == rule]
    return found


# Log ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "## Log\n\n- 2026-11-12 email: hello\n- 2026-11-22 call: x\n",
            "## Log\n\n- 2026-11-12 email: hello\n- 2026-11-20 coffee: fax\n- 2026-11-22 call: x\n",
        ),
        (
            "## Log\n\n- 2026-11-12 email: hello\n  more of it\n\nfree text\n",
            "## Log\n\n- 2026-11-12 email: hello\n  more of it\n- 2026-11-20 coffee: fax\n\nfree text\n",
        ),
        (
            "## Log\n\n- 2026-11-12 email: new\n- 2026-11-01 call: old\n",
            "## Log\n\n- 2026-11-20 coffee: fax\n- 2026-11-12 email: new\n- 2026-11-01 call: old\n",
        ),
        ("## Log\n\n## About\n", "## Log\n\n- 2026-11-20 coffee: fax\n\n## About\n"),
        ("## About\n\nkind\n", "## About\n\nkind\n\n## Log\n\n- 2026-11-20 coffee: fax\n"),
        ("## Log\n\n- 2026-11-12 email: x", "## Log\n\n- 2026-11-12 email: x\n- 2026-11-20 coffee: fax"),
    ],
)
def test_an_entry_goes_where_the_logs_own_order_has_it(empty: Vault, before: str, after: str) -> None:
    """Oldest first, newest first, in an empty section, in a new one, behind continuation lines; no other byte moves."""
    put(empty, before)
    log_actions.log_touch(empty, PATH, "coffee", "fax", on=date(2026, 11, 20))
    assert text(empty) == HEAD + after


def test_a_file_of_windows_keeps_its_line_ends(empty: Vault) -> None:
    """CRLF stays CRLF, and so do the lines of the entry."""
    put(empty, "## Log\r\n\r\n- 2026-11-12 email: x\r\n", HEAD.replace("\n", "\r\n"))
    log_actions.log_touch(empty, PATH, "call", "one\ntwo")
    assert text(empty) == HEAD.replace("\n", "\r\n") + (
        "## Log\r\n\r\n- 2026-11-12 email: x\r\n- 2026-11-23 call: one\r\n  two\r\n"
    )


def test_an_entry_tells_kind_day_team_member_and_several_lines(empty: Vault) -> None:
    """Read back, it is what was said."""
    put(empty, "")
    done = log_actions.log_touch(empty, PATH, " Coffee ", "prefers fax\n\n  waitlist \n", who="@kim")
    assert done == log_actions.WriteResult(PATH, ("- 2026-11-23 coffee @kim: prefers fax", "", "  waitlist"))
    assert [(e.date, e.kind, e.who, e.text) for e in log_of(empty)] == [
        (TODAY, "coffee", "kim", "prefers fax\n\nwaitlist")
    ]


@pytest.mark.parametrize(
    ("kind", "said", "read"),
    [
        ("", "coffee: nice place", ("note", "coffee: nice place")),
        ("", "skip thanks: never", ("note", "skip thanks: never")),
        ("", "later check-in: soon", ("note", "later check-in: soon")),
        ("", "call", ("note", "call")),
        ("", "just a thought", ("", "just a thought")),
        ("email", "- [ ] send it", ("email", "- [ ] send it")),
        ("email", "first\n```\ncode", ("email", "first\n```\ncode\n```")),
        ("email", "first\n~~~ py\ncode\n~~~\nlast", ("email", "first\n~~~ py\ncode\n~~~\nlast")),
        ("email", "- 2026-01-01 call: no", ("email", "- 2026-01-01 call: no")),
        ("email", "x\n- 2026-01-01 call: no", ("email", "x\n- 2026-01-01 call: no")),
        ("email", "x\n## Log\n---", ("email", "x\n## Log\n---")),
        ("call", "[[Ana]] \x1b[31m: 📅 2026-01-01 ^f-1", ("call", "[[Ana]] \x1b[31m: 📅 2026-01-01 ^f-1")),
        ("call", "a\u2028b\rc", ("call", "a\nb\nc")),
    ],
)
def test_no_text_breaks_the_format(empty: Vault, kind: str, said: str, read: tuple[str, str]) -> None:
    """Whatever somebody pastes is one entry, makes no follow-up and no section, and reads back with its words."""
    put(empty, "## Log\n\n- 2026-11-12 email: x\n\n## Follow-ups\n\n- [ ] mine\n")
    log_actions.log_touch(empty, PATH, kind, said)
    note = empty.read(PATH).note
    assert [(e.kind, e.text) for e in note.log] == [("email", "x"), read]
    assert [f.text for f in note.followups] == ["mine"]


def test_a_long_note_keeps_its_lines(empty: Vault) -> None:
    """Headings, lists and code stand as they were typed, indented under the entry; a task is a follow-up of the note."""
    put(empty, "## Log\n")
    said = "prefers fax\n\n## Next\n- points\n  - one\n\t- two\n- [ ] call back 📅 2026-12-04\n> quote\n```\ncode\n```\nbye"
    log_actions.log_touch(empty, PATH, "coffee", said)
    assert text(empty) == (
        HEAD + "## Log\n\n- 2026-11-23 coffee: prefers fax\n\n  ## Next\n  - points\n    - one\n      - two\n"
        "  - [ ] call back 📅 2026-12-04\n  > quote\n  ```\n  code\n  ```\n  bye\n"
    )
    note = empty.read(PATH).note
    assert [e.text for e in note.log] == [
        "prefers fax\n\n## Next\n- points\n  - one\n    - two\n> quote\n```\ncode\n```\nbye"
    ]
    assert [(f.text, f.due) for f in note.followups] == [("call back", date(2026, 12, 4))]


_TEXTS = st.text(st.sampled_from("ab:#-*[] \n`~>^@|📅x1") | st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(_TEXTS, st.sampled_from(["", "call", "note"]))
def test_any_text_is_one_entry_with_its_words(empty: Vault, said: str, kind: str) -> None:
    """Words are neither lost nor added; the entries and follow-ups around stay. A NUL can't be saved.

    Kept as they are, as a person may decide: two capital letters may look like a client's name.
    """
    put(empty, "## Log\n\n- 2026-11-12 email: x\n\n## Follow-ups\n\n- [ ] mine\n")
    if "\0" in said:
        with pytest.raises(EditRefusedError):
            log_actions.log_touch(empty, PATH, kind, said)
        return
    with empty.decisions.keeping_all():
        log_actions.log_touch(empty, PATH, kind, said)
    note = empty.read(PATH).note
    first, entry = note.log
    assert (first.kind, first.text) == ("email", "x")
    assert entry.text.split() == said.split()
    assert entry.kind in {kind, kind or "note"}
    assert [f.text for f in note.followups] == ["mine"]


_LINES = st.sampled_from([
    "We met at Heart.", "", "  ", "# Needs", "## Log", "## Follow-ups", "---", "- twins", "  - of two", "\t- of three", "1. first", "   10) tenth",
    "> said she", "| a | b |", "- 2026-01-01 call: no", "2026-01-01", "type: partner", "```", "~~~ py", "    code", "---\n", "[[Ana]] **bold** `x`",
    "📅 2026-01-01", "^f-1", "@kim", "* * *", "<<<<<<< ours", "=======", ">>>>>>> theirs", "café", "trailing  ",
])  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(_LINES, min_size=1, max_size=9).map("\n".join), st.sampled_from(["\n", "\r\n"]))
def test_a_meeting_note_reads_back_as_it_was_written(empty: Vault, said: str, newline: str) -> None:
    """Lines, lists, headings, blank lines and code, in files of Windows too; an entry above and below stays, and undo
    gives the same bytes as before.
    """
    before = (
        HEAD + "## Log\n\n- 2026-11-12 email: x\n\n  more\n- 2026-12-12 call: later\n\n## Follow-ups\n\n- [ ] mine\n"
    )
    path = put(empty, before.replace("\n", newline), "")
    log_actions.log_touch(empty, PATH, "coffee", said)
    note = empty.read(PATH).note
    assert [e.text for e in note.log] == ["x\n\nmore", log_actions.lines_of(said), "later"]
    assert log_actions.lines_of(said).split() in (said.split(), [*said.split(), "```"], [*said.split(), "~~~"])
    assert [f.text for f in note.followups] == ["mine"]
    assert b"\n" not in path.read_bytes().replace(newline.encode(), b"")
    log_actions.log_touch(empty, PATH, "call", "on the same day")  # goes below the whole entry
    assert [e.text for e in empty.read(PATH).note.log][1:3] == [log_actions.lines_of(said), "on the same day"]
    undo(empty)
    undo(empty)
    assert path.read_bytes() == before.replace("\n", newline).encode()


@pytest.mark.parametrize(
    ("kind", "who"), [("two words", ""), ("call:", ""), ("9am", ""), ("call", "kim k"), ("call", "k:")]
)
def test_a_kind_and_a_handle_are_one_word(empty: Vault, kind: str, who: str) -> None:
    """Else the line would be read as something else."""
    put(empty, "")
    with pytest.raises(UsageError):
        log_actions.log_touch(empty, PATH, kind, "x", who=who)
    assert text(empty) == HEAD


@pytest.mark.parametrize(
    ("written", "on", "kept"),
    [
        ("2026-11-01", date(2026, 11, 20), "2026-11-20"),
        ("2026-11-22", date(2026, 11, 20), "2026-11-22"),
        ('"2026-11-01" # seen', date(2026, 11, 20), None),
        ("last week", date(2026, 11, 20), "last week"),
    ],
)
def test_last_contact_is_raised_in_the_same_save_and_never_lowered(
    empty: Vault, written: str, on: date, kept: str | None
) -> None:
    """What is no date is a problem for its owner, not for us to write over."""
    put(empty, "", HEAD.replace("2026-11-23", written))
    log_actions.log_touch(empty, PATH, "call", "x", on=on)
    properties = empty.read(PATH).document.properties
    assert properties["last_contact"] == (kept or "2026-11-20")
    if kept is None:
        assert "# seen" in text(empty)


def test_last_contact_counts_a_note_that_the_last_sync_could_not_read(
    empty: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index doesn't know the clinic's log then: it looks again before the date is written."""
    real = files.read
    monkeypatch.setattr("rounds.vault.index_sync.YOUNG", 0)  # as if more time had passed
    clinic = Path(empty.root, "Organizations/Clinic.md")
    clinic.parent.mkdir(exist_ok=True)
    clinic.write_text("---\ntype: organization\n---\n## Log\n- 2026-11-21 coffee: with [[Sam Lee]]\n")

    def read(path: str) -> tuple[bytes, tuple[int, int, int, int]]:
        if path == str(clinic):
            raise OSError(EIO, os.strerror(EIO), path)
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(parallel_parse, "read", read)
        put(empty, "", EARLIER)
    log_actions.log_touch(empty, PATH, "note", "x")
    assert "last_contact: 2026-11-21\n" in text(empty)


def test_a_note_or_an_entry_in_the_future_raises_nothing(empty: Vault) -> None:
    """They are no touch, or none yet."""
    put(empty, "", HEAD.replace("last_contact: 2026-11-23\n", ""))
    log_actions.log_touch(empty, PATH, "note", "x")
    log_actions.log_touch(empty, PATH, "call", "x", on=date(2026, 12, 1))
    assert "last_contact" not in text(empty)


def test_the_first_save_stores_the_derived_id_and_the_index_agrees(empty: Vault) -> None:
    """The identity that the feed knows it by does not change (vault format, `id`)."""
    put(empty, "", "---\ntype: partner\n---\n")
    before = empty.entry(PATH).id
    log_actions.log_touch(empty, PATH, "call", "x")
    empty.sync()
    entry = empty.entry(PATH)
    assert entry.id == before == derived_id("test", PATH) == entry.properties["id"]
    assert entry.last_contact == TODAY


@pytest.mark.parametrize(
    "broken", ["---\na: [\n---\n", "---\na: 1\na: 2\n---\n", "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n"]
)
def test_a_broken_note_is_never_written_to(empty: Vault, broken: str) -> None:
    """Not a byte, until it can be read."""
    path = put(empty, "- [ ] x\n", broken)
    with pytest.raises(RoundsError):
        log_actions.log_touch(empty, PATH, "call", "x")
    with pytest.raises(RoundsError):
        log_actions.plan(empty, PATH, "x", due=None)
    assert path.read_text() == broken + "- [ ] x\n"


def test_a_note_that_is_not_there_is_not_made(empty: Vault) -> None:
    """Logging is no way to add somebody."""
    with pytest.raises(NotFoundError):
        log_actions.log_touch(empty, PATH, "call", "x")
    assert not Path(empty.root, PATH).exists()


def test_a_note_changed_while_we_edit_is_refused_and_nothing_is_lost(empty: Vault) -> None:
    """The other program's version stays."""
    path = put(empty, "## Log\n")
    opened = empty.read(PATH)
    path.write_text(HEAD + "theirs\n")
    with pytest.raises(ChangedMeanwhileError):
        empty.save(opened, opened.document.append_to_section("Log", ["- ours"]))
    assert text(empty) == HEAD + "theirs\n"


# Plan ---------------------------------------------------------------------------------------------------------


def test_a_plan_is_a_task_with_a_block_id(empty: Vault) -> None:
    """In the emoji form."""
    put(empty, "## Follow-ups\n")
    done = log_actions.plan(empty, PATH, "at  Heart", due=date(2026, 12, 1), at=time(12, 30), kind="Coffee")
    (line,) = done.lines
    assert line.startswith("- [ ] 12:30 coffee: at Heart 📅 2026-12-01 ^f-")
    assert text(empty) == f"{HEAD}## Follow-ups\n\n{line}\n"
    reminder = only(empty, "meeting")
    assert (reminder.title, reminder.kind, reminder.time, reminder.due) == (
        "at Heart", "coffee", time(12, 30), date(2026, 12, 1),
    )  # fmt: skip


def test_a_note_that_uses_dataview_gets_its_form(empty: Vault) -> None:
    """The file's own form is written."""
    put(empty, "- [ ] a [due:: 2026-12-01]\n")
    (line,) = log_actions.plan(empty, PATH, "b", due=date(2026, 12, 2)).lines
    assert line.startswith("- [ ] b [due:: 2026-12-02] ^f-")


def test_block_ids_are_unique_within_the_note(empty: Vault) -> None:
    """Also among equal words, and against an id that stands on no follow-up."""
    put(empty, "")
    first = log_actions.plan(empty, PATH, "call", due=None).lines[0].rpartition("^")[2]
    put(empty, f"A paragraph. ^{first}\n")
    ids = {log_actions.plan(empty, PATH, "call", due=None).lines[0].rpartition("^")[2] for _ in range(5)}
    assert len(ids) == 5
    assert first not in ids


@pytest.mark.parametrize("words", ["", "  ", "see [due:: 2026-13-45]", "see [due:: 2026-12-24] there"])
def test_a_plan_that_would_be_read_as_something_else_is_refused(empty: Vault, words: str) -> None:
    """No words, a date that does not exist, another date than the one that was asked for."""
    put(empty, "")
    with pytest.raises(UsageError):
        log_actions.plan(empty, PATH, words, due=date(2026, 12, 1))
    assert text(empty) == HEAD


def test_a_plan_may_hold_lines_boxes_and_links(empty: Vault) -> None:
    """It is one line in the note."""
    put(empty, "")
    log_actions.plan(empty, PATH, "- [ ] ask [[Ana]]\nabout it", due=None)
    assert only(empty).title == "- [ ] ask [[Ana]] about it"


# Done, later, skip --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- [ ] send 📅 2026-11-22 ^f-1\n", "- [x] send 📅 2026-11-22 ✅ 2026-11-23 ^f-1\n"),
        ("- [ ] send [due:: 2026-11-22]\n", "- [x] send [due:: 2026-11-22] [completion:: 2026-11-23]\n"),
        ("* [ ] send by 2026-11-22\r\n", "* [x] send by 2026-11-22 ✅ 2026-11-23\r\n"),
        (
            "- [ ] send 🔁 every 3 months 🛫 2026-11-20 📅 2026-11-22\n",
            "- [ ] send 🔁 every 3 months 🛫 2027-02-20 📅 2027-02-22\n- [x] send 🔁 every 3 months 🛫 2026-11-20 📅 2026-11-22 ✅ 2026-11-23\n",
        ),
    ],
)
def test_done_ticks_the_line_in_its_own_form(empty: Vault, before: str, after: str) -> None:
    """One that repeats gets its next one above, all its dates moved alike."""
    put(empty, f"text\n{before}after\n")
    log_actions.done(empty, only(empty))
    assert text(empty) == f"{HEAD}text\n{after}after\n"


def test_the_next_of_a_repeating_line_of_ours_has_an_id_of_its_own(empty: Vault) -> None:
    """So that the calendar shows a new event and not an old one that has moved."""
    put(empty, "- [ ] send 🔁 every week 📅 2026-11-22 ^f-abcd\n")
    first = only(empty)
    log_actions.done(empty, first)
    following = only(empty)
    assert following.cause.startswith("f-")
    assert (following.due, following.uid == first.uid) == (date(2026, 11, 29), False)


def test_a_line_that_has_moved_is_ticked_where_it_is_now(empty: Vault) -> None:
    """Somebody wrote a line above it, in Obsidian, since the list was drawn."""
    put(empty, "- [ ] send 📅 2026-11-22\n")
    reminder = only(empty)
    Path(empty.root, PATH).write_text(HEAD + "new\n\n- [ ] send 📅 2026-11-22\n")
    log_actions.done(empty, reminder)
    assert text(empty) == HEAD + "new\n\n- [x] send 📅 2026-11-22 ✅ 2026-11-23\n"


@pytest.mark.parametrize(
    "now",
    ["- [ ] send it 📅 2026-11-22 ^f-1", "- [ ] send 📅 2026-12-22 ^f-1", "- [ ] 9:00 send 📅 2026-11-22 ^f-1",
     "- [x] send 📅 2026-11-22 ^f-1", "- [ ] send 📅 2026-11-22 ^f-2", ""],
)  # fmt: skip
def test_a_line_that_was_edited_meanwhile_is_left_alone(empty: Vault, now: str) -> None:
    """What is ticked, put off or given up must be what was on the screen."""
    put(empty, "- [ ] send 📅 2026-11-22 ^f-1\n")
    reminder = only(empty)
    Path(empty.root, PATH).write_text(f"{HEAD}{now}\n")
    with pytest.raises(ChangedMeanwhileError):
        log_actions.done(empty, reminder)
    with pytest.raises(ChangedMeanwhileError):
        log_actions.later(empty, reminder, date(2026, 12, 1))
    with pytest.raises(ChangedMeanwhileError):
        log_actions.skip(empty, reminder)
    assert text(empty) == f"{HEAD}{now}\n"


def test_of_two_equal_lines_the_one_that_was_meant_is_ticked(empty: Vault) -> None:
    """And the other is still the same reminder."""
    put(empty, "- [ ] call\n- [ ] call\n")
    first, second = sorted((r for r in reminders(empty) if r.line), key=lambda reminder: reminder.line)
    log_actions.done(empty, second)
    assert text(empty) == HEAD + "- [ ] call\n- [x] call ✅ 2026-11-23\n"
    assert only(empty).uid == first.uid


def test_words_about_a_ticked_follow_up_go_into_the_log(empty: Vault) -> None:
    """As a note: the tick itself is the touch, where the line has a kind."""
    put(empty, "- [ ] call: about fax 📅 2026-11-22\n\n## Log\n\n- 2026-11-24 email: x\n")
    log_actions.done(empty, only(empty), "no answer", on=date(2026, 11, 21))
    assert text(empty) == (
        HEAD + "- [x] call: about fax 📅 2026-11-22 ✅ 2026-11-21\n\n## Log\n\n"
        "- 2026-11-21 note: no answer\n- 2026-11-24 email: x\n"
    )


@pytest.mark.parametrize(
    "line", ["coffee: at Heart", "meeting: her team", "event: grand rounds", "09:30 call: her team"]
)
def test_a_yes_to_an_appointment_carries_its_own_day(empty: Vault, line: str) -> None:
    """Asked two days later whether it happened: the tick, the words and the last contact have the planned day."""
    put(empty, f"- [ ] {line} 📅 2026-11-21\n\n## Log\n\n- 2026-11-02 email: x\n", EARLIER)
    (asked,) = [reminder for reminder in reminders(empty) if reminder.line]
    log_actions.done(empty, asked, "prefers fax")
    assert text(empty) == (
        f"---\ntype: partner\nstage: met\nlast_contact: 2026-11-21\nid: abc\n---\n- [x] {line} 📅 2026-11-21 ✅ 2026-11-21\n"
        "\n## Log\n\n- 2026-11-02 email: x\n- 2026-11-21 note: prefers fax\n"
    )
    empty.sync()
    assert empty.entry(PATH).last_contact == date(2026, 11, 21)
    assert [e.date for e in timeline(empty, empty.entry(PATH))] == [
        date(2026, 11, 21), date(2026, 11, 21), date(2026, 11, 2),
    ]  # fmt: skip


def test_a_tick_from_obsidian_days_later_counts_on_the_planned_day(empty: Vault) -> None:
    """Obsidian Tasks writes the day of the tick; the meeting was on its own."""
    put(empty, "- [x] coffee: at Heart 📅 2026-11-19 ✅ 2026-11-22\n", EARLIER)
    empty.sync()
    assert empty.entry(PATH).last_contact == date(2026, 11, 19)
    assert [r.due for r in reminders(empty) if r.rule == "thanks"] == [date(2026, 11, 20)]


def test_a_meeting_that_was_held_another_day_says_so(empty: Vault) -> None:
    """`done --on` later than planned moves the meeting there; earlier, the tick has the day."""
    put(empty, "- [ ] coffee: at Heart 📅 2026-11-19\n- [ ] coffee: again 📅 2026-11-22\n")
    first, second = sorted((r for r in reminders(empty) if r.line), key=lambda reminder: reminder.line)
    log_actions.done(empty, first, on=date(2026, 11, 20))
    log_actions.done(empty, second, on=date(2026, 11, 21))
    assert text(empty).endswith(
        "- [x] coffee: at Heart 📅 2026-11-20 ✅ 2026-11-20\n- [x] coffee: again 📅 2026-11-22 ✅ 2026-11-21\n"
    )


def test_a_meeting_that_is_ticked_before_its_day_was_today(empty: Vault) -> None:
    """It can't have been on a day to come."""
    put(empty, "- [ ] coffee: at Heart 📅 2026-11-30\n")
    (asked,) = [reminder for reminder in reminders(empty) if reminder.line]
    log_actions.done(empty, asked)
    assert text(empty).endswith("- [x] coffee: at Heart 📅 2026-11-30 ✅ 2026-11-23\n")


def test_a_kind_given_with_the_tick_is_a_touch(empty: Vault) -> None:
    """`done --kind call` of a line without a kind is remembered."""
    put(empty, "- [ ] ask about fax\n")
    log_actions.done(empty, only(empty), kind="call")
    assert [(e.kind, e.date) for e in log_of(empty)] == [("call", TODAY)]


def test_a_repetition_beyond_the_last_year_is_refused(empty: Vault) -> None:
    """In words, and nothing is written."""
    put(empty, "- [ ] send 🔁 every 9999 years 📅 2026-11-22\n")
    with pytest.raises(UsageError):
        log_actions.done(empty, only(empty))
    assert "[ ] send" in text(empty)


def test_doing_what_a_rule_asks_logs_the_touch(empty: Vault) -> None:
    """And the reminder is gone."""
    put(empty, "## Log\n\n- 2026-11-20 coffee: x\n")
    log_actions.done(empty, only(empty, "thanks"), "a card")
    assert "- 2026-11-23 thanks: a card\n" in text(empty)
    empty.sync()
    assert [r.rule for r in reminders(empty)] == ["check-in"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- [ ] send 🛫 2026-11-01 📅 2026-11-22 ^f-1", "- [ ] send 🛫 2026-11-01 📅 2026-12-05 ^f-1"),
        ("- [ ] send [due:: 2026-11-22] now", "- [ ] send [due:: 2026-12-05] now"),
        ("- [ ] send by 2026-11-22", "- [ ] send by 2026-12-05"),
        ("- [ ] send ^f-1", "- [ ] send 📅 2026-12-05 ^f-1"),
    ],
)
def test_later_gives_a_follow_up_another_day(empty: Vault, before: str, after: str) -> None:
    """Only the date's own characters change."""
    put(empty, before)
    assert log_actions.later(empty, only(empty), date(2026, 12, 5)).lines == (after,)
    assert text(empty) == HEAD + after


def test_later_puts_a_rule_off_and_a_second_thought_of_the_day_replaces_the_first(empty: Vault) -> None:
    """The log tells one story."""
    put(empty, "## Log\n\n- 2026-05-04 email: x\n", HEAD.replace("2026-11-23", "2026-05-04"))
    log_actions.later(empty, only(empty, "check-in"), date(2027, 2, 1))
    assert only(empty, "check-in").due == date(2027, 2, 1)
    log_actions.later(empty, only(empty, "check-in"), date(2026, 12, 12))
    assert only(empty, "check-in").due == date(2026, 12, 12)
    log_actions.skip(empty, only(empty, "check-in"), "met her at the fair")
    assert only(empty, "check-in").due == date(2027, 5, 24)  # May 23 is a Sunday
    assert text(empty).endswith("- 2026-05-04 email: x\n- 2026-11-23 skip check-in: met her at the fair\n")


def test_skip_gives_a_follow_up_up(empty: Vault) -> None:
    """Marked, not deleted."""
    put(empty, "- [ ] send 📅 2026-11-22 ^f-1")
    log_actions.skip(empty, only(empty))
    assert text(empty) == HEAD + "- [-] send 📅 2026-11-22 ❌ 2026-11-23 ^f-1"
    empty.sync()
    assert [r for r in reminders(empty) if r.rule == FOLLOW_UP] == []


def test_why_a_follow_up_was_given_up_is_noted(empty: Vault) -> None:
    """In the log, as no touch: words that somebody gave us are never lost."""
    put(empty, "- [ ] send 📅 2026-11-22 ^f-1\n")
    log_actions.skip(empty, only(empty), "she has moved away")
    note = empty.read(PATH).note
    assert [(entry.kind, entry.text, entry.is_touch) for entry in note.log] == [("note", "she has moved away", False)]
    assert [followup.status for followup in note.followups] == [Status.CANCELLED]


def test_skip_declines_the_thank_you_for_a_planned_meeting(empty: Vault) -> None:
    """Through the files, as a user does it."""
    put(empty, "- [ ] coffee: at Heart 📅 2026-12-01\n")
    log_actions.skip(empty, only(empty, "thanks"))
    empty.sync()
    assert [r.rule for r in reminders(empty) if r.rule == "thanks"] == []


# A meeting that was planned ------------------------------------------------------------------------------------

PLANNED = "## Follow-ups\n\n- [ ] 12:30 coffee: at Heart 📅 2026-11-22 ^f-abcd\n- [ ] coffee: later 📅 2026-12-01\n"


def touches(vault: Vault) -> list[tuple[date, str]]:
    """The meetings that count for Sam."""
    vault.sync()
    return [(each.date, each.kind) for each in timeline(vault, vault.entry(PATH)) if each.kind in {"coffee", "meeting"}]


def test_logging_a_planned_meeting_ticks_it_in_the_same_change(empty: Vault) -> None:
    """It is one meeting, asks no more, and one undo takes both back."""
    put(empty, PLANNED)
    before = text(empty)
    done = log_actions.log_touch(empty, PATH, "coffee", "prefers fax", on=date(2026, 11, 22))
    ticked = "- [x] 12:30 coffee: at Heart 📅 2026-11-22 ✅ 2026-11-22 ^f-abcd"
    assert done == log_actions.WriteResult(PATH, ("- 2026-11-22 coffee: prefers fax", ticked), "coffee: at Heart")
    assert f"{ticked}\n- [ ] coffee: later 📅 2026-12-01\n" in text(empty)
    assert text(empty).endswith("## Log\n\n- 2026-11-22 coffee: prefers fax\n")
    assert touches(empty) == [(date(2026, 11, 22), "coffee")]
    assert [each.title for each in reminders(empty) if each.rule == "meeting"] == ["later"]
    undo(empty)
    assert text(empty) == before


@pytest.mark.parametrize(
    ("kind", "day"),
    [("meeting", date(2026, 11, 22)), ("coffee", date(2026, 11, 21)), ("coffee", date(2026, 12, 1)), ("", TODAY)],
)
def test_another_touch_leaves_a_planned_meeting_alone(empty: Vault, kind: str, day: date) -> None:
    """Of another kind or day, or one that is still to come."""
    put(empty, PLANNED)
    assert log_actions.log_touch(empty, PATH, kind, "x", on=day).ticked == ""
    assert "[x]" not in text(empty)


def test_a_meeting_that_repeats_is_planned_again(empty: Vault) -> None:
    """As by a tick: the next one stands above, and the entry goes to its place in the log below."""
    put(empty, "- [ ] meeting: rounds 🔁 every week 📅 2026-11-23 ^f-abcd\n\n## Log\n\n- 2026-11-01 call: x\n")
    log_actions.log_touch(empty, PATH, "meeting", "y")
    assert [(f.status, f.due) for f in empty.read(PATH).note.followups] == [
        (Status.OPEN, date(2026, 11, 30)), (Status.DONE, TODAY),
    ]  # fmt: skip
    assert text(empty).endswith("- 2026-11-01 call: x\n- 2026-11-23 meeting: y\n")


def test_a_yes_to_a_meeting_that_the_log_has_counts_no_second_one(empty: Vault) -> None:
    """Whoever wrote it into the log by hand is asked still; the answer is about that meeting, and so about its day."""
    put(empty, PLANNED + "\n## Log\n\n- 2026-11-22 coffee: prefers fax\n")
    done = log_actions.done(
        empty, next(each for each in reminders(empty) if each.rule == "meeting" and each.title == "at Heart")
    )
    assert done.lines == ("- [x] 12:30 coffee: at Heart 📅 2026-11-22 ✅ 2026-11-22 ^f-abcd",)
    assert touches(empty) == [(date(2026, 11, 22), "coffee")]


# Typed about a reminder elsewhere -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- [ ] call ^f-1\n", "- [ ] call ^f-1\n  one\n  two\n"),
        ("- [ ] call ^f-1", "- [ ] call ^f-1\n  one\n  two"),
        ("- [x] call ✅ 2026-11-20 ^f-1\n- [ ] x\n", "- [x] call ✅ 2026-11-20 ^f-1\n  one\n  two\n- [ ] x\n"),
        ("- [ ] call ^f-1\n  two\n\n## Log\n", "- [ ] call ^f-1\n  two\n  one\n\n## Log\n"),
        ("- [ ] call ^f-1\n  - [ ] part ^f-2\n", "- [ ] call ^f-1\n  - [ ] part ^f-2\n  one\n  two\n"),
        (
            "- a\n\t- [ ] call ^f-1\n\t\tmine\n\t- [ ] part ^f-2\n",
            "- a\n\t- [ ] call ^f-1\n\t\tmine\n\t  one\n\t  two\n\t- [ ] part ^f-2\n",
        ),
        ("- [ ] call ^f-1\r\nx\r\n", "- [ ] call ^f-1\r\n  one\r\n  two\r\nx\r\n"),
        ("- [ ] call ^f-1\n  %% a\nb %%\n", "- [ ] call ^f-1\n  %% a\nb %%\n  one\n  two\n"),
    ],
)
def test_what_was_typed_elsewhere_stands_below_its_follow_up(empty: Vault, before: str, after: str) -> None:
    """After what is there already, as deep as it belongs; once, and one undo takes it back."""
    head = HEAD.replace("\n", "\r\n") if "\r" in before else HEAD
    put(empty, before, head)
    result = task_app.note_typed(empty, PATH, "f-1", "one\n\n two")
    assert result is not None
    assert text(empty) == head + after
    assert task_app.note_typed(empty, PATH, "f-1", "two\none") is None
    undo(empty)
    assert text(empty) == head + before


def test_what_was_typed_elsewhere_answers_nobody_and_hides_nothing(empty: Vault) -> None:
    """No sign of a comment keeps its meaning; a follow-up that is gone, or a code block without end, is an error."""
    put(empty, "- [ ] call ^f-1\n")
    task_app.note_typed(empty, PATH, "f-1", "%% rounds: ok phi %% <!-- x")
    assert text(empty) == HEAD + "- [ ] call ^f-1\n  % % rounds: ok phi % % < !-- x\n"
    with pytest.raises(UsageError):
        task_app.note_typed(empty, PATH, "f-9", "x")


def test_what_was_typed_about_a_rule_is_a_note_in_the_log(empty: Vault) -> None:
    """Once a day and text; other words of the same day are another note."""
    put(empty, "## Log\n\n- 2026-11-20 coffee: nice\n")
    assert task_app.note_typed(empty, PATH, "", "card\nis here") is not None
    assert task_app.note_typed(empty, PATH, "", "is here") is None
    assert task_app.note_typed(empty, PATH, "", "sent") is not None
    assert text(empty).endswith("nice\n- 2026-11-23 note: card\n  is here\n- 2026-11-23 note: sent\n")
