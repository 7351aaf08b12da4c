"""Folders: people in notes of other conventions and in vCards; pictures of business cards."""

import os
from collections.abc import Iterator, Mapping

from rounds.domain.contact_rows import Row, row_of
from rounds.domain.job_titles import Roles
from rounds.domain.query.fields import fold
from rounds.errors import RoundsError
from rounds.imports import vcard
from rounds.imports.columns import guess_by_name
from rounds.notes.links import plain
from rounds.notes.properties import items_of
from rounds.notes.read_note import parse_note
from rounds.notes.schema import KEYS
from rounds.storage import files

_NAMES: Mapping[str, str] = {
    "company": "organization", "works at": "organization", "specialty": "title", "speciality": "title",
    "field": "title", "emails": "email", "phones": "phone", "contacted": "last_contact", "last met": "last_contact",
    "last seen": "last_contact",
}  # fmt: skip
"""Properties of other people's notes, beside the names of columns."""

_PEOPLE = frozenset({"person", "people", "contact", "contacts", "colleague", "colleagues", "professional", "provider"})
"""Types and tags that say that a note is about a person."""

_PICTURES: Mapping[bytes, str] = {
    b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n": ".png", b"GIF8": ".gif", b"II*\0": ".tif", b"MM\0*": ".tif",
    b"RIFF": ".webp",
}  # fmt: skip
"""How pictures begin, and the ending of their names."""

_SHOWN = frozenset({".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".webp", ".heic", ".heif"})
_ENDING = ".md"


def is_picture(start: bytes) -> bool:
    """Whether a file that begins so is a picture, such as a phone takes."""
    if start.startswith(b"RIFF"):
        return start[8:12] == b"WEBP"
    return start.startswith((*_PICTURES,)) or start[4:12] in {b"ftypheic", b"ftypmif1", b"ftypheix"}


def picture_ending(start: bytes, path: str) -> str:
    """The ending for a picture's name, in lower case: its own, or what its content says if that isn't a picture's."""
    ending = os.path.splitext(path)[1].lower()
    if ending in _SHOWN:
        return ending
    return next((by_content for sign, by_content in _PICTURES.items() if start.startswith(sign)), ".heic")


def picture(path: str) -> Row:
    """The row of a picture: it's kept, and a line in the inbox leads to it."""
    return Row(1, os.path.splitext(os.path.basename(path))[0], "picture", place=path)


def notes(folder: str, *, roles: Roles) -> Iterator[Row]:
    """The rows of the notes and vCards in a folder and those below it: people who aren't partners yet.

    Notes of a type that Rounds knows are passed over. What doesn't look like a professional is left out. The lines of
    the rows number the notes and cards.

    Raises:
        OSError: the folder can't be read.
    """
    number = 0
    for above, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                continue
            if name.endswith(_ENDING):
                number += 1
                row = _note(number, os.path.join(above, name), roles)
                if row is not None:
                    yield row
            elif name.lower().endswith(".vcf"):
                for row in _cards(os.path.join(above, name), roles):
                    number += 1
                    yield row._replace(line=number, raw=())


def _refuse(error: OSError) -> None:
    raise error


def _cards(path: str, roles: Roles) -> Iterator[Row]:
    """The rows of a file of vCards in a folder; one refused row if it can't be read."""
    try:
        yield from vcard.cards(path, roles=roles)
    except OSError as error:
        yield Row(0, os.path.basename(path), refused=f"the file can't be read: {error.strerror}")


def _note(number: int, path: str, roles: Roles) -> Row | None:
    """The row of a note; None if it's one of ours already."""
    name = os.path.basename(path).removesuffix(_ENDING)
    try:
        data, _ = files.read(path)
        document, note = parse_note(os.path.basename(path), data, ())
    except (OSError, RoundsError) as error:
        return Row(number, name, refused=f"the note can't be read: {error}", place=path)
    if not note.readable:
        return Row(number, name, refused=f"the note can't be read: {note.problems[0]}", place=path)
    if document.properties.get("type") in KEYS:
        return None
    found: dict[str, list[str]] = {}
    for key, value in document.properties.items():
        field = _NAMES.get(fold(key)) or guess_by_name(key)
        if field not in {"", "labels", "notes"} and (field != "name" or fold(key) in {"name", "full name"}):
            found.setdefault(field, []).extend(plain(each) for each in items_of(value) if each)
    if not {"name", "first", "last"} & found.keys():
        found["name"] = [name]
    row = row_of(number, found, source="", roles=roles)._replace(kind="partner", text=document.body, place=path)
    said = {
        fold(each) for key in ("type", "tags", "tag", "category") for each in items_of(document.properties.get(key))
    }
    is_somebody = bool(_PEOPLE & said) or bool({"role", "credentials", "npi", "organization"} & row.values.keys())
    return row if is_somebody else row._replace(refused="nothing in it says that it's about a professional")
