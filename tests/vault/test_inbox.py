from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rounds.errors import ChangedMeanwhileError, EditRefusedError, RoundsError
from rounds.notes.document import Document
from rounds.storage import files
from rounds.vault import inbox
from rounds.vault.inbox import file_thought, thoughts
from rounds.vault.inbox_lines import InboxItem
from rounds.vault.vault import LoadedNote, Vault

TODAY = date(2026, 11, 23)
PEOPLE = ("Dana Whitlock", "Sam Lee", "Sam Ruiz", "Íñigo Núñez-O'Neil", "May Chen", "Sun Kim", "Heart")


@pytest.fixture
def people(empty: Vault) -> Vault:
    folder = Path(empty.root, "Partners")
    folder.mkdir()
    for name in PEOPLE:
        (folder / f"{name}.md").write_text(
            "---\ntype: partner\naliases: [Dee]\n---\n" if name == PEOPLE[0] else "---\n---\n"
        )
    empty.sync()
    return empty


def fill(vault: Vault, data: str | bytes) -> Path:
    path = Path(vault.root, "Inbox.md")
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def read(vault: Vault, line: str) -> InboxItem:
    fill(vault, f"# Inbox\n\n{line}\n")
    (found,) = thoughts(vault)
    return found


def test_the_lines_of_the_sample(vault: Vault) -> None:
    """What can be placed is, and what can't stays."""
    assert [(t.name, t.kind, t.date, t.words) for t in thoughts(vault)] == [
        ("Dana Whitlock", "coffee", date(2026, 11, 22), "prefers fax"),
        ("Bao Fennimore", "email", TODAY, "emailed Bao Fennimore today about coffee in two weeks"),
        ("Keiko Marlowe", "", TODAY, "sent the handout on feeding and sleep, thanks"),
        ("", "call", date(2026, 11, 16), "on monday about his parenting-plan sheet"),  # still to be done
        ("", "", TODAY, "somebody at the bakery mentioned a sleep clinic on the east side?"),
    ]


@pytest.mark.parametrize(
    ("line", "name", "words"),
    [
        ("Dana prefers fax", "Dana Whitlock", "prefers fax"),
        ("- [ ] whitlock: prefers fax", "Dana Whitlock", "prefers fax"),
        ("Dee prefers fax", "Dana Whitlock", "prefers fax"),
        ("inigo prefers fax", "Íñigo Núñez-O'Neil", "prefers fax"),
        ("Íñigo Núñez-O'Neil prefers fax", "Íñigo Núñez-O'Neil", "prefers fax"),
        ("nunez-o'neil, iñigo? no: Sam Lee prefers fax", "Sam Lee", "nunez-o'neil, iñigo? no: Sam Lee prefers fax"),
        ("met Sam Lee at Heart", "Sam Lee", "met Sam Lee at Heart"),
        ("May Chen prefers fax", "May Chen", "prefers fax"),
        ("Sun Kim prefers fax", "Sun Kim", "prefers fax"),
        ("yesterday: Dana prefers fax", "Dana Whitlock", "prefers fax"),
        ("called Dr. Whitlock about fax", "Dana Whitlock", "called Dr. Whitlock about fax"),
        ("somebody prefers fax", "", "somebody prefers fax"),
        ("told them about dana", "", "told them about dana"),
    ],
)
def test_who_a_line_is_about(people: Vault, line: str, name: str, words: str) -> None:
    """A name at the beginning, or after `called`, or a whole name anywhere; May and Sun are no dates there. A name that
    stands in the sentence stays in it.
    """
    found = read(people, line)
    assert (found.name, found.words) == (name, words)


def test_two_of_one_first_name_are_candidates(people: Vault) -> None:
    """Never guessed."""
    found = read(people, "Sam called")
    assert (found.path, sorted(found.candidates)) == ("", ["Sam Lee", "Sam Ruiz"])


