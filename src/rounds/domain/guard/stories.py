"""Whole lines: a story that could identify, words that confirm care, a list of session dates."""

from rounds.domain.patterns import Pattern

from .evidence import INNOCENT, TIES
from .identifiers import DAY, MONTH
from .reading import Reading

_CARE = Pattern(
    r"\b(?:(?:client|patient|pt)s? of (?:mine|ours)|(?:is|are|was|turns out|be) (?:a |an |one of |also |"
    r"now )*(?:my|our) (?:\w+ )?(?:client|patient|pt|guys?|people)s?|one of "
    r"(?:mine|ours|yours|my)|sees? (?:me|us|our practice)|we both (?:see|treat)|(?:i|we) (?:both |"
    r"also )?(?:treat|see)|in (?:therapy|treatment)|(?:comes?|came|"
    r"starts?|started) (?:\w+ )?(?:to|with|w/) (?:me|us|our|my)|my (?:patient|client)|paciente mi[oa]|"
    r"(?:viene|vino) conmigo|on my couch|in good hands|in my waiting "
    r"room|my (?:mon|tue|wed|thu|fri|sat|sun)\w*(?: \d+)?|i nodded|w/ us|with us|an intake|our (?:\w+ )?group|"
    r"said \"?yes|confirme|i said she's|i said he's)(?!\w)",
    needs=(
        "mine", "ours", "my", "our", "see", "treat", "in therapy", " me", " us", "one of", "paciente mi", "conmigo",
        "good hands", "i nodded", "intake", "said", "confirme",
    ),
)  # fmt: skip
_SLIPPED = Pattern(
    r"\b(?:(?:i|we) (?:nodded|slipped|let slip|said yes|told (?:him|her|them)|confirmed)|let (?:it )?slip|slipped|"
    r"by mistake|oops|ugh|"
    r"without thinking|figured it out|guessed|put two and two|recogni[sz]ed|ran into|bumped into|"
    r"told \w+(?: \w+)? (?:yes|so)|said so|"
    r"should have said nothing|awkward|mind who|don't mention|careful|small town|le dije que si|le confirme|"
    r"sin querer|se me escapo)\b",
    needs=(
        " nodded", "slip", "said", "told", "confirm", "mistake", "oops", "ugh", "thinking", "figured",
        "guessed", "two", "recogni", "into", "awkward", "mind who", "mention", "careful", "small town",
        "le dije", "querer", "escapo",
    ),
)  # fmt: skip
_OURS = Pattern(
    r"\b(?:(?:one|two|three|some) of (?:mine|my (?:own|clients|patients|people))|my \d{1,2} ?(?:am|pm|o'clock)?|"
    r"my (?:last|first|next|late) "
    r"(?:appointment|session|slot)|(?:is|was|are|be|as) (?:a |an |also |now )*(?:client|patient|pt)s? (?:here|too|"
    r"of)|sees? (?:me|us|my)|"
    r"seeing (?:me|us)|(?:with|to) (?:me|us)\b|"
    r"(?:my|our) (?:supervisee|intern|associate|trainee) (?:treats|sees)|in (?:therapy|treatment|my|our)|"
    r"on my (?:caseload|list|schedule|couch)|in care|comes here|"
    r"i (?:treat|see|saw|had) (?:him|her|them|both)|we share|paciente|conmigo|client of)(?!\w)",
    needs=(
        "mine", "my", "our", "client", "patient", "pt", " me", " us", "in t", "in care", "comes here", "i treat",
        "i see", "i saw", "i had", "we share", "paciente", "conmigo",
    ),
)  # fmt: skip
_CONFIRMING = frozenset((
    "i", "we", "me", "us", "my", "mine", "our", "ours", "yours", "his", "her", "him", "it", "them", "therapy",
    "treatment", "intake", "conmigo", "mi", "mio", "mia", "confirm", "confirms", "confirmed", "confirming",
    "confirmation", "confirme", "confirmo", "here", "oops", "ugh", "slipped", "careful", "awkward", "town", "thinking",
    "said", "told", "guessed", "sin", "se", "care",
))  # fmt: skip
"""Words without which nothing is confirmed."""
_WORD = Pattern(r"\w+")
_TIE = Pattern(r"\b(?:his|her|their|your|su|sus|[\w-]+'s) (?:own |best |former |old |[\w-]+ )?(?:\w+ )?$")
_TIED = Pattern(
    r"\b(?:one of (?:his|her|their|\w+'s)|opposing counsel|the [\w-]+(?: \w+)? (?:she|he) |"
    r"the [\w ]{3,20} (?:on|from) (?:this|his|her))",
    needs=(
        "one of", "opposing counsel", " she ", " he ", "on this", "on his", "on her", "from this", "from his",
        "from her",
    ),
)  # fmt: skip
_AGED = Pattern(r"\b\d{1,2} ?-?(?:yo|y/o|year-old|anos|yrs?)\b|, \d\d,|, \d\d and \d\d,|\bat \d\d\b|\bage \d+")
_WHO = Pattern(r"\b(?:who|whose|that|after|since|when|where|el|la|que)\b")
_PERSON_WHO = Pattern(
    r"(?:^|[,;:(-] |\b(?:of|re|for|with|about|say|and|took|took on|sent) )"
    r"(?:the|an?|my|our|one|his|her|el|la|un|una|los|las) (?:[\w'/-]+ ){1,4}(?:who|whose|that|que|cuy[oa])\b",
    needs=("who", "that", "que", "cuy"),
)
"""A person told by what happened to them: `the boy who found his brother`."""
_CASE_OF = Pattern(
    r"\b(?:case|caso) (?:of|with|de|del) (?:the|an?|la|el|un|una) |\bmy (?:case|kid|one) with (?:the|an?) |"
    r"\b(?:in|from) (?:my|our|the|his|her) (?:[\w-]+ ){0,2}group\b(?! practice)|"
    r"\bone (?:man|woman|kid|couple|guy) (?:in|from)\b|\bgroup member\b",
    needs=("case ", "caso ", "my kid", "my one", "group", "one man", "one woman", "one kid", "one couple", "one guy"),
)
_ASKS_FOR_CARE = Pattern(
    r"\b(?:can|could|would|will|should|might) (?:you|he|she|they|[\w.]+) (?:see|take|treat|test|fit|help|do|"
    r"work with)\b|"
    r"\b(?:he|she|they) (?:wants?|needs?|would like|is looking|are looking)\b|"
    r"\bneeds? (?:an? )?(?:iop|php|emdr|detox|eval|evaluation|testing|meds|inpatient|rehab|someone|somebody|soon)\b|"
    r"\bwould suit\b|\bwants (?:an? |evening |weekend )?(?:\w+ )?(?:therapist|slots?|sessions?|weekly)\b|"
    r"\b(?:lo|la|los|las|le) (?:tomar|ver|atender|podr)\w*|\bbusca (?:terapeuta|terapia|quien)\b|"
    r"\bpodrias? (?:ver|tomar|atender)",
    needs=(
        "can ", "could ", "would ", "will ", "should ", "might ", "want", "need", "looking", "busca", " tomar",
        " ver", " atender", "podr",
    ),
)  # fmt: skip
_REFUSAL = Pattern(
    r"\b(?:can't say|neither confirm|couldn't say|won't say|can't confirm|no puedo decir)\b",
    needs=(" say", " confirm", "puedo"),
)
_WHERE = Pattern(r"\b(?:in|at|from|de|en|up|by|on) (?:the )?[A-Z][a-z]+")
_SESSION_WORD = Pattern(
    r"\b(?:sessions?|seen|saw|dos|tx|attended|missed|cancell?ed|citas?|vino|falto|appts?|appointments?|dates|"
    r"therapy|visits?|no-?show\w*|came|out of class|"
    r"absences?|sesiones|asistio|met with|showed)\b"
)
_ONE_DATE = Pattern(
    rf"(?<![\w/.-])(?:20\d\d-\d\d-\d\d|20\d\d[01]\d[0-3]\d|\d{{1,2}}[/-]\d{{1,2}}(?:[/-](?:\d\d){{1,2}})?\.?|\d{{1,2}}\.\d{{1,2}}\.(?:\d\d){{0,2}}|"
    rf"{MONTH} ?{DAY}(?:st|nd|rd|th)?|{DAY}(?:st|nd|rd|th)?(?: de)? {MONTH}"
    rf"|{DAY}(?:st|nd|rd|th)?(?=,| and | y |$))(?![\w/:%-])"
)
_SHORT_NUMBER = Pattern(r"(?<!\d)\d{1,2}(?!\d)|\d{8}")
_GROUPS = (
    "client", "my_client", "code", "relative", "their_family", "shared", "in_care", "colleague", "session", "symptom",
    "teach", "office", "official", "private", "need", "many", "known", "child", "mine", "we",
)  # fmt: skip


