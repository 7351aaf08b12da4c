"""Git's pre-commit hook that checks notes, and the notes staged for a commit."""

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from rounds.storage import files
from rounds.storage.git_command import HOOK, HOOK_MARK, call, failure, is_our_hook, run
from rounds.storage.git_state import check
from rounds.storage.open_file import content, ordinary

_START = f"""#!/bin/sh
# {HOOK_MARK}: looks for client information in notes before a commit. To remove it: rounds git setup --no-hook
program={{program}}
command -v "$program" >/dev/null 2>&1 || program=rounds
if ! command -v "$program" >/dev/null 2>&1; then
  echo "Rounds isn't found, so these notes weren't checked for client information." >&2
  echo "Once it's back: rounds git setup --hook" >&2
  exit 0
fi
stop=0
look() {{{{
  [ -f "$1/rounds.toml" ] || return 0
  "$program" check --staged --vault "$1"
  case $? in
    0) ;;
    {{found}}|{{interrupted}}) stop=1 ;;
    *) echo "Rounds could not check the notes in $1 for client information." >&2 ;;
  esac
}}}}
"""
_END = "exit $stop\n"
_PROGRAM = re.compile(r"^program=.*$", re.MULTILINE)
_BATCH = 500
"""Notes read with one call of git."""


class Hook(NamedTuple):
    """The pre-commit hook of a vault's repository.

    Attributes:
        path: its file.
        state: `on` or `off`; `other` if git has a hook there that isn't ours, or a folder of hooks outside.
        line: for `other`, the line that the user can add to that hook.
    """

    path: str
    state: str
    line: str = ""


def hook_of(root: str, program: str) -> Hook:
    """Find the hook.

    Args:
        program: Rounds' command, for `Hook.line`.

    Raises:
        RoundsError: git fails.
    """
    top = run(root, "rev-parse", "--show-toplevel").stdout.rstrip("\n")
    folder, inside = _folder(root, top)
    path = os.path.join(folder, HOOK)
    if not inside or (os.path.lexists(path) and not is_our_hook(path)):
        vault = shlex.quote(_within(root, top))
        line = f"{shlex.quote(program)} check --staged --vault {vault} || [ $? != {_FOUND} ] || exit 1"
        return Hook(path, "other", line)
    text = content(path).decode(errors="surrogateescape") if os.path.lexists(path) else ""
    return Hook(path, "on" if _look(root, top) in text else "off")


def add_hook(root: str, hook: Hook, program: str) -> bool:
    """Have the hook look at this vault, with this program; beside other vaults of the repository.

    Returns:
        False if it did so already.
    """
    top = run(root, "rev-parse", "--show-toplevel").stdout.rstrip("\n")
    old = content(hook.path).decode(errors="surrogateescape") if os.path.lexists(hook.path) else ""
    named = f"program={shlex.quote(program)}"
    start = _START.format(program=shlex.quote(program), found=_FOUND, interrupted=_INTERRUPTED)
    new = _PROGRAM.sub(lambda _: named, old, count=1) if old else f"{start}{_END}"
    look = _look(root, top)
    if look not in new:
        new = f"{new.removesuffix(_END)}{look}{_END}"
    if new != old:
        _write(hook.path, new)
    return new != old


def remove_hook(root: str, hook: Hook) -> None:
    """Have the hook leave this vault alone; when no vault is left, delete the hook."""
    top = run(root, "rev-parse", "--show-toplevel").stdout.rstrip("\n")
    old = content(hook.path).decode(errors="surrogateescape")
    new = old.replace(_look(root, top), "")
    if "\nlook " in new:
        _write(hook.path, new)
    else:
        os.unlink(hook.path)


_FOUND = 7  # the exit code of ClientInformationError
_INTERRUPTED = 130


def _look(root: str, top: str) -> str:
    return f"look {shlex.quote(_within(root, top))}\n"


def _within(root: str, top: str) -> str:
    """The vault's folder from the top of the work tree, where git runs hooks."""
    return f"./{os.path.relpath(os.path.realpath(root), os.path.realpath(top)).replace(os.sep, '/')}"


def _folder(root: str, top: str) -> tuple[str, bool]:
    """Git's folder of hooks, and whether it's this repository's own (`core.hooksPath` may be for all)."""
    common = run(root, "rev-parse", "--git-common-dir").stdout.rstrip("\n")
    common = os.path.realpath(os.path.join(root, common))
    # With the repository's own settings, which name no program here.
    named = run(root, "config", "--type=path", "--get", "core.hooksPath", check=False, trusted=True).stdout.rstrip("\n")
    folder = os.path.realpath(os.path.join(top, named) if named else os.path.join(common, "hooks"))
    return folder, any(folder.startswith(f"{each}{os.sep}") for each in (common, os.path.realpath(top)))


def _write(path: str, text: str) -> None:
    """Write the hook, which git runs only if it's executable."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    new = f"{path}.rounds"
    descriptor = ordinary(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        files.write_all(descriptor, text.encode(errors="surrogateescape"))
    finally:
        os.close(descriptor)
    os.chmod(new, 0o755)  # noqa: S103 - git runs it, as any user of the repository
    os.replace(new, path)


# What is staged -------------------------------------------------------------------------------------------------------


def staged(root: str) -> Iterator[tuple[str, bytes]]:
    """Path (relative to the vault) and content of each note that the next commit adds or changes.

    In git's hook, `GIT_INDEX_FILE` names what is committed (`git commit FILE`).

    Raises:
        RoundsError: git fails, or the vault isn't in a repository.
    """
    check(root)
    index = os.path.abspath(os.environ["GIT_INDEX_FILE"]) if os.environ.get("GIT_INDEX_FILE") else ""
    found = run(
        root,
        "diff",
        "--cached",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "--diff-filter=d",
        "--relative",
        "-z",
        index=index,
    )
    parts = found.stdout.split("\0")
    notes = [
        (path, entry.split()[3])
        for entry, path in zip(parts[::2], parts[1::2], strict=False)
        if path.lower().endswith(".md") and entry.split()[1].startswith("100")
    ]
    for start in range(0, len(notes), _BATCH):
        batch = notes[start : start + _BATCH]
        yield from zip((path for path, _ in batch), _blobs(root, [blob for _, blob in batch]), strict=True)


def _blobs(root: str, names: list[str]) -> Iterator[bytes]:
    """The contents of some blobs of git."""
    done = call(root, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in names).encode())
    data, at = done.stdout, 0
    for _ in names:
        end = data.find(b"\n", at)
        with suppress(ValueError, IndexError):
            size = int(data[at:end].split()[2])
            yield data[end + 1 : end + 1 + size]
            at = end + 1 + size + 1
            continue
        raise failure("git could not read what is staged", os.fsdecode(done.stderr))
