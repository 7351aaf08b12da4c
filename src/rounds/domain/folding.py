"""Text folding: the one notion of "the same" for names, words, values and phone numbers."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from rounds.domain.links import has_link, links_in, name_of, whole_link

_ASCII = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else 32 for c in range(256))
_ASCII_BYTES = bytes(range(128))
_NO_DIGITS = bytes(sorted({*range(256)} - {*b"0123456789"}))
_FEW = 60  # bytes
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
APOSTROPHES = "'`\u00b4\u2018\u2019\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u02c8\u055a\ua78c\uff07"
_OTHER_APOSTROPHES = frozenset(APOSTROPHES[2:])
_SPLIT = str.maketrans(dict.fromkeys(APOSTROPHES, " "))
_SPECIAL = {
    "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n", "ı": "i", "ȷ": "j", "ĸ": "k", "ə": "e", "ɛ": "e", "ɔ": "o",
    "ǝ": "e", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ʊ": "u", "ʒ": "z", "ƿ": "w", "ȝ": "y",
    # Arabic and Persian keyboards type these letters differently.
    "\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9",
}  # fmt: skip
"""Letters that don't decompose, and their usual replacement on other keyboards."""

_BLOCKS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean: no blanks between words."""
UNSPACED = rf"(?=\w)[{_BLOCKS}](?:(?!\w)[{_BLOCKS}])*"
"""A letter of these scripts with its marks. Kept as text: compiling takes 2 ms of every start and is rarely needed."""

_EXTENSION = re.compile(r"([0-9])[\s,.]*(?:ext|x|#|;).*", re.IGNORECASE | re.DOTALL)
_DIGITS = 10
"""Significant digits of a phone number: a country code in front doesn't count."""

_FULL = 8
"""Digits of a number without its country code."""


def fold(text: str) -> str:
    """A text in comparison form: lower case, no diacritics, one blank for each run of non-alphanumeric characters.

    Letters that don't decompose become their usual replacement (`ł` l, `ø` o, `ß` ss, `æ` ae), ligatures and
    full-width letters their plain forms. Apostrophes are removed. NFC and NFD give the same result; marks that
    distinguish words in other scripts, such as voiced kana, stay. `Núñez-O'Neil` becomes `nunez oneil`. Folding is
    idempotent.
    """
    if not text.isascii():
        text = unaccented(text)
        if not text.isascii():
            return " ".join(text.lower().translate(_plain_ascii()).split())
    if text.isalnum():
        return text.lower()
    # A byte table is three times as fast as a regular expression; this runs for every value of every note.
    folded = text.encode().translate(_ASCII, b"'`").decode().strip()
    while "  " in folded:
        folded = folded.replace("  ", " ")
    return folded


def unaccented(text: str) -> str:
    """Fold each run of non-ASCII characters by itself; ASCII stays unchanged."""
    return without_accents(text)[0]


def without_accents(text: str) -> tuple[str, bool]:
    """The result of `unaccented`, and whether a non-ASCII apostrophe was removed."""
    foreign = text.encode("utf-8", "surrogatepass").translate(None, _ASCII_BYTES)
    forms, joined = _ascii_forms(foreign) if len(foreign) <= _FEW else (None, None)
    if forms is None:
        return _FOREIGN.sub(_run, text), not _OTHER_APOSTROPHES.isdisjoint(text)
    for letter, plain in forms:  # a few accents or emoji in a long text: three times as fast
        text = text.replace(letter, plain)
    return text, bool(joined)


@lru_cache(maxsize=4096)
def _ascii_forms(foreign: bytes) -> tuple[tuple[tuple[str, str], ...] | None, bool]:
    """Replacements for single characters, or None if one isn't ASCII (then neighbors matter); and whether there is an
    apostrophe among them.
    """
    letters = set(foreign.decode("utf-8", "surrogatepass"))
    forms = tuple((letter, _folded_run(letter)) for letter in letters)
    return forms if all(plain.isascii() for _, plain in forms) else None, not _OTHER_APOSTROPHES.isdisjoint(letters)


def _run(match: re.Match[str]) -> str:
    run = match[0]
    return _short_run(run) if len(run) < 8 else _folded_run(run)


def _folded_run(run: str) -> str:
    run = run.translate(_WITHOUT_APOSTROPHES)  # some would decompose into a blank and a mark
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", run).casefold())
    plain = unicodedata.normalize("NFKD", plain.casefold()).translate(_letters())
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


_short_run = lru_cache(maxsize=4096)(_folded_run)
_WITHOUT_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, ""))


class _Letters(dict[int, str]):
    """Replacement of each decomposed, lower-case character, computed on first use."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


@cache
def _letters() -> _Letters:
    return _Letters({ord(letter): plain for letter, plain in _SPECIAL.items()})


@cache
def _plain_ascii() -> dict[int, str]:
    """Replacements for ASCII characters in a text with non-ASCII ones."""
    return {code: "" if chr(code) in APOSTROPHES else " " for code in range(128) if not chr(code).isalnum()}


def _plain(letter: str) -> str:
    if letter in APOSTROPHES:
        return ""
    category = unicodedata.category(letter)
    if category[0] == "M":
        return "" if _is_optional(letter) else letter
    if letter == "\u0640" or category == "Cf":  # Arabic tatweel; soft hyphens, joiners, direction marks
        return ""
    if category[0] not in "LN":
        return " "
    name = unicodedata.name(letter, "")
    base, found, _ = name.partition(" WITH ")
    if found and base.startswith(("LATIN SMALL LETTER", "CYRILLIC SMALL LETTER")):
        try:
            return _folded_run(unicodedata.lookup(base))
        except KeyError:
            return letter
    return str(unicodedata.decimal(letter)) if category == "Nd" else letter


def _is_optional(mark: str) -> bool:
    """Whether a mark is a diacritic or a Hebrew or Arabic vowel point; in other scripts it's part of the letter."""
    kind = unicodedata.combining(mark)
    selects = mark == "\u034f" or "\ufe00" <= mark <= "\ufe0f" or "\U000e0100" <= mark <= "\U000e01ef"
    return kind == 1 or 10 <= kind <= 35 or kind >= 200 or selects or unicodedata.category(mark) == "Me"