def _ladder(name: str, count: int, top: int) -> set[str]:
    return {f"{name}>={step}" for step in range(1, top + 1) if count >= step}


def may_tell(line: Reading) -> bool:
    """Is there a word for care, or a tie to somebody known, so that a story can tell of a client?"""
    return any(
        line.near(group)
        for group in (
            "client",
            "my_client",
            "code",
            "shared",
            "in_care",
            "session",
            "symptom",
            "role",
            "rare",
            "mine",
            "we",
        )
    )


def _is_tied(line: Reading) -> bool:
    """Is somebody named by their tie to another person: `his daughter`, `one of her teachers`?"""
    plain = line.text.plain
    before = (plain[max(0, begin - 40) : begin] for begin, _ in line.near("role"))
    return any(_TIE.search(words) for words in before) or bool(_TIED.search(plain))


def of_story(line: Reading) -> set[str]:
    """Signs of a story rare enough to identify, and of words that tell that a person is a client."""
    plain = line.text.plain
    groups = {group for group in _GROUPS if line.near(group)}
    signs = set(groups) | {f"entry={line.kind}"}
    rare = len({plain[begin:end] for group in ("rare", "job") for begin, end in line.near(group)})
    signs |= _ladder("rare", rare, 5)
    if line.near("job"):
        signs.add("job")
    cared = bool(groups & (TIES | {"session"}))
    if cared or "symptom" in groups:
        signs |= {"clinical"} | _ladder("clinical, rare", rare, 5)
        if rare and _AGED.search(plain):
            signs.add("clinical, rare, age")
    else:
        signs.add("not clinical")
    tied = _is_tied(line)
    told = not _CONFIRMING.isdisjoint(_WORD.findall(plain))
    care, ours, slipped = (told and bool(each.search(plain)) for each in (_CARE, _OURS, _SLIPPED))
    words = len(plain.split())
    return signs | {name for name, true in {
        "in care": cared,
        "tie": tied,
        "care": care,
        "ours": ours,
        "slipped": slipped,
        "slipped and ours": slipped and ours,
        "tie and ours": tied and ours,
        "role and ours": bool(line.near("role")) and ours,
        "role, ours, known": bool(line.near("role")) and ours and "known" in groups,
        "tie and care": tied and care,
        "age": bool(_AGED.search(plain)),
        "who": bool(_WHO.search(plain)),
        **_of_person(plain, rare, cared=cared or "symptom" in groups),
        "where": bool(_WHERE.search(line.text.seen)),
        "words>12": words > 12,
        "words>20": words > 20,
        "refusal": bool(_REFUSAL.search(plain)),
        "innocent": bool(groups & (INNOCENT | {"many", "need"})),
    }.items() if true}  # fmt: skip


def _of_person(plain: str, rare: int, *, cared: bool) -> dict[str, bool]:
    """Signs that the line tells of one person, by what happened to them or what they ask for."""
    told, case, asks = (bool(each.search(plain)) for each in (_PERSON_WHO, _CASE_OF, _ASKS_FOR_CARE))
    return {
        "person who": told,
        "person who, rare": told and rare > 0,
        "person who, clinical": told and cared,
        "case of": case,
        "case of, rare": case and rare > 0,
        "asks for care": asks,
        "asks for care, rare": asks and rare > 0,
    }


def of_dates(line: Reading) -> set[str]:
    """Signs of a bare list of session dates; empty for fewer than three dates."""
    plain = line.text.plain
    for begin, end in line.own:
        plain = plain[:begin] + " " * (end - begin) + plain[end:]
    if len(_SHORT_NUMBER.findall(plain)) < 3:
        return set()
    count = len(_ONE_DATE.findall(plain))
    if count < 3:
        return set()
    signs = {group for group in _GROUPS if line.near(group)} | {f"entry={line.kind}"} | _ladder("dates", count, 5)
    if _SESSION_WORD.search(plain):
        signs.add("session word")
    if sum(char.isalpha() for char in plain) < 30:
        signs.add("little else")
    return signs
