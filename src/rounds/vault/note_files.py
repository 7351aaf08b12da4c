"""Note files: names, new notes, renames with link updates, the trash."""

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from rounds.domain.folding import caseless
from rounds.domain.links import whole_link
from rounds.domain.query.fields import fold
from rounds.domain.windows_names import portable
from rounds.errors import NotFoundError, RoundsError, UsageError
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.index.scan import beside_notes
from rounds.notes.document import Document
from rounds.notes.links import first_target, name_of, stem
from rounds.notes.rewrite_links import (
    Renaming,
    is_ambiguous,
    links_to,
    mentions_name,
    relinked,
    relinked_base,
    relinked_canvas,
    relinked_text,
)
from rounds.notes.schema import KEYS, folder_type
from rounds.storage import files
from rounds.storage.atomic_rename import is_one
from rounds.storage.rounds_toml import FILE
from rounds.vault.client_guard import check_name
from rounds.vault.id_last_contact_on_save import with_derived_fields
from rounds.vault.set_properties import SHOWN, Setting, with_setting, with_words_beside
from rounds.vault.undo_plan import counts
from rounds.vault.vault import LoadedNote, NoteRecord, Vault


def file_name(name: str) -> str:
    """A name as a file name valid on every system and in a wiki link, without `.md`."""
    if clean := portable(name):
        return clean
    raise UsageError(f'"{name}" has no character that a file name can have', hint="Use letters or digits.")


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
    name = vault.decisions.written(given_name(name))
    check_name(vault, entry.path, name)
    clean = file_name(name)
    others = tuple(path for path in vault.ask(queries.paths_named, stem(entry.path)) if path != entry.path)
    renaming = Renaming(entry.path, clean, others)
    path = renaming.new_path
    taken = existing_note(vault, path, entry.path)
    if taken:
        raise RoundsError(f"{clean} is there already: {taken}", hint="Choose another name.")
    own = vault.read(entry.path)
    links = relinking(vault, renaming, entry.key)
    with vault.change() as change, vault.decisions.keeping_all():
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


def link_to(vault: Vault, path: str) -> str:
    """A link to a note, by name only if the name is unique."""
    alone = len(vault.ask(queries.paths_named, stem(path))) < 2
    whole = path.removesuffix(".md")
    return f"[[{whole.rpartition('/')[2] if alone else whole}]]"


# New notes, and the trash -----------------------------------------------------------------------------------------


def add(vault: Vault, name: str, settings: Iterable[Setting], *, kind: str = "partner", about: str = "") -> str:
    """Write a new partner or organization note with the format's first properties.

    An existing note of that name without front matter, as Obsidian makes from a link, is filled in; its text stays.

    Args:
        about: Markdown for the section About.

    Returns:
        Its path.

    Raises:
        RoundsError: a note with that name already exists.
        SettingsError: rounds.toml can't be read, so the folder's name is unknown.
        UsageError: a value the format doesn't allow.
    """
    vault.need_settings()
    name = vault.decisions.written(given_name(name))
    clean = file_name(name)
    empty = empty_note(vault, clean, kind)
    document = _started(empty, kind)
    settings = [*settings]
    for setting in settings:
        document = with_setting(vault, document, kind, setting)
    path = empty.path if empty is not None else free_path(vault, clean, kind, document.properties)
    if clean != name or (empty is None and path.rpartition("/")[2] != f"{name}.md"):
        document = document.set("name", name, order=KEYS[kind])
    if about:
        document = document.append_to_section("About", about.split("\n"))
    document = with_words_beside(vault, path, document, kind, settings)
    if empty is not None:
        vault.save(empty, document)
    else:
        vault.create(path, document)
    return path


def _started(empty: LoadedNote | None, kind: str) -> Document:
    """A note with the format's first properties, and the format's sections unless it has a text already."""
    document = Document.parse(b"---\n---\n\n## About\n\n\n## Follow-ups\n\n\n## Log\n")
    if empty is not None and empty.document.body.strip():
        document = empty.document
    start = {"type": kind, **({"stage": "found"} if kind == "partner" else {})}
    for key in KEYS[kind][:SHOWN]:
        if key != "id":
            document = document.set(key, start.get(key), order=KEYS[kind])
    return document


def empty_note(vault: Vault, clean: str, kind: str) -> LoadedNote | None:
    """The existing note of that name without front matter, in the folder for that kind."""
    where = existing_note(vault, f"{_folder(vault, kind)}/{clean}.md")
    if not where or folder_type(where, vault.reader.folders) != kind:
        return None
    opened = vault.read(where)
    bare = opened.note.readable and not opened.note.type and opened.document.body_line == 1
    return opened if bare else None


def _folder(vault: Vault, kind: str) -> str:
    return vault.settings.folders[f"{kind}s"].strip("/")


