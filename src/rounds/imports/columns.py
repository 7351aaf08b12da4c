"""Columns: what each column of a table means, known from its header or guessed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice
from typing import NamedTuple

from rounds.domain.contact_checks import has_check_digit, is_email, is_npi, is_phone, is_website
from rounds.domain.contact_rows import FIELDS, MANY, Row, row_as_written, row_of
from rounds.domain.export_rows import CARRIED, COLUMNS, parts
from rounds.domain.folding import fold
from rounds.domain.job_titles import Roles
from rounds.imports.tables import Line

_PREAMBLE = 20
"""How many lines are searched for the header."""

_SAMPLE = 50
"""How many lines are used to guess a column by its values."""

_KNOWN: Mapping[str, Mapping[str, str]] = {
    "google": {
        "first": r"First Name|Given Name", "middle": r"Middle Name|Additional Name", "last": r"Last Name|Family Name",
        "suffix": r"Name Suffix", "name": r"Name|File As", "organization": r"Organization (?:1 - )?Name",
        "title": r"Organization (?:1 - )?Title", "email": r"E-mail \d+ - Value", "phone": r"Phone \d+ - Value",
        "street": r"Address 1 - (?:Street|Extended Address)", "city": r"Address 1 - City",
        "state": r"Address 1 - Region", "zip": r"Address 1 - Postal Code", "address": r"Address 1 - Formatted",
        "website": r"Website \d+ - Value", "notes": r"Notes", "labels": r"Labels|Group Membership",
    },
    "outlook": {
        "first": r"First Name", "middle": r"Middle Name", "last": r"Last Name", "suffix": r"Suffix",
        "organization": r"Company", "title": r"Job Title", "email": r"E-mail(?: \d)? Address",
        "phone": r"Business Phone(?: 2)?|Mobile Phone|Primary Phone|Company Main Phone|Other Phone|Home Phone(?: 2)?",
        "fax": r"Business Fax", "street": r"Business Street(?: [23])?", "city": r"Business City",
        "state": r"Business State", "zip": r"Business Postal Code", "website": r"Web Page|Personal Web Page",
        "notes": r"Notes", "labels": r"Categories",
    },
    "linkedin": {
        "first": r"First Name", "last": r"Last Name", "website": r"URL", "email": r"Email Address",
        "organization": r"Company", "title": r"Position", "connected": r"Connected On",
    },
    "rounds": {name: name for name in CARRIED},
}  # fmt: skip
"""Headers of the address books we know, as whole patterns, by key of FIELDS."""


def _kind_of(names: frozenset[str]) -> str:
    """The address book that has these columns; empty for none that we know."""
    if names >= {*COLUMNS}:
        return "rounds"
    if {"First Name", "Last Name", "Connected On"} <= names:
        return "linkedin"
    if {"NPI", "Entity Type Code"} <= names:
        return "npi"
    if any(re.match(r"(?:E-mail|Phone) 1 - ", name) for name in names) or {"First Name", "Labels"} <= names:
        return "google"
    is_outlook = {"First Name", "Last Name"} <= names and {"E-mail Address", "Business Phone", "Business Fax"} & names
    return "outlook" if is_outlook else ""


_GUESSES: Mapping[str, str] = {
    "name": "name, full name, provider, provider name, contact, contact name, person, therapist, display name, who",
    "first": "first, first name, given name, firstname, forename",
    "middle": "middle, middle name",
    "last": "last, last name, surname, family name, lastname",
    "suffix": "suffix",
    "credentials": "credentials, credential, degree, degrees, license, licence, letters",
    "organization": (
        "organization, organisation, company, practice, clinic, group, agency, employer, workplace, office, school"
    ),
    "title": "title, job title, position, profession, occupation, discipline, provider type, job",
    "role": "role",
    "taxonomy": "taxonomy, taxonomy code",
    "email": "email, e mail, email address, e mail address, mail, work email",
    "phone": "phone, telephone, tel, phone number, mobile, cell, work phone, office phone, telephone number",
    "fax": "fax, fax number",
    "website": "website, web site, web, url, web page, homepage, site, link",
    "address": "address, full address, office address, mailing address, location",
    "street": "street, street address, address 1, address line 1, address 2, address line 2, suite",
    "city": "city, town",
    "state": "state, region, province",
    "zip": "zip, zip code, zipcode, postal code, postcode",
    "npi": "npi, npi number",
    "pronouns": "pronouns",
    "insurance": "insurance, insurances, insurance accepted, in network, payers, plans, panels",
    "languages": "languages, language",
    "specialties": "specialties, specialty, speciality, focus, expertise, niche, areas of practice",
    "serves": "serves, ages, populations, age groups, population, ages served",
    "connection": "connection, how we met, how i know them",
    "last_contact": "last contact, last contacted, last touch, last met",
    "labels": "labels, label, tags, groups, categories, category",
    "notes": "notes, note, comments, comment, remarks, about, description",
}
_BY_GUESS = {name: field for field, names in _GUESSES.items() for name in names.split(", ")}
_COLUMN_WORDS = {word for name in _BY_GUESS for word in name.split() if len(word) > 2} - {"how", "they"}
_OFTEN = 0.6
"""Share of a column's values that must look like an address or a number for the column to be one."""


