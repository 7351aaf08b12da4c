"""Import contacts from a file: its rows as a list to tick, then one change."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from rounds.errors import UsageError
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.dialogs.list import ListDialog
from rounds.tui.jobs import Job
from rounds.tui.messages import RowHighlighted, RowSelected
from rounds.tui.phrases import clean, count
from rounds.tui.widgets.fields import Choice, paragraph
from rounds.tui.widgets.rowlist import RowList, cursor_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rounds.domain.import_plan import Planned
    from rounds.imports.columns import Header
    from rounds.imports.recognize import Mapped
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault.import_contacts import Plan
    from rounds.vault.vault import Vault

_MOST_COLUMNS = 60
"""The most columns whose meaning is asked."""


class _UnknownColumnsError(Exception):
    """The columns of a table aren't known yet."""

    def __init__(self, header: "Header") -> None:
        super().__init__()
        self.header = header


class ImportFile(FormDialog):
    """Asks for the file; nothing is written yet.

    Attributes:
        header: the columns of a table whose meaning must be asked first.
        shown: the rows to tick, once there are some.
    """

    SAVE = "show the rows"

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session, "Import contacts")
        self.job = Job("Reading the file")
        self.header: Header | None = None
        self.plan: Plan | None = None
        self.shown: list[Planned] = []

    def fields(self) -> Fields:
        yield paragraph("From Google, Outlook, LinkedIn, a phone, the NPI registry, or a list of your own (CSV, XLSX).")
        yield "File", Input(placeholder="such as ~/Downloads/contacts.csv", id="file")
        yield "Sheet", Input(placeholder="of a spreadsheet that has several", id="sheet")
        yield "Only", Input(placeholder="all, or for example: role:psychiatrist city:portland", id="only")
        yield paragraph("First you see each row, and tick those to import. Nothing is written before that.")

    def keeps(self) -> dict[str, str]:
        """Keep nothing: it's quickly typed again."""
        return {}

    async def work(self) -> str:
        return await self.session.read(self.act, self.job)

    def act(self, vault: "Vault") -> str:
        if not self.text("file"):
            raise UsageError("which file?", hint="Or press escape to leave.")
        try:
            self.read(vault, _unknown)
        except _UnknownColumnsError as unknown:
            self.header = unknown.header
        return "Read."

    @property
    def file(self) -> str:
        """The path of the file."""
        return os.path.expanduser(self.text("file"))

    def read(self, vault: "Vault", mapped: "Mapped") -> None:
        """Plan the rows of the file, and choose those to show.

        Raises:
            UsageError: it can't be read.
            QueryError: the rows can't be chosen so.
        """
        from rounds.domain.import_filter import is_asked_for
        from rounds.domain.query.parser import parse
        from rounds.vault.import_contacts import opened, plan

        only = parse(self.text("only")) if self.text("only") else None
        try:
            found = opened(vault, self.file, sheet=self.text("sheet"), asked=mapped, chosen=_which_sheet)
            self.plan = plan(vault, [(os.path.basename(self.file), found.rows)], self.job.step)
        except OSError as error:
            raise UsageError(f"{self.file} can't be read: {error.strerror}", hint="Is it there?") from error
        rows = [row for row in self.plan.rows if row.is_possible or row.differs]
        self.shown = [row for row in rows if only is None or is_asked_for(row, only)]


def _unknown(header: "Header") -> "Mapping[str, str]":
    if len(header.names) > _MOST_COLUMNS:
        return header.guesses
    raise _UnknownColumnsError(header)


def _which_sheet(names: "Sequence[str]") -> str:
    raise UsageError("the file has several sheets", hint=f"Which one has the people? {', '.join(names)}")


class Columns(FormDialog):
    """Asks what the columns of a table mean, once; the answers are saved in config.toml."""

    SAVE = "show the rows"

    def __init__(self, session: "VaultSession", file: ImportFile, header: "Header") -> None:
        super().__init__(session, "What is in each column?", os.path.basename(file.file))
        self.job = Job("Reading the file")
        self._file = file
        self._header = header
        self._names = [name for name in dict.fromkeys(header.names) if header.samples.get(name)]

    def fields(self) -> Fields:
        from rounds.domain.contact_rows import FIELDS

        yield paragraph("Up and down go through what a column can be; an empty line leaves the column out.")
        for number, name in enumerate(self._names):
            samples = ", ".join(dict.fromkeys(self._header.samples[name][:2]))
            guess = self._header.guesses[name]
            yield clean(name)[:20], Choice([*FIELDS], guess, complete=True, listed=False, id=f"column{number}")
            yield paragraph(clean(f"For example {samples[:60]}"))

    def keeps(self) -> dict[str, str]:
        """Keep nothing: it's quickly chosen again."""
        return {}

    async def work(self) -> str:
        return await self.session.read(self.act, self.job)

    def act(self, vault: "Vault") -> str:
        from rounds.imports.columns import check_mapping, has_names
        from rounds.vault.import_contacts import save_columns

        answers = {name: self.text(f"column{number}") for number, name in enumerate(self._names)}
        mapping = {**self._header.guesses, **answers}
        if why := check_mapping(mapping, self._header.names):
            raise UsageError(why)
        if not has_names(self._header, mapping):
            raise UsageError("one of the columns must be the name of people, or the organization")
        self._file.read(vault, lambda _: mapping)
        save_columns(vault, self._file.file, self._header, mapping)
        return "Read."


