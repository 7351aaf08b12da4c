"""TextDialog: a scrolling text over the screen, such as the keys; and messages with keys to answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from rounds.notes.plain_text import escape_controls
from rounds.tui.actions import DIALOG, FILTER, MOVING, READING, SCREENS, actions_of
from rounds.tui.phrases import clean
from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.prose import hanging, prose, without_own_sections

_KEYS = 20

Pairs = Sequence[tuple[str, str]]
"""Keys, and what they do."""


class TextDialog(ErrorGuard, ModalScreen[str]):
    """Subclasses provide the lines for a width. The result is that of the key that closed it, if it has one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def lines(self, width: int) -> Iterator[Content]:
        """The text, laid out for a width."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet"):
            yield Static(markup=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#sheet"))
        self.lay_out()

    def on_resize(self) -> None:
        self.call_after_refresh(self.lay_out)

    def action_scroll(self, step: int) -> None:
        self.query_one("#sheet").scroll_relative(y=step, animate=False)

    def lay_out(self) -> None:
        """Update the lines."""
        width = max(self.query_one("#sheet").scrollable_content_region.width, 24)
        self.query_one(Static).update(Content("\n").join(self.lines(width)))


class NoteSheet(TextDialog):
    """The text of a note that no screen lists, such as a role of the playbook."""

    def __init__(self, name: str, body: str) -> None:
        super().__init__()
        self._heading = name
        self._body = body

    def lines(self, width: int) -> Iterator[Content]:
        yield Content.assemble((clean(self._heading), "bold $accent"), ("  escape closes this", "$foreground-muted"))
        yield Content("")
        yield from prose(without_own_sections(self._body), width)


class Help(TextDialog):
    """Key help; any of the keys that opened it closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "dismiss", show=False)]

    def __init__(self, title: str, groups: Sequence[tuple[str, Pairs]]) -> None:
        """Create the dialog.

        Args:
            title: name of the focused widget.
            groups: a heading, and its keys with their meanings.
        """
        super().__init__()
        self._heading = title
        self._groups = groups

    def lines(self, width: int) -> Iterator[Content]:
        yield Content.assemble((self._heading, "bold $accent"), ("  escape closes this", "$foreground-muted"))
        for heading, pairs in self._groups:
            yield Content.styled(heading, "bold $accent")
            for keys, words in pairs:
                key = Content.styled(keys, "bold").truncate(min(_KEYS, width // 3), pad=True)
                yield from hanging(key + Content("  "), Content(words), width)
            yield Content("")


def help_of(focused: Widget | None, place: str, keys: Mapping[str, str]) -> Help:
    """The keys of the focused widget, then those of its screen.

    Args:
        place: one of SCREENS; empty in a dialog.
        keys: key overrides by action ID, as in config.toml.
    """
    if not place:
        return Help("In a dialog", [("", DIALOG)])
    table = [(action.shown_keys or "ctrl+p", action.title) for action in actions_of(place, keys)]
    groups: list[tuple[str, Pairs]] = [("", table), ("Moving", MOVING), ("In a note", READING), ("In a dialog", DIALOG)]
    if isinstance(focused, Input):
        return Help("In the filter", [("", FILTER), (SCREENS[place], table), *groups[1:]])
    return Help(SCREENS[place], groups)


class MessageDialog(ModalScreen[str]):
    """A few sentences with keys to answer; the result is the answer's word.

    It may appear while somebody is typing, so no letter is an answer.
    """

    ANSWERS: ClassVar[tuple[tuple[str, str, str], ...]]
    """Key, what it does, and the answer's word."""

    def __init__(self, title: str, *paragraphs: str) -> None:
        super().__init__()
        self._heading = title
        self._paragraphs = paragraphs

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content.styled(self._heading, "bold"), id="title")
            for words in self._paragraphs:
                yield Static(Content(escape_controls(words)), classes="paragraph", markup=False)
            yield DialogBar([(key, words, f"answer('{word}')") for key, words, word in self.ANSWERS])

    def on_mount(self) -> None:
        bar = self.query_one(DialogBar)
        bar.can_focus = True
        self.set_focus(bar)

    def action_answer(self, word: str) -> None:
        self.dismiss(word)


class Mishap(MessageDialog):
    """Something failed; the program goes on."""

    ANSWERS = (("enter", "go on", "on"), ("ctrl+q", "quit", "quit"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape", "answer('on')", show=False)]


class Offer(MessageDialog):
    """A form was left unsaved when the program ended."""

    ANSWERS = (("enter", "open it", "open"), ("delete", "let it go", "drop"), ("escape", "not now", "keep"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer('open')", show=False),
        Binding("delete", "answer('drop')", show=False),
        Binding("escape", "answer('keep')", show=False),
    ]
