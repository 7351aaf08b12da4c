"""The guard over a whole note: most lines are passed at a glance."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rounds.domain.patterns import Pattern

from . import lexicon
from .text import CLIENT, one_blank, read, tag_words, without_markup, words_pattern

if TYPE_CHECKING:
    from .guard import Finding
    from .reading import Known

_GROUPS = frozenset((
    "client", "child", "relative", "shared", "session", "symptom", "birth", "records", "member", "account", "device",
    "plate", "social", "family_title", "role", "job",
))  # fmt: skip
"""A line with a finding has a word of these groups, or a number, an address, a file, or dotted initials."""
_PREFIX = Pattern(r"\s*[-*] (?:\[.\] )?(?:(?:\[\[)?\d{4}-\d\d-\d\d(?:\]\])?)?|\s*[a-z_]+: ")
_NUMBER = Pattern(r"[\"']?[+(]?[\d() .-]{7,20}[\"']?\s*")
_ADDRESS = Pattern(r"[\"']?[\w.:/+@-]{3,80}[\"']?\s*")
_NOTE = Pattern(r"[\"']?\[\[[^\[\]\n]{1,80}\]\][\"']?\s*")
_OWN = {
    **dict.fromkeys(("id", "uid", "npi", "created", "updated"), Pattern(".*")),
    **dict.fromkeys(("phone", "fax", "cell", "mobile"), _NUMBER),
    **dict.fromkeys(("email", "website"), _ADDRESS),
    **dict.fromkeys(("organization", "works_at", "introduced_by"), _NOTE),
}
"""Properties that can only be the partner's own, with what they hold if nothing stands beside the value."""
_OF_CLIENT = Pattern(
    rf"(?<![^\W_])(?:{CLIENT}|kiddo|my|our)(?![^\W_])",
    re.IGNORECASE,
    needs=("ient", "clt", "pt", "kiddo", "my", "our"),
)
_DAY = Pattern(r"\d{4}-\d\d-\d\d")
_LINK = Pattern(r"\[\[[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,20} [A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,20}(?: \d{1,5})?\]\]", needs=("[[",))
"""A link to a note about a person: whoever it is, the rest of the line decides."""
_OWN_DATES = Pattern(r" ?(?:📅|✅|⏳|🛫|➕) ?\d{4}-\d\d-\d\d", needs=tuple("📅✅⏳🛫➕"))
_SHAPE = Pattern(
    r"\d{3}|\d[./-]\d|@|[(\[]at[)\]]|\.\w{3,4}(?:\||\]\]|\))|\.(?:pdf|jpe?g|png|heic|docx?|m4a)\b|\b[A-Z]\. ?[A-Z]|"
    r"\b[A-Z][a-z]+ [A-Z][a-z-]+|[a-z][A-Z]|[^\W\d_]\.[^\W\d_]\.|\d ?(?:yo|y/o|year)|"
    r"\b(?:[A-Z][a-z]{2,8}\.?|ene|feb|mar|abr|may|jun|jul|ago|oct|nov|dic) \d|"
    r"\d (?:de )?(?:ene|feb|mar|abr|may|jun|jul|ago|sep|oct|nov|dic)"
)
_WORD = Pattern(r"[^\W_]+(?:[./'&-][^\W_]+)*/?")
_ACCEPTED = Pattern(r"%%\s*rounds:\s*ok\s+phi\b[^%]*%%", re.IGNORECASE, needs=("%%",))


@cache
def _triggers() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words that ask for a closer look, and beginnings of such words."""
    words = lexicon.groups()
    whole = {word for word, groups in words.words.items() if _GROUPS.intersection(groups)}
    whole |= {
        first
        for first, phrases in words.phrases.items()
        if any(group in _GROUPS or group == "in_care" for _, group in phrases)
    }
    stems = (stem for stem, groups in words.stems.items() if _GROUPS.intersection(groups))
    return frozenset(whole) | {"me", "us", "ours", "treat", "treats"}, tuple(stems)


_PAGES = frozenset(("clients", "patients", "pts", "pacientes", "clientes"))
"""Parts of a web address that may be followed by a client's name."""
_dull: set[str] = set()
"""Words that were met and ask for no closer look."""
_MEMO = 200_000
"""The most words or lines that are remembered."""


