"""Long text that is laid out as it scrolls, with links and a search."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from rounds.domain.folding import unaccented
from rounds.tui.messages import LinkFollowed
from rounds.tui.textual_compat import ErrorGuard, set_lines
from rounds.tui.widgets.prose import link_at, links_of

_HERE = "obsidian:"
"""A link to the note itself, which has a key of its own."""

AHEAD = 3
"""Screens of text that are laid out before they come into sight."""


class Place(NamedTuple):
    """Some characters of a line: a link or a hit of the search."""

    line: int
    start: int
    end: int
    target: str = ""


class ScrolledLines(ErrorGuard, ScrollView, can_focus=True, inherit_bindings=False):
    """Lines of text, drawn where they are in sight and laid out a few screens ahead.

    Attributes:
        follows: whether tab goes over the links.
    """

    DEFAULT_CSS = "ScrolledLines { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "by(-1)", show=False),
        Binding("down,j", "by(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home,g", "top", show=False),
        Binding("end,G", "bottom", show=False),
        Binding("tab", "link(1)", show=False),
        Binding("shift+tab", "link(-1)", show=False),
        Binding("enter", "follow", show=False),
    ]

    follows = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines: list[Content] = []
        self._rest: Iterator[Content] = iter(())
        self._left = 0
        self._link: Place | None = None
        self._hits: list[Place] = []
        self._hit = -1
        self._folded: tuple[str, list[tuple[int, int]]] | None = None

    # The text ---------------------------------------------------------------------------------------------------

    def set_text(self, lines: Iterable[Content], left: int = 0) -> None:
        """Show other lines; they are taken one by one as they come into sight. The scroll position stays.

        Args:
            left: cells left free before each.
        """
        self._lines, self._rest, self._left = [], iter(lines), left
        self._link, self._hits, self._hit, self._folded = None, [], -1, None
        self._load(self.scroll_offset.y)
        self.refresh()

    def _load(self, top: int) -> None:
        """Lay out what is in sight below this line, and some screens more."""
        wanted = int(top) + AHEAD * max(self.scrollable_content_region.height, 1)
        if wanted > len(self._lines) or not self.virtual_size.height:
            self._lines += islice(self._rest, max(wanted - len(self._lines), 0))
            set_lines(self, len(self._lines))

    def load_all(self) -> None:
        """Lay out everything."""
        self._lines += self._rest
        set_lines(self, len(self._lines))

    @property
    def text(self) -> str:
        """The lines that are laid out."""
        return "\n".join(line.plain for line in self._lines)

    # Scrolling --------------------------------------------------------------------------------------------------

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._load(int(new_value))

    def on_resize(self) -> None:
        self._load(self.scroll_offset.y)

    def action_by(self, lines: int) -> None:
        self.scroll_relative(y=lines, animate=False)

    def action_page(self, direction: int) -> None:
        """Scroll by a screen. At the end, space still doesn't go to the list, where it would tick off a reminder."""
        self.scroll_relative(y=direction * max(1, self.scrollable_content_region.height - 1), animate=False)

    def action_top(self) -> None:
        self.scroll_home(animate=False)

    def action_bottom(self) -> None:
        self.load_all()
        self.scroll_to(y=len(self._lines), animate=False, force=True)

    def scroll_to_line(self, line: int) -> None:
        """Put a line at the top."""
        self._load(line)
        self.scroll_to(y=line, animate=False, force=True)

    def _show(self, place: Place) -> None:
        """Scroll a place into sight, with some lines around it."""
        height = self.scrollable_content_region.height
        if not self.scroll_offset.y <= place.line < self.scroll_offset.y + height:
            self._load(place.line)
            self.scroll_to(y=max(place.line - height // 3, 0), animate=False, force=True)

    # Links ------------------------------------------------------------------------------------------------------

    def _links(self) -> Iterator[Place]:
        """The links of the laid out lines; one that goes on in the next line is one link."""
        before = ("", -1)
        for number, line in enumerate(self._lines):
            for start, end, target in links_of(line):
                if ((target, number) != before or line.plain[:start].strip()) and not target.startswith(_HERE):
                    yield Place(number, start, end, target)
                before = target, number + 1

    def action_link(self, step: int) -> None:
        """Select the next link, from the top of what is in sight."""
        if not self.follows:
            raise SkipAction
        if step > 0:
            self._load(self._link.line if self._link else self.scroll_offset.y)
        links = [*self._links()]
        if not links:
            raise SkipAction
        if self._link in links:
            place = links.index(self._link) + step
        else:
            top = Place(self.scroll_offset.y, 0, 0)
            place = bisect_right(links, top) - (step < 0)
        self._link = links[place % len(links)]
        self._show(self._link)
        self.refresh()

    @property
    def link(self) -> str:
        """Where the selected link leads; empty without one."""
        return self._link.target if self._link else ""

    def action_follow(self) -> None:
        """Follow the selected link; without one, enter is the screen's key."""
        if self._link is None:
            raise SkipAction
        self.post_message(LinkFollowed(self._link.target))

    def on_click(self, event: events.Click) -> None:
        if target := link_at(event.style.meta):
            event.stop()
            self.post_message(LinkFollowed(target))

    # The search -------------------------------------------------------------------------------------------------

    def search(self, words: str) -> int:
        """Mark all places with these words, ignoring case and accents, and go to the first one in sight or below.

        Returns:
            How many there are.
        """
        self.load_all()
        self._hits = [*self._found(" ".join(_folded(words).split()))] if words.strip() else []
        self._hit = bisect_right(self._hits, Place(self.scroll_offset.y, 0, 0)) - 1
        self.refresh()
        return len(self._hits)

    def next_hit(self, step: int) -> int:
        """Go to the next hit; returns its number, from 1, or 0 without one."""
        if not self._hits:
            return 0
        self._hit = (self._hit + step) % len(self._hits)
        self._show(self._hits[self._hit])
        self.refresh()
        return self._hit + 1

    @property
    def hits(self) -> int:
        """How many places the search has found."""
        return len(self._hits)

    def _found(self, words: str) -> Iterator[Place]:
        """The places of folded words, also where a line was wrapped between two of them."""
        text, places = self._folded = self._folded or _folded_lines(self._lines)
        at = -1
        while (at := text.find(words, at + 1)) >= 0:
            (line, start), (last, end) = places[at], places[at + len(words) - 1]
            yield Place(line, start, end + 1 if last == line else len(self._lines[line].plain))

    # Drawing ----------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        base = self.visual_style
        if number >= len(self._lines):
            return Strip.blank(width, base.rich_style)
        line = self._lines[number]
        for place in self._hits[bisect_right(self._hits, Place(number, -1, 0)) :]:
            if place.line > number:
                break
            is_current = 0 <= self._hit < len(self._hits) and place is self._hits[self._hit]
            line = line.stylize(Style(reverse=True, bold=is_current or None), place.start, place.end)
        if self._link is not None and self._link.line == number:
            line = line.stylize(Style(reverse=True), self._link.start, self._link.end)
        if (selected := self._selected(number)) is not None:
            line = line.stylize(Style.from_styles(self.screen.get_component_styles("screen--selection")), *selected)
        parsed = line.truncate(max(width - self._left, 1), ellipsis=True).render(base, "")
        strip = Strip([Segment(text, style.rich_style) for text, style in parsed]).apply_offsets(0, number)
        margin = [Segment(" " * self._left, base.rich_style)] if self._left else []
        return Strip([*margin, *strip]).adjust_cell_length(width, base.rich_style)

    def _selected(self, number: int) -> tuple[int, int] | None:
        """The characters of a line that are selected with the mouse."""
        span = self.text_selection.get_span(number) if self.text_selection is not None else None
        return (span[0], len(self._lines[number].plain) if span[1] < 0 else span[1]) if span is not None else None

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that is selected with the mouse."""
        return selection.extract(self.text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - Textual's own
        self.refresh()


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unaccented(text).lower()


def _folded_lines(lines: Iterable[Content]) -> tuple[str, list[tuple[int, int]]]:
    """Lines as one text, in small letters without accents, one blank between words; and the place of each letter."""
    letters, places = [""], [(0, 0)]
    for number, line in enumerate(lines):
        for column, letter in enumerate(f"{line.plain}\n"):
            for part in " " if letter.isspace() else _folded(letter):
                if part != " " or letters[-1] != " ":
                    letters.append(part)
                    places.append((number, column))
    return "".join(letters), places[1:]
