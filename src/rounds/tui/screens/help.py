"""The keys of a place, made from the action table."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.tui.actions import DIALOG, MOVING, PLACES, actions_of
from rounds.tui.screens.sheet import Sheet
from rounds.tui.widgets.prose import hanging

_KEYS = 20


class Help(Sheet):
    """All keys; any of the keys that opened it closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1", "dismiss", show=False)]

    def __init__(self, place: str, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._place = place
        self._keys = keys

    def lines(self, width: int) -> Iterator[Content]:
        yield Content.assemble((PLACES[self._place], "bold $accent"), ("  escape closes this", "$foreground-muted"))
        table = [(action.shown_keys, action.title) for action in actions_of(self._place, self._keys)]
        groups = (("", [(keys or "ctrl+p", title) for keys, title in table]),
                  ("Moving", MOVING), ("In a dialog", DIALOG))  # fmt: skip
        for heading, pairs in groups:
            yield Content.styled(heading, "bold $accent")
            for keys, words in pairs:
                key = Content.styled(keys, "bold").truncate(min(_KEYS, width // 2), pad=True)
                yield from hanging(key + Content("  "), Content(words), width)
            yield Content("")
