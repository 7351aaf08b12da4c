"""Safe git calls: an untrusted repository's settings and hooks don't run.

A vault from somebody else may include its `.git` folder. Git's settings there are untrusted data, and many of them name
a program. Git itself only asks about repositories of another user (`safe.directory`, which applies here too). See
docs/security.md.
"""

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from tempfile import TemporaryFile
from urllib.parse import unquote, urlsplit

from rounds.errors import RoundsError
from rounds.storage.open_file import content

LOCAL_SECONDS = 20.0
NETWORK_SECONDS = 120.0
LASTING_SECONDS = 3600.0
"""Time limit of a call that changes notes: each note changed on both sides takes some tenths of a second."""

_TO_END = 5.0
"""Seconds for git to remove its locks after a signal to end."""

_ELSEWHERE = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_COMMON_DIR"})
_PROTECTED = {
    "core.fsmonitor": "false", "core.hooksPath": os.devnull, "log.showSignature": "false", "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false", "diff.ignoreSubmodules": "all", "safe.bareRepository": "explicit",
    "core.trustctime": "true", "core.checkStat": "default", "core.untrackedCache": "false",
}  # fmt: skip
"""Settings of every call, unless trusted. The command line wins over the repository's settings.

The last three make git see every change of a note before it overwrites it.
"""

_FLAGS = {
    "log": ["--no-ext-diff", "--no-textconv", "--no-show-signature"],
    "show": ["--no-ext-diff", "--no-textconv", "--no-show-signature"],
    "diff": ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"],
    "status": ["--ignore-submodules=all"],
    "fetch": ["--no-recurse-submodules"],
    "merge": ["--no-stat"],
    "rebase": ["--no-stat"],
    "push": ["--no-recurse-submodules", "--no-signed"],
}
_PROTOCOLS = "file:git:http:https:ssh"
"""Allowed protocols of a remote: `ext::` runs a command, and others run programs of that name."""

_NAMES_PROGRAM = re.compile(
    r"core\.(sshcommand|gitproxy|askpass|alternaterefscommand)|credential\.(.*\.)?helper|filter\..*\.(clean|smudge|process)"
    r"|merge\..*\.driver|gpg\.(.*\.)?program|gpg\.ssh\.defaultkeycommand|remote\..*\.(uploadpack|receivepack|vcs)"
    r"|gc\.recentobjectshook|submodule\..*\.update|branch\..*\.mergeoptions|pull\.(twohead|octopus)|trailer\..*\.(cmd|command)|hook\..*\.command",
    re.DOTALL,
)
"""Settings that make pull and push run a program, and that no command-line setting turns off in general."""

_ALSO_THERE = frozenset({"core.fsmonitor", "core.hookspath"})
"""More of these for a remote in a local folder, where git ignores our command-line settings."""

DRIVER = "merge.rounds.driver"
HOOK = "pre-commit"
HOOK_MARK = "Rounds' pre-commit hook"


def own_programs(root: str, *, remote: bool = False) -> list[str]:
    """A repository's own settings that make pull and push run a program.

    Args:
        remote: the repository is a remote in a local folder; its hooks count too.
    """
    listed = run(root, "config", "--list", "--show-scope", "-z", check=False, bare=remote)
    if listed.returncode:
        raise failure("git can't read the settings of this repository", listed.stderr)
    parts = listed.stdout.split("\0")
    found = []
    for scope, entry in zip(parts[::2], parts[1::2], strict=False):
        key = entry.partition("\n")[0]
        named = _NAMES_PROGRAM.fullmatch(key) or (remote and key in _ALSO_THERE)
        if scope in {"local", "worktree"} and named and key != DRIVER:
            found.append(key)
    return list(dict.fromkeys([*found, *(own_hooks(root, bare=True) if remote else ())]))


def own_hooks(root: str, *, bare: bool = False) -> list[str]:
    """The hooks of a repository that git would run; samples don't count."""
    where = run(root, "rev-parse", "--git-common-dir", bare=bare).stdout.rstrip("\n")
    try:
        with os.scandir(os.path.join(root, where, "hooks")) as entries:
            return sorted(
                e.name
                for e in entries
                if not e.name.endswith(".sample")
                and os.access(e.path, os.X_OK)
                and not (e.name == HOOK and is_our_hook(e.path))  # no fetch, merge, rebase or push runs that one
            )
    except OSError:
        return []


def is_our_hook(path: str) -> bool:
    """Whether a file is the hook that `rounds git setup` writes."""
    try:
        return HOOK_MARK.encode() in content(path)[:200]
    except OSError:
        return False


def folder_of(url: str, top: str) -> str:
    """The local folder that a remote's address leads to; empty for any other address."""
    if url.startswith("file://"):
        return unquote(urlsplit(url).path)
    if "://" in url or "::" in url or re.match(r"[^/]*:", url):
        return ""
    return os.path.join(top, url)


