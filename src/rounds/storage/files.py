"""Vault files, read and saved without losing text (docs/decisions/0008-saving.md)."""

import os
import time
from contextlib import suppress
from errno import EIO, ENAMETOOLONG

from rounds.domain.file_names_copies import Stamp, bounded
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.storage.atomic_rename import EXCHANGE, EmptyLeftError, is_being_written, is_one, rename, rename_new, waits
from rounds.storage.durable import make_folders, sync, sync_folder
from rounds.storage.file_attributes import resemble
from rounds.storage.open_file import BINARY, SHORTEN, TOO_DEEP, is_too_long, ordinary, read_all

_GIT = frozenset({".git", "git~1"})  # the second one is its short name on Windows
_EXCHANGES = 20
_LEAVE = 0.03  # seconds for a program to write a file that it has open


def digest(data: bytes) -> bytes:
    """The content hash by which versions of a file are compared; 16 bytes."""
    from hashlib import blake2b  # loads OpenSSL, which `rounds list` doesn't need

    return blake2b(data, digest_size=16).digest()


def stamp_of(path: str) -> Stamp:
    """The stamp of one file, as a scan would report it.

    Raises:
        OSError: there is no such file.
    """
    return _stamp(os.stat(path))


def _stamp(status: os.stat_result) -> Stamp:
    """On Windows without the inode number, which a folder scan doesn't get there."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, 0 if os.name == "nt" else status.st_ino


def read(path: str) -> tuple[bytes, Stamp]:
    """The bytes of a file, with the stamp that belongs to them.

    Raises:
        OSError: it can't be read, isn't an ordinary file (see `ordinary`), or changes during all of three tries.
    """
    descriptor = ordinary(path)
    try:
        for _ in range(3):
            before = os.fstat(descriptor)
            data = read_all(descriptor, before.st_size)
            after = os.fstat(descriptor)
            still = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
            if still and len(data) == after.st_size:
                return data, _stamp(after)
            os.lseek(descriptor, 0, os.SEEK_SET)
    finally:
        os.close(descriptor)
    raise OSError(0, "the file is being written just now", path)


def inside(root: str, path: str) -> str:
    """Real path of a note: links are followed, but never out of the vault or into git's own folder.

    Raises:
        RoundsError: a symlink, `..`, or another drive, leads outside.
    """
    real = os.path.realpath(root)
    try:
        target = os.path.realpath(os.path.join(root, path))
        within = os.path.commonpath((target, real)) == real
    except ValueError:  # a NUL, or another drive
        within, target = False, ""
    if not within:
        raise RoundsError(f"{path} leads outside the vault", hint="Edit it where it really is.")
    if _GIT & {*os.path.relpath(target, real).casefold().split(os.sep)}:
        raise RoundsError(f"{path} is git's own", hint="Nothing was written there.")
    return target


def write(root: str, path: str, data: bytes, *, base: bytes | None, name: str = "", patient: bool = True) -> list[str]:
    """Save a note: sync a temporary file beside it, exchange both, and check that the old text is what was read.

    If killed at any moment, the note has the old or the new text, and another program's text that is nowhere else stays
    in the temporary file (see `clear`).

    Args:
        path: POSIX, relative to the vault.
        base: digest of the content that was read before the edit; None for a new file, which must not exist.
        name: name of the temporary file, which the caller must then `clear`, the later the better: by then, a program
            that was just opening the note during the exchange has written its text. Random by default.
        patient: refuse while another program has the file open for writing, if the system can detect that.

    Returns:
        Messages for the user; usually none.

    Raises:
        ChangedMeanwhileError: the file isn't the one that was read, or is being written. It's left unchanged.
        RoundsError: it can't be written; the old file is intact.
    """
    target = inside(root, path)
    folder, beside = os.path.dirname(target), os.path.join(os.path.dirname(target), name or temporary_name())
    try:
        make_folders(folder)
        like = os.stat(target) if base is not None else None
        _write_new(beside, target, data, like)
        if base is None:
            rename_new(beside, target)
            words = sync_folder(folder, path)
        else:
            words = _swap(beside, target, path, base, data, patient=patient)
    except OSError as error:
        raise _save_error(path, error) from error
    finally:
        if not name:
            with suppress(OSError):
                clear(beside, base, data, patient=patient)
    if like is not None and like.st_nlink > 1:
        words.append(f"{path} had another name, a hard link, which keeps the text from before.")
    return words


def _save_error(path: str, error: OSError) -> RoundsError:
    """The error to show if the system refuses to save a note."""
    if isinstance(error, FileExistsError):
        return ChangedMeanwhileError(f"{path} already exists", hint="Open it, or choose another name.")
    if isinstance(error, FileNotFoundError):
        return ChangedMeanwhileError(f"{path} is gone", hint="Nothing was written.")
    hint = "" if isinstance(error, EmptyLeftError) else "The file is as it was before."
    if error.errno == ENAMETOOLONG:
        hint = SHORTEN
    return RoundsError(f"{path} could not be saved: {error.strerror or error}", hint=hint)


def temporary_name() -> str:
    """Random name for a temporary file beside a note; no program takes it for a note."""
    return f".~{os.urandom(4).hex()}.tmp"


def clear(beside: str, base: bytes | None, data: bytes, *, patient: bool = True) -> bool:
    """Remove a temporary file, unless it holds a text that may be nowhere else.

    Args:
        base: digest of what was there before; None for a new file.
        data: the new content; a killed save may have written only its beginning.
        patient: leave a file that a program has open for writing.

    Returns:
        False if it holds anything else, or may soon: another program's save at the same moment.

    Raises:
        OSError: it can't be read or removed, in two tries.
    """
    for again in (True, False):
        try:
            with open(beside, "rb", opener=ordinary) as file:
                if patient and is_being_written(file.fileno()):
                    return False
                found = file.read()
            ours = found.rstrip(b"\0") if len(found) <= len(data) else found  # zeros: the power went off meanwhile
            if digest(found) != base and not data.startswith(ours):
                return False
            os.unlink(beside)
            break
        except FileNotFoundError:
            break
        except OSError:
            if not again:
                raise
    return True


def settled(path: str, seconds: float) -> tuple[bytes | None, bool]:
    """Content of a file once no program is writing it.

    Args:
        path: of the file.
        seconds: time to wait for a file that is gone, empty or open for writing.

    Returns:
        Its content, None if it's gone; and False if a program still had it open for writing at the end.
    """
    deadline = time.monotonic() + seconds
    while True:
        data, still = None, True
        with suppress(OSError), open(path, "rb", opener=ordinary) as file:
            still = not is_being_written(file.fileno())
            data = file.read()
        if (data and still) or time.monotonic() > deadline:
            return data, still
        time.sleep(0.001)


def _write_new(beside: str, target: str, data: bytes, like: os.stat_result | None) -> None:
    """Write a new file and sync it, with mode, owner and attributes of the file to replace."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY
    try:
        descriptor = os.open(beside, flags, 0o666 if like is None else 0o600)
    except FileNotFoundError as error:
        if is_too_long(beside):
            raise OSError(ENAMETOOLONG, TOO_DEEP, beside) from error
        raise
    try:
        _fill(descriptor, data, target, like)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _fill(descriptor: int, data: bytes, target: str, like: os.stat_result | None) -> None:
    try:
        write_all(descriptor, data)
        if like is not None:
            resemble(descriptor, target, like)
        sync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of some bytes; the system may take only a part at a time.

    Raises:
        OSError: it takes no more.
    """
    view = memoryview(data)
    while view:
        taken = os.write(descriptor, view)
        if not taken:
            raise OSError(EIO, "the disk takes no more")
        view = view[taken:]


def _swap(beside: str, target: str, path: str, base: bytes, data: bytes, *, patient: bool) -> list[str]:
    """Exchange the two files and check the old text; exchange them back if it isn't what was read.

    Returns:
        Messages if the disk doesn't confirm the new names.
    """
    met: list[bytes] = []
    exchanged = _exchanged(beside, target, base)
    if exchanged is False:  # this system can only compare, then replace
        return sync_folder(os.path.dirname(target), path)
    if exchanged:
        try:
            out = _content(beside, patient=patient)
            if out is not None and digest(out) == base:
                words = sync_folder(os.path.dirname(target), path)
                out = _content(beside, patient=patient)  # by now, a program just opening the old name has done so
        except OSError:
            rename(beside, target, EXCHANGE)  # what can't be read can't be compared
            raise
        if out is not None and digest(out) == base:
            return words
        met = _give_back(beside, target, out, data, patient=patient)
    raise ChangedMeanwhileError(
        f"{path} was changed by another program meanwhile", hint="Nothing was written; try once more.", met=met
    )


def _exchanged(beside: str, target: str, base: bytes) -> bool | None:
    """Exchange the two files, or replace the target if the system can't exchange; compare before each try.

    Returns:
        True if exchanged, False if replaced, None if the target isn't what was read and stays.
    """
    for seconds in waits():
        try:
            if digest(_content(target) or b"") != base:
                break
            if exchanged := rename(beside, target, EXCHANGE):
                return exchanged
            os.replace(beside, target)
        except PermissionError:
            if seconds is None:
                raise
            time.sleep(seconds)
        else:
            return False
    return None


def _give_back(beside: str, target: str, newest: bytes | None, data: bytes, *, patient: bool) -> list[bytes]:
    """Give another program's newest text its name back.

    If yet another text comes out, that is newer still. The text then left beside is that program's, and stays there.

    Returns:
        The texts of that program, in order: a program that read our text in between may overwrite them.
    """
    met = [newest]
    believed: bytes | None = data
    for _ in range(_EXCHANGES):
        rename(beside, target, EXCHANGE)
        out = _content(beside, patient=patient)
        if out == believed:
            break
        newest, believed = out, newest
        met.append(out)
    return [text for text in met if text is not None]


def _content(path: str, *, patient: bool = False) -> bytes | None:
    """Content of a file; None if `patient` and a program keeps it open for writing."""
    descriptor = ordinary(path)
    try:
        until = time.monotonic() + _LEAVE
        while patient and is_being_written(descriptor):
            if time.monotonic() > until:
                return None
            time.sleep(0.0002)
        return read_all(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _entry(root: str, path: str) -> str:
    """Path of a name in its real folder, which must be in the vault; the name itself may be a symlink.

    Raises:
        RoundsError: a symlink, or `..`, leads outside.
    """
    folder, _, name = path.rpartition("/")
    if name in {"", ".", ".."} or "\0" in name or name.casefold() in _GIT:
        raise RoundsError(f"{path} is not the name of a note", hint="Choose another name.")
    return os.path.join(inside(root, folder), name)


def move(root: str, old: str, new: str) -> None:
    """Move a note to another path, never over an existing file. Folders are created as needed.

    Raises:
        RoundsError: something is there already, or it can't be moved.
    """
    source, target = _entry(root, old), _entry(root, new)
    same = is_one(source, target)
    try:
        make_folders(os.path.dirname(target))
        if same:
            os.rename(source, target)
        else:
            rename_new(source, target)
    except FileExistsError as error:
        raise RoundsError(f"{new} already exists", hint="Choose another name.") from error
    except OSError as error:
        hint = SHORTEN if error.errno == ENAMETOOLONG else "It is where it was."
        raise RoundsError(f"{old} could not be moved: {error.strerror}", hint=hint) from error
    for folder in {os.path.dirname(source), os.path.dirname(target)}:
        sync_folder(folder, new)


def free_in_trash(root: str, path: str) -> str:
    """A free path in the vault's trash for a note, or a version of it."""
    name = path.rpartition("/")[2]
    name = name[:-3] if name[-3:].lower() == ".md" else name
    target, number = f".trash/{bounded(name, '.md')}", 1
    while os.path.lexists(os.path.join(root, target)):
        number += 1
        target = f".trash/{bounded(name, f' ({number}).md')}"
    return target
