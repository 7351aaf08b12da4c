"""Nothing that git does not keep is written over by a sync: the ways in which git would do so, in real repositories."""

import os
import subprocess
from pathlib import Path

import pytest

from conftest import tool
from rounds.errors import RoundsError
from rounds.storage import git
from storage.clones import NOTE, ODD, commit, run

pytestmark = pytest.mark.usefixtures("identity")
WORDS = "typed here, and nowhere else\n"
IGNORE = ".trash/\nPrivate*\nsam.md\n*.json\n*~*\n"


@pytest.fixture
def pair(devices: tuple[Path, Path]) -> tuple[Path, Path]:
    """Both ignore the same files."""
    one, two = devices
    commit(one, ".gitignore", IGNORE)
    git.sync(str(one))
    git.sync(str(two))
    return devices


def put(root: Path, path: str, text: str = WORDS) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def force(root: Path, path: str, text: str = "theirs\n") -> None:
    """Commit a file that is ignored."""
    put(root, path, text)
    run(root, "add", "-f", path)
    run(root, "commit", "-q", "-m", path)


def texts(root: Path) -> list[str]:
    """The contents of all files, also hidden ones, but not of git's own."""
    found = (
        Path(folder, name) for folder, _, names in os.walk(root) if ".git" not in Path(folder).parts for name in names
    )
    return [path.read_text() for path in found if path.is_file()]  # fmt: skip


WAYS = ("forward", "merge", "rebase")


def behind(two: Path, way: str) -> None:
    """Two is only behind, or has a commit of its own that is merged or put on top."""
    if way != "forward":
        commit(two, "Own.md", "of two\n")
    run(two, "config", "pull.rebase", str(way == "rebase").lower())


@pytest.mark.parametrize("way", WAYS)
def test_a_trashed_note_that_was_edited_stays(pair: tuple[Path, Path], way: str) -> None:
    """Another device has committed the same path of the trash, which is ignored here."""
    one, two = pair
    behind(two, way)
    put(two, ".trash/Sam.md")
    force(one, ".trash/Sam.md")
    git.sync(str(one))
    told: list[str] = []
    done = git.sync(str(two), tell=told.append)
    ((path, now),) = done.moved
    assert path == ".trash/Sam.md"
    assert (two / now).read_text() == WORDS
    assert "conflicted copy" in now
    assert (two / path).read_text() == "theirs\n"
    assert path in told[0]
    assert now in told[0]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Private.md", "Private.md"),
        ("Private", "Private/Ann.md"),  # a file where a folder is to be
        ("Private/Ann.md", "Private"),  # a folder where a file is to be
        ("Private/a/b/Ann.md", "Private"),
        (".obsidian/app.json", ".obsidian/app.json"),
    ],
)
def test_what_is_ignored_and_in_the_way_is_moved(pair: tuple[Path, Path], way: str, ours: str, theirs: str) -> None:
    one, two = pair
    behind(two, way)
    put(two, ours)
    force(one, theirs)
    git.sync(str(one))
    done = git.sync(str(two))
    assert [path for path, _ in done.moved] == [ours]
    assert (two / theirs).read_text() == "theirs\n"
    assert (two / done.moved[0][1]).read_text() == WORDS


def test_a_file_beneath_a_tracked_folder_that_becomes_a_file(pair: tuple[Path, Path]) -> None:
    """Git removes the folder with all that it ignores in it."""
    one, two = pair
    commit(one, "Other.md", "x\n")
    put(one, "Folder/kept.md", "kept\n")
    run(one, "add", "-A")
    run(one, "commit", "-qm", "folder")
    git.sync(str(one))
    git.sync(str(two))
    put(two, "Folder/notes.json")
    run(one, "rm", "-rq", "Folder")
    commit(one, "Folder", "a file now\n")
    git.sync(str(one))
    git.sync(str(two))
    assert (two / "Folder").read_text() == "a file now\n"
    assert WORDS in texts(two)


def test_a_link_that_is_ignored_is_moved_and_not_followed(pair: tuple[Path, Path], tmp_path: Path) -> None:
    """Nothing is written where it leads."""
    one, two = pair
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "Ann.md").write_text(WORDS)
    (two / "Private").symlink_to(elsewhere)
    force(one, "Private/Ann.md")
    git.sync(str(one))
    git.sync(str(two))
    assert (elsewhere / "Ann.md").read_text() == WORDS
    assert (two / "Private/Ann.md").read_text() == "theirs\n"
    assert not (two / "Private").is_symlink()


