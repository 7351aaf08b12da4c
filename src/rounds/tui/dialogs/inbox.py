"""A line of the inbox, corrected before it's filed."""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Static

from rounds.domain.activity import KINDS
from rounds.errors import UsageError
from rounds.notes.dates import parse_day
from rounds.tui.dialogs.form import labeled
from rounds.tui.dialogs.forms import ticked
from rounds.tui.dialogs.new_partner import NewcomerForm
from rounds.tui.phrases import clean, day_name
from rounds.tui.widgets.fields import Choice, Day, Words
from rounds.vault.inbox import FILE, file_thought
from rounds.vault.lookup import find
from rounds.vault.search import names_for

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.inbox import InboxItem
    from rounds.vault.log_actions import WriteResult
    from rounds.vault.vault import Vault


class FileThought(NewcomerForm):
    """Enter the partner and what happened; saving moves the line from the inbox into that log."""

    SAVE = "file it"

    def __init__(self, desk: "VaultSession", thought: "InboxItem") -> None:
        super().__init__(desk, "File a line of the inbox", "", FILE)
        self._thought = thought
        self.subject = thought.text

    def fields(self) -> ComposeResult:
        thought = self._thought
        yield Static(clean(thought.text), classes="quote", markup=False)
        yield labeled("Who", Choice((), thought.name, id="who", placeholder="a name, or part of one"))
        yield labeled("Kind", Choice(KINDS, thought.kind or "note", complete=True, id="kind"))
        yield labeled("When", Day(str(thought.date), self.desk.vault.today, past=True, id="when"))
        yield labeled("What", Words(thought.said, id="words"))

    async def look_up(self) -> None:
        names = await self.desk.read(lambda vault: names_for(vault, "knows"))
        field = self.query_one("#who", Choice)
        field.set_choices(names, field.input.value)

    def act(self, vault: "Vault") -> str:
        if not self.text("who"):
            raise UsageError("who is it about?", hint="Or press escape: the line stays in the inbox.")
        who = self.text("who")
        day = parse_day(self.text("when") or "today", today=vault.today(), past=True)
        kind = self.text("kind").lower()
        words = self.text("words")
        with vault.change():
            entry = self.known_or_new(vault, who, lambda: find(vault, who))
            kind = "" if kind == "note" else kind
            thought = self._thought.corrected(path=entry.path, name=entry.name, kind=kind, on=day)
            if words != self._thought.said.strip():
                thought = replace(thought, words=words)
            done = file_thought(vault, thought)
        return self.welcome(filed(thought, entry.name, vault, done))


def filed(thought: "InboxItem", name: str, vault: "Vault", done: "WriteResult") -> str:
    """A message about the filed line."""
    day = day_name(thought.date, vault.today())
    return f"Filed for {clean(name)}: {thought.kind or 'note'}, {day}.{ticked(done)}"
