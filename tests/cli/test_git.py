"""`rounds git` and `rounds merge-note`: with real repositories, and git's own merging where Rounds is not there."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from cli.conftest import Process
from cli.running import Runner, command, environment
from conftest import tool
from faults.driver import write_driver

NOTE = "---\ntype: partner\nstage: met\nid: a1\n---\n\n## Log\n\n- 2026-05-04 email: first\n"


def git(folder: Path, *words: str) -> str:
    quiet = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-C", str(folder))
    return subprocess.run([*quiet, *words], check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.fixture
def repositories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two clones of one vault, on the branch `one`."""
    tool("git")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "x")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "x@example.com")
    monkeypatch.setenv("PATH", f"{write_driver(tmp_path).parent}{os.pathsep}{os.environ['PATH']}")
    origin, first, second = tmp_path / "origin.git", tmp_path / "first", tmp_path / "second"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "one", str(origin)], check=True, timeout=60)
    subprocess.run(["git", "clone", "-q", str(origin), str(first)], check=True, capture_output=True, timeout=60)
    (first / "Partners").mkdir()
    (first / "rounds.toml").write_text('vault = "git1"\ntimezone = "America/Los_Angeles"\n')
    (first / "Partners/Sam.md").write_text(NOTE)
    git(first, "checkout", "-q", "-b", "one")
    git(first, "add", ".")
    git(first, "commit", "-qm", "vault")
    git(first, "push", "-q", "-u", "origin", "one")
    subprocess.run(["git", "clone", "-q", str(origin), str(second)], check=True, timeout=60)
    return first, second


def rounds(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command("--vault", str(folder), *words), env=environment(), capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip


def set_up(first: Path, second: Path) -> None:
    """Both know how to merge notes, and have the attributes."""
    assert rounds(first, "git", "setup").returncode == 0
    git(first, "add", ".gitattributes")
    git(first, "commit", "-qm", "attributes")
    git(first, "push", "-q")
    git(second, "pull", "-q")
    assert rounds(second, "git", "setup").returncode == 0


def log(folder: Path, line: str) -> None:
    note = folder / "Partners/Sam.md"
    note.write_text(note.read_text() + line + "\n")
    git(folder, "commit", "-qam", line)


def test_setup_writes_the_attributes_and_the_driver_once(repositories: tuple[Path, Path]) -> None:
    first, _ = repositories
    done = rounds(first, "git", "setup", "--json")
    assert json.loads(done.stdout)["changed"]
    assert (first / ".gitattributes").read_text().splitlines()[-1] == "*.md merge=rounds"
    assert "git merge-file" in git(first, "config", "merge.rounds.driver")
    again = rounds(first, "git", "setup", "--json")
    assert not json.loads(again.stdout)["changed"]


def test_what_setup_writes_can_be_undone(repositories: tuple[Path, Path]) -> None:
    """As all that is written into a vault."""
    first, _ = repositories
    (first / ".gitattributes").write_text("* -text\n")
    assert rounds(first, "git", "setup").returncode == 0
    assert (first / ".gitattributes").read_text() == "* -text\n*.md merge=rounds\n"
    assert rounds(first, "undo").returncode == 0
    assert (first / ".gitattributes").read_text() == "* -text\n"


def test_sync_merges_what_both_devices_logged(repositories: tuple[Path, Path]) -> None:
    """Two entries at the end of one log: git alone would see a conflict."""
    first, second = repositories
    set_up(first, second)
    log(first, "- 2026-11-02 call: from the first")
    assert rounds(first, "git", "sync").returncode == 0
    log(second, "- 2026-11-03 call: from the second")
    done = rounds(second, "git", "sync", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["conflicts"] == []
    text = (second / "Partners/Sam.md").read_text()
    assert "from the first" in text
    assert "from the second" in text
    assert rounds(first, "git", "sync").returncode == 0
    assert (first / "Partners/Sam.md").read_text() == text


def test_client_information_that_comes_in_is_said_and_stops_nothing(repositories: tuple[Path, Path]) -> None:
    """A merge takes what others wrote; nothing is said where nothing came in, or twice."""
    first, second = repositories
    set_up(first, second)
    log(first, "- 2026-11-02 call: our client Rebecca Thornbury starts with us")
    assert rounds(first, "git", "sync").returncode == 0
    log(second, "- 2026-11-03 call: from the second")
    done = rounds(second, "git", "sync")
    assert done.returncode == 0, done.stderr
    assert "Notes that changed hold client information: Partners/Sam.md. To see it: rounds check" in done.stderr
    assert "Rebecca Thornbury" in (second / "Partners/Sam.md").read_text()
    assert "client information" not in rounds(second, "git", "sync").stderr


def test_a_conflict_is_a_problem_and_nothing_is_pushed(repositories: tuple[Path, Path]) -> None:
    """Exit code 1; `check` names the note; no version is lost."""
    first, second = repositories
    set_up(first, second)
    for folder, stage in ((first, "active"), (second, "resting")):
        note = folder / "Partners/Sam.md"
        note.write_text(note.read_text().replace("stage: met", f"stage: {stage}"))
        git(folder, "commit", "-qam", stage)
    assert rounds(first, "git", "sync").returncode == 0
    done = rounds(second, "git", "sync", "--json")
    assert done.returncode == 1
    (problem,) = json.loads(done.stdout)["conflicts"]
    assert problem["path"] == "Partners/Sam.md"
    text = (second / "Partners/Sam.md").read_text()
    assert "stage: active" in text
    assert "stage: resting" in text
    checked = rounds(second, "check")
    assert checked.returncode == 1
    assert "Partners/Sam.md:" in checked.stdout


def test_a_folder_that_is_no_repository_is_told_what_to_do(nobody: Runner) -> None:
    tool("git")
    result = nobody("git", "setup")
    assert result.exit_code == 1
    assert "git" in result.stderr


@pytest.mark.parametrize(
    ("theirs", "code"),
    [(NOTE + "- 2026-11-03 call: theirs\n", 0), (NOTE.replace("met", "resting"), 76)],
)
def test_merge_note_merges_into_the_second_file(process: Process, tmp_path: Path, theirs: str, code: int) -> None:
    """An exit code of its own and git's marks where something is left to choose."""
    files = [tmp_path / name for name in ("base", "ours", "theirs")]
    ours = NOTE.replace("stage: met", "stage: active")
    for file, text in zip(files, (NOTE, ours, theirs), strict=True):
        file.write_text(text)
    done = process("merge-note", *map(str, files), "Partners/Sam.md")
    merged = files[1].read_text()
    assert done.returncode == code
    assert ("<<<<<<<" in merged) == bool(code)
    assert "stage: active" in merged
    assert ("- 2026-11-03 call: theirs" in merged) == (not code)
    assert (files[0].read_text(), files[2].read_text()) == (NOTE, theirs)
