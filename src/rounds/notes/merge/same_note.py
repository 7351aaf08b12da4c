"""Copy detection: whether two notes are versions of one (vault format, Artefacts recognised)."""

import re
from collections.abc import Sequence

from rounds.domain.file_names_copies import Shape
from rounds.domain.query.fields import fold
from rounds.notes.links import first_target
from rounds.notes.properties import items_of
from rounds.notes.read_note import Note

_DIGITS = 10
"""Significant digits of a phone number: a country code in front doesn't make it different."""

_OWN = ("name", "role", "organization", "npi", "credentials", "pronouns", "website")
"""If these, email or phone differ, letters after a name mean another person."""

_BARE = frozenset({"type", "stage", "id", "last_contact", "tags", "aliases"})
"""Properties that a new note gets from a template or from Rounds itself."""


def is_version(shape: Shape, note: Note, other: Note, *, note_id: str, same: bool) -> bool:
    """Whether `other`, whose name extends that of `note`, is a copy of it.

    If `other` has an id, it decides. Otherwise: a name that marks a copy, equal contents, or something that two people
    don't share: an email, a phone, a log line. Template content never counts.

    Args:
        note_id: of `note`: stored, or derived.
        same: whether the two files have the same bytes.
    """
    if other.id:
        return other.id == note_id
    if _is_namesake(note, other):
        return False
    if shape is Shape.MARKED:
        alike = other.type == note.type and (other.type or same or _shared_lines(note, other))
        return not other.readable or bool(alike)
    if not (note.readable and other.readable):
        return False
    if same and shape is not Shape.WORDS and (other.type or shape is Shape.OTHER):
        return _is_filled(other)
    if same and shape is not Shape.WORDS:
        return bool(other.properties or other.text.strip())
    if not other.type or other.type != note.type:
        return False
    if _emails(note) & _emails(other) or _log(note) & _log(other):
        return shape is not Shape.WORDS or not _differ(note, other)
    return bool(_phones(note) & _phones(other)) and not _differ(note, other)  # many people share a clinic's phone


def _is_namesake(note: Note, other: Note) -> bool:
    """Whether the name ends with the person's workplace, as the format names the second of two namesakes."""
    behind = re.search(r"[(（]([^()（）]+)[)）]\.md$", other.path)
    works_at = first_target(other.properties.get("organization"))
    return behind is not None and bool(works_at) and fold(behind[1]) == fold(works_at) and behind[0] not in note.path


def _is_filled(note: Note) -> bool:
    return any(value not in (None, "", []) for key, value in note.properties.items() if key not in _BARE)


def _emails(note: Note) -> set[str]:
    return {text.strip().casefold() for text in items_of(note.properties.get("email"))} - {""}


def _phones(note: Note) -> set[str]:
    found = {re.sub(r"\D", "", text.partition("x")[0])[-_DIGITS:] for text in items_of(note.properties.get("phone"))}
    return found - {""}


def _log(note: Note) -> set[Sequence[object]]:
    """Date, kind and text of each entry, except `added`, which comes from templates."""
    return {entry[1:] for entry in note.entries if entry[2] != "note" or " " in entry[4].strip()}


def _differ(one: Note, other: Note) -> bool:
    """Whether the two notes disagree about who the person is."""
    pairs = [(_emails(one), _emails(other)), (_phones(one), _phones(other))]
    pairs += [(_folded_values(one, key), _folded_values(other, key)) for key in _OWN]
    return any(mine and theirs and mine.isdisjoint(theirs) for mine, theirs in pairs)


def _folded_values(note: Note, key: str) -> set[str]:
    return {fold(text) for text in items_of(note.properties.get(key))} - {""}


def _shared_lines(one: Note, other: Note) -> bool:
    """Whether two notes without a known type share a line of text that isn't a heading."""
    lines = [{line.strip() for line in note.text.split("\n")} for note in (one, other)]
    return any(line and line[0] != "#" for line in lines[0] & lines[1])
