"""Export: what the vault says about partners and organizations, as it may go out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rounds.domain.contact_checks import split_contacts
from rounds.domain.export_rows import COLUMNS, ExportRow
from rounds.domain.feed import clean, without_codes
from rounds.domain.log_followups import SILENT
from rounds.domain.phrases import format_value
from rounds.index import queries
from rounds.notes.links import first_target
from rounds.vault.organizations import inherited_by
from rounds.vault.outgoing import concerns_of, neutral
from rounds.vault.practice import Papers

if TYPE_CHECKING:
    from rounds.vault.vault import NoteRecord, Vault

Sayable = Callable[[str, str], str]
"""A text of a note as it may go out, with the property that it comes from."""


def export_rows(vault: "Vault", entries: "Sequence[NoteRecord]", *, log: bool = False) -> list[ExportRow]:
    """Partners and organizations as rows of a file.

    Client codes and client information are replaced by neutral words. Values of the organization count as the
    partner's.

    Args:
        log: whether the rows have the log.
    """
    given = inherited_by(vault, entries)
    places = [each.path for each in vault.ask(queries.notes_of_type, "organization")] if given else []
    concerns = concerns_of(vault, {*places, *(entry.path for entry in entries)})
    concerned = {path for path, lines in concerns.items() if lines is None or lines}
    rows = []
    for entry in entries:
        theirs = given.get(entry.key, {})
        doubtful = entry.path in concerned or bool(theirs and not concerned.isdisjoint(places))

        def sayable(text: str, key: str = "", path: str = entry.path, *, doubtful: bool = doubtful) -> str:
            return clean(without_codes(neutral(vault, text, path, key) if doubtful else text))

        rows.append(_row(entry, {**entry.properties, **theirs}, sayable, [*_log(vault, entry)] if log else ()))
    return rows


def partner_papers(vault: "Vault", entry: "NoteRecord", version: str) -> Papers:
    """The vCard of a partner or organization, and its QR code.

    Raises:
        UsageError: it's too long for a QR code.
    """
    from rounds.exports.card import codes, folded, partner_vcard
    from rounds.vault.note_files import file_name

    (row,) = export_rows(vault, [entry])
    code = codes(
        partner_vcard(row, version, scanned=True), "Without a QR code, it goes into a file: rounds export FILE.vcf"
    )
    stem = file_name(row.name)
    files = {
        f"{stem}.vcf": folded(partner_vcard(row, version)), f"{stem} QR code.svg": code.svg.encode(),
        f"{stem} QR code.png": code.png,
    }  # fmt: skip
    return Papers(files, code.terminal)


def _row(
    entry: "NoteRecord", properties: Mapping[str, object], sayable: Sayable, log: Sequence[tuple[str, str]]
) -> ExportRow:
    values = {}
    for key in COLUMNS:
        texts = [text for part in _parts(key, properties.get(key)) if (text := sayable(part, key))]
        if texts and key != "name":
            values[key] = texts
    if entry.last_contact is not None:
        values["last_contact"] = [str(entry.last_contact)]
    told = []
    for head, text in log:
        words = sayable(text, "")
        told.append(f"{head}: {words}" if words else head)
    return ExportRow(entry.type, entry.id, sayable(entry.name, ""), values, told)


def _parts(key: str, value: object) -> list[str]:
    """The values of a property as text, links as names."""
    if value in (None, "", []):
        return []
    if key == "organization":
        return [first_target(value) or format_value(value)]
    items = map(format_value, value) if isinstance(value, list) else [format_value(value)]
    return [part for item in items for part in split_contacts(key, item)]


def _log(vault: "Vault", entry: "NoteRecord") -> Iterator[tuple[str, str]]:
    """The touches and notes of a log, the newest first: day and kind, and the words."""
    if not entry.readable:
        return
    for each in sorted(vault.read(entry.path).note.log, key=lambda each: each.date, reverse=True):
        if each.kind not in SILENT or each.kind == "note":
            yield f"{each.date} {each.kind}", format_value(each.text)
