"""The app: starts the screens, follows the vault, and passes news to the screens."""

import gc
import os
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from rounds.domain.reminders.thanks_meetings_releases import has_come
from rounds.errors import RoundsError, StoppedError
from rounds.tui.actions import SCREENS, TODAY
from rounds.tui.error_log import ErrorLog, in_words, write_down
from rounds.tui.jobs import DELAYS, Delays, ended, leave
from rounds.tui.key_queue import KeyQueueApp
from rounds.tui.messages import (
    AgendaUpdated,
    JobStarted,
    NotesChanged,
    NotesMoved,
    OpenEditor,
    VaultSynced,
    WatchFailed,
)
from rounds.tui.navigation import NavigatingApp
from rounds.tui.open_links import LinkApp
from rounds.tui.palette import ActionCommands, PartnerCommands
from rounds.tui.phrases import explained, here, news
from rounds.tui.preferences import PreferencesApp
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.session import VaultSession
from rounds.tui.start import offer_at_start
from rounds.tui.textual_compat import mark_styled
from rounds.tui.toasts import ToastApp
from rounds.tui.widgets.bars import KeyBar
from rounds.vault.sync_report import SyncReport

if TYPE_CHECKING:
    from rounds.vault.vault import Vault
    from rounds.vault.watch import Watch

_MINUTE = 60.0
_TICK = 0.2
"""Seconds between two checks of long-running work."""

_MANY_COLLECTIONS = 10
"""Generation-1 collections before a full one is worthwhile: Python's own threshold."""

_NEVER = 1 << 30

_REST = 2.0
"""Seconds without a key before garbage is collected."""


