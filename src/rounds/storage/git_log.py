"""A note's earlier versions and commits in git."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rounds.errors import RoundsError
from rounds.storage.git_command import call, run


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
    form = "--format=%h%x00%aI%x00%an%x00%s"
    lines = _log(root, f"-n{most}", form, *follow, "--", path)
    parts = [line.split("\0") for line in lines if line.count("\0") == 3]
    return [Commit(id_, datetime.fromisoformat(at), author, subject) for id_, at, author, subject in parts]


def _log(root: str, *arguments: str) -> list[str]:
    """Output lines of git log; none without git or a repository."""
    if shutil.which("git") is None:
        return []
    try:
        found = run(root, "log", *arguments, check=False)
    except RoundsError:
        return []
    return found.stdout.rstrip("\n").split("\n") if found.returncode == 0 and found.stdout else []
