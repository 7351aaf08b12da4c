"""Measurements of the client guard, and of contacts on their way in and out, for `measures.py`."""

import gc
import os
import shutil
import tempfile
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from clock import TODAY, clocked, memory, spent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rounds.domain.same_person import SimilarNames
    from rounds.vault.vault import Vault


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
    """Plan the import of an address book, in processor time; the floor is `_parts_alone`."""
    from rounds.vault.import_contacts import opened, plan
    from rounds.vault.vault import Vault
    from vaults import make_contacts

    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "contacts.csv")
        make_contacts(path, count)
        took = spent(lambda: plan(vault, [("contacts.csv", opened(vault, str(path)).rows)]))
        peak = memory()
        least = _parts_alone(vault, path)
    vault.close()
    return {"ms": took, "mb": peak, "floor": least}


def _parts_alone(vault: "Vault", path: Path) -> float:
    """What csv, names, phones and guard take alone: the functions that the plan calls for each, over the same rows.

    csv: lines to cells. Names: taken apart, folded, and compared with the vault's, and those of the first rows with
    each other. Phones: tidied, checked, and their digits. Guard: the words for clients, and the lines of the notes.
    """
    from rounds.domain.same_person import Name, SimilarNames
    from rounds.imports.tables import csv_lines
    from rounds.index import people_compared

    known = SimilarNames()
    for number, (_, title, *_) in enumerate(vault.ask(people_compared.contacts)):
        known.add(Name.of(title), number)
    cells = [line.cells for line in csv_lines(str(path))][1:]
    parts = (
        lambda: deque(csv_lines(str(path)), 0),
        lambda: _names(cells, known),
        lambda: _phones(cells),
        lambda: _guarded(cells),
    )
    return sum(map(spent, parts))


def _names(cells: "Sequence[Sequence[str]]", known: "SimilarNames") -> None:
    from rounds.domain.contact_names import split_name
    from rounds.domain.folding import fold
    from rounds.domain.import_plan import COMPARED
    from rounds.domain.same_person import Name, SimilarNames

    rows = SimilarNames()
    for number, (first, last, *_) in enumerate(cells):
        text, _ = split_name(f"{first} {last}", parted=True)
        fold(text)
        name = Name.of(text)
        deque(known.like(name), 0)
        if number < COMPARED:
            deque(rows.like(name), 0)
            rows.add(name, number)


def _phones(cells: "Sequence[Sequence[str]]") -> None:
    from rounds.domain.contact_checks import contact_problem
    from rounds.domain.contact_rows import phone
    from rounds.domain.folding import digits

    for each in cells:
        number = phone(each[7])
        contact_problem("phone", number)
        digits(number)


def _guarded(cells: "Sequence[Sequence[str]]") -> None:
    from rounds.domain.contact_rows import has_client_word
    from rounds.domain.guard.whole_notes import is_clean

    for first, last, place, title, notes, _, _, _, street, city, *_ in cells:
        has_client_word(f"{first} {last} {title}")
        has_client_word(f"organization: {place}\ncity: {city}\naddress: {street}")
        if notes:
            is_clean(notes)


def duplicates(root: str) -> dict[str, float]:
    """All pairs of notes that may be one person, and the merge of two in a copy of the vault; processor time."""
    from rounds.index import queries
    from rounds.vault.lookalikes import Lookalikes, contacts_of
    from rounds.vault.merge_people import plan, write
    from rounds.vault.vault import Vault

    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    found = {"pairs": spent(lambda: Lookalikes(contacts_of(vault)).pairs())}
    vault.close()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "vault")
        shutil.copytree(root, copy)
        vault = Vault.open(str(copy), clock=lambda: TODAY)
        vault.sync()
        one, other = vault.ask(queries.notes_of_type, "partner")[:2]
        found["merge"] = spent(lambda: write(vault, plan(vault, one, other)))
        vault.close()
    return found


def exporting(root: str) -> dict[str, float]:
    """All partners as CSV and vCards; the floors are csv and vobject alone, with the same values. Processor time."""
    import csv
    import io

    import vobject

    from rounds.exports.contact_files import FORMATS, _cells
    from rounds.index import queries
    from rounds.vault.export_contacts import export_rows
    from rounds.vault.vault import Vault

    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    entries = vault.ask(queries.notes_of_type, "partner")
    export_rows(vault, entries[:1])
    rows = export_rows(vault, entries)
    found = {"rows": spent(lambda: export_rows(vault, entries))}
    vault.close()
    found |= {kind: spent(lambda kind=kind: FORMATS[kind].made(rows)) for kind in ("csv", "vcard3")}  # type: ignore[misc]
    cells = [*_cells(rows)]

    def cards() -> None:
        for row in rows:
            card = vobject.vCard()
            card.add("fn").value = row.name
            card.add("n").value = vobject.vcard.Name(family=row.name)
            for key in ("email", "phone"):
                for text in row.values.get(key, ()):
                    card.add("tel" if key == "phone" else key).value = text
            card.add("title").value = "".join(row.values.get("role", ()))
            card.serialize()

    found["csv floor"] = spent(lambda: csv.writer(io.StringIO()).writerows(cells))
    found["vcard3 floor"] = spent(cards)
    return found
