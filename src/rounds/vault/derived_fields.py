"""Fields updated on every save: `id` and `last_contact` (vault format, Partner)."""

from datetime import date
from typing import TYPE_CHECKING

from rounds.errors import EditRefusedError
from rounds.index.ids_last_contact import last_contact_at, own_id
from rounds.index.scan import is_template, template_folders
from rounds.notes.document import Document
from rounds.notes.properties import day_of
from rounds.notes.read_note import Note, note_of
from rounds.notes.schema import KEYS

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


def with_derived_fields(vault: "Vault", path: str, document: Document) -> Document:
    """The document with its id stored, and `last_contact` raised if the note has that property."""
    note = note_of(path, document, vault.reader.folders, vault.reader.task_filter)
    if not note.readable or note.type not in KEYS or is_template(path, template_folders(vault.root)):
        return document
    order = KEYS[note.type]
    vault.find_lost()
    try:
        if "id" in order and not note.id and vault.broken is None:  # derived from the vault's own id
            document = document.set("id", vault.ask(lambda index: own_id(index, vault.vault_id, path)), order=order)
        if note.type == "partner":
            document = _with_last_contact(vault, path, document, note)
    except EditRefusedError:
        return document  # unusual front matter: the user's own edit takes precedence
    return document


def _with_last_contact(vault: "Vault", path: str, document: Document, note: Note) -> Document:
    today = vault.today()
    days = [entry.date for entry in note.log if entry.is_touch and entry.date <= today]
    days += [f.touched for f in note.followups if f.touched is not None and f.touched <= today]
    if known := vault.ask(last_contact_at, path):
        days.append(date.fromisoformat(known))
    if not days:
        return document
    newest = max(days)
    written = document.properties.get("last_contact")
    day = day_of(written)
    if (day is not None and day >= newest) or (day is None and written not in (None, "")):
        return document  # never lowered; an invalid date is reported as a problem
    return document.set("last_contact", newest, order=KEYS["partner"])
