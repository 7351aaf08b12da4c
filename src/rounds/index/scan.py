"""Files of the vault: one walk over its notes, their stamps, and conflict copies among them."""

import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from errno import ELOOP, ENOENT, ENOTDIR
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from rounds.domain.file_names_copies import Stamp, conflict_of, is_noise, not_here, printable, shape_of, uncut
from rounds.index.ids_last_contact import derived_id
from rounds.notes.schema import FOLDERS
from rounds.storage.files import read, stamp_of
from rounds.storage.open_file import TOO_LONG, USUAL, content, is_too_long

_TEMPLATES = frozenset({"Templates", "templates"})
"""Names of template folders, whose files aren't notes."""

_SKIPPED_FOLDERS = _TEMPLATES | {"node_modules", "lost+found", "System Volume Information", "$RECYCLE.BIN"}
LINKED = "it is a link, and Rounds follows no linked folders"
NOWHERE = "it is a link that leads nowhere"
AWAY = "it is in the cloud and not on this machine"
_TEMPLATE_SETTINGS = (
    (".obsidian/templates.json", "folder"),
    (".obsidian/plugins/templater-obsidian/data.json", "templates_folder"),
)
_BESIDE = (".canvas", ".base")
_TRIES = 3
"""Maximum number of walks if folders disappear meanwhile."""


class Reader(NamedTuple):
    """Settings for reading a note's bytes.

    Attributes:
        vault: the vault's id.
        folders: folders that give notes a type, each with the type.
        task_filter: text that a task line must contain to be a follow-up; empty if none is required.
        largest: size limit for a note, in megabytes.
    """

    vault: str
    folders: Sequence[tuple[str, str]]
    task_filter: str = ""
    largest: int = USUAL


class Scan(NamedTuple):
    """Result of one walk over the vault.

    Attributes:
        notes: stamp by path of every Markdown file that is a note. Paths are POSIX, relative, as on disk.
        artefacts: path of each conflict copy or placeholder, with the path of its note; of each file or folder whose
            name isn't UTF-8, with an empty text; of each pipe or device, with its own path.
        unseen: path of each note or folder that exists but can't be read, with the reason; a folder's path ends in a
            slash. The reason for a link is LINKED (also if it leads to some other file) or NOWHERE, and AWAY for a note
            whose content a cloud service keeps elsewhere.
    """

    notes: dict[str, Stamp]
    artefacts: dict[str, str]
    unseen: dict[str, str]


def scan(root: str) -> Scan:
    """Walk the vault once, with scandir and one stat per file. Dot-folders, templates and noise are left out.

    Symlinked folders aren't followed; a symlinked file counts as its target. If a folder disappears meanwhile, the walk
    is repeated.

    Raises:
        OSError: the vault's own folder can't be listed.
    """
    for _ in range(_TRIES):
        found, gone = _walk(root)
        if not gone:
            break
    _put_aside(found)
    _pair(found)
    return found


def rescanned(root: str, before: Scan, paths: Collection[str]) -> Scan | None:
    """An earlier walk, with new stamps for some of its notes; None if one of them wasn't there, or isn't now."""
    notes = dict(before.notes)
    for path in paths:
        if path not in notes:
            return None
        try:
            notes[path] = stamp_of(os.path.join(root, path))
        except OSError:
            return None
    return before._replace(notes=notes)


def _walk(root: str) -> tuple[Scan, bool]:
    """Result of one walk, and whether a folder disappeared before it was listed."""
    found, gone = Scan({}, {}, {}), False
    folders, templates = [""], template_folders(root)
    while folders:
        prefix = folders.pop()
        if prefix in templates:
            continue
        try:
            with listing(os.path.join(root, prefix)) as entries:
                _take(found, prefix, entries, folders)
        except OSError as error:
            if not prefix:
                raise
            too_long = is_too_long(os.path.join(root, prefix))
            found.unseen[prefix] = TOO_LONG if too_long else error.strerror or str(error)
            gone = gone or error.errno in (ENOENT, ENOTDIR)
    return found, gone


