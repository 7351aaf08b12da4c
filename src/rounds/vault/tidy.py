"""Tidying: values that notes lack or that are out of date, and names that Windows gives to no file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.windows_names import portable, why_no_path
from rounds.errors import Problem, RoundsError
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.notes.links import first_target, name_of
from rounds.notes.properties import day_of, items_of
from rounds.notes.schema import KEYS
from rounds.vault.vault import LoadedNote, NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.notes.document import Document

FILE_NAME = "file name"


@dataclass(frozen=True, slots=True)
class Tidying:
    """One property that tidying would write into a note, or its new name.

    Attributes:
        key: of the property; FILE_NAME for the name, without `.md`.
        was: for a link, the property's current value.
    """

    path: str
    key: str
    value: str | date
    was: object = None


def untidy(vault: Vault) -> list[Tidying]:
    """List missing values in readable notes: ids, outdated `last_contact` dates, and links to renamed partners, by
    their id (vault format, Referral). Also names for notes that Windows can't have.
    """
    from rounds.vault.note_files import link_to

    found: list[Tidying] = []
    for entry in vault.ask(queries.readable_notes):
        if vault.broken is None and "id" in KEYS[entry.type] and not items_of(entry.properties.get("id")):
            found.append(Tidying(entry.path, "id", entry.id))
        written = day_of(entry.properties.get("last_contact"))
        if entry.type == "partner" and entry.last_contact and (written is None or written < entry.last_contact):
            found.append(Tidying(entry.path, "last_contact", entry.last_contact))
        found += filter(None, [_renaming(entry)])
    found += [Tidying(path, "partner", link_to(vault, to), was) for path, was, to in broken_partner_links(vault) if to]
    return sorted(found, key=lambda tidying: tidying.path)


def _renaming(entry: NoteRecord) -> Tidying | None:
    """The new name of a note that Windows can't have, if one can be made of what it's called."""
    if why_no_path(entry.path) and (name := portable(entry.name)) not in {"", name_of(entry.path)}:
        return Tidying(entry.path, FILE_NAME, name)
    return None


def renaming_in(vault: Vault, problem: Problem) -> Tidying | None:
    """The new name that solves a problem, if it's about a note that Windows can't have."""
    why = why_no_path(problem.path)
    if not why or why not in problem.message:
        return None
    entry = vault.ask(queries.note_at, problem.path)
    return _renaming(entry) if entry is not None and entry.type else None


def by_path(tidyings: Iterable[Tidying]) -> dict[str, list[Tidying]]:
    """The missing values, by note."""
    found: dict[str, list[Tidying]] = {}
    for tidying in tidyings:
        found.setdefault(tidying.path, []).append(tidying)
    return found


def tidy(vault: Vault, wanted: Iterable[Tidying]) -> list[tuple[str, str]]:
    """Write the missing values, then rename.

    Returns:
        Path and reason for each note that couldn't be edited, and each file that keeps a link to an old name; the
        others are done.
    """
    refused, notes = [], by_path(wanted)
    with vault.change():
        for act in (_tidy_note, _rename):
            for path, tidyings in notes.items():
                try:
                    refused += act(vault, path, tidyings)
                except RoundsError as error:
                    refused.append((path, error.message))
    return refused


def _tidy_note(vault: Vault, path: str, tidyings: Iterable[Tidying]) -> list[tuple[str, str]]:
    if values := [each for each in tidyings if each.key != FILE_NAME]:
        opened = vault.editable(path)
        vault.save(opened, tidied(opened, values))
    return []


def _rename(vault: Vault, path: str, tidyings: Iterable[Tidying]) -> list[tuple[str, str]]:
    """Give a note its new file name; what it's called stays, in the property `name` if need be."""
    if not any(each.key == FILE_NAME for each in tidyings):
        return []
    from rounds.vault.note_files import rename

    with vault.lock:
        vault.sync_again()  # notes that link to this one may have just been renamed
    entry = vault.entry(path)
    return rename(vault, entry, entry.name).left


def tidied(opened: LoadedNote, tidyings: Iterable[Tidying]) -> "Document":
    """A note with its missing values, except any written in the meantime."""
    document = opened.document
    for tidying in tidyings:
        if _still_untidy(document, tidying):
            document = document.set(tidying.key, tidying.value, order=KEYS[opened.note.type])
    return document


def _still_untidy(document: "Document", tidying: Tidying) -> bool:
    """Whether the value is still missing: an existing id stays, and `last_contact` is never lowered."""
    value = document.properties.get(tidying.key)
    if tidying.key == "partner":
        return first_target(value) == first_target(tidying.was)
    if tidying.key == "id":
        return not items_of(value)
    day = day_of(value)
    return day is None or str(day) < str(tidying.value)


def broken_partner_links(vault: Vault) -> Iterator[tuple[str, object, str]]:
    """Referrals and releases whose partner link is broken, for example after a rename outside Obsidian.

    Returns:
        Path, the property's current value, and the path of the one partner with the stored id, if there is exactly one.
    """
    for path, link, partners, count in vault.ask(activity.broken_partner_links):
        yield path, link, (partners or "") if count == 1 else ""
