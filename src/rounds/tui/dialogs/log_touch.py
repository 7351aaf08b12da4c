"""Forms about touches and reminders: log, add a follow-up, put off, skip, file a line of the inbox."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from rounds.domain.log_followups import KINDS
from rounds.domain.phrases import kind_words
from rounds.domain.place_length_travel import planned_words
from rounds.domain.query.fields import closest
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import UsageError
from rounds.notes.dates import parse_moment
from rounds.tui.dialogs.add_partner import PartnerForm
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.phrases import clean, day_name, what
from rounds.tui.widgets.fields import Choice, Day, Words
from rounds.vault import log_actions, task_app
from rounds.vault.find_note import find
from rounds.vault.inbox import FILE, file_thought
from rounds.vault.list_search import kinds, names_for
from rounds.vault.same_time import also_then

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.inbox_lines import InboxItem
    from rounds.vault.vault import NoteRecord, Vault


class LogTouch(FormDialog):
    """Log a touch; for a derived reminder, the touch that it waits for."""

    SAVE = "log it"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+e", "write_more", show=False, priority=True)]

    def __init__(self, session: "VaultSession", name: str, path: str, *, reminder: Reminder | None = None) -> None:
        super().__init__(session, what(reminder) if reminder else "Log a touch", name, path)
        self._reminder = reminder
        self.longer: dict[str, str] | None = None  # what was typed, to go on with once this is closed
        if reminder is not None:
            self.subject = reminder.uid
            self.first = "TextArea"  # the kind is then known

    def fields(self) -> Fields:
        kind = self._reminder.kind if self._reminder else ""
        yield "Kind", Choice(KINDS, kind, complete=True, id="kind")
        yield "When", Day("today", self.session.vault.today, past=True, id="when")
        yield "What", Words(id="words")

    def keys(self) -> list[tuple[str, str, str]]:
        return [*super().keys(), *([("ctrl+e", "write more", "write_more")] if self.path else [])]

    def action_write_more(self) -> None:
        """Close the form, to go on with what was typed in the composer."""
        if self.path and not self.busy:
            self.longer = self.holds()
            self.dismiss("")

    def beginning(self, name: str) -> str:
        return log_line(self) if name == "words" else super().beginning(name)

    def act(self, vault: "Vault") -> str:
        return self.log_for(vault, lambda: (self.path, self.about))

    def log_for(self, vault: "Vault", note: Callable[[], tuple[str, str]]) -> str:
        """Log it, once the rest is understood, in the note with the path and name from `note`."""
        kind, text = self.text("kind").lower() or "note", self.text("words")
        day = self.past_day(vault, "when")
        if " " in kind:
            raise UsageError(f'the kind is one word, not "{kind}"', hint="For example: coffee.")
        if kind == "note" and not text:
            raise UsageError("a note needs a few words", hint="Or choose a kind: email, call, coffee.")
        known = kinds(vault)
        near = "" if kind in known else closest(kind, known)
        if near:  # it may be a typo
            hint = f"Did you mean {near}?\nPress enter again to log it as it is, or escape to leave."
            self.confirm("kind", kind, f'"{kind}" isn\'t a kind of touch so far', hint)
        with vault.change():
            path, name = note()
            if self._reminder is not None:
                done = log_actions.done(vault, replace(self._reminder, path=path), text, kind=kind, on=day)
            else:
                done = log_actions.log_touch(vault, path, kind, text, on=day)
        return f"Logged for {name}: {kind}, {day_name(day, vault.today())}.{ticked(done)}"


def log_line(form: FormDialog) -> str:
    """What stands before the words of a form in a log."""
    return f"- {form.session.agenda.today} {form.query_one('#kind', Choice).value.lower() or 'note'}: "


def ticked(done: log_actions.WriteResult) -> str:
    """A sentence saying that the touch completed a planned meeting; empty for none."""
    return f' Ticked off: "{clean(done.ticked)}".' if done.ticked else ""


class LogForAnybody(LogTouch, PartnerForm):
    """Log a touch; the first field is the partner's name."""

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session, "", "")

    def fields(self) -> Fields:
        yield "Who", self.who()
        yield from super().fields()

    def act(self, vault: "Vault") -> str:
        if not self.text("who"):
            raise UsageError("who was it?", hint="Or press escape to leave.")

        def note() -> tuple[str, str]:
            partner = self.partner(vault)
            return partner.path, clean(partner.name)

        return self.welcome(self.log_for(vault, note))


