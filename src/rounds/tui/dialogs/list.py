"""Short lists to choose from, such as reminders or saved queries, and lists with an action per key."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.bars import DialogBar

T = TypeVar("T")


class Options(OptionList):
    """Rows where a click only moves the cursor, as everywhere, and a double click chooses."""

    def on_click(self, event: events.Click) -> None:
        event.prevent_default()
        place = event.style.meta.get("option")
        if place is not None:
            self.highlighted = place
            if event.chain == 2:
                self.action_select()


class Pick(ErrorGuard, ModalScreen[T], Generic[T]):
    """A short list; the result is the chosen item, or None."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's own way
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, choices: Sequence[tuple[T, str, str]], *, about: str = "") -> None:
        """Create the list.

        Args:
            title, about: heading in bold, and the subject after it.
            choices: item, label, and more about it.
        """
        super().__init__()
        self._heading = _heading(title, about)
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self._heading, id="title")
            lines = [Content.assemble(name, (f"  {more}" if more else "", "$foreground-muted"))
                     for _, name, more in self._choices]  # fmt: skip
            yield Options(*map(Option, lines), compact=True)
            yield DialogBar([("enter", "choose", "choose"), ("escape", "leave", "dismiss(None)")])

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index][0])


class KeyLines(DialogBar):
    """The keys on as many lines as they need."""

    DEFAULT_CSS = "KeyLines { height: auto; }"

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        lines: list[list[tuple[str, str, str]]] = [[]]
        for key in self._keys:
            if lines[-1] and self._line([*lines[-1], key]).cell_length > width:
                lines.append([])
            lines[-1].append(key)
        return [self._line(keys) for keys in lines]


class ActionList(ErrorGuard, ModalScreen[tuple[str, T | None]], Generic[T]):
    """A list of items of a few lines each, with keys for actions on them.

    The result is the key and the item under the cursor, None in an empty list.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's own way
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(
        self, title: str, about: str, rows: Sequence[tuple[T, str, str, Sequence[str]]], keys: Mapping[str, str],
        *, empty: str, alone: str = "", note: str = "",
    ) -> None:  # fmt: skip
        """Create the list.

        Args:
            title, about: heading in bold, and the subject after it.
            rows: item, name, a word or two beside it, and the lines below.
            keys: what each key does; enter is one of them.
            empty: text shown without rows.
            alone: keys that work without a row.
            note: text below the list.
        """
        super().__init__()
        self._heading = _heading(title, about)
        self._rows = rows
        self._keys = {key: label for key, label in keys.items() if rows or key in alone}
        self._empty = empty
        self._note = note

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self._heading, id="title", markup=False)
            if not self._rows:
                yield Static(self._empty, classes="paragraph", markup=False)
            yield Options(*(Option(_row(*row[1:])) for row in self._rows), compact=True)
            if self._note:
                yield Static(self._note, id="note", markup=False)
            keys = [(key, label, f"end('{key}')") for key, label in self._keys.items()]
            yield KeyLines([*keys, ("escape", "leave", "dismiss(None)")])

    def on_option_list_option_selected(self) -> None:
        self.action_end("enter")

    def on_key(self, event: events.Key) -> None:
        key = event.character if event.character in self._keys else event.key
        if key in self._keys:
            event.stop()
            self.action_end(key)

    def action_end(self, key: str) -> None:
        """Close with the pressed key as the result."""
        place = self.query_one(OptionList).highlighted
        self.dismiss((key, self._rows[place][0] if place is not None and self._rows else None))


def _heading(title: str, about: str) -> Content:
    return Content.assemble((title, "bold"), (f"  {about}" if about else "", "$foreground-muted"))


def _row(name: str, beside: str, below: Sequence[str]) -> Content:
    lines = [Content.assemble((name, "bold"), f"  {beside}" if beside else "")]
    return Content("\n").join([*lines, *(Content.styled(line, "$foreground-muted") for line in below)])
