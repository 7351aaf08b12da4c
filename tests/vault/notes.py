"""Notes that tests write into a vault."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rounds.index.queries import RECORDS
from rounds.index.writer import Index
from rounds.vault.vault import NoteRecord, Vault

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


def entries(vault: Vault, where: str = "1", parameters: Sequence[object] = (), tail: str = "") -> Iterator[NoteRecord]:
    """Records by an SQL condition over `notes n`."""
    return map(NoteRecord.of, rows(vault, f"{RECORDS} WHERE {where} {tail}", parameters))


def rows(vault: Vault, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
    """Rows of the index; waits for a sync of another thread."""
    return vault.ask(Index.rows, sql, parameters)
