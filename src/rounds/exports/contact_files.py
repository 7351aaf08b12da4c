"""Contact files: partners as CSV, spreadsheet, JSON lines and vCards."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from rounds.domain.contact_rows import MANY
from rounds.domain.export_rows import COLUMNS, ExportRow, harmless, joined
from rounds.exports.card import folded, partner_vcard

_LOG = "log"
_LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet can have."""


class Format(NamedTuple):
    """A kind of file.

    Attributes:
        ending: of its name.
        made: the bytes of a file with these rows.
    """

    ending: str
    made: Callable[[Sequence[ExportRow]], bytes]


def _cells(rows: Sequence[ExportRow]) -> Iterable[Sequence[str]]:
    """The header and the cells of each row; a column `log` follows if any row has one."""
    has_log = any(row.log for row in rows)
    yield (*COLUMNS, *([_LOG] if has_log else []))
    for row in rows:
        cells = [joined(key, row.values.get(key, ())) if key in MANY else _one(row, key) for key in COLUMNS]
        yield (*cells, *(["\n".join(row.log)] if has_log else []))


def _one(row: ExportRow, key: str) -> str:
    if key == "name":
        return row.name if row.kind == "partner" else ""
    if key == "organization" and row.kind == "organization":
        return row.name
    return ", ".join(row.values.get(key, ()))


def _csv(rows: Sequence[ExportRow]) -> bytes:
    """A table that spreadsheets open as UTF-8, and in which they calculate nothing."""
    target = io.StringIO()
    csv.writer(target).writerows([harmless(cell) for cell in cells] for cells in _cells(rows))
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8", "replace")


def _json_lines(rows: Sequence[ExportRow]) -> bytes:
    return "".join(f"{json.dumps(_document(row), ensure_ascii=False)}\n" for row in rows).encode("utf-8", "replace")


def _document(row: ExportRow) -> Mapping[str, object]:
    """Type and name come first: `rounds import` knows the file by them."""
    values = {
        key: [*texts] if key in MANY else ", ".join(texts)
        for key in COLUMNS if key != "name" and (texts := row.values.get(key, ()))
    }  # fmt: skip
    return {"type": row.kind, "name": row.name, **values, **({_LOG: [*row.log]} if row.log else {})}


def _vcards(rows: Sequence[ExportRow], *, version: str) -> bytes:
    return b"".join(folded(partner_vcard(row, version)) for row in rows)


# Spreadsheet ----------------------------------------------------------------------------------------------------------

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TEXT, _BOLD, _QUOTED = 0, 1, 2
_NOT_IN_XML = dict.fromkeys((0xFFFE, 0xFFFF))
_PARTS: Mapping[str, str] = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Partners" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}  # fmt: skip
"""The parts of an XLSX file beside its sheet: one sheet, and cells of text, in bold, or marked as text."""


def _xlsx(rows: Sequence[ExportRow]) -> bytes:
    """A spreadsheet of text cells, which are never calculated, not even after they were edited."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as book:
        for name, text in (*_PARTS.items(), ("xl/worksheets/sheet1.xml", _sheet(rows))):
            part = ZipInfo(name)  # with a fixed time: the same rows make the same file
            part.compress_type = ZIP_DEFLATED
            book.writestr(part, f"{_HEAD}{text}".encode("utf-8", "replace"))
    return target.getvalue()


def _sheet(rows: Sequence[ExportRow]) -> str:
    lines = []
    for number, cells in enumerate(_cells(rows), 1):
        texts = (_cell(text, bold=number == 1) for text in cells)
        lines.append(f'<row r="{number}">{"".join(texts)}</row>')
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        '<sheetFormatPr defaultColWidth="18" defaultRowHeight="15"/>'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )


def _cell(text: str, *, bold: bool) -> str:
    from html import escape

    style = _BOLD if bold else _QUOTED if harmless(text) != text else _TEXT
    if not text:
        return "<c/>"
    shown = escape(text[:_LONGEST_CELL].translate(_NOT_IN_XML), quote=False)
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{shown}</t></is></c>'


FORMATS: Mapping[str, Format] = {
    "vcard3": Format(".vcf", partial(_vcards, version="3.0")),
    "vcard4": Format(".vcf", partial(_vcards, version="4.0")),
    "csv": Format(".csv", _csv),
    "xlsx": Format(".xlsx", _xlsx),
    "jsonl": Format(".jsonl", _json_lines),
}
"""The kinds of files by the values of --as; of one ending, the first is the usual one."""
