"""Finds text everywhere in and around the vault, and removes it (`rounds forget`, decision 33)."""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from errno import EFBIG, EINVAL

from rounds.domain.file_names_copies import conflict_of, not_here, printable
from rounds.domain.forget import Place, SoughtText, replaced
from rounds.errors import RoundsError
from rounds.notes.links import stem
from rounds.storage import files, forget, git_history
from rounds.storage.forget import JournalSearch, Unreachable, reason
from rounds.storage.user_config import cache_folder
from rounds.vault.vault import NoteRecord, Vault

_TRASH = ".trash/"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BY_HAND = "it isn't plain text that Rounds can change: change or delete it by hand"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search is about: one note with its copies and earlier names, or all.

    Attributes:
        note: empty for all.
        names: paths that the note has, or had; None for all.
        id: of the note.
    """

    note: str = ""
    names: frozenset[str] | None = None
    id: str = ""

    def covers(self, path: str) -> bool:
        """Whether a file of the vault belongs to it: the note, a conflict copy of it, or its copies in the trash."""
        if self.names is None or self.note in {path, conflict_of(path)}:
            return True  # a file with a former name may be another note now
        return path.startswith(_TRASH) and any(stem(path).startswith(stem(name)) for name in self.names)

    @property
    def about(self) -> frozenset[str] | None:
        """Paths and id by which a draft knows its note; None for all."""
        return None if self.names is None else self.names | {self.id}


@dataclass(slots=True)
class Found:
    """Where a text is.

    Attributes:
        places: lines of text files, by path; those of the trash too.
        names: paths whose file name holds it.
        by_hand: files that hold it and can't be changed from here.
        journal: the search of the undo history.
        saved: drafts, lists and other files of the data folder.
        index: index files.
        commits: commits of git, and what is staged.
        unread: files that could not be read.
        unsearched: number of files that aren't plain text, such as pictures.
    """

    places: dict[str, list[Place]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    by_hand: list[Unreachable] = field(default_factory=list)
    journal: JournalSearch | None = None
    saved: list[str] = field(default_factory=list)
    index: list[str] = field(default_factory=list)
    commits: list[git_history.Holder] = field(default_factory=list)
    unread: list[Unreachable] = field(default_factory=list)
    unsearched: int = 0

    @property
    def changes(self) -> int:
        """Number of changes in the undo history that hold it."""
        return len(self.journal.changes | self.journal.versions) if self.journal else 0


def scope_of(vault: Vault, note: NoteRecord | None) -> Scope:
    """The scope of a search for all, or for a note through its renames."""
    if note is None:
        return Scope()
    names = {note.path}
    with suppress(OSError):  # the search reports it too
        for change in vault.writer.journal.changes():
            names |= {step.path for step in change.steps if step.to in names}
    return Scope(note.path, frozenset(names), note.id)


def search(vault: Vault, sought: SoughtText, scope: Scope, *, git: bool = True) -> Found:
    """Find a text, in everything but the feeds (`calendar.forget`). Nothing is written.

    Args:
        git: whether to look into the history of git.
    """
    found = Found()
    _search_vault(vault, sought, scope, found)
    found.journal = JournalSearch(vault.writer.journal, sought, scope.names)
    found.saved, unread = forget.saved_files(vault.data, sought, scope.about)
    found.index, more = forget.index_files(os.path.dirname(cache_folder(vault.vault_id)), vault.vault_id, sought)
    found.unread += [*found.journal.unread, *unread, *more]
    if not git:
        return found
    try:
        found.commits = git_history.holders(vault.root, sought.is_in, sorted(scope.names or ()))
    except RoundsError as error:
        found.unread.append(Unreachable("the history of git", error.message))
    return found


def _search_vault(vault: Vault, sought: SoughtText, scope: Scope, found: Found) -> None:
    for path in _files(vault.root, found):
        if not scope.covers(path):
            continue
        if sought.is_in(path):
            found.names.append(path)
        if not_here(path.rpartition("/")[2]):
            found.unread.append(Unreachable(path, "it's only in iCloud: download it first"))
            continue
        try:
            data = files.read(os.path.join(vault.root, path))[0]
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno in {EFBIG, EINVAL}:  # not a note, but a video or a pipe
                found.unsearched += 1
            else:
                found.unread.append(Unreachable(path, reason(error)))
            continue
        _search_file(vault.root, path, data, sought, found)


def _search_file(root: str, path: str, data: bytes, sought: SoughtText, found: Found) -> None:
    is_text = b"\0" not in data
    holds = sought.is_in(_text(data)) if is_text or data.startswith(_UTF16) else sought.pattern().search(data)
    if not holds:
        found.unsearched += not is_text
    elif not is_text or not (places := sought.places(_text(data), _body_line(path, data))):
        found.by_hand.append(Unreachable(path, _BY_HAND))
    elif os.path.islink(os.path.join(root, path)):
        _search_link(root, path, found)
    else:
        found.places[path] = places


def _search_link(root: str, path: str, found: Found) -> None:
    try:
        files.inside(root, path)  # then it's found at its own place too
    except RoundsError as error:
        found.by_hand.append(Unreachable(path, error.message))


def _files(root: str, found: Found) -> Iterator[str]:
    """Paths of all files of the vault but git's; folders that can't be listed are noted."""

    def missed(error: OSError) -> None:
        path = os.path.relpath(error.filename or root, root)
        found.unread.append(Unreachable(printable(path), reason(error)))

    for above, folders, names in os.walk(root, onerror=missed):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(names):
            if name != ".git":
                yield os.path.relpath(os.path.join(above, name), root).replace(os.sep, "/")


def _text(data: bytes) -> str:
    """A file as text; bytes that aren't UTF-8 are kept. UTF-16 is read, to find what is in it."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    return data.decode(errors="surrogateescape")


