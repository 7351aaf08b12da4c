"""The base of all main screens: the bars, the preview, and reloading after changes."""

import asyncio
from collections.abc import AsyncIterator, Collection, Hashable, Sequence
from contextlib import asynccontextmanager
from time import time
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from rounds.domain.phrases import full_day
from rounds.errors import RoundsError, StoppedError
from rounds.tui.actions import PARTNERS, PROBLEMS, TODAY, Action, actions_of, key_name
from rounds.tui.messages import (
    AgendaUpdated,
    NotesChanged,
    RowsRequested,
    WatchFailed,
)
from rounds.tui.phrases import explained
from rounds.tui.screens.note_screen import flow
from rounds.tui.screens.reading import ReadingScreen
from rounds.tui.textual_compat import paint_now, remove_notification, shown_notifications
from rounds.tui.widgets.bars import Banner, BottomBar, SideBar, TopBar
from rounds.tui.widgets.findline import FindLine
from rounds.tui.widgets.preview import Preview
from rounds.tui.widgets.rowlist import RowList

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.tui.widgets.tables import Row

_SEEN = 1.5
"""Seconds after which a notification counts as seen when a dialog opens."""

_ASKED = 0.001
"""Seconds for changed widgets to request a repaint."""

ROOM = 64
"""Minimum terminal width for the sidebar, in cells."""

READING = "Reading your notes …"
HALTED = "Your notes were not read to the end.\n\nPress r to read them."


