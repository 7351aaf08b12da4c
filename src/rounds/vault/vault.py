"""Vault: open, sync, read, save. What people do with notes stands in the modules beside."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from rounds.domain.file_names import printable
from rounds.domain.problem import Level, Problem
from rounds.errors import EditRefusedError, NotFoundError, NoVaultError, SettingsError, VanishedError
from rounds.index.columns import Reader
from rounds.index.database import index_path, place_of
from rounds.index.upkeep import kept_up
from rounds.index.writer import Index
from rounds.notes.folders import folder_types
from rounds.storage import files
from rounds.storage.open_file import limit
from rounds.storage.settings import FILE, is_zone, read_settings
from rounds.storage.user_config import Config, cache_folder, data_folder, largest, read_config
from rounds.vault.sync import GracePeriod, Progress, SyncReport, no_progress, sync_index
from rounds.vault.unreadable import check_sight, out_of_sight

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rounds.notes.document import Document
    from rounds.notes.read_note import Note
    from rounds.storage.journal import Change
    from rounds.vault.writer import NoteWriter

T = TypeVar("T")

_ENTRY = "n.key, n.path, n.type, n.title, n.id, n.readable, n.last_contact, d.properties"
_AT = "(SELECT key FROM files WHERE path = ?)"  # there is an index of these paths alone


class NoteRecord(NamedTuple):
    """A note as the index knows it.

    Attributes:
        path: POSIX, relative to the vault.
        type: of the vault format; empty for a note of no known type.
        name: as shown.
        id: stored, or derived from vault and path.
        readable: False where the file can't be read now; what is shown is its last good version.
        last_contact: the derived one.
        properties: plain values by name.
    """

    key: int
    path: str
    type: str
    name: str
    id: str
    readable: bool
    last_contact: date | None
    properties: dict[str, object]

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """An entry of a row of the columns in `_ENTRY`."""
        import json

        key, path, kind, title, id_, readable, last, properties = row
        day = date.fromisoformat(last) if last else None
        return cls(key, path, kind, title, id_, bool(readable), day, json.loads(properties))


class LoadedNote(NamedTuple):
    """A note read from disk for editing.

    Attributes:
        document: with the bytes that were read; a save compares them with the file.
    """

    path: str
    document: "Document"
    note: "Note"


class Vault:
    """One vault folder with its settings and index.

    Safe to use from several threads: who uses the index itself holds `lock`. Nothing is read before it is asked for;
    `sync` brings the index up to date.
    """

    def __init__(self, root: str, *, clock: Callable[[], date] | None = None) -> None:
        self.root = os.path.abspath(root)
        self.lock = RLock()
        self.sure = False
        """Whether notes that are gone from the disk are meant to be, however many."""
        self.vanished: VanishedError | None = None
        """Says that the folder, a part of it, or most notes were gone at the last sync; the index keeps what it had."""
        self.kept: object = None
        """What `agenda` has derived, until something changes."""
        self._clock = clock
        self._asking = False
        self._told = ""  # of what is in the way of the index
        self._missed = SyncReport()  # of a sync that a reader had to do: the next one reports it
        self._read_settings()

    def _read_settings(self) -> None:
        self._settings_stamp = files.stamp_of(os.path.join(self.root, FILE))
        settings, self.settings_problems = read_settings(self.root)
        if self.broken is not None and "settings" in self.__dict__:
            raise SettingsError(str(self.broken), hint=self.broken.hint)  # the last good ones go on
        self.settings = settings
        self.vault_id = self.settings.vault or place_of(self.root)
        limit(size := largest())
        self.reader = Reader(self.vault_id, folder_types(self.settings.folders), self.settings.task_filter, size)

    @property
    def broken(self) -> Problem | None:
        """What makes rounds.toml unreadable, if anything does; the settings are then older ones, or all default."""
        return next((problem for problem in self.settings_problems if problem.level is Level.ERROR), None)

    def need_settings(self) -> None:
        """For what would do harm with other settings than the vault's own.

        Raises:
            SettingsError: rounds.toml can't be read.
        """
        if self.broken is not None:
            raise SettingsError(str(self.broken), hint=f"{self.broken.hint} Nothing was written.")

    @classmethod
    def open(cls, root: str | os.PathLike[str], *, clock: Callable[[], date] | None = None) -> Self:
        """Open the vault in a folder.

        Args:
            root: folder that holds rounds.toml.
            clock: gives today; by default the machine's clock in the practice's timezone.

        Raises:
            NoVaultError: there is no rounds.toml.
        """
        if not os.path.isfile(os.path.join(root, FILE)):
            raise NoVaultError(
                f"{os.fspath(root)} is not a vault: it has no {FILE}",
                hint="Make one with: rounds init FOLDER",
            )
        return cls(os.fspath(root), clock=clock)

    @cached_property
    def config(self) -> Config:
        """What config.toml of this machine says."""
        return read_config()

    @cached_property
    def index(self) -> Index:
        """The index, opened at first use."""
        return Index(index_path(cache_folder(f"{self.vault_id}-{place_of(self.root)}")))

    @cached_property
    def saving(self) -> "NoteWriter":
        """What writes into the vault, and the journal of it."""
        from rounds.vault.writer import NoteWriter

        return NoteWriter(os.path.realpath(self.root), os.path.join(self.data, "journal"), self._where)

    def _where(self, id_: str) -> str:
        """The path of the note that stores an id; empty where none does, or several do."""
        found = self.rows("SELECT path FROM notes WHERE id = ? AND stored_id", (id_,))
        return str(found[0][0]) if len(found) == 1 else ""

    def notices(self) -> list[str]:
        """What the user should know although all went well, in words; each is given once."""
        words: list[str] = []
        if "index" in self.__dict__ and self.index.trouble != self._told:
            self._told = self.index.trouble
            words.append(
                f"The index can't be kept on the disk: {self._told}. "
                "Your notes are read anew each time instead, which takes longer; all else goes on as usual."
            )
        if "saving" in self.__dict__:
            words += self.saving.notices
            self.saving.notices = []
        return [printable(each) for each in words]

    @property
    def data(self) -> str:
        """Folder outside the vault for the journal, feeds and what else can't be rebuilt."""
        return data_folder(self.vault_id)

    def close(self) -> None:
        """Let go of the index."""
        if "index" in self.__dict__:
            self.index.close()

    def today(self) -> date:
        """The day it is where the practice is: the only clock of the product."""
        if self._clock is not None:
            return self._clock()
        from zoneinfo import ZoneInfo

        name = self.settings.timezone
        return datetime.now(ZoneInfo(name) if is_zone(name) else None).date()

    # Index ------------------------------------------------------------------------------------------------------

    def sync(self, *, patience: GracePeriod | None = None, step: Progress = no_progress) -> SyncReport:
        """Bring the index up to what is on disk, and the settings. A damaged index is replaced and built anew.

        Args:
            patience: of a watcher, which looks again.
            step: told how many of the notes that changed are read.

        Returns:
            What changed; nothing where most notes are gone from the disk at once, which `vanished` then says.

        Raises:
            SettingsError: rounds.toml was just changed and can't be read; the settings stay as they were, and the next
                sync goes on with them.
            VanishedError: the vault's folder is gone or can't be read.
            StoppedError: by `step`; the index is as it was.
            RoundsError: the index can be neither read nor made anew.
        """
        with self.lock:
            self._recover()
            report = kept_up(self.index, lambda: self._sync(patience, step))
            missed, self._missed = self._missed, SyncReport()
            return report or missed

    def _recover(self) -> None:
        """Take back what a process that died had written half of; hardly ever is there anything."""
        from rounds.storage.journal import Journal

        if not self._asking and not Journal(os.path.join(self.data, "journal")).is_closed():
            self.saving.recover()

    def _sync(self, patience: GracePeriod | None, step: Progress = no_progress) -> SyncReport:
        if not os.path.isfile(os.path.join(self.root, FILE)):
            # An unmounted folder is an empty one: the index must not follow it there.
            raise self._vanish(f"{FILE} is gone from {self.root}")
        try:
            settings_changed = files.stamp_of(os.path.join(self.root, FILE)) != self._settings_stamp
            if settings_changed:
                self._read_settings()
            report = sync_index(
                self.root, self.index, self.reader, str(self.today()), patience=patience, sure=self.sure, step=step
            )
            self.vanished = out_of_sight(self.index.unseen())
            return report._replace(changed=(*report.changed, FILE)) if settings_changed else report
        except VanishedError as error:
            self.vanished = error
            return SyncReport(problems=self.index.problem_count())
        except OSError as error:
            raise self._vanish(f"{self.root} can't be read: {error.strerror}") from error

    def _vanish(self, what: str) -> VanishedError:
        self.vanished = VanishedError(what, hint="Is the folder there and mounted? What was known of it is kept.")
        return self.vanished

    def ask(self, work: Callable[[Index], T]) -> T:
        """Read from the index; where it turns out to be damaged, it is built anew and all of `work` is done again.

        A new index has other keys: what looks up keys and then what belongs to them is one piece of work.
        """
        with self.lock:
            if self._asking:
                return work(self.index)
            self._asking = True
            index = self.index
            age = index.age

            def asked() -> T:
                if index.age is not age:
                    self._missed = self._sync(None)
                return work(index)

            try:
                return kept_up(self.index, asked)
            finally:
                self._asking = False

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """Rows of the index (schema.sql has the types of its columns), for the modules of this package."""
        try:
            return self.ask(lambda index: index.connection.execute(sql, parameters).fetchall())
        except UnicodeEncodeError:  # a name that no note can have
            values = _storable(parameters)
            return self.ask(lambda index: index.connection.execute(sql, values).fetchall())

    def entry(self, path: str) -> NoteRecord:
        """The entry of a note.

        Raises:
            NotFoundError: the index knows no note there.
        """
        for entry in self.entries(f"n.key = {_AT}", (path,)):
            return entry
        raise NotFoundError(f"there is no note {path}")

    def entries(self, where: str = "1", parameters: Sequence[object] = (), tail: str = "") -> Iterator[NoteRecord]:
        """Entries by an SQL condition over `notes n`, for the modules of this package."""
        sql = f"SELECT {_ENTRY} FROM notes n JOIN details d ON d.key = n.key WHERE {where} {tail}"
        return map(NoteRecord.of, self.rows(sql, parameters))

    # Files ------------------------------------------------------------------------------------------------------

    def read(self, path: str) -> LoadedNote:
        """Read a note from disk.

        Raises:
            EditRefusedError: its text ends the reading in a way that nobody has foreseen.
            NotFoundError: it is not there.
        """
        try:
            data, _ = files.read(os.path.join(self.root, path))
        except OSError as error:
            why = "is not there" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror}"
            raise NotFoundError(f"{path} {why}") from error
        from rounds.notes.read_note import taken_apart

        return LoadedNote(path, *taken_apart(path, data, self.reader.folders, self.reader.task_filter))

    def editable(self, path: str) -> LoadedNote:
        """Read a note from disk in order to write to it.

        Raises:
            EditRefusedError: it can't be read as a note; the message says where and why.
            NotFoundError: it is not there.
        """
        opened = self.read(path)
        if not opened.note.readable:
            problem = opened.note.problems[0]
            raise EditRefusedError(str(problem), hint=f"Nothing was written. To mend it (rounds edit): {problem.hint}")
        return opened

    def save(self, opened: LoadedNote, document: "Document", what: str = "") -> bool:
        """Write an edited note, with what a save of ours keeps up, `id` and `last_contact`; `what` is as for `change`.
        What another program has made of the note since it was read is merged with it.

        Returns:
            False where nothing changed and nothing was written.

        Raises:
            ChangedMeanwhileError: the two versions don't merge; the error shows both.
            RoundsError: it can't be written; the old file is intact.
        """
        if bytes(document) == bytes(opened.document):
            return False
        from rounds.vault.derived_fields import with_derived_fields

        document = with_derived_fields(self, opened.path, document)
        with self.change(what, of=1):
            self.saving.put(opened.path, bytes(document), bytes(opened.document))
        return True

    def create(self, path: str, document: "Document") -> None:
        """Write a new note, never over an existing file.

        Raises:
            ChangedMeanwhileError: something is there already.
            RoundsError: it can't be written, or would not be seen in its folder.
        """
        from rounds.vault.derived_fields import with_derived_fields

        data = bytes(with_derived_fields(self, path, document))
        check_sight(self.ask(Index.unseen), path, data)
        self.saving.put(path, data, None)

    def move(self, old: str, new: str) -> None:
        """Give a note another path, never over an existing file.

        Raises:
            RoundsError: something is there already, or it can't be moved.
        """
        for path in (old, new):
            check_sight(self.ask(Index.unseen), path)
        self.saving.move(old, new)

    def change(self, what: str = "", *, of: int = 0) -> "AbstractContextManager[Change]":
        """All that is written inside is one change: all or nothing. `what` and `of` are as in `NoteWriter.change`."""
        return self.saving.change(what=what, of=of)


def _storable(parameters: Sequence[object] | Mapping[str, object]) -> list[object] | dict[str, object]:
    if isinstance(parameters, Mapping):
        return dict(zip(parameters, _storable([*parameters.values()]), strict=True))
    return [printable(each) if isinstance(each, str) else each for each in parameters]