def caseless(text: str) -> str:
    """A text for comparing file names, links and addresses: NFC and case-folded, otherwise unchanged."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).casefold()


def spaced(folded: str) -> str:
    """A folded text as words: in scripts without blanks, each character is a word.

    So a word is found inside a run of such characters, as in a sentence: `电话` in `办公电话`.
    """
    if folded.isascii() or not re.search(UNSPACED, folded):
        return folded
    return " ".join(re.sub(UNSPACED, r" \g<0> ", folded).split())


def fold_path(path: str) -> str:
    """A path with each part folded: `Partners/Zoë Ng.md` becomes `partners/zoe ng md`."""
    return "/".join(map(fold, path.split("/")))


def words_of(text: str) -> list[str]:
    """The words of a typed text, each in the form that `fold_members` stores."""
    return [words for word in text.split() if (words := spaced(fold(word)))]


def has_apostrophe(text: str) -> bool:
    """Whether the text has parts joined by an apostrophe: `O'Brien`."""
    if "'" in text or "`" in text:
        return True
    return not text.isascii() and without_accents(text)[1]


def split_at_apostrophes(text: str) -> str:
    """A text with a blank for each apostrophe: `O Brien`."""
    return text.translate(_SPLIT)


def digits(phone: str) -> str:
    """The significant digits of a phone number: no country code, leading 0 or extension.

    `+1 (503) 555-0144 x12` and `503.555.0144` both give `5035550144`; empty if there is no digit.
    """
    number = _all_digits(phone)
    return number[-_DIGITS:].lstrip("0") or number


def national(phone: str) -> list[str]:
    """Possible digits of a phone number without its country code; empty if it has none.

    Country codes have one to three digits: `+48 22 123 45 67` may be `221234567` or `21234567`.
    """
    if not phone.lstrip().startswith(("+", "00")):
        return []
    every = _all_digits(phone).lstrip("0")
    codes = (1,) if every.startswith(("1", "7")) else (2, 3)
    return [rest for code in codes if len(rest := every[code:].lstrip("0")) >= _FULL]


def _all_digits(phone: str) -> str:
    plain = phone if phone.isascii() else unaccented(phone)
    if "x" in plain or "X" in plain or "#" in plain or ";" in plain:
        plain = _EXTENSION.sub(r"\1", plain)
    return plain.replace("(0)", "").encode(errors="ignore").translate(None, _NO_DIGITS).decode()


def fold_members(values: Sequence[str]) -> str:
    """` | a | b | `, or empty if nothing is left of any value.

    Search `| a |` for a whole member, ` a ` for a word or phrase in one, ` a` or `| a` for a prefix. A value with
    apostrophes adds a second member with blanks instead: `O'Brien` matches `obrien`, `o'brien` and `brien`.
    """
    members = [spaced(folded) for value in values for folded in _spellings(value) if folded]
    return f" | {' | '.join(members)} | " if members else ""


def _spellings(value: str) -> list[str]:
    if not has_apostrophe(value):
        return [fold(value)]
    return list(dict.fromkeys((fold(value), fold(split_at_apostrophes(value)))))


def fold_value(value: object) -> str:
    """A property's value in `fold_members` form; empty for None.

    Lists are folded member by member; numbers, booleans (`true`, `false`) and nested values as text. A link gives two
    members: the name of its target and its alias.
    """
    if isinstance(value, str) and not has_link(value):
        if not value.isascii() or "'" in value or "`" in value:
            return fold_members((value,))
        folded = fold(value)
        return f" | {folded} | " if folded else ""
    return fold_members(_members(value))


def fold_each(values: Sequence[object]) -> list[str]:
    """`fold_value` of each value, cached for indexing a whole vault: most texts occur many times."""
    return [_fold_text(value) if type(value) is str else _fold_list(value) for value in values]


_fold_text = lru_cache(maxsize=8192)(fold_value)


def _fold_list(value: object) -> str:
    try:
        return _fold_items(*value) if type(value) is list else fold_value(value)
    except TypeError:  # a nested list or map isn't hashable
        return fold_value(value)


@lru_cache(maxsize=8192, typed=True)
def _fold_items(*items: object) -> str:
    return fold_value(items)


def _members(value: object) -> list[str]:
    # Concrete YAML types: a check against an abstract type takes longer than the folding.
    if isinstance(value, str):
        return _linked(value) if has_link(value) else [value]
    if isinstance(value, (list, tuple)):
        return [text for member in value for text in _members(member)]
    if isinstance(value, dict):
        return [" ".join([text for key, inner in value.items() for text in (str(key), *_members(inner))])]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [] if value is None else [str(value)]


def _linked(value: str) -> list[str]:
    whole = whole_link(value)
    if whole is not None:
        return [name_of(whole.target), whole.alias]
    for link in reversed(links_in(value)):
        value = f"{value[: link.start]} {name_of(link.target)} {link.alias} {value[link.end :]}"
    return [value]