@pytest.mark.parametrize(
    ("line", "kind", "words"),
    [
        ("Dana coffee", "coffee", ""),
        ("Dana: had a quick call about fax", "call", "had a quick call about fax"),
        ("Dana called about fax", "call", "called about fax"),
        ("lunch with Dana, fax", "meeting", "lunch with Dana, fax"),
        ("Dana prefers email", "", "prefers email"),
        ("Dana asked for the article", "", "asked for the article"),
        ("Dana sent an article on sleep", "article", "sent an article on sleep"),
        ("Dana thanked us", "thanks", "thanked us"),
        ("Dana is nice", "", "is nice"),
    ],
)
def test_what_kind_of_touch_a_line_tells_of(people: Vault, line: str, kind: str, words: str) -> None:
    """`prefers email` is no email; the word is taken out only where the sentence stands without it."""
    found = read(people, line)
    assert (found.kind, found.words) == (kind, words)


@pytest.mark.parametrize(
    ("line", "day"),
    [("Dana called", TODAY), ("Dana called friday", date(2026, 11, 20)), ("Dana called 2026-11-02", date(2026, 11, 2))],
)
def test_the_day_is_the_one_named_and_else_today(people: Vault, line: str, day: date) -> None:
    """A weekday is the last one."""
    assert read(people, line).date == day


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Dana waitlist until 20 jan", "waitlist until 20 jan"),
        ("Dana 12:30 at Heart", "12:30 at Heart"),
        ("Dana call 10 to 12", "10 to 12"),
        ("Dana gave 3 May cards", "gave 3 May cards"),
        ("Dana room 2/3", "room 2/3"),
        ("Dana open mon-fri", "open mon-fri"),
        ("Dana open mon, tue", "open mon, tue"),
        ("Dana away until tomorrow", "away until tomorrow"),
        ("Dana since 2019", "since 2019"),
        ("Dana said the clinic opened last week", "said the clinic opened last week"),
        ("Dana -5 points, .NET :-)", "-5 points, .NET :-)"),
        ("20. Jan Dana Whitlock prefers fax", "20. Jan Dana Whitlock prefers fax"),
    ],
)
def test_what_only_looks_like_the_day_stays_in_its_sentence(people: Vault, line: str, words: str) -> None:
    """And the touch is of today."""
    found = read(people, line)
    assert (found.name, found.date, found.words) == ("Dana Whitlock", TODAY, words)


@pytest.mark.parametrize(
    ("line", "day", "words"),
    [
        ("Dana coffee yesterday, prefers fax", 22, "prefers fax"),
        ("Dana coffee yesterday 12:30 at Heart", 22, "yesterday 12:30 at Heart"),
        ("Dana called friday about fax", 20, "called friday about fax"),
        ("Dana called friday", 20, "called"),
        ("mon coffee with Dana", 16, "mon coffee with Dana"),
        ("Dana prefers fax, yesterday", 22, "prefers fax"),
        ("[[2026-11-20|moving day]] call Dana", 20, "[[2026-11-20|moving day]] call Dana"),
    ],
)
def test_the_day_is_left_out_only_where_it_stands_apart(people: Vault, line: str, day: int, words: str) -> None:
    """In the middle of a sentence, or with a time, it is the day too, and stays."""
    found = read(people, line)
    assert (found.name, found.date, found.words) == ("Dana Whitlock", date(2026, 11, day), words)


@pytest.mark.parametrize("line", ["Dana call before the 5th", "Dana email by friday", "Dana coffee tomorrow"])
def test_what_has_a_day_to_come_is_still_to_be_done(people: Vault, line: str) -> None:
    """It stays in the inbox."""
    assert (read(people, line).path, read(people, line).to_do) == ("", "Dana Whitlock")


def test_a_number_is_the_mark_of_a_list_only_in_one(people: Vault) -> None:
    """Alone it is a word of the line."""
    fill(people, "1. Dana called\n2. [ ] Sun Kim called\n\n20. Jan Sun Kim called\n")
    assert [thought.text for thought in thoughts(people)] == ["Dana called", "Sun Kim called", "20. Jan Sun Kim called"]


