"""What a sync does not follow at once: most notes gone, and notes that editors delete, empty or break for a moment."""

import os
import shutil
import time
from itertools import chain, repeat
from pathlib import Path

import pytest

from rounds.calendar.write_feeds import write_feeds
from rounds.errors import VanishedError
from rounds.vault.grace_period import GracePeriod
from rounds.vault.problems import all_problems
from rounds.vault.reminders import reminders
from rounds.vault.vault import Vault
from vault.notes import entries

NOTE = "---\ntype: partner\nstage: met\n---\n- 2026-05-04 email: x\n"


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def time_ns(self) -> int:
        return time.time_ns()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in ("grace_period", "index_sync"):
        monkeypatch.setattr(f"rounds.vault.{module}.time", made)
    return made


@pytest.fixture
def dozen(empty: Vault) -> Vault:
    """A vault of twelve partners, in sync, its feed written."""
    Path(empty.root, "Partners").mkdir()
    for number in range(12):
        Path(empty.root, f"Partners/P{number}.md").write_text(NOTE)
    empty.sync()
    write_feeds(empty)
    return empty


def names(vault: Vault) -> list[str]:
    return sorted(entry.name for entry in entries(vault))


def lose(vault: Vault, count: int) -> None:
    for number in range(count):
        Path(vault.root, f"Partners/P{number}.md").unlink()


# Mass disappearance -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [10, 12])
def test_most_notes_gone_at_once_changes_nothing(dozen: Vault, count: int) -> None:
    """Index and feed keep what they had, and it is said; the next sync says it again."""
    before, feed = names(dozen), Path(dozen.data, "feeds/reminders.ics").read_bytes()
    lose(dozen, count)
    for _ in range(2):
        assert not dozen.sync()
        assert dozen.vanished is not None
        assert dozen.vanished.message == (
            f"{count} of 12 notes are gone from the vault at once; their last known content is kept"
        )
        assert names(dozen) == before
    assert [problem.path for problem in all_problems(dozen)] == ["."]
    write_feeds(dozen)
    assert Path(dozen.data, "feeds/reminders.ics").read_bytes() == feed


def test_when_it_was_meant_the_index_follows(dozen: Vault) -> None:
    """`rounds --yes-really`."""
    lose(dozen, 12)
    dozen.sure = True
    assert len(dozen.sync().removed) == 12
    assert (dozen.vanished, names(dozen), reminders(dozen)) == (None, [], [])


def test_a_feed_is_not_emptied_by_a_vault_whose_notes_are_away_while_the_index_is_new(dozen: Vault) -> None:
    """Then nothing but the feed itself knows of them. `rounds --yes-really` empties it; so does ticking off the last."""
    feed = Path(dozen.data, "feeds/reminders.ics")
    before = feed.read_bytes()
    assert b"VEVENT" in before
    lose(dozen, 12)
    dozen.index.replace()
    dozen.sync()
    with pytest.raises(VanishedError, match="no partner any more"):
        write_feeds(dozen)
    assert feed.read_bytes() == before
    dozen.sure = True
    write_feeds(dozen)
    assert b"VEVENT" not in feed.read_bytes()


def test_when_they_are_back_all_is_well(dozen: Vault) -> None:
    """A disk that was mounted late."""
    away = Path(dozen.root, "Partners").rename(Path(dozen.root).parent / "away")
    dozen.sync()
    assert dozen.vanished is not None
    away.rename(Path(dozen.root, "Partners"))
    assert not dozen.sync()
    assert dozen.vanished is None


def test_most_notes_of_one_folder_gone_at_once_changes_nothing(dozen: Vault) -> None:
    """All partners away, with a playbook that is larger than they are many."""
    for number in range(30):
        Path(dozen.root, f"Idea {number}.md").write_text("x\n")
    dozen.sync()
    lose(dozen, 12)
    dozen.sync()
    assert dozen.vanished is not None
    assert dozen.vanished.message.startswith("12 of 12 notes are gone from Partners at once")
    assert "P0" in names(dozen)