class Header(NamedTuple):
    """The columns of a table.

    Attributes:
        kind: `google`, `outlook`, `linkedin`, `npi`, `rounds`, or `table` for any other.
        names: of the columns; `Column 1` and so on if the table has no header.
        first: number of the header's line; 0 if it has none.
        guesses: key of FIELDS by name of column, or empty for a column that is left out.
        samples: some values by name of column.
    """

    kind: str
    names: Sequence[str]
    first: int
    guesses: Mapping[str, str]
    samples: Mapping[str, Sequence[str]] = {}

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that stand for the columns."""
        return blake2b("\0".join(self.names).encode("utf-8", "replace"), digest_size=6).hexdigest()


def header_of(lines: Iterator[Line], kind: str = "") -> tuple[Header, Iterator[Line]]:
    """The columns of a table, and its lines below them.

    Args:
        kind: as in `Header`, if the user named one.
    """
    first = [*islice(lines, _PREAMBLE + _SAMPLE)]
    for place, line in enumerate(first[:_PREAMBLE]):
        found = _kind_of(frozenset(cell.strip() for cell in line.cells))
        if found and kind in {"", found}:
            names = tuple(cell.strip() for cell in line.cells)
            return Header(found, names, line.number, {}), chain(first[place + 1 :], lines)
    place = next((place for place, line in enumerate(first) if sum(map(bool, map(str.strip, line.cells))) > 1), 0)
    top = [cell.strip() for cell in first[place].cells] if first else []
    if any(map(_is_value, top)) or _is_person(top):
        names, start = tuple(f"Column {number}" for number in range(1, len(top) + 1)), place
        number = 0
    else:
        names, start = tuple(name or f"Column {number}" for number, name in enumerate(top, 1)), place + 1
        number = first[place].number if first else 0
    below = first[start:]
    values: dict[str, list[str]] = {name: [] for name in names}
    for line in below:
        for name, cell in zip(names, line.cells, strict=False):
            if cell and not cell.isspace():
                values[name].append(cell.strip())
    guesses = {name: _guess(name, given) for name, given in values.items()}
    if {"name", "first", "last"}.isdisjoint(guesses.values()):
        likely = (name for name in names if not guesses[name] and _are_names(values[name]))
        guesses |= dict.fromkeys(islice(likely, 1), "name")
    return Header(kind or "table", names, number, guesses, values), chain(below, lines)


def _is_person(top: Sequence[str]) -> bool:
    """Whether the first line is a person, as in a list of names without a header: no cell names a column."""
    return not any(map(guess_by_name, top)) and any(
        cell.istitle() and _are_names([cell]) and _COLUMN_WORDS.isdisjoint(fold(cell).split()) for cell in top
    )


def _is_value(cell: str) -> bool:
    return bool(cell) and (is_email(cell) or (is_phone(cell) and sum(map(str.isdigit, cell)) >= 7))


def _are_names(values: Sequence[str]) -> bool:
    """Whether most texts have two to four words, and no digit."""
    fits = [text for text in values if 2 <= len(text.split()) <= 4 and not re.search(r"[\d@/:]", text)]
    return bool(values) and len(fits) >= _OFTEN * len(values)


def guess_by_name(name: str) -> str:
    """The field that a column or property of that name most likely is; empty for none."""
    plain = fold(name)
    return _BY_GUESS.get(plain) or _BY_GUESS.get(plain.rstrip("0123456789 "), "")


def _guess(name: str, values: Sequence[str]) -> str:
    """The field that a column most likely is, by its name or else its values; empty for none."""
    if found := guess_by_name(name):
        return found
    checks = {
        "email": is_email,
        "npi": lambda text: is_npi(text) and has_check_digit(re.sub(r"[\s-]", "", text)),
        "phone": lambda text: is_phone(text) and sum(map(str.isdigit, text)) >= 10,
        "website": lambda text: "." in text and is_website(text),
    }
    for field, check in checks.items():
        if values and sum(map(check, values)) >= _OFTEN * len(values):
            return field
    return ""


def rows(
    header: Header, lines: Iterable[Line], mapping: Mapping[str, str], *, source: str, roles: Roles
) -> Iterator[Row]:
    """The rows of a table.

    Args:
        lines: below the header.
        mapping: key of FIELDS by name of column, for a table of no known kind.
        source: as in `row_of`.
    """
    known = header.kind in _KNOWN
    fields = [_field(header.kind, name) if known else mapping.get(name, "") for name in header.names]
    labels = _labels(header.names)
    order = sorted(range(len(fields)), key=lambda place: "Home " in header.names[place])  # the office comes first
    wanted = [(place, fields[place], labels.get(place, -1)) for place in order if fields[place]]
    for line in lines:
        if line.fault or any(map(str.strip, line.cells[len(fields) :])):
            why = line.fault or f"it has {len(line.cells)} cells, and there are {len(fields)} columns"
            yield Row(line.number, " ".join(line.cells[:3])[:60], refused=why, raw=line.cells)
            continue
        found = _values(header.kind, wanted, line.cells)
        if header.kind == "rounds":
            row = row_as_written(line.number, found, source=source)
        else:
            row = row_of(line.number, _told(found), source=source, roles=roles)
        yield row._replace(raw=line.cells) if row.refused else row


def _values(kind: str, wanted: Sequence[tuple[int, str, int]], cells: Sequence[str]) -> dict[str, list[str]]:
    """The texts of a line by field; `wanted`: place, field, and place of the label or -1."""
    found: dict[str, list[str]] = {}
    size = len(cells)
    for place, field, label in wanted:
        cell = cells[place] if place < size else ""
        if not cell or cell.isspace():
            continue
        if label >= 0 and field == "phone" and "fax" in cells[label].lower():
            field = "fax"  # noqa: PLW2901 - the label beside says so
        if field == "labels" or " ::: " in cell or kind == "rounds":
            found.setdefault(field, []).extend(_parts(kind, field, cell))
        elif field in found:
            found[field].append(cell)
        else:
            found[field] = [cell]
    return found


def has_names(header: Header, mapping: Mapping[str, str]) -> bool:
    """Whether a column holds names of people or organizations; arguments as for `rows`."""
    known = header.kind in _KNOWN
    found = {_field(header.kind, name) if known else mapping.get(name, "") for name in header.names}
    return not found.isdisjoint({"name", "first", "last", "organization"})


@lru_cache(maxsize=1024)
def _field(kind: str, name: str) -> str:
    return next((field for field, pattern in _KNOWN[kind].items() if re.fullmatch(pattern, name)), "")


def _labels(names: Sequence[str]) -> dict[int, int]:
    """For each column of Google's with values, the column with their labels."""
    places = {name: place for place, name in enumerate(names)}
    pairs = {
        place: places.get(name.replace("- Value", "- Label"), places.get(name.replace("- Value", "- Type"), -1))
        for name, place in places.items()
        if name.endswith("- Value")
    }
    return {place: label for place, label in pairs.items() if label >= 0}


_LABELS = re.compile(r" ::: |[;,]")


def _parts(kind: str, field: str, cell: str) -> list[str]:
    if field == "labels":
        return [part.strip(" *") for part in _LABELS.split(cell)]
    if kind == "rounds":
        return parts(field, cell) if field in MANY else [cell]
    return cell.split(" ::: ") if kind == "google" and field not in {"notes", "name"} else [cell]


def _told(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """LinkedIn's day of connection as a sentence."""
    for day in found.pop("connected", ()):
        found.setdefault("notes", []).append(f"Connected on LinkedIn: {day}")
    return found


def check_mapping(mapping: Mapping[str, object], names: Sequence[str]) -> str:
    """Why a saved mapping can't be used, in words; empty if it can."""
    for name, field in mapping.items():
        if name not in names:
            return f'there is no column "{name}"'
        if not isinstance(field, str) or (field and field not in FIELDS):
            return f'{name}: "{field}" is not one of: {", ".join(FIELDS)}'
    return ""
