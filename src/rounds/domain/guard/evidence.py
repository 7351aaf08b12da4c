"""Evidence for and against: the words around a candidate show who it belongs to."""

import re

from .identifiers import FILE, Candidate
from .lexicon import Lexicon
from .people import shouting
from .reading import Reading
from .text import Pattern

NEAR = 14
"""Characters between a word and a candidate within which the word is near."""
_CLAUSE_START = Pattern(r"[,;:.!?()]\s|\s[-–]\s| = ")
_CLAUSE_END = Pattern(r"[,;.!?()]\s|\s[-–]\s|\)$")
_LABEL_BEFORE = Pattern(
    r"(?:mrn|mr|med rec|record|chart|member id|ins id|patient id|id|ssn?|ss|acct|account|claim|case|policy|"
    r"docket|file|number|expediente|report|subscriber|"
    r"beneficiary|medicaid|medicare|ohp|afiliad.|serial|s/n)(?: (?:no|num|number))?[ .:#]{1,3}$"
)
_LABELS = (
    ("a record", ("mrn", "mr", "med rec", "record", "chart", "patient", "expediente")),
    ("a member", ("member", "ins", "subscriber", "beneficiary", "medicaid", "medicare", "ohp", "afiliad")),
    ("a case", ("case", "claim", "docket", "report", "file")),
)
"""Which of the labels means what."""
_OFFICE_BOX = Pattern(
    r"info|hello|intake|office|contact|desk|attend|admin|record|billing|referral|support|team|scheduling|"
    r"frontdesk|reception"
)
_CLIENT_FILE = Pattern(
    r"dob|mrn|roi|client|(?<![a-z])pts?(?![a-z])|wisc|report|school photo|consent|intake|chart|eval|patient|"
    r"school pic|newborn|baby"
)
_CLIENT_URL = Pattern(r"patient|client|pid|mrn|exp/|chart|visits|report|record|case")
_TIES = frozenset(("client", "my_client", "code", "shared", "in_care"))
_CLINICAL = frozenset(("session", "symptom"))
_INNOCENT = frozenset(("teach", "private", "official"))
_ANYBODY = _TIES | _CLINICAL | {"relative", "child"}
FOR_IDENTIFIERS = (
    "client", "my_client", "code", "relative", "their_family", "shared", "in_care", "session", "symptom", "teach",
    "office", "official", "private", "need", "many", "known", "child", "colleague", "theirs", "mine", "we", "birth",
    "records", "member", "account", "device", "plate", "social", "reach",
)  # fmt: skip
FOR_PEOPLE = (
    "client", "my_client", "code", "relative", "their_family", "shared", "in_care", "session", "symptom", "teach",
    "office", "official", "private", "known", "colleague", "child",
)  # fmt: skip
LINE_ONLY = frozenset(("need", "many", "theirs", "we", "official"))


def around(line: Reading, candidate: Candidate, groups: tuple[str, ...]) -> set[str]:
    """`group@line`, `group@clause`, `group@before`, `group@after` for the words around a candidate."""
    plain, begin, end = line.text.plain, candidate.begin, candidate.end
    clause = max((match.end() for match in _CLAUSE_START.finditer(plain, 0, begin)), default=0)
    after = _CLAUSE_END.search(plain, end)
    clause_end = after.start() if after else len(plain)
    signs = set()
    for group in groups:
        for first, last in line.near(group):
            if first < end and begin < last:
                continue
            signs.add(f"{group}@line")
            if group in LINE_ONLY:
                continue
            if clause <= first and last <= clause_end:
                signs.add(f"{group}@clause")
            if 0 <= begin - last <= NEAR:
                signs.add(f"{group}@before")
            elif 0 <= first - end <= NEAR:
                signs.add(f"{group}@after")
    return signs


def _whose(line: Reading, signs: set[str]) -> set[str]:
    groups = {sign.partition("@")[0] for sign in signs}
    found = {f"entry={line.kind}"}
    if groups & _TIES:
        found.add("tie")
    if groups & _CLINICAL:
        found.add("clinical")
    if groups & _TIES and groups & _CLINICAL:
        found.add("tie and clinical")
    if groups & _INNOCENT:
        found.add("innocent")
    if not groups & _ANYBODY:
        found.add("nobody")
    if line.kind == "property":
        kept = (
            "source",
            "connection",
            "photo",
            "phone",
            "birthday",
            "client",
            "address",
            "email",
            "website",
            "dob",
            "notes",
        )
        found.add(f"property={line.label if line.label in kept else 'other'}")
    return found


