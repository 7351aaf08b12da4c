"""Parts of forms: a choice that can be typed, a day in words, a text of several lines; a paragraph, a preview."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.style import Style as ContentStyle
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea
from textual.widgets.text_area import TextAreaTheme

from rounds.domain.folding import fold
from rounds.domain.phrases import full_day
from rounds.errors import DateError
from rounds.notes.dates import parse_moment
from rounds.tui.jobs import in_thread
from rounds.tui.textual_compat import has_suggestion

if TYPE_CHECKING:
    from rounds.tui.dialogs.client_marks import Marks

MANY = 14
"""Maximum number of listed choices."""


class _Completion(Suggester):
    """Completes a line, or the last member of a list, from choices."""

    def __init__(self, choices: Sequence[str], declined: Collection[str], *, many: bool) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._choices = choices
        self._declined = declined
        self._many = many

    async def get_suggestion(self, value: str) -> str | None:
        head, word = parted(value, many=self._many)
        begins = fitting(self._choices, word) if word and word.strip() not in self._declined else []
        return f"{head}{word}{begins[0][len(word) :]}" if begins else None


class _ChoiceField(Input):
    """A line where up and down go through choices; without any, to the field above or below.

    Attributes:
        many: it holds a comma-separated list; choices apply to the last member.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "turn(-1)", show=False),
        Binding("down", "turn(1)", show=False),
        Binding("tab", "go_on", show=False),
    ]

    def __init__(self, choices: Sequence[str], value: str, placeholder: str = "") -> None:
        super().__init__(value, placeholder=placeholder)
        self.many = False
        self.declined: set[str] = set()
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[str]) -> None:
        self.choices = tuple(choices)
        self.suggester = _Completion(self.choices, self.declined, many=self.many) if choices else None

    @property
    def parts(self) -> tuple[str, str]:
        """The text kept when a choice is inserted, and the text it replaces."""
        return parted(self.value, many=self.many)

    def action_go_on(self) -> None:
        """Accept the suggestion after the cursor, once, and go on to the next field."""
        typed = self.parts[1].strip()
        if has_suggestion(self) and self.cursor_position == len(self.value):
            self.declined.add(typed)
            self.action_cursor_right()
        self.screen.focus_next()

    def put(self, choice: str) -> None:
        """Insert a choice."""
        self.value = self.parts[0] + choice
        self.cursor_position = len(self.value)

    def action_turn(self, step: int) -> None:
        """Insert the next choice, or the first that starts with the typed text."""
        if not self.choices:
            (self.screen.focus_next if step > 0 else self.screen.focus_previous)()
            return
        word = self.parts[1]
        if word in self.choices:
            place = (self.choices.index(word) + step) % len(self.choices)
        else:
            begins = [self.choices.index(name) for name in fitting(self.choices, word)]
            place = begins[0] if begins and word else (0 if step > 0 else -1)
        self.put(self.choices[place])


def parted(typed: str, *, many: bool) -> tuple[str, str]:
    """A list's text before its last member, and that member; without `many`, an empty text and all of it."""
    word = (typed.rpartition(",")[2] if many else typed).lstrip()
    return typed[: len(typed) - len(word)], word


def fitting(choices: Sequence[str], typed: str) -> list[str]:
    """The choices that start with the typed text."""
    return [name for name in choices if fold(name).startswith(fold(typed))]