@pytest.mark.parametrize("text", ["", "# Inbox\n\n> a quote\n%% a comment %%\n---\n", "\n\n- \n"])
def test_an_inbox_without_a_thought(people: Vault, text: str) -> None:
    """Headings, quotes, comments and empty lines are none."""
    fill(people, text)
    assert thoughts(people) == []


def test_a_missing_inbox_is_an_empty_one(people: Vault) -> None:
    """Nobody has to have one."""
    assert thoughts(people) == []


def test_a_line_that_begins_with_a_tag_is_a_thought(people: Vault) -> None:
    """A heading has a blank behind its sign."""
    assert read(people, "#kids Dana Whitlock prefers fax").name == "Dana Whitlock"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Inbox\r\n\r\nx\r\nDana called\r\ny\r\n", "# Inbox\r\n\r\nx\r\ny\r\n"),
        ("\ufeffDana called\ny", "\ufeffy"),
        ("x\nDana called", "x\n"),
        ("---\na: 1 # b\n---\n- [ ] Dana called  \n* y\n", "---\na: 1 # b\n---\n* y\n"),
        ("x\u2028x\x0bx\nDana called\n", "x\u2028x\x0bx\n"),
    ],
)
def test_filing_takes_out_exactly_that_line(people: Vault, before: str, after: str) -> None:
    """Every other byte stays, and the thought is in the log of its person."""
    path = fill(people, before)
    (thought,) = [t for t in thoughts(people) if t.name == "Dana Whitlock"]
    assert file_thought(people, thought).path == "Partners/Dana Whitlock.md"
    assert path.read_bytes().decode() == after
    log = people.read("Partners/Dana Whitlock.md").note.log
    assert [(e.date, e.kind, e.text) for e in log] == [(TODAY, "call", "called")]


def test_a_thought_about_a_planned_meeting_ticks_it(people: Vault) -> None:
    """As `log` does: the meeting is one, and is asked about no more."""
    note = Path(people.root, "Partners/Dana Whitlock.md")
    note.write_text(note.read_text() + "\n- [ ] 12:30 coffee: at Heart 📅 2026-11-22\n")
    fill(people, "Dana coffee yesterday, prefers fax\n")
    (thought,) = thoughts(people)
    assert file_thought(people, thought).ticked == "coffee: at Heart"
    assert "- [x] 12:30 coffee: at Heart 📅 2026-11-22 ✅ 2026-11-22\n" in note.read_text()


def test_equal_lines_are_filed_one_at_a_time(people: Vault) -> None:
    """The one that was meant, and then the other, wherever it is now."""
    path = fill(people, "a\nDana called\nb\nDana called\nc\n")
    first, second = [t for t in thoughts(people) if t.name]
    file_thought(people, second)
    assert path.read_text() == "a\nDana called\nb\nc\n"
    path.write_text("new\nand newer\n" + path.read_text())
    file_thought(people, first)
    assert path.read_text() == "new\nand newer\na\nb\nc\n"


def test_a_line_that_was_changed_or_filed_meanwhile_is_not_filed(people: Vault) -> None:
    """What is there now is another thought; what is gone, another device or window has filed."""
    for now in ("Dana called twice\n", ""):
        fill(people, "Dana called\n")
        (thought,) = thoughts(people)
        path = fill(people, now)
        with pytest.raises(ChangedMeanwhileError, match="no longer there as it was: Dana called"):
            file_thought(people, thought)
        assert path.read_text() == now
        assert people.read("Partners/Dana Whitlock.md").note.log == ()


