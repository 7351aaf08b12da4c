"""Files of a vault: changes on disk, cut names, sync artifacts, and copies of notes, as pure functions."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from itertools import groupby
from typing import NamedTuple

LONGEST = 255
"""Bytes of UTF-8 in a file name on Linux. Windows and macOS count UTF-16 units, never more than the bytes."""

_JOINER = "\u200d"


def printable(path: str) -> str:
    """A path fit to show and store: invalid UTF-8 (half a character on Windows) becomes U+FFFD."""
    return path if path.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", path)


def one_name(one: str, other: str) -> bool:
    """Whether two paths differ only in case or Unicode form: one file on a case-insensitive disk."""
    return unicodedata.normalize("NFC", one).casefold() == unicodedata.normalize("NFC", other).casefold()


def bounded(name: str, end: str, most: int = LONGEST) -> str:
    """A file name of at most `most` bytes: the name, cut if necessary, and the whole end."""
    return cut(name, most - _bytes(end)) + end if _bytes(name + end) > most else name + end


def is_cut(name: str, whole: str, end: str) -> bool:
    """Whether `bounded` may have cut `whole` to `name` for that end."""
    return name != whole and whole.startswith(name) and _bytes(whole + end) > LONGEST and _bytes(name) >= _SHORTEST


_SHORTEST = 40
"""Fewest bytes of a cut name: a shorter one can't be traced to its original."""


def cut(text: str, most: int) -> str:
    """A text's beginning in at most `most` bytes of UTF-8, without trailing blanks.

    A visible character stays whole (a letter with its marks, a multi-part emoji, a decomposed Korean syllable), unless
    it alone is too long.
    """
    end = used = 0
    for character in text:
        used += _bytes(character)
        if used > most:
            break
        end += 1
    whole = end
    while 0 < whole < len(text) and _belongs(text, whole):
        whole -= 1
    return text[: whole or end].rstrip() if end < len(text) else text


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _belongs(text: str, at: int) -> bool:
    """Whether the character at this offset belongs to the one before it."""
    character, before = text[at], text[at - 1]
    if _JOINER in {before, character} or unicodedata.category(character)[0] == "M":
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True  # skin tone, flag tag
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb":
        return True  # second or third part of a Korean syllable
    flags = len(text[:at]) - len(text[:at].rstrip(_FLAGS))
    return character in _FLAGS and flags % 2 == 1


_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Regional indicator letters; two make a flag."""


Stamp = tuple[int, int, int, int]
"""A file's stat fields: mtime and ctime in nanoseconds, size in bytes, inode. Equal stamps mean an unchanged
file. A bare tuple, because a scan makes one for every file of the vault."""


class Plan(NamedTuple):
    """The work of a sync.

    Attributes:
        read: new or renamed paths, and paths with a new stamp; their content decides whether they changed.
        moved: new path -> old path, for files with equal inode, size and mtime: renamed only.
        removed: deleted paths.
    """

    read: tuple[str, ...]
    moved: Mapping[str, str]
    removed: tuple[str, ...]


def plan(disk: Mapping[str, Stamp], indexed: Mapping[str, Stamp]) -> Plan:
    """Compare disk and index; usually one note in ten thousand differs."""
    read = {path: stamp for path, stamp in disk.items() if indexed.get(path) != stamp}
    gone = [path for path in indexed if path not in disk]
    by_file = {_file_identity(indexed[path]): path for path in gone}
    moved: dict[str, str] = {}
    for path, stamp in read.items() if by_file else ():
        if path not in indexed and (old := by_file.pop(_file_identity(stamp), None)) is not None:
            moved[path] = old
    left = set(gone).difference(moved.values())
    return Plan(tuple(read), moved, tuple(path for path in gone if path in left))


def _file_identity(stamp: Stamp) -> Stamp:
    """The parts of a stamp that survive a rename."""
    return stamp[0], 0, *stamp[2:]


# Kept as text: re compiles and caches a pattern on first use, and hardly any command meets such a file.
_CONFLICTS = (
    r"(?P<name>.+)\.sync-conflict-\d{8}-\d{6}-[A-Z0-9]{7}(?P<end>\.\w+)$",
    r"(?i)(?P<name>.+?) ?\((?:[^()]*'s |[^()]* )?conflicted copy[^()]*\)(?P<end>\.\w+)$",
    r"(?P<name>.+?) ?\(SFConflict [^()]*\)(?P<end>\.\w+)$",
    r"(?P<name>.+)_conflict-\d{8}-\d{6}(?P<end>\.\w+)$",
)
_ICLOUD = r"(?i)\.(?P<name>.+\.md)\.icloud$"
_SED = r"sed\w{6}"


def is_noise(name: str) -> bool:
    """Whether a file is hidden, or a swap, lock, backup or temporary file, by its name."""
    if not name or name[0] == "." or name[-1] == "~":  # a watcher reports the folder itself with an empty name
        return bool(name)
    return name == "4913" or (name[0] == name[-1] == "#") or (name[0] == "s" and bool(re.fullmatch(_SED, name)))


def conflict_of(name: str) -> str | None:
    """The note of a sync tool's conflict copy, from the file name alone; None for other files."""
    for pattern in _CONFLICTS:
        match = re.match(pattern, name)
        if match is not None:
            return match["name"] + match["end"]
    return None


