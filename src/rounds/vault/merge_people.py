"""Merges two notes about one person or organization into one."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rounds.domain.log_followups import LogEntry
from rounds.errors import ChangedMeanwhileError, EditRefusedError, RoundsError
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.notes.document import Document
from rounds.notes.links import folder_matches, folder_of, name_of, stem, target_of, targets
from rounds.notes.log import write_entry
from rounds.notes.merge.join_notes import Differing, comments, joined_body, joined_properties
from rounds.notes.properties import day_of, text_of
from rounds.notes.read_note import note_of
from rounds.notes.rewrite_links import Renaming, moved_text, relinked
from rounds.notes.schema import KEYS, LINKS
from rounds.storage.journal import Change
from rounds.vault.conflicts import diff
from rounds.vault.duplicates import check_two
from rounds.vault.note_files import Relinking, asked_for, relinking, trash
from rounds.vault.undo_plan import counts
from rounds.vault.vault import LoadedNote, NoteRecord, Vault

_DAY = len("2026-11-23")


@dataclass(frozen=True, slots=True)
class Merge:
    """What merging two notes would write.

    Attributes:
        kept, other: the note that is kept, and the one that goes to the trash.
        document: the kept note afterwards.
        differing: properties that differ; those in `taken` are the other note's.
        links: changes in other files, which lead to the kept note then.
    """

    kept: LoadedNote
    other: LoadedNote
    document: Document
    differing: tuple[Differing, ...]
    taken: frozenset[str]
    links: Relinking

    @property
    def diff(self) -> str:
        """The change of the kept note, as a unified diff."""
        return diff(self.kept.path, bytes(self.kept.document), bytes(self.document))

    @property
    def relinked(self) -> list[str]:
        """Paths of the other files that change."""
        return sorted([*(opened.path for opened, _ in self.links.notes), *(path for path, *_ in self.links.beside)])


class Merged(NamedTuple):
    """Result of a merge.

    Attributes:
        path: of the kept note.
        trash: the other note's new path.
    """

    path: str
    trash: str


def plan(vault: Vault, kept: NoteRecord, other: NoteRecord, take: Collection[str] = ()) -> Merge:
    """What merging a note into another one would write. Nothing is written.

    Args:
        take: properties in which the other note's value is taken where the two differ.

    Raises:
        UsageError: they are the same note, or of two types.
        EditRefusedError: one of them can't be read, or can't be joined; the message says why.
        SettingsError: rounds.toml can't be read, so the note's id couldn't be kept.
    """
    vault.need_settings()
    check_two(kept, other)
    mine, theirs = vault.editable(kept.path), vault.editable(other.path)
    renaming = _renaming(vault, kept.path, other.path)
    document, differing = _joined(vault, (kept, mine), (other, theirs), take)
    document = relinked(document, renaming, kept.path, kept.type) or document
    links = relinking(vault, renaming, other.key)
    links = _with_partner_id(vault, links, kept, other)
    return Merge(mine, theirs, document, tuple(differing), frozenset(take), links)


def _with_partner_id(vault: Vault, links: Relinking, kept: NoteRecord, other: NoteRecord) -> Relinking:
    """The changes in other files, with the kept note's id in referrals and releases of the other one."""
    notes = {opened.path: (opened, _once(document)) for opened, document in links.notes if opened.path != kept.path}
    left = [*((path, why) for path, why in links.left if path != kept.path), *asked_for(vault, other, kept.name)]
    for path in vault.ask(activity.notes_with_partner_id, other.id):
        try:
            opened, document = notes.get(path) or ((found := vault.editable(path)), found.document)
            notes[path] = opened, document.set("partner_id", kept.id, order=KEYS.get(opened.note.type, ()))
        except RoundsError as error:
            left.append((path, error.message))
    return Relinking([*notes.values()], links.beside, sorted({*left}))


def _once(document: Document) -> Document:
    """A note that has each link once in a list: it may have had one to each of the two."""
    for key in LINKS:
        items = document.items(key)
        if len(kept := list(dict.fromkeys(map(str, items)))) < len(items):
            document = document.set(key, kept)
    return document


