"""The key help of a screen or a dialog, made from the action table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from rounds.tui.actions import DIALOG, FILTER, MOVING, SCREENS, actions_of
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.widgets.prose import hanging

_KEYS = 20


Pairs = Sequence[tuple[str, str]]
"""Keys, and what they do."""


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
    groups: list[tuple[str, Pairs]] = [("", table), ("Moving", MOVING), ("In a dialog", DIALOG)]
    if isinstance(focused, Input):
        return Help("In the filter", [("", FILTER), (SCREENS[place], table), *groups[1:]])
    return Help(SCREENS[place], groups)
