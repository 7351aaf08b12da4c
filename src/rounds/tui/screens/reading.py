"""Reading a note: its preview, the whole screen, links, search, the next partner."""

import asyncio
from collections.abc import Collection, Hashable, Sequence

from textual.widget import Widget
from textual.widgets import Input

from rounds.domain.contact_links import is_safe
from rounds.errors import NotFoundError
from rounds.tui.actions import ORGANIZATIONS, PARTNERS
from rounds.tui.messages import FindRequested, LinkFollowed, RowHighlighted, RowSelected, ShowNote
from rounds.tui.open_links import open_and_tell
from rounds.tui.screens.note_screen import NoteScreen
from rounds.tui.textual_compat import paint_now, shown_notifications
from rounds.tui.toasts import place_toasts
from rounds.tui.visited import Visit
from rounds.tui.widgets.findline import FindLine
from rounds.tui.widgets.preview import Preview
from rounds.tui.widgets.rowlist import RowList

_SCREENS = {"partner": PARTNERS, "organization": ORGANIZATIONS}
"""Where notes of a type are read; others are shown over the screen."""


class ReadingScreen(NoteScreen):
    """A screen with a list and a note beside it, or instead of it. Subclasses compose both."""

    preview: Preview
    find: FindLine

    @property
    def listing(self) -> Widget:
        """The list, which has the focus by default."""
        raise NotImplementedError

    @property
    def reading(self) -> bool:
        """Whether the note fills the screen."""
        return self.has_class("-reading")

    async def reload(self) -> None:
        """Show the vault's current state; the user's selection stays."""
        raise NotImplementedError

    async def rows_of(self, paths: Sequence[str]) -> Collection[Hashable]:
        """The list's row identities for these notes."""
        return paths

    # The preview ------------------------------------------------------------------------------------------------

    def on_row_selected(self, event: RowSelected) -> None:
        event.stop()
        self.action_read()

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        event.stop()
        paint_now(self)
        if shown_notifications(self.app):
            place_toasts(self)
        self.show_preview()

    def show_preview(self) -> None:
        """Update the preview for the selection."""
        if self.preview.display:
            self.start(self._preview, group="preview")

    async def _preview(self) -> None:
        from rounds.tui.preview_data import read_profile, with_ties

        typing, delays = isinstance(self.focused, Input), self.session.delays
        await asyncio.sleep(delays.note_typing if typing else delays.note)
        subject, agenda = self.subject, self.session.agenda
        if subject is None:
            self.preview.show(None)
            return
        try:
            profile = await self.session.read(lambda vault: read_profile(vault, subject.path, agenda))
        except NotFoundError:
            self.preview.show(None, f"{subject.name} is no longer there.")
            return
        self.preview.show(profile)
        # Moving on cancels this.
        await asyncio.sleep(delays.ties_typing if typing else delays.ties)
        self.preview.show(await self.session.read(lambda vault: with_ties(vault, profile, self.session.people)))

    # The whole screen -------------------------------------------------------------------------------------------

    def action_read(self) -> None:
        """Show the note on the whole screen, or the list again."""
        if not self.reading and self.subject is not None:
            self.session.visited.add(self.visit)
        self.read(whole=not self.reading)

    def read(self, *, whole: bool) -> None:
        """Show the note on the whole screen, or beside the list."""
        if whole and self.subject is None:
            return
        self.set_class(whole, "-reading")
        self.find.close()
        self.call_after_refresh(self.show_preview)
        if whole:  # it can't take the focus before it's shown
            self.app.stylesheet.update_nodes(self.preview.ancestors_with_self)
        self.set_focus(self.preview if whole else self.listing)

    def action_view(self) -> None:
        """Like `read`, for screens where enter does something else."""
        self.action_read()

    def action_back(self) -> None:
        """Return from the search to the note, or from the note to the list."""
        if self.find.display:
            self.find.close()
            self.set_focus(self.preview)
        elif self.reading:
            self.action_read()
        else:
            self.set_focus(self.listing)

    def action_neighbor(self, step: int) -> None:
        """Go to the next note of the list, or the one before; what has the focus keeps it."""
        rows, here = self.listing, self.subject
        if not isinstance(rows, RowList):
            return
        before = -1
        while rows.cursor != before and (self.subject is None or here is None or self.subject.path == here.path):
            before = rows.cursor
            rows.action_move(step)

    # The search -------------------------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Search in the note."""
        self.find.begin()

    def on_find_requested(self, event: FindRequested) -> None:
        event.stop()
        if event.step:
            self.find.say(self.preview.next_hit(event.step), self.preview.hits)
        else:
            found = self.preview.search(event.words)
            self.find.say(self.preview.next_hit(1) if found else 0, found)

    # Links ------------------------------------------------------------------------------------------------------

    def on_link_followed(self, event: LinkFollowed) -> None:
        event.stop()
        self.start(self._follow, event.target, group="follow")

    async def _follow(self, target: str) -> None:
        """Go to the note or web page that a link leads to; partners and organizations are read on their screens."""
        from rounds.tui.dialogs.text import NoteSheet
        from rounds.vault.find_note import note_of_link

        if is_safe(target):
            await open_and_tell(self.app, target)
            return
        source = self.preview.profile.entry.path if self.preview.profile else ""
        found = await self.session.read(lambda vault: note_of_link(vault, target, source))
        if found is None:
            self.tell(f'There is no note "{target}".')
        elif found.type in _SCREENS:
            self.post_message(ShowNote(_SCREENS[found.type], found.path))
        else:
            body = await self.session.read(lambda vault: vault.read(found.path).document.body)
            await self.wait_for(NoteSheet(found.name, body))

    # Coming back ------------------------------------------------------------------------------------------------

    @property
    def visit(self) -> Visit:
        """What is shown now."""
        path = self.subject.path if self.subject else ""
        return Visit(self.PLACE, path, self.reading, self.preview.scroll_offset.y if self.reading else 0)

    async def revisit(self, visit: Visit) -> None:
        """Show what was shown at that time."""
        self.preview.back_to = visit.path, visit.line
        path = self.session.place_of(visit.path)
        if path and (self.subject is None or self.subject.path != path):
            await self.find_again(path)
        self.read(whole=visit.reading)

    async def find_again(self, path: str) -> None:
        """Put the cursor on a note that the list had."""
        rows = self.listing
        if isinstance(rows, RowList):
            wanted = frozenset(await self.rows_of([path]))
            await self.reload()
            rows.go_to_any(wanted)
