"""Keeping notes in order: properties, new notes, names, the trash, and tidying."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.partner import ACCEPTING
from rounds.errors import EditRefusedError, RoundsError, UsageError
from rounds.formats.document import Document
from rounds.formats.links import LINK, stem
from rounds.formats.notes import CHOICES, DATES, KEYS, LINKS, LISTS, day_of, items_of, type_of
from rounds.store import files
from rounds.vault.vault import Entry, Opened

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

SHOWN = 8
"""How many of a partner's properties a new note shows, empty or not (vault format, Partner)."""

_UNPORTABLE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]|[. ]+$|^[. ]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
_LINK_BREAKING = re.compile(r"[\[\]#^|]")


@dataclass(frozen=True, slots=True)
class Setting:
    """One `key=value` of the command line: `=` sets, `+=` adds to a list, `-=` takes out of it."""

    key: str
    operator: str
    text: str


def parse_setting(text: str) -> Setting:
    """Read `key=value`.

    Raises:
        UsageError: it has no `=`, or no key.
    """
    match = re.fullmatch(r"\s*([^=+]*?[^=+\s-])\s*([+-]?=)\s*(.*?)\s*", text, re.DOTALL)
    if match is None:
        raise UsageError(
            f'"{text}" is not key=value', hint="For example: rounds set Dana stage=met insurance+=Aetna"
        )
    return Setting(match[1], match[2], match[3])


def set_properties(vault: "Vault", path: str, settings: Iterable[Setting]) -> list[str]:
    """Change properties of a note, in one save.

    Returns:
        The names of the properties whose text changed.

    Raises:
        UsageError: a value that the format does not know.
        EditRefusedError: the front matter can't be edited safely here.
    """
    opened = vault.read(path)
    document = opened.document
    kind = type_of(path, document.properties, vault.reader.folders)
    for setting in settings:
        document = _changed(vault, document, kind, setting)
    vault.save(opened, document)
    before, after = opened.document.properties, document.properties
    return [
        key
        for key in {**before, **after}
        if before.get(key) != after.get(key) or (key in before) != (key in after)
    ]


def _changed(vault: "Vault", document: Document, kind: str, setting: Setting) -> Document:
    key, order = setting.key, KEYS.get(kind, ())
    if setting.operator != "=":
        for item in _split(setting.text):
            value = _value(vault, kind, key, item, many=False)
            document = (
                document.add_item(key, value)
                if setting.operator == "+="
                else document.remove_item(key, value)
            )
        return document
    if setting.text:
        return document.set(key, _value(vault, kind, key, setting.text, many=key in LISTS), order=order)
    if key in order[:SHOWN]:
        return document.set(key, None, order=order)
    return document.remove(key) if key in document.properties else document


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _value(vault: "Vault", kind: str, key: str, text: str, *, many: bool) -> object:
    """A typed value for what somebody typed: dates in words, links by name, choices checked."""
    if many:
        return [_value(vault, kind, key, item, many=False) for item in _split(text)]
    if key in LINKS and "[[" not in text:
        return f"[[{text}]]"
    if key in DATES:
        from rounds.formats.dates import parse_day

        return parse_day(text, today=vault.today(), past=key not in {"rest_until", "expires"})
    if key == "telehealth" and text.lower() in {"yes", "no", "true", "false"}:
        return text.lower() in {"yes", "true"}
    if (kind, key) in CHOICES:
        return _choice(key, text, CHOICES[kind, key])
    if key == "check_in":
        return _check_in(text)
    return text


def _choice(key: str, text: str, allowed: Iterable[str]) -> str:
    import difflib

    known = list(allowed)
    value = (
        {"yes": "open", "no": "full"}.get(text.lower(), text.lower())
        if tuple(known) == ACCEPTING
        else text.lower()
    )
    if value in known:
        return value
    close = difflib.get_close_matches(value, known, 1)
    hint = f"Did you mean {close[0]}? " if close else ""
    raise UsageError(f'{key}: "{text}" is not one of its values', hint=f"{hint}Known: {', '.join(known)}.")


def _check_in(text: str) -> str:
    from rounds.domain.interval import parse_interval

    if text.lower() != "never" and parse_interval(text) is None:
        raise UsageError(f'check_in: "{text}" is no length of time', hint="Write 3 months, 1 year or never.")
    return text.lower()


def file_name(name: str) -> str:
    """A name as a file name that every system takes and a wiki link can hold, without `.md`."""
    clean = _LINK_BREAKING.sub("", _UNPORTABLE.sub("", " ".join(name.split())))
    clean = clean.encode()[:200].decode(errors="ignore").strip(" .")
    if not clean:
        raise UsageError(f'"{name}" holds nothing that a file name can', hint="Write it with letters.")
    return f"{clean}_" if _RESERVED.match(clean) else clean


def add(vault: "Vault", name: str, settings: Iterable[Setting], *, kind: str = "partner") -> str:
    """Write a new partner or organization note with the format's first properties.

    Returns:
        Its path.

    Raises:
        RoundsError: somebody of that name is there already.
        UsageError: a value that the format does not know.
    """
    clean = file_name(name)
    given = {setting.key: setting for setting in settings}
    order = KEYS[kind]
    document = Document.parse(b"---\n---\n\n## About\n\n\n## Follow-ups\n\n\n## Log\n")
    start: dict[str, object] = {"type": kind, **({"stage": "found"} if kind == "partner" else {})}
    for key in order[:SHOWN]:
        if key != "id":
            document = document.set(key, start.get(key), order=order)
    if clean != name.strip():
        document = document.set("name", name.strip(), order=order)
    for setting in given.values():
        document = _changed(vault, document, kind, setting)
    path = _free_path(vault, clean, kind, document.properties)
    vault.create(path, document)
    return path


