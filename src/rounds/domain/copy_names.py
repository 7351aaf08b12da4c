"""Copy names: file names that look like a copy of another note.

The name only suggests a copy; the contents of both notes decide (`notes/merge/same_note.py`). No list of names is
complete, so the shape counts: the whole plain name, then a character that isn't a letter or digit (vault format,
Artefacts recognised).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import Enum, auto
from itertools import groupby


class Shape(Enum):
    """What follows the plain name."""

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


def _keys(paths: Sequence[str]) -> list[str]:
    """The key of each path, computed on one joined text: five times as fast."""
    text = "\0".join([*paths, ""])
    folded = (text if text.isascii() else unicodedata.normalize("NFC", text)).casefold()
    return folded.replace(".md\0", "\0").split("\0")[:-1]


def related(paths: Iterable[str], stirred: Collection[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Possible copies: path -> notes in the same folder with its plain name, longest name first.

    A path that is the plain note of another comes before it.

    Args:
        paths: of all notes.
        stirred: if given, limits the search to paths related to these new, changed or removed notes.
    """
    notes = every = list(paths)
    if stirred is not None:
        starts, wholes = _near(stirred)
        letters = _letters(stirred, {*starts, *wholes})
        notes = [path for path in notes if path.startswith(letters)]
    keys = _keys(notes)
    if stirred is not None:
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


def _letters(stirred: Collection[str], keys: Collection[str]) -> tuple[str, ...]:
    """Path prefixes that a path with one of these keys can have: folder plus first letter."""
    folders = {path[: path.rfind("/") + 1] for path in stirred}
    first = {key[key.rfind("/") + 1 :][:1] for key in keys}
    both = first | {letter.upper() for letter in first}
    forms = both | {unicodedata.normalize("NFD", letter)[:1] for letter in both}
    return tuple([folder + letter for folder in folders for letter in forms])


def is_near(path: str, stirred: Collection[str]) -> bool:
    """Whether a path may be a copy of one of these notes."""
    return key_of(path).startswith(_near(stirred)[0])


def _near(stirred: Collection[str]) -> tuple[tuple[str, ...], set[str]]:
    """Key prefixes of paths related to these notes, and keys that are themselves a prefix of theirs."""
    keys = [key_of(path) for path in stirred]
    folders = {key[: key.rfind("/") + 1] for key in keys}
    starts = (*keys, *(folder + beginning for folder in folders for beginning in _BEGINNINGS))
    wholes = {key[:end] for key in keys for end in range(key.rfind("/") + 2, len(key))}
    return starts, wholes | {_without_beginning(key) for key in keys}


def shape_of(plain: str, path: str) -> Shape | None:
    """What follows the plain name in another name; None if it may be a different person's name."""
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
