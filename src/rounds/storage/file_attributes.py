"""Mode, owner and extended attributes of a saved file."""

import os
import sys
from contextlib import suppress

from rounds.storage.open_file import ordinary

_ACL, _XATTR = 0x1, 0x4
"""Flags of macOS: COPYFILE_ACL and COPYFILE_XATTR."""


def resemble(descriptor: int, target: str, like: os.stat_result) -> None:
    """Copy mode, owner and extended attributes if allowed; a failure leaves the file more private.

    Args:
        descriptor: of the new file.
        target: path of the file whose place it takes.
        like: that file's status.
    """
    if sys.platform == "win32":  # the system copies them to the new file
        return
    with suppress(OSError):
        if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, like.st_uid, like.st_gid)
    with suppress(OSError):
        os.fchmod(descriptor, like.st_mode & 0o7777)  # after the owner, since chown clears some bits
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(target):
                with suppress(OSError):
                    os.setxattr(descriptor, name, os.getxattr(target, name))
    if sys.platform == "darwin":
        _copy_on_a_mac(descriptor, target)


def _copy_on_a_mac(descriptor: int, target: str) -> None:
    """Copy extended attributes, where the Finder keeps tags, and the access control list; not the times."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    with suppress(OSError), open(target, "rb", opener=ordinary) as source:
        libc.fcopyfile(source.fileno(), descriptor, None, _ACL | _XATTR)
