"""`rounds import`: preview and add contacts from other programs' files."""

import csv
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import row_shape
from rounds.cli.options import command
from rounds.cli.output import as_typed, say, table, wrapped
from rounds.cli.prompts import ask, can_ask, choose, pick
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import RoundsError

if TYPE_CHECKING:
    from rounds.domain.contact_rows import Row
    from rounds.domain.import_plan import Planned
    from rounds.imports.columns import Header
    from rounds.imports.recognize import File
    from rounds.vault.import_contacts import Plan, Written

_ANSWER = '{"rows": [ROW], "counts": an object, "written": [PATH], "failed": [{"number", "reason"}]}'
_KINDS = ("google", "outlook", "linkedin", "vcard", "npi", "rounds", "table")
_FEW = 100
"""Rows that take no time worth a counter."""

_MOST_COLUMNS = 60
"""The most columns whose meaning is asked one by one."""


@command("import", _ANSWER, guarded=True)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--yes", is_flag=True, help="Import the ticked rows without asking.")
@click.option("--only", metavar="QUERY", default="", help="Tick only the rows that match.")
@click.option("--all", "everyone", is_flag=True, help="Tick every row that can be imported.")
@click.option("--as", "kind", type=click.Choice(_KINDS), help="The kind of file, if it isn't recognized.")
@click.option("--sheet", metavar="NAME", default="", help="The sheet of a spreadsheet, by name or number.")
@click.option("--rejects", metavar="PATH", default="", help="Write the rows that can't be imported into a file.")
def import_(
    session: Session,
    files: tuple[str, ...],
    *,
    yes: bool,
    only: str,
    everyone: bool,
    kind: str | None,
    sheet: str,
    rejects: str,
) -> None:
    """Import contacts from other programs' files.

    FILE is from Google, Outlook, LinkedIn, a phone (vCards), the NPI registry, or any table. It can also be a folder of
    notes or vCards, or a picture of a business card.

    Shows first what would happen to each row of the files: new, update, same, look-alike, or left out. Rows that look
    private or like clients aren't ticked. On a terminal you then choose what to tick; elsewhere nothing is written
    without --yes. What a note has is never overwritten, and one `rounds undo` reverts an import.
    """
    from rounds.vault.import_contacts import plan, write

    query = tick_query(only)
    opened = [_opened(session, path, kind or "", sheet, asking=not yes) for path in files]
    step = row_counter(session, "read", sum(each.about for each in opened))
    planned = plan(session.vault, ((os.path.basename(each.path), each.rows) for each in opened), step)
    tick(planned.rows, query, everyone=everyone)
    if rejects:
        _write_rejects(rejects, opened, planned.refused)
    asking = can_ask(session) and not yes
    if asking:
        ask_ticks(session, planned, planned.rows)
    ticked = [row for row in planned.rows if row.ticked]
    done = write(session.vault, ticked, row_counter(session, "written")) if (yes or asking) and ticked else None
    session.vault.sync()
    show_outcome(session, planned, done, asked=asking)


def show_outcome(
    session: Session,
    planned: "Plan",
    done: "Written | None",
    *,
    asked: bool,
    also: Mapping[str, object] = {},
    below: Sequence[str] = (),
) -> None:
    """Show the plan, unless it was asked about, and what was written.

    Args:
        also: further keys of the JSON document.
        below: further lines.

    Raises:
        RoundsError: a ticked row could not be imported.
    """
    paths = done.paths if done is not None else []
    failed = [(row.number, why) for row, why in (done.failed if done is not None else ())]
    session.out.show(
        lambda: {
            "rows": [row_shape(row) for row in planned.rows],
            "counts": planned.counts(),
            "written": paths,
            "failed": [{"number": number, "reason": why} for number, why in failed],
            **also,
        },
        lambda: [
            *([] if asked else _lines(planned, session.out.width)),
            _end(paths, planned.rows, is_written=done is not None),
            *below,
        ],
    )
    for number, why in failed:
        say(f"Row {number}: {why}")
    lacking = sum(row.ticked for row in planned.rows) - len(paths)
    if lacking > 0 and done is not None:
        hint = "The others were imported." if paths else ""
        raise RoundsError(f"{counted(lacking, 'row')} could not be imported", hint=hint)


def _end(paths: Sequence[str], rows: Sequence["Planned"], *, is_written: bool) -> str:
    ticked = [row for row in rows if row.ticked]
    if is_written and not paths:
        return "Nothing was imported."
    if not rows:
        return "There is nobody in it, so nothing was written."
    if is_written:
        return as_typed(f"Imported {counted(len(paths), 'row')}. To take it back: rounds undo")
    if not ticked:
        return "Nothing is ticked, so nothing was written."
    return f"Nothing was written. To import the {counted(len(ticked), 'ticked row')}, add --yes"


# Files ----------------------------------------------------------------------------------------------------------------


