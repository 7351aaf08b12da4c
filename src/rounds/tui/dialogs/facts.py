"""All facts of a note on one sheet, edited in place."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Label

from rounds.domain.partner_referral_release import NEVER
from rounds.domain.query.fields import fold
from rounds.errors import ChangedMeanwhileError, UsageError
from rounds.notes.properties import CHOICES, DATES, LISTS
from rounds.notes.schema import KEYS, LINKS
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.phrases import in_words
from rounds.tui.widgets.fields import Choice, Day
from rounds.vault.list_search import names_for, property_names
from rounds.vault.set_properties import SHOWN, Setting, set_properties

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

_FIND = "property"
"""ID of the line that finds a fact."""


class Fact(Day):
    """The value of a property. What it may be is listed while it has the focus.

    Attributes:
        key: the property, in any script; so it can't be the widget's ID.
        was: its value as filled in.
    """

    def __init__(self, form: "FactsSheet", kind: str, key: str, was: str, number: int) -> None:
        choices = CHOICES.get((kind, key)) or USUAL.get(key) or ()
        super().__init__(was, form.session.vault.today, choices=choices, id=f"fact{number}")
        self.key, self.was = key, was
        self.listed = False
        self.dated = key in DATES
        self.input.many = key in LISTS

    def on_descendant_focus(self) -> None:
        self.listed = True
        self._show_below()
        self.call_after_refresh(self.scroll_visible, animate=False)  # with what is below it

    def on_descendant_blur(self) -> None:
        super().on_descendant_blur()
        self.listed = False
        self._show_below()


class FactsSheet(FormDialog):
    """The properties of a note. All that were changed are saved together; an empty one is cleared.

    The first line finds a fact by its name, also one that the note doesn't have yet.
    """

    def __init__(self, session: "VaultSession", name: str, path: str) -> None:
        super().__init__(session, "Facts", name, path)
        self._kind = "partner"
        self._has: Mapping[str, object] = {}  # the note's properties as read
        self._names: list[str] = []

    def fields(self) -> Fields:
        yield "Find", Choice([], complete=True, placeholder="such as phone, or go down", listed=False, id=_FIND)
        yield "", Vertical(id="facts")

    # What is there ----------------------------------------------------------------------------------------------

    async def look_up(self) -> None:
        def read(vault: "Vault") -> tuple[str, Mapping[str, object], list[str]]:
            entry, document = vault.entry(self.path), vault.read(self.path).document
            has = document.properties if document.readable else entry.properties
            return entry.type, has, _names_of(entry.type, [*has, *property_names(vault)])

        self._kind, self._has, self._names = await self.session.read(read)
        self._finder.set_choices([*map(label, self._names)], self._finder.input.value)
        if not self._facts:
            await self._add(_shown_first(self._kind, self._names, self._has))

    async def _add(self, keys: Iterable[str]) -> None:
        """Add a row for each of these properties that has none."""
        there = {fact.key for fact in self._facts}
        facts = [
            Fact(self, self._kind, key, typed(key, self._has.get(key)), number)
            for number, key in enumerate((key for key in keys if key not in there), len(there))
        ]
        for fact in facts:
            fact.input.disabled = not _fits_a_line(self._has.get(fact.key))
        rows = [Horizontal(Label(label(fact.key), markup=False), Vertical(fact), classes="row") for fact in facts]
        await self.query_one("#facts").mount_all(rows)
        self.start = [fact.was for fact in self._facts]

    @property
    def _finder(self) -> Choice:
        return self.query_one(f"#{_FIND}", Choice)

    @property
    def _facts(self) -> list[Fact]:
        return [*self.query(Fact)]

    def texts(self) -> list[str]:
        """The texts of the facts; what was typed to find one isn't to be saved."""
        return [fact.input.value for fact in self._facts]

    def beginning(self, name: str) -> str:
        return super().beginning(next((fact.key for fact in self._facts if fact.id == name), name))

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        fact = next((each for each in self._facts if each.input.has_focus), None)
        if fact is not None and fact.key in _SHARED:
            self.run_worker(self._offer(fact), group="offer", exclusive=True)

    async def _offer(self, fact: Fact) -> None:
        """Offer other partners' values for a property, or targets for a link."""
        fact.offer(await self.session.read(lambda vault: names_for(vault, fact.key)))

    # Finding one ------------------------------------------------------------------------------------------------

    def submitted(self) -> None:
        """From the name, go to the fact; from there, save."""
        if self._finder.input.has_focus:
            self._finder.take_completion()
            self.run_busy(self._find)
        else:
            super().submitted()

    def focus_next(self, selector: str | type[Widget] = "*") -> Widget | None:
        """Tab goes to the fact that was typed, as enter does."""
        if not self._finder.input.has_focus or not self._finder.value:
            return super().focus_next(selector)
        self.submitted()
        return None

    async def _find(self) -> None:
        """Go to the fact that was typed; ask once about a property that no note has."""
        if not self._finder.value:
            super().focus_next()
            return
        key = self._named(self._finder.value)
        if key not in self._names:
            self.confirm("name", key, f'No note has a property "{key}" yet', "To add it, press enter again.")
        await self._add([key])
        self.query_one("#trouble").display = False
        fact = next(each for each in self._facts if each.key == key)
        if fact.input.disabled:
            raise UsageError(f"{label(key)} has content that can't be edited here", hint="Edit the note instead.")
        self.set_focus(fact.input)

    def _named(self, given: str) -> str:
        """The property's name: `Check-in` is check_in."""
        return next((name for name in self._names if fold(label(name)) == fold(label(given))), given)

    # Saving -----------------------------------------------------------------------------------------------------

    def act(self, vault: "Vault") -> str:
        texts = {fact.key: self.text(fact.id or "") for fact in self._facts}
        wanted = {fact.key: texts[fact.key] for fact in self._facts if texts[fact.key] != fact.was}
        settings = [Setting(key, "=", value) for key, value in wanted.items()]
        seen = {key: self._has.get(key) for key in wanted}
        changed = set_properties(vault, self.path, settings, seen=seen) if wanted else []
        words = [f"{label(key)} is {f'now {value}' if value else 'empty now'}" for key, value in wanted.items()]
        return f"{self.about}: {', '.join(words)}." if changed else "Everything stays as it was."

    def keeps(self) -> dict[str, str]:
        return {_FIND: "", **{fact.key: fact.value for fact in self._facts if fact.value != fact.was}}

    async def restore(self, holds: Mapping[str, str]) -> None:
        """Put back changed values. Until 2026-11 a form had one property and its value."""
        values = {key: text for key, text in holds.items() if key not in {_FIND, "value"}}
        if "value" in holds:
            values[self._named(holds.get(_FIND, ""))] = holds["value"]
        await self._add(key for key in values if key)
        for fact in self._facts:
            if fact.key in values:
                fact.set_choices(fact.input.choices, values[fact.key], many=fact.key in LISTS)

    # Another program may change the note ------------------------------------------------------------------------

    async def changed_meanwhile(self, error: ChangedMeanwhileError) -> None:
        """Show both values if another program has changed one of these; saving once more keeps ours."""
        if not await self._show_both():
            await super().changed_meanwhile(error)

    async def follow(self) -> None:
        """After a change of the note: fill in new values where the old one is untouched, else show both."""
        if not await self._show_both():
            await super().follow()

    async def _show_both(self) -> bool:
        """Read the note again.

        Returns:
            Whether a value that was typed over is different now.
        """
        await self.read_all()
        clashes = []
        for fact in self._facts:
            before, there = fact.was, typed(fact.key, self._has.get(fact.key))
            fact.was = there
            if there != before and fact.value in (before, there):
                fact.set_choices(fact.input.choices, there, many=fact.key in LISTS)
            elif there != before:
                both = f"In the note now: {there or 'nothing'}. Before: {before or 'nothing'}."
                clashes.append(f"{label(fact.key)} was changed meanwhile.\n{both}")
        self.start = [fact.was for fact in self._facts]
        if clashes:
            self.explain("\n".join([*clashes, "Press enter to save yours, or escape to keep that one."]), leaving=True)
        return bool(clashes)


def _shown_first(kind: str, names: Sequence[str], has: Mapping[str, object]) -> list[str]:
    """The facts shown before any is asked for: what the note has, and the first ones of a partner, or all others."""
    usual = KEYS.get(kind, ())
    first = set(usual[:SHOWN] if kind == "partner" else usual)
    return [key for key in names if key in first or has.get(key) not in (None, "", [])]


def label(key: str) -> str:
    """A property's name in words: `check in` for `check_in`."""
    return key.replace("_", " ")


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
