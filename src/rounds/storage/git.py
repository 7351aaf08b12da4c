"""Git setup for merging notes with Rounds, and sync with a remote."""

import os
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from rounds.errors import Problem, RoundsError
from rounds.notes.merge.merge_note import Conflict, merge
from rounds.storage import files
from rounds.storage.git_command import (
    DRIVER,
    check_place,
    failure,
    folder_of,
    own_hooks,
    own_programs,
    refused,
    run,
    succeeds,
)  # fmt: skip
from rounds.storage.git_make_room import check_links, check_names, coming, make_room, passing
from rounds.storage.git_state import begin, check, ended, ready, unmerged, upstream_of
from rounds.storage.open_file import content

if TYPE_CHECKING:
    from subprocess import CompletedProcess

ATTRIBUTES = ".gitattributes"
_LINE = "*.md merge=rounds"
"""The line of .gitattributes. Never merge=union: it would write properties twice."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """Result of `set_up`.

    Attributes:
        driver: the command line that git runs for a note that both sides changed.
        changed: whether anything had to be changed.
    """

    driver: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Synced:
    """Result of a sync with the remote repository.

    Attributes:
        branch: the branch that was synced.
        pulled, pushed: numbers of commits.
        conflicts: one problem for each note that git could not merge; nothing was pushed then.
        left_out: the repository's own hooks, which did not run.
        moved: untracked files that git would have overwritten, each with its new path.
    """

    branch: str
    pulled: int = 0
    pushed: int = 0
    conflicts: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()


def set_up(root: str, put: Callable[[str, bytes, bytes | None], None]) -> SetUp:
    """Have git merge the vault's notes by property and by line: a line in .gitattributes, a driver in its config.

    Args:
        put: writes a file of the vault: path, new content and old content.

    Raises:
        RoundsError: there is no git, or the vault isn't in a repository.
    """
    check(root)
    line = _own_driver()
    before = run(root, "config", "--local", DRIVER, check=False).stdout.strip()
    if before != line:
        run(root, "config", "--local", "merge.rounds.name", "Rounds: notes by property and by line")
        run(root, "config", "--local", DRIVER, line)
    return SetUp(line, _write_attributes(root, put) or before != line)


def _own_driver() -> str:
    return driver(shlex.quote(own_program()))


def own_program() -> str:
    """The path of Rounds' command, or its name where it isn't found by that."""
    return shutil.which("rounds") or "rounds"


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


def sync(root: str, *, trusted: bool = False, tell: Callable[[str], None] = lambda _: None) -> Synced:
    """Fetch, merge or rebase as the repository is configured (merge by default), and push.

    Conflicts leave git's merge or rebase open, with both versions in the notes. Untracked files that git would
    overwrite are moved aside.

    Args:
        trusted: run the repository's own hooks and programs, as in `git pull` and `git push`.
        tell: gets a line for each file that was moved, even if the sync then fails.

    Raises:
        RoundsError: no git, no repository, no remote, changes that aren't committed, an unfinished merge, a detached
            head, a remote that can't be reached or that refuses, another history there; settings of the repository
            that would run a program, links that lead out of the vault.
    """
    check(root)
    settings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    if not trusted:
        check_place(root)
        _check_programs(own_programs(root), "this repository's settings run programs")
        settings = (f"{DRIVER}={_own_driver()}",) if succeeds(root, "config", DRIVER) else ()
        left_out = tuple(own_hooks(root))
    calls = _Calls(root, trusted, settings)
    branch = ready(root)
    upstream = upstream_of(root, branch)
    remote = run(root, "config", f"branch.{branch}.remote").stdout.strip()
    if not trusted:
        _check_remotes(root, branch)
    calls.reach("fetch", "--quiet", "--", remote)  # a remote's name may look like an option
    pulled = _count(root, f"HEAD..{upstream}")
    moved: list[tuple[str, str]] = []
    if pulled and (conflicts := _pull(calls, branch, upstream, moved, tell)):
        return Synced(branch, pulled, 0, conflicts, left_out, tuple(moved))
    pushed = _count(root, f"{upstream}..HEAD")
    if pushed:
        calls.reach("push", "--quiet")
    return Synced(branch, pulled, pushed, (), left_out, tuple(moved))


def _check_programs(found: list[str], what: str) -> None:
    if found:
        raise RoundsError(
            f"{what}: {', '.join(found)}",
            hint="Nothing was run. If you trust whoever set it up: rounds git sync --trust",
        )


def _check_remotes(root: str, branch: str) -> None:
    """Check that a remote in a local folder runs nothing: git reads its settings and hooks there."""
    top = run(root, "rev-parse", "--show-toplevel").stdout.rstrip("\n")
    names = run(root, "remote").stdout.splitlines()
    urls = set()
    for name, way in product(names, ("--push", "--all")):
        urls.update(run(root, "remote", "get-url", "--all", way, "--", name, check=False).stdout.splitlines())
    for key in (f"branch.{branch}.remote", f"branch.{branch}.pushRemote", "remote.pushDefault"):
        urls.update(run(root, "config", "--get-all", key, check=False).stdout.splitlines())  # an address, or a name
    for folder in sorted({folder_of(url, top) for url in urls - {*names}} - {""}):
        if os.path.isdir(folder):
            _check_programs(own_programs(folder, remote=True), f"the remote in {folder} runs programs")


class _Calls(NamedTuple):
    """Git calls that run the repository's programs only if it's trusted."""

    root: str
    trusted: bool
    settings: tuple[str, ...]

    def change(self, *arguments: str) -> "CompletedProcess[str]":
        """Change the notes, without guesses of renamed folders: what git writes must be known before."""
        settings = ("merge.directoryRenames=false", *self.settings)
        return run(
            self.root, *arguments, check=False, network=True, lasting=True, trusted=self.trusted, settings=settings
        )

    def reach(self, *arguments: str) -> None:
        result = run(self.root, *arguments, check=False, network=True, trusted=self.trusted, settings=self.settings)
        if result.returncode == 0:
            return
        if "[remote rejected]" in result.stderr:
            raise refused(result.stderr)
        if "rejected" in result.stderr or "non-fast-forward" in result.stderr:
            raise RoundsError(
                "the remote refused the push", hint="Somebody may have pushed meanwhile: run rounds git sync once more."
            )
        raise failure(
            "git could not reach the remote", result.stderr,
            "Are you online, and does git fetch work? What you committed stays for the next time.",
        )  # fmt: skip


def _pull(
    calls: _Calls, branch: str, upstream: str, moved: list[tuple[str, str]], tell: Callable[[str], None]
) -> tuple[Problem, ...]:
    """Merge or rebase what was fetched; return a problem for each note in conflict."""
    root = calls.root
    theirs = run(root, "rev-parse", upstream).stdout.strip()  # what was checked is what gets merged
    ours = run(root, "rev-parse", "HEAD").stdout.strip()
    if not succeeds(root, "merge-base", ours, theirs):
        name = upstream.removeprefix("refs/remotes/")
        raise RoundsError(
            f"{branch} and {name} have no commit in common: they are two different vaults, or one was set up again",
            hint=f"If they belong together: git merge --allow-unrelated-histories {name}, or where the clone is "
            "shallow: git fetch --unshallow. Nothing was merged.",
        )
    way = _way(root, branch, upstream, ahead=_count(root, f"{theirs}..{ours}") > 0)
    change = coming(root, ours, theirs)
    if not calls.trusted:
        check_links(root, change)
    check_names(root, change)
    if way[0] == "rebase":
        change += passing(root, f"{theirs}..{ours}")
    moved += make_room(run(root, "rev-parse", "--show-toplevel").stdout.rstrip("\n"), change, tell)
    begin(root)
    result = calls.change(*way, theirs)
    conflicts = tuple(unmerged(root, rebase=way[0] == "rebase")) if result.returncode else ()
    if result.returncode and not conflicts:
        raise failure("git could not merge", result.stderr, "git status says how things stand. Nothing was pushed.")
    ended(root)
    return conflicts


def _way(root: str, branch: str, upstream: str, *, ahead: bool) -> list[str]:
    """Git's arguments to bring in the other side, as `git pull` would choose them.

    Args:
        ahead: we have commits that the other side lacks.
    """

    def setting(key: str) -> str:
        return run(root, "config", key, check=False).stdout.strip().casefold()

    rebase = setting(f"branch.{branch}.rebase") or setting("pull.rebase")
    rebases = rebase not in {"", "false", "no", "off", "0"}
    if ahead and rebases:
        return ["rebase", "--quiet", *(["--rebase-merges"] if rebase in {"merges", "m"} else [])]
    forward = {"only": ["--ff-only"], "false": ["--no-ff"], "true": ["--ff"]}.get(setting("pull.ff"), [])
    forward = ["--ff-only"] if rebases else forward
    words = f"Merge {upstream.removeprefix('refs/remotes/')}"
    return ["merge", "--quiet", "--no-edit", "--no-overwrite-ignore", *forward, "-m", words]


def _count(root: str, commits: str) -> int:
    """Number of commits in a range.

    Raises:
        RoundsError: git fails, or gives no answer: it ignores write errors on a pipe.
    """
    answer = run(root, "rev-list", "--count", commits)
    if not answer.stdout.strip().isdecimal():
        raise failure("git rev-list failed", answer.stderr or "it gave no answer")
    return int(answer.stdout)


# The merge driver -----------------------------------------------------------------------------------------------------

MARKED = 76
"""Exit code of `merge-note` for a note with marks in it. No shell, signal or crash uses it."""

_DRIVER = (
    'new=%A.new; {program} merge-note --marker-size %L --into "$new" -- %O %A %B %P; '
    'case $? in 0) mv -f "$new" %A && exit 0;; {marked}) mv -f "$new" %A && exit 1;; esac; '
    'code=129; if cp %A "$new"; then '
    'git merge-file -q -L ours -L base -L theirs --marker-size=%L "$new" %O %B; code=$?; fi; '
    'if test $code -lt 126; then mv -f "$new" %A && exit $code; rm -f "$new"; exit 129; fi; '
    "{{ echo '<<<<<<< ours' && cat %A && echo && echo ======= && cat %B && echo && echo '>>>>>>> theirs'; }} "
    '> "$new" && mv -f "$new" %A && exit 1; rm -f "$new"; exit 129'
)
"""The result replaces %A at the end, in one step: a failure before that leaves our version untouched.

First Rounds, judged by its exit code alone. Then git's own merge, likewise. If that fails too (it takes bytes with a
NUL for binary), both whole versions between marks; and last, on a full disk, an error.
"""


def driver(command: str) -> str:
    """The merge driver's command line, with a fallback to git's own merge.

    Without the fallback, git would keep only our version, without marks, on a machine without the command.

    Args:
        command: the program and its first arguments, quoted for the shell.
    """
    return _DRIVER.format(program=command.replace("%", "%%"), marked=MARKED)


def merge_files(base: str, ours: str, theirs: str, path: str, *, size: int = 7) -> tuple[bytes, tuple[Conflict, ...]]:
    """Merge the files %O %A %B, as git's merge driver.

    Args:
        base: an empty file if both sides added the note, so that git has no base.
        path: of the note in the repository.
        size: of git's marks, in characters.

    Returns:
        The merged note, and the conflicts between git's marks in it.

    Raises:
        OSError: a file can't be read, or is not an ordinary file.
    """
    old, mine, other = (content(name) for name in (base, ours, theirs))
    merged = merge(old or None, other, mine, path=path, markers=size)
    return merged.data, merged.conflicts
