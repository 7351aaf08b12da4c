"""Passwords of calendar servers, from the keyring or a command."""

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from rounds.errors import RoundsError

SERVICE = "rounds"
_TIMEOUT = 60.0
"""Seconds to wait for a password command, which may ask for a passphrase."""


def password(url: str, user: str, command: str = "") -> str:
    """The password of a user at an address.

    Args:
        command: command that prints it on its first line; empty for the keyring.

    Raises:
        RoundsError: there is no password, or it can't be read.
    """
    if command:
        found = _printed(command)
    else:
        with _keyring() as keyring:
            found = keyring.get_password(SERVICE, f"{user} {url}")
    if not found:
        raise RoundsError(
            f"no password of {user} at {url} is in the keyring" if not command else f"{command} prints no password",
            hint="To enter it: rounds feed setup. Or name a command in config.toml: password_command",
        )
    return found


def keep(url: str, user: str, word: str) -> None:
    """Put a password into the keyring.

    Raises:
        RoundsError: there is no keyring, or it refuses.
    """
    with _keyring() as keyring:
        keyring.set_password(SERVICE, f"{user} {url}", word)


@contextmanager
def _keyring() -> Iterator[ModuleType]:
    import keyring
    from keyring.errors import KeyringError

    try:
        yield keyring
    except (KeyringError, RuntimeError, OSError) as error:
        raise RoundsError(
            "this machine has no keyring that can be used",
            hint="Unlock it, or name a command that prints the password in config.toml: password_command",
        ) from error


def _printed(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command), stdout=subprocess.PIPE, text=True, timeout=_TIMEOUT, check=True
        )  # its stderr, such as a question, is shown to the user
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise RoundsError(
            f"no password could be read from: {command}", hint="Try it in a terminal; see config.toml."
        ) from error
    return done.stdout.partition("\n")[0].rstrip("\r")