class FileThought(PartnerForm):
    """Enter the partner and what happened; saving moves the line from the inbox into that log."""

    SAVE = "file it"

    def __init__(self, session: "VaultSession", thought: "InboxItem") -> None:
        super().__init__(session, "File a line of the inbox", "", FILE)
        self._thought = thought
        self.subject = thought.text

    def fields(self) -> Fields:
        thought = self._thought
        yield "", Static(clean(thought.text), classes="quote", markup=False)
        yield (
            "Who",
            Choice((), thought.name or thought.to_do or thought.new, id="who", placeholder="a name, or part of one"),
        )
        yield "Kind", Choice(KINDS, thought.kind or "note", complete=True, id="kind")
        yield "When", Day(str(thought.date), self.session.vault.today, past=True, id="when")
        yield "What", Words(thought.said, id="words")

    def offers(self, vault: "Vault") -> Mapping[str, Sequence[str]]:
        return {"who": names_for(vault, "knows")}

    def named(self, vault: "Vault", who: str) -> "NoteRecord":
        return find(vault, who)

    def beginning(self, name: str) -> str:
        return log_line(self) if name == "words" else super().beginning(name)

    def act(self, vault: "Vault") -> str:
        if not self.text("who"):
            raise UsageError("who is it about?", hint="Or press escape: the line stays in the inbox.")
        day, kind, words = self.past_day(vault, "when"), self.text("kind").lower(), self.text("words")
        with vault.change():
            entry = self.partner(vault)
            kind = "" if kind == "note" else kind
            thought = self._thought.corrected(path=entry.path, name=entry.name, kind=kind, on=day)
            if words != self._thought.said.strip():
                thought = replace(thought, words=words)
            done = file_thought(vault, thought)
        return self.welcome(filed(thought, entry.name, vault, done))


def filed(thought: "InboxItem", name: str, vault: "Vault", done: log_actions.WriteResult) -> str:
    """A message about the filed line."""
    day = day_name(thought.date, vault.today())
    return f"Filed for {clean(name)}: {kind_words(thought.kind)}, {day}.{ticked(done)}"


class AddFollowUp(FormDialog):
    """Add a follow-up."""

    SAVE = "add it"

    def __init__(self, session: "VaultSession", name: str, path: str) -> None:
        super().__init__(session, "Add a follow-up", name, path)

    def fields(self) -> Fields:
        yield "What", Input(id="words", placeholder="such as send the one-pager")
        yield "When", Day("", self.session.vault.today, timed=True, placeholder="such as friday, tue 12:30", id="when")
        yield "Kind", Choice([kind for kind in KINDS if kind != "note"], complete=True, id="kind")
        yield "Where", Input(id="place", placeholder="for a meeting")
        yield "How long", Input(id="length", placeholder="such as 45 min")
        yield "Travel", Input(id="travel", placeholder="such as 20 min")

    def beginning(self, name: str) -> str:
        return "- [ ] " if name in {"words", "place"} else super().beginning(name)

    def act(self, vault: "Vault") -> str:
        text, when, kind = self.text("words"), self.text("when"), self.text("kind").lower()
        due, at = parse_moment(when, today=vault.today()) if when else (None, None)
        place, length, travel = (self.text(name) for name in ("place", "length", "travel"))
        text = planned_words(text, place, length, travel, kind=kind, timed=at is not None)
        clash = also_then(vault, due, at)
        log_actions.plan(vault, self.path, text, due=due, at=at, kind=kind)
        day = f", {day_name(due, vault.today())}" if due else ""
        return " ".join(filter(None, (f"Added for {self.about}: {text or kind}{day}.", clash)))


class ReminderForm(FormDialog):
    """A form about one reminder."""

    VERB: ClassVar[str]

    def __init__(self, session: "VaultSession", reminder: Reminder) -> None:
        super().__init__(session, f"{self.VERB}: {what(reminder)}", reminder.name, reminder.path)
        self.subject = reminder.uid
        self._reminder = reminder


class Later(ReminderForm):
    """Put a reminder off: one of three days, or a date in words."""

    VERB = "Later"
    SAVE = "put it off"
    PRESETS: ClassVar[tuple[str, ...]] = ("tomorrow", "next week", "next month")

    def fields(self) -> Fields:
        timed = bool(self._reminder.line)
        yield "Until", Day(self.PRESETS[0], self.session.vault.today, timed=timed, choices=self.PRESETS, id="until")

    def act(self, vault: "Vault") -> str:
        day, at = parse_moment(self.text("until"), today=vault.today())
        moved = replace(self._reminder, path=self.path)
        clash = also_then(vault, day, at or moved.time, (moved.path, moved.line)) if moved.line else ""
        task_app.later(vault, moved, day, at=at)
        when = day_name(day, vault.today()) + (f" {at:%H:%M}" if at and self._reminder.line else "")
        return " ".join(filter(None, (f"Put off until {when}: {what(self._reminder)}.", clash)))


class Skip(ReminderForm):
    """Skip a reminder, with an optional reason."""

    VERB = "Skip"
    SAVE = "skip it"

    def fields(self) -> Fields:
        if not self._reminder.line:
            yield "Why", Input(id="why", placeholder="if you like to say")

    def beginning(self, name: str) -> str:  # noqa: ARG002 - it has one field
        return f"- {self.session.agenda.today} note: "

    def act(self, vault: "Vault") -> str:
        task_app.skip(vault, replace(self._reminder, path=self.path), self.text("why"))
        return f"Skipped: {what(self._reminder)}."