def _is_dull(word: str) -> bool:
    whole, stems = _triggers()
    parts = _PART.findall(word)
    if word in whole or any(part.startswith(stems) for part in parts):
        return False
    if "/" in word and not (whole.isdisjoint(parts) and _PAGES.isdisjoint(parts)):
        return False
    if len(_dull) > _MEMO:
        _dull.clear()
    _dull.add(word)
    return True


def may_hold(rest: str) -> bool:
    """Is a line worth a closer look? `rest` is the line without its beginning and its own dates."""
    if _SHAPE.search(rest) or not rest.isascii():
        return True
    words = _WORD.findall(rest.lower())
    return not _dull.issuperset(words) and not all(map(_is_dull, words))


def needs_look(typed: str) -> bool:
    """Is a line, as it stands in a note, worth a closer look?"""
    return may_hold(_parts(typed)[1])


def is_accepted(typed: str) -> bool:
    """Is a line marked as kept on purpose?"""
    return bool(_ACCEPTED.search(typed))


@lru_cache(maxsize=4)
def _clean(client_words: tuple[str, ...]) -> set[str]:  # noqa: ARG001
    """Lines that were found clean; those of a log without their day."""
    return set()


def is_clean(typed: str, client_words: tuple[str, ...] = ()) -> bool:
    """Whether a line has no finding, no matter who is known; `client_words` as in `Known`."""
    clean = _clean(client_words)
    if typed[6:7] == "-" and typed[:2] == "- " and typed[2:12].replace("-", "").isdigit():
        typed = f"- 2000-01-01{typed[12:]}"
    if typed in clean:
        return True
    if client_words and words_pattern(client_words).search(read(typed).plain):
        return False
    if not _is_own(typed) and _found(*_parts(typed)):
        return False
    if len(clean) > _MEMO:
        clean.clear()
    clean.add(typed)
    return True


def _is_own(typed: str) -> bool:
    """Is a line a property with nothing but the partner's own value?"""
    key, _, value = typed.partition(": ")
    own = _OWN.get(key)
    return own is not None and bool(own.fullmatch(value)) and not _OF_CLIENT.search(typed)


def _parts(typed: str) -> tuple[str, str]:
    """The beginning of a line, with any day, and the rest without its own dates, with links to anybody."""
    typed = tag_words(one_blank(without_markup(typed.replace("\t", " "))))
    match = _PREFIX.match(typed)
    rest = typed[match.end() :] if match else typed
    rest = _LINK.sub("[[Maria Alvarez]]", _OWN_DATES.sub("", rest))
    return (_DAY.sub("2000-01-01", match[0]) if match else ""), rest


@lru_cache(maxsize=50_000)
def _found(beginning: str, rest: str) -> "tuple[Finding, ...]":
    """The findings of a line if nobody is known. Vaults repeat their lines (properties, short log entries)."""
    if not may_hold(rest):
        return ()
    from .guard import find  # with its patterns and names, 50 ms: most lines need none of it

    return tuple(find(beginning + rest))


def forget_lines() -> None:
    """Drop what is remembered of lines: those of a large file don't come again, and take memory."""
    _clean.cache_clear()
    _found.cache_clear()