def _renaming(vault: Vault, kept: str, other: str) -> Renaming:
    """Links to the other note lead to the kept one; by name alone if no third note has the name."""
    namesakes = tuple(path for path in vault.ask(queries.paths_named, stem(other)) if path not in {kept, other})
    is_unique = not {*vault.ask(queries.paths_named, stem(kept))} - {kept, other}
    return Renaming(other, name_of(kept), namesakes, kept, is_unique)


def _joined(
    vault: Vault, kept: tuple[NoteRecord, LoadedNote], other: tuple[NoteRecord, LoadedNote], take: Collection[str]
) -> tuple[Document, list[Differing]]:
    """The kept note with what only the other one says; values that aren't taken go into the log."""
    (mine, opened), (theirs, away) = kept, other
    moved = _moved(away.document.properties, theirs.path, mine.path)

    def is_self(text: str) -> bool:
        return any(_leads(target, mine.path, each) for target in targets(text) or [text] for each in both)

    both = (mine.path, theirs.path)
    values, differing = joined_properties(
        opened.document.properties,
        moved,
        names=(mine.name, name_of(mine.path), theirs.name),
        take=take,
        is_self=is_self,
    )
    values = {key: _as_day(value) for key, value in values.items()}
    for key in values:
        if _is_nested(moved.get(key)):
            hint = f"Put a link in quotes, or copy {key} into {mine.path} in an editor. Then merge again."
            raise EditRefusedError(f"{theirs.path}: {key} is more than a text or a list and can't be moved", hint=hint)
    document = opened.document.set_all(values, order=KEYS[mine.type])
    body = joined_body(document.body, moved_text(away.document.body, theirs.path, mine.path), theirs.name)
    head = document.text[: len(document.text) - len(document.body)]
    document = Document.parse((head + body).encode())
    words = [*_left_out(differing, take), *(each for each in comments(away.document) if each not in document.block)]
    if words:
        log = note_of(mine.path, document, vault.reader.folders, vault.reader.task_filter).log
        text = f"merged with {theirs.name}; not kept: {'; '.join(words)}"
        document = write_entry(document, log, LogEntry(vault.today(), "note", text))
    return document, differing


def _is_nested(value: object) -> bool:
    """Whether a property holds other properties or lists of lists, which can't be written."""
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict | list) for each in value))


def _as_day(value: object) -> object:
    """A text that is a date as one, so that it's written without quotes, as people write it."""
    return day_of(value) or value if isinstance(value, str) and len(value) == _DAY else value


def _leads(target: str, source: str, path: str) -> bool:
    link = target_of(target, source)
    return link.stem == stem(path) and folder_matches(link.folder, folder_of(path))


def _moved(properties: Mapping[str, object], old: str, new: str) -> dict[str, object]:
    """Properties with their relative links as written in a note at another path."""

    def moved(value: object) -> object:
        if isinstance(value, list):
            return [moved(each) for each in value]
        return moved_text(value, old, new) if isinstance(value, str) else value

    return {key: moved(value) for key, value in properties.items()}


def _left_out(differing: Collection[Differing], take: Collection[str]) -> Iterator[str]:
    """The values that aren't kept, in words on one line."""
    for each in differing:
        text = text_of(each.kept if each.key in take else each.other) or str(each.other)
        yield f"{each.key} {' '.join(text.split())}"


def write(vault: Vault, merge: Merge) -> Merged:
    """Write a merge as one change: all of it, or nothing if it fails or is killed. One undo reverts it.

    Raises:
        ChangedMeanwhileError: the other note has changed since the plan.
        RoundsError: a file can't be written; nothing has changed.
    """
    if bytes(vault.read(merge.other.path).document) != bytes(merge.other.document):
        raise ChangedMeanwhileError(f"{merge.other.path} has changed meanwhile", hint="Look once more.")
    what = f"merged {name_of(merge.other.path)} into"
    with vault.change(what) as change, vault.decisions.keeping_all():  # no words that weren't in the vault
        vault.save(merge.kept, merge.document)
        _expect(change, len(merge.links.notes) + len(merge.links.beside) + 1)
        for opened, document in merge.links.notes:
            vault.save(opened, document)
        for path, new, old in merge.links.beside:
            vault.writer.put(path, new, old)
        return Merged(merge.kept.path, trash(vault, merge.other.path))


def _expect(change: Change, more: int) -> None:
    """Say how many files are still to be written, so that a merge killed at its very end stays."""
    change.of = sum(map(counts, change.steps)) + more