class MainScreen(ReadingScreen):
    """A screen with a number key. Subclasses compose a list and provide the selection."""

    AUTO_FOCUS = ""  # the list gets it, in on_mount
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's own way
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012 - Textual's own way

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session)
        self._stale = False
        self.top = TopBar(self.PLACE, full_day(session.agenda.today))
        self.banner = Banner(id="banner")
        self.side = SideBar(self.PLACE)
        self.bottom = BottomBar()
        self.find, self.preview = FindLine(id="find"), Preview(id="preview")
        views = (each for each in actions_of(self.PLACE, session.keys) if each.name in {"read", "view"})
        self.preview.full_key = next((key_name(each.keys[0]) for each in views if each.keys), "")

    # For subclasses ---------------------------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        """The list and its surroundings."""
        raise NotImplementedError

    def above(self) -> ComposeResult:
        """What stands above list and preview."""
        yield from ()

    def footer(self) -> Sequence[Action]:
        """The actions for the bottom line; those without a label are left out."""
        return actions_of(self.PLACE, self.session.keys)

    # The screen itself ------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        yield self.side
        yield self.top
        yield self.banner
        yield from self.above()
        with Container(id="body"):
            with Container(id="list-side"):
                yield from self.content()
                yield Static(Content(READING), id="empty", markup=False)
            yield self.preview
        yield self.find
        yield self.bottom

    def on_mount(self) -> None:
        self.set_focus(self.listing)
        self._show_agenda()
        self.start(self.reload, group="reload")

    def on_agenda_updated(self, event: AgendaUpdated) -> None:
        """Reload; a hidden screen does so when it's shown again."""
        event.stop()
        self._show_agenda()
        if self.app.screen_stack and self.app.screen_stack[0] is self:
            self.start(self.reload, group="reload")
        else:
            self._stale = True

    def _show_agenda(self) -> None:
        agenda = self.session.agenda
        self.banner.show(self.session.vault.vanished)
        self.top.day = full_day(agenda.today)
        self.bottom.actions = self.footer()
        self.bottom.problems = len(agenda.problems)
        self.bottom.about_clients = sum(each.about_client for each in agenda.problems)
        self.side.numbers = {TODAY: len(agenda.due), PARTNERS: agenda.partners, PROBLEMS: len(agenda.problems)}

    def turn_sidebar(self) -> None:
        """Show or fold the sidebar, now and at the next start; in a narrow terminal, nothing changes."""
        if self.app.size.width < ROOM:
            self.tell(f"This terminal is too narrow for the sidebar. It takes {ROOM} columns.")
            return
        shown = self.session.sidebar = not self.session.sidebar
        self.show_sidebar(shown=shown)
        self.start(self.session.read, lambda _: self.session.keep_sidebar(shown=shown), group="sidebar")

    def show_sidebar(self, *, shown: bool) -> None:
        """Show the sidebar, or fold it into the top line; in a narrow terminal it stays folded."""
        self.set_class(shown and self.app.size.width >= ROOM, "-sidebar")
        self.top.refresh()

    def on_resize(self) -> None:
        self.show_sidebar(shown=self.session.sidebar)

    def on_screen_resume(self) -> None:
        self.show_sidebar(shown=self.session.sidebar)
        if self._stale:
            self._stale = False
            self.start(self.reload, group="reload")

    def on_screen_suspend(self) -> None:
        """Remove older notifications, so they don't cover the title of a dialog that opens."""
        if self.app.screen_stack[-1:] != [self] and self.app.screen.is_modal:
            for shown in shown_notifications(self.app):
                if time() - shown.raised_at > _SEEN:
                    remove_notification(self.app, shown)
            self.query("ToastRack").set(display=False)  # the dialog shows the others itself

    @asynccontextmanager
    async def batch_repaint(self) -> AsyncIterator[None]:
        """Paint all changes inside at once: each widget requests it with a message of its own, and a late one would
        wait for the next paint.
        """
        with self.app.batch_update():
            yield
            await asyncio.sleep(_ASKED)
        paint_now(self)

    def explain_empty(self, words: str) -> None:
        """Say why the list is empty; empty text means that it isn't."""
        if words:
            self.query_one("#empty", Static).update(
                Content(words if self.session.synced else HALTED if self.session.halted else READING)
            )
        self.set_class(bool(words), "-empty")

    # After an undo ----------------------------------------------------------------------------------------------

    async def show_undone(self, paths: Sequence[str]) -> None:
        here = self.listing
        if self.has_class("-reading") or not isinstance(here, RowList):
            return
        rows = frozenset(await self.rows_of(paths))
        await self.reload()
        if not here.go_to_any(rows):
            other = next((each for each in self.query(RowList) if each.go_to_any(rows)), None)
            if other is not None:  # on the board
                self.set_focus(other)

    @flow
    async def action_look(self) -> None:
        going_on, self.session.paused = self.session.paused, False
        if self.session.halted:
            self.session.halted = False
            self.explain_empty(READING)
        try:
            if not await self.session.sync() and not going_on:
                self.tell("Nothing has changed.")
        except StoppedError:
            raise
        except RoundsError as error:
            self.post_message(WatchFailed(explained(error)))


class PartnerRowsScreen(MainScreen):
    """A screen with rows of partners, which are read once they are in sight."""

    def supply(self, rows: "dict[int, Row]", wanted: Sequence[int]) -> None:
        """Show rows that were read, by key; those of `wanted` that are missing are gone."""
        raise NotImplementedError

    def on_notes_changed(self, _: NotesChanged) -> None:
        """Reload without waiting for the reminders."""
        if self.is_current:
            self.start(self.reload, group="reload")

    def on_rows_requested(self, event: RowsRequested) -> None:
        event.stop()
        # A group of its own: requested rows aren't requested again, so no later request may cancel this one.
        self.start(self._fetch, event.keys, group=f"rows {event.keys[0]}")

    async def _fetch(self, wanted: Sequence[int]) -> None:
        from rounds.tui.widgets.tables import partner_rows

        today = self.session.agenda.today
        self.supply(await self.session.read(lambda vault: partner_rows(vault, wanted, today)), wanted)

    async def rows_of(self, paths: Sequence[str]) -> Collection[Hashable]:
        from rounds.vault.list_search import keys_of

        return await self.session.read(lambda vault: keys_of(vault, paths))
