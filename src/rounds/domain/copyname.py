"""Names that may be those of copies: a plain name beside them, and what a sync service or a person put behind it.

Only may be: what the two notes say decides (`formats/samenote.py`). No list of names is complete, so the shape counts:
the whole plain name, then something that is no letter or digit (vault format, Artefacts recognised).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from enum import Enum, auto


class Shape(Enum):
    """What stands behind a plain name."""

    TWIN = auto()
    """Nothing: the names differ in case or in Unicode form alone."""
    MARKED = auto()
    """A word for a conflict, in whatever language, or the default name of a computer."""
    COPY = auto()
    """A number, or a word for a copy."""
    WORDS = auto()
    """Letters behind a hyphen or in parentheses: a computer, or somebody else (`Mary-Ann`, a namesake's clinic)."""
    OTHER = auto()
    """Anything else that no name of a person has."""


# As texts: re compiles and keeps them at first use.
_CONFLICT = (
    r"(?i:[ck]onfl[iíî]|конфл|колі[зц]|колли[зц]|kolizj|kolizn|ütköz|çak[ıi]ş|ristirii|σύγκρου|διένεξ|התנגש|تعارض"
    r"|xung đột|冲突|衝突|競合|竞合|충돌|ขัดแย้ง)\w*(?! (?![CcKk]op)[A-Z][a-z])"
)
"""Not `(Conflict Resolution Center)`, where somebody works."""
_COMPUTER = (
    r"[-_](?:(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{5,}|(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{5,})"
    r"(?: ?\(\d+\)|-\d+)?"
)
_NUMBER = r"[ _.~-]*[(\[（]?\d{1,3}[)\]）]?"
_COPY = (
    r"(?i)(?<![^\W\d_])[ck][oóòô]p(?:y|ie|ia|ië|i|io|ija|ya)(?![^\W\d_])"
    r"|копи|コピー|副本|拷贝|複製|복사본|αντίγραφο|สำเนา|נסח|نسخة"
)
_BEFORE = r"(?i)[ck][oóô]p\w* (?:\w{1,4} )?(?P<name>.+)"
"""`Copy of Sam Lee`, as Google Drive has it."""
_BEGINNINGS = ("cop", "kop", "cóp", "côp")

_FEW = 4
"""For so many changed notes it is quicker to look which names begin alike than to go through all of them."""


def key_of(path: str) -> str:
    """A path without `.md` as names are compared: NFC, case-folded."""
    return (path[:-3] if path.isascii() else unicodedata.normalize("NFC", path[:-3])).casefold()


def related(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The paths that may be copies, with the notes beside them that have the plain name, the longest name first.

    Those that are plain to others come before these.
    """
    found: dict[str, tuple[str, ...]] = {}
    plain: list[tuple[str, str]] = []  # whose keys the key begins with
    before: list[tuple[str, str]] = []
    by_key: dict[str, str] = {}
    for each in sorted([f"{(key := key_of(path))}\0{_rank(path)}{path}" for path in paths]):
        key, _, rest = each.partition("\0")
        path = rest[1:]
        while plain and not key.startswith(plain[-1][0]):
            plain.pop()
        if plain and (near := tuple(own for own_key, own in reversed(plain) if _goes_on(key, len(own_key)))):
            found[path] = near
        plain.append((key, path))
        by_key.setdefault(key, path)
        if key.rpartition("/")[2].startswith(_BEGINNINGS):
            before.append((key, path))
    for key, path in before:
        if (whole := by_key.get(_without_beginning(key))) is not None:
            found[path] = (*found.get(path, ()), whole)
    return found


def _rank(path: str) -> int:
    """Of two notes of one name the one in NFC is the plain one."""
    return 0 if path.isascii() or unicodedata.is_normalized("NFC", path) else 1


def _goes_on(key: str, end: int) -> bool:
    return end == len(key) or not (key[end].isalnum() or "/" in key[end:])


def _without_beginning(key: str) -> str:
    folder, slash, name = key.rpartition("/")
    match = re.fullmatch(_BEFORE, name)
    return f"{folder}{slash}{match['name']}" if match is not None else "\0"


def related_to(stirred: frozenset[str], paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Of what `related` finds, that which has to do with notes that came, changed or went."""
    if len(stirred) <= _FEW:
        return related(filter(near(stirred), paths))
    return {path: plain for path, plain in related(paths).items() if path in stirred or not stirred.isdisjoint(plain)}


def near(stirred: frozenset[str]) -> Callable[[str], bool]:
    """Whether a path may be that of a copy of one of these, or of what one of these is a copy of."""
    starts = tuple(map(key_of, stirred))
    wholes = {_without_beginning(start) for start in starts}

    def is_near(path: str) -> bool:
        key = key_of(path)
        if key.startswith(starts) or key in wholes or key.rpartition("/")[2].startswith(_BEGINNINGS):
            return True
        return any(start.startswith(key) for start in starts)

    return is_near


def shape_of(plain: str, path: str) -> Shape | None:
    """What stands behind a plain name in another; None for what may as well be the name of somebody else."""
    key, own = key_of(path), key_of(plain)
    if key == own:
        return Shape.TWIN
    if not key.startswith(own):
        return Shape.COPY  # the word stands before the name
    end = unicodedata.normalize("NFC", path[:-3])[len(unicodedata.normalize("NFC", plain[:-3])) :]
    if re.search(_CONFLICT, end) or re.fullmatch(_COMPUTER, end):
        return Shape.MARKED
    if re.fullmatch(_NUMBER, end) or re.search(_COPY, end):
        return Shape.COPY
    if all(letter.isalpha() or letter in " -.,'’()&–—" or unicodedata.category(letter)[0] == "M" for letter in end):
        return None if end[0].isspace() and end.lstrip()[:1].isalpha() else Shape.WORDS
    return Shape.OTHER
