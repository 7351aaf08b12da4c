"""Today.md: what is due, on the phone."""

import os
import shutil
from pathlib import Path

import pytest

from rounds.errors import RoundsError
from rounds.vault.history import history, undo
from rounds.vault.inbox import thoughts
from rounds.vault.reminders import today_list
from rounds.vault.rename import rename
from rounds.vault.today_export import PATH, write_today
from rounds.vault.vault import Vault
from vault.notes import text, write


def test_what_is_due_is_a_note_with_links(vault: Vault) -> None:
    """As on Today, in its order; the rest of the week below. Written only when something has changed."""
    assert write_today(vault)
    text = Path(vault.root, PATH).read_text()
    assert text.startswith("# Monday, 23 November 2026\n\n%% Made by Rounds")
    due, _ = today_list(vault)
    lines = [line for line in text.split("## No hurry")[0].splitlines() if line.startswith("- ")]
    assert [line.partition("]]")[0] for line in lines] == [f"- [[{reminder.name}" for reminder in due]
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
    (entry,) = vault.entries("n.path = ?", ("Partners/Beatriz Quintal.md",))
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
    """Lines are known by their form; words behind one of ours are told by the day before them; the rest can be had."""
    old = (
        "# Monday, 23 November 2026\n\n%% Made by Rounds, and written anew each time: rounds today --note %%\n\n"
        "- [[Sam Lee]] Say thank you (21 Nov)\n- [[Kim]] call (20 Nov, 09:30) left a message\n- [x] [[Ana]] write\nmine\n"
    )
    note(vault).write_text(old)
    before = text(vault, "Inbox.md")
    vault.sync()
    assert write_today(vault)
    added = text(vault, "Inbox.md").removeprefix(before)
    assert added.splitlines() == ["- [[Kim]] call (20 Nov, 09:30) left a message", "- [x] [[Ana]] write", "- mine"]
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