@pytest.mark.parametrize("count", [1, 9])
def test_a_few_notes_may_go(dozen: Vault, count: int) -> None:
    """Fewer than ten are an ordinary deletion, however few there are."""
    lose(dozen, count)
    assert len(dozen.sync().removed) == count
    assert dozen.vanished is None


def test_a_folder_that_was_copied_and_deleted_is_not_gone(dozen: Vault) -> None:
    """Sync services and git rename a folder so: the notes are there under other paths."""
    shutil.copytree(Path(dozen.root, "Partners"), Path(dozen.root, "People"))
    shutil.rmtree(Path(dozen.root, "Partners"))
    report = dozen.sync()
    assert dozen.vanished is None
    # Windows lists no numbers of files: there, a copy with the old time and size counts as the same file.
    assert {*report.added, *report.moved} == {f"People/P{number}.md" for number in range(12)}
    assert {*report.removed, *report.moved.values()} == {f"Partners/P{number}.md" for number in range(12)}


def test_a_folder_that_was_renamed_is_not_gone(dozen: Vault) -> None:
    """Its notes were moved."""
    Path(dozen.root, "Partners").rename(Path(dozen.root, "People"))
    assert len(dozen.sync().moved) == 12


# A watcher's patience -----------------------------------------------------------------------------------------


def test_a_note_deleted_and_made_anew_never_leaves_the_index(dozen: Vault, clock: Clock) -> None:
    """vim, Emacs and git do that; without a watcher, what is gone is gone."""
    patience = GracePeriod(gone=1.0, broken=2.0)
    note = Path(dozen.root, "Partners/P0.md")
    note.unlink()
    assert not dozen.sync(patience=patience)
    assert patience.waiting
    assert "P0" in names(dozen)
    clock.now += 0.9
    note.write_text(NOTE + "- 2026-05-05 call: y\n")
    assert dozen.sync(patience=patience).changed == ("Partners/P0.md",)
    assert not patience.waiting
    note.unlink()
    assert dozen.sync().removed == ("Partners/P0.md",)


def test_a_note_that_stays_away_goes_after_a_second(dozen: Vault, clock: Clock) -> None:
    patience = GracePeriod(gone=1.0, broken=2.0)
    Path(dozen.root, "Partners/P0.md").unlink()
    dozen.sync(patience=patience)
    clock.now += 1.0
    assert dozen.sync(patience=patience).removed == ("Partners/P0.md",)
    assert not patience.waiting


@pytest.mark.parametrize("text", ["", "---\nstage: [\n---\n"])
def test_an_empty_or_broken_note_keeps_its_rows_for_two_seconds(dozen: Vault, clock: Clock, text: str) -> None:
    """Then it is a problem beside its last good version."""
    patience = GracePeriod(gone=1.0, broken=2.0)
    note = Path(dozen.root, "Partners/P0.md")
    note.write_text(text)
    for _ in range(2):
        assert not dozen.sync(patience=patience)
        clock.now += 0.9
    assert dozen.entry("Partners/P0.md").properties["stage"] == "met"
    assert all_problems(dozen) == []
    clock.now += 0.3
    assert dozen.sync(patience=patience).changed == ("Partners/P0.md",)
    assert [problem.path for problem in all_problems(dozen)] == ["Partners/P0.md"]
    assert dozen.entry("Partners/P0.md").properties["stage"] == "met"
    assert not patience.waiting


def test_a_note_mended_in_time_was_never_a_problem(dozen: Vault, clock: Clock) -> None:
    patience = GracePeriod(gone=1.0, broken=2.0)
    note = Path(dozen.root, "Partners/P0.md")
    note.write_text("---\nstage: [\n---\n")
    dozen.sync(patience=patience)
    note.write_text(NOTE.replace("met", "active"))
    assert dozen.sync(patience=patience).changed == ("Partners/P0.md",)
    assert not patience.waiting
    assert all_problems(dozen) == []


def test_a_file_written_just_now_is_read_again(dozen: Vault) -> None:
    """Two writes within the clock's grain leave the same stamp; the second must not be missed."""
    note = Path(dozen.root, "Partners/P0.md")
    os.utime(note)  # now
    dozen.sync()
    assert dozen.index.stamps()["Partners/P0.md"][1] == 0
    assert not dozen.sync()


