"""Evidence that a name or initials are a client's: the words around them and their form."""

import re

from rounds.domain.patterns import Pattern

from .evidence import around, whose
from .identifiers import FILE, Candidate
from .lexicon import Lexicon
from .people import shouting
from .reading import OF_THING, Reading

FOR_PEOPLE = (
    "client", "my_client", "code", "relative", "their_family", "shared", "in_care", "session", "symptom", "teach",
    "office", "official", "private", "known", "colleague", "child",
)  # fmt: skip
_TWO_WORD_JOBS = frozenset(("front desk", "social worker", "nurse practitioner", "office manager"))
_SAID_OF = frozenset(
    ("is", "=", "named", "called", "llamado", "llamada", "se", "llama", "often", "usually", "now", "always")
)
"""Words between a job and a name."""
_JOB_AFTER = Pattern(
    r"(?:,| is| =| \(| from| at| in)? ?\(?(?:the|an?|our|his|her|their|la|el|su|de la|"
    r"de)? ?((?:[\w'./-]+ ){0,2}[\w'./-]+)"
)
_OF = Pattern(
    r"(?:\bex|widow|widower|husband of|guardian|parent|cousin|aunt|uncle|nephew|niece|case|mother|father|mom|dad|son|"
    r"daughter|dtr|hija|hijo|wife|husband|mama|papa|sister|brother|parents|"
    r"hermana|hermano|kid|boy|girl|family|baby) (?:of|de) $",
    needs=("of ", "de "),
)
_FAMILY_AFTER = Pattern(
    r"(?:'s)? (?:mom|mother|dad|father|stepdad|stepmom|parents|family|baby|kids|brother|sister|twins|boys|"
    r"girls|household|couple|siblings|wife|husband|son|daughter)\b"
)
_CLIENT_BEFORE = Pattern(
    r"(?:\b(?:client|pt|clt|cl|patient|paciente|clienta|cliente|kiddo|kid|couple|pcte|little|init)\.?|"
    r"s/o)[:,]? (?:is |\(?init\. )?$|"
    r"\b(?:my|our|mutual|shared) (?:clients|pts|patients|kids|couple|twins|folks) (?:[\w'-]+ (?:and|&) )?$",
    needs=(
        "client", "pt", "cl", "patient", "pacient", "kid", "couple", "pcte", "little", "init", "s/o", "twins", "folks"
    ),
)  # fmt: skip
_CLIENTS_NAMED = Pattern(
    r"\b(?:client|pt|patient)s? of (?:mine|ours),? $|\bshare (?:two|three|some|a|the) (?:clients?|patients?|pts?),? $|"
    r"\ba (?:former|current|new) (?:client|patient|pt),? $|\b(?:client|patient|pt)(?:'s)? name(?: is)?:? $|"
    r"\bnombre (?:del paciente|de la paciente|de la clienta|del cliente):? $",
    needs=("client", "pt", "patient", "nombre"),
)
_RE_BEFORE = Pattern(
    r"\b(?:re|regarding|about|concerning|staffed|consult on|update on|news (?:of|on)|notes on|case of|file on|for|"
    r"call re|sobre|"
    r"por|acerca de|worried about|s/p)[: ]+$"
)
_CONTACT_BEFORE = Pattern(
    r"\b(?:ask for|contact|speak (?:to|with)|via|attn|c/o|pregunt\w+ por|preguntar a|desk|say hi to|thanks to|cc) $"
)
_SENT_BEFORE = Pattern(
    r"\b(?:sent|send|sending|refer|referred|referring|mande|mandar|derive|derivo|derivar|remiti|transferred|transfer|"
    r"admitted|admit|"
    r"discharged|scheduled|booked|book|squeeze in|fit in|fit|take on|take|took|got|held|spot|slot|bed|room|opening|"
    r"see|seeing|saw|treat|treats|"
    r"treating|met with|intake|consult|roi|release|consent|letter|eval|evaluation|testing|update|notes?|staffed|"
    r"discussed|"
    r"spoke|s/w|visit|visited|tested|test|evaluate|assess|of mine|of ours)(?: (?:for|of|on|about|with|re|a|"
    r"over))?[:,]? "
    r"(?:(?:a|my|our|poor|new|pt|client|paciente) )*$",
    needs=(
        "sent", "send", "refer", "mand", "deriv", "remiti", "transfer", "admit", "discharged", "scheduled", "book",
        "squeeze in", "fit", "take", "took", "got", "held", "spot", "slot", "bed", "room", "opening", "see", "saw",
        "treat", "met with", "intake", "consult", "roi", "release", "letter", "eval", "test", "update", "note",
        "staffed", "discussed", "spoke", "s/w", "visit", "assess", "of mine", "of ours",
    ),
)  # fmt: skip
_WORD_AFTER = Pattern(r",? (?:\w+ly |(?:has|is|was|had|can|could|will|would|may) (?:not |been )?)?([a-z']{3,})")
_VERB_AFTER = Pattern(
    r" (?:still|just|again|already|finally|no longer|ya no|is|was|has|had|will|can|can't|wants?|keeps?|"
    r"starts?|started|finished|refuses?|declines?|thinks?|"
    r"cried|stopped|got|wonders?|does|skipped|needs?|ate|empezo|stalls?|lost|grieving|binge\w*|\+|v\.)(?!\w)"
)
_CLIENT_AFTER = Pattern(
    r",? \(?(?:an? |the |your )?(?:former |ex-|old |current |new )?(?:client|pt|patient|clt|cl\.|ours|mine|"
    r"my (?:client|pt|patient)|"
    rf"our (?:client|pt|patient)|paciente|clienta)\b(?! (?:of (?:his|hers|theirs)|{OF_THING}))",
    needs=("client", "pt", "patient", "clt", "cl.", "ours", "mine", "pacient"),
)
_AGAIN = Pattern(r"\b(?:again|still|lately|anymore|any more|since|otra vez|de nuevo|ya no|todavia)\b")
_WORK_AFTER = Pattern(
    r"'s (?:\w+ )?(?:books?|workbooks?|articles?|papers?|memoir|novel|podcast|talks?|workshops?|chapters?|course|study|"
    r"blog|column|webinars?|lectures?|trainings?|keynote|model|method|theory|scale|libro|charla|curso)\b",
    needs=("'s ",),
)
"""After the name of an author or speaker."""
_INTRODUCES = Pattern(r" (?:has |kindly )?(?:introduced|connected) (?:us|me)\b", needs=("introduced", "connected"))
_PLURAL_AFTER = Pattern(
    r" (?:kids|children|twins|couple|boys?|girls?|family|brothers|sisters|siblings|household|parents|marriage|"
    r"divorce|baby|son|daughter)\b"
)
_SURNAME_BEFORE = Pattern(r"\b(?:the|both|those|this|our|of|re|w/|los|la familia|familia|family) $")
_ACRONYM_NEAR = Pattern(r"(?:\b(?:[A-Z][A-Z0-9]{1,5}|(?:[A-Z]\.){2,4})(?:, | and | & | / |/|, and | or | \+ | y ))$")
_ACRONYM_NEXT = Pattern(r"(?:, | and | & | / |/|, and | or | \+ | y |: )(?:[A-Z][A-Z0-9]{1,5}\b|(?:[A-Z]\.){2,4})")
_ABOUT = Pattern(
    r"\b(?:re|for|w/|with|on|about|of|asked|whether|if|that|told|see|sees|saw|says|in|si|sobre|con|and|"
    r"doula for|tell)[: ]+(?:my |our |the |lil |little )?$"
)
_AT = Pattern(r"\b(?:at|in|from|near|the|on|into|en|house) (?:the )?$")


