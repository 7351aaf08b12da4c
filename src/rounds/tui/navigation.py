"""Going from screen to screen, and back."""

from typing import TYPE_CHECKING

from textual.app import App

from rounds.tui.actions import PARTNERS
from rounds.tui.messages import PartnerAdded, ShowNote, ShowPartners
from rounds.tui.visited import Visit

if TYPE_CHECKING:
    from rounds.tui.screens.main_screen import MainScreen
    from rounds.tui.session import VaultSession


class NavigatingApp(App[None]):
    """An app with several screens and one history for all of them."""

    session: "VaultSession"

    def screen_of(self, place: str) -> "MainScreen":
        """A screen, created when first needed."""
        raise NotImplementedError

    def _remember_place(self) -> None:
        """Remember what is in sight, before something else is shown."""
        here = getattr(self.screen, "visit", None)
        if isinstance(here, Visit):
            self.session.visited.add(here)

    async def action_go(self, place: str) -> None:
        """Show another screen."""
        self._remember_place()
        await self.switch_mode(place)

    async def action_return(self) -> None:
        """Go back to the place before this one."""
        here = getattr(self.screen, "visit", None)
        if isinstance(here, Visit) and (visit := self.session.visited.last(here)) is not None:
            await self._show(visit)

    async def _show(self, visit: Visit) -> None:
        await self.switch_mode(visit.place)
        screen = self.screen_of(visit.place)
        screen.start(screen.revisit, visit, group="revisit")

    async def action_filter(self) -> None:
        """Type a filter, from any screen."""
        self._remember_place()
        await self.switch_mode(PARTNERS)
        from rounds.tui.screens.partners import PartnersScreen

        partners = self.screen_of(PARTNERS)
        if isinstance(partners, PartnersScreen):
            partners.focus_filter()

    def on_partner_added(self, event: PartnerAdded) -> None:
        self.on_show_partners(ShowPartners(path=event.path))

    def on_show_partners(self, event: ShowPartners) -> None:
        from rounds.tui.screens.partners import PartnersScreen

        self._remember_place()
        self.switch_mode(PARTNERS)
        partners = self.screen_of(PARTNERS)
        if isinstance(partners, PartnersScreen):
            show, what = (partners.go_to, event.path) if event.path else (partners.show_only, event.query)
            self.call_after_refresh(show, what)

    async def on_show_note(self, event: ShowNote) -> None:
        self._remember_place()
        await self._show(Visit(event.place, event.path, reading=True))