def _free_path(vault: "Vault", clean: str, kind: str, properties: Mapping[str, object]) -> str:
    folder = vault.settings.folders["partners" if kind == "partner" else "organizations"].strip("/")
    same = vault.rows("SELECT path FROM notes WHERE stem = ?", (stem(clean),))
    if not same and not os.path.lexists(os.path.join(vault.root, folder, f"{clean}.md")):
        return f"{folder}/{clean}.md"
    found = LINK.search(str(properties.get("organization") or ""))
    path = f"{folder}/{clean} ({file_name(found[1])}).md" if found is not None else ""
    if path and not os.path.lexists(os.path.join(vault.root, path)):
        return path
    where = same[0][0] if same else f"{folder}/{clean}.md"
    raise RoundsError(
        f"{clean} is there already: {where}",
        hint="If this is somebody else of that name, say where they work: --organization NAME",
    )


def rename(vault: "Vault", entry: Entry, name: str) -> list[str]:
    """Give a note another name, and every link to it, as Obsidian does. What links say otherwise stays.

    Returns:
        Paths of the notes whose links were rewritten.

    Raises:
        RoundsError: that name is taken.
        EditRefusedError: a note that links to it can't be edited safely; nothing has been changed then.
    """
    clean = file_name(name)
    folder = entry.path.rpartition("/")[0]
    path = f"{folder}/{clean}.md" if folder else f"{clean}.md"
    edits = [
        edit for opened in _linking(vault, entry) if (edit := _relinked(opened, entry, clean)) is not None
    ]
    own = vault.read(entry.path)
    if own.document.properties.get("name") or clean != name.strip():
        order = KEYS.get(entry.type, ())
        edited = (
            own.document.remove("name")
            if clean == name.strip()
            else own.document.set("name", name, order=order)
        )
    else:
        edited = own.document
    if "id" in KEYS.get(entry.type, ()):
        edited = vault.kept_up(entry.path, edited)
    vault.save(own, edited)
    if path != entry.path:
        files.move(vault.root, entry.path, path)
    for opened, document in edits:
        vault.save(opened if opened.path != entry.path else vault.read(path), document)
    return [opened.path for opened, _ in edits]


def _linking(vault: "Vault", entry: Entry) -> list[Opened]:
    rows = vault.rows(
        "SELECT DISTINCT s.path FROM links k JOIN notes s ON s.key = k.note JOIN notes n ON n.stem = k.target "
        "WHERE n.key = ? AND s.key <> n.key AND (k.folder = '' OR n.path LIKE '%' || k.folder || '/%') ORDER BY s.path",
        (entry.key,),
    )
    return [vault.read(str(row[0])) for row in rows]


def _relinked(opened: Opened, entry: Entry, clean: str) -> tuple[Opened, Document] | None:
    """A note with its links to another rewritten; only the target's own characters change."""
    old = stem(entry.path)

    def replaced(match: re.Match[str]) -> str:
        folder, _, last = match[1].rpartition("/")
        if stem(last) != old or (
            folder and not entry.path.endswith(f"{folder}/{entry.path.rpartition('/')[2]}")
        ):
            return match[0]
        end = ".md" if last.strip().lower().endswith(".md") else ""
        target = f"{folder}/{clean}{end}" if folder else f"{clean}{end}"
        return match[0].replace(match[1], target, 1)

    text = LINK.sub(replaced, opened.document.text)
    if text == opened.document.text:
        return None
    document = Document.parse(text.encode())
    if not document.readable or document.properties.keys() != opened.document.properties.keys():
        raise EditRefusedError(
            f"{opened.path}: its links can't be rewritten safely", hint="Change them in the editor."
        )
    return opened, document


def trash(vault: "Vault", path: str) -> str:
    """Move a note to the vault's `.trash/`, as Obsidian does. Nothing is ever deleted.

    Returns:
        Where it is now.
    """
    name = path.rpartition("/")[2].removesuffix(".md")
    target, number = f".trash/{name}.md", 1
    while os.path.lexists(os.path.join(vault.root, target)):
        number += 1
        target = f".trash/{name} ({number}).md"
    files.move(vault.root, path, target)
    return target


@dataclass(frozen=True, slots=True)
class Tidying:
    """One property that tidying would write into a note."""

    path: str
    key: str
    value: str | date


def untidy(vault: "Vault") -> list[Tidying]:
    """What is missing in readable notes: ids, and `last_contact` where it lags behind what happened."""
    found: list[Tidying] = []
    for entry in vault.entries("n.readable AND n.type <> ''", tail="ORDER BY n.path"):
        if "id" in KEYS[entry.type] and not items_of(entry.properties.get("id")):
            found.append(Tidying(entry.path, "id", entry.id))
        written = day_of(entry.properties.get("last_contact"))
        if (
            entry.type == "partner"
            and entry.last_contact
            and (written is None or written < entry.last_contact)
        ):
            found.append(Tidying(entry.path, "last_contact", entry.last_contact))
    return found


def tidy(vault: "Vault", wanted: Iterable[Tidying]) -> list[tuple[str, str]]:
    """Write what is missing.

    Returns:
        Path and reason of each note that could not be edited; the others are done.
    """
    by_path: dict[str, list[Tidying]] = {}
    for tidying in wanted:
        by_path.setdefault(tidying.path, []).append(tidying)
    refused = []
    for path, tidyings in by_path.items():
        try:
            opened = vault.read(path)
            document = opened.document
            kind = type_of(path, document.properties, vault.reader.folders)
            for tidying in tidyings:
                document = document.set(tidying.key, tidying.value, order=KEYS[kind])
            vault.save(opened, document)
        except RoundsError as error:
            refused.append((path, error.message))
    return refused
