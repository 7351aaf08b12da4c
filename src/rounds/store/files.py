"""Files of the vault: scanned, read, and saved by atomic compare-and-swap."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from rounds.domain.artefact import conflict_of, is_noise, not_here
from rounds.domain.changes import Stamp
from rounds.errors import ChangedMeanwhileError, RoundsError

_SKIPPED_FOLDERS = frozenset({"Templates", "node_modules"})


class Scan(NamedTuple):
    """What one walk over the vault found.

    Attributes:
        notes: stamp by path of every Markdown file that is a note. Paths are POSIX, relative, as on disk.
        artefacts: path of each conflict copy or placeholder, with the path of the note it belongs to; of each file
            or folder whose name is not UTF-8, with an empty text.
    """

    notes: dict[str, Stamp]
    artefacts: dict[str, str]


def scan(root: str) -> Scan:
    """Walk the vault once: scandir and one stat a file. Dot-folders, Templates and noise are left out.

    Symlinked folders are not followed; a symlinked file counts as its target.

    Raises:
        OSError: the vault's own folder can't be listed.
    """
    found = Scan({}, {})
    folders = [""]
    while folders:
        prefix = folders.pop()
        try:
            with _listing(os.path.join(root, prefix)) as entries:
                _take(found, prefix, entries, folders)
        except OSError:
            if not prefix:
                raise
    _put_aside(found)
    return found


def _take(found: Scan, prefix: str, entries: Iterable[os.DirEntry[str]], folders: list[str]) -> None:
    """Take in what one folder holds; folders below it wait for their turn."""
    for entry in entries:
        name = entry.name
        # In line, since a call more for each file takes a tenth of the walk.
        usual = name[-3:] == ".md" and name[0] not in ".#" and "onflict" not in name
        if not usual and not _is_note(found, prefix, entry, folders):
            continue
        try:
            status = entry.stat()
        except OSError:
            continue  # gone since the listing, or a link to nowhere
        if status.st_mode & _KIND == _REGULAR:
            stamp = status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
            found.notes[prefix + name] = stamp
        elif entry.is_dir(follow_symlinks=False):
            folders.append(f"{prefix}{name}/")


_KIND, _REGULAR = 0o170000, 0o100000  # as in stat.S_ISREG, without a call


@contextmanager
def _listing(folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """The entries of a folder; by its descriptor where the system can, which makes a walk by a quarter quicker."""
    if os.scandir not in os.supports_fd:
        with os.scandir(folder) as entries:
            yield entries
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)


def _is_note(found: Scan, prefix: str, entry: os.DirEntry[str], folders: list[str]) -> bool:
    """Whether an entry with an odd name is a note; a folder, a copy or a placeholder goes where it belongs."""
    name = entry.name
    if not name.isascii() and not _is_text(name):
        found.artefacts[(prefix + name).encode("utf-8", "surrogateescape").decode(errors="replace")] = ""
    elif name.endswith(".icloud") and (note := not_here(name)):
        found.artefacts[prefix + name] = prefix + note
    elif name[-3:] in {".md", ".MD"}:
        if "onflict" not in name or not (note := conflict_of(name)):
            return name[0] not in ".#" or not is_noise(name)
        found.artefacts[prefix + name] = prefix + note
    elif name[0] != "." and name not in _SKIPPED_FOLDERS and entry.is_dir(follow_symlinks=False):
        folders.append(f"{prefix}{name}/")
    return False


def _put_aside(found: Scan) -> None:
    """Take out notes whose path is no UTF-8 text, which nothing could store."""
    try:
        "".join(found.notes).encode()
    except UnicodeEncodeError:
        for path in [path for path in found.notes if not _is_text(path)]:
            del found.notes[path]
            found.artefacts[_readable(path)] = ""


def _is_text(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def _readable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode(errors="replace")


def digest(data: bytes) -> bytes:
    """The content hash by which versions of a file are compared; 16 bytes."""
    from hashlib import blake2b  # loads OpenSSL, which `rounds list` has no use for

    return blake2b(data, digest_size=16).digest()


def stamp_of(path: str) -> Stamp:
    """The stamp of one file, as a scan would report it.

    Raises:
        OSError: there is no such file.
    """
    status = os.stat(path)
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def read(path: str) -> tuple[bytes, Stamp]:
    """The bytes of a file, with the stamp that belongs to them.

    Raises:
        OSError: it can't be read, or does not stand still for three tries.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        for _ in range(3):
            before = os.fstat(descriptor)
            data = _read_all(descriptor, before.st_size)
            after = os.fstat(descriptor)
            still = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
            if still and len(data) == after.st_size:
                return data, (after.st_mtime_ns, after.st_ctime_ns, after.st_size, after.st_ino)
            os.lseek(descriptor, 0, os.SEEK_SET)
    finally:
        os.close(descriptor)
    raise OSError(0, "the file is being written just now", path)