def _body_line(path: str, data: bytes) -> int:
    """The first line below the properties; files that aren't notes count as properties only."""
    if not path.casefold().endswith(".md"):
        return len(data)
    from rounds.notes.document import Document

    return Document.parse(data).body_line


# Taking it out --------------------------------------------------------------------------------------------------------


def forget_places(
    vault: Vault, sought: SoughtText, instead: Mapping[str, Mapping[Place, str | None]]
) -> Iterator[Unreachable]:
    """Write the decided lines into the files of the vault; yields files that can't be changed.

    This is the one write that isn't in the undo history, which would keep the text.

    Args:
        instead: by path, what to write in each place; None removes its lines.
    """
    for path, lines in instead.items():
        try:
            data = files.read(os.path.join(vault.root, path))[0]
            new = _without(path, data, sought, lines)
            for words in files.write(vault.root, path, new, base=files.digest(data)):  # a hard link keeps the text
                yield Unreachable(path, words.removeprefix(f"{path} ").rstrip("."))
        except FileNotFoundError:
            continue
        except (OSError, RoundsError) as error:
            yield Unreachable(path, reason(error).removeprefix(f"{path} "))


def _without(path: str, data: bytes, sought: SoughtText, lines: Mapping[Place, str | None]) -> bytes:
    """The new content of a file.

    Raises:
        RoundsError: it has other lines now, or could no longer be read.
    """
    from rounds.vault.today_export import resealed

    text = _text(data)
    places = sought.places(text, _body_line(path, data))
    if not lines.keys() <= {*places}:
        raise RoundsError("it was changed by another program meanwhile")
    new = resealed(text, replaced(text, lines)).encode(errors="surrogateescape")
    if _reads(path, data) and not _reads(path, new):
        raise RoundsError("without these words it could no longer be read: change it by hand")
    return new


def _reads(path: str, data: bytes) -> bool:
    """Whether a note, JSON file or TOML file can still be read; other files always can."""
    end = path.rpartition(".")[2].casefold()
    try:
        if end == "md":
            from rounds.notes.document import Document

            return Document.parse(data).readable
        if end in {"json", "canvas"}:
            import json

            json.loads(data)
        elif end == "toml":
            import tomllib

            tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True


def forget_saved(vault: Vault, sought: SoughtText, found: Found) -> Iterator[Unreachable]:
    """Remove the text from the undo history, drafts and lists; yields what can't be changed."""
    if found.changes and found.journal is not None:
        yield from found.journal.forget()
    yield from forget.forget_saved(vault.data, found.saved, sought)


def forget_index(vault: Vault, paths: Collection[str]) -> Iterator[Unreachable]:
    """Rebuild the index from the notes, and delete its files of other versions and copies of the vault."""
    with vault.lock:
        own = vault.index.path
        if not vault.index.trouble:
            vault.index.replace()
        if vault.index.trouble:
            yield Unreachable(own, vault.index.trouble)
        vault.sync()
    for path in paths:
        if not path.startswith(own):
            try:
                forget.delete_index(path)
            except OSError as error:
                yield Unreachable(path, reason(error))
