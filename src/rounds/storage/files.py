"""Files of the vault: scanned, read, and saved so that no text of anybody is lost (docs/decisions/0008-saving.md)."""

import os
import time
from contextlib import suppress
from errno import EINVAL, EIO, ENOSYS, ENOTSUP, EOPNOTSUPP

from rounds.domain.file_diff import Stamp
from rounds.domain.file_names import bounded
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.storage.atomic_rename import EXCHANGE, is_being_written, is_one, rename, rename_new, waits
from rounds.storage.open_file import BINARY, ordinary, read_all

_GIT = frozenset({".git", "git~1"})  # the second one is its short name on Windows
_NO_SYNC = frozenset({EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP})  # of FAT in user space, and of some network drives
_EXCHANGES = 20
_LEAVE = 0.03  # seconds in which a program has written what it has opened a file for


def digest(data: bytes) -> bytes:
    """The content hash by which versions of a file are compared; 16 bytes."""
    from hashlib import blake2b  # loads OpenSSL, which `rounds list` has no use for

    return blake2b(data, digest_size=16).digest()


def stamp_of(path: str) -> Stamp:
    """The stamp of one file, as a scan would report it.

    Raises:
        OSError: there is no such file.
    """
    return _stamp(os.stat(path))


def _stamp(status: os.stat_result) -> Stamp:
    """On Windows without the file's number, since a scan of a folder is not told it there."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, 0 if os.name == "nt" else status.st_ino


def read(path: str) -> tuple[bytes, Stamp]:
    """The bytes of a file, with the stamp that belongs to them.

    Raises:
        OSError: it can't be read, is not an ordinary file (see `ordinary`), or does not stand still for three tries.
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
    """Where a note really is: links are followed, but never out of the vault, nor into git's own folder.

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
    """Save a note: a temporary file beside it, synced, exchanged with it; what came out must be what was read.

    Killed at any moment, the note holds the old or the new text, and any text of another program that is nowhere else
    stays in the temporary file (see `clear`).

    Args:
        path: POSIX, relative to the vault.
        data: the whole new content.
        base: digest of the content that was read before the edit; None for a new file, which must not exist.
        name: of the temporary file, which whoever gives it has to `clear`, the later the better: what another program
            was just opening under the note's name when we exchanged it has come down by then. Made up by default.
        patient: refuse while another program has the file open for writing, where the system can tell.

    Returns:
        What the user should know of it, in words; most often nothing.

    Raises:
        ChangedMeanwhileError: the file is not the one that was read, or is being written. It is left as it is.
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
    except FileExistsError as error:
        raise ChangedMeanwhileError(f"{path} already exists", hint="Open it, or choose another name.") from error
    except FileNotFoundError as error:
        raise ChangedMeanwhileError(f"{path} is gone", hint="Nothing was written.") from error
    except OSError as error:
        why = error.strerror or error
        raise RoundsError(f"{path} could not be saved: {why}", hint="The file is as it was before.") from error
    finally:
        if not name:
            clear(beside, base, data, patient=patient)
    if like is not None and like.st_nlink > 1:
        words.append(f"{path} had another name, a hard link, which keeps the text from before.")
    return words


def temporary_name() -> str:
    """A name for a temporary file beside a note: no note to any program, and of use to nobody else."""
    return f".~{os.urandom(4).hex()}.tmp"


def clear(beside: str, base: bytes | None, data: bytes, *, patient: bool = True) -> bool:
    """Remove a temporary file, unless it holds a text that may be nowhere else.

    Args:
        base: digest of what was there before; None for a new file.
        data: what was to be written; a beginning of it is all that a killed save may have got down.
        patient: leave what a program has open for writing.

    Returns:
        False where it holds anything else, or may do so in a moment: what another program saves while we do.
    """
    for _ in range(2):  # an error that does not last leaves no copy behind
        with suppress(OSError):
            with open(beside, "rb", opener=ordinary) as file:
                if patient and is_being_written(file.fileno()):
                    return False
                found = file.read()
            ours = found.rstrip(b"\0") if len(found) <= len(data) else found  # zeros: the power went off meanwhile
            if digest(found) != base and not data.startswith(ours):
                return False
            os.unlink(beside)
            return True
    return not os.path.lexists(beside)


