"""Export rows: what of a person goes into a file, and cells that no spreadsheet calculates."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

CARRIED = (
    "name", "role", "credentials", "pronouns", "organization", "email", "phone", "fax", "website", "address", "city",
    "specialties", "serves", "languages", "insurance", "npi", "connection", "last_contact",
)  # fmt: skip
"""Columns that come back with `rounds import` as they were."""

COLUMNS = (
    *CARRIED, "stage", "accepting", "accepting_checked", "telehealth", "referral_method", "source", "introduced_by",
)  # fmt: skip
"""All columns of a table, in order; `log` follows if it's asked for."""

CONTACT_CARD = (
    "name", "role", "credentials", "pronouns", "organization", "email", "phone", "fax", "website", "address", "city",
    "npi",
)  # fmt: skip
"""Properties that a vCard carries both ways."""

MAKER = "-//Rounds//Contacts//EN"
"""PRODID of the vCards of an export, by which an import knows that their values are as written."""


class ExportRow(NamedTuple):
    """A partner or organization on its way into a file.

    Attributes:
        kind: `partner` or `organization`.
        id: of the note.
        values: texts by property, each on one line; links are plain names.
        log: lines such as `2026-11-01 email: hello`; empty unless asked for.
    """

    kind: str
    id: str
    name: str
    values: Mapping[str, Sequence[str]]
    log: Sequence[str] = ()


# Cells ----------------------------------------------------------------------------------------------------------------

_START = r"((?:\A|[;\t\r\n]) *+\"?+)"
_SIGNS = "=+\\-@\t\r＝＋－＠"
_PHONE = r"(?!\+\d[\d ().-]{5,}+(?:;|\Z))"
_MORE_STARTS = re.compile(r"[;\t\r\n]")
_CALCULATED = re.compile(rf"{_START}{_PHONE}('*+[{_SIGNS}])")
_KEPT_FROM_IT = re.compile(rf"{_START}'('*+[{_SIGNS}])")


def harmless(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet calculates: an apostrophe before `=`, `+`, `-`, `@` or a tab.

    A plain phone number such as `+1 503-555-0142` stays. A program that separates cells by semicolons might split a
    cell, so the text after each one counts as a start too. `as_typed` is the reverse.
    """
    if not cell or (cell[0].isalnum() and not _MORE_STARTS.search(cell)):
        return cell
    return _CALCULATED.sub(r"\1'\2", cell)


def as_typed(cell: str) -> str:
    """A cell without the apostrophes of `harmless`."""
    return _KEPT_FROM_IT.sub(r"\1\2", cell) if "'" in cell else cell


# Several values in a cell ---------------------------------------------------------------------------------------------


def joined(key: str, items: Sequence[str]) -> str:
    """Several values of a property in one cell, separated by semicolons.

    One that has a separator in it is in quotes, with quotes in it doubled, as a cell of a CSV file: `"burnout, grief"`.
    """
    separators = _separators(key)
    return "; ".join(
        '"{}"'.format(item.replace('"', '""')) if item[:1] == '"' or any(map(item.count, separators)) else item
        for item in items
    )


def parts(key: str, cell: str) -> list[str]:
    """The values of a cell made by `joined`, or typed: lists also end at commas, but not phone numbers."""
    signs = _separators(key)
    found = re.findall(rf'\s*(?:"((?:[^"]|"")*+)"\s*(?=[{signs}]|\Z)|([^{signs}]*+))[{signs}]?', cell)
    items = (quoted.replace('""', '"') or plain for quoted, plain in found)
    return [item for each in items if (item := each.strip())]


def _separators(key: str) -> str:
    return ";" if key in {"email", "phone"} else ";,"