def _introduces(line: Reading) -> bool:
    """Is a colleague introduced by job and name: `his nurse Philomena`?"""
    plain, seen = line.text.plain, line.text.seen
    return any(
        seen[end : end + 2].strip()[:1].isupper() and _WHOSE_JOB.search(plain, max(0, begin - 12), begin)
        for begin, end in line.near("colleague")
    )


def of_identifier(line: Reading, candidate: Candidate) -> set[str]:
    """Signs for a number, date, address, link, or file."""
    plain = line.text.plain
    signs = around(line, candidate, FOR_IDENTIFIERS)
    signs |= _whose(line, signs) | {candidate.kind}
    if _introduces(line):
        signs.add("introduced")
    piece = plain[candidate.begin : candidate.end]
    before = plain[max(0, candidate.begin - 30) : candidate.begin]
    digits = re.sub(r"\D", "", piece)
    if (len(digits) >= 7 and digits[-10:] in line.known.numbers) or piece in line.known.numbers:
        signs.add("known number")
    signs.add("long" if len(digits) >= 6 else "short" if len(digits) > 4 else "four digits")
    if candidate.kind in ("number", "ssn", "phone") and (label := _LABEL_BEFORE.search(before)):
        signs |= _labels(label[0])
        if len(digits) >= 5:
            signs -= {"nobody"}
    if candidate.kind == "date":
        signs |= _of_date(line, before, plain[candidate.end : candidate.end + 8], signs)
    if re.search(r"\b(?:he|she|his|her|they|their) (?:\w+ ){0,3}$", before):
        signs.add("pronoun before")
    if re.search(r"\bours\b|\bour\b.{0,30}$", before):
        signs.add("ours before")
    if candidate.kind in ("email", "url", "file"):
        signs |= _of_link(line, candidate, piece)
    return signs - {"nobody"} if "labeled as birth date" in signs else signs


def _labels(label: str) -> set[str]:
    """What a number says that it is: `MRN`, `member no.`, `case`."""
    return {"labeled", *(f"labeled as {group}" for group, words in _LABELS if any(word in label for word in words))}


def _of_date(line: Reading, before: str, after: str, signs: set[str]) -> set[str]:
    """Signs of a date: is it a birth date, and does the line say so with a label?"""
    found = {"date and code"} if line.codes else set()
    if signs & {"birth@clause", "birth@before"}:
        found.add("birth date")
        if any(label in before for label in ("dob", "d.o.b", "date of birth")) or "dob" in after:
            found.add("labeled as birth date")
    return found


