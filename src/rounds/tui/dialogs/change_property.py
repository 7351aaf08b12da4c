"""Change one property of a note."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rounds.domain.query.fields import fold
from rounds.domain.records import NEVER
from rounds.errors import ChangedMeanwhileError, UsageError
from rounds.notes.list_properties import LISTS
from rounds.notes.read_note import CHOICES, DATES, LINKS
from rounds.notes.schema import KEYS
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.phrases import in_words
from rounds.tui.widgets.fields import Choice, Day
from rounds.vault.properties import Setting, set_properties
from rounds.vault.queries import names_for, property_names

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


class ChangeProperty(FormDialog):
    """Set a property. An empty value clears it."""

    def __init__(self, desk: "VaultSession", name: str, path: str) -> None:
        super().__init__(desk, "Change a property", name, path)
        self._kind = "partner"
        self._has: Mapping[str, object] = {}  # the note's properties as read
        self._names = _names_of(self._kind, ())
        self._filled = self._was = ""  # the property whose value is filled in, and that value as typed

    def fields(self) -> Fields:
        yield "Property", Choice(self._names, complete=True, id="property")
        value = Day("", self.desk.vault.today, id="value")
        value.dated = False
        yield "Value", value

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
        await self.read_all()
        key = self._filled
        there = typed(key, self._has.get(key))
        if not key or there == before:
            return False
        self._was = there
        if value.value in (before, there):
            value.set_choices(value.input.choices, there)
            self.explain(f"{key} was changed by another program meanwhile; this is what it says now.")
            self.start = self.texts()
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
