"""Import contacts from a file: its rows as a list to tick, then one change."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.content import Content
from textual.widgets import Input, OptionList

from rounds.errors import UsageError
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.dialogs.list import ListDialog, block
from rounds.tui.jobs import Job
from rounds.tui.phrases import clean, count
from rounds.tui.widgets.fields import paragraph

if TYPE_CHECKING:
    from rounds.domain.import_plan import Planned
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault.import_contacts import Plan
    from rounds.vault.vault import Vault

_MOST = 2000
"""Rows up to which a list can be looked through."""


class ImportFile(FormDialog):
    """Asks for the file; nothing is written yet."""

    SAVE = "show the rows"

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session, "Import contacts")
        self.job = Job("Reading the file")
        self.plan: Plan | None = None

    def fields(self) -> Fields:
        yield paragraph("From Google, Outlook, LinkedIn, a phone, the NPI registry, or a list of your own (CSV, XLSX).")
        yield "File", Input(placeholder="~/Downloads/contacts.csv", id="file")
        yield paragraph("First you see each row, and tick those to import. Nothing is written before that.")

    def keeps(self) -> dict[str, str]:
        """Keep nothing: it's quickly typed again."""
        return {}

    async def work(self) -> str:
        return await self.session.read(self.act, self.job)

    def act(self, vault: "Vault") -> str:
        from rounds.vault.import_contacts import opened, plan

        path = os.path.expanduser(self.text("file"))
        if not path:
            raise UsageError("which file?", hint="Or press escape to leave.")
        try:
            found = plan(vault, [(os.path.basename(path), opened(vault, path).rows)], self.job.step)
        except OSError as error:
            raise UsageError(f"{path} can't be read: {error.strerror}", hint="Is it there?") from error
        if len(found.rows) > _MOST:
            hint = "For so many, use the command line: rounds import, with --only."
            raise UsageError(f"it has {len(found.rows):,} rows, too many to look through here", hint=hint)
        self.plan = found
        return "Read."


class TickRows(ListDialog["Planned"]):
    """The rows that can be imported; enter and space tick, i imports those that are ticked."""

    KEYS: ClassVar = {"enter": "tick", "a": "all or none", "i": "import the ticked ones"}

    def __init__(self, plan: "Plan") -> None:
        possible = [row for row in plan.rows if row.is_possible]
        counts = ", ".join(f"{number} {state}" for state, number in plan.counts().items())
        left = [f"line {row.line}: {row.why}" for row in plan.rows if row.state == "left out"]
        super().__init__(
            "Import contacts",
            [(row, _words(row)) for row in possible],
            self.KEYS,
            about=counts,
            empty="There is nobody to import in this file.",
            note=clean("Left out: " + "; ".join(left[:3]) + (f"; {len(left) - 3} more" if left[3:] else ""))
            if left
            else "",
        )
        self._possible = possible

    def on_key(self, event: events.Key) -> None:
        """The other keys: Textual calls the list's own handler too."""
        if event.key == "space":
            event.stop()
            self.action_end("enter")

    def action_end(self, key: str) -> None:
        """Tick; only i closes the list."""
        if key == "i":
            super().action_end(key)
        elif key == "a":
            ticked = not all(row.ticked for row in self._possible)
            self._tick(self._possible, ticked=ticked)
        elif self.item is not None:
            self._tick([self.item], ticked=not self.item.ticked)

    def _tick(self, rows: "Sequence[Planned]", *, ticked: bool) -> None:
        listed = self.query_one(OptionList)
        for row in rows:
            row.ticked = ticked
            listed.replace_option_prompt_at_index(self._possible.index(row), _words(row))


def _words(row: "Planned") -> Content:
    """A row: its tick, name and state; below, the evidence and what would be written."""
    said = "; ".join(
        filter(
            None,
            [
                f"line {row.line}",
                row.kind if row.kind == "organization" else "",
                row.why,
                row.path,
                *row.stays,
                *row.left,
            ],
        )
    )
    return block(
        f"{'✓' if row.ticked else '·'} {clean(row.name)}", row.state, [clean(said), clean("; ".join(row.facts))]
    )


async def import_contacts(screen: "NoteScreen") -> None:
    """Ask for a file, show its rows, and import those that are ticked, as one change."""
    from rounds.vault.import_contacts import write

    form = ImportFile(screen.session)
    if not await screen.wait_for(form) or form.plan is None:
        return
    key, _ = await screen.choose(TickRows(form.plan))
    ticked = [row for row in form.plan.rows if row.ticked]
    if key != "i" or not ticked:
        screen.tell("Nothing was imported.")
        return
    job = Job("Importing")
    done = await screen.session.write("", lambda vault: write(vault, ticked, job.step), job)
    failed = "".join(f"\n{clean(row.name)}: {clean(why)}" for row, why in done.failed[:3])
    screen.tell(f"Imported {count(len(done.paths), 'row')}; u undoes it.{failed}")