class Choice(Vertical):
    """A line with completion from choices, which are listed below it. Any other text is allowed too.

    Up and down go through the choices; right, tab and enter accept the completion.
    """

    DEFAULT_CSS = """
    Choice { height: auto; }
    Choice > Static { height: auto; max-height: 3; padding: 0 0 0 2; }
    """

    def __init__(
        self,
        choices: Sequence[str] = (),
        value: str = "",
        *,
        complete: bool = False,
        listed: bool = True,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """Create the field.

        Args:
            complete: whether an unambiguous beginning counts as the choice.
            listed: whether the choices are shown below; with many fields, that would take too much room.
        """
        super().__init__(id=id)
        self.input = _ChoiceField(choices, value, placeholder)
        self.complete = complete
        self.listed = listed
        self._below = Static(markup=False)

    def compose(self) -> ComposeResult:
        yield self.input
        yield self._below

    @property
    def value(self) -> str:
        """The typed or chosen text."""
        typed = self.input.value.strip()
        begins = fitting(self.input.choices, typed)
        return begins[0] if self.complete and typed and len(begins) == 1 else typed

    def take_completion(self) -> bool:
        """Complete the only choice that starts with the typed text, once: undoing that keeps the typed text.

        Returns:
            Whether the text changed.
        """
        typed = self.input.parts[1].strip()
        begins = fitting(self.input.choices, typed)
        if not typed or typed in self.input.declined or len(begins) != 1 or begins[0] == typed:
            return False
        self.input.declined.add(typed)
        self.input.put(begins[0])
        return True

    def on_descendant_blur(self) -> None:
        self.take_completion()

    async def on_click(self, event: events.Click) -> None:
        """Take the choice that was clicked."""
        if (choice := event.style.meta.get(_CHOICE)) is not None:
            self.screen.set_focus(self.input)
            self.input.put(str(choice))

    def set_choices(self, choices: Sequence[str], value: str, *, many: bool = False) -> None:
        """Set other choices and another value; `many` makes it a list."""
        self.input.many = many
        self.input.set_choices(choices)
        self.input.value = value
        self.input.cursor_position = len(value)
        self._show_below()

    def offer(self, choices: Sequence[str]) -> None:
        """Set other choices; text and selection stay."""
        self.input.set_choices(choices)
        self._show_below()

    def on_mount(self) -> None:
        self._show_below()

    def on_input_changed(self) -> None:
        self._show_below()

    @property
    def _room(self) -> int:
        """Cells for the listed choices: three lines, less the unused cells at their ends."""
        return 3 * (max(self.size.width - 2, 20) - 6)

    def on_resize(self) -> None:
        self._show_below()

    def _show_below(self) -> None:
        self._below.update(offered(self.input.choices, self.input.parts[1], self._room))
        self._below.display = self.listed and bool(self.input.choices)


def offered(choices: Sequence[str], typed: str, room: int) -> Content:
    """As many choices as fit, as chips to click, the typed one marked; if too many, those that begin with the text."""
    key = fold(typed)
    few = choices
    tight = len(_shown(choices, room)) < len(choices) and key not in map(fold, choices)
    if key and (tight or len(choices) > MANY):
        few = fitting(choices, typed) or choices
    shown = _shown(few, room)
    chips = [_chip(name, is_typed=fold(name) == key) for name in shown]
    return Content(CHIP_GAP).join([*chips, *([Content("…")] if len(few) > len(shown) else [])])


def _chip(name: str, *, is_typed: bool) -> Content:
    words = Content.styled(f"✓ {name}", "bold") if is_typed else Content.styled(name, "$foreground-muted")
    return words.stylize(ContentStyle.from_meta({_CHOICE: name}))


CHIP_GAP = "   "
"""Space between two choices."""

_CHOICE = "choice"
"""Name of the style's meta data that says which choice a click takes."""


def _shown(choices: Sequence[str], room: int) -> Sequence[str]:
    fit = sum(end <= room for end in accumulate(len(name) + len(CHIP_GAP) for name in choices[:MANY]))
    return choices[: max(fit, 1)]


class Day(Choice):
    """A day in words, its date, and choices if there are any; or a month to pick it from.

    Attributes:
        dated: whether it holds a day now, not another choice.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o", "pick", show=False)]

    def __init__(
        self,
        value: str,
        today: Callable[[], date],
        *,
        past: bool = False,
        timed: bool = False,
        choices: Sequence[str] = (),
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """Create the field.

        Args:
            today: returns the day that words count from.
            past: whether a weekday is the last one, not the next.
            timed: whether a time is allowed too.
        """
        super().__init__(choices, value, placeholder=placeholder, id=id)
        self._today = today
        self._past = past
        self._timed = timed
        self.dated = True

    @property
    def hint(self) -> tuple[str, str] | None:
        """The field's own key, and what it does."""
        return ("ctrl+o", "month") if self.dated else None

    def _show_below(self) -> None:
        if self.dated and not self.listed:
            self._below.display = False
        elif self.dated:
            # As a callable: a worker replaced before it starts leaves no coroutine behind.
            self.run_worker(self._explain, exclusive=True)  # type: ignore[arg-type]
        else:
            super()._show_below()

    async def on_click(self, event: events.Click) -> None:
        """Take the choice that was clicked; open the month on a click on the date."""
        await super().on_click(event)
        if event.widget is self._below and _CHOICE not in event.style.meta:
            await self.action_pick()

    async def action_pick(self) -> None:
        """Pick the day from a month; a typed time stays."""
        from rounds.tui.dialogs.day import DayPicker

        if not self.dated:
            return
        today = self._today()
        try:
            day, at = await in_thread(partial(parse_moment, self.value, today=today, past=self._past))
        except DateError:
            day, at = today, None
        clock = f" {at:%H:%M}" if at and self._timed else ""

        def taken(chosen: date | None) -> None:
            if chosen is not None:
                self.input.put(f"{chosen}{clock}")

        self.app.push_screen(DayPicker(day, today), taken)

    async def _explain(self) -> None:
        words = ""
        if self.value:
            try:
                read = partial(parse_moment, self.value, today=self._today(), past=self._past)
                day, at = await in_thread(read)
                words = f"{full_day(day)} {at:%H:%M}" if at and self._timed else full_day(day)
            except DateError:
                words = "…"
        lines = [Content.styled(words, "$foreground-muted")]
        if self.input.choices:
            lines.append(offered(self.input.choices, self.input.parts[1], self._room))
        self._below.display = True
        self._below.update(Content("\n").join(lines))


class Words(TextArea):
    """A text of several lines. Enter saves the dialog, ctrl+j starts a new line.

    Attributes:
        marks: underlines what looks like client information.
    """

    hint: tuple[str, str] | None = ("ctrl+j", "new line")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.save", show=False, priority=True),
        Binding("ctrl+j,shift+enter,alt+enter", "newline", show=False, priority=True),
    ]

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        self.marks: Marks | None = None
        super().__init__(
            text, id=id, soft_wrap=True, compact=True, show_line_numbers=False, highlight_cursor_line=False
        )

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        if self.marks is not None:
            self.marks.underline(line, self.text, len(self.get_text_range((0, 0), (line_index, 0))))
        return line

    def action_newline(self) -> None:
        self.insert("\n")


class Page(Words, inherit_bindings=False):
    """A text in Markdown that fills its place. Enter starts a new line; headings, code and lists are marked."""

    hint = None
    BINDINGS: ClassVar[list[BindingType]] = [*TextArea.BINDINGS]

    def on_mount(self) -> None:
        """Mark Markdown in bold and underlined only, so that it's readable in every theme."""
        styles = {"heading": Style(bold=True, underline=True), **dict.fromkeys(_MARKED, Style(bold=True))}
        self.register_theme(TextAreaTheme("rounds", syntax_styles=styles))
        self.theme = "rounds"
        self.language = "markdown"


_MARKED = ("heading.marker", "list.marker", "punctuation.special", "punctuation.delimiter")


def paragraph(words: str) -> tuple[str, Widget]:
    """Text across the whole width, as a row of a form."""
    return "", Static(words, classes="paragraph", markup=False)


def preview_box() -> Widget:
    """A scrolling text below the fields, hidden at first."""
    return VerticalScroll(Static(markup=False), id="draft", can_focus=False)