def uncut(copy: str, note: str, notes: Iterable[str]) -> list[str]:
    """The note of a conflict copy whose long name was cut to fit the mark; empty if several notes are possible.

    Args:
        note: path of the note by the copy's name; there is no such note.
        notes: existing paths.
    """
    stem = note.removesuffix(".md")
    end = copy[len(stem) :]
    found = [path for path in notes if path.startswith(stem) and is_cut(_name(stem), _name(path)[:-3], end)]
    return found if len(found) == 1 else []


def _name(path: str) -> str:
    return path[path.rfind("/") + 1 :]


def not_here(name: str) -> str | None:
    """The note of an iCloud placeholder: it exists, but its text is not on this machine."""
    match = re.match(_ICLOUD, name)
    return match["name"] if match is not None else None


class Shape(Enum):
    """Kinds of suffixes after a note's plain name, in the name of a possible copy (vault format, Artefacts recognised).

    The name only suggests a copy; the contents of both notes decide (`notes/merge/same_note.py`). No list of names is
    complete, so the shape counts: the whole plain name, then a character that isn't a letter or digit.
    """

    TWIN = auto()
    """Nothing: the names differ only in case or Unicode form."""
    MARKED = auto()
    """A word for a conflict in some language, or a computer's default name."""
    COPY = auto()
    """A number, or a word for a copy."""
    WORDS = auto()
    """Letters after a hyphen or in parentheses: a computer, or another person (`Mary-Ann`, a namesake's clinic)."""
    OTHER = auto()
    """Anything else that doesn't occur in a person's name."""


# Kept as text: re compiles and caches a pattern on first use.
_CONFLICT = (
    r"(?i:[ck]onfl[iíî]|конфл|колі[зц]|колли[зц]|kolizj|kolizn|ütköz|çak[ıi]ş|ristirii|σύγκρου|διένεξ|התנגש|تعارض"
    r"|xung đột|冲突|衝突|競合|竞合|충돌|ขัดแย้ง)\w*(?!\w)(?! (?![CcKk]op)[A-Z][a-z])"
)
"""Excludes `(Conflict Resolution Center)`, which can be a workplace."""
_COMPUTER = (
    r"[-_](?:(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{5,}|(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{5,})"
    r"(?: ?\(\d+\)|-\d+)?"
)
_NUMBER = r"[ _.~-]*[(\[（]?\d{1,3}[)\]）]?"
_COPY = (
    r"(?i)(?<![^\W\d_])[ck][oóòô]p(?:y|ie|ia|ië|i|io|ija|ya)(?![^\W\d_])"
    r"|копи|コピー|副本|拷贝|複製|복사본|αντίγραφο|สำเนา|נסח|نسخة"
)
_BEFORE = r"(?i)[ck][oóô]p(?:y|ie|ia|i|io|ija) (?:\w{1,4} )?(?P<name>.+)"
"""`Copy of Sam Lee`, the form Google Drive uses."""
_BEGINNINGS = ("cop", "kop", "cóp", "côp")


def key_of(path: str) -> str:
    """A path without `.md` in comparison form: NFC, case-folded."""
    return (path[:-3] if path.isascii() else unicodedata.normalize("NFC", path[:-3])).casefold()


def _comparison_keys(paths: Sequence[str]) -> list[str]:
    """The key of each path, computed on one joined text: five times as fast."""
    text = "\0".join([*paths, ""])
    folded = (text if text.isascii() else unicodedata.normalize("NFC", text)).casefold()
    return folded.replace(".md\0", "\0").split("\0")[:-1]


