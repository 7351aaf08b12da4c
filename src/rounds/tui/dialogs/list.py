"""ListDialog: a short list to choose from, with a key for each action on the item under the cursor."""

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.bars import DialogBar

T = TypeVar("T")

CHOOSE: Mapping[str, str] = {"enter": "choose"}


class Options(OptionList):
    """Rows where a click only moves the cursor, as everywhere, and a double click chooses."""

    def on_click(self, event: events.Click) -> None:
        event.prevent_default()
        place = event.style.meta.get("option")
        if place is not None:
            self.highlighted = place
            if event.chain == 2:
                self.action_select()


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


class ListDialog(ErrorGuard, ModalScreen[tuple[str, T | None]], Generic[T]):
    """A list of items. The result is the pressed key and the item under the cursor, None in an empty list."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's own way
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]
    LEAVE: ClassVar[str] = "leave"

    def __init__(
        self, title: str | Content, rows: Sequence[tuple[T, Content]], keys: Mapping[str, str] = CHOOSE, *,
        about: str = "", empty: str = "", alone: Collection[str] = (), note: str = "",
    ) -> None:  # fmt: skip
        """Create the list.

        Args:
            title, about: heading, in bold if it's a text, and the subject after it.
            rows: items with their text; an item None is a heading.
            keys: what each key does; enter is one of them.
            empty: text shown without rows.
            alone: keys that work without a row.
            note: text below the list.
        """
        super().__init__()
        bold = title if isinstance(title, Content) else Content.styled(title, "bold")
        self._heading = Content.assemble(bold, (f"  {about}" if about else "", "$foreground-muted"))
        self._rows = rows
        self._keys = {key: label for key, label in keys.items() if rows or key in alone}
        self._empty = empty
        self._note = note

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self._heading, id="title", markup=False)
            if not self._rows:
                yield Static(self._empty, classes="paragraph", markup=False)
            yield self.listing()
            if self._note:
                yield Static(self._note, id="note", markup=False)
            keys = [(key, label, f"end('{key}')") for key, label in self._keys.items()]
            yield KeyLines([*keys, ("escape", self.LEAVE, "dismiss(None)")])

    def listing(self) -> Widget:
        """The list itself."""
        return Options(*(Option(words, disabled=item is None) for item, words in self._rows), compact=True)

    @property
    def item(self) -> T | None:
        """The item under the cursor."""
        place = self.query_one(OptionList).highlighted
        return self._rows[place][0] if place is not None and self._rows else None

    def on_option_list_option_selected(self) -> None:
        self.action_end("enter")

    def on_key(self, event: events.Key) -> None:
        key = event.character if event.character in self._keys else event.key
        if key in self._keys:
            event.stop()
            self.action_end(key)

    def action_end(self, key: str) -> None:
        """Close with a key as the result."""
        self.dismiss((key, self.item))


class ChoiceList(ListDialog[T]):
    """A list with one line for each item, cut where it's too long."""


def choice(name: str, more: str = "") -> Content:
    """The line of an item, and more about it."""
    return Content.assemble(name, (f"  {more}" if more else "", "$foreground-muted"))


def block(name: str, beside: str, below: Sequence[str]) -> Content:
    """The lines of an item: its name, a word or two beside it, and more below."""
    lines = [Content.assemble((name, "bold"), f"  {beside}" if beside else "")]
    return Content("\n").join([*lines, *(Content.styled(line, "$foreground-muted") for line in below)])
