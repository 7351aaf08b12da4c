"""The list of problems: place, error, and fix."""

from collections.abc import Sequence

from textual.content import Content

from rounds.domain.problem import Problem
from rounds.tui.phrases import clean, here
from rounds.tui.widgets.rowlist import RowList


class ProblemList(RowList):
    """Problems with place, message and hint in full; a blank line separates them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._problems: Sequence[Problem] = ()
        self._wrapped: list[list[Content]] = []
        self._width = 0

    @property
    def problem(self) -> Problem | None:
        """The problem under the cursor."""
        return self._problems[self.cursor] if 0 <= self.cursor < len(self._problems) else None

    def show(self, problems: Sequence[Problem]) -> None:
        """Show these; the cursor stays on its problem."""
        self._problems = problems
        self._width = self.scrollable_content_region.width
        self._wrapped = [_wrapped(problem, max(self._width - 3, 20)) for problem in problems]
        self.set_rows([(p.path, p.message) for p in problems], [len(lines) + 1 for lines in self._wrapped])

    def on_resize(self) -> None:
        """Wrap again for another width."""
        if self._width != self.scrollable_content_region.width:
            self.show(self._problems)

    def lit(self, index: int, line: int) -> bool:
        return line < len(self._wrapped[index])

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - wrapped already
        if not self.lit(index, line):
            return Content("")
        mark = "▌ " if index == self.cursor else "  "
        return Content.styled(mark, "$accent") + self._wrapped[index][line]


def _wrapped(problem: Problem, width: int) -> list[Content]:
    where = f"{clean(problem.path)}:{problem.line}:{problem.column}"
    head = Content.assemble((where, "bold"), (f"  {problem.level}", "$foreground-muted"))
    hint = Content.styled(clean(here(problem.hint)), "$foreground-muted").wrap(width) if problem.hint else []
    return [*head.wrap(width), *Content(clean(problem.message)).wrap(width), *hint]
