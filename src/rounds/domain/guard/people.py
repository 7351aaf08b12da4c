"""Words in a line that may be a person's name or initials."""

import re
from collections.abc import Iterator
from unicodedata import category

from rounds.domain.patterns import Pattern

from .identifiers import FILE, Candidate
from .lexicon import Lexicon, Spans
from .reading import Reading, overlaps

_WORD = Pattern(r"[^\W\d_]+(?:['-][^\W\d_]+)*\.?")
_BIG = Pattern(r"[A-ZÀ-ÖØ-Þ]")
_SMALL = Pattern(r"[a-zß-öø-ÿ]")
_PARTICLES = frozenset((
    "de", "del", "la", "las", "los", "van", "von", "der", "den", "di", "da", "dos", "bin", "bint", "al", "el", "ibn",
    "ni", "mac", "o",
))  # fmt: skip
_NO_INITIALS = frozenset(("a.m.", "p.m.", "i.e.", "e.g."))
_FUNCTION = frozenset((
    "and", "but", "the", "can", "may", "will", "not", "her", "his", "our", "you", "all", "any", "who", "how", "why",
    "see", "let", "ask", "put", "set", "one",
))  # fmt: skip
"""Words that begin sentences and are also a name somewhere."""
_INITIAL_BEFORE = Pattern(r"(?<![\w.])[A-Z]\. ?(?:[A-Z]\. ?)?$")
_PARTS = re.compile("['-]")
_BETWEEN = Pattern(r"(?<=\w)[_.-](?=\w)")
_COURT_CASE = Pattern(r"[A-Z][\w'-]{1,30} vs?\. (?:the )?[A-Z][\w'-]{1,30}", needs=(" v. ", " vs. "))
"""A decision of a court, which is public: `Smith v. Jones`."""
_MAY_BE_INITIALS = Pattern(r"[A-Z]{2}|[A-Z] ?\.|[a-z]\.[a-z]\.")
"""A part that all initials have; quick to compile."""
_INITIALS = Pattern(
    r"(?<![\w.@/-])[A-Z]\. ?(?:&|and|y|\+) ?[A-Z]\.(?![\w@])|"
    r"(?<![\w.@/-])(?:[A-Z](?:\.-?| ?\. )){1,3}[A-Z]\.?(?![\w@])|(?<![\w.@/-])[a-z]\.[a-z]\.(?![\w@])|"
    r"(?<![\w.@/-])[A-Z]-[A-Z]\. ?[A-Z]\.(?![\w@])"
    r"|(?<![\w.@/'-])[A-Z]{2,3}(?![\w@/-]|\.\w| ?[&=])|(?<=[ (]')[A-Z]{2,3}(?=')"
)


_POSTSCRIPT = Pattern(
    r"^[\s>*-]*(?:[Pp]\. ?){1,2}[Ss]\.(?!\S)"
    r"(?! (?:was|is|has|had|will|says?|said|wants?|came|called|cancell?ed|missed|moved|reports?|reported|start(?:s|ed)|"
    r"no-?show(?:s|ed)?)\b)"
)
"""`P.S.` before an afterthought, not before what somebody did."""


def shouting(seen: str) -> bool:
    """Is the line typed in capitals?"""
    if seen.islower():
        return False
    big = len(_BIG.findall(seen))
    return big > 6 and big > 1.5 * len(_SMALL.findall(seen))


def inside_files(line: Reading) -> str:
    """The line with blanks between the words of names of files: these may be names of people."""
    seen = line.text.seen
    for match in FILE.finditer(seen):
        piece = _BETWEEN.sub(" ", match[0].replace("/", "|"))
        seen = seen[: match.start()] + piece + seen[match.end() :]
    return seen


def initials(line: Reading, taken: Spans) -> Iterator[Candidate]:
    """Two or three letters that may stand for a person."""
    seen = inside_files(line)
    if (seen == line.text.plain and "." not in seen) or not _MAY_BE_INITIALS.search(seen):
        return
    loud = shouting(seen)
    postscript = _POSTSCRIPT.search(seen)
    for match in _INITIALS.finditer(seen):
        if match[0] in _NO_INITIALS or (postscript and match.start() < postscript.end()):
            continue
        if not overlaps(match.span(), taken) and (not loud or "." in match[0]):
            yield Candidate("initials", *match.span())


