"""The dialogs of what people do: log, plan, put off, skip, change, add."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Input

from rounds.domain.reminders import Reminder
from rounds.domain.touch import KINDS
from rounds.errors import UsageError
from rounds.formats.notes import CHOICES, KEYS
from rounds.tui.profile import in_words
from rounds.tui.screens.dialog import Dialog, labeled
from rounds.tui.widgets.fields import Choice, Day, Field, Words
from rounds.tui.words import clean, day_name, what
from rounds.vault.catalog import property_names, roles
from rounds.vault.vault import Entry

if TYPE_CHECKING:
    from rounds.tui.desk import Desk
    from rounds.vault.vault import Vault

_UNTOUCHED = {"type", "id", "last_contact"}
"""Properties that the program keeps itself; the editor is there for who wants to change them."""


class LogTouch(Dialog):
    """Log a touch; for a derived reminder, the touch that it waits for."""

    SAVE = "log it"

    def __init__(self, desk: "Desk", name: str, path: str, *, reminder: Reminder | None = None) -> None:
        super().__init__(desk, what(reminder) if reminder else "Log a touch", name, path)
        self._who = clean(name)
        self._reminder = reminder
        if reminder is not None:
            self.first = "TextArea"  # the kind is known then

    def fields(self) -> ComposeResult:
        kind = self._reminder.kind if self._reminder else ""
        yield labeled("Kind", Choice(KINDS, kind, complete=True, id="kind"))
        yield labeled("When", Day("today", self._read_day, id="when"))
        yield labeled("What", Words(id="words"))

    def keys(self) -> list[tuple[str, str, str]]:
        save, leave = super().keys()
        return [save, ("ctrl+j", "new line", ""), leave]

    def _read_day(self, text: str) -> date:
        from rounds.formats.dates import parse_day

        return parse_day(text or "today", today=self.desk.vault.today(), past=True)

    def act(self) -> "Callable[[Vault], str]":
        kind = self.query_one("#kind", Choice).value.lower() or "note"
        typed, text = self.query_one("#when", Day).value, self.query_one("#words", Words).text.strip()
        if " " in kind:
            raise UsageError(f'the kind is one word, not "{kind}"', hint="For example: coffee.")
        if kind == "note" and not text:
            raise UsageError("a note needs a few words", hint="Or choose a kind: email, call, coffee.")
        reminder, path, name = self._reminder, self.path, self._who

        def log(vault: "Vault") -> str:
            from rounds.vault import acts

            day = self._read_day(typed)
            if reminder is not None:
                acts.done(vault, reminder, text, kind=kind, on=day)
            else:
                acts.log_touch(vault, path, kind, text, on=day)
            return f"Logged for {name}: {kind}, {day_name(day, vault.today())}."

        return log


class AddFollowUp(Dialog):
    """Write down something to do."""

    SAVE = "add it"

    def __init__(self, desk: "Desk", name: str, path: str) -> None:
        super().__init__(desk, "Add a follow-up", name, path)
        self._who = clean(name)

    def fields(self) -> ComposeResult:
        yield labeled("What", Field(id="words", placeholder="send the one-pager"))
        yield labeled("When", Day("", self._read_day, placeholder="friday, tue 12:30", id="when"))
        yield labeled("Kind", Choice([kind for kind in KINDS if kind != "note"], complete=True, id="kind"))

    def _read_day(self, text: str) -> date:
        from rounds.formats.dates import parse_day

        return parse_day(text, today=self.desk.vault.today())

    def act(self) -> "Callable[[Vault], str]":
        text, typed = self.query_one("#words", Field).value.strip(), self.query_one("#when", Day).value
        kind = self.query_one("#kind", Choice).value.lower()
        path, name = self.path, self._who

        def add(vault: "Vault") -> str:
            from rounds.formats.dates import parse_moment
            from rounds.vault import acts

            due, at = parse_moment(typed, today=vault.today()) if typed else (None, None)
            acts.plan(vault, path, text, due=due, at=at, kind=kind)
            return f"Added for {name}: {text or kind}, {day_name(due, vault.today()) if due else 'some time'}."

        return add


class Later(Dialog):
    """Put a reminder off: one of three days, or one in words."""

    SAVE = "put it off"
    PRESETS: ClassVar[tuple[str, ...]] = ("tomorrow", "next week", "next month")

    def __init__(self, desk: "Desk", reminder: Reminder) -> None:
        super().__init__(desk, f"Later: {what(reminder)}", reminder.name, reminder.path)
        self._reminder = reminder

    def fields(self) -> ComposeResult:
        yield labeled("Until", Day(self.PRESETS[0], self._read_day, choices=self.PRESETS, id="until"))

    def _read_day(self, text: str) -> date:
        from rounds.formats.dates import parse_day

        return parse_day(text, today=self.desk.vault.today())

    def act(self) -> "Callable[[Vault], str]":
        typed, reminder = self.query_one("#until", Day).value, self._reminder

        def put_off(vault: "Vault") -> str:
            from rounds.vault import acts

            until = self._read_day(typed)
            acts.later(vault, reminder, until)
            return f"Put off until {day_name(until, vault.today())}: {what(reminder)}."

        return put_off


class Skip(Dialog):
    """Let a reminder go, with a reason if one likes."""

    SAVE = "skip it"

    def __init__(self, desk: "Desk", reminder: Reminder) -> None:
        super().__init__(desk, f"Skip: {what(reminder)}", reminder.name, reminder.path)
        self._reminder = reminder

    def fields(self) -> ComposeResult:
        if self._reminder.rule != "follow-up":
            yield labeled("Why", Field(id="why", placeholder="if you like to say"))

    def act(self) -> "Callable[[Vault], str]":
        why = self.query_one("#why", Field).value if self.query("#why") else ""
        reminder = self._reminder

        def skip(vault: "Vault") -> str:
            from rounds.vault import acts

            acts.skip(vault, reminder, why)
            return f"Skipped: {what(reminder)}."

        return skip


class ChangeProperty(Dialog):
    """Give a property another value. An empty one clears it."""

    def __init__(self, desk: "Desk", name: str, path: str) -> None:
        super().__init__(desk, "Change a property", name, path)
        self._who = clean(name)
        self._entry: Entry | None = None
        self._names = _names_of("partner", ())
        self._filled = ""
        self._was = ""

    def fields(self) -> ComposeResult:
        yield labeled("Property", Choice(self._names, complete=True, id="property"))
        yield labeled("Value", Choice((), id="value"))

    def on_mount(self) -> None:
        self.run_worker(self._look_up())

    async def _look_up(self) -> None:
        """What the note has, which was left for later so that the dialog opens at once."""
        path = self.path
        self._entry = await self.desk.read(lambda vault: vault.entry(path))
        own = await self.desk.read(lambda vault: list(property_names(vault)))
        self._names = _names_of(self._entry.type, [*self._entry.properties, *own])
        name = self.query_one("#property", Choice)
        name.set_choices(self._names, name.input.value)
        self._fill(name.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Fill in what a property is now, as soon as its name is known."""
        if event.input is self.query_one("#property", Choice).input:
            self._fill(event.value.strip())

    def _fill(self, name: str) -> None:
        entry = self._entry
        if entry is not None and name in self._names and name != self._filled:
            self._filled = name
            self._was = in_words_for_edit(entry.properties.get(name))
            self.query_one("#value", Choice).set_choices(CHOICES.get((entry.type, name), ()), self._was)

    def submitted(self) -> None:
        """From the name on to the value; from there, save."""
        name = self.query_one("#property", Choice)
        if name.input.has_focus:
            name.take_completion()
            self.set_focus(self.query_one("#value", Choice).input)
        else:
            self.action_save()

    def act(self) -> "Callable[[Vault], str]":
        key, value = self.query_one("#property", Choice).value, self.query_one("#value", Choice).value
        if not key:
            raise UsageError("which property?", hint="For example: stage.")
        path, name, untouched = self.path, self._who, key == self._filled and value == self._was

        def change(vault: "Vault") -> str:
            from rounds.vault.keeping import Setting, set_properties

            if untouched or not set_properties(vault, path, [Setting(key, "=", value)]):
                return f"{key} stays as it was."
            return f"{name}: {key} is now {value}." if value else f"{name}: {key} is empty now."

        return change


