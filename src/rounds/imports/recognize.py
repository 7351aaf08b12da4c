"""Recognition: the kind of a file, by its content."""

import codecs
import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from rounds.domain.contact_rows import Row, row_as_written
from rounds.domain.job_titles import Roles
from rounds.errors import RoundsError, UsageError
from rounds.imports import columns, folders, nppes, tables, vcard

KINDS: Mapping[str, str] = {
    "google": "Google Contacts",
    "outlook": "Outlook",
    "linkedin": "LinkedIn",
    "vcard": "address book (vCard)",
    "npi": "NPI registry",
    "rounds": "Rounds",
    "table": "table",
    "folder": "folder",
    "picture": "picture of a business card",
}
"""Kinds of files in words; most keys are also values of --as."""

Mapped = Callable[[columns.Header], Mapping[str, str]]
"""Decides what the columns of a table mean: key of FIELDS by name of column."""

_LINE_OF_OURS = re.compile(r'\{\s*"type":\s*"(?:partner|organization)",\s*"name":')
"""How the JSON lines of an export begin."""

_FOREIGN: Mapping[str, str] = {
    r"%PDF-": "a PDF file",
    r"\{\\rtf": "a document (RTF)",
    r"<!DOCTYPE html|<html": "a web page, perhaps one to sign in",
    r"<(?:\?xml|!|[a-z]+[\s>/])": "a file of XML or HTML",
    r"From \S+@\S+ |(?:Return-Path|Received|MIME-Version|DKIM-Signature): ": "an email",
    r"BEGIN:VCALENDAR\s": "a calendar",
}
"""How files begin that are text and hold no contacts, and what they are."""

_SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class File(NamedTuple):
    """A file that can be imported.

    Attributes:
        kind: a key of KINDS.
        header: of a table; None for any other.
        rows: read one after the other, only once.
        about: roughly how many rows there are; 0 if that isn't known.
    """

    path: str
    kind: str
    header: columns.Header | None
    rows: Iterator[Row]
    about: int = 0


def opened(
    path: str,
    *,
    kind: str = "",
    sheet: str = "",
    roles: Roles,
    mapped: Mapped,
    chosen: tables.Chosen = tables.first_sheet,
) -> File:
    """Recognize a file.

    Args:
        kind: a key of KINDS, if the user says what it is.
        sheet: of a spreadsheet, by name or number; `chosen` if empty and there are several.

    Raises:
        OSError: it can't be opened.
        RoundsError: it's none of these kinds.
    """
    if os.path.isdir(path):
        return File(path, "folder", None, folders.notes(path, roles=roles))
    start = tables.head(path)
    if folders.is_picture(start):
        return File(path, "picture", None, iter([folders.picture(path)]))
    text = tables.decoded(start).lstrip("\ufeff \t\r\n") if not start.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    _refuse_foreign(path, text)
    if kind == "vcard" or (not kind and re.match(r"BEGIN:VCARD\s", text, re.IGNORECASE)):
        return File(path, "vcard", None, vcard.cards(path, roles=roles), tables.count(path, b"END:VCARD"))
    if kind in {"", "rounds"} and _LINE_OF_OURS.match(text):
        return File(path, "rounds", None, _exported(path), tables.count(path, b"\n"))
    if kind in {"", "npi"} and text[:1] in {"{", "["}:
        return File(path, "npi", None, nppes.answers(path, roles=roles))
    is_sheet = _is_sheet(path, start, sheet)
    lines = tables.sheet_lines(path, sheet, chosen) if is_sheet else tables.csv_lines(path)
    about = 0 if is_sheet else tables.count(path, b"\n")
    return _table(path, *columns.header_of(lines, kind), roles, mapped)._replace(about=about)


def _refuse_foreign(path: str, text: str) -> None:
    """Refuse text that holds no contacts, by its beginning, whatever the file's name is.

    Raises:
        RoundsError: it's one of these, or empty.
    """
    for sign, what in _FOREIGN.items():
        if re.match(sign, text, re.IGNORECASE):
            hint = "Export the contacts again, as CSV or vCard (.vcf)."
            raise RoundsError(f"{path} is {what}, not a list of contacts", hint=hint)


def _table(path: str, header: columns.Header, below: Iterator[tables.Line], roles: Roles, mapped: Mapped) -> File:
    if header.kind == "npi" and "NPI" in header.names:
        return File(path, "npi", header, nppes.bulk_rows(header, below, roles=roles))
    mapping = mapped(header) if header.kind == "table" else {}
    if not columns.has_names(header, mapping):
        raise RoundsError(f"{path}: no column seems to hold names", hint=_no_names(header))
    source = KINDS[header.kind] if header.kind != "table" else "spreadsheet"
    return File(path, header.kind, header, columns.rows(header, below, mapping, source=source, roles=roles))


def _no_names(header: columns.Header) -> str:
    if header.kind != "table":
        return f"It doesn't have the columns of {KINDS[header.kind]}. Leave out --as, or export the contacts again."
    column = header.names[0] if header.names else "Column 1"
    return (
        "Import it on a terminal without --yes: it asks what each column is. "
        f'Or in config.toml: [imports.mine], header = "{header.fingerprint}", and for each column "{column}" = "name"'
    )


def _exported(path: str) -> Iterator[Row]:
    """The rows of the JSON lines of an export."""
    import json

    for number, line in enumerate(tables.text_lines(path), 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            yield Row(number, line[:60].strip(), refused="the line can't be read as JSON", raw=[line.rstrip("\r\n")])
            continue
        found = {key: [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]
                 for key, value in said.items()}  # fmt: skip
        if said.get("type") == "organization":
            found["organization"] = found.pop("name", [])
        row = row_as_written(number, found, source=KINDS["rounds"])
        yield row._replace(raw=[line.rstrip("\r\n")]) if row.refused else row


def _is_sheet(path: str, start: bytes, sheet: str) -> bool:
    """Whether a file that begins so is a spreadsheet, rather than a CSV file.

    Raises:
        RoundsError: it's neither.
        UsageError: a sheet of a CSV file is asked for.
    """
    is_sheet = start.startswith(_SPREADSHEET)
    if not start.removeprefix(codecs.BOM_UTF8).strip() or start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        raise RoundsError(f"{path} is empty", hint="Export the contacts again.")
    if not is_sheet and b"\0" in start[:1000] and not tables.is_text(start):
        raise RoundsError(
            f"{path} isn't a kind of file that Rounds can import",
            hint="It reads CSV, XLSX, vCard (.vcf), JSON of the NPI registry, pictures, and folders of notes or cards.",
        )
    if sheet and not is_sheet:
        raise UsageError(f"{path} isn't a spreadsheet, so it has no sheets", hint="Leave out --sheet.")
    return is_sheet
