"""Where the vault is: the named folder, one upward from here, or the usual one."""

import os

from rounds.errors import NoVaultError
from rounds.storage.rounds_toml import FILE


def locate(start: str, *, named: str = "", default: str = "") -> str:
    """Find the vault's folder: the named one, else upward from `start`, else the default in config.toml.

    Raises:
        NoVaultError: none of them is a vault.
    """
    if named:
        return named
    folder = os.path.abspath(start)
    while True:
        if os.path.isfile(os.path.join(folder, FILE)):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    if default:
        return os.path.expanduser(default)
    raise NoVaultError(
        "no vault here", hint="Make one with: rounds init FOLDER, or name yours with --vault or ROUNDS_VAULT."
    )