def _names_of(kind: str, more: Iterable[str]) -> list[str]:
    """Properties to choose from: the stage, then by the alphabet."""
    names = {*KEYS.get(kind, ()), *more} - _UNTOUCHED
    return sorted(names, key=lambda name: (name != "stage", name))


def in_words_for_edit(value: object) -> str:
    """A property's value as it is typed: lists with commas, links in their brackets."""
    if isinstance(value, list):
        return ", ".join(in_words_for_edit(item) for item in value)
    return value if isinstance(value, str) and "\n" not in value else in_words(value)


class AddPartner(Dialog):
    """A new partner: the name, and what they are."""

    SAVE = "add"

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk, "Add a partner", "", "")
        self.added = ""

    def fields(self) -> ComposeResult:
        yield labeled("Name", Field(id="name", placeholder="Dana Whitlock"))
        yield labeled("Role", Choice((), id="role"))

    def on_mount(self) -> None:
        self.run_worker(self._look_up())

    async def _look_up(self) -> None:
        known = await self.desk.read(lambda vault: list(roles(vault)))
        role = self.query_one("#role", Choice)
        role.set_choices(known, role.input.value)

    def act(self) -> "Callable[[Vault], str]":
        name, role = self.query_one("#name", Field).value.strip(), self.query_one("#role", Choice).value
        if not name:
            raise UsageError("a partner needs a name", hint="Or press escape to leave.")

        def write(vault: "Vault") -> str:
            from rounds.vault.keeping import Setting, add

            self.added = add(vault, name, [Setting("role", "=", role)] if role else [])
            return f"Added {clean(name)}."

        return write
