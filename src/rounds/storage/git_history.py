"""Earlier versions and commits of notes in git, and commits that hold a text."""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from rounds.storage.git_command import call, run, succeeds

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


# A text in the repository ---------------------------------------------------------------------------------------------

_MANY = 200
"""Commits to look at in one call of git."""

_COMMIT = "\0commit\0"


@dataclass(frozen=True, slots=True)
class Holder:
    """A commit whose changes hold a text, or what was added for the next one.

    Attributes:
        id: abbreviated; empty for what is staged.
        where: `staged`, `stash`, `commit` (in no remote that git knows of here), `pushed`, or `reflog` (in no branch).
        paths: relative to the vault; empty for a commit that only has it in its message.
    """

    id: str
    where: str
    paths: tuple[str, ...]


def holders(root: str, holds: Callable[[str], bool], paths: Sequence[str] = ()) -> list[Holder]:
    """Where a repository holds a text, newest first. Git never learns the text, so no list of processes shows it.

    Args:
        holds: whether a text is, or has, what is looked for.
        paths: only of these files; empty for the whole vault.

    Raises:
        RoundsError: git can't be asked, or not about everything.
    """
    if shutil.which("git") is None or not succeeds(root, "rev-parse", "--git-dir"):
        return []
    inside = run(root, "rev-parse", "--show-prefix").stdout.rstrip("\n")
    where = ("--", *(f":(literal){path}" for path in paths or (".",)))
    form = ("-U0", "--no-color", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/")
    staged = _held(_diff(root, "diff", "--cached", *form, *where), inside, holds)
    found = [Holder("", "staged", staged)] if staged else []
    parents = [line.split() for line in _listed(root, "log", "-g", "--format=%H %P", "refs/stash")]
    stashes = {id_ for own, _, *others in parents for id_ in (own, *others)}  # the first parent is a usual commit
    pushed = {*_listed(root, "rev-list", "--remotes")}
    kept = {*_listed(root, "rev-list", "--all")}
    every = _listed(root, "rev-list", "--all", "--reflog", "--full-history", "--date-order", *where)
    for at in range(0, len(every), _MANY):
        ids = every[at : at + _MANY]
        flags = ("--no-walk=unsorted", "--diff-merges=dense-combined", "-p", "--format=%x00commit%x00%H%x00%B")
        for part in _diff(root, "log", *flags, *form, *ids, *where).split(_COMMIT)[1:]:
            id_, _, rest = part.partition("\0")
            message, start, changes = rest.partition("\ndiff --")
            named = _held(start + changes, inside, holds)
            if named or holds(message):
                kinds = (("stash", stashes), ("pushed", pushed), ("commit", kept))
                kind = next((kind for kind, ids in kinds if id_ in ids), "reflog")
                found.append(Holder(id_[:10], kind, named))
    return found


def _listed(root: str, *arguments: str) -> list[str]:
    """Lines of output; none if git knows no such thing."""
    found = run(root, *arguments, check=False)
    return found.stdout.split("\n")[:-1] if found.returncode == 0 else []


def _diff(root: str, *arguments: str) -> str:
    return run(root, *arguments, settings=("core.quotePath=false",)).stdout


def _held(changes: str, inside: str, holds: Callable[[str], bool]) -> tuple[str, ...]:
    """The files whose names or changed lines hold it, in the output of a diff; paths lose the folder of the vault."""
    found = []
    for part in re.split(r"(?m)^diff --", changes)[1:]:
        head, *hunks = re.split(r"(?m)^(?=@@)", part)
        path = _path(head).removeprefix(inside)
        marks = len(hunks[0]) - len(hunks[0].lstrip("@")) - 1 if hunks else 1
        lines = [line[marks:] for hunk in hunks for line in hunk.split("\n")[1:]]
        if holds(path) or holds("\n".join(lines)):
            found.append(path)
    return tuple(found)


def _path(head: str) -> str:
    """The path in the head of a file's diff; without changed lines, as of a picture, its first line has it."""
    named = re.search(r'(?m)^(?:\+\+\+ "?b|--- "?a)/(.*)$', head)
    first = head.partition("\n")[0]
    both = first.removeprefix("cc ") if first.startswith("cc ") else first[len("git a/") :][: (len(first) - 9) // 2]
    path = (named[1] if named else both).rstrip("\t")
    return re.sub(r"\\(.)", r"\1", path[:-1]) if path.endswith('"') else path
