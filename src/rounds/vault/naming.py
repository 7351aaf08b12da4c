"""Names of notes: as file names, whether they are free, and how to change them with every link to them."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterable

from rounds.errors import EditRefusedError, RoundsError, UsageError
from rounds.formats.document import Document
from rounds.formats.lines import outside_code
from rounds.formats.links import LINK, stem
from rounds.formats.notes import KEYS
from rounds.vault.undoing import counts
from rounds.vault.vault import Entry, Opened, Vault

LONGEST = 120
"""Bytes of a name in a file name: a namesake's holds two of them, and 255 bytes is what file systems take."""

_UNPORTABLE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
_SPAN = re.compile(r"((?<!`)(?:`[^`]+`|``.+?``)(?!`))")
LINK_BREAKING = re.compile(r"[\[\]#^|]")
"""What a wiki link's target can't hold."""


def file_name(name: str) -> str:
    """A name as a file name that every system takes and a wiki link can hold, without `.md`."""
    words = " ".join(unicodedata.normalize("NFC", name).split())
    clean = LINK_BREAKING.sub("", _UNPORTABLE.sub("", words))
    clean = clean.encode(errors="ignore")[:LONGEST].decode(errors="ignore").strip(" .")
    if not clean:
        raise UsageError(f'"{name}" holds nothing that a file name can', hint="Write it with letters.")
    return f"{clean}_" if _RESERVED.match(clean) else clean


def holder(vault: Vault, path: str, but: str = "") -> str:
    """The path of the note that already has the name of `path`, to links or on disk; empty where it is free."""
    rows = vault.rows("SELECT path FROM notes WHERE stem = ? AND path <> ?", (stem(path), but))
    if rows:
        return str(rows[0][0])
    target = os.path.join(vault.root, path)
    if not os.path.lexists(target) or (but and os.path.samefile(target, os.path.join(vault.root, but))):
        return ""
    return path


def rename(vault: Vault, entry: Entry, name: str) -> tuple[str, list[str]]:
    """Give a note another name, and every link to it, as Obsidian does. What links say otherwise stays.

    Links inside code stay as they are: to Obsidian they are text. A bare link that could mean a namesake in another
    folder stays too.

    Returns:
        Its path now, and paths of the other notes whose links were rewritten.

    Raises:
        SettingsError: rounds.toml can't be read, and with it the id that the note would keep.
        RoundsError: that name is taken, and nothing has been changed; or the note was renamed, and the message names
            those whose links could not be, since another program changed them just then.
        EditRefusedError: a note that links to it can't be edited safely; nothing has been changed then.
    """
    vault.need_settings()
    name = " ".join(unicodedata.normalize("NFC", name).split())
    clean = file_name(name)
    folder = entry.path.rpartition("/")[0]
    path = f"{folder}/{clean}.md" if folder else f"{clean}.md"
    taken = holder(vault, path, entry.path)
    if taken:
        raise RoundsError(f"{clean} is there already: {taken}", hint="Choose another name.")
    alone = len(vault.rows("SELECT 1 FROM notes WHERE stem = ?", (stem(entry.path),))) < 2
    edits = _edits(vault, entry, clean, alone=alone)
    own = vault.read(entry.path)
    with vault.change() as change:
        if own.document.readable:
            document = _relinked(own.document, entry, clean, alone=alone) or own.document
            vault.save(own, vault.kept_up(entry.path, _named(document, entry, name, clean)))
        if path != entry.path:
            vault.move(entry.path, path)
        change.of = sum(map(counts, change.steps)) + len(edits)
        _save_all(vault, edits)
    return path, [opened.path for opened, _ in edits]


def _named(document: Document, entry: Entry, name: str, clean: str) -> Document:
    """The note's own `name`: written only where the file name can't hold it."""
    if clean != name:
        return document.set("name", name, order=KEYS.get(entry.type, ()))
    return document.remove("name") if document.properties.get("name") else document


def _edits(vault: Vault, entry: Entry, clean: str, *, alone: bool) -> list[tuple[Opened, Document]]:
    edits = []
    for opened in _linking(vault, entry):
        try:
            document = _relinked(opened.document, entry, clean, alone=alone)
        except EditRefusedError as error:
            raise EditRefusedError(
                f"{opened.path}: its links can't be rewritten safely", hint="Change them in the editor first."
            ) from error
        if document is not None:
            edits.append((opened, document))
    return edits


def _save_all(vault: Vault, edits: Iterable[tuple[Opened, Document]]) -> None:
    left = []
    for opened, document in edits:
        try:
            vault.save(opened, document)
        except RoundsError:
            left.append(opened.path)
    if left:
        raise RoundsError(
            f"renamed, but {', '.join(left)} could not be saved and still has the old name in its links",
            hint="Change them in the editor.",
        )


def _linking(vault: Vault, entry: Entry) -> list[Opened]:
    rows = vault.rows(
        "SELECT DISTINCT s.path FROM links k JOIN notes s ON s.key = k.note WHERE k.target = ? AND s.key <> ? "
        "ORDER BY s.path",
        (stem(entry.path), entry.key),
    )
    return [vault.read(row[0]) for row in rows]


def _relinked(document: Document, entry: Entry, clean: str, *, alone: bool) -> Document | None:
    """A note with its links to another rewritten; only the target's own characters change. None without any.

    Raises:
        EditRefusedError: it can't be done safely.
    """

    def renamed(text: str) -> str:
        return LINK.sub(lambda link: _retargeted(link, entry, clean, alone=alone), text)

    if not document.readable:
        raise EditRefusedError("The note can't be read.", hint="Mend it first.")
    block, body = document.block, document.body
    head = document.text[: len(document.text) - len(body)]
    before = document.properties
    wanted = {key: _with_strings(value, renamed) for key, value in before.items()}
    new_body = _outside_code(body, renamed)
    if wanted == before and new_body == body:
        return None
    edited = Document.parse((head.replace(block, renamed(block), 1) + new_body).encode())
    if edited.readable and edited.properties == wanted:
        return edited
    # A quote in the old name or the new one is written in another way in the value: value by value, then.
    edited = Document.parse((head + new_body).encode())
    for key, value in wanted.items():
        if value != before[key]:
            edited = edited.set(key, value)
    return edited


def _retargeted(link: re.Match[str], entry: Entry, clean: str, *, alone: bool) -> str:
    """A link's text with the new name, where it leads to that note."""
    folder, _, last = link[1].rpartition("/")
    if stem(last) != stem(entry.path) or not (folder or alone):
        return link[0]
    if folder and not f"/{entry.path.rpartition('/')[0]}".endswith(f"/{folder.strip()}"):
        return link[0]
    end = ".md" if last.strip().lower().endswith(".md") else ""
    start = link.start(1) - link.start()
    target = f"{folder}/{clean}{end}" if folder else f"{clean}{end}"
    return link[0][:start] + target + link[0][start + len(link[1]) :]


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    lines = text.split("\n")
    for place, line in outside_code(lines):
        parts = _SPAN.split(line)
        lines[place] = "".join(part if at % 2 else change(part) for at, part in enumerate(parts))
    return "\n".join(lines)


def _with_strings(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, list):
        return [_with_strings(item, change) for item in value]
    return change(value) if isinstance(value, str) else value