def check_place(root: str) -> None:
    """Check that git would write to the files around the `.git` that it found.

    Raises:
        RoundsError: `core.worktree` leads elsewhere.
    """
    top = os.path.realpath(run(root, "rev-parse", "--show-toplevel").stdout.rstrip("\n"))
    found = [each for each in _above(os.path.realpath(root)) if os.path.lexists(os.path.join(each, ".git"))]
    if found[:1] != [top]:
        raise RoundsError(
            f"this repository's settings say that its files are in {top}", hint="See core.worktree in .git/config."
        )


def _above(folder: str) -> Iterator[str]:
    yield folder
    while (parent := os.path.dirname(folder)) != folder:
        folder = parent
        yield folder


def succeeds(root: str, *arguments: str) -> bool:
    """Whether a call ends with 0."""
    return run(root, *arguments, check=False).returncode == 0


def run(
    root: str, *arguments: str, check: bool = True, network: bool = False, lasting: bool = False, trusted: bool = False,
    bare: bool = False, settings: tuple[str, ...] = (), index: str = "",
) -> "subprocess.CompletedProcess[str]":  # fmt: skip
    """Run git, and decode its output as text.

    Args:
        check: whether a failure is an error.
        network, lasting, trusted, bare, settings, index: as for `call`.

    Raises:
        RoundsError: it failed, or took too long.
    """
    done = call(
        root, *arguments, network=network, lasting=lasting, trusted=trusted, bare=bare, settings=settings, index=index
    )
    result = subprocess.CompletedProcess(done.args, done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))
    if check and result.returncode:
        raise failure(f"git {arguments[0]} failed", result.stderr)
    return result


def call(
    root: str, command: str, *arguments: str, network: bool = False, lasting: bool = False, trusted: bool = False,
    bare: bool = False, settings: tuple[str, ...] = (), index: str = "", stdin: bytes = b"",
) -> "subprocess.CompletedProcess[bytes]":  # fmt: skip
    """Run git in the vault, without a terminal or prompts.

    Args:
        network: it may reach the remote; other calls may not, not even for a missing object.
        lasting: it changes the notes and must finish: neither the first Ctrl-C nor our end stops it.
        trusted: the repository's own hooks and programs may run.
        bare: the repository may be a bare one.
        settings: additional git settings, as `KEY=VALUE`.
        index: the file with what is staged, if it isn't the repository's usual one.
        stdin: what git reads from its standard input.

    Raises:
        RoundsError: it took too long, or did so before; or what git reads is not an ordinary file.
    """
    if root in _stuck and not (network or lasting):
        raise RoundsError("git did not answer in time before", hint=_STUCK)
    if odd := _odd_file(root):
        raise RoundsError(f"{odd} is not an ordinary file, so git was not asked", hint="Move it away.")
    if not (bare or _repository(root)):  # nothing to ask; and a Mac without git would offer to install it
        return subprocess.CompletedProcess(["git", command], 128, b"", b"fatal: not a git repository")
    protected = {} if trusted else {**_PROTECTED, **({"safe.bareRepository": "all"} if bare else {})}
    given = [*(f"{key}={value}" for key, value in protected.items()), *settings]
    words = [
        "git", "--no-pager", *(word for each in given for word in ("-c", each)), "-C", root, command,
        *([] if trusted else _FLAGS.get(command, [])), *arguments,
    ]  # fmt: skip
    environment = _environment(network=network, trusted=trusted) | ({"GIT_INDEX_FILE": index} if index else {})
    return _run(root, words, environment, stdin, network=network, lasting=lasting)


def _run(
    root: str, words: list[str], environment: dict[str, str], stdin: bytes, *, network: bool, lasting: bool
) -> "subprocess.CompletedProcess[bytes]":
    """Run a command line of git's, with a deadline."""
    seconds = LASTING_SECONDS if lasting else NETWORK_SECONDS if network else LOCAL_SECONDS
    with ExitStack() as stack:
        out = subprocess.DEVNULL if lasting else subprocess.PIPE
        err = stack.enter_context(TemporaryFile()) if lasting else subprocess.PIPE  # it outlives us, unlike a pipe
        process = stack.enter_context(subprocess.Popen(
            words, stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=out, stderr=err, env=environment,
            start_new_session=True,
        ))  # fmt: skip
        _bound(process.pid)
        try:
            output, errors = _wait(process, seconds, patient=lasting, stdin=stdin)
        except subprocess.TimeoutExpired as error:
            if not (network or lasting):
                _stuck.add(root)
            raise RoundsError(
                f"git {words[words.index(root) + 1]} took longer than {seconds:.0f} seconds and was stopped",
                hint="Are you online?" if network else _STUCK,
            ) from error
        if not isinstance(err, int):
            err.seek(0)
            errors = err.read()
        return subprocess.CompletedProcess(words, process.returncode, output or b"", errors or b"")


_stuck: set[str] = set()
"""Vaults in which git did not answer a look in time: it is not asked again by this process."""

