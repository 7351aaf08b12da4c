"""One call of git in a repository that may be anybody's: its configuration and hooks run no program.

A vault comes with its `.git` folder, if it was received as one. What git reads there is data of whoever made it, but
many settings name a program. Git itself asks about repositories of another user only (`safe.directory`, which counts
here too). See docs/security.md.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from rounds.errors import RoundsError

LOCAL_SECONDS = 60.0
NETWORK_SECONDS = 120.0
_ELSEWHERE = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_COMMON_DIR"})
_PROTECTED = {
    "core.fsmonitor": "false", "core.hooksPath": os.devnull, "log.showSignature": "false", "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false", "diff.ignoreSubmodules": "all", "safe.bareRepository": "explicit",
}  # fmt: skip
"""Settings of every call. Those of the command line win over those of the repository."""

_FLAGS = {
    "log": ["--no-ext-diff", "--no-textconv", "--no-show-signature"],
    "show": ["--no-ext-diff", "--no-textconv", "--no-show-signature"],
    "diff": ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"],
    "status": ["--ignore-submodules=all"],
    "fetch": ["--no-recurse-submodules"],
    "pull": ["--no-recurse-submodules", "--no-stat"],
    "push": ["--no-recurse-submodules", "--no-signed"],
}
_PROTOCOLS = "file:git:http:https:ssh"
"""What a remote may be reached by: `ext::` is a command, and others are programs of that name."""

_NAMES_PROGRAM = re.compile(
    r"core\.(sshcommand|gitproxy|askpass|alternaterefscommand)|credential\.(.*\.)?helper|filter\..*\.(clean|smudge|process)"
    r"|merge\..*\.driver|gpg\.(.*\.)?program|gpg\.ssh\.defaultkeycommand|remote\..*\.(uploadpack|receivepack|vcs)"
    r"|gc\.recentobjectshook|submodule\..*\.update|trailer\..*\.(cmd|command)|hook\..*\.command",
    re.DOTALL,
)
"""Settings that pull and push run something by, and that no setting of the command line turns off in general."""

_ALSO_THERE = frozenset({"core.fsmonitor", "core.hookspath"})
"""Settings of a remote in a folder of this machine: git there reads those of the command line as little as ours."""

DRIVER = "merge.rounds.driver"


def own_programs(root: str, *, remote: bool = False) -> list[str]:
    """The settings of a repository's own configuration that pull and push would run a program by.

    Args:
        remote: the repository is a remote in a folder of this machine; its hooks count too.
    """
    listed = run(root, "config", "--list", "--show-scope", "-z", check=False, bare=remote)
    if listed.returncode:
        raise RoundsError(f"git can't read the settings of this repository: {last_line(listed.stderr)}")
    parts = listed.stdout.split("\0")
    found = []
    for scope, entry in zip(parts[::2], parts[1::2], strict=False):
        key = entry.partition("\n")[0]
        named = _NAMES_PROGRAM.fullmatch(key) or (remote and key in _ALSO_THERE)
        if scope in {"local", "worktree"} and named and key != DRIVER:
            found.append(key)
    return list(dict.fromkeys([*found, *(own_hooks(root, bare=True) if remote else ())]))


def own_hooks(root: str, *, bare: bool = False) -> list[str]:
    """The hooks of a repository that git would run; the samples, which are in each one, aren't."""
    where = run(root, "rev-parse", "--git-common-dir", bare=bare).stdout.rstrip("\n")
    try:
        with os.scandir(os.path.join(root, where, "hooks")) as entries:
            return sorted(e.name for e in entries if not e.name.endswith(".sample") and os.access(e.path, os.X_OK))
    except OSError:
        return []


def folder_of(url: str, top: str) -> str:
    """The folder that a remote's address leads to on this machine; an empty text for one elsewhere."""
    if url.startswith("file://"):
        return unquote(urlsplit(url).path)
    if "://" in url or "::" in url or re.match(r"[^/]*:", url):
        return ""
    return os.path.join(top, url)


def check_place(root: str) -> None:
    """See that the files that git would write are those around the `.git` that it found.

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
    root: str, *arguments: str, check: bool = True, network: bool = False, trusted: bool = False, bare: bool = False,
    settings: tuple[str, ...] = (),
) -> "subprocess.CompletedProcess[str]":  # fmt: skip
    """Run git, and read what it says as text.

    Args:
        check: whether a failure is an error.
        network, trusted, bare, settings: as for `call`.

    Raises:
        RoundsError: it failed, or took too long.
    """
    done = call(root, *arguments, network=network, trusted=trusted, bare=bare, settings=settings)
    result = subprocess.CompletedProcess(done.args, done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))
    if check and result.returncode:
        raise RoundsError(f"git {arguments[0]} failed: {last_line(result.stderr)}")
    return result


def call(
    root: str, command: str, *arguments: str, network: bool = False, trusted: bool = False, bare: bool = False,
    settings: tuple[str, ...] = (),
) -> "subprocess.CompletedProcess[bytes]":  # fmt: skip
    """Run git in the vault. It can ask nobody anything: no terminal, no prompt.

    Args:
        network: it may reach the remote; no other call may, not even for an object that is missing.
        trusted: the repository's own hooks and programs may run.
        bare: the repository may be a bare one.
        settings: more of them, as `KEY=VALUE`.

    Raises:
        RoundsError: it took too long.
    """
    protected = {} if trusted else {**_PROTECTED, **({"safe.bareRepository": "all"} if bare else {})}
    given = [*(f"{key}={value}" for key, value in protected.items()), *settings]
    seconds = NETWORK_SECONDS if network else LOCAL_SECONDS
    try:
        return subprocess.run(
            [
                "git", "--no-pager", *(word for each in given for word in ("-c", each)), "-C", root, command,
                *([] if trusted else _FLAGS.get(command, [])), *arguments,
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=_environment(network=network, trusted=trusted),
            start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise RoundsError(
            f"git {command} took longer than {seconds:.0f} seconds and was stopped", hint="Are you online?"
        ) from error


def _environment(*, network: bool, trusted: bool) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environ |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "GIT_SEQUENCE_EDITOR": "true"}
    if not network:
        environ |= {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    elif not trusted:
        environ.setdefault("GIT_ALLOW_PROTOCOL", _PROTOCOLS)
    return environ


def last_line(text: str) -> str:
    """The line of git's errors that says what went wrong."""
    lines = [line for line in text.strip().splitlines() if line and not line.startswith("hint:")]
    return next(
        (line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "no reason given"
    )