class RoundsApp(PreferencesApp, ToastApp, NavigatingApp, LinkApp, KeyQueueApp):
    """Rounds in a terminal.

    Attributes:
        session: the vault, as all screens share it.
        main_screens: the screens shown so far, by name.
    """

    TITLE = "Rounds"
    CSS_PATH = "app.tcss"
    DEFAULT_MODE = TODAY
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {ActionCommands, PartnerCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("escape", "stop", show=False, priority=True),
    ]

    def __init__(self, vault: "Vault", *, follow: bool = True, delays: Delays = DELAYS) -> None:
        """Create the app.

        Args:
            vault: open; it needn't be in sync.
            follow: whether to watch the folder for outside changes.
            delays: how long screens and forms wait.
        """
        super().__init__()
        self.session = VaultSession(vault, self.post_message, delays)
        self.session.ask = self.push_screen_wait
        self.told = self.session.told
        self._follow = follow
        self._watch: Watch | None = None
        self._following = ExitStack()
        self.error_log = ErrorLog()
        self._begun = False  # from then on, an error is reported and the app goes on
        self._offered = False
        self._feed_error = ""
        self.main_screens: dict[str, MainScreen] = {}
        for place in SCREENS:
            self.add_mode(place, partial(self.screen_of, place))
        self.session.sidebar = self.session.has_sidebar()
        self.follow_preferences()

    def screen_of(self, place: str) -> MainScreen:
        """A screen, created when first needed; its module has the same name."""
        if place not in self.main_screens:
            found = vars(import_module(f"rounds.tui.screens.{place}")).values()
            made = next(each for each in found if getattr(each, "PLACE", "") == place)(self.session)
            mark_styled(made, self)
            self.main_screens[place] = made
        return self.main_screens[place]

    # Start and end ----------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        if self.unread is not None:
            self.tell(self.unread)
        self.ask_terminal()
        self.follow_cursor()
        self.set_keymap(self.session.keys)
        self.call_after_refresh(lambda: self.run_worker(self._start(), group="start"))
        self.set_interval(_MINUTE, self.check_day)
        self.set_interval(_REST, self.collect_garbage)
        self._ticking = self.set_interval(_TICK, self.show_progress)
        self._begun = True

    async def _start(self) -> None:
        """Show what the index has, then catch up with the disk, then follow it."""
        await self._update_agenda()
        if await self.sync():
            await self._follow_vault()

    async def sync(self) -> bool:
        """Catch up with the disk and report errors; some also become problems in the list.

        Returns:
            False if the user stopped it.
        """
        try:
            await self.session.sync()
        except StoppedError as error:
            self.tell(error)
            return False
        except RoundsError as error:
            self.tell(error)
            self.run_worker(self._update_agenda(), group="agenda")
        return True

    async def _follow_vault(self) -> None:
        if not self._follow:
            return
        self._follow = False
        try:
            await self.session.read(self._begin_to_follow)
        except RoundsError as error:
            self.tell(error)

    def tell(self, error: RoundsError) -> None:
        """Notify about an error."""
        self.notify(explained(error), severity="warning", timeout=10, markup=False)

    def _begin_to_follow(self, vault: "Vault") -> None:
        from rounds.vault.watch import Watch

        def failed(words: str) -> None:
            self.post_message(WatchFailed(words))

        def back() -> None:
            self.post_message(VaultSynced(SyncReport(), outside=SyncReport()))

        watch = Watch(vault, self.session.followed, failed, back)
        self._watch = self._following.enter_context(watch)

    async def on_unmount(self) -> None:
        await ended(self._following.close)

    async def action_quit(self) -> None:
        """Quit; running work ends at its next step."""
        self.session.jobs.stop_all()
        await super().action_quit()

    # Long-running work ------------------------------------------------------------------------------------------

    def on_job_started(self, _: JobStarted) -> None:
        self._ticking.resume()

    def show_progress(self) -> None:
        """Show progress in place of the keys, only on the screen in sight."""
        for screen in {*self.open_screens(), *self.screen_stack}:
            for bar in screen.query(KeyBar):
                bar.show_job(self.session.jobs.long if [screen] == self.screen_stack[-1:] else None)
        if not self.session.jobs:
            self._ticking.pause()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape stops long-running work; without any, or while the user types, it's the screen's key."""
        if action == "stop":
            from textual.widgets import Input

            job, screen = self.session.jobs.long, self.screen
            waits = getattr(screen, "busy", False) if screen.is_modal else not isinstance(self.focused, Input)
            return waits and job is not None and job.can_stop and not job.stopped
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        """Stop long-running work."""
        job = self.session.jobs.long
        if job is not None:
            job.stop()
            self.show_progress()

    def check_day(self) -> None:
        """Refresh when the date changes while the program is open, or the time of a meeting on Today comes."""
        now, agenda = self.session.vault.now(), self.session.agenda
        if now.date() != agenda.today or any(has_come(each, now) for each in agenda.due):
            self.session.paused = False
            self.run_worker(self.sync(), group="day", exclusive=True)

    def collect_garbage(self) -> None:
        """Collect all garbage while nobody types: with 10,000 partners that takes a tenth of a second, and no key is
        read meanwhile. Young objects are collected all the time, quickly.
        """
        if self.idle >= _REST and gc.get_count()[2] > _MANY_COLLECTIONS:
            gc.collect()

    def on_app_focus(self) -> None:
        if self._watch is not None:
            self._watch.check()

    # News -------------------------------------------------------------------------------------------------------

    def on_vault_synced(self, event: VaultSynced) -> None:
        if self._follow:  # the first read was stopped
            self.run_worker(self._follow_vault(), group="start")
        if event.outside:
            self.notify(news(event.outside), title="From outside", markup=False)
        for place in self.open_screens():
            place.post_message(NotesChanged())
        report, outside = event.report, event.outside
        for screen in self.screen_stack:  # the note of a dialog
            if getattr(screen, "path", "") in (*outside.changed, *outside.added):
                screen.post_message(NotesChanged())
            elif report.added or report.moved or report.removed or report.elsewhere:
                screen.post_message(NotesMoved())
        if self.session.paused:
            self.on_agenda_updated()
        else:
            self.run_worker(self._follow_up(), group="agenda")

    async def _follow_up(self) -> None:
        """Update reminders, then feeds, which aren't shown here and don't wait for a read that started earlier."""
        if await self._update_agenda():
            await self._publish()

    async def _publish(self) -> None:
        """Write the feeds; report an error once, until it's resolved."""
        message = ""
        try:
            await self.session.publish()
        except StoppedError as error:
            self.tell(error)
        except RoundsError as error:
            message = error.message
            if message != self._feed_error:
                self.tell(error)
        self._feed_error = message

    async def _update_agenda(self) -> bool:
        """Read the agenda again unless a read is under way; False on an error."""
        try:
            if await self.session.look_up():
                self.on_agenda_updated()
                if self.session.synced and not self._offered:
                    self._offered = True
                    await offer_at_start(self)
        except RoundsError as error:
            self.tell(error)
            return False
        return True

    def on_agenda_updated(self) -> None:
        """Update every screen."""
        for place in self.open_screens():
            place.post_message(AgendaUpdated())

    def open_screens(self) -> list[MainScreen]:
        return [place for place in self.main_screens.values() if place.is_attached]

    def on_watch_failed(self, event: WatchFailed) -> None:
        self.tell(RoundsError(here(event.words)))
        if not self.session.paused and not self.session.halted:  # work that the user stopped doesn't restart by itself
            self.run_worker(self._update_agenda(), group="agenda")

    # Unexpected errors ------------------------------------------------------------------------------------------

    def survives(self, error: Exception) -> bool:
        """Report an error and keep going where possible, with typed text left in place."""
        from rounds.tui.dialogs.text import Mishap

        if not self._begun or not self.screen_stack or not self.error_log.add(error):
            return False
        if not isinstance(self.screen, Mishap):
            self.call_later(self._show_error, error)
        return True

    def _show_error(self, error: Exception) -> None:
        from rounds.tui.dialogs.text import Mishap

        path = os.path.join(self.session.vault.data, "last-error.txt")
        write_down(error, path)
        mishap = Mishap(
            "Something went wrong in Rounds",
            "Your notes are safe, and what you were typing is still here. You can go on; if the screen looks odd, quit "
            "and start Rounds again: an open form is offered again then.",
            in_words(error),
            f"If it comes back, please report it. The details are in {path}",
        )
        self.push_screen(mishap, lambda answer: self.exit() if answer == "quit" else None)

    # Requests from screens --------------------------------------------------------------------------------------

    def on_open_editor(self, event: OpenEditor) -> None:
        from textual.app import SuspendNotSupported

        from rounds.exports.editor_clipboard_mail_obsidian import editor_command, run_editor

        vault = self.session.vault
        path = os.path.join(vault.root, event.path)
        try:
            command = editor_command(path, line=event.line, column=event.column, configured=vault.config.editor)
            with self.suspend():
                run_editor(command)
        except SuspendNotSupported:
            self.notify("No editor can open in here. Press o for Obsidian.", severity="warning", markup=False)
        except RoundsError as error:
            self.notify(explained(error), severity="warning", markup=False)
        self.run_worker(self.sync(), group="editor")

    def action_sidebar(self) -> None:
        """Show the screens in a sidebar, or in the line at the top."""
        if isinstance(self.screen, MainScreen):
            self.screen.turn_sidebar()


def run(vault: "Vault") -> None:
    """Show the vault in the terminal until the user quits."""
    gc.set_threshold(*gc.get_threshold()[:2], _NEVER)  # see collect_garbage
    RoundsApp(vault).run()
    leave()
