"""Dialogs for logging, planning, putting off, skipping, changing and adding."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Input

from rounds.domain.activity import KINDS
from rounds.domain.query.fields import closest, fold
from rounds.domain.records import NEVER
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import ChangedMeanwhileError, UsageError
from rounds.notes.dates import parse_day, parse_moment
from rounds.notes.properties import CHOICES, DATES, LISTS
from rounds.notes.schema import KEYS, LINKS
from rounds.tui.dialogs.form import Dialog, labeled
from rounds.tui.phrases import clean, day_name, in_words, what
from rounds.tui.widgets.fields import Choice, Day, Words
from rounds.vault import log_actions
from rounds.vault.lookup import lookalikes
from rounds.vault.note_files import add, file_name
from rounds.vault.properties import Setting, set_properties
from rounds.vault.search import kinds, names_for, property_names
from rounds.vault.suggestions import slips

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

USUAL: Mapping[str, tuple[str, ...]] = {
    "check_in": ("3 months", "6 months", "1 year", NEVER),
    "telehealth": ("yes", "no"),
}
"""Common values; anything else is allowed too."""

_SHARED = (LISTS - {"aliases"}) | {"role", "organization", "introduced_by", "city", "source", "referral_method"}
"""Properties that partners often share: known values are offered."""

_UNTOUCHED = {"type", "id", "last_contact"}
"""Properties that the program maintains; to change them anyway, use the editor."""


class LogTouch(Dialog):
    """Log a touch; for a derived reminder, the touch that it waits for."""

    SAVE = "log it"

    def __init__(self, desk: "VaultSession", name: str, path: str, *, reminder: Reminder | None = None) -> None:
        super().__init__(desk, what(reminder) if reminder else "Log a touch", name, path)
        self._reminder = reminder
        if reminder is not None:
            self.subject = reminder.uid
            self.first = "TextArea"  # the kind is then known
        self._pointed_out = ""  # the new kind that the user was warned about

    def fields(self) -> ComposeResult:
        kind = self._reminder.kind if self._reminder else ""
        yield labeled("Kind", Choice(KINDS, kind, complete=True, id="kind"))
        yield labeled("When", Day("today", self.desk.vault.today, past=True, id="when"))
        yield labeled("What", Words(id="words"))

    def act(self, vault: "Vault") -> str:
        return self.log_for(vault, lambda: (self.path, self.about))

    def log_for(self, vault: "Vault", whom: Callable[[], tuple[str, str]]) -> str:
        """Log it, once the rest is understood, in the note with the path and name from `whom`."""
        kind, text = self.text("kind").lower() or "note", self.text("words")
        day = parse_day(self.text("when") or "today", today=vault.today(), past=True)
        if " " in kind:
            raise UsageError(f'the kind is one word, not "{kind}"', hint="For example: coffee.")
        if kind == "note" and not text:
            raise UsageError("a note needs a few words", hint="Or choose a kind: email, call, coffee.")
        self._warn(vault, kind)
        with vault.change():
            path, name = whom()
            if self._reminder is not None:
                done = log_actions.done(vault, replace(self._reminder, path=path), text, kind=kind, on=day)
            else:
                done = log_actions.log_touch(vault, path, kind, text, on=day)
        return f"Logged for {name}: {kind}, {day_name(day, vault.today())}.{ticked(done)}"

    def _warn(self, vault: "Vault", kind: str) -> None:
        """Warn once about a new kind that is close to a known one: it may be a typo.

        Raises:
            UsageError: there is something to warn about.
        """
        known = kinds(vault)
        near = "" if kind in {self._pointed_out, *known} else closest(kind, known)
        if near:
            self._pointed_out = kind
            hint = f"Did you mean {near}?\nPress enter again to log it as it is, or escape to leave."
            raise UsageError(f'"{kind}" is no kind of touch so far', hint=hint)


def ticked(done: log_actions.WriteResult) -> str:
    """A sentence saying that the touch completed a planned meeting; empty for none."""
    return f' Ticked off: "{clean(done.ticked)}".' if done.ticked else ""


class AddFollowUp(Dialog):
    """Add a follow-up."""

    SAVE = "add it"

    def __init__(self, desk: "VaultSession", name: str, path: str) -> None:
        super().__init__(desk, "Add a follow-up", name, path)

    def fields(self) -> ComposeResult:
        yield labeled("What", Input(id="words", placeholder="such as: send the one-pager"))
        yield labeled(
            "When", Day("", self.desk.vault.today, timed=True, placeholder="such as friday, tue 12:30", id="when")
        )
        yield labeled("Kind", Choice([kind for kind in KINDS if kind != "note"], complete=True, id="kind"))

    def act(self, vault: "Vault") -> str:
        text, when, kind = self.text("words"), self.text("when"), self.text("kind").lower()
        due, at = parse_moment(when, today=vault.today()) if when else (None, None)
        log_actions.plan(vault, self.path, text, due=due, at=at, kind=kind)
        return f"Added for {self.about}: {text or kind}, {day_name(due, vault.today()) if due else 'some time'}."


class Later(Dialog):
    """Put a reminder off: one of three days, or a date in words."""

    SAVE = "put it off"
    PRESETS: ClassVar[tuple[str, ...]] = ("tomorrow", "next week", "next month")

    def __init__(self, desk: "VaultSession", reminder: Reminder) -> None:
        super().__init__(desk, f"Later: {what(reminder)}", reminder.name, reminder.path)
        self.subject = reminder.uid
        self._reminder = reminder

    def fields(self) -> ComposeResult:
        timed = bool(self._reminder.line)
        day = Day(self.PRESETS[0], self.desk.vault.today, timed=timed, choices=self.PRESETS, id="until")
        yield labeled("Until", day)

    def act(self, vault: "Vault") -> str:
        day, at = parse_moment(self.text("until"), today=vault.today())
        log_actions.later(vault, replace(self._reminder, path=self.path), day, at=at)
        when = day_name(day, vault.today()) + (f" {at:%H:%M}" if at and self._reminder.line else "")
        return f"Put off until {when}: {what(self._reminder)}."


class Skip(Dialog):
    """Skip a reminder, with an optional reason."""

    SAVE = "skip it"

    def __init__(self, desk: "VaultSession", reminder: Reminder) -> None:
        super().__init__(desk, f"Skip: {what(reminder)}", reminder.name, reminder.path)
        self.subject = reminder.uid
        self._reminder = reminder

    def fields(self) -> ComposeResult:
        if not self._reminder.line:
            yield labeled("Why", Input(id="why", placeholder="if you like to say"))

    def act(self, vault: "Vault") -> str:
        log_actions.skip(vault, replace(self._reminder, path=self.path), self.text("why"))
        return f"Skipped: {what(self._reminder)}."


class ChangeProperty(Dialog):
    """Set a property. An empty value clears it."""

    def __init__(self, desk: "VaultSession", name: str, path: str) -> None:
        super().__init__(desk, "Change a property", name, path)
        self._kind = "partner"
        self._has: Mapping[str, object] = {}  # the note's properties as read
        self._names = _names_of(self._kind, ())
        self._filled = self._was = ""  # the property whose value is filled in, and that value as typed

    def fields(self) -> ComposeResult:
        yield labeled("Property", Choice(self._names, complete=True, id="property"))
        value = Day("", self.desk.vault.today, id="value")
        value.dated = False
        yield labeled("Value", value)

    async def look_up(self) -> None:
        def read(vault: "Vault") -> tuple[str, Mapping[str, object], list[str]]:
            entry, document = vault.entry(self.path), vault.read(self.path).document
            has = document.properties if document.readable else entry.properties
            return entry.type, has, _names_of(entry.type, [*has, *property_names(vault)])

        self._kind, self._has, self._names = await self.desk.read(read)
        name = self.query_one("#property", Choice)
        name.set_choices(self._names, name.input.value)
        if not self._filled:
            self._fill()

    def on_input_changed(self) -> None:
        """Fill in the current value as soon as the property's name is known."""
        self._fill()

    async def restore(self, holds: Mapping[str, str]) -> None:
        """Restore the property first, which fills in its value, then the text typed in its place."""
        await super().restore({"property": holds.get("property", "")})
        self._fill()
        await super().restore({"value": holds.get("value", "")})

    def _named(self, given: str) -> str:
        """The property's name: `Check-in` is check_in."""
        return next((name for name in self._names if fold(name) == fold(given)), given)

    def _fill(self) -> None:
        name, value = self._named(self.query_one("#property", Choice).value), self.query_one("#value", Day)
        if name == self._filled:
            return
        known = name in self._names
        if known or value.value == self._was:
            self._filled, self._was = name if known else "", typed(name, self._has.get(name))
            value.dated = name in DATES
            choices = CHOICES.get((self._kind, name)) or USUAL.get(name) or ()
            value.set_choices(choices, self._was, many=name in LISTS)
            if name in _SHARED:
                self.run_worker(self._offer(name), group="offer", exclusive=True)

    async def _offer(self, name: str) -> None:
        """Offer other partners' values for a property, or targets for a link."""
        choices = await self.desk.read(lambda vault: names_for(vault, name))
        value = self.query_one("#value", Day)
        if name == self._filled:
            value.set_choices(choices, value.input.value, many=name in LISTS)

    def submitted(self) -> None:
        """From the name, go on to the value; from there, save."""
        name = self.query_one("#property", Choice)
        if name.input.has_focus:
            name.take_completion()
            self.set_focus(self.query_one("#value", Choice).input)
        else:
            super().submitted()

    def act(self, vault: "Vault") -> str:
        key, value = self._named(self.text("property")), self.text("value")
        if not key:
            raise UsageError("which property?", hint="For example: stage.")
        if key == self._filled and value == self._was:
            return f"{key} stays as it was."
        seen = self._has.get(key)
        if not _fits_a_line(seen):
            raise UsageError(f"{key} holds more than can be typed here", hint="Leave with escape, then edit the note.")
        if not set_properties(vault, self.path, [Setting(key, "=", value)], seen={key: seen}):
            return f"{key} stays as it was."
        return f"{self.about}: {key} is now {value}." if value else f"{self.about}: {key} is empty now."

    async def changed_meanwhile(self, error: ChangedMeanwhileError) -> None:
        """Show both values if another program has changed this property; saving once more keeps ours."""
        if not await self._show_both():
            await super().changed_meanwhile(error)

    async def follow(self) -> None:
        """After a change of the note: fill in the new value if the old one is untouched, else show both."""
        if not await self._show_both():
            await super().follow()

    async def _show_both(self) -> bool:
        """Read the note again.

        Returns:
            Whether the value of the property being changed is different.
        """
        value, before = self.query_one("#value", Choice), self._was
        await self.look_up_kindly()
        key = self._filled
        there = typed(key, self._has.get(key))
        if not key or there == before:
            return False
        self._was = there
        if value.value in (before, there):
            value.set_choices(value.input.choices, there)
            self.explain(f"{key} was changed by another program meanwhile; this is what it says now.")
            self._start = self.texts()
            return True
        self.explain(
            f"{key} was changed meanwhile.\nIn the note now: {there or 'nothing'}. Before: {before or 'nothing'}.\n"
            "Press enter to save yours, or escape to keep that one.",
            leaving=True,
        )
        return True


