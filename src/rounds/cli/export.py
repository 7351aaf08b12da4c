"""`rounds export`: partners as a file for address books and spreadsheets."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.notices_unknown_words import tell_of_unread
from rounds.cli.options import command, query_completion
from rounds.cli.resolve import names_type, query_of, say_suggestion
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from rounds.domain.export_rows import ExportRow

_FORMATS = ("vcard3", "vcard4", "csv", "xlsx", "jsonl")


@command("export", '{"count": NUMBER, "files": [PATH], "written": [PATH]}', queries=True)
@click.argument("file", metavar="FILE", type=click.Path())
@click.argument("query", nargs=-1, shell_complete=query_completion)
@click.option("--as", "kind", type=click.Choice(_FORMATS), help="The kind of file; by default its ending tells.")
@click.option("--each", is_flag=True, help="Write one vCard per partner; FILE is then a folder.")
@click.option("--with-log", "log", is_flag=True, help="Add what is logged about each partner.")
@click.option("--replace", is_flag=True, help="Replace files with different content.")
def export(
    session: Session, file: str, query: tuple[str, ...], *, kind: str | None, each: bool, log: bool, replace: bool
) -> None:
    """Write partners into a file for other programs.

    All partners, or those matching a query; a query with `type:organization` finds organizations. FILE ends in .vcf
    (address books and phones), .csv or .xlsx (spreadsheets), or .jsonl (programs). For example: `rounds export
    psychiatrists.csv role:psychiatrist`.

    Logs are left out unless you ask for them. Client codes and client information are always left out. Existing files
    are replaced only with --replace. docs/import.md lists what `rounds import` reads back.
    """
    from rounds.exports.write_files import write_papers
    from rounds.vault.export_contacts import export_rows
    from rounds.vault.list_search import listed

    vault = session.vault
    kind = _kind(file, kind, each=each)
    text = query_of(vault, query)
    types = ("partner", "organization") if names_type(text) else ("partner",)
    entries = [entry for entry in listed(vault, text, types=types) if entry.type in types]
    if not entries:
        say_suggestion(vault, text, types)
        raise NotFoundError("nobody matches, so no file was written", hint="To see who there is: rounds list")
    tell_of_unread(entries)
    folder, papers = _papers(file, kind, export_rows(vault, entries, log=log), each=each)
    written = write_papers(folder, papers, replace=replace)
    paths = [os.path.join(folder, name) for name in papers]
    session.out.show(
        lambda: {"count": len(entries), "files": paths, "written": written},
        lambda: [
            *([f"{path}{'' if path in written else ' (unchanged)'}" for path in paths[:_SHOWN]]),
            *([f"and {counted(len(paths) - _SHOWN, 'more file')}"] if len(paths) > _SHOWN else []),
            f"{counted(len(entries), 'contact')} exported.",
        ],
    )


_SHOWN = 20


def _kind(file: str, kind: str | None, *, each: bool) -> str:
    """The kind of file to write: a key of FORMATS.

    Raises:
        UsageError: neither the ending nor an option says it.
    """
    from rounds.exports.contact_files import FORMATS

    ending = os.path.splitext(file)[1].lower()
    found = kind or ("vcard3" if each else next((key for key, each in FORMATS.items() if each.ending == ending), ""))
    if not found:
        raise UsageError(
            f'the ending of "{file}" doesn\'t say what kind of file it is',
            hint="Use .vcf, .csv, .xlsx or .jsonl, or name the kind with --as",
        )
    if each and FORMATS[found].ending != ".vcf":
        raise UsageError("--each works with vCards only", hint="For example: rounds export Cards --each --as vcard4")
    return found


def _papers(file: str, kind: str, rows: "Sequence[ExportRow]", *, each: bool) -> tuple[str, dict[str, bytes]]:
    """The folder, and the bytes by file name."""
    from rounds.exports.contact_files import FORMATS
    from rounds.exports.write_files import file_place
    from rounds.vault.note_files import file_name

    made = FORMATS[kind].made
    if not each:
        folder, name = file_place(file)
        return folder, {name: made(rows)}
    papers: dict[str, bytes] = {}
    taken: set[str] = set()
    for row in rows:
        stem = file_name(row.name)
        numbered = (stem, *(f"{stem} {number}" for number in range(2, len(rows) + 2)))
        name = next(name for name in numbered if name.casefold() not in taken)
        taken.add(name.casefold())
        papers[f"{name}.vcf"] = made([row])
    return os.path.abspath(os.path.expanduser(file)), papers