def _words(line: Reading, candidate: Candidate) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", line.text.plain[candidate.begin : candidate.end])


def _colleague(line: Reading, lexicon: Lexicon, candidate: Candidate, before: str, after: str) -> set[str]:
    """Signs of a job, a title, a place: somebody or something that is introduced."""
    words = _words(line, candidate)
    signs = set()
    said = before.replace(",", " ").replace(":", " ").split() if before.endswith(" ") else []
    if any(lexicon.has("work_title", word) for word in (*words[:1], *said[-1:])):
        signs.add("work title")
    if any(lexicon.has("family_title", word) for word in (*words[:1], *said[-1:])):
        signs.add("family title")
    job = [word for word in said if word not in _SAID_OF][-2:]
    if job and (lexicon.has("colleague", job[-1]) or " ".join(job) in _TWO_WORD_JOBS):
        signs.add("job before")
    if (
        after[:1] in ",( ="
        and (match := _JOB_AFTER.match(after))
        and any(lexicon.has("colleague", part) for part in match[1].split()[: 3 if after[0] in ",(" else 1])
    ):
        signs.add("job after")
    if any(lexicon.has("place", word) for word in words):
        signs.add("place inside")
    if (match := re.match(r"(?:,| \(the)? ?([\w'&-]+)", after)) and lexicon.has("place", match[1]):
        signs.add("place after")
    if _AT.search(before):
        signs.add("at")
    return signs


