"""Fields updated on every save: `id` and `last_contact` (vault format, Partner)."""

from contextlib import suppress
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
    if not note.readable or note.type not in KEYS:
        return document
    order = KEYS[note.type]
    vault.find_lost()
    values: dict[str, object] = {}
    if "id" in order and not note.id and vault.broken is None:  # derived from the vault's own id
        values["id"] = vault.ask(lambda index: own_id(index, vault.vault_id, path))
    if note.type == "partner" and (day := _last_contact(vault, path, document, note)):
        values["last_contact"] = day
    if not values or is_template(path, template_folders(vault.root)):
        return document
    with suppress(EditRefusedError):
        return document.set_all(values, order=order)
    with suppress(EditRefusedError):  # unusual front matter: the user's own edit takes precedence
        for key, value in values.items():
            document = document.set(key, value, order=order)
    return document


def _last_contact(vault: "Vault", path: str, document: Document, note: Note) -> date | None:
    """The day to raise `last_contact` to, if any."""
    today = vault.today()
    days = [date.fromisoformat(day) for _, day, *_, is_touch in note.entries if is_touch and day <= str(today)]
    days += [f.touched for f in note.followups if f.touched is not None and f.touched <= today]
    if known := vault.ask(last_contact_at, path):
        days.append(date.fromisoformat(known))
    if not days:
        return None
    newest = max(days)
    written = document.properties.get("last_contact")
    day = day_of(written)
    if (day is not None and day >= newest) or (day is None and written not in (None, "")):
        return None  # never lowered; an invalid date is reported as a problem
    return newest
