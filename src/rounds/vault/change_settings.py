"""Changing a setting of the vault in rounds.toml, as one change that undo takes back."""

import os

from rounds.storage import files
from rounds.storage.rounds_toml import FILE
from rounds.storage.toml_edits import with_setting
from rounds.vault.vault import Vault


def change_setting(vault: Vault, table: str, key: str, value: str | int | bool) -> None:
    """Change or add one setting; no other byte of rounds.toml changes.

    Args:
        table: such as `today`.

    Raises:
        RoundsError: rounds.toml can't be read or written; it's as it was.
    """
    data = files.read(os.path.join(vault.root, FILE))[0]
    new = with_setting(data, table, key, value)
    if new != data:
        with vault.change("changed the settings in", of=1):
            vault.writer.put(FILE, new, data)
