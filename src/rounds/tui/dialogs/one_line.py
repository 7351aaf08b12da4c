"""One line about anybody, read while it is typed, and written with enter."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from rounds.errors import RoundsError, UsageError
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.dialogs.list import ChoiceList, choice
from rounds.tui.dialogs.log_touch import ticked
from rounds.tui.phrases import clean
from rounds.vault.line_names import Names, names
from rounds.vault.one_line import EXAMPLE, missing, named_too, plan_words, read_line, touch_words, write_line
from rounds.vault.same_time import also_then

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rounds.tui.session import VaultSession
    from rounds.vault.inbox_lines import InboxItem
    from rounds.vault.vault import Vault

_ADD = "(add)"
"""The choice to add an unknown name; never a path."""


class OneLine(FormDialog):
    """A line such as `call Yuki yesterday: met at the bakery, follow up fri`; what it means stands below it."""

    SAVE = "write it"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "turn", show=False, priority=True)]

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session, "One line about anybody")
        self._known = Names(())
        self._item: InboxItem | None = None
        self._turned = False  # done and to do are exchanged

    def fields(self) -> Fields:
        yield "", Input(placeholder=f"such as {EXAMPLE}", id="line")
        yield "", Static(id="reading", markup=False)

    def beginning(self, name: str) -> str:  # noqa: ARG002 - it has one field
        return f"- {self.session.agenda.today} note: "

    @property
    def writes(self) -> "Sequence[str]":
        item = self._item
        return [item.about] if item is not None and item.about else []

    def keys(self) -> list[tuple[str, str, str]]:
        enter, *rest = super().keys()
        item = self._item
        adds = item is not None and item.new and not item.candidates
        other = [("ctrl+t", "it's done" if self._is_to_do(item) else "still to do", "turn")] if item is not None else []
        return [("enter", f"add {clean(item.new)}" if item is not None and adds else enter[1], "save"), *other, *rest]

    async def look_up(self) -> None:
        self._known = await self.session.read(names)
        await self._read()

    @on(Input.Changed, "#line")
    def _read_soon(self) -> None:
        # As a callable: a worker replaced before it starts leaves no coroutine behind.
        self.run_worker(self._read, group="reading", exclusive=True)  # type: ignore[arg-type]

    async def _read(self) -> None:
        """Read the line in a thread, and show what it means."""
        text = self.query_one("#line", Input).value
        try:
            item, rows = await self.session.read(lambda vault: self._meaning(vault, text))
        except RoundsError:  # saving says what is wrong
            return
        if text == self.query_one("#line", Input).value:
            self._item = item if text.strip() else None
            self.query_one("#reading", Static).update(rows)
            self.on_descendant_focus()

    def _meaning(self, vault: "Vault", text: str) -> "tuple[InboxItem, Content]":
        item = read_line(vault, text, self._known)
        return item, reading(vault, item, to_do=self._is_to_do(item)) if text.strip() else Content("")

    def _is_to_do(self, item: "InboxItem | None") -> bool:
        return item is not None and item.ahead is not self._turned

    async def action_turn(self) -> None:
        """What was read as done is still to do, or the other way around."""
        self._turned = not self._turned
        await self._read()

    async def save(self) -> None:
        """Ask who is meant where that is unclear; write the line and close."""
        self._held = self.holds()
        text = self.text("line")
        item = await self.session.read(lambda vault: read_line(vault, text, self._known))
        if item.candidates:
            about = await self._who(item)
            if not about:
                return
            name = dict(zip(item.places, item.candidates, strict=True)).get(about, "")
            is_new = about == _ADD
            item = replace(item, candidates=(), places=()) if is_new else item.corrected(path=about, name=name)
        self._item = item
        self.dismiss(await self.work())

    async def _who(self, item: "InboxItem") -> str:
        """The path of the person who is meant, or `_ADD`; empty if the question was left."""
        rows = [(path, choice(clean(name), path)) for name, path in zip(item.candidates, item.places, strict=True)]
        if item.new:
            rows.append((_ADD, choice(f"Add {clean(item.new)}", "a new partner")))
        _, found = await self.app.push_screen_wait(ChoiceList("Who is it?", rows)) or ("", None)
        return found or ""

    def act(self, vault: "Vault") -> str:
        item = self._item
        assert item is not None
        to_do = self._is_to_do(item)
        if why := missing(vault, item, to_do=to_do):
            raise UsageError(why.rstrip("."), hint="Or press escape to leave.")
        clash = also_then(vault, item.plan.due, item.plan.clock) if to_do else ""
        done = write_line(vault, item, item.about, to_do=to_do)
        name = item.name or item.to_do or item.new
        added = "" if item.about else f"{clean(name)} is a new partner; c adds what they do."
        words = clean("; ".join(f"{label.lower()}: {each}" for label, each in parts(vault, item, to_do=to_do)))
        return "\n".join(filter(None, (f"Written for {clean(name)}: {words}.{ticked(done)}", added, clash)))


def summary(vault: "Vault", item: "InboxItem", *, to_do: bool) -> list[str]:
    """What is written for a line, each in words."""
    return [each for _, each in parts(vault, item, to_do=to_do)]


def parts(vault: "Vault", item: "InboxItem", *, to_do: bool) -> list[tuple[str, str]]:
    """The same, each with a label: Log, To do, or Next."""
    if to_do:
        entry = [("To do", plan_words(item.plan, vault))]
    else:
        logs = item.kind or item.words or not item.steps
        entry = [("Log", touch_words(item, vault))] if logs else []
    return [*entry, *(("Next", plan_words(each, vault)) for each in item.steps)]


def reading(vault: "Vault", item: "InboxItem", *, to_do: bool) -> Content:
    """What a line means, a row for each part: who, the entry or follow-up, and further follow-ups."""
    if item.candidates:
        called = list(dict.fromkeys(map(clean, item.candidates)))
        several = len(called) == 1 and len(item.candidates) > 1
        who = f"one of {len(item.candidates)} called {called[0]}" if several else " or ".join(called)
        who += f", or {clean(item.new)}, a new partner; enter asks" if item.new else "? Enter asks."
    else:
        who = clean(item.name or item.to_do or item.new)
        who += ": not in your network yet; enter adds them" if item.new else ""
    rows = [("Who", who), *((label, clean(words)) for label, words in parts(vault, item, to_do=to_do))]
    if others := named_too(item):
        rows.append(("", clean(others)))
    if item.asks:
        rows.append(("", "Done, or to do? ctrl+t changes it."))
    if why := missing(vault, item, to_do=to_do):
        rows = [row for row in rows[:1] if row[1]] + [("", why)]
    return Content("\n").join(Content.assemble((f"{label:<7}", "$foreground-muted"), text) for label, text in rows)
