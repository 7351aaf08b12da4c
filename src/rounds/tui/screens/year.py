"""Year: charts of one year."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from rounds.exports.report import is_empty
from rounds.tui.actions import YEAR, bindings
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import flow
from rounds.tui.widgets.charts import Year, YearPlot
from rounds.vault.list_search import by_stage
from rounds.vault.month_suggestions_year_report import touches_by_week, year_report

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_NONE = """\
Nothing is recorded for {year}.

Touches that you log, referrals, and partners you contact for the first \
time add up here, by week and by month.

Left and right go to the year before and after."""


class YearScreen(MainScreen):
    """The charts of one year."""

    PLACE = YEAR
    BINDINGS = [*bindings(YEAR), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session)
        self._back = 0  # years before the current one

    def content(self) -> ComposeResult:
        yield YearPlot(id="year")

    @property
    def listing(self) -> YearPlot:
        return self.query_one(YearPlot)

    async def reload(self) -> None:
        wanted = max(self.session.agenda.today.year - self._back, 1)

        def read(vault: "Vault") -> Year:
            stages = {stage: len(keys) for stage, keys in by_stage(vault).items()}
            return Year(year_report(vault, wanted), touches_by_week(vault, wanted), stages)

        year = await self.session.read(read, "Reading the year")
        nothing = is_empty(year.report) and not any(year.weeks)
        self.explain_empty(_NONE.format(year=wanted) if nothing else "")
        self.listing.show(year)

    def action_earlier(self) -> None:
        """Show the year before."""
        self._turn(1)

    def action_further(self) -> None:
        """Show the year after, up to the current one."""
        self._turn(-1)

    @flow
    async def action_page(self) -> None:
        """Export the year shown as a page."""
        from rounds.tui.dialogs.exports import WriteYear

        await self.ask(WriteYear(self.session, max(self.session.agenda.today.year - self._back, 1)))

    def _turn(self, years: int) -> None:
        if 0 <= self._back + years < self.session.agenda.today.year:
            self._back += years
            self.start(self.reload, group="reload")
        else:
            self.tell("This is the last year.")