def _found_by(typed: str, known: "Known") -> "Iterable[Finding]":
    """The findings of a line: those that it has if nobody is known, unless it may speak of somebody known."""
    from .guard import find

    beginning, rest = _parts(typed)
    if len(beginning) + len(rest) != len(typed) or known.client_words:
        return find(typed, known)
    found = [each._replace(text=typed[each.start : each.end]) for each in _found(beginning, rest)]
    long, short = _names_of(known)
    plain = read(typed).plain
    if any(name in plain for name in long) or not short.isdisjoint(_LETTERS.findall(plain)):
        return find(typed, known)
    if any(_squeezed(each.text) in known.initials or _squeezed(each.text)[-10:] in known.numbers for each in found):
        return find(typed, known)
    return find(typed, known) if any("@" in each.text or "." in each.text for each in found) else found


_LETTERS = Pattern(r"[^\W\d_]+")
_PART = Pattern(r"[^\W_]+")


@lru_cache(maxsize=64)
def _names_of(known: "Known") -> tuple[frozenset[str], frozenset[str]]:
    """The words of all known names: the long ones, which may be a part of another word, and the short ones."""
    words = known.words.union(*(name.split() for name in known.people))
    return frozenset(word for word in words if len(word) > 3), frozenset(word for word in words if len(word) < 4)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", read(text).plain)


def find_in_note(
    text: str, known: "Callable[[], Known]", client_words: tuple[str, ...] = ()
) -> "Iterator[tuple[int, Finding]]":
    """Findings of a note with the number of their line, from 1; lines marked `%% rounds: ok phi %%` are left out.

    Args:
        text: the whole note.
        known: who is known, asked for only if a line needs it.
        client_words: as in `Known`.
    """
    people: Known | None = None
    clean = _clean(client_words)
    for number, typed in enumerate(text.split("\n"), 1):
        if typed not in clean and not is_clean(typed, client_words) and not is_accepted(typed):
            people = people or known()
            for finding in _found_by(typed, people):
                yield number, finding


_CARE = frozenset(("client", "child", "shared", "in_care", "code"))
_OF_CARE = Pattern(r"\b(?:me|us|i|we|r-[0-9a-z]{4,6})\b", re.IGNORECASE)

_OURS = Pattern(r"\bof (?:mine|ours)\b", re.IGNORECASE, needs=("mine", "ours"))


@lru_cache(maxsize=20_000)
def is_about_client(value: str, client_words: tuple[str, ...] = ()) -> bool:
    """Whether the value of a property says that somebody is a client: `Dana Moore, my client`."""
    if not (_OF_CARE.search(value) or _has_word(value, _CARE, client_words)):
        return False
    from .guard import find
    from .reading import Known, line

    known = Known(client_words=client_words)
    found = [each for each in find(f"- {value}", known) if each.neutral]
    return any(each.level == "error" for each in found) or (
        bool(found) and (bool(_OURS.search(value)) or not _CARE.isdisjoint(line(value, known, lexicon.load()).groups))
    )


def _has_word(text: str, groups: frozenset[str], client_words: tuple[str, ...]) -> bool:
    """Whether a text has a word of some groups, or a word for clients of the user's; most names of notes have none."""
    plain = read(text).plain
    if client_words and words_pattern(client_words).search(plain):
        return True
    return any(not groups.isdisjoint(lexicon.load().groups_of(word)) for word in _WORD.findall(plain))


_CLIENT = frozenset(("client",))


def find_in_name(name: str, client_words: tuple[str, ...] = (), *, person: bool = True) -> "list[Finding]":
    """Findings in the name of a note or folder.

    Args:
        person: whether the note is about a colleague; a name alone is theirs then, and only an error beside a word for
            clients counts.
    """
    item = f"- {name}"  # read as an item of a list
    if (person and not _has_word(name, _CLIENT, client_words)) or is_clean(item, client_words):
        return []
    from .guard import find
    from .reading import Known, line

    known = Known(client_words=client_words)
    if person and not line(item, known, lexicon.load()).near("client"):
        return []
    return [
        each._replace(start=each.start - 2, end=each.end - 2)
        for each in find(item, known)
        if each.neutral and (not person or each.level == "error")
    ]
