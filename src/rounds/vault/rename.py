"""Note names: file names, availability, and renames with link updates."""

import os
import re
import unicodedata
from typing import NamedTuple

from rounds.domain.files import cut, free_of_reserved
from rounds.domain.links import whole_link
from rounds.errors import RoundsError, UsageError
from rounds.index import queries
from rounds.notes.document import Document
from rounds.notes.links import Renaming, name_of, relinked, stem
from rounds.notes.schema import KEYS
from rounds.storage.atomic_rename import is_one
from rounds.vault.derived_fields import with_derived_fields
from rounds.vault.link_updates import asked_for, relinking
from rounds.vault.undo import counts
from rounds.vault.vault import NoteRecord, Vault

LONGEST = 120
"""Maximum bytes of a name in a file name: a namesake's file name has two, and file systems allow 255."""

_UNPORTABLE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]')
LINK_BREAKING = re.compile(r"[\[\]#^|]")
"""Characters not allowed in a wiki link's target."""


def file_name(name: str) -> str:
    """A name as a file name valid on every system and in a wiki link, without `.md`."""
    words = " ".join(unicodedata.normalize("NFC", name).split())
    clean = LINK_BREAKING.sub("", _UNPORTABLE.sub("", words))
    clean = cut(clean.encode(errors="ignore").decode(), LONGEST).strip(" .")
    if not clean:
        raise UsageError(f'"{name}" holds nothing that a file name can', hint="Write it with letters.")
    return free_of_reserved(clean)


def given_name(text: str) -> str:
    """A normalized name: NFC, with single blanks; for a link, its target's name."""
    link = whole_link(text)
    return " ".join(unicodedata.normalize("NFC", name_of(link.target) if link else text).split())


def existing_note(vault: Vault, path: str, but: str = "") -> str:
    """The path of a note that already has this name, to links or on disk; empty if it's free."""
    for other in vault.ask(queries.paths_named, stem(path)):
        if other != but:
            return other
    target = os.path.join(vault.root, path)
    if not os.path.lexists(target) or (but and is_one(os.path.join(vault.root, but), target)):
        return ""
    return path


class Renamed(NamedTuple):
    """Result of a rename.

    Attributes:
        path: the note's new path.
        relinked: paths of the other files with rewritten links.
        left: path and reason for each file that still has the old name in a link.
    """

    path: str
    relinked: list[str]
    left: list[tuple[str, str]]


def rename(vault: Vault, entry: NoteRecord, name: str) -> Renamed:
    """Rename a note and update every link to it, as Obsidian does. Link display text stays.

    Links are rewritten in all notes, templates, canvases and bases, each in its own form. Those in code and comments
    stay as they are: to Obsidian they're text.

    Raises:
        SettingsError: rounds.toml can't be read, so the note's id couldn't be kept.
        RoundsError: the name is taken, or the note can't be written; nothing has changed.
    """
    vault.need_settings()
    name = given_name(name)
    clean = file_name(name)
    others = tuple(path for path in vault.ask(queries.paths_named, stem(entry.path)) if path != entry.path)
    renaming = Renaming(entry.path, clean, others)
    path = renaming.new_path
    taken = existing_note(vault, path, entry.path)
    if taken:
        raise RoundsError(f"{clean} is there already: {taken}", hint="Choose another name.")
    own = vault.read(entry.path)
    links = relinking(vault, renaming, entry.key)
    with vault.change() as change:
        if own.document.readable:
            document = relinked(own.document, renaming, entry.path, own.note.type) or own.document
            vault.save(own, with_derived_fields(vault, entry.path, _named(document, entry, name, clean)))
        if path != entry.path:
            vault.move(entry.path, path)
        change.of = sum(map(counts, change.steps)) + len(links.notes) + len(links.beside)
        done, left = links.write(vault)
    return Renamed(path, done, [*left, *asked_for(vault, entry, clean)])


def _named(document: Document, entry: NoteRecord, name: str, clean: str) -> Document:
    """Set the note's own `name` if the file name can't express it; else remove it."""
    if clean != name:
        return document.set("name", name, order=KEYS.get(entry.type, ()))
    return document.remove("name") if document.properties.get("name") else document