def free_path(vault: Vault, clean: str, kind: str, properties: Mapping[str, object]) -> str:
    """The path for a new note; a namesake's has the organization, the city or the role in parentheses.

    Raises:
        RoundsError: all of them are taken.
    """
    folder = _folder(vault, kind)
    where = existing_note(vault, f"{folder}/{clean}.md")
    if not where:
        return f"{folder}/{clean}.md"
    for key in ("organization", "city", "role"):
        told = first_target(properties.get(key))
        path = f"{folder}/{clean} ({file_name(told)}).md" if told else ""
        if path and not existing_note(vault, path):
            return path
    raise RoundsError(
        f"{clean} is there already: {where}",
        hint="If this is somebody else of that name, say where they work (organization).",
    )


def trash(vault: Vault, path: str) -> str:
    """Move a note to the vault's `.trash/`, as Obsidian does. Nothing is ever deleted.

    Returns:
        Its new path.
    """
    target = files.free_in_trash(vault.root, path)
    vault.move(path, target)
    return target


_BY_NAME = "it has the old name as text, which may be a link or not"
_CLOSED = "it can't be read, so its links stay"
_DOUBTFUL = "a link there could mean {0} as well"


class Relinking(NamedTuple):
    """Changes that a rename makes in other files.

    Attributes:
        notes: notes to save, each with its new document.
        beside: path, new and old content of templates, canvases and bases.
        left: path and reason for each file whose links stay.
    """

    notes: list[tuple[LoadedNote, Document]]
    beside: list[tuple[str, bytes, bytes]]
    left: list[tuple[str, str]]

    def write(self, vault: Vault) -> tuple[list[str], list[tuple[str, str]]]:
        """Save all of them.

        Returns:
            The written paths; path and reason for each file left alone, now or before.
        """
        done, left = [], list(self.left)
        saves: list[tuple[str, Callable[[], object]]] = [
            *((opened.path, partial(vault.save, opened, document)) for opened, document in self.notes),
            *((path, partial(vault.writer.put, path, new, old)) for path, new, old in self.beside),
        ]
        for path, save in saves:
            try:
                save()
                done.append(path)
            except RoundsError as error:
                left.append((path, error.message))
        return sorted(done), sorted(left)


def relinking(vault: Vault, renaming: Renaming, key: int) -> Relinking:
    """Find the links to a note in all other files. Only notes with a link in the index are read.

    Args:
        key: of the renamed note.
    """
    found = Relinking([], [], [])
    old = stem(renaming.path)
    for path in vault.ask(activity.notes_linking, key, old, fold(old)):
        _take_note(found, vault, renaming, path)
    for path in beside_notes(vault.root):
        _take_file(found, vault, renaming, path)
    return found


def _take_note(found: Relinking, vault: Vault, renaming: Renaming, path: str) -> None:
    try:
        opened = vault.read(path)
    except NotFoundError as error:
        found.left.append((path, error.message))
        return
    text = opened.document.text
    if not opened.document.readable:
        if links_to(text, renaming, path):
            found.left.append((path, _CLOSED))
        return
    try:
        document = relinked(opened.document, renaming, path, opened.note.type)
    except RoundsError as error:
        found.left.append((path, error.message))
        return
    if document is not None:
        found.notes.append((opened, document))
    if is_ambiguous(text, renaming, path):
        found.left.append((path, _DOUBTFUL.format(renaming.namesakes[0])))


def _take_file(found: Relinking, vault: Vault, renaming: Renaming, path: str) -> None:
    """Update a template, canvas or base. It isn't a note, so no fields are derived."""
    try:
        data, _ = files.read(files.inside(vault.root, path))
        text = data.decode()
        new = _relinked_file(text, renaming, path).encode()
    except FileNotFoundError:
        return
    except OSError as error:
        found.left.append((path, f"it can't be read, so links in it stay as they are: {error.strerror}"))
        return
    except UnicodeDecodeError as error:
        if stem(renaming.path) in caseless(bytes(error.object).decode(errors="replace")):
            found.left.append((path, "it is not UTF-8 text, so links in it stay as they are"))
        return
    except RoundsError as error:
        found.left.append((path, error.message))
        return
    if new != data:
        found.beside.append((path, new, data))
    if path.endswith(".base") and mentions_name(new.decode(), renaming):
        found.left.append((path, _BY_NAME))


def _relinked_file(text: str, renaming: Renaming, path: str) -> str:
    if path.endswith(".canvas"):
        return relinked_canvas(text, renaming, path)
    if path.endswith(".base"):
        return relinked_base(text, renaming, path)
    document = Document.parse(text.encode())
    if not document.readable:  # placeholders such as {{date}} aren't valid YAML
        return relinked_text(text, renaming, path)
    new = relinked(document, renaming, path, str(document.properties.get("type") or ""))
    return text if new is None else new.text


def asked_for(vault: Vault, entry: NoteRecord, name: str) -> Iterator[tuple[str, str]]:
    """Feeds whose query contains the old name. Rounds never edits their queries in rounds.toml."""
    old = fold(name_of(entry.path))
    for feed, settings in vault.settings.feeds.items():
        if old and old != fold(name) and f" {old} " in f" {fold(settings.query)} ":
            yield FILE, f"the query of the feed {feed} asks for {name_of(entry.path)}"
