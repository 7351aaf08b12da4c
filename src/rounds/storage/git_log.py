"""A note's earlier versions and commits in git."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from rounds.storage.git_command import call, run

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def versions(root: str, path: str, *, most: int = 50) -> Iterator[bytes]:
    """Earlier versions of a note in git, newest first; none without a repository."""
    for commit in _log(root, f"-n{most}", "--format=%H", "--", path):
        shown = call(root, "show", f"{commit}:./{path}")
        if shown.returncode == 0:
            yield shown.stdout


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that touched a note.

    Attributes:
        id: abbreviated.
        at: when it was written.
    """

    id: str
    at: datetime
    author: str
    subject: str


def commits(root: str, path: str = ".", *, most: int) -> list[Commit]:
    """Commits that touched a note, through its renames, or the vault; newest first, none without git."""
    follow = [] if path == "." else ["--follow"]
    form = "--format=%h%x00%aI%x00%cI%x00%an%x00%s"
    lines = _log(root, f"-n{most}", form, *follow, "--", path)
    parts = [line.split("\0") for line in lines if line.count("\0") == 4]
    return [Commit(id_, _moment(at, committed), author, subject) for id_, at, committed, author, subject in parts]


def _moment(*texts: str) -> datetime:
    """The first of several dates of a commit that can be one; 1970 if none can: other programs write odd ones."""
    for text in texts:
        with suppress(ValueError, OverflowError):
            at = datetime.fromisoformat(text).astimezone(UTC)
            if _EPOCH < at < _LATEST:
                return at
    return _EPOCH


def _log(root: str, *arguments: str) -> list[str]:
    """Output lines of git log; none without git or a repository.

    Raises:
        RoundsError: git can't be asked, or did not answer in time.
    """
    if shutil.which("git") is None:
        return []
    found = run(root, "log", *arguments, check=False)
    return found.stdout.rstrip("\n").split("\n") if found.returncode == 0 and found.stdout else []