def test_what_a_rebase_only_passes_is_moved(pair: tuple[Path, Path]) -> None:
    """A commit of ours had the file, the next one took it out of git: a rebase writes it once more, then removes it."""
    one, two = pair
    run(two, "config", "pull.rebase", "true")
    force(two, "Private.md", "an old version\n")
    run(two, "rm", "-q", "--cached", "Private.md")
    run(two, "commit", "-qm", "git keeps it no more")
    put(two, "Private.md")
    commit(one, "Own.md", "of one\n")
    git.sync(str(one))
    assert git.sync(str(two)).pushed == 2
    assert WORDS in texts(two)


def test_the_name_git_gives_to_a_note_beside_a_folder(pair: tuple[Path, Path]) -> None:
    """Where one side has a folder of a note's name, git puts the note into `NAME~HEAD`, over what is ignored."""
    one, two = pair
    commit(two, "Sam", "of two\n")
    put(two, "Sam~HEAD")
    put(one, "Sam/x.md", "of one\n")
    run(one, "add", "-A")
    run(one, "commit", "-qm", "x")
    git.sync(str(one))
    git.sync(str(two))
    assert WORDS in texts(two)


def test_files_that_git_was_told_not_to_list(pair: tuple[Path, Path]) -> None:
    """New notes hold a sync back, whatever the settings say of showing them."""
    one, two = pair
    run(two, "config", "status.showUntrackedFiles", "no")
    put(two, "New.md")
    commit(one, "New.md", "of one\n")
    git.sync(str(one))
    with pytest.raises(RoundsError, match=r"1 file is not committed yet: New\.md"):
        git.sync(str(two))
    assert (two / "New.md").read_text() == WORDS


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_changes_that_git_was_told_not_to_see(pair: tuple[Path, Path], flag: str) -> None:
    """A merge that fails puts what is committed over the first kind."""
    one, two = pair
    commit(two, "Own.md", "of two\n")
    run(two, "update-index", flag, "Other.md")
    commit(one, "Other.md", NOTE + "of one\n")
    git.sync(str(one))
    put(two, "Other.md", NOTE + WORDS)
    with pytest.raises(RoundsError, match=r"set not to look at the changes of Other\.md"):
        git.sync(str(two))
    assert (two / "Other.md").read_text() == NOTE + WORDS


def test_a_repository_in_the_way(pair: tuple[Path, Path]) -> None:
    one, two = pair
    run(two.parent, "init", "-q", str(two / "Private"))
    put(two, "Private/Ann.md")
    run(two / "Private", "add", "-A")
    run(two / "Private", "commit", "-qm", "own")
    force(one, "Private/Ann.md")
    git.sync(str(one))
    with pytest.raises(RoundsError, match="Private/ is a repository by itself"):
        git.sync(str(two))
    assert (two / "Private/Ann.md").read_text() == WORDS


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../x.md", "../x.md", "Partners/../../x.md", ".git/config", "Partners/../.GIT/hooks"]
)
def test_a_link_that_leads_out_is_not_taken_in(devices: tuple[Path, Path], target: str) -> None:
    """It would have other programs write where it leads. With trust it is git that decides."""
    one, two = devices
    (one / "Link.md").symlink_to(target)
    run(one, "add", "-A")
    run(one, "commit", "-qm", "link")
    git.sync(str(one))
    with pytest.raises(RoundsError, match=r"leads out of the vault: Link\.md -> "):
        git.sync(str(two))
    assert not os.path.lexists(two / "Link.md")
    assert git.sync(str(two), trusted=True).pulled == 1


def test_links_within_the_vault_and_submodules_are_taken_in(devices: tuple[Path, Path]) -> None:
    """A submodule is an empty folder: nothing of it is fetched."""
    one, two = devices
    put(one, "Partners/Ann.md", NOTE)
    (one / "Partners/Link.md").symlink_to("../Other.md")
    run(one, "add", "-A")
    run(one, "update-index", "--add", "--cacheinfo", f"160000,{run(one, 'rev-parse', 'HEAD').strip()},Sub")
    run(one, "commit", "-qm", "link")
    git.sync(str(one))
    git.sync(str(two))
    assert (two / "Partners/Link.md").read_text() == NOTE
    assert os.listdir(two / "Sub") == []


