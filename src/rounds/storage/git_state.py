"""State of a repository: ready for a sync, or in conflict."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress

from rounds.domain.phrases import some_of
from rounds.errors import Problem, RoundsError
from rounds.storage.git_command import run, succeeds
from rounds.storage.git_make_room import disregarded
from rounds.storage.open_file import content, ordinary

_OPEN = {
    "MERGE_HEAD": ("merge", "git commit, or to go back: git merge --abort"),
    "rebase-merge": ("merge, of a rebase,", "git rebase --continue, or to go back: git rebase --abort"),
    "rebase-apply": ("merge, of a rebase or git am,", "git status says how"),
    "CHERRY_PICK_HEAD": (
        "merge, of a cherry-pick,",
        "git cherry-pick --continue (--skip if git finds it empty), or --abort",
    ),
    "REVERT_HEAD": ("merge, of a revert,", "git revert --continue, or --abort"),
}
"""Git's files during an unfinished operation; its name, and how to end it."""

_MARK = "rounds-sync"
"""A file in git's folder that holds our commit while git changes the notes. Git has none of its own for that."""

_SOME = 3
"""Maximum number of files that a message names."""


def ready(root: str) -> str:
    """The current branch, if nothing in the repository is unfinished.

    Raises:
        RoundsError: an unfinished merge, a running git, uncommitted changes, or no branch.
    """
    _check_locks(root)
    _check_open(root)
    branch = run(root, "symbolic-ref", "--quiet", "--short", "HEAD", check=False).stdout.strip()
    if not branch:
        raise RoundsError(
            "git is on no branch here (a detached head)",
            hint="To keep what was committed here: git branch kept. Then go back to yours, such as: git switch main",
        )
    if not succeeds(root, "rev-parse", "--verify", "--quiet", "HEAD"):
        raise RoundsError("nothing is committed here yet", hint='Start with: git add . && git commit -m "First notes"')
    _check_committed(root)
    return branch


def _check_open(root: str) -> None:
    for state, (what, end) in _OPEN.items():
        place = _inside_git(root, state)
        if not os.path.exists(place):
            continue
        if state == "rebase-merge":
            _check_cut_off(root, place)
        if state == "MERGE_HEAD":
            _check_brought_in(root)
        left = [*_stages(root)]
        raise RoundsError(
            f"git has an unfinished {what} here{f' ({some_of(left, _SOME)})' if left else ''}",
            hint=f"Keep what is right in the notes and remove the marks; then: git add . and {end}. Going back "
            "loses what was changed in the notes since.",
        )


def _check_brought_in(root: str) -> None:
    """Check that an open merge changed something; if not, committing it would drop the other side."""
    if not run(root, "status", "--porcelain=v1", "--untracked-files=no").stdout:
        raise RoundsError(
            "git has an unfinished merge here, and nothing of the other side is in the notes",
            hint="Begin again: git merge --abort, then rounds git sync. If you kept your own side of everything on "
            "purpose: git commit",
        )


def _check_cut_off(root: str, place: str) -> None:
    """Check that a rebase stopped at a conflict: after a cut-off, continuing would skip the current commit."""
    known = [os.path.join(place, name) for name in ("head-name", "onto", "orig-head")]
    if not all(os.path.exists(each) and os.path.getsize(each) for each in known):
        raise RoundsError(
            f"a rebase was cut off before it began: {place}",
            hint="Delete that folder, and try again. Your notes are as they were.",
        )
    stopped = os.path.exists(os.path.join(place, "message"))  # without it, git can't continue
    if not stopped or not succeeds(root, "rev-parse", "--verify", "--quiet", "REBASE_HEAD"):
        raise RoundsError(
            "a rebase was cut off in the middle here",
            hint="Stash the unfinished changes, and begin again: git add . && git stash, then git rebase --abort, then "
            "rounds git sync. To see the stashed changes: git stash show -p",
        )


def begin(root: str) -> None:
    """Record that git is about to change the notes.

    Raises:
        RoundsError: the record can't be written.
    """
    place = _inside_git(root, _MARK)
    try:
        with open(place, "w", encoding="ascii", opener=ordinary) as file:
            file.write(run(root, "rev-parse", "HEAD").stdout)
    except OSError as error:
        raise RoundsError(
            f"{place} can't be written: {error.strerror}", hint="Make room there, and try again. Nothing was merged."
        ) from error


def ended(root: str) -> None:
    """Record that git has finished, even if it stopped at a conflict."""
    with suppress(OSError):
        os.unlink(_inside_git(root, _MARK))


def _was_cut_off(root: str) -> bool:
    """Whether git last began to change the notes at our current commit, and didn't finish."""
    try:
        began = content(_inside_git(root, _MARK))
    except OSError:
        return False
    return began.decode(errors="replace") == run(root, "rev-parse", "HEAD").stdout