def names(line: Reading, lexicon: Lexicon, taken: Spans) -> Iterator[Candidate]:
    """Runs of words that may be a person's name."""
    seen = inside_files(line)
    loud = shouting(seen)
    taken = [*taken, *(match.span() for match in _COURT_CASE.finditer(seen))]
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(seen):
        between = seen[run[-1].end() : match.start()] if run else ""
        joined = bool(run) and between in (" ", "[[", " [[") and not _ends(run[-1][0])
        if (
            run
            and not joined
            and not (between == ", " and len(run) == 1 and _surname_first(line, lexicon, run[0], match))
        ):
            yield from _name(line, lexicon, run)
            run = []
        if (
            _may_name(line, lexicon, match, loud, run)
            and not overlaps(match.span(), taken)
            and not _in_path(seen, match)
        ):
            run.append(match)
        elif run:
            yield from _name(line, lexicon, run)
            run = []
    yield from _name(line, lexicon, run)


def _in_path(seen: str, match: re.Match[str]) -> bool:
    """Is the word a part of a path or an address?"""
    before, after = seen[match.start() - 1 : match.start()], seen[match.end() : match.end() + 2]
    return before in ("/", "@", "\\") or after[:1] in ("/", "@") or (match[0].endswith(".") and after[:1].isalnum())


def _ends(word: str) -> bool:
    """Does a name end with this word (`Noor's A1C`, the end of a sentence)?"""
    return word.endswith(("'s", "'S")) or (word.endswith(".") and len(word) > 4)


def _plain(line: Reading, match: re.Match[str]) -> str:
    return line.text.plain[match.start() : match.end()].rstrip(".").removesuffix("'s")


def _surname_first(line: Reading, lexicon: Lexicon, last: re.Match[str], first: re.Match[str]) -> bool:
    """`Okafor, Jayden`."""
    capitals = last[0][0].isupper() and first[0][0].isupper()
    family, given = _plain(line, last), _plain(line, first)
    if line.follows("client", last.start()):  # no list has all first names
        return capitals and family in lexicon.family and not lexicon.is_common(given)
    return capitals and family not in lexicon.given and given in lexicon.given


def _may_name(line: Reading, lexicon: Lexicon, match: re.Match[str], loud: bool, run: list[re.Match[str]]) -> bool:
    word, typed = _plain(line, match), match[0].rstrip(".")
    if len(word) > 1 and category(word[0]) != "Lo" and max(map(len, _PARTS.split(word))) < 2:
        return False  # only signs between single letters
    if not word.isascii():  # another script, which may have names of one sign, but not of one letter
        return len(word) > 1 or bool(run) or category(word) == "Lo"
    if word in _PARTICLES or word.split("-")[0] in _PARTICLES:
        return bool(run)
    if len(word) == 1:
        return bool(run) and (typed.isupper() or _plain(line, run[-1]) in lexicon.given) and word not in "ay"
    if (lexicon.is_calendar(word) and word != "may") or lexicon.has("thing", word):
        return False
    if loud or typed[0].islower():
        if lexicon.is_common(word):
            return loud and bool(run) and word in lexicon.family and _plain(line, run[-1]) in lexicon.given
        if run and len(run) < 3 and run[-1][0][0].islower() and _plain(line, run[-1]) in lexicon.given:
            return len(word) > 3  # a surname that no list has
        return lexicon.is_name(word) or (loud and bool(run) and len(word) > 3 and not word.endswith(("ed", "ing")))
    if typed.isupper() and not (lexicon.is_name(word) and len(word) > 3):
        return False
    return typed[0].isupper()


def _name(line: Reading, lexicon: Lexicon, run: list[re.Match[str]]) -> Iterator[Candidate]:
    while len(run) > 1 and _plain(line, run[-1]) in _PARTICLES:
        run = run[:-1]
    while run and _opens(line, lexicon, run[0]):
        run = run[1:]
    if run:
        begin, end = run[0].start(), run[-1].end()
        if match := _INITIAL_BEFORE.search(line.text.seen, max(0, begin - 7), begin):
            begin = match.start()
        while line.text.plain[begin:end].endswith(("'s", ".")) and len(_plain(line, run[-1])) > 1:
            end -= 2 if line.text.plain[begin:end].endswith("'s") else 1
        yield Candidate("name", begin, end)


def _opens(line: Reading, lexicon: Lexicon, match: re.Match[str]) -> bool:
    """Is the word capitalized only because a sentence starts there?"""
    word = _plain(line, match)
    if lexicon.has("family_title", word) or lexicon.has("work_title", word):
        return False
    return lexicon.is_common(word) and (word not in lexicon.given or len(word) == 2 or word in _FUNCTION)
