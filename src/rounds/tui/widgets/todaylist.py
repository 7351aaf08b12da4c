"""The list of Today: what matters, the inbox, and the rest folded below."""

from collections.abc import Collection, Hashable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from rounds.domain.phrases import kind_words
from rounds.domain.reminders.reminder import Reminder
from rounds.tui.phrases import answers, clean, count, day_name, what, when
from rounds.tui.widgets.rowlist import RowList, cursor_mark

if TYPE_CHECKING:
    from rounds.tui.session import Agenda
    from rounds.vault.inbox_lines import InboxItem

FOLD = "no hurry"
"""Identity of the fold row."""

INBOX = "inbox"

_NAME = 22  # cells of the name column
_WIDE = 60  # from this width on there are columns
_TIGHT = 46  # below this width, the task replaces the reason
_INBOX_LINES = 5
"""Inbox lines shown at once."""


class TodayList(RowList):
    """Reminders, those that matter on two lines with their reason, others on one; and inbox lines."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.unfolded = False
        self._roomy = False
        self._shown: list[Reminder | InboxItem | str] = []
        self._agenda: Agenda | None = None

    @property
    def _row(self) -> "Reminder | InboxItem | str | None":
        return self.at_cursor(self._shown)

    @property
    def reminder(self) -> Reminder | None:
        """The reminder under the cursor."""
        return self._row if isinstance(self._row, Reminder) else None

    @property
    def thought(self) -> "InboxItem | None":
        """The inbox line under the cursor."""
        row = self._row
        return None if row is None or isinstance(row, Reminder | str) else row

    def show(self, agenda: "Agenda", undone: Collection[str] = (), acted: Hashable | None = None) -> None:
        """Show the agenda; the cursor stays on its row.

        Args:
            undone: paths of restored notes: the cursor goes to rows that are back, or else to any row about these
                notes.
            acted: the row just handled: the cursor doesn't follow it elsewhere.
        """
        known = frozenset(self.identities)
        self._agenda = agenda
        due, inbox = agenda.due, agenda.inbox[:_INBOX_LINES]
        self._roomy = self._has_room(agenda)
        self._shown = ["What matters today" if due else "Nothing needs you today.", *due]
        identities: list[str | None] = [None, *(reminder.uid for reminder in due)]
        heights = [2, *([3 if self._roomy else 2] * len(due))]
        if inbox:
            self._shown += [INBOX, *inbox]
            seen: dict[str, int] = {}
            for line in inbox:
                seen[line.text] = seen.get(line.text, 0) + 1
            identities += [None, *(f"inbox {line.text} {seen[line.text]}" for line in inbox)]
            heights += [1 if self._roomy and due else 2, *([1] * len(inbox))]
        if agenda.waiting:
            self._shown.append(FOLD)
            identities.append(FOLD)
            heights.append(1 + self._fold_line)
            if self.unfolded:
                self._shown += agenda.waiting
                identities += [reminder.uid for reminder in agenda.waiting]
                heights += [1] * len(agenda.waiting)
        gone = acted is not None and acted == self.identity
        self.set_rows(identities, heights, self._instead(acted, identities) if gone else None)
        if undone:
            self._go_back(undone, known)

    def _instead(self, acted: Hashable, identities: Sequence[Hashable | None]) -> Hashable | None:
        """The row to select after a handled one has moved: the next, or the one before."""
        place = identities.index(acted) if acted in identities else self.cursor
        if place == self.cursor:
            return None
        after = self.cursor + (place < self.cursor)
        near = (*identities[after:], *reversed(identities[:after]))
        return next((each for each in near if each not in (None, acted)), None)

    def _go_back(self, undone: Collection[str], known: Collection[Hashable]) -> None:
        """Go to a row that an undo brought back, inbox lines first, or else to any row about its notes."""
        from rounds.vault.inbox import FILE

        rows = [(i, row) for i, row in zip(self.identities, self._shown, strict=True) if not isinstance(row, str)]
        about = [i for i, row in rows if row.path in undone]
        lines = [i for i, row in rows if FILE in undone and not isinstance(row, Reminder)]
        back = [[i for i in some if i not in known] for some in (lines, about)]
        self.go_to_any(next(filter(None, back), about))

    def _has_room(self, agenda: "Agenda") -> bool:
        """Whether everything stays in sight with blank lines between reminders."""
        inbox = min(len(agenda.inbox), _INBOX_LINES)
        return self.scrollable_content_region.height >= 4 + 3 * len(agenda.due) + (inbox + 2 if inbox else 0)

    def on_resize(self) -> None:
        """Add or remove blank lines between reminders, depending on the room."""
        if self._agenda is not None and self._roomy != self._has_room(self._agenda):
            self.show(self._agenda)

    def fold(self) -> None:
        """Show or hide the reminders that can wait."""
        if self._agenda is None:
            return
        self.unfolded = not self.unfolded
        hidden = self.reminder in self._agenda.waiting
        self.show(self._agenda)
        if self.unfolded or hidden:
            self.go_to(FOLD)
        if self.unfolded:  # scroll the unfolded rows into sight
            top = max(0, self.line_of(self.cursor) - 2)
            self.call_after_refresh(self.scroll_to, y=top, animate=False)

    def lit(self, index: int, line: int) -> bool:
        if self._shown[index] == FOLD:
            return line == self._fold_line
        return line < 2

    @property
    def _fold_line(self) -> int:
        agenda = self._agenda
        return 0 if agenda is not None and self._roomy and agenda.due and not agenda.inbox else 1

    def draw(self, index: int, line: int, width: int) -> Content:
        row = self._shown[index]
        here = index == self.cursor
        if isinstance(row, str):
            return self._heading(row, line, here=here)
        if not isinstance(row, Reminder):
            return self._inbox_line(row, width, here=here)
        assert self._agenda is not None
        due = index <= len(self._agenda.due)
        if not due or line == 0:
            return self._reminder(row, width, here=here, due=due)
        return self._below(row, width, here=here) if line == 1 else Content("")

    def _below(self, reminder: Reminder, width: int, *, here: bool) -> Content:
        """The question, or else the reason; in a narrow list, the task."""
        if width < _TIGHT:
            return Content.assemble(cursor_mark(here=here), what(reminder))
        asked = answers(reminder)
        if not asked:
            return Content.assemble(cursor_mark(here=here), (clean(reminder.why), "$foreground-muted"))
        parts: list[tuple[str, str] | str] = [(f"{asked[0]}  ", "$foreground-muted")]
        for key, word in asked[1]:
            parts += [(key, "bold $accent"), (f" {word}   ", "$foreground-muted")]
        return Content.assemble(cursor_mark(here=here), *parts)

    def _heading(self, row: str, line: int, *, here: bool) -> Content:
        assert self._agenda is not None
        if row not in (FOLD, INBOX):
            return Content.styled(f"  {row}", "bold") if line == 0 else Content("")
        if row == INBOX:
            if line != (0 if self._roomy and self._agenda.due else 1):
                return Content("")
            number = len(self._agenda.inbox)
            words = count(number, "line") + " to file" + (f", {_INBOX_LINES} shown" if number > _INBOX_LINES else "")
            head = Content.styled(f"  {words}: ", "$foreground-muted")
            return Content.assemble("  ", ("Inbox", "bold"), head, ("y", "bold $accent"), " files one")
        if line != self._fold_line:
            return Content("")
        sign = "▾" if self.unfolded else "▸"
        return Content.assemble(
            cursor_mark(here=here),
            (f"{sign} No hurry", "bold"),
            (f"  {count(len(self._agenda.waiting), 'thing')} can wait", "$foreground-muted"),
        )

    def _reminder(self, reminder: Reminder, width: int, *, here: bool, due: bool) -> Content:
        """Name, task and day; bold if due. In a narrow list, the task is on the line below."""
        name = Content.styled(clean(reminder.name), "bold" if due else "")
        if width >= _WIDE:
            name = name.truncate(_NAME, ellipsis=True, pad=True)
        if not due or width >= _TIGHT:
            name = Content.assemble(name, "  ", (what(reminder), "" if due else "$foreground-muted"))
        assert self._agenda is not None
        day = when(reminder, self._agenda.today)
        return _row(name, day, width, here=here, look="$accent" if due else "$foreground-muted")

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
        if width >= _WIDE:
            name = name.truncate(_NAME, ellipsis=True, pad=True)
        return _row(Content.assemble(name, "  ", (words, "$foreground-muted")), day, width, here=here)


def _row(text: Content, day: str, width: int, *, here: bool, look: str = "$foreground-muted") -> Content:
    text = text.truncate(max(width - len(day) - 5, 8), ellipsis=True, pad=True)
    return Content.assemble(cursor_mark(here=here), text, "  ", (day, look))
