"""Index rows made from a note's bytes.

Pure, so that a second process can do it for a first index.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.folding import (
    APOSTROPHES,
    digits,
    national,
    spaced,
    split_at_apostrophes,
    unaccented,
    without_accents,
)
from rounds.domain.log_followups import MEETINGS, Status, happened_on
from rounds.domain.query.fields import PHONES, fold_each, fold_value
from rounds.index.database import DATED, FOLDED
from rounds.index.ids_last_contact import derived_id
from rounds.index.scan import AWAY, Reader
from rounds.notes.links import folder_of, place_names, stem, target_of, workplace_key
from rounds.notes.log import LogRow
from rounds.notes.properties import DATES, day_of, items_of
from rounds.notes.read_note import Note, read_note
from rounds.notes.schema import folder_type
from rounds.storage.open_file import SHORTEN, TOO_LONG

_COLUMNS = frozenset(FOLDED)
_UNFOLDED = frozenset({*DATED, *DATES, "type", "id"})  # dates, type and id: not searched as words
_ACCEPTING = {True: "open", False: "full"}
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


_PART = re.compile(rf"[{re.escape(APOSTROPHES)}](?=\w{{3}})")
"""Apostrophe before a name part such as in `O'Brien`; not in `don't` and `she'll`."""
_WORD = re.compile(rf"[\w{re.escape(APOSTROPHES)}]+")


class Rows(NamedTuple):
    """Index rows of one note, without its key: plain tuples of plain values.

    Python's sqlite3 takes 300 ns longer for None or a boolean than for a text or a number, because it looks for
    adapters first. So frequent None values are stored as an empty text.
    """

    note: tuple[object, ...] | None
    """None for a file that isn't a note, such as a conflict copy: it only has problems."""
    details: tuple[object, ...] = ()
    search: tuple[object, ...] = ()
    log: Sequence[LogRow] = ()
    followups: Sequence[tuple[object, ...]] = ()
    links: Sequence[tuple[object, ...]] = ()
    places: Sequence[tuple[str, int]] = ()
    """Lookup names of an organization (`rounds.notes.links`)."""
    problems: Sequence[tuple[object, ...]] = ()
    readable: bool = True
    stored_id: str = ""


def rows_of(path: str, data: bytes, reader: Reader, today: str = "") -> Rows:
    """Read a note and lay it out as rows; `today` is the ISO date up to which log entries count for last_contact."""
    return lay_out(read_note(path, data, reader.folders, reader.task_filter), reader.vault, today)


def lay_out(note: Note, vault: str, today: str) -> Rows:
    """Index rows of a parsed note."""
    properties = note.properties
    keys = [key for key, value in properties.items() if value is not None and key not in _UNFOLDED]
    values = [properties[key] for key in keys]
    phones = _phones(properties)
    folded, other = _fold(note, keys, values, phones)
    log = _log(note)
    written = _day(properties.get("last_contact"))
    days = [row[1] for row in log if row[7] and row[1] <= today]
    if written:
        days.append(written)
    return Rows(
        note=(
            note.path, note.type, stem(note.path), folder_of(note.path), note.title,
            note.id or derived_id(vault, note.path),
            +bool(note.id), +note.readable, max(days, default="") if note.type == "partner" else written, written,
            *[folded.get(key, "") for key in FOLDED],
            *["" if (value := properties.get(key)) is None else _day(value) for key in DATED],
            workplace_key(properties.get("organization"), note.path) if note.type == "partner" else "",
        ),
        details=(_encode(properties), other),
        log=log,
        followups=note.tasks,
        links=_links(note),
        places=_places(note) if note.type == "organization" else (),
        problems=[(p.line, p.column, str(p.level), p.message, p.hint) for p in note.problems],
        search=(searchable(note.title), _words(values, phones), searchable(note.text)),
        readable=note.readable,
        stored_id=note.id,
    )  # fmt: skip


def _fold(
    note: Note, keys: Sequence[str], values: Sequence[object], phones: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str], str | None]:
    """Folded values: of the properties with a column, and of the others as JSON."""
    folded = dict(zip(keys, fold_each(values), strict=False))
    if note.tags:
        folded["tags"] = fold_value([*items_of(note.properties.get("tags")), *note.tags])
    if type(accepting := note.properties.get("accepting")) is bool:
        folded["accepting"] = fold_value(_ACCEPTING[accepting])
    other = {key: text for key, text in folded.items() if key not in _COLUMNS and text}
    folded["name"] = fold_value(note.title)
    for key, numbers in phones.items():
        folded[key] += f"{' | '.join(numbers)} | "
    return folded, _json(other) if other else None


def _phones(properties: Mapping[str, object]) -> dict[str, list[str]]:
    """Phone numbers by property, as digits only, with and without country code."""
    phones = {}
    for key in PHONES:
        if value := properties.get(key):
            texts = [value] if type(value) is str else items_of(value)
            if found := [number for text in texts for number in (digits(text), *national(text)) if number]:
                phones[key] = found
    return phones


def _links(note: Note) -> list[tuple[object, ...]]:
    """All links, plus the partner's id of a referral or release, in case its link is broken."""
    links: list[tuple[object, ...]] = [(line, name, *target_of(target, note.path)) for line, name, target in note.links]
    if note.type in ("referral", "release") and (key := note.properties.get("partner_id")):
        links.append((0, "partner_id", str(key), ""))
    return links


def _places(note: Note) -> list[tuple[str, int]]:
    return place_names(note.path, note.title, items_of(note.properties.get("aliases")))


def _words(values: Sequence[object], phones: Mapping[str, Sequence[str]]) -> str:
    """Property values for the full-text search; phone numbers also as digits only."""
    texts = [v if type(v) is str else _word(v) for v in values]
    for numbers in phones.values():
        texts += numbers
    return searchable("\n".join(texts))