def _check_locks(root: str) -> None:
    """Check that no other git is running: git would notice a locked branch only after writing all notes."""
    place = _inside_git(root, "")
    folders = [place, *(folder for folder, _, _ in os.walk(_inside_git(root, "refs")))]
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for lock in sorted(entry.path for entry in entries if entry.name.endswith(".lock")):
                raise RoundsError(
                    f"another git is at work here, or one was stopped in the middle: {lock}",
                    hint="Wait for it. If no git is running, delete that file, and try again.",
                )


def _inside_git(root: str, name: str) -> str:
    return os.path.join(root, run(root, "rev-parse", "--git-path", name).stdout.rstrip("\n"))


def _check_committed(root: str) -> None:
    """Check that everything is committed, so that nothing can get lost."""
    status = run(root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all").stdout
    changed = [line[3:] for line in status.split("\0") if line]
    if changed and _was_cut_off(root):
        raise RoundsError(
            f"a sync was cut off in the middle here: a part of what it brought is in {some_of(changed, _SOME)}",
            hint="Stash that, and begin again: git add . && git stash, then rounds git sync. To see the "
            "stashed changes: git stash show -p",
        )
    if changed and (left := [*_stages(root)]):
        raise RoundsError(
            f"git has notes in conflict here: {some_of(left, _SOME)}",
            hint="Keep what is right between the marks and remove them; then: git add . && git commit",
        )
    if changed:
        what = "1 file is" if len(changed) == 1 else f"{len(changed)} files are"
        raise RoundsError(
            f"{what} not committed yet: {some_of(changed, _SOME)}",
            hint='Commit first: git add . && git commit -m "Notes"',
        )
    if unseen := disregarded(root):
        raise RoundsError(
            f"git is set not to look at the changes of {some_of(unseen, _SOME)}, and would write over them",
            hint="Turn that off: git update-index --no-assume-unchanged --no-skip-worktree FILE. Then commit.",
        )


def unmerged(root: str, *, rebase: bool) -> Iterator[Problem]:
    """A problem for each note of the vault that git could not merge; says where the two versions are.

    Args:
        rebase: the open operation is a rebase.
    """
    end = "git rebase --continue" if rebase else "git commit"
    stages = _stages(root)
    here = [path for path in stages if os.path.isfile(os.path.join(root, path))]
    found = run(root, "hash-object", "--", *here).stdout.split() if here else []
    now = dict(zip(here, found, strict=True))
    for path, versions in stages.items():
        message, hint = _how_it_stands(path, versions, now.get(path, ""))
        yield Problem(message, hint=f"{hint}, and {end}.", path=path)


def _how_it_stands(path: str, versions: dict[int, str], now: str) -> tuple[str, str]:
    """Message and hint about the two versions of a file.

    Args:
        versions: as in `_stages`.
        now: object id of the current file; empty if there is none.
    """
    if not {2, 3} <= versions.keys():
        removed = "One side removed or renamed this file, the other one changed it; it is here as it was changed."
        message = removed if now else "This file was removed or renamed in two ways."
        return message, "Keep it with git add, or remove it with git rm; then git status"
    if now in {versions[2], versions[3]} and versions[2] != versions[3]:
        other = 3 if now == versions[2] else 2
        return (
            "Two versions of this file don't merge; one of them is in it.",
            f"See the other one with: git show :{other}:./{path}. Keep what is right; then git add",
        )
    return (
        "Two versions of this note don't merge; both are in it.",
        "Keep what is right between the marks and remove them; then git add",
    )


def _stages(root: str) -> dict[str, dict[int, str]]:
    """The object ids of each file in conflict, by stage: 1 is the base, 2 and 3 the two sides."""
    stages: dict[str, dict[int, str]] = {}
    for line in run(root, "ls-files", "-u", "-z").stdout.split("\0"):
        if line:
            words, _, path = line.partition("\t")
            _, object_, number = words.split(" ")
            stages.setdefault(path, {})[int(number)] = object_
    return stages


def upstream_of(root: str, branch: str) -> str:
    """The ref of a branch's upstream.

    Raises:
        RoundsError: it has none.
    """
    found = run(root, "rev-parse", "--symbolic-full-name", "@{upstream}", check=False)
    if found.returncode == 0:
        return found.stdout.strip()
    remotes = run(root, "remote").stdout.split()
    if not remotes:
        raise RoundsError(
            "this repository has no remote to sync with", hint="Add one with: git remote add origin ADDRESS"
        )
    raise RoundsError(
        f"the branch {branch} has no counterpart at {remotes[0]} yet",
        hint=f"Push it once: git push -u {remotes[0]} {branch}",
    )


def check(root: str) -> None:
    """Check that git is installed, and that the vault is in a repository.

    Raises:
        RoundsError: it isn't, or the repository belongs to another user.
    """
    if shutil.which("git") is None:
        raise RoundsError("git is not installed", hint="Install it, and try again.")
    found = run(root, "rev-parse", "--show-toplevel", check=False)
    if "safe.directory" in found.stderr:
        raise RoundsError(
            "this repository belongs to another user",
            hint="If you trust them, tell git with safe.directory: git status says how.",
        )
    if found.returncode:
        raise RoundsError("this vault is in no git repository", hint="Make one with: git init")


# History --------------------------------------------------------------------------------------------------------------
