"""Problems: where, what, and what to do about it."""

from collections.abc import Sequence

from textual.content import Content

from rounds.domain.problem import Problem
from rounds.tui.widgets.rowlist import RowList
from rounds.tui.words import clean


class ProblemList(RowList):
    """Problems on three lines each: the place, what is wrong, and the hint."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._problems: Sequence[Problem] = ()

    @property
    def problem(self) -> Problem | None:
        """The one under the cursor."""
        return self._problems[self.cursor] if 0 <= self.cursor < len(self._problems) else None

    def show(self, problems: Sequence[Problem]) -> None:
        """Show these; the cursor stays on its problem."""
        self._problems = problems
        self.set_rows([(p.path, p.message) for p in problems], [4] * len(problems))

    def lit(self, index: int, line: int) -> bool:  # noqa: ARG002 - all rows are alike
        return line < 3

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - the list cuts what is longer
        problem = self._problems[index]
        mark = ("▌ " if index == self.cursor and line < 3 else "  ", "$accent")
        if line == 0:
            where = f"{clean(problem.path)}:{problem.line}:{problem.column}"
            return Content.assemble(mark, (where, "bold"), (f"  {problem.level}", "$foreground-muted"))
        if line == 1:
            return Content.assemble(mark, clean(problem.message))
        return Content.assemble(mark, (clean(problem.hint), "$foreground-muted")) if line == 2 else Content("")
