"""vCards: address books of phones and Macs, in versions 2.1, 3 and 4."""

import quopri
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from rounds.domain.contact_rows import Row, row_as_written, row_of
from rounds.domain.export_rows import MAKER
from rounds.domain.job_titles import Roles
from rounds.imports.tables import decoded, text_lines

_NAME = re.compile(r"(?:([\w-]++)\.)?+([\w-]++)((?:;(?:[^:\"]++|\"[^\"]*+\")*+)?+):", re.ASCII)
"""Group, name and parameters before the colon; a colon may stand in quotes."""

_PICTURES = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_LARGEST = 2_000
"""The most lines of a card, without pictures."""

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNESCAPED = {"n": "\n", "N": "\n"}
_FIELDS: Mapping[str, str] = {
    "FN": "name", "TEL": "phone", "EMAIL": "email", "TITLE": "title", "ROLE": "title", "NOTE": "notes",
    "URL": "website", "CATEGORIES": "labels", "PRONOUNS": "pronouns", "X-NPI": "npi",
}  # fmt: skip
_NAME_PARTS = ("last", "first", "middle", "", "suffix")
_ADDRESS_PARTS = ("", "street", "street", "city", "state", "zip", "")


class _Property(NamedTuple):
    """A line of a card: `item1.TEL;TYPE=work:503...`."""

    group: str
    name: str
    types: frozenset[str]
    value: str


def cards(path: str, *, roles: Roles) -> Iterator[Row]:
    """The rows of a file of vCards; a card that can't be read is a refused row, and the next ones are read."""
    lines: list[str] = []
    start = number = 0
    skipping = False
    for number, line in enumerate(text_lines(path), 1):
        text = line.rstrip("\r\n")
        mark = text.strip().upper() if len(text) < 80 else ""
        if mark == "BEGIN:VCARD":
            if lines:
                yield Row(start, _name_in(lines), refused="the card has no END:VCARD", raw=lines)
            lines, start, skipping = [text], number, False
        elif mark == "END:VCARD" and lines:
            yield _row([*lines, text], start, roles)
            lines = []
        elif lines and not (skipping := _is_picture(text, skipping=skipping)) and len(lines) < _LARGEST:
            lines.append(text)
    if lines:
        yield Row(start, _name_in(lines), refused="the card has no END:VCARD", raw=lines)


def _is_picture(line: str, *, skipping: bool) -> bool:
    """Whether a line belongs to a picture: they are left out before anything is decoded."""
    found = _NAME.match(line)
    if found is None or (skipping and line[:1] in {" ", "\t"}):
        return skipping
    return found[2].upper() in _PICTURES


def _name_in(lines: Sequence[str]) -> str:
    return next((line.partition(":")[2][:60] for line in lines if line.upper().startswith(("FN", "N"))), "")


def _row(lines: Sequence[str], start: int, roles: Roles) -> Row:
    properties = [*_properties(lines)]
    found = _found(properties)
    if any(each.name == "PRODID" and each.value == MAKER for each in properties):
        row = row_as_written(start, _as_written(found), source="Rounds")
    else:
        row = row_of(start, found, source="address book", roles=roles)
    return row._replace(raw=lines) if row.refused else row


def _found(properties: Sequence[_Property]) -> dict[str, list[str]]:
    """Texts by key of FIELDS; of several addresses, that at work."""
    found: dict[str, list[str]] = {}
    addresses: list[tuple[bool, list[str]]] = []
    for each in properties:
        if each.name == "N":
            for key, part in zip(_NAME_PARTS, _split(each.value), strict=False):
                found.setdefault(key, []).append(part)
        elif each.name == "ORG":
            found.setdefault("organization", []).extend(_split(each.value)[:1])
        elif each.name == "ADR":
            addresses.append((each.types.isdisjoint({"WORK"}), _split(each.value)))
        elif key := _FIELDS.get(each.name, ""):
            values = _split(each.value, ",") if key == "labels" else [_plain(each.value)]
            found.setdefault("fax" if key == "phone" and "FAX" in each.types else key, []).extend(values)
    for _, parts in sorted(addresses, key=lambda each: each[0])[:1]:
        for key, part in zip(_ADDRESS_PARTS, parts, strict=False):
            found.setdefault(key, []).append(part)
    found.pop("", None)
    if _is_company(found):
        del found["name"]
    return found


def _as_written(found: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The properties in a card of an export, from the texts by key of FIELDS."""
    credentials = "".join(found.get("suffix", ()))
    names = [name.removesuffix(f", {credentials}") for name in found.get("name", ())]
    phones = [re.sub(r",(\d+)$", r" ext. \1", number) for number in found.get("phone", ())]
    told = {"name": names, "phone": phones, "address": found.get("street", ()), "role": found.get("title", ())}
    return {**found, **told, "credentials": [credentials]}


def _is_company(found: Mapping[str, Sequence[str]]) -> bool:
    """Whether a card is a company's: it names nobody, and its full name is the organization's."""
    names = [text for key in ("first", "middle", "last") for text in found.get(key, ()) if text]
    return not names and "name" in found and found["name"][:1] == found.get("organization", ())[:1]


def _properties(lines: Sequence[str]) -> Iterator[_Property]:
    for line in _unfolded(lines):
        found = _NAME.match(line)
        if found is None:
            continue
        parameters = re.findall(r';([\w-]*+)=?+("[^"]*+"|[^;"]*+)', found[3])
        values = [(name.upper(), text.strip('"')) for name, text in parameters]
        types = {part.strip() for name, text in values for part in f"{text or name}".upper().split(",")}
        value = line[found.end() :]
        if "QUOTED-PRINTABLE" in types:
            value = _unquoted(value, next((text for name, text in values if name == "CHARSET"), ""))
            value = value.replace("\\", "\\\\").replace("\n", "\\n") if found[2].upper() == "NOTE" else value
        yield _Property(found[1] or "", found[2].upper(), frozenset(types), value)


def _unfolded(lines: Sequence[str]) -> Iterator[str]:
    """Logical lines: folded ones joined, also those with quoted-printable's `=`, or with no sign at all."""
    parts: list[str] = []
    quoted = False
    for line in lines:
        if parts and quoted and parts[-1].endswith("="):
            parts[-1] = parts[-1][:-1]
            parts.append(line.lstrip(" \t") if line[:1] in {" ", "\t"} else line)
        elif parts and line[:1] in {" ", "\t"}:
            parts.append(line[1:])
        elif parts and line and _NAME.match(line) is None:
            parts.append(f"\\n{line}")
        else:
            yield "".join(parts)
            parts, quoted = [line], "QUOTED-PRINTABLE" in line[:200].upper().partition(":")[0]
    yield "".join(parts)


def _unquoted(value: str, charset: str) -> str:
    data = quopri.decodestring(value.encode("utf-8", "replace"))
    with suppress(LookupError, UnicodeDecodeError):
        return data.decode(charset or "utf-8").replace("\r\n", "\n")
    return decoded(data).replace("\r\n", "\n")


def _split(value: str, sign: str = ";") -> list[str]:
    """Parts of a value at unescaped signs."""
    return [_plain(part) for part in re.findall(rf"((?:[^\\{sign}]|\\.?)*)(?:{sign}|$)", value, re.DOTALL)]


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: _UNESCAPED.get(match[1], match[1]), value).strip()