def _take(found: Scan, prefix: str, entries: Iterable[os.DirEntry[str]], folders: list[str]) -> None:
    """Add the entries of one folder to `found`, and its subfolders to `folders`."""
    for entry in entries:
        name = entry.name
        # Inlined: one more call per file takes a tenth of the walk.
        usual = name[-3:] == ".md" and name[0] not in ".#" and "onflict" not in name
        if not usual and not _is_note(found, prefix, entry, folders):
            continue
        try:
            status = entry.stat()
        except OSError as error:
            _miss(found, prefix, entry, error)
            continue
        if status.st_mode & _KIND == _REGULAR:
            if _MAY_BE_AWAY and (why := _why_not_here(entry, status)):
                found.unseen[printable(prefix + name)] = why
                continue
            stamp = status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
            found.notes[prefix + name] = stamp
        elif entry.is_dir(follow_symlinks=False):
            folders.append(f"{prefix}{name}/")
        elif status.st_mode & _KIND != _FOLDER and _is_text(prefix + name):
            found.artefacts[prefix + name] = prefix + name  # a pipe or device: never read, never waited for


def _miss(found: Scan, prefix: str, entry: os.DirEntry[str], error: OSError) -> None:
    """Record a note that can't be read, unless it has disappeared since the listing."""
    if entry.is_symlink() and error.errno in (ENOENT, ELOOP, ENOTDIR):
        found.unseen[printable(prefix + entry.name)] = NOWHERE
    elif error.errno != ENOENT:
        found.unseen[printable(prefix + entry.name)] = error.strerror or str(error)


_MAY_BE_AWAY = sys.platform in {"darwin", "win32"}
_DATALESS = 0x40000000
"""SF_DATALESS of macOS: iCloud keeps the content elsewhere."""
_RECALL = 0x1000 | 0x40000 | 0x400000
"""FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN and _RECALL_ON_DATA_ACCESS of Windows: so does OneDrive."""


def _why_not_here(entry: os.DirEntry[str], status: os.stat_result) -> str:
    """Why a note can't be read although its folder lists it; empty if it can."""
    if _is_away(status):
        return AWAY  # reading it would download it
    return TOO_LONG if is_too_long(entry.path) else ""


def _is_away(status: os.stat_result) -> bool:
    """Whether only a file's name is on this machine, and reading it would fetch the content."""
    return bool(getattr(status, "st_flags", 0) & _DATALESS or getattr(status, "st_file_attributes", 0) & _RECALL)


_KIND, _REGULAR, _FOLDER = 0o170000, 0o100000, 0o040000  # as in stat.S_ISREG, without a call


def template_folders(root: str) -> frozenset[str]:
    """Template folders set in Obsidian and Templater, each with a trailing slash.

    A folder that contains one of our folders is ignored: its notes are notes.
    """
    found = set()
    for path, key in _TEMPLATE_SETTINGS:
        with suppress(OSError, ValueError, RecursionError):
            settings = json.loads(content(os.path.join(root, path)))
            folder = settings.get(key) if isinstance(settings, dict) else None
            if isinstance(folder, str) and folder.strip("/ ") and _stays(folder):
                found.add(f"{folder.strip('/ ')}/")
    return frozenset(each for each in found if not any(f"{ours}/".startswith(each) for ours in FOLDERS.values()))


def _stays(folder: str) -> bool:
    """Whether a folder name from an untrusted file stays in the vault."""
    return "\0" not in folder and "\\" not in folder and ":" not in folder and ".." not in folder.split("/")


def is_template(path: str, folders: Collection[str] = ()) -> bool:
    """Whether a file is in a template folder, by that folder's name or as one of `folders`."""
    return not _TEMPLATES.isdisjoint(path.split("/")[:-1]) or path.startswith(tuple(folders))


def beside_notes(root: str) -> list[str]:
    """Paths of files that can link to notes but aren't notes: templates, canvases and bases."""
    found, templates = [], template_folders(root)
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name[0] != "." and name != "node_modules" and _is_text(name)]
        place = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if place == "." else f"{place}/"
        ends = (*_BESIDE, ".md") if is_template(prefix, templates) else _BESIDE
        found += [prefix + name for name in names if name.endswith(ends) and name[0] != "." and _is_text(name)]
    return sorted(found)


def is_any_readable(root: str, paths: Iterable[str]) -> bool:
    """Whether any of some files can be read now."""
    for path in paths:
        with suppress(OSError):
            content(os.path.join(root, path))
            return True
    return False


@contextmanager
def listing(folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """The entries of a folder, read by descriptor if possible, which makes a walk a quarter faster."""
    if os.scandir not in os.supports_fd:
        with os.scandir(folder) as entries:
            yield entries
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)


