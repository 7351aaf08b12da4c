"""Writing a meeting note on the whole screen, beside the prep sheet."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Label, Static, TextArea

from rounds.domain.log_followups import KINDS
from rounds.domain.partner_referral_release import first_name
from rounds.domain.phrases import touch_sentence
from rounds.errors import NotFoundError, UsageError
from rounds.tui.dialogs.autosave import put_back
from rounds.tui.dialogs.client_marks import ClientMarks
from rounds.tui.dialogs.form import FormDialog
from rounds.tui.dialogs.log_touch import LogTouch, log_line, ticked
from rounds.tui.phrases import clean, day_name, what, when
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.checklist import Checklist, Part
from rounds.tui.widgets.fields import Choice, Day, Page
from rounds.vault.list_search import kinds
from rounds.vault.meeting_note import offers, read_note, write_note
from rounds.vault.prep_sheet import Sheet, sheet

if TYPE_CHECKING:
    from rounds.domain.reminders.reminder import Reminder
    from rounds.notes.next_steps import NextStep
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_EMPTY = "A line such as  next: send the handout fri  becomes a follow-up."


class MeetingNote(FormDialog):
    """A note about a meeting: what to ask is ticked off on the left, what was said is written on the right."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-wide")]  # noqa: RUF012 - Textual's own way
    SAVE = "save it"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "other_side", show=False, priority=True)]

    def __init__(
        self, session: "VaultSession", name: str, path: str, *, kind: str = "", on: str = "", words: str = ""
    ) -> None:
        """Create it.

        Args:
            kind, on, words: what is known already; the kind and day of a meeting that took place, by default.
        """
        super().__init__(session, "A meeting note", name, path)
        meeting = meeting_of(session, path)
        self._kind = kind or (meeting.kind if meeting else "meeting")
        self._on = on or (str(meeting.due) if meeting else "today")
        self._words = words
        self._steps: tuple[NextStep, ...] | None = None  # those that are shown
        self.first = "Page"

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self._head, id="title", markup=False)
            with Horizontal(id="meeting", classes="row"):
                yield Label("Kind", markup=False)
                yield Vertical(Choice(KINDS, self._kind, complete=True, listed=False, id="kind"))
                yield Label("When", markup=False)
                yield Vertical(Day(self._on, self.session.vault.today, past=True, id="when"))
            with Horizontal(id="desk"):
                yield Checklist(id="prep")
                yield Page(self._words, id="words")
            yield Static(id="steps", markup=False)
            yield Static(id="trouble", markup=False)
            with Vertical(id="foot"):
                yield ClientMarks(self)
                yield DialogBar(self.keys())

    def keys(self) -> list[tuple[str, str, str]]:
        other = "prep sheet" if isinstance(self.focused, Page) else "your words"
        return [("ctrl+s", self.SAVE, "save"), ("ctrl+t", other, "other_side"), ("escape", "leave", "leave")]

    def on_descendant_focus(self) -> None:
        self.query_one(DialogBar).set_keys(self.keys())
        self.set_class(isinstance(self.focused, Checklist), "-asking")

    def explain(self, words: str, *, leaving: bool = False) -> None:
        """As in every form, but here enter starts a new line."""
        words = words.replace("or enter to save", "or ctrl+s to save").replace("enter saves", "ctrl+s saves")
        super().explain(words, leaving=leaving)

    def action_other_side(self) -> None:
        """Go from the words to the prep sheet, or back."""
        asking = not isinstance(self.focused, Checklist)
        self.set_class(asking, "-asking")  # in a narrow terminal, what can have the focus has to be shown first
        self.app.stylesheet.update_nodes(self.query("Checklist, Page"))
        self.set_focus(self.query_one(Checklist) if asking else self.query_one(Page))

    # The prep sheet ---------------------------------------------------------------------------------------------

    async def look_up(self) -> None:
        if self._words:  # from the short form: not saved yet
            self.start = [*self.start[:-1], ""]
            self.autosave.soon()
            self._go_to_end()
        self._show_steps()
        await super().look_up()
        with suppress(NotFoundError):  # without Practice.md there is no sheet, and the words can be written still
            found = await self.session.read(lambda vault: sheet(vault, vault.entry(self.path)))
            self.query_one(Checklist).show([*_parts(found, self.session.agenda.today)])

    def holds(self) -> dict[str, str]:
        return {**super().holds(), "ticked": "\n".join(self.query_one(Checklist).ticked)}

    async def restore(self, holds: Mapping[str, str]) -> None:
        put_back(self, holds)
        self._go_to_end()
        self.query_one(Checklist).ticked = dict.fromkeys(filter(None, holds.get("ticked", "").split("\n")))

    def _go_to_end(self) -> None:
        page = self.query_one(Page)
        page.move_cursor(page.document.end)

    # The follow-ups ---------------------------------------------------------------------------------------------

    @on(TextArea.Changed)
    def _show_steps(self) -> None:
        today = self.session.agenda.today
        steps = read_note(self.query_one(Page).text, today).steps if self.is_attached else ()
        if steps != self._steps:  # else nothing is laid out again
            self._steps = steps
            shown = [_step(each, today) for each in steps] or [Content.styled(_EMPTY, "$foreground-muted")]
            self.query_one("#steps", Static).update(Content("\n").join(shown))

    def beginning(self, name: str) -> str:
        return log_line(self) if name == "words" else super().beginning(name)

    def act(self, vault: "Vault") -> str:
        kind, day = self.text("kind").lower() or "note", self.past_day(vault, "when")
        if " " in kind:
            raise UsageError(f'the kind is one word, not "{kind}"', hint="For example: coffee.")
        note = read_note(self.text("words"), vault.today())
        if kind == "note" and not note.text.strip():
            raise UsageError("a note needs a few words", hint="Or choose a kind: coffee, meeting, call.")
        done = write_note(vault, self.path, kind, note, day)
        more = "".join(f" Follow-up: {clean(each.text)}." for each in note.steps)
        return f"Written for {self.about}: {kind}, {day_name(day, vault.today())}.{ticked(done)}{more}"

    def offers(self, vault: "Vault") -> Mapping[str, Sequence[str]]:
        return {"kind": kinds(vault)}


