"""Client information underlined while somebody types, with the reason below the fields."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from rounds.errors import RoundsError
from rounds.tui.phrases import clean
from rounds.tui.textual_compat import draw_again
from rounds.tui.widgets.fields import Day, Words

if TYPE_CHECKING:
    from rounds.domain.guard.guard import Finding
    from rounds.tui.dialogs.form import FormDialog
    from rounds.vault.client_guard import Added

SEEN = (
    "Nothing was written: the vault holds no client information.\nLeave the marked words out, or use the client's code."
)
"""What a form says about the words that it marks after a save."""

Field: TypeAlias = "Input | Words"


class Marks(Highlighter):
    """What was found in the text of a field. The places move with the text; one that is edited goes."""

    def __init__(self, style: Callable[[str], Style]) -> None:
        """Create it for a field.

        Args:
            style: of a level.
        """
        self._style = style
        self._text = ""
        self._found: list[Finding] = []

    def put(self, text: str, found: "Iterable[Finding]") -> bool:
        """Take what was found in a text; False if that is what was known."""
        found = list(found)
        same = self.of(text) == found
        self._text, self._found = text, found
        return not same

    def of(self, text: str) -> "list[Finding]":
        """What was found, at its places in the current text."""
        if self._found and text != self._text:
            more = len(text) - len(self._text)
            start = _same(self._text, text)
            end = max(len(self._text) - _same(self._text[::-1], text[::-1]), start)
            before = [each for each in self._found if each.end <= start]
            after = [each for each in self._found if each.start >= end and each.end > start]
            moved = [each._replace(start=each.start + more, end=each.end + more) for each in after]
            self._text, self._found = text, before + moved
        return self._found

    def highlight(self, text: Text) -> None:
        """Underline what was found in an input."""
        self.underline(text, text.plain, 0)

    def underline(self, line: Text, text: str, offset: int) -> None:
        """Underline what was found in a line that begins at an offset of the text."""
        for each in self.of(text):
            line.stylize(self._style(each.level), max(each.start - offset, 0), max(each.end - offset, 0))


class ClientMarks(Static):
    """The line below the fields of a form: it looks at their text after a pause, and says what was found and why.

    An error is bold and begins with `!`. A warning begins with `?`. So they differ without colors too.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"client--error", "client--warning"}

    def __init__(self, form: "FormDialog") -> None:
        super().__init__(id="marks", markup=False)
        self._form = form
        self._timer: Timer | None = None
        self._marks: dict[Field, Marks] = {}
        self._said = Content("")

    def on_mount(self) -> None:
        self.soon()

    def on_resize(self) -> None:
        self._say()

    def soon(self) -> None:
        """Look at the text after a pause."""
        if self._marks:
            self._say()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(self._form.session.delays.guard, self._start)

    def _start(self) -> None:
        # As a callable: a worker replaced before it starts leaves no coroutine behind.
        self.run_worker(self._look, group="client", exclusive=True)  # type: ignore[arg-type]

    async def _look(self) -> None:
        """Look in a thread; an answer about text that has changed since is dropped."""
        from rounds.vault.client_guard import look_at

        form, fields = self._form, list(self._fields())
        begun = [(field, text, form.beginning(name)) for name, field, text in fields]
        lines = [f"{start}{line}" for _, text, start in begun for line in text.split("\n")]
        given = {start[:-2]: text for _, text, start in begun if start.endswith(": ")}
        if not any(text for _, text, _ in begun):
            return
        try:
            found = iter(await form.session.read(lambda vault: look_at(vault, form.path, lines, given)))
        except RoundsError:  # saving says what is wrong
            return
        if fields == list(self._fields()):
            for field, text, start in begun:
                self._put(field, text, list(_placed(text, [next(found) for _ in text.split("\n")], len(start))))
            self._say()

    def _fields(self) -> Iterator[tuple[str, Field, str]]:
        """The name of each field whose words may go into a note, the field and its text."""
        for field in self._form.query("Input, Words").results():
            outer = field.parent
            if isinstance(outer, Day) and outer.dated:
                continue
            if isinstance(field, Input | Words):
                name = field.id or (outer.id if outer is not None else "") or ""
                yield name, field, _text_of(field)

    def _put(self, field: Field, text: str, found: "Sequence[Finding]") -> None:
        marks = self._marks.get(field)
        if marks is None:
            if not found:
                return
            marks = self._marks[field] = Marks(self._style)
            if isinstance(field, Words):
                field.marks = marks
            else:
                field.highlighter = marks
        if marks.put(text, found):
            draw_again(field)

    def _style(self, level: str) -> Style:
        return self.get_component_rich_style(f"client--{level}", partial=True)

    def _say(self) -> None:
        """Show the first finding, errors before warnings."""
        attached = [(field, marks) for field, marks in self._marks.items() if field.is_attached]
        found = [each for field, marks in attached for each in marks.of(_text_of(field))]
        found.sort(key=lambda each: each.level != "error")
        said = _in_words(found, self.content_size.width) if found else Content("")
        if said != self._said:
            self._said = said
            self.update(said)

    def go_to(self, added: "Sequence[Added]") -> bool:
        """Underline what a save has found, with the first of it selected; False if no field has it."""
        found = [each for line in added for each in line.findings]
        first = True
        for _, field, text in self._fields():
            here = [
                each._replace(start=place, end=place + len(each.text))
                for each in found
                if (place := text.find(each.text)) >= 0
            ]
            self._put(field, text, here)
            if here and first:
                first = False
                self._select(field, text, here[0])
        self._say()
        return not first

    def _select(self, field: Field, text: str, found: "Finding") -> None:
        self.screen.set_focus(field)
        if isinstance(field, Words):
            places = [(text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1) for at in (found.start, found.end)]
            field.selection = type(field.selection)(*places)
        else:
            field.selection = type(field.selection)(found.start, found.end)


def _text_of(field: Field) -> str:
    return field.value if isinstance(field, Input) else field.text


def _same(one: str, other: str) -> int:
    """How many characters are the same at the start of two texts."""
    differs = (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])
    return next(differs, min(len(one), len(other)))


def _placed(text: str, found: "Iterable[Sequence[Finding]]", beginning: int) -> "Iterator[Finding]":
    """The findings of each line, at their places in the text of a field; a whole line only if it has no other."""
    offset = 0
    for line, findings in zip(text.split("\n"), found, strict=True):
        for each in [each for each in findings if each.neutral] or findings[:1]:
            start, end = (offset + max(at - beginning, 0) for at in (each.start, each.end))
            yield each._replace(start=start, end=end)
        offset += len(line) + 1


def _in_words(found: "Sequence[Finding]", width: int) -> Content:
    """The first finding in a line, in the longest words that fit: what, why, what to do, and how many more."""
    first, error = found[0], found[0].level == "error"
    more = f", {len(found) - 1} more" if len(found) > 1 else ""
    why = first.why.removeprefix("this ")
    what, _, because = why.partition(" (because of ")
    quoted = f'"{clean(first.text)}" ' if first.neutral else "This "
    brief = f"{what[:1].upper()}{what[1:]}"
    signs = f" ({because}" if because else ""
    ways = [
        f"{quoted}{why}{more}. {first.how}",
        f"{quoted}{why}{more}",
        f"{quoted}{what}{signs}{more}",
        f"{brief}{signs}{more}",
        f"{quoted}{what}{more}",
        f"{brief}{more}",
    ]
    words = next((way for way in ways if len(way) <= width - 2), ways[-1])
    style = "bold $text-error" if error else "$text-warning"
    return Content.styled(f"{'!' if error else '?'} {words}", style).truncate(max(width, 1), ellipsis=True)