def _is_note(found: Scan, prefix: str, entry: os.DirEntry[str], folders: list[str]) -> bool:
    """Whether an entry with an unusual name is a note; a folder, copy or placeholder is recorded instead."""
    name = entry.name
    if not name.isascii() and not _is_text(name):
        found.artefacts[printable(prefix + name)] = ""
    elif name.endswith(".icloud") and (note := not_here(name)):
        found.artefacts[prefix + name] = prefix + note
    elif name[-3:] in {".md", ".MD"}:
        if "onflict" not in name or not (note := conflict_of(name)):
            return name[0] not in ".#" or not is_noise(name)
        found.artefacts[prefix + name] = prefix + note
    elif name[0] != "." and name not in _SKIPPED_FOLDERS:
        if entry.is_symlink():
            found.unseen[f"{prefix}{name}/"] = LINKED
        elif _is_folder(found, prefix, entry):
            folders.append(f"{prefix}{name}/")
    return False


def _is_folder(found: Scan, prefix: str, entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder; if that can't be read, record it as unseen."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError as error:
        found.unseen[f"{prefix}{entry.name}/"] = error.strerror or str(error)
        return False


def _put_aside(found: Scan) -> None:
    """Turn notes whose path isn't UTF-8 into artefacts: nothing could store the path."""
    try:
        "".join(found.notes).encode()
    except UnicodeEncodeError:
        for path in [path for path in found.notes if not _is_text(path)]:
            del found.notes[path]
            found.artefacts[printable(path)] = ""


def _pair(found: Scan) -> None:
    """Pair copies with their note if its name differs in Unicode form or case: services change both."""
    lost = {copy: note for copy, note in found.artefacts.items() if note and note not in found.notes}
    if not lost or all(copy.endswith(".icloud") for copy in lost):
        return
    from unicodedata import normalize

    from rounds.domain.file_names_copies import key_of

    by_key: dict[str, list[str]] = {}
    for path in found.notes:
        by_key.setdefault(key_of(path), []).append(path)
    for copy, note in lost.items():
        if near := by_key.get(key_of(note)) or uncut(copy, note, found.notes):
            same = [path for path in near if normalize("NFC", path) == normalize("NFC", note)]
            found.artefacts[copy] = min(same or near)


def _is_text(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def fingerprint(found: Scan) -> str:
    """Short fingerprint of a scan; equal fingerprints mean that nothing has changed on disk.

    Python hashes integers, and tuples of them, the same way in every process; a renamed file also has a new inode or
    ctime. So ten thousand notes are compared in 1 ms, and their stamps are only read if something differs.
    """
    beside = [*found.artefacts, *found.artefacts.values(), *found.unseen, *found.unseen.values()]
    names = "\0".join([*found.notes, *beside])
    return f"{len(found.notes)} {hash(tuple(found.notes.values()))} {crc32(names.encode())}"


def copies(root: str, related: Mapping[str, Sequence[str]], reader: Reader) -> dict[str, str]:
    """Map the path of each copy to the path of its note.

    Args:
        root: the vault.
        related: paths that may be copies, each with its possible notes, as `domain.files.related` finds them.
        reader: settings for reading.
    """
    from rounds.notes.merge.same_note import is_version
    from rounds.notes.read_note import Note, read_note

    @lru_cache(maxsize=64)
    def taken_in(path: str) -> tuple[bytes, Note] | None:
        try:
            data, _ = read(os.path.join(root, path))
        except OSError:
            return None
        return data, read_note(path, data, reader.folders, reader.task_filter)

    def is_copy(path: str, plain: str) -> bool:
        shape = shape_of(plain, path)
        if shape is None or (found := taken_in(path)) is None or (whole := taken_in(plain)) is None:
            return False
        id_ = whole[1].id or derived_id(reader.vault, plain)
        return is_version(shape, whole[1], found[1], note_id=id_, same=whole[0] == found[0])

    originals: dict[str, str] = {}
    for path, near in related.items():  # plain names come first, so that a copy of a copy leads to the note
        for plain in near:
            if is_copy(path, plain):
                originals[path] = originals.get(plain, plain)
                break
    return originals


def not_trashed(root: str, gone: Sequence[str], indexed: Mapping[str, Stamp]) -> Sequence[str]:
    """Those of several notes that are gone and aren't in the vault's trash: what is there was put there on purpose.

    Args:
        indexed: the last stamp of each note; all but its second time stays when a file is moved.
    """
    if len(gone) < 2:
        return gone
    try:
        with os.scandir(os.path.join(root, ".trash")) as found:
            there = {(stamp[0], *stamp[2:]) for each in found if each.is_file() for stamp in [stamp_of(each.path)]}
    except OSError:
        return gone
    return [path for path in gone if (indexed[path][0], *indexed[path][2:]) not in there]
