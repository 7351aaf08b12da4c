"""Gaps: niches and roles without a partner, and where to look (guide, lines 1 to 4)."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from rounds.domain.gaps_introductions_suggestions import Cell
from rounds.domain.query.fields import fold
from rounds.tui.actions import GAPS, bindings
from rounds.tui.dialogs.add_partner import AddPartner
from rounds.tui.dialogs.form import Fields
from rounds.tui.messages import PartnerAdded, RowSelected, ShowPartners
from rounds.tui.phrases import clean
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import Selection, flow
from rounds.tui.widgets.fields import Choice
from rounds.tui.widgets.gapmap import GapMap
from rounds.vault.gaps_introductions_match import all_gaps
from rounds.vault.list_search import roles
from rounds.vault.practice import role_note

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_NONE = """\
No niche has roles yet.

Your own niches are named in Practice.md, under niches. A note for each in \
Playbook/Niches lists the roles that it needs, such as pediatrician.

Then this is a map of the people you know for each, and where to look for the others."""
_SOURCE = "a recommendation"
"""The source to write for a name from a former client, and no more (Playbook/Where partners come from)."""
_NO_NOTE = "There is no note for this role in Playbook/Roles."
_WHYS = {"why_they_need_us": "Why they need you", "why_we_need_them": "Why you need them"}


class FillGap(AddPartner):
    """A new partner for a role: where to look, and the mutual benefit (guide, lines 4 and 6)."""

    ASKED: ClassVar[tuple[str, ...]] = (*AddPartner.ASKED, "source")

    def __init__(self, session: "VaultSession", cell: Cell) -> None:
        super().__init__(session, role=cell.role.name)
        self.about = f"{clean(cell.role.name)}, {clean(cell.niche.name)}"
        self.subject = self.subject_of(cell)
        self._cell = cell

    @staticmethod
    def subject_of(cell: Cell) -> str:
        """The text that identifies the tile when the form is reopened."""
        return f"{cell.niche.name}/{cell.role.name}"

    def fields(self) -> Fields:
        yield "", Static(id="why", markup=False)
        yield from super().fields()
        yield "Found in", Choice([*(clean(each) for each in self._cell.role.where), _SOURCE], id="source")

    async def look_up(self) -> None:
        await super().look_up()
        note = await self.session.read(lambda vault: role_note(vault, self._cell.role.name))
        has = note.properties if note else {}
        parts = [("Where to look", "; ".join(map(clean, self._cell.role.where)))]
        parts += [(title, clean(has.get(key) or "")) for key, title in _WHYS.items()]
        lines = [Content.assemble((f"{title}: ", "$foreground-muted"), words) for title, words in parts if words]
        self.query_one("#why", Static).update(Content("\n").join(lines))


class GapsScreen(MainScreen):
    """The map of gaps; the role's note beside it if there is room."""

    PLACE = GAPS
    UNCHOSEN = "There is no role to look at."
    BINDINGS = [*bindings(GAPS), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def content(self) -> ComposeResult:
        yield GapMap(id="gaps")

    @property
    def listing(self) -> GapMap:
        return self.query_one(GapMap)

    @property
    def subject(self) -> Selection | None:
        cell = self.listing.cell
        return Selection(cell.role.path, cell.role.name) if cell and cell.role.path else None

    async def reload(self) -> None:
        found = await self.session.read(all_gaps)
        self.explain_empty("" if found.map else _NONE)
        self.listing.show(found.map)
        self.show_preview()

    async def _preview(self) -> None:
        if self.listing.cell and not self.subject:
            self.preview.show(None, _NO_NOTE)
        else:
            await super()._preview()

    def chosen(self) -> Selection | None:
        if self.listing.cell and not self.subject:
            self.tell(_NO_NOTE)
            return None
        return super().chosen()

    def action_read(self) -> None:
        if self.chosen():
            super().action_read()

    @flow
    async def action_fill(self) -> None:
        """Add a partner on an empty tile; on others, show the known partners."""
        cell = self.listing.cell
        if self.has_class("-reading"):
            self.action_read()
        elif cell is not None and cell.empty:
            form = FillGap(self.session, cell)
            if await self.ask(form):
                self.post_message(PartnerAdded(form.added))
        elif cell is not None:
            await self._show_known(cell)

    async def _show_known(self, cell: Cell) -> None:
        """Show the partners of a tile, using those names of its role that are in use."""

        def in_use(vault: "Vault") -> list[str]:
            known = roles(vault)
            return [name for name in dict.fromkeys((cell.role.name, *cell.role.names)) if fold(name) in known]

        names = await self.session.read(in_use)
        quoted = [name if name.replace("-", "").isalnum() else f'"{name}"' for name in names]
        self.post_message(ShowPartners(f"role:{','.join(quoted)}"))

    def on_row_selected(self, event: RowSelected) -> None:
        event.prevent_default()
        event.stop()
        self.action_fill()
