"""Problems: the error, its file, and how to fix it there."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from rounds.domain.phrases import counted, format_value
from rounds.errors import Problem
from rounds.tui.actions import PROBLEMS, bindings
from rounds.tui.messages import OpenEditor
from rounds.tui.phrases import clean, note_name
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import Selection, flow
from rounds.tui.widgets.lists import ProblemList
from rounds.vault.line_mends import LineMend, line_mend, write_mend
from rounds.vault.tidy import Tidying

if TYPE_CHECKING:
    from rounds.domain.duplicate_pair import Pair
    from rounds.vault.vault import NoteRecord, Vault

_NONE = """\
Every note can be read.

When something in a file needs fixing, it is listed here with its place and what to do about it."""

_MERGE, _TWO, _EDIT, _RENAME, _APPLY = "merge", "two", "edit", "rename", "apply"

_NO_DUPLICATE = "No two notes seem to be about the same person."
_NO_EXCEPTION = "No line is marked as an exception. The question about client information offers to mark one."


class ProblemsScreen(MainScreen):
    """The list of problems."""

    PLACE = PROBLEMS
    UNCHOSEN = "There is no problem to fix."
    BINDINGS = [*bindings(PROBLEMS), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def content(self) -> ComposeResult:
        yield ProblemList(id="problems")

    @property
    def listing(self) -> ProblemList:
        return self.query_one(ProblemList)

    @property
    def subject(self) -> Selection | None:
        problem = self.listing.item
        if problem is None:
            return None
        return Selection(problem.path, note_name(problem.path), problem.line, problem.column)

    async def reload(self) -> None:
        problems = self.session.agenda.problems
        self.explain_empty("" if problems else _NONE)
        self.listing.show(problems)

    def show_preview(self) -> None:
        """Problems have no preview: the place in the file is what matters."""

    @flow
    async def action_mend(self) -> None:
        """Ask what to write for client information, whether to merge two notes, or to rename; else open the editor."""
        problem = self.listing.item
        if problem is None or not await self._ask(problem):
            self.action_edit()

    async def _ask(self, problem: Problem) -> bool:
        """Ask about a problem and do what is answered; False if it's for the editor."""
        from rounds.vault.duplicates import pair_in
        from rounds.vault.tidy import renaming_in

        if problem.about_client:
            return await self._mend(problem)
        if (pair := await self.session.read(lambda vault: pair_in(vault, problem))) is not None:
            await self._merge(pair)
        elif (renaming := await self.session.read(lambda vault: renaming_in(vault, problem))) is not None:
            await self._rename(renaming)
        else:
            return False
        return True

    @flow
    async def action_apply(self) -> None:
        """Show the proposed fix of a problem, and write it."""
        from rounds.vault.tidy import untidy

        problem = self.listing.item
        if problem is None:
            self.tell(self.UNCHOSEN)
            return

        def solves(tidying: Tidying) -> bool:
            return tidying.path == problem.path and problem.message.startswith(f"{tidying.key}:")

        def read(vault: "Vault") -> tuple[LineMend | None, list[Tidying]]:
            found = line_mend(vault, problem)
            return found, [] if found else [*filter(solves, untidy(vault))]

        mend, missing = await self.session.read(read)
        if mend is not None:
            await self._write_line(mend)
        elif missing:
            await self._write_missing(problem.path, missing)
        elif not await self._ask(problem):
            self.tell("Rounds has no fix to propose here. enter opens the note in your editor.")

    async def _write_line(self, mend: LineMend) -> None:
        from rounds.tui.dialogs.list import ListDialog, block

        rows = [
            (_APPLY, block(f"Write: {clean(mend.after)}", "", [f"Now: {clean(mend.before)}"])),
            (_EDIT, block("Edit the note", "", [clean(mend.path)])),
        ]
        _, chosen = await self.choose(ListDialog("The proposed fix", rows, about=f"line {mend.line}"))
        if chosen == _APPLY:
            await self.session.write(mend.path, lambda vault: write_mend(vault, mend))
            self.tell(f"Fixed: {note_name(mend.path)}, line {mend.line}. u takes it back.")
        elif chosen == _EDIT:
            self.action_edit()

    async def _write_missing(self, path: str, missing: list[Tidying]) -> None:
        from rounds.tui.dialogs.list import ListDialog, block
        from rounds.vault.tidy import tidy

        words = [f"{each.key.replace('_', ' ')}: {clean(str(each.value))}" for each in missing]
        rows = [
            (_APPLY, block("Write what is missing", "", words)),
            (_EDIT, block("Edit the note", "", [clean(path)])),
        ]
        _, chosen = await self.choose(ListDialog("The proposed fix", rows))
        if chosen == _APPLY:
            left = await self.session.write(path, lambda vault: tidy(vault, missing))
            words = [f"{where}: {reason}" for where, reason in left]
            self.tell("; ".join(words) or f"Fixed: {note_name(path)}. u takes it back.")
        elif chosen == _EDIT:
            self.action_edit()

    @flow
    async def action_duplicates(self) -> None:
        """List the notes that may be about the same person; from there, merge two or note that they aren't."""
        from rounds.tui.dialogs.list import ListDialog, block
        from rounds.vault.duplicates import duplicates

        found = await self.session.read(lambda vault: [*duplicates(vault)], "Looking for duplicates")
        rows = [
            (each, block(clean(f"{each.name}, {each.other_name}"), "", [clean(", ".join(each.why))])) for each in found
        ]
        _, chosen = await self.choose(
            ListDialog("About the same person?", rows, {"enter": "compare"}, empty=_NO_DUPLICATE)
        )
        if chosen:
            await self._merge(chosen)

    async def _merge(self, pair: "Pair") -> None:
        """Ask whether two notes are about the same person, and merge them or write that they aren't."""
        from rounds.tui.dialogs.list import ListDialog, block
        from rounds.vault import merge_people
        from rounds.vault.duplicates import dismiss

        def both(vault: "Vault") -> "tuple[NoteRecord, NoteRecord]":
            return vault.entry(pair.path), vault.entry(pair.other)

        plan = await self.session.read(lambda vault: merge_people.plan(vault, *both(vault)))
        names = clean(pair.name), clean(pair.other_name)
        stays = [f"{each.key} stays {format_value(each.kept) or 'empty'}" for each in plan.differing]
        below = [f"Links in {counted(len(plan.relinked), 'more file')} change", *map(clean, stays)]
        rows = [
            (_MERGE, block(f"Merge {names[1]} into {names[0]}", "", below)),
            (_TWO, block("They aren't the same", "", ["Both notes say so, and this is no longer listed"])),
            (_EDIT, block("Edit the first note", "", [clean(pair.path)])),
        ]
        _, chosen = await self.choose(ListDialog("The same?", rows, note=", ".join(pair.why)))
        paths = [pair.path, pair.other, *plan.relinked]
        if chosen == _MERGE:
            await self.session.write(paths, lambda vault: merge_people.write(vault, plan))
            self.tell(f"Merged {names[1]} into {names[0]}. u takes it back.")
        elif chosen == _TWO:
            await self.session.write(paths, lambda vault: dismiss(vault, *both(vault)))
            self.tell(f"Noted: {names[0]} and {names[1]} aren't the same.")
        elif chosen == _EDIT:
            self.action_edit()

    async def _rename(self, renaming: "Tidying") -> None:
        """Ask whether to rename a note that a Windows PC can't have, and do it."""
        from rounds.tui.dialogs.list import ListDialog, block
        from rounds.vault.tidy import tidy

        old, new = clean(note_name(renaming.path)), clean(str(renaming.value))
        rows = [
            (_RENAME, block(f"Rename {old} to {new}", "", ["Links to it change too"])),
            (_EDIT, block("Edit the note", "", [clean(renaming.path)])),
        ]
        _, chosen = await self.choose(ListDialog("A name for Windows", rows))
        if chosen == _RENAME:
            left = await self.session.write(renaming.path, lambda vault: tidy(vault, [renaming]))
            self.tell("; ".join(f"{path}: {reason}" for path, reason in left) or f"Renamed to {new}. u takes it back.")
        elif chosen == _EDIT:
            self.action_edit()

    async def _mend(self, problem: Problem) -> bool:
        """Ask about a line and write it; False if it's for the editor."""
        from rounds.tui.dialogs.client_guard import EDIT, decide
        from rounds.vault.client_guard import line_of, mend

        added = await self.session.read(lambda vault: line_of(vault, problem.path, problem.line))
        line = await decide(self.wait_for, self.session, added) if added else EDIT
        if added and line not in {"", EDIT}:
            await self.session.write(problem.path, lambda vault: mend(vault, added, line))
            self.tell(f"Fixed: {note_name(problem.path)}, line {problem.line}.")
        return line != EDIT

    @flow
    async def action_exceptions(self) -> None:
        """List the lines marked as exceptions; from there, open the editor."""
        from rounds.tui.dialogs.list import ListDialog, block
        from rounds.vault.compliance import kept_lines

        found = await self.session.read(lambda vault: [*kept_lines(vault)], "Looking for exceptions")
        rows = []
        for each in found:
            kind = "client information" if each.kind == "phi" else each.kind
            below = [clean(each.reason) or "no reason", clean(each.text)]
            rows.append((each, block(clean(f"{each.path}:{each.line}"), kind, below)))
        _, chosen = await self.choose(ListDialog("Kept as exceptions", rows, {"enter": "edit"}, empty=_NO_EXCEPTION))
        if chosen:
            self.post_message(OpenEditor(chosen.path, chosen.line, 1))

    def action_read(self) -> None:
        self.action_mend()
