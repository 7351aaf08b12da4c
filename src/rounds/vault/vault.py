"""Vault: open, sync, read, save. Actions on notes are in the neighboring modules."""

import os
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date, datetime, time
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, Self, TypeVar

from rounds.domain.file_names_copies import printable
from rounds.errors import (
    EditRefusedError,
    Level,
    NotFoundError,
    NoVaultError,
    Problem,
    RoundsError,
    SettingsError,
    VanishedError,
)
from rounds.index import ids_last_contact as derived
from rounds.index import queries
from rounds.index.database import index_path, kept_up, place_of
from rounds.index.queries import NoteRecord
from rounds.index.scan import Reader
from rounds.index.unreadable_places import check_sight, partly_vanished
from rounds.index.writer import Index
from rounds.notes.schema import folder_types
from rounds.storage import files
from rounds.storage.open_file import limit
from rounds.storage.rounds_toml import FILE, is_zone, read_settings
from rounds.storage.user_config import Config, cache_folder, data_folder, largest, read_config
from rounds.vault.client_guard import Decisions, guarded
from rounds.vault.grace_period import GracePeriod
from rounds.vault.index_sync import Progress, no_progress, sync_index
from rounds.vault.rules_mark import rules_mark
from rounds.vault.sync_report import SyncReport

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rounds.notes.document import Document
    from rounds.notes.read_note import Note
    from rounds.storage.journal import Change
    from rounds.vault.note_writer import NoteWriter


__all__ = ["LoadedNote", "NoteRecord", "Vault"]

T = TypeVar("T")

P = ParamSpec("P")


class LoadedNote(NamedTuple):
    """A note read from disk for editing.

    Attributes:
        document: with the bytes read; a save compares them with the file.
    """

    path: str
    document: "Document"
    note: "Note"


