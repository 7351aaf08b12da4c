"""Measurements of the client guard and of importing contacts, for `measures.py`."""

import gc
import os
import tempfile
from pathlib import Path

from clock import TODAY, clocked, memory


def guard(root: str) -> dict[str, float]:
    """The client guard over all notes, over one that changed, and over a line that is typed."""
    from rounds.vault.compliance import look
    from rounds.vault.vault import Vault

    gc.disable()
    note = next(Path(root, "Partners").iterdir())
    before = note.read_bytes()
    with tempfile.TemporaryDirectory() as fresh:  # the usual index has the findings of the run before
        usual, os.environ["XDG_CACHE_HOME"] = os.environ.get("XDG_CACHE_HOME", ""), fresh
        vault = Vault.open(root, clock=lambda: TODAY)
        vault.sync()
        found = {"all": clocked(lambda: look(vault))}
        vault.close()
        os.environ["XDG_CACHE_HOME"] = usual
    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    changed, typed = [], []
    from rounds.domain.guard.guard import find

    for number in range(5):
        line = f"- 2026-11-2{number} call: my client Rebecca Thornbury, cell 503-555-011{number}, had panic in session"
        note.write_bytes(before + f"\n{line}\n".encode())
        vault.sync()
        changed.append(clocked(lambda: look(vault, [f"Partners/{note.name}"])))
        typed.append(clocked(lambda line=line: find(f"{line} again")))  # type: ignore[misc]
    note.write_bytes(before)
    vault.sync()
    vault.close()
    return {**found, "changed": min(changed), "line": min(typed)}


def guard_start(_: str) -> dict[str, float]:
    """The first look at a line in a new process, with what a command has loaded anyway."""
    import rounds.vault.vault  # noqa: F401

    def first() -> None:
        from rounds.domain.guard.whole_notes import is_clean

        if not is_clean("- 2026-11-23 call: pt's cell is 503-555-0117, text only"):
            from rounds.domain.guard.guard import find

            find("- 2026-11-23 call: pt's cell is 503-555-0117, text only")

    return {"ms": clocked(first)}


def importing(root: str, count: int) -> dict[str, float]:
    """Plan the import of an address book; the floor is csv, names, phones and guard for the same rows."""
    import csv

    from rounds.domain.contact_rows import row_of
    from rounds.domain.guard.whole_notes import is_clean
    from rounds.domain.job_titles import Roles
    from rounds.vault.import_contacts import opened, plan
    from rounds.vault.vault import Vault
    from vaults import make_contacts

    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "contacts.csv")
        make_contacts(path, count)
        took = clocked(lambda: plan(vault, [("contacts.csv", opened(vault, str(path)).rows)]))
        peak = memory()
        roles = Roles()

        def alone() -> None:
            keys = (
                "first",
                "last",
                "organization",
                "title",
                "notes",
                "labels",
                "email",
                "phone",
                "street",
                "city",
                "state",
                "zip",
            )
            with path.open(newline="", encoding="utf-8") as file:
                for number, cells in enumerate(csv.reader(file)):
                    found = {key: [cell] for key, cell in zip(keys, cells, strict=True) if cell}
                    row = row_of(number, found, source="Google", roles=roles)
                    all(map(is_clean, row.text.splitlines()))

        least = clocked(alone)
    vault.close()
    return {"ms": took, "mb": peak, "floor": least}