_THING_AFTER = Pattern(
    r" (?:form|line|group|scores?|policy|list|test|code|room|class|meeting|screening|staff|bill|fax|portal|clinic|=|"
    r"runs?|\(|#?\d{4})"
)


def _client_in_link(line: Reading, candidate: Candidate) -> bool:
    """Does the link itself speak of a client: `[[Dana Moore, my client]]`?"""
    end = line.text.plain.find("]]", candidate.end)
    return any(candidate.end <= begin < end for group in ("client", "my_client") for begin, _ in line.near(group))


def _is_quoted(seen: str, candidate: Candidate) -> bool:
    return '"' in seen[max(0, candidate.begin - 2) : candidate.begin] or '"' in seen[candidate.end : candidate.end + 2]


def _is_verb(lexicon: Lexicon, after: str) -> bool:
    """Does a word that may be a verb follow: what somebody does or did?"""
    if not (match := _WORD_AFTER.match(after)):
        return False
    word = match[1]
    return lexicon.has("verb", word) or (
        not lexicon.has("work_verb", word)
        and lexicon.is_common(word)
        and (word.endswith("ed") or (word.endswith("s") and lexicon.is_common(word[:-1])))
    )


def _is_work(lexicon: Lexicon, after: str) -> bool:
    """Does a word for a colleague's work follow: `Nadia faxed the form`?"""
    match = _WORD_AFTER.match(after)
    return bool(match and lexicon.has("work_verb", match[1]))


def _in_file(line: Reading, candidate: Candidate) -> bool:
    """Is it a part of the name of a file?"""
    return any(
        match.start() <= candidate.begin and candidate.end <= match.end() for match in FILE.finditer(line.text.plain)
    )


def _beside(line: Reading, lexicon: Lexicon, candidate: Candidate, before: str, after: str) -> dict[str, object]:
    """Signs for a name or initials in the words right before and after; each with whether it's there."""
    return {
        "client before": _CLIENT_BEFORE.search(before)
        or _CLIENTS_NAMED.search(before)
        or line.follows("client_here", candidate.begin),
        "about": _ABOUT.search(before),
        "possessive": after.startswith("'s"),
        "verb after": _VERB_AFTER.match(after),
        "some verb after": _is_verb(lexicon, after),
        "client after": _CLIENT_AFTER.match(after),
        "again": _AGAIN.search(after),
        "author": _WORK_AFTER.match(after),
        "introduces": _INTRODUCES.match(after),
        "sent before": _SENT_BEFORE.search(before),
        "in a file": _in_file(line, candidate),
        "textbook": any(begin < candidate.end and candidate.begin < end for begin, end in line.near("textbook")),
    }


def _whole(line: Reading, lexicon: Lexicon, candidate: Candidate, words: list[str], signs: set[str]) -> set[str]:
    """Whether a name says who it is: `full`, with `family name` for one like `the Bergstroms`; else `first name`."""
    plain, typed = line.text.plain, line.text.seen[candidate.begin : candidate.end]
    before, after = plain[max(0, candidate.begin - 40) : candidate.begin], plain[candidate.end : candidate.end + 40]
    family_name = (
        bool(_PLURAL_AFTER.match(after)) and bool(_SURNAME_BEFORE.search(before)) and not after.startswith("'s")
    )
    surname = "family title" in signs or (
        bool(_FAMILY_AFTER.match(after)) and ("-" in typed or family_name) and "given name first" not in signs
    )
    if before.endswith("the ") and len(words) == 1 and typed[:1].isupper() and words[0].endswith("s"):
        surname = family_name = words[0][:-1] in lexicon.family  # the Bergstroms
    both = {"given name first", "surname last"} <= signs and typed[:1].isupper() and not shouting(line.text.seen)
    full = (len(words) > 1 and ("everyday words" not in signs or both)) or "with an initial" in signs or surname
    found = {"full" if (len(typed) > 2 if "other script" in signs else full) else "first name"}
    return found | {"family name"} if surname and family_name else found


