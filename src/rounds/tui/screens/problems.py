"""Problems: the error, its file, and the editor at that place."""

from textual.app import ComposeResult

from rounds.tui.actions import PROBLEMS, bindings
from rounds.tui.phrases import note_name
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import Selection
from rounds.tui.widgets.lists import ProblemList

_NONE = """\
Every note can be read.

When something in a file needs fixing, it is listed here with its place and what to do about it."""


class ProblemsScreen(MainScreen):
    """The list of problems."""

    PLACE = PROBLEMS
    UNCHOSEN = "There is no problem to fix."
    BINDINGS = [*bindings(PROBLEMS), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def content(self) -> ComposeResult:
        yield ProblemList(id="problems")

    @property
    def listing(self) -> ProblemList:
        return self.query_one(ProblemList)

    @property
    def subject(self) -> Selection | None:
        problem = self.listing.item
        if problem is None:
            return None
        return Selection(problem.path, note_name(problem.path), problem.line, problem.column)

    async def reload(self) -> None:
        problems = self.session.agenda.problems
        self.explain_empty("" if problems else _NONE)
        self.listing.show(problems)

    def show_preview(self) -> None:
        """Problems have no preview: the place in the file is what matters."""

    def action_mend(self) -> None:
        self.action_edit()

    def action_read(self) -> None:
        self.action_edit()
