"""Notes that tests write into a vault."""

from collections.abc import Mapping
from pathlib import Path

from rounds.vault.vault import Vault

SAM = "Partners/Sam Lee.md"


def put(vault: Vault, notes: Mapping[str, str]) -> None:
    """Write notes, byte for byte, and sync."""
    for path, text in notes.items():
        file = Path(vault.root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    vault.sync()


def write(vault: Vault, content: str, path: str = SAM) -> None:
    """Write one note, byte for byte, and sync."""
    put(vault, {path: content})


def text(vault: Vault, path: str = SAM) -> str:
    """What a note holds, byte for byte."""
    return Path(vault.root, path).read_bytes().decode()
