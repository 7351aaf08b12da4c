"""Today.md: what is due, on the phone."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from conftest import TODAY
from rounds.errors import RoundsError
from rounds.vault.history_undo import forget, history, undo
from rounds.vault.inbox import thoughts
from rounds.vault.note_files import rename
from rounds.vault.reminders import today_list, today_sections
from rounds.vault.today_export import PATH, write_today
from rounds.vault.vault import Vault
from vault.notes import entries, text, write


def test_what_is_due_is_a_note_with_links(vault: Vault) -> None:
    """In the sections of Today, without No hurry. Written only when something has changed."""
    assert write_today(vault)
    text = Path(vault.root, PATH).read_text()
    assert text.startswith("# Monday, 23 November 2026\n\n%% Made by Rounds")
    sections = today_sections(vault, everything=False)
    lines = [line for line in text.splitlines() if line.startswith(("- ", "## "))]
    assert [line.partition("]]")[0] for line in lines] == [
        line for section, some in sections.items() for line in (f"## {section.value}", *(f"- [[{r.name}" for r in some))
    ]
    assert [line for line in lines if line.startswith("## ")][:3] == ["## Late", "## Today", "## Tomorrow"]
    assert "- [[Beatriz Quintal]] Say thank you (21 Nov)" in lines
    assert not write_today(vault)


def test_it_is_neither_a_log_nor_a_list_of_follow_ups(vault: Vault) -> None:
    """Nothing is asked for twice once it is indexed."""
    before = [reminder.uid for part in today_list(vault) for reminder in part]
    write_today(vault)
    assert vault.sync().added == (PATH,)
    assert [reminder.uid for part in today_list(vault) for reminder in part] == before
    assert not write_today(vault)


def test_no_client_code_gets_out(empty: Vault) -> None:
    """Though somebody typed one (guide, Compliance facts)."""
    write(empty, "---\ntype: partner\n---\n- [ ] ask about R-7K3QXM by 2026-11-20\n", "Partners/Sam.md")
    write_today(empty)
    assert "- [[Sam]] ask about a client (20 Nov)" in Path(empty.root, PATH).read_text()


def test_an_empty_day_says_so(empty: Vault) -> None:
    write_today(empty)
    assert Path(empty.root, PATH).read_text().endswith("Nothing is due today.\n")


def test_a_note_of_the_users_own_is_never_overwritten(empty: Vault) -> None:
    write(empty, "my plans\n", PATH)
    with pytest.raises(RoundsError, match="a note of yours"):
        write_today(empty)
    assert Path(empty.root, PATH).read_text() == "my plans\n"


def note(vault: Vault) -> Path:
    return Path(vault.root, PATH)


def test_what_was_typed_goes_to_the_inbox_first(vault: Vault) -> None:
    """Lines that were added or changed, a ticked one too; nothing twice, and one undo takes it back."""
    write_today(vault)
    ours = note(vault).read_text()
    typed = ours.replace("Say thank you (21 Nov)", "Say thank you (21 Nov) done, she was glad").replace(
        "- [[Maria", "- [x] [[Maria", 1
    )
    typed += "\n## Ideas\n\n- [ ] ask Kim about parking\n> a quote\n#tagged call the school\n"
    note(vault).write_text(typed)
    before = text(vault, "Inbox.md")
    vault.sync()
    assert write_today(vault)
    assert note(vault).read_text() == ours
    added = text(vault, "Inbox.md").removeprefix(before)
    assert added.splitlines()[-4:] == [
        "- Ideas", "- [ ] ask Kim about parking", "- a quote", "- #tagged call the school",
    ]  # fmt: skip
    assert "- [[Beatriz Quintal]] Say thank you (21 Nov) done, she was glad" in added
    assert "- [x] [[Maria" in added
    assert "ask Kim about parking" in [thought.text for thought in thoughts(vault)]
    assert not write_today(vault)
    assert text(vault, "Inbox.md") == before + added
    undo(vault)
    assert (note(vault).read_text(), text(vault, "Inbox.md")) == (typed, before)


def typed_into(vault: Vault, words: str) -> str:
    """What Inbox.md holds after words were added to Today.md and it was written anew."""
    write_today(vault)
    note(vault).write_text(f"{note(vault).read_text()}{words}\n")
    vault.sync()
    write_today(vault)
    assert words not in note(vault).read_text()
    return text(vault, "Inbox.md")


def test_an_inbox_is_made_where_there_is_none(empty: Vault) -> None:
    assert typed_into(empty, "call Sam") == "# Inbox\n\n- call Sam\n"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_line_of_the_inbox_stays_a_line(empty: Vault, end: str) -> None:
    """With its own line ends, also where the last line has none."""
    write(empty, f"one{end}", "Inbox.md")
    assert typed_into(empty, "two").splitlines() == ["one", "- two"]


@pytest.mark.parametrize("words", ["%% mine", "```", "~~~ x", "<!-- not yet", "> %% said", "- ```"])
def test_what_was_typed_hides_nothing_in_the_inbox(empty: Vault, words: str) -> None:
    """A comment or code that stays open is no longer one, line by line."""
    write(empty, "one\n", "Inbox.md")
    typed_into(empty, f"{words}\nafter it")
    seen = [thought.text for thought in thoughts(empty)]
    assert (seen[0], seen[-1]) == ("one", "after it")


def test_an_inbox_that_hides_its_end_gets_it_at_the_top(empty: Vault) -> None:
    write(empty, "one\n%% never closed\ntwo\n", "Inbox.md")
    typed_into(empty, "three")
    assert [thought.text for thought in thoughts(empty)] == ["three", "one"]


@pytest.mark.parametrize("harm", ["---\nid: [\n---\none\n", None])
def test_an_inbox_that_can_not_be_written_leaves_today_as_it_is(empty: Vault, harm: str | None) -> None:
    """It is said; nothing is lost, and once it is mended it is done."""
    write_today(empty)
    inbox = Path(empty.root, "Inbox.md")
    if harm is None:
        inbox.mkdir()
    else:
        inbox.write_text(harm)
    typed = f"{note(empty).read_text()}call Sam\n"
    note(empty).write_text(typed)
    empty.sync()
    for _ in range(2):
        with pytest.raises(RoundsError) as told:
            write_today(empty)
        assert told.value.hint.endswith("Today.md is left as it is.")
        assert note(empty).read_text() == typed
        assert harm is None or inbox.read_text() == harm
    inbox.rmdir() if harm is None else inbox.unlink()
    empty.sync()
    write_today(empty)
    assert inbox.read_text() == "# Inbox\n\n- call Sam\n"


def test_links_that_follow_a_note_are_not_typed(vault: Vault) -> None:
    """After a rename, by Rounds or Obsidian, the lines are still ours: nothing of it comes to the inbox."""
    write_today(vault)
    vault.sync()
    inbox = text(vault, "Inbox.md")
    (entry,) = entries(vault, "n.path = ?", ("Partners/Beatriz Quintal.md",))
    rename(vault, entry, "Bea Quintal")
    vault.sync()
    assert "[[Bea Quintal" in note(vault).read_text()
    write_today(vault)
    assert text(vault, "Inbox.md") == inbox


def test_another_machine_knows_an_untouched_note(vault: Vault) -> None:
    """By its seal: no line of it goes anywhere, and nothing is to undo."""
    write_today(vault)
    inbox, done = text(vault, "Inbox.md"), len(history(vault))
    Path(vault.data, "today-note.md").unlink()
    write(vault, "---\ntype: partner\n---\n- [ ] say hello by 2026-11-20\n", "Partners/Kim.md")
    assert write_today(vault)
    assert (text(vault, "Inbox.md"), len(history(vault))) == (inbox, done)


def test_a_touched_note_of_another_machine_or_version_is_kept_in_the_history(vault: Vault) -> None:
    """No line is known by its form alone: in doubt it goes to the inbox, once, and that is said; one undo takes it back."""
    old = (
        "# Monday, 23 November 2026\n\n%% Made by Rounds, and written anew each time: rounds today --note %%\n\n"
        "- [[Sam Lee]] Say thank you (21 Nov)\n- [[Kim]] call (20 Nov, 09:30) left a message\n- [x] [[Ana]] write\nmine\n"
    )
    note(vault).write_text(old)
    before = text(vault, "Inbox.md")
    vault.sync()
    assert write_today(vault)
    added = text(vault, "Inbox.md").removeprefix(before)
    assert added.splitlines() == [
        "- [[Sam Lee]] Say thank you (21 Nov)", "- [[Kim]] call (20 Nov, 09:30) left a message", "- [x] [[Ana]] write", "- mine",
    ]  # fmt: skip
    assert [words for words in vault.notices() if "Today.md was edited" in words]
    assert not write_today(vault)
    undo(vault)
    assert note(vault).read_text() == old


def test_who_types_just_now_is_not_interrupted(vault: Vault) -> None:
    """`rounds watch` waits until nobody has typed for a while."""
    write_today(vault)
    inbox, typed = text(vault, "Inbox.md"), f"{note(vault).read_text()}call S"
    note(vault).write_text(typed)
    vault.sync()
    assert not write_today(vault, waits=True)
    assert note(vault).read_text() == typed
    os.utime(note(vault), (1, 1))
    assert write_today(vault, waits=True)
    assert text(vault, "Inbox.md") == f"{inbox}- call S\n"


@pytest.mark.parametrize("there", ["", "\n"])
def test_an_empty_note_is_filled(empty: Vault, there: str) -> None:
    write(empty, there, PATH)
    assert write_today(empty)
    assert not Path(empty.root, "Inbox.md").exists()


def test_other_line_ends_are_no_change(vault: Vault) -> None:
    """As git and some sync services make them."""
    write_today(vault)
    note(vault).write_bytes(b"\xef\xbb\xbf" + note(vault).read_bytes().replace(b"\n", b"\r\n"))
    vault.sync()
    inbox = text(vault, "Inbox.md")
    assert not write_today(vault)
    assert text(vault, "Inbox.md") == inbox


def test_a_folder_of_that_name_is_said(empty: Vault) -> None:
    note(empty).mkdir()
    with pytest.raises(RoundsError, match=r"Today\.md can't be read"):
        write_today(empty)
    shutil.rmtree(note(empty))
    assert write_today(empty)


PLANNED = "---\ntype: partner\n---\n- [ ] {} by 2026-11-20\n"
SENT = PLANNED.format("send the flyer")


def planned(vault: Vault, words: str = "another") -> None:
    """One more thing to do, so that Today.md changes."""
    write(vault, PLANNED.format(words), "Partners/Kim.md")


@pytest.fixture
def written(empty: Vault) -> Vault:
    """A vault with a Today.md that has lines for Dana and Sam."""
    write(empty, SENT, "Partners/Dana Whitlock.md")
    write(empty, SENT)
    write_today(empty)
    empty.sync()
    return empty


def edited(vault: Vault, old: str, new: str) -> None:
    """Somebody changes Today.md with an editor."""
    assert note(vault).read_text().count(old) == 1
    note(vault).write_text(note(vault).read_text().replace(old, new))
    vault.sync()


def inbox_of(vault: Vault) -> list[str]:
    file = Path(vault.root, "Inbox.md")
    return file.read_text().splitlines()[2:] if file.exists() else []


def elsewhere(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch, today: date = TODAY) -> Vault:
    """The same vault on another device: with a data home and a cache of its own."""
    for name in ("DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    opened = Vault.open(vault.root, clock=lambda: today)
    opened.sync()
    return opened


@pytest.mark.parametrize(
    "link",
    [
        "[[Maria Gonzalez 503-555-0100]]", "[[Sam Lee|Sam (moved to Boston)]]", "[[Dana Whitlock]]", "[[Sam Lee#555 2121]]",
        "[[503-555-0100/Sam Lee]]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("gone", [False, True])
def test_words_in_a_link_are_typed(written: Vault, link: str, gone: bool) -> None:
    """A link counts as ours only where its note was renamed; whatever it is, the history has it."""
    edited(written, "[[Sam Lee]]", link)
    planned(written)
    if gone:
        Path(written.root, "Partners/Sam Lee.md").unlink()
        written.sync()
    typed = note(written).read_text()
    assert write_today(written)
    if not (gone and link == "[[Dana Whitlock]]"):
        assert inbox_of(written) == [f"- {link} send the flyer (20 Nov)"]
    undo(written)
    assert note(written).read_text() == typed


@pytest.mark.parametrize("folder", ["", "Partners/"])
@pytest.mark.parametrize("due", [True, False])
def test_a_link_to_a_renamed_note_is_ours(written: Vault, folder: str, due: bool) -> None:
    """As Obsidian writes it, by name or by path, also where the line is no longer due."""
    Path(written.root, "Partners/Sam Lee.md").rename(Path(written.root, "Partners/Samuel Lee.md"))
    write(written, SENT if due else "---\ntype: partner\n---\n", "Partners/Samuel Lee.md")
    edited(written, "[[Sam Lee]]", f"[[{folder}Samuel Lee]]")
    planned(written)
    assert write_today(written)
    assert inbox_of(written) == []


def test_words_typed_behind_a_renamed_link_are_typed(written: Vault) -> None:
    Path(written.root, "Partners/Sam Lee.md").rename(Path(written.root, "Partners/Samuel Lee.md"))
    edited(written, "[[Sam Lee]] send", "[[Samuel Lee]] please send")
    assert write_today(written)
    assert inbox_of(written) == ["- [[Samuel Lee]] please send the flyer (20 Nov)"]


@pytest.mark.parametrize("words", ["Maria 555 0101 wants a call.", "100% sure: call Maria", "%% Maria %%"])
def test_words_in_the_mark_are_typed(written: Vault, words: str) -> None:
    """They are no comment in the inbox."""
    edited(written, "today --note.", f"today --note. {words}")
    planned(written)
    assert write_today(written)
    (line,) = inbox_of(written)
    assert words.replace("%%", "").strip() in line
    assert [thought.text for thought in thoughts(written)] == [line.removeprefix("- ")]


def test_words_behind_the_mark_come_without_it(written: Vault) -> None:
    edited(written, ") %%", ") %% call Maria")
    assert write_today(written)
    assert inbox_of(written) == ["- call Maria"]


TYPED = "- [[Sam Lee]] wants the January slot, gave me 555 9999"


@pytest.mark.parametrize("times", [1, 2, 4])
def test_a_write_that_was_killed_loses_nothing(written: Vault, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the note changes: what was ours is still known, and what was typed comes to the inbox alone."""
    note(written).write_text(f"{note(written).read_text()}{TYPED}\n")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(written.writer, "put", killed)
        for time in range(times):
            planned(written, f"thing {time}")
            with pytest.raises(KeyboardInterrupt):
                write_today(written)
    write(written, "---\ntype: partner\n---\n")
    assert write_today(written)
    assert inbox_of(written) == [TYPED]
    assert written.notices() == []