def settled(path: str, seconds: float) -> tuple[bytes | None, bool]:
    """What a file holds once no program is in the middle of writing it.

    Args:
        path: of the file.
        seconds: to wait for one that is gone, empty or open for writing.

    Returns:
        Its content, None where it is gone; and False where somebody still had it open for writing in the end.
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
    """Write a new file down to the disk, with mode, owner and attributes of the one that it will replace."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY
    descriptor = os.open(beside, flags, 0o666 if like is None else 0o600)
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
            _resemble(descriptor, target, like)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of some bytes, of which the system may take a part at a time.

    Raises:
        OSError: it takes no more.
    """
    view = memoryview(data)
    while view:
        taken = os.write(descriptor, view)
        if not taken:
            raise OSError(EIO, "the disk takes no more")
        view = view[taken:]


def _resemble(descriptor: int, target: str, like: os.stat_result) -> None:
    """Mode, owner and extended attributes, as far as the system lets us: a failure leaves the file more private."""
    if not hasattr(os, "geteuid"):  # Windows, where a replaced file's own are carried over by the system
        return
    with suppress(OSError):
        if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, like.st_uid, like.st_gid)
    with suppress(OSError):
        os.fchmod(descriptor, like.st_mode & 0o7777)  # after the owner, which takes some bits away
    with suppress(OSError):
        for name in os.listxattr(target) if hasattr(os, "listxattr") else ():
            with suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(target, name))


def _swap(beside: str, target: str, path: str, base: bytes, data: bytes, *, patient: bool) -> list[str]:
    """Exchange the two files, look at what came out, and give it back where it is not what was read.

    Returns:
        Words where the disk would not say that it has kept the names.
    """
    met: list[bytes] = []
    exchanged = _exchanged(beside, target, base)
    if exchanged is False:  # compare and swap is all that this system can do
        return sync_folder(os.path.dirname(target), path)
    if exchanged:
        try:
            out = _content(beside, patient=patient)
            if out is not None and digest(out) == base:
                words = sync_folder(os.path.dirname(target), path)
                out = _content(beside, patient=patient)  # who was just opening it by its old name has done so by now
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
    """Exchange the two files; where that can't be had, replace what was read, which is looked at before each try.

    Returns:
        True once exchanged, False once replaced, None where the target is not what was read, and stands.
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
    """Give the newest text of another program the name back.

    If once more something else comes out, that is newer still; what is then left beside is a text of that program, and
    stays there.

    Returns:
        What that program wrote, as it came out: who read our text in between may write over it.
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
    """What a file holds; None where we are patient and somebody keeps it open for writing."""
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


def sync_folder(folder: str, path: str = "") -> list[str]:
    """Have the disk keep the folder's new entries; words about `path` where it would not say that it did."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows can't
        return []
    except OSError as error:
        return [f"{path} is saved, durability unknown: its folder can't be opened ({error.strerror})."]
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in _NO_SYNC:
            return []
        return [f"{path} is saved, durability unknown: the disk did not confirm it ({error.strerror})."]
    finally:
        with suppress(OSError):
            os.close(descriptor)
    return []


def make_folders(folder: str) -> None:
    """Make a folder and those above it that are missing, and have the disk keep them with what lies in them."""
    if not os.path.isdir(folder) and (above := os.path.dirname(folder)) != folder:
        make_folders(above)
        with suppress(FileExistsError):
            os.mkdir(folder)
        sync_folder(above)


def _entry(root: str, path: str) -> str:
    """The place of a name in its real folder, which must be in the vault; what has the name may be a symlink.

    Raises:
        RoundsError: a symlink, or `..`, leads outside.
    """
    folder, _, name = path.rpartition("/")
    if name in {"", ".", ".."} or "\0" in name or name.casefold() in _GIT:
        raise RoundsError(f"{path} is not the name of a note", hint="Choose another name.")
    return os.path.join(inside(root, folder), name)


def move(root: str, old: str, new: str) -> None:
    """Give a note another path, never over an existing file. Folders are made as needed.

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
        raise RoundsError(f"{old} could not be moved: {error.strerror}", hint="It is where it was.") from error
    for folder in {os.path.dirname(source), os.path.dirname(target)}:
        sync_folder(folder, new)


def free_in_trash(root: str, path: str) -> str:
    """Where a note, or a version of it, can go in the vault's trash."""
    name = path.rpartition("/")[2]
    name = name[:-3] if name[-3:].lower() == ".md" else name
    target, number = f".trash/{bounded(name, '.md')}", 1
    while os.path.lexists(os.path.join(root, target)):
        number += 1
        target = f".trash/{bounded(name, f' ({number}).md')}"
    return target