def _names_of(kind: str, more: Iterable[str]) -> list[str]:
    """Properties to choose from: the stage, the others in format order, then the user's own."""
    others = {key for keys in KEYS.values() for key in keys}
    own = sorted({*more} - others)
    return [key for key in dict.fromkeys(["stage", *KEYS.get(kind, ()), *own]) if key not in _UNTOUCHED]


def typed(key: str, value: object) -> str:
    """A property's value as typed: lists with commas, plain links without brackets."""
    if isinstance(value, list):
        return ", ".join(typed(key, item) for item in value)
    if isinstance(value, str) and "\n" not in value:
        return re.sub(r"^\[\[([^][|#]+)\]\]$", r"\1", value) if key in LINKS else value
    return in_words(value)


def _fits_a_line(value: object) -> bool:
    """Whether a value survives being typed again."""
    if isinstance(value, list):
        return all(_fits_a_line(item) and "," not in str(item) for item in value)
    return not isinstance(value, dict) and "\n" not in str(value).strip()


class AddPartner(Dialog):
    """A new partner: name, role, and workplace, which names the file of a namesake."""

    SAVE = "add"
    ASKED: ClassVar[tuple[str, ...]] = ("role", "organization", "email", "phone", "npi")
    """The properties with a field."""

    def __init__(self, desk: "VaultSession", *, role: str = "") -> None:
        super().__init__(desk, "Add a partner", "", "")
        self.added = ""
        self._known = ""  # the lookalikes and the new role that the user was warned about
        self._role = role

    def fields(self) -> ComposeResult:
        yield labeled("Name", Input(id="name", placeholder="such as Robin Hale"))
        yield labeled("Role", Choice((), self._role, id="role"))
        yield labeled("Works at", Choice((), id="organization"))
        yield labeled("Email", Input(id="email"))
        yield labeled("Phone", Input(id="phone"))
        yield labeled("NPI", Input(id="npi", placeholder="if you have it"))

    async def look_up(self) -> None:
        for key in ("role", "organization"):
            known = await self.desk.read(partial(names_for, key=key))
            field = self.query_one(f"#{key}", Choice)
            field.set_choices(known, field.input.value)

    def act(self, vault: "Vault") -> str:
        name = self.text("name")
        if not name:
            raise UsageError("a partner needs a name", hint="Or press escape to leave.")
        given = {key: self.text(key) for key in self.ASKED}
        self._warn(vault, name, given)
        self.added = add(vault, name, [Setting(key, "=", text) for key, text in given.items() if text])
        return f"Added {clean(name)}."

    def _warn(self, vault: "Vault", name: str, given: Mapping[str, str]) -> None:
        """Warn once about likely duplicates and a new role; saving again confirms both.

        Raises:
            UsageError: there is something to warn about.
        """
        found = lookalikes(vault, name, email=given["email"], phone=given["phone"], npi=given["npi"])
        known = "\n".join(f"{clean(each.name)}: {each.why}" for each in found)
        new = self._new_role(vault, given["role"])
        if not known + new or known + new == self._known:
            return
        self._known = known + new
        if not given["organization"] and any(each.path.endswith(f"/{file_name(name)}.md") for each in found):
            return  # a file of that name is refused anyway, with a hint
        same = "this may be somebody who is there already" if known else ""
        again = "add them all the same" if known else "add it as it is"
        words = filter(None, (same, known, new, f"Press enter again to {again}, or escape to leave."))
        first, *more = words
        raise UsageError(first, hint="\n".join(more))

    def _new_role(self, vault: "Vault", role: str) -> str:
        """A warning about a role new to partners and playbook, since it may be a typo; empty for none."""
        slip = next(slips(vault, "role", role), None)
        if slip is None or fold(role) == fold(self._role):
            return ""
        return clean(slip.in_words())