def _opened(session: Session, path: str, kind: str, sheet: str, *, asking: bool) -> "File":
    from rounds.imports.recognize import KINDS
    from rounds.vault.import_contacts import opened

    asking = asking and can_ask(session)
    asked, chosen = partial(_columns, session, path, asking=asking), partial(_sheet, path, asking=asking)
    found = opened(session.vault, path, kind=kind, sheet=sheet, asked=asked, chosen=chosen)
    say(f"{path}: {KINDS[found.kind]}")
    return found


def _sheet(path: str, names: Sequence[str], *, asking: bool) -> str:
    """Which of several sheets is read: asked, or the first one."""
    if not asking:
        say(f"{path}: sheet {names[0]}. Others, for --sheet: {', '.join(names[1:])}")
        return names[0]
    say(f"{path} has several sheets:")
    for line in table([(str(number), name) for number, name in enumerate(names, 1)]):
        say(f"  {line}")
    number = pick("Which one has the people?", len(names))
    if not number:
        raise click.Abort
    return names[number - 1]


def _columns(session: Session, path: str, header: "Header", *, asking: bool) -> Mapping[str, str]:
    """What the columns of a table mean: asked once and saved, or guessed."""
    from rounds.imports.columns import has_names
    from rounds.storage.user_config import config_path
    from rounds.vault.import_contacts import save_columns

    names = dict.fromkeys(name for name in header.names if header.samples.get(name))
    if asking and len(names) <= _MOST_COLUMNS:
        say("What is in each column? Enter takes the proposal, - leaves the column out, ? lists what there is.")
        mapping = {**header.guesses, **{name: _ask_column(header, name) for name in names}}
        while not has_names(header, mapping):
            say("One of the columns must be the name of people, or the organization.")
            mapping |= {name: _ask_column(header, name) for name in names}
        name = save_columns(session.vault, path, header, mapping)
        say(f"Saved for files with these columns in {config_path()}, [imports.{name}]")
        return mapping
    mapping = {name: field for name, field in header.guesses.items() if field}
    if mapping:
        say("Columns: " + ", ".join(f"{name} = {field}" for name, field in mapping.items()))
    left = [name for name in names if name not in mapping]
    if left:
        more = f" and {len(left) - 10} more" if left[10:] else ""
        say(f"Left out, since it isn't clear what they are: {', '.join(left[:10])}{more}")
    return mapping


def _ask_column(header: "Header", name: str) -> str:
    """Ask what a column means; a dash leaves it out."""
    from rounds.domain.contact_rows import FIELDS

    shown = ", ".join(dict.fromkeys(header.samples[name][:3]))
    while True:
        answer = ask(f"{name} ({shown[:40]})", header.guesses[name] or "-")
        if answer == "-" or answer in FIELDS:
            return "" if answer == "-" else answer
        if answer != "?":
            say(f'A column can\'t be "{answer}", but one of these:')
        for line in table([*FIELDS.items()]):
            say(f"  {line}")


def _write_rejects(path: str, files: "Sequence[File]", refused: "Sequence[Sequence[Row]]") -> None:
    """Write the rows that can't be imported as they are in their file, to be corrected; a table gets the reasons.

    Rows of several files share one, if they have the same columns; otherwise the further files are numbered.
    """
    from rounds.exports.write_files import file_place, write_papers

    groups: dict[tuple[str, ...], list[Row]] = {}
    for file, rows in zip(files, refused, strict=True):
        is_table = file.kind != "vcard" and not (file.kind == "rounds" and file.header is None)
        names = file.header.names if file.header is not None else ("Name",)
        if rows:
            groups.setdefault(tuple(names) if is_table else (), []).extend(rows)
    if not groups:
        say("All rows can be imported; no rejects file was written.")
        return
    folder, first = file_place(path)
    stem, ending = os.path.splitext(first)
    papers = {
        f"{stem} {number}{ending}" if number > 1 else first: _rejected(columns, rows).encode("utf-8", "replace")
        for number, (columns, rows) in enumerate(groups.items(), 1)
    }
    write_papers(folder, papers, word="")
    paths = ", ".join(os.path.join(os.path.dirname(path), name) for name in papers)
    say(f"{counted(sum(map(len, refused)), 'row')} that can't be imported: {paths}")


def _rejected(columns: Sequence[str], rows: "Sequence[Row]") -> str:
    """Rows as the text of a table with reasons; without columns, the rows as they were."""
    if not columns:
        return "".join(f"{line}\r\n" for row in rows for line in row.raw)
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([*columns, "Reason"])
    for row in rows:
        cells = [*(row.raw or (row.name,))]
        writer.writerow([*cells, *[""] * (len(columns) - len(cells)), row.refused])
    return target.getvalue()


# The plan -------------------------------------------------------------------------------------------------------------


def tick_query(text: str) -> object:
    from rounds.domain.query.parser import parse

    return parse(text) if text else None