def test_names_that_differ_in_case_alone_on_a_disk_that_does_not_see_it(pair: tuple[Path, Path]) -> None:
    """Git would write one over the other. A note that is only renamed is no reason to stop."""
    one, two = pair
    run(two, "config", "core.ignorecase", "true")
    commit(one, "other.md", "another\n")
    git.sync(str(one))
    with pytest.raises(RoundsError, match=r"has other\.md, which is Other\.md on this machine"):
        git.sync(str(two))
    run(one, "rm", "-q", "Other.md")
    run(one, "commit", "-qm", "renamed")
    git.sync(str(one))
    put(two, "sam.md")
    commit(one, "Sam.md", "of one\n")
    git.sync(str(one))
    done = git.sync(str(two))
    assert [path for path, _ in done.moved] == ["sam.md"]
    assert (two / done.moved[0][1]).read_text() == WORDS


def test_a_folder_of_the_repository_as_vault(pair: tuple[Path, Path]) -> None:
    """Files outside of the vault count as well: git is the same for all of them."""
    one, two = pair
    put(two, "Private.md")
    force(one, "Private.md")
    put(one, "Vault/Ann.md", NOTE)
    run(one, "add", "-A")
    run(one, "commit", "-qm", "vault")
    git.sync(str(one))
    (two / "Vault").mkdir()
    git.sync(str(two / "Vault"))
    assert WORDS in texts(two)


def test_the_copy_is_shown_by_conflicts(pair: tuple[Path, Path]) -> None:
    """In a folder that Rounds reads; it merges from there."""
    from rounds.vault import conflicts
    from rounds.vault.vault import Vault

    one, two = pair
    put(two, "Private/Ann.md", NOTE + "- 2026-11-12 call: typed here\n")
    force(one, "Private/Ann.md", NOTE)
    git.sync(str(one))
    put(two, "rounds.toml", 'vault = "git1"\ntimezone = "America/Los_Angeles"\n')
    run(two, "add", "-A")
    run(two, "commit", "-qm", "settings")
    git.sync(str(two))
    vault = Vault.open(two)
    vault.sync()
    (proposal,) = conflicts.proposals(vault)
    assert proposal.note == "Private/Ann.md"
    assert b"typed here" in proposal.merged
    vault.close()


def test_git_alone_would_have_written_over_it(pair: tuple[Path, Path]) -> None:
    """What the other tests keep from happening does happen with plain git."""
    one, two = pair
    put(two, ".trash/Sam.md")
    force(one, ".trash/Sam.md")
    git.sync(str(one))
    subprocess.run([tool("git"), "-C", str(two), "pull", "-q", "--no-rebase"], check=True, timeout=60)
    assert WORDS not in texts(two)


def test_odd_names_are_moved_as_well(pair: tuple[Path, Path]) -> None:
    one, two = pair
    put(two, f".trash/{ODD}")
    force(one, f".trash/{ODD}")
    git.sync(str(one))
    assert [path for path, _ in git.sync(str(two)).moved] == [f".trash/{ODD}"]
    assert WORDS in texts(two)


def test_a_folder_that_git_can_not_list_stops_the_sync(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git warns and goes on, and the rebase then wrote over an ignored file in there."""
    one, two = pair
    put(two, ".trash/Sam.md")
    force(one, ".trash/Sam.md")
    git.sync(str(one))
    real = tool("git")
    fake = tmp_path / "before" / "git"
    fake.parent.mkdir()
    fake.write_text(
        f"""#!/bin/sh
case "$*" in *"ls-files --others"*) echo "warning: could not open directory '.trash/': Permission denied" >&2; exit 0;; esac
exec {real} "$@"
"""
    )
    fake.chmod(0o755)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
        with pytest.raises(RoundsError, match="can't look into a folder"):
            git.sync(str(two))
    assert (two / ".trash/Sam.md").read_text() == WORDS
    assert git.sync(str(two)).moved
    assert WORDS in texts(two)