def _day(value: object) -> str:
    """A date property as ISO text; empty if it isn't a date."""
    return str(day_of(value) or "")


KEEP_HERE = (
    "Open it once on this machine. To have all notes here: Keep Downloaded (iCloud) or Always keep on this device "
    "(OneDrive), for the vault's folder."
)


def artefact(path: str, original: str) -> Rows:
    """Rows of a file that isn't a note, but a problem.

    Args:
        path: path of a copy made by a sync tool or a person, an iCloud placeholder, a pipe or device, or a name that
            isn't UTF-8.
        original: path of its note; empty for a name that isn't UTF-8; the path itself for a pipe or device.
    """
    if original == path:
        what, hint = "it is not an ordinary file", "It is left out: remove it, or give it another name."
    elif not original:
        what, hint = "the name of this file or folder is not UTF-8 text", "Rename it; until then it is left out."
    elif path.endswith(".icloud"):
        what = f"{original} is in iCloud but not on this machine"
        hint = KEEP_HERE
    else:
        what = f"this is a copy of {original}, as sync tools make them"
        hint = (
            "To compare and merge the two: rounds conflicts. "
            "If it is somebody else's, rename it or give it an id of its own."
        )
    return Rows(None, problems=[(1, 1, "warning", what, hint)])


def out_of_sight(path: str, reason: str) -> Rows:
    """Rows of an existing note or folder that can't be read; a folder's path ends in a slash."""
    what = f"this folder can't be read: {reason}" if path.endswith("/") else f"the note can't be read: {reason}"
    hint = "Check its permissions, and that its disk is there. If you removed it on purpose: rounds --yes-really check"
    hint = {AWAY: KEEP_HERE, TOO_LONG: SHORTEN}.get(reason, hint)
    return Rows(None, problems=[(1, 1, "error", f"{what}; its last known content is kept", hint)])


def unreadable(path: str, reason: str, reader: Reader) -> Rows:
    """Rows of a file whose bytes can't be read, such as for lack of permission."""
    hint = "Check its permissions, and that its disk is there."
    rows = _in_question(rows_of(path, b"", reader), f"the file can't be read: {reason}", hint)
    note = list(rows.note or ())
    note[1] = folder_type(path, reader.folders)  # the file isn't really empty
    return rows._replace(note=tuple(note))


def unforeseen(path: str, error: BaseException, reader: Reader) -> Rows:
    """Rows of a note whose reading failed with an unexpected error."""
    hint = "The other notes are read. Please report it, with the note if you can; its text is as it was."
    return _in_question(rows_of(path, b"", reader), f"the note can't be read: {type(error).__name__}: {error}", hint)


def deadly(path: str, reader: Reader) -> Rows:
    """Rows of a note that crashed the process reading it."""
    hint = "The other notes are read. Please report it, with the note if you can; its text is as it was."
    return _in_question(rows_of(path, b"", reader), "the note can't be read: reading it ends the program", hint)


def without_text(rows: Rows) -> Rows:
    """Rows of a file that held a note and is empty now; the index keeps the old content."""
    hint = "Bring its text back from a backup, or with rounds undo; if you emptied it on purpose: rounds trash."
    return _in_question(rows, "the file is empty; its earlier content is shown", hint)


def _in_question(rows: Rows, what: str, hint: str) -> Rows:
    if rows.note is None:
        return rows
    note = list(rows.note)
    note[7] = 0
    return rows._replace(note=tuple(note), problems=[(1, 1, "error", what, hint)], readable=False)


def _encode(properties: Mapping[str, object]) -> str:
    text = _json(properties)
    if "NaN" in text or "Infinity" in text:  # not valid JSON; both may also be part of a text
        text = _json(json.loads(text, parse_constant=str))
    return text


def _word(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else "" if type(value) is bool else str(value)


def _log(note: Note) -> list[LogRow]:
    """Log entries, plus done follow-ups with a kind, and a referral on its date.

    A ticked meeting that is also in the log, with its kind and day, counts once.
    """
    rows = list(note.entries)
    for line, text, status, due, time, kind, done, _, _ in note.tasks:
        if not kind or status != Status.DONE:
            continue
        if (day := happened_on(kind, due, done, timed=time is not None)) is not None:
            if kind in MEETINGS and any(entry[1:3] == (day, kind) for entry in note.entries):
                continue
            rows.append((line, day, kind, "", text, "", "", 1))
    if note.type == "referral" and (day := _day(note.properties.get("date"))):
        rows.append((0, day, "referral", "", str(note.properties.get("direction") or ""), "", "", 1))
    return rows


# Text for the full-text search, folded (`domain.folding`)


def searchable(text: str) -> str:
    """Prepare a text for the full-text index, which itself folds ASCII case and splits words.

    Most texts are ASCII and stay unchanged. Parts joined by an apostrophe are repeated at the end: `O'Brien` is found
    as `obrien` and as `brien`.
    """
    plain, joined = (text, False) if text.isascii() else without_accents(text)
    if not plain.isascii():
        plain = spaced(plain)
    if not joined and "'" not in plain and "`" not in plain:
        return plain
    more = "".join([f"\n{split_at_apostrophes(word)}" for word in dict.fromkeys(_words_in_parts(text))])
    return plain.replace("'", "").replace("`", "") + (more if more.isascii() else unaccented(more))


def _words_in_parts(text: str) -> Iterator[str]:
    end = 0
    for part in _PART.finditer(text):
        if part.start() < end:
            continue
        start = part.start()
        while start > end and text[start - 1].isalnum():
            start -= 1
        word = _WORD.match(text, start)
        if word is not None and start < part.start():
            end = word.end()
            yield word[0]