def _step(step: "NextStep", today: date) -> Content:
    day = day_name(step.due, today) if step.due else "no day"
    clock = f" {step.clock:%H:%M}" if step.clock else ""
    return Content.assemble(("☐ ", "bold $accent"), f"{clean(step.text)}  ", (f"{day}{clock}", "$foreground-muted"))


def _parts(found: Sheet, today: date) -> Iterator[Part]:
    """The prep sheet: what is unknown and what to ask can be ticked off; what happened last is to be read."""
    name = first_name(clean(found.entry.name)) if found.entry.type == "partner" else ""
    last = [f"{day_name(each.date, today)}, {touch_sentence(each, today, name)}" for each in found.touches]
    yield Part("What happened last", last)
    yield Part("Still to be learned", [*found.unknown.values()], ticks=True)
    for each in found.questions:
        yield Part(each.heading, each.items, ticks=True)
    yield Part("Planned", [" · ".join(filter(None, (when(each, today), what(each)))) for each in found.reminders])


def meeting_of(session: "VaultSession", path: str) -> "Reminder | None":
    """The planned meeting with a note's person whose time has come."""
    return next((each for each in session.agenda.of(path) if each.rule == "meeting" and each.happened), None)


async def log_or_write(screen: "NoteScreen", form: LogTouch) -> None:
    """Show the form of a touch, and then the composer if a key has asked for it."""
    await screen.ask(form)
    if typed := form.longer:
        kind, day = typed["kind"].lower(), typed["when"]
        note = MeetingNote(screen.session, form.about, form.path, kind=kind, on=day, words=typed["words"])
        await write_meeting_note(screen, note)


async def write_meeting_note(screen: "NoteScreen", form: MeetingNote) -> None:
    """Show the composer; once the note is saved, offer the next stage and a thank-you, one after the other."""
    from rounds.tui.dialogs.draft import DraftMessage
    from rounds.tui.dialogs.list import choice

    if not await screen.ask(form):
        return
    declined: set[str] = set()
    while True:
        found = await screen.session.read(lambda vault: offers(vault, form.path))
        left = [each for each in found if each.rule not in declined]
        if not left:
            return
        rows = [(each, choice(_offer(each), "")) for each in left]
        chosen = await screen.pick("What comes next?", rows, about=form.about)
        if chosen is None:
            return
        declined.add(chosen.rule)
        if chosen.sets is not None:
            await screen.tick(chosen)
        else:
            await screen.ask(DraftMessage(screen.session, form.about, form.path))


def _offer(reminder: "Reminder") -> str:
    return what(reminder) if reminder.sets is not None else "Draft a thank-you"