class PlannedList(RowList):
    """Planned rows on three lines: tick, name and state; the evidence; what would be written."""

    def __init__(self, rows: "Sequence[Planned]") -> None:
        super().__init__()
        self._rows = rows

    @property
    def lines_each(self) -> int:
        return 3

    @property
    def item(self) -> "Planned | None":
        """The row under the cursor."""
        return self.at_cursor(self._rows)

    def on_mount(self) -> None:
        self.set_rows([row.number for row in self._rows])

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - it's cut to the width anyway
        row = self._rows[index]
        if line:
            text = Content.styled(f"  {_below(row)[line - 1]}", "$foreground-muted")
        else:
            text = Content.assemble((f"{'✓' if row.ticked else '·'} {clean(row.name)}", "bold"), f"  {row.state}")
        return Content.assemble(cursor_mark(here=index == self.cursor), text)


def _below(row: "Planned") -> tuple[str, str]:
    """The evidence of a row, and what would be written."""
    return clean("; ".join([f"line {row.line}", *row.evidence])), clean("; ".join(row.facts))


class TickRows(ListDialog["Planned"]):
    """The rows that can be imported; enter and space tick, i imports those that are ticked."""

    KEYS: ClassVar = {
        "enter": "tick",
        "a": "all or none",
        "t": "take what the file says",
        "i": "import the ticked ones",
    }

    def __init__(self, plan: "Plan", shown: "Sequence[Planned]") -> None:
        numbers = {row.number for row in shown}
        for row in plan.rows:
            row.ticked = row.ticked and row.number in numbers
        counts = ", ".join(f"{number:,} {state}" for state, number in plan.counts().items())
        left = [f"line {row.line}: {row.why}" for row in plan.rows if row.state == "left out"]
        differ = any(row.differs for row in shown)
        super().__init__(
            "Import contacts",
            [(row, Content("")) for row in shown],
            {key: what for key, what in self.KEYS.items() if key != "t" or differ},
            about=counts,
            empty="There is nobody to import in this file.",
            note=clean("Left out: " + "; ".join(left[:3]) + (f"; {len(left) - 3} more" if left[3:] else ""))
            if left
            else "",
        )
        self._shown = shown

    def listing(self) -> Widget:
        return Vertical(PlannedList(self._shown), Static(id="whole", markup=False))

    @property
    def item(self) -> "Planned | None":
        return self.query_one(PlannedList).item

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        """Show the whole row, whose lines may be cut in the list."""
        event.stop()
        self._update()

    def on_row_selected(self, event: RowSelected) -> None:
        event.stop()
        self.action_end("enter")

    def _update(self) -> None:
        if (row := self.item) is None:
            return
        place, ticked = self.query_one(PlannedList).cursor + 1, sum(each.ticked for each in self._shown)
        said = Content.styled(f"Row {place:,} of {len(self._shown):,}, {ticked:,} ticked", "bold")
        whole = Content.styled("\n".join(filter(None, _below(row))), "$foreground-muted")
        self.query_one("#whole", Static).update(Content("\n").join([said, whole]))

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
            possible = [row for row in self._shown if row.is_possible]
            ticked = not all(row.ticked for row in possible)
            self._tick(possible, ticked=ticked)
        elif self.item is not None and key == "t":
            given = not self.item.taken
            for each in self.item.differs:
                self.item.take(each.key, given=given)
            self._show()
        elif self.item is not None and self.item.is_possible:
            self._tick([self.item], ticked=not self.item.ticked)

    def _tick(self, rows: "Sequence[Planned]", *, ticked: bool) -> None:
        for row in rows:
            row.ticked = ticked
        self._show()

    def _show(self) -> None:
        self.query_one(PlannedList).refresh()
        self._update()


async def import_contacts(screen: "NoteScreen") -> None:
    """Ask for a file, show its rows, and import those that are ticked, as one change."""
    from rounds.vault.import_contacts import write

    form = ImportFile(screen.session)
    if not await screen.wait_for(form):
        return
    if form.header is not None and not await screen.wait_for(Columns(screen.session, form, form.header)):
        return
    if form.plan is None:
        return
    key, _ = await screen.choose(TickRows(form.plan, form.shown))
    ticked = [row for row in form.plan.rows if row.ticked]
    if key != "i" or not ticked:
        screen.tell("Nothing was imported.")
        return
    job = Job("Importing")
    done = await screen.session.write("", lambda vault: write(vault, ticked, job.step), job)
    failed = "".join(f"\n{clean(row.name)}: {clean(why)}" for row, why in done.failed[:3])
    screen.tell(f"Imported {count(len(done.paths), 'row')}; u undoes it.{failed}")
