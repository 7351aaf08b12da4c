"""Evidence for and against: the words around a candidate show who it belongs to."""

import re

from rounds.domain.patterns import Pattern

from . import lexicon
from .identifiers import Candidate
from .reading import Reading

NEAR = 14
"""Characters between a word and a candidate within which the word is near."""
_CLAUSE_START = Pattern(r"[,;:.!?()]\s|\s[-–]\s| = ")
_CLAUSE_END = Pattern(r"[,;.!?()]\s|\s[-–]\s|\)$")
_LABEL_BEFORE = Pattern(
    r"(?:mrn|mr|med rec|record|chart|member id|ins id|patient id|id|ssn?|ss|acct|account|claim|case|policy|"
    r"docket|file|number|expediente|report|subscriber|"
    r"beneficiary|medicaid|medicare|ohp|afiliad.|serial|s/n)(?: (?:no|num|number))?[ .:#]{1,3}$",
    needs=(
        "mr", "rec", "chart", "id", "ss", "acct", "account", "claim", "case", "policy", "docket", "file",
        "number", "expediente", "report", "subscriber", "beneficiary", "medic", "ohp", "afiliad", "serial",
        "s/n",
    ),
)  # fmt: skip
_LABELS = (
    ("a record", ("mrn", "mr", "med rec", "record", "chart", "patient", "expediente")),
    ("a member", ("member", "ins", "subscriber", "beneficiary", "medicaid", "medicare", "ohp", "afiliad")),
    ("a case", ("case", "claim", "docket", "report", "file")),
)
"""What each label means."""
_OFFICE_BOX = Pattern(
    r"info|hello|intake|office|contact|desk|attend|admin|record|billing|referral|support|team|scheduling|"
    r"frontdesk|reception"
)
_CLIENT_FILE = Pattern(
    r"dob|mrn|roi|client|(?<![a-z])pts?(?![a-z])|wisc|report|school photo|consent|intake|chart|eval|patient|"
    r"school pic|newborn|baby"
)
_NAMED_CLIENT = Pattern(
    r"(?<![a-z])(?:clients?|clt|pts?|patients?|pacientes?|clientes?)(?:[/=_.+-]|%20)(?:name=)?"
    r"([a-z]{2,20})(?:[_.+-]|%20)([a-z]{2,20})(?![a-z])",
    needs=("client", "clt", "pt", "patient", "pacient"),
)
"""In an address, `client` and two words that may be a name: `x.example/clients/dana-miller`."""
_CLIENT_URL = Pattern(r"patient|client|pid|mrn|exp/|chart|visits|report|record|case")
TIES = frozenset(("client", "my_client", "code", "shared", "in_care"))
_CLINICAL = frozenset(("session", "symptom"))
INNOCENT = frozenset(("teach", "private", "official"))
_ANYBODY = TIES | _CLINICAL | {"relative", "child"}
FOR_IDENTIFIERS = (
    "client", "my_client", "code", "relative", "their_family", "shared", "in_care", "session", "symptom", "teach",
    "office", "official", "private", "need", "many", "known", "child", "colleague", "theirs", "mine", "we", "birth",
    "records", "member", "account", "device", "plate", "social", "reach",
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


def whose(line: Reading, signs: set[str]) -> set[str]:
    groups = {sign.partition("@")[0] for sign in signs}
    found = {f"entry={line.kind}"}
    if groups & TIES:
        found.add("tie")
    if groups & _CLINICAL:
        found.add("clinical")
    if groups & TIES and groups & _CLINICAL:
        found.add("tie and clinical")
    if groups & INNOCENT:
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


_WHOSE_JOB = Pattern(r"\b(?:his|her|their|the|its|our|an?|new|su|la|el|una?)(?: \w+)? $")


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
    signs |= whose(line, signs) | {candidate.kind}
    if _introduces(line):
        signs.add("introduced")
    piece = plain[candidate.begin : candidate.end]
    before = plain[max(0, candidate.begin - 30) : candidate.begin]
    digits = re.sub(r"\D", "", piece)
    if candidate.kind in ("email", "url") and names_client(line, piece):
        signs.add("client's name inside")
    elif (len(digits) >= 7 and digits[-10:] in line.known.numbers) or piece in line.known.numbers:
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
    return signs - {"nobody"} if signs & {"labeled as birth date", "client's name inside"} else signs


def names_client(line: Reading, address: str) -> bool:
    """Does an address say a client's name? The partner's own address may, since it doesn't make the client known."""
    words = lexicon.load()
    return any(
        first in words.given
        and last in words.family
        and not (words.is_common(first) and words.is_common(last))
        and not {first, last} <= line.known.words
        for first, last in (match.groups() for match in _NAMED_CLIENT.finditer(address))
    )


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
    if candidate.kind == "url" and _CLIENT_URL.search(piece) and re.search(r"\d{3}", piece):  # not /new-patients/form
        signs.add("client's page")
    return signs