def test_a_thought_added_at_that_moment_is_kept_and_nothing_is_filed_twice(
    people: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The phone syncs while we write."""
    path = fill(people, "Dana called\n")
    (thought,) = thoughts(people)
    real = Vault.save
    raced: list[str] = []

    def race(self: Vault, opened: LoadedNote, document: Document, what: str = "") -> bool:
        if opened.path == inbox.FILE and not raced:
            raced.append(opened.path)
            path.write_text("Dana called\nmore\n")
        return real(self, opened, document, what)

    monkeypatch.setattr(Vault, "save", race)
    file_thought(people, thought)
    assert path.read_text() == "more\n"
    assert raced
    assert len(people.read("Partners/Dana Whitlock.md").note.log) == 1


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OSError(30, "Read-only file system"), KeyboardInterrupt()]
)
def test_a_line_that_can_t_be_taken_out_is_not_filed_either(
    people: Vault, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """However often it is tried; once the inbox can be written, the line is filed once."""
    path = fill(people, "Dana called\n")
    (thought,) = thoughts(people)
    note = Path(people.root, "Partners/Dana Whitlock.md")
    before = note.read_bytes()
    real = files.write

    def fails(root: str, place: str, data: bytes, **how: Any) -> Any:
        if place == inbox.FILE and data != b"Dana called\n":
            raise error if not isinstance(error, OSError) else RoundsError(str(error))
        return real(root, place, data, **how)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write", fails)
        for _ in range(3):
            with pytest.raises((RoundsError, KeyboardInterrupt)):
                file_thought(people, thought)
            assert (note.read_bytes(), path.read_text()) == (before, "Dana called\n")
    file_thought(people, thought)
    assert [entry.text for entry in people.read("Partners/Dana Whitlock.md").note.log] == ["called"]
    assert path.read_text() == ""


def test_another_person_can_be_chosen(people: Vault) -> None:
    """Of candidates, or where nobody was found."""
    fill(people, "Sam called\n")
    (thought,) = thoughts(people)
    file_thought(people, thought, path="Partners/Sam Ruiz.md")
    assert [e.text for e in people.read("Partners/Sam Ruiz.md").note.log] == ["called"]


@pytest.mark.parametrize("data", [b"Dana called\xff\n", b"Dana called\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n"])
def test_an_inbox_that_can_t_be_read_is_not_written_to(people: Vault, data: bytes) -> None:
    """Not a byte of it; nor is a thought of it logged, which would then be there twice."""
    path = fill(people, data)
    with pytest.raises(EditRefusedError, match=r"^Inbox\.md:\d+:\d+: "):
        file_thought(people, InboxItem(1, "Dana called", "Partners/Dana Whitlock.md", "", (), "call", TODAY, ""))
    assert people.read("Partners/Dana Whitlock.md").note.log == ()
    with pytest.raises(EditRefusedError):
        inbox.take_out(people, InboxItem(1, "Dana called", "", "", (), "", TODAY, ""))
    assert path.read_bytes() == data


def test_what_is_still_to_be_done_is_not_logged_as_done(vault: Vault) -> None:
    """A line that tells somebody to do something, or names a day to come, is no touch: it stays for its writer."""
    inbox = Path(vault.root) / "Inbox.md"
    inbox.write_text("# Inbox\n\ncall Gideon on monday\nDana coffee tomorrow\ncall Dana yesterday, no answer\n")
    vault.sync()
    assert [(thought.text, bool(thought.path)) for thought in thoughts(vault)] == [
        ("call Gideon on monday", False),
        ("Dana coffee tomorrow", False),
        ("call Dana yesterday, no answer", True),
    ]


@pytest.mark.parametrize("line", ["- %% call Dana %%", "-", "* [ ] <!-- Dana called -->", "1. "])
def test_a_list_mark_with_nothing_to_read_behind_it_is_no_thought(people: Vault, line: str) -> None:
    fill(people, f"{line}\n- Dana called\n")
    assert [thought.text for thought in thoughts(people)] == ["Dana called"]


@pytest.mark.parametrize(
    ("line", "name", "kind", "words"),
    [
        ("[[Dana Whitlock|Dee]] call yesterday, left word", "Dana Whitlock", "call", "left word"),
        ("- [ ] [[dana whitlock.md]] prefers fax", "Dana Whitlock", "", "prefers fax"),
        ("[[Partners/Dana Whitlock#Log|her]] prefers fax", "Dana Whitlock", "", "[[Partners/Dana Whitlock#Log|her]] prefers fax"),
        ("[[/Partners/Dana Whitlock]]'s office prefers fax", "Dana Whitlock", "", "'s office prefers fax"),
        ("![[./Partners/Dana Whitlock#^f-1]] prefers fax", "Dana Whitlock", "", "![[/Partners/Dana Whitlock#^f-1]] prefers fax"),
        ("[Sam Ruiz](Partners/Dana%20Whitlock.md) prefers fax", "Dana Whitlock", "", "[Sam Ruiz](Partners/Dana%20Whitlock.md) prefers fax"),
        ("<Dee> [x](<Dana Whitlock.md>) prefers fax", "Dana Whitlock", "", "<Dee> [x](<Dana Whitlock.md>) prefers fax"),
        ("coffee with [[Dana Whitlock|Sam Lee]]: [[Sam Ruiz|Sam]] called her", "Dana Whitlock", "coffee", "with [[Dana Whitlock|Sam Lee]]: [[Sam Ruiz|Sam]] called her"),
        ("Sam Lee prefers [[call notes|email]], see [form](https://a.example/call)", "Sam Lee", "", "prefers [[call notes|email]], see [form](https://a.example/call)"),
        ("[[2026-11-20]] call with [[Dana]]: fax", "Dana Whitlock", "call", "with [[Dana]]: fax"),
        ("[[Dana Whitlock]] and [[Sam Ruiz|Sam]] coffee yesterday", "Dana Whitlock", "coffee", "and [[Sam Ruiz|Sam]] coffee"),
        ("[[Dee]] prefers fax", "Dana Whitlock", "", "prefers fax"),
        ("Dana prefers [[./Partners/Sam Lee]]", "Sam Lee", "", "Dana prefers [[/Partners/Sam Lee]]"),
        ("Dana prefers [f](./fax.md)", "Dana Whitlock", "", "prefers [f](/fax.md)"),
    ],
)  # fmt: skip
def test_a_link_says_who_is_meant(people: Vault, line: str, name: str, kind: str, words: str) -> None:
    """By its target, before any word does; its alias is no name. One to nobody's note is read by its words. Links that
    are left stay whole, and lead to the same note from the log.
    """
    found = read(people, line)
    assert (found.name, found.kind, found.words) == (name, kind, words)


def test_a_link_to_a_day_is_that_day(people: Vault) -> None:
    """Obsidian's daily notes are linked so."""
    assert read(people, "[[Daily/2026-11-19|Thursday]] call with Dana").date == date(2026, 11, 19)


def test_a_link_that_could_mean_two_is_not_guessed(people: Vault) -> None:
    """Namesakes are candidates; a folder says which."""
    Path(people.root, "Organizations").mkdir(exist_ok=True)
    Path(people.root, "Organizations/Heart.md").write_text("---\ntype: organization\n---\n")
    people.sync()
    assert read(people, "[[Heart]] prefers fax").candidates == ("Heart", "Heart")
    assert read(people, "[[Organizations/Heart|H]] prefers fax").path == "Organizations/Heart.md"


def test_what_is_filed_says_all_that_the_line_said(people: Vault) -> None:
    """The line leaves the inbox with the same change; where nothing is left of it, the log has it as it reads."""
    for line, entry in [
        ("[[Dana Whitlock|Dee]] call yesterday", "- 2026-11-22 call: Dee call yesterday"),
        (
            "coffee with [Dee](Partners/Dana%20Whitlock.md)",
            "- 2026-11-23 coffee: with [Dee](Partners/Dana%20Whitlock.md)",
        ),
        ("[[Dana Whitlock|Dee]] knows [[Sam Lee|Sam]]", "- 2026-11-23 knows [[Sam Lee|Sam]]"),
    ]:
        found = read(people, line)
        file_thought(people, found)
        assert Path(people.root, "Inbox.md").read_text() == "# Inbox\n\n"
        note = Path(people.root, "Partners/Dana Whitlock.md").read_text()
        assert f"{entry}\n" in note
        (change,) = [each for each in people.writer.journal.changes() if each.paths][:1]
        assert set(change.paths) == {"Partners/Dana Whitlock.md", "Inbox.md"}
