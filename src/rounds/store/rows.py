"""A note's bytes as rows of the index: pure, so that a second process can do it for a first index."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from rounds.domain.fields import fold_value
from rounds.formats.links import stem
from rounds.formats.notes import DATES, Note, day_of, read_note

FOLDED = (
    "role", "organization", "stage", "name", "city", "accepting", "insurance", "specialties", "serves", "languages",
    "tags", "email", "phone", "check_in", "referral_method", "credentials", "pronouns", "fax", "website", "address",
    "telehealth", "referral_includes", "source", "introduced_by", "knows", "connection", "npi", "owner", "aliases",
    "partner", "direction", "status", "client", "reason", "scope",
)  # fmt: skip
"""Known properties that stand in folded columns of `notes`."""

DATED = (
    "accepting_checked", "rest_until", "date", "acknowledged", "closed", "signed", "expires", "revoked",
)  # fmt: skip
"""Known properties that stand in ISO date columns of `notes`; last_contact is derived."""

_KNOWN = frozenset({*FOLDED, *DATED, "type", "id", "last_contact"})
_ACCEPTING = {True: "open", False: "full"}
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs besides the bytes: the vault's id and the folders that give types."""

    vault: str
    folders: Sequence[tuple[str, str]]


class Rows(NamedTuple):
    """The rows of one note, without the key that the index gives it."""

    note: tuple[object, ...] | None
    """None for a file that is no note, such as a conflict copy: it has problems alone."""
    details: tuple[object, ...] = ()
    search: tuple[object, ...] = ()
    log: Sequence[tuple[object, ...]] = ()
    followups: Sequence[tuple[object, ...]] = ()
    links: Sequence[tuple[object, ...]] = ()
    problems: Sequence[tuple[object, ...]] = ()
    readable: bool = True
    stored_id: str = ""


def derived_id(vault: str, path: str) -> str:
    """The id of a note that stores none: a hash of vault id and NFC path (vault format, `id`)."""
    name = unicodedata.normalize("NFC", path)
    return blake2b(f"{vault}\0{name}".encode(), digest_size=6).hexdigest()


def rows_of(path: str, data: bytes, reader: Reader) -> Rows:
    """Read a note and lay it out as rows."""
    return lay_out(read_note(path, data, reader.folders), reader.vault)


def lay_out(note: Note, vault: str) -> Rows:
    """The rows of a note that was read."""
    properties = note.properties
    values = {key: fold_value(properties[key]) for key in FOLDED if properties.get(key) is not None}
    if isinstance(accepting := properties.get("accepting"), bool):
        values["accepting"] = fold_value(_ACCEPTING[accepting])
    values["name"] = fold_value(note.title)
    days = [str(day) if (day := day_of(properties.get(key))) else None for key in DATED]
    last = day_of(properties.get("last_contact"))
    return Rows(
        note=(
            note.path, note.type, stem(note.path), note.title, note.id or derived_id(vault, note.path), bool(note.id),
            note.readable, str(last) if last else None, *[values.get(key) for key in FOLDED], *days,
        ),
        details=(_encode(properties), _other(properties)),
        log=_log(note),
        followups=_followups(note),
        links=[(link.line, link.property, stem(link.target), link.target.rpartition("/")[0]) for link in note.links],
        problems=[(p.line, p.column, str(p.level), p.message, p.hint) for p in note.problems],
        search=(note.title, _words(properties), note.text),
        readable=note.readable,
        stored_id=note.id,
    )  # fmt: skip


def artefact(original: str) -> Rows:
    """The rows of a sync tool's copy: never a note, always a problem that names the note it belongs to."""
    hint = "Compare the two, take over what is missing, then delete the copy."
    return Rows(None, problems=[(1, 1, "warning", f"this is a copy that a sync tool made of {original}", hint)])


def _encode(properties: Mapping[str, object]) -> str:
    text = _json(properties)
    if "NaN" in text or "Infinity" in text:  # JSON knows neither; both may also stand inside a text
        text = _json(json.loads(text, parse_constant=str))
    return text


def _other(properties: Mapping[str, object]) -> str | None:
    folded = {key: text for key, value in properties.items() if key not in _KNOWN and (text := fold_value(value))}
    return _json(folded) if folded else None


def _words(properties: Mapping[str, object]) -> str:
    """The properties' text for the search index, without what every note has."""
    texts = []
    for key, value in properties.items():
        if value is None or isinstance(value, bool) or key in _UNSEARCHED:
            continue
        texts.append(" ".join(map(str, value)) if isinstance(value, list) else str(value))
    return "\n".join(texts)


_UNSEARCHED = frozenset({"type", "id", "partner_id", *DATES})


def _log(note: Note) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (e.line, str(e.date), e.kind, e.who, e.text, e.rule, str(e.until) if e.until else None, e.is_touch)
        for e in note.log
    ]
    for followup in note.followups:
        if followup.kind and (day := followup.touched) is not None:
            rows.append((followup.line, str(day), followup.kind, "", followup.text, "", None, True))
    if note.type == "referral" and (day := day_of(note.properties.get("date"))) is not None:
        rows.append((0, str(day), "referral", "", str(note.properties.get("direction") or ""), "", None, True))
    return rows


def _followups(note: Note) -> list[tuple[object, ...]]:
    return [
        (
            f.line, f.text, str(f.status), str(f.due) if f.due else None, f"{f.time:%H:%M}" if f.time else None, f.kind,
            str(f.done) if f.done else None, f.recurrence is not None, f.block,
        )
        for f in note.followups
    ]  # fmt: skip
