"""The session that all screens share: the vault, accessed from threads, and the latest agenda."""

import os
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message

from rounds.errors import ClientInformationError, RoundsError, StoppedError
from rounds.index.queries import has_notes
from rounds.storage.tui_state import TODAY, FormDrafts
from rounds.tui.agenda import Agenda, read_agenda
from rounds.tui.jobs import DELAYS, Delays, Job, Jobs, Repeated, in_thread
from rounds.tui.messages import AgendaUpdated, JobStarted, VaultSynced, WatchFailed
from rounds.tui.remembered_choices import RememberedChoices
from rounds.tui.visited import VisitedPlaces
from rounds.vault.index_sync import Progress
from rounds.vault.stored_today import stored_today
from rounds.vault.sync_report import SyncReport

if TYPE_CHECKING:
    from datetime import datetime

    from textual.screen import Screen

    from rounds.domain.gaps_introductions_suggestions import Network
    from rounds.vault.vault import Vault

_T = TypeVar("_T")


class VaultSession(RememberedChoices):
    """The vault as the screens use it: every read and save runs in a thread, so no key waits for one.

    Attributes:
        agenda: the latest; before the first read, what the index holds of Today.
        synced: whether the index has caught up with the disk once since the start.
        halted: whether the user stopped the last sync.
        paused: whether reading the agenda failed or was stopped; it's read again when a note or the day changes, or by
            `r`.
        sidebar: whether it's shown.
        keys: key overrides from config.toml, by action ID.
        visited: places to go back to.
        unsaved: text being typed.
        jobs: long-running work.
        delays: how long screens and forms wait.
        undos: undos and redos still to do, including the current one.
        told: time and text of each message, oldest first.
        ask: shows a dialog, in a worker, and returns its result.
    """

    def __init__(self, vault: "Vault", post: Callable[[Message], object], delays: Delays = DELAYS) -> None:
        self.vault = vault
        self.delays = delays
        self.agenda = Agenda(vault.today(), stored_today(vault))
        self.synced = self.halted = self.paused = self.sidebar = False
        self.undos: list[str] = []
        self.told: list[tuple[datetime, str]] = []
        self.keys: dict[str, str] = {}
        self.visited = VisitedPlaces()
        self.unsaved = FormDrafts(os.path.join(vault.data, "unsaved"))
        super().__init__(vault.data)
        with suppress(OSError):
            os.unlink(os.path.join(vault.data, TODAY))
        self.jobs = Jobs(lambda: post(JobStarted()), delays.progress)
        self._network: tuple[int, Network] | None = None
        self._syncs = 0  # number of syncs that reported a change
        self._post = post
        self.ask: Callable[[Screen[Any]], Awaitable[Any]] | None = None
        self._ours: Counter[str] = Counter()
        self._moves: dict[str, str] = {}  # current paths by the paths before each move
        self._lock = Lock()
        self._agenda_reads = Repeated()
        self._publications = Repeated()

    def people(self, vault: "Vault") -> "Network":
        """The network, cached until a note changes, since it's slow to read with many partners."""
        from rounds.vault.gaps_introductions_match import network

        syncs, known = self._syncs, self._network
        if known is None or known[0] != syncs:
            known = self._network = (syncs, network(vault))
        return known[1]

    async def read(self, work: "Callable[[Vault], _T]", doing: "str | Job" = "") -> _T:
        """Read something in a thread.

        Args:
            doing: description, if it may take long.

        Raises:
            StoppedError: the user stopped it.
            RoundsError: it failed for any outside reason.
        """
        reading = _in_thread(lambda: work(self.vault))
        if not doing:
            return await reading
        with self.jobs.doing(doing if isinstance(doing, Job) else Job(doing)) as job:
            return await job.unless_stopped(reading)

    async def write(self, path: str | Sequence[str], act: "Callable[[Vault], _T]", job: Job | None = None) -> _T:
        """Run a user's change in a thread, then let the index catch up and notify the screens.

        Args:
            path: of the note, or notes, that the change writes; the watcher doesn't report these as outside changes.
                Empty if unknown.
            job: receives the progress of a change that may take long and can be stopped.
        """
        paths = [path] if isinstance(path, str) else path
        decided: set[str] = set()
        try:
            while True:
                try:
                    with self.jobs.doing(job or Job("Saving")):
                        return await _in_thread(lambda: self._write(paths, act), saves=True)
                except ClientInformationError as error:
                    if self.ask is None or not await self._decided(self.ask, error, decided):
                        raise
        finally:  # a decision is about this text, not about the same one typed again
            for line in decided:
                self.vault.decisions.instead.pop(line, None)

    async def _decided(
        self, ask: "Callable[[Screen[Any]], Awaitable[Any]]", error: ClientInformationError, decided: set[str]
    ) -> bool:
        """Ask about each line with client information; False once the user goes back to edit."""
        from rounds.tui.dialogs.client_guard import EDIT, decide

        for added in error.added:
            line = await decide(ask, self, added)
            if line in {"", EDIT}:
                return False
            self.vault.decisions.instead[added.text] = line
            decided.add(added.text)
        return True

    def _write(self, paths: Sequence[str], act: "Callable[[Vault], _T]") -> _T:
        with self._lock:
            self._ours.update(paths)
        try:
            result = act(self.vault)
        except BaseException:  # some notes may already have been written
            with suppress(RoundsError, OSError, sqlite3.Error):
                self._catch_up()
            raise
        else:
            self._catch_up(always=True)
            return result
        finally:
            with self._lock:
                self._ours.subtract(paths)
            self._post_notices()

    def _catch_up(self, *, always: bool = False) -> None:
        """Let the index catch up with a change, and notify the screens; with `always`, even if nothing changed.

        If the first read was stopped, this repeats it and can be stopped again; the change stays saved.
        """
        with self.jobs.doing(Job("Reading your notes")) as job:
            try:
                report = self.vault.sync(step=job.step)
            except StoppedError:
                self._halt()
                if always:
                    self._post(WatchFailed("It is saved. Your notes were not read to the end: r reads them."))
                return
        self._take_in(report)
        self.synced, self.halted = True, False
        self.paused = self.paused and not always
        if report or always:
            self._post(VaultSynced(report, outside=SyncReport()))

    async def sync(self) -> SyncReport:
        """Let the index catch up with the disk, and notify the screens.

        Raises:
            StoppedError: the user stopped it; the index is unchanged.
            RoundsError: it failed.
        """
        self.halted = False
        with self.jobs.doing(Job("Reading your notes")) as job:
            try:
                return await _in_thread(partial(self._sync, job.step))
            except StoppedError:
                self._halt()
                raise StoppedError("Stopped. Your notes were not read to the end.", hint="r reads them.") from None

    def _sync(self, step: Progress) -> SyncReport:
        """Sync and notify from this thread, since the caller may have stopped waiting."""
        report = self.vault.sync(step=step)
        self._take_in(report)
        first, self.synced = not self.synced, True
        self._post(VaultSynced(report, outside=SyncReport() if first else report))
        if first:
            self.vault.writer.recover()
        self._post_notices()
        return report

    def _halt(self) -> None:
        self.halted = True
        self._post(AgendaUpdated())  # so that the screens say so

    def _post_notices(self) -> None:
        for words in self.vault.notices():
            self._post(WatchFailed(words))

    def followed(self, report: SyncReport) -> None:
        """Pass on what the watcher noticed. Called from its thread."""
        self._take_in(report)
        with self._lock:
            ours = {path for path, number in self._ours.items() if number}
        outside = SyncReport(
            added=tuple(path for path in report.added if path not in ours),
            changed=tuple(path for path in report.changed if path not in ours),
            moved=report.moved,
            removed=report.removed,
            versions=report.versions,
        )
        self._post(VaultSynced(report, outside))

    def _take_in(self, report: SyncReport) -> None:
        """Record that something changed, and where notes moved."""
        self._syncs += 1
        self.paused = self.paused and not report
        with self._lock:
            for path in (*report.added, *report.changed, *report.moved):
                self._moves.pop(path, None)  # another note has this path now
            self._moves.update({old: new for new, old in report.moved.items()})

    def place_of(self, path: str) -> str:
        """The current path of a note that was last seen at `path`."""
        with self._lock:
            while path in self._moves:
                path = self._moves[path]
        return path

    async def look_up(self) -> bool:
        """Read the agenda, and again if something changed meanwhile.

        Returns:
            False if another read is under way; it then repeats for this call.

        Raises:
            StoppedError: the user stopped it; the agenda is unchanged.
            RoundsError: it could not be read.
        """
        try:
            return await self._agenda_reads.run(self._look_up_once)
        except RoundsError as error:
            self.paused = True
            self._post(AgendaUpdated())  # so that the screens say so
            if isinstance(error, StoppedError):
                error = StoppedError("Stopped. The reminders were not read to the end.", hint="r reads them.")
            raise error from None

    async def _look_up_once(self) -> None:
        complete = self.synced
        with self.jobs.doing(Job("Reading the reminders")) as job:
            agenda = await self.read(partial(self._read_agenda, step=job.step))
        self.agenda = replace(agenda, complete=complete)
        self.paused = False

    def _read_agenda(self, vault: "Vault", step: Progress) -> Agenda:
        """Read the agenda; from an index that is still empty, keep the rows that are shown."""
        agenda = read_agenda(vault, step)
        if not self.synced and not vault.ask(has_notes):
            return replace(agenda, sections=self.agenda.sections)
        return agenda

    async def publish(self) -> None:
        """Write changed feeds, and again if something changed meanwhile.

        Raises:
            StoppedError: the user stopped it.
            RoundsError: a feed could not be written.
        """
        try:
            await self._publications.run(self._publish_once)
        except StoppedError:
            raise StoppedError(
                "Stopped. The calendar feeds were not written to the end.", hint="r writes them."
            ) from None

    async def _publish_once(self) -> None:
        from rounds.calendar.write_feeds import write_feeds

        with self.jobs.doing(Job("Writing the calendar feeds")) as job:
            await self.read(partial(write_feeds, step=job.step))


async def _in_thread(work: Callable[[], _T], *, saves: bool = False) -> _T:
    """Run work in a thread; errors of the system or the index become a RoundsError."""
    try:
        return await in_thread(work, saves=saves)
    except (OSError, sqlite3.Error) as error:
        raise RoundsError(f"that could not be done: {error}", hint="Your notes are as they were.") from error