def _of_link(line: Reading, candidate: Candidate, piece: str) -> set[str]:
    signs = set()
    if candidate.kind == "email" and _OFFICE_BOX.search(re.split(r"@|\(at\)", piece)[0]):
        signs.add("office mailbox")
    if any(word in piece for word in line.known.words if len(word) > 3):
        signs.add("known name inside")
    if candidate.kind == "file":
        if _CLIENT_FILE.search(piece):
            signs.add("client's file")
        if re.search(r"\.(?:jpe?g|png|heic|gif|mp4|mov|webp|tiff?)$", piece):
            signs.add("picture")
        if any(candidate.begin <= begin < candidate.end for begin, _ in line.codes) or re.search(
            r"r-[0-9a-z]{4,6}(?![0-9a-z])", piece
        ):
            signs.add("code inside")
    if re.search(r"\d{4,}", piece):
        signs.add("digits inside")
    if candidate.kind == "url" and _CLIENT_URL.search(piece):
        signs.add("client's page")
    return signs


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
    r"hermana|hermano|kid|boy|girl|family|baby) (?:of|de) $"
)
_FAMILY_AFTER = Pattern(
    r"(?:'s)? (?:mom|mother|dad|father|stepdad|stepmom|parents|family|baby|kids|brother|sister|twins|boys|"
    r"girls|household|couple|siblings|wife|husband|son|daughter)\b"
)
_CLIENT_BEFORE = Pattern(
    r"(?:\b(?:client|pt|clt|cl|patient|paciente|clienta|cliente|kiddo|kid|couple|pcte|little|init)\.?|"
    r"s/o)[:,]? (?:is |\(?init\. )?$|"
    r"\b(?:my|our|mutual|shared) (?:clients|pts|patients|kids|couple|twins|folks) (?:[\w'-]+ (?:and|&) )?$"
)
_CONTACT_BEFORE = Pattern(
    r"\b(?:ask for|contact|speak (?:to|with)|via|attn|c/o|pregunt\w+ por|preguntar a|desk|say hi to|thanks to|cc) $"
)
_WHOSE_JOB = Pattern(r"\b(?:his|her|their|the|its|our|an?|new|su|la|el|una?)(?: \w+)? $")
_SENT_BEFORE = Pattern(
    r"\b(?:sent|send|sending|refer|referred|referring|mande|mandar|derive|derivo|derivar|remiti|transferred|transfer|"
    r"admitted|admit|"
    r"discharged|scheduled|booked|book|squeeze in|fit in|fit|take on|take|took|got|held|spot|slot|bed|room|opening|"
    r"see|seeing|saw|treat|treats|"
    r"treating|met with|intake|consult|roi|release|consent|letter|eval|evaluation|testing|update|notes?|staffed|"
    r"discussed|"
    r"spoke|s/w|visit|visited|tested|test|evaluate|assess|of mine|of ours)(?: (?:for|of|on|about|with|re|a|"
    r"over))?[:,]? "
    r"(?:(?:a|my|our|poor|new|pt|client|paciente) )*$"
)
_WORD_AFTER = Pattern(r",? (?:\w+ly |(?:has|is|was|had|can|could|will|would|may) (?:not |been )?)?([a-z']{3,})")
_VERB_AFTER = Pattern(
    r" (?:still|just|again|already|finally|no longer|ya no|is|was|has|had|will|can|can't|wants?|keeps?|"
    r"starts?|started|finished|refuses?|declines?|thinks?|"
    r"cried|stopped|got|wonders?|does|skipped|needs?|ate|empezo|stalls?|lost|grieving|binge\w*|\+|v\.)(?!\w)"
)
_CLIENT_AFTER = Pattern(
    r",? \(?(?:client|pt|patient|clt|cl\.|ours|mine|my (?:client|pt|patient)|our (?:client|pt|patient)|paciente|"
    r"clienta)\b"
)
_AGAIN = Pattern(r"\b(?:again|still|lately|anymore|any more|since|otra vez|de nuevo|ya no|todavia)\b")
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


def _colleague(line: Reading, lexicon: Lexicon, candidate: Candidate, before: str, after: str) -> set[str]:
    """Signs of a job, a title, a place: somebody or something that is introduced."""
    plain = line.text.plain
    words = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", plain[candidate.begin : candidate.end])
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
        (match := _JOB_AFTER.match(after))
        and after[:1] in ",( ="
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
    r"runs?|\()"
)


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


def candidate_in_file(line: Reading, candidate: Candidate) -> bool:
    """Is it a part of the name of a file?"""
    return any(
        match.start() <= candidate.begin and candidate.end <= match.end() for match in FILE.finditer(line.text.plain)
    )


