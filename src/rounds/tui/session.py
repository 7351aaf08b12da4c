"""The desk that all screens share: the vault, worked on in threads, and what was last read of it."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from rounds.domain.problem import Problem
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import NotFoundError, RoundsError, StoppedError
from rounds.storage.form_drafts import Unsaved
from rounds.storage.recent_queries import Recent
from rounds.storage.today_snapshot import FILE, LastToday
from rounds.tui.jobs import Job, Jobs
from rounds.tui.messages import AgendaUpdated, JobStarted, VaultSynced, WatchFailed
from rounds.tui.threads import in_thread
from rounds.vault.sync import Progress, SyncReport, no_progress

if TYPE_CHECKING:
    from datetime import date

    from rounds.domain.introductions import Network
    from rounds.domain.month import Month
    from rounds.vault.inbox import InboxItem
    from rounds.vault.vault import Vault

_T = TypeVar("_T")


FEW = 5
"""Up to so many partners, somebody is at the beginning."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What there is to do, as it was read last.

    Attributes:
        today: the day it was read for.
        due: what Today shows, the most worthwhile first.
        waiting: what has no hurry, by day.
        partners: how many there are.
        problems: all of the vault.
        month: how the month stands; None before the first reading.
        inbox: what waits in Inbox.md to be filed.
        ready: how many of the six things for a first contact are ready; only read while there are few partners.
        reached: whether anybody was ever written to or met.
    """

    today: "date"
    due: tuple[Reminder, ...] = ()
    waiting: tuple[Reminder, ...] = ()
    partners: int = 0
    problems: tuple[Problem, ...] = ()
    month: "Month | None" = None
    inbox: "tuple[InboxItem, ...]" = ()
    ready: int = 0
    reached: bool = False
    by_path: dict[str, tuple[Reminder, ...]] = field(default_factory=dict)

    def of(self, path: str) -> tuple[Reminder, ...]:
        """Reminders about a note, the most worthwhile first."""
        return self.by_path.get(path, ())


class VaultSession:
    """The vault as the screens work with it: every read and save happens in a thread, none in the way of a key.

    Attributes:
        agenda: what was read last; before the first reading, what Today showed when the program was used last.
        synced: whether the index has caught up with the disk once since the start.
        halted: whether the user has stopped it the last time.
        known: whether the agenda is of an index that had caught up with the disk.
        paused: whether what is due could not be looked up, or the user did not want to wait; it is when a note or the
            day changes, or by `r`.
        sidebar: whether it is shown.
        keys: that config.toml gives to actions, by their id.
        unsaved: what is being typed.
        recent: filters that were used.
        jobs: what takes a while.
        undos: how many changes are still to be undone, this one included.
    """

    def __init__(self, vault: "Vault", post: Callable[[Message], object]) -> None:
        self.vault = vault
        self._last = LastToday(os.path.join(vault.data, FILE), vault.root)
        self.agenda = Agenda(vault.today(), due=self._last.read())
        self.synced = self.halted = self.known = self.paused = self.sidebar = False
        self.undos = 0
        self.keys: dict[str, str] = {}
        self.unsaved = Unsaved(os.path.join(vault.data, "unsaved"))
        self.recent = Recent(os.path.join(vault.data, "recent-filters"))
        self._columns = Recent(os.path.join(vault.data, "columns"))
        self._sidebar = Recent(os.path.join(vault.data, "sidebar"))
        self.jobs = Jobs(lambda: post(JobStarted()))
        self._network: tuple[int, Network] | None = None
        self._syncs = 0  # how many have told of a change
        self._post = post
        self._ours: Counter[str] = Counter()
        self._moves: dict[str, str] = {}  # where notes are, by where they were since the start
        self._lock = Lock()
        self._wanted = self._reading = False
        self._stale = self._publishing = False

    @property
    def away(self) -> RoundsError | None:
        """Says that the folder, or most notes, are gone from the disk; what is shown is what was known before."""
        return self.vault.vanished

    def people(self, vault: "Vault") -> "Network":
        """Who is tied to whom: read once for as long as no note changes, since it takes a while with many partners."""
        from rounds.vault.network import network

        syncs, known = self._syncs, self._network
        if known is None or known[0] != syncs:
            known = self._network = (syncs, network(vault))
        return known[1]

    def remember(self, query: str) -> list[str]:
        """Remember a filter; all that are remembered, the newest first."""
        self.recent.add(query)
        return self.recent.read()

    def columns(self) -> list[str]:
        """The columns that were chosen last; none for the usual ones."""
        return next(iter(self._columns.read()), "").split()

    def keep_columns(self, names: Sequence[str]) -> None:
        """Keep the choice of columns for the next time."""
        self._columns.add(" ".join(names) or "name")

    def has_sidebar(self) -> bool:
        """Whether the sidebar was shown the last time."""
        return self._sidebar.read()[:1] == ["shown"]

    def keep_sidebar(self, *, shown: bool) -> None:
        """Keep it so for the next time."""
        self._sidebar.add("shown" if shown else "folded")

    async def read(self, work: "Callable[[Vault], _T]", doing: "str | Job" = "") -> _T:
        """Do some reading in a thread.

        Args:
            doing: what it is in words, where it may take long.

        Raises:
            StoppedError: the user did not want to wait.
            RoundsError: it could not be done, whatever the reason outside of us.
        """
        reading = _in_thread(lambda: work(self.vault))
        if not doing:
            return await reading
        with self.jobs.doing(doing if isinstance(doing, Job) else Job(doing)) as job:
            return await job.unless_stopped(reading)

    async def write(self, path: str | Sequence[str], act: "Callable[[Vault], _T]", job: Job | None = None) -> _T:
        """Do one act of the user in a thread, then let the index catch up and tell everybody.

        Args:
            path: of the note, or notes, that the act writes; the watcher's news of it is not told again. Empty if not
                known.
            job: that the act steps through, where it may take long and can be stopped.
        """
        with self.jobs.doing(job or Job("Saving")):
            return await _in_thread(lambda: self._write([path] if isinstance(path, str) else path, act), saves=True)

    def _write(self, paths: Sequence[str], act: "Callable[[Vault], _T]") -> _T:
        with self._lock:
            self._ours.update(paths)
        try:
            result = act(self.vault)
        except BaseException:  # by then it may have written some of the notes
            with suppress(RoundsError, OSError, sqlite3.Error):
                self._catch_up()
            raise
        else:
            self._catch_up(told=True)
            return result
        finally:
            with self._lock:
                self._ours.subtract(paths)
            self._tell_notices()

    def _catch_up(self, *, told: bool = False) -> None:
        """Let the index catch up with an act, and tell everybody; with `told`, also where nothing changed.

        Where the first reading was stopped, it is made up for here, and can be stopped again: what is saved is saved.
        """
        with self.jobs.doing(Job("Reading your notes")) as job:
            try:
                report = self.vault.sync(step=job.step)
            except StoppedError:
                self._halt()
                if told:
                    self._post(WatchFailed("It is saved. Your notes were not read to the end: r reads them."))
                return
        self._take_in(report)
        self.synced, self.halted = True, False
        self.paused = self.paused and not told
        if report or told:
            self._post(VaultSynced(report, outside=SyncReport()))

    async def sync(self) -> SyncReport:
        """Let the index catch up with the disk, and tell everybody, whatever changed.

        Raises:
            StoppedError: the user did not want to wait; the index is as it was.
            RoundsError: it could not be done.
        """
        self.halted = False
        with self.jobs.doing(Job("Reading your notes")) as job:
            try:
                return await _in_thread(partial(self._sync, job.step))
            except StoppedError:
                self._halt()
                raise StoppedError("Stopped. Your notes were not read to the end.", hint="r reads them.") from None

    def _sync(self, step: Progress) -> SyncReport:
        """What was taken in is told from here: nobody may wait for it any more."""
        report = self.vault.sync(step=step)
        self._take_in(report)
        first, self.synced = not self.synced, True
        self._post(VaultSynced(report, outside=SyncReport() if first else report))
        if first:
            self.vault.saving.recover()
        self._tell_notices()
        return report

    def _halt(self) -> None:
        self.halted = True
        self._post(AgendaUpdated())  # the screens say so

    def _tell_notices(self) -> None:
        for words in self.vault.notices():
            self._post(WatchFailed(words))

    def followed(self, report: SyncReport) -> None:
        """Tell what the watcher noticed. Called from its thread."""
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
        """Keep in mind that something changed, and where notes went."""
        self._syncs += 1
        self.paused = self.paused and not report
        with self._lock:
            for path in (*report.added, *report.changed, *report.moved):
                self._moves.pop(path, None)  # another note is there now
            self._moves.update({old: new for new, old in report.moved.items()})

    def place_of(self, path: str) -> str:
        """Where a note is that was at a path when somebody last saw it."""
        with self._lock:
            while path in self._moves:
                path = self._moves[path]
        return path

    async def look_up(self) -> bool:
        """Read the agenda anew, once more when something changed while it was being read.

        Returns:
            False where another reading is under way, which will see to it.

        Raises:
            StoppedError: the user did not want to wait; the agenda is as it was.
            RoundsError: it could not be read.
        """
        self._wanted = True
        if self._reading:
            return False
        self._reading = True
        try:
            while self._wanted:
                self._wanted, synced = False, self.synced
                with self.jobs.doing(Job("Looking what is due")) as job:
                    self.agenda = await self.read(partial(self._read_agenda, step=job.step))
                self.known = self.known or synced
            self.paused = False
        except RoundsError as error:
            self.paused = True
            self._post(AgendaUpdated())  # the screens say so
            if isinstance(error, StoppedError):
                error = StoppedError("Stopped. What is due was not looked up to the end.", hint="r looks it up.")
            raise error from None
        finally:
            self._reading = False
        return True

    def _read_agenda(self, vault: "Vault", step: Progress) -> Agenda:
        """Read it; an index that is still empty, as after an update, says nothing about what is due."""
        agenda = read_agenda(vault, step)
        if not self.synced and not vault.rows("SELECT 1 FROM notes LIMIT 1"):
            return replace(agenda, due=self.agenda.due)
        if agenda.due != self.agenda.due:
            self._last.write(agenda.due)
        return agenda

    async def publish(self) -> None:
        """Write the feeds as far as they changed, once more when something changed while they were being written.

        Raises:
            StoppedError: the user did not want to wait.
            RoundsError: a feed could not be written.
        """
        from rounds.calendar.write_feeds import write_feeds

        self._stale = True
        if self._publishing:
            return
        self._publishing = True
        try:
            while self._stale:
                self._stale = False
                with self.jobs.doing(Job("Writing the calendar feeds")) as job:
                    await self.read(partial(write_feeds, step=job.step))
        except StoppedError:
            raise StoppedError(
                "Stopped. The calendar feeds were not written to the end.", hint="r writes them."
            ) from None
        finally:
            self._publishing = False


async def _in_thread(work: Callable[[], _T], *, saves: bool = False) -> _T:
    """Do something in a thread; what the system or the index refuses becomes an error that can be told."""
    try:
        return await in_thread(work, saves=saves)
    except (OSError, sqlite3.Error) as error:
        raise RoundsError(f"that could not be done: {error}", hint="Your notes are as they were.") from error


def read_agenda(vault: "Vault", step: Progress = no_progress) -> Agenda:
    """Everything that the screens show of the day.

    Args:
        step: as for `agenda.reminders`.
    """
    from rounds.vault.inbox import thoughts
    from rounds.vault.month import month
    from rounds.vault.problems import all_problems
    from rounds.vault.queries import keys
    from rounds.vault.reminders import today_list

    due, waiting = today_list(vault, step)
    partners = len(keys(vault, "", types=("partner",)))
    by_path: dict[str, list[Reminder]] = {}
    for reminder in (*due, *waiting):
        by_path.setdefault(reminder.path, []).append(reminder)
    return Agenda(
        today=vault.today(),
        due=tuple(due),
        waiting=tuple(sorted(waiting, key=Reminder.by_day)),
        partners=partners,
        problems=tuple(all_problems(vault)),
        month=month(vault),
        inbox=tuple(thoughts(vault)),
        ready=_ready(vault) if partners <= FEW else 0,
        reached=bool(vault.rows("SELECT 1 FROM notes WHERE type = 'partner' AND last_contact IS NOT NULL LIMIT 1")),
        by_path={path: tuple(some) for path, some in by_path.items()},
    )


def _ready(vault: "Vault") -> int:
    """How many of the six things are ready."""
    from rounds.vault.practice import ready

    with suppress(NotFoundError):  # the folder is away
        return sum(point.ready for point in ready(vault))
    return 0
