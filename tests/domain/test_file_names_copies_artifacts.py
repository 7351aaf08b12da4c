import pytest

from rounds.domain.file_names_copies import conflict_of, is_noise, not_here, uncut


@pytest.mark.parametrize(
    "name",
    [".#Sam.md", "#Sam.md#", "Sam.md~", ".Sam.md.swp", ".Sam.md.swo", "4913", "sedA1b2C3", ".~0a1b2c3d.tmp",
     ".syncthing.Sam.md.tmp", ".DS_Store", ".gitignore", ".Sam.md.icloud"],
)  # fmt: skip
def test_swap_backup_and_hidden_files_are_noise(name: str) -> None:
    """What editors and sync tools leave for a moment is never looked at (vault format, Artefacts recognised)."""
    assert is_noise(name)


@pytest.mark.parametrize("name", ["Sam Lee.md", "4913.md", "sedge.md", "A # B.md", "Sam Lee 2.md", "C#.md"])
def test_names_of_people_are_no_noise(name: str) -> None:
    """A note is not mistaken for rubbish because of an odd sign in its name."""
    assert not is_noise(name)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("Sam Lee.sync-conflict-20261123-101500-ABCDEF7.md", "Sam Lee.md"),
        ("Sam Lee (Kim's conflicted copy 2026-11-23).md", "Sam Lee.md"),
        ("Sam Lee (conflicted copy 2026-11-23 101500).md", "Sam Lee.md"),
        ("Sam Lee (SFConflict kim@example.org 2026-11-23-10-15-00).md", "Sam Lee.md"),
        ("Sam Lee (Rose City) (Kim's conflicted copy 2026-11-23).md", "Sam Lee (Rose City).md"),
        ("Sam Lee.md", None),
        ("Sam Lee (Rose City).md", None),
        ("On conflict.md", None),
    ],
)
def test_conflict_copies_name_the_note_they_belong_to(name: str, note: str | None) -> None:
    """Each sync tool's way to name a second version is known; a namesake's file is none."""
    assert conflict_of(name) == note


def test_an_icloud_placeholder_names_its_note() -> None:
    """The note exists, but its text is not on this machine."""
    assert not_here(".Sam Lee.md.icloud") == "Sam Lee.md"
    assert not_here(".photo.jpg.icloud") is None
    assert not_here("Sam Lee.md") is None


def test_a_copy_with_a_cut_name_belongs_to_the_note_whose_name_was_too_long() -> None:
    """Only where there is one such note, in its folder, and its name would not have fitted."""
    end = " (conflicted copy 2026-11-29 101010).md"
    whole, cut = f"P/{'n' * 240}.md", f"P/{'n' * 216}{end}"
    said = conflict_of(cut[2:])
    assert said == f"{'n' * 216}.md"
    assert uncut(cut, f"P/{said}", [whole, "P/nn.md", f"Q/{'n' * 240}.md"]) == [whole]
    assert uncut(cut, f"P/{said}", [whole, f"P/{'n' * 239}m.md"]) == []
    assert uncut(f"P/Sam{end}", "P/Sam.md", ["P/Sam Lee.md"]) == []