def of_name(line: Reading, lexicon: Lexicon, candidate: Candidate) -> set[str]:
    """Signs for a name; with `full` for a name that says who it is, else `first name`."""
    plain, seen = line.text.plain, line.text.seen
    signs = around(line, candidate, FOR_PEOPLE)
    before, after = plain[max(0, candidate.begin - 40) : candidate.begin], plain[candidate.end : candidate.end + 40]
    signs |= whose(line, signs) | _colleague(line, lexicon, candidate, before, after)
    if _in_file(line, candidate):
        signs -= {"nobody"}
    words = [word.removesuffix("'s") for word in _words(line, candidate)]
    typed = seen[candidate.begin : candidate.end]
    given = [word in lexicon.given or word.split("-")[0] in lexicon.given for word in words]
    family = [word in lexicon.family or word.split("-")[-1] in lexicon.family for word in words]
    known = [part for word in words for part in word.split("-") if part in line.known.words]
    signs |= {name for name, true in {
        **_beside(line, lexicon, candidate, before, after),
        "given name first": given[:1] == [True],
        "surname last": len(words) > 1 and family[-1],
        "no known name": not any(given) and not any(family),
        "everyday words": all(lexicon.is_common(word) for word in words),
        "one everyday word": any(lexicon.is_common(word) for word in words),
        "other script": not plain[candidate.begin : candidate.end].isascii(),
        "lowercase": typed[:1].islower(),
        "of": bool(_OF.search(before)),
        "family after": bool(_FAMILY_AFTER.match(after)),
        "re before": bool(_RE_BEFORE.search(before)),
        "contact before": bool(_CONTACT_BEFORE.search(before)),
        "work verb after": _is_work(lexicon, after),
        "in code": plain.count("`", 0, candidate.begin) % 2 == 1,
        "opens": candidate.begin < 3 or bool(re.search(r"[.!?:] $", before)),
        "quoted": _is_quoted(seen, candidate),
        "unexplained": not any(line.near(group) for group in _EXPLAINED),
        "link": "[[" in before[-3:] and not _client_in_link(line, candidate),
        "with an initial": bool(re.search(r" [a-z]\.?$|^[a-z]\. ?", plain[candidate.begin : candidate.end])),
        "partly known": bool(known),
    }.items() if true}  # fmt: skip
    signs |= _whole(line, lexicon, candidate, words, signs)
    if "family title" in signs:
        signs -= {"nobody"}
    return signs


def name_model(signs: set[str]) -> str:
    """The model that weighs a name: full names and bare first names differ in what shows whose they are."""
    return "name" if "full" in signs else "first name"


_EXPLAINED = ("colleague", "teach", "office", "official", "private", "place")
"""Words that explain a name that isn't a client's."""
_PERSONAL = frozenset((
    "client before", "client after", "about", "possessive", "verb after", "some verb after", "family after", "opens",
    "quoted", "sent before", "in a file", "again", "two",
))  # fmt: skip


def of_initials(line: Reading, lexicon: Lexicon, candidate: Candidate) -> set[str]:
    """Signs for two or three letters."""
    plain, seen = line.text.plain, line.text.seen
    signs = around(line, candidate, FOR_PEOPLE)
    signs |= whose(line, signs)
    before, after = plain[max(0, candidate.begin - 40) : candidate.begin], plain[candidate.end : candidate.end + 40]
    piece = plain[candidate.begin : candidate.end]
    letters = re.sub(r"[^a-z]", "", piece)
    about_person = _CLIENT_BEFORE.search(before) or _FAMILY_AFTER.match(after)
    signs |= {name for name, true in {
        **_beside(line, lexicon, candidate, before, after),
        "dotted": "." in piece,
        "long abbreviation": len(letters) > 2 and lexicon.has("abbreviation", letters),
        "bare": "." not in piece,
        "three": len(letters) > 2,
        "known": letters in line.known.initials,
        "abbreviation": lexicon.has("abbreviation", letters) and not about_person,
        "work title before": any(lexicon.has("work_title", word) for word in before.split()[-1:]),
        "acronyms": bool(
            _ACRONYM_NEAR.search(seen[: candidate.begin]) or _ACRONYM_NEXT.match(seen, candidate.end)
        ),
        "two": "&" in piece or " and " in piece,
        "family after": bool(_FAMILY_AFTER.match(after)),
        "opens": candidate.begin < 2 or bool(re.search(r"[:.] $", before)),
        "in parentheses": before.endswith("("),
        "quoted": _is_quoted(seen, candidate),
        "name after": bool(re.match(r" ?[A-Z][a-z]+", seen[candidate.end :])),
        "name before": bool(re.search(r"[A-Z][a-z]+,? $", seen[: candidate.begin])),
        "thing after": bool(_THING_AFTER.match(after)),
        "in code": plain.count("`", 0, candidate.begin) % 2 == 1,
    }.items() if true}  # fmt: skip
    return signs if signs & _PERSONAL else signs | {"nothing personal"}