_STUCK = "Is the repository whole? git status in its folder may say."
_READ = (
    ".mailmap", ".git", ".git/HEAD", ".git/commondir", ".git/config", ".git/info/grafts",
    ".git/objects/info/alternates", ".git/packed-refs", ".git/shallow",
)  # fmt: skip
_MOST_MEMORY = 2 << 30


def _repository(root: str) -> str:
    """The nearest folder upward with a `.git`; empty if there is none."""
    return next((each for each in _above(os.path.abspath(root)) if os.path.lexists(os.path.join(each, ".git"))), "")


def _odd_file(root: str) -> str:
    """A file that git would read and that has no end, or that nobody writes into; empty if there is none."""
    folder = _repository(root)
    for name in _READ if folder else ():
        with suppress(OSError):
            mode = os.stat(path := os.path.join(folder, name)).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                return path
    return ""


def _bound(process: int) -> None:
    """Bound the memory of a git that a foreign repository may lead to read without end, where the system can."""
    if sys.platform == "linux":
        import resource

        with suppress(OSError, ValueError):
            resource.prlimit(process, resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))


def _wait(
    process: "subprocess.Popen[bytes]", seconds: float, *, patient: bool, stdin: bytes = b""
) -> tuple[bytes | None, bytes | None]:
    """Wait for git to end, or end it; if `patient`, the first Ctrl-C still waits."""
    try:
        return process.communicate(stdin or None, timeout=seconds)
    except KeyboardInterrupt:
        if patient:
            _wait(process, seconds, patient=False)
        else:
            _end(process)
        raise
    except subprocess.TimeoutExpired:
        _end(process)
        raise


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask git and its children to end, so that they leave no locks; then kill them."""
    for name in ("SIGTERM", "SIGKILL"):
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, getattr(signal, name))
            else:
                process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_TO_END)
            return


def _environment(*, network: bool, trusted: bool) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environ |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "GIT_SEQUENCE_EDITOR": "true"}
    if not network:
        environ |= {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    elif not trusted:
        environ.setdefault("GIT_ALLOW_PROTOCOL", _PROTOCOLS)
    return environ


def last_line(text: str) -> str:
    """The line of git's error output that says what went wrong."""
    lines = [line for line in text.strip().splitlines() if line and not line.startswith("hint:")]
    return next(
        (line for line in lines if line.startswith(("fatal:", "error:"))),
        lines[-1] if lines else "it was stopped, or gave no reason",
    )


_KNOWN = (
    (
        r"Unable to create '(.+\.lock)': File exists",
        "another git is at work here, or one was stopped in the middle: {}",
        "Wait for it. If no git is running, delete that file, and try again. Your notes are as they were.",
    ),
    (
        "could not lock config file (.+): File exists",
        "another git is at work here, or one was stopped in the middle: {}.lock",
        "Wait for it. If no git is running, delete that file, and try again.",
    ),
    (
        "(?:unable to auto-detect email address|empty ident name|[Pp]lease tell me who you are)",
        "git does not know who you are, and a merge is signed with a name",
        'Tell it: git config user.name "Your Name", and git config user.email you@example.org',
    ),
    (
        "(?:index file corrupt|index file smaller than expected|bad signature 0x|bad index file)",
        "git's list of files, .git/index, is damaged",
        "Your notes are not touched by that. Delete .git/index, then create it again: git reset",
    ),
    (
        "No space left on device|unable to write|Disk quota exceeded",
        "git could not write: the disk is full, or does not take it",
        "All that you committed is kept. Make room, see git status, and try again.",
    ),
)
"""Pattern of git's message; our message, with the file that it names; and the hint."""


_AGAIN = "Try again; git status says how things stand."


def failure(what: str, stderr: str, hint: str = _AGAIN) -> RoundsError:
    """Error for a failure of git: with our message if it's known, or else git's own line."""
    for pattern, message, advice in _KNOWN:
        if match := re.search(pattern, stderr):
            return RoundsError(message.format(*match.groups()), hint=advice)
    return RoundsError(f"{what}: {last_line(stderr)}", hint=hint)


def refused(stderr: str) -> RoundsError:
    """Error for a push that the remote itself turned down, with the reason that it gave."""
    if lock := re.search(_KNOWN[0][0], stderr):
        return RoundsError(
            f"another git is at work in the remote, or one was stopped there: {lock[1]}",
            hint="Wait for it. If no git is running there, delete that file where the remote is, and sync again.",
        )
    said = [line.removeprefix("remote: ").strip() for line in stderr.splitlines() if line.startswith("remote: ")]
    reason = stderr.partition("[remote rejected]")[2].partition("\n")[0].rpartition("(")[2].rstrip(")")
    words = next((line for line in said if line), "") or reason
    return RoundsError(
        f"the remote refused the push: {words.removeprefix('error: ')}",
        hint="What you committed stays for the next time. Whoever looks after the remote can say more.",
    )