def tick(rows: Sequence["Planned"], query: object, *, everyone: bool) -> None:
    from rounds.domain.import_filter import is_asked_for
    from rounds.domain.query.parser import Query

    for row in rows:
        wanted = row.is_possible if everyone else row.ticked
        row.ticked = wanted and (not isinstance(query, Query) or is_asked_for(row, query))


def _lines(planned: "Plan", width: int) -> Iterator[str]:
    """The plan: a line per row, with its evidence and what would be written below."""
    wide, several = len(str(len(planned.rows))), len({row.file for row in planned.rows}) > 1
    for row in planned.rows:
        mark = ("[x]" if row.ticked else "[ ]") if row.is_possible else "   "
        first = f"{row.number:>{wide}} {mark} {row.state:<10}  {row.name or '(no name)'}"
        yield from wrapped(first, width)
        place = f"{row.file}, line {row.line}" if several else f"line {row.line}" if row.line else ""
        indent = " " * (wide + 5)
        if said := "; ".join(filter(None, [place, *row.evidence])):
            yield from wrapped(said, width, indent)
        if row.is_possible and (facts := row.facts):
            yield from wrapped(f"+ {'; '.join(facts)}", width, indent)
    counts = ", ".join(f"{number} {state}" for state, number in planned.counts().items())
    ticked = sum(row.ticked for row in planned.rows)
    yield f"{counted(len(planned.rows), 'row')}: {counts or 'none'}. Ticked: {ticked}."


_HELP = (
    "yes: import the ticked rows",
    "no: write nothing",
    "3 7-9: tick or untick these rows",
    "all, none: tick all that can be imported, or none",
    "show: show the rows again",
)


def ask_ticks(session: Session, planned: "Plan", compared: Sequence["Planned"]) -> None:
    """Show the plan, and let the user tick rows.

    Args:
        compared: the rows that are asked about where they differ from their note.

    Raises:
        click.Abort: the user wants nothing written.
    """
    session.out.show(dict, lambda: _lines(planned, session.out.width))
    _ask_differences(compared)
    possible = {row.number: row for row in planned.rows if row.is_possible}
    while possible:
        ticked = sum(row.ticked for row in planned.rows)
        answer = ask(f"Import {counted(ticked, 'row')}? (yes, no, ? for more)", "no").lower()
        if answer in {"y", "yes"}:
            return
        if answer in {"n", "no", "quit", "q"}:
            for row in planned.rows:
                row.ticked = False
            return
        if answer in {"all", "none"}:
            for row in possible.values():
                row.ticked = answer == "all"
        elif answer == "show":
            session.out.show(dict, lambda: _lines(planned, session.out.width))
        elif numbers := _numbers(answer, len(planned.rows)):
            _switch(possible, numbers)
        else:
            for line in _HELP:
                say(f"  {line}")


def _ask_differences(rows: Sequence["Planned"]) -> None:
    """Ask about each value that a note and the file have differently; Enter keeps the note's."""
    different = [(row, each) for row in rows for each in row.differs]
    if different:
        say(f"Your notes differ in {counted(len(different), 'value')}. Enter keeps what your note says.")
    for row, each in different:
        question = (
            f"{row.name}, {each.key}: keep {each.here}, or take {each.given}? (keep, take, rest: keep all others)"
        )
        answer = choose(question, ("keep", "take", "rest"), "keep")
        if answer == "rest":
            return
        row.take(each.key, given=answer == "take")


def _numbers(answer: str, most: int) -> list[int]:
    """The numbers in `3 7-9`; none if it says anything else."""
    found: list[int] = []
    for part in re.split(r"[\s,]+", answer.strip()):
        match = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", part)
        if match is None:
            return []
        found += range(int(match[1]), min(int(match[2] or match[1]), most) + 1)
    return found


def _switch(possible: Mapping[int, "Planned"], numbers: Sequence[int]) -> None:
    for number in numbers:
        row = possible.get(number)
        if row is None:
            say(f"Row {number} can't be ticked: there is nothing to import in it.")
            continue
        row.ticked = not row.ticked
        say(f"{'[x]' if row.ticked else '[ ]'} {row.number} {row.name}")


def row_counter(session: Session, what: str, lines: int = 0) -> "partial[None]":
    """A counter on the terminal, on one line of stderr.

    Args:
        lines: about how many rows there are, where their number isn't known.
    """
    shown = not session.json and sys.stderr.isatty()
    return partial(_step, what, lines, shown=shown)


def _step(what: str, lines: int, done: int, of: int, *, shown: bool) -> None:
    if not shown or done < _FEW or (done % _FEW and done != of):
        return
    end = "\n" if done == of else ""
    share = min(done / (of or lines), 1) if of or lines else 0
    bar = f"{'#' * int(20 * share):<20} " if share else ""
    click.echo(f"\r{bar}{done:,}{f' of {of:,}' if of else ''} rows {what}{end}", nl=False, err=True)
