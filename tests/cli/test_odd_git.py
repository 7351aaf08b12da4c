"""A repository that was made to hold up whoever looks, or holds commits that other programs have written."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from cli.running import Runner
from conftest import tool
from rounds.storage import git_command


@pytest.fixture
def kept(rounds: Runner, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """A vault with one commit."""
    tool("git")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Robin")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "robin@example.org")
    git(rounds, "init", "-q", "-b", "main")
    git(rounds, "add", "-A")
    git(rounds, "commit", "-qm", "first notes")
    return rounds


def git(rounds: Runner, *words: str, data: bytes = b"") -> str:
    done = subprocess.run(["git", "-C", str(rounds.folder), *words], check=True, capture_output=True, input=data)
    return done.stdout.decode().strip()


def test_commits_are_in_the_history(kept: Runner) -> None:
    """The test of the tests below."""
    assert "first notes" in kept.good("history")


@pytest.mark.parametrize(
    "name",
    [".mailmap", ".git/HEAD", ".git/config", ".git/packed-refs", ".git/commondir", ".git/shallow", ".git/info/grafts",
     ".git/objects/info/alternates"],
)  # fmt: skip
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)], ids=["pipe", "endless"])
def test_a_pipe_or_device_among_gits_files_is_said_and_nobody_waits(
    kept: Runner, name: str, make: Callable[[Path], None]
) -> None:
    """Git itself would wait, or fill the memory."""
    path = Path(kept.folder, name)
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    make(path)
    began = monotonic()
    result = kept("history")
    assert monotonic() - began < 10
    assert result.exit_code == 0
    assert f"Git's commits can't be read: {path} is not an ordinary file" in result.stderr


def test_a_git_that_does_not_answer_is_not_asked_again(kept: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each copy of a note would take as long."""
    ref = Path(kept.folder, ".git/refs/heads/main")
    ref.unlink()
    os.mkfifo(ref)
    monkeypatch.setattr(git_command, "LOCAL_SECONDS", 0.5)
    monkeypatch.setattr(git_command, "_TO_END", 0.5)
    began = monotonic()
    for _ in range(5):
        assert "Git's commits can't be read: git" in kept("history").stderr
    assert monotonic() - began < 10


@pytest.mark.parametrize(
    "date", ["1 +9999", "253402300800 +0000", "253402300799 -9999", "1 +2400", "-1 +0000", "-99999999999 +0000", "x"]
)
def test_a_commit_with_an_odd_date_is_shown_with_the_others(kept: Runner, date: str) -> None:
    """Old imports and other programs write such."""
    Path(kept.folder, "New.md").write_text("new\n")
    git(kept, "add", "New.md")
    tree, parent = git(kept, "write-tree"), git(kept, "rev-parse", "HEAD")
    text = f"tree {tree}\nparent {parent}\nauthor A <a@b> {date}\ncommitter A <a@b> {date}\n\nodd one\n"
    commit = git(kept, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", data=text.encode())
    git(kept, "update-ref", "refs/heads/main", commit)
    shown = kept.good("history")
    assert "without a date    odd one" in shown
    assert "first notes" in shown
    assert kept("history", "--json").exit_code == 0