@pytest.mark.parametrize("words", ["{}", "# Maria, 12 Boston 2026", "- [[Sam Lee]] wants it on (20 Nov)"])
def test_what_was_typed_after_forgetting_goes_to_the_inbox(written: Vault, words: str) -> None:
    """No line counts as ours by its form."""
    words = words.format(TYPED)
    forget(written)
    note(written).write_text(f"{note(written).read_text()}{words}\n")
    planned(written)
    assert write_today(written)
    assert inbox_of(written) == [f"- {words.removeprefix('# ').removeprefix('- ')}"]
    assert [told for told in written.notices() if "Today.md was edited" in told]


def test_another_devices_edited_note(written: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed goes to the inbox, with the lines of ours that would not be written now, once."""
    note(written).write_text(f"{note(written).read_text()}{TYPED}\n")
    write(written, "---\ntype: partner\n---\n", "Partners/Dana Whitlock.md")
    other = elsewhere(written, tmp_path, monkeypatch)
    assert write_today(other)
    assert inbox_of(other) == ["- [[Dana Whitlock]] send the flyer (20 Nov)", TYPED]
    assert not write_today(other)
    other.close()


def test_two_devices_take_turns(written: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Day by day, with changes between: what nobody edited is replaced; nothing in the inbox, nothing to undo."""
    homes = [tmp_path / "one", tmp_path / "two"]
    for day in range(6):
        planned(written, f"thing {day}")
        device = elsewhere(written, homes[day % 2], monkeypatch, TODAY + timedelta(days=day))
        assert write_today(device)
        assert not write_today(device)
        assert (inbox_of(device), history(device)) == ([], [])
        device.close()


def test_an_up_to_date_note_is_remembered(written: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another device wrote it: later only what was typed goes to the inbox."""
    other = elsewhere(written, tmp_path, monkeypatch)
    assert not write_today(other)
    note(other).write_text(f"{note(other).read_text()}{TYPED}\n")
    write(other, "---\ntype: partner\n---\n")
    assert write_today(other)
    assert inbox_of(other) == [TYPED]
    other.close()