def of_name(line: Reading, lexicon: Lexicon, candidate: Candidate) -> set[str]:
    """Signs for a name; with `full` for a name that says who it is, else `first name`."""
    plain, seen = line.text.plain, line.text.seen
    signs = around(line, candidate, FOR_PEOPLE)
    before, after = plain[max(0, candidate.begin - 40) : candidate.begin], plain[candidate.end : candidate.end + 40]
    signs |= _whose(line, signs) | _colleague(line, lexicon, candidate, before, after)
    if candidate_in_file(line, candidate):
        signs -= {"nobody"}
    words = [
        word.removesuffix("'s")
        for word in re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", plain[candidate.begin : candidate.end])
    ]
    typed = seen[candidate.begin : candidate.end]
    given = [word in lexicon.given or word.split("-")[0] in lexicon.given for word in words]
    family = [word in lexicon.family or word.split("-")[-1] in lexicon.family for word in words]
    known = [part for word in words for part in word.split("-") if part in line.known.words]
    signs |= {name for name, true in {
        "given name first": given[:1] == [True],
        "surname last": len(words) > 1 and family[-1],
        "no known name": not any(given) and not any(family),
        "everyday words": all(lexicon.is_common(word) for word in words),
        "one everyday word": any(lexicon.is_common(word) for word in words),
        "other script": not plain[candidate.begin : candidate.end].isascii(),
        "lowercase": typed[:1].islower(),
        "of": bool(_OF.search(before)),
        "client before": _CLIENT_BEFORE.search(before) or line.follows("client_here", candidate.begin),
        "about": bool(_ABOUT.search(before)),
        "family after": bool(_FAMILY_AFTER.match(after)),
        "possessive": after.startswith("'s"),
        "verb after": bool(_VERB_AFTER.match(after)),
        "some verb after": _is_verb(lexicon, after),
        "client after": bool(_CLIENT_AFTER.match(after)),
        "contact before": bool(_CONTACT_BEFORE.search(before)),
        "work verb after": _is_work(lexicon, after),
        "in code": plain.count("`", 0, candidate.begin) % 2 == 1,
        "again": bool(_AGAIN.search(after)),
        "sent before": bool(_SENT_BEFORE.search(before)),
        "in a file": candidate_in_file(line, candidate),
        "opens": candidate.begin < 3 or bool(re.search(r"[.!?:] $", before)),
        "quoted": _is_quoted(seen, candidate),
        "link": "[[" in before[-3:],
        "textbook": any(begin < candidate.end and candidate.begin < end for begin, end in line.near("textbook")),
        "with an initial": bool(re.search(r" [a-z]\.?$|^[a-z]\. ?", plain[candidate.begin : candidate.end])),
        "partly known": bool(known),
    }.items() if true}  # fmt: skip
    family_name = (
        bool(_PLURAL_AFTER.match(after)) and bool(_SURNAME_BEFORE.search(before)) and not after.startswith("'s")
    )
    surname = "family title" in signs or (
        bool(_FAMILY_AFTER.match(after)) and ("-" in typed or family_name) and "given name first" not in signs
    )
    if surname and family_name:
        signs.add("family name")
    both = given[:1] == [True] and family[-1] and typed[:1].isupper() and not shouting(seen)
    full = (len(words) > 1 and ("everyday words" not in signs or both)) or "with an initial" in signs or surname
    signs.add("full" if (len(typed) > 2 if "other script" in signs else full) else "first name")
    if "family title" in signs:
        signs -= {"nobody"}
    return signs


def name_model(signs: set[str]) -> str:
    """The model that weighs a name: full names and bare first names differ in what shows whose they are."""
    return "name" if "full" in signs else "first name"


_PERSONAL = frozenset((
    "client before", "client after", "about", "possessive", "verb after", "some verb after", "family after", "opens",
    "quoted", "sent before", "in a file", "again", "two",
))  # fmt: skip


def of_initials(line: Reading, lexicon: Lexicon, candidate: Candidate) -> set[str]:
    """Signs for two or three letters."""
    plain, seen = line.text.plain, line.text.seen
    signs = around(line, candidate, FOR_PEOPLE)
    signs |= _whose(line, signs)
    before, after = plain[max(0, candidate.begin - 40) : candidate.begin], plain[candidate.end : candidate.end + 40]
    piece = plain[candidate.begin : candidate.end]
    letters = re.sub(r"[^a-z]", "", piece)
    about_person = _CLIENT_BEFORE.search(before) or _FAMILY_AFTER.match(after)
    signs |= {name for name, true in {
        "dotted": "." in piece,
        "textbook": any(begin < candidate.end and candidate.begin < end for begin, end in line.near("textbook")),
        "bare": "." not in piece,
        "three": len(letters) > 2,
        "known": letters in line.known.initials,
        "abbreviation": lexicon.has("abbreviation", letters) and not about_person,
        "client before": _CLIENT_BEFORE.search(before) or line.follows("client_here", candidate.begin),
        "about": bool(_ABOUT.search(before)),
        "possessive": after.startswith("'s"),
        "verb after": bool(_VERB_AFTER.match(after)),
        "some verb after": _is_verb(lexicon, after),
        "sent before": bool(_SENT_BEFORE.search(before)),
        "in a file": candidate_in_file(line, candidate),
        "client after": bool(_CLIENT_AFTER.match(after)),
        "again": bool(_AGAIN.search(after)),
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
