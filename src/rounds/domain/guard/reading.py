"""A line as the guard reads it: what it is in the note, the people it may speak of, the words with a meaning."""

import re
from typing import NamedTuple

from rounds.domain.patterns import Pattern

from .lexicon import Lexicon, Spans
from .text import CLIENT, Text, read, words_pattern

CODE = Pattern(r"\br-[0-9a-z]{4,6}\b", needs=("r-",))
_LOG = Pattern(
    r"\s*[-*] (?:\[\[)?\d{4}-\d\d-\d\d(?:\]\])?(?: ([a-z-]+)(?: [a-z-]+){0,2})?(?: @[\w-]+)?: ?|"
    r"\s*[-*] (?:\[\[)?\d{4}-\d\d-\d\d(?:\]\])? "
)
"""The beginning of a log entry; one without a kind is a note."""
_DATE = Pattern(r"\s*[-*] (?:\[\[)?\d{4}-\d\d-\d\d(?:\]\])?")
_OF_CLIENT = Pattern(rf"\b{CLIENT}\b", needs=("client", "clt", "pt", "patient", "pacient"))
"""A kind such as `client-dana` is no kind of touch."""
_TASK = Pattern(r"\s*[-*] \[.\] ", needs=(" [",))
_PROPERTY = Pattern(r"\s*([a-z_]+): (?=\S)")
_OWN_DATES = Pattern(
    r"[📅✅⏳🛫➕❌] ?\d{4}-\d\d-\d\d|\[(?:due|done|scheduled|start|created):: ?\d{4}-\d\d-\d\d\]|"
    r"\bby \d{4}-\d\d-\d\d$",
    needs=(*"📅✅⏳🛫➕❌", "::", "by "),
)
_NOT_ONE = Pattern(
    r"\b(?:an?|any|no|new|each|every|per|some|una?|ningun|ningún|the right|what|which|former|one mutual|ideal|"
    r"made-up) $",
    needs=(
        "a ", "an ", "any ", "no ", "new ", "each ", "every ", "per ", "some ", "un ", "ningun ", "ningún ", "right ",
        "what ", "which ", "former ", "mutual ", "ideal ", "made-up ",
    ),
)  # fmt: skip
OF_THING = (
    r"(?:portals?|parking|services?|information|info|satisfaction|care|days?|education|id|lines?|forms?|"
    r"intake|population|needed|enough|base|load|rights?|centered|facing|experience|volume|names?|initials|data|privacy|"
    r"records|numbers?|sheet|stories|panel|advocates?|navigators?|coordinators?|liaisons?|representatives?|reps?|"
    r"relations|access|support|schedulers?|scheduling|registration|managers?|desk|accounts|team)\b"
)
"""What follows `client` when it stands for a thing, an office or a job."""
_OF_THING = Pattern(rf"[ -]{OF_THING}|\.(?:com|org|net|example)")
_THING = Pattern(
    r"(?:e-?mail|vpn|thin|calendar|mail|api|outpatient|mobile|ftp|git|ssh|web|dav|rss|chat|zoom|sync|be|is|"
    r"very|more|enough)[ -]$",
    needs=(
        "mail", "vpn", "thin", "calendar", "api", "outpatient", "mobile", "ftp", "git", "ssh", "web", "dav", "rss",
        "chat", "zoom", "sync", "be", "is", "very", "more", "enough",
    ),
)  # fmt: skip
_MY_CLIENT = Pattern(
    r"\b(?:my|our|mi|mis|nuestr[oa]|this|shared) (?:[\w'-]+ ){0,2}?(?:kid|kiddo|boy|girl|teen|couple|client|"
    r"pt|patient|clt|mom|dad|grader|family|"
    r"man|woman|guy|lady|widow|student|clienta|paciente|nina|nino|mayor|vet|(?:mon|tues|wednes|thurs|fri|"
    r"satur)\w*|\d{1,2} ?(?:am|pm)|"
    r"\d{1,3} ?-?(?:yo|y/o|year-old))\b|\b(?:the|our) (?:pt|client|clt|patient|kid|boy|girl|couple|baby|"
    r"teen)\b|\bthe [\w-]+(?: \w+)? (?:i|we) "
    r"(?:both )?(?:see|treat|sent)\b|\b(?:is|are|was|he's|she's|they're|it's|kid|mom|dad|both|all) (?:mine|ours|"
    r"my \d)\b|\((?:mine|ours|my \w+)\)|\b(?:mine|ours)\)|\bmy notes\b|\b(?:with|in session with|w/) (?:me|"
    r"us)\b(?! on)|"
    r"\bmy \d{1,2}(?::\d\d|\b)|\bon my (?:\w+ )?(?:list|caseload|schedule|calendar)\b|\bseen here\b|"
    r"\bi have (?:the (?!time|form|new|list|room)\w+|her\b|him\b|them\b|both\b)|\bours is\b|\bon my caseload\b",
    needs=(
        "my ", "our ", "mi ", "mis ", "nuestr", "this ", "shared ", "mine", "ours", " me", " us", "seen here", "i have",
        " i ", " we ", "the pt", "the client", "the clt", "the patient", "the kid", "the boy", "the girl", "the couple",
        "the baby", "the teen",
    ),
)  # fmt: skip
_PRACTICE_NAME = Pattern(r"[a-z,] [A-Z][a-z]{1,20} $")
_SHARED_THING = Pattern(
    r" (?:an?|the|our|one) (?:\w+ )?(?:birthdays?|office|suite|building|floor|hall|room|printer|desk|wall|kitchen|"
    r"parking|garden|supervisor|teacher|trainer|biller|assistant|receptionist|landlord|interests?|hobby|hobbies|love|"
    r"passion|view|approach|taste|alma mater|hometown|calendar|newsletter|website)\b"
)
"""What two colleagues share, other than clients: `we share a birthday month`."""
_FAMILY = (
    "mom|mother|dad|father|husband|wife|spouse|son|daughter|brother|sister|twins|kids|baby|boy|girl|grandma|partner|"
    "niece|nephew|mama|papa|hijo|hija|"
    "esposo|esposa|marido|neighbor|parents|children|family"
)
_RELATION = (
    "cousin|aunt|uncle|sister-in-law|brother-in-law|mother-in-law|father-in-law|stepson|stepdaughter|fiance|fiancee|"
    "nanny|"
    "dog|horse|cat|grandson|granddaughter|grandmother|grandfather|godson|boss|intern"
)
_THEIR_FAMILY = Pattern(
    rf"\b(?:his|her|su|my) (?:own |late |oldest |younger |older |two )*(?:{_FAMILY})\b",
    needs=("his ", "her ", "su ", "my "),
)
_FAMILY_OF = Pattern(rf"'s (?:own |late |oldest |youngest |younger |older |two |new )*(?:{_FAMILY}|{_RELATION})\b")
"""After the name of somebody known: `Ahmet's son Emre`."""
_MISSED = Pattern(
    r"\b(?:pts|clients|patients) (?:new |old |home |work )?(?:cell|phone|number|mom|mother|dad|father|wife|husband|"
    r"email|"
    r"address|dob|insurance|ins|chart|mrn|partner|parents|son|daughter|ssn|zip|therapist|psychiatrist|pcp)\b",
    needs=("pts ", "clients ", "patients "),
)
"""`client's` and the like, typed without the apostrophe."""
_IN_CARE = Pattern(
    r"\b(?:i|we|us|me) (?:both |all )?(?:see|saw|treat|sent|met|work with)\b|\b(?:sees?|seeing) (?:me|us)\b|"
    r"\b(?:came|comes|coming|goes|back|returns?|returned) to (?:me|us)\b|"
    r"\b(?:whom|who|that|and) (?:i|we) (?:both )?(?:see|treat|saw|work with)\b|\b(?:with|to) me (?:for|since|weekly|"
    r"on|about)\b|\b(?:starts?|"
    r"started|comes?|came|finished|been|go|goes) "
    r"(?:\w+ ){0,2}(?:with|w/|to|seeing) (?:me|us|our|my)\b|\b(?:our|my|last|next|in|joint|"
    r"during) sessions?\b|\b[ei]n sesion\b|\bsending (?:\w+\.? ){1,3}our way\b",
    needs=(" see", " saw", " treat", " sent", " met", " work with", " me", " us", " our", " my", " session", " sesion"),
)  # fmt: skip


