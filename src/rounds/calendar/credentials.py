"""Passwords of calendar servers: from the system's keyring, or from a command such as that of a password manager."""

import shlex
import subprocess

from rounds.errors import RoundsError

SERVICE = "rounds"
_PATIENCE = 60.0
"""Seconds for a command that may ask for a passphrase."""


def password(url: str, user: str, command: str = "") -> str:
    """The password of a user at an address.

    Args:
        command: prints it on its first line; empty for the keyring.

    Raises:
        RoundsError: there is none, or it can't be had.
    """
    found = _printed(command) if command else _kept(url, user)
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
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, f"{user} {url}", word)
    except (KeyringError, RuntimeError, OSError) as error:
        raise _locked() from error


def _kept(url: str, user: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, f"{user} {url}") or ""
    except (KeyringError, RuntimeError, OSError) as error:
        raise _locked() from error


def _locked() -> RoundsError:
    return RoundsError(
        "this machine has no keyring that can be used",
        hint="Unlock it, or name a command that prints the password in config.toml: password_command",
    )


def _printed(command: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(command), stdout=subprocess.PIPE, text=True, timeout=_PATIENCE, check=True
        )  # what it says on stderr, such as a question, is for the user
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise RoundsError(
            f"the password could not be had from: {command}", hint="Try it in a terminal; see config.toml."
        ) from error
    return done.stdout.partition("\n")[0].rstrip("\r")
