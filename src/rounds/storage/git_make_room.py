"""Untracked files that git would overwrite, moved aside.

Git overwrites files that it ignores. So untracked files in its way become conflict copies first. Git itself checks
tracked files before it writes.
"""

import os
import posixpath
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from rounds.errors import RoundsError
from rounds.storage import leftover_files
from rounds.storage.durable import sync_folder
from rounds.storage.git_command import run

_LINK = "120000"


class Coming(NamedTuple):
    """A file as a commit changes it.

    Attributes:
        path: POSIX, from the top of the repository.
        mode, object: of the file afterwards, as git writes them; zeros for a deleted file.
        new: whether it was not there before.
    """

    path: str
    mode: str
    object: str
    new: bool


def coming(root: str, old: str, new: str) -> list[Coming]:
    """Files that differ between two commits."""
    return [*_records(run(root, "diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", old, new).stdout)]


def passing(root: str, commits: str) -> list[Coming]:
    """All files that some commits change, even if a later one undoes it: a rebase writes them again."""
    form = ("--format=", "--raw", "-r", "-m", "-z", "--no-renames", "--no-abbrev")
    return [*_records(run(root, "log", *form, commits).stdout)]


def _records(text: str) -> Iterator[Coming]:
    words = iter(text.split("\0"))
    for word in words:
        before, *rest = word.lstrip("\n").split(" ")
        if before.startswith(":"):
            yield Coming(next(words), rest[0], rest[2], before == ":000000")


def check_links(root: str, change: Iterable[Coming]) -> None:
    """Check that no incoming symlink leads out of the vault: programs write to a note's real path.

    Raises:
        RoundsError: one does.
    """
    for each in change:
        if each.mode == _LINK:
            target = run(root, "cat-file", "blob", each.object).stdout
            if _leads_out(each.path, target):
                raise RoundsError(
                    f"what came from the remote has a link that leads out of the vault: {each.path} -> {target}",
                    hint="Nothing was merged. If you trust whoever made it: rounds git sync --trust",
                )


def _leads_out(path: str, target: str) -> bool:
    parts = target.replace("\\", "/").split("/")
    up = next((at for at, part in enumerate(parts) if part not in {"..", "."}), len(parts))
    if posixpath.isabs(target) or ":" in parts[0] or ".." in parts[up:]:
        return True
    return parts[:up].count("..") > path.count("/") or ".git" in {part.casefold().rstrip(". ") for part in parts}


def check_names(root: str, change: Iterable[Coming]) -> None:
    """Check that no incoming name differs from one of ours only in case, if the disk can't tell them apart.

    Raises:
        RoundsError: one does.
    """
    if not _blind(root):
        return
    here = {_key(path): path for path in run(root, "ls-files", "-z", "--full-name", ":/").stdout.split("\0") if path}
    change = list(change)
    going = {each.path for each in change if each.mode == "000000"}
    for each in change:
        known = here.get(_key(each.path), each.path)
        if each.mode != "000000" and known != each.path and known not in going:
            raise RoundsError(
                f"what came from the remote has {each.path}, which is {known} on this machine",
                hint="Nothing was merged. Rename one of the two: here, and commit it, or on the other machine.",
            )
        here[_key(each.path)] = each.path if each.mode != "000000" else known


def make_room(top: str, change: Iterable[Coming], tell: Callable[[str], None]) -> list[tuple[str, str]]:
    """Move untracked files aside that git would overwrite.

    Args:
        top: the repository's folder.
        change: files that git may write.
        tell: gets a line for each file that was moved.

    Returns:
        Each moved path, with its new path.

    Raises:
        RoundsError: one can't be moved, or is a repository by itself; or git can't look into a folder.
    """
    blind = _blind(top)
    written = {_key(each.path) if blind else each.path for each in change if each.mode != "000000"}
    above = {folder for path in written for folder in _folders(path)}
    moved = []
    for path in _untracked(top):
        name = (_key(path) if blind else path).rstrip("/")
        inner = next((folder for folder in _folders(name) if folder in written), "")
        side = name.rpartition("~")[0]  # git's name for a file where the other side has a folder: `Sam.md~HEAD`
        if path and (inner or {name, side} & written or {name, side} & above):
            folder = "/".join(path.split("/")[: inner.count("/")]) if inner else None
            moved.append((path, _move_away(top, path, folder)))
            tell(f"{path}: git doesn't track this file and would overwrite it. It's now {moved[-1][1]}.")
    return moved


def _untracked(top: str) -> list[str]:
    """Files and repositories that git doesn't track, ignored ones too.

    Raises:
        RoundsError: git can't look into a folder: it would leave that out, and still write there.
    """
    listed = run(top, "ls-files", "--others", "-z", "--full-name")
    if "could not open directory" in listed.stderr:
        raise RoundsError(
            f"git can't look into a folder: {listed.stderr.strip().splitlines()[0]}",
            hint="Nothing was merged: files in there could be overwritten. Allow reading that folder, and try again.",
        )
    return listed.stdout.split("\0")


def _move_away(top: str, path: str, folder: str | None) -> str:
    """Rename a file to a conflict copy; if its folder has to go, into another one."""
    here = os.path.join(top, path)
    if path.endswith("/"):
        raise RoundsError(f"{path} is a repository by itself, and in the way", hint="Nothing was merged. Move it away.")
    try:
        where = os.path.dirname(here) if folder is None else os.path.join(top, folder)
        copy = leftover_files.keep_as_copy(here, os.path.basename(here), datetime.now().astimezone(), where)
    except OSError as error:
        raise RoundsError(
            f"{path} is in the way, and can't be moved: {error.strerror}",
            hint="Nothing was merged: git would write over it. Move it away, or say in a commit that git keeps it.",
        ) from error
    sync_folder(os.path.dirname(copy))
    return os.path.relpath(copy, top).replace(os.sep, "/")


def _folders(path: str) -> Iterator[str]:
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def _blind(root: str) -> bool:
    """Whether the disk is case-insensitive, according to git."""
    return run(root, "config", "--type=bool", "core.ignorecase", check=False).stdout.strip() == "true"


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def disregarded(root: str) -> list[str]:
    """Changed files whose changes git was told to ignore (`assume-unchanged`, `skip-worktree`)."""
    listed = run(root, "ls-files", "-v", "-s", "-z", "--full-name", ":/").stdout.split("\0")
    top = run(root, "rev-parse", "--show-toplevel").stdout.rstrip("\n")
    flagged: dict[str, str] = {}
    for line in listed:
        words, _, path = line.partition("\t")
        tag, mode, object_, *_ = [*words.split(" "), "", "", ""]
        if (tag.islower() or tag == "S") and mode.startswith("100") and os.path.isfile(os.path.join(top, path)):
            flagged[path] = object_
    if not flagged:
        return []
    found = run(top, "hash-object", "--", *flagged).stdout.split()
    return [path for (path, object_), now in zip(flagged.items(), found, strict=True) if now != object_]
