"""Disks that can do less than Linux' own: a shim that answers for one, and real ones that are mounted for a test."""

import errno
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from rounds.storage import atomic_rename, files


@contextmanager
def lesser_disk() -> Iterator[None]:
    """A file system without exchange, renames that replace nothing, hard links, modes, attributes, or folders to sync."""
    real_sync = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            _refused(errno.EINVAL)()
        real_sync(descriptor)

    calls: dict[str, Callable[..., Any]] = {
        "link": _refused(errno.EPERM), "fchmod": _refused(errno.ENOSYS), "fchown": _refused(errno.EPERM),
        "listxattr": _refused(errno.ENOTSUP), "fsync": fsync,
    }  # fmt: skip
    with ExitStack() as patches:
        for name, call in calls.items():
            patches.enter_context(mock.patch.object(os, name, call))
        for module in (atomic_rename, files):
            patches.enter_context(mock.patch.object(module, "rename", return_value=False))
        yield


def _refused(code: int) -> Callable[..., Any]:
    def call(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return call


class NotMountedError(Exception):
    """Why a disk can't be mounted here."""


def _run(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=20, check=True)
    except FileNotFoundError as error:
        raise NotMountedError(f"{words[0]} is not installed") from error
    except subprocess.SubprocessError as error:
        raise NotMountedError(f"{words[0]} fails: {getattr(error, 'stderr', '') or error}") from error
    return done.stdout.strip()


def _kernel_fat(image: str, place: str, _: ExitStack) -> None:
    systems = Path("/proc/filesystems")
    if not systems.exists() or "\tvfat\n" not in systems.read_text():
        raise NotMountedError("this kernel has no vfat")
    _run("mkfs.vfat", "-F", "32", image)
    _run("mount", "-t", "vfat", "-o", "loop,utf8,umask=000", image, place)


def _fuse_exfat(image: str, place: str, stack: ExitStack) -> None:
    _run("mkfs.exfat", image)
    device = _run("losetup", "--find", "--show", image)
    stack.callback(_run, "losetup", "--detach", device)
    _run("mount.exfat-fuse", device, place)


def _fuse_ntfs(image: str, place: str, _: ExitStack) -> None:
    _run("mkfs.ntfs", "--fast", "--force", "--quiet", image)
    _run("ntfs-3g", "-o", "windows_names", image, place)


def _kernel_casefold(image: str, place: str, _: ExitStack) -> None:
    if not Path("/sys/fs/ext4/features/casefold").exists():
        raise NotMountedError("this kernel's ext4 knows no folders whose names are one in any case")
    _run("mkfs.ext4", "-q", "-O", "casefold", image)
    _run("mount", "-t", "ext4", "-o", "loop", image, place)
    os.rmdir(os.path.join(place, "lost+found"))  # only an empty folder can be told so
    _run("chattr", "+F", place)


class Disk(NamedTuple):
    """A kind of file system.

    Attributes:
        mount: mounts an image on a place, or raises NotMountedError.
        one_case: whether names that differ in case are one.
        links: whether it has hard links.
        windows_names: whether it refuses names that Windows can't have.
    """

    mount: Callable[[str, str, ExitStack], None]
    one_case: bool = True
    links: bool = False
    windows_names: bool = False


DISKS = {
    "vfat": Disk(_kernel_fat),
    "exfat-fuse": Disk(_fuse_exfat),
    "ntfs-3g": Disk(_fuse_ntfs, one_case=False, links=True, windows_names=True),
    "ext4-casefold": Disk(_kernel_casefold, links=True),
}
"""Real ones, by what mounts them. fusefat isn't among them: it stops in a lock of its own; nor is NTFS that ignores case: it
lists all names in small letters."""


@contextmanager
def mounted(kind: str) -> Iterator[Path]:
    """A folder on an empty disk of that kind, unmounted in the end.

    Raises:
        NotMountedError: that can't be had here.
    """
    with tempfile.TemporaryDirectory(prefix="disk-") as folder, ExitStack() as stack:
        image, place = os.path.join(folder, "image"), os.path.join(folder, "place")
        with open(image, "wb") as file:
            file.truncate(40 << 20)
        os.mkdir(place)
        DISKS[kind].mount(image, place, stack)
        try:
            if not os.path.ismount(place):
                raise NotMountedError(f"{kind} mounts nothing")
            yield Path(place)
        finally:
            _unmount(place)


def _unmount(place: str) -> None:
    for words in (("umount", place), ("fusermount", "-u", place)):
        with suppress(NotMountedError):
            if shutil.which(words[0]):
                _run(*words)
                return