def related(paths: Iterable[str], changed: Collection[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Possible copies: path -> notes in the same folder with its plain name, longest name first.

    A path that is the plain note of another comes before it.

    Args:
        paths: of all notes.
        changed: if given, limits the search to paths related to these new, changed or removed notes.
    """
    notes = every = list(paths)
    if changed is not None:
        starts, wholes = _related_keys(changed)
        letters = _first_letters(changed, {*starts, *wholes})
        notes = [path for path in notes if path.startswith(letters)]
    keys = _comparison_keys(notes)
    if changed is not None:
        near = [at for at, key in enumerate(keys) if key.startswith(starts) or key in wholes]
    else:
        near = list(range(len(notes)))
    near.sort(key=keys.__getitem__)
    found: dict[str, tuple[str, ...]] = {}
    plain: list[tuple[str, str]] = []  # notes whose key is a prefix of the current key
    before: list[tuple[str, str]] = []
    for at in _nfc_first(near, keys, notes):
        key, path = keys[at], notes[at]
        while plain and not key.startswith(plain[-1][0]):
            plain.pop()
        if plain and (whole := _beside(key, path, plain)):
            found[path] = whole
        plain.append((key, path))
        if key.startswith(_BEGINNINGS, key.rfind("/") + 1):
            before.append((key, path))
    by_key = {keys[at]: notes[at] for at in near} if before else {}
    if missing := {_without_beginning(key) for key, _ in before} - {"\0", *by_key}:
        by_key |= {key: path for path in every if (key := key_of(path)) in missing}  # may lie outside `near`
    for key, path in before:
        if (known := by_key.get(_without_beginning(key))) is not None:
            found[path] = (*found.get(path, ()), known)
    return found


def _nfc_first(order: Iterable[int], keys: Sequence[str], notes: Sequence[str]) -> Iterator[int]:
    """The same order, except that the NFC form of a name comes first, as the plain one."""
    for _, group in groupby(order, keys.__getitem__):
        twins = list(group)
        if len(twins) > 1:
            twins.sort(key=lambda at: (not unicodedata.is_normalized("NFC", notes[at]), notes[at]))
        yield from twins


def _beside(key: str, path: str, plain: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Notes in `plain` from the same folder with an equal name, or one that this key extends at a word boundary."""
    folder = path[: path.rfind("/") + 1]
    return tuple([
        own
        for own_key, own in reversed(plain)
        if (len(own_key) == len(key) or not key[len(own_key)].isalnum()) and own[: own.rfind("/") + 1] == folder
    ])  # fmt: skip


def _without_beginning(key: str) -> str:
    folder, slash, name = key.rpartition("/")
    match = re.fullmatch(_BEFORE, name)
    return f"{folder}{slash}{match['name']}" if match is not None else "\0"


def _first_letters(changed: Collection[str], keys: Collection[str]) -> tuple[str, ...]:
    """Path prefixes that a path with one of these keys can have: folder plus first letter."""
    folders = {path[: path.rfind("/") + 1] for path in changed}
    first = {key[key.rfind("/") + 1 :][:1] for key in keys}
    both = first | {letter.upper() for letter in first}
    forms = both | {unicodedata.normalize("NFD", letter)[:1] for letter in both}
    return tuple([folder + letter for folder in folders for letter in forms])


def is_near(path: str, changed: Collection[str]) -> bool:
    """Whether a path may be a copy of one of these notes."""
    return key_of(path).startswith(_related_keys(changed)[0])


def _related_keys(changed: Collection[str]) -> tuple[tuple[str, ...], set[str]]:
    """Key prefixes of paths related to these notes, and keys that are themselves a prefix of theirs."""
    keys = [key_of(path) for path in changed]
    folders = {key[: key.rfind("/") + 1] for key in keys}
    starts = (*keys, *(folder + beginning for folder in folders for beginning in _BEGINNINGS))
    wholes = {key[:end] for key in keys for end in range(key.rfind("/") + 2, len(key))}
    return starts, wholes | {_without_beginning(key) for key in keys}


def shape_of(plain: str, path: str) -> Shape | None:
    """The kind of suffix after the plain name in another name; None if it may be a different person's name."""
    key, own = key_of(path), key_of(plain)
    if key == own:
        return Shape.TWIN
    if not key.startswith(own):
        return Shape.COPY  # the word for a copy comes first
    end = unicodedata.normalize("NFC", path[:-3])[len(unicodedata.normalize("NFC", plain[:-3])) :]
    if re.search(_CONFLICT, end) or re.fullmatch(_COMPUTER, end):
        return Shape.MARKED
    if re.fullmatch(_NUMBER, end) or re.search(_COPY, end):
        return Shape.COPY
    if all(letter.isalpha() or letter in " -.,'’()&–—" or unicodedata.category(letter)[0] == "M" for letter in end):
        return None if end[0].isspace() and end.lstrip()[:1].isalpha() else Shape.WORDS
    return Shape.OTHER
