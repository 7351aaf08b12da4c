"""Link updates for a rename: find links, rewrite them, list the rest."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from rounds.domain.folding import caseless
from rounds.domain.query.fields import fold
from rounds.errors import NotFoundError, RoundsError
from rounds.index import queries_activity as activity
from rounds.index.scan import beside_notes
from rounds.notes.document import Document
from rounds.notes.links import (
    Renaming,
    is_ambiguous,
    links_to,
    mentions_name,
    name_of,
    relinked,
    relinked_base,
    relinked_canvas,
    relinked_text,
    stem,
)
from rounds.storage import files
from rounds.storage.settings import FILE
from rounds.vault.vault import LoadedNote, NoteRecord, Vault

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
            *((path, partial(vault.saving.put, path, new, old)) for path, new, old in self.beside),
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
