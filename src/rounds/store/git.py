"""The vault in a git repository: its merge driver, syncing with plain git, earlier versions of a note."""

import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.problem import Problem
from rounds.errors import RoundsError
from rounds.formats.merge import Conflict, merge
from rounds.store import files
from rounds.store.gitcall import (
    DRIVER,
    call,
    check_place,
    folder_of,
    last_line,
    own_hooks,
    own_programs,
    run,
    succeeds,
)  # fmt: skip
from rounds.store.reading import content, ordinary

if TYPE_CHECKING:
    from subprocess import CompletedProcess

ATTRIBUTES = ".gitattributes"
_LINE = "*.md merge=rounds"
"""The line of .gitattributes. Never merge=union: it would write properties twice."""

_STATES = ("MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "REVERT_HEAD")


@dataclass(frozen=True, slots=True)
class SetUp:
    """What `set_up` did.

    Attributes:
        driver: the command line that git runs for a note that both sides changed.
        changed: whether anything was not so before.
    """

    driver: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync with the remote repository came to.

    Attributes:
        branch: that was synced.
        pulled, pushed: how many commits.
        conflicts: one problem for each note that git could not merge; nothing was pushed then.
        left_out: the repository's own hooks, which did not run.
    """

    branch: str
    pulled: int = 0
    pushed: int = 0
    conflicts: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()


def driver(command: str) -> str:
    """The merge driver's command line, which falls back to git's own merge by itself.

    Without the fallback, git keeps our version alone, without marks, on a machine where the command is missing. The
    command is believed when it succeeds, and when it fails after putting marks into the file.

    Args:
        command: the program and its first arguments, quoted for the shell.
    """
    program = command.replace("%", "%%")
    return (
        f"{program} merge-note %O %A %B %P && exit 0; "
        "test -s %A && grep -q '^<<<<<<< ' %A && grep -q '^>>>>>>> ' %A && exit 1; "
        "git merge-file -L ours -L base -L theirs %A %O %B"
    )


def merge_files(base: str, ours: str, theirs: str, path: str) -> tuple[Conflict, ...]:
    """Do what git asks of a merge driver: merge the files %O %A %B, and write the note into %A.

    Args:
        base: empty where git knows none, since both sides added the note.
        path: of the note in the repository.

    Returns:
        What is left between git's marks.

    Raises:
        OSError: a file can't be read or written; %A is as it was.
    """
    old, mine, other = (_bytes(name) for name in (base, ours, theirs))
    merged = merge(old or None, other, mine, path=path, markers=True)
    new = f"{ours}.rounds"
    with open(new, "wb", opener=ordinary) as file:
        file.write(merged.data)
    os.replace(new, ours)  # all or nothing: our version is nowhere else that git looks
    return merged.conflicts


def _bytes(path: str) -> bytes:
    return content(path)


def set_up(root: str, put: Callable[[str, bytes, bytes | None], None]) -> SetUp:
    """Have git merge the vault's notes by property and by line: a line in .gitattributes, a driver in its config.

    Args:
        put: writes a file of the vault: path, new content, and what it was made from.

    Raises:
        RoundsError: there is no git, or the vault is in no repository.
    """
    _check(root)
    line = _own_driver()
    before = run(root, "config", "--local", DRIVER, check=False).stdout.strip()
    if before != line:
        run(root, "config", "--local", "merge.rounds.name", "Rounds: notes by property and by line")
        run(root, "config", "--local", DRIVER, line)
    return SetUp(line, _write_attributes(root, put) or before != line)


def _own_driver() -> str:
    found = shutil.which("rounds")
    return driver(shlex.quote(found) if found else "rounds")


def _write_attributes(root: str, put: Callable[[str, bytes, bytes | None], None]) -> bool:
    said = run(root, "check-attr", "merge", "--", "Partners/any.md").stdout
    if said.strip().endswith(": rounds"):
        return False
    path = os.path.join(root, ATTRIBUTES)
    before = files.read(path)[0] if os.path.lexists(path) else None
    text = before or b""
    newline = b"\r\n" if b"\r\n" in text else b"\n"
    text += newline if text and not text.endswith(b"\n") else b""
    put(ATTRIBUTES, text + _LINE.encode() + newline, before)
    return True


def sync(root: str, *, trusted: bool = False) -> Synced:
    """Pull, as the repository is set up (merge or rebase; merge where it is not), and push.

    Conflicts leave git's merge or rebase open, with both versions in the notes.

    Args:
        trusted: the repository's own hooks and programs run, as in `git pull` and `git push`.

    Raises:
        RoundsError: no git, no repository, no remote, changes that aren't committed, an unfinished merge, a detached
            head, a remote that can't be reached or that refuses; settings of the repository that would run a program.
    """
    _check(root)
    settings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    if not trusted:
        check_place(root)
        _check_programs(own_programs(root), "this repository's settings run programs")
        settings = (f"{DRIVER}={_own_driver()}",) if succeeds(root, "config", DRIVER) else ()
        left_out = tuple(own_hooks(root))
    calls = _Calls(root, trusted, settings)
    branch = _ready(root)
    upstream = _upstream(root, branch)
    remote = run(root, "config", f"branch.{branch}.remote").stdout.strip()
    if not trusted:
        _check_remotes(root, branch)
    calls.reach("fetch", "--quiet", "--", remote)  # the name of a remote may look like an option
    pulled = _count(root, f"HEAD..{upstream}")
    if pulled and (conflicts := _pull(calls)):
        return Synced(branch, pulled, 0, conflicts, left_out)
    pushed = _count(root, f"{upstream}..HEAD")
    if pushed:
        calls.reach("push", "--quiet")
    return Synced(branch, pulled, pushed, left_out=left_out)


def _check_programs(found: list[str], what: str) -> None:
    if found:
        raise RoundsError(
            f"{what}: {', '.join(found)}",
            hint="Nothing was run. If you trust whoever set it up: rounds git sync --trust",
        )


def _check_remotes(root: str, branch: str) -> None:
    """See that a remote in a folder of this machine runs nothing: git reads its settings and hooks there."""
    top = run(root, "rev-parse", "--show-toplevel").stdout.rstrip("\n")
    names = run(root, "remote").stdout.splitlines()
    urls = {url for name in names for way in ("--push", "--all") for url in _urls(root, name, way)}
    for key in (f"branch.{branch}.remote", f"branch.{branch}.pushRemote", "remote.pushDefault"):
        urls.update(run(root, "config", "--get-all", key, check=False).stdout.splitlines())  # an address, or a name
    for folder in sorted({folder_of(url, top) for url in urls - {*names}} - {""}):
        if os.path.isdir(folder):
            _check_programs(own_programs(folder, remote=True), f"the remote in {folder} runs programs")


def _urls(root: str, name: str, way: str) -> list[str]:
    return run(root, "remote", "get-url", "--all", way, "--", name, check=False).stdout.splitlines()


class _Calls(NamedTuple):
    """How git is called where it may run the programs of a repository that is trusted."""

    root: str
    trusted: bool
    settings: tuple[str, ...]

    def run(self, *arguments: str) -> "CompletedProcess[str]":
        return run(self.root, *arguments, check=False, network=True, trusted=self.trusted, settings=self.settings)

    def reach(self, *arguments: str) -> None:
        result = self.run(*arguments)
        if result.returncode == 0:
            return
        if "rejected" in result.stderr or "non-fast-forward" in result.stderr:
            raise RoundsError(
                "the remote refused the push", hint="Somebody may have pushed meanwhile: run rounds git sync once more."
            )
        raise RoundsError(
            f"git could not reach the remote: {last_line(result.stderr)}",
            hint="Are you online, and does git fetch work? Your notes are as they were.",
        )


def _ready(root: str) -> str:
    """The branch of a repository in which nothing is open."""
    for state in _STATES:
        where = run(root, "rev-parse", "--git-path", state).stdout.strip()
        if os.path.exists(os.path.join(root, where)):
            raise RoundsError("git has an unfinished merge here", hint="Finish it, or give it up: git status says how.")
    branch = run(root, "symbolic-ref", "--quiet", "--short", "HEAD", check=False).stdout.strip()
    if not branch:
        raise RoundsError(
            "git is on no branch here (a detached head)", hint="Go back to yours, for example: git switch main"
        )
    if not succeeds(root, "rev-parse", "--verify", "--quiet", "HEAD"):
        raise RoundsError("nothing is committed here yet", hint='Start with: git add . && git commit -m "First notes"')
    changed = [line for line in run(root, "status", "--porcelain=v1", "-z").stdout.split("\0") if line]
    if changed:
        what = "1 file is" if len(changed) == 1 else f"{len(changed)} files are"
        raise RoundsError(f"{what} not committed yet", hint='Commit first: git add . && git commit -m "Notes"')
    return branch


def _upstream(root: str, branch: str) -> str:
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


def _pull(calls: _Calls) -> tuple[Problem, ...]:
    """Bring in what was fetched; a problem for each note in conflict."""
    root = calls.root
    told = any(succeeds(root, "config", key) for key in ("pull.rebase", "pull.ff")) or succeeds(
        root, "config", "--get-regexp", r"^branch\..*\.rebase$"
    )
    result = calls.run("pull", "--no-edit", *([] if told else ["--no-rebase"]))
    if result.returncode == 0:
        return ()
    unmerged = run(root, "diff", "--name-only", "--diff-filter=U", "-z", "--relative").stdout
    conflicts = tuple(
        Problem(
            "Two versions of this note don't merge; both are in it.",
            hint="Keep what is right between the marks and remove them; then git add, and git commit or "
            "git rebase --continue.",
            path=path,
        )
        for path in unmerged.split("\0")
        if path
    )
    if not conflicts:
        raise RoundsError(f"git could not pull: {last_line(result.stderr)}", hint="Try git pull to see it all.")
    return conflicts


def _count(root: str, commits: str) -> int:
    return int(run(root, "rev-list", "--count", commits).stdout)


def versions(root: str, path: str, *, most: int = 50) -> Iterator[bytes]:
    """Earlier versions of a note that git knows, the newest first; none where there is no repository."""
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
    """Commits that touched a note, through its renames, or the vault; newest first, none where there is no git."""
    follow = [] if path == "." else ["--follow"]
    form = "--format=%h%x00%aI%x00%an%x00%s"
    lines = _log(root, f"-n{most}", form, *follow, "--", path)
    parts = [line.split("\0") for line in lines if line.count("\0") == 3]
    return [Commit(id_, datetime.fromisoformat(at), author, subject) for id_, at, author, subject in parts]


def _log(root: str, *arguments: str) -> list[str]:
    """What git log says; nothing where there is no git, or no repository."""
    if shutil.which("git") is None:
        return []
    try:
        found = run(root, "log", *arguments, check=False)
    except RoundsError:
        return []
    return found.stdout.rstrip("\n").split("\n") if found.returncode == 0 and found.stdout else []


def _check(root: str) -> None:
    """See that there is git, and a repository."""
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
