"""The list of Today: sections that can be folded, and the inbox."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Union

from textual.content import Content

from rounds.domain.phrases import kind_words
from rounds.domain.reminders.reminder import Reminder
from rounds.domain.reminders.sections import DUE, Section
from rounds.tui.phrases import answers, clean, count, day_name, what, when
from rounds.tui.widgets.rowlist import RowList, cursor_mark

if TYPE_CHECKING:
    from rounds.tui.agenda import Agenda
    from rounds.vault.inbox_lines import InboxItem

INBOX = "inbox"
"""Identity of the heading of the inbox."""

_NOTHING_DUE = "Nothing needs you today."

_NAME = 22  # cells of the name column
_WIDE = 60  # from this width on there are columns
_TIGHT = 46  # below this width, the task replaces the reason
_AHEAD = 10
"""Other rows that stay in sight below what is due; where they don't, reasons are left out."""

_INBOX_LINES = 5
"""Inbox lines shown at once."""

_Shown = Union[Reminder, "InboxItem", Section, str]
"""A row: a reminder, a line of the inbox, or a heading."""


class TodayList(RowList):
    """Sections of reminders that can be folded, and inbox lines. What is due has its reason on a second line, if there
    is room.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.folded: set[Section | str] = {Section.NO_HURRY}
        self._spaced = self._reasons = False
        self._shown: list[_Shown] = []
        self._places: list[Section | str] = []  # the section of each row
        self._agenda: Agenda | None = None

    @property
    def _row(self) -> "_Shown | None":
        return self.at_cursor(self._shown)

    @property
    def reminder(self) -> Reminder | None:
        """The reminder under the cursor."""
        return self._row if isinstance(self._row, Reminder) else None

    @property
    def thought(self) -> "InboxItem | None":
        """The inbox line under the cursor."""
        row = self._row
        return None if row is None or isinstance(row, Reminder | Section | str) else row

    @property
    def section(self) -> Section | str | None:
        """The section whose heading is under the cursor; INBOX for the inbox."""
        row = self._row
        return row if isinstance(row, Section | str) else None

    def show(self, agenda: "Agenda", undone: Collection[str] = (), acted: Hashable | None = None) -> None:
        """Show the agenda; the cursor stays on its row.

        Args:
            undone: paths of restored notes: the cursor goes to rows that are back, or else to any row about these
                notes.
            acted: the row just handled: the cursor doesn't follow it elsewhere.
        """
        known = frozenset(self.identities)
        self._agenda = agenda
        rows = [*self._rows(agenda)]
        identities = [identity for identity, _, _ in rows]
        self._shown, self._places = [row for _, row, _ in rows], [place for _, _, place in rows]
        self._measure()
        moved = acted is not None and acted == self.identity
        lost = self.identity is None or self.identity not in identities
        held = self._instead(acted, identities) if moved or lost else None
        self.set_rows(identities, [self._height(index) for index in range(len(rows))], held)
        if undone:
            self._go_back(undone, known)
        if known != {*identities} and all(map(self._is_head, range(self.cursor))):  # the first row, below its heading
            self._scroll(0)

    def _rows(self, agenda: "Agenda") -> "Iterator[tuple[Hashable | None, _Shown, Section | str]]":
        """Identity, content and section of each row: the inbox stands between what is due and what is ahead."""
        if not agenda.due:
            yield None, _NOTHING_DUE, ""
        for section in DUE:
            yield from self._of_section(section, agenda)
        if inbox := agenda.inbox[:_INBOX_LINES]:
            yield INBOX, INBOX, INBOX
            seen: Counter[str] = Counter()
            for line in inbox if INBOX not in self.folded else ():
                seen[line.text] += 1
                yield f"inbox {line.text} {seen[line.text]}", line, INBOX
        for section in agenda.sections:
            if section not in DUE:
                yield from self._of_section(section, agenda)

    def _of_section(self, section: Section, agenda: "Agenda") -> "Iterator[tuple[Hashable, _Shown, Section]]":
        found = agenda.sections.get(section, ())
        if found:
            yield section, section, section
        if section not in self.folded:
            yield from ((reminder.uid, reminder, section) for reminder in found)

    # Room -------------------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        """Choose between reasons with blank lines, reasons, and one line for each row, so that much is in sight."""
        room, heads = self.scrollable_content_region.height, sum(map(self._is_head, range(len(self._shown))))
        due = sum(map(self._is_due, range(len(self._shown))))
        self._reasons = due * 2 + min(len(self._shown) - due, _AHEAD) <= room
        self._spaced = self._reasons and len(self._shown) + due + heads - 1 <= room

    def _is_head(self, index: int) -> bool:
        return isinstance(self._shown[index], Section | str)

    def _is_due(self, index: int) -> bool:
        return self._places[index] in DUE and not self._is_head(index)

    def _height(self, index: int) -> int:
        row = self._shown[index]
        if not isinstance(row, Reminder):
            return 1 + (self._is_head(index) and index > 0 and self._spaced)
        if not self._is_due(index):
            return 1
        return 1 + (self._reasons or answers(row) is not None or self.room < _TIGHT)

    def _instead(self, acted: Hashable | None, identities: Sequence[Hashable | None]) -> Hashable | None:
        """The row to select after the handled one moved or went: the next that is still there, or the one before."""
        if acted is not None and acted in identities and identities.index(acted) == self.cursor:
            return None
        before, known = self.identities, {*identities} - {INBOX, acted}
        near = (*before[self.cursor + 1 :], *reversed(before[: max(self.cursor, 0)]), *identities)
        return next((each for each in near if isinstance(each, str) and each in known), None)

    def _go_back(self, undone: Collection[str], known: Collection[Hashable]) -> None:
        """Go to a row that an undo brought back, inbox lines first, or else to any row about its notes."""
        from rounds.vault.inbox import FILE

        rows = [
            (i, row) for i, row in zip(self.identities, self._shown, strict=True) if not isinstance(row, Section | str)
        ]
        about = [i for i, row in rows if row.path in undone]
        lines = [i for i, row in rows if FILE in undone and not isinstance(row, Reminder)]
        back = [[i for i in some if i not in known] for some in (lines, about)]
        self.go_to_any(next(filter(None, back), about))

    def on_resize(self) -> None:
        """Add or remove blank lines and reasons, depending on the room."""
        if self._agenda is not None:
            self.show(self._agenda)

    def fold(self, section: Section | str) -> None:
        """Fold a section, or show its rows."""
        if self._agenda is None:
            return
        self.folded ^= {section}
        inside = self.at_cursor(self._places) == section
        self.show(self._agenda)
        if inside or section not in self.folded:
            self.go_to(section)
        if section not in self.folded:  # scroll the unfolded rows into sight
            top = max(0, self.line_of(self.cursor) - 2)
            self.call_after_refresh(self._scroll_on, top)

    def go_to_day(self, day: date) -> bool:
        """Put the cursor on the first row of a day, and show its section; False if nothing stands there."""
        sections = self._agenda.sections if self._agenda is not None else {}
        for section, some in sections.items():
            found = next((each for each in some if each.due == day and section is not Section.NO_HURRY), None)
            if found is not None:
                if section in self.folded:
                    self.fold(section)
                return self.go_to(found.uid)
        return False

    def _scroll_on(self, top: int) -> None:
        """Scroll down to a line, unless all of the section is in sight."""
        end = self.cursor + 1
        while end < self.count and not self._is_head(end):
            end += 1
        if self.line_of(end) > self.scroll_offset.y + self.scrollable_content_region.height:
            self.scroll_to(y=top, animate=False)

    def row_clicked(self) -> None:
        """A click on a heading folds its section."""
        if self.section is not None:
            self.fold(self.section)

    # Drawing ----------------------------------------------------------------------------------------------------

    def lit(self, index: int, line: int) -> bool:
        return not self._is_head(index) or line == self._height(index) - 1

    def draw(self, index: int, line: int, width: int) -> Content:
        row = self._shown[index]
        here = index == self.cursor
        if isinstance(row, Section | str):
            return self._heading(row, here=here) if line == self._height(index) - 1 else Content("")
        if not isinstance(row, Reminder):
            return self._inbox_line(row, width, here=here)
        return self._reminder(index, row, width, here=here) if line == 0 else self._below(row, width, here=here)

    def _below(self, reminder: Reminder, width: int, *, here: bool) -> Content:
        """The question, or else the reason; in a narrow list, the task."""
        asked = answers(reminder)
        if width < _TIGHT:
            return Content.assemble(cursor_mark(here=here), (what(reminder), "$foreground-muted"))
        if asked is None:
            return Content.assemble(cursor_mark(here=here), (clean(reminder.why), "$foreground-muted"))
        parts: list[tuple[str, str] | str] = [(f"{asked[0]}  ", "$foreground-muted")]
        for key, word in asked[1]:
            parts += [(key, "bold $accent"), (f" {word}   ", "$foreground-muted")]
        return Content.assemble(cursor_mark(here=here), *parts)

    def _heading(self, row: Section | str, *, here: bool) -> Content:
        """A section with its number of rows, also of those that are folded."""
        assert self._agenda is not None
        if row == _NOTHING_DUE:
            return Content.styled(f"  {row}", "bold")
        sign = "▸ " if row in self.folded else "▾ "
        if isinstance(row, Section):
            number, late = len(self._agenda.sections[row]), row is Section.LATE
            words = f"{count(number, 'thing')} can wait" if row is Section.NO_HURRY else str(number)
            head = (f"{sign}{'! ' if late else ''}{row.value}", "bold $text-warning" if late else "bold $accent")
            return Content.assemble(cursor_mark(here=here), head, (f"  {words}", "$foreground-muted"))
        number = len(self._agenda.inbox)
        words = count(number, "line") + " to file" + (f", {_INBOX_LINES} shown" if number > _INBOX_LINES else "")
        head = (f"{sign}Inbox", "bold $accent")
        head_words = Content.assemble(cursor_mark(here=here), head, (f"  {words}: ", "$foreground-muted"))
        return Content.assemble(head_words, ("y", "bold $accent"), " files one")

    def _reminder(self, index: int, reminder: Reminder, width: int, *, here: bool) -> Content:
        """Name, task and day; bold if due. In a narrow list, the task of what is due is on the line below."""
        assert self._agenda is not None
        due, late = self._is_due(index), self._places[index] is Section.LATE
        name = Content.styled(clean(reminder.name), "bold" if due else "")
        task = what(reminder) if not due or width >= _TIGHT else ""
        day = when(reminder, self._agenda.today)
        for heading in (Section.TODAY, Section.TOMORROW):  # it's said above
            if self._places[index] is heading:
                day = day.removeprefix(heading.value.lower()).strip()
        look = "$text-warning" if late else "$accent" if due else "$foreground-muted"
        return named_row(name, task, f"! {day}" if late else day, width, here=here, look=look, muted=not due)

    def _inbox_line(self, thought: "InboxItem", width: int, *, here: bool) -> Content:
        """The likely partner and the log text of an inbox line, or the line itself."""
        assert self._agenda is not None
        if not thought.path:
            who = " or ".join(thought.candidates[:2]) or thought.to_do or thought.new or "nobody found"
            name, words, day = Content.styled(f"? {clean(who)}", "italic"), clean(thought.text), ""
        else:
            name, words = Content(clean(thought.name)), clean(thought.said)
            words = f"{kind_words(thought.kind)}: {words}"
            day = day_name(thought.date, self._agenda.today)
        return named_row(name, words, day, width, here=here, look="$foreground-muted", muted=True)


def named_row(
    name: Content, words: str, right: str, width: int, *, here: bool, look: str, muted: bool = False
) -> Content:
    """A row with a name, what it is about, and at the right a day or a time; in columns, if there is room."""
    if width >= _WIDE:
        name = name.truncate(_NAME, ellipsis=True, pad=True)
    text = Content.assemble(name, "  ", (words, "$foreground-muted" if muted else "")) if words else name
    text = text.truncate(max(width - len(right) - 5, 8), ellipsis=True, pad=True)
    return Content.assemble(cursor_mark(here=here), text, "  ", (right, look))