class Known(NamedTuple):
    """People and numbers that aren't a client's: of the note, its organization, the team, and the vault.

    Attributes:
        words: words of the names of people close to the note (lowercase, no accents).
        initials: their initials, lowercase.
        numbers: the last ten digits of their numbers.
        people: names that are known as a whole, lowercase, no accents: of colleagues, `dana moore`, `dana m`, `dana`.
        client_words: more words that mean a client (`[guard] words`), lowercase, no accents.
    """

    words: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    client_words: tuple[str, ...] = ()


NOBODY = Known()


class Reading(NamedTuple):
    """One line.

    Attributes:
        kind: kind of log entry, `task`, `property` or `prose`; `label` is the name of a property.
        own: places that the line needs as a log entry, a task or a property: they are never findings.
        codes: places of client codes.
        groups: for each group of words, its places.
    """

    text: Text
    kind: str
    label: str
    own: Spans
    codes: Spans
    groups: dict[str, Spans]
    known: Known

    def near(self, group: str) -> Spans:
        """Places of a group's words."""
        return self.groups.get(group, [])

    def follows(self, group: str, begin: int) -> bool:
        """Does a place come right after a word of a group?"""
        return any(0 < begin - end < 3 for _, end in self.near(group))


def line(typed: str, known: Known, lexicon: Lexicon) -> Reading:
    """Read a line."""
    text = read(typed)
    plain = text.plain
    kind, label, own = "prose", "", []
    if match := _LOG.match(plain):
        kind = match[1] or "note"
        day = _DATE.match(plain) if _OF_CLIENT.search(match[0]) else None
        own.append((day or match).span())
    elif match := _TASK.match(plain):
        kind = "task"
        own.append(match.span())
    elif match := _PROPERTY.match(plain):
        kind, label = "property", match[1]
    own += [match.span() for match in _OWN_DATES.finditer(plain)]
    codes = [match.span() for match in CODE.finditer(plain)]
    groups = {
        group: kept
        for group, spans in lexicon.find(plain).items()
        if (kept := [span for span in spans if not overlaps(span, own)])
    }
    if shared := [span for span in groups.pop("shared", []) if not _SHARED_THING.match(plain, span[1])]:
        groups["shared"] = shared
    one = [span for span in groups.pop("client", []) if not _generic(plain, span) and not _is_business(text.seen, span)]
    close = [m.span() for m in re.finditer(r"[^\W\d_]+", plain) if m[0] in known.words] if known.words else []
    of_known = [(begin, match.end()) for begin, end in close if (match := _FAMILY_OF.match(plain, end))]
    here = _places(words_pattern(known.client_words), plain) if known.client_words else []
    found = {
        "client": one + here,
        "client_here": here,
        "code": codes,
        "my_client": [*_places(_MY_CLIENT, plain), *_places(_MISSED, plain)],
        "their_family": [*_places(_THEIR_FAMILY, plain), *of_known],
        "in_care": _places(_IN_CARE, plain),
        "known": close,
    }
    groups.update({group: spans for group, spans in found.items() if spans})
    return Reading(text, kind, label, own, codes, groups, known)


def overlaps(span: tuple[int, int], spans: Spans) -> bool:
    """Does a place overlap one of the others?"""
    return any(span[0] < end and begin < span[1] for begin, end in spans)


def _places(pattern: Pattern | re.Pattern[str], plain: str) -> Spans:
    return [match.span() for match in pattern.finditer(plain)]


def _is_business(seen: str, span: tuple[int, int]) -> bool:
    """Does `PT` end the name of a physical therapy practice: `from Bexton PT`?"""
    return seen[span[0] : span[1]] == "PT" and bool(_PRACTICE_NAME.search(seen, max(0, span[0] - 30), span[0]))


def _generic(plain: str, span: tuple[int, int]) -> bool:
    """Does `client` stand for any client, or for a thing (client portal, email client)?"""
    before = plain[max(0, span[0] - 14) : span[0]]
    if _NOT_ONE.search(before) or _THING.search(before):
        return True
    return not plain[span[0] : span[1]].endswith("'s") and bool(_OF_THING.match(plain, span[1]))