def test_a_watcher_looks_again_at_what_was_written_just_now(
    dozen: Vault, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would else be read with the next event, or after a minute."""
    patience = GracePeriod(gone=1.0, broken=2.0)
    note = Path(dozen.root, "Partners/P0.md")
    note.write_text(NOTE + "more\n")
    wrote = note.stat().st_mtime_ns
    clock.time_ns = lambda: wrote  # type: ignore[method-assign]
    dozen.sync(patience=patience)
    assert patience.young
    monkeypatch.setattr("rounds.vault.index_sync.YOUNG", 0)  # as if more time had passed
    dozen.sync(patience=patience)
    assert not patience.young
    assert dozen.index.stamps()["Partners/P0.md"][1] != 0


def test_what_was_written_before_a_long_reading_began_may_be_written_during_it(dozen: Vault, clock: Clock) -> None:
    """Young is what was so when the reading began, however long it takes."""
    later = chain([0], repeat(10**9))
    note = Path(dozen.root, "Partners/P0.md")
    note.write_text(NOTE + "more\n")
    wrote = note.stat().st_mtime_ns
    clock.time_ns = lambda: wrote + next(later)  # type: ignore[method-assign]
    dozen.sync()
    assert dozen.index.stamps()["Partners/P0.md"][1] == 0


def test_a_date_to_come_is_not_just_now(dozen: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note from a machine whose clock runs ahead is read once, not with every command."""
    note = Path(dozen.root, "Partners/P0.md")
    os.utime(note, (4e9 + 0.5, 4e9 + 0.5))  # a whole second would be taken for that of a clock which knows no others
    monkeypatch.setattr("rounds.vault.index_sync.YOUNG", 0)  # its ctime is old; its mtime is not for 70 years
    dozen.sync()
    assert dozen.index.stamps()["Partners/P0.md"][1] != 0


def test_an_emptied_note_is_a_problem_and_keeps_what_it_held(dozen: Vault) -> None:
    """Also for a command, which looks once; until there is text again. What never held anything may be empty."""
    note = Path(dozen.root, "Partners/P0.md")
    note.write_text("")
    Path(dozen.root, "New.md").write_text("")
    for _ in range(2):
        dozen.sync()
        dozen.reader = dozen.reader._replace(folders=[*dozen.reader.folders, ("Other/", "niche")])  # reads all again
        entry = dozen.entry("Partners/P0.md")
        assert (entry.properties["stage"], entry.readable) == ("met", False)
        (problem,) = all_problems(dozen)
        assert (problem.path, problem.message) == (
            "Partners/P0.md", "the file is empty; its earlier content is shown",
        )  # fmt: skip
    note.write_text(NOTE.replace("met", "active"))
    dozen.sync()
    assert (dozen.entry("Partners/P0.md").properties["stage"], all_problems(dozen)) == ("active", [])


def test_an_inbox_may_be_emptied(dozen: Vault) -> None:
    """Notes of no known type are emptied by their users, and by `rounds inbox`."""
    inbox = Path(dozen.root, "Inbox.md")
    inbox.write_text("Dana coffee yesterday\n")
    dozen.sync()
    inbox.write_text("")
    assert dozen.sync().changed == ("Inbox.md",)
    assert all_problems(dozen) == []


def test_a_file_written_just_now_and_deleted_is_gone(dozen: Vault) -> None:
    """Its rows do not outlive it."""
    note = Path(dozen.root, "Partners/New.md")
    note.write_text(NOTE)
    dozen.sync()
    note.unlink()
    assert dozen.sync().removed == ("Partners/New.md",)


def test_problems_can_be_listed_while_the_folder_is_gone(vault: Vault) -> None:
    """The first of them says so; what is looked up in notes themselves is left out."""
    root = Path(vault.root)
    root.rename(root.parent / "elsewhere")
    with pytest.raises(VanishedError):
        vault.sync()
    assert all_problems(vault)[0].message == f"rounds.toml is gone from {root}"
