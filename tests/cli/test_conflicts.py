"""`rounds conflicts`: shown first, merged only when asked, nothing lost."""

from pathlib import Path

from cli.running import Runner

DANA = "Partners/Dana Whitlock.md"
COPY = "Partners/Dana Whitlock.sync-conflict-20261120-101010-ABCDEFG.md"


def copied(rounds: Runner, old: str, new: str) -> Path:
    """A conflict copy of Dana's note in which something stands differently."""
    text = rounds.note(DANA)
    assert old in text
    copy = rounds.folder / COPY
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


def added(rounds: Runner) -> Path:
    """A copy with one more log entry than the note."""
    return copied(rounds, "## Log\n\n", "## Log\n\n- 2026-11-19 call: from the phone\n")


def test_without_copies_there_is_nothing_to_do(rounds: Runner) -> None:
    assert rounds.good("conflicts") == "No conflict copies.\n"
    assert rounds.json("conflicts") == {"copies": []}


def test_a_copy_is_shown_with_what_merging_would_change(rounds: Runner) -> None:
    """Nothing is written without --apply."""
    copy, before = added(rounds), rounds.note(DANA)
    text = rounds.good("conflicts")
    assert text.startswith(f"{COPY}: the copy merges into the note.\n")
    assert "+- 2026-11-19 call: from the phone" in text
    assert text.endswith("To merge those that can be merged: rounds conflicts --apply\n")
    assert copy.exists()
    assert rounds.note(DANA) == before


def test_what_merges_is_merged_and_the_copy_goes_to_the_trash(rounds: Runner) -> None:
    copy = added(rounds)
    (shown,) = rounds.json("conflicts", "--apply")["copies"]
    assert (shown["state"], shown["ready"], shown["now"]) == ("merges", True, f".trash/{copy.name}")
    assert "- 2026-11-19 call: from the phone" in rounds.note(DANA)
    assert not copy.exists()
    assert (rounds.folder / ".trash" / copy.name).exists()
    assert rounds.good("conflicts") == "No conflict copies.\n"


def test_what_does_not_merge_is_shown_whole_and_waits_for_a_choice(rounds: Runner) -> None:
    """Exit code 1; both versions are shown; nothing is written."""
    copy = copied(rounds, "stage: contacted", "stage: resting")
    note = rounds.folder / DANA
    note.write_text(rounds.note(DANA).replace("stage: contacted", "stage: met"), encoding="utf-8")
    before = rounds.note(DANA)
    result = rounds("conflicts", "--apply")
    assert result.exit_code == 1
    assert f"{COPY}: the two say different things." in result.stdout
    assert "        copy: stage: resting" in result.stdout
    assert "        note: stage: met" in result.stdout
    assert (copy.exists(), rounds.note(DANA)) == (True, before)
    rounds.good("conflicts", "--apply", "--keep", "copy")
    assert "stage: resting" in rounds.note(DANA)
    assert not copy.exists()


def test_only_the_named_copies(rounds: Runner) -> None:
    """A name that is none is an error of use, and nothing is done."""
    copy = added(rounds)
    result = rounds("conflicts", "Partners/Dana Whitlock.md", "--apply")
    assert result.exit_code == 2
    assert "isn't a conflict copy in this vault" in result.stderr
    assert copy.exists()


def test_a_merge_can_be_undone(rounds: Runner) -> None:
    """As one change: the note as it was, and the copy back in its place."""
    copy, before = added(rounds), rounds.note(DANA)
    rounds.good("conflicts", "--apply")
    rounds.good("undo")
    assert rounds.note(DANA) == before
    assert copy.exists()
