"""Fixtures for storage: real repositories."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from conftest import tool
from faults.driver import write_driver
from rounds.storage import git
from storage.clones import NOTE, ODD, commit, run


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder on the disk, also where those of other tests are in memory: these are about what a disk does."""
    with TemporaryDirectory(prefix="rounds-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git commits as somebody, reads no settings of the machine, and is installed."""
    tool("git")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Robin")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "robin@example.org")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identity: None) -> tuple[Path, Path]:
    """Two clones of one repository, with Rounds as the merge driver of both."""
    remote, one, two = (tmp_path / name for name in ("remote.git", "one", "two"))
    run(tmp_path, "init", "-q", "--bare", "-b", "main", str(remote))
    run(tmp_path, "init", "-q", "-b", "main", str(one))
    (one / ".gitattributes").write_text("* -text\n*.md merge=rounds\n")
    (one / "Other.md").write_text(NOTE)
    commit(one, ODD, NOTE)
    run(one, "remote", "add", "origin", str(remote))
    run(one, "push", "-q", "-u", "origin", "main")
    run(tmp_path, "clone", "-q", str(remote), str(two))
    (tmp_path / "bin").mkdir()
    program = shlex.quote(str(write_driver(tmp_path / "bin")))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    for root in (one, two):
        run(root, "config", "merge.rounds.driver", git.driver(program))
    return one, two
