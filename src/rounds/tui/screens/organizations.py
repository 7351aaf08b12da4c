"""Organizations: clinics, groups and schools, with members, front desk and log."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Input

from rounds.errors import UsageError
from rounds.index.queries import organizations
from rounds.tui.actions import ORGANIZATIONS, bindings
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.phrases import clean
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import flow
from rounds.tui.widgets.tables import OrganizationList
from rounds.vault.note_files import add
from rounds.vault.set_properties import Setting
from rounds.vault.vault import NoteRecord

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_NONE = """\
No organizations yet.

Press n to add the first: a clinic, a group practice, a school. Partners who \
work there share its phone, fax and how it wants referrals."""


class AddOrganization(FormDialog):
    """A new organization."""

    SAVE = "add"

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session, "Add an organization")
        self.added = ""

    def fields(self) -> Fields:
        yield "Name", Input(id="name", placeholder="such as Rose City Pediatrics")
        yield "Phone", Input(id="phone", placeholder="such as 503-555-0110")
        yield "City", Input(id="city", placeholder="such as Portland")

    def act(self, vault: "Vault") -> str:
        name = self.text("name")
        if not name:
            raise UsageError("an organization needs a name", hint="Or press escape to leave.")
        given = {key: self.text(key) for key in ("phone", "city")}
        settings = [Setting(key, "=", text) for key, text in given.items() if text]
        self.added = add(vault, name, settings, kind="organization")
        return f"Added {clean(name)}."


class OrganizationsScreen(MainScreen):
    """The list of organizations, and a preview of the one under the cursor."""

    PLACE = ORGANIZATIONS
    UNCHOSEN = "Choose an organization first."
    BINDINGS = [*bindings(ORGANIZATIONS), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session)
        self._added = ""  # to go to once it's in the list

    def content(self) -> ComposeResult:
        yield OrganizationList(id="organizations")

    @property
    def listing(self) -> OrganizationList:
        return self.query_one(OrganizationList)

    @property
    def entry(self) -> NoteRecord | None:
        return self.listing.entry

    async def reload(self) -> None:
        found = await self.session.read(lambda vault: vault.ask(organizations))
        self.explain_empty("" if found else _NONE)
        self.listing.follow(self.session.place_of)
        self.listing.show(found)
        if self._added and self.listing.go_to(self._added):
            self._added = ""
        self.show_preview()

    @flow
    async def action_organization(self) -> None:
        form = AddOrganization(self.session)
        if await self.ask(form):
            self._added = form.added
