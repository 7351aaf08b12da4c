"""Stages: a board with a column for each stage. Arrows move the cursor; other keys move a card."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from rounds.domain.partner_referral_release import STAGES
from rounds.tui.actions import BOARD, bindings
from rounds.tui.phrases import clean, no_stage
from rounds.tui.screens.main_screen import PartnerRowsScreen
from rounds.tui.widgets.board import Board, StageColumn
from rounds.tui.widgets.tables import Row, keys_near, partner_rows
from rounds.vault.list_search import by_stage
from rounds.vault.set_properties import Setting, set_properties
from rounds.vault.vault import NoteRecord

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_NOBODY = """\
Nobody is in your network yet.

Press n to add the first partner. From found to contacted, met and active, > moves \
them on, and < back; where nothing comes of it, they can rest."""


class StagesScreen(PartnerRowsScreen):
    """The board. It has no preview: seeing many columns matters more.

    Attributes:
        busy: a card is being moved; the next key waits.
    """

    PLACE = BOARD
    BINDINGS = [  # noqa: RUF012 - Textual's own way
        *bindings(BOARD), ("escape", "back"), ("left", "column(-1)"), ("right", "column(1)"),
    ]  # fmt: skip

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session)
        self.busy = False
        self._more = 0  # stages to move the card by after that
        self.columns = tuple(StageColumn(stage) for stage in STAGES)
        self._current = self.columns[0]

    def content(self) -> ComposeResult:
        yield Board(self.columns, id="board")

    @property
    def listing(self) -> StageColumn:
        """The column with the focus."""
        return self._current

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, StageColumn):
            self._current = event.widget

    @property
    def entry(self) -> NoteRecord | None:
        row = self.listing.row
        return row.entry if row else None

    def action_column(self, step: int) -> None:
        """Go to the next column, at the same height if it has cards there; stop at the last column."""
        here, place = self.listing, self.columns.index(self.listing) + step
        if 0 <= place < len(self.columns):
            there = self.columns[place]
            down = max(here.cursor, 0) - here.in_sight.start
            there.cursor = min(there.in_sight.start + down, there.count - 1)
            self.set_focus(there)

    # The cards --------------------------------------------------------------------------------------------------

    async def reload(self) -> None:
        today = self.session.agenda.today
        held = {column.stage: (column.identity, column.in_sight) for column in self.columns}

        def find(vault: "Vault") -> tuple[dict[str, list[int]], dict[int, Row]]:
            return vault.ask(lambda _: read(vault))  # keys and rows from the same index state

        def read(vault: "Vault") -> tuple[dict[str, list[int]], dict[int, Row]]:
            found = by_stage(vault)
            near = [key for stage, keys in found.items() for key in keys_near(keys, *held[stage])]
            return found, partner_rows(vault, near, today)

        found, rows = await self.session.read(find)
        self.explain_empty("" if any(found.values()) else _NOBODY)
        for column in self.columns:
            keys = found[column.stage]
            column.show(keys, {key: rows[key] for key in keys if key in rows})
        self.query_one(Board).mark()
        self.show_preview()

    def supply(self, rows: dict[int, Row], wanted: Sequence[int]) -> None:
        for column in self.columns:
            column.supply(rows, wanted)

    # Moving cards -----------------------------------------------------------------------------------------------

    def action_forward(self) -> None:
        self._move(1)

    def action_backward(self) -> None:
        self._move(-1)

    def _move(self, step: int) -> None:
        """Move the card under the cursor by this many stages, and the cursor with it."""
        entry, place = self.entry, self.columns.index(self.listing)
        if self.busy:
            self._more += step  # a slow disk: the key has waited for its time limit
        elif entry is None:
            self.tell(self.UNCHOSEN)
        elif 0 <= place + step < len(self.columns):
            self.busy, self._more = True, 0
            self.start(self._move_on, entry, place, step, group="move")

    async def _move_on(self, entry: NoteRecord, place: int, step: int) -> None:
        """Move a card, and again for keys pressed meanwhile."""
        seen = entry.properties.get("stage")
        try:
            while step:
                place = min(max(place + step, 0), len(self.columns) - 1)
                self._more = 0
                await self._set_stage(entry, self.columns[place], seen)
                if strange := no_stage(seen):
                    self.tell(f'It was "{strange}", which isn\'t a stage. u takes that back.')
                seen, step = self.columns[place].stage, self._more
        finally:
            self.busy = False

    async def _set_stage(self, entry: NoteRecord, column: StageColumn, seen: object) -> None:
        setting = Setting("stage", "=", column.stage)
        await self.session.write(
            entry.path, lambda vault: set_properties(vault, entry.path, [setting], seen={"stage": seen})
        )
        await self.reload()
        self.set_focus(column)
        column.go_to(entry.key)
        self.tell(f"{clean(entry.name)}: stage is now {column.stage}.")
