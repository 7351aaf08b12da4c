"""Feeds as files that a calendar subscribes to: outside the vault, readable by their owner alone."""

import os
import secrets

from rounds.errors import RoundsError


def write_feed(path: str, data: bytes) -> bool:
    """Write a feed file, atomically, with mode 0600; folders that are made have mode 0700.

    Returns:
        False where the file held these bytes already; it is then left alone.

    Raises:
        RoundsError: it can't be written. The last good feed stays.
    """
    try:
        with open(path, "rb") as file:
            if file.read() == data:
                return False
    except OSError:
        pass  # missing or unreadable: it is written anew
    temporary = f"{path}.{secrets.token_hex(4)}.tmp"
    try:
        os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise RoundsError(
            f"{path} can't be written: {error.strerror}", hint="The feed is as it was before."
        ) from error
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
    return True