class Vault:
    """One vault folder with its settings and index.

    Safe to use from several threads: code that uses the index directly holds `lock`. Nothing is read until needed;
    `sync` updates the index.
    """

    def __init__(self, root: str, *, clock: Callable[[], date] | None = None) -> None:
        self.root = os.path.abspath(root)
        self.lock = RLock()
        self.sure = False
        """Whether missing notes, however many, were deleted on purpose."""
        self.vanished: VanishedError | None = None
        """Set if the folder, a part of it, or most notes were gone at the last sync; the index keeps its content."""
        self.decisions = Decisions()
        """What was decided about lines with client information."""
        self.held_back: set[str] = set()
        """Places whose client information didn't go out, and of which the user was told."""
        self._clock = clock
        self._asking = False
        self._known_trouble = ""  # last reported problem of the index
        self._missed = SyncReport()  # report of a sync during a read; part of the next one
        self._read_settings()

    def _read_settings(self) -> None:
        self._settings_stamp = files.stamp_of(os.path.join(self.root, FILE))
        settings, self.settings_problems = read_settings(self.root)
        if self.broken is not None and "settings" in self.__dict__:
            raise SettingsError(str(self.broken), hint=self.broken.hint)  # the last good settings stay in effect
        self.settings = settings
        self.vault_id = self.settings.vault or place_of(self.root)
        limit(size := largest())
        self.reader = Reader(self.vault_id, folder_types(self.settings.folders), self.settings.task_filter, size)
        self.rules_mark = rules_mark(self.settings, size)

    @property
    def broken(self) -> Problem | None:
        """The problem that makes rounds.toml unreadable, if any; the settings are then older ones, or the defaults."""
        return next((problem for problem in self.settings_problems if problem.level is Level.ERROR), None)

    def need_settings(self) -> None:
        """Require the vault's own settings, for actions that would do harm with others.

        Raises:
            SettingsError: rounds.toml can't be read.
        """
        if self.broken is not None:
            raise SettingsError(str(self.broken), hint=f"{self.broken.hint} Nothing was written.")

    @classmethod
    def open(cls, root: str | os.PathLike[str], *, clock: Callable[[], date] | None = None) -> Self:
        """Open the vault in a folder.

        Args:
            root: folder with rounds.toml.
            clock: returns today, with or without a time of day; by default the machine's, in the practice's time zone.

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
        """The settings in this machine's config.toml."""
        return read_config()

    @cached_property
    def index(self) -> Index:
        """The index, opened at first use."""
        return Index(self.index_file)

    @property
    def index_file(self) -> str:
        """Path of the index."""
        return index_path(cache_folder(f"{self.vault_id}-{place_of(self.root)}"))

    @cached_property
    def writer(self) -> "NoteWriter":
        """The writer for this vault, with its journal."""
        from rounds.vault.note_writer import NoteWriter

        return NoteWriter(os.path.realpath(self.root), os.path.join(self.data, "journal"), self._where)

    def _where(self, id_: str) -> str:
        """The current path of the note with an id, stored or derived; empty if there is none, or several."""
        with self.lock:
            self.sync_again()
            found = self.ask(derived.paths_with_id, id_)
        return found[0] if len(found) == 1 else ""

    def sync_again(self) -> None:
        """Update the index in the middle of a change; the next sync reports what changed."""
        self._missed = kept_up(self.index, lambda: self._sync(None)).after(self._missed)

    def find_lost(self) -> None:
        """Look again for notes that the last sync couldn't read, before a save that depends on them."""
        with self.lock, suppress(RoundsError):  # the save itself says what is wrong
            if self.ask(Index.state).lost:
                self.sync_again()

    def notices(self) -> list[str]:
        """Notices for the user after successful actions, in words; each is returned once."""
        words: list[str] = []
        if "index" in self.__dict__ and self.index.trouble != self._known_trouble:
            self._known_trouble = self.index.trouble
            words.append(
                f"The index can't be kept on the disk: {self._known_trouble}. "
                "Your notes are read again each time instead, which takes longer; everything else works as usual."
            )
        if "writer" in self.__dict__:
            words += self.writer.notices
            self.writer.notices = []
        return [printable(each) for each in words]

    @property
    def data(self) -> str:
        """Folder outside the vault for the journal, feeds and other data that can't be rebuilt."""
        return data_folder(self.vault_id)

    def close(self) -> None:
        """Close the index."""
        if "index" in self.__dict__:
            self.index.close()

    def today(self) -> date:
        """The current date at the practice."""
        return self.now().date()

    def now(self) -> datetime:
        """The date and time at the practice: the product's only clock; the end of the day if that is all it knows."""
        if self._clock is not None:
            moment = self._clock()
            return moment if isinstance(moment, datetime) else datetime.combine(moment, time.max)
        from zoneinfo import ZoneInfo

        name = self.settings.timezone
        return datetime.now(ZoneInfo(name) if is_zone(name) else None).replace(tzinfo=None)

    # Index ------------------------------------------------------------------------------------------------------

    def sync(
        self, *, patience: GracePeriod | None = None, only: Collection[str] = (), step: Progress = no_progress
    ) -> SyncReport:
        """Update the index and settings from the disk. A damaged index is rebuilt.

        Args:
            patience: the watcher's grace period.
            only: as for `sync_index`.
            step: progress callback, counting changed notes read.

        Returns:
            The changes; none if most notes are suddenly gone from the disk, then `vanished` is set.

        Raises:
            SettingsError: rounds.toml was just changed and can't be read; the old settings stay in effect, and the next
                sync continues with them.
            VanishedError: the vault's folder is gone or can't be read.
            StoppedError: raised by `step`; the index is unchanged.
            RoundsError: the index can be neither read nor rebuilt.
        """
        with self.lock:
            self._recover()
            report = kept_up(self.index, lambda: self._sync(patience, step, only))
            missed, self._missed = self._missed, SyncReport()
            return report.after(missed)

    def _recover(self) -> None:
        """Roll back half-finished writes of a crashed process; there are rarely any."""
        from rounds.storage.journal import Journal

        if not self._asking and not Journal(os.path.join(self.data, "journal")).is_closed():
            self.writer.recover()

    def sync_written(self) -> SyncReport:
        """Update the index with the notes that were just written here, without another walk over all files.

        What other programs changed meanwhile waits for the next `sync`. Raises the same errors.
        """
        written, self.writer.written = self.writer.written, set()
        return self.sync(only=written)

    def _sync(self, grace: GracePeriod | None, step: Progress = no_progress, only: Collection[str] = ()) -> SyncReport:
        if not os.path.isfile(os.path.join(self.root, FILE)):
            # An unmounted folder looks empty: the index must keep its content.
            raise self._vanish(f"{FILE} is gone from {self.root}")
        try:
            settings_changed = files.stamp_of(os.path.join(self.root, FILE)) != self._settings_stamp
            if settings_changed:
                self._read_settings()
            report = sync_index(
                self.root,
                self.index,
                self.reader,
                str(self.today()),
                patience=grace,
                sure=self.sure,
                only=() if settings_changed else only,
                step=step,
            )
            self.vanished = partly_vanished(self.index)
            return report._replace(changed=(*report.changed, FILE)) if settings_changed else report
        except VanishedError as error:
            self.vanished = error
            return SyncReport(problems=self.index.problem_count())
        except OSError as error:
            raise self._vanish(f"{self.root} can't be read: {error.strerror}") from error

    def _vanish(self, what: str) -> VanishedError:
        self.vanished = VanishedError(what, hint="Is the folder there and mounted? Its last known content is kept.")
        return self.vanished

    def ask(self, work: Callable[Concatenate[Index, P], T], *args: P.args, **options: P.kwargs) -> T:
        """Read from the index: the result of a function of `index/queries.py`, or of any other that takes the index.

        If the index turns out to be damaged, it's rebuilt and `work` runs again from the start.

        A rebuilt index has new keys, so look up keys and the data for them in the same call.
        """
        with self.lock:
            if self._asking:
                return work(self.index, *args, **options)
            self._asking = True
            index = self.index
            age = index.age

            def asked() -> T:
                if index.age is not age:
                    self._missed = self._sync(None).after(self._missed)
                return work(index, *args, **options)

            try:
                return kept_up(self.index, asked)
            finally:
                self._asking = False

    def entry(self, path: str) -> NoteRecord:
        """The record of a note.

        Raises:
            NotFoundError: the index has no note there.
        """
        found = self.ask(queries.note_at, path)
        if found is None:
            raise NotFoundError(f"there is no note {path}")
        return found

    # Files ------------------------------------------------------------------------------------------------------

    def read(self, path: str) -> LoadedNote:
        """Read a note from disk.

        Raises:
            EditRefusedError: the parser failed in an unexpected way.
            NotFoundError: it doesn't exist.
        """
        try:
            data, _ = files.read(os.path.join(self.root, path))
        except OSError as error:
            why = "is not there" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror}"
            raise NotFoundError(f"{path} {why}") from error
        from rounds.notes.read_note import parse_note

        return LoadedNote(path, *parse_note(path, data, self.reader.folders, self.reader.task_filter))

    def editable(self, path: str) -> LoadedNote:
        """Read a note from disk for editing.

        Raises:
            EditRefusedError: it can't be parsed as a note; the message says where and why.
            NotFoundError: it doesn't exist.
        """
        opened = self.read(path)
        if not opened.note.readable:
            problem = opened.note.problems[0]
            raise EditRefusedError(str(problem), hint=f"Nothing was written. To fix it (rounds edit): {problem.hint}")
        return opened

    def save(self, opened: LoadedNote, document: "Document", what: str = "") -> bool:
        """Write an edited note, with `id` and `last_contact` updated; `what` is as for `change`. Changes another
        program made since it was read are merged.

        Returns:
            False if nothing changed and nothing was written.

        Raises:
            ChangedMeanwhileError: the two versions don't merge; the error shows both.
            RoundsError: it can't be written; the old file is intact.
        """
        if bytes(document) == bytes(opened.document):
            return False
        from rounds.vault.id_last_contact_on_save import with_derived_fields

        written = guarded(self, opened.path, document, bytes(opened.document))
        if written is not document:  # the history says nothing of what was left out
            what = re.sub('".*"', "something", what)
        document = with_derived_fields(self, opened.path, written)
        with self.change(what, of=1):
            self.writer.put(opened.path, bytes(document), bytes(opened.document))
        return True

    def create(self, path: str, document: "Document") -> None:
        """Write a new note, never over an existing file.

        Raises:
            ChangedMeanwhileError: the path is taken.
            RoundsError: it can't be written, or wouldn't be visible in its folder.
        """
        from rounds.vault.id_last_contact_on_save import with_derived_fields

        data = bytes(with_derived_fields(self, path, guarded(self, path, document, None)))
        self.ask(check_sight, path, data)
        self.writer.put(path, data, None)

    def move(self, old: str, new: str) -> None:
        """Move a note to another path, never over an existing file.

        Raises:
            RoundsError: the path is taken, or the note can't be moved.
        """
        for path in (old, new):
            self.ask(check_sight, path)
        self.writer.move(old, new)

    def change(self, what: str = "", *, of: int = 0) -> "AbstractContextManager[Change]":
        """Group all writes inside into one change: all or nothing. `what` and `of` are as in `NoteWriter.change`."""
        return self.writer.change(what=what, of=of)