def _read_all(descriptor: int, size: int) -> bytes:
    data = os.read(descriptor, size + 1)
    if len(data) <= size:
        return data
    parts = [data]
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def write(root: str, path: str, data: bytes, *, base: bytes | None) -> None:
    """Save a note: a temporary file beside it, synced, compared, renamed over it.

    Args:
        root: the vault; a path that leads outside it through a symlink is refused.
        path: POSIX, relative to the vault.
        data: the whole new content.
        base: digest of the content that was read before the edit; None for a new file, which must not exist.

    Raises:
        ChangedMeanwhileError: the file is not the one that was read. It is left as it is.
        RoundsError: it can't be written; the old file is intact.
    """
    target = os.path.realpath(os.path.join(root, path))
    if os.path.commonpath((target, os.path.realpath(root))) != os.path.realpath(root):
        raise RoundsError(f"{path} leads outside the vault", hint="Edit it where it really is.")
    folder = os.path.dirname(target)
    temporary = os.path.join(folder, f".~{os.urandom(4).hex()}.tmp")
    try:
        os.makedirs(folder, exist_ok=True)
        _write_new(temporary, data, _mode(target) if base is not None else None)
        _swap(temporary, target, path, base)
        _sync_folder(folder)
    except OSError as error:
        raise RoundsError(
            f"{path} could not be saved: {error.strerror or error}", hint="The file is as it was before."
        ) from error
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def _mode(target: str) -> int | None:
    try:
        return os.stat(target).st_mode & 0o7777
    except FileNotFoundError:
        return None  # gone since it was read, which the swap will say


def _write_new(temporary: str, data: bytes, mode: int | None) -> None:
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        if mode is not None:
            os.chmod(temporary, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(temporary: str, target: str, path: str, base: bytes | None) -> None:
    if base is None:
        try:
            _put_new(temporary, target)
        except FileExistsError:
            raise ChangedMeanwhileError(f"{path} already exists", hint="Open it, or choose another name.") from None
        return
    try:
        with open(target, "rb") as now:
            same = digest(now.read()) == base
    except FileNotFoundError:
        raise ChangedMeanwhileError(f"{path} is gone", hint="Nothing was written.") from None
    if not same:
        raise ChangedMeanwhileError(
            f"{path} was changed by another program meanwhile", hint="Nothing was written; try once more."
        )
    os.replace(temporary, target)


def _put_new(temporary: str, target: str) -> None:
    """Unlike a rename, never over an existing file."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # FAT, some network drives and phones have no hard links: take the name first, then replace
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        os.replace(temporary, target)


def _sync_folder(folder: str) -> None:
    with suppress(OSError):  # Windows and some network drives can't; the save itself is done
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def move(root: str, old: str, new: str) -> None:
    """Give a note another path, never over an existing file. Folders are made as needed.

    Raises:
        RoundsError: something is there already, or it can't be moved.
    """
    source, target = os.path.join(root, old), os.path.join(root, new)
    same = os.path.lexists(target) and os.path.samefile(source, target)  # another case on a case-blind disk
    if os.path.lexists(target) and not same:
        raise RoundsError(f"{new} already exists", hint="Choose another name.")
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(source, target)
    except OSError as error:
        raise RoundsError(f"{old} could not be moved: {error.strerror}", hint="It is where it was.") from error
